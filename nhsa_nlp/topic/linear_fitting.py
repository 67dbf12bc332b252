"""Fitting the linear topic model: any labels, texts from headlines to long documents.

A linear model over words and character n-grams. Its weights are a mean of three, all scaled to scores
of unit spread:

- a linear support vector machine for each class against the rest (Fan et al. 2008);
- the same over terms multiplied by the log of how much more frequent they are in the class than in the
  rest (NB-SVM, Wang and Manning 2012), so that it costs little to use terms that identify the class;
- complement naive Bayes (Rennie et al. 2003), the best of the three where a term was seen in a few
  texts only, as most are in headlines.
"""

from __future__ import annotations

import warnings
from collections import Counter
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize_scalar
from sklearn.exceptions import ConvergenceWarning
from sklearn.svm import LinearSVC

from nhsa_nlp.topic.linear import Familiarity, LinearModel, known_share
from nhsa_nlp.topic.terms import LinearTerms, TermSpace, softmax

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]

_FEW = 20_000  # documents; with fewer, a term that was seen once is worth keeping
_MAX_SHARE = 0.5  # terms in more of the documents distinguish nothing
_MAX_TERMS = 200_000
_MAX_WEIGHTS = 3_000_000  # of words and of n-grams: a bundle stays small however many classes there are
_SMOOTHING = 0.3  # pseudo-counts of naive Bayes
_MACHINE, _RATIO, _BAYES = 0.36, 0.36, 0.28  # weights of the three in the mean
_RATIO_C = 0.15  # terms multiplied by log ratios are larger, so less is needed to keep weights small
_TOLERANCE = 0.1  # of the support vector machines; a smaller one takes longer and is no more accurate
_STRANGE = 0.01  # the share of texts like those learnt from that may be called unlike them
_SHARPNESS = 4.25  # of the probabilities where there are too few documents to fit it


class TermCounts(NamedTuple):
    """How often each term occurs in each document."""

    terms: tuple[str, ...]
    """In order, one a column."""
    matrix: sparse.csr_matrix
    """Shape (documents, terms)."""


class TermCounter:
    """Takes the term counts of documents one at a time, and keeps them as numbers."""

    def __init__(self) -> None:
        self._column: dict[str, int] = {}
        self._columns: list[NDArray[np.int32]] = []
        self._counts: list[NDArray[np.int32]] = []

    def add(self, document: Counter[str]) -> None:
        """Take the next document."""
        column = self._column
        numbers = (column.setdefault(term, len(column)) for term in document)
        self._columns.append(np.fromiter(numbers, np.int32, len(document)))
        self._counts.append(np.fromiter(document.values(), np.int32, len(document)))

    def counts(self) -> TermCounts:
        """Return the counts of all documents taken."""
        pointers = np.cumsum([0, *map(len, self._columns)])
        empty = [np.zeros(0, dtype=np.int32)]
        terms = sorted(self._column)
        place = np.zeros(len(terms), dtype=np.int32)
        place[[self._column[term] for term in terms]] = np.arange(len(terms))
        matrix = sparse.csr_matrix(
            (np.concatenate(self._counts + empty), place[np.concatenate(self._columns + empty)], pointers),
            shape=(len(self._columns), len(terms)),
        )
        matrix.sort_indices()
        return TermCounts(tuple(terms), matrix)


