"""The rows of a workbook as documents, whichever format its cells were read from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nhsa_nlp.errors import Cause, InputError
from nhsa_nlp.io.document import Document
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.source import Source, Unreadable
from nhsa_nlp.io.tables.cells import Row
from nhsa_nlp.io.tables.rows import (
    Header,
    HeaderSearch,
    InvalidRowError,
    NoColumnError,
    failed,
)


def documents(
    sheets: Iterable[tuple[str, Iterable[Row]]], file: Source, options: ReadOptions, *, several: bool
) -> Iterator[Document | Unreadable]:
    """Yield the rows of all sheets that have a column for the text; ``max_bytes`` bounds a row.

    The first row that names such a column names the columns of a sheet: a title may stand above it.
    Empty rows are passed over. Hidden sheets, rows and columns are read like any other.

    Parameters
    ----------
    sheets
        Their names and rows, each to be read before the next.
    several
        Whether there are, so that a row is named with its sheet.
    """
    missing: NoColumnError | None = None
    empty = True
    for sheet, rows in sheets:
        header: Header | None = None
        search = HeaderSearch(options)
        at = f"sheet={sheet}&" if several else ""
        for number, values in rows:
            place, name = f"{at}row={number}", f"{sheet}-{number}" if at else number
            if isinstance(values, InvalidRowError):
                yield failed(
                    file, place, name, InputError(str(values), f"{file.source}#{place}", cause=values.cause)
                )
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
                yield failed(
                    file, place, name, InputError(str(error), f"{file.source}#{place}", cause=error.cause)
                )
        missing = missing or search.problem
    if empty:
        raise missing or InputError("is empty; nothing to read", file.source, cause=Cause.EMPTY)


def _name(value: object) -> str:
    return "" if value is None else str(value)
