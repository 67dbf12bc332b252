"""Reading Word's binary documents (.doc of Word 97 to 2003, and what WPS writes by these names).

What is read, and in which order, is the same as of a .docx, see `nhsa_nlp.io.documents.docx`. The text is
one sequence of characters, some of which are marks ([MS-DOC] 2.4); this module turns it into lines.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO

from nhsa_nlp.errors import Cause, InputError
from nhsa_nlp.io.document import Document
from nhsa_nlp.io.documents.blocks import Flow
from nhsa_nlp.io.documents.word_boxes import boxes
from nhsa_nlp.io.documents.word_file import (
    CELL_DELETED,
    END_DELETED,
    ENDNOTES,
    FOOTNOTES,
    NOTHING,
    WordFile,
)
from nhsa_nlp.io.documents.word_lists import Lists
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.source import Source

MAX_MARKS = 1_000_000  # ends of paragraphs and cells, fields; a thousand pages have a tenth of that

_CELL, _END, _PAGE = "\x07", "\r", "\x0c"
_ENDS = re.compile(r"[\x07\x0c\r\x10\x11]")
_FIELD = re.compile(r"([\x13-\x15])")
_BEGIN, _SEPARATE = "\x13", "\x14"
_NOTE_BYTES = 2
_MARKS = "".join(map(chr, range(1, 32)))
_PRINTED = dict.fromkeys(range(32)) | {
    0x09: "\t", 0x0A: "\n", 0x0B: "\n", 0x0C: "\n", 0x0E: "\n", 0x1E: "-",
}  # fmt: skip


def read(stream: BinaryIO, file: Source, options: ReadOptions) -> Iterator[Document]:  # noqa: ARG001
    """Read the one document of a Word file, in the order and with the conventions of a .docx."""
    word = WordFile(stream, file)
    if sum(map(word.text.count, _MARKS)) > MAX_MARKS:
        raise InputError(
            "has more than {limit:,} paragraphs, cells and fields; split it",
            file.source,
            cause=Cause.TOO_LARGE,
            limit=MAX_MARKS,
        )
    lists = Lists(word)
    body = _Story(word, lists, *word.stories["main"], boxes=_boxes(word, lists))
    lines = body.lines()
    for story, table in (("footnotes", FOOTNOTES), ("endnotes", ENDNOTES)):
        lines += _notes(word, lists, story, table)
    text = "\n".join(lines).strip("\n").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if not text.strip():
        raise InputError(
            "holds no text, perhaps only pictures; print it to PDF to have them read",
            file.source,
            cause=Cause.NO_TEXT,
        )
    yield Document(file.id, file.source, text)


def _notes(word: WordFile, lists: Lists, story: str, table: int) -> Iterator[str]:
    """Yield the lines of the notes whose marks are there, in the order of the marks."""
    first, last = word.stories[story]
    marks, _ = word.positions(table, _NOTE_BYTES)
    starts, _ = word.positions(table + 1, 0)
    main = word.stories["main"][1]
    for number, mark in enumerate(marks[:-1]):
        if number + 1 < len(starts) and mark < main and word.text[mark : mark + 1] not in ("", NOTHING):
            start, end = first + starts[number], min(first + starts[number + 1], last)
            yield from (line.strip() for line in _Story(word, lists, start, end).lines() if line.strip())


def _boxes(word: WordFile, lists: Lists) -> list[tuple[int, list[str]]]:
    """Return the lines of the text boxes of the body, with the position each is anchored at."""
    found = []
    for anchor, start, end in boxes(word):
        if anchor is None or word.text[anchor : anchor + 1] not in ("", NOTHING):
            lines = [line for line in _Story(word, lists, start, end).lines() if line.strip()]
            found.append((word.stories["main"][1] if anchor is None else anchor, lines))
    return sorted(found, key=lambda box: box[0])


class _Story:
    """The lines of a part of the text: the body, a note, a text box.

    Parameters
    ----------
    start, end
        Where in the text it is.
    boxes
        The text boxes anchored in it, in the order of their anchors.
    """

    def __init__(
        self,
        word: WordFile,
        lists: Lists,
        start: int,
        end: int,
        boxes: list[tuple[int, list[str]]] | None = None,
    ):
        self._word = word
        self._lists = lists
        self._start = start
        self._end = min(end, len(word.text))
        self._boxes = deque(boxes or ())
        self._flow = Flow()

    def lines(self) -> list[str]:
        """Return the lines, empty ones included."""
        text = self._word.text
        start = self._start
        for match in _ENDS.finditer(text, start, self._end):
            mark, at = match[0], match.start()
            if mark == _PAGE and at + 1 not in self._word.sections:
                continue
            self._paragraph(text[start:at], mark, at)
            start = at + 1
        if start < self._end:
            self._flow.block.add(_shown(text[start : self._end]))
        lines = self._flow.lines()
        for _, box in self._boxes:
            lines += box
        return lines

    def _paragraph(self, text: str, mark: str, at: int) -> None:
        properties = self._word.paragraph(at)
        depth = properties.tables
        self._flow.enter(depth)
        is_cell = mark in (_CELL, CELL_DELETED)
        if depth and (properties.row_end if is_cell else properties.inner_row_end):
            self._flow.end_row(deleted=mark in (CELL_DELETED, END_DELETED))
            return
        shown = _shown(text)
        runs_on = mark == END_DELETED
        if not runs_on:
            label = self._lists.label(properties)
            if shown.strip():
                shown = label + shown
        block = self._flow.block
        if runs_on:
            block.unfinished.append(shown)
        else:
            block.add(shown)
        while self._boxes and self._boxes[0][0] <= at:
            block.lines += self._boxes.popleft()[1]
        if depth and (is_cell or properties.inner_cell_end):
            self._flow.end_cell()


def _shown(text: str) -> str:
    """Return what a paragraph shows: of fields the results, breaks as line feeds, no other marks."""
    if _BEGIN in text:
        parts = []
        fields: list[bool] = []  # of each open field: is this its result?
        instructions = 0  # of how many of these it is not
        for part in _FIELD.split(text):
            if part == _BEGIN:
                fields.append(False)
                instructions += 1
            elif part == _SEPARATE:
                if fields:
                    instructions -= not fields[-1]
                    fields[-1] = True
            elif part == "\x15":
                if fields:
                    instructions -= not fields.pop()
            elif not instructions:
                parts.append(part)
        text = "".join(parts)
    return text.translate(_PRINTED)
