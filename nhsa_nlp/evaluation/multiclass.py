"""Cross-validating the topic classifier on labels of any set."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from nhsa_nlp.errors import InputError
from nhsa_nlp.evaluation.crossval import Split
from nhsa_nlp.evaluation.held_out import LabelScores, score_labels
from nhsa_nlp.parallel import ProgressCallback, run_all, silent
from nhsa_nlp.splits import content_order, near_duplicate_groups, stratified_folds
from nhsa_nlp.topic.classifier import TopicClassifier
from nhsa_nlp.topic.folds import fit_fold
from nhsa_nlp.translation import tr_in


class OwnLabelsReport(TypedDict):
    """What `cross_validate` measured."""

    groups: int
    documents: int
    labels: dict[str, int]
    majority: float
    split_sha256: str
    folds: int
    repeats: int
    seed: int
    cross_validation: LabelScores


class HeldOutReport(OwnLabelsReport):
    """What `score_held_out` measured."""

    held_out: int


class _About(TypedDict):
    documents: int
    labels: dict[str, int]
    majority: float
    split_sha256: str


def cross_validate(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    folds: int = 5,
    repeats: int = 1,
    seed: int = 0,
    documents: int = 5000,
    classifier: TopicClassifier | None = None,
    n_jobs: int | None = None,
    on_progress: ProgressCallback = silent,
) -> OwnLabelsReport:
    """Predict every text by a classifier that saw neither it nor its near-duplicates, and score that.

    The order of the texts does not matter.

    Parameters
    ----------
    folds
        The number of parts; fewer where there are fewer groups of near-duplicates.
    repeats
        How often it is repeated with other parts; the answers of all are scored together.
    seed
        Of the first split; repeat ``r`` takes ``seed + r``.
    documents
        No further part is tested once so many texts were, in each repeat.
    classifier
        The classifier to clone and fit; the released one if not given.
    n_jobs, on_progress
        See `nhsa_nlp.parallel.run_all`; a fold is a task.

    Returns
    -------
    OwnLabelsReport
        JSON values: what was done, the share of the most frequent label (``majority``), the SHA-256 of
        the split of the sorted texts, and under ``cross_validation`` the figures of
        `nhsa_nlp.evaluation.held_out.score_labels`.

    Raises
    ------
    InputError
        If there are fewer than two labels or groups of near-duplicates.
    """
    order = content_order(texts, labels)
    texts, labels = [texts[row] for row in order], [labels[row] for row in order]
    names, codes = np.unique(np.asarray(labels), return_inverse=True)
    groups = near_duplicate_groups(texts)
    group_count = int(groups.max(initial=-1)) + 1
    folds = min(folds, group_count)
    if len(names) < 2 or folds < 2:
        raise InputError(
            "{labels} labels and {groups} groups of near-duplicates; two of each are needed to measure "
            "anything",
            labels=len(names),
            groups=group_count,
        )
    estimator = TopicClassifier(random_state=seed) if classifier is None else classifier
    parts: Split = []
    for repeat in range(repeats):
        split = stratified_folds(labels, folds, seed + repeat, groups)
        before = np.cumsum([0, *(len(test) for _, test in split)])
        parts += [fold for fold, tested in zip(split, before, strict=False) if tested < documents]
    alone = on_progress if len(parts) == 1 else None  # the one fold of many texts tells how far it is
    tasks = [
        (
            estimator,
            [(texts[i], labels[i]) for i in train],
            [[texts[i] for i in test]],
            names.tolist(),
            False,
            None,
            alone,
        )
        for train, test in parts
    ]
    found = run_all(
        fit_fold, tasks, n_jobs=n_jobs, message=tr_in("word", "cross-validation"), on_progress=on_progress
    )
    answers = np.concatenate([probabilities for (probabilities,), _ in found])
    asked = np.concatenate([test for _, test in parts])
    truth = names[codes[asked]].tolist()
    scores = score_labels(truth, answers, names.tolist(), groups=groups[asked], documents=asked)
    return {
        "groups": group_count,
        **_about(labels, asked),
        "folds": folds,
        "repeats": repeats,
        "seed": seed,
        "cross_validation": scores,
    }


def score_held_out(texts: Sequence[str], labels: Sequence[str], classifier: TopicClassifier) -> HeldOutReport:
    """Score a fitted classifier by the texts held out in its fit, without fitting any other.

    Returns
    -------
    HeldOutReport
        As `cross_validate`, with the number of texts scored (``held_out``); ``groups`` are those of near-
        duplicates among them.
    """
    rows, probabilities = classifier.held_out_
    groups = near_duplicate_groups([texts[row] for row in rows.tolist()])
    truth = [labels[row] for row in rows.tolist()]
    return {
        "groups": int(groups.max(initial=-1)) + 1,
        "held_out": len(rows),
        **_about(labels, rows),
        "folds": classifier.folds,
        "repeats": 1,
        "seed": classifier.random_state,
        "cross_validation": score_labels(
            truth, probabilities, classifier.classes_.tolist(), groups=groups, documents=rows
        ),
    }


def _about(labels: Sequence[str], asked: NDArray[np.int64]) -> _About:
    """Return the part of a report that says what was measured on."""
    counts = Counter(labels)
    return {
        "documents": len(labels),
        "labels": {str(name): counts[name] for name in sorted(counts)},
        "majority": max(counts.values()) / len(labels),
        "split_sha256": hashlib.sha256(asked.astype("<i8").tobytes()).hexdigest(),
    }
