"""Reading OpenDocument spreadsheets, a row a document."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import BinaryIO

from nhsa_nlp.io.document import Document
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.source import Source, Unreadable
from nhsa_nlp.io.tables.workbook import documents


def read(stream: BinaryIO, file: Source, options: ReadOptions) -> Iterator[Document | Unreadable]:
    """Read the rows of all sheets, see `nhsa_nlp.io.tables.workbook`."""
    from nhsa_nlp.io.tables._ods_parser import Spreadsheet

    book = Spreadsheet(stream, file, options)
    sheets = groupby(book.rows(), key=itemgetter(0))
    named = ((name, map(itemgetter(1), rows)) for name, rows in sheets)
    yield from documents(named, file, options, several=book.has_several_sheets)
