"""Fitting the parts of a topic model: logistic regressions and forests, as plain arrays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LogisticRegression

from nhsa_nlp.topic.encoder import EncodedModel, Encoder
from nhsa_nlp.topic.forest import Forest
from nhsa_nlp.topic.terms import TermSpace

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IndexArray = NDArray[np.int64]

_ENCODER_C = 10.0  # inverse strength of the regularisation over vectors of length 1
_NEVER = -30.0  # log-odds of a class that no text has
_LEAF = 3  # documents; fewer, and a leaf repeats what may be a wrong label
_TRIED = 0.3  # share of the features that each split chooses from
_GAIN = 5e-4  # of the variance; softened answers differ a little even where labels agree


def term_matrix(space: TermSpace, documents: Sequence[Counter[str]]) -> sparse.csr_matrix:
    """Return the term weights of some documents: sparse, shape (documents, terms)."""
    vectors = [space.vector(counts) for counts in documents]
    pointers = np.cumsum([0, *(len(columns) for columns, _ in vectors)])
    columns = np.concatenate([c for c, _ in vectors])
    values = np.concatenate([v for _, v in vectors])
    return sparse.csr_matrix((values, columns, pointers), shape=(len(documents), len(space.vocabulary)))


def fit_binary(
    x: sparse.csr_matrix, y: FloatArray | BoolArray, weight: FloatArray, c: float
) -> tuple[FloatArray, float]:
    """Fit a logistic regression to the probabilities of yes; return its coefficients and bias.

    With one answer only, or no features, the coefficients are 0 and the bias is the smoothed log-odds.
    """
    if (y == 1).all() or not y.any() or not x.shape[1]:
        return np.zeros(x.shape[1]), smoothed_log_odds(y, weight)
    # A document that is 0.7 yes is one of weight 0.7 that says yes and one of weight 0.3 that says no.
    parts = np.concatenate([weight * y, weight * (1 - y)])
    kept = np.flatnonzero(parts)
    answers = np.repeat([True, False], len(weight))
    model = LogisticRegression(C=c, max_iter=1000)
    model.fit(sparse.vstack([x, x], format="csr")[kept], answers[kept], sample_weight=parts[kept])
    return np.asarray(model.coef_[0], dtype=np.float64), float(model.intercept_[0])


def fit_encoded(
    encoder: Encoder, vectors: FloatArray, codes: IndexArray, weight: FloatArray, classes: int, share: float
) -> EncodedModel:
    """Fit a multinomial logistic regression to encoded texts.

    Parameters
    ----------
    encoder, share
        See `nhsa_nlp.topic.encoder.EncodedModel`.
    vectors, codes, weight
        Of each text its vector, its class and how much it counts.
    classes
        How many classes there are; one that no text has is never the answer.
    """
    weights, bias = np.zeros((vectors.shape[1], classes)), np.full(classes, _NEVER)
    present = np.unique(codes)
    bias[present] = 0
    if len(present) > 1:
        model = LogisticRegression(C=_ENCODER_C, max_iter=1000).fit(vectors, codes, sample_weight=weight)
        two = len(present) == 2  # of these there is one column only
        weights[:, present[1:] if two else present] = model.coef_.T
        bias[present[1:] if two else present] = model.intercept_
    return EncodedModel(encoder, weights, bias, share)


def fit_with_prior(
    x: FloatArray,
    y: FloatArray | BoolArray,
    weight: FloatArray,
    prior: FloatArray,
    deviation: FloatArray,
) -> FloatArray:
    """Fit a logistic regression whose coefficients have an informative Gaussian prior (MAP).

    Where the data say little, the coefficients stay at what the prior knows. Solved by Newton's
    method with halved steps; the objective is strictly convex.

    Parameters
    ----------
    x
        Shape (documents, features); the bias is a feature of ones.
    y, weight
        Shape (documents,): the probability of yes, and how much the document counts.
    prior, deviation
        Shape (features,): mean and standard deviation of each coefficient.
    """
    precision = 1 / deviation**2

    def objective(beta: FloatArray) -> float:
        score = x @ beta
        loss = weight @ (np.logaddexp(0, score) - y * score)
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


def fit_forest(x: FloatArray, y: FloatArray | BoolArray, weight: FloatArray, trees: int, seed: int) -> Forest:
    """Fit a random forest (Breiman 2001) for each column of ``y`` and copy it into arrays.

    Parameters
    ----------
    x, weight
        Shapes (documents, features) and (documents,).
    y
        Shape (documents, outputs): the probability of yes.
    trees, seed
        The number of trees an output, and the seed.
    """
    roots: list[int] = []
    parts = []
    size = 0
    for model in _forests(x, y, weight, trees, seed):
        for estimator in model.estimators_:
            tree = estimator.tree_
            inner = tree.children_left >= 0
            itself = np.arange(tree.node_count)
            parts.append(
                (
                    np.where(inner, tree.feature, -1).astype(np.int32),
                    np.where(inner, tree.threshold, 0.0),
                    (size + np.where(inner, tree.children_left, itself)).astype(np.int32),
                    (size + np.where(inner, tree.children_right, itself)).astype(np.int32),
                    np.clip(tree.value[:, 0, 0], 0.0, 1.0),
                )
            )
            roots.append(size)
            size += tree.node_count
    columns = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Forest(np.array(roots, dtype=np.int32).reshape(y.shape[1], -1), *columns)


def soften(
    x: FloatArray, y: BoolArray, weight: FloatArray, label_smoothing: float, trees: int, seed: int
) -> FloatArray:
    """Return probabilities of yes in place of answers that may be wrong (Reed et al. 2015).

    Part of each answer is replaced by what the documents like it say: the mean of those trees of a
    random forest that were grown without the document.

    Parameters
    ----------
    x, y, weight, trees, seed
        As in `fit_forest`; ``y`` is the answers, and what is returned has its shape.
    label_smoothing
        The part, from 0 (the answers stand) to 1.
    """
    answers = y.astype(np.float64)
    if not label_smoothing:
        return answers
    said = answers.copy()  # for a document that no tree was grown without
    for output, model in enumerate(_forests(x, y, weight, trees, seed)):
        total, count = np.zeros(len(x)), np.zeros(len(x))
        for estimator, seen in zip(model.estimators_, model.estimators_samples_, strict=True):
            unseen = np.setdiff1d(np.arange(len(x)), seen)
            if len(unseen):
                total[unseen] += estimator.predict(x[unseen])
                count[unseen] += 1
        said[:, output] = np.where(count > 0, total / np.maximum(count, 1), said[:, output])
    return np.asarray((1 - label_smoothing) * answers + label_smoothing * said, dtype=np.float64)


def _forests(
    x: FloatArray, y: FloatArray | BoolArray, weight: FloatArray, trees: int, seed: int
) -> Iterator[RandomForestRegressor]:
    """Yield a forest for each column of ``y``."""
    # Equal weights are left out: given, they change how scikit-learn draws its samples.
    given = None if np.all(weight == weight[0]) else weight
    for output, answers in enumerate(y.T):
        yield RandomForestRegressor(
            trees,
            min_samples_leaf=_LEAF,
            max_features=_TRIED,
            min_impurity_decrease=_GAIN,
            bootstrap=True,
            random_state=seed + output,
            n_jobs=1,
        ).fit(x, answers.astype(np.float64), sample_weight=given)


def smoothed_log_odds(y: FloatArray | BoolArray, weight: FloatArray) -> float:
    """Return the log-odds of yes, as if one more document had said yes and one no."""
    yes = float(weight @ y)
    return float(np.log((yes + 1) / (float(weight.sum()) - yes + 1)))
