"""The grammar: titles, document numbers and quantities of one text as entity records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from operator import itemgetter

from nhsa_nlp.entities.doc_numbers import DocNumber, find_doc_numbers
from nhsa_nlp.entities.links import Link, link
from nhsa_nlp.entities.quantities import Quantity, find_quantities, iter_quantities
from nhsa_nlp.entities.title_marks import range_without_marks, without_marks
from nhsa_nlp.entities.titles import Title, find_titles, is_free
from nhsa_nlp.record import DocNoRecord, EntityRecord, PolicyRecord, QuantityRecord
from nhsa_nlp.text import CleanText, clean


def find_entities(text: str | CleanText, numbers: Sequence[DocNumber] | None = None) -> list[EntityRecord]:
    """Find the policy titles, document numbers and quantities of a document.

    Parameters
    ----------
    text
        One document, raw or cleaned, of any length; the time taken is linear in it.
    numbers
        The document numbers in the cleaned text, where the caller has them already.

    Returns
    -------
    list of EntityRecord
        Sorted by offset (half-open, into the raw text) and disjoint; of nested entities the outer.
    """
    view = clean(text) if isinstance(text, str) else text
    raw = view.raw
    numbers = find_doc_numbers(view) if numbers is None else numbers
    titles, others = find_titles(view, numbers)
    titles = [_with_dashes_as_written(view, title) for title in titles]
    outer = sorted([(title.start, title.end) for title in titles] + others)
    numbers = [number for number in numbers if is_free(number.start, number.end, outer)]
    blocked = sorted(outer + [(number.start, number.end) for number in numbers])
    entities: list[EntityRecord] = [
        _policy(raw, *view.to_raw(title.start, title.end), title.title, found)
        for title, found in zip(titles, link(view.text, titles, numbers), strict=True)
    ]
    entities += [_doc_no(raw, *view.to_raw(number.start, number.end), number) for number in numbers]
    entities += [
        _quantity(raw, *view.to_raw(quantity.start, quantity.end), quantity)
        for quantity in iter_quantities(view.text, blocked)
    ]
    return sorted(entities, key=itemgetter("start"))


def _with_dashes_as_written(view: CleanText, title: Title) -> Title:
    """Undo the one replacement that is for numbers and not for titles: －, often in 2018－2022年."""
    if "-" not in title.title:
        return title
    raw = view.raw_slice(title.start, title.end)
    offset, _ = range_without_marks(view.text[title.start : title.end])
    name = "".join(raw[offset + i] if char == "-" else char for i, char in enumerate(title.title))
    return replace(title, title=name)


def read_entity(raw: str, start: int, end: int, label: str) -> EntityRecord | None:
    """Normalise an entity that something else has found, such as a trained model.

    Parameters
    ----------
    raw
        The raw text.
    start, end
        The entity's half-open offsets.
    label
        POLICY, DOC_NO or QUANTITY.

    Returns
    -------
    EntityRecord or None
        None where the text between the offsets cannot be read as such an entity.
    """
    cleaned = clean(raw[start:end]).text
    if label == "POLICY":
        title = without_marks(cleaned)
        return _policy(raw, start, end, title, Link(alias=False, ref=None, doc_no=None)) if title else None
    if label == "DOC_NO":
        numbers = find_doc_numbers(cleaned)
        return _doc_no(raw, start, end, numbers[0]) if len(numbers) == 1 else None
    quantities = find_quantities(cleaned)
    if len(quantities) != 1 or (quantities[0].start, quantities[0].end) != (0, len(cleaned)):
        return None
    return _quantity(raw, start, end, quantities[0])


def _policy(raw: str, start: int, end: int, title: str, found: Link) -> PolicyRecord:
    return PolicyRecord(
        start=start,
        end=end,
        label="POLICY",
        text=raw[start:end],
        title=title,
        alias=found.alias,
        ref=found.ref,
        doc_no=found.doc_no,
    )


def _doc_no(raw: str, start: int, end: int, number: DocNumber) -> DocNoRecord:
    text = raw[start:end]
    record = DocNoRecord(start=start, end=end, label="DOC_NO", text=text, normalized=number.normalized)
    if number.also:
        record["also"] = list(number.also)
    return record


def _quantity(raw: str, start: int, end: int, quantity: Quantity) -> QuantityRecord:
    return {
        "start": start,
        "end": end,
        "label": "QUANTITY",
        "text": raw[start:end],
        "value": quantity.json_value(),
        "unit": quantity.unit,
        "op": quantity.op,
    }
