"""Reported figures over time: the figures of records, and those of one indicator by date.

Examples
--------
>>> import nhsa_nlp
>>> from nhsa_nlp.archive.figures import figure_series, find_figures
>>> text = "2011年至2022年居民医保人均财政补助标准从每人每年200元提高到610元。"
>>> found = find_figures(nhsa_nlp.load()(text)._.record, text)
>>> [(point.date, point.value) for point in figure_series(found, "财政补助标准", unit="元")]
[('2011', 200), ('2022', 610)]
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from nhsa_nlp.archive.series import dates_of
from nhsa_nlp.errors import InputError
from nhsa_nlp.figures import read_figures
from nhsa_nlp.record import FigureRecord, Op, Record, Scalar
from nhsa_nlp.text import clean

_Value = Scalar | tuple[Scalar, Scalar]


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """A figure of a date, and all that report it, in the order they were given.

    Attributes
    ----------
    date, since
        The point, or the end and the beginning of the period, as far as the text gives them;
        ``since`` only where they differ.
    """

    date: str | None
    since: str | None
    value: _Value
    op: Op
    figures: tuple[FigureRecord, ...]

    @property
    def documents(self) -> list[str]:
        """The ids of the documents that report it, each once."""
        return list(dict.fromkeys(figure["document"] for figure in self.figures))


def find_figures(record: Record, text: str) -> list[FigureRecord]:
    """Return the figures of a document, one for each QUANTITY of its record, in order.

    Parameters
    ----------
    record
        The record of the document.
    text
        Its raw text.

    Returns
    -------
    list of FigureRecord
        What each quantity measures, when and where; see docs/concepts/figures.md.

    Raises
    ------
    InputError
        If the record is of another text.
    """
    if hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() != record["sha256"]:
        raise InputError(f"the record {record['id']!r} is of another text; label the text again")
    return read_figures(clean(text), record["entities"], record["letter"], record["id"])


def figure_series(
    figures: Iterable[FigureRecord], pattern: str, *, unit: str | None = None
) -> list[SeriesPoint]:
    """Select figures by their indicators and gather them by date and value.

    Parameters
    ----------
    pattern
        A regular expression that is searched in the indicators: ``财政补助标准``.
    unit
        Only figures with this unit; ``元`` takes also ``元/人/年``. Any unit if not given.

    Returns
    -------
    list of SeriesPoint
        By date and value, those without a date last. Changes and figures without a definite value are
        left out.

    Raises
    ------
    InputError
        If the pattern is not a regular expression.
    """
    try:
        wanted = re.compile(pattern)
    except re.error as error:
        raise InputError(f"{pattern!r} is not a regular expression: {error}") from None
    points: dict[tuple[str | None, str | None, _Value, Op], list[FigureRecord]] = defaultdict(list)
    for figure in figures:
        counted = unit in (None, figure["unit"], figure["unit"].partition("/")[0])
        value = figure["value"]
        if value is None or not counted or figure["role"] == "change" or not figure["indicator"]:
            continue
        if wanted.search(figure["indicator"]):
            key = (value[0], value[1]) if isinstance(value, list) else value
            points[(*dates_of(figure), key, figure["op"])].append(figure)
    found = [SeriesPoint(*key, tuple(members)) for key, members in points.items()]
    return sorted(found, key=_order)


def _order(point: SeriesPoint) -> tuple[bool, str, str, tuple[Scalar, ...]]:
    value = point.value if isinstance(point.value, tuple) else (point.value,)
    return (point.date is None, point.date or "", point.since or "", value)
