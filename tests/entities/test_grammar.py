from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nhsa_nlp.data.corpus import read_replies
from nhsa_nlp.entities.grammar import find_entities, read_entity
from nhsa_nlp.record import is_quantity
from nhsa_nlp.text import clean
from tests.paths import TRAINING_DATA


@pytest.mark.parametrize(
    ("raw", "text", "value", "unit"),
    [
        ("保险业务，10年一4一来已赔付", "10年", 10, "年"),
        ("总额达1.8—4—万亿元的资金", "1.8—4—万亿元", 1800000000000, "元"),
        ("１６％的比例", "１６％", 16, "%"),
    ],
)
def test_page_marks_and_width(raw: str, text: str, value: int, unit: str) -> None:
    (entity,) = find_entities(raw)
    assert is_quantity(entity)
    assert (entity["text"], entity["value"], entity["unit"]) == (text, value, unit)
    assert raw[entity["start"] : entity["end"]] == text


NUMERIC = st.text(
    alphabet="0123456789.,:/%％一二三十百千万亿余多几数半约近超以上下内个种元年月日岁级大成第每人分之点至到-—“”《》（）〔〕号令法",
    max_size=40,
) | st.text(
    alphabet="0123456789.×^⁹·/廿卅零三十百千万亿角圆小时个月不含国务院令字第号初【】《》（）通知人床每",
    max_size=40,
)


@given(NUMERIC)
@settings(max_examples=500)
def test_any_text_gives_ordered_disjoint_slices(raw: str) -> None:
    assert_ordered_disjoint_slices(raw)


def assert_ordered_disjoint_slices(raw: str) -> None:
    end = 0
    for entity in find_entities(raw):
        assert end <= entity["start"] < entity["end"] <= len(raw)
        assert entity["text"] == raw[entity["start"] : entity["end"]]
        end = entity["end"]


REPLIES = [reply.text for reply in read_replies(TRAINING_DATA / "replies.tsv")]


DAMAGE = st.sampled_from(
    [
        "—3—",
        "一2一",
        "4",
        "\n",
        "\r\n",
        "　",
        "１",
        "％",
        "《",
        "》",
        "【",
        "）",
        "“",
        "万",
        "廿",
        "第",
        "号",
        "每人",
    ]
)


@given(st.sampled_from(REPLIES), st.lists(st.tuples(st.integers(0, 400), DAMAGE), max_size=20), st.data())
@settings(max_examples=200)
def test_damaged_replies_give_ordered_disjoint_slices(
    reply: str, damage: list[tuple[int, str]], data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, max(0, len(reply) - 400)))
    raw = reply[start : start + 400]
    for position, surface in damage:
        raw = raw[:position] + surface + raw[position:]
    assert_ordered_disjoint_slices(raw)


@given(NUMERIC)
@settings(max_examples=200)
def test_a_later_paragraph_changes_nothing_before_it(raw: str) -> None:
    before = [(e["start"], e["end"], e["label"]) for e in find_entities(raw + "。\n")]
    after = find_entities(raw + "。\n其他事项另行通知。")
    assert [(e["start"], e["end"], e["label"]) for e in after] == before


def test_entities_are_sorted_and_nothing_lies_inside_a_title() -> None:
    raw = (
        "投入3亿元，印发《关于3年规划的通知》（医保发〔2021〕5号），共5项；您提出的《关于2个问题的建议》收悉"
    )
    assert [(e["label"], e["text"]) for e in find_entities(raw)] == [
        ("QUANTITY", "3亿元"),
        ("POLICY", "《关于3年规划的通知》"),
        ("DOC_NO", "医保发〔2021〕5号"),
        ("QUANTITY", "5项"),
    ]


def test_a_cleaned_text_may_be_handed_over() -> None:
    raw = "保险业务，10年一4一来已赔付１６％"
    assert find_entities(clean(raw)) == find_entities(raw)


@pytest.mark.parametrize(
    ("text", "label", "field", "value"),
    [
        ("《医疗保障法（草案）》", "POLICY", "title", "医疗保障法（草案）"),
        ("国办发【2019］10号", "DOC_NO", "normalized", "国办发〔2019〕10号"),
        ("１６％", "QUANTITY", "value", 16),
    ],
)
def test_what_a_model_has_found_is_normalised(text: str, label: str, field: str, value: str | int) -> None:
    raw = f"甲{text}乙"
    entity = read_entity(raw, 1, len(raw) - 1, label)
    assert entity is not None
    assert (entity["start"], entity["end"], entity["text"], entity["label"]) == (1, len(raw) - 1, text, label)
    assert dict(entity)[field] == value


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("《》", "POLICY"),
        ("第5号", "DOC_NO"),
        ("国办发〔2021〕1号国办发〔2021〕2号", "DOC_NO"),
        ("多项", "QUANTITY"),
        ("共5项", "QUANTITY"),
        ("3年5项", "QUANTITY"),
    ],
)
def test_what_cannot_be_read_is_none(text: str, label: str) -> None:
    assert read_entity(text, 0, len(text), label) is None
