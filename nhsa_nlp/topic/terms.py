"""TF-IDF over words or character n-grams, as plain arrays: the same code fits and predicts."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def character_ngrams(text: str, shortest: int = 2, longest: int = 3) -> Counter[str]:
    """Count the character n-grams of a text."""
    counts: Counter[str] = Counter()
    for n in range(shortest, longest + 1):
        counts.update([text[i : i + n] for i in range(len(text) - n + 1)])
    return counts


class TermSpace:
    """A vocabulary with inverse document frequencies.

    Term counts are damped (1 + ln count), multiplied by the term's weight and scaled to unit
    length (Salton and Buckley 1988).

    Parameters
    ----------
    vocabulary
        The terms, one a column.
    idf
        Shape (terms,): their weights.
    """

    def __init__(self, vocabulary: Sequence[str], idf: FloatArray):
        self.vocabulary = tuple(vocabulary)
        self.idf = idf
        self._column = {term: column for column, term in enumerate(self.vocabulary)}
        # Probability and evidence ask in turn for the same document.
        self._last: tuple[Counter[str], tuple[NDArray[np.int64], FloatArray]] | None = None

    def __contains__(self, term: str) -> bool:
        return term in self._column

    @classmethod
    def fit(
        cls,
        documents: Iterable[Counter[str]],
        *,
        min_documents: int,
        max_share: float,
        max_terms: int | None = None,
    ) -> TermSpace:
        """Choose the vocabulary of some documents.

        Parameters
        ----------
        documents
            The term counts of each.
        min_documents
            Rarer terms are left out.
        max_share
            Terms in a larger share of the documents are left out.
        max_terms
            If given, only so many of the most frequent terms stay.
        """
        frequency: Counter[str] = Counter()
        total = 0
        for counts in documents:
            frequency.update(counts.keys())
            total += 1
        kept = [(t, n) for t, n in frequency.items() if min_documents <= n <= max_share * total]
        if not kept:  # a handful of documents: better any term than none
            kept = list(frequency.items())
        if max_terms is not None and len(kept) > max_terms:
            kept = sorted(kept, key=lambda item: (-item[1], item[0]))[:max_terms]
        kept.sort()
        idf = np.array([math.log((1 + total) / (1 + n)) + 1 for _, n in kept])
        return cls([term for term, _ in kept], idf)

    def vector(self, counts: Counter[str]) -> tuple[NDArray[np.int64], FloatArray]:
        """Return the columns of a document's terms and their weights, of unit length together."""
        last = self._last
        if last is not None and last[0] is counts:
            return last[1]
        vector = self._compute(counts)
        self._last = counts, vector
        return vector

    def _compute(self, counts: Counter[str]) -> tuple[NDArray[np.int64], FloatArray]:
        column = self._column
        found = [(column[term], count) for term, count in counts.items() if term in column]
        if not found:
            return np.zeros(0, dtype=np.int64), np.zeros(0)
        found.sort()
        columns, numbers = np.array(found, dtype=np.int64).T
        values = (1 + np.log(numbers)) * self.idf[columns]
        return columns, values / np.linalg.norm(values)
