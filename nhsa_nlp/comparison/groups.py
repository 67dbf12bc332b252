"""Incoming documents that could be answered together: near-duplicates, and others on the same matter.

A group is proposed, for a person to decide; a document outside any group is not listed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from nhsa_nlp.arguments import check_texts
from nhsa_nlp.comparison.alignment import compare, passage_object
from nhsa_nlp.comparison.matters import Matters, shared_terms
from nhsa_nlp.io.document import Document
from nhsa_nlp.splits import near_duplicate_pairs, share_in_common
from nhsa_nlp.text import Range

SAME_MATTER = 0.045
"""The likeness from which two texts are taken to be about the same matter (see `benchmarks/groups.py`)."""

_NEAR_DUPLICATE = 0.5  # share of the smaller document's shingles that the larger has too
_TERMS = 5

Relation = Literal["near_duplicate", "same_matter"]
_Links = MutableMapping[int, dict[int, float]]


@dataclass(frozen=True, slots=True)
class Member:
    """A document that could be answered with the lead document of its group.

    Attributes
    ----------
    index
        Of the document.
    relation
        ``near_duplicate`` shares at least half of the shorter of the two; ``same_matter`` asks for
        something similar in other words.
    score
        The share of the shorter one that the longer has too, or the likeness of the two, see
        `nhsa_nlp.comparison.matters.Matters`; the near-duplicates of a member have its likeness.
    terms
        What both have, the most telling first; for ``same_matter`` only.
    unique
        Ranges of its raw text that the lead document does not have, nearly word for word.
    """

    index: int
    relation: Relation
    score: float
    terms: tuple[str, ...]
    unique: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A lead document and those that could be answered with it.

    Attributes
    ----------
    lead
        The index of the document that most others resemble, of several the longest, then the first.
    unique
        Ranges of its raw text that none of its near-duplicates has.
    members
        Near-duplicates first, then in order of their scores.
    """

    lead: int
    unique: tuple[Range, ...]
    members: tuple[Member, ...]


def group_documents(texts: Sequence[str], *, same_matter: float | None = SAME_MATTER) -> list[Group]:
    """Group documents that could be answered together.

    Every member resembles the lead document of its group itself, or is a near-duplicate of one that does.

    Parameters
    ----------
    texts
        Raw texts.
    same_matter
        The likeness from which two texts are about the same matter; None for near-duplicates only.

    Returns
    -------
    list[Group]
        In order of their lead documents; each document is in one group at most.

    Raises
    ------
    TypeError
        If ``texts`` is no list of strings.
    ValueError
        If ``same_matter`` is not above 0.
    """
    check_texts("texts", texts)
    if same_matter is not None and not same_matter > 0:
        raise ValueError(f"same_matter must be above 0, not {same_matter}")
    copies = _copies(texts)
    alike: dict[int, dict[int, float]] = {}
    matters = None
    if same_matter is not None:
        leads = sorted(copies)
        matters = Matters(texts[lead] for lead in leads)
        links: _Links = defaultdict(dict)
        for one, other, likeness in matters.alike(same_matter):
            links[leads[one]][leads[other]] = links[leads[other]][leads[one]] = likeness
        alike = stars(links, texts)
    members = {member for star in alike.values() for member in star}
    return [
        _group(texts, lead, copies, alike.get(lead, {}))
        for lead in sorted(copies)
        if lead not in members and (copies[lead] or lead in alike)
    ]


def to_object(number: int, group: Group, documents: Sequence[Document]) -> dict[str, Any]:
    """Return a group as an object for JSON."""
    lead = documents[group.lead]
    return {
        "group": number,
        "lead": {**_named(lead), "unique": _passages(lead, group.unique)},
        "members": [
            {
                **_named(documents[member.index]),
                "relation": member.relation,
                "score": round(member.score, 4),
                "terms": list(member.terms),
                "unique": _passages(documents[member.index], member.unique),
            }
            for member in group.members
        ],
    }


def _named(document: Document) -> dict[str, str]:
    return {"id": document.id, "source": document.source}


def _passages(document: Document, ranges: Iterable[Range]) -> list[dict[str, Any]]:
    return [passage_object(document.text, place) for place in ranges]


def _copies(texts: Sequence[str]) -> dict[int, dict[int, float]]:
    """Return near-duplicates by their lead, which each document that has none is itself."""
    links: _Links = defaultdict(dict)
    for one, other, share in near_duplicate_pairs(texts, _NEAR_DUPLICATE):
        links[one][other] = links[other][one] = share
    found: dict[int, dict[int, float]] = {}
    taken: set[int] = set()
    for lead in _by_rank(range(len(texts)), links, texts):
        if lead in taken:
            continue
        near: dict[int, float] = {}
        # Of many copies each is linked to the nearest few only, so go on from those found.
        pending = [lead]
        while pending:
            for other, share in sorted(links[pending.pop()].items()):
                if other == lead or other in taken or other in near:
                    continue
                share = links[lead].get(other) or share_in_common(texts[lead], texts[other])
                if share >= _NEAR_DUPLICATE:
                    near[other] = share
                    pending.append(other)
        taken |= {lead, *near}
        found[lead] = near
    return found


def stars(links: Mapping[int, Mapping[int, float]], texts: Sequence[str]) -> dict[int, dict[int, float]]:
    """Return leads with those linked to them, each document in one of these groups at most.

    Parameters
    ----------
    links
        The scores of pairs of documents, by the index of either.
    texts
        Of several documents linked to as many others, the longest leads.
    """
    found: dict[int, dict[int, float]] = {}
    taken: set[int] = set()
    for lead in _by_rank(links, links, texts):
        star = {other: score for other, score in links[lead].items() if other not in taken}
        if lead not in taken and star:
            taken |= {lead, *star}
            found[lead] = star
    return found


def _by_rank(
    indices: Iterable[int], links: Mapping[int, Mapping[int, float]], texts: Sequence[str]
) -> list[int]:
    return sorted(indices, key=lambda index: (-len(links.get(index, ())), -len(texts[index]), index))


def _group(
    texts: Sequence[str], lead: int, copies: Mapping[int, Mapping[int, float]], alike: Mapping[int, float]
) -> Group:
    unique: tuple[Range, ...] | None = None
    members = []
    for index, share in _best_first(copies[lead]):
        found = compare(texts[lead], texts[index])
        unique = found.left_only if unique is None else _common(unique, found.left_only)
        members.append(Member(index, "near_duplicate", share, (), found.right_only))
    for matter, likeness in _best_first(alike):
        for index in (matter, *(index for index, _ in _best_first(copies[matter]))):
            new = compare(texts[lead], texts[index]).right_only
            terms = shared_terms(texts[lead], texts[index], _TERMS)
            members.append(Member(index, "same_matter", likeness, tuple(terms), new))
    return Group(lead, ((0, len(texts[lead])),) if unique is None else unique, tuple(members))


def _best_first(scores: Mapping[int, float]) -> list[tuple[int, float]]:
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def _common(some: Sequence[Range], others: Sequence[Range]) -> tuple[Range, ...]:
    """Return the parts that lie in both of two sorted lists of ranges."""
    found = []
    for start, end in some:
        for low, high in others:
            if low < end and start < high:
                found.append((max(start, low), min(end, high)))
    return tuple(found)
