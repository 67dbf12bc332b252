"""Writing records to Parquet, typed and compressed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from nhsa_nlp.io.placing import cannot_write, placed
from nhsa_nlp.io.record_schema import schema, to_row
from nhsa_nlp.io.texts import Texts
from nhsa_nlp.record import Record

SUFFIXES = (".parquet",)

_ROW_GROUP = 1_000  # records; some megabytes


def write(path: str | Path, records: Iterable[Record], *, texts: Texts | None = None) -> int:  # noqa: ARG001
    """Write records with the columns of `nhsa_nlp.io.record_schema.schema`; see `Writer`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = schema()
    written = 0
    with placed(path) as file:
        try:
            with pq.ParquetWriter(file, columns, compression="zstd") as writer:
                for rows in _groups(map(to_row, records)):
                    writer.write_table(pa.Table.from_pylist(rows, columns))
                    written += len(rows)
        except pa.ArrowException as error:
            raise cannot_write(path, error) from error
    return written


def _groups(rows: Iterator[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    while group := list(islice(rows, _ROW_GROUP)):
        yield group
