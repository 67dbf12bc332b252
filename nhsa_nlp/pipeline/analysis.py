"""What is found out about one document, each part once, whoever asks for it first."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from nhsa_nlp.entities.doc_numbers import DocNumber, find_doc_numbers
from nhsa_nlp.entities.grammar import find_entities
from nhsa_nlp.letter import Letter, read_letter
from nhsa_nlp.record import EntityRecord
from nhsa_nlp.text import CleanText, clean

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from nhsa_nlp.topic.features import DocumentFeatures
    from nhsa_nlp.topic.model import TopicModel


class Analysis:
    """The analysis of one document, from its raw text."""

    def __init__(self, raw: str):
        self.raw = raw

    @cached_property
    def cleaned(self) -> CleanText:
        """The cleaned view of the text."""
        return clean(self.raw)

    @cached_property
    def numbers(self) -> list[DocNumber]:
        """The document numbers in the cleaned text, also those within titles."""
        return find_doc_numbers(self.cleaned)

    @cached_property
    def entities(self) -> list[EntityRecord]:
        """What the grammar finds."""
        return find_entities(self.cleaned, self.numbers)

    @cached_property
    def letter(self) -> Letter:
        """The anatomy of the letter."""
        return read_letter(self.cleaned, self.numbers)

    def features(self, model: TopicModel) -> DocumentFeatures:
        """Return what a topic model reads in the document."""
        return model.extract(self.cleaned, self.letter)


_ANALYSES: WeakKeyDictionary[Doc, Analysis] = WeakKeyDictionary()


def attach(doc: Doc, analysis: Analysis) -> None:
    """Let an analysis go with a document of spaCy, as long as that lives in this process."""
    _ANALYSES[doc] = analysis


def analysis_of(doc: Doc) -> Analysis:
    """Return the analysis that goes with a document, a new one if it has none yet.

    It is not among what ``Doc.to_bytes`` keeps: it can be made again from the text. One of another text, from
    before ``Doc.from_bytes``, is made again too.
    """
    if doc not in _ANALYSES or _ANALYSES[doc].raw != doc.text:
        _ANALYSES[doc] = Analysis(doc.text)
    return _ANALYSES[doc]
