"""TF-IDF over words or character n-grams and linear models over them, as plain arrays."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import chain, islice, repeat

import numpy as np
from numpy.typing import NDArray

from nhsa_nlp.errors import InputError

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]
SparseVector = tuple[IndexArray, FloatArray]
"""The columns that are not 0, in order, and their values."""


def character_ngrams(text: str, shortest: int = 2, longest: int = 3) -> Counter[str]:
    """Count the character n-grams of a text."""
    counts: Counter[str] = Counter()
    for n in range(shortest, longest + 1):
        counts.update([text[i : i + n] for i in range(len(text) - n + 1)])
    return counts


class TermSpace:
    """A vocabulary with inverse document frequencies.

    Term counts are damped (1 + ln count), multiplied by the term's weight and scaled to unit
    length (Salton and Buckley 1988). The vocabulary has a term a column, ``idf`` their weights.

    Raises
    ------
    InputError
        If the vocabulary repeats a term.
    """

    def __init__(self, vocabulary: Sequence[str], idf: FloatArray):
        self.vocabulary = tuple(vocabulary)
        self.idf = idf
        self._column = dict(zip(self.vocabulary, range(len(self.vocabulary)), strict=True))
        if len(self._column) != len(self.vocabulary):
            raise InputError("the vocabulary repeats a term")

    def __contains__(self, term: str) -> bool:
        return term in self._column

    @classmethod
    def fit(
        cls,
        documents: Collection[Counter[str]],
        *,
        min_documents: int,
        max_share: float,
    ) -> TermSpace:
        """Choose the vocabulary of documents: terms in at least so many of them, and in no larger share."""
        frequency = Counter(chain.from_iterable(documents))
        total = len(documents)
        kept = [(t, n) for t, n in frequency.items() if min_documents <= n <= max_share * total]
        if not kept:  # a handful of documents: better any term than none
            kept = list(frequency.items())
        kept.sort()
        idf = np.array([math.log((1 + total) / (1 + n)) + 1 for _, n in kept])
        return cls([term for term, _ in kept], idf)

    def vector(self, counts: Counter[str]) -> SparseVector:
        """Return the columns of a document's terms and their weights, of unit length together."""
        return self.weighted(self.columns(counts), _numbers(counts))

    def weighted(self, columns: IndexArray, numbers: IndexArray) -> SparseVector:
        """Return the same of terms by their columns, -1 for none, and how often each occurs."""
        known = columns >= 0
        columns, numbers = columns[known], numbers[known]
        order = np.argsort(columns)
        columns = columns[order]
        return columns, self.values(columns, numbers[order])

    def columns(self, terms: Collection[str]) -> IndexArray:
        """Return the column of each term, -1 for one that is not in the vocabulary."""
        return np.fromiter(map(self._column.get, terms, repeat(-1)), np.int64, len(terms))

    def values(self, columns: IndexArray, numbers: IndexArray) -> FloatArray:
        """Return the weights in a document of terms that occur so often, of unit length together."""
        values = (1 + np.log(numbers)) * self.idf[columns]
        return np.asarray(values / math.sqrt(values @ values)) if len(values) else values


class JoinedSpaces:
    """Several vocabularies, in all of which each term of a document is looked up once."""

    def __init__(self, *spaces: TermSpace):
        terms = dict.fromkeys(chain.from_iterable(space.vocabulary for space in spaces))
        self._row = dict(zip(terms, range(len(terms)), strict=True))
        # The row -1 of a term that none of them has is the last one.
        self._columns = {space: np.append(space.columns(terms), -1) for space in spaces}

    def vectors(self, counts: Counter[str]) -> dict[TermSpace, SparseVector]:
        """Return what `TermSpace.vector` returns of each of them."""
        rows = np.fromiter(map(self._row.get, counts, repeat(-1)), np.int64, len(counts))
        numbers = _numbers(counts)
        return {space: space.weighted(columns[rows], numbers) for space, columns in self._columns.items()}


@dataclass(frozen=True)
class LinearTerms:
    """A linear model over terms."""

    space: TermSpace
    weights: FloatArray
    """Shape (terms, outputs)."""

    def logits(self, vectors: Sequence[SparseVector]) -> FloatArray:
        """Return the scores of documents, from `TermSpace.vector`, without bias: (documents, outputs)."""
        scores = np.zeros((len(vectors), self.weights.shape[1]))
        for row, (columns, values) in enumerate(vectors):
            scores[row] = values @ self.weights[columns]
        return scores

    def contributions(self, vector: SparseVector) -> tuple[list[str], FloatArray]:
        """Return a document's terms and what each adds to the scores: shape (terms, outputs)."""
        columns, values = vector
        vocabulary = self.space.vocabulary
        return [vocabulary[column] for column in columns.tolist()], values[:, None] * self.weights[columns]


def _numbers(counts: Counter[str]) -> IndexArray:
    return np.fromiter(counts.values(), np.int64, len(counts))


def softmax(scores: FloatArray) -> FloatArray:
    """Return the probabilities of each row of scores: shape (documents, outputs)."""
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(scores / scores.sum(axis=1, keepdims=True), dtype=np.float64)


def occurs(pattern: re.Pattern[str], text: str, times: int) -> bool:
    """Tell whether a pattern is found at least so many times."""
    return sum(1 for _ in islice(pattern.finditer(text), times)) == times
