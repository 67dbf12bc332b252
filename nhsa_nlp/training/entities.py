"""Training spaCy's ``ner`` on annotated documents."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from nhsa_nlp.corpus import AnnotatedText
from nhsa_nlp.pipeline.language import blank

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.training import Example

    from nhsa_nlp.pipeline.tokenizer import Segmenter, Tokenizer

EPOCHS = 20
"""Passes over the data; the score on unseen documents is flat from here on."""

_MAX_CHARS = 500  # texts are cut at sentence ends into pieces about this long, which trains faster
_DROPOUT = 0.2
_MODEL = {
    "@architectures": "spacy.TransitionBasedParser.v2",
    "state_type": "ner",
    "extra_state_tokens": False,
    "hidden_width": 64,
    "maxout_pieces": 2,
    "use_upper": True,
    "nO": None,
    "tok2vec": {
        "@architectures": "spacy.HashEmbedCNN.v2",
        "pretrained_vectors": None,
        "width": 64,
        "depth": 2,
        "embed_size": 2000,
        "window_size": 1,
        "maxout_pieces": 3,
        "subword_features": True,
    },
}


def train_ner(
    documents: Sequence[AnnotatedText],
    *,
    seed: int = 0,
    epochs: int = EPOCHS,
    segmenter: Segmenter = "jieba",
) -> Language:
    """Train a named-entity recogniser.

    Parameters
    ----------
    documents
        Texts with their entities; any labels.
    seed
        Of the initial weights, the order of the examples and the dropout.
    epochs
        Passes over the documents.
    segmenter
        What makes the words.

    Returns
    -------
    Language
        A pipeline with our tokenizer and a trained ``ner``.
    """
    from spacy.util import minibatch
    from thinc.api import compounding, fix_random_seed

    fix_random_seed(seed)
    nlp = blank(segmenter)
    ner = nlp.add_pipe("ner", config={"model": _MODEL})
    examples = [example for document in documents for example in _examples(nlp, document)]
    for label in sorted({entity.label for document in documents for entity in document.entities}):
        ner.add_label(label)  # type: ignore[attr-defined]
    optimizer = nlp.initialize(lambda: examples)
    order = random.Random(seed)  # noqa: S311 - shuffling, nothing secret
    sizes = compounding(4.0, 32.0, 1.001)
    for _ in range(epochs):
        order.shuffle(examples)
        for batch in minibatch(examples, sizes):  # type: ignore[no-untyped-call]
            nlp.update(batch, sgd=optimizer, drop=_DROPOUT, losses={})
    return nlp


def _examples(nlp: Language, document: AnnotatedText) -> Iterator[Example]:
    """Yield the pieces of a document as training examples; no entity is cut or lost."""
    from spacy.training import Example

    tokenizer: Tokenizer = nlp.tokenizer  # type: ignore[assignment]
    for start, end in _pieces(document):
        inside = [entity for entity in document.entities if start <= entity.start < end]
        borders = {edge - start for entity in inside for edge in (entity.start, entity.end)}
        text = document.text[start:end]
        predicted = tokenizer.tokenize(text, borders)
        reference = tokenizer.tokenize(text, borders)
        spans = [
            reference.char_span(entity.start - start, entity.end - start, label=entity.label)
            for entity in inside
        ]
        reference.set_ents([span for span in spans if span is not None])
        yield Example(predicted, reference)


def _pieces(document: AnnotatedText) -> Iterator[tuple[int, int]]:
    """Yield half-open ranges that cover the text, cut behind a full stop outside entities."""
    text, start, at = document.text, 0, 0
    entities = sorted(document.entities, key=lambda entity: entity.start)
    for position, char in enumerate(text):
        if char == "。" and position - start >= _MAX_CHARS:
            while at < len(entities) and entities[at].end <= position:
                at += 1
            if at == len(entities) or entities[at].start > position:
                yield start, position + 1
                start = position + 1
    if start < len(text):
        yield start, len(text)
