"""What officers do with documents: each act is one transaction that changes documents and says so in events.

An act names the version of the document that was on the officer's page. If it has changed since, the act
is refused, and nothing is lost but a click.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Literal, NamedTuple

from nhsa_nlp.desk import events
from nhsa_nlp.desk.events import Event, Kind
from nhsa_nlp.desk.store import NotFoundError, Store, now, written
from nhsa_nlp.errors import InputError, NhsaNlpError
from nhsa_nlp.topic.labels import SCOPED_LABELS

State = Literal["new", "decided", "postponed", "returned", "merged"]
STATES: Final[tuple[State, ...]] = ("new", "decided", "postponed", "returned", "merged")

CHOICES: Final = SCOPED_LABELS
"""What a document may be called: the seven labels, and none of the three sectors."""

CLAIM_MINUTES: Final = 10
"""After which a document that somebody opened is free for others again."""

_LONGEST_NOTE = 4_000
_LONGEST_NAME = 100
_ACTS_BACK = 20  # that undoing looks at, if what came after the last ones hinders it
_DECISIONS = frozenset({"accept", "relabel"})


class RefusedError(NhsaNlpError):
    """Something that cannot be done as things are; its message is shown to the officer."""


class ConflictError(RefusedError):
    """A document that somebody else has changed since it was shown."""


class Undone(NamedTuple):
    """What undoing did.

    Attributes
    ----------
    documents
        Those that are as they were before.
    passed_over
        Why a later act was not undone instead, if there was one.
    """

    documents: list[int]
    passed_over: str | None


class Desk:
    """The acts of one officer.

    Parameters
    ----------
    store
        The desk's.
    actor
        The name that the events will have.
    """

    def __init__(self, store: Store, actor: str):
        self._store = store
        self._actor = actor

    def decide(self, doc: int, version: int, label: str) -> int | None:
        """Give a document its label; that of the model is accepted, another overrules it.

        Returns
        -------
        int | None
            The number of the act; of this and the other acts None if it changed nothing.

        Raises
        ------
        InputError
            If it is not a label.
        NotFoundError
            If there is no such document.
        ConflictError
            If the document has changed, or somebody else is at it.
        """
        if label not in CHOICES:
            raise InputError("there is no label '{label}'", label=label[:20])
        with self._store.writing() as base:
            return self._decide(base, self._document(base, doc, version), label)

    def accept_all(self, documents: Iterable[tuple[int, int]]) -> tuple[int | None, list[int]]:
        """Accept the model's answers to several documents in one act.

        Parameters
        ----------
        documents
            Numbers and versions.

        Returns
        -------
        tuple[int | None, list[int]]
            The number of the act, if any document was accepted, and the documents that were not: changed
            meanwhile, claimed by somebody else, not there, or without an answer.
        """

        def accept(base: sqlite3.Connection, row: sqlite3.Row, batch: int | None) -> int | None:
            if row["answer"] not in CHOICES or row["state"] != "new":
                raise RefusedError("there is no answer to accept")
            return self._decide(base, row, row["answer"], batch)

        return self._all(documents, accept)

    def assign(self, doc: int, version: int, office: str | None, person: str | None) -> int | None:
        """Assign a document to an office, a person, or nobody."""
        changes = {"office": _name(office), "person": _name(person)}
        with self._store.writing() as base:
            return self._change(base, self._document(base, doc, version), "assign", changes)

    def assign_all(
        self, documents: Iterable[tuple[int, int]], office: str | None, person: str | None
    ) -> tuple[int | None, list[int]]:
        """Assign several documents in one act; parameters and result are as of `accept_all`."""
        changes = {"office": _name(office), "person": _name(person)}
        return self._all(
            documents, lambda base, row, batch: self._change(base, row, "assign", changes, batch)
        )

    def note(self, doc: int, version: int, text: str) -> int | None:
        """Replace the note on a document."""
        if len(text) > _LONGEST_NOTE:
            raise InputError("the note is longer than {count} characters; shorten it", count=_LONGEST_NOTE)
        with self._store.writing() as base:
            return self._change(
                base, self._document(base, doc, version), "note", {"note": text.strip() or None}
            )

    def postpone(self, doc: int, version: int, until: str | None) -> int | None:
        """Put a document off, until a day (ISO 8601) that is not past, or for the time being."""
        if until:
            try:
                until = str(datetime.strptime(until, "%Y-%m-%d").replace(tzinfo=UTC).date())
            except ValueError:
                raise InputError("{day!r} is not a date; write it as 2026-01-31", day=until[:20]) from None
            if until < str(date.today()):  # noqa: DTZ011 - where the office is
                raise InputError("{day} is past; choose today or a later day", day=until)
        changes = {"state": "postponed", "until": until or None}
        with self._store.writing() as base:
            return self._change(base, self._document(base, doc, version), "postpone", changes)

    def send_back(self, doc: int, version: int, reason: str) -> int | None:
        """Send a document back to where it came from, with the reason as its note."""
        if not reason.strip():
            raise InputError("say why it is sent back")
        if len(reason) > _LONGEST_NOTE:
            raise InputError("the reason is longer than {count} characters; shorten it", count=_LONGEST_NOTE)
        changes = {"state": "returned", "note": reason.strip()}
        with self._store.writing() as base:
            return self._change(base, self._document(base, doc, version), "send_back", changes)

    def reopen(self, doc: int, version: int) -> int | None:
        """Put a document back into the queue."""
        changes: dict[str, Any] = dict.fromkeys(("label", "until", "lead", "decided", "decided_by"))
        with self._store.writing() as base:
            return self._change(
                base, self._document(base, doc, version), "reopen", {**changes, "state": "new"}
            )

    def merge(self, lead: int, members: Sequence[tuple[int, int]]) -> int | None:
        """Put documents into the group that another leads, to be answered with it.

        Parameters
        ----------
        lead
            The number of the leading document.
        members
            Numbers and versions of the others.

        Raises
        ------
        InputError
            If there are no members.
        NotFoundError
            If one of the documents is not there.
        RefusedError
            If the lead is in a group itself, or a member leads one or is the lead.
        ConflictError
            If a member has changed.
        """
        if not members:
            raise InputError("select documents to merge first")
        batch: int | None = None
        with self._store.writing() as base:
            if (row := _row(base, lead))["lead"] is not None:
                raise RefusedError(
                    "the leading document is merged into {id}; have that one lead", id=_id(base, row["lead"])
                )
            for doc, version in members:
                member = self._document(base, doc, version)
                if doc == lead or base.execute("SELECT 1 FROM documents WHERE lead = ?", (doc,)).fetchone():
                    raise RefusedError("{id} leads a group itself and cannot be merged", id=member["id"])
                changes = {"state": "merged", "lead": lead}
                batch = self._change(base, member, "merge", changes, batch)
        return batch

    def change_entities(self, doc: int, version: int, entities: Sequence[Mapping[str, Any]]) -> int | None:
        """Replace what is tagged in a document; see `nhsa_nlp.desk.corrections`."""
        with self._store.writing() as base:
            text = json.dumps(list(entities), ensure_ascii=False)
            return self._change(base, self._document(base, doc, version), "entities", {"entities": text})

    def undo(self) -> Undone:
        """Undo this officer's last act that is not undone yet and that nobody has built upon since.

        Raises
        ------
        RefusedError
            If there is none.
        ConflictError
            If somebody has changed the documents of all of the last ones since.
        """
        with self._store.writing() as base:
            conflict: ConflictError | None = None
            for act in self._last_acts(base):
                documents = [event.doc for event in act if event.doc is not None]
                try:
                    for event in act:
                        _refuse_undoing(base, event)
                except ConflictError as error:
                    conflict = conflict or error
                    continue
                batch: int | None = None
                for event, doc in zip(reversed(act), reversed(documents), strict=True):
                    changes = {**event.before, "undoes": event.seq}
                    batch = self._change(base, _row(base, doc), "undo", changes, batch) or batch
                return Undone(documents, None if conflict is None else str(conflict))
            raise conflict or RefusedError("there is nothing to undo")

    def claim(self, doc: int) -> str | None:
        """Tell others that this officer is at a document, for a while.

        Returns
        -------
        str | None
            Who else is at it, if somebody is: then it is not claimed.
        """
        if (other := claimed_by_other(self._store.reading(), doc, self._actor)) is not None:
            return other
        until = datetime.now(UTC) + timedelta(minutes=CLAIM_MINUTES)
        with self._store.writing(durable=False) as base:
            if (other := claimed_by_other(base, doc, self._actor)) is None:
                base.execute("DELETE FROM claims WHERE actor = ?", (self._actor,))
                base.execute(
                    "INSERT OR REPLACE INTO claims VALUES (?, ?, ?)",
                    (doc, self._actor, written(until)),
                )
            return other

    def _all(
        self,
        documents: Iterable[tuple[int, int]],
        act: Callable[[sqlite3.Connection, sqlite3.Row, int | None], int | None],
    ) -> tuple[int | None, list[int]]:
        """Do the same with several documents, as one act; those with which it cannot be done are left."""
        batch: int | None = None
        left = []
        with self._store.writing() as base:
            for doc, version in documents:
                try:
                    batch = act(base, self._document(base, doc, version), batch)
                except (RefusedError, NotFoundError):
                    left.append(doc)
        return batch, left

    def _decide(
        self, base: sqlite3.Connection, row: sqlite3.Row, label: str, batch: int | None = None
    ) -> int | None:
        kind: Kind = "accept" if label == row["answer"] else "relabel"
        changes = {"state": "decided", "label": label, "decided": now(), "decided_by": self._actor}
        return self._change(base, row, kind, {**changes, "until": None, "lead": None}, batch)

    def _document(self, base: sqlite3.Connection, doc: int, version: int) -> sqlite3.Row:
        row = _row(base, doc)
        if row["version"] != version:
            last = base.execute(
                "SELECT actor FROM events WHERE doc = ? ORDER BY seq DESC LIMIT 1", (doc,)
            ).fetchone()
            raise ConflictError(
                "{id} was changed by {name}; look at it as it is now", id=row["id"], name=last["actor"]
            )
        if (other := claimed_by_other(base, doc, self._actor)) is not None:
            raise ConflictError(
                "{name} is working on {id}; it is released after {count} minutes without activity",
                id=row["id"],
                name=other,
                count=CLAIM_MINUTES,
            )
        return row

    def _change(
        self,
        base: sqlite3.Connection,
        row: sqlite3.Row,
        kind: Kind,
        changes: Mapping[str, Any],
        batch: int | None = None,
    ) -> int | None:
        """Set fields of a document; return the number of the act, None if nothing was to be changed by it."""
        after = {
            name: value
            for name, value in changes.items()
            if name not in events.FIELDS or value != row[name] or kind in _DECISIONS
        }
        if not after:
            return batch
        before = {name: row[name] for name in after if name in events.FIELDS}
        version = row["version"] + 1
        columns = ", ".join(f"{name} = ?" for name in before)
        base.execute(
            f"UPDATE documents SET version = ?{', ' if columns else ''}{columns} WHERE doc = ?",  # noqa: S608
            (version, *(after[name] for name in before), row["doc"]),
        )
        base.execute("DELETE FROM claims WHERE doc = ?", (row["doc"],))
        seq = events.append(
            base,
            self._actor,
            kind,
            doc=row["doc"],
            version=version,
            batch=batch,
            before=before,
            after=after,
            model=_model(base, row["bundle"]),
        )
        return seq if batch is None else batch

    def _last_acts(self, base: sqlite3.Connection) -> Iterator[list[Event]]:
        """Yield the last few acts that are not undone, the newest first."""
        undone: set[int] = set()
        seen: set[int] = set()
        for row in base.execute(
            "SELECT seq, kind, batch, after FROM events WHERE actor = ? ORDER BY seq DESC", (self._actor,)
        ):
            if row["kind"] == "undo":
                undone.add(json.loads(row["after"])["undoes"])
            elif row["kind"] not in _LASTING and row["seq"] not in undone and row["batch"] not in seen:
                if len(seen) >= _ACTS_BACK:
                    return
                seen.add(row["batch"])
                yield events.of_batch(base, row["batch"])


_LASTING = frozenset({"received", "answer", "use_bundle"})


def _refuse_undoing(base: sqlite3.Connection, event: Event) -> None:
    """Refuse to undo an event if what it did was changed since."""
    assert event.doc is not None  # noqa: S101 - only acts on documents can be undone
    row = _row(base, event.doc)
    if _undoable(base, event.doc) != event.seq:
        raise ConflictError("{id} was changed since; it cannot be undone", id=row["id"])
    if (lead := event.before.get("lead")) is not None:
        _refuse_nesting(base, row, lead)


def _refuse_nesting(base: sqlite3.Connection, row: sqlite3.Row, lead: int) -> None:
    """Refuse to put a document back into a group if either leads or is led by another since."""
    leads = base.execute("SELECT 1 FROM documents WHERE lead = ?", (row["doc"],)).fetchone() is not None
    if leads or _row(base, lead)["lead"] is not None:
        raise ConflictError("the group that {id} was in was changed since; it cannot be undone", id=row["id"])


def _undoable(base: sqlite3.Connection, doc: int) -> int | None:
    """Return the last act on a document that is neither undone nor an undoing."""
    undone: set[int] = set()
    for event in reversed(events.history(base, doc)):
        if event.kind == "undo":
            undone.add(event.after["undoes"])
        elif event.kind not in _LASTING and event.seq not in undone:
            return event.seq
    return None


def claimed_by_other(base: sqlite3.Connection, doc: int, actor: str) -> str | None:
    """Return who else is at a document, if somebody is."""
    row = base.execute(
        "SELECT actor FROM claims WHERE doc = ? AND actor != ? AND until > ?", (doc, actor, now())
    ).fetchone()
    return None if row is None else str(row["actor"])


def _row(base: sqlite3.Connection, doc: int) -> sqlite3.Row:
    row: sqlite3.Row | None = base.execute("SELECT * FROM documents WHERE doc = ?", (doc,)).fetchone()
    if row is None:
        raise NotFoundError("there is no document {number}", number=doc)
    return row


def _id(base: sqlite3.Connection, doc: int) -> str:
    return str(_row(base, doc)["id"])


def _model(base: sqlite3.Connection, bundle: int) -> str:
    row = base.execute("SELECT name, version FROM bundles WHERE bundle = ?", (bundle,)).fetchone()
    return f"{row['name']} {row['version']}"


def _name(given: str | None) -> str | None:
    name = " ".join((given or "").split())
    if len(name) > _LONGEST_NAME:
        raise InputError("the name is longer than {count} characters; shorten it", count=_LONGEST_NAME)
    return name or None
