"""The passages of an earlier document: pieces of its sections that can be quoted by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

LONGEST = 525
"""Characters of a passage, at most."""

MOST_CHARACTERS = 200_000
"""What is beyond is not cut: no letter is that long."""

_END = re.compile(r"[。！？；\n]+")
_ROOMY = 420  # so that pieces of equal length do not just miss the limit


def cut_passages(text: str, section_starts: Iterable[int] = ()) -> list[tuple[int, int]]:
    """Cut a text at its sections, and these at ends of sentences into pieces of about equal length.

    Parameters
    ----------
    text
        The raw text.
    section_starts
        Where sections begin.

    Returns
    -------
    list[tuple[int, int]]
        Starts and ends in the raw text, without white space around; no piece is longer than `LONGEST`.

    Examples
    --------
    >>> cut_passages("一、关于备案。二、关于结算。", [7])
    [(0, 7), (7, 14)]
    """
    size = min(len(text), MOST_CHARACTERS)
    cuts = sorted({0, size, *(start for start in section_starts if 0 < start < size)})
    found = []
    for start, end in pairwise(cuts):
        found += _cut_section(text, start, end)
    stripped = (_strip(text, start, end) for start, end in found)
    return [(start, end) for start, end in stripped if start < end]


def _cut_section(text: str, start: int, end: int) -> list[tuple[int, int]]:
    if end - start <= LONGEST:
        return [(start, end)]
    wanted = (end - start) / -(-(end - start) // _ROOMY)
    pieces = []
    last = start  # the end of the sentences taken into the piece so far
    for stop in [*(match.end() for match in _END.finditer(text, start, end)), end]:
        if last > start and (stop - start > LONGEST or stop - start - wanted > wanted - (last - start)):
            pieces.append((start, last))
            start = last
        while stop - start > LONGEST:  # a sentence without an end
            pieces.append((start, start + LONGEST))
            start += LONGEST
        last = stop
    if start < end:
        pieces.append((start, end))
    return pieces


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
