"""How figures are shown, everywhere: their values, bounds and dates.

In sentences they stand as an office writes them, 1.29亿人次, 每人每年约640元, 2023年; in English 129 million
人次, about 640 元/人/年, 2023: units are those of the documents. In cells they are short: ≥95, 2018–2022.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Protocol

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
BOUND_SIGNS: dict[Op, str] = {
    "eq": "",
    "approx": "≈",
    "gt": ">",
    "ge": "≥",
    "lt": "<",
    "le": "≤",
    "range": "",
}
"""What stands before a value for how it is bounded."""

ISO_DATE = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?")
"""A day, month or year."""

_SIGNS = frozenset("%‰")
_LONGEST = 24  # digits; nothing that is measured has more
_WITHOUT_YEAR = re.compile(r"--(\d\d)(?:-(\d\d))?")
_HAN = re.compile("[\u4e00-\u9fff]+")


class Reported(Protocol):
    """A value at a time, as a `nhsa_nlp.archive.series.Point` is."""

    @property
    def value(self) -> Scalar | tuple[Scalar, Scalar]:
        """The value; two of a range or ratio."""
        ...

    @property
    def op(self) -> Op:
        """How it is bounded."""
        ...

    @property
    def date(self) -> str | None:
        """Its date, or the last of its period."""
        ...

    @property
    def since(self) -> str | None:
        """The first of its period."""
        ...

    @property
    def cumulative(self) -> bool:
        """Whether it counts from a beginning."""
        ...


def shown_value(point: Reported) -> str:
    """Return a value for a cell: ``≥95``, ``1.5–3``."""
    values = point.value if isinstance(point.value, tuple) else (point.value,)
    return BOUND_SIGNS[point.op] + "–".join(f"{Decimal(f'{value:.10g}'):,f}" for value in values)


def shown_date(point: Reported) -> str:
    """Return a date for a cell, a period as ``2018–2022`` or ``2018–``; empty if none is said."""
    return point.date or "" if point.since is None else f"{point.since}–{point.date or ''}"


def shown_cumulative(point: Reported) -> str:
    """Return for a cell that a value counts from a beginning; empty if it does not."""
    return tr_in("date", "cumulative") if point.cumulative else ""


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
    if match := ISO_DATE.fullmatch(date):
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


def office_time(point: Reported) -> str:
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
