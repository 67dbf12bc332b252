"""Cross-validating the topic classifier: plain, and with near-duplicates kept on one side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.base import ClassifierMixin, clone

from nhsa_nlp.errors import InputError
from nhsa_nlp.evaluation import metrics
from nhsa_nlp.evaluation.splits import near_duplicate_groups, stratified_folds
from nhsa_nlp.topic.classifier import TopicClassifier
from nhsa_nlp.topic.labels import LABELS

FloatArray = NDArray[np.float64]

_NAMES = {
    "exact": "exact label",
    "facets": "facets",
    "macro_f1": "macro-F1",
    "confident_half": "exact, surer half",
    "log_loss": "log loss",
    "brier": "Brier score",
}


def evaluate_topic(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    folds: int = 5,
    repeats: int = 10,
    seed: int = 0,
    grouped: bool | Literal["both"] = "both",
    classifier: ClassifierMixin | None = None,
) -> dict[str, Any]:
    """Cross-validate the topic classifier on documents with the seven labels.

    Everything that is fitted or chosen is so on the training folds alone. A repeat is one complete
    cross-validation, with its own shuffle; its figures are those of all documents together.

    Parameters
    ----------
    texts, labels
        The documents and their labels.
    folds
        The number of folds.
    repeats
        How many times the cross-validation is repeated.
    seed
        Of the first shuffle; repeat ``r`` takes ``seed + r``.
    grouped
        Whether near-duplicates are kept on one side of the split: no, yes, or one after the other.
    classifier
        The classifier to clone and fit; the released one if not given.

    Returns
    -------
    dict[str, Any]
        JSON values: the data, the setting, the share of the most frequent label (``majority``),
        and under ``plain`` and ``grouped`` each figure's mean and spread over the repeats, the
        expected calibration error over all repeats pooled, and precision, recall and F1 of each
        facet with bootstrap intervals (of the first repeat).

    Raises
    ------
    InputError
        If a label is not one of the seven, or there are too few documents for the folds.
    """
    if len(texts) != len(labels):
        raise InputError(f"{len(texts)} texts but {len(labels)} labels")
    if repeats < 1:
        raise InputError(f"{repeats} repeats: at least 1 is needed")
    unknown = sorted(set(labels) - set(LABELS))
    if unknown:
        raise InputError(f"unknown label {unknown[0]!r}; the labels are {', '.join(LABELS)}")
    if not labels:
        raise InputError("no documents to evaluate on")
    estimator = TopicClassifier() if classifier is None else classifier
    groups = near_duplicate_groups(texts)
    counts = Counter(labels)
    report: dict[str, Any] = {
        "documents": len(texts),
        "groups": int(groups.max()) + 1,
        "labels": {label: counts[label] for label in LABELS if counts[label]},
        "majority": max(counts.values()) / len(labels),
        "folds": folds,
        "repeats": repeats,
        "seed": seed,
    }
    if grouped in (False, "both"):
        report["plain"] = _repeat(estimator, texts, labels, folds, repeats, seed, None)
    if grouped:
        report["grouped"] = _repeat(estimator, texts, labels, folds, repeats, seed, groups)
    return report


def _repeat(
    estimator: Any,
    texts: Sequence[str],
    labels: Sequence[str],
    folds: int,
    repeats: int,
    seed: int,
    groups: NDArray[np.int64] | None,
) -> dict[str, Any]:
    figures: dict[str, list[float]] = {name: [] for name in _NAMES}
    pooled: list[FloatArray] = []
    first: list[str] = []
    for repeat in range(repeats):
        probabilities = np.zeros((len(texts), len(LABELS)))
        for train, test in stratified_folds(labels, folds, seed + repeat, groups):
            fitted = clone(estimator).fit([texts[i] for i in train], [labels[i] for i in train])
            columns = [LABELS.index(label) for label in fitted.classes_]
            probabilities[test[:, None], columns] = fitted.predict_proba([texts[i] for i in test])
        predicted = [LABELS[i] for i in probabilities.argmax(axis=1)]
        first = first or predicted
        pooled.append(probabilities)
        figures["exact"].append(metrics.exact_accuracy(labels, predicted))
        figures["facets"].append(metrics.facet_accuracy(labels, predicted))
        figures["macro_f1"].append(metrics.macro_f1(labels, predicted))
        figures["confident_half"].append(metrics.confident_accuracy(labels, probabilities, LABELS))
        figures["log_loss"].append(metrics.log_loss(labels, probabilities, LABELS))
        figures["brier"].append(metrics.brier_score(labels, probabilities, LABELS))
    return {
        **{name: metrics.spread(values) for name, values in figures.items()},
        "ece": metrics.expected_calibration_error(list(labels) * repeats, np.concatenate(pooled), LABELS),
        "by_facet": metrics.facet_report(labels, first),
    }


def format_topic_report(report: dict[str, Any]) -> str:
    """Return an `evaluate_topic` report as lines for a terminal."""
    settings = [name for name in ("plain", "grouped") if name in report]
    lines = [
        f"{report['documents']} documents in {report['groups']} groups of near-duplicates; "
        f"{report['folds']} folds, {report['repeats']} repeats; "
        f"most frequent label {report['majority']:.1%}",
        f"{'':20}" + "".join(f"{name:>18}" for name in settings),
    ]
    for key, title in _NAMES.items():
        cells = [f"{report[s][key]['mean']:.3f} ± {report[s][key]['std']:.3f}" for s in settings]
        lines.append(f"{title:20}" + "".join(f"{cell:>18}" for cell in cells))
    lines.append(f"{'calibration error':20}" + "".join(f"{report[s]['ece']:>18.3f}" for s in settings))
    for setting in settings:
        for facet, scores in report[setting]["by_facet"].items():
            cells = [f"{key} {_interval(scores[key])}" for key in ("precision", "recall", "f1")]
            lines.append(f"{setting} {facet} ({scores['support']}): " + ", ".join(cells))
    return "\n".join(lines)


def _interval(figure: metrics.Interval) -> str:
    if figure["value"] is None or figure["low"] is None or figure["high"] is None:
        return "undefined"
    return f"{figure['value']:.3f} [{figure['low']:.3f}, {figure['high']:.3f}]"
