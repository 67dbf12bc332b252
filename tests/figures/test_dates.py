"""When a figure is of."""

from __future__ import annotations

import pytest

from tests.figures.reading import read

When = tuple[str | None, list[str | None] | None, str | None]


def when(text: str, date: str | None = "2024-05-20") -> list[When]:
    return [
        (figure["as_of"], figure["period"], figure["anchor"])
        for figure in read(text, date)
        if figure["role"] != "other"
    ]


def year(first: str, last: str | None = "") -> When:
    return None, [first, first if last == "" else last], "text"


def point(date: str) -> When:
    return date, None, "text"


NONE: When = (None, None, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("截至2021年底，参保30万人。", [point("2021-12")]),
        ("截至2021年第2季度末，参保30万人。", [point("2021-06")]),
        ("2021年4月15日，参保30万人。", [point("2021-04-15")]),
        ("2021年，支出30万元。", [year("2021")]),
        ("1.2021年全市支出30万元。\n2．2022年支出40万元。", [year("2021"), year("2022")]),
        ("2017年至2021年，支出30万元。", [year("2017", "2021")]),
        ("“十三五”期间，支出30万元。", [year("2016", "2020")]),
        ("2021年2月至8月，支出30万元。", [year("2021-02", "2021-08")]),
        ("2020年以来，支出30万元。", [year("2020", None)]),
        ("2018年医院成立以来，支出30万元。", [year("2018", None)]),
        ("2021年上半年，支出30万元。", [year("2021-01", "2021-06")]),
        ("截至2022年46月底，参保30万人。", [point("2022-06")]),  # 4 is a page mark
        ("近年来，支出30万元。", [NONE]),
        ("《2021年工作要点》实施后支出30万元。", [NONE]),
        ("2021年版目录收载30种药品。", [NONE]),
    ],
)
def test_points_and_periods(text: str, expected: list[When]) -> None:
    assert when(text) == expected


def test_dates_relative_to_the_letter() -> None:
    assert when("目前，已有30家医院接入。") == [("2024-05-20", None, "letter")]
    assert when("目前，已有30家医院接入。", None) == [(None, None, "letter")]
    assert when("截至今年3月底，参保30万人。") == [("2024-03", None, "letter")]
    assert when("截至今年3月底，参保30万人。", None) == [("--03", None, "letter")]
    assert when("今年1-4月，支出30万元。") == [(None, ["2024-01", "2024-04"], "letter")]


def test_the_nearest_date_in_front_governs() -> None:
    assert when("2020年支出3亿元，2021年支出4亿元。") == [year("2020"), year("2021")]
    assert when("2020年启动，截至2021年6月底参保30万人。") == [point("2021-06")]
    assert when("截至2023年底，全国现有医院399家。") == [point("2023-12")]


def test_what_is_compared_with_does_not_date() -> None:
    assert when("2021年支出4亿元，比2020年增长5%。") == [year("2021"), year("2021")]


def test_a_date_goes_on_for_one_sentence() -> None:
    first, second, third = when("2021年，支出3亿元。收入5亿元。结余2亿元。")
    assert (first, second, third) == (year("2021"), year("2021"), NONE)
    assert when("2021年，支出3亿元。一是收入5亿元。")[1] == NONE
    assert when("目前进展顺利。全国参保30万人。") == [("2024-05-20", None, "letter")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2011年至2021年，补助标准从200元提高到580元。", [year("2011"), year("2021")]),
        ("补助标准从2011年的200元提高到2021年的580元。", [year("2011"), year("2021")]),
        ("2021年，补助标准从200元提高到580元。", [NONE, year("2021")]),
        ("2011年以来，补助标准从200元提高到580元。", [NONE, year("2011", None)]),
        ("2011年以来，床位从200张增加到580张。", [NONE, NONE]),
        ("2021年与2011年相比，床位由3张增加到6张。", [year("2011"), year("2021")]),
        ("床位由2011年的3张增加到6张，医生由20人增加到50人。", [year("2011"), NONE] * 2),
    ],
)
def test_the_ends_of_a_change_have_their_own_dates(text: str, expected: list[When]) -> None:
    assert when(text) == expected


def test_each_of_several_figures_has_its_date() -> None:
    assert when("2020年和2021年，财政分别安排补助3亿元和4亿元。") == [year("2020"), year("2021")]


def test_the_end_of_the_year_is_that_of_the_year_said_before() -> None:
    assert when("截至2022年末，参保30万人。年末结余5亿元。", None) == [point("2022-12"), point("2022-12")]
    assert when("2022年参保30万人。截至8月份支出5亿元。", None) == [year("2022"), point("2022-08")]


def test_a_date_does_not_go_on_into_the_next_paragraph_but_to_an_answer() -> None:
    first = "2022年，全省各级医保部门积极推进集中带量采购，共节约采购资金3亿元。"
    assert when(f"{first}\n追回资金5亿元。")[1] == NONE
    assert when("2022年支出是多少？\n支出5亿元。")[0] == year("2022")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022年前三季度，支出30万元。", [year("2022-01", "2022-09")]),
        ("截至2022年上半年，参保30万人。", [point("2022-06")]),
        ("一季度，支出30万元。", [(None, ["2024-01", "2024-03"], "letter")]),
        ("截至上半年，参保30万人。", [("2024-06", None, "letter")]),
        ("现公布2022年上半年情况。\n各地积极推进。一季度，支出30万元。", [year("2022-01", "2022-03")]),
        ("一季度内三次违规的，暂停协议6个月。", [NONE, NONE]),
    ],
)
def test_parts_of_a_year(text: str, expected: list[When]) -> None:
    assert when(text) == expected


def test_months_and_days_without_a_year() -> None:
    assert when("2月，支出30万元。") == [(None, ["2024-02", "2024-02"], "letter")]
    assert when("3月8日检查发现问题30个。") == [("2024-03-08", None, "letter")]
    assert when("2月1日开始，支出30万元。") == [(None, ["2024-02-01", None], "letter")]
    assert when("3月8日召开会议。支出30万元。") == [NONE]  # a meeting does not date what goes on from it


def test_a_page_of_news_has_the_date_it_was_published() -> None:
    page = "标题\n发布时间：2021-03-08\n目前，已有30家医院接入。去年支出5亿元。"
    assert when(page, None) == [("2021-03-08", None, "letter"), year("2020")]
    assert when(f"王代表：您的建议收悉。\n{page}", None)[0] == (None, None, "letter")


def test_a_time_without_a_date_ends_the_date_before() -> None:
    assert when("2021年启动改革，十年间累计节约30亿元。") == [NONE]
    assert when("2021年启动改革。曾经，一针费用90万元。") == [NONE]
    assert when("2023年，支出是2020年的3倍。") == [year("2023")]
    assert when("2023年收入在2020年基础上增长3%。") == [year("2023")]


def test_an_item_of_a_list_has_its_own_date() -> None:
    assert when("（一）2021年支出30万元；（二）培训医师90人。") == [year("2021"), NONE]


def test_last_year_is_a_year_of_its_own() -> None:
    assert when("去年支出30万元。") == [year("2023")]
    assert when("2021年支出20万元，去年支出30万元。", None) == [year("2021"), NONE]
    assert when("去年以来支出30万元。") == [year("2023", None)]
    assert when("“到2030年，规模将达到90亿元。”") == [point("2030")]


def test_a_deadline_dates_no_rule_of_the_next_sentence() -> None:
    assert when("2023年10月31日前参保率达到95%。单位缴费费率为7%。")[1] == NONE
