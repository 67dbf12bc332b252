"""Figures of evaluations as web pages; those of topics with plots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from nhsa_nlp.evaluation.bootstrap import INTERVALS, format_interval
from nhsa_nlp.evaluation.metrics import PRF_FIGURES, format_spread
from nhsa_nlp.evaluation.topic import COMPARED_NOTE, FIGURE_NAMES
from nhsa_nlp.pages.plots import draw_plots
from nhsa_nlp.pages.rendering import render_page

_SCORE_NAMES = {
    "exact": "exact label",
    "macro_f1": "macro-F1",
    "log_loss": "log loss",
    "brier": "Brier score",
    "ece": "calibration error",
    "in_prediction_set": "true label in answer and alternatives",
    "prediction_set_size": "… of so many labels",
    "no_review": "need no review",
    "no_review_error": "… of these wrong",
}


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
    about = (
        f"{report['documents']} documents in {report['groups']} groups of near-duplicates; "
        f"{report['folds']} folds, {report['repeats']} repeats, seed {report['seed']}; "
        f"most frequent label {report['majority']:.1%}. "
        "plain: any split; grouped: near-duplicates stay on one side."
    )
    rows = [[name, *(format_spread(report[s][key]) for s in settings)] for key, name in FIGURE_NAMES.items()]
    rows.append(["calibration error", *(format_interval(report[s]["ece"]) for s in settings)])
    tables = [_Table("Figures, mean ± standard deviation over the repeats", ["", *settings], rows)]
    tables += _subject_lines(report, settings)
    tables += [
        _by_label(f"Facets with {INTERVALS}, {setting}", report[setting]["by_facet"]) for setting in settings
    ]
    compared = [_compared(report, setting) for setting in settings if setting in report.get("compared", {})]
    notes = [COMPARED_NOTE] if compared else []
    notes += [
        f"{name} is left out, as it is not installed: {remedy}"
        for name, remedy in report.get("not_compared", {}).items()
    ]
    return render_page(
        "evaluation",
        title="Topic: cross-validated figures",
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
        rows = [
            [name, format_interval(measured[key])] for key, name in _SCORE_NAMES.items() if key in measured
        ]
        tables = [
            _Table(f"Figures with {INTERVALS}", ["", "value"], rows),
            _by_label("By label", topic["by_label"]),
        ]
    if entities:
        tables.append(_by_label("By label", {"all labels": entities["all"], **entities["by_label"]}))
    for name, figures in report.get("comparison", {}).items():
        if isinstance(figures, dict):
            head = ["first", "second", "difference", "low", "high"]
            cells = [format_interval(figures[key]) for key in head]
            caption = f"{name.replace('_', ' ')}: second bundle less first, 95% paired bootstrap interval"
            tables.append(_Table(caption, [*head, "p"], [[*cells, f"{figures['p']:.2g}"]]))
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
    about = (
        f"{report['documents']} documents with {report['entities']} entities; {report['folds']} folds, "
        f"{report['repeats']} repeats, seed {report['seed']}; {report['split']}."
    )
    tables = []
    for variant, figures in report["variants"].items():
        labels = {
            name: scores for name, scores in figures.items() if isinstance(scores, dict) and "tp" in scores
        }
        tables.append(_by_label("By label", labels)._replace(heading=variant))
    return render_page(
        "evaluation",
        title="Entities: cross-validated figures",
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
    return _Table(caption, ["", "precision", "recall", "F1"], rows)


def _subject_lines(report: dict[str, Any], settings: Sequence[str]) -> list[_Table]:
    figures = report["subject_lines"]
    rows = [
        [setting, format_spread(figures[setting]["exact"]), format_spread(figures[setting]["facets"])]
        for setting in settings
        if setting in figures
    ]
    caption = f"From the subject line alone ({figures['documents']} documents have one)"
    return [_Table(caption, ["", "exact label", "facets"], rows)] if rows else []


def _compared(report: dict[str, Any], setting: str) -> _Table:
    def measured(scores: dict[str, Any]) -> list[str]:
        return [format_spread(scores[key]) for key in ("exact", "facets", "macro_f1")]

    rows = [["this classifier", *measured(report[setting]), *[""] * 4]]
    rows += [
        [
            name,
            *measured(scores),
            f"{scores['test']['difference']:+.3f}",
            "undefined" if scores["test"]["p"] is None else f"{scores['test']['p']:.2g}",
            f"{scores['over_repeats']['won']} of {scores['over_repeats']['repeats']}",
            f"{scores['over_repeats']['p']:.2g}",
        ]
        for name, scores in report["compared"][setting].items()
    ]
    head = ["", "exact label", "facets", "macro-F1", "ahead by", "p", "repeats won", "p*"]
    return _Table(f"Other methods on the same splits, {setting}", head, rows)
