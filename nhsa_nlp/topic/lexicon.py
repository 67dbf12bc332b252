"""The sector lexicon: terms, the themes they belong to, and the sectors of each theme."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from nhsa_nlp.errors import InputError
from nhsa_nlp.topic.labels import FACETS

Hit = tuple[int, int, int]
"""Start and end in the text searched, and the index of the theme."""


@dataclass(frozen=True)
class TopicLexicon:
    """Terms by theme; the longest term at a position wins.

    Parameters
    ----------
    themes
        The names of the themes.
    sectors
        The facets each theme speaks of.
    telling
        Whether a theme says anything; the others only hide the terms inside theirs.
    foreign
        Whether a theme is another matter altogether (car insurance, animal husbandry): its terms are
        no features, but count against a document being about any sector.
    terms
        The terms of each theme; a term belongs to one theme.

    Raises
    ------
    InputError
        If a term is empty or listed twice, or a sector is not a facet.
    """

    themes: tuple[str, ...]
    sectors: tuple[tuple[str, ...], ...]
    telling: tuple[bool, ...]
    foreign: tuple[bool, ...]
    terms: tuple[tuple[str, ...], ...]
    _pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)
    _theme: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        theme: dict[str, int] = {}
        columns = zip(self.themes, self.sectors, self.telling, self.foreign, self.terms, strict=True)
        for index, (name, sectors, telling, foreign, terms) in enumerate(columns):
            if sectors and not telling:
                raise InputError(f"theme {name!r} has sectors but says nothing")
            if foreign and telling:
                raise InputError(f"theme {name!r} is another matter, so it cannot say anything")
            if not set(sectors) <= set(FACETS):
                raise InputError(f"theme {name!r}: sectors {sectors} are not among {', '.join(FACETS)}")
            for term in terms:
                if not term:
                    raise InputError(f"theme {name!r} has an empty term")
                if term in theme:
                    raise InputError(f"term {term!r} is listed twice; keep it in one theme")
                theme[term] = index
        if not theme:
            raise InputError("the lexicon has no terms")
        object.__setattr__(self, "_theme", theme)
        object.__setattr__(self, "_pattern", re.compile(_trie_pattern(theme)))

    def find(self, text: str) -> Iterator[Hit]:
        """Yield the terms of a cleaned text from left to right, without overlaps."""
        theme = self._theme
        for match in self._pattern.finditer(text):
            yield match.start(), match.end(), theme[match.group()]

    def theme(self, term: str) -> int:
        """Return the index of the theme a term belongs to; KeyError if it belongs to none."""
        return self._theme[term]

    def to_json(self) -> list[dict[str, Any]]:
        """Return the lexicon as JSON values, for `from_json`."""
        columns = zip(self.themes, self.sectors, self.telling, self.foreign, self.terms, strict=True)
        return [
            {
                "theme": theme,
                "sectors": list(sectors),
                "telling": telling,
                "foreign": foreign,
                "terms": list(terms),
            }
            for theme, sectors, telling, foreign, terms in columns
        ]

    @classmethod
    def from_json(cls, value: Sequence[Mapping[str, Any]]) -> TopicLexicon:
        """Build a lexicon from what `to_json` returned.

        Raises
        ------
        InputError
            If an entry is malformed.
        """
        try:
            entries = [
                (
                    str(e["theme"]),
                    tuple(e["sectors"]),
                    bool(e["telling"]),
                    bool(e.get("foreign", False)),  # 0.1.0 had no such themes
                    tuple(e["terms"]),
                )
                for e in value
            ]
        except (TypeError, KeyError) as error:
            raise InputError(f"malformed lexicon: {error!r}") from None
        if not all(isinstance(item, str) for _, sectors, *_, terms in entries for item in (*sectors, *terms)):
            raise InputError("malformed lexicon: sectors and terms must be strings")
        if not entries:
            raise InputError("the lexicon has no themes")
        themes, sectors, telling, foreign, terms = zip(*entries, strict=True)
        return cls(themes, sectors, telling, foreign, terms)


def parse_lexicon(source: str, path: str | None = None) -> TopicLexicon:
    """Read a lexicon file: ``theme<TAB>sectors<TAB>terms``, ``#`` for comments.

    Sectors are joined by ``+``; ``?`` stands for none, ``-`` for a theme that says nothing, ``!`` for
    another matter. Terms are separated by spaces.

    Raises
    ------
    InputError
        With the line, if it does not have three fields.
    """
    themes, sectors, telling, foreign, terms = [], [], [], [], []
    for number, line in enumerate(source.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = line.split("\t")
        if len(fields) != 3:
            raise InputError("expected theme, sectors and terms, separated by tabs", path, number)
        themes.append(fields[0])
        sectors.append(() if fields[1] in ("-", "?", "!") else tuple(fields[1].split("+")))
        telling.append(fields[1] not in ("-", "!"))
        foreign.append(fields[1] == "!")
        terms.append(tuple(fields[2].split()))
    return TopicLexicon(tuple(themes), tuple(sectors), tuple(telling), tuple(foreign), tuple(terms))


@cache
def default_lexicon() -> TopicLexicon:
    """Return the lexicon that comes with the package."""
    source = resources.files("nhsa_nlp.topic").joinpath("lexicon.tsv").read_text(encoding="utf-8")
    return parse_lexicon(source, "lexicon.tsv")


def _trie_pattern(terms: Mapping[str, int]) -> str:
    """Return a regular expression for the longest term at a position.

    Alternatives share their prefixes, as in a trie: a plain alternation of a thousand terms would
    be tried one after the other.
    """
    root: dict[str, Any] = {}
    for term in terms:
        node = root
        for character in term:
            node = node.setdefault(character, {})
        node[""] = {}

    def write(node: dict[str, Any]) -> str:
        branches = [re.escape(c) + write(child) for c, child in sorted(node.items()) if c]
        if not branches:
            return ""
        joined = branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
        return f"(?:{joined})?" if "" in node else joined

    return write(root)
