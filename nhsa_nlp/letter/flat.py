"""The text a letter is parsed on: cleaned, without any white space, aligned with the raw text.

Line breaks carry meaning in a letter when they are there, and often they are not there (OCR) or
stand inside a sentence (page ends, hard wrapping). So the patterns run on a text that has none,
and ask for the gap at a position when it may help them.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import IntEnum
from functools import cached_property
from itertools import starmap

from nhsa_nlp.entities.doc_numbers import DocNumber
from nhsa_nlp.text import CleanText, Range
from nhsa_nlp.text.alignment import align, merge, raw_position, without

_SPACE = re.compile(r"\s\s*")  # searched faster than with +
# What a converter wrote for blanks it did not know is blank, too: 2022年2月7日????
_UNKNOWN = ("??", "？？", "\ufffd")
_SPACE_OR_UNKNOWN = re.compile(r"(?:\s|(?<![吗呢么啊吧何谁哪?？])[?？]{2,}|\ufffd+)+")
_NOT_HAN = re.compile("[^一-龥]")
_LINE_END = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")

# A text is broken at a width if its lines are that long, and so many of them are full.
_NARROWEST, _WIDEST, _FULL_LINES = 15, 60, 5
_SAMPLE = 20_000


class Gap(IntEnum):
    """What the raw text has between two neighbouring characters."""

    NONE = 0
    SPACE = 1
    LINE = 2
    BLANK = 3
    """At least one empty line, or the border of the text."""


class FlatText:
    """A cleaned text without white space.

    Parameters
    ----------
    source
        The cleaned text and its alignment.
    numbers
        The document numbers that the grammar finds in ``source.text``; the attribute has their places
        in ``text``, which is ``source.text`` without white space.
    """

    def __init__(self, source: CleanText, numbers: Sequence[DocNumber] = ()):
        self.source = source
        has_unknown = any(sign in source.text for sign in _UNKNOWN)
        spaces = [m.span() for m in (_SPACE_OR_UNKNOWN if has_unknown else _SPACE).finditer(source.text)]
        self.text = without(source.text, spaces) if spaces else source.text
        # Of each run of white space: where it begins in the cleaned text, its flat position, and how many
        # characters are left out up to its end.
        self._starts = [start for start, _ in spaces]
        self._kept, self._shift = align(spaces)
        self._to_raw = align(merge([*source.deleted, *starmap(source.to_raw, spaces)]))
        self._breaks = frozenset(self._to_raw[0])  # where the raw text has anything in between
        self.numbers = [
            replace(number, start=self._position(number.start), end=self._position(number.end))
            for number in numbers
        ]

    def raw_position(self, position: int) -> int:
        """Return the raw offset of the character at ``position`` (the raw length for the end)."""
        if position >= len(self.text):
            return len(self.source.raw)
        return raw_position(self._to_raw, position)

    def clean_range(self, start: int, end: int) -> Range:
        """Return the range in ``source.text`` of ``text[start:end]``, which is not empty."""
        return self._clean_position(start), self._clean_position(end - 1) + 1

    def number_at(self, position: int) -> DocNumber | None:
        """Return the document number that begins at ``position``."""
        index = bisect_left(self.numbers, position, key=lambda number: number.start)
        found = self.numbers[index] if index < len(self.numbers) else None
        return found if found and found.start == position else None

    def raw_slice(self, start: int, end: int) -> str:
        """Return ``text[start:end]`` with the signs of the raw text: their own width, its own brackets."""
        raw = self.source.raw
        return _NOT_HAN.sub(lambda char: raw[self.raw_position(start + char.start())], self.text[start:end])

    def gap(self, position: int) -> Gap:
        """Return what stands in the raw text between the characters before and at ``position``."""
        if position <= 0 or position >= len(self.text):
            return Gap.BLANK
        if position not in self._breaks:
            return Gap.NONE
        between = self.source.raw[self.raw_position(position - 1) + 1 : self.raw_position(position)]
        lines = len(_LINE_END.findall(between))
        if between.strip():
            # A page mark: the lines around it end the page, not the paragraph.
            return Gap.LINE if lines else Gap.NONE
        return Gap.BLANK if lines > 1 else Gap.LINE if lines else Gap.SPACE

    def breaks(self, start: int, end: int) -> Iterator[int]:
        """Yield the positions in ``text[start:end]`` before which the raw text has more, the last first."""
        places = self._to_raw[0]
        return reversed(places[bisect_left(places, start) : bisect_left(places, end)])

    def starts_line(self, position: int) -> bool:
        """Return whether the character at ``position`` is the first of a line."""
        return self.gap(position) >= Gap.LINE

    def ends_line(self, position: int) -> bool:
        """Return whether a line ends before ``position``, and not because it was full."""
        if self._line_width is None or not self.starts_line(position):
            return self.starts_line(position)
        raw = self.source.raw
        end = self.raw_position(position - 1) + 1 if position else 0
        start = max(raw.rfind(char, max(0, end - self._line_width - 8), end) for char in "\n\r\f") + 1
        return len(raw[start:end].strip()) < self._line_width - 2

    def ends_cell(self, position: int) -> bool:
        """Return whether a cell of a table ends before ``position``, which another one begins."""
        if position <= 0 or position >= len(self.text):
            return False
        return "\t" in self.source.raw[self.raw_position(position - 1) : self.raw_position(position)]

    def _clean_position(self, position: int) -> int:
        index = bisect_right(self._kept, position)
        return position + (self._shift[index - 1] if index else 0)

    def _position(self, clean_position: int) -> int:
        """Return the place of a position in ``source.text``; of white space, that of what follows it."""
        index = bisect_right(self._starts, clean_position)
        if not index:
            return clean_position
        return max(clean_position - self._shift[index - 1], self._kept[index - 1])

    @cached_property
    def _line_width(self) -> int | None:
        """The length of the longest line if all lines are short: the text is broken at a width."""
        lengths = [len(line.strip()) for line in self.source.raw[:_SAMPLE].splitlines()[:-1]]
        longest = max(lengths, default=0)
        full = sum(length >= longest - 3 for length in lengths)
        return longest if _NARROWEST <= longest <= _WIDEST and full >= _FULL_LINES else None
