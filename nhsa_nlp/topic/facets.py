"""The topic model of the seven labels: three yes/no questions, predicting and explaining.

It needs only numpy and the word segmenter. What scikit-learn fits is copied into arrays, because
its fitted objects do not load across its versions, and neither they nor pickles are safe to open.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nhsa_nlp.topic.features import DocumentFeatures, Mentions, ThemeFeatures
from nhsa_nlp.topic.forest import Forest, IndexArray
from nhsa_nlp.topic.labels import FACETS, MEMBERSHIP
from nhsa_nlp.topic.lexicon import TopicLexicon
from nhsa_nlp.topic.terms import LinearTerms, SparseVector, occurs, softmax

FloatArray = NDArray[np.float64]

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_LETTERS = re.compile(r"[^\W\d_]")
_FEWEST = 10  # Chinese characters; with fewer there is nothing to judge
_IN_SCOPE = 0.04  # share of characters in sector terms; about the least on-topic texts have is 0.07
_NEGLIGIBLE = 1e-4  # of a share; over less there is no slope
_CERTAIN = 1e-3  # a forest's 0 or 1 is a count of a few documents, not certainty


@dataclass(frozen=True, slots=True)
class FacetVectors:
    """What a `FacetModel` takes from a document: its scores and their evidence come from the same."""

    words: SparseVector
    mentions: Mentions
    shares: FloatArray  # (features,)
    leaves: IndexArray  # (facets x trees,)
    odds: FloatArray  # (facets,), the forest's


@dataclass(frozen=True)
class FacetModel:
    """Three yes/no models and the joint distribution over the seven labels.

    A facet's score is a mix of three log-odds: a linear model over words, a linear model over the
    shares of sentences that speak of each theme, and a forest over these shares. Given the text the
    facets are independent, except that one of them must be there.

    Parameters
    ----------
    features
        The shares and the lexicon behind them.
    words
        Linear model over words, outputs as ``FACETS``.
    word_bias, share_bias
        Shape (3,).
    share_weights
        Shape (features, 3).
    forest
        Outputs as ``FACETS``.
    mix
        Shape (3, 3): the weights of words, shares and forest (rows) in each facet (columns).
    """

    features: ThemeFeatures
    words: LinearTerms
    word_bias: FloatArray
    share_weights: FloatArray
    share_bias: FloatArray
    forest: Forest
    mix: FloatArray

    @property
    def lexicon(self) -> TopicLexicon:
        """The sector terms it looks for."""
        return self.features.lexicon

    def vectorize(self, documents: Sequence[DocumentFeatures]) -> list[FacetVectors]:
        """Return what the model takes from each document."""
        mentions = [self.features.mentions(document) for document in documents]
        shares = [self.features.shares(counts) for counts in mentions]
        leaves = self.forest.leaves(np.stack(shares))
        words = [document.vector(self.words.space) for document in documents]
        parts = zip(words, mentions, shares, leaves, self.forest.predict(leaves), strict=True)
        return [FacetVectors(*part) for part in parts]

    def members(self, vectors: Sequence[FacetVectors]) -> FloatArray:
        """Return the log-odds of words, shares and forest: shape (3, documents, 3)."""
        shares = np.stack([vector.shares for vector in vectors])
        return np.stack(
            [
                self.words.logits([vector.words for vector in vectors]) + self.word_bias,
                shares @ self.share_weights + self.share_bias,
                _log_odds(np.stack([vector.odds for vector in vectors])),
            ]
        )

    def probabilities(self, vectors: Sequence[FacetVectors]) -> FloatArray:
        """Return the probabilities of the seven labels: shape (documents, 7)."""
        return label_distribution(np.einsum("mdf,mf->df", self.members(vectors), self.mix))

    def refusal(self, document: DocumentFeatures) -> str | None:
        """Return why a document gets no answer: ``too_short`` or ``out_of_scope``."""
        text = document.text
        if not occurs(_CHINESE, text, _FEWEST):
            return "out_of_scope" if occurs(_LETTERS, text, 2 * _FEWEST) else "too_short"
        return None if self.features.density(document) >= _IN_SCOPE else "out_of_scope"

    def predict(self, documents: Sequence[DocumentFeatures]) -> FloatArray:
        """Return the probabilities of documents: shape (documents, classes)."""
        return self.probabilities(self.vectorize(documents))

    def explain(self, document: DocumentFeatures) -> tuple[FloatArray, list[str], FloatArray]:
        """Return the probabilities of a document, and terms with their `contributions`."""
        (vectors,) = self.vectorize([document])
        return self.probabilities([vectors])[0], *self.contributions(vectors)

    def contributions(self, vectors: FacetVectors) -> tuple[list[str], FloatArray]:
        """Attribute the scores to terms: the terms and their weights, shape (terms, 3)."""
        shares, odds = vectors.shares, vectors.odds
        credit = self.forest.contributions(vectors.leaves, len(shares))
        base = odds - credit.sum(axis=1)
        # Credits are shares of yes; the slope between base and prediction makes them log-odds.
        rise = np.where(np.abs(odds - base) > _NEGLIGIBLE, odds - base, np.inf)
        slope = (_log_odds(odds) - _log_odds(base)) / rise
        weights = self.mix[1] * self.share_weights * shares[:, None]
        weights += self.mix[2] * slope * credit.T
        words, of_words = self.words.contributions(vectors.words)
        terms, of_terms = self.features.attribute(vectors.mentions, weights)
        # A term that is a word of the vocabulary, too, has one row.
        columns, own = vectors.words[0], self._column_of_term[terms]
        rows = np.searchsorted(columns, own)
        alone = own != np.append(columns, -2)[rows]
        rows[alone] = np.arange(len(words), len(words) + np.count_nonzero(alone))
        names = words + [self.lexicon.terms[term] for term in terms[alone].tolist()]
        total = np.zeros((len(names), len(FACETS)))
        total[: len(words)] = self.mix[0] * of_words
        total[rows] += of_terms
        return names, total

    @cached_property
    def _column_of_term(self) -> IndexArray:
        """The column of each term of the lexicon in the vocabulary of words, -1 if it is not there."""
        return self.words.space.columns(self.lexicon.terms)


def label_distribution(scores: FloatArray) -> FloatArray:
    """Return the probabilities of the seven labels, (documents, 7), from facet log-odds, (documents, 3).

    The facets are independent given that the set is not empty, so a set's probability is the
    softmax of the sum of its facets' log-odds.
    """
    return softmax(scores @ MEMBERSHIP.T.astype(np.float64))


def _log_odds(p: FloatArray | float) -> FloatArray:
    p = np.minimum(np.maximum(p, _CERTAIN), 1 - _CERTAIN)  # np.clip takes five times as long
    return np.asarray(np.log(p / (1 - p)), dtype=np.float64)
