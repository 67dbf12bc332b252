"""From how people say it to how the Administration does: 看病垫钱 is 跨省异地就医直接结算."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from importlib import resources
from typing import NamedTuple

from nhsa_nlp.errors import InputError

_SENTENCE_END = re.compile(r"[。！？；!?;\n]")
_BOTH = "&"


class Matter(NamedTuple):
    """Something that proposals ask for: its official terms, and what people call it.

    Each of ``pairs`` are two words that call it so when one sentence has both.
    """

    official: tuple[str, ...]
    words: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]


def mentions(text: str, matters: tuple[Matter, ...] | None = None) -> Counter[Matter]:
    """Count by how many different words a text names each matter, official terms among them.

    Parameters
    ----------
    text
        A proposal, or a part of one.
    matters
        Those of `load_matters` if not given.
    """
    text = text.lower()
    sentences = _SENTENCE_END.split(text)
    found: Counter[Matter] = Counter()
    for matter in load_matters() if matters is None else matters:
        count = sum(word in text for word in matter.words) + sum(
            any(first in sentence and second in sentence for sentence in sentences)
            for first, second in matter.pairs
            if first in text and second in text
        )
        if count:
            found[matter] = count
    return found


@cache
def load_matters() -> tuple[Matter, ...]:
    """Return the matters of the resource file ``thesaurus.tsv``."""
    source = resources.files("nhsa_nlp.archive.matching").joinpath("thesaurus.tsv").read_text("utf-8")
    return parse_matters(source, "thesaurus.tsv")


def parse_matters(source: str, name: str) -> tuple[Matter, ...]:
    """Read a thesaurus: official terms, a tab, everyday terms; ``A&B`` is two words of one sentence.

    Raises
    ------
    InputError
        For a line that is none.
    """
    matters = []
    for number, line in enumerate(source.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        official, tab, everyday = line.partition("\t")
        words = everyday.lower().split()
        pairs = [word.split(_BOTH) for word in words if _BOTH in word]
        if not (official.strip() and tab and words) or any(len(pair) != 2 for pair in pairs):
            raise InputError("must be official terms, a tab and everyday terms", name, number)
        single = [word for word in words if _BOTH not in word]
        named = dict.fromkeys([*single, *official.lower().split()])
        matters.append(Matter(tuple(official.split()), tuple(named), tuple((a, b) for a, b in pairs)))
    return tuple(matters)
