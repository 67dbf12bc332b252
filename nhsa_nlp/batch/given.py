"""What a caller gives as texts and ids."""

from __future__ import annotations

from typing import Any

from nhsa_nlp.errors import Cause, InputError
from nhsa_nlp.translation import Message


def check_given_text(text: Any) -> str:
    """Return what a caller gave as a text.

    Raises
    ------
    InputError
        If it is not a text (such as the NaN of an empty cell), or empty.
    """
    if isinstance(text, str):
        if text.strip():
            return text
        raise InputError("is empty; nothing to read", cause=Cause.EMPTY)
    missing = text is None or (isinstance(text, float) and text != text)  # NaN is not itself
    raise InputError(
        "has no text" if missing else Message("the text is {kind}, not str", kind=type(text).__name__)
    )


def valid_unicode(name: str) -> str:
    """Return an id or a source as it can be written: surrogate pairs joined, lone halves replaced."""
    return name.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
