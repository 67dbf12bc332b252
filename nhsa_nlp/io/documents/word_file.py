"""The parts of a file of Word's binary format: where its text is, and in which order.

[MS-DOC] 2.5 (the file information block), 2.4.1 and 2.9.38 (the piece table).
"""

from __future__ import annotations

import re
import struct
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO

from nhsa_nlp.errors import Cause, InputError
from nhsa_nlp.io.documents.symbols import symbol
from nhsa_nlp.io.documents.word_properties import (
    PLAIN,
    Modifiers,
    Properties,
    character_runs,
    paragraph_runs,
)
from nhsa_nlp.io.documents.word_styles import paragraph_styles
from nhsa_nlp.io.sniff import WORD_STREAM, Kind, file_kind
from nhsa_nlp.io.source import Source
from nhsa_nlp.translation import Message

if TYPE_CHECKING:
    from nhsa_nlp.io.package.compound import CompoundFile

MAX_CHARACTERS = 10_000_000  # what the pipeline takes at most
NOTHING = "\0"
"""Stands for a character that is not read, so that the others keep their places."""
END_DELETED, CELL_DELETED = "\x10", "\x11"
"""Stand for the end of a paragraph, and of a cell or row, that a tracked change deleted."""

# Numbers of the entries of the file information block that say where the tables are.
FOOTNOTES, ENDNOTES = 2, 46
SHAPES, DRAWINGS, BOXES, LISTS, LIST_USES = 40, 50, 56, 73, 74
_STYLES, _SECTIONS, _CHARACTERS, _PARAGRAPHS, _FONTS, _PIECES = 1, 6, 12, 13, 15, 33

_IDENTITY, _WORD_97 = 0xA5EC, 0xC0
_OLD_IDENTITIES = (0xA5DC, 0xA5DB)
_ENCRYPTED, _SECOND_TABLE = 0x0100, 0x0200
_COMPRESSED = 1 << 30
_PIECE_BYTES, _SECTION_BYTES = 8, 12
_DELETED = {ord("\r"): END_DELETED, ord("\x07"): CELL_DELETED}
_PRINTED = re.compile(r"[^\x00-\x08\x0c-\x1d]")
_SIGNS = re.compile(r"[\uf000-\uf0ff]")  # the characters of fonts of signs
# Encodings of Asian text that is stored in bytes, by the language of the file.
_CODE_PAGES = {0x0804: "gb18030", 0x1004: "gb18030", 0x0404: "cp950", 0x0C04: "cp950", 0x1404: "cp950"}
_ASIAN = re.compile(r"[\x00-\x7f\u2010-\u2030\u3000-\u30ff\u4e00-\u9fff\uff00-\uff60]*")


@dataclass(slots=True, frozen=True)
class _Piece:
    start: int  # in characters
    end: int
    offset: int  # in bytes
    width: int  # bytes of a character
    modifiers: bytes


