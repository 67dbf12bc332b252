"""Cross-validated predictions of topic classifiers, all on the same splits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict

import numpy as np
from numpy.typing import NDArray

from nhsa_nlp.evaluation import metrics
from nhsa_nlp.letter import parse_letter
from nhsa_nlp.parallel import ProgressCallback, run_all, silent
from nhsa_nlp.splits import IndexArray, stratified_folds
from nhsa_nlp.topic.folds import fit_fold
from nhsa_nlp.topic.labels import LABELS, SCOPED_LABELS
from nhsa_nlp.translation import tr, tr_in

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
    splits: Sequence[Split],
    subjects: dict[int, str],
    *,
    genres: Sequence[str] | None = None,
    n_jobs: int | None = None,
    message: str = "",
    on_progress: ProgressCallback = silent,
) -> list[tuple[FloatArray, FloatArray]]:
    """Predict each document by a classifier that was fitted on the other folds, in each split.

    Parameters
    ----------
    estimator
        Cloned and fitted once a fold.
    splits
        Each the documents to train on and to test on, for each fold.
    subjects
        Subject lines to predict as well, by the document they stand for.
    genres
        Of each document, where the classifier is to be told.
    n_jobs, message, on_progress
        See `nhsa_nlp.parallel.run_all`; a fold is a task.

    Returns
    -------
    list[tuple[FloatArray, FloatArray]]
        For each split the probabilities of the seven labels, both of shape (documents, 7): from the
        documents, and from the subject lines alone (zero where there is none). With a label that is out of
        scope or with genres there are eight columns, as ``SCOPED_LABELS``.
    """
    classes = LABELS if genres is None and set(labels) <= set(LABELS) else SCOPED_LABELS
    tasks = [
        (
            estimator,
            [(texts[i], labels[i]) for i in train],
            ([texts[i] for i in test], [subjects[i] for i in test if i in subjects]),
            classes,
            False,
            None if genres is None else [genres[i] for i in train],
        )
        for split in splits
        for train, test in split
    ]
    found = iter(
        run_all(
            fit_fold,
            tasks,
            n_jobs=n_jobs,
            message=message or tr_in("word", "cross-validation"),
            on_progress=on_progress,
        )
    )
    predicted = []
    for split in splits:
        whole, short = np.zeros((2, len(texts), len(classes)))
        for _, test in split:
            (whole[test], short[[i for i in test if i in subjects]]), _ = next(found)
        predicted.append((whole, short))
    return predicted


def learning_curve(
    estimator: Any,
    texts: Sequence[str],
    labels: Sequence[str],
    splits: Sequence[Split],
    seed: int,
    *,
    n_jobs: int | None = None,
    on_progress: ProgressCallback = silent,
) -> list[LearningPoint]:
    """Return the accuracy after training on a quarter, a half, three quarters and all.

    The smaller parts are drawn at random and lie within the larger; the documents to test on stay
    the same, so the points differ only in what was learned from.

    Parameters
    ----------
    estimator
        Cloned and fitted for each fold and each share.
    splits
        The folds of each repeat.
    n_jobs, on_progress
        See `nhsa_nlp.parallel.run_all`; a fold is a task.
    """
    parts: list[Split] = []
    for share in _SHARES:
        rng = np.random.default_rng(seed)  # the same order at each share
        for split in splits:
            counted = ((train, test, max(1, round(share * len(train)))) for train, test in split)
            parts.append([(np.sort(rng.permutation(train)[:count]), test) for train, test, count in counted])
    answers = cross_predict(
        estimator,
        texts,
        labels,
        parts,
        {},
        n_jobs=n_jobs,
        message=tr("learning curve"),
        on_progress=on_progress,
    )
    scores = [metrics.label_scores(labels, metrics.best_labels(whole)) for whole, _ in answers]
    points: list[LearningPoint] = []
    for number, share in enumerate(_SHARES):
        own = slice(number * len(splits), (number + 1) * len(splits))
        points.append(
            {
                "share": share,
                "documents": float(np.mean([len(train) for split in parts[own] for train, _ in split])),
                "exact": metrics.spread([score["exact"] for score in scores[own]]),
                "facets": metrics.spread([score["facets"] for score in scores[own]]),
            }
        )
    return points
