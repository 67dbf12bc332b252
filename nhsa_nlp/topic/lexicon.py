"""Lexicons: terms, the themes they belong to, and the sectors of each theme.

There are two: the sector lexicon, and the vocabulary, whose themes are kinds of things (drugs, illnesses,
schools) that have no sector in themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources
from itertools import chain
from typing import Any

import numpy as np
from ahocorasick_rs import AhoCorasick, MatchKind
from numpy.typing import NDArray

from nhsa_nlp.checks import reason_of
from nhsa_nlp.errors import InputError
from nhsa_nlp.text.segmenters import encodable
from nhsa_nlp.topic.labels import FACETS

IndexArray = NDArray[np.int64]


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
            raise InputError("theme {theme!r} has sectors but says nothing", theme=self.theme)
        if self.foreign and self.telling:
            raise InputError("theme {theme!r} is another matter, so it cannot say anything", theme=self.theme)
        if not set(self.sectors) <= set(FACETS):
            raise InputError(
                "theme {theme!r}: sectors {sectors} are not among {facets}",
                theme=self.theme,
                sectors=self.sectors,
                facets=", ".join(FACETS),
            )
        if not all(self.terms):
            raise InputError("theme {theme!r} has an empty term", theme=self.theme)


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
                    raise InputError("term {term!r} is listed twice; keep it in one theme", term=term)
                self._theme[term] = index
        if not self._theme:
            raise InputError("the lexicon has no terms")
        self.terms = tuple(self._theme)
        """All terms, by their index."""
        self.theme_of: IndexArray = np.fromiter(self._theme.values(), np.int64, len(self._theme))
        """The index of each term's theme: shape (terms,)."""
        self._automaton = AhoCorasick(self.terms, matchkind=MatchKind.LeftmostLongest, store_patterns=False)

    def __reduce__(self) -> tuple[type[TopicLexicon], tuple[tuple[Theme, ...]]]:
        """Return what pickling keeps: the automaton is made again."""
        return TopicLexicon, (self.themes,)

    def find(self, text: str) -> IndexArray:
        """Find the terms of a cleaned text from left to right, without overlaps.

        Returns
        -------
        IndexArray
            Shape (hits, 3): where each begins and ends in the text, and the index of the term.
        """
        found = encodable(self._automaton.find_matches_as_indexes, text)
        hits = np.fromiter(chain.from_iterable(found), np.int64, 3 * len(found))
        return hits.reshape(-1, 3)[:, [1, 2, 0]]

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
            raise InputError("malformed lexicon: {error}", error=reason_of(error)) from None


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
