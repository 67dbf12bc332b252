"""Annotated entities: reading them in the formats of annotation tools, and writing our own.

Read are JSON Lines and JSON lists of objects, and spaCy's binary ``.spacy`` files. An object is
recognised by its fields, so one reader takes our own annotations with their ``text``, exports of doccano
(https://github.com/doccano/doccano) and exports of Label Studio (https://labelstud.io/guide/export, the
format "JSON" and the shorter "JSON-MIN"), with any labels. As in `nhsa_nlp.data.corpus`,
a file is taken whole or refused with the place and what to do.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nhsa_nlp.checks import InvalidItemError, field, show, unreadable
from nhsa_nlp.data.annotations.items import (
    SPAN_RESULTS,
    Item,
    check_item,
    identifier_of,
    json_items,
    label_studio_results,
    read_texts,
    with_text,
)
from nhsa_nlp.data.entities import AnnotatedText, EntityAnnotation, check_entity, check_span, in_order
from nhsa_nlp.errors import InputError
from nhsa_nlp.io.json_lines import write_json_lines
from nhsa_nlp.translation import Message

_ENTITY_FIELDS = ("entities", "label", "labels")
_MINIMAL = "annotation_id"  # of an annotated task in JSON-MIN, which leaves out an empty list of spans
_FORMATS = Message(
    'it is none of these: our annotations ("text" and "entities" with start, end and label), a doccano '
    'export of sequence labelling ("text" and "label" or "entities"), a Label Studio export ("data" and '
    '"annotations")'
)
_MAX_BINARY = 2**30  # bytes a .spacy file may unpack to; a few kilobytes can be made to fill any memory


def read_annotations(path: str | Path) -> tuple[list[AnnotatedText], int]:
    """Read texts with annotated entities, whichever of the known formats the file has.

    Parameters
    ----------
    path
        The file; the format is recognised by its content, not its name.

        - Our own: one JSON object a line, ``{"id": …, "text": …, "entities": [{"start": …, "end": …,
          "label": …, "text": …}, …]}``; ``text`` of an entity, and ``alias``, ``ref``, ``value``, ``unit``
          and ``op`` may be left out, and are checked if they are there.
        - doccano: one JSON object a line with ``text`` and ``label`` or ``labels``, a list of
          ``[start, end, label]``, or ``entities``, a list of objects with ``start_offset``, ``end_offset``
          and ``label``.
        - Label Studio: a JSON list of tasks with ``data.text`` and one annotation each, or one that is
          marked as ground truth. Only spans of text are taken; relations and choices are not. Tasks
          without an annotation, or with cancelled ones only, are left out.
        - spaCy: a ``DocBin``; its entities are ``doc.ents``.

        An object without an ``id`` is named ``text-NNN`` after its place, counted from 0.

    Returns
    -------
    tuple[list[AnnotatedText], int]
        The texts in the order of the file, and how many tasks nobody has annotated. Entities are sorted,
        and offsets count code points of ``text``.

    Raises
    ------
    InputError
        If the file cannot be read, is of another format, cut off or empty, or if in an object of it a
        field is missing or of another type, an identifier comes twice, a text is empty, an offset lies
        outside the text, two entities overlap, or the text of an entity is not what is at its offsets,
        or if nothing in it is annotated. The message names the line, or the item of a list.
    """
    annotated, left_out = read_texts(path, _binary(path) if _is_binary(path) else json_items(path), _document)
    if not annotated:
        raise InputError("no task has an annotation yet; annotate some and export again", path)
    return annotated, left_out


def write_annotations(path: str | Path, documents: Iterable[AnnotatedText]) -> None:
    """Write texts with all that is known of their entities, as `read_annotations` reads them.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    items = (
        {"id": document.id, "text": document.text, "entities": [_fields(e) for e in document.entities]}
        for document in documents
    )
    write_json_lines(path, items)


def _fields(entity: EntityAnnotation) -> dict[str, Any]:
    """Return the fields that are known; an indefinite quantity has the value null."""
    return {
        name: value
        for name, value in asdict(entity).items()
        if value is not None or (name == "value" and entity.op is not None)
    }


# --- containers: each yields the line (None in a list), the place in words, and the item ---------


