"""Reading binary Excel workbooks of 2007 or later, a row a document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from nhsa_nlp.io.document import Document
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.source import Source, Unreadable
from nhsa_nlp.io.tables.workbook import documents


def read(stream: BinaryIO, file: Source, options: ReadOptions) -> Iterator[Document | Unreadable]:
    """Read the rows of all sheets, see `nhsa_nlp.io.tables.workbook`."""
    from nhsa_nlp.io.tables._xlsb_parser import Spreadsheet

    with Spreadsheet(stream, file, options) as book:
        sheets = ((sheet.name, book.rows(sheet)) for sheet in book.sheets)
        yield from documents(sheets, file, options, several=len(book.sheets) > 1)
