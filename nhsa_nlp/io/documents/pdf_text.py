"""The text layer of a PDF page: its characters, as PDFium gives them, and the lines these make.

A page has a thousand characters, and PDFium is asked for each of them, so what Python does for each
decides how long a PDF takes. Here it asks one thing, the box; what else there is to know is known for
the page, or for the run of characters that follow one another, as nearly all do.
"""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import cache, reduce
from itertools import pairwise, repeat
from operator import and_
from typing import TYPE_CHECKING, Any, NamedTuple

from nhsa_nlp.io.documents.page_layout import TextLine

if TYPE_CHECKING:
    from numpy.typing import NDArray

_GAP = 1.2  # of the height of a character; a wider gap ends a part of a line
_BACK = 0.5  # of the height, by which a character may stand before the end of the one before it
_OVERLAP = 0.3  # of the width of a character, by which others may reach into its place
_TURNED = 0.1  # radians by which the characters of a mark across the page are turned
_LONGEST_ROW = 10_000  # characters; putting one between is not quick in longer rows, which no page has

_HYPHENS = frozenset((0x02, 0xAD))  # PDFium's mark for a hyphen at the end of a line; soft hyphen
_NOT_PLAIN = re.compile("[\x02\ufffd\ufffe]")  # marks of PDFium's text, which stand for several things
_COMPATIBLE = re.compile("[\u2e80-\u2fdf\uf900-\ufaff]")
_LAST_SPACE = 0x3000
_BOX_BYTES = 16

# Fonts without their own table give some characters as radicals; those of Unicode's compatibility
# mappings are dealt with by NFKC, these have none.
_RADICALS = str.maketrans(
    "⺁⺇⺈⺋⺌⺍⺕⺗⺘⺛⺝⺟⺠⺡⺢⺣⺤⺥⺨⺩⺪⺫⺬⺮⺯⺰⺱⺳⺴⺵⺶⺷⺸⺹⺺⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻱⻲⻳",
    "厂几刀巳小小彐心手无月母民水水火爪爪犬王疋网示竹糸纟网网网网羊羊羊老聿肉臼艸艸艸虎衣西西见角角讠贝足车辶辶辶邑钅長长门阜阜雨青韦页风飞食食食饣马骨鬼鱼鸟卤麦黄黾齐齿龙龟龜龟",
)


@dataclass(slots=True)
class Chars:
    """Characters in the order of the page's content, none of them white.

    Attributes
    ----------
    spaces
        How many spaces follow each.
    boxes
        Four rows: left, top, right and bottom of each, downwards.
    angles
        In radians, clockwise.
    """

    texts: list[str]
    spaces: NDArray[Any]
    boxes: NDArray[Any]
    angles: NDArray[Any]


def text_lines(page: Any) -> list[TextLine]:
    """Return the parts of the lines of a page's text layer, upright and from the upper left corner."""
    with closing(page.get_textpage()) as textpage:
        chars = _chars(textpage)
    return lines_of(_written_across(_upright(chars))) if chars.texts else []


# --- what PDFium says -------------------------------------------------------------------------


def _chars(textpage: Any) -> Chars:
    import numpy as np

    page: int = ctypes.cast(textpage.raw, ctypes.c_void_p).value or 0
    asked = _functions()
    text, places = _codes(page, textpage.count_chars())
    codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
    white = _white()[np.minimum(codes, _LAST_SPACE + 1)]
    seen = np.flatnonzero(~white)
    found = np.zeros((len(seen), 4), dtype=np.float32)
    where = found.ctypes.data
    into = range(where, where + found.nbytes, _BOX_BYTES)
    had = map(asked.box, repeat(page), places[seen].tolist(), into)
    good = np.fromiter(had, np.bool_, len(seen)) & _all(*np.isfinite(found.T))
    if not good.all():
        seen, found = seen[good], found[good]
    a, b, c, d = found.T.astype(np.float64)
    boxes = np.array([np.minimum(a, c), -np.maximum(b, d), np.maximum(a, c), -np.minimum(b, d)])
    # A line end of PDFium's is no space.
    spaces = np.bincount(
        np.searchsorted(seen, np.flatnonzero(white & (codes != 10) & (codes != 13))), minlength=len(seen) + 1
    )[1:]
    text = codes[seen].tobytes().decode("utf-32-le")
    texts = [_as_character(char) for char in text] if _COMPATIBLE.search(text) else list(text)
    return Chars(texts, spaces, boxes, _angles(boxes, page, places[seen]))


