"""Our own format of annotated entities: one JSON object a line, with the text."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nhsa_nlp.data.corpus import AnnotatedText, EntityAnnotation
from nhsa_nlp.io.json_lines import write_json_lines


def write_annotations(path: str | Path, documents: Iterable[AnnotatedText]) -> None:
    """Write texts with all that is known of their entities, as `read_annotations` reads them.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    items = (
        {
            "id": document.id,
            "text": document.text,
            "entities": [_entity(entity) for entity in document.entities],
        }
        for document in documents
    )
    write_json_lines(path, items)


def _entity(entity: EntityAnnotation) -> dict[str, Any]:
    written: dict[str, Any] = {
        "start": entity.start,
        "end": entity.end,
        "label": entity.label,
        "text": entity.text,
    }
    if entity.alias is not None:
        written["alias"] = entity.alias
    if entity.ref is not None:
        written["ref"] = entity.ref
    if entity.op is not None:
        written |= {"value": entity.value, "unit": entity.unit, "op": entity.op}
    return written
