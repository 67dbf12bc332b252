"""Series: the figures of one indicator over time, however its documents word it."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from nhsa_nlp.archive.indicators import (
    THINGS,
    Indicator,
    identify_indicator,
    is_cumulative,
    names_no_place,
)
from nhsa_nlp.record import FigureRecord, FigureRole, Op, Scalar

_YEAR = re.compile(r"(?:19|20)\d\d")
_PREVIOUS = re.compile(r"同比|比?上一?年度?(?:同期)?|去年(?:同期)?")
_YEAR_BEFORE = "上年"
_YEAR_END = re.compile(r"(?<=^\d{4})-12(?:-31)?$")
_DIGITS = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")

APPROXIMATE = 0.05
"""By what share 约 and 左右 may be off."""


@dataclass(frozen=True, slots=True)
class Point:
    """A value of an indicator at a date, and all that report it.

    Attributes
    ----------
    date
        The day, month or year of the value, or the last of its period; ISO as far as known
        (``2023``, ``2023-12``). None if no date is said.
    since
        The first of the period, where it differs from the last.
    cumulative
        Whether the value counts from a beginning (累计, 以来) and not within the period.
    value
        In the unit of the series; two values for a range.
    op
        How exact it is, as for a QUANTITY.
    figures
        Where it is said, in the order given.
    """

    date: str | None
    since: str | None
    cumulative: bool
    value: Scalar | tuple[Scalar, Scalar]
    op: Op
    figures: tuple[FigureRecord, ...]

    @property
    def documents(self) -> list[str]:
        """The ids of the documents that report it, each once."""
        return list(dict.fromkeys(figure["document"] for figure in self.figures))


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two values of one indicator for the same date and place that cannot both be right."""

    first: Point
    second: Point

    @property
    def factor(self) -> float | None:
        """How many times the smaller value the larger is; None of ranges, zero and opposite signs."""
        values = self._comparable
        return None if values is None else max(values) / min(values)

    @property
    def share(self) -> float | None:
        """By what share of the smaller value they differ; None where there is no `factor`."""
        values = self._comparable
        return None if values is None else (max(values) - min(values)) / min(values)

    @property
    def _comparable(self) -> tuple[float, float] | None:
        one, other = self.first.value, self.second.value
        if isinstance(one, tuple) or isinstance(other, tuple) or one * other <= 0:
            return None
        return abs(float(one)), abs(float(other))


@dataclass(frozen=True, slots=True)
class Series:
    """An indicator and its values.

    Attributes
    ----------
    name
        What it is called most often, the shortest of equals.
    names
        All its wordings, the most frequent first.
    unit
        The unit of all values.
    role
        ``reported``, ``rule``, ``target`` or ``change``: a series has one.
    scope
        The place or group; None where none is said, or the whole country.
    points
        By date, those without a date last.
    contradictions
        Pairs of points that cannot both be right.
    jumps
        Neighbours in time that differ by more than a factor of `JUMP`.
    """

    name: str
    names: tuple[str, ...]
    unit: str
    role: FigureRole
    scope: str | None
    points: tuple[Point, ...]
    contradictions: tuple[Contradiction, ...]
    jumps: tuple[tuple[Point, Point], ...]


JUMP = 3.0
"""Factor a year between neighbours in time from which on they are marked.

A slip of a unit is a factor of ten or more; a service that begins can more than treble in its first years,
and is then marked as well.
"""


def build_series(figures: Iterable[FigureRecord], *, places: Mapping[str, str] | None = None) -> list[Series]:
    """Gather figures into series, one for each indicator, unit, role and scope.

    Parameters
    ----------
    figures
        As `nhsa_nlp.archive.figures.find_figures` gives them. Those of the role ``other``, without an
        indicator or without a value are left out.
    places
        The place of each document that is about one, by its id: in the scope of its figures that name none.

    Returns
    -------
    list of Series
        Those with most points first. ``change`` is apart by its base, too.

    Notes
    -----
    The time is linear in the figures but for those of one indicator at one date, which are compared with
    each other.
    """
    places = places or {}
    gathered: dict[tuple[Indicator, str, str | None], list[FigureRecord]] = defaultdict(list)
    for figure in figures:
        if figure["role"] != "other" and figure["indicator"] and figure["value"] is not None:
            indicator = identify_indicator(figure)
            if names_no_place(indicator.scope) and (place := places.get(figure["document"])):
                indicator = indicator._replace(scope=indicator.scope | {place})
            gathered[indicator, figure["role"], _base(figure)].append(figure)
    series = [_series(indicator, members) for (indicator, _, _), members in gathered.items()]
    return sorted(series, key=lambda one: (-len(one.points), one.name, one.unit, one.role, one.scope or ""))


def newest(series: Series) -> Point | None:
    """Return the latest point with a date, of several the one that most report; None if there is none."""
    dated = [point for point in series.points if _end(point)]
    return max(dated, key=lambda point: (_end(point), len(point.figures)), default=None)


def _series(indicator: Indicator, figures: list[FigureRecord]) -> Series:
    wordings = Counter(figure["indicator"] for figure in figures)
    names = sorted(wordings, key=lambda words: (-wordings[words], len(words), words))
    units = Counter(figure["unit"] for figure in figures)
    unit = min(units, key=lambda name: (-units[name], name)) if indicator.unit == THINGS else indicator.unit
    points = gather_points(figures)
    return Series(
        name=names[0],
        names=tuple(names),
        unit=unit,
        role=figures[0]["role"],
        scope="、".join(sorted(indicator.scope)) or None,
        points=points,
        contradictions=tuple(_contradictions(points)),
        jumps=tuple(_jumps(points)),
    )


