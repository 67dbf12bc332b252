from __future__ import annotations

from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import nhsa_nlp
from nhsa_nlp.errors import BundleError
from nhsa_nlp.pipeline.records import Analyser
from tests.paths import LETTERS

TEXT = (LETTERS / "npc-13-4-2020.txt").read_text("utf-8")


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return nhsa_nlp.load_analyser()


def test_a_column_of_pandas_keeps_its_index(analyser: Analyser) -> None:
    column = pd.Series([TEXT, None, float("nan"), ""], index=["a", "b", "c", "d"])
    table = nhsa_nlp.label_column(column, analyser)
    assert list(table.index) == list("abcd")
    record = analyser(TEXT)
    assert record["topic"] is not None
    first = table.loc["a"]
    assert (first["label"], first["医保"]) == (record["topic"]["label"], record["topic"]["facets"]["医保"])
    assert list(first["doc_numbers"]) == ["医保函〔2021〕85号"]
    assert (first["letter_date"], first["letter_kind"]) == ("2021-07-29", "reply")
    assert table["label"].isna().tolist() == [False, True, True, True]
    assert table.loc["d", "reason"] == "too_short"


@pytest.mark.parametrize("make", [pl.Series, pa.array, pa.chunked_array, list, tuple, iter])
def test_other_columns_give_tables_of_their_kind(analyser: Analyser, make: type) -> None:
    values = [TEXT, None]
    table: Any = nhsa_nlp.label_column(make([values] if make is pa.chunked_array else values), analyser)
    assert isinstance(table, pl.DataFrame if make is pl.Series else pa.Table)
    rows = table.to_dicts() if isinstance(table, pl.DataFrame) else table.to_pylist()
    first, second = rows
    assert (first["letter_number"], first["quantities"][0]) == ("医保函〔2021〕85号", "6年")
    assert set(second.values()) == {None}


def test_a_text_that_cannot_be_labelled_costs_no_other(analyser: Analyser) -> None:
    table = nhsa_nlp.label_column(["\ud800", TEXT], analyser)
    assert table["error"][0].as_py()
    assert table["label"][0].as_py() is None
    assert table["label"][1].as_py() is not None


def test_an_empty_column_is_an_empty_table(analyser: Analyser) -> None:
    table = nhsa_nlp.label_column([], analyser)
    assert table.num_rows == 0
    assert "label" in table.column_names


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pa.table])
def test_a_table_is_refused(analyser: Analyser, make: Any) -> None:
    with pytest.raises(TypeError, match=r'is a table; give a column of texts, such as table\["text"\]'):
        nhsa_nlp.label_column(make({"text": [TEXT]}), analyser)


def test_a_pipeline_is_no_analyser() -> None:
    with pytest.raises(TypeError, match=r"give load_analyser\(\), not load\(\)"):
        nhsa_nlp.label_column([TEXT], nhsa_nlp.load())  # type: ignore[arg-type]


@pytest.mark.parametrize("text", [None, b"text"])
def test_an_analyser_takes_strings_only(analyser: Analyser, text: Any) -> None:
    with pytest.raises(TypeError, match=f"text must be a string, not {type(text).__name__}"):
        analyser(text)


def test_a_file_is_no_model_folder() -> None:
    with pytest.raises(BundleError, match=rf"{LETTERS.name}.*\.txt: is not a model folder$"):
        nhsa_nlp.load_analyser(LETTERS / "npc-13-4-2020.txt")


@pytest.mark.parametrize("text", ["医保", b"text", {"a": "医保"}])
def test_what_is_no_column_is_refused(analyser: Analyser, text: Any) -> None:
    with pytest.raises(TypeError, match="is no column of texts"):
        nhsa_nlp.label_column(text, analyser)
