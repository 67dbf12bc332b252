"""A document's text cut into pieces, each with what is marked in it: an entity, words that were evidence."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from nhsa_nlp.record import EntityRecord, Evidence
from nhsa_nlp.topic.labels import FACETS

_LONGEST = 200_000  # characters shown; more would hold up a browser


class Piece(NamedTuple):
    """A piece of raw text.

    Attributes
    ----------
    start
        Its code-point offset.
    entity
        The entity it is of, if any, of which it may be a part.
    ends
        Whether that entity ends with it.
    facets
        The numbers of the sectors that it spoke for.
    """

    text: str
    start: int
    entity: EntityRecord | None
    ends: bool
    facets: tuple[int, ...]


def pieces(text: str, entities: Sequence[EntityRecord], evidence: Sequence[Evidence]) -> list[Piece]:
    """Cut the beginning of a raw text where something that is marked begins or ends."""
    size = min(len(text), _LONGEST)
    spoke = [item for item in evidence if speaks(item)]
    borders = {0, size}
    for start, end in [(item["start"], item["end"]) for item in (*entities, *spoke)]:
        borders |= {min(start, size), min(end, size)}
    covering: dict[int, EntityRecord] = {}
    speaking: dict[int, set[int]] = {}
    ordered = sorted(borders)
    place = {border: number for number, border in enumerate(ordered)}
    for entity in entities:
        for number in range(place[min(entity["start"], size)], place[min(entity["end"], size)]):
            covering[number] = entity
    for item in spoke:
        for number in range(place[min(item["start"], size)], place[min(item["end"], size)]):
            speaking.setdefault(number, set()).add(FACETS.index(item["facet"]))
    found = []
    for number, (start, end) in enumerate(pairwise(ordered)):
        entity_here = covering.get(number)
        ends = entity_here is not None and entity_here["end"] == end
        found.append(
            Piece(text[start:end], start, entity_here, ends, tuple(sorted(speaking.get(number, ()))))
        )
    return found


def speaks(item: Evidence) -> bool:
    """Return whether a piece of evidence is for a sector, and has a letter to be marked."""
    return item["weight"] > 0 and item["facet"] in FACETS and any(map(str.isalnum, item["text"]))


def is_cut(text: str) -> bool:
    """Return whether only the beginning of a text is shown."""
    return len(text) > _LONGEST
