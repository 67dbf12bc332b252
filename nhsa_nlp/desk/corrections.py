"""Corrections of what is tagged in a document: entities added, removed, or given another label."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, cast

from nhsa_nlp.desk.decisions import RefusedError
from nhsa_nlp.entities.grammar import find_entities
from nhsa_nlp.errors import InputError
from nhsa_nlp.record import EntityRecord

EntityLabel = Literal["POLICY", "DOC_NO", "QUANTITY"]
ENTITY_LABELS: tuple[EntityLabel, ...] = ("POLICY", "DOC_NO", "QUANTITY")

_LONGEST = 500  # characters of an entity


def with_entity(
    entities: Sequence[EntityRecord], text: str, start: int, end: int, label: str
) -> list[EntityRecord]:
    """Return the entities with another one; those that it overlaps make way.

    Its title, number or value is what the grammar reads in it, as far as it reads anything.

    Parameters
    ----------
    text
        The raw text; ``start`` and ``end`` are code points of it.

    Raises
    ------
    InputError
        If it is no stretch of the text, too long, or the label is not one of ours.
    """
    if label not in ENTITY_LABELS:
        raise InputError("choose policy, document number or quantity")
    while start < end <= len(text) and text[start].isspace():
        start += 1
    while start < end <= len(text) and text[end - 1].isspace():
        end -= 1
    if not 0 <= start < end <= len(text) or end - start > _LONGEST:
        raise InputError("select words in the text, {count} characters at most", count=_LONGEST)
    kept = [entity for entity in entities if entity["end"] <= start or end <= entity["start"]]
    new = _read(text[start:end], start, label)
    return sorted([*kept, new], key=lambda entity: (entity["start"], entity["end"]))


def without_entity(entities: Sequence[EntityRecord], start: int, end: int) -> list[EntityRecord]:
    """Return the entities without the one at a place.

    Raises
    ------
    RefusedError
        If there is none.
    """
    kept = [entity for entity in entities if (entity["start"], entity["end"]) != (start, end)]
    if len(kept) == len(entities):
        raise RefusedError("there is no entity here; reload the page")
    return kept


def _read(piece: str, start: int, label: EntityLabel) -> EntityRecord:
    place = {"start": start, "end": start + len(piece)}
    for found in find_entities(piece):
        if found["label"] == label and (found["start"], found["end"]) == (0, len(piece)):
            return cast("EntityRecord", {**found, **place})
    unread: dict[EntityLabel, dict[str, Any]] = {
        "POLICY": {"title": piece.strip("《》〈〉"), "alias": False, "ref": None, "doc_no": None},
        "DOC_NO": {"normalized": piece},
        "QUANTITY": {"value": None, "unit": "", "op": "eq"},
    }
    return cast("EntityRecord", {**place, "label": label, "text": piece, **unread[label]})
