"""The cells of a binary workbook of Excel 5 to 2003 ([MS-XLS]), and of what WPS writes as .et.

The workbook is one stream of records. It is gone through once for what all sheets share, and once for each
sheet, so that a cell in the last corner costs no more than any other.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from nhsa_nlp.errors import Cause, InputError
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.package.compound import CompoundFile
from nhsa_nlp.io.tables.cells import (
    EPOCH_1900,
    EPOCH_1904,
    Row,
    RowBuilder,
    Value,
    Workbook,
    damaged,
    from_utf16,
    packed_number,
    whole,
    whole_records,
)
from nhsa_nlp.io.tables.rows import InvalidRowError

# Kinds of records.
_FORMULA, _END, _EPOCH, _PASSWORD, _CONTINUE, _CODE_PAGE = 0x06, 0x0A, 0x22, 0x2F, 0x3C, 0x42
_SHEET, _PACKED_NUMBERS, _RICH_TEXT, _STYLE, _STRINGS, _SHARED = 0x85, 0xBD, 0xD6, 0xE0, 0xFC, 0xFD
_NUMBER, _TEXT, _BOOLEAN, _RESULT, _PACKED_NUMBER, _FORMAT, _BEGIN = (
    0x203, 0x204, 0x205, 0x207, 0x27E, 0x41E, 0x809,
)  # fmt: skip
_CELLS = frozenset([_FORMULA, _PACKED_NUMBERS, _RICH_TEXT, _SHARED, _NUMBER, _TEXT, _BOOLEAN, _PACKED_NUMBER])
_EXCEL_97 = 0x600
_CODE_PAGES = {936: "gb18030", 950: "cp950", 65001: "utf-8"}
_WIDE, _PHONETIC, _RICH = 1, 4, 8  # flags of a text


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, and where in the stream it begins."""

    name: str
    at: int


class Spreadsheet(Workbook):
    """An open workbook, whose ``sheets`` are in order, the hidden ones too.

    Parameters
    ----------
    compound
        The file.
    stream
        The name of its stream of records.
    source
        Its name.
    options
        ``max_bytes`` says how many characters a row may have.

    Raises
    ------
    InputError
        If it is encrypted, damaged or older.
    """

    def __init__(self, compound: CompoundFile, stream: str, source: str, options: ReadOptions):
        self._data = compound.read(stream)
        self._left = len(self._data)  # bytes of sheets that may still be read; none has a byte twice
        super().__init__(source, options.max_bytes, len(self._data))
        self._is_97, self._encoding, self._epoch = True, "cp1252", EPOCH_1900
        self.sheets: list[Sheet] = []
        with self._opening(), whole_records(source):
            self._read_workbook()

    def rows(self, sheet: Sheet) -> Iterator[Row]:
        """Yield the rows that are not empty.

        Formulas give the value that was stored with them, errors such as ``#N/A`` None.

        Raises
        ------
        InputError
            If the sheet is damaged, or larger than a sheet can be.
        """
        with whole_records(self._source):
            yield from self._rows(sheet.at)

    def _rows(self, at: int) -> Iterator[Row]:
        rows = RowBuilder(self._source, self._max_bytes)
        depth = 0  # charts within the sheet have cells as well
        awaiting = 0  # the column of a formula whose text follows
        for kind, segments in self._records(at):
            self._left -= sum(map(len, segments)) + 4 * len(segments)
            if self._left < 0:
                raise InputError(
                    "is damaged: its sheets overlap; open and save it again",
                    self._source,
                    cause=Cause.DAMAGED,
                )
            if not depth and kind != _BEGIN:
                raise damaged(self._source)
            if kind == _BEGIN:
                depth += 1
            elif kind == _END:
                depth -= 1
                if depth <= 0:
                    break
            elif depth == 1 and kind in _CELLS:
                record = segments[0]
                row, column = struct.unpack_from("<HH", record)
                yield from rows.begin(row + 1)
                awaiting = column + 1 if kind == _FORMULA and _is_text(record) else 0
                try:
                    for place, value in enumerate(self._values(kind, segments), column + 1):
                        rows.put(place, value)
                except InvalidRowError as error:
                    rows.fail(error)
            elif depth == 1 and kind == _RESULT and awaiting:
                rows.put(awaiting, self._text(_Segments(segments), 2) or None)
                awaiting = 0
        yield from rows.end()

    def _values(self, kind: int, segments: list[bytes]) -> Iterator[Value]:
        """Yield the values of a record: of a series of numbers several, of others one."""
        record = segments[0]
        if kind == _PACKED_NUMBERS:
            for at in range(4, len(record) - 7, 6):
                style, bits = struct.unpack_from("<HI", record, at)
                yield self._styles.value(packed_number(bits), style, self._epoch)
            return
        (style,) = struct.unpack_from("<H", record, 4)
        match kind:
            case 0xFD:  # _SHARED
                yield self._strings.text(struct.unpack_from("<I", record, 6)[0]) or None
            case 0x204 | 0xD6:  # _TEXT, _RICH_TEXT
                segments = [record[6:], *segments[1:]]
                yield self._text(_Segments(segments), 2) or None
            case 0x27E:  # _PACKED_NUMBER
                (bits,) = struct.unpack_from("<I", record, 6)
                yield self._styles.value(packed_number(bits), style, self._epoch)
            case 0x205:  # _BOOLEAN
                yield None if record[7] else bool(record[6])
            case 0x06 if record[12:14] == b"\xff\xff":  # _FORMULA
                yield bool(record[8]) if record[6] == 1 else None
            case _:
                (number,) = struct.unpack_from("<d", record, 6)
                yield self._styles.value(whole(number), style, self._epoch)

    def _read_workbook(self) -> None:
        begun = False
        seen: set[int] = set()
        for kind, segments in self._records(0):
            record = segments[0]
            if not begun:
                if kind != _BEGIN:
                    raise damaged(self._source)
                begun = True
                self._is_97 = struct.unpack_from("<H", record)[0] >= _EXCEL_97
            match kind:
                case 0x0A:  # _END
                    break
                case 0x2F:  # _PASSWORD
                    raise InputError(
                        "is encrypted; save it without a password", self._source, cause=Cause.ENCRYPTED
                    )
                case 0x42:  # _CODE_PAGE
                    self._encoding = _encoding(struct.unpack_from("<H", record)[0])
                case 0x22:  # _EPOCH
                    self._epoch = EPOCH_1904 if record[0] else EPOCH_1900
                case 0x41E:  # _FORMAT
                    code = self._text(_Segments([record[2:]]), 2 if self._is_97 else 1)
                    self._styles.add_format(struct.unpack_from("<H", record)[0], code)
                case 0xE0:  # _STYLE
                    self._styles.add(struct.unpack_from("<H", record, 2)[0])
                case 0x85 if record[5] == 0:  # _SHEET, not of charts or macros
                    (at,) = struct.unpack_from("<I", record)
                    # A sheet is read once, however often a hostile workbook names it.
                    if at not in seen:
                        seen.add(at)
                        self.sheets.append(Sheet(self._text(_Segments([record[6:]]), 1), at))
                case 0xFC:  # _STRINGS
                    self._read_strings(_Segments([record[8:], *segments[1:]]))
        if not begun:
            raise damaged(self._source)

    def _read_strings(self, segments: _Segments) -> None:
        while segments.has_more():
            length, flags = struct.unpack("<HB", segments.take(3))
            runs = struct.unpack("<H", segments.take(2))[0] if flags & _RICH else 0
            phonetic = struct.unpack("<I", segments.take(4))[0] if flags & _PHONETIC else 0
            if length:
                self._strings.write(segments.text(length, wide=bool(flags & _WIDE)))
            self._strings.end()
            segments.skip(4 * runs + phonetic)

    def _text(self, segments: _Segments, size: int) -> str:
        """Return a text whose length is in so many bytes before it."""
        length = int.from_bytes(segments.take(size), "little")
        if self._is_97:
            (flags,) = segments.take(1)
            return segments.text(length, wide=bool(flags & _WIDE))
        return segments.take(length).decode(self._encoding, "replace")

    def _records(self, at: int) -> Iterator[tuple[int, list[bytes]]]:
        """Yield the kind and the content of the records from a place on, with what continues them."""
        data, end = self._data, len(self._data) - 3
        kind, segments = -1, list[bytes]()
        while 0 <= at < end:
            following, size = struct.unpack_from("<HH", data, at)
            content = data[at + 4 : at + 4 + size]
            at += 4 + size
            if following == _CONTINUE:
                segments.append(content)
                continue
            if segments:
                yield kind, segments
            kind, segments = following, [content]
        if segments:
            yield kind, segments


