"""Choosing the documents most worth labelling next: uncertain ones, each unlike the others."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nhsa_nlp.evaluation.splits import near_duplicate_pairs
from nhsa_nlp.record import TopicRecord
from nhsa_nlp.topic.features import read
from nhsa_nlp.topic.fitting import term_matrix
from nhsa_nlp.topic.terms import TermSpace

if TYPE_CHECKING:
    from nhsa_nlp.io import Document
    from nhsa_nlp.topic.model import TopicModel

FloatArray = NDArray[np.float64]

_SHORTLIST = 20  # documents compared with each other for each one asked for
_SHORTEST_LIST = 1000
_FARTHEST = 2.0  # the squared distance of two texts of unit length that share no term


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A document worth labelling.

    Attributes
    ----------
    document
        As it was read.
    topic
        What the model says of it.
    uncertainty
        1 minus the lead of the most probable label over the next, from 0 to 1.
    novelty
        Squared distance to the nearest document that is labelled or suggested before it, from 0 (the
        same words) to 2 (none in common).
    """

    document: Document
    topic: TopicRecord
    uncertainty: float
    novelty: float


@dataclass(slots=True)
class Suggestions:
    """What to label, the most worthwhile first, and what became of the rest of the pool.

    Attributes
    ----------
    chosen
        The suggestions.
    read
        How many documents were read.
    repeated
        How many were the same text as another one, or as a labelled one.
    out_of_scope
        How many the model declined to judge: too short, or not about the subject.
    """

    chosen: list[Suggestion]
    read: int = 0
    repeated: int = 0
    out_of_scope: int = 0


def suggest(
    pool: Iterable[Document], model: TopicModel, count: int, labelled: Sequence[str] = ()
) -> Suggestions:
    """Choose documents to label.

    The pool is read once and not held: only the most uncertain documents, twenty for each one asked for
    (at least a thousand), are compared with each other by `choose`.

    Parameters
    ----------
    pool
        Documents without labels.
    model
        What has been learnt so far.
    count
        How many to choose; fewer if the pool has not as many different ones.
    labelled
        The texts that have labels already.

    Returns
    -------
    Suggestions
        With what the model thinks of each.
    """
    result = Suggestions([])
    seen = {_digest(text) for text in labelled}
    size = max(_SHORTEST_LIST, _SHORTLIST * count)
    best: list[tuple[float, int, Document, TopicRecord]] = []  # a heap, the least uncertain on top
    for document in pool:
        result.read += 1
        digest = _digest(document.text)
        if digest in seen:
            result.repeated += 1
            continue
        seen.add(digest)
        topic = model.analyse(document.text, top=0)
        if topic["label"] is None:
            result.out_of_scope += 1
            continue
        doubt = float(uncertainty(model.predict_proba([document.text]))[0])
        entry = (doubt, -result.read, document, topic)
        if len(best) < size:
            heapq.heappush(best, entry)
        else:
            heapq.heappushpop(best, entry)
    best.sort(key=lambda entry: -entry[1])
    doubts = np.array([entry[0] for entry in best])
    picked = choose(doubts, [entry[2].text for entry in best], count, labelled)
    result.chosen = [
        Suggestion(document=best[row][2], topic=best[row][3], uncertainty=best[row][0], novelty=novelty)
        for row, novelty in picked
    ]
    return result


def uncertainty(probabilities: FloatArray) -> FloatArray:
    """Return 1 minus the lead of the most probable label over the next: shape (documents,)."""
    if probabilities.shape[1] < 2:
        return np.zeros(len(probabilities))
    ordered = np.sort(probabilities, axis=1)
    return np.asarray(1 - (ordered[:, -1] - ordered[:, -2]))


def choose(
    doubts: FloatArray, texts: Sequence[str], count: int, labelled: Sequence[str] = ()
) -> list[tuple[int, float]]:
    """Choose texts one after another, each by its doubt times its distance to those there are.

    The distance is the squared one between the TF-IDF vectors of words, to the nearest text that is
    labelled or chosen before. Near-duplicates of either are never chosen. (Uncertainty sampling by
    the margin, Scheffer, Decomain and Wrobel 2001, with the farthest-first traversal of core sets,
    Sener and Savarese 2018.)

    Parameters
    ----------
    doubts
        Shape (texts,): how uncertain the model is of each.
    texts
        What can be chosen.
    count
        How many to choose; fewer if all others are near-duplicates.
    labelled
        The texts that have labels already.

    Returns
    -------
    list[tuple[int, float]]
        The index of each text chosen and its distance when it was.
    """
    if not texts:
        return []
    everything = [*texts, *labelled]
    similar: dict[int, list[int]] = {}
    for one, other, _ in near_duplicate_pairs(everything):
        similar.setdefault(one, []).append(other)
        similar.setdefault(other, []).append(one)
    counts = [read(text, None).word_counts for text in everything]
    matrix = term_matrix(TermSpace.fit(counts, min_documents=2, max_share=0.9), counts)
    pool = matrix[: len(texts)]
    free = np.ones(len(texts), dtype=np.bool_)
    nearest = np.full(len(texts), _FARTHEST)

    def take(place: int) -> None:
        shared = (pool @ matrix[place].T).toarray()[:, 0]
        np.minimum(nearest, np.maximum(0.0, _FARTHEST - 2 * shared), out=nearest)
        taken = [place, *similar.get(place, [])]
        free[[row for row in taken if row < len(texts)]] = False

    for place in range(len(texts), len(everything)):
        take(place)
    chosen: list[tuple[int, float]] = []
    while len(chosen) < count and free.any():
        row = int(np.argmax(np.where(free, doubts * nearest, -1.0)))
        chosen.append((row, float(nearest[row])))
        take(row)
    return chosen


def _digest(text: str) -> bytes:
    return sha256(text.encode("utf-8", "surrogatepass")).digest()
