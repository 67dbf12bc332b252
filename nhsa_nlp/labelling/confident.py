"""Confident learning: which labels do not fit what a model predicts without having seen them.

After Northcutt, Jiang and Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels",
Journal of Artificial Intelligence Research 70 (2021), written from the paper.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]

_SLACK = 1e-6  # a probability that equals its threshold but for rounding reaches it


@dataclass(frozen=True, slots=True)
class LabelErrors:
    """What confident learning says of given labels."""

    thresholds: FloatArray
    """Shape (classes,): the mean probability of a class among the documents given it; infinite for a class
    that no document was given that is judged."""
    counts: IndexArray
    """Shape (classes, classes): the confident joint, how many documents of each given class (row) are
    confidently of each class (column), as found."""
    joint: FloatArray
    """Shape (classes, classes): the joint distribution of given and true classes estimated from it; its rows
    sum to the shares of the given classes."""
    confident: IndexArray
    """Shape (documents,): the class each document is confidently of, or -1."""
    suspicious: NDArray[np.bool_]
    """Shape (documents,): whether the given label is likely wrong, that is the document is confidently of
    another class, which is also not the given one in the prediction."""
    self_confidence: FloatArray
    """Shape (documents,): the probability of the given label; the lower, the more doubtful."""
    margin: FloatArray
    """Shape (documents,): the same minus the largest probability of another label."""


def find_label_errors(
    given: IndexArray, probabilities: FloatArray, judged: NDArray[np.bool_] | None = None
) -> LabelErrors:
    """Find labels that are likely wrong.

    A document is confidently of a class if the class's probability reaches the mean it has among the
    documents given that class; of several such classes the most probable counts. The threshold of each
    class makes up for classes that the model favours or neglects.

    Parameters
    ----------
    given
        Shape (documents,): the class given to each.
    probabilities
        Shape (documents, classes): predicted by models that did not see the document.
    judged
        Shape (documents,): the documents whose label can be judged, all if None. The others are not called
        wrong and say nothing of their class: one that no model could know would have a threshold of 0,
        which every document reaches.

    Returns
    -------
    LabelErrors
        The estimate for each document and of the whole.
    """
    documents, classes = probabilities.shape
    rows = np.arange(documents)
    judged = np.ones(documents, dtype=np.bool_) if judged is None else judged
    given_counts = np.bincount(given[judged], minlength=classes)
    own = probabilities[rows, given]
    thresholds = np.full(classes, np.inf)
    seen = given_counts > 0
    thresholds[seen] = np.bincount(given, weights=own * judged, minlength=classes)[seen] / given_counts[seen]
    reached = np.where(probabilities >= thresholds - _SLACK, probabilities, -1.0)
    confident = np.where(reached.max(axis=1) >= 0, reached.argmax(axis=1), -1)
    sure = judged & (confident >= 0)
    counts = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(counts, (given[sure], confident[sure]), 1)
    others = probabilities.copy()
    others[rows, given] = -np.inf
    return LabelErrors(
        thresholds=thresholds,
        counts=counts,
        joint=_calibrated(counts, given_counts),
        confident=confident,
        suspicious=sure & (confident != given) & (probabilities.argmax(axis=1) != given),
        self_confidence=own,
        margin=own - others.max(axis=1) if classes > 1 else own,
    )


def _calibrated(counts: IndexArray, given_counts: IndexArray) -> FloatArray:
    """Scale the rows to the given shares; a class that was given has a document at its threshold."""
    total = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, total, out=np.zeros(counts.shape), where=total > 0)
    return np.asarray(shares * given_counts[:, None] / max(1, given_counts.sum()))
