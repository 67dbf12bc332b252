"""The cells of an Excel workbook (ECMA-376, SpreadsheetML), row by row in constant memory.

A workbook is a ZIP archive of XML that anybody may have made. The libraries that read it keep
the shared strings, a tree of the elements or the whole grid in memory, so that a file of a few
kilobytes can fill it (a cell in the last corner of a sheet is enough). Here an event parser sees one row
at a time, the shared strings lie in a temporary file, and there is no document type, so no entity.
"""

from __future__ import annotations

import datetime
import posixpath
import re
import zipfile
import zlib
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import IO, BinaryIO
from xml.parsers import expat

from nhsa_nlp.errors import InputError
from nhsa_nlp.io.sniff import file_kind
from nhsa_nlp.io.tables.rows import valid

Value = str | int | float | bool | datetime.date | datetime.time | None

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
_MAX_RATIO = 200  # a sheet packs 10 to 50 times smaller, a bomb 1,000 times
_MAX_DEPTH = 64
_MAX_TOKEN = 16_000_000  # bytes of one tag
_MAX_STYLES = 1_000_000
_CHUNK = 1 << 16
_IN_MEMORY = 1 << 24  # bytes of shared strings; more of them lie in a temporary file

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # the container of .xls, and of encrypted .xlsx
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_BUILTIN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_EPOCH_1900 = datetime.datetime(1899, 12, 30)  # noqa: DTZ001 - a workbook knows no time zones
_EPOCH_1904 = datetime.datetime(1904, 1, 1)  # noqa: DTZ001
_NO_DATE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')  # what is literal in a number format

_DAMAGE = (
    *(expat.ExpatError, LookupError, ValueError),  # LookupError, ValueError: an encoding that expat cannot do
    *(zipfile.BadZipFile, zlib.error, EOFError, RuntimeError),  # RuntimeError: encrypted or unsupported
)

