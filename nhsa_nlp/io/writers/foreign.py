"""Whether an output that exists may be replaced: what this program wrote and nobody has changed.

What was changed cannot always be told. A workbook says when it was saved; in a table the columns are looked
at, in JSON Lines the first and the last record, in a database the tables.
"""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import islice
from pathlib import Path

from nhsa_nlp.errors import InputError
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.package.xml import Handler
from nhsa_nlp.io.source import Source
from nhsa_nlp.io.writers import delimited as delimited_writer
from nhsa_nlp.io.writers import json_lines as json_writer
from nhsa_nlp.io.writers import parquet as parquet_writer
from nhsa_nlp.io.writers import sqlite as sqlite_writer
from nhsa_nlp.io.writers import xlsx as xlsx_writer
from nhsa_nlp.record import Record

_NOT_OURS = "is there and is not an output of this program"
_CHANGED = "has been changed since this program wrote it"

_LONGEST = 100_000_000  # bytes of a line that is looked at
_TAIL = 1_000_000  # bytes from the end in which the last line begins, as a rule
_ROWS = 1_000  # of a table that are looked at


def foreign(path: Path) -> str | None:
    """Return why a file should not be replaced without being asked; ``None`` if it may be.

    What is empty, is no file, or cannot be read is not judged here.
    """
    check = _CHECKS.get(path.suffix.lower())
    try:
        if check is None or not path.is_file() or not path.stat().st_size:
            return None
        return check(path)
    except OSError:
        return None  # writing it will say what is wrong


def _json_lines(path: Path) -> str | None:
    with path.open("rb") as stream:
        first = stream.readline(_LONGEST)
        stream.seek(max(path.stat().st_size - _TAIL, 0))
        last = stream.read().rstrip().rpartition(b"\n")[2]
    if not _is_record(first):
        return _NOT_OURS
    return None if len(last) >= _TAIL - 1 or _is_record(last) else _CHANGED


def _is_record(line: bytes) -> bool:
    try:
        found = json.loads(line)
    except ValueError:
        return False
    return isinstance(found, dict) and _REQUIRED <= set(found) <= _FIELDS


_FIELDS = set(Record.__annotations__)
_REQUIRED = _FIELDS - {"columns"}


def _delimited(path: Path) -> str | None:
    from nhsa_nlp.io.writers.summary import FIRST_COLUMNS, OTHER_COLUMNS

    separator = "\t" if path.suffix.lower() == ".tsv" else ","
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(islice(csv.reader(stream, delimiter=separator), _ROWS))
    except (ValueError, csv.Error):
        return _NOT_OURS
    names, others = tuple(rows[0]) if rows else (), len(OTHER_COLUMNS)
    begin = names.index(OTHER_COLUMNS[0]) if OTHER_COLUMNS[0] in names else 0
    if not {"id", "sha256", "model"}.issubset(names):
        return _NOT_OURS
    if names[: len(FIRST_COLUMNS)] != FIRST_COLUMNS or names[begin : begin + others] != OTHER_COLUMNS:
        return _CHANGED
    # Further columns are those of tables, whose rows have a place within them.
    from_tables = any("#" in row[1] for row in rows[1:] if len(row) > 1)
    return _CHANGED if len(names) > begin + others and not from_tables else None


def _workbook(path: Path) -> str | None:
    from nhsa_nlp.io.package.office import Package

    saved, sheets = _Texts("modified"), _Texts("sheet", "name")
    try:
        with path.open("rb") as stream:
            package = Package(stream, Source(path.stem, str(path), ".xlsx", path), ReadOptions())
            package.parse("docProps/core.xml", saved)
            package.parse("xl/workbook.xml", sheets)
    except InputError:
        return _NOT_OURS
    if sheets.found[:1] != ["documents"]:
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
    except sqlite3.Error:
        return _NOT_OURS
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
        (json_writer, _json_lines),
        (delimited_writer, _delimited),
        (xlsx_writer, _workbook),
        (parquet_writer, _parquet),
        (sqlite_writer, _database),
    )
    for suffix in form.SUFFIXES
}
