"""The longest document the pipeline takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsa_nlp.errors import TooLongError

if TYPE_CHECKING:
    from spacy.language import Language

    from nhsa_nlp.io import Document


def too_long(document: Document, nlp: Language) -> TooLongError:
    """Return the error for a document with more characters than ``nlp.max_length``."""
    return TooLongError(
        f"has {len(document.text):,} characters, at most {nlp.max_length:,} can be labelled; split it",
        document.source,
    )