def _codes(page: int, count: int) -> tuple[str, NDArray[Any]]:
    """Return the characters of a page and the numbers that PDFium gives them."""
    import numpy as np

    asked = _functions()
    units = np.zeros(count + 1, dtype=np.uint16)
    written = asked.text(page, 0, count, units.ctypes.data)
    text = units[:count].tobytes().decode("utf-16-le", "replace")
    if written == count + 1 and len(text) == count and not _NOT_PLAIN.search(text):
        return text.replace("\xad", "-"), np.arange(count)
    # Its text leaves out what has no code, and has marks of its own.
    chars: list[str] = []
    places: list[int] = []
    high = 0
    for place, code in enumerate(map(asked.code, repeat(page), range(count))):
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if high and 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)
        high = 0
        if code in _HYPHENS:
            code = 0x2D
        if code == 0xFFFE or 0xD800 <= code < 0xE000 or code > 0x10FFFF:
            code = 0xFFFD
        chars.append(chr(code))
        places.append(place)
    return "".join(chars), np.array(places, dtype=np.int64)


def _angles(boxes: NDArray[Any], page: int, places: NDArray[Any]) -> NDArray[Any]:
    """Return the angles: one that stands behind another, as high and as low, is turned like it."""
    import numpy as np

    left, top, _, bottom = boxes
    begins = np.ones(len(left), dtype=np.bool_)
    begins[1:] = ~_all(top[1:] == top[:-1], bottom[1:] == bottom[:-1], left[1:] > left[:-1])
    asked = places[begins].tolist()
    angles = np.fromiter(map(_functions().angle, repeat(page), asked), np.float64, len(asked))
    of_all: NDArray[Any] = np.maximum(angles, 0.0)[np.cumsum(begins) - 1]
    return of_all


class _Functions(NamedTuple):
    """Functions of PDFium that take pointers as numbers, which is three times as fast."""

    text: Callable[[int, int, int, int], int]
    code: Callable[[int, int], int]
    box: Callable[[int, int, int], int]
    angle: Callable[[int, int], float]


@cache
def _functions() -> _Functions:
    from pypdfium2 import raw

    def taking(*kinds: Any, of: Any, gives: Any) -> Any:
        return ctypes.CFUNCTYPE(gives, *kinds)(ctypes.cast(of, ctypes.c_void_p).value or 0)

    number, pointer = ctypes.c_int, ctypes.c_void_p
    return _Functions(
        text=taking(pointer, number, number, pointer, of=raw.FPDFText_GetText, gives=number),
        code=taking(pointer, number, of=raw.FPDFText_GetUnicode, gives=ctypes.c_uint),
        box=taking(pointer, number, pointer, of=raw.FPDFText_GetLooseCharBox, gives=number),
        angle=taking(pointer, number, of=raw.FPDFText_GetCharAngle, gives=ctypes.c_float),
    )


@cache
def _white() -> NDArray[Any]:
    """Tell of each code up to one behind the last space whether it is white."""
    import numpy as np

    white: NDArray[Any] = np.array([chr(code).isspace() for code in range(_LAST_SPACE + 2)])
    return white


def _as_character(char: str) -> str:
    if _COMPATIBLE.match(char):
        return unicodedata.normalize("NFKC", char.translate(_RADICALS))
    return char


# --- which way it is written ------------------------------------------------------------------


def _upright(chars: Chars) -> Chars:
    """Turn the page so that most of its characters stand upright, and leave out those that do not."""
    import numpy as np

    if not chars.angles.any():
        return chars
    usual = Counter(np.rint(chars.angles / _TURNED).tolist()).most_common(1)[0][0] * _TURNED
    if abs(usual - round(usual / (math.pi / 2)) * math.pi / 2) < _TURNED:
        usual = round(usual / (math.pi / 2)) * math.pi / 2
    kept = np.flatnonzero(np.abs(chars.angles - usual) < 2 * _TURNED)
    boxes = chars.boxes[:, kept]
    if usual:
        cos, sin = math.cos(usual), math.sin(usual)
        left, top, right, bottom = boxes
        xs = [x * cos + y * sin for x in (left, right) for y in (top, bottom)]
        ys = [y * cos - x * sin for x in (left, right) for y in (top, bottom)]
        boxes = np.array([np.min(xs, 0), np.min(ys, 0), np.max(xs, 0), np.max(ys, 0)])
    texts = [chars.texts[place] for place in kept.tolist()]
    # Spaces behind what is left out follow what is kept before it.
    return Chars(texts, np.add.reduceat(chars.spaces, kept), boxes, chars.angles[kept])


