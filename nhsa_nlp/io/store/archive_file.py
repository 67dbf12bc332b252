"""An archive that is written or changed: an SQLite database with full-text search over the texts.

The index of the texts holds one token a Chinese character (see `nhsa_nlp.io.store.search_tokens`), so
that words of two characters are found, which the ``trigram`` tokenizer of SQLite cannot do. Texts are
indexed as cleaned, so that a page mark within a word does not hide it.

An archive is never changed in place: an update works on a copy, which replaces it at the end. A reader goes
on with the file that it has opened, and a kill leaves the old one.
"""

from __future__ import annotations

import os
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, BinaryIO

from nhsa_nlp.checks import reason_of
from nhsa_nlp.errors import DamagedArchiveError
from nhsa_nlp.io.atomic import cannot_write, copy_file, real_path, write_atomically
from nhsa_nlp.io.store.archive_tables import (
    APPLICATION_ID,
    FIGURE_TABLES,
    FIGURES,
    FORMAT,
    INDICES,
    OF_DOCUMENTS,
    TABLES,
    TEXT_INDEX,
    figure_row,
    keeps_figures,
    record_rows,
)
from nhsa_nlp.io.store.ledger import Ledger
from nhsa_nlp.io.store.term_index import TABLES as TERM_TABLES
from nhsa_nlp.io.store.term_index import DroppedTerms, TermIndex, clear_lengths
from nhsa_nlp.io.tables.rows import valid
from nhsa_nlp.record import FigureRecord, Record
from nhsa_nlp.translation import Message

# No journal: nobody sees the file before it is complete, and it is removed if it never is.
# Long texts leave much of a small page empty: with large ones an archive is a fiftieth smaller.
_PRAGMAS = "".join(
    f"PRAGMA {name} = {value};"
    for name, value in {
        "page_size": 32768,
        "journal_mode": "OFF",
        "synchronous": "OFF",
        "cache_size": -16000,
    }.items()
)

_ROWS = 2_000
"""How many rows are inserted together, at least."""

_INDEX_HELD = 16_000_000
"""Bytes of index entries that are held before they are written; the more, the less is merged afterwards."""

_MOST_DEAD = 0.25
"""Share of texts that are deleted from which on an update compacts the archive."""


@contextmanager
def open_archive_file(path: str | Path, *, new: bool = False, compact: bool = False) -> Iterator[ArchiveFile]:
    """Give an archive to change: an empty one, or a copy of that at ``path``, which it replaces at the end.

    Parameters
    ----------
    compact
        Whether to remove what is left of deleted documents but their marks. An archive in which that is
        more than a quarter of the texts is compacted anyway.

    Raises
    ------
    OutputError
        If it cannot be written; the old one is as it was.
    DamagedArchiveError
        If it is damaged.
    """
    with ExitStack() as opened:
        # Open until it is replaced: closing it would end the lock on it, see `growing.lock_archive`.
        old = None if new else opened.enter_context(_open_to_read(path))
        file = opened.enter_context(write_atomically(path))
        terms = opened.enter_context(TermIndex(file.parent, prefix=f"{file.name}."))
        try:
            if old is not None:
                copy_file(old, file)
                if os.name == "nt":
                    old.close()  # Windows replaces no open file
            with closing(sqlite3.connect(file, isolation_level=None)) as base:
                base.executescript(_PRAGMAS)
                if new:
                    base.executescript(
                        f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {FORMAT}; "
                        f"{TABLES} {TERM_TABLES}"
                    )
                    _hold_index(base)
                base.execute("BEGIN")
                archive = ArchiveFile(base, terms)
                yield archive
                archive.finish()
                base.execute("COMMIT")
                if new:
                    base.executescript(f"{INDICES} ANALYZE;")
                elif compact or _dead_share(base) > _MOST_DEAD:
                    _compact(base, file)
        except sqlite3.OperationalError as error:
            raise cannot_write(path, error) from error
        except (sqlite3.DatabaseError, ValueError) as error:  # ValueError: postings that are none
            reason = Message(
                "is damaged ({error}); write it anew with --overwrite instead of --update",
                error=reason_of(error),
            )
            raise DamagedArchiveError(reason, path) from error


def _open_to_read(path: str | Path) -> BinaryIO:
    try:
        return real_path(path).open("rb")
    except OSError as error:
        raise cannot_write(path, error) from error


