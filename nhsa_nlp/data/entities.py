"""Annotated entities: read from our own format, and checked against their texts.

A file is either taken whole or refused with its name, the line and what to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, get_args

from nhsa_nlp.checks import SHOWN, InvalidItemError, field, is_number, lines, parse_object, show
from nhsa_nlp.errors import InputError
from nhsa_nlp.record import Op, Scalar
from nhsa_nlp.translation import Message

EntityLabel = Literal["POLICY", "DOC_NO", "QUANTITY"]
"""The three kinds of entity that our own data annotates."""


@dataclass(frozen=True, slots=True)
class EntityAnnotation:
    """One annotated entity."""

    start: int
    end: int
    """Half-open code-point offsets into the raw text."""
    label: str
    """An `EntityLabel` in our own data; any other where `nhsa_nlp.data.annotations` reads it."""
    text: str
    """The raw characters at the offsets."""
    alias: bool | None = None
    """POLICY: whether it is a short title; else None."""
    ref: str | None = None
    """Short title: the full title it stands for, empty if the document never gives it; else None."""
    value: Scalar | tuple[Scalar, Scalar] | None = None
    """QUANTITY: the number in the base unit, a pair for a range or ratio, None if it is not definite
    (``几个``). None for the other labels."""
    unit: str | None = None
    op: Op | None = None
    """QUANTITY: unit (may be empty) and comparison; else None."""


@dataclass(frozen=True, slots=True)
class AnnotatedText:
    """A raw text and its entities, sorted by offset and free of overlaps."""

    id: str
    text: str
    entities: tuple[EntityAnnotation, ...]


def read_entities(path: str | Path, texts: Mapping[str, str]) -> list[AnnotatedText]:
    """Read annotated entities, one JSON object a line, and check each against its text.

    Parameters
    ----------
    path
        The file: ``{"id": …, "entities": [{"start": …, "end": …, "label": …, "text": …, …}, …]}``.
        A short title (POLICY with ``alias`` true) has ``ref``; a QUANTITY has ``value``, ``unit``
        and ``op``. Fields beyond these are ignored.
    texts
        The raw text of each identifier.

    Returns
    -------
    list of AnnotatedText
        One a line, in the order of the file.

    Raises
    ------
    InputError
        If the file cannot be read, is empty, cut off or not UTF-8, or if a line is not such an
        object: wrong JSON, a field missing or of another type, an identifier unknown or given
        twice, an offset outside the text, an entity whose text is not what stands at its offsets,
        or two entities that overlap.
    """
    annotated: list[AnnotatedText] = []
    seen: dict[str, int] = {}
    for number, line, ended in lines(path):
        record = parse_object(line, ended, path, number)
        try:
            identifier = field(record, "id", str, "a string")
            if identifier not in texts:
                raise InvalidItemError(
                    "no text has the id {id}; annotations and texts must belong together", id=show(identifier)
                )
            if identifier in seen:
                raise InvalidItemError(
                    "the id {id} was already on line {number}; merge the two",
                    id=show(identifier),
                    number=seen[identifier],
                )
            seen[identifier] = number
            text = texts[identifier]
            entities = [
                check_entity(entity, position, text)
                for position, entity in enumerate(field(record, "entities", list, "a list"), start=1)
            ]
            annotated.append(AnnotatedText(identifier, text, in_order(entities)))
        except InvalidItemError as error:
            raise InputError(str(error), path, number) from None
    return annotated


def check_entity(entity: object, position: int, text: str, *, any_label: bool = False) -> EntityAnnotation:
    """Check one entity of a text.

    Parameters
    ----------
    entity
        The JSON value as read.
    position
        Which of the text's entities it is, counted from 1, for the message.
    any_label
        Take any label, and check the fields beside start, end and label only if they are there.

    Raises
    ------
    InvalidItemError
        If something is wrong with it.
    """
    try:
        if not isinstance(entity, dict):
            raise InvalidItemError("must be a JSON object, not {value}", value=show(entity))
        label = field(entity, "label", str, "a string")
        if not any_label and label not in get_args(EntityLabel):
            raise InvalidItemError(
                "unknown label {label}; the labels are {listed}",
                label=show(label),
                listed=", ".join(get_args(EntityLabel)),
            )
        surface = None if any_label and "text" not in entity else field(entity, "text", str, "a string")
        start, end = field(entity, "start", int, "an integer"), field(entity, "end", int, "an integer")
        found = check_span(start, end, label, text, surface)
        if label == "POLICY" and (not any_label or "alias" in entity):
            return replace(found, **_title(entity))
        if label == "QUANTITY" and (not any_label or "op" in entity):
            return replace(found, **_quantity(entity))
    except InvalidItemError as error:
        raise InvalidItemError("entity {position}: {error}", position=position, error=error) from None
    return found


def check_span(start: int, end: int, label: str, text: str, surface: str | None = None) -> EntityAnnotation:
    """Check the offsets and the label of an entity, and that ``surface`` (if given) is found there.

    Raises
    ------
    InvalidItemError
        If something is wrong with it.
    """
    if not label.strip():
        raise InvalidItemError("the label is empty; name it")
    if not 0 <= start < end <= len(text):
        raise InvalidItemError(
            "the offsets {start} to {end} must be in order and lie within 0 to {size}",
            start=show(start),
            end=show(end),
            size=len(text),
        )
    # The lengths first, so that many long spans over a long text cost no more than the file's size.
    if surface is not None and (end - start != len(surface) or text[start:end] != surface):
        raise InvalidItemError(
            "the text is {surface} but {text} stands at {start} to {end}; offsets count code points of the "
            "raw text",
            surface=show(surface),
            text=show(text[start : min(end, start + SHOWN + 1)]),
            start=start,
            end=end,
        )
    return EntityAnnotation(start, end, label, text[start:end])


def _title(entity: dict[str, Any]) -> dict[str, Any]:
    if field(entity, "alias", bool, "true or false"):
        ref = field(entity, "ref", str, 'the full title, or "" if the text never gives it')
        return {"alias": True, "ref": ref}
    if entity.get("ref"):
        raise InvalidItemError(
            "the full title (alias false) has a ref, {ref}; only a short title has one",
            ref=show(entity["ref"]),
        )
    return {"alias": False}


def _quantity(entity: dict[str, Any]) -> dict[str, Any]:
    unit = field(entity, "unit", str, "a string")
    op = field(entity, "op", str, "a string")
    if op not in get_args(Op):
        raise InvalidItemError(
            "unknown op {op}; it is one of {known}", op=show(op), known=", ".join(get_args(Op))
        )
    wanted = Message("must be a number, a pair of numbers or null")
    if "value" not in entity:
        raise InvalidItemError("the field 'value' is missing; it {wanted}", wanted=wanted)
    value = entity["value"]
    if isinstance(value, list) and len(value) == 2 and all(map(is_number, value)):
        value = tuple(value)
    elif value is not None and not is_number(value):
        raise InvalidItemError("the field 'value' {wanted}, not {value}", wanted=wanted, value=show(value))
    elif op == "range":
        raise InvalidItemError("op 'range' needs a pair of numbers as value, not {value}", value=show(value))
    return {"value": value, "unit": unit, "op": op}


def in_order(entities: Iterable[EntityAnnotation]) -> tuple[EntityAnnotation, ...]:
    """Return the entities of one text sorted by offset.

    Raises
    ------
    InvalidItemError
        If two of them overlap.
    """
    ordered = sorted(entities, key=lambda entity: (entity.start, entity.end))
    for left, right in pairwise(ordered):
        if right.start < left.end:
            raise InvalidItemError(
                "{text} at {start} to {end} overlaps {text2} at {start2} to {end2}; keep the outer one",
                text=show(left.text),
                start=left.start,
                end=left.end,
                text2=show(right.text),
                start2=right.start,
                end2=right.end,
            )
    return tuple(ordered)
