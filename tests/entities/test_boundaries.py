"""Where the grammar stops: the longest title, the nearest number, the last share that is rounded."""

from __future__ import annotations

from typing import Any

import pytest

from nhsa_nlp.entities.doc_numbers import find_doc_numbers
from nhsa_nlp.entities.grammar import find_entities, read_entity
from nhsa_nlp.entities.quantities import find_quantities
from nhsa_nlp.entities.titles import find_titles


def titles(text: str) -> list[str]:
    """Return the titles found, as they stand in the text."""
    return [text[title.start : title.end] for title in find_titles(text)[0]]


def numbers(text: str) -> list[str]:
    return [number.normalized for number in find_doc_numbers(text)]


def quantities(text: str) -> list[tuple[Any, str, str]]:
    return [(found.json_value(), found.unit, found.op) for found in find_quantities(text)]


# --- titles -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"《{'甲' * 157}办法》", f"《{'甲' * 157}办法》"),
        (f"《{'甲' * 158}办法》", f"{'甲' * 158}办法》"),  # the opening mark is too far off
        ("《甲乙丙丁戊己庚辛》", "《甲乙丙丁戊己庚辛》"),
        ("《甲乙丙丁戊己庚》", None),
        ("印发《甲乙》", "《甲乙》"),
        ("《甲乙》第三条", "《甲乙》"),
        ("《甲乙》", None),
        (f"《甲办法（{'试' * 24}）》", f"《甲办法（{'试' * 24}）》"),
        (f"《甲办法（{'试' * 25}）》", f"《甲办法（{'试' * 25}）》"),  # long enough without its kind
        ("《办法（试）2021》", "《办法（试）2021》"),
        ("《》", None),
        ("根据，甲乙办法》", "甲乙办法》"),
        ("根据，甲办法》", None),
        (f"根据《{'甲' * 78}办法，", f"《{'甲' * 78}办法"),
        (f"根据《{'甲' * 79}办法，", f"《{'甲' * 79}办法"),
        (f"根据《{'甲' * 80}办法，", f"《{'甲' * 80}办法"),
        (f"根据《{'甲' * 81}办法，", None),
        ("根据《甲法，", None),
        ("根据《甲乙办法，", "《甲乙办法"),
        ("中华人民共和国甲法", None),
        ("中华人民共和国甲乙法", "中华人民共和国甲乙法"),
        (f"中华人民共和国{'甲' * 16}法", f"中华人民共和国{'甲' * 16}法"),
        (f"中华人民共和国{'甲' * 17}法", None),
        (f"关于{'甲' * 4}通知（医保发〔2021〕5号）", f"关于{'甲' * 4}通知"),
        (f"关于{'甲' * 3}通知（医保发〔2021〕5号）", None),
        (f"关于{'甲' * 156}通知（医保发〔2021〕5号）", f"关于{'甲' * 156}通知"),
        (f"关于{'甲' * 157}通知（医保发〔2021〕5号）", None),
        ("关于甲乙丙丁通知（医〔2021〕5号）", None),
        (f"关于甲乙丙丁通知（{'医' * 9}〔2021〕12345号）", "关于甲乙丙丁通知"),
        (f"关于甲乙丙丁通知（{'医' * 10}〔2021〕5号）", None),
        ("关于甲乙丙丁通知（医保发〔2021〕123456号）", None),
        ("国务院办公厅关于甲乙丙丁通知（国办发〔2021〕5号）", "国务院办公厅关于甲乙丙丁通知"),
        ("按照国务院关于甲乙丙丁通知（国发〔2021〕5号）", "国务院关于甲乙丙丁通知"),
    ],
)
def test_title(text: str, found: str | None) -> None:
    assert titles(text) == ([] if found is None else [found])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("《关于印发《甲》的通知》", ["《关于印发《甲》的通知》"]),
        ("《关于印发〈甲办法〉的通知》", ["《关于印发〈甲办法〉的通知》"]),
        ("《甲办法》、《乙办法》", ["《甲办法》", "《乙办法》"]),
        ("《甲办法、《乙办法》", ["《甲办法", "《乙办法》"]),
        ("<<甲办法>>", ["<<甲办法>>"]),
        ("<甲办法>", ["<甲办法>"]),
        ("<甲>", []),
        ("【甲乙办法》", ["【甲乙办法》"]),
        ("《甲办法。乙》", ["《甲办法"]),
        ("a<b>c", []),
    ],
)
def test_marks_of_titles(text: str, found: list[str]) -> None:
    assert titles(text) == found