def _is_binary(path: str | Path) -> bool:
    """Tell whether a file is a zlib stream, as a ``DocBin`` is, by its header (RFC 1950, section 2.2)."""
    try:
        with Path(path).open("rb") as file:
            head = file.read(2)
    except (OSError, ValueError) as error:
        raise InputError(unreadable(error), path) from None
    return head in (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")


def _binary(path: str | Path) -> Iterator[Item]:
    """Yield the documents of a spaCy ``DocBin``; reading one runs no code of the file."""
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab

    try:
        data = Path(path).read_bytes()
        _check_size(data)
        docs = list(DocBin().from_bytes(data).get_docs(Vocab()))
    except InvalidItemError as error:
        raise InputError(str(error), path) from None
    except Exception as error:
        raise InputError(
            "not a whole .spacy file ({error}); save the DocBin again",
            path,
            error=" ".join(str(error).split())[:80],
        ) from error
    if not docs:
        raise InputError("the file holds no documents; save those that are annotated", path)
    for number, doc in enumerate(docs, start=1):
        place = Message("document {number}", number=number)
        if len(doc) and not doc.has_annotation("ENT_IOB"):
            raise InputError(
                "document {number}: its entities are not annotated; set doc.ents, to [] if it has none",
                path,
                number=number,
            )
        entities = tuple(
            EntityAnnotation(ent.start_char, ent.end_char, ent.label_, ent.text) for ent in doc.ents
        )
        yield None, place, AnnotatedText(f"text-{number - 1:03d}", doc.text, entities)


def _check_size(data: bytes) -> None:
    unpacker, size = zlib.decompressobj(), 0
    while data and not unpacker.eof:
        size += len(unpacker.decompress(data, 2**20))
        data = unpacker.unconsumed_tail
        if size > _MAX_BINARY:
            raise InvalidItemError(
                "the file unpacks to more than {limit:,} bytes; split it", limit=_MAX_BINARY
            )


# --- items ---------------------------------------------------------------------------------------


def _document(item: object, row: int, _line: int | None) -> AnnotatedText | None:
    """Read an object of any of the formats, None if it is a task that nobody has annotated."""
    document = item if isinstance(item, AnnotatedText) else _read(item, f"text-{row:03d}")
    if document is not None:
        check_item(document.id, document.text, *(entity.label for entity in document.entities))
    return document


def _read(item: object, name: str) -> AnnotatedText | None:
    if not isinstance(item, dict):
        raise InvalidItemError("must be a JSON object, not {value}", value=show(item))
    item = with_text(item)
    if "data" in item and "text" not in item:
        data = field(item, "data", dict, "an object with the text")
        entities = _label_studio_spans(item)
        if entities is None:
            return None
        text = field(data, "text", str, "a string (name the text's column so)")
        identifier = identifier_of(data, identifier_of(item, name))
    else:
        key = next((key for key in _ENTITY_FIELDS if key in item), None)
        if "text" not in item or (key is None and _MINIMAL not in item):
            raise InvalidItemError(_unrecognised(item))
        text = field(item, "text", str, "a string")
        entities = [] if key is None else field(item, key, list, "a list of entities")
        identifier = identifier_of(item, name)
    found = [_entity(entity, position, text) for position, entity in enumerate(entities, start=1)]
    return AnnotatedText(identifier, text, in_order(found))


def _unrecognised(item: dict[str, Any]) -> str:
    if "entities" in item and "id" in item:
        return Message(
            'the field "text" is missing, so the offsets belong to no text; '
            "add it, or give the folder that has the texts"
        )
    return Message(
        "not annotated text (its fields are {fields}); {formats}",
        fields=", ".join(map(show, list(item)[:6])) or "none",
        formats=_FORMATS,
    )


def _entity(entity: object, position: int, text: str) -> EntityAnnotation:
    """Read an entity in whichever form it is."""
    if isinstance(entity, list) and len(entity) == 3:
        entity = dict(zip(("start", "end", "label"), entity, strict=True))
    if isinstance(entity, dict) and not ({"start_offset", "labels"} & set(entity)):
        return check_entity(entity, position, text, any_label=True)
    try:
        if not isinstance(entity, dict):
            found = f"{len(entity)} values" if isinstance(entity, list) else show(entity)
            raise InvalidItemError(
                "must be [start, end, label] or an object, not {value}; a label of the whole text is not "
                "an entity",
                value=found,
            )
        if "labels" in entity:
            return _label_studio_value(entity, text)
        return check_span(
            field(entity, "start_offset", int, "an integer"),
            field(entity, "end_offset", int, "an integer"),
            field(entity, "label", str, "a string"),
            text,
        )
    except InvalidItemError as error:
        raise InvalidItemError("entity {position}: {error}", position=position, error=error) from None


def _label_studio_spans(task: dict[str, Any]) -> list[dict[str, Any]] | None:
    """Return the labelled spans of a task, None if nobody has annotated it."""
    results = label_studio_results(task)
    if results is None:
        return None
    spans = []
    for result in results:
        kind = result.get("type")
        if kind in SPAN_RESULTS and kind != "labels":
            raise InvalidItemError(
                "its offsets are not those of a plain text ({kind}); use a Text tag, not another", kind=kind
            )
        if kind == "labels":
            spans.append(field(result, "value", dict, "an object"))
    return spans


def _label_studio_value(value: dict[str, Any], text: str) -> EntityAnnotation:
    labels = field(value, "labels", list, "a list with one label")
    if len(labels) != 1 or not isinstance(labels[0], str):
        raise InvalidItemError("must have one label, not {count}", count=len(labels))
    start, end = field(value, "start", int, "an integer"), field(value, "end", int, "an integer")
    if "text" not in value:
        return check_span(start, end, labels[0], text)
    surface = field(value, "text", str, "a string")
    if text[max(0, start) : max(0, end)] != surface:
        surface = surface.replace("\\n", "\n")  # how it may write a line break
        # Before 1.4 the offsets counted UTF-16 units, so a rare character counted twice.
        first, last = _code_point(text, start), _code_point(text, end)
        if text[first:last] == surface:
            start, end = first, last
    return check_span(start, end, labels[0], text, surface)


def _code_point(text: str, offset: int) -> int:
    """Return the code-point offset of an offset in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")[: 2 * max(0, offset)].decode("utf-16-le", "ignore"))
