from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nhsa_nlp.errors import InputError
from nhsa_nlp.io import read_documents
from tests.io.tables.tables import places, read


def test_a_row_is_a_document_with_its_other_columns_as_json_has_them(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    table = pa.table(
        {
            "id": pa.array([3, 4]),
            "正文": ["医保", "异地就医"],
            "day": [datetime.date(2020, 1, 2), None],
            "at": [datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)] * 2,
            "price": [Decimal("1.50"), None],
            "f": [float("nan"), 1.5],
            "s": [{"x": [1, 2]}, None],
            "m": pa.array([[("k", 1)], []], pa.map_(pa.string(), pa.int64())),
            "raw": [b"\x00\xff", b""],
            "kind": pa.array(["a", "b"]).dictionary_encode(),
        }
    )
    pq.write_table(table, path)
    documents, errors = read(path)
    assert not errors
    assert [(d.id, d.text) for d in documents] == [("3", "医保"), ("4", "异地就医")]
    assert documents[0].columns == {
        "day": "2020-01-02",
        "at": "2020-01-01T00:00:00+00:00",
        "price": "1.50",
        "f": None,
        "s": {"x": [1, 2]},
        "m": [["k", 1]],
        "raw": "AP8=",
        "kind": "a",
    }
    assert documents[1].columns["s"] is None


def test_rows_without_a_text_and_damaged_row_groups_are_reported(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"text": ["一", None, "三", "四"]}), path, row_group_size=1)
    data = path.read_bytes()
    path.write_bytes(data[:4] + b"\xff" * 20 + data[24:])
    documents, errors = read(path)
    assert [document.text for document in documents] == ["三", "四"]
    assert places(documents) == ["row=3", "row=4"]
    assert errors[0].startswith(": rows 1 to 1 cannot be read: ")
    assert errors[1] == "#row=2: the text is empty; nothing to read"


FAR = pa.array([0, 3_000_000, 1], pa.int32()).cast(pa.date32())  # in the year 10183


@pytest.mark.parametrize(
    "column",
    [
        FAR,
        pa.array([0, 2**62, 1], pa.int64()).cast(pa.timestamp("us", "UTC")),
        pa.array([0, -(2**40), 1], pa.int64()).cast(pa.timestamp("s")),
        pa.array([0, 2**62, 1], pa.int64()).cast(pa.duration("s")),
        pa.StructArray.from_arrays([FAR], ["day"]),
        pa.ListArray.from_arrays([0, 1, 2, 3], FAR),
        pa.Array.from_buffers(pa.string(), 3, [None, *pa.array([b"a", b"\xff", b"c"]).buffers()[1:]]),
    ],
    ids=lambda column: str(column.type),
)
def test_a_value_that_python_does_not_know_costs_its_row_alone(tmp_path: Path, column: pa.Array) -> None:
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"text": ["一", "二", "三"], "c": column}), path)
    documents, errors = read(path)
    assert places(documents) == ["row=1", "row=3"]
    (error,) = errors
    assert error.startswith("#row=2: the column 'c' has a value that cannot be read (")
    assert "\n" not in error


def test_nanoseconds_are_read_in_microseconds(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    number = pa.array([1_234_567_891_234_567_891], pa.int64())
    columns = {"at": number.cast(pa.timestamp("ns")), "for": number.cast(pa.duration("ns"))}
    pq.write_table(pa.table({"text": ["一"], **columns}), path)
    (document,), errors = read(path)
    assert not errors
    assert document.columns == {"at": "2009-02-13T23:31:31.234567", "for": 1234567891.234567}


def test_a_long_text_that_all_rows_share_is_not_multiplied(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    shared = pa.DictionaryArray.from_arrays(pa.array([0] * 2000, pa.int32()), ["医" * 1_000_000])
    pq.write_table(pa.table({"text": shared, "id": pa.array(range(2000))}), path, store_schema=False)
    before = pa.total_allocated_bytes()
    documents = read_documents([path])
    assert len(next(documents).text) == 1_000_000
    # a batch of 64 of them is 192 MB
    assert pa.total_allocated_bytes() - before < 100_000_000


@pytest.mark.parametrize("data", [b"", b"PAR1" + b"\xff" * 100 + b"PAR1", "医保".encode() * 100])
def test_what_is_no_parquet_file_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "t.parquet"
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"is empty|is not a Parquet file, or cut off") as caught:
        list(read_documents([path]))
    assert "\n" not in str(caught.value)


def test_a_table_without_text_or_rows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"a": [1]}), path)
    with pytest.raises(InputError, match="its columns are 'a'"):
        list(read_documents([path]))
    pq.write_table(pa.table({"text": pa.array([], pa.string())}), path)
    with pytest.raises(InputError, match="is empty"):
        list(read_documents([path]))
