"""Records that are JSON already as columns of Parquet, without an object of Python for each value.

Arrow reads JSON by itself, in half the time that objects take, but a column of one type only: what the
schema of records says otherwise than their JSON is rewritten in the bytes first. Within a string of JSON
each quote has a backslash before it, so a name in quotes followed by a colon is a name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from nhsa_nlp.io.writers.record_schema import schema

if TYPE_CHECKING:
    import pyarrow as pa

_VALUE = re.compile(rb'"value": ([^\[\]",]+|\[[^\[\]"]*\])(?=, "unit": ")')
"""The value of a quantity: a number, a list of numbers or null."""
_FACETS = re.compile(rb'"facets": \{((?:"(?:[^"\\]|\\.)*+": [^,}]++(?:, )?+)*+)\}')
_FACET = re.compile(rb'("(?:[^"\\]|\\.)*+"): ([^,}]++)')
_COLUMNS = b'}, "columns": {'
"""Between the last two fields of a record: no other field of this name follows an object."""


def encoded_table(records: Sequence[bytes]) -> pa.Table:
    """Return records as a table of `nhsa_nlp.io.writers.record_schema.schema`.

    Parameters
    ----------
    records
        The JSON of each in UTF-8 on one line, its fields in the order of `Record`, a blank behind each
        comma and colon, as `json.dumps` makes it.
    """
    import pyarrow as pa
    from pyarrow import json as arrow_json

    lines = b"\n".join(map(_in_columns, records))
    table = arrow_json.read_json(
        pa.BufferReader(lines),
        read_options=arrow_json.ReadOptions(use_threads=False, block_size=len(lines) + 1),
        parse_options=arrow_json.ParseOptions(
            explicit_schema=_read_schema(), unexpected_field_behavior="ignore"
        ),
    )
    columns = schema()
    place = columns.get_field_index("topic")
    return table.set_column(place, columns.field(place), _with_maps(table.column(place), columns))


def _in_columns(record: bytes) -> bytes:
    head, found, columns = record.partition(_COLUMNS)
    head = _VALUE.sub(_listed_value, _FACETS.sub(_listed_facets, head, count=1))
    if not found:
        return head
    text = json.dumps(f"{{{columns[:-1].decode()}", ensure_ascii=False)
    return b'%b}, "columns": %b}' % (head, text.encode())


def _listed_value(match: re.Match[bytes]) -> bytes:
    exact = match[1]
    listed = exact if exact[:1] in b"[n" else b"[%b]" % exact
    return b'"value": %b, "value_json": "%b"' % (listed, exact)


def _listed_facets(match: re.Match[bytes]) -> bytes:
    return b'"facets": [%b]' % _FACET.sub(rb'{"key": \1, "value": \2}', match[1])


def _read_schema() -> pa.Schema:
    """Return the schema with lists of pairs for the facets: Arrow reads no map from JSON."""
    import pyarrow as pa

    columns = schema()
    place = columns.get_field_index("topic")
    pairs = pa.list_(pa.struct([("key", pa.string()), ("value", pa.float64())]))
    fields = [
        field.with_type(pairs) if field.name == "facets" else field for field in columns.field(place).type
    ]
    return columns.set(place, pa.field("topic", pa.struct(fields)))


def _with_maps(topics: pa.ChunkedArray, columns: pa.Schema) -> pa.Array:
    import pyarrow as pa

    topic = topics.combine_chunks()
    kind = columns.field("topic").type
    parts = [topic.field(number) for number in range(kind.num_fields)]
    place = kind.get_field_index("facets")
    pairs = parts[place]
    keys, values = pairs.values.field("key"), pairs.values.field("value")
    parts[place] = pa.MapArray.from_arrays(pairs.offsets, keys, values)
    return pa.StructArray.from_arrays(parts, fields=list(kind), mask=topic.is_null())
