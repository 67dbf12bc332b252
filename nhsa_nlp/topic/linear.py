"""The topic model of any other labels: linear, over words and character n-grams."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nhsa_nlp.topic.features import DocumentFeatures
from nhsa_nlp.topic.terms import LinearTerms, SparseVector, softmax

FloatArray = NDArray[np.float64]

_LETTERS = re.compile(r"[^\W\d_]")
_PRIOR = 100.0  # the weight of the terms that every text is taken to have more, known as those of most texts


@dataclass(frozen=True, slots=True)
class Familiarity:
    """How much of a text like those learnt from is known.

    Parameters
    ----------
    common
        The terms that were in too many texts to tell any apart; whether a text has them says nothing.
    usual
        The known share of the terms of texts that were not learnt from.
    least
        The share that all but a few of them reach.
    """

    common: frozenset[str]
    usual: float
    least: float


def known_share(known: FloatArray, usual: float) -> FloatArray:
    """Return the shares of what is known, that of a short text nearer to the usual one: shape (documents,).

    ``known`` is what `LinearModel.known` returns of each document: shape (documents, 2).
    """
    return np.asarray((known[:, 0] + _PRIOR * usual) / (known[:, 1] + _PRIOR))


@dataclass(frozen=True, slots=True)
class LinearVectors:
    """What a `LinearModel` takes from a document: its words and its character n-grams."""

    document: DocumentFeatures
    words: SparseVector
    characters: SparseVector


@dataclass(frozen=True)
class LinearModel:
    """A linear model over words and character n-grams, for any other labels.

    Upper and lower case are the same to it. Words are those of a text cut once and those of the
    dictionary that lie in it; n-grams cross punctuation, the borders of words and the ends of the text.

    Parameters
    ----------
    words, characters
        Linear models with an output a class.
    bias
        Shape (classes,).
    familiarity
        What a text is compared with to tell whether it is unlike all that were learnt from; None where that
        is not known.
    """

    words: LinearTerms
    characters: LinearTerms
    bias: FloatArray
    familiarity: Familiarity | None = None

    lexicon = None  # sector terms mean nothing to other labels

    def vectorize(self, documents: Sequence[DocumentFeatures]) -> list[LinearVectors]:
        """Return what the model takes from each document."""
        return [
            LinearVectors(
                document,
                self.words.space.vector(document.all_words),
                self.characters.space.vector(document.all_ngrams),
            )
            for document in documents
        ]

    def probabilities(self, vectors: Sequence[LinearVectors]) -> FloatArray:
        """Return the probabilities of the classes: shape (documents, classes)."""
        scores = self.words.logits([vector.words for vector in vectors])
        scores += self.characters.logits([vector.characters for vector in vectors])
        return softmax(scores + self.bias)

    def sharpened(self, factor: float) -> LinearModel:
        """Return the model with its scores multiplied: above 1 it is surer of the same answers.

        Its weights are rounded to half precision, so that a model saved and loaded is the same.
        """
        words, characters = (
            LinearTerms(terms.space, (terms.weights * factor).astype(np.float16).astype(np.float64))
            for terms in (self.words, self.characters)
        )
        return replace(self, words=words, characters=characters, bias=self.bias * factor)

    def refusal(self, document: DocumentFeatures) -> str | None:
        """Return why a document gets no answer: ``too_short`` or ``out_of_scope``.

        A headline may be of two words, in any language; some word or n-gram of two characters or more
        must be known, and of all of them as large a share as of nearly all texts like those learnt from.
        """
        if not _LETTERS.search(document.text):
            return "too_short"
        known = ((self.words.space, document.all_words), (self.characters.space, document.all_ngrams))
        if not any(space.vocabulary for space, _ in known):
            return None
        if not any(len(term.strip()) > 1 and term in space for space, terms in known for term in terms):
            return "out_of_scope"
        if self.familiarity is None:
            return None
        share = known_share(self.known(document)[None], self.familiarity.usual)[0]
        return "out_of_scope" if share < self.familiarity.least else None

    def known(self, document: DocumentFeatures) -> FloatArray:
        """Return the weight of the words and pairs of characters that are known, and of all: shape (2,).

        Each counts once, by its inverse document frequency, what is not known as the rarest that is.
        """
        common = self.familiarity.common if self.familiarity else frozenset()
        found = np.zeros(2)
        for space, terms in (
            (self.words.space, [word for word in document.all_words if len(word) > 1]),
            (
                self.characters.space,
                [pair for pair in document.all_ngrams if len(pair.strip()) == len(pair) == 2],
            ),
        ):
            if len(space.idf):
                columns, _ = space.vector(Counter(dict.fromkeys(terms, 1)))
                known = space.idf[columns].sum()
                strange = sum(term not in space and term not in common for term in terms)
                found += known, known + strange * space.idf.max()
        return found

    def predict(self, documents: Sequence[DocumentFeatures]) -> FloatArray:
        """Return the probabilities of documents: shape (documents, classes)."""
        return self.probabilities(self.vectorize(documents))

    def explain(self, document: DocumentFeatures) -> tuple[FloatArray, list[str], FloatArray]:
        """Return the probabilities of a document, and terms with their `contributions`."""
        (vectors,) = self.vectorize([document])
        return self.probabilities([vectors])[0], *self.contributions(vectors)

    def contributions(self, vectors: LinearVectors) -> tuple[list[str], FloatArray]:
        """Attribute the scores to words and n-grams: the terms and their weights, (terms, classes).

        What a single character weighs is shared by the words it is part of, which say more to a reader.
        """
        found: dict[str, FloatArray] = {}
        for linear, vector in ((self.words, vectors.words), (self.characters, vectors.characters)):
            for term, weights in zip(*linear.contributions(vector), strict=True):
                found[term] = found[term] + weights if term in found else weights
        holders: dict[str, list[str]] = {}
        for word in dict.fromkeys(word.lower() for word in vectors.document.words if len(word) > 1):
            for character in set(word):
                holders.setdefault(character, []).append(word)
        for character in [term for term in found if term in holders]:
            weights = found.pop(character) / len(holders[character])
            for word in holders[character]:
                found[word] = found[word] + weights if word in found else weights
        return list(found), np.array(list(found.values())).reshape(-1, len(self.bias))
