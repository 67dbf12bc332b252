"""Fitting the topic model of proposals: logistic regressions over words, n-grams and kinds of things."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from nhsa_nlp.topic.features import DocumentFeatures
from nhsa_nlp.topic.fitting import fit_binary
from nhsa_nlp.topic.labels import FACETS
from nhsa_nlp.topic.lexicon import TopicLexicon
from nhsa_nlp.topic.linear_fitting import TermCounter, TermCounts, weigh_terms
from nhsa_nlp.topic.scoped import ScopedModel, places_of
from nhsa_nlp.topic.terms import LinearTerms, TermSpace

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_FEWEST = 2  # documents that a term is in
_MAX_SHARE = 1.0
# How long the vectors of terms, requests and kinds are beside each other. Of kinds a little more would
# outweigh the words, and single sentences with them.
_LENGTHS = (1.0, 0.3, 0.15)
_MOST_TERMS = 60_000  # that are kept, those of the largest weights: a bundle stays small and quick to load


class ScopedCounts(NamedTuple):
    """How often documents have each term, each word in what they ask for, and each kind of thing."""

    terms: TermCounts
    requests: TermCounts
    kinds: TermCounts


def count_scoped(documents: Iterable[DocumentFeatures], vocabulary: TopicLexicon) -> ScopedCounts:
    """Count what a `ScopedModel` reads in documents, one after the other."""
    counters = TermCounter(), TermCounter(), TermCounter()
    for document in documents:
        for counter, (terms, _, _) in zip(counters, places_of(document, vocabulary), strict=True):
            counter.add(Counter(terms))
    return ScopedCounts(*(counter.counts() for counter in counters))


def fit_scoped_model(
    counts: ScopedCounts,
    rows: IndexArray,
    answers: BoolArray,
    near: BoolArray,
    weight: FloatArray,
    c: float,
    vocabulary: TopicLexicon,
    lexicon: TopicLexicon,
) -> ScopedModel:
    """Fit a model to some of the documents.

    Parameters
    ----------
    counts
        Those of all documents.
    rows
        The documents to learn from.
    answers, near, weight
        Of these, shapes (rows, 3), (rows,) and (rows,): their sectors, whether a document of none is next to
        health, and how much each counts.
    c
        Inverse strength of the regularisation.
    vocabulary, lexicon
        What the kinds are the themes of, and the sector terms.
    """
    parts = [
        (share, *weigh_terms(part, rows, _FEWEST, _MAX_SHARE))
        for share, part in zip(_LENGTHS, counts, strict=True)
    ]
    x = sparse.hstack([share * matrix for share, _, matrix in parts], format="csr")
    fits = [fit_binary(x, answer, weight, c) for answer in answers.T]
    outside = np.flatnonzero(~answers.any(axis=1))
    fits.append(fit_binary(x[outside], near[outside], weight[outside], c))
    weights = np.column_stack([coefficients for coefficients, _ in fits])
    borders = np.cumsum([len(space.vocabulary) for _, space, _ in parts])
    terms, requests, kinds = (
        _largest(space, share * found)
        for (share, space, _), found in zip(parts, np.split(weights, borders[:-1]), strict=True)
    )
    return ScopedModel(terms, requests, kinds, np.array([bias for _, bias in fits]), vocabulary, lexicon)


def _largest(space: TermSpace, weights: FloatArray) -> LinearTerms:
    """Return the terms that can move a score of a sector most, in their order.

    Their weights are rounded to half precision, so that a model saved and loaded is the same.
    """
    if len(weights) > _MOST_TERMS:
        reach = np.abs(weights[:, : len(FACETS)]).max(axis=1) * space.idf
        kept = np.sort(np.argsort(-reach, kind="stable")[:_MOST_TERMS])
        space, weights = TermSpace([space.vocabulary[row] for row in kept], space.idf[kept]), weights[kept]
    return LinearTerms(space, weights.astype(np.float16).astype(np.float64))
