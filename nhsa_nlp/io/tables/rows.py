"""What all tables share: which column holds the text, and how a row becomes a document.

The source of a row is that of the file and where the row is within it (``replies.csv#row=12``).
Rows count as a spreadsheet counts them, from 1 and with the header; lines of JSON count as lines.
"""

from __future__ import annotations

import base64
import datetime
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from nhsa_nlp.checks import show
from nhsa_nlp.errors import Cause, InputError, MessageError
from nhsa_nlp.io.document import Document
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.source import Source, Unreadable
from nhsa_nlp.io.tables.columns import folded, is_known, likeliest, named
from nhsa_nlp.translation import Message

MAX_COLUMNS = 16_384
"""As Excel has; a table that has more was made to fill the memory, or is no table."""

MAX_BLANK = 2_000_000
"""Empty rows or lines that may follow one another; a sheet has a million rows in all."""

_LACKING, _MAX_LACKING = 256, 10_000_000  # empty cells of a row, and all that its rows may lack beyond these
_CONTENTS = {
    "text": Message("text"),
    "label": Message("label"),
    "title": Message("title"),
    "id": Message("id"),
}
_ROWS_ABOVE = 10  # the names of the columns: a title over all of them, a date, a unit
_LONGEST_ID = 200
_DEEPEST = 32  # levels of a nested value; deeper ones are an attack on the reader of the record
_SHOWN_COLUMNS = 20
_EXACT = 2**53  # a larger float is a multiple of two, and its digits are not what was written
_PROSE = 50  # characters; a longer cell with a comma or a full stop is a text
_CLAUSE_END = re.compile("[，。；]")
_OF_RECORDS = frozenset(["id", "sha256", "topic", "entities"])
_SURROGATE = re.compile("[\ud800-\udfff]")


class InvalidRowError(MessageError):
    """Why a row is not a document; the caller adds the place."""


class NoColumnError(InputError):
    """A table without a column for the text or the label, or without one that was asked for.

    ``columns`` are those that it has.
    """

    columns: Sequence[str] = ()