_Start = Callable[[str, dict[str, str]], None]
_End = Callable[[str], None]
_Text = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, and its part within the archive."""

    name: str
    part: str


@dataclass(slots=True)
class _Cell:
    kind: str = "n"
    style: int = 0
    text: list[str] = field(default_factory=list)


class Spreadsheet:
    """An open workbook.

    Parameters
    ----------
    stream
        The file; left open.
    source
        Its name, for errors.
    max_bytes
        How many characters a row may have.

    Attributes
    ----------
    sheets
        Its sheets in order, the hidden ones too.

    Raises
    ------
    InputError
        If it is no workbook, encrypted or damaged.
    """

    def __init__(self, stream: BinaryIO, source: str, max_bytes: int):
        self._source, self._max_bytes = source, max_bytes
        self._strings: IO[bytes] | None = None
        self._offsets = array("Q", [0])
        self._dates: list[bool] = []
        self._epoch_1904 = False
        self.sheets: list[Sheet] = []
        if stream.read(len(_OLE)) == _OLE:
            raise InputError(
                "is encrypted, or an old .xls under another name; save it as .xlsx without a password", source
            )
        stream.seek(0)
        try:
            self._archive = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            kind = file_kind(stream) or f"cut off: {error}; save it again"
            raise InputError(f"is no Excel workbook, but {kind}", source) from error
        self._read_workbook()

    def __enter__(self) -> Spreadsheet:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._strings is not None:
            self._strings.close()
        self._archive.close()

    def rows(self, sheet: Sheet) -> Iterator[tuple[int, list[Value]]]:
        """Yield the number of each row and its cells, as far as there are any.

        Formulas give the value that was stored with them, dates and times those of `datetime`,
        errors such as ``#N/A`` None. Of merged cells the first has the value.

        Raises
        ------
        InputError
            If the sheet is damaged, or larger than a sheet can be.
        """
        done: list[tuple[int, list[Value]]] = []
        values: dict[int, Value] = {}
        number = column = size = 0
        cell: _Cell | None = None
        collecting = phonetic = False

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal number, column, size, cell, collecting, phonetic
            if tag == "row":
                number = _natural(attributes.get("r", ""), number + 1)
                if number > MAX_ROWS:
                    raise self._error(f"has more than {MAX_ROWS:,} rows")
                values.clear()
                column = size = 0
            elif tag == "c":
                reference = _REFERENCE.fullmatch(attributes.get("r", ""))
                column = _column(reference[1]) if reference else column + 1
                if column > MAX_COLUMNS:
                    raise self._error(f"has more than {MAX_COLUMNS:,} columns")
                style = attributes.get("s", "0")
                cell = _Cell(
                    attributes.get("t", "n"), int(style) if style.isdecimal() and len(style) < 9 else 0
                )
            elif tag == "rPh":
                phonetic = True
            elif tag in {"v", "t"}:
                collecting = not phonetic

        def end(tag: str) -> None:
            nonlocal cell, collecting, phonetic
            if tag == "c" and cell is not None:
                values[column] = self._value(cell)
                cell = None
            elif tag == "row" and values:
                done.append((number, [values.get(index) for index in range(1, max(values) + 1)]))
                values.clear()
            elif tag == "rPh":
                phonetic = False
            elif tag in {"v", "t"}:
                collecting = False

        def text(data: str) -> None:
            nonlocal size
            if collecting and cell is not None:
                size += len(data)
                if size > self._max_bytes:
                    raise self._error(
                        f"has a row longer than {self._max_bytes:,} characters (row {number}); "
                        "split it or raise --max-bytes"
                    )
                cell.text.append(data)

        for _ in self._parse(sheet.part, start, end, text):
            yield from done
            done.clear()

    def _read_workbook(self) -> None:
        root = self._relations("")
        part = next((target for kind, target in root.values() if kind == "officeDocument"), None)
        if part is None:
            raise self._error("is no Excel workbook")
        parts = self._relations(part)
        seen: set[str] = set()

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "workbookPr":
                self._epoch_1904 = attributes.get("date1904") in {"1", "true"}
            elif tag == "sheet":
                link = next((value for name, value in attributes.items() if name.endswith(":id")), "")
                kind, target = parts.get(link, ("", ""))
                # A part is read once, however many sheets a hostile workbook says it is.
                if kind == "worksheet" and target not in seen:
                    seen.add(target)
                    self.sheets.append(Sheet(valid(attributes.get("name", "")), target))

        self._run(part, start)
        for kind, target in parts.values():
            if kind == "styles" and target in self._archive.namelist():
                self._read_styles(target)
            elif kind == "sharedStrings" and target in self._archive.namelist():
                self._read_strings(target)

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Return the kind and the target of each part that one refers to."""
        folder, name = posixpath.split(part)
        found: dict[str, tuple[str, str]] = {}

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))
                kind = attributes.get("Type", "").rpartition("/")[2]
                found[attributes.get("Id", "")] = kind, target.lstrip("/")

        self._run(posixpath.join(folder, "_rels", f"{name}.rels"), start)
        return found

    def _read_styles(self, part: str) -> None:
        """Learn which styles show a number as a date."""
        formats: dict[int, bool] = {}
        inside = False

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal inside
            key = _natural(attributes.get("numFmtId", ""), 0)
            if tag == "numFmt":
                formats[key] = _is_date(attributes.get("formatCode", ""))
            elif tag == "cellXfs":
                inside = True
            elif tag == "xf" and inside:
                self._dates.append(formats.get(key, key in _BUILTIN_DATES))
            if len(self._dates) + len(formats) > _MAX_STYLES:
                raise self._error("has too many styles")

        def end(tag: str) -> None:
            nonlocal inside
            inside = inside and tag != "cellXfs"

        self._run(part, start, end)

    def _read_strings(self, part: str) -> None:
        strings = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed with the workbook
        self._strings = strings
        inside = phonetic = False
        length = 0

        def start(tag: str, _: dict[str, str]) -> None:
            nonlocal inside, phonetic
            phonetic = phonetic or tag == "rPh"
            inside = tag == "t" and not phonetic

        def end(tag: str) -> None:
            nonlocal inside, phonetic
            inside = False
            phonetic = phonetic and tag != "rPh"
            if tag == "si":
                self._offsets.append(length)

        def text(data: str) -> None:
            nonlocal length
            if inside:
                length += strings.write(data.encode("utf-8"))

        self._run(part, start, end, text)

    def _value(self, cell: _Cell) -> Value:
        text = "".join(cell.text)
        match cell.kind:
            case "s":
                return self._shared(text)
            case "inlineStr" | "str":
                return _unescaped(text) or None
            case "b":
                return text.strip() in {"1", "true"}
            case "e":
                return None
            case "d":
                return text.strip() or None
        try:
            number = float(text)
        except ValueError:
            return None
        if cell.style < len(self._dates) and self._dates[cell.style]:
            return _date(number, self._epoch_1904)
        whole = text.strip()
        return int(whole) if whole.lstrip("-").isdecimal() and len(whole) < 18 else number

    def _shared(self, text: str) -> str | None:
        index = _natural(text, -1)
        if self._strings is None or not 0 <= index < len(self._offsets) - 1:
            return None
        start, end = self._offsets[index], self._offsets[index + 1]
        if end - start > self._max_bytes:
            raise self._error(
                f"has a cell longer than {self._max_bytes:,} bytes; split it or raise --max-bytes"
            )
        self._strings.seek(start)
        return _unescaped(self._strings.read(end - start).decode("utf-8")) or None

    def _run(self, part: str, start: _Start, end: _End | None = None, text: _Text | None = None) -> None:
        for _ in self._parse(part, start, end, text):
            pass

    def _parse(self, part: str, start: _Start, end: _End | None, text: _Text | None) -> Iterator[None]:
        """Parse a part, and yield after each piece of it."""
        depth = 0

        def opened(tag: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            depth += 1
            if depth > _MAX_DEPTH:
                raise self._error(f"is nested deeper than {_MAX_DEPTH} levels in {part}")
            start(tag.rpartition(":")[2], attributes)

        def closed(tag: str) -> None:
            nonlocal depth
            depth -= 1
            if end is not None:
                end(tag.rpartition(":")[2])

        def refuse(*_: object) -> None:
            raise self._error(f"declares a document type in {part}, which no workbook does")

        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = opened, closed
        parser.StartDoctypeDeclHandler = refuse
        if text is not None:
            parser.CharacterDataHandler = text
        try:
            info = self._archive.getinfo(part)
            if info.file_size > max(self._max_bytes, _MAX_RATIO * info.compress_size):
                raise self._error(f"unpacks to {info.file_size:,} bytes in {part}")
            fed = 0
            with self._archive.open(info) as stream:
                while data := stream.read(_CHUNK):
                    parser.Parse(data, False)
                    fed += len(data)
                    if fed - parser.CurrentByteIndex > _MAX_TOKEN:
                        raise self._error(f"has too long a tag in {part}")
                    yield
                parser.Parse(b"", True)
            yield
        except KeyError:
            raise self._error(f"lacks {part}") from None
        except _DAMAGE as error:
            raise self._error(f"is damaged in {part} ({error})") from error

    def _error(self, problem: str) -> InputError:
        return InputError(problem if "--max-bytes" in problem else f"{problem}; save it again", self._source)


def _natural(text: str, default: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 12 else default


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _unescaped(text: str) -> str:
    """Resolve escapes such as ``_x000D_``, which stand for what XML cannot hold."""
    if "_x" not in text:
        return text
    return valid(_ESCAPED.sub(lambda match: chr(int(match[1], 16)), text))


def _is_date(number_format: str) -> bool:
    shown = _NO_DATE.sub("", number_format).partition(";")[0]
    return any(char in "ymdhsYMDHS" for char in shown)


def _date(serial: float, epoch_1904: bool) -> Value:
    """Return the date, the time or both that a number stands for; the number if it can be none."""
    try:
        if 0 <= serial < 1:
            return (_EPOCH_1904 + _span(serial)).time()
        start = _EPOCH_1904 if epoch_1904 else _EPOCH_1900
        if not epoch_1904 and serial < 60:
            start += datetime.timedelta(1)  # Excel believes in 29 February 1900
        moment = start + _span(serial)
    except (OverflowError, ValueError):
        return serial
    return moment.date() if moment.time() == datetime.time() else moment


def _span(days: float) -> datetime.timedelta:
    return datetime.timedelta(seconds=round(days * 86_400, 3))
