from __future__ import annotations

import csv
from collections.abc import Iterable

import pytest

from nhsa_nlp.data.corpus import read_replies
from nhsa_nlp.text import clean, find_page_marks
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


# What follows are texts of one character, in which only numbers and their places can tell.


def text_with(marks: Iterable[tuple[int, str]], length: int = 6000) -> str:
    """Return a text that has these strings at these places."""
    text = ""
    for place, mark in marks:
        text += "医" * (place - len(text)) + mark
    return text + "医" * (length - len(text))


def removed(*marks: tuple[int, str]) -> str:
    """Return the numbers taken for page marks."""
    text = text_with(marks)
    return " ".join(text[start:end] for start, end in find_page_marks(text))


@pytest.mark.parametrize(
    ("place", "number", "is_mark"),
    [
        (379, "2", False),
        (380, "2", True),
        (1150, "2", True),
        (1151, "2", False),
        (759, "3", False),
        (760, "3", True),
        (2300, "3", True),
        (2301, "3", False),
        (1800, "4", False),
    ],
)
def test_one_bare_number_must_stand_where_its_page_can_end(place: int, number: str, is_mark: bool) -> None:
    assert removed((place, number)) == (number if is_mark else "")


@pytest.mark.parametrize(
    ("following", "distance", "both"),
    [
        ("3", 379, False),
        ("3", 380, True),
        ("3", 1150, True),
        ("3", 1151, False),
        ("4", 2 * 380 - 1, False),
        ("4", 2 * 380, True),
        ("4", 2 * 1150, True),
        ("4", 2 * 1150 + 1, False),
        ("5", 3 * 800, False),
        ("5“", 3 * 380 - 1, False),
        ("5“", 3 * 380, True),
        ("5“", 3 * 1150, True),
        ("5“", 3 * 1150 + 1, False),
        ("6“", 4 * 800, False),
    ],
)
def test_the_next_number_stands_pages_further_on(following: str, distance: int, both: bool) -> None:
    """Each number missing between two counts against them; one before a quotation stands out more."""
    number = following[0]
    assert removed((700, "2"), (701 + distance, following)) == (f"2 {number}" if both else "2")


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [("7", ""), ("78", ""), ("789", "7 8 9"), ("56", ""), ("567", "5 6 7"), ("456", "4 5 6")],
)
def test_a_fragment_may_begin_on_any_page_if_enough_numbers_go_on(numbers: str, expected: str) -> None:
    assert removed(*((700 * (i + 1), number) for i, number in enumerate(numbers))) == expected


def test_a_count_may_start_anew_a_page_further_on() -> None:
    assert (
        removed((700, "2"), (1400, "3"), (2100, "4"), (2800, "2"), (3500, "3"), (4200, "4")) == "2 3 4 2 3 4"
    )
    further = [(1780, "8"), (2480, "9")]
    assert removed((700, "2"), (701 + 379, "7"), *further) == "2"
    assert removed((700, "2"), (701 + 380, "7"), *further) == "2 7 8 9"


def test_so_many_numbers_of_one_page_are_looked_at() -> None:
    """The first 2 is where a page ends; the others, behind it, hide it from the 3 if they are too many."""

    def crowd(others: int) -> str:
        return removed((1150, "2"), (1152, "2医" * others), (1700, "3"))

    assert crowd(63) == "2 3"
    assert crowd(64) == "2"


