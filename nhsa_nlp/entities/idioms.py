"""Idioms and names with a numeral that counts nothing: 五花八门, 三国演义, 八步区."""

from __future__ import annotations

from nhsa_nlp.text.patterns import read_words

_NUMERALS = frozenset("零〇一二两三四五六七八九十百千万亿数几半")


def _by_numeral() -> dict[str, list[tuple[int, str]]]:
    """Return the idioms by their first numeral and the character after it, with the numeral's place."""
    found: dict[str, list[tuple[int, str]]] = {}
    for word in " ".join(read_words("nhsa_nlp.entities", "idioms.txt").values()).split():
        place = next(index for index, char in enumerate(word) if char in _NUMERALS)
        found.setdefault(word[place : place + 2], []).append((place, word))
    return found


_IDIOMS = _by_numeral()
AFTER_NUMERALS = frozenset(pair[1:] for pair in _IDIOMS)
"""What follows the first numeral of an idiom."""


def idiom_end(text: str, start: int) -> int:
    """Return where an idiom ends whose first numeral is at ``start``, or 0."""
    for place, word in _IDIOMS.get(text[start : start + 2], ()):
        if start >= place and text.startswith(word, start - place):
            return start - place + len(word)
    return 0
