"""Lexicons: terms, the themes they belong to, and the sectors of each theme.

There are two: the sector lexicon, and the vocabulary, whose themes are kinds of things (drugs, illnesses,
schools) that have no sector in themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nhsa_nlp.errors import InputError
from nhsa_nlp.topic.labels import FACETS

Hit = tuple[int, int, int]
"""Start and end in the text searched, and the index of the theme."""

_Codes = NDArray[np.uint16]
_FACTOR = np.uint16(31)
_ALONE = (1,)


@dataclass(frozen=True)
class Theme:
    """The name of a theme, the facets it speaks of, and its terms.

    A theme that is not ``telling`` only hides the terms inside its own. One that is ``foreign`` is another
    matter altogether (car insurance, animal husbandry): its terms are not features, but count against a
    document being about any sector.

    Raises
    ------
    InputError
        If a term is empty, a sector is not a facet, or a theme that says nothing has sectors.
    """

    theme: str
    sectors: tuple[str, ...]
    telling: bool
    foreign: bool
    terms: tuple[str, ...]

    def __post_init__(self) -> None:
        if not {*map(type, self.sectors), *map(type, self.terms)} <= {str}:
            raise InputError("malformed lexicon: sectors and terms must be strings")
        if self.sectors and not self.telling:
            raise InputError(f"theme {self.theme!r} has sectors but says nothing")
        if self.foreign and self.telling:
            raise InputError(f"theme {self.theme!r} is another matter, so it cannot say anything")
        if not set(self.sectors) <= set(FACETS):
            raise InputError(
                f"theme {self.theme!r}: sectors {self.sectors} are not among {', '.join(FACETS)}"
            )
        if not all(self.terms):
            raise InputError(f"theme {self.theme!r} has an empty term")


class TopicLexicon:
    """Terms by theme; the longest term at a position wins.

    Raises
    ------
    InputError
        If a term is listed twice, or there is none.
    """

    def __init__(self, themes: Iterable[Theme]) -> None:
        self.themes = tuple(themes)
        self._theme: dict[str, int] = {}
        for index, theme in enumerate(self.themes):
            for term in theme.terms:
                if term in self._theme:
                    raise InputError(f"term {term!r} is listed twice; keep it in one theme")
                self._theme[term] = index
        if not self._theme:
            raise InputError("the lexicon has no terms")
        lengths: dict[str, set[int]] = {}
        for term in self._theme:
            lengths.setdefault(term[:2], set()).add(len(term))
        for start, found in lengths.items():
            if start[0] in self._theme:
                found.add(1)
        # How long the terms with the same first two characters are, the longest first.
        self._lengths = {start: tuple(sorted(found, reverse=True)) for start, found in lengths.items()}
        # Whether a term may begin where two characters have this hash, or where a character has this code:
        # arrays tell all places of a text at once, and few of them are left to look at.
        self._begins, self._single = np.zeros((2, 1 << 16), dtype=np.bool_)
        self._begins[_pair_hashes(_codes("".join(start for start in lengths if len(start) == 2)))[::2]] = True
        self._single[_codes("".join(start for start in lengths if len(start) == 1))] = True

    def find(self, text: str) -> Iterator[Hit]:
        """Yield the terms of a cleaned text from left to right, without overlaps."""
        theme, lengths = self._theme, self._lengths
        codes = _codes(text)
        begins = self._begins[_pair_hashes(codes)] | self._single[codes]
        end = 0
        for start in begins.nonzero()[0].tolist():
            if start < end:
                continue
            for length in lengths.get(text[start : start + 2], _ALONE):
                term = text[start : start + length]
                if term in theme:
                    end = start + len(term)
                    yield start, end, theme[term]
                    break

    def theme(self, term: str) -> int:
        """Return the index of the theme a term belongs to; KeyError if it belongs to none."""
        return self._theme[term]

    def to_json(self) -> list[dict[str, Any]]:
        """Return the lexicon as JSON values, for `from_json`."""
        return [asdict(theme) for theme in self.themes]

    @classmethod
    def from_json(cls, value: Iterable[Mapping[str, Any]]) -> TopicLexicon:
        """Build a lexicon from what `to_json` returned.

        Raises
        ------
        InputError
            If an entry is malformed.
        """
        try:
            return cls(
                Theme(
                    str(e["theme"]),
                    tuple(e["sectors"]),
                    bool(e["telling"]),
                    bool(e.get("foreign", False)),  # 0.1.0 had no such themes
                    tuple(e["terms"]),
                )
                for e in value
            )
        except (TypeError, KeyError) as error:
            raise InputError(f"malformed lexicon: {error!r}") from None


def parse_lexicon(source: str, path: str | None = None) -> TopicLexicon:
    """Read a lexicon file: ``theme<TAB>sectors<TAB>terms``, ``#`` for comments.

    Sectors are joined by ``+``; ``?`` stands for none, ``-`` for a theme that says nothing, ``!`` for
    another matter. Terms are separated by spaces.

    Raises
    ------
    InputError
        With the line, if it does not have three fields.
    """
    themes = []
    for number, line in enumerate(source.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = line.split("\t")
        if len(fields) != 3:
            raise InputError("expected theme, sectors and terms, separated by tabs", path, number)
        name, kind, terms = fields
        sectors = () if kind in ("-", "?", "!") else tuple(kind.split("+"))
        themes.append(Theme(name, sectors, kind not in ("-", "!"), kind == "!", tuple(terms.split())))
    return TopicLexicon(themes)


@cache
def default_lexicon() -> TopicLexicon:
    """Return the lexicon that comes with the package."""
    source = resources.files("nhsa_nlp.topic").joinpath("lexicon.tsv").read_text(encoding="utf-8")
    return parse_lexicon(source, "lexicon.tsv")


@cache
def default_vocabulary() -> TopicLexicon:
    """Return the kinds of things that proposals name; it comes with the package."""
    source = resources.files("nhsa_nlp.topic").joinpath("vocabulary.tsv").read_text(encoding="utf-8")
    return parse_lexicon(source, "vocabulary.tsv")


def _codes(text: str) -> _Codes:
    """Return the code points of a text, those of the supplementary planes cut to 16 bits."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint16)


def _pair_hashes(codes: _Codes) -> _Codes:
    """Return a number for each character and the one after it, which other pairs may have too."""
    hashes = codes * _FACTOR
    hashes[:-1] += codes[1:]
    return hashes
