"""Reading PDF files: the text layer in reading order, and OCR for the pages that have none.

PDFium does the parsing. It is fast and hardened by browsers, but it is native code: a file made to
crash it takes the process down, which nothing in the process can catch, so read untrusted files in
worker processes. It never runs the scripts of a document and follows none of its links; attachments
and comments are not read.
"""

from __future__ import annotations

import math
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any, BinaryIO

from nhsa_nlp.errors import InputError
from nhsa_nlp.io.document import Document
from nhsa_nlp.io.documents import ocr
from nhsa_nlp.io.documents.page_layout import TextLine, text_of
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.source import Source

SUFFIXES = (".pdf",)

MAX_PAGES = 5_000
MAX_OCR_PAGES = 500  # at seconds a page this is the better part of an hour
MAX_CHARS = 10_000_000  # what the pipeline takes at most

# A page that shows images over this share of it, or has this many outlines, shows something to read …
_IMAGE_SHARE, _OUTLINES = 0.03, 200
# … and one mostly under images with less text than this is a scan with a number or mark of the scanner.
_SCAN_SHARE, _SCAN_TEXT = 0.5, 50
_MOST_OBJECTS = 5_000
# Shares of characters that make a text layer unreadable.
_MAX_UNDEFINED, _MIN_KNOWN, _MAX_SIGNS = 0.2, 0.5, 0.25
_USUAL_SIGNS = frozenset(".,-_·…—%，。、")  # leaders, figures

_PASSWORD_ERROR, _SECURITY_ERROR = 4, 5
_GAP = 1.2  # of the height of a character; a wider gap ends a part of a line
_OVERLAP = 0.3  # of the width of a character, by which others may reach into its place
_TURNED = 0.1  # radians by which the characters of a mark across the page are turned

# Fonts without their own table give some characters as radicals; those of Unicode's compatibility
# mappings are dealt with by NFKC, these have none.
_RADICALS = str.maketrans(
    "⺁⺇⺈⺋⺌⺍⺕⺗⺘⺛⺝⺟⺠⺡⺢⺣⺤⺥⺨⺩⺪⺫⺬⺮⺯⺰⺱⺳⺴⺵⺶⺷⺸⺹⺺⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻱⻲⻳",
    "厂几刀巳小小彐心手无月母民水水火爪爪犬王疋网示竹糸纟网网网网羊羊羊老聿肉臼艸艸艸虎衣西西见角角讠贝足车辶辶辶邑钅長长门阜阜雨青韦页风飞食食食饣马骨鬼鱼鸟卤麦黄黾齐齿龙龟龜龟",
)


def read(stream: BinaryIO, file: Source, options: ReadOptions) -> Iterator[Document]:  # noqa: ARG001
    """Read the one document of a PDF file, a line a paragraph.

    ``meta`` has the number of ``pages``, and under ``ocr`` those that were read by OCR: the pages
    without text, which cannot be read if the extra ``ocr`` is not installed.
    """
    import pypdfium2

    data = stream.read()
    if b"%PDF-" not in data[:1024]:
        raise InputError("is not a PDF file; give it the suffix of what it is", file.source)
    try:
        with pypdfium2.PdfDocument(data) as pdf:
            text, meta = _read_pages(pdf, file.source)
    except pypdfium2.PdfiumError as error:
        message = "is a damaged PDF file; open it and save or print it as a new PDF"
        if error.err_code in (_PASSWORD_ERROR, _SECURITY_ERROR):
            message = "is protected by a password; save it without one"
        raise InputError(message, file.source) from error
    yield Document(file.id, file.source, text, meta)


def _read_pages(pdf: Any, source: str) -> tuple[str, dict[str, str]]:
    count = len(pdf)
    if count > MAX_PAGES:
        raise InputError(f"has {count:,} pages, at most {MAX_PAGES:,} can be read; split it", source)
    pages: list[list[TextLine]] = []
    by_ocr: list[int] = []
    chars = 0
    for number in range(1, count + 1):
        with closing(pdf[number - 1]) as page:
            lines = _text_layer(page)
            if _is_scan(page, lines):
                by_ocr.append(number)
                if len(by_ocr) > MAX_OCR_PAGES:
                    raise InputError(f"has more than {MAX_OCR_PAGES} pages without text; split it", source)
                lines = ocr.read_page(_render(page), f"{source}: page {number}")
        chars += sum(len(line.text) for line in lines)
        if chars > MAX_CHARS:
            raise InputError(f"has more than {MAX_CHARS:,} characters; split it", source)
        pages.append(lines)
    text = text_of(pages)
    if not text:
        shown = "its page shows" if count == 1 else f"its {count} pages show"
        raise InputError(f"is empty; {shown} nothing to read", source)
    meta = {"pages": str(count)}
    if by_ocr:
        meta["ocr"] = ocr.name_pages(by_ocr)
    return text, meta


