"""Metrics of labels, facets, probabilities and spans, and how far they can be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypedDict

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.metrics import accuracy_score, brier_score_loss, f1_score, log_loss

from nhsa_nlp.evaluation.bootstrap import Interval, percentile_interval, samples
from nhsa_nlp.topic.labels import FACETS, SCOPED_LABELS, indicator_matrix

FloatArray = NDArray[np.float64]

_LEAST = 1e-15  # probability; that of a label which no fold could learn is 0, its logarithm infinite


PRF_FIGURES: tuple[Literal["precision", "recall", "f1"], ...] = ("precision", "recall", "f1")


class Prf(TypedDict):
    """Precision, recall and F1 with the counts behind them; None where nothing was counted."""

    tp: int
    fp: int
    fn: int
    precision: float | None
    recall: float | None
    f1: float | None


class PrfIntervals(TypedDict):
    """Precision, recall and F1 with bootstrap intervals."""

    precision: Interval
    recall: Interval
    f1: Interval


class LabelFigures(PrfIntervals):
    """The same of one label, and how many documents have it."""

    support: int


class ProbabilityScores(TypedDict):
    """How far probabilities are from the right labels."""

    log_loss: float
    brier: float


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


def format_spread(figure: Spread) -> str:
    """Return mean and standard deviation."""
    return f"{figure['mean']:.3f} ± {figure['std']:.3f}"


def spread(values: Sequence[float]) -> Spread:
    """Return mean, sample standard deviation, minimum and maximum."""
    array = np.asarray(values, dtype=np.float64)
    return {
        "mean": float(array.mean()),
        "std": float(array.std(ddof=1)) if len(array) > 1 else 0.0,
        "min": float(array.min()),
        "max": float(array.max()),
    }


def best_labels(probabilities: FloatArray) -> list[str]:
    """Return the most probable label of each document: shape (documents, 7), or 8 with out of scope."""
    return [SCOPED_LABELS[column] for column in probabilities.argmax(axis=1)]


def label_scores(truth: Sequence[str], predicted: Sequence[str]) -> dict[str, float]:
    """Return the figures of labels out of the seven, or of what is out of scope.

    ``exact`` is the share of documents whose label is right as a whole, ``facets`` that of right yes/no
    answers over all documents and the three facets, ``macro_f1`` the mean F1 over the labels that occur in
    ``truth``.
    """
    right, said = (indicator_matrix(labels).ravel() for labels in (truth, predicted))
    return {
        "exact": float(accuracy_score(truth, predicted)),
        "facets": float(accuracy_score(right, said)),
        "macro_f1": float(f1_score(truth, predicted, labels=sorted(set(truth)), average="macro")),
    }


def probability_scores(
    truth: Sequence[str], probabilities: ArrayLike, classes: Sequence[str]
) -> ProbabilityScores:
    """Return log loss (mean negative natural logarithm) and Brier score (from 0 to 2, Brier 1950).

    ``truth`` are the right labels, ``probabilities`` those of ``classes``: shape (documents, classes).

    Raises
    ------
    ValueError
        If a right label is not among the classes.
    """
    if missing := sorted(set(truth) - set(classes)):
        raise ValueError(f"labels without a column: {', '.join(missing)}")
    place = {name: column for column, name in enumerate(classes)}
    columns = [place[label] for label in truth]
    # One more class, as scikit-learn refuses to score a single one.
    p = np.pad(np.asarray(probabilities, dtype=np.float64), ((0, 0), (0, 1)))
    numbers = range(p.shape[1])
    return {
        "log_loss": float(log_loss(columns, np.maximum(p, _LEAST), labels=numbers)),
        "brier": float(brier_score_loss(columns, p, labels=numbers, scale_by_half=False)),
    }


def prf_intervals(counts: NDArray[np.int64], groups: ArrayLike, seed: int = 0) -> PrfIntervals:
    """Return precision, recall and F1 with bootstrap intervals.

    Parameters
    ----------
    counts
        Shape (documents, 3): right, spurious and missed items of each.
    groups
        Shape (documents,): the group of near-duplicates of each.
    """
    whole, *drawn = (
        prf(*part.sum(axis=0).tolist())
        for part in (counts, *(counts[sample] for sample in samples(groups, seed)))
    )
    precision, recall, f1 = (
        percentile_interval(whole[key], [score[key] for score in drawn]) for key in PRF_FIGURES
    )
    return {"precision": precision, "recall": recall, "f1": f1}


def facet_report(
    truth: Sequence[str], predicted: Sequence[str], groups: ArrayLike
) -> dict[str, LabelFigures]:
    """Return ``support`` and the figures of `prf_intervals` of each facet, over the same ``groups``."""
    right, said = indicator_matrix(truth), indicator_matrix(predicted)
    counts = np.stack([right & said, ~right & said, right & ~said], axis=-1).astype(np.int64)
    return {
        facet: {"support": int(right[:, column].sum()), **prf_intervals(counts[:, column], groups)}
        for column, facet in enumerate(FACETS)
    }
