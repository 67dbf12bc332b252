"""What a caller gives as texts and ids."""

from __future__ import annotations

from typing import Any

from nhsa_nlp.errors import InputError


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
