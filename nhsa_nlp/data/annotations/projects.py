"""Projects of annotation tools: the file to import, and what has to stand beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from nhsa_nlp.data.annotations.doccano import write_doccano
from nhsa_nlp.data.annotations.label_studio import write_label_studio, write_label_studio_config
from nhsa_nlp.data.annotations.tools import Task, Tool
from nhsa_nlp.data.annotations.topics import TopicGuess
from nhsa_nlp.data.corpus import AnnotatedText, EntityAnnotation
from nhsa_nlp.errors import OutputError
from nhsa_nlp.record import Record, is_policy, is_quantity


def check_project(path: Path, tool: Tool) -> None:
    """Refuse a file that the tool would not import.

    Raises
    ------
    OutputError
        If the suffix is not that of the tool.
    """
    if path.suffix.lower() != tool.suffix:
        raise OutputError(f"{path}: {tool.value} imports {tool.suffix}; choose another --output")


def write_project(
    path: Path,
    tool: Tool,
    task: Task,
    items: Iterable[AnnotatedText] | Iterable[TopicGuess],
    labels: Sequence[str],
    predicted_by: str | None = None,
) -> list[Path]:
    """Write texts to be given topic labels, or whose entities are to be marked.

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
    if tool is Tool.DOCCANO:
        write_doccano(path, items)
        return [path]
    interface = path.with_suffix(".xml")
    write_label_studio(path, items, predicted_by=predicted_by)
    write_label_studio_config(interface, task, labels)
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
