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
from collections.abc import Iterable

from nhsa_nlp.archive.series import Point, gather_points
from nhsa_nlp.checks import reason_of
from nhsa_nlp.errors import InputError
from nhsa_nlp.figures import read_figures
from nhsa_nlp.record import FigureRecord, Record
from nhsa_nlp.text import clean


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
        raise InputError("the record {id!r} is of another text; label the text again", id=record["id"])
    return read_figures(clean(text), record["entities"], record["letter"], record["id"])


def figure_series(figures: Iterable[FigureRecord], pattern: str, *, unit: str | None = None) -> list[Point]:
    """Select figures by their indicators and gather them by date and value.

    `nhsa_nlp.archive.series.build_series` finds by itself which figures are of one indicator; this is for
    those who know its words.

    Parameters
    ----------
    pattern
        A regular expression that is searched in the indicators: ``财政补助标准``.
    unit
        Only figures with this unit; ``元`` takes also ``元/人/年``. Any unit if not given.

    Returns
    -------
    list of Point
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
        raise InputError(
            "{pattern!r} is not a regular expression: {error}", pattern=pattern, error=reason_of(error)
        ) from None
    return list(
        gather_points(
            figure
            for figure in figures
            if unit in (None, figure["unit"], figure["unit"].partition("/")[0])
            and figure["role"] != "change"
            and figure["indicator"]
            and wanted.search(figure["indicator"])
        )
    )
