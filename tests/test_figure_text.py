from __future__ import annotations

from typing import Any

import pytest

from nhsa_nlp.archive.series import Point
from nhsa_nlp.figure_text import office_date, office_number, office_time, office_value
from nhsa_nlp.translation import speaking

pytestmark = pytest.mark.usefixtures("chinese")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"),
        (0.25, "0.25"),
        (95.5, "95.5"),
        (6500, "6,500"),
        (10_000, "1万"),
        (12_345, "12,345"),
        (15_367_400, "1,536.74万"),
        (88_991_000, "8,899.1万"),
        (129_000_000, "1.29亿"),
        (123_456_789, "123,456,789"),
        (54_680_000_000, "546.8亿"),
        (54_680_000_000.0, "546.8亿"),
        (5_000_000_000_000, "50,000亿"),
        (-15_000, "-1.5万"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1e22, "100,000,000,000,000亿"),
        (1e-300, "1e-300"),
        (float("inf"), "inf"),
        (10**400, "1e+400"),
    ],
)
def test_numbers(value: float, written: str) -> None:
    assert office_number(value) == written


@pytest.mark.parametrize(
    ("value", "unit", "op", "written"),
    [
        (640, "元/人/年", "eq", "每人每年640元"),
        (640, "元/人/年", "approx", "每人每年约640元"),
        (95, "%", "ge", "不低于95%"),
        (1_290_000, "人次", "gt", "超过129万人次"),
        (5, "mg/kg", "le", "不超过5mg/kg"),
        (25, "", "lt", "低于25"),
        ((30_000, 50_000), "元", "range", "3万元至5万元"),
        ((150, 800), "元/人/年", "range", "每人每年150元至800元"),
        ((2, 1), "比", "eq", "2∶1"),
    ],
)
def test_values(value: Any, unit: str, op: Any, written: str) -> None:
    assert office_value(value, unit, op) == written


@pytest.mark.parametrize(
    ("date", "written"),
    [
        ("2023", "2023年"),
        ("2023-05", "2023年5月"),
        ("2023-12-31", "2023年12月31日"),
        ("--05", "某年5月"),
        ("--05-06", "某年5月6日"),
        ("第一季度", "第一季度"),
    ],
)
def test_dates(date: str, written: str) -> None:
    assert office_date(date) == written


@pytest.mark.parametrize(
    ("date", "since", "cumulative", "written"),
    [
        ("2023-12", None, False, "2023年12月"),
        ("2023-12", None, True, "截至2023年12月累计"),
        ("2023", "2013", False, "2013年至2023年"),
        ("2023", "2018-09", True, "2018年9月至2023年累计"),
        (None, "2021", True, "2021年以来累计"),
        (None, None, False, "日期不明"),
        (None, None, True, "日期不明，累计"),
    ],
)
def test_times(date: str | None, since: str | None, cumulative: bool, written: str) -> None:
    assert office_time(Point(date, since, cumulative, 1, "eq", ())) == written


@pytest.mark.parametrize(
    ("value", "unit", "op", "written"),
    [
        (12_345, "", "eq", "12,345"),
        (1_290_000, "人次", "gt", "more than 1.29 million 人次"),
        (-54_680_000_000, "元", "eq", "-54.68 billion 元"),
        (640, "元/人/年", "approx", "about 640 元/人/年"),
        (95, "%", "ge", "at least 95%"),
        ((30_000, 50_000), "元", "range", "30,000 元 to 50,000 元"),
        ((2, 1), "比", "eq", "2:1"),
    ],
)
def test_values_in_english(value: Any, unit: str, op: Any, written: str) -> None:
    with speaking("en"):
        assert office_value(value, unit, op) == written


@pytest.mark.parametrize(
    ("date", "since", "cumulative", "written"),
    [
        ("2023-12-31", None, False, "31 December 2023"),
        ("2023-12", None, True, "up to December 2023, cumulative"),
        ("2023", "2018-09", False, "September 2018 to 2023"),
        (None, "2021", True, "since 2021, cumulative"),
        ("--05-06", None, False, "6 May, year unknown"),
        ("2023-13", None, False, "13 2023"),
        (None, None, False, "date unknown"),
    ],
)
def test_times_in_english(date: str | None, since: str | None, cumulative: bool, written: str) -> None:
    with speaking("en"):
        assert office_time(Point(date, since, cumulative, 1, "eq", ())) == written
