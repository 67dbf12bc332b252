"""The cells of a workbook that is one XML file (SpreadsheetML of Excel 2002 and 2003), row by row.

Many systems export their registers so, under the name of .xls.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import BinaryIO

from nhsa_nlp.errors import Cause, InputError
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.package.xml import Handler, Name, UnsafeXmlError, natural, parse
from nhsa_nlp.io.source import Source
from nhsa_nlp.io.tables.cells import EPOCH_1900, Row, RowBuilder, Value, by_piece, too_long, whole
from nhsa_nlp.io.tables.rows import valid

_SPACE = "urn:schemas-microsoft-com:office:spreadsheet"
_LEFT_OUT = ("Comment", "PhoneticText")  # within a cell, but not shown in it
_PIECE = 1 << 16


class Spreadsheet:
    """An open workbook; the stream is left open.

    ``max_bytes`` says how many characters a row may have.
    """

    def __init__(self, stream: BinaryIO, file: Source, options: ReadOptions):
        self._stream, self._source, self._max_bytes = stream, file.source, options.max_bytes
        names = _Names()
        self.has_several_sheets = any(names.count > 1 for _ in self._parse(names))

    def rows(self) -> Iterator[tuple[str, Row]]:
        """Yield the rows of all sheets that are not empty, each with the name of its sheet.

        Formulas give the value that was stored with them, errors such as ``#N/A`` None. Of merged
        cells the first has the value.

        Raises
        ------
        InputError
            If it is damaged, or larger than a workbook can be.
        """
        rows = _Rows(self._source, self._max_bytes)
        yield from by_piece(self._parse(rows), rows.done)

    def _parse(self, handler: Handler) -> Iterator[None]:
        self._stream.seek(0)
        try:
            yield from parse(iter(lambda: self._stream.read(_PIECE), b""), handler)
        except UnsafeXmlError as error:
            raise InputError(
                "is damaged: it {error}; open it and save it as .xlsx",
                self._source,
                cause=Cause.CONVERT,
                error=error,
            ) from error


class _Names(Handler):
    """Counts the sheets."""

    def __init__(self) -> None:
        self.count = 0

    def start(self, name: Name, _: dict[str, str]) -> None:
        self.count += name == (_SPACE, "Worksheet")


class _Rows(Handler):
    """Collects the rows of all sheets."""

    def __init__(self, source: str, max_bytes: int) -> None:
        self._source, self._max_bytes = source, max_bytes
        self.done: list[tuple[str, Row]] = []
        self._sheet = ""
        self._row = self._column = self._merged = 0
        self._builder = RowBuilder(source, max_bytes)
        self._kind = ""
        self._text: list[str] = []
        self._length = 0
        self._collecting = self._left_out = False

    def start(self, name: Name, attributes: dict[str, str]) -> None:
        if name[0] != _SPACE:
            return
        match name[1]:
            case "Worksheet":
                self._sheet = valid(attributes.get("Name", ""))
                self._row = 0
                self._builder = RowBuilder(self._source, self._max_bytes)
            case "Row":
                self._row = natural(attributes.get("Index", ""), self._row + 1)
                self._column = self._merged = 0
                self._take(self._builder.begin(self._row))
            case "Cell":
                self._column = natural(attributes.get("Index", ""), self._column + self._merged + 1)
                self._merged = natural(attributes.get("MergeAcross", ""))
            case "Data" if not self._left_out:
                self._kind, self._text, self._length = attributes.get("Type", ""), [], 0
                self._collecting = True
            case kind if kind in _LEFT_OUT:
                self._left_out = True

    def end(self, name: Name) -> None:
        if name[0] != _SPACE:
            return
        match name[1]:
            case "Worksheet":
                self._take(self._builder.end())
            case "Data" if self._collecting:
                self._collecting = False
                if self._length > self._max_bytes:
                    self._builder.fail(too_long(self._max_bytes))
                else:
                    self._builder.put(self._column, _value(self._kind, "".join(self._text)))
            case kind if kind in _LEFT_OUT:
                self._left_out = False

    def data(self, text: str) -> None:
        if self._collecting:
            self._length += len(text)
            if self._length <= self._max_bytes:
                self._text.append(text)

    def _take(self, rows: Iterator[Row]) -> None:
        self.done += ((self._sheet, row) for row in rows)


def _value(kind: str, text: str) -> Value:
    try:
        match kind:
            case "Number":
                digits = text.strip()
                return int(digits) if digits.isdecimal() and len(digits) < 18 else whole(float(digits))
            case "DateTime":
                moment = datetime.datetime.fromisoformat(text.strip())
                if moment < EPOCH_1900 + datetime.timedelta(2):
                    return moment.time()
                return moment.date() if moment.time() == datetime.time() else moment
    except (ValueError, OverflowError, TypeError):
        return text
    if kind == "Boolean":
        return text.strip() == "1"
    return None if kind == "Error" else text or None
