"""Cross-validated predictions of topic classifiers, all on the same splits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone

from nhsa_nlp.evaluation import metrics
from nhsa_nlp.letter import parse_letter
from nhsa_nlp.splits import IndexArray, stratified_folds
from nhsa_nlp.topic.labels import LABELS

FloatArray = NDArray[np.float64]
Split = list[tuple[IndexArray, IndexArray]]

_SHARES = (0.25, 0.5, 0.75, 1.0)


class LearningPoint(TypedDict):
    """Accuracy after training on a part of each training fold."""

    share: float
    documents: float
    exact: metrics.Spread
    facets: metrics.Spread


def repeated_splits(
    labels: Sequence[str], folds: int, repeats: int, seed: int, groups: NDArray[np.int64] | None
) -> list[Split]:
    """Return one split into folds for each repeat; repeat ``r`` is shuffled by ``seed + r``.

    Raises
    ------
    InputError
        If there are fewer documents or groups than folds.
    """
    return [stratified_folds(labels, folds, seed + repeat, groups) for repeat in range(repeats)]


def subject_lines(texts: Sequence[str]) -> dict[int, str]:
    """Return the subject line of each document that has one, by the document's index."""
    found = ((index, parse_letter(text)["subject"]) for index, text in enumerate(texts))
    return {index: subject for index, subject in found if subject}


def cross_predict(
    estimator: Any,
    texts: Sequence[str],
    labels: Sequence[str],
    split: Split,
    subjects: dict[int, str],
) -> tuple[FloatArray, FloatArray]:
    """Predict each document by a classifier that was fitted on the other folds.

    Parameters
    ----------
    estimator
        Cloned and fitted once a fold.
    texts, labels
        The documents and their labels.
    split
        The documents to train on and to test on, for each fold.
    subjects
        Subject lines to predict as well, by the document they stand for.

    Returns
    -------
    tuple[FloatArray, FloatArray]
        Probabilities of the seven labels, both of shape (documents, 7): from the documents, and
        from the subject lines alone (zero where there is none).
    """
    whole = np.zeros((len(texts), len(LABELS)))
    short = np.zeros((len(texts), len(LABELS)))
    for train, test in split:
        fitted = clone(estimator).fit([texts[i] for i in train], [labels[i] for i in train])
        columns = [LABELS.index(label) for label in fitted.classes_]
        whole[test[:, None], columns] = fitted.predict_proba([texts[i] for i in test])
        known = np.array([i for i in test if i in subjects], dtype=np.int64)
        if len(known):
            short[known[:, None], columns] = fitted.predict_proba([subjects[i] for i in known])
    return whole, short


def learning_curve(
    estimator: Any,
    texts: Sequence[str],
    labels: Sequence[str],
    splits: Sequence[Split],
    seed: int,
) -> list[LearningPoint]:
    """Return the accuracy after training on a quarter, a half, three quarters and all.

    The smaller parts are drawn at random and lie within the larger; the documents to test on stay
    the same, so the points differ in nothing but what was learnt from.

    Parameters
    ----------
    estimator
        Cloned and fitted for each fold and each share.
    texts, labels
        The documents and their labels.
    splits
        The folds of each repeat.
    seed
        Of the draws.
    """
    points: list[LearningPoint] = []
    for share in _SHARES:
        rng = np.random.default_rng(seed)  # the same order at each share
        exact, facets, sizes = [], [], []
        for split in splits:
            parts: Split = []
            for train, test in split:
                count = max(1, round(share * len(train)))
                parts.append((np.sort(rng.permutation(train)[:count]), test))
                sizes.append(count)
            probabilities, _ = cross_predict(estimator, texts, labels, parts, {})
            predicted = [LABELS[i] for i in probabilities.argmax(axis=1)]
            exact.append(metrics.exact_accuracy(labels, predicted))
            facets.append(metrics.facet_accuracy(labels, predicted))
        points.append(
            {
                "share": share,
                "documents": float(np.mean(sizes)),
                "exact": metrics.spread(exact),
                "facets": metrics.spread(facets),
            }
        )
    return points
