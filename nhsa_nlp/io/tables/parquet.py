"""Reading Parquet files, a row a document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from nhsa_nlp.checks import reason_of, show
from nhsa_nlp.errors import Cause, InputError
from nhsa_nlp.io.document import Document
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.source import Source, Unreadable
from nhsa_nlp.io.tables.rows import Header, InvalidRowError, failed
from nhsa_nlp.translation import Message

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

_BATCH = 64  # rows; more are not faster, and each may be a long document
_LONGEST_NAMES = 10_000_000  # bytes of one string of the metadata
_MOST_PARTS = 1_000_000  # entries of one list of the metadata


def read(stream: BinaryIO, file: Source, options: ReadOptions) -> Iterator[Document | Unreadable]:
    """Read the rows of a Parquet file, numbered from 1; a damaged row group is one that cannot be read.

    ``max_bytes`` bounds a text.
    """
    import pyarrow as pa

    try:
        table = _open(stream)
        header = Header(table.schema_arrow.names, file.source, options)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputError(
            "is not a Parquet file, or cut off: {error}; export it again",
            file.source,
            cause=Cause.DAMAGED,
            error=reason_of(error),
        ) from None
    if not table.metadata.num_rows:
        raise InputError("is empty; nothing to read", file.source, cause=Cause.EMPTY)
    number = 0
    for group in range(table.num_row_groups):
        last = number + max(table.metadata.row_group(group).num_rows, 0)
        try:
            for cells in _rows(table, group):
                number += 1
                place = f"row={number}"
                try:
                    values = [_value(cell, name) for cell, name in zip(cells, header.names, strict=True)]
                    yield header.document(file, place, number, values)
                except InvalidRowError as error:
                    yield failed(
                        file,
                        place,
                        number,
                        InputError(str(error), f"{file.source}#{place}", cause=error.cause),
                    )
        except (pa.ArrowException, OSError, ValueError) as error:
            place = f"row={number + 1}"
            message = Message(
                "rows {number:,} to {last:,} cannot be read: {error}; export the table again",
                number=number + 1,
                last=last,
                error=reason_of(error),
            )
            yield failed(file, place, number + 1, InputError(message, file.source))
        number = last


def _open(stream: BinaryIO) -> pq.ParquetFile:
    import pyarrow as pa
    import pyarrow.parquet as pq

    limits = {"thrift_string_size_limit": _LONGEST_NAMES, "thrift_container_size_limit": _MOST_PARTS}
    schema = pq.ParquetFile(stream, **limits).schema_arrow
    # A long text that many rows share is one entry of a dictionary; unpacked it could fill the memory.
    repeated = (pa.string(), pa.large_string(), pa.binary())
    shared = [field.name for field in schema if field.type in repeated]
    stream.seek(0)
    return pq.ParquetFile(stream, read_dictionary=shared, pre_buffer=False, buffer_size=1 << 20, **limits)


def _rows(table: pq.ParquetFile, group: int) -> Iterator[list[pa.Scalar]]:
    for batch in table.iter_batches(_BATCH, row_groups=[group], use_threads=False):
        for index in range(batch.num_rows):
            yield [column[index] for column in batch.columns]


def _value(cell: pa.Scalar, column: str) -> object:
    """Return a cell as an object of Python, which knows fewer dates, and no nanoseconds."""
    import pyarrow as pa

    try:
        if getattr(cell.type, "unit", "") == "ns":
            cell = cell.cast(_in_microseconds(cell.type), safe=False)
        return cell.as_py()
    except (pa.ArrowException, ValueError, ArithmeticError, LookupError) as error:
        raise InvalidRowError(
            "the column {column} has a value that cannot be read ({error}); repair it, or leave the column "
            "out",
            column=show(column),
            error=reason_of(error),
        ) from error


def _in_microseconds(kind: pa.DataType) -> pa.DataType:
    import pyarrow as pa

    if pa.types.is_timestamp(kind):
        return pa.timestamp("us", kind.tz)
    return pa.duration("us") if pa.types.is_duration(kind) else pa.time64("us")
