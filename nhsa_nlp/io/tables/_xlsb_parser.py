"""The cells of a binary workbook of Excel 2007 or later ([MS-XLSB]), row by row in constant memory.

The parts of the package and how they refer to one another are those of an .xlsx; within the parts stand
records instead of XML.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from typing import BinaryIO

from nhsa_nlp.errors import Cause, InputError
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.package.office import Package
from nhsa_nlp.io.source import Source
from nhsa_nlp.io.tables.cells import (
    EPOCH_1900,
    EPOCH_1904,
    Row,
    RowBuilder,
    Sheet,
    Value,
    Workbook,
    damaged,
    from_utf16,
    packed_number,
    whole,
    whole_records,
)
from nhsa_nlp.io.tables.rows import InvalidRowError

MAX_RECORD = 16_000_000
"""Bytes of a record, which has to be whole before it can be read."""

# Kinds of records.
_ROW, _BLANK, _SHARED, _LAST_CELL, _STRING, _RICH_TEXT = 0, 1, 7, 11, 19, 62
_FORMAT, _STYLE, _PROPERTIES, _SHEET, _STYLES, _STYLES_END = 44, 47, 153, 156, 617, 618
_CELL = 8  # bytes before the value of a cell: its column, its style


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
        self._epoch = EPOCH_1900
        with self._opening(), whole_records(self._source):
            self.sheets = self._read_workbook()

    def rows(self, sheet: Sheet) -> Iterator[Row]:
        """Yield the rows that are not empty.

        Formulas give the value that was stored with them, errors such as ``#N/A`` None.

        Raises
        ------
        InputError
            If the sheet is damaged, or larger than a sheet can be.
        """
        rows = RowBuilder(self._source, self._max_bytes)
        with whole_records(self._source):
            for kind, record in self._records(sheet.part):
                if kind == _ROW:
                    yield from rows.begin(struct.unpack_from("<I", record)[0] + 1)
                elif _BLANK < kind <= _LAST_CELL or kind == _RICH_TEXT:
                    column, style = struct.unpack_from("<II", record)
                    try:
                        rows.put(column + 1, self._value(kind, style & 0xFFFFFF, record))
                    except InvalidRowError as error:
                        rows.fail(error)
        yield from rows.end()

    def _value(self, kind: int, style: int, record: bytes) -> Value:
        match kind:
            case 2:
                (bits,) = struct.unpack_from("<I", record, _CELL)
                return self._styles.value(packed_number(bits), style, self._epoch)
            case 4 | 10:
                return bool(record[_CELL])
            case 5 | 9:
                (number,) = struct.unpack_from("<d", record, _CELL)
                return self._styles.value(whole(number), style, self._epoch)
            case 6 | 8:
                return _text(record, _CELL)[0] or None
            case 7:
                return self._strings.text(struct.unpack_from("<I", record, _CELL)[0]) or None
            case 62:
                return _text(record, _CELL + 1)[0] or None
        return None  # an error

    def _read_workbook(self) -> list[Sheet]:
        part = next((part for _, kind, part in self._package.relations() if kind == "officeDocument"), "")
        if part not in self._package:
            raise InputError("is not an Excel workbook; save it again", self._source, cause=Cause.DAMAGED)
        parts = {link: (kind, target) for link, kind, target in self._package.relations(part)}
        sheets: list[Sheet] = []
        seen: set[str] = set()
        for record_kind, record in self._records(part):
            if record_kind == _PROPERTIES:
                self._epoch = EPOCH_1904 if record[0] & 1 else EPOCH_1900
            elif record_kind == _SHEET:
                link, end = _text(record, 8)
                name, _ = _text(record, end)
                kind, target = parts.get(link, ("", ""))
                # A part is read once, however many sheets a hostile workbook says it is.
                if kind == "worksheet" and target not in seen:
                    seen.add(target)
                    sheets.append(Sheet(name, target))
        for kind, target in parts.values():
            if kind == "styles" and target in self._package:
                self._read_styles(target)
            elif kind == "sharedStrings" and target in self._package:
                for record_kind, record in self._records(target):
                    if record_kind == _STRING:
                        self._strings.write(_text(record, 1)[0])
                        self._strings.end()
        return sheets

    def _read_styles(self, part: str) -> None:
        inside = False
        for kind, record in self._records(part):
            if kind == _FORMAT:
                self._styles.add_format(struct.unpack_from("<H", record)[0], _text(record, 2)[0])
            elif kind == _STYLE and inside:
                self._styles.add(struct.unpack_from("<H", record, 2)[0])
            else:
                inside = kind == _STYLES or (inside and kind != _STYLES_END)

    def _records(self, part: str) -> Iterator[tuple[int, bytes]]:
        """Yield the kind and the content of the records of a part."""
        buffer = bytearray()
        for piece in self._package.pieces(part):
            buffer += piece
            at = 0
            while True:
                kind, begin = _number(buffer, at, 2)
                size, begin = _number(buffer, begin, 4)
                if size > MAX_RECORD:
                    raise damaged(self._source)
                if begin + size > len(buffer):
                    break
                yield kind, bytes(buffer[begin : begin + size])
                at = begin + size
            del buffer[:at]
        if buffer:
            raise damaged(self._source)


def _number(buffer: bytearray, at: int, most: int) -> tuple[int, int]:
    """Return a number of seven bits a byte, and where it ends: beyond the buffer if it is not whole."""
    number = 0
    for shift in range(most):
        if at >= len(buffer):
            return 0, at + MAX_RECORD
        number |= (buffer[at] & 0x7F) << 7 * shift
        at += 1
        if buffer[at - 1] < 0x80:
            break
    return number, at


def _text(record: bytes, at: int) -> tuple[str, int]:
    """Return a text, and where it ends; "" for one that is said not to be there."""
    (length,) = struct.unpack_from("<I", record, at)
    if length == 0xFFFFFFFF:
        return "", at + 4
    end = at + 4 + 2 * length
    if end > len(record):
        raise IndexError
    return from_utf16(record[at + 4 : end]), end
