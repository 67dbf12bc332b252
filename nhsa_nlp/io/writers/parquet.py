"""Writing records to Parquet, typed and compressed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from nhsa_nlp.io.atomic import cannot_write, write_atomically
from nhsa_nlp.io.document import Texts
from nhsa_nlp.io.tables.rows import valid
from nhsa_nlp.io.writers.record_schema import schema, to_row
from nhsa_nlp.record import Record

SUFFIXES = (".parquet",)

_ROW_GROUP = 1_000  # records; some megabytes


def write(path: str | Path, records: Iterable[Record], *, texts: Texts | None = None) -> int:  # noqa: ARG001
    """Write records with the columns of `nhsa_nlp.io.writers.record_schema.schema`; see `Writer`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = schema()
    written = 0
    with write_atomically(path) as file:
        try:
            with pq.ParquetWriter(file, columns, compression="zstd") as writer:
                for rows in _groups(map(to_row, records)):
                    try:
                        group = pa.Table.from_pylist(rows, columns)
                    except UnicodeEncodeError:  # half a surrogate pair, which Parquet cannot hold
                        group = pa.Table.from_pylist(_all_valid(rows), columns)
                    writer.write_table(group)
                    written += len(rows)
        except pa.ArrowException as error:
            raise cannot_write(path, error) from error
    return written


def _groups(rows: Iterator[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    while group := list(islice(rows, _ROW_GROUP)):
        yield group


def _all_valid(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _all_valid(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(map(_all_valid, value))
    return valid(value) if isinstance(value, str) else value
