"""Regular expressions out of words.

A long pattern is made of named pieces: lists of words, put together by `any_of`, and short expressions. Long
lists are resources, read by `read_words`. The examples of each pattern, what it matches and what it only
nearly does, are a table in the tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib.resources import files


def any_of(words: str) -> str:
    """Return a pattern for any of the words, which are separated by white space and may be patterns.

    Where one begins like another, the first that leads to a match is taken.
    """
    return f"(?:{'|'.join(words.split())})"


def longest_of(words: Iterable[str]) -> str:
    """Return a pattern for any of the words as they are written; of those that match the longest is taken."""
    return f"(?:{'|'.join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))})"


def read_words(package: str, name: str) -> dict[str, str]:
    """Return the words below each ``[group]`` line of a resource; ``#`` begins a comment line."""
    groups: dict[str, str] = {}
    group = ""
    for line in files(package).joinpath("resources", name).read_text("utf-8").splitlines():
        if heading := re.fullmatch(r"\[([a-z_]+)\]", line):
            group = heading[1]
        elif line and not line.startswith("#"):
            groups[group] = f"{groups.get(group, '')} {line}"
    return groups
