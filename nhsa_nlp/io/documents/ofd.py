"""Reading OFD (.ofd), the page format of Chinese offices, after GB/T 33190-2016.

A page holds text objects, each with a box, a transformation and codes that are placed character
by character. Where they stand makes them lines, and these paragraphs as on any printed page.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from nhsa_nlp.errors import Cause, InputError
from nhsa_nlp.io.document import Document
from nhsa_nlp.io.documents.page_layout import TextLine, text_of, width_of
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.package.office import Package, resolve
from nhsa_nlp.io.package.xml import Handler, Name, natural
from nhsa_nlp.io.source import Source

MAX_PIECES = 300_000
"""Of text: the objects of a file, or the characters where each has a place of its own."""

_ENTRY = "OFD.xml"
_ENCRYPTION = "Encryptions.xml"  # GM/T 0099: the pages are ciphers

_NUMBER = re.compile(r"[-+]?(?:\d{1,9}\.?\d*|\.\d+)(?:[eE][-+]?\d{1,2})?")
_WORD = re.compile(r"\S+")
_INDENT = re.compile(r"\s{2,}|\u3000")
_MOST_NUMBERS = 6  # of a box or a matrix
_DEFAULT_SIZE = 4.2  # millimetres; the size of body text

# In sizes of the type: what still stands on one baseline, and at one place, what gap is a space, what gap
# ends a part of a line, and how far letters reach below the baseline.
_SAME_BASELINE = 0.2
_SAME_PLACE = 0.15
_SPACE = 0.6
_GAP = 1.2
_BELOW = 0.15

_IDENTITY = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]


@dataclass(frozen=True, slots=True)
class _Piece:
    """Characters on one baseline; millimetres from the page's upper left corner."""

    text: str
    left: float
    right: float
    baseline: float
    size: float


def read(stream: BinaryIO, file: Source, options: ReadOptions) -> Iterator[Document]:
    """Read the one document of an OFD file.

    Where the characters stand tells lines, columns, page numbers and paragraphs, see
    `nhsa_nlp.io.documents.page_layout.text_of`. Signatures and seals do not matter. The text of a
    template (a letterhead, a form) is read on the first page that uses it. Annotations,
    attachments and drawings are left out.
    """
    package = Package(stream, file, options)
    if _ENTRY not in package:
        raise InputError(
            "is a zip file but not an OFD document; rename it to .zip or fetch it again",
            file.source,
            cause=Cause.DAMAGED,
        )
    if _ENCRYPTION in package:
        raise InputError(
            "is an encrypted OFD; save it without encryption in its viewer",
            file.source,
            cause=Cause.ENCRYPTED,
        )
    entry = _Entry()
    package.parse(_ENTRY, entry)
    roots = dict.fromkeys(resolve(root) for root in entry.roots)
    documents = [list(_document(package, root, file)) for root in roots]
    text = "\n".join(filter(None, map(text_of, documents)))
    if not text.strip():
        raise InputError(
            "holds no text, perhaps only scanned pages; convert it to PDF to have them read",
            file.source,
            cause=Cause.NO_TEXT,
        )
    yield Document(file.id, file.source, text)


def _document(package: Package, root: str, file: Source) -> Iterator[list[TextLine]]:
    """Yield the lines of each page."""
    contents = _Contents()
    package.parse(root, contents)
    templates = {name: resolve(place, root) for name, place in contents.templates.items()}
    read_already: set[str] = set()
    left = MAX_PIECES
    for place in contents.pages:
        part = resolve(place, root)
        if part in read_already:  # a page that is listed again and again
            continue
        read_already.add(part)
        page = _Page(left + 1)
        package.parse(part, page)
        pieces = page.pieces
        for name in page.templates:
            template = templates.get(name)
            if template is not None and template not in read_already:
                read_already.add(template)
                background = _Page(left + 1)
                package.parse(template, background)
                pieces += background.pieces
        left -= len(pieces)
        if left < 0:
            raise InputError(
                "holds more than {limit:,} pieces of text; split it",
                file.source,
                cause=Cause.TOO_LARGE,
                limit=MAX_PIECES,
            )
        yield _lines(pieces)


def _lines(pieces: list[_Piece]) -> list[TextLine]:
    """Join the pieces that follow one another on a baseline; some files have one a character."""
    lines: list[TextLine] = []
    row: list[_Piece] = []
    for piece in sorted(_drawn_once(pieces), key=lambda piece: piece.baseline):
        if row and piece.baseline - row[0].baseline > _SAME_BASELINE * min(piece.size, row[0].size):
            lines += _parts(row)
            row = []
        row.append(piece)
    return lines + _parts(row)


