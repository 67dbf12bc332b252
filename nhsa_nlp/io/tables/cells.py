"""What the cells of workbooks have in common, whichever format they are in: numbers, dates, shared texts."""

from __future__ import annotations

import datetime
import re
import struct
from array import array
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from tempfile import SpooledTemporaryFile
from typing import Self, TypeVar

from nhsa_nlp.errors import Cause, InputError
from nhsa_nlp.io.package.limits import MAX_RATIO
from nhsa_nlp.io.tables.rows import MAX_COLUMNS, InvalidRowError, is_blank

Value = str | int | float | bool | datetime.date | datetime.time | None
Row = tuple[int, list[Value] | InvalidRowError]
"""The number of a row that is not empty, and its cells; or why it cannot be read."""

T = TypeVar("T")

MAX_ROWS = 1_048_576
MAX_STYLES = 1_000_000
MAX_STRINGS = 10_000_000
EPOCH_1900 = datetime.datetime(1899, 12, 30)  # noqa: DTZ001 - a workbook knows no time zones
EPOCH_1904 = datetime.datetime(1904, 1, 1)  # noqa: DTZ001

_MAX_FORMAT = 1_000  # characters of a number format; Excel takes 255
_IN_MEMORY = 1 << 24  # bytes of shared strings; more of them lie in a temporary file
_REPEATED_FROM = 12_000_000  # bytes, 4 million Chinese characters: may be repeated in a workbook of any size
_SHORT, _RECENT = 100, 10_000  # bytes of a string that is likely to be repeated; how many are cached
_BUILTIN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_NO_DATE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')  # what is literal in a number format


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a package: its name, and its part."""

    name: str
    part: str


def row_of(number: int, values: Mapping[int, Value]) -> Iterator[Row]:
    """Yield a row, of its cells by the numbers of their columns; nothing if all are empty."""
    last = max((column for column, value in values.items() if not is_blank(value)), default=0)
    if last:
        yield number, [values.get(column) for column in range(1, last + 1)]


def check_count(rows: int, source: str) -> None:
    """Raise InputError for more rows than a sheet can have."""
    if rows > MAX_ROWS:
        raise InputError(
            "has more than {limit:,} rows; save it again", source, cause=Cause.TOO_LARGE, limit=MAX_ROWS
        )


def too_low() -> InvalidRowError:
    """Return the error of a row below the last that a sheet can have; those around it can be read."""
    return InvalidRowError(
        "the sheet has more than {limit:,} rows with this one; move it up",
        cause=Cause.TOO_LARGE,
        limit=MAX_ROWS,
    )


def too_wide() -> InvalidRowError:
    """Return the error of a row with a cell beyond the last that it can have."""
    return InvalidRowError(
        "the row has more than {limit:,} columns; delete those that are empty",
        cause=Cause.EMPTY_ROWS,
        limit=MAX_COLUMNS,
    )


def by_piece(pieces: Iterator[None], done: list[T]) -> Iterator[T]:
    """Yield what has been put into a list with each piece that was read; the last was not read to its end."""
    problem: InputError | None = None
    more = True
    while more:
        try:
            next(pieces)
        except StopIteration:
            more = False
        except InputError as error:
            problem, more = error, False
        yield from done
        done.clear()
    if problem is not None:
        raise problem


def too_long(max_bytes: int) -> InvalidRowError:
    """Return the error of a row that is longer than it may be."""
    return InvalidRowError(
        "the row is longer than {limit:,} characters; split it or raise --max-bytes",
        cause=Cause.TOO_LARGE,
        limit=max_bytes,
    )


class RowBuilder:
    """Puts together the rows of a sheet whose cells come one after the other."""

    def __init__(self, source: str, max_bytes: int, number: int = 0) -> None:
        self._source, self._max_bytes = source, max_bytes
        self._number = number
        self._rows = self._size = 0
        self._cells: dict[int, Value] = {}
        self._error: InvalidRowError | None = None

    def begin(self, number: int) -> Iterator[Row]:
        """Begin a row; yield the one before, if it is another and not empty."""
        if number == self._number:
            return
        yield from self.end()
        self._number = number
        self._rows += 1
        check_count(self._rows, self._source)
        if number > MAX_ROWS:
            self.fail(too_low())

    def put(self, column: int, value: Value) -> None:
        """Take a cell."""
        if column > MAX_COLUMNS:
            self.fail(too_wide())
        if isinstance(value, str):
            self._size += len(value)
            if self._size > self._max_bytes:
                self.fail(too_long(self._max_bytes))
        if self._error is None:
            self._cells[column] = value

    def fail(self, error: InvalidRowError) -> None:
        """Give up the row."""
        self._error = error
        self._cells = {}

    def end(self) -> Iterator[Row]:
        """Yield the row, unless it is empty."""
        if self._error is not None:
            yield self._number, self._error
        else:
            yield from row_of(self._number, self._cells)
        self._cells, self._size, self._error = {}, 0, None


class Styles:
    """Which styles of a workbook show a number as a date."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._formats: dict[int, bool] = {}
        self._dates: list[bool] = []

    def add_format(self, key: int, code: str) -> None:
        """Take a number format."""
        self._formats[key] = _is_date(code[:_MAX_FORMAT])
        self._check()

    def add(self, key: int) -> None:
        """Take the next style, with the key of its number format, which may still come."""
        self._dates.append(self._formats.get(key, key in _BUILTIN_DATES))
        self._check()

    def value(self, number: float, style: int, epoch: datetime.datetime) -> Value:
        """Return what a cell of this style shows: a date, or the number."""
        return date_of(number, epoch) if style < len(self._dates) and self._dates[style] else number

    def _check(self) -> None:
        if len(self._dates) + len(self._formats) > MAX_STYLES:
            raise InputError(
                "has more than {limit:,} styles; save it again",
                self._source,
                cause=Cause.TOO_LARGE,
                limit=MAX_STYLES,
            )