class Header:
    """The columns of a table, and which of them are the text, the id and the label.

    Parameters
    ----------
    names
        As the table has them; empty ones get a name and repeated ones a number.
    source, line
        Where they are named, for the error.
    options
        Which columns to take.

    Raises
    ------
    NoColumnError
        If there is no such column.
    InputError
        If several columns could be meant.
    """

    def __init__(self, names: Iterable[str], source: str, options: ReadOptions, line: int | None = None):
        given = list(names)
        if len(given) > MAX_COLUMNS:
            raise InputError(
                "has {count:,} columns, at most {limit:,} can be read; delete empty ones",
                source,
                line,
                cause=Cause.TOO_LARGE,
                count=len(given),
                limit=MAX_COLUMNS,
            )
        self.names = _unique(given)
        self._lacking = 0
        self._max_bytes = options.max_bytes
        self._place = source, line
        text = self._find(options.text_column, "plain text" if options.labelled else "text", "text")
        title, self._label, self._only_titles = self._title_of(options), None, False
        if options.labelled:
            text, self._label = self._text_and_label(text, options)
        elif text is None:
            text = likeliest(self.names, "title") if title is None else title
            self._only_titles = True
        if text is None:
            raise self._lacks(
                Message(
                    "has no column that is called text, content, 正文, 内容, 建议内容, 标题, 案由 or the "
                    "like; {listed}; say which holds the text (or the title, where there is no more) with "
                    "--text-column, or put a line with the names of the columns first",
                    listed=self._listed(),
                )
            )
        self._text, self._title = text, title
        self._id = self._find(options.id_column, "id", "id")
        self._titled = options.titled

    def document(
        self,
        file: Source,
        place: str,
        number: int | str,
        values: Sequence[object],
        encoding: str = "",
        *,
        separated: bool = False,
        line: int | None = None,
    ) -> Document:
        """Make the document of a row.

        Parameters
        ----------
        place
            Where the row is, such as ``row=12``.
        number
            What makes its id, unless it has a column for it.
        values
            The row; cells at its end may be missing.
        separated
            Whether a character separates its cells, so that too many of them mean a missing
            quotation mark. Otherwise they are carried along as ``column 7``.
        line
            The line it begins on, if that is not the number in ``place``.

        Raises
        ------
        InvalidRowError
            If it has too many cells, its text is not text, empty, too long or broken, it lacks the
            label, or a column is nested too deeply.
        InputError
            If it is one of many rows that lack nearly all of thousands of columns.
        """
        width = len(self.names)
        self._count_lacking(values, file)
        beyond = {
            f"column {index + 1}": values[index]
            for index in range(width, len(values))
            if not is_blank(values[index])
        }
        if beyond and separated:
            raise InvalidRowError(
                "the row has {values} cells and the table {width} columns; put quotation marks around a "
                "text that holds the separator",
                cause=Cause.QUOTATION,
                values=len(values),
                width=width,
            )
        cells = [*values[:width], *[None] * (width - len(values))]
        name = "" if self._id is None else _usable_id(cells[self._id])
        text = self._text_of(cells)
        if self._only_titles and (column := self._prose_beside(text, cells)) is not None:
            raise InvalidRowError(
                "only the title has a column of a known name, but {column} holds a text, too; say which to "
                "read with --text-column",
                column=show(column),
            )
        meta = {"encoding": encoding} if encoding else {}
        if self._label is not None:
            label = _label_of(cells[self._label])
            if not label:
                column = show(self.names[self._label])
                raise InvalidRowError(
                    "there is no label in the column {column}; add it or delete the row", column=column
                )
            meta |= {"label": label, "line": str(line or place.rpartition("=")[2])}
        if self._titled and self._title is not None and not is_blank(cells[self._title]):
            meta["title"] = _checked(cells[self._title], self._max_bytes)
        return Document(
            name or f"{file.id}-{number}",
            f"{file.source}#{place}",
            text,
            meta,
            {
                self.names[index]: _carried(cell, self.names[index])
                for index, cell in enumerate(cells)
                if index not in (self._text, self._label) and not (name and index == self._id)
            }
            | {column: _carried(value, column) for column, value in beyond.items()},
        )

    def _count_lacking(self, values: Sequence[object], file: Source) -> None:
        """Bound what a cell far to the right in each row of a small file would make of it."""
        lacking = max(len(self.names) - len(values), 0)
        if lacking + len(values) > _LACKING:
            self._lacking += max(lacking + list(values).count(None) - _LACKING, 0)
            if self._lacking > _MAX_LACKING:
                raise InputError(
                    "lacks more than {limit:,} cells in its rows; delete the columns that are empty",
                    file.source,
                    cause=Cause.EMPTY_ROWS,
                    limit=_MAX_LACKING,
                )

    def _text_of(self, cells: Sequence[object]) -> str:
        """Return the text of a row, its title before it."""
        columns = [self._text] if self._title in (None, self._text) else [self._title, self._text]
        filled = [cells[index] for index in columns if index is not None and not is_blank(cells[index])]
        if not filled:
            raise InvalidRowError("the text is empty; nothing to read", cause=Cause.EMPTY)
        return "\n".join(_checked(value, self._max_bytes) for value in filled)

    def _prose_beside(self, title: str, cells: Sequence[object]) -> str | None:
        """Return the column of an unknown name in which a row has sentences, if there is one."""
        least = max(_PROSE, len(title))
        named_cells = zip(self.names, cells, strict=True)
        texts = ((name, cell) for name, cell in named_cells if isinstance(cell, str) and len(cell) > least)
        return next((name for name, cell in texts if _CLAUSE_END.search(cell) and not is_known(name)), None)

    @property
    def used(self) -> tuple[str, str | None]:
        """The names of the columns of the text and of the label."""
        return self.names[self._text], None if self._label is None else self.names[self._label]

    def _text_and_label(self, text: int | None, options: ReadOptions) -> tuple[int, int]:
        """Return the columns of labelled rows: of two columns the one that has no name is the other one.

        One of ids is neither.
        """
        asked = options.label_column
        label = likeliest(self.names, "label") if asked is None else self._find(asked, "label", "label")
        text = likeliest(self.names, "labelled text") if text is None else text
        if len(self.names) == 2 and (text is None) != (label is None) and not named(self.names, "id"):
            text, label = (1 - (label or 0), label) if text is None else (text, 1 - text)
        if text is None and label is None:
            raise self._lacks(
                Message(
                    "has no column whose name says that it holds the text or the label; {listed}; name it "
                    "with --text-column and --label-column",
                    listed=self._listed(),
                )
            )
        if text is None or label is None:
            what = "text" if text is None else "label"
            raise self._lacks(
                Message(
                    "has no column whose name says that it holds the {what}; {listed}; name it with {option}",
                    what=_CONTENTS[what],
                    listed=self._listed(),
                    option=f"--{what}-column",
                )
            )
        if text == label:
            raise InputError(
                "the column {column} cannot be both text and label",
                *self._place,
                column=show(self.names[text]),
            )
        return text, label

    def _title_of(self, options: ReadOptions) -> int | None:
        """Return the column that goes before the text."""
        asked = options.title_column
        if asked is not None:
            return self._find(asked, "title", "title") if asked else None
        return None if options.labelled else likeliest(self.names, "title")

    def _find(self, asked: str | None, content: str, what: str) -> int | None:
        if asked is None:
            found = named(self.names, content)
            if len(found) > 1 and what == "id":
                return None  # the number of the row will do
        else:
            found = [index for index, name in enumerate(self.names) if name == asked]
            wanted = folded(asked)
            found = found or [index for index, name in enumerate(self.names) if folded(name) == wanted]
            if not found:
                raise self._lacks(
                    Message(
                        "has no column {asked}; {listed}; name one of them with {option}",
                        asked=show(asked),
                        listed=self._listed(),
                        option=f"--{what}-column",
                    )
                )
        if len(found) > 1:
            which = ", ".join(show(self.names[index]) for index in found)
            raise InputError(
                "several columns could hold the {what}: {which}; say which with {option}",
                *self._place,
                cause=Cause.LABEL_COLUMN if what == "label" else Cause.TEXT_COLUMN,
                what=_CONTENTS[what],
                which=which,
                option=f"--{what}-column",
            )
        return found[0] if found else None

    def _lacks(self, message: str) -> NoColumnError:
        if _OF_RECORDS.issubset(self.names):
            message = Message("holds records that label wrote, not texts; name the documents themselves")
        error = NoColumnError(message, *self._place, cause=Cause.TEXT_COLUMN)
        error.columns = self.names
        return error

    def _listed(self) -> str:
        if not self.names:
            return Message("it has no columns")
        more = len(self.names) - _SHOWN_COLUMNS
        listed = ", ".join(map(show, self.names[:_SHOWN_COLUMNS]))
        return (
            Message("its columns are {listed} and {more} more", listed=listed, more=more)
            if more > 0
            else Message("its columns are {listed}", listed=listed)
        )


