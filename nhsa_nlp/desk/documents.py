"""Documents of a desk: put in with the model's answer, and read with all that is known of them."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Any, cast

from nhsa_nlp.desk import events
from nhsa_nlp.desk.queue import rank
from nhsa_nlp.desk.store import NotFoundError, now
from nhsa_nlp.desk.twins import find_twins
from nhsa_nlp.io.store.search_tokens import index_text
from nhsa_nlp.record import EntityRecord, Record
from nhsa_nlp.text import clean
from nhsa_nlp.topic.labels import OUT_OF_SCOPE

_SUBJECT = 60  # characters of the text that stand for a subject
_SCOPES = ("out_of_scope", "near_scope")


@dataclass(frozen=True, slots=True)
class Found:
    """A document with its text and the model's record; ``row`` is that of the table of documents."""

    row: sqlite3.Row
    text: str
    record: Record

    @property
    def entities(self) -> list[EntityRecord]:
        """What is tagged in it: as corrected, or as the model found it."""
        corrected = self.row["entities"]
        if corrected is None:
            return self.record["entities"]
        return cast("list[EntityRecord]", json.loads(corrected))


def add_document(
    base: sqlite3.Connection, file: sqlite3.Row, part: int, record: Record, text: str, actor: str, bundle: int
) -> int | None:
    """Put a document in, with the model's answer.

    Parameters
    ----------
    file
        The row of the file it came in.
    part
        Its place in that file.
    record
        Its ``id`` is the one wanted; a number is added if another document has it.

    Returns
    -------
    int | None
        Its number; None if the same document had come in before.
    """
    known = base.execute(
        "SELECT 1 FROM documents WHERE (file = ? AND part = ?) OR (sha256 = ? AND source = ?)",
        (file["file"], part, record["sha256"], record["source"]),
    ).fetchone()
    if known is not None:
        return None
    letter = record["letter"]
    columns = record.get("columns") or {}
    model = _answer(record)
    row = base.execute(
        "INSERT INTO documents (id, file, part, source, sha256, chars, subject, number, date, received, "  # noqa: S608
        f"bundle, answer, probability, reason, rank) VALUES ({', '.join('?' * 15)}) RETURNING doc, id",
        (
            _free_id(base, record["id"]),
            file["file"],
            part,
            record["source"],
            record["sha256"],
            record["chars"],
            subject_of(record, text),
            (letter and (letter["number"] or letter["proposal_number"]))
            or _column(columns, "编号", "案号", "号"),
            letter and letter["date"],
            now(),
            bundle,
            *model,
            rank(model[-1]),
        ),
    ).fetchone()
    doc = int(row["doc"])
    base.execute("INSERT INTO texts VALUES (?, ?)", (doc, text))
    base.execute(
        "INSERT INTO text_index (rowid, tokens) VALUES (?, ?)",
        (doc, index_text("\n".join([record["id"], *_words(columns), text]))),
    )
    _keep_answer(base, doc, record, bundle)
    events.append(
        base,
        actor,
        "received",
        doc=doc,
        version=0,
        after={
            **dict.fromkeys(events.FIELDS),
            "state": "new",
            "id": row["id"],
            "source": record["source"],
            "sha256": record["sha256"],
            "answer": model[0],
        },
        model=f"{record['model']['name']} {record['model']['version']}",
    )
    for other, _ in find_twins(base, doc, text):
        _mark_twins(base, doc, other)
    return doc


def answer_again(base: sqlite3.Connection, doc: int, record: Record, bundle: int, actor: str) -> None:
    """Replace the model's answer to a document that nobody has decided."""
    row = base.execute("SELECT * FROM documents WHERE doc = ? AND state = 'new'", (doc,)).fetchone()
    if row is None:
        return
    # It was made of the text alone; what the document came with stays.
    record = cast("Record", {**record_of(base, row), **record, "id": row["id"], "source": row["source"]})
    model = _answer(record)
    version = row["version"] + 1
    base.execute(
        "UPDATE documents SET bundle = ?, answer = ?, probability = ?, reason = ?, rank = ?, version = ? "
        "WHERE doc = ?",
        (bundle, *model, rank(model[-1]), version, doc),
    )
    _keep_answer(base, doc, record, bundle)
    events.append(
        base,
        actor,
        "answer",
        doc=doc,
        version=version,
        before={"answer": row["answer"]},
        after={"answer": model[0]},
        model=f"{record['model']['name']} {record['model']['version']}",
    )
    for twin in _twins(base, doc):
        _mark_twins(base, doc, twin)
        _look_again(base, twin)


