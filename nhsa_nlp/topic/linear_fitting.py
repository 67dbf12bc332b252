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

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, compress, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize_scalar

from nhsa_nlp.parallel import ProgressCallback, mapped, process_count, run_all, silent
from nhsa_nlp.text.segmenters import DictionaryName, UserDictionary, make_dictionary_segmenter
from nhsa_nlp.topic.features import extract
from nhsa_nlp.topic.linear import Familiarity, LinearModel, known_share
from nhsa_nlp.topic.machines import blocks_of, fit_machines, precision_of
from nhsa_nlp.topic.terms import LinearTerms, TermSpace, softmax
from nhsa_nlp.translation import tr

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]

_FEW = 20_000  # documents; with fewer, a term that was seen once is worth keeping
_MAX_SHARE = 0.5  # terms in more of the documents distinguish nothing
_MAX_TERMS = 200_000
_MOST_COUNTED = 2 * _MAX_TERMS  # of many documents: what may be among the most frequent of some
_MAX_WEIGHTS = 3_000_000  # of words and of n-grams: a bundle stays small however many classes there are
_SMOOTHING = 0.3  # pseudo-counts of naive Bayes
_MACHINE, _RATIO, _BAYES = 0.36, 0.36, 0.28  # weights of the three in the mean
_RATIO_C = 0.15  # terms multiplied by log ratios are larger, so less is needed to keep weights small
_MANY = 50_000  # documents; with more, terms that were seen once take memory and are used by no model
_LARGE = 100_000  # documents by classes; fewer are fitted before another process has started
_READ = 5000  # texts read at a time
_STRANGE = 0.01  # the share of texts like those learnt from that may be called unlike them
_SHARPNESS = 4.25  # of the probabilities where there are too few documents to fit it


class TermCounts(NamedTuple):
    """How often each term occurs in each document."""

    terms: tuple[str, ...]
    """In order, one a column."""
    matrix: sparse.csr_matrix
    """Shape (documents, terms)."""


class _PackedCounts(NamedTuple):
    """`TermCounts` on their way from another process: a million terms take a tenth of the memory."""

    text: str  # the terms one after the other
    lengths: NDArray[np.int32]
    matrix: sparse.csr_matrix

    @classmethod
    def of(cls, counts: TermCounts) -> _PackedCounts:
        """Pack counts."""
        lengths = np.fromiter(map(len, counts.terms), np.int32, len(counts.terms))
        return cls("".join(counts.terms), lengths, counts.matrix)

    def terms(self) -> Iterator[str]:
        """Yield the terms in order."""
        for start, end in pairwise(accumulate(self.lengths.tolist(), initial=0)):
            yield self.text[start:end]


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
        counts = np.concatenate(self._counts + empty)
        counts = counts.astype(np.min_scalar_type(counts.max(initial=0)))  # hardly any needs more than a byte
        matrix = sparse.csr_matrix(
            (counts, place[np.concatenate(self._columns + empty)], pointers),
            shape=(len(self._columns), len(terms)),
        )
        matrix.sort_indices()
        return TermCounts(tuple(terms), matrix)


def count_linear_terms(
    texts: Sequence[str],
    segmenter: DictionaryName,
    user_words: UserDictionary | None,
    *,
    n_jobs: int | None = None,
    on_progress: ProgressCallback = silent,
) -> tuple[TermCounts, TermCounts]:
    """Return the words and the character n-grams of texts; see `nhsa_nlp.parallel.run_all`."""
    starts = range(0, max(1, len(texts)), _READ)
    tasks = [(texts[start : start + _READ], segmenter, user_words) for start in starts]
    found = run_all(
        _count_some, tasks, n_jobs=n_jobs, message=tr("reading the texts"), on_progress=on_progress
    )
    words, characters = map(list, zip(*found, strict=True))
    del found  # there may be gigabytes
    return _joined(words), _joined(characters)


def _count_some(
    texts: Sequence[str], segmenter: DictionaryName, user_words: UserDictionary | None
) -> tuple[_PackedCounts, _PackedCounts]:
    cut = make_dictionary_segmenter(segmenter, user_words)
    words, characters = TermCounter(), TermCounter()
    for text in texts:
        document = extract(text, segmenter=cut)
        words.add(document.all_words)
        characters.add(document.all_ngrams)
    return _PackedCounts.of(words.counts()), _PackedCounts.of(characters.counts())


