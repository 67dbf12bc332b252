"""The tables of a desk's database, and how an older database gets those of a newer version.

What officers do is written to ``events`` alone, which is only ever appended to; the columns of
``documents`` that say how a document stands are derived from it (see `nhsa_nlp.desk.events`).
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from nhsa_nlp.errors import InputError

APPLICATION_ID = 0x4E48444B  # "NHDK"

_VERSION_1 = """
CREATE TABLE bundles (
    bundle INTEGER PRIMARY KEY, name TEXT NOT NULL, version TEXT NOT NULL, digest TEXT NOT NULL UNIQUE,
    path TEXT, added TEXT NOT NULL, comparison TEXT);
CREATE TABLE files (
    file INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, stored TEXT NOT NULL,
    size INTEGER NOT NULL, heavy INTEGER NOT NULL, source TEXT NOT NULL,
    received TEXT NOT NULL, actor TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'read', 'failed')), documents INTEGER NOT NULL DEFAULT 0,
    repeated INTEGER NOT NULL DEFAULT 0, error TEXT);
CREATE INDEX files_state ON files (state);
CREATE INDEX files_sha256 ON files (sha256);
CREATE TABLE documents (
    doc INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, file INTEGER NOT NULL REFERENCES files,
    part INTEGER NOT NULL, source TEXT NOT NULL, sha256 TEXT NOT NULL, chars INTEGER NOT NULL,
    subject TEXT NOT NULL, number TEXT, date TEXT, received TEXT NOT NULL,
    bundle INTEGER NOT NULL REFERENCES bundles, answer TEXT, probability REAL, reason TEXT,
    rank INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'new', label TEXT, office TEXT,
    person TEXT, lead INTEGER REFERENCES documents, until TEXT, note TEXT, entities TEXT,
    decided TEXT, decided_by TEXT,
    shown TEXT GENERATED ALWAYS AS (coalesce(label, answer)) VIRTUAL,
    UNIQUE (file, part));
CREATE INDEX documents_queue ON documents (state, rank, doc);
CREATE INDEX documents_label ON documents (state, shown, rank, doc);
CREATE INDEX documents_bundle ON documents (state, bundle);
CREATE INDEX documents_sha256 ON documents (sha256);
CREATE INDEX documents_person ON documents (person, state) WHERE person IS NOT NULL;
CREATE INDEX documents_office ON documents (office, state) WHERE office IS NOT NULL;
CREATE INDEX documents_lead ON documents (lead) WHERE lead IS NOT NULL;
CREATE INDEX documents_decided ON documents (decided) WHERE decided IS NOT NULL;
CREATE TABLE texts (doc INTEGER PRIMARY KEY REFERENCES documents, text TEXT NOT NULL);
CREATE TABLE answers (
    doc INTEGER NOT NULL REFERENCES documents, bundle INTEGER NOT NULL REFERENCES bundles,
    record TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (doc, bundle)) WITHOUT ROWID;
CREATE VIRTUAL TABLE text_index USING fts5(
    tokens, content='', tokenize="unicode61 remove_diacritics 0");
CREATE TABLE sketches (hash INTEGER NOT NULL, doc INTEGER NOT NULL, PRIMARY KEY (hash, doc)) WITHOUT ROWID;
CREATE TABLE twins (
    doc INTEGER NOT NULL, other INTEGER NOT NULL, share REAL NOT NULL,
    PRIMARY KEY (doc, other)) WITHOUT ROWID;
CREATE TABLE events (
    seq INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, kind TEXT NOT NULL,
    doc INTEGER REFERENCES documents, version INTEGER, batch INTEGER NOT NULL, before TEXT NOT NULL,
    after TEXT NOT NULL, model TEXT, hash TEXT NOT NULL);
CREATE INDEX events_doc ON events (doc, seq);
CREATE INDEX events_actor ON events (actor, seq);
CREATE INDEX events_batch ON events (batch);
CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events
    BEGIN SELECT raise(ABORT, 'events are only appended'); END;
CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events
    BEGIN SELECT raise(ABORT, 'events are only appended'); END;
CREATE TABLE claims (doc INTEGER PRIMARY KEY, actor TEXT NOT NULL, until TEXT NOT NULL);
CREATE TABLE users (
    name TEXT PRIMARY KEY, role TEXT NOT NULL CHECK (role IN ('reader', 'officer', 'lead', 'admin')),
    password TEXT NOT NULL, active INTEGER NOT NULL DEFAULT 1, added TEXT NOT NULL);
CREATE TABLE sessions (
    token TEXT PRIMARY KEY, name TEXT NOT NULL, csrf TEXT NOT NULL, began TEXT NOT NULL, seen TEXT NOT NULL);
CREATE TABLE attempts (key TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX attempts_key ON attempts (key, at);
CREATE TABLE views (
    view INTEGER PRIMARY KEY, actor TEXT NOT NULL, name TEXT NOT NULL, query TEXT NOT NULL,
    UNIQUE (actor, name));
CREATE TABLE inbox (path TEXT PRIMARY KEY, size INTEGER NOT NULL, modified INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""

_VERSION_2 = """
ALTER TABLE files ADD COLUMN alike INTEGER NOT NULL DEFAULT 0;
"""

_MIGRATIONS = (_VERSION_1, _VERSION_2)
"""What brings a database from each version, counted from 0, to the next; never changed once released."""

VERSION = len(_MIGRATIONS)


def migrate(base: sqlite3.Connection, path: Path) -> None:
    """Give a database the tables of this version, whichever it has.

    Raises
    ------
    InputError
        If it is not a desk's database, or of a later version.
    """
    base.execute("BEGIN IMMEDIATE")
    try:
        (version,) = base.execute("PRAGMA user_version").fetchone()
        (application,) = base.execute("PRAGMA application_id").fetchone()
        if version == 0 and base.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None:
            base.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        elif application != APPLICATION_ID:
            raise InputError("is not the database of a desk; choose another folder with --data", path)
        if version > VERSION:
            raise InputError(
                "was written by a later version (tables {version}); upgrade nhsa-nlp", path, version=version
            )
        for step in _MIGRATIONS[version:]:
            for statement in _statements(step):
                base.execute(statement)
        base.execute(f"PRAGMA user_version = {VERSION}")
        base.execute("COMMIT")
    except BaseException:
        base.execute("ROLLBACK")
        raise


def _statements(script: str) -> list[str]:
    """Split a script; `sqlite3.Connection.executescript` would commit what went before."""
    found, statement = [], ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            found.append(statement)
            statement = ""
    return found
