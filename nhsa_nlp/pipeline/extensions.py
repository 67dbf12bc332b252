"""The attributes nhsa-nlp adds to spaCy's ``Doc`` and ``Span``; the only place that registers them.

The components store JSON primitives in ``doc.user_data``, which ``Doc.to_bytes`` and
``DocBin(store_user_data=True)`` keep; the attributes read them.

========================  =====================================================================
``doc._.topic``           the topic record of the document, None before the component has run
``doc._.topic_sections``  what each numbered section is about, None unless the topic component's
                          ``sections`` is on
``doc._.letter``          the letter record
``doc._.entities``        the entity records, in order
``doc._.figures``         the figures of the document, None before ``nhsa_figures`` has run
``doc._.record``          all of it as one `nhsa_nlp.record.Record`
``ent._.quantity``        ``{"value", "unit", "op"}`` of a QUANTITY, else None
``ent._.policy``          ``{"title", "alias", "ref", "doc_no"}`` of a POLICY, else None
``ent._.normalized``      the standard form of a DOC_NO, else None
========================  =====================================================================
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from typing import Any

from spacy.tokens import Doc, Span

from nhsa_nlp.record import Record, make_record

# The keys of ``doc.user_data``.
ID_KEY, SOURCE_KEY, MODEL_KEY = "nhsa_id", "nhsa_source", "nhsa_model"
TOPIC_KEY, LETTER_KEY, ENTITIES_KEY = "nhsa_topic", "nhsa_letter", "nhsa_entities"
SECTIONS_KEY, FIGURES_KEY = "nhsa_topic_sections", "nhsa_figures"


def register() -> None:
    """Add the attributes; calling it again changes nothing.

    Raises
    ------
    RuntimeError
        If another package has registered one of the names.
    """
    owners: list[tuple[Any, dict[str, Callable[[Any], Any]]]] = [
        (Doc, _DOC_ATTRIBUTES),
        (Span, _SPAN_ATTRIBUTES),
    ]
    for kind, attributes in owners:
        for name, getter in attributes.items():
            if not kind.has_extension(name):
                kind.set_extension(name, getter=getter)
            elif kind.get_extension(name)[2] is not getter:
                raise RuntimeError(
                    f"another package has registered {kind.__name__}._.{name}; use nhsa-nlp without it"
                )


def record_of(doc: Doc) -> Record:
    """Return the record of a processed document; what no component has filled is None or empty."""
    from nhsa_nlp.pipeline.analysis import analysis_of  # every process that uses spaCy imports this file

    model = doc.user_data.get(MODEL_KEY) or {}
    record = make_record(
        analysis_of(doc).raw,
        _stored(doc, TOPIC_KEY),
        _stored(doc, ENTITIES_KEY) or [],
        _stored(doc, LETTER_KEY),
        {"name": model.get("name", ""), "version": model.get("version", "")},
    )
    record["id"] = doc.user_data.get(ID_KEY, record["id"])
    record["source"] = doc.user_data.get(SOURCE_KEY, record["source"])
    return record


def _stored(doc: Doc, key: str) -> Any:
    return _as_json(doc.user_data.get(key))


def _as_json(value: Any) -> Any:
    """Return a value as JSON has it: reading bytes back makes tuples of lists."""
    if isinstance(value, dict):
        return {key: _as_json(item) for key, item in value.items()}
    return [_as_json(item) for item in value] if isinstance(value, list | tuple) else value


def _field_getter(label: str, *names: str) -> Callable[[Span], Any]:
    """Return a getter of some fields of an entity's record, of the value alone where there is one name."""

    def get(span: Span) -> Any:
        entities = span.doc.user_data.get(ENTITIES_KEY) or ()
        index = bisect_left(entities, span.start_char, key=lambda entity: entity["start"])
        if index == len(entities):
            return None
        entity = entities[index]
        if (entity["start"], entity["end"], entity["label"]) != (span.start_char, span.end_char, label):
            return None
        fields = {name: _as_json(entity[name]) for name in names}
        return fields if len(names) > 1 else fields[names[0]]

    return get


_DOC_ATTRIBUTES: dict[str, Callable[[Doc], Any]] = {
    "topic": lambda doc: _stored(doc, TOPIC_KEY),
    "topic_sections": lambda doc: _stored(doc, SECTIONS_KEY),
    "letter": lambda doc: _stored(doc, LETTER_KEY),
    "entities": lambda doc: _stored(doc, ENTITIES_KEY),
    "figures": lambda doc: _stored(doc, FIGURES_KEY),
    "record": record_of,
}
_SPAN_ATTRIBUTES: dict[str, Callable[[Span], Any]] = {
    "quantity": _field_getter("QUANTITY", "value", "unit", "op"),
    "policy": _field_getter("POLICY", "title", "alias", "ref", "doc_no"),
    "normalized": _field_getter("DOC_NO", "normalized"),
}
