"""Reading tables in .csv and .tsv, a row a document.

The first row that names a column for the text names the columns; a title may stand above it. One
table needs no such row: a ``.tsv`` of two columns, a label and a text, as the training data of this
project is written.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import BinaryIO

from nhsa_nlp.errors import Cause, InputError
from nhsa_nlp.io.document import Document
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.source import Source, Unreadable
from nhsa_nlp.io.tables.columns import is_known
from nhsa_nlp.io.tables.lines import FileLine, read_lines
from nhsa_nlp.io.tables.rows import (
    MAX_COLUMNS,
    Header,
    HeaderSearch,
    InvalidRowError,
    check_blank,
    failed,
    is_blank_row,
)
from nhsa_nlp.translation import Message

_SEPARATORS = (",", ";", "\t")
_SAID = re.compile(r'"?sep=([,;\t|])"?\s*')  # a first line for Excel that says the separator
_LABELLED = ("label", "text")  # the columns of a table without a header
_MOST_LINES = 1_000_000  # within quotation marks
_LONGEST_NAME = 30  # characters; a second cell longer than that is a text, not the name of a column


def read(stream: BinaryIO, file: Source, options: ReadOptions) -> Iterator[Document | Unreadable]:
    """Read the rows of a table: a ``.tsv`` has tabs, a ``.csv`` what its first row has most of.

    ``max_bytes`` bounds a row. Rows without any content are passed over.
    """
    encoding, lines = read_lines(stream, file.source, options, newline="")
    rows = _Rows(lines, file, options)
    search = HeaderSearch(options)
    header: Header | None = None
    empty = True
    last = 0
    taken = 0  # the last line that an open quotation mark has taken, until a row after it can be read
    for number, row in enumerate(rows, start=1):
        line, cells, problem = row.line, row.cells, row.problem
        if is_blank_row(cells) and not problem:
            check_blank(number - last, file)
            continue
        last = number
        if header is None:
            if problem:
                raise InputError(
                    "the names of the columns cannot be read: {problem}", file.source, line, problem=problem
                )
            header = search.header(cells, file.source)
            if header is None and _is_labelled(cells, file, options) and search.rows == 1:
                header = Header(_LABELLED, file.source, options)
            elif header is None and search.is_over:
                break
            elif header is None or not search.is_data:
                continue
        empty = False
        try:
            if problem:
                raise InvalidRowError(problem, cause=row.cause)
            yield header.document(file, f"row={number}", number, cells, encoding, separated=True, line=line)
            if line > taken:
                taken = 0
        except InvalidRowError as error:
            if row.taken or not taken:  # what belongs to the open cell has been reported with it
                yield failed(
                    file,
                    f"row={number}",
                    number,
                    InputError(str(error), file.source, line, cause=error.cause),
                )
            taken = row.taken or taken
    if empty:
        raise (header is None and search.problem) or InputError(
            "is empty; nothing to read", file.source, cause=Cause.EMPTY
        )


def _is_labelled(cells: list[str], file: Source, options: ReadOptions) -> bool:
    """Tell whether a first row that names no text is not the names of columns but a label and a text."""
    asked = options.text_column or options.id_column or options.title_column or options.labelled
    return file.suffix == ".tsv" and len(cells) == 2 and len(cells[1]) > _LONGEST_NAME and not asked


@dataclass(frozen=True, slots=True)
class _Row:
    """A row: the line it begins on, its cells, and what is wrong with it.

    If a quotation mark is not closed, that is the line it stands on, and ``taken`` is the last one that
    belongs to it, 0 for none.
    """

    line: int
    cells: list[str]
    problem: str = ""
    taken: int = 0
    cause: Cause = Cause.QUOTATION


class _Rows:
    """Rows of a table.

    A quotation mark that is never closed would swallow the rest of the file: such a row is given
    up as soon as that is clear, and reading continues at its second line. The lines that it had taken
    hold no other mark that is closed, so each of them is a row, and no line is read more than twice.
    """

    def __init__(self, lines: Iterator[FileLine], file: Source, options: ReadOptions):
        self._lines = lines
        self._again: deque[FileLine] = deque()
        self._alone = 0  # how many of the next lines are rows
        self._longest = options.max_bytes
        self._labelled = options.labelled
        self._separator = "\t" if file.suffix == ".tsv" else ","
        self._is_told = file.suffix == ".tsv"
        self._column_asked = options.text_column is not None

    def __iter__(self) -> Iterator[_Row]:
        while (first := self._next()) is not None:
            if not self._is_told:
                said = _SAID.fullmatch(first.text)
                self._tell(first.text, said)
                if said:
                    yield _Row(first.number, [])
                    continue
            if first.problem and not first.text:
                yield _Row(first.number, [], first.problem)
            else:
                yield self._row(first)
            self._alone = max(self._alone - 1, 0)

    def _tell(self, line: str, said: re.Match[str] | None) -> None:
        """Take the separator from a line; one that has none may be a title above the names of columns."""
        found = said[1] if said else _separator(line)
        self._separator = found or ","
        self._is_told = bool(found) or self._column_asked or is_known(line)

    def _next(self) -> FileLine | None:
        return self._again.popleft() if self._again else next(self._lines, None)

    def _row(self, first: FileLine) -> _Row:
        taken = [first]
        try:
            cells = self._parse(self._feed(taken), strict=True)
        except _CrowdedError as error:
            self._again.extendleft(reversed(taken[1:]))
            rest = taken[:-1] or taken
            self._alone = max(self._alone, len(rest))
            return _Row(first.number, [], str(error), rest[-1].number if len(taken) > 1 else 0)
        except (csv.Error, _UnclosedError) as error:
            self._again.extendleft(reversed(taken[1:]))
            cells = self._parse(iter([first.text]), strict=False)
            if len(taken) > 1 or self._opens(first):
                if self._alone:
                    return _Row(first.number, cells, Message("a quotation mark is not closed"))
                # A mark that closes it on the last line, in the wrong place, opens a cell there.
                rest = taken if isinstance(error, _UnclosedError) or len(taken) == 1 else taken[:-1]
                self._alone = len(rest)
                return self._unclosed(taken, cells, rest[-1].number)
            # A stray quotation mark within one line does no harm. Between tabs it is one of the text, as
            # in a list of headlines; in labelled data nothing is guessed.
            if self._separator == "\t" and first.text.count("\t") < MAX_COLUMNS:
                cells = first.text.rstrip("\r\n").split("\t")
            elif self._labelled:
                problem = Message("a quotation mark stands within a cell; double it, in a quoted cell")
                return _Row(first.number, cells, problem)
        found = next((line.problem for line in taken if line.problem), "")
        return _Row(first.number, cells, found, cause=Cause.ENCODING)

    def _unclosed(self, taken: list[FileLine], cells: list[str], last: int) -> _Row:
        """Return the row of an open quotation mark, and say where that stands."""
        text = "".join(line.text for line in taken)
        at = next(
            (
                cell.start()
                for cell in _quoted(self._separator).finditer(text)
                if cell[0].count('"') % 2
                or text[cell.end() : cell.end() + 1] not in ("", "\r", "\n", self._separator)
            ),
            0,
        )
        line = taken[0]
        for line in taken:
            if at < len(line.text):
                break
            at -= len(line.text)
        problem = Message(
            "a quotation mark is not closed, the one at character {at} of this line; close or double it",
            at=at + 1,
        )
        if last > line.number:
            problem = Message(
                "{problem} (lines up to {last:,} that are not rows are taken for its text)",
                problem=problem,
                last=last,
            )
        return _Row(line.number, cells, problem, last)

    def _feed(self, taken: list[FileLine]) -> Iterator[str]:
        """Yield the lines that the row asks for, which are more than one within quotation marks."""
        size = len(taken[0].text)
        cells = self._count(taken[0].text)
        yield taken[0].text
        while not self._alone and (line := self._next()) is not None:
            taken.append(line)
            size += len(line.text)
            if size > self._longest or len(taken) > _MOST_LINES or not line.text:
                raise _UnclosedError
            cells = self._count(f'"{line.text}', cells)
            yield line.text
        raise _UnclosedError

    def _count(self, text: str, before: int = 0) -> int:
        """Return how many separators of cells there are in a row up to this line of it."""
        count = text.count(self._separator)
        if count and '"' in text:
            count = _quoted(self._separator).sub("", text).count(self._separator)
        if before + count >= MAX_COLUMNS:
            raise _CrowdedError
        return before + count

    def _opens(self, line: FileLine) -> bool:
        """Tell whether the line ends within quotation marks."""
        try:
            self._parse(iter([line.text]), strict=True)
        except csv.Error as error:
            return "unexpected end" in str(error)
        return False

    def _parse(self, lines: Iterator[str], *, strict: bool) -> list[str]:
        # The limit belongs to the module csv and so to everybody: it is raised for this row only.
        before = csv.field_size_limit(self._longest + 2)
        try:
            return next(csv.reader(lines, delimiter=self._separator, strict=strict), [])
        finally:
            csv.field_size_limit(before)


class _CrowdedError(Exception):
    """A row has more cells than a table has columns; to list them would fill the memory."""

    def __str__(self) -> str:
        return Message("the row has more than {limit:,} cells; delete empty ones", limit=MAX_COLUMNS)


class _UnclosedError(Exception):
    """A quotation mark is not closed before the end of the file, or for longer than a row may be."""


@cache
def _quoted(separator: str) -> re.Pattern[str]:
    """Return what finds the cells in quotation marks, the last one open perhaps."""
    return re.compile(rf'(?:\A|(?<={re.escape(separator)}))"[^"]*+(?:""[^"]*+)*+(?:"|\Z)')


def _separator(line: str) -> str:
    """Return what separates the cells of a first row: what it has most of, outside quotation marks.

    Empty if it has none.
    """
    outside = "".join(line.split('"')[::2])
    found = max(_SEPARATORS, key=outside.count)
    return found if found in outside else ""
