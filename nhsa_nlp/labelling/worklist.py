"""What to label next as a file to fill in: a table, or a project of an annotation tool."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nhsa_nlp.data.annotations.topics import TopicGuess
from nhsa_nlp.errors import OutputError
from nhsa_nlp.io.atomic import write_text
from nhsa_nlp.io.json_lines import write_json_lines
from nhsa_nlp.io.writers.cells import csv_text, is_formula
from nhsa_nlp.io.writers.summary import heading
from nhsa_nlp.labelling.suggest import Suggestion
from nhsa_nlp.labelling.workbook import write_workbook
from nhsa_nlp.record import TopicRecord
from nhsa_nlp.topic.labels import NEAR_SCOPE, OUT_OF_SCOPE

COLUMNS = ("id", "text", "label", "suggested label", "probability", "uncertainty", "novelty", "source")
WRITABLE = (".xlsx", ".csv", ".tsv", ".jsonl")
"""The suffixes that `write_worklist` knows."""


def write_worklist(path: Path, suggestions: Sequence[Suggestion], labels: Sequence[str]) -> None:
    """Write suggestions in the format of the suffix, their column ``label`` empty, to be filled in.

    In a workbook the cells of ``label`` offer ``labels``. In .csv and .tsv a text that a spreadsheet would
    treat as a formula begins with an apostrophe.

    Raises
    ------
    OutputError
        If the file cannot be written or the suffix is another.
    """
    rows = [
        (
            each.document.id,
            each.document.text,
            None,
            answer(each.topic, labels),
            each.topic["probability"],
            round(each.uncertainty, 4),
            round(each.novelty, 4),
            each.document.source,
        )
        for each in suggestions
    ]
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        write_workbook(path, COLUMNS, rows, choose="label", labels=labels)
    elif suffix == ".jsonl":
        write_json_lines(path, (dict(zip(COLUMNS, row, strict=True)) for row in rows))
    elif suffix in (".csv", ".tsv"):
        cells = ([_cell(value) for value in row] for row in rows)
        write_text(path, csv_text([map(heading, COLUMNS), *cells], "," if suffix == ".csv" else "\t"))
    else:
        raise OutputError(
            "the suffix must be one of {suffixes}; choose another --output",
            path,
            suffixes=", ".join(WRITABLE),
        )


def choices(classes: Sequence[str]) -> tuple[str, ...]:
    """Return the labels that people may give: those of a model, and ``near_scope`` for ``out_of_scope``."""
    return (*classes, NEAR_SCOPE) if OUT_OF_SCOPE in classes and NEAR_SCOPE not in classes else (*classes,)


def answer(topic: TopicRecord | None, labels: Sequence[str]) -> str | None:
    """Return what a model suggests of some labels; without a label, why, if that is one of them."""
    if topic is None:
        return None
    return topic["label"] or (topic["reason"] if topic["reason"] in labels else None)


def guesses(suggestions: Sequence[Suggestion], labels: Sequence[str]) -> list[TopicGuess]:
    """Return suggestions with what the model thinks of them, for `nhsa_nlp.data.annotations`."""
    return [
        TopicGuess(
            each.document.id, each.document.text, answer(each.topic, labels), each.topic["probability"]
        )
        for each in suggestions
    ]


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and is_formula(value) else value
