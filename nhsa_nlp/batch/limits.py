"""Which texts the pipeline takes, and the record of one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nhsa_nlp.errors import InputError, TooLongError

if TYPE_CHECKING:
    from spacy.language import Language

    from nhsa_nlp.io import Document
    from nhsa_nlp.record import Record


def label_document(nlp: Language, document: Document) -> Record:
    """Return the record of one document.

    Raises
    ------
    TooLongError
        If it has more characters than ``nlp.max_length``.
    """
    from nhsa_nlp.pipeline import records

    if len(document.text) > nlp.max_length:
        raise TooLongError(
            f"has {len(document.text):,} characters, at most {nlp.max_length:,} can be labelled; split it",
            document.source,
        )
    return next(records(nlp, [document]))


def check_text(text: Any) -> str:
    """Return what a caller gave as a text.

    Raises
    ------
    InputError
        If it is not a text (such as the NaN of an empty cell), or empty.
    """
    if isinstance(text, str):
        if text.strip():
            return text
        raise InputError("is empty; nothing to read")
    missing = text is None or (isinstance(text, float) and text != text)  # NaN is not itself
    raise InputError("has no text" if missing else f"the text is {type(text).__name__}, not str")


def valid(name: str) -> str:
    """Return an id or a source as valid Unicode, which can be written: half surrogate pairs replaced."""
    return name.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