# --- numbers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("甲乙丙丁戊己庚辛发〔2021〕5号", "甲乙丙丁戊己庚辛发〔2021〕5号"),
        ("甲乙丙丁戊己庚辛壬发〔2021〕5号", None),
        ("发〔2021〕5号", None),
        ("甲发〔2021〕5号", "甲发〔2021〕5号"),
        ("医保" + "甲" * 9 + "发〔2021〕5号", "医保" + "甲" * 9 + "发〔2021〕5号"),
        ("医保" + "甲" * 10 + "发〔2021〕5号", None),
        ("豫医保" + "甲" * 9 + "〔2021〕5号", "豫医保" + "甲" * 9 + "〔2021〕5号"),
        ("按照医保发〔2021〕5号", "医保发〔2021〕5号"),
        ("医保发〔2021〕12345号", "医保发〔2021〕12345号"),
        ("医保发〔2021〕123456号", None),
        ("医保发〔1899〕5号", None),
        ("医保发〔2021第005号", "医保发〔2021〕5号"),
        ("医保发2021〕5号", "医保发〔2021〕5号"),
        ("医保发12021〕5号", None),
        ("国务院令第735号", "国务院令第735号"),
        ("国务院令第12345号", "国务院令第12345号"),
        ("国务院令第123456号", None),
        ("国务院令第七百三十五号", "国务院令第735号"),
        ("国务院令第一千二百三十五号", None),
        ("国务院令第三三十号", None),
        ("国务院第735号令", "国务院令第735号"),
        ("甲" * 27 + "委员会令第3号", "甲" * 27 + "委员会令第3号"),
        ("甲" * 28 + "委员会令第3号", "甲" * 27 + "委员会令第3号"),
        ("甲" * 28 + "委员会第3号令", "甲" * 27 + "委员会令第3号"),
        ("（89）卫计字第138号", "〔89〕卫计字第138号"),
        ("（1989）" + "甲" * 10 + "字第12345号", "〔1989〕" + "甲" * 10 + "字第12345号"),
        ("（1989）" + "甲" * 11 + "字第1号", None),
        ("（1989）甲字第123456号", None),
        ("（1989）民终字第1号", None),
        ("（2018年第1234号）", "2018年第1234号"),
        ("（2018年第12345号）", None),
        ("2018年第79号公告", "2018年第79号"),
        ("2018年第12345号公告", None),
        ("2018年第79号", None),
    ],
)
def test_document_number(text: str, found: str | None) -> None:
    assert numbers(text) == ([] if found is None else [found])


@pytest.mark.parametrize(("length", "is_linked"), [(18, True), (19, False)])
def test_a_number_belongs_to_the_title_right_before_it(length: int, is_linked: bool) -> None:
    short = "甲" * length
    found: list[Any] = [*find_entities(f"《医疗保障甲办法》（以下简称{short}，医保发〔2021〕5号）")]
    assert [entity["label"] for entity in found] == ["POLICY", "DOC_NO"]
    assert found[0]["doc_no"] == ("医保发〔2021〕5号" if is_linked else None)


@pytest.mark.parametrize(
    ("title", "alias"),
    [
        ("实施指导暂行管理试行若干工作行动总体办法", True),  # 20 characters
        ("实施指导暂行管理试行若干工作药品和耗材办法", False),  # 21
        (f"管理办法（{'试' * 14}）", True),
        (f"办法（{'试' * 16}）", True),
        (f"办法（{'试' * 17}）", False),
        ("医疗保障办法", False),
        ("关于管理办法", False),
    ],
)
def test_a_short_title_is_made_of_a_few_common_words(title: str, alias: bool) -> None:
    found: list[Any] = [*find_entities(f"落实《{title}》。")]
    assert [(policy["label"], policy["alias"]) for policy in found] == [("POLICY", alias)]


# --- quantities -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "op"),
    [
        ("30%以上", "ge"),
        ("30%（含" + "甲" * 6 + "）以上", "ge"),
        ("30%（含" + "甲" * 7 + "）以上", "eq"),
        ("不超过30%左右", "le"),
        ("约30%", "approx"),
        ("约30%以上", "ge"),
        ("多于约30%", "approx"),
        ("高于30%左右", "gt"),
        ("约30个有余", "gt"),
        ("不得超过达到30%", "le"),
        ("不得超过的30%", "eq"),
        ("近五年", "eq"),
        ("达近五年", "approx"),
        ("，近五年", "eq"),
        ("近五个", "approx"),
        ("三年内", "le"),
        ("三年内科", "eq"),
        ("三种内", "eq"),
        ("30多个", "gt"),
        ("30个多来", "gt"),
    ],
)
def test_words_around_a_quantity_bound_it(text: str, op: str) -> None:
    assert [found[2] for found in quantities(text)] == [op]


