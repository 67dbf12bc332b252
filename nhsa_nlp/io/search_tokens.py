"""The tokens of full-text search: each Chinese character is one, and each run of other letters or digits.

A phrase of such tokens finds any words, of two characters or ten, without a dictionary; and a
document number however its brackets and spaces are written.
"""

from __future__ import annotations

import re
import unicodedata

_HAN = r"\u2e80-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
TOKEN = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]+")
"""A token of a text in which width and case are folded."""


def folded(text: str) -> str:
    """Fold width and case, one character for one, so that places stay the same."""
    return text.translate(_FOLDING)


def tokens(text: str) -> list[str]:
    """Return the tokens of a text, in order."""
    return TOKEN.findall(folded(text))


class _Folding(dict[int, int]):
    """What each character becomes, found out when it is met first."""

    def __missing__(self, code: int) -> int:
        plain = unicodedata.normalize("NFKC", chr(code)).lower()
        self[code] = ord(plain) if len(plain) == 1 else code
        return self[code]


_FOLDING = _Folding()
