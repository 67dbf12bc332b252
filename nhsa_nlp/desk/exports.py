"""What leaves a desk: records with the decisions on them, and decisions as training data."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from nhsa_nlp.data.annotations.entities import write_annotations
from nhsa_nlp.data.annotations.projects import annotated
from nhsa_nlp.desk.decisions import STATES
from nhsa_nlp.desk.documents import find_document
from nhsa_nlp.desk.queue import Filters, matching
from nhsa_nlp.desk.store import NotFoundError, local_time
from nhsa_nlp.errors import OutputError
from nhsa_nlp.io import JsonLinesWriter
from nhsa_nlp.io.writers import SHEETS, writer_for
from nhsa_nlp.io.writers.summary import heading
from nhsa_nlp.record import Record
from nhsa_nlp.topic.labels import OUT_OF_SCOPE
from nhsa_nlp.translation import Message, tr_in

DECISION_COLUMNS = (
    *("state", "decision", "decided", "decided_by", "office", "person", "group", "note", "received"),
    "sha256_of_file",
)
"""The columns that an exported record has besides its own, named ``desk_…``."""

_TIMES = ("decided", "received")
_CODES = (*STATES, OUT_OF_SCOPE)


ALL = Filters(state="", sort="oldest")
"""All documents, as they came in."""


def export_records(base: sqlite3.Connection, path: Path, filters: Filters = ALL) -> int:
    """Write the records of documents as ``label`` writes them, with entities as corrected.

    What was decided is in columns: ``desk_state``, ``desk_decision`` … The model's answer stays as it was.
    Sheets that people open name these columns and states in their language, and times as on their clock.

    Parameters
    ----------
    path
        The format is that of its suffix.
    filters
        Which documents, and their order; the page of the list does not count.

    Returns
    -------
    int
        The number of records.

    Raises
    ------
    OutputError
        If the format is unknown, or the file cannot be written.
    """
    write = writer_for(path)
    shown = _in_words if path.suffix.lower() in SHEETS else _as_stored
    with _snapshot(base):
        records = (_with_decision(base, number, shown) for number in matching(base, filters))
        return write(path, records, texts=lambda name: _text(base, name))


def export_training(
    base: sqlite3.Connection, path: Path, task: Literal["topic", "entities"], filters: Filters = ALL
) -> int:
    """Write what officers decided as data for ``train``.

    Parameters
    ----------
    path
        A file of JSON Lines. For ``topic`` those decided, a line each with ``id``, ``label`` and ``text``.
        For ``entities`` those whose entities were corrected, with all of them.
    filters
        Of which documents.

    Returns
    -------
    int
        The number of documents.

    Raises
    ------
    NotFoundError
        If there is none.
    OutputError
        If it cannot be written.
    """
    if path.suffix.lower() != ".jsonl":
        raise OutputError("training data is written as .jsonl; choose such a name", path)
    numbers = matching(base, filters)
    if task == "topic":
        with JsonLinesWriter(path) as writer:
            for number in numbers:
                row = base.execute(
                    "SELECT d.id, d.label, t.text FROM documents d JOIN texts t USING (doc) "
                    "WHERE d.doc = ? AND d.state = 'decided'",
                    (number,),
                ).fetchone()
                if row is not None:
                    writer.write(dict(row))
            _refuse_none(writer.written, Message("decided"))
        return writer.written
    corrected = {row["doc"] for row in base.execute("SELECT doc FROM documents WHERE entities IS NOT NULL")}
    numbers = [number for number in numbers if number in corrected]
    _refuse_none(len(numbers), Message("corrected"))
    documents = (find_document(base, number) for number in numbers)
    write_annotations(
        path, (annotated({**found.record, "entities": found.entities}, found.text) for found in documents)
    )
    return len(numbers)


def _refuse_none(count: int, what: str) -> None:
    if not count:
        raise NotFoundError("no such document has been {what} yet; there is nothing to train on", what=what)


@contextmanager
def _snapshot(base: sqlite3.Connection) -> Iterator[None]:
    """Read within a transaction: what is written meanwhile is not seen."""
    base.execute("BEGIN")
    try:
        yield
    finally:
        base.execute("COMMIT")


def _as_stored(values: Mapping[str, Any]) -> dict[str, Any]:
    return {f"desk_{name}": values[name] for name in DECISION_COLUMNS}


def _in_words(values: Mapping[str, Any]) -> dict[str, Any]:
    shown = dict(values)
    for name in _TIMES:
        shown[name] = local_time(values[name]) or None
    for name in ("state", "decision"):
        if values[name] in _CODES:
            shown[name] = tr_in("code", values[name])
    return {heading(name): value for name, value in _as_stored(shown).items()}


def _with_decision(
    base: sqlite3.Connection, number: int, shown: Callable[[Mapping[str, Any]], dict[str, Any]]
) -> Record:
    found = find_document(base, number)
    row = found.row
    lead = None
    if row["lead"] is not None:
        lead = base.execute("SELECT id FROM documents WHERE doc = ?", (row["lead"],)).fetchone()["id"]
    file = base.execute("SELECT sha256 FROM files WHERE file = ?", (row["file"],)).fetchone()
    values = {
        **{name: row[name] for name in ("state", "decided", "decided_by", "office", "person", "note")},
        "decision": row["label"],
        "group": lead,
        "received": row["received"],
        "sha256_of_file": file["sha256"],
    }
    return {
        **found.record,
        "id": row["id"],
        "entities": found.entities,
        "columns": {**(found.record.get("columns") or {}), **shown(values)},
    }


def _text(base: sqlite3.Connection, name: str) -> str:
    row = base.execute("SELECT text FROM texts JOIN documents USING (doc) WHERE id = ?", (name,)).fetchone()
    return str(row["text"])
