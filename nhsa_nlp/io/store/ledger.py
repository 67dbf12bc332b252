"""What an archive that grows remembers of its documents: their files, and which are deleted.

An archive in SQLite has these tables among its own; a folder of Parquet parts has them in a database of its
own beside the parts. A file is known by its absolute path, its size and its modification time; a document
by its id and by the fingerprint of what was labelled.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from nhsa_nlp.io.document import Document
from nhsa_nlp.record import Record
from nhsa_nlp.translation import Message

LEDGER = "_documents.sqlite"
"""The database of a folder of parts; readers of folders pass over names with this beginning."""

FILES = """
CREATE TABLE files (
    file INTEGER PRIMARY KEY, path NOT NULL UNIQUE, size INTEGER, modified INTEGER, changed INTEGER,
    inode INTEGER);
"""
DOCUMENTS_INDICES = """
CREATE INDEX documents_id ON documents (id);
CREATE INDEX documents_file ON documents (file);
CREATE INDEX documents_deleted ON documents (deleted) WHERE deleted IS NOT NULL;
"""

ROWS_OF_PARTS = (
    "SELECT name, (SELECT count(*) FROM documents d WHERE d.part = p.part AND d.deleted IS NULL) "
    "FROM parts p ORDER BY name"
)
"""The names of a folder's parts, and how many documents each has."""

_LARGEST = (1 << 63) - 1


class FileState(NamedTuple):
    """A file as it was read: its size in bytes, two times in nanoseconds, and its number.

    The times are those of its modification and of its last change of any kind. Of standard input the time
    is a number made from its content. What is to be read again has none of it.
    """

    size: int | None = None
    modified: int | None = None
    changed: int | None = None
    inode: int | None = None

    @classmethod
    def of(cls, size: int, modified: int, changed: int, inode: int) -> FileState:
        """Return the state of a file, its number as SQLite holds it: of 63 bits."""
        return cls(size, modified, changed, inode & _LARGEST)


class Entry(NamedTuple):
    """A document that is not deleted; ``file`` is the number of its file, ``path`` that file's."""

    doc: int
    id: str
    source: str
    fingerprint: str
    bundle: str | None
    file: int
    path: str


ANEW = Message("move the folder away and write it anew")
"""What to do with a folder of parts that is damaged."""


def differs(name: str, rows: int, count: int) -> str:
    """Return what to say of a part that has other than the ``count`` documents its folder says."""
    return Message(
        "{name} is damaged: it has {rows} documents, not {count}; {advice}",
        name=name,
        rows=rows,
        count=count,
        advice=ANEW,
    )


def incomplete(name: str) -> str:
    """Return what to say of a folder of parts without one of its files."""
    return Message("{name} is missing; move the folder away and write it anew", name=name)


def fingerprint(sha256: str, columns: str | None) -> str:
    """Return what changes with a document: the SHA-256 of its text, or of that and its columns as JSON."""
    if columns is None:
        return sha256
    return hashlib.sha256(f"{sha256}\n{columns}".encode("utf-8", "surrogatepass")).hexdigest()


def document_fingerprint(document: Document) -> str:
    """Return the `fingerprint` of a document that has just been read."""
    digest = hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest()
    return fingerprint(digest, _as_json(document.columns or None))


def columns_text(record: Record) -> str | None:
    """Return the columns that a record carries, as the archive holds them."""
    return _as_json(record.get("columns"))


def _as_json(columns: Mapping[str, Any] | None) -> str | None:
    return None if columns is None else json.dumps(dict(columns), ensure_ascii=False, default=str)


