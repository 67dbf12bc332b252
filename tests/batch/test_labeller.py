from __future__ import annotations

import json
import pickle
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from nhsa_nlp.batch import Labeller

TEXT = "国家医保局印发《关于做好医保工作的通知》（医保发〔2021〕5号），追回医保基金188.4亿元。"
ROWS = {"name": ["a", "b", "c"], "body": [TEXT, None, " "]}
ADDED = ["nhsa_label", "nhsa_probability", "nhsa_review", "nhsa_record", "nhsa_failure"]


@pytest.fixture(scope="module")
def labeller() -> Labeller:
    return Labeller(text_column="body", id_column="name")


def check(columns: Mapping[str, Any]) -> None:
    record = json.loads(str(columns["nhsa_record"][0]))
    assert record["id"] == "a"
    assert [entity["label"] for entity in record["entities"]] == ["POLICY", "DOC_NO", "QUANTITY"]
    assert columns["nhsa_label"][0] == record["topic"]["label"]
    assert columns["nhsa_probability"][0] == record["topic"]["probability"]
    assert columns["nhsa_failure"] == [None, "has no text", "is empty; nothing to read"]
    assert columns["nhsa_record"][1:] == [None, None]


def test_a_batch_keeps_its_kind_and_gets_columns(labeller: Labeller) -> None:
    lists = labeller(ROWS)
    check(lists)
    assert list(lists) == ["name", "body", *ADDED]

    arrays = labeller({name: np.array(column, dtype=object) for name, column in ROWS.items()})
    assert all(isinstance(column, np.ndarray) for column in arrays.values())
    check({name: column.tolist() for name, column in arrays.items()})

    table = labeller(pa.table(ROWS))
    assert isinstance(table, pa.Table)
    check(table.to_pydict())

    frame = labeller(pd.DataFrame(ROWS, index=[7, 8, 9]))
    assert list(frame.index) == [7, 8, 9]
    check({name: frame[name].replace({np.nan: None}).tolist() for name in ADDED})


def test_it_can_be_pickled_before_and_after_it_was_used(labeller: Labeller) -> None:
    labeller(ROWS)
    data = pickle.dumps(labeller)
    assert len(data) < 1000
    check(pickle.loads(data)(ROWS))  # noqa: S301


def test_an_id_that_is_not_unicode_costs_no_batch() -> None:
    table = Labeller(id_column="id")({"text": [TEXT], "id": ["\ud800"]})
    assert json.loads(table["nhsa_record"][0].encode("utf-8"))["id"] == "\ufffd"


def test_a_batch_that_is_none_is_refused(labeller: Labeller) -> None:
    with pytest.raises(TypeError, match="body is one text, not a column; map with batched=True"):
        labeller({"name": "a", "body": TEXT})
    with pytest.raises(KeyError):
        labeller({"text": [TEXT]})
    with pytest.raises(TypeError, match="a batch is"):
        labeller([TEXT])
