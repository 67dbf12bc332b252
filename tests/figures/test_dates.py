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
        ("2021年3月1日至2022年2月28日，缴费标准为400元。", [year("2021-03-01", "2022-02-28")]),
        ("2021年5月8日至20日，检查药店30家。", [year("2021-05-08", "2021-05-20")]),
        ("自2021年3月1日起至2021年6月30日，支出30万元。", [year("2021-03-01", "2021-06-30")]),
        ("2020年和2021年上半年，支出30万元。", [year("2020", "2021-06")]),
        ("2018年和2021年，支出30万元。", [year("2021")]),
        ("2020学年度缴费标准为每人90元。", [year("2020")]),
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


def test_the_whole_year_is_that_of_the_year_said_before() -> None:
    text = "截至2021年末，参保30万人，比上年末增加2万人。年末退休8万人，比上年末增加1万人。\n全年支出5亿元。"
    assert when(f"{text}\n年末结余3亿元。", None)[-2:] == [year("2021"), point("2021-12")]
    assert when("全年支出5亿元。", None) == [NONE]


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


def test_a_day_of_counting_goes_on() -> None:
    assert when("3月8日监测数据显示，收治患者30人。县医院收治9人。")[1] == ("2024-03-08", None, "letter")


def test_a_span_of_days_without_a_year_is_of_the_letter() -> None:
    expected = None, ["2024-09-01", "2024-12-20"], "letter"
    assert when("9月1日至12月20日，个人缴费标准为400元。") == [expected]


def test_the_date_line_of_a_newspaper_dates_nothing() -> None:
    for line in ("本报青州5月6日电（记者王某）6日，", "晚报6月7日讯（记者王某）", "新华社青州6月7日电"):
        assert when(f"{line}记者从市医保局了解到，全市参保30万人。") == [NONE]


def test_a_page_of_news_has_the_date_it_was_published() -> None:
    page = "标题\n发布时间：2021-03-08\n目前，已有30家医院接入。去年支出5亿元。"
    assert when(page, None) == [("2021-03-08", None, "letter"), year("2020")]
    assert when(f"王代表：您的建议收悉。\n{page}", None)[0] == (None, None, "letter")
    for said in ("时间：2021-03-08 09:10", "2021-03-08 09:10:20", "更新时间：2021-03-08"):
        assert when(f"标题\n{said}\n去年支出5亿元。", None) == [year("2020")]


def test_a_time_without_a_date_ends_the_date_before() -> None:
    assert when("2021年启动改革，十年间累计节约30亿元。") == [NONE]
    assert when("2021年启动改革。曾经，一针费用90万元。") == [NONE]
    assert when("2023年，支出是2020年的3倍。") == [year("2023")]
    assert when("2023年收入在2020年基础上增长3%。") == [year("2023")]
    assert when("2021年，共检查药店30家，近三年立案9起。") == [year("2021"), NONE]
    assert when("2021年支出3亿元，自成立以来，累计支出9亿元。") == [year("2021"), NONE]
    assert when("目前已接入药店30家。改革推行2年多来，共投入5亿元。")[1] == NONE
    assert when("目前已接入药店30家。省局连续4年调整目录，累计调入90种药品。")[-1] == NONE
    case = "2021年3月，县医保局查明该院违规结算9万元。处理结果如下：1、追回基金9万元；2、罚款3万元。"
    assert when(case) == [year("2021-03"), NONE, NONE]


def test_an_item_of_a_list_has_its_own_date() -> None:
    assert when("（一）2021年支出30万元；（二）培训医师90人。") == [year("2021"), NONE]


def test_last_year_is_a_year_of_its_own() -> None:
    assert when("去年支出30万元。") == [year("2023")]
    assert when("2021年支出20万元，去年支出30万元。", None) == [year("2021"), NONE]
    assert when("去年以来支出30万元。") == [year("2023", None)]
    assert when("“到2030年，规模将达到90亿元。”") == [point("2030")]


def test_a_date_with_before_dates_only_what_is_to_be_done() -> None:
    assert when("2021年以前，全市缴费费率为9%。") == [NONE]
    assert when("5月10日前售价30元，5月12日起涨至50元。")[0] == NONE
    assert when("2025年底前每县至少设立2家医院，力争覆盖90%的乡镇。")[1] == point("2025-12")


def test_a_date_in_brackets_is_of_what_is_in_them() -> None:
    first, second = when("2021年1月起，缴费基数按平均工资（2019年为6000元）的60%确定。")
    assert (first, second) == (year("2019"), year("2021-01", None))


