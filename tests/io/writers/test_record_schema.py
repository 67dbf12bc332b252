from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from nhsa_nlp.io.writers.record_schema import schema, to_record, to_row
from nhsa_nlp.record import Record
from tests.io.writers.records import BARE, FULL


@pytest.mark.parametrize("record", [FULL, BARE, {**BARE, "columns": {"n": 2**70, "x": None}}])
def test_a_record_is_the_same_after_a_row_of_the_schema(record: Record) -> None:
    table = pa.Table.from_pylist([to_row(record)], schema())
    (row,) = table.to_pylist()
    assert to_record(row) == record


@pytest.mark.parametrize("value", [10**30, 0.1, [1, 2.5], None])
def test_values_are_exact_beside_the_typed_ones(value: Any) -> None:
    quantity = {
        "start": 0,
        "end": 1,
        "label": "QUANTITY",
        "text": "x",
        "value": value,
        "unit": "",
        "op": "eq",
    }
    row = to_row({**BARE, "entities": [quantity]})  # type: ignore[list-item]
    (entity,) = row["entities"]
    numbers = value if isinstance(value, list) else [value]
    assert entity["value"] == (None if value is None else [float(number) for number in numbers])
    assert to_record({**row, "entities": [{**entity, "title": None}]})["entities"] == [quantity]


def test_custom_labels_have_no_further_fields() -> None:
    entity = {"start": 0, "end": 1, "label": "人名", "text": "x"}
    row = to_row({**BARE, "entities": [entity]})  # type: ignore[list-item]
    (back,) = pa.Table.from_pylist([row], schema()).to_pylist()
    assert to_record(back)["entities"] == [entity]
