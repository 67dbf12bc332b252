"""The events of a desk: everything that was done, in a chain that shows whether any of it was changed.

An event holds who did what to which document, the fields before and after, and the model whose answer
was on the page. Its hash covers all that and the hash before it, so that an event that is altered,
inserted or taken out breaks the chain (Haber and Stornetta 1991). Cutting off the newest events leaves
a shorter chain that holds; the hash of the last event, noted elsewhere, shows that too.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from nhsa_nlp.desk.store import now
from nhsa_nlp.translation import Message

Kind = Literal[
    "received",
    "accept",
    "relabel",
    "entities",
    "assign",
    "merge",
    "note",
    "postpone",
    "send_back",
    "reopen",
    "undo",
    "answer",
    "use_bundle",
]

FIELDS = ("state", "label", "office", "person", "lead", "until", "note", "entities", "decided", "decided_by")
"""The columns of a document that its events set."""

_GIVEN = ("id", "source", "answer")  # by the event that received the document; the model may answer again
_GENESIS = "0" * 64
_HASHED = ("seq", "at", "actor", "kind", "doc", "version", "batch", "before", "after", "model")


@dataclass(frozen=True, slots=True)
class Event:
    """An event as it is in the database; ``before`` and ``after`` hold the fields that it changed."""

    seq: int
    at: str
    actor: str
    kind: str
    doc: int | None
    version: int | None
    batch: int
    before: dict[str, Any]
    after: dict[str, Any]
    model: str | None


def append(
    base: sqlite3.Connection,
    actor: str,
    kind: Kind,
    *,
    doc: int | None = None,
    version: int | None = None,
    batch: int | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    model: str | None = None,
) -> int:
    """Append an event, within the transaction that does what it says.

    Parameters
    ----------
    version
        Of the document after it.
    batch
        The number of the first event of those that were one act; its own if it is the first.

    Returns
    -------
    int
        Its number.
    """
    last = base.execute("SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1").fetchone()
    seq, previous = (1, _GENESIS) if last is None else (last["seq"] + 1, last["hash"])
    row = {
        "seq": seq,
        "at": now(),
        "actor": actor,
        "kind": kind,
        "doc": doc,
        "version": version,
        "batch": seq if batch is None else batch,
        "before": _json(before or {}),
        "after": _json(after or {}),
        "model": model,
    }
    names = (*_HASHED, "hash")
    base.execute(
        f"INSERT INTO events ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",  # noqa: S608
        (*row.values(), _hash(previous, row)),
    )
    return seq


def history(base: sqlite3.Connection, doc: int) -> list[Event]:
    """Return the events of a document, the oldest first."""
    return [_event(row) for row in base.execute("SELECT * FROM events WHERE doc = ? ORDER BY seq", (doc,))]


def of_batch(base: sqlite3.Connection, batch: int) -> list[Event]:
    """Return the events of one act."""
    return [
        _event(row) for row in base.execute("SELECT * FROM events WHERE batch = ? ORDER BY seq", (batch,))
    ]


def last_hash(base: sqlite3.Connection) -> str:
    """Return the hash of the last event: noted elsewhere, it vouches for all of them."""
    row = base.execute("SELECT hash FROM events ORDER BY seq DESC LIMIT 1").fetchone()
    return _GENESIS if row is None else str(row["hash"])


def verify(base: sqlite3.Connection) -> Iterator[str]:
    """Yield what is wrong with the events, and with documents that are not as their events made them.

    Yields
    ------
    str
        One line a fault; nothing if all is as it was written.
    """
    try:
        yield from _faults(base)
    except sqlite3.DatabaseError as error:
        yield f"the database is damaged ({error}); restore a copy"


def _faults(base: sqlite3.Connection) -> Iterator[str]:
    previous = _GENESIS
    derived: dict[int, dict[str, Any]] = {}
    versions: dict[int, int] = {}
    for number, row in enumerate(base.execute("SELECT * FROM events ORDER BY seq"), start=1):
        if row["seq"] != number:
            yield Message("event {number} is missing", number=number)
            return
        if _hash(previous, {name: row[name] for name in _HASHED}) != row["hash"]:
            yield Message("event {number} was changed, or what was before it", number=number)
            return
        previous = row["hash"]
        if row["doc"] is not None:
            derived.setdefault(row["doc"], {}).update(json.loads(row["after"]))
            versions[row["doc"]] = row["version"]
    for row in base.execute("SELECT d.*, t.text FROM documents d LEFT JOIN texts t USING (doc) ORDER BY doc"):
        yield from _document_faults(row, derived.pop(row["doc"], None), versions.get(row["doc"]))
    for doc in sorted(derived):
        yield Message("document {number} is missing", number=doc)


def _document_faults(
    row: sqlite3.Row, fields: Mapping[str, Any] | None, version: int | None
) -> Iterator[str]:
    if fields is None:
        yield Message("document {doc} ({id}) was never received", doc=row["doc"], id=row["id"])
        return
    wrong = [name for name in (*FIELDS, *_GIVEN) if fields.get(name) != row[name]]
    if wrong or row["version"] != version:
        yield (
            Message(
                "document {doc} ({id}) is not as its events made it: {wrong}",
                doc=row["doc"],
                id=row["id"],
                wrong=", ".join(wrong) or "version",
            )
        )
    text = row["text"]
    if text is None or hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() != row["sha256"]:
        yield Message("the text of document {doc} ({id}) was changed", doc=row["doc"], id=row["id"])
    elif fields.get("sha256") != row["sha256"]:
        yield Message(
            "document {doc} ({id}) has another text than was received", doc=row["doc"], id=row["id"]
        )


def _event(row: sqlite3.Row) -> Event:
    given = {name: row[name] for name in _HASHED if name not in ("before", "after")}
    return Event(**given, before=json.loads(row["before"]), after=json.loads(row["after"]))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _hash(previous: str, row: Mapping[str, Any]) -> str:
    return hashlib.sha256(f"{previous}\n{_json(row)}".encode("utf-8", "surrogatepass")).hexdigest()
