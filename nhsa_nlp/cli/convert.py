"""``nhsa-nlp convert``: an annotation tool's export in, training data or another tool's project out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nhsa_nlp.cli import parameters
from nhsa_nlp.cli.output_file import check_output, check_project_output
from nhsa_nlp.cli.terminal import wrote
from nhsa_nlp.data.annotations.tools import Task, Tool
from nhsa_nlp.errors import InputError, OutputError
from nhsa_nlp.translation import ntr, tr, tr_in

_ANNOTATED = (".jsonl", ".json", ".ndjson")


def convert(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="An export of doccano or Label Studio, or annotations as .spacy or .jsonl."
        ),
    ],
    output: Annotated[
        Path,
        parameters.output(
            "Topics: .tsv, .csv or .jsonl; entities: .jsonl; with --for, what the tool imports."
        ),
    ],
    overwrite: parameters.Overwrite = False,
    tool: parameters.ForTool = None,
    task: Annotated[
        Task | None,
        typer.Option(help="What to take from the file; told from its content if not given."),
    ] = None,
) -> None:
    """Turn annotations into training data.

    Topic labels and entities are told apart by the content; for a Label Studio project with both,
    --task says which to take. "train topic --data" and "train entities --data" read the result.
    Texts that nobody has labelled yet are left out.
    """
    from nhsa_nlp.data.annotations.topics import holds_topics
    from nhsa_nlp.io.readers import TABLES
    from nhsa_nlp.io.writers.shapes import DATA

    if tool is None:
        check_output(output, [file], shape=DATA, overwrite=overwrite)
    else:
        check_project_output(output, tool, [file], overwrite=overwrite)
    suffix = file.suffix.lower()
    if suffix in TABLES.difference(_ANNOTATED):
        raise InputError("is a table, not annotations; train topic --data reads it as it is", file)
    if task is None:
        task = Task.TOPIC if suffix != ".spacy" and holds_topics(file) else Task.ENTITIES
    written, summary = (_topics if task is Task.TOPIC else _entities)(file, output, tool)
    files = tr_in("list", " and ").join(map(str, written))
    wrote(files, summary)


def _topics(file: Path, output: Path, tool: Tool | None) -> tuple[list[Path], str]:
    from nhsa_nlp.data.annotations.projects import write_project
    from nhsa_nlp.data.annotations.topics import TopicGuess, read_topics
    from nhsa_nlp.labelling.labelled import write_labelled

    items, left_out = read_topics(file)
    if tool is not None:
        labels = sorted({item.label for item in items})
        guesses = [TopicGuess(item.id, item.text, item.label) for item in items]
        written = write_project(output, tool, Task.TOPIC, guesses, labels)
    else:
        write_labelled(output, items)
        written = [output]
    summary = ntr("{count} text with a topic label", "{count} texts with topic labels", len(items)).format(
        count=len(items)
    )
    if left_out:
        summary = tr("{what}, {count} without a label left out").format(what=summary, count=left_out)
    return written, summary


def _entities(file: Path, output: Path, tool: Tool | None) -> tuple[list[Path], str]:
    from nhsa_nlp.data.annotations.entities import read_annotations, write_annotations
    from nhsa_nlp.data.annotations.projects import write_project

    documents, left_out = read_annotations(file)
    entities = [entity for document in documents for entity in document.entities]
    if tool is not None:
        labels = sorted({entity.label for entity in entities})
        written = write_project(output, tool, Task.ENTITIES, documents, labels)
    elif output.suffix.lower() == ".jsonl":
        write_annotations(output, documents)
        written = [output]
    else:
        raise OutputError("entities are written as .jsonl; choose another --output", output)
    texts = ntr("{count} text", "{count} texts", len(documents)).format(count=len(documents))
    found = ntr("{count} entity", "{count} entities", len(entities)).format(count=len(entities))
    summary = tr_in("report", "{texts} with {entities}").format(texts=texts, entities=found)
    if left_out:
        summary = tr("{what}, {count} without an annotation left out").format(what=summary, count=left_out)
    return written, summary
