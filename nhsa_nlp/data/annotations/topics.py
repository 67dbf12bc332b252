"""Topic labels in the formats of annotation tools: reading what people chose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nhsa_nlp.checks import InvalidItemError, field, show
from nhsa_nlp.data.annotations.items import (
    SPAN_RESULTS,
    check_item,
    identifier_of,
    json_items,
    label_studio_results,
    read_texts,
    with_text,
)
from nhsa_nlp.data.corpus import LabelledText
from nhsa_nlp.errors import InputError
from nhsa_nlp.io.formats import stem_of
from nhsa_nlp.topic.labels import FACETS, facets_to_label

_LABEL_FIELDS = ("label", "labels", "topic")
TOPIC_FIELDS = frozenset(_LABEL_FIELDS)
"""The fields in which our own files and the tools' plain exports have the label."""


@dataclass(frozen=True, slots=True)
class TopicGuess:
    """A raw text with the topic label, if any, that a model or (without a probability) a person gave it."""

    id: str
    text: str
    label: str | None
    probability: float | None = None


def read_topics(path: str | Path) -> tuple[list[LabelledText], int]:
    """Read texts with topic labels: our own, an export of doccano or of Label Studio.

    Parameters
    ----------
    path
        JSON Lines or one JSON list; the format is recognised by its content.

        - Our own: ``{"id": …, "text": …, "label": "…"}``.
        - doccano, text classification: ``{"text": …, "label": ["…"]}``.
        - Label Studio, "JSON" with one annotation of one ``Choices`` a task (or one marked as ground
          truth), or "JSON-MIN".

        Several labels are taken if each is one facet: 医疗 and 医保 are ``医疗x医保``. A text without an
        id has that of the row of a table, as ``label`` gives it.

    Returns
    -------
    tuple[list[LabelledText], int]
        The labelled texts in the order of the file, and how many have no label yet and are left out.

    Raises
    ------
    InputError
        If the file cannot be read, is of another format, or if in an object of it a field is missing or
        of another type, an identifier comes twice, a text is empty or has several labels, or if no text
        has a label. The message names the line, or the item of a list.
    """
    stem = stem_of(Path(Path(path).name))

    def read(item: object, row: int, line: int | None) -> LabelledText:
        number = row + 1 if line is None else line
        identifier, text, labels = _read(item, f"{stem}-{number}")
        check_item(identifier, text, *labels)
        return LabelledText(identifier, _one(labels) if labels else "", text, number)

    texts, _ = read_texts(path, json_items(path), read)
    found = [text for text in texts if text.label]
    if not found:
        raise InputError("no text has a label yet; label some and export again", path)
    return found, len(texts) - len(found)


def holds_topics(path: str | Path) -> bool:
    """Tell whether a file of an annotation tool holds labels of whole texts, rather than entities.

    The first object that has any decides; a file without any counts as topics.

    Raises
    ------
    InputError
        If the file cannot be read or is not JSON.
    """
    for _, _, item in json_items(path):
        if not isinstance(item, dict):
            continue
        for annotation in _list(item.get("annotations")):
            kinds = {r.get("type") for r in _list(annotation.get("result")) if isinstance(r, dict)}
            if kinds & {"choices", *SPAN_RESULTS}:
                return "choices" in kinds
        if "entities" in item:
            return False
        for name in _LABEL_FIELDS:
            given = item.get(name)
            if isinstance(given, str) or (isinstance(given, dict) and "choices" in given):
                return True
            if isinstance(given, list) and given:
                return isinstance(given[0], str)
    return True


def _list(value: object) -> list[Any]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _read(item: object, name: str) -> tuple[str, str, list[str]]:
    """Return identifier, text and labels of an object in whichever form it is."""
    if not isinstance(item, dict):
        raise InvalidItemError("must be a JSON object, not {value}", value=show(item))
    item = with_text(item)
    if "data" in item and "text" not in item:
        data = field(item, "data", dict, "an object with the text")
        text = field(data, "text", str, "a string (name the text's column so)")
        return identifier_of(data, identifier_of(item, name)), text, _chosen(item)
    text = field(item, "text", str, "a string")
    given = next((item[key] for key in _LABEL_FIELDS if key in item), None)
    if isinstance(given, dict):
        given = given.get("choices", given)
    return identifier_of(item, name), text, _strings([] if given is None else given)


def _chosen(task: dict[str, Any]) -> list[str]:
    if "annotations" not in task:
        return []  # tasks as they were imported
    chosen = [result for result in label_studio_results(task) or [] if result.get("type") == "choices"]
    if len(chosen) > 1:
        raise InvalidItemError(
            "{count} choices in one annotation; keep the one that is the topic", count=len(chosen)
        )
    if not chosen:
        return []
    return _strings(field(field(chosen[0], "value", dict, "an object"), "choices", list, "a list of labels"))


def _strings(given: object) -> list[str]:
    labels = [given] if isinstance(given, str) else given
    if not isinstance(labels, list):
        raise InvalidItemError(
            "the label must be a string or a list of strings, not {value}", value=show(given)
        )
    for label in labels:
        if not isinstance(label, str):
            raise InvalidItemError(
                "a label of the whole text must be a string, not {label}", label=show(label)
            )
    return [label.strip() for label in labels if label.strip()]


def _one(labels: Sequence[str]) -> str:
    if len(set(labels)) == 1:
        return labels[0]
    if set(labels) <= set(FACETS):
        return facets_to_label(labels)
    raise InvalidItemError(
        "{count} labels of one text ({labels}); keep one",
        count=len(labels),
        labels=", ".join(map(show, labels[:4])),
    )
