"""Reading Excel workbooks, a row a document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from nhsa_nlp.errors import InputError
from nhsa_nlp.io.document import Document
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.source import Source, Unreadable
from nhsa_nlp.io.tables.rows import (
    Header,
    HeaderSearch,
    InvalidRowError,
    NoColumnError,
    failed,
)

SUFFIXES = (".xlsx", ".xlsm")


def read(stream: BinaryIO, file: Source, options: ReadOptions) -> Iterator[Document | Unreadable]:
    """Read the rows of all sheets that have a column for the text; ``max_bytes`` bounds a row.

    The first row that names such a column names the columns of a sheet: a title may stand above it.
    Empty rows are passed over. Hidden sheets, rows and columns are read like any other.
    """
    from nhsa_nlp.io.tables._xlsx_parser import Spreadsheet

    with Spreadsheet(stream, file, options) as book:
        missing: NoColumnError | None = None
        empty = True
        for sheet in book.sheets:
            header: Header | None = None
            search = HeaderSearch(options)
            at = f"sheet={sheet.name}&" if len(book.sheets) > 1 else ""
            for number, values in book.rows(sheet):
                place, name = f"{at}row={number}", f"{sheet.name}-{number}" if at else number
                if isinstance(values, InvalidRowError):
                    yield failed(file, place, name, InputError(str(values), f"{file.source}#{place}"))
                    empty = False
                    continue
                if header is None:
                    if search.is_over:
                        break
                    try:
                        header = search.header(list(map(_name, values)), f"{file.source}#{place}")
                    except InputError as error:
                        yield failed(file, place, name, error)
                        empty = False
                        break
                    if header is None or not search.is_data:
                        continue
                empty = False
                try:
                    yield header.document(file, place, name, values)
                except InvalidRowError as error:
                    yield failed(file, place, name, InputError(str(error), f"{file.source}#{place}"))
            missing = missing or search.problem
        if empty:
            raise missing or InputError("is empty; nothing to read", file.source)


def _name(value: object) -> str:
    return "" if value is None else str(value)
