"""Writing records to Parquet, typed and compressed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from nhsa_nlp.io.atomic import cannot_write, write_atomically
from nhsa_nlp.io.tables.rows import valid
from nhsa_nlp.io.writers.encoded_records import encoded_table
from nhsa_nlp.io.writers.record_schema import schema, to_row
from nhsa_nlp.record import Record

if TYPE_CHECKING:
    import pyarrow as pa

T = TypeVar("T")

SUFFIXES = (".parquet",)

_TABLE = 100  # records that are Python objects at a time: ten times as large as in columns
_TABLES = 10  # in a row group; some megabytes


def write(path: str | Path, records: Iterable[Record], **_: object) -> int:
    """Write records with the columns of `nhsa_nlp.io.writers.record_schema.schema`; see `Writer`."""
    return _write_tables(path, map(record_table, _groups(iter(records), _TABLE)))


def write_encoded(path: str | Path, records: Iterable[bytes]) -> None:
    """Write records that are JSON in UTF-8 already, with their fields in order; see `write`.

    Raises
    ------
    OutputError
        If the file cannot be written, such as on a full disk.
    """
    _write_tables(path, map(encoded_table, _groups(iter(records), _TABLE)))


def _write_tables(path: str | Path, tables: Iterator[pa.Table]) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    written = 0
    with write_atomically(path) as file:
        try:
            with pq.ParquetWriter(file, schema(), compression="zstd") as writer:
                for group in _groups(tables, _TABLES):
                    rows = pa.concat_tables(group).combine_chunks()
                    writer.write_table(rows)
                    written += len(rows)
        except pa.ArrowException as error:
            raise cannot_write(path, error) from error
    return written


def record_table(records: Iterable[Record], texts: Sequence[str] = ()) -> pa.Table:
    """Return records, with their texts if given, as a table of `nhsa_nlp.io.writers.record_schema.schema`."""
    import pyarrow as pa

    rows = list(map(to_row, records))
    for row, text in zip(rows, texts, strict=False):
        row["text"] = text
    columns = schema(texts=bool(texts))
    try:
        return pa.Table.from_pylist(rows, columns)
    except UnicodeEncodeError:  # half a surrogate pair, which Parquet cannot hold
        return pa.Table.from_pylist(_all_valid(rows), columns)


def _groups(items: Iterator[T], size: int) -> Iterator[list[T]]:
    while group := list(islice(items, size)):
        yield group


def _all_valid(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _all_valid(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(map(_all_valid, value))
    return valid(value) if isinstance(value, str) else value
