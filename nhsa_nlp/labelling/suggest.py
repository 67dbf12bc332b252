"""Choosing the documents most worth labelling next: those that tell most about the uncertain rest.

A document is chosen for what its label would say of the others (transductive experimental design, Yu, Bi
and Tresp 2006), and what is said counts the more, the less sure the model is there. So the first ones are
typical, which is best with few labels (Hacohen, Dekel and Weinshall 2022), and what labels have explained
already draws no more of them.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain, islice
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from nhsa_nlp.parallel import process_count, run_all
from nhsa_nlp.record import TopicRecord
from nhsa_nlp.splits import near_duplicate_pairs
from nhsa_nlp.topic.features import extract
from nhsa_nlp.topic.fitting import term_matrix
from nhsa_nlp.topic.terms import TermSpace

if TYPE_CHECKING:
    from nhsa_nlp.io import Document
    from nhsa_nlp.topic.model import TopicModel

FloatArray = NDArray[np.float64]

_CHUNK = 256  # documents that a process judges at a time
_COMPARED = 1000  # documents compared with each other, beside those asked for; also labelled ones
_NOISE = 0.3  # variance of a label about what a text says, beside the 1 of a text of which nothing is known
_LEAST_UNCERTAINTY = 0.01  # a model that is sure can be wrong


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A document worth labelling."""

    document: Document
    """As it was read."""
    topic: TopicRecord
    """What the model says of it."""
    uncertainty: float
    """1 minus the lead of the most probable label over the next, from 0 to 1."""
    novelty: float
    """The share that those labelled or suggested before it leave unexplained, from 0 (they say all) to 1 (no
    word in common)."""


@dataclass(slots=True)
class Suggestions:
    """What to label, the most worthwhile first, and what became of the rest of the pool."""

    chosen: list[Suggestion]
    """The suggestions."""
    read: int = 0
    """How many documents were read."""
    repeated: int = 0
    """How many were the same text as another one, or as a labelled one."""
    out_of_scope: int = 0
    """How many the model declined to judge, or finds of no sector without a doubt: too short, not about the
    subject."""


def suggest(
    pool: Iterable[Document],
    model: TopicModel,
    count: int,
    labelled: Sequence[str] = (),
    *,
    n_jobs: int | None = None,
) -> Suggestions:
    """Choose documents to label.

    The pool is read once and not held. Of a large one a sample is compared by `choose`: 1,000 documents
    more than are asked for, drawn in proportion to the uncertainty and weighted so that they stand for all
    (priority sampling, Duffield, Lund and Thorup 2007). The draw depends on the texts alone.

    Parameters
    ----------
    pool
        Documents without labels.
    model
        What has been learnt so far.
    count
        How many to choose; fewer if the pool has fewer different ones.
    labelled
        The texts that have labels already.
    n_jobs
        How many processes judge the documents; see `nhsa_nlp.parallel.run_all`. They start once there are
        256 documents for each of two.
    """
    result = Suggestions([])
    seen = {_digest(text) for text in labelled}
    size = count + _COMPARED
    sample: list[tuple[float, int, Document, TopicRecord, float]] = []  # a heap, the least priority on top

    def fresh() -> Iterator[tuple[int, Document]]:
        for document in pool:
            result.read += 1
            digest = _digest(document.text)
            if digest in seen:
                result.repeated += 1
            else:
                seen.add(digest)
                yield -result.read, document

    documents = fresh()
    while block := list(islice(documents, _CHUNK * process_count(n_jobs))):
        parts = [block[start : start + _CHUNK] for start in range(0, len(block), _CHUNK)]
        tasks = [(model, [document.text for _, document in part]) for part in parts]
        judged = chain.from_iterable(run_all(_judge, tasks, n_jobs=n_jobs))
        for (number, document), (topic, unsure) in zip(block, judged, strict=True):
            if _declined(topic):
                result.out_of_scope += 1
                continue
            # The digest gives a number above 0 and up to 1 that is as good as drawn at random.
            drawn = (int.from_bytes(_digest(document.text)[:6], "big") + 1) / 2**48
            heapq.heappush(sample, (max(unsure, _LEAST_UNCERTAINTY) / drawn, number, document, topic, unsure))
            if len(sample) > size + 1:
                heapq.heappop(sample)
    # The first that is not in the sample says for how much of the pool each of the others stands.
    least = heapq.heappop(sample)[0] if len(sample) > size else 0.0
    sample.sort(reverse=True)  # whatever the order of the pool
    weights = np.array([max(unsure, _LEAST_UNCERTAINTY, least) for *_, unsure in sample])
    picked = choose(weights, [entry[2].text for entry in sample], count, labelled)
    result.chosen = [
        Suggestion(document=sample[row][2], topic=sample[row][3], uncertainty=sample[row][4], novelty=novelty)
        for row, novelty in picked
    ]
    return result


