"""A record and its text as one web page: the topic on top, the entities coloured in the raw text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

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

if TYPE_CHECKING:
    from nhsa_nlp.topic.model import SectionTopic

KINDS = {"POLICY": "政策", "DOC_NO": "文号", "QUANTITY": "数量"}
"""What entities are called on pages, by label."""

_OPERATORS = {"eq": "", "approx": "≈ ", "gt": "> ", "ge": "≥ ", "lt": "< ", "le": "≤ ", "range": ""}
_LETTER_FIELDS = {
    "number": "文号",
    "issuer": "发文机关",
    "date": "日期",
    "session": "会议",
    "proposal_number": "建议/提案号",
    "proposal_category": "提案类别",
    "addressee": "收件人",
    "subject": "案由",
}
_LETTER_KINDS = {"reply": "答复", "notice": "通知", "other": "其他"}
_LETTER_BODIES = {"npc": "人大建议", "cppcc": "政协提案"}
_REASONS = {
    "low_confidence": "把握不足",
    "near_scope": "属医疗卫生邻近事项，不属三领域",
    "out_of_scope": "不在分类范围内",  # none of the three sectors, or unlike all texts of one's own labels
    "not_chinese": "不是中文",
    "too_short": "文字过少",
}


def render(record: Record, text: str, sections: Sequence[SectionTopic] = ()) -> str:
    """Render a document as a self-contained HTML page in Chinese.

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
    names = {**KINDS, **{label: label for label in sorted(counts) if label not in KINDS}}
    return render_page(
        "highlight",
        title=record["id"],
        record=record,
        topic=topic,
        reason=topic and _reason(topic),
        evidence=topic and {facet: _evidence_words(topic, facet) for facet in topic["facets"]},
        letter=letter and _letter(letter),
        sections=[(_facets(section), section["title"]) for section in sections],
        legend=[(label, name, counts[label]) for label, name in names.items()],
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
                "kind": KINDS.get(entity["label"], entity["label"]),
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
    return f"{_OPERATORS[entity['op']]}{number} {entity['unit']}".rstrip()


def _number(value: Scalar) -> str:
    return f"{int(value):,}" if value == int(value) else f"{value:,.10g}"


def _reason(topic: TopicRecord) -> str:
    """Say in Chinese why a document is to be reviewed; the word of the record stays, to search for."""
    reason = topic["reason"]
    if reason is None:
        return "原因未注明"
    if reason not in _REASONS:
        return reason
    # Beside a label, being out of scope is only what the document may be instead.
    doubt = "也可能" if topic["label"] is not None and reason.endswith("_scope") else ""
    return f"{doubt}{_REASONS[reason]}（{reason}）"


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
    kind = _LETTER_KINDS[letter["kind"]]
    if letter["body"] is not None:
        kind += f"（{_LETTER_BODIES[letter['body']]}）"
    fields = ((name, letter[field]) for field, name in _LETTER_FIELDS.items())  # type: ignore[literal-required]
    rows = [("公文", kind), *((name, str(value)) for name, value in fields if value is not None)]
    if letter["consulted"]:
        rows.append(("会办单位", "、".join(letter["consulted"])))
    if letter["sections"]:
        rows.append(("章节", "；".join(section["title"] for section in letter["sections"])))
    return rows


def _facets(section: SectionTopic) -> str:
    return "，".join(f"{facet} {p:.0%}" for facet, p in section["facets"].items() if p >= 0.5) or "—"
