"""Files of labelled texts: reading those to audit, writing those that came of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nhsa_nlp.checks import show
from nhsa_nlp.data import corpus
from nhsa_nlp.data.annotations.items import json_items, with_text
from nhsa_nlp.data.annotations.topics import TOPIC_FIELDS, read_topics
from nhsa_nlp.data.corpus import LabelledText
from nhsa_nlp.errors import InputError, OutputError
from nhsa_nlp.io import write_json_lines, write_text
from nhsa_nlp.io.writers.cells import csv_text
from nhsa_nlp.labelling.corrections import is_sheet, read_corrections
from nhsa_nlp.topic.labels import OUR_LABELS

WRITABLE = (".tsv", ".csv", ".jsonl")
"""The suffixes that `write_labelled` knows."""
_REPLIES = "replies.tsv"  # label, tab, text without a header; its rows have names that the documentation uses


def read_labelled(
    path: Path,
    text_column: str | None = None,
    label_column: str | None = None,
    id_column: str | None = None,
) -> list[LabelledText]:
    """Read labelled texts, from whatever people keep them in.

    Parameters
    ----------
    path
        A table as `nhsa_nlp.data.corpus.read_labelled_table` takes it, a sheet of the audit that was
        corrected, or an export of doccano or Label Studio (.jsonl, .json). Of a folder its ``replies.tsv``.
    text_column, label_column, id_column
        The columns of a table, if their names are not known ones.

    Raises
    ------
    InputError
        If it cannot be read, is of another kind, or a label is none of the seven, ``out_of_scope`` and
        ``near_scope``, where most are.
    InputProblemsError
        If several rows of a table cannot be used.
    """
    file = path / _REPLIES if path.is_dir() else path
    suffix = file.suffix.lower()
    columns = (text_column, label_column, id_column)
    if any(columns):
        items = corpus.read_labelled_table(file, *columns)
    elif file.name == _REPLIES:
        items = corpus.read_replies(file)
    elif suffix == ".xlsx" and is_sheet(file):
        items = list(read_corrections(file))
    elif suffix in (".json", ".jsonl") and _is_export(file):
        items = read_topics(file)[0]
    else:
        items = corpus.read_labelled_table(file)
    unknown = [item for item in items if item.label not in OUR_LABELS]
    if 0 < 2 * len(unknown) < len(items):
        raise InputError(
            "unknown label {label}; the labels are {listed}",
            file,
            unknown[0].line,
            label=show(unknown[0].label),
            listed=", ".join(OUR_LABELS),
        )
    return items


def _is_export(file: Path) -> bool:
    """Tell whether objects have the fields of an annotation tool, which leave unlabelled texts empty."""
    return any(
        isinstance(item, dict)
        and (
            isinstance(item.get("data"), dict)
            or ("text" in with_text(item) and not TOPIC_FIELDS.isdisjoint(item))
        )
        for _, _, item in json_items(file)
    )


def write_labelled(path: Path, items: Sequence[LabelledText]) -> None:
    """Write labelled texts in the format of the suffix.

    ``.tsv`` is ``label<TAB>text`` a line without a header, as the training data are kept; ``.csv`` and
    ``.jsonl`` have ``id``, ``text`` and ``label``.

    Raises
    ------
    OutputError
        If the file cannot be written, the suffix is another, or a text with line breaks is to go into
        .tsv.
    """
    suffix = path.suffix.lower()
    if suffix == ".jsonl":
        write_json_lines(path, ({"id": item.id, "text": item.text, "label": item.label} for item in items))
    elif suffix == ".csv":
        rows = [("id", "text", "label"), *((item.id, item.text, item.label) for item in items)]
        write_text(path, csv_text(rows))
    elif suffix == ".tsv":
        for item in items:
            if "\n" in item.text or "\r" in item.text or "\t" in item.label:
                raise OutputError(
                    "{id} has line breaks, which .tsv cannot hold; write .jsonl", path, id=item.id
                )
        write_text(path, "".join(f"{item.label}\t{item.text}\n" for item in items))
    else:
        raise OutputError(
            "the suffix must be one of {suffixes}; choose another --output",
            path,
            suffixes=", ".join(WRITABLE),
        )
