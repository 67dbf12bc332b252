"""From the lines of printed pages to text: reading order, columns, page numbers, paragraphs.

A page comes as lines with their boxes, from the text layer of a PDF or from OCR. What a reader sees
at a glance, where a column ends or a paragraph goes on, is in these boxes. All lengths are relative to
the width of a character, so any unit will do.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from unicodedata import east_asian_width

from nhsa_nlp.text.layout import HEADING


class _Widths(dict[str, float]):
    """The widths of characters, each looked up once."""

    def __missing__(self, char: str) -> float:
        self[char] = width = 1.0 if east_asian_width(char) in "WFA" else 0.5
        return width


_WIDTHS = _Widths()


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line, or a part of one, upright, without white space at its ends, and its box.

    The box is in any unit, from the upper left corner of the page: ``top`` is less than ``bottom``.
    """

    left: float
    top: float
    right: float
    bottom: float
    text: str

    @property
    def height(self) -> float:
        """The height of the box."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class _Margins:
    left: float
    right: float
    em: float  # the width of a full-width character
    pitch: float  # from the top of a line to the top of the next
    most: int  # characters in a full line
    wrapped: bool  # whether enough lines end at the right margin for it to be one
    indents: bool  # whether paragraphs begin with an indent


_Block = list[TextLine]  # lines below one another, of one column

_SAME_ROW = 0.5  # share of the lower height by which the parts of a line overlap
_CELL_GAP = 1.2  # em; a wider gap within a line separates cells
_INDENT, _INDENTS = 0.8, 2  # em; this many indents of about two em are a habit
_PARAGRAPH_GAP = 1.6  # pitches
_OTHER_SIZE = 1.3  # ratio of heights

# A right margin needs this many lines that end within that many em of it, and this distance from the left.
_MARGIN_LINES, _MARGIN_EMS, _NARROWEST = 3, 2, 12

# Columns: the lines they stand side by side for, their width in em, and the share of lines that fill them.
_COLUMN_LINES, _COLUMN_EMS, _COLUMN_FULL = 3, 6, 0.5
_COLUMN_CLAUSES = 0.2  # share of the lines in which a clause ends
_MOST_GUTTERS = 48  # places tried, so that pages made to be difficult stay linear
_MOST_COLUMNS = 6
_BEYOND = 0.05  # share of the lines that may go beyond it

# A page of two: the em between them, lines of each at least, and em by which lines beside one another differ.
_FOLD, _HALF_LINES, _ALIGNED = 3, 3, 0.25
_MIDDLE = 0.35  # share of the width that is on either side of it at least

# Without a margin, a paragraph goes on after a line of so many em, if its first line has an indent or not.
_LONG_INDENTED, _LONG = 20, 28
_LINE_PITCH = 2.2  # heights

_SENTENCE_END = "。！？；：…"
_CLAUSE = re.compile(r"[，。！？；]|[A-Za-z][,.;]")
_CANNOT_START = "，。、；：！？）》”’〉〕】％%"
_TOKEN = re.compile(r"[0-9A-Za-z][0-9A-Za-z.,%-]*|.")

_DASHES = r"[—–―\-－─~·•一]{1,3}"
_ONE_NUMBER = (
    rf"(?:{_DASHES}\s*\d{{1,4}}\s*{_DASHES}|第\s*\d{{1,4}}\s*页(?:\s*[,，/]?\s*共\s*\d{{1,4}}\s*页)?"
    r"|\d{1,4}\s*/\s*\d{1,4})"
)
_PAGE_NUMBER = re.compile(rf"{_ONE_NUMBER}(?:\s+{_ONE_NUMBER})*")  # two of pages copied onto one
_BARE_NUMBER = re.compile(r"\d{1,4}")
_BORDER_LINES = 2  # at the top and at the bottom of a page, where its number and its header stand
_HEADER_PAGES, _HEADER_SHARE = 3, 0.6
_SHORTEST_HEADER = 4  # characters, of one that is on two pages only


def text_of(pages: Sequence[Sequence[TextLine]]) -> str:
    """Return the text of pages: a line a paragraph, in reading order.

    Page numbers at the border of a page are left out, and so is a running header but for its first
    occurrence. A paragraph that goes on in the next column or on the next page is one line. Cells
    beside one another are separated by a tab. The lines of a page may come in any order.
    """
    em = _em([line for page in pages for line in page])
    blocks = [[block for block in _blocks(list(page), em) if block] for page in _without_furniture(pages, em)]
    margins = _margins([block for page in blocks for block in page], em)
    paragraphs: list[list[str]] = []  # in parts: some hostile ones have a million
    last: tuple[TextLine, _Margins] | None = None
    for page in blocks:
        for block in page:
            own = _own_margins(block, margins)
            for index, line in enumerate(block):
                if last and _goes_on(last[0], line, last[1], own, within=index > 0):
                    paragraphs[-1] += _between(last[0].text, line.text), line.text
                else:
                    paragraphs.append([line.text])
                last = line, own
    return "\n".join(map("".join, paragraphs))


# --- rows and columns -------------------------------------------------------------------------


def width_of(text: str) -> float:
    """Return the width of a text in full-width characters."""
    return sum(map(_WIDTHS.__getitem__, text))


def _em(lines: Sequence[TextLine]) -> float:
    """Return the usual width of a full-width character; never 0."""
    widths = [(line.right - line.left) / width_of(line.text) for line in lines if len(line.text) > 1] or [
        line.height for line in lines
    ]
    return max(median(widths) if widths else 1.0, 1e-6)


def _rows(lines: _Block) -> list[_Block]:
    """Group lines into rows, from top to bottom, each from left to right."""
    rows: list[_Block] = []
    for line in sorted(lines, key=lambda line: (line.top + line.bottom, line.left)):
        if rows:
            first = rows[-1][0]
            overlap = min(first.bottom, line.bottom) - max(first.top, line.top)
            if overlap > _SAME_ROW * min(first.height, line.height):
                rows[-1].append(line)
                continue
        rows.append([line])
    return [sorted(row, key=lambda line: line.left) for row in rows]


def _blocks(lines: _Block, em: float, columns: int = _MOST_COLUMNS) -> list[_Block]:
    """Return the lines of a page or column in reading order, the parts of a row put together."""
    rows = _rows(lines)
    found = _find_columns(rows, em) if columns > 1 else None
    if found is None:
        fold = _find_fold(lines, em) if columns == _MOST_COLUMNS else None
        if fold is None:
            return [[_put_together(row, em) for row in rows]]
        halves = (
            [line for line in lines if line.right <= fold],
            [line for line in lines if line.right > fold],
        )
        return [block for half in halves for block in _blocks(half, em, columns - 1)]
    first, last, gutter = found
    beside = [line for row in rows[first:last] for line in row]
    above = [line for row in rows[:first] for line in row]
    below = [line for row in rows[last:] for line in row]
    left = [line for line in beside if line.right <= gutter]
    right = [line for line in beside if line.right > gutter]
    parts = filter(None, (above, left, right, below))
    return [block for part in parts for block in _blocks(part, em, columns - 1)]


def _find_columns(rows: list[_Block], em: float) -> tuple[int, int, float] | None:
    """Find the longest run of rows that are two columns beside one another, and the gutter between."""
    gaps: Counter[int] = Counter()
    for row in rows:
        for a, b in pairwise(row):
            if b.left - a.right >= _CELL_GAP * em:
                gaps[round((a.right + b.left) / 2 / em)] += 1
    best: tuple[int, int, float] | None = None
    for place, count in gaps.most_common(_MOST_GUTTERS):
        if count < _COLUMN_LINES:
            break
        gutter = place * em
        start = 0
        for index in range(len(rows) + 1):
            if index < len(rows) and not any(line.left < gutter < line.right for line in rows[index]):
                continue
            if (best is None or index - start > best[1] - best[0]) and _are_columns(
                rows[start:index], gutter, em
            ):
                best = start, index, gutter
            start = index + 1
    return best


def _are_columns(rows: list[_Block], gutter: float, em: float) -> bool:
    """Tell whether running text stands on both sides: lines that mostly fill their column, with clauses.

    Cells of a table may be equally long, too, but hold no clauses.
    """
    left = [[line for line in row if line.right <= gutter] for row in rows]
    right = [[line for line in row if line.right > gutter] for row in rows]
    if sum(bool(a) and bool(b) for a, b in zip(left, right, strict=True)) < _COLUMN_LINES:
        return False
    for side in (left, right):
        ends = [row[-1].right for row in side if row]
        width = max(ends) - min(row[0].left for row in side if row)
        full = sum(end > max(ends) - 2 * em for end in ends)
        if width < _COLUMN_EMS * em or full < _COLUMN_FULL * len(ends):
            return False
        clauses = sum(bool(_CLAUSE.search(line.text)) for row in side for line in row)
        if clauses < _COLUMN_CLAUSES * len(ends):
            return False
    return True


def _find_fold(lines: _Block, em: float) -> float | None:
    """Find where a page is two beside one another, as certificates are: the widest strip without any line.

    The halves of a certificate have lines of their own; the cells of a table stand on the same lines.
    """
    strips: list[tuple[float, float]] = []
    end = float("inf")
    for line in sorted(lines, key=lambda line: line.left):
        if line.left - end >= _FOLD * em:
            strips.append((line.left - end, (line.left + end) / 2))
        end = line.right if end == float("inf") else max(end, line.right)
    begin = min(line.left for line in lines) if lines else 0.0
    for _, fold in sorted(strips, reverse=True)[:_MOST_COLUMNS]:
        halves = [line for line in lines if line.right <= fold], [line for line in lines if line.right > fold]
        if not _MIDDLE <= (fold - begin) / (end - begin) <= 1 - _MIDDLE:
            continue
        if all(_is_half(half, em) for half in halves) and not _are_aligned(*halves, em):
            return fold
    return None


def _is_half(half: _Block, em: float) -> bool:
    width = max(line.right for line in half) - min(line.left for line in half)
    return len(half) >= _HALF_LINES and width >= _NARROWEST * em


def _are_aligned(left: _Block, right: _Block, em: float) -> bool:
    """Tell whether half of the lines of one side stand beside lines of the other."""
    tops = sorted(line.top for line in right)
    beside = 0
    for line in left:
        at = bisect_left(tops, line.top - _ALIGNED * em)
        beside += at < len(tops) and tops[at] <= line.top + _ALIGNED * em
    return 2 * beside >= min(len(left), len(right))


def _put_together(row: _Block, em: float) -> TextLine:
    parts = [row[0].text]
    for a, b in pairwise(row):
        parts += "\t" if b.left - a.right >= _CELL_GAP * em else _between(a.text, b.text), b.text
    return TextLine(
        row[0].left,
        min(line.top for line in row),
        max(line.right for line in row),
        max(line.bottom for line in row),
        "".join(parts),
    )


# --- page numbers and running headers ---------------------------------------------------------


def _without_furniture(pages: Sequence[Sequence[TextLine]], em: float) -> list[list[TextLine]]:
    """Leave out page numbers, and running headers after their first occurrence."""
    borders = [_border(page) for page in pages]
    bare = Counter(
        int(row[0].text) - number
        for number, border in enumerate(borders)
        for row in border
        if len(row) == 1 and _BARE_NUMBER.fullmatch(row[0].text)
    )
    # Bare numbers count pages if most of them rise with the pages.
    offset, agreeing = bare.most_common(1)[0] if bare else (0, 0)
    counting = agreeing > 1 and 2 * agreeing >= len(pages)
    headers = _running_headers(borders, em)
    seen: set[str] = set()
    kept: list[list[TextLine]] = []
    for number, (page, border) in enumerate(zip(pages, borders, strict=True)):
        dropped: set[TextLine] = set()
        for row in border:
            text, header = " ".join(line.text for line in row), _as_header(row)
            is_number = bool(_PAGE_NUMBER.fullmatch(text)) or (
                counting and text == str(number + offset) and bool(_BARE_NUMBER.fullmatch(text))
            )
            if is_number or (header in headers and header in seen):
                dropped.update(row)
            seen.add(header)
        kept.append([line for line in page if line not in dropped])
    return kept


def _running_headers(borders: Sequence[Sequence[_Block]], em: float) -> set[str]:
    """Return what stands at the border of most pages; of two pages, at the same place of both."""
    if len(borders) == 2:
        first, second = (
            {(_as_header(row), round(row[0].left / em), round(row[0].top / em)) for row in border}
            for border in borders
        )
        return {header for header, _, _ in first & second if len(header) >= _SHORTEST_HEADER}
    counts = Counter(header for border in borders for header in {_as_header(row) for row in border} if header)
    least = max(_HEADER_PAGES, _HEADER_SHARE * len(borders))
    return {header for header, count in counts.items() if count >= least}


def _border(page: Sequence[TextLine]) -> list[_Block]:
    rows = _rows(list(page))
    return rows if len(rows) <= 2 * _BORDER_LINES else rows[:_BORDER_LINES] + rows[-_BORDER_LINES:]


def _as_header(row: _Block) -> str:
    """Return the text by which a running header is known again: its page number changes."""
    return re.sub(r"[\d\s]+", "", "".join(line.text for line in row))


# --- paragraphs -------------------------------------------------------------------------------


def _margins(blocks: list[_Block], em: float) -> _Margins:
    """Return the margins of the widest blocks together, those of the text body."""
    lines = [line for block in blocks for line in block]
    if not lines:
        return _Margins(0, 0, em, 0, 0, wrapped=False, indents=False)
    left = min(line.left for line in lines)
    # A punctuation mark, or two, may hang over the margin.
    ends = sorted(line.right - em * (line.text[-1] in _CANNOT_START) for line in lines)
    right = ends[-1 - int(_BEYOND * len(ends))]
    most = max(len(line.text) for line in lines)
    pitches = [b.top - a.top for block in blocks for a, b in pairwise(block) if b.top > a.top]
    full = sum(line.right > right - _MARGIN_EMS * em or len(line.text) >= most - 1 for line in lines)
    wrapped = full >= _MARGIN_LINES and right - left >= _NARROWEST * em
    indents = sum(1.5 * em < line.left - left < 2.5 * em for line in lines) >= _INDENTS
    return _Margins(left, right, em, median(pitches) if pitches else 0, most, wrapped, indents)


def _own_margins(block: _Block, body: _Margins) -> _Margins:
    """Return the margins of a block if it is a column, else those of the text body."""
    own = _margins([block], body.em)
    is_body = own.right - own.left > 0.6 * (body.right - body.left) or len(block) < _COLUMN_LINES
    return body if is_body else replace(own, pitch=body.pitch)


def _goes_on(
    line: TextLine, following: TextLine, margins: _Margins, next_margins: _Margins, *, within: bool
) -> bool:
    """Tell whether a paragraph goes on from a line to the one that follows it."""
    em = margins.em
    if "\t" in line.text or "\t" in following.text:
        return False
    if not margins.wrapped:
        return within and _is_second_line(line, following, em)
    if following.left > next_margins.left + _INDENT * em:
        return False
    if max(line.height, following.height) > _OTHER_SIZE * min(line.height, following.height):
        return False
    if within and following.top - line.top > _PARAGRAPH_GAP * margins.pitch:
        return False
    if not within and abs(margins.right - margins.left - next_margins.right + next_margins.left) > 2 * em:
        return False
    if line.text[-1] in _SENTENCE_END and (HEADING.match(following.text) or not (within or margins.indents)):
        return False
    # Text broken after a count of characters leaves lines with digits short.
    count = len(line.text) + min((line.left - margins.left) / em, 2.5)
    if following.text[0] in _CANNOT_START or count > margins.most - 1.5:
        return True
    # A line is full if what follows had no room in it, were it only the first word.
    token = _TOKEN.match(following.text)
    room = width_of(token.group()) if token else 1
    rest = following.text[len(token.group()) :] if token else ""
    room += len(rest) - len(rest.lstrip(_CANNOT_START))
    return line.right + (room + 0.5) * em > margins.right


def _is_second_line(line: TextLine, following: TextLine, em: float) -> bool:
    """Tell whether two lines are a paragraph, where too few are full to know the right margin."""
    if line.text[-1] in _SENTENCE_END or HEADING.match(following.text):
        return False
    if max(line.height, following.height) > _OTHER_SIZE * min(line.height, following.height):
        return False
    if following.top - line.top > _LINE_PITCH * line.height or following.right > line.right + em:
        return False
    indent = (line.left - following.left) / em
    length = (line.right - line.left) / em
    return (1.5 <= indent <= 2.5 and length >= _LONG_INDENTED) or (abs(indent) < 0.5 and length >= _LONG)


def _between(text: str, following: str) -> str:
    """Return what stands between two parts of a paragraph: a space, but only between Latin words."""
    a, b = text[-1:], following[:1]
    return " " * (b.isascii() and b.isalpha() and (a in ",.;:" or (a.isascii() and a.isalpha())))
