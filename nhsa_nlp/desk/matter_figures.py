"""The newest figures of a document's matter, from the earlier answers that were found for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nhsa_nlp.archive.figure_reading import archive_figures, places_of
from nhsa_nlp.archive.matching import Precedents
from nhsa_nlp.archive.series import Point, Series, build_series, newest
from nhsa_nlp.comparison.matters import bigrams, shipped_rarity
from nhsa_nlp.record import FigureRecord

_STATED = ("reported", "rule", "target")
_SHOWN = 6
_SURE = 0.5  # confidence from which what an answering passage says is of the matter


@dataclass(frozen=True, slots=True)
class MatterFigure:
    """The newest value of an indicator.

    Attributes
    ----------
    series
        The indicator, with all its values.
    newest
        The value.
    disputed
        Whether another is said of the same date.
    """

    series: Series
    newest: Point
    disputed: bool

    @property
    def documents(self) -> list[str]:
        """The ids of the documents that say it, each once."""
        return list(dict.fromkeys(figure["document"] for figure in self.newest.figures))


def matter_figures(archive: str | Path, text: str, answers: Precedents) -> tuple[MatterFigure, ...]:
    """Return the newest figures of a document's matter, those that say most of it first.

    Of its matter are indicators that share a rare pair of characters with its beginning, and those of the
    passages that answer it, if anything does. Changes and values without a date are left out.

    Parameters
    ----------
    archive
        A database written with texts.
    text
        That of the document.
    answers
        Its precedents; theirs are the figures.

    Raises
    ------
    InputError
        If the archive cannot be read.
    """
    passages = {
        each["id"]: [(passage["start"], passage["end"]) for passage in each["passages"]]
        for each in answers["precedents"]
        if each["id"] is not None
    }
    if not passages:
        return ()
    documents = list(archive_figures(archive, list(passages)))
    figures = [each for document in documents for each in document.figures if each["role"] in _STATED]
    answering = passages if answers["confidence"] >= _SURE else {}
    pairs = set(bigrams(text))
    found: list[tuple[float, MatterFigure]] = []
    for series in build_series(figures, places=places_of(documents)):
        point = newest(series)
        if point is None:
            continue
        worth = _worth(series.name, pairs)
        if worth or any(_is_within(figure, answering) for figure in point.figures):
            found.append((worth, MatterFigure(series, point, _is_disputed(series, point))))
    found.sort(key=lambda item: (-item[0], item[1].series.name))
    return tuple(figure for _, figure in found[:_SHOWN])


def _worth(name: str, pairs: Iterable[str]) -> float:
    """Return how much an indicator says of a matter: what it shares, and which share that is of it."""
    weight = shipped_rarity().weight
    own = bigrams(name).keys()
    shared = sum(weight(pair) for pair in own & set(pairs))
    return shared * shared / (sum(weight(pair) for pair in own) or 1.0)


def _is_within(figure: FigureRecord, passages: Mapping[str, Sequence[tuple[int, int]]]) -> bool:
    return any(
        start <= figure["start"] and figure["end"] <= end
        for start, end in passages.get(figure["document"], ())
    )


def _is_disputed(series: Series, point: Point) -> bool:
    return any(point in (each.first, each.second) for each in series.contradictions)
