"""Numbers, dates and wordings of figures as an office writes them: 1.29亿人次, 每人每年约640元, 2023年.

In English 129 million 人次, about 640 元/人/年, 2023: units are those of the documents.
"""

from __future__ import annotations

import re
from decimal import Decimal

from nhsa_nlp.archive.series import Point
from nhsa_nlp.record import Op, Scalar
from nhsa_nlp.translation import Language, current_language, tr_in

_ROUND: dict[Language, tuple[tuple[str, Decimal, int], ...]] = {
    "zh": (("亿", Decimal(10**8), 4), ("万", Decimal(10**4), 2)),
    "en": ((" billion", Decimal(10**9), 3), (" million", Decimal(10**6), 3)),
}
"""Words for large numbers; the largest is taken that leaves no more decimals than these: 1.3346亿, 12,345."""

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
_SIGNS = frozenset("%‰")
_LONGEST = 24  # digits; nothing that is measured has more
_ISO = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?")
_WITHOUT_YEAR = re.compile(r"--(\d\d)(?:-(\d\d))?")
_HAN = re.compile("[\u4e00-\u9fff]+")


def office_number(value: Scalar) -> str:
    """Return a number with a word for large ones where it is shorter and exact: 1.29亿, 129 million."""
    number = Decimal(str(value))
    if not number.is_finite() or abs(number.adjusted()) > _LONGEST:
        return str(value) if isinstance(value, float) else f"{number.normalize():.10g}"
    for word, worth, decimals in _ROUND[current_language()]:
        part = number / worth
        if abs(part) >= 1 and part == round(part, decimals):
            return f"{_plain(part)}{word}"
    return _plain(number)


def office_value(value: Scalar | tuple[Scalar, Scalar], unit: str, op: Op) -> str:
    """Return a value with its unit and bound: 每人每年不低于640元, 10%至50%, 2∶1; at least 95%."""
    before, counted = _unit(unit)
    if not isinstance(value, tuple):
        return before + _bounded(f"{office_number(value)}{counted}", op)
    first, second = map(office_number, value)
    if op == "range":
        said = tr_in("figure", "{first} to {second}")
        return before + said.format(first=f"{first}{counted}", second=f"{second}{counted}")
    ratio = tr_in("figure", "{first}:{second}").format(first=first, second=second)
    return before + _bounded(ratio if unit == "比" else f"{ratio}{counted}", op)


def _bounded(value: str, op: Op) -> str:
    said = {
        "approx": tr_in("figure", "about {value}"),
        "gt": tr_in("figure", "more than {value}"),
        "ge": tr_in("figure", "at least {value}"),
        "lt": tr_in("figure", "less than {value}"),
        "le": tr_in("figure", "at most {value}"),
    }
    return said.get(op, "{value}").format(value=value)


def _unit(unit: str) -> tuple[str, str]:
    """Return what stands before a number and behind it."""
    if current_language() == "en":
        return "", unit if not unit or unit[0] in _SIGNS else f" {unit}"
    counted, _, per = unit.partition("/")
    rates = per.split("/") if per else []
    if rates and all(map(_HAN.fullmatch, rates)):
        return "".join(f"每{rate}" for rate in rates), counted
    return "", unit  # mg/kg


def office_date(date: str) -> str:
    """Return an ISO date as it is written: 2023年12月, December 2023; unchanged if it is none."""
    if match := _ISO.fullmatch(date):
        year, month, day = match["year"], match["month"], match["day"]
    elif match := _WITHOUT_YEAR.fullmatch(date):
        year, (month, day) = None, match.groups()
    else:
        return date
    if month is None:
        return tr_in("date", "{year}").format(year=year)
    number = int(month)
    named = _MONTHS[number - 1] if current_language() == "en" and 0 < number <= len(_MONTHS) else str(number)
    if year is None:
        said = tr_in("date", "{day} {month}, year unknown") if day else tr_in("date", "{month}, year unknown")
    else:
        said = tr_in("date", "{day} {month} {year}") if day else tr_in("date", "{month} {year}")
    return said.format(year=year, month=named, day=day and int(day))


def office_time(point: Point) -> str:
    """Return what a value of a series is of: 2023年, 截至2023年12月累计, 2013年至2023年, 2021年以来."""
    if point.date is None and not point.since:
        return (
            tr_in("date", "date unknown, cumulative") if point.cumulative else tr_in("date", "date unknown")
        )
    if point.date is None:
        said = (
            tr_in("date", "since {since}, cumulative") if point.cumulative else tr_in("date", "since {since}")
        )
    elif point.since:
        said = (
            tr_in("date", "{since} to {date}, cumulative")
            if point.cumulative
            else tr_in("date", "{since} to {date}")
        )
    else:
        said = tr_in("date", "up to {date}, cumulative") if point.cumulative else "{date}"
    return said.format(since=office_date(point.since or ""), date=office_date(point.date or ""))


def _plain(number: Decimal) -> str:
    whole = number == number.to_integral_value()
    return f"{int(number):,}" if whole else f"{number.normalize():,f}"
