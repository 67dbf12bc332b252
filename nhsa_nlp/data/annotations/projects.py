"""Projects of annotation tools: the file to import, and what has to stand beside it.

doccano (https://github.com/doccano/doccano) imports its format "JSONL". It gives every text a number of
its own, but keeps the field ``id`` as metadata and exports that, so that identifiers survive. Label Studio
imports tasks (https://labelstud.io/guide/predictions) and their labelling interface. The offsets of both
count code points, those of Label Studio into a Text since version 1.4.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from nhsa_nlp.data.annotations.tools import Task, Tool
from nhsa_nlp.data.annotations.topics import TopicGuess
from nhsa_nlp.data.entities import AnnotatedText, EntityAnnotation
from nhsa_nlp.errors import OutputError
from nhsa_nlp.io.atomic import write_text
from nhsa_nlp.io.json_lines import write_json_lines
from nhsa_nlp.record import Record, is_policy, is_quantity

_COLOURS = ("#4a90d9", "#e08e2b", "#3d9a5f", "#b0508e", "#7a68c8", "#a8a032", "#c0562f", "#0b6e99")


def check_project(path: Path, tool: Tool) -> None:
    """Refuse a file that the tool would not import.

    Raises
    ------
    OutputError
        If the suffix is not that of the tool.
    """
    if path.suffix.lower() != tool.suffix:
        raise OutputError(
            "{tool} imports {suffix}; choose another --output", path, tool=tool.value, suffix=tool.suffix
        )


def interface_of(path: Path, tool: Tool) -> Path | None:
    """Return the file of the labelling interface beside a project, if the tool has one."""
    return path.with_suffix(".xml") if tool is Tool.LABEL_STUDIO else None


def write_project(
    path: Path,
    tool: Tool,
    task: Task,
    items: Iterable[AnnotatedText | TopicGuess],
    labels: Sequence[str],
    predicted_by: str | None = None,
) -> list[Path]:
    """Write texts to be given topic labels, or whose entities are to be marked.

    Values, units and full titles are not written; the tools have no place for them.

    Parameters
    ----------
    path
        The file to write; for Label Studio the labelling interface is written beside it, as .xml.
    tool
        What it is for.
    task
        Which of the two.
    items
        The texts with their entities or labels so far.
    labels
        What there is to choose.
    predicted_by
        The model that gave them; without it people did.

    Returns
    -------
    list[Path]
        The files written.

    Raises
    ------
    OutputError
        If a file cannot be written or has another suffix than the tool imports.
    """
    check_project(path, tool)
    interface = interface_of(path, tool)
    if interface is None:
        write_json_lines(path, map(_doccano_item, items))
        return [path]
    tasks = [_label_studio_task(item, predicted_by) for item in items]
    write_text(path, json.dumps(tasks, ensure_ascii=False, indent=1) + "\n")
    write_text(interface, _label_studio_interface(task, labels))
    return [path, interface]


def annotated(record: Record, text: str) -> AnnotatedText:
    """Return the entities of a record as annotations of its text."""
    found = []
    for entity in record["entities"]:
        span = entity["start"], entity["end"], entity["label"], entity["text"]
        if is_policy(entity):
            ref = (entity["ref"] or "") if entity["alias"] else None
            found.append(EntityAnnotation(*span, alias=entity["alias"], ref=ref))
        elif is_quantity(entity):
            value = entity["value"]
            pair = (value[0], value[1]) if isinstance(value, list) else value
            found.append(EntityAnnotation(*span, value=pair, unit=entity["unit"], op=entity["op"]))
        else:
            found.append(EntityAnnotation(*span))
    return AnnotatedText(record["id"], text, tuple(found))


def _doccano_item(item: AnnotatedText | TopicGuess) -> dict[str, Any]:
    """Return an item of doccano, a probability as metadata, which it shows beside the text."""
    written: dict[str, Any] = {"id": item.id, "text": item.text}
    if isinstance(item, AnnotatedText):
        return {**written, "label": [[entity.start, entity.end, entity.label] for entity in item.entities]}
    written["label"] = [] if item.label is None else [item.label]
    return written if item.probability is None else {**written, "probability": item.probability}


def _label_studio_task(item: AnnotatedText | TopicGuess, predicted_by: str | None) -> dict[str, Any]:
    """Return a task; what a model gave are predictions to be looked at, scored with their probability."""
    task: dict[str, Any] = {"data": {"id": item.id, "text": item.text}}
    if isinstance(item, TopicGuess) and item.label is None:
        return task
    results = [
        {"id": name, "from_name": "label", "to_name": "text", "type": kind, "value": value}
        for name, kind, value in _results(item)
    ]
    if predicted_by is None:
        return {**task, "annotations": [{"result": results}]}
    score = item.probability if isinstance(item, TopicGuess) else None
    scored = {} if score is None else {"score": score}
    return {**task, "predictions": [{"model_version": predicted_by, **scored, "result": results}]}


def _results(item: AnnotatedText | TopicGuess) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the id, the kind and the value of each annotation."""
    if isinstance(item, TopicGuess):
        yield "topic", "choices", {"choices": [item.label]}
        return
    for number, entity in enumerate(item.entities):
        span = {"start": entity.start, "end": entity.end, "text": entity.text}
        yield f"entity-{number}", "labels", {**span, "labels": [entity.label]}


def _label_studio_interface(task: Task, labels: Sequence[str]) -> str:
    """Return the labelling interface, XML to be pasted into the project's settings."""
    if task is Task.TOPIC:
        tag, options = "Choices", ' choice="single" showInline="true"'
        choices = [f"<Choice value={quoteattr(label)}/>" for label in labels]
    else:
        tag, options = "Labels", ""
        choices = [
            f"<Label value={quoteattr(label)} background={quoteattr(_COLOURS[n % len(_COLOURS)])}/>"
            for n, label in enumerate(labels)
        ]
    lines = [
        "<View>",
        # Spaces count in the offsets, so they must be seen.
        "  <Style>.htx-text { white-space: pre-wrap; }</Style>",
        f'  <{tag} name="label" toName="text"{options}>',
        *(f"    {choice}" for choice in choices),
        f"  </{tag}>",
        '  <Text name="text" value="$text" granularity="symbol" saveTextResult="yes"/>',
        "</View>",
    ]
    return "\n".join([*lines, ""])
