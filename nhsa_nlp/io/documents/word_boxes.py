"""Where the text boxes of Word's binary format are anchored.

A text box names the shape that shows it, an anchor the outermost shape at it; between the two stand the
groups of the drawing ([MS-DOC] 2.9.253, 2.9.102 and 2.9.172, [MS-ODRAW] 2.2.13 to 2.2.16).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from nhsa_nlp.io.documents.word_file import BOXES, DRAWINGS, SHAPES, WordFile

_ANCHOR_BYTES, _BOX_BYTES = 26, 22
_GROUP, _SHAPE, _SHAPE_ID = 0xF003, 0xF004, 0xF00A
_DRAWING_GROUP, _DRAWING = 0xF000, 0xF002
_MAX_DEPTH = 20  # of groups in groups


def boxes(word: WordFile) -> Iterator[tuple[int | None, int, int]]:
    """Yield the text boxes of the body: their anchors, and where their text begins and ends.

    The anchor is a position in the text of the file; ``None`` if it is not known.
    """
    first, last = word.stories["boxes"]
    main = word.stories["main"][1]
    starts, details = word.positions(BOXES, _BOX_BYTES)
    if first >= last or not details:
        return
    positions, anchors = word.positions(SHAPES, _ANCHOR_BYTES)
    at = {anchor[:4]: position for position, anchor in zip(positions, anchors, strict=False)}
    outermost = _outermost(word.table(DRAWINGS))
    for number, detail in enumerate(details[:-1]):  # the last is the end of the story
        shape = detail[14:18]
        reusable = int.from_bytes(detail[8:10], "little")
        start, end = first + starts[number], min(first + starts[number + 1], last)
        if reusable or start >= end:
            continue
        anchor = at.get(shape, at.get(outermost.get(shape, b"")))
        yield anchor if anchor is not None and anchor < main else None, start, end


def _outermost(drawings: bytes) -> dict[bytes, bytes]:
    """Return for each shape the outermost group that it is in, by their ids."""
    found: dict[bytes, bytes] = {}
    at = 0
    while at + 8 <= len(drawings):
        if int.from_bytes(drawings[at + 2 : at + 4], "little") not in (_DRAWING_GROUP, _DRAWING):
            at += 1  # the byte before a drawing that says whether it is of the body or of the headers
            if int.from_bytes(drawings[at + 2 : at + 4], "little") != _DRAWING:
                return found
        end = at + 8 + int.from_bytes(drawings[at + 4 : at + 8], "little")
        if int.from_bytes(drawings[at + 2 : at + 4], "little") == _DRAWING:
            for kind, start, stop in _records(drawings, at + 8, end):
                if kind == _GROUP:
                    # The group that holds all; each group or shape within it has its own anchor.
                    for inner, first, last in _records(drawings, start, stop):
                        if inner == _GROUP:
                            shapes = list(_shapes(drawings, first, last, _MAX_DEPTH))
                            found |= dict.fromkeys(shapes, shapes[0]) if shapes else {}
        at = end
    return found


def _shapes(drawings: bytes, start: int, end: int, depth: int) -> Iterator[bytes]:
    """Yield the ids of the shapes in a group, its own first."""
    for kind, first, last in _records(drawings, start, end):
        if kind == _SHAPE:
            for inner, at, _ in _records(drawings, first, last):
                if inner == _SHAPE_ID:
                    yield drawings[at : at + 4]
        elif kind == _GROUP and depth:
            yield from _shapes(drawings, first, last, depth - 1)


def _records(drawings: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield the records in a part of the drawings: their type, and where their content begins and ends."""
    end = min(end, len(drawings))
    while start + 8 <= end:
        kind, size = struct.unpack_from("<HI", drawings, start + 2)
        yield kind, start + 8, min(start + 8 + size, end)
        start += 8 + size
