"""How far a classifier can be trusted: its probabilities on documents it has not seen.

Inside `fit` every document is predicted by a model that saw neither it nor its near-duplicates. Two
thresholds come from these predictions: which labels stay possible, and which answers need no review.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nhsa_nlp.parallel import run_all
from nhsa_nlp.splits import joint_groups, stratified_folds
from nhsa_nlp.topic.genres import REPLY
from nhsa_nlp.topic.labels import OUT_OF_SCOPE
from nhsa_nlp.topic.storage import Thresholds

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]

_AMPLE = 5  # times enough
_FEW_OF_KIND = 50  # held-out documents of a kind; fewer do not have thresholds of their own
REVIEW_ALL = 1.01  # above every probability: every answer is for review


def out_of_fold(
    texts: Sequence[str],
    labels: Sequence[str],
    folds: int,
    seed: int,
    predict: Callable[[IndexArray, IndexArray], FloatArray],
    n_jobs: int | None = None,
    *,
    groups: Sequence[Hashable] | None = None,
    enough: int | None = None,
) -> tuple[IndexArray, FloatArray]:
    """Predict documents by models that saw neither them nor their near-duplicates.

    Parameters
    ----------
    texts, labels
        The training data.
    folds, seed
        Into how many parts it is split.
    predict
        From the positions to train on and to predict to probabilities: shape (predicted, classes).
    n_jobs
        See `nhsa_nlp.parallel.run_all`.
    groups
        What stays together beside near-duplicates.
    enough
        Only the first parts are predicted, as many as make so many documents, and of each at most five times
        as many; all if not given.

    Returns
    -------
    tuple[IndexArray, FloatArray]
        The positions predicted and their probabilities; empty if there are fewer than two folds or
        groups of near-duplicates.
    """
    tasks: list[tuple[IndexArray, IndexArray]] = []
    if folds >= 2:
        together = joint_groups(texts, groups)
        folds = min(folds, int(together.max()) + 1)
    if folds >= 2:
        for train, test in stratified_folds(labels, folds, seed, together):
            if enough is None or sum(len(tested) for _, tested in tasks) < enough:
                if enough is not None and len(test) > _AMPLE * enough:
                    chosen = np.random.default_rng(seed).choice(test, _AMPLE * enough, replace=False)
                    test = np.sort(chosen)
                tasks.append((train, test))
    if not tasks:
        return np.zeros(0, dtype=np.int64), np.zeros((0, 1))
    parts = run_all(predict, tasks, n_jobs=n_jobs)
    return np.concatenate([test for _, test in tasks]), np.concatenate(parts)


def set_threshold(truth: FloatArray, coverage: float) -> float:
    """Return the least probability of a label in a prediction set that holds the truth often enough.

    The set of all labels at least so probable is the smallest on average that has the coverage
    (Sadinle, Lei and Wasserman 2019); the threshold is the conformal quantile of the scores 1 - p
    (Vovk, Gammerman and Shafer 2005), here of cross-conformal ones (Vovk 2015). It holds for
    documents exchangeable with the training data, on average over them, not for each kind of them.

    Parameters
    ----------
    truth
        Shape (documents,): the probability that each document's true label was given out of fold; with too
        few to exclude any label the threshold is 0.
    coverage
        How often the truth should be in the set, between 0 and 1.
    """
    rank = math.ceil((len(truth) + 1) * coverage)
    if rank > len(truth):
        return 0.0
    return float(np.sort(truth)[len(truth) - rank])


def review_threshold(best: FloatArray, right: NDArray[np.bool_], target_error: float) -> float:
    """Return the least probability from which answers are wrong at most so often, or ``REVIEW_ALL``.

    Of all thresholds that keep to the target it is the one that leaves the fewest documents to
    review (selective classification, Geifman and El-Yaniv 2017; here without their confidence
    bound, which a hundred documents cannot meet).

    Parameters
    ----------
    best
        Shape (documents,): the probability of each document's answer, given out of fold.
    right
        Shape (documents,): whether the answer was right.
    target_error
        The largest share of wrong answers among those not reviewed.
    """
    order = np.argsort(-best, kind="stable")
    ordered = best[order]
    error = np.cumsum(~right[order]) / np.arange(1, len(best) + 1)
    last = np.append(ordered[1:] < ordered[:-1], True)[: len(best)]  # equal answers stand together
    kept = np.flatnonzero(last & (error <= target_error))
    return float(ordered[kept[-1]]) if len(kept) else REVIEW_ALL


@dataclass(frozen=True, slots=True)
class Targets:
    """What the thresholds are to keep to; see the parameters of `nhsa_nlp.topic.TopicClassifier`."""

    coverage: float
    target_error: float
    scoped_coverage: float
    scoped_target_error: float
    review_below: float | None


def choose_thresholds(
    kinds: Sequence[str],
    probabilities: FloatArray,
    codes: IndexArray,
    classes: NDArray[Any],
    targets: Targets,
) -> tuple[Thresholds, dict[str, Thresholds]]:
    """Choose the thresholds, in general and for each kind of text there are enough of.

    Parameters
    ----------
    kinds
        The kind of each document, see `nhsa_nlp.topic.model.TopicModel.kind`.
    probabilities
        Shape (documents, classes), given out of fold.
    codes
        Shape (documents,): the place of each true label among the classes.
    """
    best = probabilities.max(axis=1, initial=0)
    right = codes == probabilities.argmax(axis=1)
    truth = probabilities[np.arange(len(codes)), codes]
    # What is out of scope is always looked at, so it is not among what is routed.
    routed = classes[probabilities.argmax(axis=1)] != OUT_OF_SCOPE

    def chosen(rows: NDArray[np.bool_], *, scoped: bool) -> Thresholds:
        coverage = targets.scoped_coverage if scoped else targets.coverage
        review_below = targets.review_below
        if review_below is None:
            target = targets.scoped_target_error if scoped else targets.target_error
            review_below = review_threshold(best[rows & routed], right[rows & routed], target)
        return Thresholds(float(review_below), set_threshold(truth[rows], coverage))

    found = {}
    for kind in sorted(set(kinds) - {""}):
        rows = np.array([other == kind for other in kinds])
        if rows.sum() >= _FEW_OF_KIND:
            found[kind] = chosen(rows, scoped=kind != REPLY)
    return chosen(np.full(len(codes), fill_value=True), scoped=OUT_OF_SCOPE in classes), found