# --- the text layer ---------------------------------------------------------------------------


def _text_layer(page: Any) -> list[TextLine]:
    """Return the parts of the lines of the text layer, upright and from the upper left corner."""
    with closing(page.get_textpage()) as textpage:
        chars = _chars(textpage)
    turned = Counter(round(char[5] / _TURNED) for char in chars if not char[0].isspace())
    if not turned:
        return []
    usual = turned.most_common(1)[0][0] * _TURNED
    if abs(usual - round(usual / (math.pi / 2)) * math.pi / 2) < _TURNED:
        usual = round(usual / (math.pi / 2)) * math.pi / 2
    upright = [char for char in chars if abs(char[5] - usual) < 2 * _TURNED or char[0].isspace()]
    return _lines(_written_across([_turn(char, usual) for char in upright]))


_Char = tuple[str, float, float, float, float, float]  # text, left, top, right, bottom, angle


def _chars(textpage: Any) -> list[_Char]:
    """Return the characters in the order of the page's content, ``top`` and ``bottom`` downwards."""
    import ctypes

    from pypdfium2 import raw

    box = raw.FS_RECTF()
    pointer = ctypes.byref(box)
    chars: list[_Char] = []
    high = 0
    for index in range(textpage.count_chars()):
        code = raw.FPDFText_GetUnicode(textpage, index)
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
        char = chr(code)
        if char in "\r\n":  # where PDFium thinks a line ends; the boxes decide
            continue
        if char.isspace():
            chars.append((" ", 0, 0, 0, 0, 0))
            continue
        if not raw.FPDFText_GetLooseCharBox(textpage, index, pointer):
            continue
        angle = raw.FPDFText_GetCharAngle(textpage, index)
        left, right = sorted((box.left, box.right))
        bottom, top = sorted((box.bottom, box.top))
        if not all(map(math.isfinite, (left, top, right, bottom))):
            continue
        chars.append((_as_character(char), left, -top, right, -bottom, max(angle, 0.0)))
    return chars


_HYPHENS = frozenset((0x02, 0xAD))  # PDFium's mark for a hyphen at the end of a line; soft hyphen


def _as_character(char: str) -> str:
    if "\u2e80" <= char <= "\u2fdf" or "\uf900" <= char <= "\ufaff":
        return unicodedata.normalize("NFKC", char.translate(_RADICALS))
    return char


def _turn(char: _Char, angle: float) -> _Char:
    """Turn the box of a character back to upright; the angle is clockwise."""
    if not angle:
        return char
    text, left, top, right, bottom, turned = char
    cos, sin = math.cos(angle), math.sin(angle)
    corners = [(x * cos + y * sin, y * cos - x * sin) for x in (left, right) for y in (top, bottom)]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return text, min(xs), min(ys), max(xs), max(ys), turned


def _written_across(chars: list[_Char]) -> list[_Char]:
    """Lay vertical writing on its side: its columns, from the right, become rows from the top."""
    down = across = 0
    for before, char in pairwise(chars):
        if before[0] == " " or char[0] == " ":
            continue
        height = max(char[4] - char[2], 1e-6)
        down += abs(char[1] - before[1]) < 0.3 * height < 0.6 * height < char[2] - before[2] < 2 * height
        across += abs(char[2] - before[2]) < 0.3 * height and char[1] > before[1]
    if down <= max(across, 8):
        return chars
    return [(text, top, -right, bottom, -left, angle) for text, left, top, right, bottom, angle in chars]


@dataclass(slots=True)
class _Placed:
    """A character on a line, with the spaces that follow it."""

    text: str
    left: float
    right: float


