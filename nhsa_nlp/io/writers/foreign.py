"""What this program wrote, which is no document, and may be replaced if nobody has changed it.

What was changed cannot always be told. A workbook says when it was saved; in a table the columns are looked
at, in JSON Lines the first and the last record, in a database the tables.
"""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Callable, Sequence, Set
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from nhsa_nlp.errors import InputError
from nhsa_nlp.io.locking import is_locked
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.package.xml import Handler
from nhsa_nlp.io.source import Source
from nhsa_nlp.io.writers import delimited as delimited_writer
from nhsa_nlp.io.writers import json_lines as json_writer
from nhsa_nlp.io.writers import parquet as parquet_writer
from nhsa_nlp.io.writers import sqlite as sqlite_writer
from nhsa_nlp.io.writers import xlsx as xlsx_writer
from nhsa_nlp.record import Record
from nhsa_nlp.translation import LANGUAGES, Language

_NOT_OURS = "is there and is not an output of this program"
_BEING_WRITTEN = "is being written by another program"
_CHANGED = "has been changed since this program wrote it"

_LONGEST = 100_000_000  # bytes of a line that is looked at
_FAILURE = {"id", "source", "kind", "reason", "line"}  # the fields of a line in a list of failures
_TAIL = 1_000_000  # bytes from the end in which the last line begins, as a rule
_ROWS = 1_000  # of a table that are looked at


@dataclass(frozen=True, slots=True)
class TableShape:
    """A table that a command writes: its columns, its sheet in a workbook, its fields in JSON Lines."""

    columns: tuple[str, ...]
    sheet: str
    fields: tuple[str, ...]


def foreign(path: Path) -> str | None:
    """Return why a file of records should not be replaced without being asked; ``None`` if it may be.

    What is empty, is no file, or cannot be read is not judged here.
    """
    return _judged(path, _CHECKS.get(path.suffix.lower()))


def foreign_table(path: Path, shape: TableShape) -> str | None:
    """Return the same of a file that another command writes."""
    suffix = path.suffix.lower()
    if suffix in json_writer.SUFFIXES:
        fields = set(shape.fields)
        return _judged(path, lambda path: _json_lines(path, fields, fields))
    if suffix in xlsx_writer.SUFFIXES:
        return _judged(path, lambda path: _workbook(path, shape.sheet))
    return _judged(path, lambda path: _columns_of_table(path, shape.columns))


def _judged(
    path: Path, check: Callable[[Path], str | None] | None, unjudged: str | None = None
) -> str | None:
    try:
        if check is None or not path.is_file() or not path.stat().st_size:
            return unjudged
        return check(path)
    except OSError:
        return unjudged  # reading or writing it will say what is wrong


def is_output(path: Path) -> bool:
    """Tell whether this program wrote a file: records in any format, or a list of failures.

    What cannot be read is not taken for one.
    """
    suffix = path.suffix.lower()
    checks = [_CHECKS.get(suffix), *([_failures] if suffix in json_writer.SUFFIXES else ())]
    return any(_judged(path, check, unjudged=_NOT_OURS) != _NOT_OURS for check in checks)


def _failures(path: Path) -> str | None:
    return _json_lines(path, _FAILURE, _FAILURE)


def _records(path: Path) -> str | None:
    return _json_lines(path, _REQUIRED, _FIELDS)


def _json_lines(path: Path, required: Set[str], fields: Set[str]) -> str | None:
    with path.open("rb") as stream:
        first = stream.readline(_LONGEST)
        stream.seek(max(path.stat().st_size - _TAIL, 0))
        last = stream.read().rstrip().rpartition(b"\n")[2]
    if not _has_fields(first, required, fields):
        return _NOT_OURS
    return None if len(last) >= _TAIL - 1 or _has_fields(last, required, fields) else _CHANGED


def _has_fields(line: bytes, required: Set[str], fields: Set[str]) -> bool:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and required <= set(found) <= fields


_FIELDS = set(Record.__annotations__)
_REQUIRED = _FIELDS - {"columns"}


def _delimited(path: Path) -> str | None:
    rows = _first_rows(path)
    names = rows[0] if rows else []
    return min((_table(names, rows, language) for language in LANGUAGES), key=_JUDGEMENTS.index)


