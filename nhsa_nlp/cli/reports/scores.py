"""Figures of held-out texts, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from nhsa_nlp.cli.reports.entities import format_shares
from nhsa_nlp.evaluation.bootstrap import format_interval
from nhsa_nlp.evaluation.metrics import PRF_FIGURES
from nhsa_nlp.evaluation.names import genre_name, origin_name
from nhsa_nlp.evaluation.wording import about_scores
from nhsa_nlp.translation import padded, tr, tr_in

if TYPE_CHECKING:
    from nhsa_nlp.evaluation.bundles import EntitiesBundleReport, PartScores, TopicBundleReport
    from nhsa_nlp.evaluation.held_out import Decisions, EntityFigures, LabelScores
    from nhsa_nlp.evaluation.metrics import LabelFigures
    from nhsa_nlp.evaluation.multiclass import OwnLabelsReport
    from nhsa_nlp.evaluation.significance import Difference

_NAME = 19  # columns for the name of a figure


def format_topic_bundle(report: TopicBundleReport) -> str:
    """Return the figures of the topic labels of a bundle as lines of text."""
    lines = [about_scores(report["bundles"], report["topic"]), *_label_scores(report["topic"])]
    genres = {genre_name(genre): part for genre, part in report.get("by_genre", {}).items()}
    lines += _parts(tr_in("word", "genre"), genres)
    origins = {origin_name(origin): part for origin, part in report.get("by_origin", {}).items()}
    lines += _parts(tr_in("word", "origin"), origins)
    if found := report.get("comparison"):
        lines += [_difference("exact", found["exact"]), _difference("macro-f1", found["macro_f1"])]
    return "\n".join(lines)


def format_entities_bundle(report: EntitiesBundleReport) -> str:
    """Return the figures of the entities of a bundle as lines of text."""
    entities = report["entities"]
    lines = [about_scores(report["bundles"], entities)]
    labels = {tr("all labels"): entities["all"], **entities["by_label"]}
    lines += _table([(name, found["tp"] + found["fn"], found) for name, found in labels.items()])
    lines += format_shares(entities)
    if comparison := report.get("comparison"):
        lines.append(_difference("f1", comparison["f1"]))
    return "\n".join(lines)


def format_own_labels(report: OwnLabelsReport) -> str:
    """Return cross-validated figures of labels of any set as lines of text."""
    about = tr(
        "{documents} texts in {groups} groups of near-duplicates, which stay on one side; {folds} folds, "
        "{repeats} repeats, seed {seed}; most frequent label {majority:.1%}"
    ).format(**report)
    return "\n".join([about, *_label_scores(report["cross_validation"])])


def _label_scores(scores: LabelScores) -> list[str]:
    shown = {tr_in("measure", "exact label"): format_interval(scores["exact"])}
    if "facets" in scores:
        shown[tr_in("word", "sectors")] = f"{scores['facets']:.3f}"
    shown |= {
        tr_in("measure", "macro-F1"): format_interval(scores["macro_f1"]),
        tr_in("measure", "log loss"): f"{abs(scores['log_loss']):.3f}",
        tr_in("measure", "Brier score"): f"{scores['brier']:.3f}",
        tr_in("measure", "calibration error"): f"{scores['ece']:.3f}",
    }
    lines = [f"{padded(name, _NAME)}{figure}" for name, figure in shown.items()]
    if "decisions" in scores:
        lines.append(_decisions(scores["decisions"]))
    if unknown := scores["unknown_labels"]:
        lines.append(
            tr("labels the bundle does not know, so always wrong: {labels}").format(labels=", ".join(unknown))
        )
    return lines + _table([(name, own["support"], own) for name, own in scores["by_label"].items()])


def _parts(kind: str, parts: Mapping[str, PartScores]) -> list[str]:
    lines = []
    for value, part in parts.items():
        figures = tr("exact label {figure}").format(figure=format_interval(part["exact"]))
        if "facets" in part:
            figures = tr_in("report", "{figures}, sectors {share:.3f}").format(
                figures=figures, share=part["facets"]
            )
        lines.append(
            tr_in("report", "{kind} {value} ({documents}): {figures}; {decisions}").format(
                kind=kind,
                value=value,
                documents=part["documents"],
                figures=figures,
                decisions=_decisions(part["decisions"]),
            )
        )
    return lines


def _difference(name: str, figures: Difference) -> str:
    low, high = figures["low"], figures["high"]
    interval = "" if low is None or high is None else f" [{low:+.3f}, {high:+.3f}]"
    return tr(
        "{name}: {first:.3f} and {second:.3f}, difference {difference:+.3f}{interval}, p = {p:.2g}"
    ).format(**figures, name=name, interval=interval)


def _decisions(decisions: Decisions) -> str:
    shown = tr(
        "true label among answer and alternatives {in_prediction_set:.1%} ({prediction_set_size:.2f} labels "
        "on average); no review needed {no_review:.1%}"
    ).format(**decisions)
    if decisions["no_review_error"] is None:
        return shown
    return tr_in("report", "{figures}, of these wrong {share:.1%}").format(
        figures=shown, share=decisions["no_review_error"]
    )


def _table(rows: Sequence[tuple[str, int, LabelFigures | EntityFigures]]) -> list[str]:
    """Return lines of labels, how many of each there are, and its figures."""
    width = 2 + max((2 * len(label) for label, _, _ in rows), default=0)
    heads = "".join(
        padded(head, 22) for head in (tr_in("measure", "precision"), tr_in("measure", "recall"), "F1")
    )
    lines = [f"{'':{width}}{padded(tr_in('word', 'texts'), 8, right=True)}  {heads}"]
    for label, count, figures in rows:
        cells = "".join(f"{format_interval(figures[key]):22}" for key in PRF_FIGURES)
        lines.append(f"{padded(label, width)}{count:>8}  {cells.rstrip()}")
    return lines
