r"""Reading RTF documents (Rich Text Format 1.9.1), with the conventions of a .docx.

An RTF is text in braces, with words such as ``\par`` between. Chinese stands in it as bytes of the font's
character set (``\'d2\'bd`` in one of ``\fcharset134``) or as numbers of Unicode (``\u21307``), mostly both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

from nhsa_nlp.errors import Cause, InputError
from nhsa_nlp.io.document import Document
from nhsa_nlp.io.documents.blocks import Flow
from nhsa_nlp.io.documents.numbering import before_text
from nhsa_nlp.io.documents.symbols import symbol
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.sniff import Kind, file_kind
from nhsa_nlp.io.source import Source
from nhsa_nlp.translation import Message

MAX_TOKENS = 8_000_000
"""Braces, words and pieces of text; a thousand pages of Chinese have a quarter of that."""
MAX_CHARACTERS = 10_000_000  # what the pipeline takes at most
MAX_DEPTH = 500  # of braces
_MAX_FONTS = 10_000
_MAX_TABLES = 50  # within one another

_TOKEN = re.compile(
    rb"(?P<text>[^\\{}]+)"
    rb"|(?P<bytes>(?:\\'[0-9a-fA-F]{2}[\r\n]*){1,10000})"
    rb"|\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?[0-9]{1,10})? ?"
    rb"|\\(?P<sign>[^a-zA-Z])"
    rb"|(?P<open>\{)|(?P<close>\})",
    re.DOTALL,
)
_LINE_ENDS = b"\r\n"
_CONTROLS = {code: None for code in range(32) if code not in (0x09, 0x0A)}

# The character sets of fonts, and the code pages that have other names here than there.
_CHARACTER_SETS = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "cp950", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
_SIGNS = 2  # the character set of fonts of signs
_CODE_PAGES = {936: "gb18030", 10008: "gb18030", 65001: "utf-8"}
_WESTERN = "cp1252"

_CHARACTERS = {
    "tab": "\t", "line": "\n", "page": "\n", "column": "\n", "emdash": "—", "endash": "–", "lquote": "‘",
    "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•", "emspace": " ", "enspace": " ",
    "qmspace": " ",
}  # fmt: skip
_SIGN_CHARACTERS = {b"~": "\xa0", b"_": "-"}

# What is not of the text: tables of properties, pictures, what repeats on each page.
_LEFT_OUT = frozenset(
    [
        *("colortbl", "stylesheet", "listtable", "listoverridetable", "revtbl", "rsidtbl", "filetbl", "info"),
        *("pict", "objdata", "fldinst", "shprslt", "nonesttables", "mmathPict", "xe", "tc", "rxe", "tcn"),
        *("header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf"),
        *("comment", "annotation", "atnid", "atnauthor", "template", "generator", "themedata", "datafield"),
        *("ftnsep", "ftnsepc", "ftncn", "aftnsep", "aftnsepc", "aftncn", "pntxta", "pntxtb"),
    ]
)
# What is not of the text, but may hold text.
_FRAMES = frozenset(["shpinst", "do", "mmath", "moMath", "moMathPara", "nesttableprops"])
_READ, _FRAME, _SKIP = range(3)


def read(stream: BinaryIO, file: Source, options: ReadOptions) -> Iterator[Document]:  # noqa: ARG001
    """Read the one document of an RTF file, in the order and with the conventions of a .docx.

    The numbers of lists are read as they stand in the file, where every program writes them for those that
    cannot count.
    """
    data = stream.read()
    if not data.lstrip()[:5].startswith(b"{\\rtf"):
        stream.seek(0)
        kind = file_kind(stream) or Kind(
            Message("damaged or of another format; open it and save it as .docx"), Cause.DAMAGED
        )
        raise InputError(
            "is not a {suffix} but {kind}", file.source, cause=kind.cause, suffix=file.suffix, kind=kind.text
        )
    parser = _Parser(file.source)
    parser.parse(data)
    lines = parser.lines()
    text = "\n".join(lines).strip("\n").translate(_CONTROLS)
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if not text.strip():
        raise InputError(
            "holds no text, perhaps only pictures; print it to PDF to have them read",
            file.source,
            cause=Cause.NO_TEXT,
        )
    yield Document(file.id, file.source, text)


@dataclass(slots=True)
class _Font:
    encoding: str = ""  # empty if it says nothing
    name: str = ""
    has_signs: bool = False


class _State(NamedTuple):
    """What holds within a pair of braces."""

    reading: int = _READ
    fallback: int = 1  # how many characters follow a number of Unicode, for programs that do not know it
    font: int = -1
    hidden: bool = False
    deleted: bool = False
    place: str = ""  # what its end ends: a text box, a note, the number of a paragraph, a font


@dataclass(slots=True)
class _Story:
    """A part of the text while it is being read: the body, a note, a text box."""

    flow: Flow = field(default_factory=Flow)
    pieces: list[str] = field(default_factory=list)
    boxes: list[str] = field(default_factory=list)  # the lines of the text boxes anchored in the paragraph
    label: str = ""
    in_table: bool = False
    depth: int = 0

    @property
    def tables(self) -> int:
        return max(self.depth, 1) if self.in_table else 0


class _Parser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._state = _State()
        self._states: list[_State] = []
        self._story = _Story()
        self._stories: list[_Story] = []
        self._label: list[str] = []  # the pieces of the number being read
        self._label_depth = 0  # how many braces deep it stands
        self._footnotes: list[list[str]] = []
        self._endnotes: list[list[str]] = []
        self._fonts: dict[int, _Font] = {}
        self._font = _Font()  # the one being defined
        self._default_font = -1
        self._encoding = _WESTERN
        self._bytes = bytearray()  # of characters, the last perhaps not whole
        self._skipped = 0  # characters that stand for one that was read already
        self._marked = False  # after \*: what is not known is not read
        self._begun = False  # just after an opening brace
        self._characters = 0

    def lines(self) -> list[str]:
        """Return the lines of the body, and those of the notes behind."""
        self._end_text()
        while self._states:  # of a file that is cut off
            self._close()
        story = self._story
        if story.pieces or story.boxes:
            self._end_paragraph(story.tables)
        lines = story.flow.lines()
        for notes in (self._footnotes, self._endnotes):
            lines += [line.strip() for note in notes for line in note if line.strip()]
        return lines

    def parse(self, data: bytes) -> None:
        """Read a whole file."""
        match, at, left = _TOKEN.match, 0, MAX_TOKENS
        while (token := match(data, at)) is not None:
            at = token.end()
            left -= 1
            if left < 0:
                raise InputError(
                    "has more than {limit:,} braces and words; split it",
                    self._source,
                    cause=Cause.TOO_LARGE,
                    limit=MAX_TOKENS,
                )
            kind = token.lastgroup
            if kind == "text":
                if self._state.reading == _READ and (text := token[0].translate(None, _LINE_ENDS)):
                    self._text(text)
                elif self._begun and not token[0].strip(_LINE_ENDS):
                    continue
            elif kind == "bytes":
                if self._state.reading == _READ:
                    self._text(bytes.fromhex(token[0].translate(None, _LINE_ENDS + b"\\'").decode()))
            elif kind == "open":
                self._end_text()
                self._open()
                continue
            elif kind == "close":
                self._end_text()
                if self._close():
                    return
            elif kind == "sign":
                self._sign(token["sign"])
            else:
                number = int(token["number"] or -1) if token["number"] else None
                word = token["word"].decode()
                if word == "bin":
                    at += max(number or 0, 0)
                else:
                    self._word(word, number)
            self._begun = self._begun and self._marked

    def _open(self) -> None:
        if len(self._states) >= MAX_DEPTH:
            raise InputError(
                "nests braces more than {limit} deep; open and save it again",
                self._source,
                cause=Cause.TOO_LARGE,
                limit=MAX_DEPTH,
            )
        self._states.append(self._state)
        self._state = self._state._replace(place="")
        self._begun, self._marked, self._skipped = True, False, 0

    def _close(self) -> bool:
        """End a pair of braces; tell whether it was the outermost."""
        place = self._state.place
        if place in ("box", "footnote", "endnote"):
            self._end_story()
        elif place == "label":
            label = "".join(self._label).strip()
            self._story.label = before_text(label) if any(map(str.isalnum, label)) else ""
            self._label, self._label_depth = [], 0
        self._skipped, self._marked = 0, False
        if self._states:
            self._state = self._states.pop()
        return not self._states

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self._marked = self._begun
        elif sign in b"\\{}":
            if self._state.reading == _READ:
                self._text(sign)
        elif sign in _LINE_ENDS:
            self._word("par", None)
        elif sign == b"\t":
            self._word("tab", None)
        elif sign in _SIGN_CHARACTERS:
            self._end_text()
            if not self._passed_over():
                self._add(_SIGN_CHARACTERS[sign])

    def _word(self, word: str, number: int | None) -> None:
        state = self._state
        marked, self._marked = self._marked, False
        if state.reading == _SKIP:
            return
        self._end_text()
        if word in _LEFT_OUT:
            self._state = state._replace(reading=_SKIP)
            return
        if word in _FRAMES:
            self._state = state._replace(reading=_FRAME)
        elif word in ("shptxt", "dptxbxtext"):
            self._begin_story("box")
        elif word == "mr":
            self._state = state._replace(reading=_READ)
        elif marked and word not in ("footnote", "listtext", "pntext"):
            self._state = state._replace(reading=_SKIP)
        elif word == "nestrow":
            self._end_row(max(self._story.depth, 2))
        elif state.reading == _READ:
            self._word_of_text(word, number)

    def _word_of_text(self, word: str, number: int | None) -> None:
        state, story = self._state, self._story
        match word:
            case "u":
                self._unicode((number or 0) & 0xFFFF)
                self._skipped = state.fallback
            case _ if self._passed_over():
                pass
            case "uc":
                self._state = state._replace(fallback=max(number or 0, 0))
            case "f":
                self._choose_font(number or 0)
            case "v":
                self._state = state._replace(hidden=number != 0)
            case "deleted":
                self._state = state._replace(deleted=number != 0)
            case "plain":
                self._state = state._replace(hidden=False, deleted=False, font=self._default_font)
            case _ if word in _CHARACTERS:
                self._add(_CHARACTERS[word])
            case "par" | "sect":
                self._end_paragraph(story.tables)
            case "cell":
                self._end_paragraph(1, ends_cell=True)
            case "nestcell":
                self._end_paragraph(max(story.depth, 2), ends_cell=True)
            case "row":
                self._end_row(1)
            case "pard":
                story.in_table, story.depth = False, 0
            case "intbl":
                story.in_table = True
            case "itap":
                story.depth = min(max(number or 0, 0), _MAX_TABLES)
            case "footnote":
                self._begin_story("footnote")
            case "ftnalt":
                if state.place == "footnote":
                    self._state = state._replace(place="endnote")
            case "listtext" | "pntext":
                self._state = state._replace(place="label")
                self._label_depth = len(self._states)
            case "fonttbl":
                self._state = state._replace(place="fonts")
            case "fcharset":
                self._font.has_signs = number == _SIGNS
                self._font.encoding = _CHARACTER_SETS.get(number or 0, "")
            case "cpg":
                self._font.encoding = _encoding(number or 0)
            case "deff":
                self._default_font = number or 0
                self._state = state._replace(font=self._default_font)
            case "ansicpg":
                self._encoding = _encoding(number or 0)

    def _choose_font(self, number: int) -> None:
        self._state = self._state._replace(font=number)
        if self._defines_fonts() and len(self._fonts) < _MAX_FONTS:
            self._font = self._fonts[number] = _Font()

    def _defines_fonts(self) -> bool:
        return self._state.place == "fonts" or (bool(self._states) and self._states[-1].place == "fonts")

    def _passed_over(self) -> bool:
        """Tell whether the next character stands for one that was read already."""
        if self._skipped:
            self._skipped -= 1
            return True
        return False

    def _text(self, data: bytes) -> None:
        if self._skipped:
            step = min(self._skipped, len(data))
            self._skipped -= step
            data = data[step:]
        self._bytes += data

    def _end_text(self) -> None:
        """Decode the bytes that have come, all of one font."""
        if not self._bytes:
            return
        raw = bytes(self._bytes)
        self._bytes.clear()
        if self._defines_fonts():
            self._font.name += raw.decode("ascii", "replace").partition(";")[0].strip()
            return
        font = self._fonts.get(self._state.font)
        if font is not None and font.has_signs:
            if not self._label_depth:  # a bullet says nothing
                self._add("".join(symbol(font.name, code) for code in raw))
        elif raw.isascii():
            self._add(raw.decode("ascii"))
        else:
            self._add(_decoded(raw, font.encoding if font else "", self._encoding))

    def _unicode(self, code: int) -> None:
        font = self._fonts.get(self._state.font)
        if font is not None and 0xF000 <= code <= 0xF0FF:
            self._add(symbol(font.name, code))
        else:
            self._add(chr(code))

    def _add(self, text: str) -> None:
        state = self._state
        if state.hidden or state.deleted:
            return
        self._characters += len(text)
        if self._characters > MAX_CHARACTERS:
            raise InputError(
                "has more than {limit:,} characters; split it",
                self._source,
                cause=Cause.TOO_LARGE,
                limit=MAX_CHARACTERS,
            )
        if self._label_depth:
            self._label.append(text)
        else:
            self._story.pieces.append(text)

    def _end_paragraph(self, depth: int, *, ends_cell: bool = False) -> None:
        story = self._story
        story.flow.enter(depth)
        shown = "".join(story.pieces)
        block = story.flow.block
        if self._state.deleted and not ends_cell:
            block.unfinished.append(shown)
        else:
            block.add(story.label + shown if shown.strip() else shown)
            story.label = ""
        block.lines += story.boxes
        story.pieces, story.boxes = [], []
        if ends_cell:
            story.flow.end_cell()

    def _end_row(self, depth: int) -> None:
        story = self._story
        if story.pieces:
            self._end_paragraph(depth, ends_cell=True)
        story.flow.enter(depth)
        story.flow.end_row()

    def _begin_story(self, kind: str) -> None:
        self._state = self._state._replace(reading=_READ, place=kind)
        self._stories.append(self._story)
        self._story = _Story()

    def _end_story(self) -> None:
        story, self._story = self._story, self._stories.pop()
        if story.pieces or story.boxes:
            story.flow.enter(0)
            story.flow.block.add(story.label + "".join(story.pieces))
            story.flow.block.lines += story.boxes
        lines = [line for line in story.flow.lines() if line.strip()]
        if self._state.hidden or self._state.deleted:
            return
        match self._state.place:
            case "footnote":
                self._footnotes.append(lines)
            case "endnote":
                self._endnotes.append(lines)
            case _:
                self._story.boxes += lines


def _encoding(code_page: int) -> str:
    name = _CODE_PAGES.get(code_page, f"cp{code_page}")
    try:
        b" ".decode(name)
    except (LookupError, UnicodeError):
        return _WESTERN
    return name


def _decoded(raw: bytes, of_font: str, of_file: str) -> str:
    """Decode bytes: by the character set of the font, if they fit, else by that of the file."""
    for encoding in filter(None, (of_font, of_file)):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode(of_font or _WESTERN, "replace")
