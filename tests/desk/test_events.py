from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable

import pytest

from nhsa_nlp.desk import events
from nhsa_nlp.desk.decisions import Desk
from nhsa_nlp.desk.store import Store
from tests.desk.desks import OTHER, TEXT, fields, put

pytestmark = pytest.mark.usefixtures("chinese")


@pytest.fixture
def desk(store: Store) -> Store:
    """A desk on which something was done."""
    first, second = put(store, "a", TEXT), put(store, "b", OTHER)
    officer = Desk(store, "甲")
    officer.decide(first, 0, "医疗")
    officer.note(first, 1, "已电话核实")
    officer.assign(second, 0, "规财处", None)
    officer.undo()
    return store


def unguarded(store: Store) -> sqlite3.Connection:
    """Open the database as somebody who has its file does."""
    base = sqlite3.connect(store.folder / "desk.sqlite", isolation_level=None)
    base.executescript("DROP TRIGGER events_are_not_changed; DROP TRIGGER events_are_not_deleted;")
    return base


def test_what_was_done_holds(desk: Store) -> None:
    assert list(events.verify(desk.reading())) == []


def test_events_are_neither_changed_nor_deleted(desk: Store) -> None:
    for statement in ("UPDATE events SET actor = '乙'", "DELETE FROM events WHERE seq = 2"):
        with pytest.raises(sqlite3.IntegrityError, match="only appended"):
            desk.reading().execute(statement)


def insert(base: sqlite3.Connection) -> None:
    """Append an event with a hash that does not follow from the one before."""
    base.execute(
        "INSERT INTO events SELECT seq + 1, at, actor, kind, doc, version, batch, before, after, model, hash "
        "FROM events ORDER BY seq DESC LIMIT 1"
    )


def exchange(base: sqlite3.Connection) -> None:
    """Have two events change places."""
    base.execute("UPDATE events SET seq = -4 WHERE seq = 4")
    base.execute("UPDATE events SET seq = 4 WHERE seq = 5")
    base.execute("UPDATE events SET seq = 5 WHERE seq = -4")


@pytest.mark.parametrize(
    ("tamper", "fault"),
    [
        (lambda base: base.execute("UPDATE events SET actor = '乙' WHERE seq = 4"), "event 4 was changed"),
        (
            lambda base: base.execute("UPDATE events SET at = '2020-01-01' WHERE seq = 4"),
            "event 4 was changed",
        ),
        (
            lambda base: base.execute(
                "UPDATE events SET after = replace(after, '医疗', '医药') WHERE seq = 4"
            ),
            "event 4 was changed",
        ),
        (lambda base: base.execute("UPDATE events SET model = NULL WHERE seq = 2"), "event 2 was changed"),
        (lambda base: base.execute("DELETE FROM events WHERE seq = 3"), "event 3 is missing"),
        (lambda base: base.execute("DELETE FROM events WHERE seq = 1"), "event 1 is missing"),
        (insert, "event 8 was changed"),
        (exchange, "event 4 was changed"),
    ],
)
def test_tampering_shows(desk: Store, tamper: Callable[[sqlite3.Connection], object], fault: str) -> None:
    base = unguarded(desk)
    tamper(base)
    base.close()
    assert [problem for problem in events.verify(desk.reading()) if problem.startswith(fault)]


def test_what_is_taken_out_cannot_be_covered_by_renumbering(desk: Store) -> None:
    base = unguarded(desk)
    base.execute("DELETE FROM events WHERE seq = 3")
    base.execute("UPDATE events SET seq = seq - 1 WHERE seq > 3")
    base.close()
    assert list(events.verify(desk.reading())) == ["event 3 was changed, or what was before it"]


