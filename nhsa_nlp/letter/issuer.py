"""Who issued a document: the names that stand right before a position."""

from __future__ import annotations

from nhsa_nlp.letter.flat import FlatText, Gap
from nhsa_nlp.letter.organizations import split_run_on

_LONGEST = 120
# A sentence that cites a document names its issuer in the same place.
_CITING = ("根据", "按照", "依据", "依照", "贯彻", "落实", "执行", "转发", "印发", "经", "由", "将")


def names_before(flat: FlatText, position: int) -> tuple[int, list[str]]:
    """Return where the names of bodies that end at ``position`` begin, and the names in their order.

    Several names stand on lines of their own, between spaces, or run together. Where there is none, the
    result is ``position`` and an empty list.
    """
    names: list[str] = []
    start = end = position
    while True:
        piece_start = _piece_start(flat, end)
        piece = flat.text[piece_start:end]
        found = [] if piece.startswith(_CITING) else split_run_on(piece)
        labelled = flat.text[piece_start - 1 : piece_start] == "：" and not flat.starts_line(piece_start)
        if not found or (names and labelled):
            return start, names
        names = found + names
        start = end = piece_start
        if flat.text[end - 1 : end] == "、":
            end -= 1
        elif flat.gap(end) == Gap.NONE:
            return start, names


def _piece_start(flat: FlatText, end: int) -> int:
    """Return where the Chinese characters before ``end`` begin: at a gap, another sign, or 号 and 日."""
    text = flat.text
    start = end
    while start > max(0, end - _LONGEST):
        char = text[start - 1]
        if not "一" <= char <= "龥":
            break
        if char in "号日" and start > 1 and text[start - 2].isdigit():
            break
        start -= 1
        if flat.gap(start) != Gap.NONE:
            break
    return start
