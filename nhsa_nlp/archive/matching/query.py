"""What a proposal asks of an archive: its own terms, the Administration's, and those of the first answers."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nhsa_nlp.archive.matching.index import Index, Text, Weights
from nhsa_nlp.archive.matching.thesaurus import mentions
from nhsa_nlp.io.writers.term_index import term_counts
from nhsa_nlp.text import clean

LONGEST = 20_000
"""Characters of a proposal that are read; what it asks for is said by then."""

# Chosen also with everyday words of the proposals left out of the thesaurus at random.
_OFFICIAL = 1.5
_MENTIONS = 1.15  # the exponent of how many words name a matter
_FEEDBACK = 0.5
_FEEDBACK_TERMS = 40


@dataclass(frozen=True, slots=True)
class Query:
    """The weights of a proposal's own terms, and of those the Administration uses for its matters.

    ``names`` are the official terms in full, and how much each is meant.
    """

    own: Weights
    official: Weights
    names: dict[str, float]

    def weights(self) -> Weights:
        """Return both together."""
        together = dict(self.own)
        for term, weight in self.official.items():
            together[term] = together.get(term, 0.0) + _OFFICIAL * weight
        return together


def read_query(text: str, title: str = "") -> Query:
    """Return the query of a proposal; its title counts once more than its text."""
    text, title = (clean(part[:LONGEST]).text for part in (text, title))
    counts: Counter[int] = Counter()
    for part in (text, title):
        codes, often = term_counts(part)
        counts.update(dict(zip(codes.tolist(), often.tolist(), strict=True)))
    own = {term: math.log1p(count) for term, count in counts.items()}
    summed: dict[str, float] = defaultdict(float)
    names: dict[str, float] = defaultdict(float)
    for matter, count in (mentions(text) + mentions(title)).items():
        for name in matter.official:
            summed[name] += count**_MENTIONS
            names[name] += count**2
    official: Weights = {}
    for name, weight in summed.items():
        for term in term_counts(name)[0].tolist():
            official[term] = max(official.get(term, 0.0), weight)
    return Query(own, official, dict(names))


def with_feedback(index: Index, weights: Weights, first: Sequence[tuple[Text, float]]) -> Weights:
    """Add the terms that the first answers found have in common (pseudo-relevance feedback).

    Parameters
    ----------
    first
        The best texts and their scores.
    """
    shares: Weights = defaultdict(float)
    for text, score in first:
        vector = {
            term: (1 + math.log(count)) * index.rarity(term)
            for term, count in _whole(text).items()
            if index.texts_with(term) > 1
        }
        size = math.sqrt(sum(value * value for value in vector.values())) or 1.0
        for term, value in vector.items():
            shares[term] += score * value / size
    kept = sorted(shares, key=lambda term: (-shares[term], term))[:_FEEDBACK_TERMS]
    largest = max(weights.values(), default=1.0)
    result = {term: weight / largest for term, weight in weights.items()}
    for term in kept:
        result[term] = result.get(term, 0.0) + _FEEDBACK * shares[term] / shares[kept[0]]
    return result


def _whole(text: Text) -> dict[int, int]:
    """Return how often a text has each term."""
    if not text.terms:
        return {}
    codes, places = np.unique(np.concatenate([codes for codes, _ in text.terms]), return_inverse=True)
    counts = np.bincount(places, np.concatenate([counts for _, counts in text.terms]))
    return dict(zip(codes.tolist(), counts.astype(int).tolist(), strict=True))