def _drawn_once(pieces: list[_Piece]) -> list[_Piece]:
    """Leave out what is drawn again at nearly the same place: some writers print bold that way."""
    seen: set[tuple[str, float, int, int]] = set()
    kept: list[_Piece] = []
    for piece in pieces:
        near = _SAME_PLACE * piece.size  # the side of the squares in which places are looked up
        x, y = int(piece.left // near), int(piece.baseline // near)
        places = [(piece.text, piece.size, x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
        if seen.isdisjoint(places):
            kept.append(piece)
        seen.add((piece.text, piece.size, x, y))
    return kept


def _parts(row: list[_Piece]) -> list[TextLine]:
    """Break the pieces of one baseline where the gap is too wide for a space."""
    parts: list[TextLine] = []
    run: list[_Piece] = []
    text = ""
    for piece in sorted(row, key=lambda piece: piece.left):
        gap = piece.left - run[-1].right if run else 0.0
        if gap > _GAP * piece.size:
            parts.append(_line(text, run))
            run, text = [], ""
        text += " " * (_SPACE * piece.size < gap <= _GAP * piece.size) + piece.text
        run.append(piece)
    return [*parts, _line(text, run)] if run else parts


def _line(text: str, run: list[_Piece]) -> TextLine:
    size = max(piece.size for piece in run)
    bottom = run[0].baseline + _BELOW * size
    return TextLine(run[0].left, bottom - size, max(piece.right for piece in run), bottom, text.strip())


class _Entry(Handler):
    """Collects the roots of the documents in a file."""

    def __init__(self) -> None:
        self.roots: list[str] = []
        self._text: list[str] | None = None

    def start(self, name: Name, _: dict[str, str]) -> None:
        self._text = [] if name[1] == "DocRoot" else None

    def data(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def end(self, _: Name) -> None:
        if self._text is not None:
            self.roots.append("".join(self._text).strip())
        self._text = None


class _Contents(Handler):
    """Collects the pages and templates of a document, in order."""

    def __init__(self) -> None:
        self.pages: list[str] = []
        self.templates: dict[str, str] = {}
        self._path: list[str] = []

    def start(self, name: Name, attributes: dict[str, str]) -> None:
        place = attributes.get("BaseLoc", "")
        if name[1] == "Page" and self._path[-1:] == ["Pages"]:
            self.pages.append(place)
        elif name[1] == "TemplatePage":
            self.templates[attributes.get("ID", "")] = place
        self._path.append(name[1])

    def end(self, _: Name) -> None:
        self._path.pop()


class _Page(Handler):
    """Collects the pieces of text of a page, up to a number of them."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.pieces: list[_Piece] = []
        self.templates: list[str] = []
        self._box = (0.0, 0.0)
        self._matrix = _IDENTITY
        self._size = _DEFAULT_SIZE
        self._visible = False
        self._place = (0.0, 0.0)
        self._code: dict[str, str] = {}
        self._text: list[str] | None = None

    def start(self, name: Name, attributes: dict[str, str]) -> None:
        match name[1]:
            case "Template":
                self.templates.append(attributes.get("TemplateID", ""))
            case "TextObject":
                box = [*_numbers(attributes.get("Boundary", "")), 0.0, 0.0]
                self._box = (box[0], box[1])
                matrix = _numbers(attributes.get("CTM", ""))
                self._matrix = matrix if len(matrix) == 6 else _IDENTITY
                self._size = _number(attributes.get("Size", "")) or _DEFAULT_SIZE
                self._visible = attributes.get("Visible", "true") not in ("false", "0")
                self._place = (0.0, 0.0)
            case "TextCode" if self._visible:
                self._code = attributes
                self._text = []

    def data(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def end(self, name: Name) -> None:
        if name[1] == "TextCode" and self._text is not None:
            self._add("".join(self._text).strip("\r\n"))
            self._text = None
        elif name[1] == "TextObject":
            self._visible = False

    def _add(self, text: str) -> None:
        # A code without a place of its own stands where the one before it stood.
        x = _number(self._code.get("X", ""), self._place[0])
        y = _number(self._code.get("Y", ""), self._place[1])
        self._place = (x, y)
        down = _deltas(self._code.get("DeltaY", ""), len(text) - 1)
        across = _deltas(self._code.get("DeltaX", ""), len(text) - 1)
        if not any(across) and not any(down):  # some writers leave the steps to the font
            across = [self._size * width_of(char) for char in text[:-1]]
        begun = 0
        for at in range(1, len(text) + 1):
            # A step down without a step aside is vertical writing, which is one piece.
            breaks = at < len(text) and down[at - 1] != 0 and across[at - 1] != 0
            if at == len(text) or breaks:
                last = x + sum(across[begun : at - 1])
                indent = _INDENT.match(text, begun, at)
                blank = len(indent[0]) if indent else 0
                self._add_piece(text[begun + blank : at], x + sum(across[begun : begun + blank]), y, last)
                if breaks:
                    x, y, begun = last + across[at - 1], y + sum(down[begun:at]), at

    def _add_piece(self, text: str, x: float, y: float, last: float) -> None:
        if not text.strip() or len(self.pieces) >= self._limit:
            return
        a, b, c, d, e, f = self._matrix
        left = self._box[0] + a * x + c * y + e
        size = self._size * (math.hypot(c, d) or 1.0)
        end = last + self._size * width_of(text[-1])
        right = self._box[0] + a * end + c * y + e
        baseline = self._box[1] + b * x + d * y + f
        self.pieces.append(
            _Piece(text, min(left, right), max(left, right), baseline, abs(size) or _DEFAULT_SIZE)
        )


def _numbers(text: str) -> list[float]:
    return [float(number[0]) for number in islice(_NUMBER.finditer(text), _MOST_NUMBERS)]


def _number(text: str, default: float = 0.0) -> float:
    found = _NUMBER.search(text)
    return float(found[0]) if found else default


def _deltas(text: str, count: int) -> list[float]:
    """Return ``count`` steps between characters; ``g 3 5.5`` is three of 5.5, and the last one repeats."""
    steps: list[float] = []
    words = (word[0] for word in _WORD.finditer(text))
    while len(steps) < count and (word := next(words, None)) is not None:
        repeat = 1
        if word == "g":
            repeat = natural(next(words, ""), 1)
            word = next(words, "0")
        steps += [_number(word)] * min(repeat, count - len(steps))
    last = steps[-1] if steps else 0.0
    return steps + [last] * (count - len(steps))
