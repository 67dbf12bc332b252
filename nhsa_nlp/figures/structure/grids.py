"""Tables whose rows are lines of text with borders between the cells: the heads over and beside a number.

Cleaning deletes tabs and spaces, so rows and cells are found in the raw text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from nhsa_nlp.text import CleanText, Range

_BORDER = re.compile(r"[ \u3000]*[\t|｜│][ \u3000]*|[ \u3000]{2,}|\u3000")
_EDGE = re.compile(r"[ \u3000]*[|｜│]?[ \u3000]*")
# 一级 100元 90%: in a line of short cells without stops a single blank separates them as well.
_BLANK_BORDER = re.compile("[ \u3000]+")
_RULE = re.compile(r"[\s|｜│:+=—-]*")
_STRONG_BORDER = re.compile(r"[\t|｜│]")
_SERIAL = re.compile(r"\d{1,4}|[一二三四五六七八九十]{1,3}|[甲乙丙]类?")
_RATE_HEAD = re.compile(r"[^\d，。]*(?:比例|率|占比|[%％])[^\d，。]*")
_SAYS = re.compile("[一-鿿]{2}")
_MOST_MERGED = 3  # cells that a row may lack
LONGEST_CELL = 40
_LONGEST_TITLE = 40
_LEAST_RULED = 3  # cells of a row whose borders are signs, which may hold sentences
_LEAST_BLANKED, _LONGEST_BLANKED = 3, 14
_PUNCTUATION = re.compile("[，。；、：！？,;:]")


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands over and beside a number, as ranges of the cleaned text.

    ``title`` is over the table; ``own`` is the cell itself if it has words in front of the number.
    """

    row: list[Range]
    column: list[Range]
    title: Range | None
    own: Range | None = None


@dataclass(frozen=True, slots=True)
class _Row:
    start: int
    end: int
    cells: list[Range]
    mixed: bool = False  # whether it is itself of what its first cell says: 住院 | 级别 | 起付线 | 比例


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
        label = (0, 0)
        for row in rows:
            if row.cells[0][0] < row.cells[0][1]:
                label = row.cells[0]
            elif len(row.cells) > _LEAST_RULED:  # merged with the cell above
                row = replace(row, cells=[label, *row.cells[1:]])
            while at < len(pending) and pending[at][0] < row.start:
                at += 1
            inside = []
            while at < len(pending) and pending[at][0] < row.end:
                inside.append(pending[at])
                at += 1
            if inside:
                row = replace(row, mixed=_heads_below(view.raw, row, inside))
                found.update(_cells(view, title, heads, row, inside))
                if row.mixed:
                    heads = [*heads[-1:], row]
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
            and not _is_text(view.raw, cell)
        ]
        says = _SAYS.search(view.raw, row.cells[place][0], start) is not None
        over = []
        for head in _heads_of(heads, row, says=says):
            shift = _shift(view.raw, head, row)
            if shift is not None and 0 <= place + shift < len(head.cells):
                over.append(head.cells[place + shift])
                if shift > 0 and head.mixed:
                    beside = [*(cell for cell in head.cells[:shift] if cell[0] < cell[1]), *beside]
        if says and row.mixed:
            beside = beside[:1]
        named = title
        if says and not heads:  # a head with a number: 限额7万元以下部分
            beside, named = [], None
        own = row.cells[place] if says else None
        yield (
            start,
            Cell(
                [_clean(view, cell) for cell in beside],
                [_clean(view, cell) for cell in over if cell[0] < cell[1]],
                _clean(view, named) if named else None,
                _clean(view, own) if own else None,
            ),
        )


def _heads_of(heads: list[_Row], row: _Row, *, says: bool) -> list[_Row]:
    """Return the heads over a cell: one that says itself what is measured has only those of all columns."""
    if says:
        return [head for head in heads if not head.mixed and len(head.cells) == len(row.cells)]
    mixed = [head for head in heads if head.mixed]
    return mixed[-1:] or heads


def _heads_below(raw: str, row: _Row, inside: list[Range]) -> bool:
    """Tell whether a row with numbers also heads those below: 住院 | 级别 | 起付线 | 比例 | 报销90%。."""
    names = [
        cell for cell in row.cells if cell[0] < cell[1] and not any(_within(one, cell) for one in inside)
    ]
    said = all(
        _is_text(raw, cell) or "，" in raw[slice(*cell)]
        for cell in row.cells
        if cell not in names and cell[0] < cell[1]
    )
    return (
        said and len(names) >= _LEAST_RULED and not any(sign.isdigit() for a, b in names for sign in raw[a:b])
    )


def _shift(raw: str, head: _Row, row: _Row) -> int | None:
    """Return by how many cells the head of a cell is farther on than the cell; None if they do not fit.

    A row lacks cells that are merged with those above. Where several places would do, rates stand under what
    names a rate.
    """
    more = len(head.cells) - len(row.cells)
    if abs(more) <= 1:
        return more
    if not 0 < more <= _MOST_MERGED:
        return None
    fits = {
        shift: sum(
            _RATE_HEAD.fullmatch(raw, *head.cells[place + shift]) is not None
            for place, cell in enumerate(row.cells)
            if "%" in raw[slice(*cell)]
        )
        for shift in range(more + 1)
    }
    best = max(fits, key=lambda shift: fits[shift])
    return best if fits[best] and list(fits.values()).count(fits[best]) == 1 else None


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
    borders = len(_STRONG_BORDER.findall(raw, start, end))
    ruled = borders >= max(len(cells) - 1, _LEAST_RULED - 1)
    if not ruled and any(_is_text(raw, cell) for cell in cells):
        return None
    return _Row(start, end, cells)


def _is_text(raw: str, cell: Range) -> bool:
    """Tell whether a cell holds a sentence, such as a note, and so heads nothing."""
    return cell[1] - cell[0] > LONGEST_CELL or "。" in raw[slice(*cell)]


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
