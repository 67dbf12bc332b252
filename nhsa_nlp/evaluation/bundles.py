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
        JSON values: ``about``, ``topic``, what of it is about each genre and origin that the documents say
        under ``by_genre`` and ``by_origin`` and, with another bundle, its figures under ``against`` and the
        tests under ``comparison``; see `nhsa_nlp.evaluation.held_out` and `.significance`.

    Raises
    ------
    BundleError
        If a bundle is damaged.
    """
    texts, labels = [d.text for d in documents], [d.label for d in documents]
    models = [_topic_model(path) for path in (bundle, against) if path is not None]
    scores = [score_model(model, texts, labels) for model in models]
    report: dict[str, Any] = {"about": _about(bundle, against, scores[0]), "topic": scores[0]}
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
    report: dict[str, Any] = {"about": _about(bundle, against, scores[0]), "entities": scores[0]}
    if against is not None:
        report["against"] = scores[1]
        groups = near_duplicate_groups([document.text for document in documents])
        report["comparison"] = compare_entities(counted[0], counted[1], groups)
    return report


def format_scores(report: dict[str, Any]) -> str:
    """Return a report as lines of text."""
    lines = list(report["about"])
    if topic := report.get("topic"):
        lines += [
            f"exact label        {format_interval(topic['exact'])}",
            f"macro-F1           {format_interval(topic['macro_f1'])}",
            f"log loss           {abs(topic['log_loss']):.3f}",
            f"Brier score        {topic['brier']:.3f}",
            f"calibration error  {topic['ece']:.3f}",
        ]
        if "facets" in topic:
            lines.insert(-4, f"sectors            {topic['facets']:.3f}")
        if "decisions" in topic:
            lines.append(_decisions(topic["decisions"]))
        if unknown := topic["unknown_labels"]:
            lines.append(f"labels the bundle does not know, so always wrong: {', '.join(unknown)}")
        lines += _table(topic["by_label"])
    for key in ("genre", "origin"):
        for value, part in report.get(f"by_{key}", {}).items():
            sectors = f", sectors {part['facets']:.3f}" if "facets" in part else ""
            exact = f"exact label {format_interval(part['exact'])}{sectors}"
            lines.append(f"{key} {value} ({part['documents']}): {exact}; {_decisions(part['decisions'])}")
    if entities := report.get("entities"):
        lines += _table({"all labels": entities["all"], **entities["by_label"]})
        lines += format_shares(entities)
    for name, figures in report.get("comparison", {}).items():
        if isinstance(figures, dict):
            low, high = figures["low"], figures["high"]
            interval = "" if low is None or high is None else f" [{low:+.3f}, {high:+.3f}]"
            lines.append(
                f"{name.replace('_', '-')}: {figures['first']:.3f} and {figures['second']:.3f}, difference "
                f"{figures['difference']:+.3f}{interval}, p = {figures['p']:.2g}"
            )
    return "\n".join(lines)


def _decisions(decisions: dict[str, Any]) -> str:
    error = decisions["no_review_error"]
    return (
        f"true label among answer and alternatives {decisions['in_prediction_set']:.1%} "
        f"({decisions['prediction_set_size']:.2f} labels on average); no review needed "
        f"{decisions['no_review']:.1%}" + ("" if error is None else f", of these wrong {error:.1%}")
    )


def _topic_model(bundle: Path) -> TopicModel:
    verify_bundle(bundle)
    return TopicModel.from_disk(bundle / "topic")


def _about(bundle: Path, against: Path | None, scores: dict[str, Any]) -> list[str]:
    paths = [path for path in (bundle, against) if path is not None]
    manifests = [read_manifest(path) for path in paths]
    names = [f"{path} ({made.name} {made.version})" for path, made in zip(paths, manifests, strict=True)]
    return [
        f"{' against '.join(names)}, {scores['documents']} held-out texts in {scores['groups']} groups of "
        "near-duplicates; 95% bootstrap intervals over the groups"
    ]


def _table(labels: dict[str, Any]) -> list[str]:
    width = 2 + max((2 * len(label) for label in labels), default=0)
    lines = [f"{'':{width}}{'texts':>8}  {'precision':22}{'recall':22}{'F1':22}"]
    for label, figures in labels.items():
        wide = sum(ord(char) > 0x2E80 for char in label)  # Chinese characters take two columns
        count = figures["support"] if "support" in figures else figures["tp"] + figures["fn"]
        cells = "".join(f"{format_interval(figures[key]):22}" for key in PRF_FIGURES)
        lines.append(f"{label:{width - wide}}{count:>8}  {cells.rstrip()}")
    return lines
