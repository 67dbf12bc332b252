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
from enum import Enum
from itertools import islice
from pathlib import Path

from nhsa_nlp.errors import InputError
from nhsa_nlp.io.locking import BROKEN, is_locked
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.package.xml import Handler
from nhsa_nlp.io.source import Source
from nhsa_nlp.io.writers import delimited as delimited_writer
from nhsa_nlp.io.writers import json_lines as json_writer
from nhsa_nlp.io.writers import parquet as parquet_writer
from nhsa_nlp.io.writers import sqlite as sqlite_writer
from nhsa_nlp.io.writers import xlsx as xlsx_writer
from nhsa_nlp.io.writers.shapes import DATA, EVALUATION, FIGURES, TABLES, TableShape
from nhsa_nlp.record import Record
from nhsa_nlp.translation import LANGUAGES, Language, Message


class Judgement(Enum):
    """Whether a file may be replaced without being asked: from the best on, the value says why not."""

    FREE = ""
    CHANGED = Message("has been changed since this program wrote it")
    NOT_OURS = Message("is there and is not an output of this program")
    DATA = Message("holds data that somebody may have worked on")
    BEING_WRITTEN = Message("is being written by another program")
    NEWER = Message("was written by a newer version of nhsa-nlp")


MADE_HERE = b'<meta name="generator" content="nhsa-nlp">'
"""What stands at the beginning of the pages and graphs that this program makes."""

_PAGES = (".html", ".htm")
_HEAD = 2_000  # bytes in which it does
_LONGEST = 100_000_000  # bytes of a line that is looked at
_FAILURE = {"id", "source", "kind", "reason", "line"}  # the fields of a line in a list of failures
_EVALUATED = ({"documents", "folds", "repeats", "seed"}, {"bundles", "about"})  # fields of all figures
_TAIL = 1_000_000  # bytes from the end in which the last line begins, as a rule
_ROWS = 1_000  # of a table that are looked at


def judge(path: Path) -> Judgement:
    """Tell whether a file of records may be replaced.

    What is empty, is no file, or cannot be read is not judged here.
    """
    return _judged(path, _CHECKS.get(path.suffix.lower()))


def judge_table(path: Path, shape: TableShape) -> Judgement:
    """Tell the same of a file that another command writes."""
    suffix = path.suffix.lower()
    if shape is DATA:
        return _judged(path, lambda _: Judgement.DATA)
    if shape is EVALUATION:
        return _judged(path, _evaluation)
    if suffix in (*json_writer.SUFFIXES, ".json"):
        fields = set(shape.fields)
        return _judged(path, lambda path: _json_lines(path, fields, fields))
    if suffix in xlsx_writer.SUFFIXES:
        return _judged(path, lambda path: _workbook(path, shape.sheet))
    if suffix in parquet_writer.SUFFIXES:
        return _judged(path, lambda path: _parquet_columns(path, shape.columns))
    if suffix in delimited_writer.SUFFIXES:
        return _judged(path, lambda path: _columns_of_table(path, shape))
    return _judged(path, _page)


def _page(path: Path) -> Judgement:
    """Judge a web page or a graph, which say what made them."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    return Judgement.FREE if MADE_HERE in head else Judgement.NOT_OURS


def _evaluation(path: Path) -> Judgement:
    """Judge the figures of ``evaluate``, an object over several lines."""
    with path.open("rb") as stream:
        found = _fields_of(stream.read(_LONGEST))
    return Judgement.FREE if any(fields <= found for fields in _EVALUATED) else Judgement.NOT_OURS


def _judged(
    path: Path, check: Callable[[Path], Judgement] | None, unjudged: Judgement = Judgement.FREE
) -> Judgement:
    try:
        if check is None or not path.is_file() or not path.stat().st_size:
            return unjudged
        return check(path)
    except OSError:
        return unjudged  # reading or writing it will say what is wrong


def is_output(path: Path) -> bool:
    """Tell whether this program wrote a file: records, failures, what other commands found, a web page.

    What cannot be read is not taken for one.
    """
    suffix = path.suffix.lower()
    check = _CHECKS_OF_TABLES.get(suffix) or _CHECKS.get(suffix) or (_page if suffix in _PAGES else None)
    return _judged(path, check, unjudged=Judgement.NOT_OURS) != Judgement.NOT_OURS


def _records(path: Path) -> Judgement:
    return _json_lines(path, _REQUIRED, _FIELDS)


def _json_lines(path: Path, required: Set[str], fields: Set[str]) -> Judgement:
    with path.open("rb") as stream:
        first = stream.readline(_LONGEST)
        stream.seek(max(path.stat().st_size - _TAIL, 0))
        last = stream.read().rstrip().rpartition(b"\n")[2]
    if not _has_fields(first, required, fields):
        return Judgement.NOT_OURS
    return (
        Judgement.FREE if len(last) >= _TAIL - 1 or _has_fields(last, required, fields) else Judgement.CHANGED
    )


def _any_json_lines(path: Path) -> Judgement:
    """Judge records, lists of failures and the tables of other commands; only the first line is read."""
    with path.open("rb") as stream:
        found = _fields_of(stream.readline(_LONGEST))
    known = [(_REQUIRED, _FIELDS), *((fields, fields) for fields in (_FAILURE, *map(set, _TABLE_FIELDS)))]
    return (
        Judgement.FREE
        if any(required <= found <= fields for required, fields in known)
        else Judgement.NOT_OURS
    )


def _has_fields(line: bytes, required: Set[str], fields: Set[str]) -> bool:
    return required <= _fields_of(line) <= fields


def _fields_of(line: bytes) -> set[str]:
    """Return the fields of an object; none of what is no object."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return set()
    return set(found) if isinstance(found, dict) else set()


