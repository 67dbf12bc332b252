"""Figures of evaluations as web pages; those of topics with plots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from nhsa_nlp.evaluation.bootstrap import format_interval
from nhsa_nlp.evaluation.metrics import PRF_FIGURES, format_spread
from nhsa_nlp.evaluation.topic import FIGURES, compared_note, figure_name
from nhsa_nlp.pages.plots import draw_plots, setting_name
from nhsa_nlp.pages.rendering import render_page
from nhsa_nlp.translation import tr, tr_in

_SCORES = (
    *("exact", "macro_f1", "log_loss", "brier", "ece"),
    *("in_prediction_set", "prediction_set_size", "no_review", "no_review_error"),
)
"""What of scores a page shows."""


class _Table(NamedTuple):
    caption: str
    head: Sequence[str]
    rows: Iterable[Sequence[str]]
    heading: str = ""


def topic_html(report: dict[str, Any]) -> str:
    """Return a report of `nhsa_nlp.evaluation.topic.evaluate_topic` as an HTML page.

    Raises
    ------
    InputError
        If matplotlib is not installed.
    """
    settings = [name for name in ("plain", "grouped") if name in report]
    about = tr(
        "{documents} documents in {groups} groups of near-duplicates; {folds} folds, {repeats} repeats, "
        "seed {seed}; most frequent label {majority}. "
        "plain: any split; grouped: near-duplicates stay on one side."
    ).format(**{**report, "majority": f"{report['majority']:.1%}"})
    rows = [[figure_name(key), *(format_spread(report[s][key]) for s in settings)] for key in FIGURES]
    rows.append([figure_name("ece"), *(format_interval(report[s]["ece"]) for s in settings)])
    caption = tr("Figures, mean ± standard deviation over the repeats")
    tables = [_Table(caption, ["", *map(setting_name, settings)], rows)]
    tables += _subject_lines(report, settings)
    caption = tr("Facets with 95% bootstrap intervals over groups of near-duplicates, {setting}")
    tables += [
        _by_label(caption.format(setting=setting_name(setting)), report[setting]["by_facet"])
        for setting in settings
    ]
    compared = [_compared(report, setting) for setting in settings if setting in report.get("compared", {})]
    notes = [compared_note()] if compared else []
    notes += [
        tr("{name} is left out, as it is not installed: {remedy}").format(name=name, remedy=remedy)
        for name, remedy in report.get("not_compared", {}).items()
    ]
    return render_page(
        "evaluation",
        title=tr("Topic: cross-validated figures"),
        about=[about],
        tables=tables + compared,
        notes=notes,
        plots=draw_plots(report, settings),
    )


def scores_html(title: str, report: dict[str, Any]) -> str:
    """Return scores on held-out texts, or of labels of any set, as an HTML page.

    Parameters
    ----------
    report
        ``about``, a list of sentences; and as far as they were measured ``topic``, the figures of
        `nhsa_nlp.evaluation.held_out.score_labels`, ``entities``, those of
        `nhsa_nlp.evaluation.held_out.score_entities`, and ``comparison``, those of
        `nhsa_nlp.evaluation.significance`.

    Raises
    ------
    InputError
        If plots are to be drawn and matplotlib is not installed.
    """
    tables = []
    topic, entities = report.get("topic"), report.get("entities")
    if topic:
        measured = {**topic, **topic.get("decisions", {})}
        rows = [[figure_name(key), format_interval(measured[key])] for key in _SCORES if key in measured]
        caption = tr("Figures with 95% bootstrap intervals over groups of near-duplicates")
        tables = [
            _Table(caption, ["", tr_in("measure", "value")], rows),
            _by_label(tr("By label"), topic["by_label"]),
        ]
    if entities:
        tables.append(_by_label(tr("By label"), {tr("all labels"): entities["all"], **entities["by_label"]}))
    for name, figures in report.get("comparison", {}).items():
        if isinstance(figures, dict):
            head = {
                "first": tr_in("measure", "first"),
                "second": tr_in("measure", "second"),
                "difference": tr_in("measure", "difference"),
                "low": tr_in("measure", "low"),
                "high": tr_in("measure", "high"),
            }
            cells = [format_interval(figures[key]) for key in head]
            caption = tr("{measure}: second bundle less first, 95% paired bootstrap interval").format(
                measure=figure_name(name)
            )
            tables.append(_Table(caption, [*head.values(), "p"], [[*cells, f"{figures['p']:.2g}"]]))
    return render_page(
        "evaluation",
        title=title,
        about=report["about"],
        tables=tables,
        notes=[],
        plots=draw_plots({"scores": topic}, ["scores"]) if topic else None,
    )


def entities_html(report: dict[str, Any]) -> str:
    """Return a report of `nhsa_nlp.evaluation.entities.evaluate_entities` as an HTML page."""
    about = tr(
        "{documents} documents with {entities} entities; {folds} folds, {repeats} repeats, seed {seed}; "
        "grouped by near-duplicates."
    ).format(**report)
    tables = []
    for variant, figures in report["variants"].items():
        labels = {
            name: scores for name, scores in figures.items() if isinstance(scores, dict) and "tp" in scores
        }
        tables.append(_by_label(tr("By label"), labels)._replace(heading=tr_in("variant", variant)))
    return render_page(
        "evaluation",
        title=tr("Entities: cross-validated figures"),
        about=[about],
        tables=tables,
        notes=[],
        plots=None,
    )


def _by_label(caption: str, labels: Mapping[str, Mapping[str, Any]]) -> _Table:
    rows = [
        [
            f"{label} ({figures['support']})" if "support" in figures else label,
            *(format_interval(figures[key]) for key in PRF_FIGURES),
        ]
        for label, figures in labels.items()
    ]
    return _Table(caption, ["", tr_in("measure", "precision"), tr_in("measure", "recall"), "F1"], rows)


def _subject_lines(report: dict[str, Any], settings: Sequence[str]) -> list[_Table]:
    figures = report["subject_lines"]
    rows = [
        [
            setting_name(setting),
            format_spread(figures[setting]["exact"]),
            format_spread(figures[setting]["facets"]),
        ]
        for setting in settings
        if setting in figures
    ]
    caption = tr("From the subject line alone ({count} documents have one)").format(
        count=figures["documents"]
    )
    return [_Table(caption, ["", figure_name("exact"), figure_name("facets")], rows)] if rows else []


def _compared(report: dict[str, Any], setting: str) -> _Table:
    def measured(scores: dict[str, Any]) -> list[str]:
        return [format_spread(scores[key]) for key in ("exact", "facets", "macro_f1")]

    rows = [[tr("this classifier"), *measured(report[setting]), *[""] * 4]]
    rows += [
        [
            tr_in("word", name),
            *measured(scores),
            f"{scores['test']['difference']:+.3f}",
            tr_in("measure", "undefined") if scores["test"]["p"] is None else f"{scores['test']['p']:.2g}",
            tr_in("report", "{won} of {repeats}").format(**scores["over_repeats"]),
            f"{scores['over_repeats']['p']:.2g}",
        ]
        for name, scores in report["compared"][setting].items()
    ]
    measures = [figure_name(key) for key in ("exact", "facets", "macro_f1")]
    head = ["", *measures, tr("ahead by"), "p", tr("repeats won"), "p*"]
    caption = tr("Other methods on the same splits, {setting}").format(setting=setting_name(setting))
    return _Table(caption, head, rows)