class WordFile:
    """The text of a file in the order of its characters, and its tables.

    Attributes
    ----------
    text
        All stories, one after the other; deleted and hidden characters are `NOTHING`.
    stories
        Where in it each story begins and ends: ``main``, ``footnotes``, ``endnotes``, ``boxes``.
    sections
        The positions behind the ends of sections.
    styles
        What the styles of paragraphs say, by their numbers.

    Raises
    ------
    InputError
        If it is not such a file, encrypted, older, damaged or too long.
    """

    def __init__(self, stream: BinaryIO, file: Source):
        self.source = file.source
        compound = _opened(stream, file)
        self._document = compound.read(WORD_STREAM)
        flags = self._identified()
        self._table = compound.read("1Table" if flags & _SECOND_TABLE else "0Table")
        self._places = self._directory()
        self.stories = self._lengths()
        data = compound.read("Data") if "Data" in compound else b""
        self._modifiers = Modifiers(data, self.source)
        self.styles = paragraph_styles(self.table(_STYLES), self._modifiers)
        self._pieces = self._piece_table()
        self._characters = character_runs(
            self._document, self.table(_CHARACTERS), self._modifiers, self.source
        )
        self._paragraphs = paragraph_runs(
            self._document, self.table(_PARAGRAPHS), self._modifiers, self.source
        )
        self._fonts = _fonts(self.table(_FONTS))
        self.sections = frozenset(self.positions(_SECTIONS, _SECTION_BYTES)[0])
        self.text = "".join(self._text(piece) for piece in self._pieces)

    def table(self, number: int) -> bytes:
        """Return one of the tables; empty if there is none, or it lies outside."""
        at, size = self._places[number] if number < len(self._places) else (0, 0)
        return self._table[at : at + size]

    def table_and_rest(self, number: int) -> tuple[bytes, bytes]:
        """Return one of the tables and all that follows it, where the details of lists are."""
        table = self.table(number)
        return table, self._table[self._places[number][0] + len(table) :] if table else b""

    def positions(self, number: int, width: int) -> tuple[list[int], list[bytes]]:
        """Return a plex: the positions that it lists, with one more at the end, and the data of each.

        It ends where positions run backwards, so that no part of the text is read twice.
        """
        table = self.table(number)
        count = max(len(table) - 4, 0) // (4 + width)
        if not count:
            return [], []
        positions = list(struct.unpack_from(f"<{count + 1}I", table))
        first = 4 * (count + 1)
        count = next((n for n in range(count) if positions[n + 1] < positions[n]), count)
        return positions[: count + 1], [
            table[first + width * n : first + width * (n + 1)] for n in range(count)
        ]

    def paragraph(self, position: int) -> Properties:
        """Return the properties of the paragraph whose end is at a position of the text."""
        found = bisect_right(self._pieces, position, key=lambda piece: piece.start) - 1
        if found < 0:
            return PLAIN
        piece = self._pieces[found]
        properties = self._paragraphs.at(piece.offset + (position - piece.start) * piece.width)
        return self._modifiers.apply(properties, piece.modifiers)

    def _identified(self) -> int:
        """Check what the file is, and return its flags."""
        head = self._document
        if len(head) < 154:
            raise self.damaged(Message("its head is cut off"))
        identity, version = struct.unpack_from("<HH", head)
        if identity in _OLD_IDENTITIES or (identity == _IDENTITY and version < _WORD_97):
            raise InputError(
                "is a document of Word 6 or 95, which is not read; convert it: soffice --headless "
                "--convert-to docx FILE, or save it as .docx in Word or WPS",
                self.source,
                cause=Cause.CONVERT,
            )
        if identity != _IDENTITY:
            raise self.damaged(Message("it does not begin as a Word document"))
        flags: int = struct.unpack_from("<H", head, 10)[0]
        if flags & _ENCRYPTED:
            raise InputError("is encrypted; save it without a password", self.source, cause=Cause.ENCRYPTED)
        return flags

    def _directory(self) -> list[tuple[int, int]]:
        (words,) = struct.unpack_from("<H", self._document, 32)
        at = 34 + 2 * words
        longs = self._number(at, 2)
        at += 2 + 4 * longs
        count = self._number(at, 2)
        places = self._document[at + 2 : at + 2 + 8 * count]
        return list(struct.iter_unpack("<II", places[: len(places) // 8 * 8]))

    def _lengths(self) -> dict[str, tuple[int, int]]:
        (words,) = struct.unpack_from("<H", self._document, 32)
        first = 34 + 2 * words + 2
        stories, at = {}, 0
        names = ("main", "footnotes", "headers", "macros", "comments", "endnotes", "boxes", "header boxes")
        for number, name in enumerate(names):
            length = self._number(first + 4 * (3 + number), 4)
            stories[name] = (at, at + length)
            at += length
        if at > MAX_CHARACTERS:
            raise InputError(
                "has more than {limit:,} characters; split it",
                self.source,
                cause=Cause.TOO_LARGE,
                limit=MAX_CHARACTERS,
            )
        return stories

    def _number(self, at: int, size: int) -> int:
        return int.from_bytes(self._document[at : at + size], "little")

    def _piece_table(self) -> list[_Piece]:
        clx, at = self.table(_PIECES), 0
        modifiers = []
        while clx[at : at + 1] == b"\x01":
            size = int.from_bytes(clx[at + 1 : at + 3], "little")
            modifiers.append(clx[at + 3 : at + 3 + size])
            at += 3 + size
        if clx[at : at + 1] != b"\x02":
            raise self.damaged(Message("its piece table is missing"))
        table = clx[at + 5 : at + 5 + int.from_bytes(clx[at + 1 : at + 5], "little")]
        count = max(len(table) - 4, 0) // (4 + _PIECE_BYTES)
        if not count:
            raise self.damaged(Message("its piece table is empty"))
        starts = struct.unpack_from(f"<{count + 1}I", table)
        pieces: list[_Piece] = []
        length = max(end for _, end in self.stories.values())
        for number in range(count):
            start, end = starts[number], starts[number + 1]
            place, modifier = struct.unpack_from("<IH", table, 4 * (count + 1) + _PIECE_BYTES * number + 2)
            compressed = bool(place & _COMPRESSED)
            offset = (place & (_COMPRESSED - 1)) // (2 if compressed else 1)
            width = 1 if compressed else 2
            if start != (pieces[-1].end if pieces else 0) or end < start:
                raise self.damaged(Message("its pieces overlap or run backwards"))
            if start == end:
                continue
            end = min(end, max(length + 1, start))  # one paragraph more than the stories ends the text
            if offset + (end - start) * width > len(self._document):
                raise self.damaged(Message("text lies beyond its end"))
            pieces.append(_Piece(start, end, offset, width, _piece_modifiers(modifier, modifiers)))
            if end >= length:
                break
        return pieces

    def _text(self, piece: _Piece) -> str:
        raw = self._document[piece.offset : piece.offset + (piece.end - piece.start) * piece.width]
        text = _units(raw) if piece.width == 2 else self._from_bytes(raw)
        end = piece.offset + len(raw)
        whole = self._modifiers.apply(PLAIN, piece.modifiers)
        runs = self._characters.between(piece.offset, end)
        if whole.deleted or whole.hidden:
            return _shown(text, whole, self._fonts)
        done, parts = 0, []
        for start, stop, properties in runs:
            first, last = (start - piece.offset) // piece.width, (stop - piece.offset) // piece.width
            if properties.unlike_style:
                style = self._paragraphs.at(start).style
                properties = replace(properties, hidden=not self.styles.get(style, PLAIN).hidden)
            parts += [text[done:first], _shown(text[first:last], properties, self._fonts)]
            done = last
        return "".join([*parts, text[done:]])

    def _from_bytes(self, raw: bytes) -> str:
        """Decode text of one byte a character, so that each byte keeps its place.

        Word writes only what Windows-1252 has in this way. Other programs write Chinese, two bytes each.
        """
        encoding = _CODE_PAGES.get(self._number(6, 2)) or _CODE_PAGES.get(self._number(60, 2))
        if encoding is not None and not raw.isascii():
            try:
                text = raw.decode(encoding)
            except UnicodeDecodeError:
                text = ""
            if text and _ASIAN.fullmatch(text):
                return "".join(
                    char if char < "\x80" else char + NOTHING * (len(char.encode(encoding)) - 1)
                    for char in text
                )
        return raw.decode("latin-1").translate(_WINDOWS_1252)

    def damaged(self, how: str) -> InputError:
        """Return the error of a file that is."""
        return InputError(
            "is damaged: {how}; open and save it again", self.source, cause=Cause.DAMAGED, how=how
        )


def _opened(stream: BinaryIO, file: Source) -> CompoundFile:
    from nhsa_nlp.io.package.compound import MAGIC, CompoundFile

    head = stream.read(len(MAGIC))
    compound = CompoundFile(stream, file.source) if head == MAGIC else None
    if compound is not None and WORD_STREAM in compound:
        return compound
    kind = file_kind(stream) or Kind(
        Message("damaged or of another format; open it and save it as .docx"), Cause.DAMAGED
    )
    raise InputError(
        Message("is {kind}", kind=kind.text)
        if compound
        else Message("is not a {suffix} but {kind}", suffix=file.suffix, kind=kind.text),
        file.source,
        cause=kind.cause,
    )


def _piece_modifiers(modifier: int, kept: list[bytes]) -> bytes:
    """Return the modifiers of a piece: one that is packed into two bytes, or those kept by number."""
    if modifier & 1:
        number = modifier >> 1
        return kept[number] if number < len(kept) else b""
    sprm = {0x41: 0x0800, 0x5C: 0x083C, 0x18: 0x2416, 0x19: 0x2417}.get(modifier >> 1 & 0x7F)
    return struct.pack("<HB", sprm, modifier >> 8) if sprm else b""


def _shown(text: str, properties: Properties, fonts: list[str]) -> str:
    """Return a run as it is read: nothing in the place of what is deleted or hidden."""
    if properties.deleted:
        return "".join(map(_deleted, text)) if "\r" in text or "\x07" in text else NOTHING * len(text)
    if properties.hidden:
        return _PRINTED.sub(NOTHING, text)
    if properties.symbol is not None and "(" in text:
        return text.replace("(", _sign(*properties.symbol, fonts))
    if properties.font is not None and _SIGNS.search(text):
        font = properties.font
        return _SIGNS.sub(lambda match: _sign(font, ord(match[0]), fonts), text)
    return text


def _sign(font: int, code: int, fonts: list[str]) -> str:
    sign = symbol(fonts[font] if font < len(fonts) else "", code)
    return sign if sign >= " " else NOTHING


def _deleted(char: str) -> str:
    return _DELETED.get(ord(char), NOTHING)


def _units(raw: bytes) -> str:
    """Decode UTF-16 so that each half of a pair keeps its place."""
    text = raw.decode("utf-16-le", "surrogatepass")
    if 2 * len(text) == len(raw):
        return text
    wide = bytearray(2 * len(raw))
    wide[0::4], wide[1::4] = raw[0::2], raw[1::2]
    return wide.decode("utf-32-le", "surrogatepass")


def _fonts(table: bytes) -> list[str]:
    """Return the names of the fonts, by number."""
    fonts, at = [], 4
    for _ in range(int.from_bytes(table[:2], "little")):
        size = table[at] if at < len(table) else 0
        name = table[at + 40 : at + 1 + size].decode("utf-16-le", "replace")
        fonts.append(name.partition("\0")[0])
        at += 1 + size
    return fonts


_WINDOWS_1252 = {
    code: char
    for code in range(0x80, 0xA0)
    if (char := bytes([code]).decode("cp1252", "replace")) != "\ufffd"
}