@pytest.mark.parametrize(
    ("context", "last"),
    [
        ("医{}医", 3),
        ("一{}进", 3),
        ("余{}医", 3),
        ("约{}医", None),
        ("约{}“医", 3),
        ("约{}进促", None),
        ("医{}“医", 4),
        ("医{}《医", 4),
        ("医{}（医", 4),
        ("。{}医", 4),
        ("医{}2021年", 4),
        ("医{}1998年", 4),
        ("医{}6月底", 4),
        ("医{}12月", 4),
        ("以{}上医", 4),
        ("医{}家庭医", 5),
        ("省{}人民政府", 2),
        ("医{}时间医", 2),
        ("医{}个医", None),
        ("医{}个，", None),
        ("医{}日医", None),
        ("医{}元度", None),
        ("医{}万医", None),
        ("。{}件医", None),
        ("医{}13月", None),
        ("医{}19年", None),
        ("医—{}医", None),
        ("医{}-医", None),
        ("两{}部门", 9),
        ("九{}部门", 9),
        ("十{}余医", 9),
        ("十余{}医", 9),
        ("3多{}医", 9),
        ("20多{}个医", 9),
        ("1.1万{}余项", 9),
        ("3.2万{}件医", 9),
        ("促{}进多", 9),
        ("规{}范围医", 9),
        ("。{}一、医", 9),
        ("。{}第十条医", 9),
    ],
)
def test_the_more_a_number_stands_out_the_more_before_it_may_be_lost(context: str, last: int | None) -> None:
    found = [number for number in range(2, 10) if removed(((number - 1) * 700, context.format(number)))]
    assert found == list(range(2, (last or 1) + 1))


@pytest.mark.parametrize(
    ("context", "mark"),
    [
        ("医2—医", "2—"),
        ("医2-医", ""),
        ("医2一医", "2一"),
        ("医2一样医", "2"),
        ("医2一方面", "2"),
        ("医2一二、医", "2一"),
        ("促2进医", "2"),
    ],
)
def test_of_two_dashes_one_is_left(context: str, mark: str) -> None:
    assert removed((700, context)) == mark


@pytest.mark.parametrize(
    ("raw", "mark"),
    [
        ("医—3—医", "—3—"),
        ("医——123——医", "——123——"),
        ("医—  3\t —医", "—  3\t —"),
        ("医—   3—医", ""),
        ("医—3   —医", ""),
        ("医—1234—医", ""),
        ("医———3—医", "——3—"),
        ("医·3·医", "·3·"),
        ("医-3-医", "-3-"),
        ("A-3-医", ""),
        ("医-3-B", ""),
        ("难以一—3—步", "—3—"),
        ("方一—3一面", "一—3一"),
        ("到3一5一", ""),
        ("到3一5一。", "一5一"),
    ],
)
def test_a_number_between_dashes(raw: str, mark: str) -> None:
    assert [raw[start:end] for start, end in find_page_marks(raw)] == ([mark] if mark else [])


@pytest.mark.parametrize(
    ("line", "is_mark"),
    [
        ("3", True),
        ("123", True),
        ("1234", False),
        ("3/7", True),
        ("3 / 128", True),
        ("3/1234", False),
        ("3  / 7", False),
        ("第3页", True),
        ("第 123 页", True),
        ("第1234页", False),
        ("第3页 共 128 页", True),
        ("第3页，共7页", True),
        ("第3页共1234页", False),
        (" " * 40 + "3" + " " * 40, True),
        (" " * 41 + "3", False),
        ("3" + " " * 41, False),
        ("3个", False),
    ],
)
def test_a_number_on_a_line_of_its_own(line: str, is_mark: bool) -> None:
    raw = f"第一段。\n{line}\n第二段。"
    assert [raw[start:end] for start, end in find_page_marks(raw)] == ([line] if is_mark else [])


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        (["比7一3一0%"], "一3一"),
        (["—2—", "比7一3一0%", "—4—"], "—2— 一3一 —4—"),
        (["—2—", "比7一3一0%", "—5—"], "—2— 一3一 —5—"),
        (["—1—", "比7一3一0%", "—4—"], "—1— 一3一 —4—"),
        (["—5—", "比7一3一0%", "—6—"], "—5— —6—"),
        (["—3—", "比7一3一0%", "—4—"], "—3— —4—"),
        (["—5—", "比7一6一0%", "—6—"], "—5— —6—"),
    ],
)
def test_dashes_between_digits_are_a_mark_where_the_page_count_says_so(
    marks: list[str], expected: str
) -> None:
    assert removed(*((100 * (i + 1), mark) for i, mark in enumerate(marks))) == expected