class Workbook:
    """An open workbook, whose cells share texts and formats; the texts are dropped when it is left.

    ``size`` says how many bytes it has.
    """

    def __init__(self, source: str, max_bytes: int, size: int) -> None:
        self._source, self._max_bytes = source, max_bytes
        self._strings = SharedStrings(source, max_bytes, size)
        self._styles = Styles(source)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._strings.close()

    @contextmanager
    def _opening(self) -> Iterator[None]:
        """Drop the texts if what all sheets share cannot be read."""
        try:
            yield
        except BaseException:
            self._strings.close()
            raise


@contextmanager
def whole_records(source: str) -> Iterator[None]:
    """Say that a workbook is damaged where a binary record is shorter than what it should hold."""
    try:
        yield
    except (struct.error, IndexError) as error:
        raise damaged(source) from error


def damaged(source: str) -> InputError:
    """Return the error of a workbook whose binary records do not fit together."""
    return InputError(
        "is damaged: its records are broken; open and save it again", source, cause=Cause.DAMAGED
    )


class SharedStrings:
    """The texts that the cells of a workbook share, in a temporary file if they are many.

    By being named again and again, the long ones may give as much as a file of ``size`` bytes may hold.
    """

    def __init__(self, source: str, max_bytes: int, size: int) -> None:
        self._source, self._max_bytes = source, max_bytes
        self._most = max(_REPEATED_FROM, size * MAX_RATIO)
        self._file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed with the workbook
        self._offsets = array("Q", [0])
        self._length = self._given = 0
        self._cached = lru_cache(_RECENT)(self._read)
        self._last = -1, ""  # the long text that was read last, and where it begins

    def close(self) -> None:
        """Remove the file."""
        self._file.close()

    def write(self, text: str) -> None:
        """Add a piece to the text being collected."""
        self._length += self._file.write(text.encode("utf-8", "replace"))

    def end(self) -> None:
        """End the text being collected."""
        self._offsets.append(self._length)
        if len(self._offsets) > MAX_STRINGS:
            raise InputError(
                "has more than {limit:,} different texts; split it",
                self._source,
                cause=Cause.TOO_LARGE,
                limit=MAX_STRINGS,
            )

    def text(self, index: int) -> str | None:
        """Return one of the texts; None if there is none.

        Raises
        ------
        InvalidRowError
            If it is longer than a row may be.
        InputError
            If long texts have been asked for so often that the workbook was made to do harm.
        """
        if not 0 <= index < len(self._offsets) - 1:
            return None
        start, end = self._offsets[index], self._offsets[index + 1]
        if end - start > self._max_bytes:
            raise InvalidRowError(
                "a cell is longer than {limit:,} bytes; split it or raise --max-bytes",
                cause=Cause.TOO_LARGE,
                limit=self._max_bytes,
            )
        if end - start <= _SHORT:
            return self._cached(start, end)
        self._given += end - start
        if self._given - self._offsets[-1] > self._most:
            raise InputError(
                "repeats its long texts to more than {limit:,} bytes, as a zip bomb does; leave out cells "
                "that repeat others",
                self._source,
                cause=Cause.ZIP_BOMB,
                limit=self._most,
            )
        if self._last[0] != start:
            self._last = start, self._read(start, end)
        return self._last[1]

    def _read(self, start: int, end: int) -> str:
        self._file.seek(start)
        return self._file.read(end - start).decode("utf-8")


def packed_number(bits: int) -> float:
    """Return the number that is packed into 32 bits (RK: [MS-XLS] 2.5.217, [MS-XLSB] 2.5.123)."""
    if bits & 2:
        number: float = (bits - (bits >> 31 << 32)) >> 2
    else:
        (number,) = struct.unpack("<d", struct.pack("<Q", (bits & 0xFFFFFFFC) << 32))
    return whole(number / 100 if bits & 1 else float(number))


def from_utf16(raw: bytes) -> str:
    """Decode a text; half a surrogate pair becomes U+FFFD."""
    return raw.decode("utf-16-le", "replace")


def whole(number: float) -> float:
    """Return a number without its fraction, if it has none; of more than 17 digits not all are exact."""
    return int(number) if number.is_integer() and abs(number) < 1e17 else number


def date_of(serial: float, epoch: datetime.datetime = EPOCH_1900) -> Value:
    """Return the date, the time or both that a number stands for; the number if it cannot be any."""
    try:
        if 0 <= serial < 1:
            return (EPOCH_1904 + _span(serial)).time()
        if epoch == EPOCH_1900 and serial < 60:
            epoch += datetime.timedelta(1)  # Excel believes in 29 February 1900
        moment = epoch + _span(serial)
    except (OverflowError, ValueError):
        return serial
    return moment.date() if moment.time() == datetime.time() else moment


def _is_date(number_format: str) -> bool:
    shown = _NO_DATE.sub("", number_format).partition(";")[0]
    return any(char in "ymdhsYMDHS" for char in shown)


def _span(days: float) -> datetime.timedelta:
    return datetime.timedelta(seconds=round(days * 86_400, 3))
