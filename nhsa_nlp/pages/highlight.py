"""A record and its text as one web page: the topic on top, the entities coloured in the raw text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from nhsa_nlp.figure_text import BOUND_SIGNS
from nhsa_nlp.pages.rendering import render_page
from nhsa_nlp.record import (
    EntityRecord,
    LetterRecord,
    QuantityRecord,
    Record,
    Scalar,
    TopicRecord,
    is_doc_no,
    is_policy,
    is_quantity,
)
from nhsa_nlp.translation import tr, tr_in

if TYPE_CHECKING:
    from nhsa_nlp.topic.model import SectionTopic

_REASONS = ("low_confidence", "near_scope", "out_of_scope", "not_chinese", "too_short")
_LABELS = ("POLICY", "DOC_NO", "QUANTITY")


def kind_name(label: str) -> str:
    """Return what an entity with a label is called on pages."""
    names = {
        "POLICY": tr_in("entity", "policy"),
        "DOC_NO": tr_in("entity", "document number"),
        "QUANTITY": tr_in("entity", "quantity"),
    }
    return names.get(label, label)


def render(record: Record, text: str, sections: Sequence[SectionTopic] = ()) -> str:
    """Render a document as a self-contained HTML page.

    Parameters
    ----------
    record
        What was found in the document.
    text
        Its raw text, the one the record's offsets point into.
    sections
        What its sections are about, from `nhsa_nlp.topic.TopicModel.sections`.

    Raises
    ------
    ValueError
        If an entity of ``record`` does not stand in ``text``.
    """
    entities, topic, letter = record["entities"], record["topic"], record["letter"]
    counts = Counter(entity["label"] for entity in entities)
    labels = dict.fromkeys((*_LABELS, *sorted(counts)))
    return render_page(
        "highlight",
        title=record["id"],
        record=record,
        topic=topic,
        reason=topic and _reason(topic),
        evidence=topic and {facet: _evidence_words(topic, facet) for facet in topic["facets"]},
        letter=letter and _letter(letter),
        sections=[(_facets(section), section["title"]) for section in sections],
        legend=[(label, kind_name(label), counts[label]) for label in labels],
        pieces=list(_pieces(text, entities)),
    )


def _pieces(text: str, entities: Sequence[EntityRecord]) -> Iterator[tuple[str, dict[str, str] | None]]:
    """Yield what stands before each entity and what to show of it; at last what stands after them all."""
    position = 0
    for entity in sorted(entities, key=lambda entity: entity["start"]):
        start, end = entity["start"], entity["end"]
        if text[start:end] != entity["text"]:
            raise ValueError(f"the record is not of this text: {entity['text']!r} is not at {start}")
        note = _note(entity)
        yield (
            text[position:start],
            {
                "label": entity["label"],
                "kind": kind_name(entity["label"]),
                "text": entity["text"],
                "note": note,
                "tip": entity["title"] if is_policy(entity) else note,
            },
        )
        position = end
    yield text[position:], None


def _note(entity: EntityRecord) -> str:
    """Return what is known of an entity beyond its own text."""
    if is_quantity(entity):
        return _quantity(entity)
    if is_doc_no(entity):
        return "" if entity["normalized"] == entity["text"] else entity["normalized"]
    if is_policy(entity):
        ref = f"《{entity['ref']}》" if entity["alias"] and entity["ref"] else ""
        return " ".join(part for part in (ref, entity["doc_no"]) if part)
    return ""


def _quantity(entity: QuantityRecord) -> str:
    value = entity["value"]
    if value is None:
        return f"? {entity['unit']}"
    if isinstance(value, list):
        number = ("–" if entity["op"] == "range" else " : ").join(_number(part) for part in value)
    else:
        number = _number(value)
    return f"{BOUND_SIGNS[entity['op']]} {number} {entity['unit']}".strip()


def _number(value: Scalar) -> str:
    return f"{int(value):,}" if value == int(value) else f"{value:,.10g}"


def _reason(topic: TopicRecord) -> str:
    """Say why a document is to be reviewed; the word of the record stays, to search for."""
    reason = topic["reason"]
    if reason is None:
        return tr("no reason given")
    if reason not in _REASONS:
        return reason
    name = tr_in("reason", reason.replace("_", " "))
    # Beside a label, being out of scope is only what the document may be instead.
    if topic["label"] is not None and reason.endswith("_scope"):
        return tr("perhaps {reason} ({word})").format(reason=name, word=reason)
    return tr("{reason} ({word})").format(reason=name, word=reason)


class _Word(NamedTuple):
    """A word that spoke for or against a facet, and whether it stands in what is asked for."""

    text: str
    weight: float
    request: bool


def _evidence_words(topic: TopicRecord, facet: str) -> list[_Word]:
    """Return the words that spoke for or against a facet, each once, the weightiest first."""
    evidence = (item for item in topic["evidence"] if item["facet"] == facet and item["weight"])
    words: dict[str, _Word] = {}
    for item in sorted(evidence, key=lambda item: -abs(item["weight"])):
        # Records of 0.2.0 do not tell what stands in a request.
        words.setdefault(item["text"], _Word(item["text"], item["weight"], item.get("request", False)))
    return list(words.values())


def _letter(letter: LetterRecord) -> list[tuple[str, str]]:
    kind = tr_in("letter", letter["kind"])
    if letter["body"] is not None:
        bodies = {"npc": tr_in("page", "NPC suggestion"), "cppcc": tr_in("page", "CPPCC proposal")}
        kind = tr("{kind} ({body})").format(kind=kind, body=bodies[letter["body"]])
    fields = (
        (tr_in("page", "Number"), letter["number"]),
        (tr_in("page", "Issuer"), letter["issuer"]),
        (tr_in("page", "Date"), letter["date"]),
        (tr_in("page", "Session"), letter["session"]),
        (tr("Number of the proposal"), letter["proposal_number"]),
        (tr("Category of the proposal"), letter["proposal_category"]),
        (tr_in("page", "Addressee"), letter["addressee"]),
        (tr_in("page", "Subject"), letter["subject"]),
    )
    rows = [(tr_in("page", "Letter"), kind), *((name, value) for name, value in fields if value is not None)]
    if letter["consulted"]:
        rows.append((tr_in("page", "Consulted"), tr_in("list", ", ").join(letter["consulted"])))
    if letter["sections"]:
        titles = (section["title"] for section in letter["sections"])
        rows.append((tr_in("page", "Sections"), tr_in("clause", "; ").join(titles)))
    return rows


def _facets(section: SectionTopic) -> str:
    return (
        tr_in("clause", ", ").join(f"{facet} {p:.0%}" for facet, p in section["facets"].items() if p >= 0.5)
        or "—"
    )
