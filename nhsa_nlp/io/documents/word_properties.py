"""Properties of characters and paragraphs in Word's binary format, as far as they decide what is read.

[MS-DOC] 2.6 (single property modifiers, sprms) and 2.9.33 and 2.9.174 (the pages that say which bytes of
the text they hold for).
"""

from __future__ import annotations

import struct
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace

from nhsa_nlp.errors import Cause, InputError

MAX_RUNS = 500_000  # of characters or paragraphs; a thousand pages have a tenth of that
MAX_MODIFIERS = 20_000_000  # bytes of them, equal ones counted once
MAX_DEPTH = 50  # of tables within tables
_PAGE = 512
_SIZES = (1, 1, 2, 4, 2, 2, 0, 3)  # of the operand, by the highest three bits of the sprm; 0: its first byte
_DEFINE_TABLE, _CHANGE_TABS = 0xD608, 0xC615
_HUGE = (0x6645, 0x6646)
_MAX_HUGE = 0x3FA2
_KNOWN = 10_000
_ON, _OPPOSITE = 1, 0x81  # 0x81 is the opposite of what the style says


@dataclass(slots=True, frozen=True)
class Properties:
    """What holds for a run of characters, or for a paragraph.

    Attributes
    ----------
    deleted, hidden
        Characters deleted in a tracked change; hidden text.
    unlike_style
        Hidden if the style is not, and the other way round.
    symbol
        Font (its number) and code of the sign that stands for a bracket.
    font
        The number of the characters' font, if it is not that of the style.
    style
        Number of the paragraph's style.
    list, level
        The list a paragraph is in, counted from 1, and the level; ``None`` if only the style says so.
    in_table, depth
        Whether the paragraph is in a table; in how many, if it says.
    row_end, inner_cell_end, inner_row_end
        What its end is besides: of a row; of a cell or row of a table within a table.
    """

    deleted: bool = False
    hidden: bool = False
    unlike_style: bool = False
    symbol: tuple[int, int] | None = None
    font: int | None = None
    style: int = 0
    list: int | None = None
    level: int | None = None
    in_table: bool = False
    depth: int | None = None
    row_end: bool = False
    inner_cell_end: bool = False
    inner_row_end: bool = False

    @property
    def tables(self) -> int:
        """In how many tables the paragraph is."""
        depth = int(self.in_table) if self.depth is None else self.depth
        return min(max(depth, 0), MAX_DEPTH)


PLAIN = Properties()
_FLAGS = {
    0x2416: "in_table",
    0x2417: "row_end",
    0x244B: "inner_cell_end",
    0x244C: "inner_row_end",
}


class Modifiers:
    """Applies property modifiers, as many as a document of any use has.

    Parameters
    ----------
    data
        The stream that long modifiers of paragraphs are kept in.
    source
        The name of the file.
    """

    def __init__(self, data: bytes, source: str):
        self._data = data
        self._source = source
        self._left = MAX_MODIFIERS
        self._known: dict[tuple[Properties, bytes], Properties] = {}

    def apply(self, before: Properties, sprms: bytes) -> Properties:
        """Return the properties after some modifiers; what is not known, or cut off, changes nothing.

        Raises
        ------
        InputError
            If there have been too many.
        """
        if not sprms:
            return before
        known = self._known.get((before, sprms))
        if known is not None:
            return known
        changes: dict[str, object] = {}
        self._spend(sprms)
        for sprm, operand in _sprms(sprms):
            if sprm in _HUGE:
                at = int.from_bytes(operand, "little")
                size = int.from_bytes(self._data[at : at + 2], "little")
                kept = self._data[at + 2 : at + 2 + size] if size <= _MAX_HUGE else b""
                self._spend(kept)
                for inner, value in _sprms(kept):
                    _change(changes, inner, value)
            else:
                _change(changes, sprm, operand)
        after = replace(before, **changes) if changes else before  # type: ignore[arg-type]
        if len(self._known) >= _KNOWN:
            self._known.clear()
        self._known[before, sprms] = after
        return after

    def _spend(self, sprms: bytes) -> None:
        self._left -= len(sprms)
        if self._left < 0:
            raise InputError(
                "has more than {limit:,} bytes of formatting; split it",
                self._source,
                cause=Cause.TOO_LARGE,
                limit=MAX_MODIFIERS,
            )


def _change(changes: dict[str, object], sprm: int, operand: bytes) -> None:
    if sprm in _FLAGS:
        changes[_FLAGS[sprm]] = operand[0] == _ON
    elif sprm == 0x0800:
        changes["deleted"] = operand[0] in (_ON, _OPPOSITE)
    elif sprm == 0x083C:
        changes["hidden"] = operand[0] == _ON
        changes["unlike_style"] = operand[0] == _OPPOSITE
    elif sprm == 0x6A09:
        changes["symbol"] = struct.unpack("<HH", operand)
    elif sprm in (0x4A4F, 0x4A51):
        changes["font"] = int.from_bytes(operand, "little")
    elif sprm == 0x460B:
        number = int.from_bytes(operand, "little")
        changes["list"] = number if number < 0x7FF else 0
    elif sprm == 0x260A:
        changes["level"] = operand[0]
    elif sprm == 0x6649:
        changes["depth"] = int.from_bytes(operand, "little", signed=True)


