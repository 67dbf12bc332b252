"""BM25 (Robertson and Zaragoza 2009) over postings and over passages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nhsa_nlp.archive.matching.texts import Text
from nhsa_nlp.io.store.term_index import Codes, iterate_postings

Scores = NDArray[np.float64]

_SATURATION, _LENGTH = 1.2, 0.75  # k1 and b of BM25
_PASSAGE_TERMS = 300  # of a passage of usual length


class Limits(NamedTuple):
    """What bounds the time of a query in a large archive.

    The heaviest terms say which texts can be among the best; what the others add is asked of these only.

    Attributes
    ----------
    spread
        Postings that are added to all texts, at most, but those of one term at least.
    completed
        Texts to which the postings of the other terms are added.
    most
        Postings read at all.
    """

    spread: int
    completed: int
    most: int


LIMITS = Limits(250_000, 2_000, 5_000_000)


class Worth(NamedTuple):
    """The terms of a query, ascending, and what each is worth in an archive: its weight times its rarity."""

    terms: Codes
    values: Scores


def norms(lengths: NDArray[np.float64], mean: float) -> Scores:
    """Return what the counts of terms are weighed against in texts of these lengths, in terms."""
    return _SATURATION * (1 - _LENGTH + _LENGTH * lengths / mean)


def score_texts(
    worth: Worth,
    sizes: NDArray[np.int64],
    text_norms: Scores,
    read: Callable[[int], Iterable[bytes]],
    limits: Limits = LIMITS,
) -> Scores:
    """Return the score of every text, by its number.

    Parameters
    ----------
    sizes
        How many texts hold each term.
    text_norms
        Those of all texts (see `norms`).
    read
        What gives the postings of a term.

    Raises
    ------
    ValueError
        If postings are damaged.
    """
    scores = np.zeros(len(text_norms))
    order = np.argsort(-worth.values, kind="stable")
    total = np.cumsum(sizes[order])
    spread = max(int(np.searchsorted(total, limits.spread, side="right")), 1)
    most = max(int(np.searchsorted(total, limits.most, side="right")), 1)
    only = None
    for rank, place in enumerate(order[:most].tolist()):
        if rank == spread:
            only = np.sort(best_of(scores, limits.completed))
        for data in read(int(worth.terms[place])):
            _add(scores, float(worth.values[place]), data, text_norms, only)
    return scores


def best_of(scores: Scores, count: int) -> NDArray[np.int64]:
    """Return the numbers of the best texts, best first, of equal ones the earlier; none without a score."""
    numbers = np.flatnonzero(scores > 0)
    if len(numbers) > count:
        least = np.partition(scores[numbers], -count)[-count]
        above, equal = np.flatnonzero(scores > least), np.flatnonzero(scores == least)
        numbers = np.concatenate([above, equal[: count - len(above)]])
    return numbers[np.argsort(-scores[numbers], kind="stable")]


def _add(
    scores: Scores, value: float, data: bytes, text_norms: Scores, only: NDArray[np.int64] | None
) -> None:
    """Add what a term is worth to the scores of the texts that hold it, of ``only`` these if given."""
    for first, low, often in iterate_postings(data):
        if only is None:
            places, counts = low.astype(np.int64), often.astype(np.float64)
        else:
            wanted = only[np.searchsorted(only, first) : np.searchsorted(only, first + (1 << 16))] - first
            found = np.searchsorted(low, wanted.astype(low.dtype))
            found[found == len(low)] = 0
            same = low[found] == wanted
            places, counts = wanted[same], often[found[same]].astype(np.float64)
        if len(places) and first + places[-1] < len(scores):
            places += first
            scores[places] += value * (_SATURATION + 1) * counts / (counts + text_norms[places])


def score_passages(text: Text, worth: Worth) -> Scores:
    """Return the score of each passage of a text."""
    count = len(text.passages)
    if not len(worth.terms) or not count:
        return np.zeros(count)
    lengths = np.bincount(text.places, text.counts, count).astype(np.float64)
    against = norms(lengths, _PASSAGE_TERMS)
    found = np.searchsorted(worth.terms, text.terms)
    found[found == len(worth.terms)] = 0
    same = worth.terms[found] == text.terms
    places, often = text.places[same], text.counts[same]
    added = worth.values[found[same]] * (_SATURATION + 1) * often / (often + against[places])
    return np.bincount(places, added, count).astype(np.float64)