def fit_linear_model(
    words: TermCounts,
    characters: TermCounts,
    rows: IndexArray,
    codes: IndexArray,
    weight: FloatArray,
    c: float,
) -> LinearModel:
    """Fit a linear model to some of the documents; its probabilities are rough until it is `sharpened`.

    Parameters
    ----------
    words, characters
        The terms of all documents.
    rows, codes, weight
        The documents to learn from, their classes, numbered from 0 without gaps, and how much each counts.
    c
        Inverse strength of the regularisation of the support vector machines.
    """
    classes = int(codes.max()) + 1
    fewest = 1 if len(rows) < _FEW else 2
    most = min(_MAX_TERMS, max(1000, _MAX_WEIGHTS // classes))
    chosen = (weigh_terms(counts, rows, fewest, _MAX_SHARE, most) for counts in (words, characters))
    spaces, blocks = zip(*chosen, strict=True)
    x = sparse.hstack(blocks, format="csr")
    if classes == 1 or not x.shape[1]:
        # Nothing to tell apart, or by: all there is to know is how frequent the classes are.
        coefficients = np.zeros((x.shape[1], classes))
        bias = np.log(np.bincount(codes, weights=weight) / weight.sum())
    else:
        coefficients, bias = _fit_linear(x, codes, weight, c)
    border = len(spaces[0].vocabulary)
    return LinearModel(
        LinearTerms(spaces[0], coefficients[:border]),
        LinearTerms(spaces[1], coefficients[border:]),
        bias,
        Familiarity(frozenset(_common(words, rows) | _common(characters, rows)), 1.0, 0.0),
    )


def _common(counts: TermCounts, rows: IndexArray) -> set[str]:
    """Return the terms of two characters or more that are in too many of some documents to be kept."""
    frequency = np.bincount(counts.matrix[rows].indices, minlength=len(counts.terms))
    columns = np.flatnonzero(frequency > max(1, _MAX_SHARE * len(rows)))
    return {term for column in columns.tolist() if len(term := counts.terms[column]) > 1}


def fit_familiarity(model: LinearModel, known: FloatArray) -> LinearModel:
    """Return the model with the least share of a text that must be known, so that it is like the others.

    Of texts like those learnt from one in a hundred has less. Of fewer than a hundred it is not known which
    that is, and no text is called unlike them.

    Parameters
    ----------
    model
        The model.
    known
        Shape (documents, 2): what `LinearModel.known` is of documents by models that did not see them.
    """
    assert model.familiarity is not None  # noqa: S101
    rank = int(_STRANGE * (len(known) + 1))
    if not rank or not known[:, 1].any():
        return replace(model, familiarity=None)
    usual = float(known[:, 0].sum() / known[:, 1].sum())
    least = float(np.sort(known_share(known, usual))[rank - 1])
    return replace(model, familiarity=replace(model.familiarity, usual=usual, least=least))


def fit_sharpness(probabilities: FloatArray, truth: IndexArray) -> float:
    """Return the exponent that makes probabilities of held-out documents most likely.

    This is temperature scaling (Guo et al. 2017) with one over the temperature, to targets a little
    short of certain (as Platt 1999 smooths them), so that a hundred right answers are not taken for proof.
    It is from 0.05 to 20, and 1 without documents.

    The probabilities, shape (documents, classes), are those of models that did not see the documents; the
    truth, shape (documents,), is the right columns.
    """
    if not len(truth):
        return 1.0
    logs = np.log(np.maximum(probabilities, 1e-12))
    size, classes = logs.shape
    smoothing = classes / (size + 2 * classes)
    target = (1 - smoothing) * logs[np.arange(size), truth] + smoothing * logs.mean(axis=1)

    def loss(exponent: float) -> float:
        scaled = np.exp(exponent) * logs
        top = scaled.max(axis=1)
        total = top + np.log(np.exp(scaled - top[:, None]).sum(axis=1))
        return float((total - np.exp(exponent) * target).mean())

    found = minimize_scalar(loss, bounds=(np.log(0.05), np.log(20)), method="bounded")
    return round(float(np.exp(found.x)), 6)


def sharpen(probabilities: FloatArray, factor: float) -> FloatArray:
    """Return probabilities as a model would give them that is `LinearModel.sharpened` by the factor."""
    return softmax(factor * np.log(np.maximum(probabilities, 1e-12)))


def weigh_terms(
    counts: TermCounts, rows: IndexArray, fewest: int, max_share: float, most: int | None = None
) -> tuple[TermSpace, sparse.csr_matrix]:
    """Choose the terms of some documents and weigh them as `TermSpace` does.

    Parameters
    ----------
    counts, rows
        The terms of all documents, and which documents to take.
    fewest, max_share, most
        Of these documents a term must be in so many, and in no larger share; of the terms left the most
        frequent are taken.

    Returns
    -------
    tuple[TermSpace, sparse.csr_matrix]
        The terms and their weights in the documents: shape (rows, terms).
    """
    matrix = counts.matrix[rows]
    total = len(rows)
    frequency = np.bincount(matrix.indices, minlength=matrix.shape[1])
    kept = np.flatnonzero((frequency >= fewest) & (frequency <= max(1, max_share * total)))
    if not len(kept):  # a handful of documents: better any term than none
        kept = np.flatnonzero(frequency)
    if most is not None and len(kept) > most:
        kept = np.sort(kept[np.argsort(-frequency[kept], kind="stable")[:most]])
    idf = np.log((1 + total) / (1 + frequency[kept])) + 1
    x = matrix[:, kept].astype(np.float64)
    x.data = (1 + np.log(x.data)) * idf[x.indices]
    owners = np.repeat(np.arange(total), np.diff(x.indptr))
    x.data /= np.sqrt(np.bincount(owners, weights=x.data**2, minlength=total))[owners]
    return TermSpace([counts.terms[column] for column in kept.tolist()], idf), x


def _fit_linear(
    x: sparse.csr_matrix, codes: IndexArray, weight: FloatArray, c: float
) -> tuple[FloatArray, FloatArray]:
    """Return the mean of the three fits: coefficients (terms, classes) and bias."""
    share = np.zeros((len(codes), int(codes.max()) + 1))
    share[np.arange(len(codes)), codes] = weight
    coefficients, bias = np.zeros((x.shape[1], share.shape[1])), np.zeros(share.shape[1])
    for part, (vectors, offsets) in (
        (_MACHINE, _machines(x, codes, weight, c)),
        (_RATIO, _ratio_machines(x, share, weight, _RATIO_C * c)),
        (_BAYES, (_complement_bayes(x, share), np.zeros(share.shape[1]))),
    ):
        scale = _SHARPNESS * part / (float((x @ vectors).std()) or 1.0)
        coefficients += scale * vectors
        bias += scale * offsets
    return coefficients, bias


def _machines(
    x: sparse.csr_matrix, codes: IndexArray, weight: FloatArray, c: float
) -> tuple[FloatArray, FloatArray]:
    """Fit a support vector machine for each class against the rest."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the last digits do not change an answer
        machine = LinearSVC(C=c, tol=_TOLERANCE, random_state=0).fit(x, codes, sample_weight=weight)
    vectors, bias = machine.coef_.T, machine.intercept_
    if len(machine.classes_) == 2:  # one column, for the second class
        vectors, bias = np.hstack([-vectors, vectors]), np.append(-bias, bias)
    return vectors, bias


def _ratio_machines(
    x: sparse.csr_matrix, share: FloatArray, weight: FloatArray, c: float
) -> tuple[FloatArray, FloatArray]:
    """Fit a support vector machine for each class over terms multiplied by their log ratios."""
    seen = np.asarray(x.astype(bool).astype(np.float64).T @ share)
    total = seen.sum(axis=1)
    vectors, bias = np.zeros(seen.shape), np.zeros(seen.shape[1])
    for column, inside in enumerate(seen.T + _SMOOTHING):
        outside = total - seen[:, column] + _SMOOTHING
        ratio = np.log(inside / inside.sum()) - np.log(outside / outside.sum())
        scaled = sparse.csr_matrix((x.data * ratio[x.indices], x.indices, x.indptr), shape=x.shape)
        found, offset = _machines(scaled, (share[:, column] > 0).astype(np.int64), weight, c)
        vectors[:, column], bias[column] = ratio * found[:, 1], offset[1]
    return vectors, bias


def _complement_bayes(x: sparse.csr_matrix, share: FloatArray) -> FloatArray:
    """Return the weights of complement naive Bayes, those of each term around zero."""
    seen = np.asarray(x.T @ share, dtype=np.float64)
    others = seen.sum(axis=1, keepdims=True) - seen + _SMOOTHING
    weights = -np.log(others / others.sum(axis=0))
    return np.asarray(weights - weights.mean(axis=1, keepdims=True))