class HeaderSearch:
    """Finds the row that names the columns: the first with a column for the text."""

    def __init__(self, options: ReadOptions):
        self._options = options
        self._width = 0
        self.problem: NoColumnError | None = None  # what the fullest of the rows tried lacks
        self.rows = 0  # tried
        self.is_data = False  # the row that gave the header numbers the columns, it does not name them

    @property
    def is_over(self) -> bool:
        """Whether no further row can name the columns."""
        return self.rows > _ROWS_ABOVE

    def header(self, names: Sequence[str], source: str) -> Header | None:
        """Return the header, if these are the names of its columns, or the first row where none is named.

        Raises
        ------
        InputError
            If several of the names could be meant.
        """
        self.is_data = not self.rows and self._counts(names)
        given = list(map(str, range(1, len(names) + 1))) if self.is_data else names
        try:
            return Header(given, source, self._options)
        except NoColumnError as error:
            self.rows += 1
            width = sum(not is_blank(name) for name in names)
            if width > self._width:
                self._width, self.problem = width, error
            return None

    def _counts(self, names: Sequence[str]) -> bool:
        """Tell whether columns are asked for by number, counted from 1, and these are not their names."""
        options = self._options
        asked = [options.text_column, options.id_column, options.title_column, options.label_column]
        numbers = [name for name in asked if name]
        return (
            bool(numbers)
            and all(name.isdecimal() and 0 < int(name[:5]) <= len(names) for name in numbers)
            and not any(is_known(name) or folded(name) in numbers for name in names)
        )


