"""What a number can count; the words themselves are data, in ``resources/units.txt``."""

from __future__ import annotations

import re

from nhsa_nlp.text.patterns import read_words

_GROUPS = {
    name: frozenset(words.split()) for name, words in read_words("nhsa_nlp.entities", "units.txt").items()
}

CLASSIFIERS = _GROUPS["classifiers"]
TIME = _GROUPS["time"]
MONEY = _GROUPS["money"]
MEASURES = _GROUPS["measures"]
LATIN = _GROUPS["latin"]
NOUNS = _GROUPS["nouns"]
SPELLED_NOUNS = _GROUPS["spelled_nouns"]
PEOPLE = _GROUPS["people"]
RATE_WORDS = _GROUPS["rate_words"]
SHARES = frozenset(("%", "‰", "‱", "百分点", "千分点", "度", "°"))

# 个月 is written 月, 个工作日 工作日, 个百分点 百分点: the classifier is dropped before a measure.
_DROPPED_CLASSIFIER = re.compile(r"^个(?:多|半)?(?=\S)")


def canonical_unit(surface: str) -> str:
    """Return the unit as the annotation writes it: ``个百分点`` is ``百分点``, ``个月`` ``月``."""
    return surface if surface in CLASSIFIERS else _DROPPED_CLASSIFIER.sub("", surface)


class UnitLexicon:
    """The strings of several groups, to match at a position, the longest first."""

    def __init__(self, *groups: frozenset[str]) -> None:
        self._by_first: dict[str, list[str]] = {}
        for entry in sorted(frozenset[str]().union(*groups), key=lambda entry: (-len(entry), entry)):
            self._by_first.setdefault(entry[0], []).append(entry)

    def match(self, text: str, position: int) -> str:
        """Return the longest entry that ``text`` has at ``position``, or the empty string."""
        for entry in self._by_first.get(text[position : position + 1], ()):
            if text.startswith(entry, position):
                return entry
        return ""
