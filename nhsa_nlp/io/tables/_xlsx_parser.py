"""The cells of an Excel workbook (ECMA-376, SpreadsheetML), row by row in constant memory.

The libraries that read workbooks keep the shared strings, a tree of the elements or the whole grid in
memory, so that a file of a few kilobytes can fill it (a cell in the last corner of a sheet is enough).
Here an event parser sees one row at a time, and the shared strings lie in a temporary file.
"""

from __future__ import annotations

import datetime
import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from tempfile import SpooledTemporaryFile
from typing import BinaryIO

from nhsa_nlp.errors import InputError
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.package.office import Package
from nhsa_nlp.io.package.xml import Handler, Name, natural
from nhsa_nlp.io.source import Source
from nhsa_nlp.io.tables.rows import MAX_COLUMNS, InvalidRowError, is_blank, valid

Value = str | int | float | bool | datetime.date | datetime.time | None

MAX_ROWS = 1_048_576
MAX_STYLES = 1_000_000
MAX_STRINGS = 10_000_000
MAX_REPEATED = 1_000_000_000
"""Bytes that the shared strings of a workbook give, beyond what they are, by being named again and again."""

_MAX_FORMAT = 1_000  # characters of a number format; Excel takes 255
_IN_MEMORY = 1 << 24  # bytes of shared strings; more of them lie in a temporary file
_SHORT, _RECENT = 100, 10_000  # bytes of a string that is likely to be repeated; how many are cached

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_BUILTIN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_EPOCH_1900 = datetime.datetime(1899, 12, 30)  # noqa: DTZ001 - a workbook knows no time zones
_EPOCH_1904 = datetime.datetime(1904, 1, 1)  # noqa: DTZ001
_NO_DATE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')  # what is literal in a number format


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, and its part within the archive."""

    name: str
    part: str


class Spreadsheet:
    """An open workbook, whose ``sheets`` are in order, the hidden ones too; the stream is left open.

    ``max_bytes`` says how many characters a row may have.

    Raises
    ------
    InputError
        If it is not a workbook, encrypted or damaged.
    """

    def __init__(self, stream: BinaryIO, file: Source, options: ReadOptions):
        self._source, self._max_bytes = file.source, options.max_bytes
        self._package = Package(stream, file, options, limited=False)
        self._strings = _Strings(self._source)
        self._given = 0  # bytes of shared strings
        self._cached = lru_cache(_RECENT)(self._read_shared)
        self._styles = _Styles(self._source)
        try:
            self.sheets = self._read_workbook()
        except BaseException:
            self._strings.file.close()
            raise

    def __enter__(self) -> Spreadsheet:
        return self

    def __exit__(self, *_: object) -> None:
        self._strings.file.close()

    def rows(self, sheet: Sheet) -> Iterator[tuple[int, list[Value] | InvalidRowError]]:
        """Yield the number of each row that is not empty, and its cells; or why it cannot be read.

        Formulas give the value that was stored with them, errors such as ``#N/A`` None. Of merged
        cells the first has the value.

        Raises
        ------
        InputError
            If the sheet is damaged, or larger than a sheet can be.
        """
        rows = _Rows(self._source, self._max_bytes)
        for _ in self._package.parse_piecewise(sheet.part, rows):
            for row in rows.done:
                # Not before: a hostile piece may hold thousands of rows with long cells, or far ones.
                try:
                    values = self._values(row)
                except InvalidRowError as error:
                    yield row.number, error
                    continue
                last = max((column for column, value in values.items() if not is_blank(value)), default=0)
                if last:
                    yield row.number, [values.get(column) for column in range(1, last + 1)]
            rows.done.clear()

    def _values(self, row: _Row) -> dict[int, Value]:
        values: dict[int, Value] = {}
        size = row.size
        for column, cell in row.cells.items():
            values[column] = value = self._value(*cell)
            if isinstance(value, str):
                size += len(value) - len(cell[2])
            if size > self._max_bytes:
                raise InvalidRowError(
                    f"the row is longer than {self._max_bytes:,} characters; split it or raise --max-bytes"
                )
        return values

    def _read_workbook(self) -> list[Sheet]:
        part = next((part for _, kind, part in self._package.relations() if kind == "officeDocument"), None)
        if part is None:
            raise InputError("is not an Excel workbook; save it again", self._source)
        parts = {link: (kind, target) for link, kind, target in self._package.relations(part)}
        contents = _Contents(parts)
        self._package.parse(part, contents)
        self._epoch = _EPOCH_1904 if contents.counts_from_1904 else _EPOCH_1900
        for kind, target in parts.values():
            if kind == "styles" and target in self._package:
                self._package.parse(target, self._styles)
            elif kind == "sharedStrings" and target in self._package:
                self._package.parse(target, self._strings)
        return contents.sheets

    def _value(self, kind: str, style: int, text: str) -> Value:
        match kind:
            case "s":
                return self._shared(text)
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
        dates = self._styles.dates
        if style < len(dates) and dates[style]:
            return _date(number, self._epoch)
        whole = text.strip()
        return int(whole) if whole.lstrip("-").isdecimal() and len(whole) < 18 else number

    def _shared(self, text: str) -> str | None:
        index = natural(text, -1)
        offsets = self._strings.offsets
        if not 0 <= index < len(offsets) - 1:
            return None
        start, end = offsets[index], offsets[index + 1]
        if end - start > self._max_bytes:
            raise InvalidRowError(
                f"a cell is longer than {self._max_bytes:,} bytes; split it or raise --max-bytes"
            )
        if end - start <= _SHORT:
            return self._cached(start, end)
        self._given += end - start
        if self._given - offsets[-1] > MAX_REPEATED:
            raise InputError(
                f"repeats its long texts to more than {MAX_REPEATED:,} bytes; split it", self._source
            )
        return self._read_shared(start, end)

    def _read_shared(self, start: int, end: int) -> str | None:
        self._strings.file.seek(start)
        return _unescaped(self._strings.file.read(end - start).decode("utf-8")) or None


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


class _Styles(Handler):
    """Learns which styles show a number as a date."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._formats: dict[int, bool] = {}
        self._inside = False
        self.dates: list[bool] = []

    def start(self, name: Name, attributes: dict[str, str]) -> None:
        key = natural(attributes.get("numFmtId", ""))
        if name[1] == "numFmt":
            self._formats[key] = _is_date(attributes.get("formatCode", "")[:_MAX_FORMAT])
        elif name[1] == "cellXfs":
            self._inside = True
        elif name[1] == "xf" and self._inside:
            self.dates.append(self._formats.get(key, key in _BUILTIN_DATES))
        if len(self.dates) + len(self._formats) > MAX_STYLES:
            raise InputError(f"has more than {MAX_STYLES:,} styles; save it again", self._source)

    def end(self, name: Name) -> None:
        self._inside = self._inside and name[1] != "cellXfs"


