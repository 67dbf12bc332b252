"""Two topic models for two genres: the replies of the office, and everything else.

The office labels its replies in a practice of its own; proposals and documents of other bodies are labelled
by the definitions of the sectors. A text is read by the model of its genre.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nhsa_nlp.topic.facets import FacetModel
from nhsa_nlp.topic.features import DocumentFeatures
from nhsa_nlp.topic.labels import SCOPED_LABELS
from nhsa_nlp.topic.lexicon import TopicLexicon
from nhsa_nlp.topic.scoped import ScopedModel
from nhsa_nlp.topic.terms import JoinedSpaces, LinearTerms

FloatArray = NDArray[np.float64]

REPLY = "reply"
"""The genre of the office's replies; any other is labelled by the definitions."""

OFFICE = "国家医疗保障局"


@dataclass(frozen=True)
class GenreModel:
    """A model for the replies of the office and one for all other texts.

    Parameters
    ----------
    replies, others
        The two models.
    words, bias
        The linear model that tells a reply of the office: one output, shape (1,).
    """

    replies: FacetModel
    others: ScopedModel
    words: LinearTerms
    bias: FloatArray

    @property
    def lexicon(self) -> TopicLexicon:
        """The sector terms that it looks for."""
        return self.replies.lexicon

    def is_reply(self, document: DocumentFeatures) -> bool:
        """Tell whether a document is a reply of the office: by who signed it, else by its words."""
        if document.is_reply is None:  # which is asked for twice
            document.is_reply = self._signed_or_worded(document)
        return document.is_reply

    def _signed_or_worded(self, document: DocumentFeatures) -> bool:
        letter = document.letter.record
        if letter["kind"] == "notice":
            return False
        if letter["issuer"] is not None:
            return letter["issuer"] == OFFICE
        document.look_up(self._spaces)
        vector = document.vector(self.words.space)
        return bool(self.words.logits([vector])[0, 0] + self.bias[0] > 0)

    @cached_property
    def _spaces(self) -> JoinedSpaces:
        """The vocabularies in which the words of a reply are looked up."""
        return JoinedSpaces(self.words.space, self.replies.words.space)

    def model_of(self, document: DocumentFeatures) -> FacetModel | ScopedModel:
        """Return the model that reads a document."""
        return self.replies if self.is_reply(document) else self.others

    def predict(self, documents: Sequence[DocumentFeatures]) -> FloatArray:
        """Return the probabilities of ``SCOPED_LABELS``: shape (documents, 8)."""
        found = np.zeros((len(documents), len(SCOPED_LABELS)))
        models = [self.model_of(document) for document in documents]
        for model in (self.replies, self.others):
            rows = [row for row, chosen in enumerate(models) if chosen is model]
            if rows:
                answers = model.predict([documents[row] for row in rows])
                found[rows, : answers.shape[1]] = answers
        return found

    def explain(self, document: DocumentFeatures) -> tuple[FloatArray, list[str], FloatArray]:
        """Return the probabilities of a document, and terms with what they add to the sectors' scores."""
        probabilities, terms, weights = self.model_of(document).explain(document)
        found = np.zeros(len(SCOPED_LABELS))
        found[: len(probabilities)] = probabilities
        return found, terms, weights

    def scope(self, document: DocumentFeatures) -> str:
        """Return what a document of no sector is: ``near_scope`` or ``out_of_scope``."""
        return self.others.scope(document)

    def refusal(self, document: DocumentFeatures) -> str | None:
        """Return why a document cannot be judged at all: ``too_short`` or ``not_chinese``."""
        return self.others.refusal(document)

    def kind(self, document: DocumentFeatures) -> str:
        """Return what kind of text the thresholds for it are those of: ``reply``, ``title`` or ``text``."""
        return REPLY if self.is_reply(document) else self.others.kind(document)
