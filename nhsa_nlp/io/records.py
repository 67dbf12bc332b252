"""Reading the records of a file back: .jsonl and .parquet as the writers write them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path
from typing import Any, BinaryIO, cast

from nhsa_nlp.checks import parse_object, reason_of, unreadable
from nhsa_nlp.errors import InputError
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.source import STANDARD_INPUT, standard_input
from nhsa_nlp.io.store.ledger import ANEW, LEDGER, ROWS_OF_PARTS, differs, incomplete
from nhsa_nlp.io.tables.lines import FileLine, read_lines
from nhsa_nlp.record import Record
from nhsa_nlp.translation import Message

_LONGEST_LINE = 200_000_000  # characters; no record of a document that can be read is as long
_BATCH = 64  # records

OnError = Callable[[InputError], None]


def read_records(path: str | Path, on_error: OnError | None = None) -> Iterator[Record]:
    """Read records, one at a time, equal to those that were written.

    Empty lines are passed over. That a line is a JSON object is checked, what it holds is not.

    Parameters
    ----------
    path
        A ``.parquet`` file or folder of parts, or JSON Lines under any other name that is not one of
        another output; ``-`` is JSON Lines on standard input.
    on_error
        What to do with a line that is not a JSON object; without it the first one ends the reading.

    Raises
    ------
    InputError
        If the file cannot be read or is an output without whole records, or, without
        ``on_error``, for the first line that is not an object.
    """
    return (cast(Record, record) for _, record in numbered_records(path, on_error))


def numbered_records(
    path: str | Path, on_error: OnError | None = None
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Read records as `read_records` does, each with its line or row, counted from 1."""
    from nhsa_nlp.io.writers import WRITERS, json_lines
    from nhsa_nlp.io.writers.record_schema import to_record

    name, suffix = show_name(path), Path(path).suffix.lower()
    if suffix == ".parquet":
        for number, row in enumerate(_all_rows(Path(path)), start=1):
            yield number, cast("dict[str, Any]", to_record(row))
        return
    if suffix in WRITERS and suffix not in json_lines.SUFFIXES:
        raise InputError("does not hold whole records; name the .jsonl or .parquet of that run", name)
    try:
        with _open(path) as stream:
            yield from _lines(stream, name, on_error)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise InputError(unreadable(error), name) from None


def records_with_texts(folder: Path) -> Iterator[tuple[Record, str]]:
    """Yield the records of a folder of parts that holds texts, each with its raw text.

    Raises
    ------
    InputError
        If it is damaged.
    """
    from nhsa_nlp.io.writers.record_schema import to_record

    for row in _all_rows(folder):
        yield to_record(row), row["text"]


def _all_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table or a folder of parts; those of a folder are of documents not deleted."""
    from nhsa_nlp.io.store.growing import is_parts_folder, lacks_ledger

    if lacks_ledger(path):
        raise InputError(incomplete(LEDGER), path)
    parts = _parts(path) if is_parts_folder(path) else {path: None}
    for part, count in parts.items():
        yield from _rows(part, count)


def show_name(path: str | Path) -> str:
    """Return the name of a file of records for messages."""
    return "<stdin>" if str(path) == STANDARD_INPUT else str(path)


def _parts(folder: Path) -> dict[Path, int | None]:
    """Return the parts of a folder and how many records each has, as its database has them.

    Raises
    ------
    InputError
        If one is missing, or the database is damaged.
    """
    try:
        address = f"{(folder / LEDGER).resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as base:
            base.execute("PRAGMA trusted_schema = OFF")
            found = base.execute(ROWS_OF_PARTS).fetchall()
    except sqlite3.Error as error:
        raise InputError(
            "is damaged ({error}); {advice}", folder, error=reason_of(error), advice=ANEW
        ) from None
    parts: dict[Path, int | None] = {}
    for name, count in found:
        part = folder / str(name)
        if part.parent != folder or not part.is_file():
            raise InputError(incomplete(name), folder)
        parts[part] = count
    return parts


def _rows(path: Path, count: int | None = None) -> Iterator[dict[str, Any]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from nhsa_nlp.io.writers.record_schema import is_schema

    try:
        with pq.ParquetFile(path) as table:
            if not is_schema(table.schema_arrow):
                raise InputError("holds no records; name a file that label --output wrote", path)
            rows = table.metadata.num_rows
            if count is not None and rows != count:
                raise InputError(differs(path.name, rows, count), path.parent)
            for batch in table.iter_batches(_BATCH, use_threads=False):
                yield from batch.to_pylist()
    except OSError as error:
        # Some errors of Arrow are OSErrors; only those of the system have a number.
        reason = unreadable(error) if error.errno else Message("is damaged ({error})", error=reason_of(error))
        raise InputError(reason, path) from None
    except (pa.ArrowException, ValueError) as error:
        raise InputError(
            "is not a Parquet file, or damaged ({error})", path, error=reason_of(error)
        ) from None


def _open(path: str | Path) -> AbstractContextManager[BinaryIO]:
    if str(path) == STANDARD_INPUT:
        return nullcontext(standard_input())
    return Path(path).open("rb")


def _lines(stream: BinaryIO, name: str, on_error: OnError | None) -> Iterator[tuple[int, dict[str, Any]]]:
    options = ReadOptions(encoding="utf-8", max_bytes=_LONGEST_LINE)
    _, lines = read_lines(stream, name, options, newline="\n")
    for line in lines:
        if not line.text.strip() and not line.problem:
            continue
        record = _record(line, name)
        if not isinstance(record, InputError):
            yield line.number, record
        elif on_error is None:
            raise record
        else:
            on_error(record)


def _record(line: FileLine, name: str) -> dict[str, Any] | InputError:
    if line.problem:
        what = line.problem.fields["what"]
        return InputError("{what}; records are written in UTF-8, one a line", name, line.number, what=what)
    try:
        return parse_object(line.text, line.text.endswith("\n"), name, line.number)
    except InputError as error:
        return error
