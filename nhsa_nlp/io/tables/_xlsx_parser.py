"""The cells of an Excel workbook (ECMA-376, SpreadsheetML), row by row in constant memory.

The libraries that read workbooks keep the shared strings, a tree of the elements or the whole grid in
memory, so that a file of a few kilobytes can fill it (a cell in the last corner of a sheet is enough).
Here an event parser sees one row at a time, and the shared strings lie in a temporary file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import BinaryIO

from nhsa_nlp.errors import Cause, InputError
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.package.office import Package
from nhsa_nlp.io.package.xml import Handler, Name, natural
from nhsa_nlp.io.source import Source
from nhsa_nlp.io.tables.cells import (
    EPOCH_1900,
    EPOCH_1904,
    MAX_ROWS,
    Row,
    SharedStrings,
    Sheet,
    Styles,
    Value,
    Workbook,
    by_piece,
    check_count,
    row_of,
    too_long,
    too_low,
    too_wide,
)
from nhsa_nlp.io.tables.rows import MAX_COLUMNS, InvalidRowError, valid

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


class Spreadsheet(Workbook):
    """An open workbook, whose ``sheets`` are in order, the hidden ones too; the stream is left open.

    ``max_bytes`` says how many characters a row may have.

    Raises
    ------
    InputError
        If it is not a workbook, encrypted or damaged.
    """

    def __init__(self, stream: BinaryIO, file: Source, options: ReadOptions):
        self._package = Package(stream, file, options, limited=False)
        super().__init__(file.source, options.max_bytes, stream.seek(0, os.SEEK_END))
        with self._opening():
            self.sheets = self._read_workbook()

    def rows(self, sheet: Sheet) -> Iterator[Row]:
        """Yield the rows that are not empty.

        Formulas give the value that was stored with them, errors such as ``#N/A`` None. Of merged
        cells the first has the value.

        Raises
        ------
        InputError
            If the sheet is damaged, or larger than a sheet can be.
        """
        rows = _Rows(self._source, self._max_bytes)
        for row in by_piece(self._package.parse_piecewise(sheet.part, rows), rows.done):
            # Not before: a hostile piece may hold thousands of rows with long cells, or far ones.
            try:
                values = self._values(row)
            except InvalidRowError as error:
                yield row.number, error
                continue
            yield from row_of(row.number, values)

    def _values(self, row: _WrittenRow) -> dict[int, Value]:
        if row.problem is not None:
            raise row.problem
        values: dict[int, Value] = {}
        size = row.size
        for column, cell in row.cells.items():
            values[column] = value = self._value(*cell)
            if isinstance(value, str):
                size += len(value) - len(cell[2])
            if size > self._max_bytes:
                raise too_long(self._max_bytes)
        return values

    def _read_workbook(self) -> list[Sheet]:
        part = next((part for _, kind, part in self._package.relations() if kind == "officeDocument"), None)
        if part is None:
            raise InputError("is not an Excel workbook; save it again", self._source, cause=Cause.DAMAGED)
        parts = {link: (kind, target) for link, kind, target in self._package.relations(part)}
        contents = _Contents(parts)
        self._package.parse(part, contents)
        self._epoch = EPOCH_1904 if contents.counts_from_1904 else EPOCH_1900
        for kind, target in parts.values():
            if kind == "styles" and target in self._package:
                self._package.parse(target, _StyleSheet(self._styles))
            elif kind == "sharedStrings" and target in self._package:
                self._package.parse(target, _Strings(self._strings))
        return contents.sheets

    def _value(self, kind: str, style: int, text: str) -> Value:
        match kind:
            case "s":
                return _unescaped(self._strings.text(natural(text, -1)) or "") or None
            case "inlineStr" | "str":
                return _unescaped(text) or None
            case "b":
                return text.strip() in {"1", "true"}
            case "e":
                return None
            case "d":
                return text.strip() or None
        try:
            number = float(text)
        except ValueError:
            return None
        digits = text.strip()
        if digits.lstrip("-").isdecimal() and len(digits) < 18:
            number = int(digits)
        return self._styles.value(number, style, self._epoch)


class _Contents(Handler):
    """Collects the sheets of a workbook, in order."""

    def __init__(self, parts: dict[str, tuple[str, str]]) -> None:
        self._parts = parts
        self._seen: set[str] = set()
        self.sheets: list[Sheet] = []
        self.counts_from_1904 = False

    def start(self, name: Name, attributes: dict[str, str]) -> None:
        if name[1] == "workbookPr":
            self.counts_from_1904 = attributes.get("date1904") in {"1", "true"}
        elif name[1] == "sheet":
            kind, target = self._parts.get(attributes.get("id", ""), ("", ""))
            # A part is read once, however many sheets a hostile workbook says it is.
            if kind == "worksheet" and target not in self._seen:
                self._seen.add(target)
                self.sheets.append(Sheet(valid(attributes.get("name", "")), target))


class _StyleSheet(Handler):
    """Learns which styles show a number as a date."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._inside = False

    def start(self, name: Name, attributes: dict[str, str]) -> None:
        key = natural(attributes.get("numFmtId", ""))
        if name[1] == "numFmt":
            self._styles.add_format(key, attributes.get("formatCode", ""))
        elif name[1] == "cellXfs":
            self._inside = True
        elif name[1] == "xf" and self._inside:
            self._styles.add(key)

    def end(self, name: Name) -> None:
        self._inside = self._inside and name[1] != "cellXfs"


