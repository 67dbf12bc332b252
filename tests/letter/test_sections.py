from __future__ import annotations

import re

import pytest

from nhsa_nlp.letter import parse_letter
from tests.letter.letters import PROVINCIAL, titles

NUMERALS = [*"一二三四五六七八九十", "十一", "十二"]

SECTIONS: dict[str, tuple[str, list[str]]] = {
    "lists are none": ("工作如下。一是做好统筹。二是加强监管。一、二、三级医院均已接入。", []),
    "the end of a word": ("标准全国统一、数据两级集中，作为条件之一、范围扩大。", []),
    "no sentence ends before it": ("各地按照要求二、推进改革，优化服务。", []),
    "the end of a word, on a new line": ("信息平台实现了标准全国统\n一、数据两级集中，运行平稳。", []),
    "page marks before the number": (
        "更好保障权益。\n\n6一、关于甲的建议\n国家重视。一2一二、关于乙的建议\n国家重视。",
        ["关于甲的建议", "关于乙的建议"],
    ),
    "dashes of a page mark whose number was lost": (
        "一、总体要求\n国家重视。一二、主要任务\n国家重视。",
        ["总体要求", "主要任务"],
    ),
    "a number is missing": (
        "一、关于甲的建议\n国家重视。\n四、关于丁的建议\n国家重视。",
        ["关于甲的建议", "关于丁的建议"],
    ),
    "other marks": ("一．总体要求\n坚持原则。\n二，主要任务\n落实责任。", ["总体要求", "主要任务"]),
    "more than ten": (
        "".join(f"{number}、关于{number}号事项的建议\n国家重视。\n" for number in NUMERALS),
        [f"关于{number}号事项的建议" for number in NUMERALS],
    ),
    "those of an annex are none": (
        "一、总体要求\n坚持。\n二、任务\n落实。\n国家医疗保障局\n2021年5月1日\n附件\n一、甲\n二、乙\n三、丙",
        ["总体要求", "任务"],
    ),
    "those of an annex to an unsigned document are none": (
        "一、总体要求\n坚持。\n二、任务\n落实。\n附件\n一、甲\n国家重视。\n二、乙\n国家重视。\n三、丙\n国家重视。",
        ["总体要求", "任务"],
    ),
}


@pytest.mark.parametrize("case", SECTIONS)
def test_sections(case: str) -> None:
    raw, expected = SECTIONS[case]
    assert titles(parse_letter(raw)) == expected


def test_sections_of_a_provincial_letter_end_before_the_closing_words() -> None:
    sections = parse_letter(PROVINCIAL)["sections"]
    assert [section["title"] for section in sections] == ["工作情况", "下一步打算"]
    assert PROVINCIAL[sections[-1]["start"] : sections[-1]["end"]] == "二、下一步打算\n我局将继续推进。\n"


@pytest.mark.parametrize(
    ("between", "is_one"),
    [
        ("\n二、", True),
        ("。二、", True),
        ("？二、", True),
        ("。”二、", True),
        ("”二、", False),
        ("”\n二、", True),
        ("，\n二、", False),
        ("很好二、", False),
        ("很好\n二、", True),
        ("很好\n之二、", False),
        ("。二．", False),
        ("\n二．", True),
        ("。二.关于", True),
        ("\n二，", True),
        ("很好二、关于", True),
        ("统一二、关于", True),
        ("\n统二、", False),
        ("。二、三、", False),
        ("\n二、级", False),
        ("。12一二、", True),
        ("。123—二、", True),
        ("。1234—二、", False),
        ("。———二、", True),
        ("。二二、", False),
    ],
)
def test_where_a_section_begins(between: str, is_one: bool) -> None:
    raw = f"一、关于甲的建议\n国家重视{between}乙的问题\n国家重视。"
    sections = parse_letter(raw)["sections"]
    assert len(sections) == 1 + is_one
    if is_one:
        assert re.match("二", raw[sections[1]["start"] :])


@pytest.mark.parametrize(
    ("numbers", "kept"),
    [
        ("一 二 三", "一 二 三"),
        ("一 三 二 四", "一 二 四"),
        ("二 一 二 三", "一 二 三"),
        ("一 九 二 三", "一 二 三"),
        ("一 一", "一"),
        ("九 十 十一 十九 二十 二十一 九十九", "九 十 十一 十九 二十 二十一 九十九"),
        ("一 二 三 一 二 三 四 五", "一 二 三"),
        ("一 三 一 二 三 四", "一 二 三 四"),
        ("三 一 三 一 二", "一 三"),
    ],
)
def test_the_longest_run_of_rising_numbers_counts(numbers: str, kept: str) -> None:
    raw = "".join(f"{number}、关于甲的建议\n国家重视。\n" for number in numbers.split())
    found = [raw[section["start"] :].partition("、")[0] for section in parse_letter(raw)["sections"]]
    assert " ".join(found) == kept


def test_of_one_number_said_twice_the_first_counts() -> None:
    raw = "".join(f"{number}的建议\n国家重视。\n" for number in ("一、关于甲", "一、关于乙", "二、关于丙"))
    assert titles(parse_letter(raw)) == ["关于甲的建议", "关于丙的建议"]
