"""Files that Label Studio imports (https://labelstud.io/guide/predictions): tasks and their interface.

Its offsets into a Text count code points since version 1.4, and so do those written here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from nhsa_nlp.data.annotations.tools import Task
from nhsa_nlp.data.annotations.topics import TopicGuess
from nhsa_nlp.data.corpus import AnnotatedText
from nhsa_nlp.io.atomic import write_text

_COLOURS = ("#4a90d9", "#e08e2b", "#3d9a5f", "#b0508e", "#7a68c8", "#a8a032", "#c0562f", "#0b6e99")


def write_label_studio(
    path: str | Path,
    items: Iterable[AnnotatedText | TopicGuess],
    *,
    from_name: str = "label",
    to_name: str = "text",
    predicted_by: str | None = None,
) -> None:
    """Write texts with their entities or their topic labels as a JSON list of tasks.

    Values, units and full titles are not written.

    Parameters
    ----------
    path
        The file to write.
    items
        The texts; their identifiers become ``data.id``. One without a topic label is a task to start
        from nothing.
    from_name, to_name
        The names of the ``Labels`` or ``Choices`` tag and of the ``Text`` tag in the project's labelling
        interface.
    predicted_by
        The model that gave the annotations: they are predictions to be looked at, scored with their
        probability. Without it people made them.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    tasks = []
    for item in items:
        task: dict[str, Any] = {"data": {"id": item.id, "text": item.text}}
        results = [
            {"id": name, "from_name": from_name, "to_name": to_name, "type": kind, "value": value}
            for name, kind, value in _results(item)
        ]
        if isinstance(item, AnnotatedText) or item.label is not None:
            score = item.probability if isinstance(item, TopicGuess) else None
            if predicted_by is None:
                task["annotations"] = [{"result": results}]
            else:
                scored = {} if score is None else {"score": score}
                task["predictions"] = [{"model_version": predicted_by, **scored, "result": results}]
        tasks.append(task)
    write_text(path, json.dumps(tasks, ensure_ascii=False, indent=1) + "\n")


def _results(item: AnnotatedText | TopicGuess) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the id, the kind and the value of each annotation."""
    if isinstance(item, TopicGuess):
        yield "topic", "choices", {"choices": [item.label]}
        return
    for number, entity in enumerate(item.entities):
        span = {"start": entity.start, "end": entity.end, "text": entity.text}
        yield f"entity-{number}", "labels", {**span, "labels": [entity.label]}


def write_label_studio_config(path: str | Path, task: Task, labels: Sequence[str]) -> None:
    """Write the labelling interface that goes with the tasks, to be pasted into the project's settings.

    Parameters
    ----------
    path
        The file to write, XML.
    task
        Whether whole texts or spans are labelled.
    labels
        What there is to choose.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    if task is Task.TOPIC:
        control = [
            '  <Choices name="label" toName="text" choice="single" showInline="true">',
            *(f"    <Choice value={quoteattr(label)}/>" for label in labels),
            "  </Choices>",
        ]
    else:
        control = [
            '  <Labels name="label" toName="text">',
            *(
                f"    <Label value={quoteattr(label)} background={quoteattr(_COLOURS[n % len(_COLOURS)])}/>"
                for n, label in enumerate(labels)
            ),
            "  </Labels>",
        ]
    text = '  <Text name="text" value="$text" granularity="symbol" saveTextResult="yes"/>'
    # Spaces count in the offsets, so they must be seen.
    style = "  <Style>.htx-text { white-space: pre-wrap; }</Style>"
    write_text(path, "\n".join(["<View>", style, *control, text, "</View>", ""]))
