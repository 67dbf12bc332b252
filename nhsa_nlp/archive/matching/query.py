"""What a proposal asks of an archive: its own terms, the Administration's, and those of the first answers."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nhsa_nlp.archive.matching.index import Index, Weights
from nhsa_nlp.archive.matching.texts import Text
from nhsa_nlp.archive.matching.thesaurus import mentions
from nhsa_nlp.io.store.term_index import term_counts
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


def feedback(index: Index, weights: Weights, first: Sequence[tuple[Text, float]]) -> Weights:
    """Return the terms that the first answers found have in common (pseudo-relevance feedback).

    Parameters
    ----------
    weights
        The query, to whose largest weight those returned are in proportion.
    first
        The best texts and their scores.
    """
    wholes = [text.whole() for text, _ in first]
    codes = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *(own for own, _ in wholes)]))
    rarity = index.rarity(codes) * (index.texts_with(codes) > 1)
    shares = np.zeros(len(codes))
    for (own, counts), (_, score) in zip(wholes, first, strict=True):
        places = np.searchsorted(codes, own)
        values = (1 + np.log(counts)) * rarity[places]
        shares[places] += score * values / (math.sqrt((values * values).sum()) or 1.0)
    kept = [place for place in np.lexsort((codes, -shares))[:_FEEDBACK_TERMS] if shares[place] > 0]
    largest = max(weights.values(), default=1.0)
    return {int(codes[place]): largest * _FEEDBACK * shares[place] / shares[kept[0]] for place in kept}
