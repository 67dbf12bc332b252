from __future__ import annotations

import copy
import json
import subprocess
import sys
from typing import Any

import pyarrow as pa
import pytest

from nhsa_nlp.io.writers.encoded_records import encoded_table
from nhsa_nlp.io.writers.record_schema import schema, to_record, to_row
from tests.io.writers.records import BARE, DECLINED, FULL, with_texts


def encoded(record: Any) -> bytes:
    return json.dumps(record, ensure_ascii=False).encode()


def with_facets(facets: dict[str, float]) -> Any:
    record = copy.deepcopy(FULL)
    record["topic"]["facets"] = facets
    return record


def with_columns(columns: dict[str, object]) -> Any:
    return {**FULL, "columns": columns}


def with_values(*values: object) -> Any:
    record = copy.deepcopy(FULL)
    quantity = next(entity for entity in record["entities"] if "value" in entity)
    record["entities"] = [{**quantity, "value": value} for value in values]
    return record


@pytest.mark.parametrize(
    "records",
    [
        [FULL, DECLINED, BARE],
        [BARE, BARE],
        [BARE, FULL],
        [
            with_texts(FULL, text)
            for text in ('"value": 3, "unit": "', '}, "columns": {', "\\", '\\"', "\n\t")
        ],
        [with_facets({"value": 0.5, "columns": 1.0}), with_facets({'"facets": {': 1e-07, "a, b}": 0.0})],
        [with_facets({"unit": 0.1}), with_facets({"价\\": 0.25}), with_facets({'"facets": {"a": 1}': 0.5})],
        [with_columns({"value": 3, "unit": "元"}), with_columns({}), with_columns({"columns": {"a": '"'}})],
        [with_columns({"topic": {"columns": {}}, "facets": {"医保": 1}}), with_columns({"n": 2**70})],
        [with_values(0, -1.5, 1e-07, 1e22, 10**30, None, [], [1, 2.5], [-3, 1e300])],
    ],
)
def test_encoded_records_are_the_same_table_as_the_objects(records: list[Any]) -> None:
    table = encoded_table(list(map(encoded, records)))
    assert table.equals(pa.Table.from_pylist(list(map(to_row, records)), schema()))
    assert list(map(to_record, table.to_pylist())) == records


def test_no_library_of_data_frames_is_imported_for_it() -> None:
    code = (
        "import sys; from nhsa_nlp.io.writers.encoded_records import encoded_table\n"
        "encoded_table([sys.stdin.buffer.read()]); print('pandas' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], input=encoded(FULL), capture_output=True, check=True)
    assert run.stdout.strip() == b"False"
