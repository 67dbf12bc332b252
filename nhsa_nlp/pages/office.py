"""Numbers, dates and wordings of figures as an office writes them: 1.29亿人次, 每人每年约640元, 2023年."""

from __future__ import annotations

import re
from decimal import Decimal

from nhsa_nlp.archive.series import Point
from nhsa_nlp.record import Op, Scalar

_OPERATORS: dict[Op, str] = {
    "eq": "",
    "approx": "约",
    "gt": "超过",
    "ge": "不低于",
    "lt": "低于",
    "le": "不超过",
    "range": "",
}
# The largest word that leaves no more decimals than these: 1.3346亿, 8,899.1万, 12,345.
_LARGE = (("亿", Decimal(10**8), 4), ("万", Decimal(10**4), 2))
_LONGEST = 24  # digits; nothing that is measured has more
_ISO = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?")
_WITHOUT_YEAR = re.compile(r"--(\d\d)(?:-(\d\d))?")
_HAN = re.compile("[\u4e00-\u9fff]+")


def office_number(value: Scalar) -> str:
    """Return a number with 万 or 亿 where that makes it shorter, exactly: 1.29亿, 12,345, 0.5."""
    number = Decimal(str(value))
    if not number.is_finite() or abs(number.adjusted()) > _LONGEST:
        return str(value) if isinstance(value, float) else f"{number.normalize():.10g}"
    for word, worth, decimals in _LARGE:
        part = number / worth
        if abs(part) >= 1 and part == round(part, decimals):
            return f"{_plain(part)}{word}"
    return _plain(number)


def office_value(value: Scalar | tuple[Scalar, Scalar], unit: str, op: Op) -> str:
    """Return a value with its unit and its bound: 每人每年不低于640元, 10%至50%, 2∶1."""
    counted, _, per = unit.partition("/")
    rates = per.split("/") if per else []
    if rates and all(map(_HAN.fullmatch, rates)):
        before = "".join(f"每{rate}" for rate in rates)
    else:  # mg/kg
        before, counted = "", unit
    if not isinstance(value, tuple):
        return f"{before}{_OPERATORS[op]}{office_number(value)}{counted}"
    first, second = map(office_number, value)
    if op == "range":
        return f"{before}{first}{counted}至{second}{counted}"
    return f"{before}{_OPERATORS[op]}{first}∶{second}{'' if counted == '比' else counted}"


def office_date(date: str) -> str:
    """Return an ISO date as it is written in Chinese: 2023年12月; unchanged if it is none."""
    if match := _ISO.fullmatch(date):
        year, month, day = match["year"], match["month"], match["day"]
        return f"{year}年" + (f"{int(month)}月" if month else "") + (f"{int(day)}日" if day else "")
    if match := _WITHOUT_YEAR.fullmatch(date):
        return f"某年{int(match[1])}月" + (f"{int(match[2])}日" if match[2] else "")
    return date


def office_time(point: Point) -> str:
    """Return what a value of a series is of: 2023年, 截至2023年12月累计, 2013年至2023年, 2021年以来."""
    total = "累计" if point.cumulative else ""
    if point.date is None:
        return f"{office_date(point.since)}以来{total}" if point.since else f"日期不明{total and '，累计'}"
    if point.since:
        return f"{office_date(point.since)}至{office_date(point.date)}{total}"
    return f"截至{office_date(point.date)}{total}" if total else office_date(point.date)


def _plain(number: Decimal) -> str:
    whole = number == number.to_integral_value()
    return f"{int(number):,}" if whole else f"{number.normalize():,f}"