class ArchiveFile:
    """An archive that is being changed.

    Attributes
    ----------
    ledger
        What it remembers of its documents.
    """

    def __init__(self, base: sqlite3.Connection, terms: TermIndex):
        self.ledger = Ledger(base)
        self._base, self._terms = base, terms
        self._last = self.ledger.last_document
        self._waiting: dict[str, list[Sequence[Any]]] = defaultdict(list)
        self._count = 0
        self._dead: list[int] = []
        self._dropped = DroppedTerms(base)
        self._keeps_figures = keeps_figures(base)
        self._version = version("nhsa-nlp")

    def add(
        self,
        record: Record,
        *,
        file: int | None = None,
        bundle: str | None = None,
        text: str | None = None,
        tokens: str | None = None,
        figures: Sequence[FigureRecord] | None = None,
    ) -> None:
        """Add a document.

        Parameters
        ----------
        file
            The number of its file in the ledger.
        bundle
            The SHA-256 of the manifest of the bundle that labelled it.
        text, tokens
            Its text, and what `nhsa_nlp.io.store.search_tokens.index_text` makes of it if that is known.
        figures
            Its figures, if they are kept.
        """
        self._last += 1
        for table, row in record_rows(record, file, bundle):
            self._waiting[table].append((self._last, *row))
            self._count += 1
        if figures is not None:
            self._add_figures(self._last, figures)
        if self._count >= _ROWS:
            self._insert()
        if text is not None:
            text = valid(text)
            self._base.execute("INSERT INTO texts VALUES (?, ?)", (self._last, text))
            _index(self._base, self._terms, self._last, text, tokens)

    def delete(self, docs: Sequence[int], when: str) -> None:
        """Mark documents as deleted; nothing finds them any more."""
        self.ledger.mark_deleted(docs, when)
        self._dead += docs
        for doc in docs:
            row = self._base.execute("SELECT text FROM texts WHERE doc = ?", (doc,)).fetchone()
            if row is not None:
                self._dropped.add(_tokens(row[0]))

    def move(self, doc: int, source: str) -> None:
        """Change where a document is, such as its row in a table."""
        self.ledger.move(doc, valid(source))

    def read_missing_figures(self, read: Callable[[sqlite3.Connection, int], Sequence[FigureRecord]]) -> int:
        """Store the figures of documents of which none of this version of the program are stored.

        Parameters
        ----------
        read
            What reads the figures of a document, by its number.

        Returns
        -------
        int
            Of how many documents.
        """
        self._insert()
        self._make_figure_tables()
        self._base.execute("DELETE FROM figure_readings WHERE version != ?", (self._version,))
        self._base.execute("DELETE FROM figures WHERE doc NOT IN (SELECT doc FROM figure_readings)")
        docs = self.ledger.without_figures(self._version)
        for doc in docs:
            self._add_figures(doc, read(self._base, doc))
            if self._count >= _ROWS:
                self._insert()
        return len(docs)

    def _add_figures(self, doc: int, figures: Sequence[FigureRecord]) -> None:
        self._make_figure_tables()
        self._waiting["figures"] += [(doc, *figure_row(figure)) for figure in figures]
        self._waiting["figure_readings"].append((doc, self._version))
        self._count += len(figures) + 1

    def _make_figure_tables(self) -> None:
        if not self._keeps_figures:
            for statement in FIGURE_TABLES:
                self._base.execute(statement)
            self._keeps_figures = True

    def finish(self) -> None:
        """Write what waits."""
        self._insert()
        self._dropped.finish()
        clear_lengths(self._base, self._dead)
        self._terms.finish(self._base)

    def _insert(self) -> None:
        for table, rows in self._waiting.items():
            if not rows:
                continue
            insert = f"INSERT INTO {table} VALUES ({','.join('?' * len(rows[0]))})"  # noqa: S608 - own names
            before = self._base.total_changes
            try:
                self._base.executemany(insert, rows)
            except UnicodeEncodeError:  # half a surrogate pair, which ended it there
                rest = rows[self._base.total_changes - before :]
                self._base.executemany(insert, [[_valid(value) for value in row] for row in rest])
        self._waiting.clear()
        self._count = 0


def _hold_index(base: sqlite3.Connection) -> None:
    base.execute("INSERT INTO text_index (text_index, rank) VALUES ('hashsize', ?)", [_INDEX_HELD])


def _index(base: sqlite3.Connection, terms: TermIndex, doc: int, text: str, tokens: str | None) -> None:
    tokens = _tokens(text) if tokens is None else tokens
    base.execute("INSERT INTO text_index (rowid, tokens) VALUES (?, ?)", (doc, tokens))
    terms.add(doc, tokens)


def _tokens(text: str) -> str:
    from nhsa_nlp.io.store.search_tokens import index_text

    return index_text(text)


def _dead_share(base: sqlite3.Connection) -> float:
    """Return which share of the documents are deleted and have a text."""
    # Not those with a text: counting them reads the whole archive.
    (documents,) = base.execute("SELECT count(*) FROM documents").fetchone()
    (dead,) = base.execute(
        "SELECT count(*) FROM documents JOIN texts USING (doc) WHERE deleted IS NOT NULL"
    ).fetchone()
    return float(dead / max(documents, 1))


def _compact(base: sqlite3.Connection, file: Path) -> None:
    """Remove what belongs to deleted documents; of those whose id nobody else has, the mark stays."""
    base.execute("BEGIN")
    for table in (*OF_DOCUMENTS, *(FIGURES if keeps_figures(base) else ())):
        base.execute(
            f"DELETE FROM {table} WHERE doc IN (SELECT doc FROM documents WHERE deleted IS NOT NULL)"  # noqa: S608
        )
    base.execute("DELETE FROM documents WHERE deleted IS NOT NULL AND id IN (SELECT id FROM live)")
    for table in ("terms", "term_additions", "term_lengths"):
        base.execute(f"DELETE FROM {table}")  # noqa: S608 - own names
    base.execute("DROP TABLE text_index")
    base.execute(TEXT_INDEX)
    _hold_index(base)
    with TermIndex(file.parent, prefix=f"{file.name}.") as terms:
        for doc, text in base.execute("SELECT doc, text FROM texts ORDER BY doc"):
            _index(base, terms, doc, text, None)
        terms.finish(base)
    for statement in ("COMMIT", "VACUUM", "ANALYZE"):
        base.execute(statement)


def _valid(value: Any) -> Any:
    return valid(value) if isinstance(value, str) else value
