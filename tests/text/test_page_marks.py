from __future__ import annotations

import csv

import pytest

from nhsa_nlp.data.corpus import read_replies
from nhsa_nlp.text import clean
from tests.paths import RESOURCES, TRAINING_DATA


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("促一2一进多层次医疗保障", "促进多层次医疗保障"),
        ("聚焦本地区重点—2—工作", "聚焦本地区重点工作"),
        ("，基于—５—药品", "，基于药品"),
        ("难以一—3—步实现的", "难以一步实现的"),
        ("资源供给等方一—3一面影响", "资源供给等方面影响"),
        ("国办发—3—（2019]10号", "国办发〔2019〕10号"),
        ("投资1.8—4—万亿元", "投资1.8万亿元"),
        ("第一段。\n— 3 —\n第二段。", "第一段。\n第二段。"),
        ("第一段。\n3\n第二段。", "第一段。\n第二段。"),
        ("第一段。\n第 3 页 共 7 页\n第二段。", "第一段。\n第二段。"),
    ],
)
def test_page_marks_are_removed(raw: str, expected: str) -> None:
    assert clean(raw).text == expected


@pytest.mark.parametrize(
    "raw",
    [
        "年度救助限额达到3一5万元",
        "今年1一5月新增备案",
        "按病种PD-1-抗体",
        "电话010-62-34",
        "2019—2021年",
        "等13部委联合印发",
        "西南5省先行探索",
        "覆盖全国9成以上的统筹地区",
        "应用于指标39“门诊次均费用”",
        "移交司法机关39起、纪检监察机关64件",
        "比例为2:1",
        "增长12.34倍，1,000元",
    ],
)
def test_real_numbers_stay(raw: str) -> None:
    assert clean(raw).text == raw


def test_a_bare_number_is_a_page_mark_only_where_a_page_would_end() -> None:
    page, sentence = "医疗保障基金运行平稳。" * 70, "保险公司积极2开发产品。"
    assert "积极开发" in clean(page + sentence + page).text
    assert "积极2开发" in clean(sentence + page).text
    assert "积极7开发" in clean((page + sentence + page).replace("2", "7")).text


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("，两5部门正研究", "，两部门正研究"),
        ("共追偿3.2万5件，", "共追偿3.2万件，"),
        ("共追偿3万5件，", "共追偿3万5件，"),
    ],
)
def test_a_number_that_cannot_go_on_with_a_digit_shows_a_page_mark(raw: str, cleaned: str) -> None:
    page = "医疗保障基金运行平稳。" * 70
    assert cleaned in clean(page + raw + page).text


def test_every_reply_keeps_its_digits_and_loses_its_page_marks() -> None:
    truth: dict[int, set[tuple[int, int]]] = {}
    with (RESOURCES / "page_marks.tsv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
            truth.setdefault(int(row["row"]), set()).add((int(row["start"]), int(row["end"])))
    found = wrong = 0
    for number, reply in enumerate(read_replies(TRAINING_DATA / "replies.tsv")):
        marks = set(clean(reply.text).page_marks)
        found += len(marks & truth.get(number, set()))
        wrong += len(marks - truth.get(number, set()))
    total = sum(map(len, truth.values()))
    assert total == 205
    assert found >= 0.98 * total
    assert wrong == 0