def test_events_cut_off_show_in_the_last_hash_and_in_the_documents(desk: Store) -> None:
    noted = events.last_hash(desk.reading())
    base = unguarded(desk)
    base.execute("DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)")
    base.close()
    assert events.last_hash(desk.reading()) != noted
    assert list(events.verify(desk.reading())) == ["document 2 (b) is not as its events made it: office"]


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        (
            "UPDATE documents SET label = '医药' WHERE doc = 1",
            "document 1 (a) is not as its events made it: label",
        ),
        (
            "UPDATE documents SET state = 'new' WHERE doc = 1",
            "document 1 (a) is not as its events made it: state",
        ),
        (
            "UPDATE documents SET decided_by = '乙' WHERE doc = 1",
            "document 1 (a) is not as its events made it: decided_by",
        ),
        (
            "UPDATE documents SET version = 7 WHERE doc = 1",
            "document 1 (a) is not as its events made it: version",
        ),
        (
            "UPDATE documents SET answer = '医疗' WHERE doc = 1",
            "document 1 (a) is not as its events made it: answer",
        ),
        ("UPDATE documents SET id = 'c' WHERE doc = 2", "document 2 (c) is not as its events made it: id"),
        ("UPDATE texts SET text = '别的' WHERE doc = 2", "the text of document 2 (b) was changed"),
        ("DELETE FROM texts WHERE doc = 2", "the text of document 2 (b) was changed"),
        (
            f"UPDATE documents SET sha256 = '{hashlib.sha256('别的'.encode()).hexdigest()}' WHERE doc = 2; "  # noqa: S608
            "UPDATE texts SET text = '别的' WHERE doc = 2",
            "document 2 (b) has another text than was received",
        ),
        ("DELETE FROM documents WHERE doc = 2", "document 2 is missing"),
        (
            "INSERT INTO documents (id, file, part, source, sha256, chars, subject, received, bundle, rank) "
            "SELECT 'c', 1, 9, 'c.txt', sha256, chars, subject, received, bundle, rank FROM documents "
            "WHERE doc = 1",
            "document 3 (c) was never received",
        ),
    ],
)
def test_documents_changed_behind_the_back_of_the_events_show(
    desk: Store, statement: str, fault: str
) -> None:
    base = sqlite3.connect(desk.folder / "desk.sqlite", isolation_level=None)
    base.executescript(statement)
    base.close()
    assert fault in list(events.verify(desk.reading()))


def test_a_damaged_database_is_a_fault(desk: Store) -> None:
    (root, size) = (
        desk.reading()
        .execute("SELECT rootpage, page_size FROM sqlite_master, pragma_page_size WHERE name = 'texts'")
        .fetchone()
    )
    desk.close()
    with (desk.folder / "desk.sqlite").open("rb+") as file:
        file.seek((root - 1) * size)
        file.write(b"\x99" * size)
    with Store(desk.folder) as damaged:
        (fault,) = events.verify(damaged.reading())
    assert fault.startswith("the database is damaged")


def test_the_history_says_what_was_before_and_after(desk: Store) -> None:
    received, decided, noted = events.history(desk.reading(), 1)
    assert [event.kind for event in (received, decided, noted)] == ["received", "relabel", "note"]
    assert (decided.before["state"], decided.after["state"]) == ("new", "decided")
    assert (decided.before["label"], decided.after["label"]) == (None, "医疗")
    assert decided.after["decided_by"] == "甲"
    assert (noted.before, noted.after) == ({"note": None}, {"note": "已电话核实"})
    assert decided.model == noted.model == received.model != ""
    assert decided.after["decided"] == fields(desk, 1)["decided"]


def test_each_event_says_what_the_document_was_and_became(desk: Store) -> None:
    """Played in order the events end where the documents are, each beginning where the last one ended."""
    for doc in (1, 2):
        state = dict.fromkeys(events.FIELDS)
        for event in events.history(desk.reading(), doc):
            assert {name: state[name] for name in event.before if name in state} == event.before
            state |= {name: value for name, value in event.after.items() if name in state}
        row = fields(desk, doc)
        assert state == {name: row[name] for name in events.FIELDS}


def test_the_hash_is_over_what_is_written(desk: Store) -> None:
    row = desk.reading().execute("SELECT * FROM events WHERE seq = 1").fetchone()
    names = ("seq", "at", "actor", "kind", "doc", "version", "batch", "before", "after", "model")
    text = json.dumps(
        {name: row[name] for name in names}, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    assert hashlib.sha256(f"{'0' * 64}\n{text}".encode()).hexdigest() == row["hash"]
