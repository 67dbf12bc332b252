"""Training spaCy's ``ner`` on annotated documents."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from nhsa_nlp.data.entities import AnnotatedText
from nhsa_nlp.pipeline.language import blank
from nhsa_nlp.translation import tr

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.training import Example

    from nhsa_nlp.pipeline.tokenizer import Tokenizer

_MAX_CHARS = 500  # texts are cut at sentence ends into pieces about this long, which trains faster


def train_ner(
    documents: Sequence[AnnotatedText],
    *,
    seed: int = 0,
    epochs: int = 20,
    dropout: float = 0.2,
    width: int = 64,
    depth: int = 2,
    tokenizer: Tokenizer | None = None,
    on_progress: Callable[[str], None] = lambda _: None,
) -> Language:
    """Return a pipeline with our tokenizer and an ``ner`` trained on texts with entities of any labels.

    Parameters
    ----------
    epochs
        Passes over the documents; the score on unseen ones is flat from 20 on.
    dropout
        The share of units left out in each step.
    width, depth
        Of the convolutional network.
    tokenizer
        What makes the words; rjieba without the user's words if not given.
    """
    from spacy.util import minibatch
    from thinc.api import compounding, fix_random_seed

    fix_random_seed(seed)
    nlp = blank()
    if tokenizer is not None:
        nlp = blank(tokenizer.segmenter)
        nlp.tokenizer.from_bytes(tokenizer.to_bytes())  # type: ignore[union-attr]
    ner = nlp.add_pipe("ner", config={"model": _model(width, depth)})
    examples = [example for document in documents for example in _examples(nlp, document)]
    for label in sorted({entity.label for document in documents for entity in document.entities}):
        ner.add_label(label)  # type: ignore[attr-defined]
    optimizer = nlp.initialize(lambda: examples)
    order = random.Random(seed)  # noqa: S311 - shuffling, nothing secret
    sizes = compounding(4.0, 32.0, 1.001)
    for epoch in range(epochs):
        on_progress(tr("entities: pass {number} of {total}").format(number=epoch + 1, total=epochs))
        order.shuffle(examples)
        for batch in minibatch(examples, sizes):  # type: ignore[no-untyped-call]
            nlp.update(batch, sgd=optimizer, drop=dropout, losses={})
    return nlp


def _model(width: int, depth: int) -> dict[str, Any]:
    return {
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
            "width": width,
            "depth": depth,
            "embed_size": 2000,
            "window_size": 1,
            "maxout_pieces": 3,
            "subword_features": True,
        },
    }


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
    """Yield half-open ranges that cover the text, cut after a full stop outside entities."""
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
