from __future__ import annotations

import copy

import pytest

from nhsa_nlp.io.writers.summary import RecordSummary, quantity, title
from nhsa_nlp.record import PolicyRecord, QuantityRecord, Record
from nhsa_nlp.translation import speaking
from tests.io.writers.records import BARE, FULL


def carrying(name: str, columns: dict[str, object]) -> Record:
    return {**BARE, "id": name, "columns": columns}


def summarised(*records: Record) -> list[dict[str, object]]:
    with RecordSummary() as summary:
        for record in records:
            summary.add(record)
        assert summary.count == len(records)
        columns = [column.heading for column in summary.columns()]
        return [dict(zip(columns, row, strict=True)) for row in summary.rows()]


def test_facets_and_carried_columns_of_all_records_are_columns_of_each() -> None:
    full, bare = summarised(FULL, carrying("b", {"页数": 3, "id": "own", "list": [1, "二"]}))
    assert (full["医保"], bare["医保"]) == (0.97, None)
    assert (full["页数"], bare["页数"]) == (None, 3)
    assert (bare["id"], bare["id (2)"], bare["list"]) == ("b", "own", '[1, "二"]')
    assert full["alternatives"] == "医保 0.21; 三联动 0.10"
    assert full["review"] == "low confidence"
    assert full["evidence"] == ""  # what speaks against a sector is none
    assert full["policies"] == "《关于建立机制的意见》（国办发〔2021〕14号）"


def test_the_head_of_a_mail_is_called_as_the_other_columns_are() -> None:
    mail: dict[str, object] = {"mail_subject": "件", "mail_from": "a@b.cn", "mail_date": None}
    with speaking("zh"):
        (row,) = summarised(carrying("a", mail))
    assert [row[name] for name in ("邮件主题", "发件人", "发送时间")] == [*mail.values()]


def test_the_subject_of_a_row_is_its_title() -> None:
    (row,) = summarised(carrying("a", {"承办人": "张某", "标题": "住院能不能多报一点"}))
    assert row["subject"] == "住院能不能多报一点"


def test_the_weightiest_words_of_each_sector_are_evidence() -> None:
    pieces = [("报销", "医保", 1.0), ("住院", "医保", 2.0), ("住院", "医保", 1.5), ("药", "医药", 0.5)]
    full = copy.deepcopy(FULL)
    full["topic"]["evidence"] = [
        {"text": text, "facet": facet, "weight": weight} for text, facet, weight in pieces
    ]
    (row,) = summarised(full)
    assert row["evidence"] == "医保: 住院 报销; 医药: 药"


def test_five_hundred_columns_are_carried_and_the_rest_in_one() -> None:
    names = [f"c{n}" for n in range(501)]
    (row,) = summarised(carrying("a", dict.fromkeys(names[:500], 1)))
    assert "other columns" not in row
    (row,) = summarised(carrying("a", dict.fromkeys(names, 1)))
    assert row["c499"] == 1
    assert "c500" not in row
    assert row["other columns"] == '{"c500": 1}'


@pytest.mark.parametrize(
    ("value", "unit", "op", "shown"),
    [
        (54680000000, "元", "eq", "54680000000元"),
        (30.5, "%", "gt", ">30.5%"),
        (10, "个", "ge", "≥10个"),
        (10, "个", "lt", "<10个"),
        (10, "个", "le", "≤10个"),
        (10, "个", "approx", "≈10个"),
        ([3, 5.0], "个", "range", "3–5个"),
        ([2, 1], "比", "eq", "2:1"),
        (None, "个", "eq", "几个"),
    ],
)
def test_quantities_for_a_reader(value: object, unit: str, op: str, shown: str) -> None:
    entity = {
        "start": 0,
        "end": 1,
        "label": "QUANTITY",
        "text": "几个",
        "value": value,
        "unit": unit,
        "op": op,
    }
    assert quantity(entity) == shown  # type: ignore[arg-type]
    assert QuantityRecord.__required_keys__ == entity.keys()


def test_a_policy_has_its_full_title_and_number() -> None:
    entity: PolicyRecord = {
        "start": 0,
        "end": 1,
        "label": "POLICY",
        "text": "《意见》",
        "title": "意见",
        "alias": True,
        "ref": None,
        "doc_no": None,
    }
    assert title(entity) == "《意见》"
    assert title({**entity, "ref": "全名"}) == "《全名》"
    assert title({**entity, "ref": "全名", "alias": False, "doc_no": "国令1号"}) == "《意见》（国令1号）"
