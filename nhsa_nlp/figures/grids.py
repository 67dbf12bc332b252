"""Tables whose rows are lines of text with borders between the cells: the heads over and beside a number.

Cleaning deletes tabs and spaces, so rows and cells are found in the raw text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nhsa_nlp.text import CleanText, Range

_BORDER = re.compile(r"[ \u3000]*[\t|｜│][ \u3000]*|[ \u3000]{2,}|\u3000")
_EDGE = re.compile(r"[ \u3000]*[|｜│]?[ \u3000]*")
# 一级 100元 90%: in a line of short cells without stops a single blank separates them as well.
_BLANK_BORDER = re.compile("[ \u3000]+")
_RULE = re.compile(r"[\s|｜│:+=—-]*")
_SERIAL = re.compile(r"\d{1,4}|[一二三四五六七八九十]{1,3}")
LONGEST_CELL = 40
_LONGEST_TITLE = 40
_LEAST_BLANKED, _LONGEST_BLANKED = 3, 14
_PUNCTUATION = re.compile("[，。；、：！？,;:]")


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands over and beside a number, as ranges of the cleaned text; ``title`` is over the table."""

    row: list[Range]
    column: list[Range]
    title: Range | None


@dataclass(frozen=True, slots=True)
class _Row:
    start: int
    end: int
    cells: list[Range]


def find_cells(view: CleanText, quantities: Iterable[Range]) -> dict[int, Cell]:
    """Return the cells of the quantities that stand in tables, by where they begin in the raw text.

    Parameters
    ----------
    view
        The cleaned text.
    quantities
        The ranges of the quantities in the raw text, in order.
    """
    found: dict[int, Cell] = {}
    pending = list(quantities)
    at = 0
    for title, rows in _tables(view.raw):
        heads: list[_Row] = []
        for row in rows:
            while at < len(pending) and pending[at][0] < row.start:
                at += 1
            inside = []
            while at < len(pending) and pending[at][0] < row.end:
                inside.append(pending[at])
                at += 1
            if inside:
                found.update(_cells(view, title, heads, row, inside))
            elif not found or not heads or heads[-1].end + 1 >= row.start:
                heads = [*heads[-1:], row]
    return found


def _cells(
    view: CleanText, title: Range | None, heads: list[_Row], row: _Row, inside: list[Range]
) -> Iterator[tuple[int, Cell]]:
    filled = {place for place, cell in enumerate(row.cells) if any(_within(one, cell) for one in inside)}
    for start, end in inside:
        place = next((p for p, cell in enumerate(row.cells) if _within((start, end), cell)), 0)
        if not place and (len(filled) < 2 or start != row.cells[0][0]):
            continue
        beside = [
            cell
            for other, cell in enumerate(row.cells[:place])
            if (other not in filled or not other)
            and cell[0] < cell[1]
            and not _SERIAL.fullmatch(view.raw, *cell)
        ]
        over = []
        for head in heads:
            column = place + len(head.cells) - len(row.cells)
            if abs(len(head.cells) - len(row.cells)) <= 1 and 0 <= column < len(head.cells):
                over.append(head.cells[column])
        yield (
            start,
            Cell(
                [_clean(view, cell) for cell in beside],
                [_clean(view, cell) for cell in over if cell[0] < cell[1]],
                _clean(view, title) if title else None,
            ),
        )


def _tables(raw: str) -> Iterator[tuple[Range | None, list[_Row]]]:
    """Yield the tables of a raw text: the line over each, and its rows."""
    if not _BLANK_BORDER.search(raw) and not _BORDER.search(raw):
        return
    rows: list[_Row] = []
    title: Range | None = None
    start = 0
    while start < len(raw):
        end = raw.find("\n", start)
        end = len(raw) if end < 0 else end
        line = (start, end)
        row = _row(raw, start, end)
        if row is not None:
            rows.append(row)
        elif rows and _RULE.fullmatch(raw, start, end) and end > start:
            pass  # the line under a head
        else:
            if len(rows) > 1:
                yield title, rows
            rows = []
            words = raw[start:end].strip()
            if words:
                title = _title(raw, *line)
        start = end + 1
    if len(rows) > 1:
        yield title, rows


def _title(raw: str, start: int, end: int) -> Range | None:
    """Return what a line says of the table under it: it, or its last sentence before a colon."""
    while end > start and raw[end - 1].isspace():
        end -= 1
    if raw[end - 1] in "：:":
        start = max(start, *(raw.rfind(stop, start, end) + 1 for stop in "。；"))
    return (start, end) if end - start <= _LONGEST_TITLE and raw[end - 1] not in "。；！？，" else None


def _row(raw: str, start: int, end: int) -> _Row | None:
    """Return the row that a line is, if it has at least two cells and none is a sentence."""
    if end - start > 20 * LONGEST_CELL or _RULE.fullmatch(raw, start, end):
        return None
    first = _EDGE.match(raw, start, end)
    begin = first.end() if first else start
    stop = end
    while stop > begin and raw[stop - 1] in " \u3000|｜│\r":
        stop -= 1
    cells = _split(_BORDER, raw, begin, stop)
    if len(cells) < 2:
        cells = _split(_BLANK_BORDER, raw, begin, stop)
        if len(cells) < _LEAST_BLANKED or any(b - a > _LONGEST_BLANKED for a, b in cells):
            return None
        if _PUNCTUATION.search(raw, begin, stop):
            return None
    if any(b - a > LONGEST_CELL or "。" in raw[a:b] for a, b in cells):
        return None
    return _Row(start, end, cells)


def _split(border: re.Pattern[str], raw: str, start: int, end: int) -> list[Range]:
    cells = []
    for match in border.finditer(raw, start, end):
        cells.append((start, match.start()))
        start = match.end()
    return [*cells, (start, end)]


def _within(one: Range, cell: Range) -> bool:
    return cell[0] <= one[0] and one[1] <= cell[1]


def _clean(view: CleanText, span: Range) -> Range:
    return view.to_clean(span[0]), view.to_clean(span[1])
