"""Records in Parquet: the one description of their columns, and the way there and back.

What a record can only say in JSON is kept exactly as JSON text beside the typed column: the
value of a quantity (``value_json``, an integer of any size or a float) and the columns carried
along (``columns``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from nhsa_nlp.record import LetterRecord, Record

if TYPE_CHECKING:
    import pyarrow as pa

LETTER_FIELDS = tuple(name for name in LetterRecord.__annotations__ if name != "sections")
"""The fields of a letter, in order, but for its sections."""


def is_schema(columns: pa.Schema) -> bool:
    """Tell whether a Parquet file with these columns is one of records, by this version or 0.2.0."""
    return any(columns.equals(known) for known in (schema(), schema(current=False), schema(texts=True)))


def schema(*, current: bool = True, texts: bool = False) -> pa.Schema:
    """Return the columns of a Parquet file of records; those of 0.2.0 lacked ``request`` and ``also``.

    With ``texts`` the raw text is the last one.
    """
    import pyarrow as pa

    text, number, whole, flag = pa.string(), pa.float64(), pa.int64(), pa.bool_()
    span = [("start", whole), ("end", whole)]
    alternative = pa.struct([("label", text), ("probability", number)])
    request = [("request", flag)] if current else []
    also = [("also", pa.list_(text))] if current else []
    evidence = pa.struct([*span, ("text", text), ("facet", text), ("weight", number), *request])
    topic = [
        *(("label", text), ("probability", number), ("facets", pa.map_(text, number))),
        *(("alternatives", pa.list_(alternative)), ("review", flag), ("reason", text)),
        ("evidence", pa.list_(evidence)),
    ]
    entity = [
        *(*span, ("label", text), ("text", text), ("title", text), ("alias", flag), ("ref", text)),
        *(("doc_no", text), ("normalized", text), ("value", pa.list_(number)), ("value_json", text)),
        *(("unit", text), ("op", text)),
        *also,
    ]
    sections = pa.list_(pa.struct([*span, ("title", text)]))
    special = {"consulted": pa.list_(text), "sections": sections}
    letter = [(name, special.get(name, text)) for name in LetterRecord.__annotations__]
    return pa.schema(
        [
            *(("id", text), ("source", text), ("sha256", text), ("chars", whole)),
            *(("topic", pa.struct(topic)), ("entities", pa.list_(pa.struct(entity)))),
            ("letter", pa.struct(letter)),
            ("model", pa.struct([("name", text), ("version", text)])),
            ("columns", text),
            *([("text", text)] if texts else []),
        ]
    )


_FIELDS = {
    "POLICY": ("title", "alias", "ref", "doc_no"),
    "DOC_NO": ("normalized",),
    "QUANTITY": ("value", "unit", "op"),
}
"""What an entity has besides its place, label and text, by label."""


def to_row(record: Record) -> dict[str, Any]:
    """Return a record as a row of `schema`."""
    row: dict[str, Any] = dict(record)
    topic, columns = record["topic"], record.get("columns")
    row["topic"] = topic and {**topic, "facets": list(topic["facets"].items())}
    row["entities"] = [_entity_row(entity) for entity in record["entities"]]
    row["columns"] = None if columns is None else json.dumps(columns, ensure_ascii=False)
    return row


def to_record(row: Mapping[str, Any]) -> Record:
    """Return a row of `schema` as the record that it was made from."""
    record = {name: value for name, value in row.items() if name != "text"}
    if record["topic"] is not None:
        record["topic"] = {**record["topic"], "facets": dict(record["topic"]["facets"])}
    record["entities"] = [_entity(entity) for entity in record["entities"]]
    columns = record.pop("columns")
    if columns is not None:
        record["columns"] = json.loads(columns)
    return cast(Record, record)


def _entity_row(entity: Mapping[str, Any]) -> Mapping[str, Any]:
    if "value" not in entity:
        return entity
    value = entity["value"]
    plain = type(value) in (int, float) and value - value == 0
    exact = repr(value) if plain else json.dumps(value)  # which is the same for a finite number, but slow
    values = value if isinstance(value, list) else [value]
    return {**entity, "value": None if value is None else list(map(float, values)), "value_json": exact}


def _entity(row: Mapping[str, Any]) -> dict[str, Any]:
    entity = {name: row[name] for name in ("start", "end", "label", "text")}
    entity.update({name: row[name] for name in _FIELDS.get(entity["label"], ())})
    if "value" in entity:
        entity["value"] = json.loads(row["value_json"])
    if row.get("also"):
        entity["also"] = row["also"]
    return entity
