"""What texts the pipeline takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nhsa_nlp.errors import InputError, TooLongError

if TYPE_CHECKING:
    from spacy.language import Language

    from nhsa_nlp.io import Document


def too_long(document: Document, nlp: Language) -> TooLongError:
    """Return the error for a document with more characters than ``nlp.max_length``."""
    return TooLongError(
        f"has {len(document.text):,} characters, at most {nlp.max_length:,} can be labelled; split it",
        document.source,
    )


def check_text(text: Any) -> str:
    """Return what somebody gave for a text if it is one.

    Raises
    ------
    InputError
        If it is none (such as the NaN of an empty cell), or empty.
    """
    if isinstance(text, str):
        if text.strip():
            return text
        raise InputError("is empty; nothing to read")
    missing = text is None or (isinstance(text, float) and text != text)  # NaN is not itself
    raise InputError("has no text" if missing else f"the text is {type(text).__name__}, not str")


def valid(name: str) -> str:
    """Return an id or a source in valid Unicode, halves of surrogate pairs replaced: it is to be written."""
    return name.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
