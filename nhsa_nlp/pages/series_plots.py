"""A series of figures as a small plot: where its marks, lines and labels stand.

The template draws them as SVG. Each mark shows how exact its value is; a bound points to where the true
value lies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from nhsa_nlp.archive.series import Point, Series
from nhsa_nlp.figure_text import ISO_DATE, office_date, office_value
from nhsa_nlp.record import Scalar

WIDTH, HEIGHT = 320, 122
_LEFT, _RIGHT, _TOP, _BOTTOM = 16, 304, 26, 80
_LARGEST = 1e300  # what is larger leaves no room to compute with
_SHAPES = {"eq": "exact", "approx": "about", "gt": "above", "ge": "above", "lt": "below", "le": "below"}


@dataclass(frozen=True, slots=True)
class Mark:
    """The mark of a point: ``number`` is its place in the series, ``end`` the height of a range's other end.

    ``shape`` is one of exact, about, above, below and range.
    """

    number: int
    shape: str
    x: float
    y: float
    end: float | None
    contradicted: bool


@dataclass(frozen=True, slots=True)
class Plot:
    """What is drawn of a series, in a picture of `WIDTH` by `HEIGHT`.

    Attributes
    ----------
    lines
        Courses of values that can be compared: each a path.
    leaps
        The jumps, each the path from one point to the next.
    low, high, first, last
        Labels of the axes; ``last`` is empty where there is one date only.
    """

    marks: tuple[Mark, ...]
    lines: tuple[str, ...]
    leaps: tuple[str, ...]
    low: str
    high: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class _Placed:
    number: int
    point: Point
    time: float
    values: tuple[Scalar, ...]


def plot_series(
    series: Series, contradicted: frozenset[int], jumps: Sequence[tuple[int, int]]
) -> Plot | None:
    """Lay out the plot of a series; None if no point has both a date and a number that can be drawn.

    Parameters
    ----------
    contradicted
        The numbers of the points that contradict another, from 0.
    jumps
        Pairs of numbers of points between which the value jumps.
    """
    placed = [
        _Placed(number, point, time, values)
        for number, point in enumerate(series.points)
        if (time := _time(series, point)) is not None and (values := _values(point))
    ]
    if not placed:
        return None
    earliest, latest = min(placed, key=lambda each: each.time), max(placed, key=lambda each: each.time)
    low = min(min(each.values) for each in placed)
    high = max(max(each.values) for each in placed)

    def across(time: float) -> float:
        return _between(time, earliest.time, latest.time, _LEFT, _RIGHT)

    def up(value: Scalar) -> float:
        return _between(value, low, high, _BOTTOM, _TOP)

    marks = tuple(
        Mark(
            each.number,
            "range" if len(each.values) > 1 else _SHAPES.get(each.point.op, "exact"),
            across(each.time),
            up(each.values[-1]),
            up(each.values[0]) if len(each.values) > 1 else None,
            each.number in contradicted,
        )
        for each in placed
    )
    where = {mark.number: (mark.x, mark.y if mark.end is None else (mark.y + mark.end) / 2) for mark in marks}
    return Plot(
        marks,
        tuple(_path([where[number] for number in course]) for course in _courses(placed)),
        tuple(_path([where[one], where[other]]) for one, other in jumps if one in where and other in where),
        _shown(series, low) if low != high else "",
        _shown(series, high) if low != high else "",
        _label(earliest.point),
        _label(latest.point) if latest.time > earliest.time else "",
    )


def _moment(date: str) -> float | None:
    """Return the end of a date in years, so that 2022 and December 2022 are one; None without a year."""
    match = ISO_DATE.fullmatch(date)
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    months = 12 if month is None else month if day is None else month - 1 + day / 31
    return (year or 0) + months / 12


def _time(series: Series, point: Point) -> float | None:
    """Return where a point stands; what a rule says holds from its beginning."""
    date = point.date or (point.since if series.role == "rule" else None)
    return _moment(date) if date else None


def _shown(series: Series, value: Scalar) -> str:
    return office_value(value, series.unit, "eq")


def _label(point: Point) -> str:
    return office_date(point.date or point.since or "")


def _values(point: Point) -> tuple[Scalar, ...]:
    """Return the heights of a point: two of a range, the quotient of a ratio, none if not to be drawn."""
    values = point.value if isinstance(point.value, tuple) else (point.value,)
    if not all(abs(value) <= _LARGEST for value in values):  # neither huge nor NaN
        return ()
    if len(values) == 2 and point.op != "range":
        return (round(values[0] / values[1], 4),) if values[1] else ()
    return tuple(sorted(values))


def _courses(placed: Sequence[_Placed]) -> list[list[int]]:
    """Return the points to be joined: what counts alike, from the same beginning, one at each time."""
    alike: dict[tuple[bool, str | None], dict[float, int]] = defaultdict(dict)
    for each in sorted(placed, key=lambda each: each.time):
        since = each.point.since if each.point.date else None
        alike[each.point.cumulative, since].setdefault(each.time, each.number)
    return [list(course.values()) for course in alike.values() if len(course) > 1]


def _between(value: Scalar, low: float, high: float, start: float, end: float) -> float:
    share = 0.5 if low == high else (value / 2 - low / 2) / (high / 2 - low / 2)
    return round(start + share * (end - start), 1)


def _path(places: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in places)
