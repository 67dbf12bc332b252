"""Tables whose cells are lines of their own, as a page copied as text has them, one under the other.

The cells of the heads come first, then those of each row: 级别⏎起付线⏎报销比例⏎一级⏎100元⏎90%⏎二级⏎300元⏎80%.
How many columns there are is seen from the numbers, which come in equal groups. Where the groups differ it is
no table; where the heads are not clear a number has those beside it only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from nhsa_nlp.figures.structure.grids import LONGEST_CELL, Cell
from nhsa_nlp.figures.structure.slots import read_slots
from nhsa_nlp.text import CleanText, Range

_LINE = re.compile(r"[^\n]+")
_NUMBER = r"\d[\d.,]*(?:[-—~～至]\d[\d.,]*)?[ ]?(?:[%％‰]|[万亿]?元(?:/[人年月次天日])*|[万亿]?人次?)?"
_VALUE = re.compile(rf"{_NUMBER}|[-—–/]+|无")
_WITH_WORDS = re.compile(rf"(?P<words>[一-鿿]{{2,12}}){_NUMBER}")
_STOPS = "。；，：？！:;,"
_OF_ROWS = re.compile(r"(?:类别|类型|级别|等级|机构|项目|对象|分段|费用段|人群|人员|名称|地区|病种)$")
_MOST_BESIDE = 3
_MOST_ABOVE = 2  # heads over several columns that are not read
_RECURS = 3
_LEAST = 6  # lines of a table


@dataclass(slots=True)
class _Row:
    """The cells beside the numbers of a row, and these, each with the words in front of its number."""

    beside: list[Range] = field(default_factory=list)
    values: list[tuple[Range, Range]] = field(default_factory=list)


def find_stacked(view: CleanText, quantities: Iterable[Range]) -> dict[int, Cell]:
    r"""Return the cells of the quantities in such tables, by where they begin in the raw text.

    Parameters
    ----------
    view
        The cleaned text.
    quantities
        The ranges of the quantities in the raw text.

    Examples
    --------
    >>> from nhsa_nlp.text import clean
    >>> view = clean("级别\n起付线\n报销比例\n一级\n100元\n90%\n二级\n300元\n80%\n")
    >>> cell = find_stacked(view, [(15, 19), (20, 23)])[20]
    >>> [view.text[slice(*span)] for span in cell.row + cell.column]
    ['一级', '报销比例']
    """
    places = dict(quantities)
    starts = sorted(places)
    found: dict[int, Cell] = {}
    at = 0
    for rows in _tables(view.raw):
        for (start, end), cell in _cells(view, rows):
            while at < len(starts) and starts[at] < start:
                at += 1
            while at < len(starts) and places[starts[at]] <= end:
                found[starts[at]] = cell
                at += 1
    return found


def _tables(raw: str) -> Iterator[list[_Row]]:
    """Yield the rows of each table; the cells beside the first are all that stand over it as well."""
    for lines in _runs(raw):
        words = Counter(found["words"] for line in lines if (found := _WITH_WORDS.fullmatch(raw, *line)))
        rows = [_Row()]
        for start, end in lines:
            named = _WITH_WORDS.fullmatch(raw, start, end)
            if named and words[named["words"]] >= _RECURS:
                rows[-1].values.append((named.span("words"), (start, end)))
            elif _VALUE.fullmatch(raw, start, end):
                rows[-1].values.append(((start, start), (start, end)))
            else:
                if rows[-1].values:
                    rows.append(_Row())
                rows[-1].beside.append((start, end))
        table: list[_Row] = []
        for row in [*(row for row in rows if row.values), _Row()]:
            if table and (not row.values or len(row.beside) > _MOST_BESIDE):
                if _is_table(table):
                    yield table
                table = []
            table.append(row)


def _runs(raw: str) -> Iterator[list[Range]]:
    """Yield lines that follow one another, each of which may be a cell: it is short and no sentence."""
    run: list[Range] = []
    for line in _LINE.finditer(raw):
        start, end = line.span()
        long = end - start > 2 * LONGEST_CELL
        if not long:
            words = line[0].lstrip()
            start, words = end - len(words), words.rstrip()
            end = start + len(words)
            if not words:
                continue
        if long or end - start > LONGEST_CELL or raw[end - 1] in _STOPS or "。" in line[0]:
            if len(run) >= _LEAST:
                yield run
            run = []
        else:
            run.append((start, end))
    if len(run) >= _LEAST:
        yield run


def _is_table(rows: list[_Row]) -> bool:
    sizes = {len(row.values) for row in rows}
    return len(sizes) == 1 and len(rows) > (1 if max(sizes) > 1 else _RECURS) and bool(rows[0].beside)


def _cells(view: CleanText, rows: list[_Row]) -> Iterator[tuple[Range, Cell]]:
    """Yield the cells of a table that have numbers, with what stands over and beside each."""
    columns, width = len(rows[0].values), max(len(row.beside) for row in rows[1:])
    over = rows[0].beside[:-width]
    title = _title(view, over)
    heads = over[-columns:]
    rest = over[: len(over) - columns]
    clear = bool(rest) and bool(_OF_ROWS.search(view.raw, *rest[-1]))
    if len(heads) < columns or not (clear or len(rest) - (title in rest) <= width + _MOST_ABOVE):
        heads = []
    beside = rows[0].beside[-width:]
    for row in rows:
        own = row.beside[-width:]
        beside = [*beside[: len(beside) - len(own)], *own]
        for place in own:
            yield place, _cell(view, [], [], title)
        for column, (words, value) in enumerate(row.values):
            above = heads[column : column + 1] + ([words] if words[0] < words[1] else [])
            yield value, _cell(view, beside, above, title)


def _title(view: CleanText, over: list[Range]) -> Range | None:
    """Return the first of the lines over the rows that says whom or what service a table is for."""
    for start, end in over:
        if _OF_ROWS.search(view.raw, start, end):
            return None
        span = view.to_clean(start), view.to_clean(end)
        slots = {token.slot for token in read_slots(view.text, *span).tokens}
        if slots & {"insured", "service"}:
            return start, end
    return None


def _cell(view: CleanText, row: list[Range], column: list[Range], title: Range | None) -> Cell:
    def clean(span: Range) -> Range:
        return view.to_clean(span[0]), view.to_clean(span[1])

    return Cell(
        [clean(span) for span in row], [clean(span) for span in column], clean(title) if title else None
    )
