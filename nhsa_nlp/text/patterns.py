"""Regular expressions out of words.

A long pattern is made of named pieces: lists of words, put together by `any_of`, and short expressions. The
examples of each, what it matches and what it only nearly does, are a table in the tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterable


def any_of(words: str) -> str:
    """Return a pattern for any of the words, which are separated by white space and may be patterns.

    Where one begins like another, the first that leads to a match is taken.
    """
    return f"(?:{'|'.join(words.split())})"


def longest_of(words: Iterable[str]) -> str:
    """Return a pattern for any of the words as they are written; of those that match the longest is taken."""
    return f"(?:{'|'.join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))})"