class _Segments:
    """The content of a record and of those that continue it."""

    def __init__(self, segments: list[bytes]) -> None:
        self._segments = segments
        self._number = self._at = 0

    def has_more(self) -> bool:
        """Tell whether anything is left."""
        while self._number < len(self._segments) and self._at >= len(self._segments[self._number]):
            self._number += 1
            self._at = 0
        return self._number < len(self._segments)

    def take(self, count: int) -> bytes:
        """Return the next bytes."""
        parts = []
        while count and self.has_more():
            part = self._segments[self._number][self._at : self._at + count]
            self._at += len(part)
            count -= len(part)
            parts.append(part)
        if count:
            raise IndexError
        return b"".join(parts)

    def skip(self, count: int) -> None:
        """Pass over bytes, as many as there are."""
        while count and self.has_more():
            step = min(count, len(self._segments[self._number]) - self._at)
            self._at += step
            count -= step

    def text(self, length: int, *, wide: bool) -> str:
        """Return a text of so many characters; a segment that continues it says first how wide they are."""
        parts = []
        while length:
            segment = self._segments[self._number]
            width = 2 if wide else 1
            count = min(length, (len(segment) - self._at) // width)
            raw = segment[self._at : self._at + count * width]
            parts.append(raw if wide else raw.decode("latin-1").encode("utf-16-le"))
            self._at += len(raw)
            length -= count
            if length:
                self._number += 1
                wide = bool(self._segments[self._number][0] & _WIDE)
                self._at = 1
        return from_utf16(b"".join(parts))


def _is_text(formula: bytes) -> bool:
    return formula[12:14] == b"\xff\xff" and formula[6] == 0


def _encoding(code_page: int) -> str:
    name = _CODE_PAGES.get(code_page, f"cp{code_page}")
    try:
        b" ".decode(name)
    except (LookupError, UnicodeError):
        return "cp1252"
    return name
