"""The tokens of full-text search: each Chinese character is one, and each run of other letters or digits.

A phrase of such tokens finds any words, of two characters or ten, without a dictionary; and a
document number however its brackets and spaces are written.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable
from functools import cache

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

    return _characters().spaced(clean(raw).text)


class _Folding(dict[int, int]):
    """What each character becomes, found out when it is met first."""

    def __missing__(self, code: int) -> int:
        plain = unicodedata.normalize("NFKC", chr(code)).lower()
        self[code] = ord(plain) if len(plain) == 1 else code
        return self[code]


_FOLDING = _Folding()


class _Characters:
    """What each character is to the index, found out when it is met first."""

    def __init__(self) -> None:
        import numpy as np  # takes a while, and what reads queries only does without

        self._token = np.zeros(sys.maxunicode + 1, "<u4")  # folded; a space if it is none, 0 if not met yet
        self._is_han = np.zeros(sys.maxunicode + 1, np.bool_)

    def spaced(self, text: str) -> str:
        """Return the tokens of a text: one space between neighbours, more where something else was."""
        import numpy as np

        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.intp)
        found = self._token[codes]
        if not found.all():
            self._meet(set(codes[found == 0].tolist()))
            found = self._token[codes]
        # Each Chinese character has a space on either side, but only one with the next.
        has_space_after = self._is_han[codes]
        has_space_before = has_space_after.copy()
        has_space_before[1:] &= ~has_space_after[:-1]
        blank = np.uint32(_BLANK)
        spaced = np.empty((len(codes), 3), "<u4")
        spaced[:, 0], spaced[:, 1], spaced[:, 2] = has_space_before * blank, found, has_space_after * blank
        plain: bytes = spaced[spaced != 0].tobytes()
        return plain.decode("utf-32-le").replace("  ", " ")

    def _meet(self, codes: Iterable[int]) -> None:
        for code in codes:
            plain = folded(chr(code))
            is_token = TOKEN.fullmatch(plain) is not None
            self._token[code] = ord(plain) if is_token else _BLANK
            self._is_han[code] = is_token and _IS_HAN(plain) is not None


_BLANK = 0x20
_IS_HAN = re.compile(f"[{_HAN}]").match
_characters = cache(_Characters)