class _Strings(Handler):
    """Collects the shared strings."""

    def __init__(self, strings: SharedStrings) -> None:
        self._strings = strings
        self._inside = self._phonetic = False

    def start(self, name: Name, _: dict[str, str]) -> None:
        self._phonetic = self._phonetic or name[1] == "rPh"
        self._inside = name[1] == "t" and not self._phonetic

    def end(self, name: Name) -> None:
        self._inside = False
        self._phonetic = self._phonetic and name[1] != "rPh"
        if name[1] == "si":
            self._strings.end()

    def data(self, text: str) -> None:
        if self._inside:
            self._strings.write(text)


@dataclass(slots=True)
class _WrittenRow:
    """A row as it is written: its cells that are not empty, by the number of their column."""

    number: int
    cells: dict[int, tuple[str, int, str]]  # kind, style and text
    size: int = 0  # characters; if there are too many, not all of them are in its cells
    problem: InvalidRowError | None = None


class _Rows(Handler):
    """Collects the rows of a sheet."""

    def __init__(self, source: str, max_bytes: int) -> None:
        self._source, self._max_bytes = source, max_bytes
        self.done: list[_WrittenRow] = []
        self._row = _WrittenRow(0, {})
        self._rows = self._cells = self._column = 0  # how many so far, however they are numbered
        self._kind, self._style = "n", 0  # of the cell being read
        self._text: list[str] = []
        self._collecting = self._phonetic = False

    def start(self, name: Name, attributes: dict[str, str]) -> None:
        match name[1]:
            case "v" | "t":
                self._collecting = not self._phonetic
            case "c":
                reference = _REFERENCE.fullmatch(attributes.get("r", ""))
                self._column = _column(reference[1]) if reference else self._column + 1
                self._cells += 1
                if self._cells > MAX_COLUMNS:
                    raise InputError(
                        "has more than {limit:,} columns; save it again",
                        self._source,
                        cause=Cause.TOO_LARGE,
                        limit=MAX_COLUMNS,
                    )
                if self._column > MAX_COLUMNS:
                    self._row.problem = self._row.problem or too_wide()
                self._text = []
                self._kind = attributes.get("t", "n")
                self._style = natural(attributes.get("s", ""))
            case "row":
                self._row = _WrittenRow(natural(attributes.get("r", ""), self._row.number + 1), {})
                self._rows += 1
                self._cells = 0
                check_count(self._rows, self._source)
                if self._row.number > MAX_ROWS:
                    self._row.problem = too_low()
                self._column = 0
            case "rPh":
                self._phonetic = True

    def end(self, name: Name) -> None:
        match name[1]:
            case "v" | "t":
                self._collecting = False
            case "c":
                if self._text:
                    self._row.cells[self._column] = self._kind, self._style, "".join(self._text)
                    self._text = []
            case "row" if self._row.size or self._row.problem is not None:
                self.done.append(self._row)
                self._row = _WrittenRow(self._row.number, {})
            case "rPh":
                self._phonetic = False

    def data(self, text: str) -> None:
        if self._collecting:
            self._row.size += len(text)
            if self._row.size <= self._max_bytes:
                self._text.append(text)


@lru_cache(MAX_COLUMNS)
def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _unescaped(text: str) -> str:
    """Resolve escapes such as ``_x000D_``, which stand for what XML cannot hold."""
    if "_x" not in text:
        return text
    return valid(_ESCAPED.sub(lambda match: chr(int(match[1], 16)), text))
