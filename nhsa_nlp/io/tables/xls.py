"""Reading binary workbooks of Excel up to 2003 and of WPS, a row a document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from nhsa_nlp.errors import InputError, TooLongError
from nhsa_nlp.io.document import Document
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.sniff import WORKBOOK_STREAMS, file_kind, sniff
from nhsa_nlp.io.source import Source, Unreadable
from nhsa_nlp.io.tables.workbook import documents

SUFFIXES = (".xls", ".xlt", ".et", ".ett")

_PAGES = (".html", ".mhtml")


def read(stream: BinaryIO, file: Source, options: ReadOptions) -> Iterator[Document | Unreadable]:
    """Read the rows of all sheets, see `nhsa_nlp.io.tables.workbook`; ``max_bytes`` bounds the file, too."""
    from nhsa_nlp.io.package.compound import MAGIC, CompoundFile
    from nhsa_nlp.io.tables._xls_parser import Spreadsheet

    head = stream.read(len(MAGIC))
    if head == MAGIC:
        if stream.seek(0, 2) > options.max_bytes:
            raise TooLongError(
                f"is longer than {options.max_bytes:,} bytes; save it as .xlsx, which may have any length, "
                "or raise --max-bytes",
                file.source,
            )
        compound = CompoundFile(stream, file.source)
        for name in WORKBOOK_STREAMS:
            if name in compound:
                with Spreadsheet(compound, name, file.source, options) as book:
                    sheets = ((sheet.name, book.rows(sheet)) for sheet in book.sheets)
                    yield from documents(sheets, file, options, several=len(book.sheets) > 1)
                return
    raise InputError(f"is {_kind(stream, head, file)}", file.source)


def _kind(stream: BinaryIO, head: bytes, file: Source) -> str:
    """Say what a file is that is called a workbook, and what to do."""
    if sniff(stream) in _PAGES:
        return f"a web page called {file.suffix}, as websites export tables; open it and save it as .xlsx"
    kind = file_kind(stream)
    if kind is None and head and b"\0" not in head:
        kind = "text; if it is a table, rename it to .csv or .tsv"
    return f"not a {file.suffix} but {kind or 'damaged or of another format; open it and save it as .xlsx'}"