def _sprms(sprms: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 2 < len(sprms):
        sprm = sprms[at] | sprms[at + 1] << 8
        at += 2
        size = _SIZES[sprm >> 13]
        if not size:
            size = 1 + sprms[at]
            if sprm == _DEFINE_TABLE:
                size = 1 + int.from_bytes(sprms[at : at + 2], "little")
            elif sprm == _CHANGE_TABS and sprms[at] == 0xFF:
                removed = sprms[at + 1] if at + 1 < len(sprms) else 0
                added = at + 2 + 4 * removed
                size = 3 + 4 * removed + 3 * (sprms[added] if added < len(sprms) else 0)
        if at + size > len(sprms):
            return
        yield sprm, sprms[at : at + size]
        at += size


class Runs:
    """Which properties hold for which bytes of the text: in ascending order, without overlaps."""

    def __init__(self) -> None:
        self.starts = array("I")
        self.ends = array("I")
        self.properties: list[Properties] = []

    def add(self, start: int, end: int, properties: Properties) -> None:
        """Add a run behind those there are; what overlaps them is left out."""
        if self.ends and start < self.ends[-1]:
            start = self.ends[-1]
        if start < end:
            self.starts.append(start)
            self.ends.append(end)
            self.properties.append(properties)

    def at(self, position: int) -> Properties:
        """Return what holds at a byte."""
        found = bisect_right(self.starts, position) - 1
        if found >= 0 and position < self.ends[found]:
            return self.properties[found]
        return PLAIN

    def between(self, start: int, end: int) -> Iterator[tuple[int, int, Properties]]:
        """Yield the runs of some bytes, cut to these."""
        found = max(bisect_right(self.starts, start) - 1, 0)
        while found < len(self.starts) and self.starts[found] < end:
            if self.ends[found] > start:
                yield max(start, self.starts[found]), min(end, self.ends[found]), self.properties[found]
            found += 1


def character_runs(document: bytes, table: bytes, modifiers: Modifiers, source: str) -> Runs:
    """Return the runs of characters that are not plain, from the plex of their pages."""
    runs = Runs()
    for page, starts in _pages(document, table, 1, source):
        for number in range(len(starts) - 1):
            at = 2 * page[4 * len(starts) + number]
            if not at:
                continue
            properties = modifiers.apply(PLAIN, page[at + 1 : at + 1 + page[at]])
            if properties is not PLAIN:
                runs.add(starts[number], starts[number + 1], properties)
    return runs


def paragraph_runs(document: bytes, table: bytes, modifiers: Modifiers, source: str) -> Runs:
    """Return the paragraphs with their properties, from the plex of their pages."""
    runs = Runs()
    of_styles: dict[bytes, Properties] = {}
    for page, starts in _pages(document, table, 13, source):
        for number in range(len(starts) - 1):
            at = 2 * page[4 * len(starts) + 13 * number]
            size = 2 * page[at] - 1
            if size < 0 and at + 1 < _PAGE:  # the length stands in the next byte
                at += 1
                size = 2 * page[at]
            described = page[at + 1 : at + 1 + size] if at > 1 else b""
            style = described[:2]
            if style not in of_styles:
                of_styles[style] = Properties(style=int.from_bytes(style, "little"))
            runs.add(starts[number], starts[number + 1], modifiers.apply(of_styles[style], described[2:]))
    return runs


def _pages(document: bytes, table: bytes, width: int, source: str) -> Iterator[tuple[bytes, list[int]]]:
    """Yield the pages of properties with the bytes where their runs begin, and the last ends."""
    count = max(len(table) - 4, 0) // 8
    if count > len(document) // _PAGE:
        raise InputError(
            "is damaged: more pages of properties than it can hold; open and save it again",
            source,
            cause=Cause.DAMAGED,
        )
    left = MAX_RUNS
    for (number,) in struct.iter_unpack("<I", table[4 * (count + 1) : 4 * (count + 1) + 4 * count]):
        at = (number & 0x3FFFFF) * _PAGE
        page = document[at : at + _PAGE]
        if len(page) < _PAGE:
            continue
        runs = page[-1]
        if 4 * (runs + 1) + width * runs >= _PAGE:
            continue
        left -= runs
        if left < 0:
            raise InputError(
                "has more than {limit:,} runs of text; split it",
                source,
                cause=Cause.TOO_LARGE,
                limit=MAX_RUNS,
            )
        yield page, list(struct.unpack_from(f"<{runs + 1}I", page))
