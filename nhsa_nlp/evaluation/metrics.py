"""Metrics of labels, facets, probabilities and spans, and how far they can be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nhsa_nlp.evaluation.bootstrap import Interval, bootstrap_interval
from nhsa_nlp.topic.labels import FACETS, indicator_matrix

FloatArray = NDArray[np.float64]


class Prf(TypedDict):
    """Precision, recall and F1 with the counts behind them; None where nothing was counted."""

    tp: int
    fp: int
    fn: int
    precision: float | None
    recall: float | None
    f1: float | None


class FacetPrf(TypedDict):
    """Precision, recall and F1 of one facet, with intervals."""

    support: int
    precision: Interval
    recall: Interval
    f1: Interval


class Spread(TypedDict):
    """Mean and spread of a figure over folds or repeats."""

    mean: float
    std: float
    min: float
    max: float


def prf(tp: int, fp: int, fn: int) -> Prf:
    """Return precision, recall and F1 of exact matches.

    Parameters
    ----------
    tp, fp, fn
        Right, spurious and missed items.

    Raises
    ------
    ValueError
        If a count is negative.
    """
    if min(tp, fp, fn) < 0:
        raise ValueError(f"negative count: tp={tp}, fp={fp}, fn={fn}")
    return {
        "tp": tp,
        "fp": fp,
        "fn": fn,
        "precision": tp / (tp + fp) if tp + fp else None,
        "recall": tp / (tp + fn) if tp + fn else None,
        "f1": 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else None,
    }


def spread(values: Sequence[float]) -> Spread:
    """Return mean, sample standard deviation, minimum and maximum."""
    array = np.asarray(values, dtype=np.float64)
    return {
        "mean": float(array.mean()),
        "std": float(array.std(ddof=1)) if len(array) > 1 else 0.0,
        "min": float(array.min()),
        "max": float(array.max()),
    }


def exact_accuracy(truth: Sequence[str], predicted: Sequence[str]) -> float:
    """Return the share of documents whose label is right as a whole."""
    return float(np.mean([t == p for t, p in zip(truth, predicted, strict=True)]))


def facet_accuracy(truth: Sequence[str], predicted: Sequence[str]) -> float:
    """Return the share of right yes/no answers over all documents and the three facets."""
    return float(np.mean(indicator_matrix(truth) == indicator_matrix(predicted)))


def macro_f1(truth: Sequence[str], predicted: Sequence[str]) -> float:
    """Return the mean F1 over the labels that occur in ``truth``."""
    pairs = list(zip(truth, predicted, strict=True))
    scores = []
    for label in sorted(set(truth)):  # in one order, so that the sum is the same every time
        tp = sum(t == p == label for t, p in pairs)
        wrong = sum((t == label) != (p == label) for t, p in pairs)
        scores.append(2 * tp / (2 * tp + wrong))
    return float(np.mean(scores))


def brier_score(truth: Sequence[str], probabilities: ArrayLike, classes: Sequence[str]) -> float:
    """Return the mean squared distance between probabilities and truth, from 0 to 2 (Brier 1950).

    Parameters
    ----------
    truth
        The right labels.
    probabilities
        Shape (documents, classes).
    classes
        The columns of ``probabilities``.
    """
    p = np.asarray(probabilities, dtype=np.float64)
    target = np.zeros_like(p)
    target[np.arange(len(truth)), _columns(truth, classes)] = 1
    return float(np.mean(np.sum((p - target) ** 2, axis=1)))


def log_loss(truth: Sequence[str], probabilities: ArrayLike, classes: Sequence[str]) -> float:
    """Return the mean negative natural logarithm of the right label's probability."""
    p = np.asarray(probabilities, dtype=np.float64)[np.arange(len(truth)), _columns(truth, classes)]
    return float(-np.mean(np.log(np.maximum(p, 1e-15))))


def expected_calibration_error(
    truth: Sequence[str], probabilities: ArrayLike, classes: Sequence[str], bins: int = 10
) -> float:
    """Return the gap between confidence and accuracy over equally wide bins (Guo et al. 2017).

    Few documents leave few in a bin, which inflates the figure: pool repeats before calling it.
    """
    p = np.asarray(probabilities, dtype=np.float64)
    confidence = p.max(axis=1)
    right = p.argmax(axis=1) == _columns(truth, classes)
    index = np.minimum((confidence * bins).astype(int), bins - 1)
    gap = np.bincount(index, weights=confidence - right, minlength=bins)
    return float(np.abs(gap).sum() / len(truth))


def confident_accuracy(
    truth: Sequence[str], probabilities: ArrayLike, classes: Sequence[str], share: float = 0.5
) -> float:
    """Return the exact accuracy on the most confident ``share`` of the documents."""
    p = np.asarray(probabilities, dtype=np.float64)
    count = max(1, round(share * len(truth)))
    first = np.argsort(-p.max(axis=1), kind="stable")[:count]
    return float(np.mean(p.argmax(axis=1)[first] == _columns(truth, classes)[first]))


def facet_report(truth: Sequence[str], predicted: Sequence[str], groups: ArrayLike) -> dict[str, FacetPrf]:
    """Return precision, recall and F1 of each facet, with bootstrap intervals over groups of documents.

    Parameters
    ----------
    truth, predicted
        The right labels and those given.
    groups
        Shape (documents,): the group of near-duplicates of each.
    """
    right, said = indicator_matrix(truth), indicator_matrix(predicted)
    report: dict[str, FacetPrf] = {}
    for column, facet in enumerate(FACETS):
        t, p = right[:, column], said[:, column]

        def figure(
            index: NDArray[np.int64],
            key: str,
            t: NDArray[np.bool_] = t,
            p: NDArray[np.bool_] = p,
        ) -> float | None:
            tp = int(np.count_nonzero(t[index] & p[index]))
            score = prf(tp, int(np.count_nonzero(p[index])) - tp, int(np.count_nonzero(t[index])) - tp)
            return {"precision": score["precision"], "recall": score["recall"], "f1": score["f1"]}[key]

        report[facet] = {
            "support": int(t.sum()),
            "precision": bootstrap_interval(lambda i, f=figure: f(i, "precision"), groups),  # type: ignore[misc]
            "recall": bootstrap_interval(lambda i, f=figure: f(i, "recall"), groups),  # type: ignore[misc]
            "f1": bootstrap_interval(lambda i, f=figure: f(i, "f1"), groups),  # type: ignore[misc]
        }
    return report


def _columns(truth: Sequence[str], classes: Sequence[str]) -> NDArray[np.int64]:
    """Return the column of each right label; ValueError if one is not among ``classes``."""
    place = {name: i for i, name in enumerate(classes)}
    missing = sorted(set(truth) - set(place))
    if missing:
        raise ValueError(f"labels without a column: {', '.join(missing)}")
    return np.array([place[label] for label in truth], dtype=np.int64)
