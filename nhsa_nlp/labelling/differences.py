"""Where two texts differ: the pieces they share and those they do not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

_CLAUSE = re.compile(r"[^。！？；，、：\n]*[。！？；，、：\n]?")
_LONGEST_BLOCK = 600  # characters compared one by one; the time grows with the square
_LEAST_ALIKE = 0.3  # below it two blocks are other text, not a changed one
_CONTEXT = 24  # characters kept beside a difference


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text on each side; ``same`` if it is the same, and ``skipped`` if it is left out."""

    left: str
    right: str
    same: bool
    skipped: int = 0


def differences(left: str, right: str, *, shortened: bool = True) -> list[Piece]:
    """Compare two texts, clause by clause and then, within what changed, character by character.

    Parameters
    ----------
    shortened
        Whether long shared runs are left out.

    Returns
    -------
    list[Piece]
        In order; joined, each side gives its text, except that what is left out is replaced by pieces
        with the number of characters ``skipped``.
    """
    pieces = _joined(_compared(left, right))
    return list(_shortened(pieces) if shortened else pieces)


def _compared(left: str, right: str) -> Iterator[Piece]:
    a, b = (_CLAUSE.findall(text)[:-1] for text in (left, right))  # the last match is empty
    for kind, a_start, a_end, b_start, b_end in SequenceMatcher(None, a, b).get_opcodes():
        old, new = "".join(a[a_start:a_end]), "".join(b[b_start:b_end])
        if kind == "replace" and len(old) <= _LONGEST_BLOCK and len(new) <= _LONGEST_BLOCK:
            yield from _by_character(old, new)
        else:
            yield Piece(old, new, kind == "equal")


def _by_character(old: str, new: str) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < _LEAST_ALIKE:
        yield Piece(old, new, same=False)
        return
    for kind, a_start, a_end, b_start, b_end in matcher.get_opcodes():
        yield Piece(old[a_start:a_end], new[b_start:b_end], kind == "equal")


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    for same, run in groupby(pieces, key=lambda piece: piece.same):
        lefts, rights = zip(*((piece.left, piece.right) for piece in run), strict=True)
        yield Piece("".join(lefts), "".join(rights), same)


def _shortened(pieces: Iterator[Piece]) -> Iterator[Piece]:
    found = list(pieces)
    for number, piece in enumerate(found):
        before = _CONTEXT if number else 0
        after = _CONTEXT if number < len(found) - 1 else 0
        cut = len(piece.left) - before - after
        if not piece.same or cut <= 2 * _CONTEXT:
            yield piece
            continue
        head, tail = piece.left[:before], piece.left[len(piece.left) - after :]
        if head:
            yield Piece(head, head, same=True)
        yield Piece("", "", same=True, skipped=cut)
        if tail:
            yield Piece(tail, tail, same=True)
