"""Reading workbooks of Excel up to 2003 and of WPS, a row a document.

They are binary; what programs export under their names may as well be XML, or text between tabs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import BinaryIO

from nhsa_nlp.errors import Cause, InputError, TooLongError
from nhsa_nlp.io.document import Document
from nhsa_nlp.io.formats import is_prose
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.sniff import WORKBOOK_STREAMS, Kind, file_kind, sniff
from nhsa_nlp.io.source import Source, Unreadable
from nhsa_nlp.io.tables import delimited
from nhsa_nlp.io.tables.workbook import documents
from nhsa_nlp.translation import Message


def read(stream: BinaryIO, file: Source, options: ReadOptions) -> Iterator[Document | Unreadable]:
    """Read the rows of all sheets, see `nhsa_nlp.io.tables.workbook`; ``max_bytes`` bounds a binary file."""
    from nhsa_nlp.io.package.compound import MAGIC

    if stream.read(len(MAGIC)) == MAGIC:
        yield from _read_binary(stream, file, options)
    elif sniff(stream) == ".xls":
        yield from _read_xml(stream, file, options)
    elif (kind := file_kind(stream)) is None and is_prose(stream):
        stream.seek(0)
        yield from delimited.read(stream, replace(file, suffix=".csv"), options)
    else:
        raise _not_xls(kind, file)


def _not_xls(kind: Kind | None, file: Source) -> InputError:
    if kind is None:
        kind = Kind(Message("damaged or of another format; open it and save it as .xlsx"), Cause.DAMAGED)
    return InputError(
        "is not a {suffix} but {kind}", file.source, cause=kind.cause, suffix=file.suffix, kind=kind.text
    )


def _read_binary(stream: BinaryIO, file: Source, options: ReadOptions) -> Iterator[Document | Unreadable]:
    from nhsa_nlp.io.package.compound import CompoundFile
    from nhsa_nlp.io.tables._xls_parser import Spreadsheet

    if stream.seek(0, 2) > options.max_bytes:
        raise TooLongError(
            "is longer than {limit:,} bytes; save it as .xlsx, which may have any length, or raise "
            "--max-bytes",
            file.source,
            cause=Cause.CONVERT,
            limit=options.max_bytes,
        )
    compound = CompoundFile(stream, file.source)
    for name in WORKBOOK_STREAMS:
        if name in compound:
            with Spreadsheet(compound, name, file.source, options) as book:
                sheets = ((sheet.name, book.rows(sheet)) for sheet in book.sheets)
                yield from documents(sheets, file, options, several=len(book.sheets) > 1)
            return
    raise _not_xls(file_kind(stream), file)


def _read_xml(stream: BinaryIO, file: Source, options: ReadOptions) -> Iterator[Document | Unreadable]:
    from nhsa_nlp.io.tables._xml_parser import Spreadsheet

    book = Spreadsheet(stream, file, options)
    sheets = ((name, map(itemgetter(1), rows)) for name, rows in groupby(book.rows(), key=itemgetter(0)))
    yield from documents(sheets, file, options, several=book.has_several_sheets)
