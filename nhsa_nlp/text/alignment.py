"""A cleaned text and the way back to the raw one: the sorted list of what was deleted."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate

Range = tuple[int, int]
"""Half-open: start and end."""
Alignment = tuple[list[int], list[int]]


@dataclass(frozen=True, slots=True)
class CleanText:
    """A cleaned text and its alignment with the raw one.

    Attributes
    ----------
    raw
        The text as given; never changed.
    text
        The cleaned text.
    deleted
        Half-open ranges of ``raw`` that are not in ``text``: sorted, disjoint, not touching.
    page_marks
        The half-open ranges of ``raw`` taken for page marks (each lies in a deleted range).
    """

    raw: str
    text: str
    deleted: tuple[Range, ...]
    page_marks: tuple[Range, ...]
    _kept: list[int] = field(repr=False, compare=False)  # cleaned position of each deleted range
    _shift: list[int] = field(repr=False, compare=False)  # characters deleted up to its end

    def raw_position(self, position: int) -> int:
        """Return the raw offset of the cleaned character at ``position`` (the raw length for the end)."""
        return raw_position((self._kept, self._shift), position)

    def to_raw(self, start: int, end: int) -> Range:
        """Return the raw range of ``text[start:end]``, without deletions at either border."""
        if not 0 <= start <= end <= len(self.text):
            raise ValueError(f"range {start}:{end} is outside 0:{len(self.text)}")
        if not self.deleted:
            return start, end
        first = self.raw_position(start)
        return (first, first) if start == end else (first, self.raw_position(end - 1) + 1)

    def to_clean(self, position: int) -> int:
        """Return the cleaned offset of a raw offset (that of the next kept character if deleted)."""
        if not 0 <= position <= len(self.raw):
            raise ValueError(f"position {position} is outside 0:{len(self.raw)}")
        index = bisect_right(self.deleted, (position, len(self.raw) + 1))
        if not index:
            return position
        start, end = self.deleted[index - 1]
        before = self._shift[index - 2] if index > 1 else 0
        return start - before if position < end else position - self._shift[index - 1]

    def raw_slice(self, start: int, end: int) -> str:
        """Return the raw characters of ``text[start:end]``, without the deleted ones between them."""
        return "".join(self.raw[self.raw_position(i)] for i in range(start, end))


def merge(ranges: list[Range]) -> list[Range]:
    """Sort ranges and join those that overlap or touch."""
    merged: list[Range] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def without(text: str, deleted: list[Range]) -> str:
    """Return a text without some sorted, disjoint ranges of it."""
    starts, ends = [*(start for start, _ in deleted), None], [0, *(end for _, end in deleted)]
    return "".join(text[end:start] for end, start in zip(ends, starts, strict=True))


def align(deleted: list[Range]) -> Alignment:
    """Return the cleaned position of each deleted range, and how much is deleted up to its end."""
    shift = list(accumulate(end - start for start, end in deleted))
    return [start - before for (start, _), before in zip(deleted, [0, *shift], strict=False)], shift


def raw_range(alignment: Alignment, start: int, end: int) -> Range:
    """Return the range before deletion of a range that is not empty."""
    first, last = raw_position(alignment, start), raw_position(alignment, end - 1)
    return first, last + 1


def raw_position(alignment: Alignment, position: int) -> int:
    """Return the position before deletion of a kept character."""
    kept, shift = alignment
    index = bisect_right(kept, position)
    return position + (shift[index - 1] if index else 0)
