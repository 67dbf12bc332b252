"""The cells of an OpenDocument spreadsheet (ISO/IEC 26300-3), row by row in constant memory.

A cell or a row may stand for any number of equal ones. They are told apart only when they are read, so that
a file of a few kilobytes cannot fill the memory.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from nhsa_nlp.errors import Cause, InputError
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.package.open_document import (
    BREAKS,
    CONTENT,
    DRAWING,
    MAX_SPACES,
    OFFICE,
    TABLE,
    TEXT,
    opened,
)
from nhsa_nlp.io.package.xml import Handler, Name, natural
from nhsa_nlp.io.source import Source
from nhsa_nlp.io.tables.cells import Row, RowBuilder, Value, by_piece, check_count, date_of, too_long
from nhsa_nlp.io.tables.rows import MAX_COLUMNS

MAX_COPIES = 10_000_000
"""Cells that repeat others without being written."""

_SECONDS = re.compile(r"(-?)PT([0-9]{1,9})H([0-9]{1,9})M([0-9]{1,9}(?:\.[0-9]{1,20})?)S")
_CELLS = ("table-cell", "covered-table-cell")
# Within a sheet, but not of its cells; or within a cell, but not shown in it.
_LEFT_OUT = frozenset(
    [
        (TABLE, "tracked-changes"),
        (TABLE, "shapes"),
        (OFFICE, "annotation"),
        (OFFICE, "forms"),
        (TEXT, "ruby-text"),
    ]
)


class Spreadsheet:
    """An open spreadsheet; the stream is left open.

    ``max_bytes`` says how many characters a row may have.

    Raises
    ------
    InputError
        If it is not a spreadsheet, encrypted or damaged.
    """

    def __init__(self, stream: BinaryIO, file: Source, options: ReadOptions):
        self._source, self._max_bytes = file.source, options.max_bytes
        self._package = opened(stream, file, options, limited=False)
        self.has_several_sheets = self._has_several_sheets()

    def rows(self) -> Iterator[tuple[str, Row]]:
        """Yield the rows of all sheets that are not empty, each with the name of its sheet.

        Formulas give the value that was stored with them, errors such as ``#N/A`` None. Of merged
        cells the first has the value.

        Raises
        ------
        InputError
            If it is damaged, or larger than a spreadsheet can be.
        """
        written = _Rows(self._source, self._max_bytes)
        left = MAX_COPIES
        for row in by_piece(self._package.parse_piecewise(CONTENT, written), written.done):
            for number in range(row.number, row.number + row.count):
                left -= row.copies + (number > row.number) * len(row.cells)
                if left < 0:
                    raise InputError(
                        "repeats cells more than {limit:,} times; delete the ones that are copies",
                        self._source,
                        cause=Cause.TOO_LARGE,
                        limit=MAX_COPIES,
                    )
                check_count(number, self._source)
                rows = RowBuilder(self._source, self._max_bytes, number)
                if row.size > self._max_bytes:
                    rows.fail(too_long(self._max_bytes))
                for column, count, value in row.cells:
                    for place in range(column, column + count):
                        rows.put(place, value)
                yield from ((row.sheet, ended) for ended in rows.end())

    def _has_several_sheets(self) -> bool:
        names = _Names()
        return any(names.count > 1 for _ in self._package.parse_piecewise(CONTENT, names))


class _Names(Handler):
    """Counts the sheets."""

    def __init__(self) -> None:
        self._depth = 0
        self.count = 0

    def start(self, name: Name, _: dict[str, str]) -> None:
        if name == (TABLE, "table"):
            self.count += not self._depth
            self._depth += 1

    def end(self, name: Name) -> None:
        self._depth -= name == (TABLE, "table")


@dataclass(slots=True)
class _WrittenRow:
    """A row as it is written: how many equal ones there are, and its cells that are not empty."""

    sheet: str
    number: int
    count: int = 1
    cells: list[tuple[int, int, Value]] = field(default_factory=list)  # column, how many, value
    copies: int = 0
    size: int = 0  # characters; if there are too many, not all of them are in its cells


class _Rows(Handler):
    """Collects the rows of all sheets."""

    def __init__(self, source: str, max_bytes: int) -> None:
        self._source, self._max_bytes = source, max_bytes
        self.done: list[_WrittenRow] = []
        self._row = _WrittenRow("", 1)
        self._sheet = ""
        self._tables = 0  # a cell may hold a table
        self._skipped = 0  # how many elements deep in something left out
        self._following = 1  # the number of the next row
        self._column = 0
        self._cell: dict[str, str] | None = None  # the attributes of the open one
        self._lines: list[list[str]] = []

    def start(self, name: Name, attributes: dict[str, str]) -> None:
        if self._skipped or name in _LEFT_OUT or name[0] == DRAWING:
            self._skipped += 1
        elif name[0] == TABLE:
            self._start(name[1], attributes)
        elif self._cell is not None and name[0] == TEXT:
            match name[1]:
                case "p":
                    self._lines.append([])
                case "s":
                    self.data(" " * min(natural(attributes.get("c", ""), 1), MAX_SPACES))
                case _ if name[1] in BREAKS:
                    self.data(BREAKS[name[1]])

    def data(self, text: str) -> None:
        if self._lines and not self._skipped:
            self._row.size += len(text)
            if self._row.size <= self._max_bytes:
                self._lines[-1].append(text)

    def end(self, name: Name) -> None:
        if self._skipped:
            self._skipped -= 1
        elif name[0] == TABLE:
            self._end(name[1])

    def _start(self, local: str, attributes: dict[str, str]) -> None:
        if local == "table":
            self._tables += 1
            if self._tables == 1:
                self._sheet, self._following = attributes.get("name", ""), 1
        elif self._tables != 1:
            return
        elif local == "table-row":
            count = natural(attributes.get("number-rows-repeated", ""), 1)
            self._row = _WrittenRow(self._sheet, self._following, count)
            self._following += count
            self._column = 1
        elif local in _CELLS:
            self._cell, self._lines = attributes, []

    def _end(self, local: str) -> None:
        if local == "table":
            self._tables -= 1
        elif self._tables != 1:
            return
        elif local == "table-row":
            if self._row.cells or self._row.size > self._max_bytes:
                self.done.append(self._row)
        elif local in _CELLS and self._cell is not None:
            count = natural(self._cell.get("number-columns-repeated", ""), 1)
            value = None if local == "covered-table-cell" else self._value(self._cell)
            if value is not None and count:
                if self._column + count - 1 > MAX_COLUMNS:
                    self._row.cells.append((MAX_COLUMNS + 1, 1, value))  # with which the row is too wide
                else:
                    self._row.cells.append((self._column, count, value))
                    self._row.copies += count - 1
            self._column += count
            self._cell, self._lines = None, []

    def _value(self, cell: dict[str, str]) -> Value:
        match cell.get("value-type"):
            case "float" | "percentage" | "currency":
                return _number(cell.get("value", ""))
            case "boolean":
                return cell.get("boolean-value") == "true"
            case "date":
                return _date(cell.get("date-value", ""))
            case "time":
                return _time(cell.get("time-value", ""))
            case "error":  # as LibreOffice marks it
                return None
        text = "\n".join(map("".join, self._lines)) if self._lines else cell.get("string-value", "")
        return text or None


def _number(text: str) -> Value:
    if text.lstrip("-").isdecimal() and len(text) < 18:
        return int(text)
    try:
        return float(text)
    except ValueError:
        return None


def _date(text: str) -> Value:
    """Return a date, with its time unless that is midnight; the text if Python cannot have it."""
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return text or None
    return moment.date() if moment.time() == datetime.time() else moment.replace(tzinfo=None)


def _time(text: str) -> Value:
    """Return a time, or what Excel would show for one of more than a day."""
    found = _SECONDS.fullmatch(text)
    if found is None or found[1]:
        return text or None
    hours, minutes, seconds = found[2], found[3], found[4]
    return date_of((int(hours) * 3600 + int(minutes) * 60 + float(seconds)) / 86_400)
