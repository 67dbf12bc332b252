"""Reading Word documents (.docx): all that the reader of a page sees, in reading order.

What python-docx and its like leave out is often the point of an official document: the numbers
of its headings, its text boxes, its notes, what a tracked change put in. So the parts are read
here, event by event, after ECMA-376 part 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from nhsa_nlp.errors import Cause, InputError
from nhsa_nlp.io.document import Document
from nhsa_nlp.io.documents.blocks import Block
from nhsa_nlp.io.documents.numbering import Level, ListOfLevels, Numbering
from nhsa_nlp.io.documents.symbols import symbol
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.package.office import Package
from nhsa_nlp.io.package.xml import Handler, Name, natural
from nhsa_nlp.io.source import Source

_WORD = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
_MATH = (
    "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "http://purl.oclc.org/ooxml/officeDocument/math",
)
_COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"

# Not shown, shown elsewhere, or a former state: deleted and moved text, phonetic guides, the
# properties before a tracked change.
_LEFT_OUT = frozenset({"del", "moveFrom", "rt", "pPrChange", "rPrChange", "sectPr"})
_BREAKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_LEVELS = 9  # of a list
_MAX_ANCESTORS = 50  # of a style; Word allows fewer
_OFF = frozenset({"0", "false", "off", "none"})


def read(stream: BinaryIO, file: Source, options: ReadOptions) -> Iterator[Document]:
    """Read the one document of a Word file.

    A paragraph is a line; the cells of a table row are joined by tabs and a row is a line; text
    boxes follow the paragraph they are anchored in; foot- and endnotes stand at the end, in the
    order of their marks. Tracked changes are read as accepted. Headers and footers are left out:
    they repeat on each page and hold page numbers.
    """
    package = Package(stream, file, options)
    main = _main_part(package, file)
    styles, numbers, notes = _Styles(), _Numbers(), {}
    for _, kind, part in package.relations(main):
        if part not in package:
            continue
        if kind == "styles":
            package.parse(part, styles)
        elif kind == "numbering":
            package.parse(part, numbers)
        elif kind in ("footnotes", "endnotes"):
            notes[kind] = part
    numbering = Numbering(numbers.linked(styles), numbers.lists)
    body = _Story(numbering, styles)
    package.parse(main, body)

    lines = body.lines
    for kind, references in (("footnotes", body.footnotes), ("endnotes", body.endnotes)):
        if references and kind in notes:
            story = _Story(numbering, styles)
            package.parse(notes[kind], story)
            lines += [line for note in dict.fromkeys(references) for line in story.notes.get(note, [])]
    text = "\n".join(lines).strip("\n")
    if not text.strip():
        raise InputError(
            "holds no text, perhaps only pictures; print it to PDF to have them read",
            file.source,
            cause=Cause.NO_TEXT,
        )
    yield Document(file.id, file.source, text)


def _main_part(package: Package, file: Source) -> str:
    for _, kind, part in package.relations():
        if kind == "officeDocument" and part in package:
            return part
    if "word/document.xml" in package:
        return "word/document.xml"
    raise InputError(
        "is a zip file but not a Word document; rename it to .zip or open and save it again",
        file.source,
        cause=Cause.DAMAGED,
    )


def _is_on(attributes: dict[str, str]) -> bool:
    return attributes.get("val", "1") not in _OFF


class _Styles(Handler):
    """Collects which list and level each paragraph style stands for."""

    def __init__(self) -> None:
        self._own: dict[str, dict[str, str]] = {}
        self._based_on: dict[str, str] = {}
        self._style = ""
        self._known: dict[str, dict[str, str]] = {}
        self.default = ""

    def start(self, name: Name, attributes: dict[str, str]) -> None:
        if name[0] not in _WORD:
            return
        value = attributes.get("val", "")
        if name[1] == "style":
            self._style = attributes.get("styleId", "")
            if attributes.get("type") == "paragraph" and attributes.get("default", "0") not in _OFF:
                self.default = self._style
        elif name[1] == "basedOn":
            self._based_on[self._style] = value
        elif name[1] in ("numId", "ilvl"):
            self._own.setdefault(self._style, {})[name[1]] = value

    def of(self, style: str) -> dict[str, str]:
        """Return ``numId`` and ``ilvl`` of a style, inherited ones included, when all are collected."""
        if style not in self._known:
            self._known[style] = self._inherited(style)
        return self._known[style]

    def _inherited(self, style: str) -> dict[str, str]:
        chain: dict[str, None] = {}
        while style and style not in chain and len(chain) < _MAX_ANCESTORS:
            chain[style] = None
            style = self._based_on.get(style, "")
        found: dict[str, str] = {}
        for ancestor in reversed(chain):
            found |= self._own.get(ancestor, {})
        return found


class _Numbers(Handler):
    """Collects the lists and their patterns."""

    def __init__(self) -> None:
        self.patterns: dict[str, dict[int, Level]] = {}
        self.lists: dict[str, ListOfLevels] = {}
        self._levels: dict[int, Level] = {}
        self._level = Level()
        self._list = ListOfLevels()
        self._depth = 0
        self._pattern = ""
        self._links: dict[str, str] = {}  # of a pattern: the list style that has its levels

    def start(self, name: Name, attributes: dict[str, str]) -> None:
        if name[0] not in _WORD:
            return
        value = attributes.get("val", "")
        match name[1]:
            case "abstractNum":
                self._pattern = attributes.get("abstractNumId", "")
                self._levels = self.patterns.setdefault(self._pattern, {})
            case "numStyleLink":
                self._links[self._pattern] = value
            case "num":
                self._list = self.lists.setdefault(attributes.get("numId", ""), ListOfLevels())
                self._levels = self._list.levels
            case "abstractNumId":
                self._list.pattern = value
            case "lvlOverride":
                self._depth = natural(attributes.get("ilvl", ""))
            case "startOverride":
                self._list.restarts[self._depth] = natural(value, 1)
            case "lvl":
                self._level = Level()
                depth = natural(attributes.get("ilvl", ""))
                if depth < _LEVELS:
                    self._levels[depth] = self._level
            case "start":
                self._level.start = natural(value, 1)
            case "numFmt":
                self._level.form = value
            case "isLgl":
                self._level.digits = _is_on(attributes)
            case "lvlText":
                self._level.label = value
            case "suff":
                self._level.suffix = value

    def linked(self, styles: _Styles) -> dict[str, dict[int, Level]]:
        """Return the patterns, those that are defined by a list style with its levels."""
        for pattern, style in self._links.items():
            found = self.lists.get(styles.of(style).get("numId", ""))
            if found is not None:
                self.patterns[pattern] = self.patterns.get(found.pattern, {})
        return self.patterns


@dataclass(slots=True)
class _Paragraph:
    """A paragraph while it is being read."""

    pieces: list[str] = field(default_factory=list)
    boxes: list[str] = field(default_factory=list)  # the lines of the text boxes anchored in it
    style: str | None = None
    place: dict[str, str] = field(default_factory=dict)  # in a list: numId and ilvl of its own
    label: str | None = None
    fields: list[bool] = field(default_factory=list)  # of each open field: is this its result?
    instructions: int = 0  # of how many of these it is not
    hidden: bool = False  # the run being read
    runs_on: bool = False  # its end was deleted

    def add(self, text: str) -> None:
        if not self.hidden and not self.instructions:
            self.pieces.append(text)


class _Story(Handler):
    """Turns the events of a body, or of a part of notes, into lines."""

    def __init__(self, numbering: Numbering, styles: _Styles):
        self.lines: list[str] = []
        self.notes: dict[str, list[str]] = {}
        self.footnotes: list[str] = []
        self.endnotes: list[str] = []
        self._numbering = numbering
        self._styles = styles
        self._path: list[str] = []
        self._skipped = 0  # how many elements deep in something left out
        self._blocks = [Block(self.lines)]
        self._paragraphs: list[_Paragraph | None] = [None]  # the open ones; None where a block begins
        self._rows: list[tuple[list[str], bool]] = []  # of each open row: its cells, was it deleted?
        self._alternatives: list[bool] = []  # of each open one: was a choice taken?
        self._controls: list[bool] = []  # of each open one: does it show only its prompt?
        self._note: str | None = None
        self._text: list[str] | None = None

    def start(self, name: Name, attributes: dict[str, str]) -> None:
        namespace, local = name
        if self._skipped or self._is_left_out(namespace, local):
            self._skipped += 1
            return
        self._path.append(local)
        if namespace in _WORD:
            self._start(local, attributes)
        elif namespace in _MATH and local == "t":
            self._text = []

    def data(self, text: str) -> None:
        if self._text is not None and not self._skipped:
            self._text.append(text)

    def end(self, name: Name) -> None:
        namespace, local = name
        if self._skipped:
            self._skipped -= 1
            return
        if namespace in _WORD:
            self._end(local)
        elif namespace in _MATH and local == "t":
            self._end_text()
        elif namespace == _COMPATIBILITY and local == "AlternateContent":
            self._alternatives.pop()
        self._path.pop()

    def _is_left_out(self, namespace: str, local: str) -> bool:
        if namespace == _COMPATIBILITY:
            if local == "AlternateContent":
                self._alternatives.append(False)
            elif local in ("Choice", "Fallback") and self._alternatives:
                # The same content for new and for old programs: one is enough.
                taken = self._alternatives[-1]
                self._alternatives[-1] = True
                return taken
            return False
        if namespace not in _WORD:
            return False
        if local == "sdtContent":
            return bool(self._controls) and self._controls[-1]
        # Among properties these mark the end of the paragraph, or the row, as deleted.
        return local in _LEFT_OUT and self._path[-1:] not in (["rPr"], ["trPr"])

    def _start(self, local: str, attributes: dict[str, str]) -> None:
        match local:
            case "p":
                self._paragraphs.append(_Paragraph())
            case "tc" | "txbxContent" | "footnote" | "endnote":
                self._blocks.append(Block())
                self._paragraphs.append(None)
                if local in ("footnote", "endnote"):
                    kind = attributes.get("type", "normal")
                    self._note = attributes.get("id") if kind == "normal" else None
            case "tr":
                self._rows.append(([], False))
            case "sdt":
                self._controls.append(False)
            case "showingPlcHdr" if self._controls:
                self._controls[-1] = _is_on(attributes)
            case "del" | "moveFrom" if self._rows and self._path[-2] == "trPr":
                self._rows[-1] = (self._rows[-1][0], True)
        paragraph = self._paragraphs[-1]
        if paragraph is not None:
            self._start_within(paragraph, local, attributes)

    def _start_within(self, paragraph: _Paragraph, local: str, attributes: dict[str, str]) -> None:
        match local:
            case "t":
                self._text = []
            case "r":
                paragraph.hidden = False
            case "vanish" if self._path[-3:-1] == ["r", "rPr"]:
                paragraph.hidden = _is_on(attributes)
            case "pStyle":
                paragraph.style = attributes.get("val")
            case "numId" | "ilvl":
                paragraph.place[local] = attributes.get("val", "")
            case "del" | "moveFrom":
                paragraph.runs_on = paragraph.runs_on or self._path[-3:-1] == ["pPr", "rPr"]
            case "fldChar":
                self._field(paragraph, attributes.get("fldCharType"))
            case "sym":
                paragraph.add(_symbol(attributes))
            case "footnoteReference":
                self.footnotes.append(attributes.get("id", ""))
            case "endnoteReference":
                self.endnotes.append(attributes.get("id", ""))
            case _ if local in _BREAKS and self._path[-2] == "r":
                paragraph.add(_BREAKS[local])

    def _field(self, paragraph: _Paragraph, kind: str | None) -> None:
        if kind == "begin":
            paragraph.fields.append(False)
            paragraph.instructions += 1
        elif kind == "separate" and paragraph.fields:
            paragraph.instructions -= not paragraph.fields[-1]
            paragraph.fields[-1] = True
        elif kind == "end" and paragraph.fields:
            paragraph.instructions -= not paragraph.fields.pop()

    def _end(self, local: str) -> None:
        match local:
            case "t":
                self._end_text()
            case "pPr" if self._path[-2:-1] == ["p"]:
                self._count()
            case "p":
                self._end_paragraph()
            case "tc":
                cell = "\n".join(self._end_block())
                if self._rows:
                    self._rows[-1][0].append(cell)
            case "tr":
                cells, gone = self._rows.pop()
                if not gone and any(cells):
                    self._blocks[-1].add("\t".join(cells))
            case "txbxContent":
                lines = self._end_block()
                anchor = self._paragraphs[-1]
                (self._blocks[-1].lines if anchor is None else anchor.boxes).extend(lines)
            case "footnote" | "endnote":
                lines = self._end_block()
                if self._note is not None:
                    self.notes[self._note] = [line.strip() for line in lines]
            case "sdt":
                self._controls.pop()

    def _end_text(self) -> None:
        paragraph = self._paragraphs[-1]
        if self._text is not None and paragraph is not None:
            paragraph.add("".join(self._text))
        self._text = None

    def _end_block(self) -> list[str]:
        self._paragraphs.pop()
        return self._blocks.pop().close()

    def _end_paragraph(self) -> None:
        self._count()
        paragraph = self._paragraphs.pop()
        if paragraph is None:
            return
        text = "".join(paragraph.pieces)
        if text.strip():
            text = (paragraph.label or "") + text
        block = self._blocks[-1]
        if paragraph.runs_on:
            block.unfinished.append(text)
        else:
            block.add(text)
        block.lines.extend(paragraph.boxes)

    def _count(self) -> None:
        """Give the open paragraph its place in its list, once, when its properties are known."""
        paragraph = self._paragraphs[-1]
        if paragraph is None or paragraph.label is not None:
            return
        paragraph.label = ""
        of_style = self._styles.of(paragraph.style or self._styles.default)
        place = of_style | paragraph.place
        if not paragraph.runs_on and place.get("numId", "0") != "0":
            paragraph.label = self._numbering.label(place["numId"], natural(place.get("ilvl", "")))


def _symbol(attributes: dict[str, str]) -> str:
    try:
        code = int(attributes.get("char", "")[:4], 16)
    except ValueError:
        return ""
    return symbol(attributes.get("font", ""), code)
