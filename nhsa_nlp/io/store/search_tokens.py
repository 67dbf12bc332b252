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


def index_text(raw: str) -> str:
    """Return the tokens of a raw text, cleaned, with spaces between them: what the index of an archive takes.

    It is cleaned so that a page mark within a word does not hide it.
    """
    from nhsa_nlp.text import clean

    return "".join(map(_SPACED.__getitem__, clean(raw).text)).replace("  ", " ")


class _Folding(dict[int, int]):
    """What each character becomes, found out when it is met first."""

    def __missing__(self, code: int) -> int:
        plain = unicodedata.normalize("NFKC", chr(code)).lower()
        self[code] = ord(plain) if len(plain) == 1 else code
        return self[code]


_FOLDING = _Folding()


class _Spaced(dict[str, str]):
    """What each character adds to the tokens with spaces between them, found out when it is met first."""

    def __missing__(self, character: str) -> str:
        plain = folded(character)
        token = TOKEN.fullmatch(plain) is not None
        self[character] = f" {plain} " if token and _IS_HAN(plain) else plain if token else " "
        return self[character]


_IS_HAN = re.compile(f"[{_HAN}]").match
_SPACED = _Spaced()
