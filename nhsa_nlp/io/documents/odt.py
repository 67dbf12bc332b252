"""Reading OpenDocument texts (ISO/IEC 26300-3), with the conventions of a .docx."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from nhsa_nlp.errors import Cause, InputError
from nhsa_nlp.io.document import Document
from nhsa_nlp.io.documents.blocks import Block
from nhsa_nlp.io.documents.numbering import Level, ListOfLevels, Numbering
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.package.open_document import (
    BREAKS,
    CONTENT,
    DRAWING,
    DRAWN,
    MAX_SPACES,
    OFFICE,
    STYLE,
    STYLES,
    TABLE,
    TEXT,
    opened,
)
from nhsa_nlp.io.package.xml import Handler, Name, natural
from nhsa_nlp.io.source import Source

_LEVELS = 10  # of a list
_MAX_ANCESTORS = 50  # of a style
_MAX_CELLS = 1_000  # that one element may stand for
_OUTLINE = "\0outline"  # the list of the headings, which has no name
_SPACES = re.compile("[ \t\r\n]+")

# Not shown, or shown elsewhere.
_LEFT_OUT = frozenset(
    [
        *((OFFICE, name) for name in ("annotation", "forms", "binary-data", "event-listeners")),
        *((TEXT, name) for name in ("tracked-changes", "ruby-text", "note-citation", "placeholder")),
        *((DRAWING, name) for name in ("object", "object-ole", "image", "plugin", "applet")),
        *((DRAWN, name) for name in ("title", "desc")),
    ]
)
_SHAPES = frozenset(
    [
        *("text-box", "custom-shape", "rect", "ellipse", "circle", "line", "polyline", "polygon", "path"),
        *("regular-polygon", "connector", "caption", "measure"),
    ]
)
_CELLS = ("table-cell", "covered-table-cell")

# Numerals by how an OpenDocument names them: by their beginning.
_FORMS = {
    "1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman", "": "none",
    "一": "chineseCounting", "壹": "chineseLegalSimplified", "１": "decimalFullWidth",
    "甲": "ideographTraditional", "子": "ideographZodiac", "①": "decimalEnclosedCircle",
    "〇": "ideographDigital",
}  # fmt: skip
_FOLLOWED_BY = {"listtab": "tab", "space": "space", "nothing": "nothing"}


def read(stream: BinaryIO, file: Source, options: ReadOptions) -> Iterator[Document]:
    """Read the one document of an OpenDocument text, in the order and with the conventions of a .docx."""
    package = opened(stream, file, options)
    styles = _Styles()
    if STYLES in package:
        package.parse(STYLES, styles)
    story = _Story(styles)
    package.parse(CONTENT, story)
    text = "\n".join([*story.lines, *story.footnotes, *story.endnotes]).strip("\n")
    if not text.strip():
        raise InputError(
            "holds no text, perhaps only pictures; print it to PDF to have them read",
            file.source,
            cause=Cause.NO_TEXT,
        )
    yield Document(file.id, file.source, text)


@dataclass(slots=True)
class _Style:
    parent: str = ""
    hidden: bool | None = None  # None: as the parent
    list: str | None = None


class _Styles(Handler):
    """Collects the styles of a part, and those of the lists."""

    def __init__(self) -> None:
        self.lists: dict[str, dict[int, Level]] = {}
        self._styles: dict[tuple[str, str], _Style] = {}
        self._style = _Style()
        self._levels: dict[int, Level] = {}
        self._level = Level()

    def start(self, name: Name, attributes: dict[str, str]) -> None:
        match name:
            case (space, "style") if space == STYLE:
                self._style = _Style(
                    attributes.get("parent-style-name", ""), None, attributes.get("list-style-name")
                )
                self._styles[attributes.get("family", ""), attributes.get("name", "")] = self._style
            case (space, "text-properties") if space == STYLE and "display" in attributes:
                self._style.hidden = attributes["display"] == "none"
            case (space, "list-style") if space == TEXT:
                self._levels = self.lists.setdefault(attributes.get("name", ""), {})
            case (space, "outline-style") if space == TEXT:
                self._levels = self.lists.setdefault(_OUTLINE, {})
            case (space, "list-level-style-number" | "outline-level-style") if space == TEXT:
                self._level = _level(attributes)
                depth = natural(attributes.get("level", ""), 1) - 1
                if 0 <= depth < _LEVELS:
                    self._levels[depth] = self._level
            case (space, "list-level-style-bullet" | "list-level-style-image") if space == TEXT:
                self._level = Level(form="bullet")
            case (space, "list-level-label-alignment") if space == STYLE:
                followed = attributes.get("label-followed-by", "")
                self._level.suffix = _FOLLOWED_BY.get(followed, self._level.suffix)

    def is_hidden(self, family: str, name: str) -> bool:
        """Tell whether a style, or the first of those it is based on that says so, hides its text."""
        return next((style.hidden for style in self._chain(family, name) if style.hidden is not None), False)

    def list_of(self, paragraph: str) -> str | None:
        """Return the list that a style of paragraphs names; "" for none at all."""
        chain = self._chain("paragraph", paragraph)
        return next((style.list for style in chain if style.list is not None), None)

    def _chain(self, family: str, name: str) -> Iterator[_Style]:
        for _ in range(_MAX_ANCESTORS):
            style = self._styles.get((family, name))
            if style is None:
                return
            yield style
            name = style.parent


def _level(attributes: dict[str, str]) -> Level:
    depth = natural(attributes.get("level", ""), 1)
    shown = min(max(natural(attributes.get("display-levels", ""), 1), 1), depth, _LEVELS)
    form = attributes.get("num-format", "")
    pattern = attributes.get("num-list-format")
    if not form:
        pattern = ""
    elif pattern is None:
        numbers = ".".join(f"%{number}" for number in range(depth - shown + 1, depth + 1))
        pattern = attributes.get("num-prefix", "") + numbers + attributes.get("num-suffix", "")
    else:
        pattern = re.sub("%([0-9]+)%", r"%\1", pattern)
    return Level(natural(attributes.get("start-value", ""), 1), _FORMS.get(form[:1], "decimal"), pattern)


@dataclass(slots=True)
class _Paragraph:
    """A paragraph while it is being read."""

    hidden: bool
    label: str = ""
    pieces: list[str] = field(default_factory=list)
    boxes: list[str] = field(default_factory=list)  # the lines of the text boxes anchored in it
    spans: list[bool] = field(default_factory=list)  # of each open one: is it hidden?


@dataclass(slots=True)
class _List:
    """An open list."""

    style: str
    id: str
    depth: int
    awaits_label: bool = False  # the next paragraph is the first of an item


class _Story(Handler):
    """Turns the events of a content into lines."""

    def __init__(self, styles: _Styles) -> None:
        self.lines: list[str] = []
        self.footnotes: list[str] = []
        self.endnotes: list[str] = []
        self._styles = styles
        self._is_body = False
        self._skipped = 0  # how many elements deep in something left out
        self._blocks = [Block(self.lines)]
        self._paragraphs: list[_Paragraph | None] = [None]  # the open ones; None where a block begins
        self._rows: list[list[str]] = []
        self._covered = [0]  # of each open row: cells to come that a wide cell covers
        self._lists: list[_List | None] = [None]  # the open ones; None where a block begins
        self._uses: dict[str, ListOfLevels] = {}
        self._counted: dict[str, dict[int, Level]] = {}
        self._numbering = Numbering(self._counted, self._uses)
        self._by_id: dict[str, str] = {}  # the patterns of lists that have an id
        self._last: dict[str, str] = {}  # the pattern of the last list of each style
        self._endnote = False

    def start(self, name: Name, attributes: dict[str, str]) -> None:
        if self._skipped or self._is_left_out(name, attributes):
            self._skipped += 1
            return
        space, local = name
        if not self._is_body:
            self._is_body = name == (OFFICE, "body")
            self._styles.start(name, attributes)
        elif space == TEXT:
            self._start_text(local, attributes)
        elif space == TABLE:
            self._start_table(local, attributes)
        elif space == DRAWING and local in _SHAPES:
            self._begin_block()

    def data(self, text: str) -> None:
        paragraph = self._paragraphs[-1]
        if paragraph is not None and not self._skipped and not any(paragraph.spans):
            paragraph.pieces.append(_SPACES.sub(" ", text))

    def end(self, name: Name) -> None:
        if self._skipped:
            self._skipped -= 1
            return
        space, local = name
        if not self._is_body:
            return
        if space == TEXT:
            self._end_text(local)
        elif space == TABLE:
            self._end_table(local)
        elif space == DRAWING and local in _SHAPES:
            lines = self._end_block()
            anchor = self._paragraphs[-1]
            (self._blocks[-1].lines if anchor is None else anchor.boxes).extend(lines)

    def _is_left_out(self, name: Name, attributes: dict[str, str]) -> bool:
        if name in _LEFT_OUT:
            return True
        if name[0] != TEXT:
            return False
        is_hidden = attributes.get("is-hidden") == "true"
        match name[1]:
            case "section":
                display = attributes.get("display")
                return display == "none" or (display == "condition" and is_hidden)
            case "hidden-text":
                return is_hidden
        return name[1].endswith(("-source", "-decls"))

    def _start_text(self, local: str, attributes: dict[str, str]) -> None:
        paragraph = self._paragraphs[-1]
        match local:
            case "p" | "h":
                self._paragraphs.append(self._paragraph(local, attributes))
            case "span" if paragraph is not None:
                paragraph.spans.append(self._styles.is_hidden("text", attributes.get("style-name", "")))
            case "s":
                self._add(" " * min(natural(attributes.get("c", ""), 1), MAX_SPACES))
            case _ if local in BREAKS:
                self._add(BREAKS[local])
            case "hidden-paragraph" if paragraph is not None:
                paragraph.hidden = paragraph.hidden or attributes.get("is-hidden") == "true"
            case "note":
                self._endnote = attributes.get("note-class") == "endnote"
            case "note-body":
                self._begin_block()
            case "list":
                self._begin_list(attributes)
            case "list-item":
                self._begin_item(attributes)

    def _end_text(self, local: str) -> None:
        match local:
            case "p" | "h":
                self._end_paragraph()
            case "span":
                paragraph = self._paragraphs[-1]
                if paragraph is not None and paragraph.spans:
                    paragraph.spans.pop()
            case "note-body":
                (self.endnotes if self._endnote else self.footnotes).extend(self._end_block())
            case "list" if self._lists[-1] is not None:
                self._lists.pop()

    def _start_table(self, local: str, attributes: dict[str, str]) -> None:
        if local == "table-row":
            self._rows.append([])
            self._covered.append(0)
        elif local in _CELLS and self._rows:
            if local == "table-cell":
                self._covered[-1] = natural(attributes.get("number-columns-spanned", ""), 1) - 1
            else:
                count = min(natural(attributes.get("number-columns-repeated", ""), 1), _MAX_CELLS)
                by_wide = min(count, max(self._covered[-1], 0))
                self._covered[-1] -= by_wide
                # What a cell above covers is an empty cell, what one beside covers is none, as in a .docx.
                self._rows[-1] += [""] * (count - by_wide)
            self._begin_block()

    def _end_table(self, local: str) -> None:
        if local == "table-row" and self._rows:
            cells = self._rows.pop()
            self._covered.pop()
            if any(cells):
                self._blocks[-1].add("\t".join(cells))
        elif local in _CELLS and self._rows:
            lines = self._end_block()
            if local == "table-cell":
                self._rows[-1].append("\n".join(lines))

    def _paragraph(self, local: str, attributes: dict[str, str]) -> _Paragraph:
        style = attributes.get("style-name", "")
        paragraph = _Paragraph(self._styles.is_hidden("paragraph", style))
        paragraph.spans.append(paragraph.hidden)
        current = self._lists[-1]
        if current is not None:
            if current.awaits_label:
                paragraph.label = self._numbering.label(current.id, current.depth)
            current.awaits_label = False
        elif local == "h" and attributes.get("is-list-header") != "true":
            named = self._styles.list_of(style)
            pattern = _OUTLINE if named is None else named
            if pattern in self._styles.lists:
                depth = natural(attributes.get("outline-level", ""), 1) - 1
                self._use(pattern, pattern, pattern)
                paragraph.label = self._numbering.label(pattern, depth)
        return paragraph

    def _end_paragraph(self) -> None:
        paragraph = self._paragraphs.pop()
        if paragraph is None:
            self._paragraphs.append(None)
            return
        shown = "".join(paragraph.pieces)
        block = self._blocks[-1]
        if not paragraph.hidden:
            block.add(paragraph.label + shown if shown.strip() else shown)
        block.lines += paragraph.boxes

    def _begin_list(self, attributes: dict[str, str]) -> None:
        outer = self._lists[-1]
        style = attributes.get("style-name", "") or (outer.style if outer is not None else "")
        if outer is not None and style == outer.style:
            self._lists.append(_List(style, outer.id, outer.depth + 1))
            return
        pattern = self._by_id.get(attributes.get("continue-list", ""))
        if pattern is None and attributes.get("continue-numbering") == "true":
            pattern = self._last.get(style)
        name = f"{len(self._uses)}"
        pattern = pattern or name
        self._use(name, pattern, style)
        self._last[style] = pattern
        if "id" in attributes:
            self._by_id[attributes["id"]] = pattern
        self._lists.append(_List(style, name, 0 if outer is None else outer.depth + 1))

    def _begin_item(self, attributes: dict[str, str]) -> None:
        current = self._lists[-1]
        if current is None:
            return
        current.awaits_label = True
        if "start-value" in attributes:  # goes on as a list of its own that counts on from there
            name = f"{len(self._uses)}"
            pattern = self._uses[current.id].pattern
            self._use(name, pattern, current.style)
            self._uses[name].restarts[current.depth] = natural(attributes["start-value"], 1)
            current.id = name

    def _use(self, name: str, pattern: str, style: str) -> None:
        if name not in self._uses:
            self._uses[name] = ListOfLevels(pattern)
            self._counted.setdefault(pattern, self._styles.lists.get(style, {}))

    def _begin_block(self) -> None:
        self._blocks.append(Block())
        self._paragraphs.append(None)
        self._lists.append(None)

    def _end_block(self) -> list[str]:
        while self._lists.pop() is not None:
            pass
        while self._paragraphs.pop() is not None:
            pass
        return self._blocks.pop().close()

    def _add(self, text: str) -> None:
        paragraph = self._paragraphs[-1]
        if paragraph is not None and not any(paragraph.spans):
            paragraph.pieces.append(text)