def is_blank_row(values: Iterable[object]) -> bool:
    """Tell whether all cells of a row are empty."""
    return all(is_blank(value) for value in values)


def check_blank(count: int, file: Source) -> None:
    """Raise InputError if too many empty rows follow one another."""
    if count > MAX_BLANK:
        raise InputError(
            "has more than {limit:,} empty rows in one place; delete them",
            file.source,
            cause=Cause.EMPTY_ROWS,
            limit=MAX_BLANK,
        )


def failed(file: Source, place: str, number: int | str, error: InputError) -> Unreadable:
    """Return the part of a table that cannot be read."""
    return Unreadable(f"{file.id}-{number}", f"{file.source}#{place}", error)


def _unique(names: Iterable[str]) -> list[str]:
    result: dict[str, None] = {}
    taken: dict[str, int] = {}
    for position, given in enumerate(names, start=1):
        name = candidate = valid(given.strip()) or f"column {position}"
        while candidate in result:
            taken[name] = taken.get(name, 1) + 1
            candidate = f"{name} ({taken[name]})"
        result[candidate] = None
    return list(result)


def is_blank(value: object) -> bool:
    """Tell whether a cell is empty."""
    return value is None or (isinstance(value, str) and not value.strip())


def _usable_id(value: object) -> str:
    """Return an id, empty if the value is not a good one."""
    value = _plain(value)
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return ""
    name = valid(str(value)).strip()
    return name if len(name) <= _LONGEST_ID and name.isprintable() else ""


def _checked(value: object, max_bytes: int) -> str:
    """Return the text of a document."""
    value = _plain(value)
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        value = str(value) if isinstance(value, int) or math.isfinite(value) else None
    if value is None:
        raise InvalidRowError("the text is empty; nothing to read", cause=Cause.EMPTY)
    if not isinstance(value, str):
        raise InvalidRowError("the text must be a string, not {kind}", kind=_kind(value))
    if len(value) * 4 > max_bytes and len(value.encode("utf-8", "replace")) > max_bytes:
        raise InvalidRowError(
            "the text is longer than {limit:,} bytes; split it or raise --max-bytes",
            cause=Cause.TOO_LARGE,
            limit=max_bytes,
        )
    if "\0" in value:
        raise InvalidRowError("the text holds a NUL character; repair it", cause=Cause.ENCODING)
    if _SURROGATE.search(value):
        raise InvalidRowError("the text holds half a surrogate pair, which is not a character; repair it")
    if not any(char.isprintable() and not char.isspace() for char in value):
        raise InvalidRowError("the text is empty; nothing to read", cause=Cause.EMPTY)
    return value


def _plain(value: object) -> object:
    """Return a value as a .csv file has it, which knows no types: 3.0 is 3, a date is in ISO 8601."""
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return int(value)
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        value = value.date()
    return value.isoformat() if isinstance(value, (datetime.date, datetime.time)) else value


def _label_of(value: object) -> str:
    """Return the label in a cell, empty if there is none; several in a list are joined by an x."""
    value = _plain(value)
    if isinstance(value, bool):
        return str(value).upper()  # as spreadsheets write it
    if isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value):
        value = "x".join(value)
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, (Mapping, list, tuple)):
        raise InvalidRowError(
            "the label must be a string or a list of strings, not {value}", value=_kind(value)
        )
    return valid(str(value)).strip()


def _carried(value: object, column: str, depth: int = 0) -> Any:
    """Return the value of a column as JSON has it: dates in ISO 8601, not-a-number as None."""
    if depth > _DEEPEST:
        raise InvalidRowError(
            "the column {column} is nested deeper than {limit} levels; leave it out",
            column=show(column),
            limit=_DEEPEST,
        )
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return valid(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return str(value) if value.is_finite() else None
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, Mapping):
        return {valid(str(key)): _carried(item, column, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_carried(item, column, depth + 1) for item in value]
    return valid(str(value))


def valid(text: str) -> str:
    r"""Replace lone surrogates, which JSON can hold (``\ud800``) and no file can, by U+FFFD."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, Mapping):
        return "an object"
    return "a list" if isinstance(value, (list, tuple)) else f"a {type(value).__name__}"
