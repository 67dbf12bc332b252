"""Measuring bundles on held-out files, alone or against each other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nhsa_nlp
from nhsa_nlp.data.corpus import AnnotatedText, LabelledText
from nhsa_nlp.evaluation.bootstrap import format_interval
from nhsa_nlp.evaluation.entities import count_entities, format_shares
from nhsa_nlp.evaluation.held_out import score_entities, score_model
from nhsa_nlp.evaluation.metrics import PRF_FIGURES
from nhsa_nlp.evaluation.significance import compare_entities, compare_labels
from nhsa_nlp.pipeline.bundle import read_manifest, verify_bundle
from nhsa_nlp.splits import near_duplicate_groups
from nhsa_nlp.topic.model import TopicModel
from nhsa_nlp.translation import Language, padded, tr, tr_in

_NAME = 19  # columns for the name of a figure


def evaluate_topic_bundle(
    bundle: Path, documents: Sequence[LabelledText], against: Path | None = None
) -> dict[str, Any]:
    """Score the topic labels of a bundle on held-out texts.

    Parameters
    ----------
    against
        Another bundle to compare it with; the figures of the comparison are this one less ``bundle``.

    Returns
    -------
    dict[str, Any]
        JSON values: ``about``, ``bundles``, ``topic``, what of it is about each genre and origin that the
        documents say under ``by_genre`` and ``by_origin`` and, with another bundle, its figures under
        ``against`` and the tests under ``comparison``; see `nhsa_nlp.evaluation.held_out` and
        `.significance`.

    Raises
    ------
    BundleError
        If a bundle is damaged.
    """
    texts, labels = [d.text for d in documents], [d.label for d in documents]
    models = [_topic_model(path) for path in (bundle, against) if path is not None]
    scores = [score_model(model, texts, labels) for model in models]
    report: dict[str, Any] = {"bundles": _named(bundle, against), "topic": scores[0]}
    report["about"] = [_about(report, "en")]
    for key in ("genre", "origin"):
        values = [getattr(document, key) for document in documents]
        for value in sorted(set(values) - {""}):
            rows = [row for row, own in enumerate(values) if own == value]
            part = score_model(models[0], [texts[row] for row in rows], [labels[row] for row in rows])
            kept = ("documents", "exact", "facets", "decisions")
            report.setdefault(f"by_{key}", {})[value] = {name: part[name] for name in kept if name in part}
    if against is not None:
        report["against"] = scores[1]
        first, second = (model.predict(texts) for model in models)
        report["comparison"] = compare_labels(labels, first, second, near_duplicate_groups(texts))
    return report


def evaluate_entities_bundle(
    bundle: Path, documents: Sequence[AnnotatedText], against: Path | None = None
) -> dict[str, Any]:
    """Score the entities of a bundle on held-out texts; see `evaluate_topic_bundle`."""
    pipelines = [nhsa_nlp.load(path) for path in (bundle, against) if path is not None]
    counted = [count_entities(nlp, documents) for nlp in pipelines]
    scores = [score_entities(counts, documents) for counts in counted]
    report: dict[str, Any] = {"bundles": _named(bundle, against), "entities": scores[0]}
    report["about"] = [_about(report, "en")]
    if against is not None:
        report["against"] = scores[1]
        groups = near_duplicate_groups([document.text for document in documents])
        report["comparison"] = compare_entities(counted[0], counted[1], groups)
    return report


def format_scores(report: dict[str, Any]) -> str:
    """Return a report as lines of text."""
    lines = [_about(report)] if "bundles" in report else list(report["about"])
    if topic := report.get("topic"):
        shown = {tr_in("measure", "exact label"): format_interval(topic["exact"])}
        if "facets" in topic:
            shown[tr_in("word", "sectors")] = f"{topic['facets']:.3f}"
        shown |= {
            tr_in("measure", "macro-F1"): format_interval(topic["macro_f1"]),
            tr_in("measure", "log loss"): f"{abs(topic['log_loss']):.3f}",
            tr_in("measure", "Brier score"): f"{topic['brier']:.3f}",
            tr_in("measure", "calibration error"): f"{topic['ece']:.3f}",
        }
        lines += [f"{padded(name, _NAME)}{figure}" for name, figure in shown.items()]
        if "decisions" in topic:
            lines.append(_decisions(topic["decisions"]))
        if unknown := topic["unknown_labels"]:
            lines.append(
                tr("labels the bundle does not know, so always wrong: {labels}").format(
                    labels=", ".join(unknown)
                )
            )
        lines += _table(topic["by_label"])
    for key, name in (("by_genre", tr_in("word", "genre")), ("by_origin", tr_in("word", "origin"))):
        for value, part in report.get(key, {}).items():
            figures = tr("exact label {figure}").format(figure=format_interval(part["exact"]))
            if "facets" in part:
                figures = tr_in("report", "{figures}, sectors {share:.3f}").format(
                    figures=figures, share=part["facets"]
                )
            lines.append(
                tr_in("report", "{kind} {value} ({documents}): {figures}; {decisions}").format(
                    kind=name,
                    value=value,
                    documents=part["documents"],
                    figures=figures,
                    decisions=_decisions(part["decisions"]),
                )
            )
    if entities := report.get("entities"):
        lines += _table({tr("all labels"): entities["all"], **entities["by_label"]})
        lines += format_shares(entities)
    for name, figures in report.get("comparison", {}).items():
        if isinstance(figures, dict):
            low, high = figures["low"], figures["high"]
            interval = "" if low is None or high is None else f" [{low:+.3f}, {high:+.3f}]"
            what = tr(
                "{name}: {first:.3f} and {second:.3f}, difference {difference:+.3f}{interval}, p = {p:.2g}"
            )
            lines.append(what.format(**{**figures, "name": name.replace("_", "-"), "interval": interval}))
    return "\n".join(lines)


def _decisions(decisions: dict[str, Any]) -> str:
    shown = tr(
        "true label among answer and alternatives {in_prediction_set:.1%} ({prediction_set_size:.2f} labels "
        "on average); no review needed {no_review:.1%}"
    ).format(**decisions)
    if decisions["no_review_error"] is None:
        return shown
    return tr_in("report", "{figures}, of these wrong {share:.1%}").format(
        figures=shown, share=decisions["no_review_error"]
    )


def _topic_model(bundle: Path) -> TopicModel:
    verify_bundle(bundle)
    return TopicModel.from_disk(bundle / "topic")


def _named(bundle: Path, against: Path | None) -> list[str]:
    paths = [path for path in (bundle, against) if path is not None]
    manifests = [read_manifest(path) for path in paths]
    return [f"{path} ({made.name} {made.version})" for path, made in zip(paths, manifests, strict=True)]


def _about(report: dict[str, Any], language: Language | None = None) -> str:
    """Return what was scored on what."""
    scores = report["topic"] if "topic" in report else report["entities"]
    what = tr(
        "{bundles}, {documents} held-out texts in {groups} groups of near-duplicates; 95% bootstrap "
        "intervals over the groups",
        language,
    )
    bundles = tr(" against ", language).join(report["bundles"])
    return what.format(bundles=bundles, documents=scores["documents"], groups=scores["groups"])


def _table(labels: dict[str, Any]) -> list[str]:
    width = 2 + max((2 * len(label) for label in labels), default=0)
    heads = "".join(
        padded(head, 22) for head in (tr_in("measure", "precision"), tr_in("measure", "recall"), "F1")
    )
    lines = [f"{'':{width}}{padded(tr_in('word', 'texts'), 8, right=True)}  {heads}"]
    for label, figures in labels.items():
        count = figures["support"] if "support" in figures else figures["tp"] + figures["fn"]
        cells = "".join(f"{format_interval(figures[key]):22}" for key in PRF_FIGURES)
        lines.append(f"{padded(label, width)}{count:>8}  {cells.rstrip()}")
    return lines
