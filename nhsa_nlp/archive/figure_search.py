"""Asking an archive for a figure: the newest of an indicator, with its date, place and source."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nhsa_nlp.archive.figure_reading import FigureFilter, archive_figures
from nhsa_nlp.archive.indicators import indicator_key
from nhsa_nlp.archive.series import Point, Series, build_series, newest
from nhsa_nlp.arguments import check_count, check_text
from nhsa_nlp.errors import InputError
from nhsa_nlp.record import FigureRecord, FigureRole

_STATED: tuple[FigureRole, ...] = ("reported", "rule", "target")


@dataclass(frozen=True, slots=True)
class FoundFigure:
    """An indicator that was asked for.

    Attributes
    ----------
    newest
        Its latest value, or where none has a date, the one that most report.
    sources
        The source of each of the documents of ``newest``, by id.
    """

    series: Series
    newest: Point
    sources: dict[str, str]

    def to_object(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        point, series = self.newest, self.series
        return {
            "indicator": series.name,
            "value": list(point.value) if isinstance(point.value, tuple) else point.value,
            "unit": series.unit,
            "op": point.op,
            "date": point.date,
            "since": point.since,
            "cumulative": point.cumulative,
            "scope": series.scope,
            "role": series.role,
            "documents": [
                {
                    "id": name,
                    "source": source,
                    "start": figure["start"],
                    "end": figure["end"],
                    "sentence": figure["sentence"],
                }
                for (name, source), figure in zip(self.sources.items(), _first_figures(point), strict=True)
            ],
            "values": len(series.points),
            "contradictions": len(series.contradictions),
        }


def find_newest(path: str | Path, words: str, *, limit: int | None = None) -> list[FoundFigure]:
    """Return the newest figure of each indicator of an archive that has some words.

    Parameters
    ----------
    path
        A database written with texts. Of documents whose figures are not stored in it, the texts are read.
    words
        Words of the indicator, or such as mean the same; see `nhsa_nlp.archive.indicators.has_words`.
    limit
        How many indicators to return; None for all.

    Returns
    -------
    list of FoundFigure
        Those whose indicator says least besides the words first, of these the country's before a
        place's, and the newest first. Changes are left out.

    Raises
    ------
    InputError
        If there are no words, or the file is not such a database.
    TypeError
        If ``words`` is no string, or ``limit`` no whole number.
    ValueError
        If ``limit`` is less than 1.
    """
    check_text("words", words)
    if limit is not None:
        check_count("limit", limit)
    if not words.strip():
        raise InputError("nothing to look for; give words of an indicator, such as 参保人数")
    wanted = FigureFilter(words, roles=_STATED)
    figures: list[FigureRecord] = []
    sources: dict[str, str] = {}
    places: dict[str, str] = {}
    for document in archive_figures(path, wanted=wanted):
        figures += document.figures
        sources[document.id] = document.source
        if document.place:
            places[document.id] = document.place
    answers = [_answer(series, sources) for series in build_series(figures, places=places)]
    # Sorted twice: within those that say as much, the newest first.
    answers.sort(key=lambda answer: answer.newest.date or "", reverse=True)
    answers.sort(key=_distance)
    return answers[:limit]


def _answer(series: Series, sources: dict[str, str]) -> FoundFigure:
    point = newest(series) or max(series.points, key=lambda point: len(point.figures))
    return FoundFigure(series, point, {name: sources[name] for name in point.documents})


def _distance(answer: FoundFigure) -> tuple[int, bool]:
    key = indicator_key(answer.series.name)
    return sum(map(len, key)), answer.series.scope is not None


def _first_figures(point: Point) -> list[FigureRecord]:
    """Return the first figure of each document."""
    first: dict[str, FigureRecord] = {}
    for figure in point.figures:
        first.setdefault(figure["document"], figure)
    return list(first.values())
