"""The record: the one description of the JSON object that every document becomes.

All offsets are half-open code-point offsets into the raw text, and ``text`` is always the
raw slice at them. Unknown is ``None``, never a guess.
"""

from __future__ import annotations

import hashlib
from typing import Any, Literal, NotRequired, TypedDict, TypeGuard

Op = Literal["eq", "approx", "gt", "ge", "lt", "le", "range"]
Scalar = int | float


class Alternative(TypedDict):
    """Another label and its probability."""

    label: str
    probability: float


class Evidence(TypedDict):
    """A piece of the raw text that spoke for (weight > 0) or against a facet.

    ``request`` tells whether it stands in what is asked for: the first sentence, or one with 建议, 希望
    and the like.
    """

    start: int
    end: int
    text: str
    facet: str
    weight: float
    request: bool


class TopicRecord(TypedDict):
    """What the classifier says of a document; ``label`` is None when it declines to answer."""

    label: str | None
    probability: float | None
    facets: dict[str, float]
    alternatives: list[Alternative]
    review: bool
    reason: str | None
    evidence: list[Evidence]


class PolicyRecord(TypedDict):
    """A mention of a policy title."""

    start: int
    end: int
    label: Literal["POLICY"]
    text: str
    title: str
    alias: bool
    ref: str | None
    doc_no: str | None


class DocNoRecord(TypedDict):
    """A document number and its standard form.

    ``also`` are those of the other numbers where several share a head: ``国办发〔2021〕14、15号``.
    """

    start: int
    end: int
    label: Literal["DOC_NO"]
    text: str
    normalized: str
    also: NotRequired[list[str]]


class QuantityRecord(TypedDict):
    """A number with its unit, in the base unit; a range or ratio has two values."""

    start: int
    end: int
    label: Literal["QUANTITY"]
    text: str
    value: Scalar | list[Scalar] | None
    unit: str
    op: Op


class OtherRecord(TypedDict):
    """An entity of a user-defined label, found by a recogniser trained on it."""

    start: int
    end: int
    label: str
    text: str


EntityRecord = PolicyRecord | DocNoRecord | QuantityRecord | OtherRecord


def is_policy(entity: EntityRecord) -> TypeGuard[PolicyRecord]:
    """Tell whether an entity is a policy title."""
    return entity["label"] == "POLICY"


def is_doc_no(entity: EntityRecord) -> TypeGuard[DocNoRecord]:
    """Tell whether an entity is a document number."""
    return entity["label"] == "DOC_NO"


def is_quantity(entity: EntityRecord) -> TypeGuard[QuantityRecord]:
    """Tell whether an entity is a quantity."""
    return entity["label"] == "QUANTITY"


FigureRole = Literal["reported", "rule", "target", "change", "other"]


class FigureRecord(TypedDict):
    """A QUANTITY with what it measures, when and where; docs/concepts/figures.md explains the fields."""

    document: str
    start: int
    end: int
    text: str
    value: Scalar | list[Scalar] | None
    unit: str
    op: Op
    role: FigureRole
    indicator: str
    indicator_spans: list[list[int]]
    as_of: str | None
    period: list[str | None] | None
    anchor: Literal["text", "letter"] | None
    scope: str | None
    base: str | None
    policy: str | None
    confidence: float
    sentence: str


class SectionRecord(TypedDict):
    """A numbered section of a letter; ``title`` is without its number."""

    start: int
    end: int
    title: str


class LetterRecord(TypedDict):
    """The anatomy of a letter or notice."""

    kind: Literal["reply", "notice", "other"]
    body: Literal["npc", "cppcc"] | None
    number: str | None
    proposal_number: str | None
    proposal_category: str | None
    session: str | None
    addressee: str | None
    subject: str | None
    consulted: list[str]
    sections: list[SectionRecord]
    date: str | None
    issuer: str | None


class ModelRecord(TypedDict):
    """Which bundle made the record."""

    name: str
    version: str


class Record(TypedDict):
    """One JSON object a document; that of a row of a table has the other ``columns`` of the row."""

    id: str
    source: str
    sha256: str
    chars: int
    topic: TopicRecord | None
    entities: list[EntityRecord]
    letter: LetterRecord | None
    model: ModelRecord
    columns: NotRequired[dict[str, Any]]


UNNAMED = "document"
"""The id of a record whose document has none."""


def make_record(
    text: str,
    topic: TopicRecord | None,
    entities: list[EntityRecord],
    letter: LetterRecord | None,
    model: ModelRecord,
) -> Record:
    """Return the record of a text that comes from nowhere yet: no source, and an id that says so."""
    return {
        "id": UNNAMED,
        "source": "",
        "sha256": hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        "chars": len(text),
        "topic": topic,
        "entities": entities,
        "letter": letter,
        "model": model,
    }
