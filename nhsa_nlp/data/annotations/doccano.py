"""Files that doccano imports (https://github.com/doccano/doccano), in its format "JSONL".

Its offsets count code points. It gives every text a number of its own, but keeps the field ``id`` as
metadata and exports that, so that identifiers survive.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from nhsa_nlp.data.annotations.topics import TopicGuess
from nhsa_nlp.data.corpus import AnnotatedText
from nhsa_nlp.io.atomic import write_json_lines


def write_doccano(path: str | Path, documents: Iterable[AnnotatedText]) -> None:
    """Write texts with their entities for a project of sequence labelling.

    Values, units and full titles are not written; doccano has no place for them.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    write_json_lines(
        path,
        (
            {
                "id": document.id,
                "text": document.text,
                "label": [[entity.start, entity.end, entity.label] for entity in document.entities],
            }
            for document in documents
        ),
    )


def write_doccano_topics(path: str | Path, guesses: Iterable[TopicGuess]) -> None:
    """Write texts with their topic labels for a project of text classification.

    A probability becomes the metadata ``probability``, which doccano shows beside the text.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    write_json_lines(
        path,
        (
            {
                "id": guess.id,
                "text": guess.text,
                "label": [] if guess.label is None else [guess.label],
                **({} if guess.probability is None else {"probability": guess.probability}),
            }
            for guess in guesses
        ),
    )
