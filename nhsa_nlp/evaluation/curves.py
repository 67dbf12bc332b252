"""How good probabilities are: reliability, and the risk at each coverage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

import numpy as np
from numpy.typing import ArrayLike, NDArray


class CoveragePoint(TypedDict):
    """The share of wrong labels among the most confident share of the documents."""

    coverage: float
    error: float


class ReliabilityBin(TypedDict):
    """The documents whose confidence lies in a range; means are None where there are none."""

    low: float
    high: float
    count: int
    confidence: float | None
    accuracy: float | None


def risk_coverage(
    truth: Sequence[str], probabilities: ArrayLike, classes: Sequence[str], points: int = 20
) -> list[CoveragePoint]:
    """Return the error among the most confident share of the documents (El-Yaniv & Wiener 2010).

    Parameters
    ----------
    truth, probabilities, classes
        The right labels, and the probabilities of ``classes``: shape (documents, classes).
    points
        How many shares are reported, in ascending order; the last is always all documents.
    """
    confidence, right = _answers(truth, probabilities, classes)
    wrong = np.cumsum(~right[np.argsort(-confidence, kind="stable")])
    counts = np.unique(np.ceil(np.linspace(0, 1, points + 1)[1:] * len(wrong)).astype(int))
    return [{"coverage": float(n / len(wrong)), "error": float(wrong[n - 1] / n)} for n in counts]


def surer_half_accuracy(truth: Sequence[str], probabilities: ArrayLike, classes: Sequence[str]) -> float:
    """Return the accuracy on the more confident half of the documents; parameters as `risk_coverage`."""
    confidence, right = _answers(truth, probabilities, classes)
    return float(right[np.argsort(-confidence, kind="stable")[: max(1, round(len(right) / 2))]].mean())


def reliability_bins(
    truth: Sequence[str], probabilities: ArrayLike, classes: Sequence[str], bins: int = 10
) -> list[ReliabilityBin]:
    """Return confidence and accuracy in equally wide bins of confidence; parameters as `risk_coverage`."""
    confidence, right = _answers(truth, probabilities, classes)
    index = np.minimum((confidence * bins).astype(int), bins - 1)
    found: list[ReliabilityBin] = []
    for number in range(bins):
        inside = index == number
        count = int(inside.sum())
        found.append(
            {
                "low": number / bins,
                "high": (number + 1) / bins,
                "count": count,
                "confidence": float(confidence[inside].mean()) if count else None,
                "accuracy": float(right[inside].mean()) if count else None,
            }
        )
    return found


def expected_calibration_error(bins: Sequence[ReliabilityBin]) -> float:
    """Return the mean gap between confidence and accuracy over the documents' bins (Guo et al. 2017).

    Few documents leave few in a bin, which inflates the figure: pool repeats first.
    """
    gaps = [b["count"] * abs((b["confidence"] or 0.0) - (b["accuracy"] or 0.0)) for b in bins]
    return sum(gaps) / sum(b["count"] for b in bins)


def _answers(
    truth: Sequence[str], probabilities: ArrayLike, classes: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    p = np.asarray(probabilities, dtype=np.float64)
    answers = zip(p.argmax(axis=1), truth, strict=True)
    return p.max(axis=1), np.array([classes[i] == label for i, label in answers], dtype=np.bool_)
