"""The topic model of any other labels: linear, over words and character n-grams."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nhsa_nlp.topic.features import DocumentFeatures
from nhsa_nlp.topic.terms import LinearTerms, SparseVector, softmax

FloatArray = NDArray[np.float64]

_LETTERS = re.compile(r"[^\W\d_]")


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
    """

    words: LinearTerms
    characters: LinearTerms
    bias: FloatArray

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
        return LinearModel(words, characters, self.bias * factor)

    def refusal(self, document: DocumentFeatures) -> str | None:
        """Return why a document gets no answer: ``too_short`` or ``out_of_scope``.

        A headline may be of two words, in any language; some word or n-gram of two characters or more
        must be known.
        """
        if not _LETTERS.search(document.cleaned.text):
            return "too_short"
        known = ((self.words.space, document.all_words), (self.characters.space, document.all_ngrams))
        if not any(space.vocabulary for space, _ in known):
            return None
        if any(len(term.strip()) > 1 and term in space for space, terms in known for term in terms):
            return None
        return "out_of_scope"

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