def _base(figure: FigureRecord) -> str | None:
    """Return the base of a change, in one form where it is the year before."""
    base = figure["base"]
    if base is None or figure["role"] != "change":
        return None
    end = figure["as_of"] or (figure["period"] or [None])[-1] or ""
    if (year := _YEAR.search(base)) and end[:4].isdigit() and int(year[0]) == int(end[:4]) - 1:
        return _YEAR_BEFORE
    return _YEAR_BEFORE if _PREVIOUS.fullmatch(base) else base


# --- points -----------------------------------------------------------------------------------------


def gather_points(figures: Iterable[FigureRecord]) -> tuple[Point, ...]:
    """Return the values of figures of one indicator by date, each with all that report it; undated last."""
    found: dict[tuple[str | None, str | None, bool, Scalar | tuple[Scalar, Scalar], Op], list[FigureRecord]]
    found = defaultdict(list)
    for figure in figures:
        date, since = dates_of(figure)
        value = figure["value"]
        if value is None:
            continue
        known = (value[0], value[-1]) if isinstance(value, list) else value
        found[date, since, is_cumulative(figure), known, figure["op"]].append(figure)
    points = [Point(*key, tuple(members)) for key, members in found.items()]
    return tuple(sorted(points, key=_order))


def dates_of(figure: FigureRecord) -> tuple[str | None, str | None]:
    """Return the point or the end of the period, and its beginning where that is another."""
    if figure["period"] is None:
        return figure["as_of"], None
    first, last = figure["period"]
    return last, first if first != last else None


def _order(point: Point) -> tuple[bool, str, str, bool, tuple[Scalar, ...], str]:
    date = point.date or ""
    return (not _end(point), date, point.since or "", point.cumulative, _values(point), point.op)


def _values(point: Point) -> tuple[Scalar, ...]:
    return point.value if isinstance(point.value, tuple) else (point.value,)


def _end(point: Point) -> str:
    """Return the end of a point's time, empty if its year is not known."""
    date = point.date or ""
    return date if date[:4].isdigit() else ""


# --- contradictions -----------------------------------------------------------------------------------


def _contradictions(points: Sequence[Point]) -> Iterator[Contradiction]:
    """Yield the pairs of one date that cannot both be right.

    A sentence does not contradict itself: what differs within one is a part or a place that was not read.
    """
    same: dict[tuple[str, str | None, bool], list[Point]] = defaultdict(list)
    for point in points:
        if _end(point):
            # At the end of a year and in the year is the same time for a count of the year.
            same[_YEAR_END.sub("", point.date or ""), point.since, point.cumulative].append(point)
    for together in same.values():
        for first, second in combinations(together, 2):
            if not _agree(first, second) and not _sentences(first) & _sentences(second):
                yield Contradiction(first, second)


def _sentences(point: Point) -> set[str]:
    return {figure["sentence"] for figure in point.figures}


def _agree(first: Point, second: Point) -> bool:
    """Tell whether two points can be of one value, within what rounding and op leave open."""
    if (first.op == "range") != (second.op == "range") or len(_values(first)) == len(_values(second)) == 1:
        (low, high), (other_low, other_high) = _bounds(first), _bounds(second)
        return max(low, other_low) <= min(high, other_high)
    return _values(first) == _values(second)  # ratios, and ranges


def _bounds(point: Point) -> tuple[float, float]:
    """Return the least and the greatest value that a point leaves open."""
    values = _values(point)
    low, high = float(min(values)), float(max(values))
    step = min(_step(figure) for figure in point.figures)
    if point.op == "approx":
        step = max(step, 2 * APPROXIMATE * abs(low))
    low, high = low - step / 2, high + step / 2
    if point.op in {"gt", "ge"}:
        return low, math.inf
    return (-math.inf, high) if point.op in {"lt", "le"} else (low, high)


def _step(figure: FigureRecord) -> float:
    """Return the step between the values that the figure's digits can give: 13.46亿 is rounded to 0.01亿."""
    value = figure["value"]
    largest = abs(value[-1] if isinstance(value, list) else value or 0)
    digits = _DIGITS.findall(figure["text"])
    if digits and largest:
        written = digits[-1].replace(",", "")
        if number := float(written):
            return float(largest / number / 10 ** len(written.partition(".")[2]))
    whole = str(int(largest))
    return float(10 ** (len(whole) - len(whole.rstrip("0")))) if largest else 0.0


# --- jumps --------------------------------------------------------------------------------------------


def _jumps(points: Sequence[Point]) -> Iterator[tuple[Point, Point]]:
    """Yield neighbours in time whose values differ by more than `JUMP` for each year between them.

    Counts from a beginning are compared with such of the same beginning, periods with periods.
    """
    tracks: dict[tuple[object, ...], list[Point]] = defaultdict(list)
    for point in points:
        if _end(point) and len(_values(point)) == 1:
            tracks[point.cumulative, point.since if point.cumulative else point.since is None].append(point)
    for track in tracks.values():
        for first, second in pairwise(track):
            if _time(first) == _time(second):
                continue
            one, other = float(_values(first)[0]), float(_values(second)[0])
            years = max(1.0, _time(second) - _time(first))
            if one * other > 0 and max(one / other, other / one) > JUMP**years:
                yield first, second


def _time(point: Point) -> float:
    year, _, rest = (point.date or "").partition("-")
    return int(year) + (int(rest[:2]) / 12 if rest[:2].isdigit() else 1.0)