def test_words_before_the_quantity_before_bound_it_not() -> None:
    assert [found[2] for found in quantities("超过3个5家")] == ["gt", "eq"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("3—5万元", [([30000, 50000], "元", "range")]),
        ("100—10万元", [([1000000, 100000], "元", "range")]),
        ("101—10万元", [([101, 100000], "元", "range")]),
        ("七千到九千亿元", [([700000000000, 900000000000], "元", "range")]),
        ("24:59", []),
        ("25:30", [([25, 30], "比", "eq")]),
        ("12:60", [([12, 60], "比", "eq")]),
        ("12:5", [([12, 5], "比", "eq")]),
        ("之比12:30", [([12, 30], "比", "eq")]),
        ("1:2:3", []),
        ("1/3", [(33.33, "%", "eq")]),
        ("3/2", []),
        ("2/2", []),
        ("9/99", [(9.09, "%", "eq")]),
        ("1/100", []),
        ("一千分之一", [(0.1, "%", "eq")]),
        ("三百分之一", [(0.33, "%", "eq")]),
        ("两千分之一", [(0.05, "%", "eq")]),
        ("八千分之一", [(0.0125, "%", "eq")]),
        ("零分之一", []),
        ("七五折", [(75, "%", "eq")]),
        ("七成六", [(76, "%", "eq")]),
        ("9折", [(90, "%", "eq")]),
        ("10折", [(10, "%", "eq")]),
        ("75折", [(75, "%", "eq")]),
        ("三成半", [(35, "%", "eq")]),
        ("半成", [(5, "%", "eq")]),
        ("另一半", []),
        ("一半", [(50, "%", "eq")]),
        ("366日", [(366, "日", "eq")]),
        ("367日", []),
        ("一市", []),
        ("两市", [(2, "市", "eq")]),
        ("95%CI", []),
        ("5元6角3分", [(5.63, "元", "eq")]),
        ("3年零2个月", [(3.17, "年", "eq")]),
        ("2小时15分", [(2.25, "小时", "eq")]),
        ("2个小时15分", [(2.25, "小时", "eq")]),
        ("1分钟30秒", [(1.5, "分钟", "eq")]),
        ("1斤5两", [(1.5, "斤", "eq")]),
        ("几个省", [(None, "个", "eq")]),
        ("2年半", [(2.5, "年", "eq")]),
        ("2个半月", [(2.5, "月", "eq")]),
        ("-15℃", [(-15, "℃", "eq")]),
        ("3-15℃", [([3, 15], "℃", "range")]),
        ("零下5度", [(-5, "度", "eq")]),
        ("100千瓦", [(100, "千瓦", "eq")]),
        ("4×10^9个", [(4000000000, "个", "eq")]),
        ("七八十个", [([70, 80], "个", "range")]),
        ("三五个", [([3, 5], "个", "range")]),
        ("三六个", []),
        ("五三个", []),
        ("12,345个", [(12345, "个", "eq")]),
        ("每人每年610元", [(610, "元/人/年", "eq")]),
    ],
)
def test_value(text: str, found: list[tuple[Any, str, str]]) -> None:
    assert quantities(text) == found


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("PD-1个", 0),
        ("V2个", 0),
        ("AB2个", 0),
        ("ABC2个", 1),
        ("ABD3个", 1),
        ("第3—5个", 0),
        ("第3个", 0),
        ("A、B、C、D四级", 1),
        ("14×17个", 0),
        ("1+3个", 0),
        ("13部署", 0),
        ("13部", 1),
        ("3种类型", 1),
        ("三种类型", 0),
    ],
)
def test_what_is_part_of_a_code_or_a_word_counts_nothing(text: str, count: int) -> None:
    assert len(quantities(text)) == count


# --- what a model found -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "label", "is_one"),
    [
        ("《甲》", "POLICY", True),
        ("《》", "POLICY", False),
        ("医保发〔2021〕5号", "DOC_NO", True),
        ("医保发", "DOC_NO", False),
        ("医保发〔2021〕5号、医保函〔2021〕6号", "DOC_NO", False),
        ("30%", "QUANTITY", True),
        ("比30%", "QUANTITY", False),
        ("30%的", "QUANTITY", False),
        ("30%、40%", "QUANTITY", False),
        ("很好", "QUANTITY", False),
    ],
)
def test_what_a_model_found_must_be_one_entity(raw: str, label: str, is_one: bool) -> None:
    found = read_entity(f"甲{raw}乙", 1, 1 + len(raw), label)
    assert (found is not None) is is_one
    if found is not None:
        assert (found["start"], found["end"], found["text"]) == (1, 1 + len(raw), raw)