@dataclass(slots=True)
class _Row:
    """Characters that follow one another on a line, from left to right, and their box."""

    chars: list[_Placed]
    left: float
    top: float
    right: float
    bottom: float

    def holds(self, top: float, bottom: float) -> bool:
        """Tell whether what reaches from ``top`` to ``bottom`` is on this line."""
        height = min(self.bottom - self.top, bottom - top)
        return min(self.bottom, bottom) - max(self.top, top) > 0.5 * height

    def takes_between(self, placed: _Placed) -> bool:
        """Put a character into the gap where it stands, if there is one."""
        at = bisect_right(self.chars, placed.left, key=lambda other: other.left)
        if not 0 < at < len(self.chars):
            return False
        slack = _OVERLAP * (placed.right - placed.left)
        before, after = self.chars[at - 1], self.chars[at]
        if before.right > placed.left + slack or after.left < placed.right - slack:
            return False
        before.text = before.text.rstrip()  # the space that the gap was taken for
        self.chars.insert(at, placed)
        return True


def _lines(chars: list[_Char]) -> list[TextLine]:
    """Join characters that follow one another on a line.

    PDFium turns signs without a direction around, such as quotation marks in another font: they come
    before or after the words around them, and go where they stand.
    """
    rows: list[_Row] = []
    for char, x0, y0, x1, y1, _ in chars:
        row = rows[-1] if rows else None
        if char == " ":
            if row is not None:
                row.chars[-1].text += char
            continue
        height = max(y1 - y0, 1e-6)
        placed = _Placed(char, x0, x1)
        if row is not None and row.holds(y0, y0 + height):
            if row.takes_between(placed):
                continue
            if -0.5 * height < x0 - row.right < _GAP * height:
                row.chars.append(placed)
                row.right, row.top, row.bottom = max(row.right, x1), min(row.top, y0), max(row.bottom, y1)
                continue
        rows.append(_Row([placed], x0, y0, x1, y1))
    for stray, row in pairwise(rows):
        if len(stray.chars) == 1 and row.holds(stray.top, stray.bottom):
            placed = stray.chars[0]
            if row.takes_between(_Placed(placed.text.rstrip(), placed.left, placed.right)):
                stray.chars.clear()
    lines = [
        TextLine(row.left, row.top, row.right, row.bottom, "".join(char.text for char in row.chars).strip())
        for row in rows
    ]
    return [line for line in lines if line.text]


# --- scans ------------------------------------------------------------------------------------


def _is_scan(page: Any, lines: list[TextLine]) -> bool:
    """Tell whether a page has to be read by OCR: it shows something its text layer does not say."""
    chars = "".join(line.text for line in lines)
    if chars and _is_garbage(chars):
        return True
    if len(chars) >= _SCAN_TEXT:
        return False
    images, outlines = _shown(page)
    if not chars:
        return images >= _IMAGE_SHARE or outlines >= _OUTLINES
    return images >= _SCAN_SHARE


def _is_garbage(chars: str) -> bool:
    """Tell whether a text layer has lost the meaning of its glyphs."""
    visible = [char for char in chars if not char.isspace()]
    undefined = sum(char == "\ufffd" or unicodedata.category(char) in ("Co", "Cn", "Cc") for char in visible)
    signs = sum(unicodedata.category(char)[0] in "PS" and char not in _USUAL_SIGNS for char in visible)
    if undefined > _MAX_UNDEFINED * len(visible) or signs > _MAX_SIGNS * max(len(visible), _SCAN_TEXT):
        return True
    text = "".join(visible)
    known = max(len(text.encode(name, "ignore").decode(name)) for name in ("gb2312", "big5"))
    return known < _MIN_KNOWN * len(visible)


def _shown(page: Any) -> tuple[float, int]:
    """Return the share of the page under images, and the number of outlines."""
    from pypdfium2 import raw

    width, height = page.get_size()
    area = outlines = 0.0
    for item in islice(
        page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH), max_depth=4), _MOST_OBJECTS
    ):
        if item.type == raw.FPDF_PAGEOBJ_PATH:
            outlines += 1
        else:
            left, bottom, right, top = item.get_bounds()
            area += abs(right - left) * abs(top - bottom)
    return area / max(width * height, 1.0), int(outlines)


def _render(page: Any) -> Any:
    """Render a page, at the resolution OCR wants whatever the page calls its size."""
    with closing(page.render(scale=ocr.scale_for(*page.get_size()), may_draw_forms=False)) as bitmap:
        return bitmap.to_pil().convert("RGB")