_FIELDS = set(Record.__annotations__)
_REQUIRED = _FIELDS - {"columns"}
_TABLE_FIELDS = [shape.fields for shape in TABLES]


def _delimited(path: Path) -> Judgement:
    rows = _first_rows(path)
    names = rows[0] if rows else []
    return min((_table(names, rows, language) for language in LANGUAGES), key=_FROM_THE_BEST.index)


def _table(names: list[str], rows: list[list[str]], language: Language) -> Judgement:
    from nhsa_nlp.io.writers.summary import FIRST, LAST, MIDDLE, heading

    first, middle, last = ([heading(key, language) for key in keys] for keys in (FIRST, MIDDLE, LAST))
    if not {*first[1:3], *last}.issubset(names):
        return Judgement.NOT_OURS
    begin = names.index(middle[0]) if middle[0] in names else 0
    found = (names[: len(first)], names[begin : begin + len(middle)], names[-len(last) :])
    if found != (first, middle, last):
        return Judgement.CHANGED
    # Further columns are those of tables, whose rows have a place within them, or of a desk.
    from_tables = any("#" in row[begin] for row in rows[1:] if len(row) > begin)
    known = from_tables or heading("desk_state", language) in names
    return Judgement.CHANGED if begin > len(first) and not known else Judgement.FREE


_FROM_THE_BEST = list(Judgement)


def _columns_of_table(path: Path, shape: TableShape) -> Judgement:
    return _like(shape, (_first_rows(path) or [[]])[0])


def _like(shape: TableShape, names: list[str]) -> Judgement:
    known = [shape.headings(language) for language in LANGUAGES]
    if names in known:
        return Judgement.FREE
    return Judgement.CHANGED if any(set(columns) <= set(names) for columns in known) else Judgement.NOT_OURS


def _any_table(path: Path) -> Judgement:
    """Judge records and the tables of other commands."""
    rows = _first_rows(path)
    names = rows[0] if rows else []
    found = [_table(names, rows, language) for language in LANGUAGES]
    return min((*found, *(_like(shape, names) for shape in TABLES)), key=_FROM_THE_BEST.index)


def _first_rows(path: Path) -> list[list[str]]:
    """Return the first rows of a table of text; none of what is no such table."""
    separator = "\t" if path.suffix.lower() == ".tsv" else ","
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return list(islice(csv.reader(stream, delimiter=separator), _ROWS))
    except (ValueError, csv.Error):
        return []


def _any_workbook(path: Path) -> Judgement:
    return _workbook(path, *{shape.sheet for shape in TABLES})


def _workbook(path: Path, *first: str) -> Judgement:
    """Judge a workbook by its first sheet, and by when it was made and saved."""
    from nhsa_nlp.io.package.office import Package
    from nhsa_nlp.io.writers.summary import heading

    made, saved, sheets = _Texts("created"), _Texts("modified"), _Texts("sheet", "name")
    try:
        with path.open("rb") as stream:
            package = Package(stream, Source(path.stem, str(path), ".xlsx", path), ReadOptions())
            package.parse("docProps/core.xml", made)
            package.parse("docProps/core.xml", saved)
            package.parse("xl/workbook.xml", sheets)
    except InputError:
        return Judgement.NOT_OURS
    names = {heading(key, language) for key in first or ("documents",) for language in LANGUAGES}
    if made.found != [xlsx_writer.SAVED] or not names.issuperset(sheets.found[:1] or [""]):
        return Judgement.NOT_OURS  # other programs that save it keep when it was made
    return Judgement.FREE if saved.found == [xlsx_writer.SAVED] else Judgement.CHANGED


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


def _parquet(path: Path) -> Judgement:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from nhsa_nlp.io.writers.record_schema import is_schema

    try:
        columns = pq.read_schema(path)
    except (pa.ArrowException, ValueError):
        return Judgement.NOT_OURS
    if is_schema(columns):
        return Judgement.FREE
    return (
        Judgement.CHANGED
        if {"id", "sha256", "model", "entities"}.issubset(columns.names)
        else Judgement.NOT_OURS
    )


def _parquet_columns(path: Path, columns: Sequence[str]) -> Judgement:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        names = pq.read_schema(path).names
    except (pa.ArrowException, ValueError):
        return Judgement.NOT_OURS
    if names == list(columns):
        return Judgement.FREE
    return Judgement.CHANGED if set(columns) <= set(names) else Judgement.NOT_OURS


def _any_parquet(path: Path) -> Judgement:
    found = (_parquet(path), *(_parquet_columns(path, shape.columns) for shape in (FIGURES,)))
    return min(found, key=_FROM_THE_BEST.index)


def _database(path: Path) -> Judgement:
    from nhsa_nlp.io.store.archive_tables import APPLICATION_ID, FORMAT, known_columns, table_columns

    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as base:
            base.execute("PRAGMA trusted_schema = OFF")
            if base.execute("PRAGMA application_id").fetchone() != (APPLICATION_ID,):
                return Judgement.NOT_OURS
            if base.execute("PRAGMA user_version").fetchone() > (FORMAT,):
                return Judgement.NEWER
            found = table_columns(base)
    except BROKEN as error:
        return Judgement.BEING_WRITTEN if is_locked(error) else Judgement.NOT_OURS
    return Judgement.FREE if found <= known_columns(figures=True) else Judgement.CHANGED


_CHECKS_OF_TABLES: dict[str, Callable[[Path], Judgement]] = {
    suffix: check
    for form, check in (
        (json_writer, _any_json_lines),
        (delimited_writer, _any_table),
        (xlsx_writer, _any_workbook),
        (parquet_writer, _any_parquet),
    )
    for suffix in form.SUFFIXES
}
_CHECKS: dict[str, Callable[[Path], Judgement]] = {
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
