"""Cross-validating the topic classifier on labels of any set."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone

from nhsa_nlp.errors import InputError
from nhsa_nlp.evaluation.held_out import score_labels
from nhsa_nlp.splits import near_duplicate_groups, stratified_folds
from nhsa_nlp.topic.classifier import TopicClassifier


def cross_validate(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    folds: int = 5,
    repeats: int = 1,
    seed: int = 0,
    documents: int = 5000,
    classifier: TopicClassifier | None = None,
    on_progress: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Predict every text by a classifier that saw neither it nor its near-duplicates, and score that.

    Parameters
    ----------
    texts, labels
        The texts and their labels.
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
    on_progress
        Told what is going on.

    Returns
    -------
    dict[str, Any]
        JSON values: what was done, the share of the most frequent label (``majority``), the SHA-256 of
        the split, and under ``cross_validation`` the figures of `nhsa_nlp.evaluation.held_out.score_labels`.

    Raises
    ------
    InputError
        If there are fewer than two labels or groups of near-duplicates.
    """
    names, codes, counts = np.unique(np.asarray(labels), return_inverse=True, return_counts=True)
    groups = near_duplicate_groups(texts)
    folds = min(folds, int(groups.max(initial=-1)) + 1)
    if len(names) < 2 or folds < 2:
        raise InputError(
            f"{len(names)} labels and {int(groups.max(initial=-1)) + 1} groups of near-duplicates; "
            "two of each are needed to measure anything"
        )
    estimator = TopicClassifier(random_state=seed) if classifier is None else classifier
    digest = hashlib.sha256()
    rows: list[NDArray[np.int64]] = []
    parts: list[NDArray[np.float64]] = []
    for repeat in range(repeats):
        tested = 0
        for number, (train, test) in enumerate(stratified_folds(labels, folds, seed + repeat, groups), 1):
            if tested >= documents:
                break
            on_progress(f"cross-validation {repeat + 1} of {repeats}: part {number} of {folds}")
            digest.update(test.astype("<i8").tobytes())
            fitted = clone(estimator).fit([texts[i] for i in train], [labels[i] for i in train])
            answers = np.zeros((len(test), len(names)))
            columns = np.searchsorted(names, fitted.classes_)
            known = np.isin(fitted.classes_, names)
            found = fitted.predict_proba([texts[i] for i in test])
            answers[:, columns[known]] = found[:, known]
            rows.append(test)
            parts.append(answers)
            tested += len(test)
    asked = np.concatenate(rows)
    truth = names[codes[asked]].tolist()
    scores = score_labels(truth, np.concatenate(parts), names.tolist(), groups=groups[asked], documents=asked)
    return {
        "documents": len(texts),
        "groups": int(groups.max()) + 1,
        "labels": {str(name): int(count) for name, count in zip(names, counts, strict=True)},
        "majority": float(counts.max() / len(texts)),
        "folds": folds,
        "repeats": repeats,
        "seed": seed,
        "split_sha256": digest.hexdigest(),
        "cross_validation": scores,
    }
