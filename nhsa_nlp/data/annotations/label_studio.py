"""Files that Label Studio imports (https://labelstud.io/guide/predictions): tasks and their interface.

Its offsets into a Text count code points since version 1.4, and so do those written here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal
from xml.sax.saxutils import quoteattr

from nhsa_nlp.data.annotations.topics import TopicGuess
from nhsa_nlp.data.corpus import AnnotatedText
from nhsa_nlp.io.atomic import write_text

_COLOURS = ("#4a90d9", "#e08e2b", "#3d9a5f", "#b0508e", "#7a68c8", "#a8a032", "#c0562f", "#0b6e99")


def write_label_studio(
    path: str | Path,
    documents: Iterable[AnnotatedText],
    *,
    from_name: str = "label",
    to_name: str = "text",
    predicted_by: str | None = None,
) -> None:
    """Write texts with their entities as a JSON list of tasks.

    Values, units and full titles are not written.

    Parameters
    ----------
    path
        The file to write.
    documents
        The texts; their identifiers become ``data.id``.
    from_name, to_name
        The names of the ``Labels`` and of the ``Text`` tag in the project's labelling interface.
    predicted_by
        The model that found the entities: they are predictions to be looked at. Without it they are
        annotations.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    _write(
        path,
        [
            {
                "data": {"id": document.id, "text": document.text},
                **_results(
                    [
                        {
                            "id": f"entity-{number}",
                            "from_name": from_name,
                            "to_name": to_name,
                            "type": "labels",
                            "value": {
                                "start": entity.start,
                                "end": entity.end,
                                "text": entity.text,
                                "labels": [entity.label],
                            },
                        }
                        for number, entity in enumerate(document.entities)
                    ],
                    predicted_by,
                ),
            }
            for document in documents
        ],
    )


def write_label_studio_topics(
    path: str | Path,
    guesses: Iterable[TopicGuess],
    *,
    from_name: str = "label",
    to_name: str = "text",
    predicted_by: str | None = None,
) -> None:
    """Write texts with their topic labels as a JSON list of tasks.

    Parameters
    ----------
    path
        The file to write.
    guesses
        The texts; their identifiers become ``data.id``. One without a label is a task to start from
        nothing.
    from_name, to_name
        The names of the ``Choices`` and of the ``Text`` tag in the project's labelling interface.
    predicted_by
        The model that gave the labels: they are predictions, scored with their probability. Without it
        they are annotations.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    _write(
        path,
        [
            {
                "data": {"id": guess.id, "text": guess.text},
                **(
                    {}
                    if guess.label is None
                    else _results(
                        [
                            {
                                "id": "topic",
                                "from_name": from_name,
                                "to_name": to_name,
                                "type": "choices",
                                "value": {"choices": [guess.label]},
                            }
                        ],
                        predicted_by,
                        guess.probability,
                    )
                ),
            }
            for guess in guesses
        ],
    )


def write_label_studio_config(
    path: str | Path, task: Literal["topic", "entities"], labels: Sequence[str]
) -> None:
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
    if task == "topic":
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


def _results(
    results: list[dict[str, Any]], predicted_by: str | None, score: float | None = None
) -> dict[str, Any]:
    if predicted_by is None:
        return {"annotations": [{"result": results}]}
    scored = {} if score is None else {"score": score}
    return {"predictions": [{"model_version": predicted_by, **scored, "result": results}]}


def _write(path: str | Path, tasks: list[dict[str, Any]]) -> None:
    write_text(path, json.dumps(tasks, ensure_ascii=False, indent=1) + "\n")
