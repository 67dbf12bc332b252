"""One fold of a cross-validation: a classifier fitted on its training part, and what that says of others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone

from nhsa_nlp.parallel import ProgressCallback


def fit_fold(
    estimator: Any,
    labelled: Iterable[tuple[str, str]],
    asked: Sequence[Sequence[str]],
    classes: Sequence[str],
    keep: bool = False,
    genres: Sequence[str] | None = None,
    on_progress: ProgressCallback | None = None,
) -> tuple[list[NDArray[np.float64]], Any]:
    """Fit a clone to labelled texts and predict lists of others; a task for `nhsa_nlp.parallel.run_all`.

    Parameters
    ----------
    labelled, genres
        Texts and their labels, and their genres where the classifier is to be told.
    asked
        The lists of texts to predict.
    classes, keep
        The columns of the answer, and whether the fitted classifier is wanted.
    on_progress
        Given to the fit, where this is done in the process that shows it.

    Returns
    -------
    tuple[list[NDArray[np.float64]], Any]
        The probabilities for each list, shape (texts, classes), 0 for what was not learnt; and the fitted
        classifier if it is to be kept, else None.
    """
    learnt, labels = map(list, zip(*labelled, strict=True))
    told: dict[str, Any] = {} if genres is None else {"genres": list(genres)}
    if on_progress is not None:
        told["on_progress"] = on_progress
    fitted = clone(estimator).fit(learnt, labels, **told)
    column = {label: number for number, label in enumerate(classes)}
    known = [number for number, label in enumerate(fitted.classes_) if label in column]
    columns = [column[fitted.classes_[number]] for number in known]
    answers = [np.zeros((len(texts), len(classes))) for texts in asked]
    for found, texts in zip(answers, asked, strict=True):
        if texts:
            found[:, columns] = np.asarray(fitted.predict_proba(texts))[:, known]
    return answers, fitted if keep else None