def _table(names: list[str], rows: list[list[str]], language: Language) -> str | None:
    from nhsa_nlp.io.writers.summary import FIRST, LAST, MIDDLE, heading

    first, middle, last = ([heading(key, language) for key in keys] for keys in (FIRST, MIDDLE, LAST))
    if not {*first[1:3], *last}.issubset(names):
        return _NOT_OURS
    begin = names.index(middle[0]) if middle[0] in names else 0
    found = (names[: len(first)], names[begin : begin + len(middle)], names[-len(last) :])
    if found != (first, middle, last):
        return _CHANGED
    # Further columns are those of tables, whose rows have a place within them.
    from_tables = any("#" in row[begin] for row in rows[1:] if len(row) > begin)
    return _CHANGED if begin > len(first) and not from_tables else None


_JUDGEMENTS = (None, _CHANGED, _NOT_OURS)  # from the best


def _columns_of_table(path: Path, columns: Sequence[str]) -> str | None:
    names = (_first_rows(path) or [[]])[0]
    if names == list(columns):
        return None
    return _CHANGED if set(columns) <= set(names) else _NOT_OURS


def _first_rows(path: Path) -> list[list[str]]:
    """Return the first rows of a table of text; none of what is no such table."""
    separator = "\t" if path.suffix.lower() == ".tsv" else ","
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return list(islice(csv.reader(stream, delimiter=separator), _ROWS))
    except (ValueError, csv.Error):
        return []


def _workbook(path: Path, first_sheet: str = "documents") -> str | None:
    from nhsa_nlp.io.package.office import Package
    from nhsa_nlp.io.writers.summary import heading

    saved, sheets = _Texts("modified"), _Texts("sheet", "name")
    try:
        with path.open("rb") as stream:
            package = Package(stream, Source(path.stem, str(path), ".xlsx", path), ReadOptions())
            package.parse("docProps/core.xml", saved)
            package.parse("xl/workbook.xml", sheets)
    except InputError:
        return _NOT_OURS
    if sheets.found[:1] not in [[heading(first_sheet, language)] for language in LANGUAGES]:
        return _NOT_OURS
    return None if saved.found == [xlsx_writer.SAVED] else _CHANGED


class _Texts(Handler):
    """Takes the text, or an attribute, of each element of a name; see `nhsa_nlp.io.package.xml.Handler`."""

    def __init__(self, element: str, attribute: str | None = None):
        self._element, self._attribute, self._inside = element, attribute, False
        self.found: list[str] = []

    def start(self, name: tuple[str, str], attributes: dict[str, str]) -> None:
        if name[1] == self._element:
            self._inside = self._attribute is None
            self.found.append("" if self._attribute is None else attributes.get(self._attribute, ""))

    def end(self, name: tuple[str, str]) -> None:
        self._inside = self._inside and name[1] != self._element

    def data(self, text: str) -> None:
        if self._inside:
            self.found[-1] += text


def _parquet(path: Path) -> str | None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from nhsa_nlp.io.writers.record_schema import is_schema

    try:
        columns = pq.read_schema(path)
    except (pa.ArrowException, ValueError):
        return _NOT_OURS
    if is_schema(columns):
        return None
    return _CHANGED if {"id", "sha256", "model", "entities"}.issubset(columns.names) else _NOT_OURS


def _database(path: Path) -> str | None:
    from nhsa_nlp.io.writers.archive_tables import APPLICATION_ID, TABLES
    from nhsa_nlp.io.writers.term_index import TABLES as TERM_TABLES

    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as base:
            base.execute("PRAGMA trusted_schema = OFF")
            if base.execute("PRAGMA application_id").fetchone() != (APPLICATION_ID,):
                return _NOT_OURS
            found = _columns(base)
        with closing(sqlite3.connect(":memory:")) as base:
            base.executescript(f"{TABLES} {TERM_TABLES}")
            ours = _columns(base)
    except sqlite3.Error as error:
        return _BEING_WRITTEN if is_locked(error) else _NOT_OURS
    return None if found <= ours else _CHANGED


def _columns(base: sqlite3.Connection) -> set[tuple[str, str]]:
    return set(
        base.execute(
            "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c "
            "WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE 'text_index_%'"
        )
    )


_CHECKS: dict[str, Callable[[Path], str | None]] = {
    suffix: check
    for form, check in (
        (json_writer, _records),
        (delimited_writer, _delimited),
        (xlsx_writer, _workbook),
        (parquet_writer, _parquet),
        (sqlite_writer, _database),
    )
    for suffix in form.SUFFIXES
}
