"""Figures of evaluations as web pages; those of topics with plots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

from nhsa_nlp.data.entities import EntityLabel
from nhsa_nlp.evaluation.bootstrap import format_interval
from nhsa_nlp.evaluation.metrics import PRF_FIGURES, format_spread
from nhsa_nlp.evaluation.names import figure_name
from nhsa_nlp.evaluation.topic import FIGURES, SETTINGS
from nhsa_nlp.evaluation.wording import compared_note
from nhsa_nlp.pages.plots import draw_plots, setting_name
from nhsa_nlp.pages.rendering import render_page
from nhsa_nlp.translation import tr, tr_in

if TYPE_CHECKING:
    from nhsa_nlp.evaluation.bundles import EntitiesBundleReport, TopicBundleReport
    from nhsa_nlp.evaluation.compare import MethodScores
    from nhsa_nlp.evaluation.entities import EntitiesReport
    from nhsa_nlp.evaluation.held_out import EntityFigures, LabelScores
    from nhsa_nlp.evaluation.metrics import Prf, PrfIntervals
    from nhsa_nlp.evaluation.multiclass import OwnLabelsReport
    from nhsa_nlp.evaluation.significance import Difference
    from nhsa_nlp.evaluation.topic import Setting, SplitFigures, TopicReport

_SCORES = (
    *("exact", "macro_f1", "log_loss", "brier", "ece"),
    *("in_prediction_set", "prediction_set_size", "no_review", "no_review_error"),
)
"""What of scores a page shows."""

_COMPARED: tuple[Literal["exact", "facets", "macro_f1"], ...] = ("exact", "facets", "macro_f1")
_COMPARED_LABELS: tuple[Literal["exact", "macro_f1"], ...] = ("exact", "macro_f1")
_ENTITY_LABELS: list[EntityLabel] = sorted(get_args(EntityLabel))


class _Table(NamedTuple):
    caption: str
    head: Sequence[str]
    rows: Iterable[Sequence[str]]
    heading: str = ""


def topic_html(report: TopicReport) -> str:
    """Return a report of `nhsa_nlp.evaluation.topic.evaluate_topic` as an HTML page.

    Raises
    ------
    InputError
        If matplotlib is not installed.
    """
    settings = [name for name in SETTINGS if name in report]
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
        _by_label(
            caption.format(setting=setting_name(setting)),
            {f"{facet} ({own['support']})": own for facet, own in report[setting]["by_facet"].items()},
        )
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
        plots=draw_plots({name: report[name] for name in settings}, report.get("learning_curve")),
    )


def topic_bundle_html(report: TopicBundleReport) -> str:
    """Return a report of `nhsa_nlp.evaluation.bundles.evaluate_topic_bundle` as an HTML page.

    Raises
    ------
    InputError
        If matplotlib is not installed.
    """
    compared = report.get("comparison")
    tables = [] if compared is None else [_difference(key, compared[key]) for key in _COMPARED_LABELS]
    return _label_scores_html(
        tr("Topic: held-out figures"), report["about"], report["topic"], differences=tables
    )


def own_labels_html(report: OwnLabelsReport) -> str:
    """Return a report of `nhsa_nlp.evaluation.multiclass.cross_validate` as an HTML page.

    Raises
    ------
    InputError
        If matplotlib is not installed.
    """
    about = tr("{documents} texts, {folds} folds, {repeats} repeats").format(**report)
    return _label_scores_html(tr("Topic: cross-validated figures"), [about], report["cross_validation"])


def entities_bundle_html(report: EntitiesBundleReport) -> str:
    """Return a report of `nhsa_nlp.evaluation.bundles.evaluate_entities_bundle` as an HTML page."""
    entities, compared = report["entities"], report.get("comparison")
    tables = [_by_label(tr("By label"), {tr("all labels"): entities["all"], **entities["by_label"]})]
    if compared is not None:
        tables.append(_difference("f1", compared["f1"]))
    return render_page(
        "evaluation",
        title=tr("Entities: held-out figures"),
        about=report["about"],
        tables=tables,
        notes=[],
        plots=None,
    )


def _label_scores_html(
    title: str, about: Sequence[str], scores: LabelScores, differences: Sequence[_Table] = ()
) -> str:
    measured: Mapping[str, Any] = {**scores, **scores.get("decisions", {})}
    rows = [[figure_name(key), format_interval(measured[key])] for key in _SCORES if key in measured]
    caption = tr("Figures with 95% bootstrap intervals over groups of near-duplicates")
    labels = {f"{label} ({own['support']})": own for label, own in scores["by_label"].items()}
    return render_page(
        "evaluation",
        title=title,
        about=about,
        tables=[
            _Table(caption, ["", tr_in("measure", "value")], rows),
            _by_label(tr("By label"), labels),
            *differences,
        ],
        notes=[],
        plots=draw_plots({"scores": scores}),
    )


def _difference(name: str, figures: Difference) -> _Table:
    head = {
        "first": tr_in("measure", "first"),
        "second": tr_in("measure", "second"),
        "difference": tr_in("measure", "difference"),
        "low": tr_in("measure", "low"),
        "high": tr_in("measure", "high"),
    }
    shown: Mapping[str, Any] = {**figures}
    cells = [format_interval(shown[key]) for key in head]
    caption = tr("{measure}: second bundle less first, 95% paired bootstrap interval").format(
        measure=figure_name(name)
    )
    return _Table(caption, [*head.values(), "p"], [[*cells, f"{figures['p']:.2g}"]])


def entities_html(report: EntitiesReport) -> str:
    """Return a report of `nhsa_nlp.evaluation.entities.evaluate_entities` as an HTML page."""
    about = tr(
        "{documents} documents with {entities} entities; {folds} folds, {repeats} repeats, seed {seed}; "
        "grouped by near-duplicates."
    ).format(**report)
    tables = []
    for variant, figures in report["variants"].items():
        labels: dict[str, Prf] = {name: figures[name] for name in _ENTITY_LABELS if name in figures}
        tables.append(_by_label(tr("By label"), labels)._replace(heading=tr_in("variant", variant)))
    return render_page(
        "evaluation",
        title=tr("Entities: cross-validated figures"),
        about=[about],
        tables=tables,
        notes=[],
        plots=None,
    )


def _by_label(
    caption: str,
    labels: Mapping[str, PrfIntervals] | Mapping[str, EntityFigures] | Mapping[str, Prf],
) -> _Table:
    rows = [
        [label, *(format_interval(figures[key]) for key in PRF_FIGURES)] for label, figures in labels.items()
    ]
    return _Table(caption, ["", tr_in("measure", "precision"), tr_in("measure", "recall"), "F1"], rows)


def _subject_lines(report: TopicReport, settings: Sequence[Setting]) -> list[_Table]:
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


def _compared(report: TopicReport, setting: Setting) -> _Table:
    def measured(scores: SplitFigures | MethodScores) -> list[str]:
        return [format_spread(scores[key]) for key in _COMPARED]

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
    measures = [figure_name(key) for key in _COMPARED]
    head = ["", *measures, tr("ahead by"), "p", tr("repeats won"), "p*"]
    caption = tr("Other methods on the same splits, {setting}").format(setting=setting_name(setting))
    return _Table(caption, head, rows)
