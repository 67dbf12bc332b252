"""Fitting the parts of a topic model: logistic regressions and forests, as plain arrays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from nhsa_nlp.topic.forest import Forest
from nhsa_nlp.topic.terms import TermSpace

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


def term_matrix(space: TermSpace, documents: Sequence[Counter[str]]) -> sparse.csr_matrix:
    """Return the term weights of some documents: sparse, shape (documents, terms)."""
    vectors = [space.vector(counts) for counts in documents]
    pointers = np.cumsum([0, *(len(columns) for columns, _ in vectors)])
    columns = np.concatenate([c for c, _ in vectors])
    values = np.concatenate([v for _, v in vectors])
    return sparse.csr_matrix((values, columns, pointers), shape=(len(documents), len(space.vocabulary)))


def fit_binary(
    x: sparse.csr_matrix | FloatArray, y: BoolArray, weight: FloatArray, c: float
) -> tuple[FloatArray, float]:
    """Fit a logistic regression; return its coefficients and bias.

    With one answer only, or no features, the coefficients are 0 and the bias is the smoothed log-odds.
    """
    if y.all() or not y.any() or not x.shape[1]:
        return np.zeros(x.shape[1]), smoothed_log_odds(y, weight)
    model = LogisticRegression(C=c, max_iter=1000).fit(x, y, sample_weight=weight)
    return np.asarray(model.coef_[0], dtype=np.float64), float(model.intercept_[0])


def fit_with_prior(
    x: FloatArray, y: BoolArray, weight: FloatArray, prior: FloatArray, deviation: FloatArray
) -> FloatArray:
    """Fit a logistic regression whose coefficients have an informative Gaussian prior (MAP).

    Where the data say little, the coefficients stay at what the prior knows. Solved by Newton's
    method with halved steps; the objective is strictly convex.

    Parameters
    ----------
    x
        Shape (documents, features); the bias is a feature of ones.
    y, weight
        Shape (documents,).
    prior, deviation
        Shape (features,): mean and standard deviation of each coefficient.

    Returns
    -------
    FloatArray
        Shape (features,).
    """
    precision = 1 / deviation**2
    sign = np.where(y, 1.0, -1.0)

    def objective(beta: FloatArray) -> float:
        loss = weight @ np.logaddexp(0, -sign * (x @ beta))
        return float(loss + 0.5 * precision @ (beta - prior) ** 2)

    beta = prior.copy()
    current = objective(beta)
    for _ in range(100):
        p = 1 / (1 + np.exp(-(x @ beta)))
        gradient = x.T @ (weight * (p - y)) + precision * (beta - prior)
        hessian = (x.T * (weight * p * (1 - p))) @ x + np.diag(precision)
        step = np.linalg.solve(hessian, gradient)
        if float(gradient @ step) < 1e-12:
            break
        scale = 1.0
        while objective(beta - scale * step) > current and scale > 1e-6:
            scale /= 2
        beta = beta - scale * step
        current = objective(beta)
    return np.asarray(beta, dtype=np.float64)


def fit_forest(x: FloatArray, y: BoolArray, weight: FloatArray, trees: int, seed: int) -> Forest:
    """Fit a random forest (Breiman 2001) for each column of ``y`` and copy it into arrays.

    Parameters
    ----------
    x
        Shape (documents, features).
    y
        Shape (documents, outputs).
    weight
        Shape (documents,).
    trees
        The number of trees an output.
    seed
        Of the random choices.
    """
    roots: list[int] = []
    parts = []
    size = 0
    for output in range(y.shape[1]):
        model = RandomForestClassifier(
            trees, min_samples_leaf=2, max_features=0.3, random_state=seed + output, n_jobs=1
        )
        # Equal weights are left out: given, they change how scikit-learn draws its samples.
        model.fit(x, y[:, output], sample_weight=None if np.all(weight == weight[0]) else weight)
        for estimator in model.estimators_:
            tree = estimator.tree_
            inner = tree.children_left >= 0
            itself = np.arange(tree.node_count)
            value = tree.value[:, 0, :]
            if value.shape[1] == 2:
                value = value[:, 1] / value.sum(axis=1)
            else:  # only one answer in the training data
                value = np.full(tree.node_count, float(model.classes_[0]))
            parts.append(
                (
                    np.where(inner, tree.feature, -1).astype(np.int32),
                    np.where(inner, tree.threshold, 0.0),
                    (size + np.where(inner, tree.children_left, itself)).astype(np.int32),
                    (size + np.where(inner, tree.children_right, itself)).astype(np.int32),
                    value,
                )
            )
            roots.append(size)
            size += tree.node_count
    feature, threshold, left, right, value = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Forest(
        np.array(roots, dtype=np.int32).reshape(y.shape[1], -1), feature, threshold, left, right, value
    )


def smoothed_log_odds(y: BoolArray, weight: FloatArray) -> float:
    """Return the log-odds of yes, as if one more document had said yes and one no."""
    yes = float(weight @ y)
    return float(np.log((yes + 1) / (float(weight.sum()) - yes + 1)))
