"""Which raw texts can be analysed."""

from __future__ import annotations

from nhsa_nlp.errors import Cause, InputError, TooLongError
from nhsa_nlp.translation import Message

MAX_CHARACTERS = 10_000_000
"""Longer documents are refused: ten million characters take two and a half gigabytes of memory."""


HALF_PAIR = Message("holds half a surrogate pair, which is not text; fix the file")
"""What is wrong with a string that no encoding has."""


def check_raw(text: str, limit: int = MAX_CHARACTERS) -> None:
    """Refuse a text that cannot be analysed: once, where its analysis begins.

    Raises
    ------
    TooLongError
        If it has more characters than ``limit``.
    InputError
        If it is not valid Unicode.
    TypeError
        If it is no string.
    """
    if not isinstance(text, str):
        raise TypeError(f"text must be a string, not {type(text).__name__}")
    if len(text) > limit:
        raise TooLongError(
            "has {count:,} characters, at most {limit:,} can be labelled; split it",
            cause=Cause.TOO_LARGE,
            count=len(text),
            limit=limit,
        )
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise InputError(HALF_PAIR, cause=Cause.ENCODING) from None
