"""One fold of a cross-validation: a classifier fitted on its training part, and what that says of others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone


def fit_fold(
    estimator: Any,
    labelled: Iterable[tuple[str, str]],
    asked: Sequence[Sequence[str]],
    classes: Sequence[str],
    keep: bool = False,
) -> tuple[list[NDArray[np.float64]], Any]:
    """Fit a clone to labelled texts and predict lists of others; a task for `nhsa_nlp.parallel.run_all`.

    Returns
    -------
    tuple[list[NDArray[np.float64]], Any]
        The probabilities for each list, shape (texts, classes), 0 for what was not learnt; and the fitted
        classifier if it is to be kept, else None.
    """
    learnt, labels = map(list, zip(*labelled, strict=True))
    fitted = clone(estimator).fit(learnt, labels)
    column = {label: number for number, label in enumerate(classes)}
    known = [number for number, label in enumerate(fitted.classes_) if label in column]
    columns = [column[fitted.classes_[number]] for number in known]
    answers = [np.zeros((len(texts), len(classes))) for texts in asked]
    for found, texts in zip(answers, asked, strict=True):
        if texts:
            found[:, columns] = np.asarray(fitted.predict_proba(texts))[:, known]
    return answers, fitted if keep else None
