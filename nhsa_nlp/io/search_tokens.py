"""The tokens of full-text search: each Chinese character is one, and each run of other letters or digits.

A phrase of such tokens finds any words, of two characters or ten, without a dictionary; and a
document number however its brackets and spaces are written.
"""

from __future__ import annotations

import re
import unicodedata

_HAN = "⺀-〇㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff"
TOKEN = re.compile(f"[{_HAN}]|[^\\W_{_HAN}]+")
"""A token of a text in which width and case are folded."""


def folded(text: str) -> str:
    """Fold width and case, one character for one, so that places stay the same."""
    return "".join(_fold(char) for char in text) if not text.isascii() else text.lower()


def tokens(text: str) -> list[str]:
    """Return the tokens of a text, in order."""
    return TOKEN.findall(folded(text))


def _fold(char: str) -> str:
    if "一" <= char <= "鿿":
        return char
    plain = unicodedata.normalize("NFKC", char).lower()
    return plain if len(plain) == 1 else char
