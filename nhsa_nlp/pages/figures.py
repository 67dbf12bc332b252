"""Series of figures as one web page: a list to search in, a small plot each, and where each value is said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from nhsa_nlp.archive.series import JUMP, Contradiction, Point, Series, newest
from nhsa_nlp.figure_text import office_time, office_value
from nhsa_nlp.pages.rendering import render_page
from nhsa_nlp.pages.series_plots import HEIGHT, WIDTH, Plot, plot_series
from nhsa_nlp.record import FigureRecord, FigureRole
from nhsa_nlp.translation import tr, tr_in

_MOST_SERIES = 5000  # of more a browser makes heavy going
_MOST_SENTENCES = 20  # of one value
_MOST_DOCUMENTS = 10  # of one sentence
_MOST_NAMES = 20


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence that says a value: what stands before it, the words themselves, what stands behind."""

    documents: str
    before: str
    words: str
    behind: str


@dataclass(frozen=True, slots=True)
class Row:
    """A value of a series, and the first of its sources; ``left`` of them are not shown."""

    time: str
    value: str
    notes: tuple[str, ...]
    contradicted: bool
    sources: tuple[Source, ...]
    left: int


@dataclass(frozen=True, slots=True)
class Entry:
    """What the page shows of a series."""

    name: str
    about: str
    others: str
    latest: Row
    marks: tuple[str, ...]
    plot: Plot | None
    rows: tuple[Row, ...]
    contradictions: tuple[str, ...]
    jumps: tuple[str, ...]


def render_figures(series: Iterable[Series], *, title: str | None = None) -> str:
    """Render series of figures as a self-contained HTML page.

    The page has one script, our own, which narrows the list; without it the page shows the whole list.
    At most 5,000 series are shown, of a value 20 sentences; the page says so where it leaves something out.

    Parameters
    ----------
    series
        Those of `nhsa_nlp.archive.series.build_series`, in the order in which they are shown.
    title
        What stands on top of the page, if not that it shows indicators.
    """
    every = list(series)
    shown = every[:_MOST_SERIES]
    documents = {figure["document"] for one in every for point in one.points for figure in point.figures}
    return render_page(
        "figures",
        script="figures.js",
        title=tr_in("page", "Indicators") if title is None else title,
        entries=(_entry(one) for one in shown),
        total=len(every),
        shown=len(shown),
        points=sum(len(one.points) for one in every),
        documents=len(documents),
        contradictions=sum(len(one.contradictions) for one in every),
        jumps=sum(len(one.jumps) for one in every),
        jump=f"{JUMP:g}",
        width=WIDTH,
        height=HEIGHT,
    )


def _entry(series: Series) -> Entry:
    numbers = {_key(point): number for number, point in enumerate(series.points)}
    contradicted = frozenset(
        numbers[_key(point)] for pair in series.contradictions for point in (pair.first, pair.second)
    )
    jumps = [(numbers[_key(one)], numbers[_key(other)]) for one, other in series.jumps]
    plot = plot_series(series, contradicted, jumps)
    rows = tuple(_row(series, point, number in contradicted) for number, point in enumerate(series.points))
    latest = newest(series) or series.points[0]
    several = plot is not None and len({mark.x for mark in plot.marks}) > 1
    marks = {"contradicted": contradicted, "jumping": jumps, "several": several}
    unit = tr("unit: {unit}").format(unit=series.unit) if series.unit else ""
    about = [series.scope or "", _role_name(series.role), unit]
    return Entry(
        series.name,
        " · ".join(filter(None, about)),
        tr_in("list", ", ").join([name for name in series.names if name != series.name][:_MOST_NAMES]),
        rows[numbers[_key(latest)]],
        tuple(name for name, present in marks.items() if present),
        plot,
        rows,
        tuple(_contradiction(series, pair) for pair in series.contradictions),
        tuple(f"{_said(series, one)} → {_said(series, other)}" for one, other in series.jumps),
    )


def _role_name(role: FigureRole) -> str:
    names: dict[FigureRole, str] = {
        "reported": tr_in("figure", "reported"),
        "rule": tr_in("figure", "rule"),
        "target": tr_in("figure", "target"),
        "change": tr_in("figure", "change"),
        "other": tr_in("figure", "other"),
    }
    return names[role]


def _key(point: Point) -> tuple[object, ...]:
    return point.date, point.since, point.cumulative, point.value, point.op


def _said(series: Series, point: Point) -> str:
    return f"{office_time(point)} {office_value(point.value, series.unit, point.op)}"


def _contradiction(series: Series, pair: Contradiction) -> str:
    said = tr_in("clause", ", ").join((_said(series, pair.first), _said(series, pair.second)))
    if pair.factor is None or pair.share is None:
        return said
    if pair.factor >= JUMP:
        return tr("{values} (by a factor of {factor})").format(values=said, factor=f"{pair.factor:.3g}")
    return tr("{values} (a difference of {share})").format(values=said, share=f"{pair.share:.1%}")


def _row(series: Series, point: Point, contradicted: bool) -> Row:
    sources = list(_sources(point.figures))
    return Row(
        office_time(point),
        office_value(point.value, series.unit, point.op),
        tuple(_notes(point.figures)),
        contradicted,
        tuple(sources[:_MOST_SENTENCES]),
        max(0, len(sources) - _MOST_SENTENCES),
    )


def _notes(figures: Sequence[FigureRecord]) -> Iterator[str]:
    bases = dict.fromkeys(figure["base"] for figure in figures if figure["base"])
    if bases:
        yield tr("compared with: {bases}").format(bases=tr_in("list", ", ").join(bases))
    if figures and all(figure["anchor"] == "letter" for figure in figures):
        yield tr("time reckoned from the date of the document")


def _sources(figures: Sequence[FigureRecord]) -> Iterator[Source]:
    """Yield each sentence once, with the documents that have it."""
    sentences: dict[tuple[str, str], list[str]] = {}
    for figure in figures:
        sentences.setdefault((figure["sentence"], figure["text"]), []).append(figure["document"])
    for (sentence, words), having in sentences.items():
        documents = list(dict.fromkeys(having))
        named = tr_in("list", ", ").join(documents[:_MOST_DOCUMENTS])
        if len(documents) > _MOST_DOCUMENTS:
            named = tr("{names} and others, {count} documents in all").format(
                names=named, count=f"{len(documents):,}"
            )
        # 6亿元 is not a part of 38.66亿元. What is there twice is not marked: nothing says which it is.
        found = list(re.finditer(rf"(?<![\d.,]){re.escape(words)}(?!\d)", sentence))
        start, end = found[0].span() if len(found) == 1 else (len(sentence), len(sentence))
        yield Source(named, sentence[:start], sentence[start:end], sentence[end:])
