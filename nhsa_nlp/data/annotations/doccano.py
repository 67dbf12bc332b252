"""Files that doccano imports (https://github.com/doccano/doccano), in its format "JSONL".

Its offsets count code points. It gives every text a number of its own, but keeps the field ``id`` as
metadata and exports that, so that identifiers survive.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nhsa_nlp.data.annotations.topics import TopicGuess
from nhsa_nlp.data.corpus import AnnotatedText
from nhsa_nlp.io.json_lines import write_json_lines


def write_doccano(path: str | Path, items: Iterable[AnnotatedText | TopicGuess]) -> None:
    """Write texts with their entities (sequence labelling) or topic labels (text classification).

    Values, units and full titles are not written; doccano has no place for them. A probability becomes
    the metadata ``probability``, which it shows beside the text.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    write_json_lines(path, map(_item, items))


def _item(item: AnnotatedText | TopicGuess) -> dict[str, Any]:
    written: dict[str, Any] = {"id": item.id, "text": item.text}
    if isinstance(item, AnnotatedText):
        return {**written, "label": [[entity.start, entity.end, entity.label] for entity in item.entities]}
    written["label"] = [] if item.label is None else [item.label]
    return written if item.probability is None else {**written, "probability": item.probability}