def _joined(parts: list[_PackedCounts]) -> TermCounts:
    """Return the counts of all documents, as one `TermCounter` would have counted them; the list is emptied.

    Of many documents the terms are left out that only one of them has, and of too many the least frequent.
    """
    column: dict[str, int] = {}
    matrices: list[sparse.csr_matrix] = []
    parts.reverse()
    while parts:  # one at a time, and numbered in place
        part = parts.pop()
        numbers = (column.setdefault(term, len(column)) for term in part.terms())
        place = np.fromiter(numbers, np.int32, len(part.lengths))
        part.matrix.indices[:] = place[part.matrix.indices]
        matrices.append(part.matrix)
    frequency = np.zeros(len(column), dtype=np.int64)
    for matrix in matrices:
        frequency += np.bincount(matrix.indices, minlength=len(column))
    kept = np.ones(len(column), dtype=np.bool_)
    if sum(matrix.shape[0] for matrix in matrices) > _MANY:
        kept = frequency > 1
        if np.count_nonzero(kept) > _MOST_COUNTED:
            kept[np.argsort(-frequency, kind="stable")[_MOST_COUNTED:]] = False
    terms = sorted(compress(column, kept.tolist()))
    place = np.full(len(column), -1, dtype=np.int32)
    place[[column[term] for term in terms]] = np.arange(len(terms))
    del column
    return TermCounts(tuple(terms), _renumbered(matrices, place, len(terms), int(frequency[kept].sum())))


def _renumbered(
    matrices: list[sparse.csr_matrix], place: NDArray[np.int32], width: int, size: int
) -> sparse.csr_matrix:
    """Return matrices one below the other, their columns renumbered, those without a number left out.

    The list is emptied, so that memory is needed for one of them more and not for all.
    """
    kind = np.result_type(*(matrix.dtype for matrix in matrices))
    data, indices = np.empty(size, dtype=kind), np.empty(size, dtype=np.int32)
    lengths, end = [np.zeros(1, dtype=np.int64)], 0
    matrices.reverse()
    while matrices:
        matrix = matrices.pop()
        columns = place[matrix.indices]
        known = columns >= 0
        begin, end = end, end + int(known.sum())
        data[begin:end], indices[begin:end] = matrix.data[known], columns[known]
        passed = np.concatenate([[0], np.cumsum(known)])
        lengths.append(np.diff(passed[matrix.indptr]))
    found = sparse.csr_matrix(
        (data, indices, np.cumsum(np.concatenate(lengths))), shape=(sum(map(len, lengths)) - 1, width)
    )
    found.sort_indices()
    return found