def _judge(model: TopicModel, texts: Sequence[str]) -> list[tuple[TopicRecord, float]]:
    """Return what the model says of each text, and how uncertain it is of those it judges."""
    topics = [model.analyse(text, top=0) for text in texts]
    return [
        (topic, 0.0 if _declined(topic) else float(uncertainty(model.predict_proba([text]))[0]))
        for topic, text in zip(topics, texts, strict=True)
    ]


def _declined(topic: TopicRecord) -> bool:
    """Tell whether there is nothing to ask; what may be of a sector after all is worth a label."""
    return topic["label"] is None and not topic["alternatives"]


def uncertainty(probabilities: FloatArray) -> FloatArray:
    """Return 1 minus the lead of the most probable label over the next: shape (documents,)."""
    if probabilities.shape[1] < 2:
        return np.zeros(len(probabilities))
    ordered = np.sort(probabilities, axis=1)
    return np.asarray(1 - (ordered[:, -1] - ordered[:, -2]))


def choose(
    weights: FloatArray, texts: Sequence[str], count: int, labelled: Sequence[str] = ()
) -> list[tuple[int, float]]:
    """Choose texts one after another, each the one whose label tells most about all of them.

    The labels are thought of as a noisy linear function of the words (a Gaussian process whose covariance
    is the cosine similarity of the TF-IDF vectors). Each choice is the one that lessens the weighted sum
    of the variances of all texts most. Near-duplicates of what is labelled or chosen are never chosen.

    Parameters
    ----------
    weights
        Shape (texts,): how much each matters.
    texts
        What can be chosen.
    count
        How many to choose; fewer if all others are near-duplicates.
    labelled
        The texts that have labels already; of more than 1,000 those most like ``texts`` count, and all as
        near-duplicates.

    Returns
    -------
    list[tuple[int, float]]
        The index of each text chosen and its variance when it was, from 0 to 1.
    """
    if not texts:
        return []
    everything = [*texts, *labelled]
    similar: defaultdict[int, list[int]] = defaultdict(list)
    free = np.ones(len(everything), dtype=np.bool_)
    free[len(texts) :] = False
    for one, other, _ in near_duplicate_pairs(everything):  # ``one`` is the smaller
        similar[one].append(other)
        similar[other].append(one)
        free[one] &= other < len(texts)
    counts = [extract(text).word_counts for text in everything]
    matrix = term_matrix(TermSpace.fit(counts, min_documents=2, max_share=0.9), counts)
    covariance = _given(matrix[: len(texts)], matrix[len(texts) :])
    chosen: list[tuple[int, float]] = []
    while len(chosen) < count and free.any():
        variance = np.maximum(covariance.diagonal(), 0.0)
        gain = np.einsum("i,ij,ij->j", weights, covariance, covariance) / (variance + _NOISE)
        row = int(np.argmax(np.where(free[: len(texts)], gain, -1.0)))
        chosen.append((row, float(variance[row])))
        free[[row, *similar[row]]] = False
        covariance -= np.outer(covariance[row], covariance[row] / (variance[row] + _NOISE))
    return chosen


def _given(pool: sparse.csr_matrix, labelled: sparse.csr_matrix) -> FloatArray:
    """Return the covariance that is left between texts once others have labels: (texts, texts)."""
    covariance = (pool @ pool.T).toarray()
    np.fill_diagonal(covariance, 1.0)  # also of a text all of whose words are its own
    if labelled.shape[0] > _COMPARED:
        like = labelled @ np.asarray(pool.sum(axis=0)).ravel()
        labelled = labelled[np.sort(np.argsort(-like, kind="stable")[:_COMPARED])]
    if labelled.shape[0]:
        across = (labelled @ pool.T).toarray()
        among = (labelled @ labelled.T).toarray() + _NOISE * np.eye(labelled.shape[0])
        covariance -= across.T @ np.linalg.solve(among, across)
    return np.asarray(covariance)


def _digest(text: str) -> bytes:
    return sha256(text.encode("utf-8", "surrogatepass")).digest()
