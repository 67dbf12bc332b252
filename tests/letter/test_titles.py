from __future__ import annotations

import pytest

from nhsa_nlp.letter import parse_letter
from tests.letter.letters import titles

TITLES: dict[str, tuple[str, list[str]]] = {
    "titles with a full stop": (
        "一、关于规范支付范围。国家建立制度。\n二、关于坚持定位。党中央提出要求。",
        ["关于规范支付范围", "关于坚持定位"],
    ),
    "a ratio in a title": ("一、按6：3：1出资\n二、按疗效付费\n", ["按6：3：1出资", "按疗效付费"]),
    "subsections behind a title with a year": (
        "一、总体目标和到2025年实现的任务（一）促进治理。",
        ["总体目标和到2025年实现的任务"],
    ),
    "subsections": ("一、深化改革，提升基金使用效率（一）促进治理。", ["深化改革，提升基金使用效率"]),
    "a title broken behind quotation marks": (
        "一、关于“建立缴费机制”\n\n的建议居民医保实行财政补助和个人缴费相结合的筹资方式。",
        ["关于“建立缴费机制”的建议"],
    ),
    "one line": (
        "一、关于甲的建议近年来，工作推进。二、关于乙的问题您提出的建议很好。",
        ["关于甲的建议", "关于乙的问题"],
    ),
}


@pytest.mark.parametrize("case", TITLES)
def test_titles(case: str) -> None:
    raw, expected = TITLES[case]
    assert titles(parse_letter(raw)) == expected


# What follows is about lengths: 甲 and 乙 are no words that end or begin anything.


def title(text: str) -> str:
    (section,) = parse_letter(f"一、{text}")["sections"]
    return section["title"]


@pytest.mark.parametrize(("length", "is_whole"), [(44, True), (45, True), (46, False)])
def test_a_short_line_is_a_title_whatever_it_holds(length: int, is_whole: bool) -> None:
    line = "关于甲的建议您提出的意见"
    line += "乙" * (length - len(line))
    assert title(f"{line}\n国家重视。") == (line if is_whole else "关于甲的建议")


@pytest.mark.parametrize(("length", "is_whole"), [(99, True), (100, False)])
def test_a_line_that_is_too_long_is_no_title(length: int, is_whole: bool) -> None:
    line = "甲" * 60 + "，" + "乙" * (length - 61)
    assert title(f"{line}\n国家重视。") == (line if is_whole else "甲" * 60)


@pytest.mark.parametrize(("length", "is_whole"), [(39, True), (40, True), (41, False)])
def test_without_a_line_a_short_sentence_is_the_title_or_its_first_clause(
    length: int, is_whole: bool
) -> None:
    sentence = "甲甲甲甲甲甲，" + "乙" * (length - 7)
    assert title(f"{sentence}。国家重视。") == (sentence if is_whole else "甲甲甲甲甲甲")


@pytest.mark.parametrize(("length", "is_whole"), [(40, True), (45, True), (46, False)])
def test_a_text_that_ends_without_a_stop_may_be_longer(length: int, is_whole: bool) -> None:
    text = "甲甲甲甲甲甲，" + "乙" * (length - 7)
    assert title(text) == (text if is_whole else "甲甲甲甲甲甲")


def test_a_clause_has_four_characters() -> None:
    behind = "乙" * 50
    assert title(f"甲甲甲，{behind}，丙。") == f"甲甲甲，{behind}"
    assert title(f"甲甲甲甲，{behind}，丙。") == "甲甲甲甲"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("关于“甲。乙”的建议您提出的很好。", "关于“甲。乙”的建议"),
        ("关于“甲的建议您提出的很好。", "关于“甲的建议"),
        ("关于（甲《乙》丙）的建议您提出的很好。", "关于（甲《乙》丙）的建议"),
        ("按3:1出资。国家重视。", "按3:1出资"),
        ("完善制度：国家重视。", "完善制度"),
        ("完善制度；国家重视。", "完善制度"),
        ("完善制度一是重视。", "完善制度"),
        ("完善制度1.重视。", "完善制度"),
        ("提高1.5倍。国家重视。", "提高1.5倍"),
        ("完善制度\n国家重视。", "完善制度"),
        ("完善\n制度国家重视。", "完善"),
        ("完善的\n制度\n国家重视。", "完善的制度"),
        ("完善和\n制度\n国家重视。", "完善和制度"),
        ("完善关于\n制度\n国家重视。", "完善关于制度"),
    ],
)
def test_what_a_title_may_hold(text: str, expected: str) -> None:
    assert title(text) == expected


@pytest.mark.parametrize(
    ("end", "behind", "is_found"),
    [
        # What a title ends with counts, and so does what a sentence begins with.
        ("的建议", "国家重视", True),
        ("的建议", "甲乙丙丁", True),
        ("建议", "2021年印发", True),
        ("机制", "2021年印发", True),
        ("机制", "按照党中央部署，印发", True),
        ("机制", "甲乙丙丁", False),
        ("管理", "2021年印发", True),
        ("管理", "按照党中央部署，印发", True),
        ("加强", "2021年印发", False),
        ("加强", "您提出的", False),
        ("甲乙", "您提出的", True),
        ("甲乙", "2021年印发", True),
        ("甲乙", "按照党中央部署，印发", True),
        ("甲乙", "国家医保局会同财政部印发", True),
        ("甲乙", "《甲办法》明确", True),
        ("将药品乙", "2021年印发", False),
        ("将药品纳入管理", "2021年印发", True),
    ],
)
def test_a_title_ends_where_both_sides_say_so(end: str, behind: str, is_found: bool) -> None:
    before = f"甲丙丁戊己庚辛壬{end}"
    rest = "，" + "乙" * 60 + "。"
    found = title(f"{before}{behind}{rest}")
    assert (found == before) is is_found


@pytest.mark.parametrize(("length", "is_found"), [(3, False), (4, True), (5, True)])
def test_a_title_of_few_characters_is_unlikely(length: int, is_found: bool) -> None:
    before = "甲乙丙丁戊"[:length]
    assert (title(f"{before}2021年印发，{'乙' * 60}。") == before) is is_found


def test_words_to_the_reader_end_a_title_even_within_its_line() -> None:
    line = "甲乙丙丁戊己您提出的" + "乙" * 40
    assert title(f"{line}\n国家重视。") == "甲乙丙丁戊己"
    line = "甲乙丙丁戊己2021年" + "乙" * 40
    assert title(f"{line}\n国家重视。") == line