def test_what_a_rule_goes_up_from_has_its_own_date() -> None:
    text = "个人缴费在2019年每人90元的基础上提高20元，达到110元。"
    assert when(text) == [year("2019"), NONE, NONE]
    assert when("自2021年1月起，费用限额维持2020年12月标准不变，即上限按900元执行。") == [
        year("2021-01", None)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "关于做好2021年参保工作的通知提出，财政补助标准达到500元。",
        "今年是改革的第三年，累计支出5亿元。",
        "新生儿在出生90天内参保的，按本年度缴费标准缴纳400元。",
    ],
)
def test_a_year_that_is_of_something_else_dates_no_figure(text: str) -> None:
    assert {date for date, *_ in when(text)} | {anchor for *_, anchor in when(text)} == {None}
    assert [period for _, period, _ in when(text) if period] == []


def test_a_year_in_the_object_gives_way_to_the_date_of_the_sentence() -> None:
    assert when("2021年11月，省财政下达2022年补助资金5亿元。") == [year("2021-11")]
    assert when("省财政下达2022年补助资金5亿元。") == [year("2022")]


def test_what_this_time_takes_up_has_the_date_of_the_sentence_before() -> None:
    text = "2021年目录调整面向五大领域。经评审，本次调整新增药品30种。"
    assert when(text)[-1] == year("2021")


def test_a_question_about_a_month_dates_no_answer() -> None:
    assert when("3月起基数调整了，缴费多少？\n答复：按基数的9%缴费。") == [NONE]


def test_a_date_behind_a_figure_may_be_of_it() -> None:
    assert when("采购周期两年，自2021年6月起执行。") == [year("2021-06", None)]
    assert when("支持各县设立门诊，新建站点9个，2025年底前完成。") == [point("2025-12")]


def test_two_dates_make_a_span() -> None:
    assert when("去年10月至今年3月，检查药店30家。") == [(None, ["2023-10", "2024-03"], "letter")]
    assert when("2022年10月至今，检查药店30家。") == [year("2022-10", None)]
    assert when("2020年和2021年各投入3亿元。") == [year("2021")]


def test_the_date_of_a_report_goes_on_to_no_rule() -> None:
    assert when("2021年，全市参保30万人。住院报销比例为70%。") == [year("2021"), NONE]
    assert when("2021年，缴费标准为每人400元。财政补助标准为每人700元。")[1] == year("2021")
    assert when("缴费期为2021年9月1日至12月31日。新生儿出生90天内参保。") == [NONE]


def test_rules_in_force_are_of_the_date_of_the_letter() -> None:
    assert when("现行补助标准为每人90元。") == [("2024-05-20", None, "letter")]


def test_a_deadline_dates_no_rule_of_the_next_sentence() -> None:
    assert when("2023年10月31日前参保率达到95%。单位缴费费率为7%。")[1] == NONE


def test_as_many_figures_told_apart_as_a_span_has_years_have_one_each() -> None:
    found = read("2031年至2033年个人缴费标准分别为320元、350元、380元。")
    assert [figure["period"] for figure in found] == [[year, year] for year in ("2031", "2032", "2033")]
    found = read("2031年至2033年个人缴费标准分别为320元、350元。")
    assert found[0]["period"] == ["2031", "2033"]


@pytest.mark.parametrize(
    ("text", "as_of", "period"),
    [
        ("2030年收入3亿元。2031年—年底支出5亿元。", None, ["2031", "2031-12"]),
        ("2030年收入3亿元。2031年到上半年支出5亿元。", None, ["2031", "2031-06"]),
        ("2030年收入3亿元。2031年至3月5日支出5亿元。", None, ["2031", "2031-03-05"]),
        # A span that goes over the new year.
        ("2031年11月1日至3月31日缴费3万元。", None, ["2031-11-01", "2032-03-31"]),
        # The date line of a newspaper dates nothing, a day before 电商 does.
        ("2031年6月5日电商平台销售3万元。", "2031-06-05", None),
        # 今年 is the year said last, also of the document.
        ("去年，培训2万名。今年6月起，试点3家。截至8月底，受益4560人次。", "2024-08", None),
    ],
)
def test_a_date_that_another_completes(text: str, as_of: str | None, period: list[str] | None) -> None:
    last = read(text, "2024-09-12")[-1]
    assert (last["as_of"], last["period"]) == (as_of, period)


@pytest.mark.parametrize("day", ["1234-56-78 90:12", "2031-99-99 10:00"])
def test_what_is_no_day_is_no_date_of_a_page(day: str) -> None:
    assert read(f"发布时间：{day}\n目前参保3万人。")[-1]["as_of"] is None


def test_a_headline_over_a_dateline_states_nothing() -> None:
    text = "2031年谈判药品惠及患者2.4亿人次\n新华社清河4月11日电（记者王某）医保局11日发布，参保13亿人。"
    assert read(text)[0]["role"] == "other"