class Ledger:
    """The files and documents of an archive, in an open database."""

    def __init__(self, base: sqlite3.Connection):
        self._base = base

    @property
    def last_file(self) -> int:
        """The highest number of a file; 0 without files."""
        return int(self._base.execute("SELECT coalesce(max(file), 0) FROM files").fetchone()[0])

    @property
    def last_document(self) -> int:
        """The highest number of a document; 0 without documents."""
        return int(self._base.execute("SELECT coalesce(max(doc), 0) FROM documents").fetchone()[0])

    def file(self, path: str) -> tuple[int, FileState] | None:
        """Return the number of a file, and what is known of it."""
        query = "SELECT file, size, modified, changed, inode FROM files WHERE path = ?"
        row = self._base.execute(query, (_stored(path),)).fetchone()
        return None if row is None else (row[0], FileState(*row[1:]))

    def files(self) -> Iterator[tuple[int, str]]:
        """Yield the number and path of each file that has documents."""
        rows = self._base.execute(
            "SELECT file, path FROM files WHERE file IN (SELECT file FROM documents WHERE deleted IS NULL) "
            "ORDER BY file"
        )
        return ((file, _path(stored)) for file, stored in rows)

    def add_file(self, path: str) -> int:
        """Add a file, of which nothing is known yet; return its number.

        Neither this nor `set_state` is a statement that SQLite would begin a savepoint for: at each of these
        the index of texts writes what it holds.
        """
        number = self._base.execute("INSERT INTO files (path) VALUES (?)", (_stored(path),)).lastrowid
        assert number is not None  # noqa: S101 - for the type checker
        return number

    def set_state(self, file: int, state: FileState) -> None:
        """Remember what a file is like now."""
        self._base.execute(
            "UPDATE files SET size = ?, modified = ?, changed = ?, inode = ? WHERE file = ?", (*state, file)
        )

    def forget_state(self, file: int) -> None:
        """Have a file read again by the next update."""
        self._base.execute("UPDATE files SET size = NULL, modified = NULL WHERE file = ?", (file,))

    def document(self, id_: str) -> Entry | None:
        """Return the document of this id."""
        return next(self._entries("d.id = ?", id_), None)

    def documents(self, file: int) -> Iterator[Entry]:
        """Yield the documents of a file."""
        return self._entries("d.file = ?", file)

    def made_by_another(self, bundle: str, file: int | None = None) -> int:
        """Return how many documents, of a file or of all, another bundle has labelled."""
        query = "SELECT count(*) FROM documents WHERE deleted IS NULL AND bundle IS NOT ?"
        if file is None:
            return int(self._base.execute(query, (bundle,)).fetchone()[0])
        return int(self._base.execute(f"{query} AND file = ?", (bundle, file)).fetchone()[0])

    def count(self) -> int:
        """Return how many documents there are that are not deleted."""
        query = "SELECT (SELECT count(*) FROM documents) - count(*) FROM documents WHERE deleted IS NOT NULL"
        return int(self._base.execute(query).fetchone()[0])

    @property
    def keeps_figures(self) -> bool:
        """Whether the figures of the documents are kept."""
        return self._has_table("figure_readings")

    @property
    def keeps_terms(self) -> bool:
        """Whether there is an index of the terms of the documents."""
        return self._has_table("term_lengths")

    def without_figures(self, version: str) -> list[int]:
        """Return the documents whose figures this version of the program has not read, in order."""
        read = (
            "SELECT doc FROM figure_readings WHERE version = ?" if self.keeps_figures else "SELECT 0 WHERE ?"
        )
        query = f"SELECT doc FROM documents WHERE deleted IS NULL AND doc NOT IN ({read}) ORDER BY doc"  # noqa: S608
        return [doc for (doc,) in self._base.execute(query, (version,))]

    def _has_table(self, name: str) -> bool:
        query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
        return self._base.execute(query, (name,)).fetchone() is not None

    def mark_deleted(self, docs: Iterable[int], when: str) -> None:
        """Mark documents as deleted at a time."""
        self._base.executemany(
            "UPDATE documents SET deleted = ? WHERE doc = ?", ((when, doc) for doc in docs)
        )

    def move(self, doc: int, source: str) -> None:
        """Change where a document is, such as its row in a table."""
        self._base.execute("UPDATE documents SET source = ? WHERE doc = ?", (source, doc))

    def _entries(self, condition: str, value: object) -> Iterator[Entry]:
        rows = self._base.execute(
            "SELECT d.doc, d.id, d.source, d.sha256, d.columns, d.bundle, d.file, f.path "  # noqa: S608
            f"FROM documents d JOIN files f ON f.file = d.file WHERE {condition} AND d.deleted IS NULL",
            (value,),
        )
        for doc, id_, source, sha256, columns, bundle, file, path in rows:
            yield Entry(doc, id_, source, fingerprint(sha256, columns), bundle, file, _path(path))


def _stored(path: str) -> str | bytes:
    """Return a path as it is stored: as text, or as bytes if they are not valid Unicode."""
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return os.fsencode(path)
    return path


def _path(stored: str | bytes) -> str:
    return stored if isinstance(stored, str) else os.fsdecode(stored)
