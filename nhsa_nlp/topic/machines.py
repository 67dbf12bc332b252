"""Linear support vector machines with the squared loss, one for each class against the rest.

A few classes are fitted by liblinear, one after another. Many are fitted together, by the same method:
dual coordinate descent (Hsieh et al. 2008) goes from document to document, here for all classes at once. The
weights of a document's terms are read and written once for all of them, which is what takes the time.
"""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.svm import LinearSVC

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]
WeightArray = NDArray[np.float32] | NDArray[np.float64]

_FEW = 20  # classes; with fewer, liblinear is quicker
_BLOCK = 100  # classes; a few large blocks cost less than many small ones
_TOLERANCE = 0.1  # of the gradient; a smaller one takes longer and is no more accurate
_PASSES = 6  # over the documents, at most; the next ones change one answer in a thousand
_FEWEST_PASSES = 3
_ENOUGH = 300_000  # documents in all passes; the more there are, the sooner the weights hardly change


def blocks_of(classes: int) -> list[IndexArray]:
    """Return which classes `fit_machines` takes at a time, whatever the number of processes."""
    return np.array_split(np.arange(classes), 1 + (classes - 1) // _BLOCK)


def precision_of(classes: int) -> type[np.float32 | np.float64]:
    """Return the precision of the terms `fit_machines` takes: single where classes are fitted together."""
    return np.float32 if classes >= _FEW else np.float64


def fit_machines(
    x: sparse.csr_matrix,
    codes: IndexArray,
    classes: IndexArray,
    weight: FloatArray,
    c: float,
    scale: FloatArray | None = None,
) -> tuple[WeightArray, FloatArray]:
    """Fit the machines of some classes.

    Parameters
    ----------
    x
        Shape (documents, terms).
    codes, weight
        Shape (documents,): the class of each, and how much it counts.
    classes
        One of `blocks_of` all classes.
    c
        Inverse strength of the regularisation.
    scale
        Shape (terms, classes): what each class multiplies the terms by, if not by 1.

    Returns
    -------
    tuple[WeightArray, FloatArray]
        The weights of the terms as they are in ``x``, shape (terms, classes), and the biases.
    """
    if len(classes) >= _FEW:
        return _fit_together(x, codes, classes, weight, c, scale)
    if scale is None:
        return _fit_one_by_one(x, codes, weight, c)
    vectors, bias = np.zeros(scale.shape), np.zeros(len(classes))
    for column, factor in zip(classes, scale.T, strict=True):
        scaled = sparse.csr_matrix((x.data * factor[x.indices], x.indices, x.indptr), shape=x.shape)
        found, offset = _fit_one_by_one(scaled, (codes == column).astype(np.int64), weight, c)
        vectors[:, column], bias[column] = factor * found[:, 1], offset[1]
    return vectors, bias


def _fit_one_by_one(
    x: sparse.csr_matrix, codes: IndexArray, weight: FloatArray, c: float
) -> tuple[FloatArray, FloatArray]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the last digits do not change an answer
        machine = LinearSVC(C=c, tol=_TOLERANCE, random_state=0).fit(x, codes, sample_weight=weight)
    vectors, bias = machine.coef_.T, machine.intercept_
    if len(machine.classes_) == 2:  # one column, for the second class
        vectors, bias = np.hstack([-vectors, vectors]), np.append(-bias, bias)
    return vectors, bias


def _fit_together(
    x: sparse.csr_matrix,
    codes: IndexArray,
    classes: IndexArray,
    weight: FloatArray,
    c: float,
    scale: FloatArray | None,
) -> tuple[WeightArray, FloatArray]:
    weights = np.zeros((x.shape[1], len(classes)), dtype=np.float32)
    bias = np.zeros(len(classes), dtype=np.float32)
    duals = np.zeros((len(codes), len(classes)), dtype=np.float32)
    values = x.data.astype(np.float32, copy=False)
    # Rows are taken from them, so they must lie in memory row by row, as columns chosen before do not.
    squares = None if scale is None else np.ascontiguousarray(scale, dtype=np.float32) ** 2
    softness = (1 / (2 * c * weight)).astype(np.float32)
    signs = np.where(np.arange(classes[0], classes[-1] + 2)[:, None] == classes, 1, -1).astype(np.float32)
    sign_of = np.where(np.isin(codes, classes), codes - classes[0], len(classes)).tolist()
    rng = np.random.default_rng(0)
    for _ in range(max(_FEWEST_PASSES, min(_PASSES, _ENOUGH // len(codes)))):
        worst = 0.0
        for row in rng.permutation(len(codes)).tolist():
            terms = slice(x.indptr[row], x.indptr[row + 1])
            columns, value = x.indices[terms], values[terms]
            sign, dual, seen = signs[sign_of[row]], duals[row], weights.take(columns, axis=0)
            gradient = sign * (value @ seen + bias) + softness[row] * dual - 1
            added = value[:, None] if squares is None else squares.take(columns, axis=0) * value[:, None]
            moved = np.maximum(-dual, gradient / -(value @ added + 1 + softness[row]))
            dual += moved
            # A dual variable that is 0 and stays 0 is where it should be, whatever its gradient.
            worst = max(worst, float(np.abs(gradient[moved != 0]).max(initial=0)))
            moved *= sign
            bias += moved
            seen += added * moved
            weights[columns] = seen
        if worst < _TOLERANCE:
            break
    return weights, bias.astype(np.float64)