def _written_across(chars: Chars) -> Chars:
    """Lay vertical writing on its side: its columns, from the right, become rows from the top."""
    import numpy as np

    left, top, right, bottom = chars.boxes
    joined = chars.spaces[:-1] == 0
    height = np.maximum(bottom - top, 1e-6)[1:]
    aside, below = left[1:] - left[:-1], top[1:] - top[:-1]
    down = joined & (np.abs(aside) < 0.3 * height) & (0.6 * height < below) & (below < 2 * height)
    across = joined & (np.abs(below) < 0.3 * height) & (aside > 0)
    if int(down.sum()) <= max(int(across.sum()), 8):
        return chars
    return Chars(chars.texts, chars.spaces, np.array([top, -right, bottom, -left]), chars.angles)


# --- lines ------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Row:
    """Characters that follow one another on a line, from left to right, and their box."""

    texts: list[str]  # each with the spaces that follow it
    lefts: list[float]
    rights: list[float]
    left: float
    top: float
    right: float
    bottom: float

    def holds(self, top: float, bottom: float) -> bool:
        """Tell whether what reaches from ``top`` to ``bottom`` is on this line."""
        height = min(self.bottom - self.top, bottom - top)
        return min(self.bottom, bottom) - max(self.top, top) > 0.5 * height

    def takes_between(self, text: str, left: float, right: float) -> bool:
        """Put a character into the gap where it stands, if there is one."""
        at = bisect_right(self.lefts, left)
        if not 0 < at < len(self.lefts) < _LONGEST_ROW:
            return False
        slack = _OVERLAP * (right - left)
        if self.rights[at - 1] > left + slack or self.lefts[at] < right - slack:
            return False
        self.texts[at - 1] = self.texts[at - 1].rstrip()  # the space that the gap was taken for
        self.texts.insert(at, text)
        self.lefts.insert(at, left)
        self.rights.insert(at, right)
        return True


def lines_of(chars: Chars) -> list[TextLine]:
    """Join characters that follow one another on a line.

    PDFium turns signs without a direction around, such as quotation marks in another font: they come
    before or after the words around them, and go where they stand.
    """
    rows = _rows(chars)
    for stray, row in pairwise(rows):
        alone = len(stray.texts) == 1 and row.holds(stray.top, stray.bottom)
        if alone and row.takes_between(stray.texts[0].rstrip(), stray.lefts[0], stray.rights[0]):
            stray.texts.clear()
    lines = [TextLine(row.left, row.top, row.right, row.bottom, "".join(row.texts).strip()) for row in rows]
    return [line for line in lines if line.text]


def _rows(chars: Chars) -> list[_Row]:
    import numpy as np

    lefts, tops, rights, bottoms = chars.boxes.tolist()
    spaced = list(chars.texts)
    for place in np.flatnonzero(chars.spaces).tolist():
        spaced[place] += " " * int(chars.spaces[place])
    rows: list[_Row] = []
    for begin, end in pairwise([*_runs(chars.boxes), len(spaced)]):
        at = begin
        while at < end:
            x, y = lefts[at], tops[at]
            height = max(bottoms[at] - y, 1e-6)
            row = rows[-1] if rows else None
            upto = end
            if row is not None and row.holds(y, y + height):
                if x < row.lefts[-1] and row.takes_between(chars.texts[at], x, rights[at]):
                    row.texts[-1] += spaced[at][len(chars.texts[at]) :]
                    at += 1
                    continue
                if not -_BACK * height < x - row.right < _GAP * height:
                    row = None
                elif rights[at] < row.right:
                    upto = at + 1  # what follows is measured from the end of the row
            else:
                row = None
            if row is None:
                row = _Row([], [], [], x, y, rights[at], bottoms[at])
                rows.append(row)
            row.texts += spaced[at:upto]
            row.lefts += lefts[at:upto]
            row.rights += rights[at:upto]
            row.right = max(row.right, rights[upto - 1])
            row.top, row.bottom = min(row.top, y), max(row.bottom, bottoms[at])
            at = upto
    return rows


def _runs(boxes: NDArray[Any]) -> list[int]:
    """Return where the runs begin, in which each character is on the row of the one before, and behind it."""
    import numpy as np

    left, top, right, bottom = boxes
    height = (bottom - top)[1:]
    gap = left[1:] - right[:-1]
    follows = _all(
        top[1:] == top[:-1],
        bottom[1:] == bottom[:-1],
        left[1:] >= left[:-1],
        right[1:] >= right[:-1],
        height > 1e-6,
        gap > -_BACK * height,
        gap < _GAP * height,
    )
    return [0, *(np.flatnonzero(~follows) + 1).tolist()]


def _all(*conditions: NDArray[Any]) -> NDArray[Any]:
    """Tell where all conditions hold; of short rows this is faster than NumPy's own ``all``."""
    result: NDArray[Any] = reduce(and_, conditions)
    return result