def fit_linear_model(
    words: TermCounts,
    characters: TermCounts,
    rows: IndexArray,
    codes: IndexArray,
    weight: FloatArray,
    c: float,
    *,
    n_jobs: int | None = None,
    on_progress: ProgressCallback = silent,
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
    n_jobs, on_progress
        See `nhsa_nlp.parallel.run_all`; a block of classes is a task.
    """
    classes = int(codes.max()) + 1
    fewest = 1 if len(rows) < _FEW else 2
    most = min(_MAX_TERMS, max(1000, _MAX_WEIGHTS // classes))
    precision = precision_of(classes)
    chosen = (
        weigh_terms(counts, rows, fewest, _MAX_SHARE, most, precision) for counts in (words, characters)
    )
    spaces, blocks = map(list, zip(*chosen, strict=True))
    width = sum(block.shape[1] for block in blocks)
    if classes == 1 or not width:
        # Nothing to tell apart, or by: all there is to know is how frequent the classes are.
        coefficients = np.zeros((width, classes))
        bias = np.log(np.bincount(codes, weights=weight) / weight.sum())
    else:
        coefficients, bias = _fit_linear(blocks, codes, weight, c, n_jobs, on_progress)
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


def sharpened_by_halves(probabilities: FloatArray, truth: IndexArray) -> FloatArray:
    """Return held-out probabilities, each half sharpened as the other half says."""
    found = np.zeros_like(probabilities)
    for own, other in ((slice(0, None, 2), slice(1, None, 2)), (slice(1, None, 2), slice(0, None, 2))):
        found[own] = sharpen(probabilities[own], fit_sharpness(probabilities[other], truth[other]))
    return found


def weigh_terms(
    counts: TermCounts,
    rows: IndexArray,
    fewest: int,
    max_share: float,
    most: int | None = None,
    precision: type[np.float32 | np.float64] = np.float64,
) -> tuple[TermSpace, sparse.csr_matrix]:
    """Choose the terms of some documents and weigh them as `TermSpace` does.

    Parameters
    ----------
    counts, rows
        The terms of all documents, and which documents to take.
    fewest, max_share, most
        Of these documents a term must be in so many, and in no larger share; of the terms left the most
        frequent are taken.
    precision
        Of the weights in the documents.

    Returns
    -------
    tuple[TermSpace, sparse.csr_matrix]
        The terms and their weights in the documents: shape (rows, terms).
    """
    total = len(rows)
    whole = np.array_equal(rows, np.arange(counts.matrix.shape[0]))
    matrix = counts.matrix if whole else counts.matrix[rows]
    frequency = np.bincount(matrix.indices, minlength=matrix.shape[1])
    kept = np.flatnonzero((frequency >= fewest) & (frequency <= max(1, max_share * total)))
    if not len(kept):  # a handful of documents: better any term than none
        kept = np.flatnonzero(frequency)
    if most is not None and len(kept) > most:
        kept = np.sort(kept[np.argsort(-frequency[kept], kind="stable")[:most]])
    idf = np.log((1 + total) / (1 + frequency[kept])) + 1
    x = matrix[:, kept].astype(precision)
    del matrix
    np.log(x.data, out=x.data)
    x.data += 1
    x.data *= idf.astype(precision)[x.indices]
    owners = np.repeat(np.arange(total, dtype=np.int32), np.diff(x.indptr))
    length = np.sqrt(np.bincount(owners, weights=x.data**2, minlength=total))
    x.data /= length.astype(precision)[owners]
    return TermSpace([counts.terms[column] for column in kept.tolist()], idf), x


def _fit_linear(
    blocks: list[sparse.csr_matrix],
    codes: IndexArray,
    weight: FloatArray,
    c: float,
    n_jobs: int | None,
    on_progress: ProgressCallback,
) -> tuple[FloatArray, FloatArray]:
    """Return the mean of the three fits, (terms, classes) and bias; the list of blocks is emptied."""
    x = sparse.hstack(blocks, format="csr")
    blocks.clear()  # there may be gigabytes
    classes = int(codes.max()) + 1
    processes = process_count(n_jobs) if len(codes) * classes >= _LARGE else 1
    share = np.zeros((len(codes), classes), dtype=x.dtype)
    share[np.arange(len(codes)), codes] = weight
    with mapped([x.data, x.indices, x.indptr, _log_ratios(x, share)], processes) as arrays:
        x, ratios = sparse.csr_matrix(tuple(arrays[:3]), shape=x.shape), arrays[3]
        parts = blocks_of(classes)
        fitted = run_all(
            fit_machines,
            [(x, codes, part, weight, c) for part in parts]
            + [(x, codes, part, weight, _RATIO_C * c, ratios[:, part[0] : part[-1] + 1]) for part in parts],
            n_jobs=processes,
            message=tr("fitting the topic classifier"),
            on_progress=on_progress,
        )
        del ratios, arrays
        coefficients, bias = np.zeros((x.shape[1], classes)), np.zeros(classes)
        for importance, found in (
            (_MACHINE, fitted[: len(parts)]),
            (_RATIO, fitted[len(parts) :]),
            (_BAYES, [(_complement_bayes(x, share), np.zeros(classes))]),
        ):
            vectors, offsets = (np.concatenate(part, axis=-1) for part in zip(*found, strict=True))
            scale = _SHARPNESS * importance / (float((x @ vectors.astype(x.dtype, copy=False)).std()) or 1.0)
            coefficients += scale * vectors.astype(np.float64, copy=False)
            bias += scale * offsets
    return coefficients, bias


def _log_ratios(x: sparse.csr_matrix, share: FloatArray) -> FloatArray:
    """Return the log of how much more frequent the terms are in each class than in the rest."""
    present = sparse.csr_matrix((np.ones_like(x.data), x.indices, x.indptr), shape=x.shape)
    seen = np.asarray(present.T @ share)
    total = seen.sum(axis=1)
    ratios = np.zeros(seen.shape, dtype=seen.dtype)
    for column, inside in enumerate(seen.T + _SMOOTHING):
        outside = total - seen[:, column] + _SMOOTHING
        ratios[:, column] = np.log(inside / inside.sum()) - np.log(outside / outside.sum())
    return ratios


def _complement_bayes(x: sparse.csr_matrix, share: FloatArray) -> FloatArray:
    """Return the weights of complement naive Bayes, those of each term around zero."""
    seen = np.asarray(x.T @ share, dtype=np.float64)
    others = seen.sum(axis=1, keepdims=True) - seen + _SMOOTHING
    weights = -np.log(others / others.sum(axis=0))
    return np.asarray(weights - weights.mean(axis=1, keepdims=True))