class _Strings(Handler):
    """Collects the shared strings in a file, and where each of them begins."""

    def __init__(self, source: str) -> None:
        self._source = source
        self.file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed with the workbook
        self.offsets = array("Q", [0])
        self._length = 0
        self._inside = self._phonetic = False

    def start(self, name: Name, _: dict[str, str]) -> None:
        self._phonetic = self._phonetic or name[1] == "rPh"
        self._inside = name[1] == "t" and not self._phonetic

    def end(self, name: Name) -> None:
        self._inside = False
        self._phonetic = self._phonetic and name[1] != "rPh"
        if name[1] == "si":
            self.offsets.append(self._length)
            if len(self.offsets) > MAX_STRINGS:
                raise InputError(f"has more than {MAX_STRINGS:,} different texts; split it", self._source)

    def data(self, text: str) -> None:
        if self._inside:
            self._length += self.file.write(text.encode("utf-8"))


@dataclass(slots=True)
class _Row:
    """A row as it is written: its cells that are not empty, by the number of their column."""

    number: int
    cells: dict[int, tuple[str, int, str]]  # kind, style and text
    size: int = 0  # characters; if there are too many, not all of them are in its cells


class _Rows(Handler):
    """Collects the rows of a sheet."""

    def __init__(self, source: str, max_bytes: int) -> None:
        self._source, self._max_bytes = source, max_bytes
        self.done: list[_Row] = []
        self._row = _Row(0, {})
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
                if max(self._column, self._cells) > MAX_COLUMNS:
                    raise InputError(f"has more than {MAX_COLUMNS:,} columns; save it again", self._source)
                self._text = []
                self._kind = attributes.get("t", "n")
                self._style = natural(attributes.get("s", ""))
            case "row":
                self._row = _Row(natural(attributes.get("r", ""), self._row.number + 1), {})
                self._rows += 1
                self._cells = 0
                if max(self._row.number, self._rows) > MAX_ROWS:
                    raise InputError(f"has more than {MAX_ROWS:,} rows; save it again", self._source)
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
            case "row" if self._row.size:
                self.done.append(self._row)
                self._row = _Row(self._row.number, {})
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


def _is_date(number_format: str) -> bool:
    shown = _NO_DATE.sub("", number_format).partition(";")[0]
    return any(char in "ymdhsYMDHS" for char in shown)


def _date(serial: float, epoch: datetime.datetime) -> Value:
    """Return the date, the time or both that a number stands for; the number if it cannot be any."""
    try:
        if 0 <= serial < 1:
            return (_EPOCH_1904 + _span(serial)).time()
        if epoch == _EPOCH_1900 and serial < 60:
            epoch += datetime.timedelta(1)  # Excel believes in 29 February 1900
        moment = epoch + _span(serial)
    except (OverflowError, ValueError):
        return serial
    return moment.date() if moment.time() == datetime.time() else moment


def _span(days: float) -> datetime.timedelta:
    return datetime.timedelta(seconds=round(days * 86_400, 3))
