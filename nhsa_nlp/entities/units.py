"""What a number can count; the words themselves are data, in ``resources/units.txt``."""

from __future__ import annotations

import re

from nhsa_nlp.text.patterns import read_words

_GROUPS = {
    name: frozenset(words.split()) for name, words in read_words("nhsa_nlp.entities", "units.txt").items()
}

CLASSIFIERS = _GROUPS["classifiers"]
DOSES = _GROUPS["doses"]
TIME = _GROUPS["time"]
MONEY = _GROUPS["money"]
MEASURES = _GROUPS["measures"]
LATIN = _GROUPS["latin"]
NOUNS = _GROUPS["nouns"]
SPELLED_NOUNS = _GROUPS["spelled_nouns"]
PEOPLE = _GROUPS["people"]
BODIES = _GROUPS["bodies"]
DESCRIBING = _GROUPS["describing"]
RATE_WORDS = _GROUPS["rate_words"]
SHARES = frozenset(("%", "‰", "‱", "百分点", "千分点", "度", "°"))

# 个月 is written 月, 个工作日 工作日, 个百分点 百分点: the classifier is dropped before a measure.
_DROPPED_CLASSIFIER = re.compile(r"^个(?:多|半)?(?=\S)")


def canonical_unit(surface: str) -> str:
    """Return the unit as the annotation writes it: ``个百分点`` is ``百分点``, ``个月`` ``月``."""
    if not surface.startswith("个") or surface in CLASSIFIERS:
        return surface
    return _DROPPED_CLASSIFIER.sub("", surface)


class UnitLexicon:
    """The strings of several groups, to match at a position, the longest first."""

    def __init__(self, *groups: frozenset[str]) -> None:
        self._entries = frozenset[str]().union(*groups)
        lengths: dict[str, set[int]] = {}
        for entry in self._entries:
            lengths.setdefault(entry[0], set()).add(len(entry))
        self._lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}

    def match(self, text: str, position: int) -> str:
        """Return the longest entry that ``text`` has at ``position``, or the empty string."""
        for length in self._lengths.get(text[position : position + 1], ()):
            if (entry := text[position : position + length]) in self._entries:
                return entry
        return ""