def refuse_answer(base: sqlite3.Connection, doc: int, bundle: int) -> None:
    """Keep that a bundle cannot answer a document: it is not asked again, and the answer stays."""
    base.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, 'null', ?)", (doc, bundle, now()))


def find_document(base: sqlite3.Connection, doc: int) -> Found:
    """Return a document.

    Raises
    ------
    NotFoundError
        If there is none of this number.
    """
    row = base.execute("SELECT * FROM documents WHERE doc = ?", (doc,)).fetchone()
    if row is None:
        raise NotFoundError("there is no document {number}", number=doc)
    text = base.execute("SELECT text FROM texts WHERE doc = ?", (doc,)).fetchone()["text"]
    return Found(row, text, record_of(base, row))


def record_of(base: sqlite3.Connection, row: sqlite3.Row) -> Record:
    """Return the record of a document that is on its page."""
    found = base.execute(
        "SELECT record FROM answers WHERE doc = ? AND bundle = ?", (row["doc"], row["bundle"])
    ).fetchone()
    return cast("Record", json.loads(found["record"]))


def subject_of(record: Record, text: str) -> str:
    """Return what a document is called in a list: its subject, its title, or how it begins."""
    letter = record["letter"]
    title = _column(record.get("columns") or {}, "标题", "题目", "案由", "title", "subject")
    if letter is not None and letter["subject"]:
        return letter["subject"]
    if title:
        return title
    line = next((line for line in clean(text[:2000]).text.splitlines() if line.strip()), "")
    line = " ".join(line.split())
    return line if len(line) <= _SUBJECT else f"{line[:_SUBJECT]}…"


def _answer(record: Record) -> tuple[str | None, float | None, str | None]:
    """Return the label, its probability, and why it is to be reviewed, if it is."""
    topic = record["topic"]
    if topic is None:
        return None, None, "low_confidence"
    label = topic["label"]
    if label is None and topic["reason"] in _SCOPES:
        label = OUT_OF_SCOPE
    return label, topic["probability"], (topic["reason"] or "low_confidence") if topic["review"] else None


def _keep_answer(base: sqlite3.Connection, doc: int, record: Record, bundle: int) -> None:
    text = json.dumps(record, ensure_ascii=False)
    base.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)", (doc, bundle, text, now()))


def _mark_twins(base: sqlite3.Connection, *pair: int) -> None:
    """Have a person look at both of two near-duplicates if nothing else says so; first if they contradict."""
    rows = [base.execute("SELECT * FROM documents WHERE doc = ?", (doc,)).fetchone() for doc in pair]
    reason = "contradiction" if rows[0]["shown"] != rows[1]["shown"] else "group"
    for row in rows:
        if row["state"] == "new" and rank(reason) < row["rank"]:
            base.execute(
                "UPDATE documents SET reason = ?, rank = ? WHERE doc = ?", (reason, rank(reason), row["doc"])
            )


def _look_again(base: sqlite3.Connection, doc: int) -> None:
    """Find anew why a person has to look at a document that nobody has decided, a twin of which changed."""
    row = base.execute("SELECT * FROM documents WHERE doc = ? AND state = 'new'", (doc,)).fetchone()
    if row is None:
        return
    *_, reason = _answer(record_of(base, row))
    base.execute("UPDATE documents SET reason = ?, rank = ? WHERE doc = ?", (reason, rank(reason), doc))
    for twin in _twins(base, doc):
        _mark_twins(base, doc, twin)


def _twins(base: sqlite3.Connection, doc: int) -> list[int]:
    return [row["other"] for row in base.execute("SELECT other FROM twins WHERE doc = ?", (doc,))]


def _column(columns: Any, *names: str) -> str | None:
    for name in names:
        value = columns.get(name)
        if isinstance(value, str | int) and str(value).strip():
            return " ".join(str(value).split())
    return None


def _words(columns: Any) -> list[str]:
    """Return what a register says of a document in words, such as its title and who sent it."""
    return [value for value in columns.values() if isinstance(value, str)]


def _free_id(base: sqlite3.Connection, wanted: str) -> str:
    name, number = wanted, 1
    while base.execute("SELECT 1 FROM documents WHERE id = ?", (name,)).fetchone() is not None:
        number += 1
        name = f"{wanted}-{number}"
    return name
