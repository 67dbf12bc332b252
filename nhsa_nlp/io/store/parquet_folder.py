"""An archive that grows in Parquet: a folder of parts, and a database that says what they hold.

Every part is a table of records as `nhsa_nlp.io.writers.parquet` writes it, of documents that are not
deleted, so whatever reads ``*.parquet`` in the folder reads the archive. An update makes the folder anew
beside the old one, which it replaces in one step: parts that have not changed are the same files (hard
links), those of which a document has changed, moved or gone are written without it, and what is new goes
into a further part, or into the last one while that is small.

If texts are kept, they are a column of the parts, and the database has the index of their terms, see
`nhsa_nlp.io.store.term_index`, by which precedents are ranked.
"""

from __future__ import annotations

import heapq
import os
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from nhsa_nlp.errors import DamagedArchiveError
from nhsa_nlp.io.atomic import cannot_write, real_path, write_folder_atomically
from nhsa_nlp.io.store.ledger import (
    DOCUMENTS_INDICES,
    FILES,
    LEDGER,
    ROWS_OF_PARTS,
    Ledger,
    columns_text,
    differs,
)
from nhsa_nlp.io.store.search_tokens import index_text
from nhsa_nlp.io.store.term_index import TABLES as TERM_TABLES
from nhsa_nlp.io.store.term_index import DroppedTerms, TermIndex, clear_lengths
from nhsa_nlp.io.tables.rows import valid
from nhsa_nlp.io.writers.parquet import record_table
from nhsa_nlp.io.writers.record_schema import schema
from nhsa_nlp.record import FigureRecord, Record

APPLICATION_ID = 0x4E485350  # "NHSP"
FORMAT, FORMAT_WITH_TEXTS = 1, 2
"""The versions of the folder: without texts, and with."""

_TABLES = f"""
PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {FORMAT};
{FILES}
CREATE TABLE parts (part INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE documents (
    doc INTEGER PRIMARY KEY, id TEXT NOT NULL, source TEXT NOT NULL, sha256 TEXT NOT NULL, columns TEXT,
    file INTEGER REFERENCES files, bundle TEXT, deleted TEXT, part INTEGER REFERENCES parts);
{DOCUMENTS_INDICES}
CREATE INDEX documents_part ON documents (part);
"""
_TABLE = 100  # records that are Python objects at a time
_GROUP = 1_000  # records of a row group
_GROUP_WITH_TEXTS = 200  # so that one text is read quickly
_MOST = 20_000  # records of a part
_SMALL = 5_000  # records of a part that is filled further
_MOST_DEAD = 0.25
"""Share of documents that are deleted and in the index of terms from which on that is written anew."""


@contextmanager
def open_parquet_folder(
    path: str | Path, *, new: bool = False, compact: bool = False
) -> Iterator[ParquetFolder]:
    """Give a folder of parts to change: an empty one, or that at ``path``, which it replaces at the end.

    Parameters
    ----------
    compact
        Whether to write the index of terms anew, without deleted documents. It is anyway if these are more
        than a quarter.

    Raises
    ------
    OutputError
        If it cannot be written; the old one is as it was.
    DamagedArchiveError
        If a part of it is damaged.
    """
    target = real_path(path)
    try:
        with write_folder_atomically(target) as folder:
            folder.mkdir()
            if not new:
                shutil.copyfile(target / LEDGER, folder / LEDGER)
            with closing(sqlite3.connect(folder / LEDGER, isolation_level=None)) as base:
                with _reading_ledger(path):
                    base.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
                    if new:
                        base.executescript(_TABLES)
                    base.execute("BEGIN")
                # Not in the folder: what is in it becomes a part of the archive.
                with TermIndex(folder.parent, prefix=f"{folder.name}.terms.") as terms:
                    with _reading_ledger(path):
                        changed = ParquetFolder(base, folder, target, terms, shown=path)
                    yield changed
                    changed.finish(compact=compact)
                base.execute("COMMIT")
            for file in folder.iterdir():
                _sync(file)
    except (OSError, sqlite3.OperationalError, pa.ArrowException) as error:
        raise cannot_write(path, error) from error
    except sqlite3.DatabaseError as error:
        raise _damaged(LEDGER, path) from error


@contextmanager
def _reading_ledger(shown: str | Path) -> Iterator[None]:
    """Name the database where what is in it is neither text nor postings."""
    try:
        yield
    except ValueError as error:
        raise _damaged(LEDGER, shown) from error


@contextmanager
def reading_part(name: str, shown: str | Path) -> Iterator[None]:
    """Name a part that cannot be read; some errors of Arrow are OSErrors, without a number.

    Raises
    ------
    OSError
        If it is the system that refuses.
    DamagedArchiveError
        If the part is damaged.
    """
    try:
        yield
    except (OSError, ValueError, pa.ArrowException) as error:
        if isinstance(error, OSError) and error.errno:
            raise
        raise _damaged(name, shown) from error


def _damaged(name: str, shown: str | Path) -> DamagedArchiveError:
    return DamagedArchiveError("{name} is damaged; move the folder away and write it anew", shown, name=name)


def check_rows(base: sqlite3.Connection, folder: Path, shown: str | Path) -> None:
    """Compare how many documents each part has with what the database of their folder says.

    Raises
    ------
    OSError
        If the system refuses to read a part.
    DamagedArchiveError
        If a part is cut or has others; damage further inside is found where that is read.
    """
    for name, count in base.execute(ROWS_OF_PARTS):
        with reading_part(name, shown):
            rows = pq.read_metadata(folder / name).num_rows
        if rows != count:
            raise DamagedArchiveError(differs(name, rows, count), shown)


class ParquetFolder:
    """A folder of parts that is being changed; see `nhsa_nlp.io.store.archive_file.ArchiveFile`."""

    def __init__(
        self, base: sqlite3.Connection, folder: Path, old: Path, terms: TermIndex, *, shown: str | Path
    ):
        self._shown = shown
        self.ledger = Ledger(base)
        self._base, self._folder, self._old, self._terms = base, folder, old, terms
        self._dropped_terms, self._dead = DroppedTerms(base), list[int]()
        self._has_texts = self.ledger.keeps_terms
        self._texts: list[str] = []
        self._part = self._writer_rows = 0
        self._writer: pq.ParquetWriter | None = None
        self._waiting: list[Record] = []
        self._tables: list[pa.Table] = []
        self._dropped: dict[int, list[str]] = defaultdict(list)
        self._moved: dict[int, dict[str, str]] = defaultdict(dict)
        self._before = dict(base.execute("SELECT part, name FROM parts ORDER BY part"))
        self._parts = max(self._before, default=0)

    def add(
        self,
        record: Record,
        *,
        file: int | None = None,
        bundle: str | None = None,
        text: str | None = None,
        tokens: str | None = None,
        figures: Sequence[FigureRecord] | None = None,  # noqa: ARG002 - as in an archive in SQLite
    ) -> None:
        """Add a document; its text is kept if the first one was given, its figures are not."""
        if text is not None and not self._has_texts and not self.ledger.last_document:
            self._begin_texts()
        if not self._part or self._writer_rows >= _MOST:
            self._begin_part()
        self._waiting.append(record)
        self._writer_rows += 1
        doc = self._base.execute(
            "INSERT INTO documents (id, source, sha256, columns, file, bundle, part) VALUES (?,?,?,?,?,?,?)",
            (
                *(valid(record["id"]), valid(record["source"]), record["sha256"], columns_text(record)),
                *(file, bundle, self._part),
            ),
        ).lastrowid
        if self._has_texts and doc is not None:
            self._texts.append(valid(text or ""))
            self._terms.add(doc, index_text(self._texts[-1]) if tokens is None else tokens)
        if len(self._waiting) >= _TABLE:
            self._convert()
        if len(self._tables) * _TABLE >= self._group:
            self._write_group()

    def delete(self, docs: Sequence[int], when: str) -> None:
        """Mark documents as deleted, and leave them out of their parts."""
        self.ledger.mark_deleted(docs, when)
        self._dead += docs
        for doc in docs:
            part, id_ = self._place(doc)
            self._dropped[part].append(id_)

    def move(self, doc: int, source: str) -> None:
        """Change where a document is, such as its row in a table."""
        part, id_ = self._place(doc)
        self._moved[part][id_] = valid(source)
        self.ledger.move(doc, valid(source))

    def finish(self, *, compact: bool = False) -> None:
        """Write what waits, and renew or take over the parts that were there."""
        self._end_part()
        filled = self._to_be_filled()
        for part, name in self._before.items():
            if part == filled:
                added = pq.read_table(self._folder / _name(self._part))
                self._replace(part, self._part, pa.concat_tables([self._rest(part, name), added]))
            elif part in self._dropped or part in self._moved:
                self._parts += 1
                self._replace(part, self._parts, self._rest(part, name))
            else:
                _link(self._old / name, self._folder / name)
        if self._has_texts:
            self._finish_terms(compact=compact)

    @property
    def _group(self) -> int:
        return _GROUP_WITH_TEXTS if self._has_texts else _GROUP

    def _begin_texts(self) -> None:
        self._has_texts = True
        for statement in TERM_TABLES.split(";"):  # one by one: a script would end the transaction
            self._base.execute(statement)
        self._base.execute(f"PRAGMA user_version = {FORMAT_WITH_TEXTS}")

    def _finish_terms(self, *, compact: bool) -> None:
        with _reading_ledger(self._shown):
            self._dropped_terms.finish()
            clear_lengths(self._base, self._dead)
            self._terms.finish(self._base)
        dead, documents = self._base.execute(
            "SELECT count(*) FILTER (WHERE deleted IS NOT NULL AND part IS NOT NULL), count(*) FROM documents"
        ).fetchone()
        if not dead or not (compact or dead > _MOST_DEAD * documents):
            return
        for table in ("terms", "term_additions", "term_lengths"):
            self._base.execute(f"DELETE FROM {table}")  # noqa: S608 - own names
        self._base.execute("UPDATE documents SET part = NULL WHERE deleted IS NOT NULL")
        with TermIndex(self._folder.parent, prefix=f"{self._folder.name}.terms.") as terms:
            for doc, text in self._all_texts():
                terms.add(doc, index_text(text))
            terms.finish(self._base)

    def _all_texts(self) -> Iterator[tuple[int, str]]:
        """Yield the texts of all parts in the order of their documents, as the rows of each part are."""
        parts = self._base.execute("SELECT part, name FROM parts").fetchall()
        yield from heapq.merge(*(self._texts_of(part, name) for part, name in parts))

    def _texts_of(self, part: int, name: str) -> Iterator[tuple[int, str]]:
        docs = self._base.execute(
            "SELECT doc FROM documents WHERE part = ? AND deleted IS NULL ORDER BY doc", (part,)
        ).fetchall()
        with reading_part(name, self._shown), pq.ParquetFile(self._folder / name) as table:
            batches = table.iter_batches(_TABLE, columns=["text"])
            texts = (text for batch in batches for text in batch["text"].to_pylist())
            yield from ((doc, text) for (doc,), text in zip(docs, texts, strict=True))

    def _place(self, doc: int) -> tuple[int, str]:
        found: tuple[int, str] = self._base.execute(
            "SELECT part, id FROM documents WHERE doc = ?", (doc,)
        ).fetchone()
        return found

    def _to_be_filled(self) -> int | None:
        """Return the last part that was there, if it is small and all that is new has room in it."""
        last = max(self._before, default=0)
        if not last or self._parts != last + 1:
            return None
        (rows,) = self._base.execute(
            "SELECT count(*) FROM documents WHERE part = ? AND deleted IS NULL", (last,)
        ).fetchone()
        return last if rows < _SMALL else None

    def _rest(self, part: int, name: str) -> pa.Table:
        """Return a part that was there without what is deleted, and with the places that have changed."""
        with reading_part(name, self._shown):
            table = pq.read_table(self._old / name)
        if dropped := self._dropped.get(part):
            is_dropped = pc.is_in(table["id"], pa.array(dropped, pa.string()))
            if self._has_texts:
                for text in table.filter(is_dropped)["text"].to_pylist():
                    self._dropped_terms.add(index_text(text))
            table = table.filter(pc.invert(is_dropped))
        if moved := self._moved.get(part):
            pairs = zip(table["id"].to_pylist(), table["source"].to_pylist(), strict=True)
            sources = pa.array([moved.get(id_, source) for id_, source in pairs], pa.string())
            table = table.set_column(table.schema.get_field_index("source"), "source", sources)
        return table

    def _replace(self, part: int, new: int, table: pa.Table) -> None:
        self._base.execute("UPDATE documents SET part = ? WHERE part = ?", (new, part))
        self._base.execute("DELETE FROM parts WHERE part = ?", (part,))
        if table.num_rows:
            pq.write_table(table, self._folder / _name(new), compression="zstd", row_group_size=self._group)
            self._base.execute("INSERT OR REPLACE INTO parts VALUES (?, ?)", (new, _name(new)))

    def _begin_part(self) -> None:
        self._end_part()
        self._parts += 1
        self._part, self._writer_rows = self._parts, 0
        name = _name(self._part)
        columns = schema(texts=self._has_texts)
        self._writer = pq.ParquetWriter(self._folder / name, columns, compression="zstd")
        self._base.execute("INSERT INTO parts VALUES (?, ?)", (self._part, name))

    def _end_part(self) -> None:
        self._convert()
        self._write_group()
        if self._writer is not None:
            self._writer.close()
        self._writer = None

    def _convert(self) -> None:
        if self._waiting:
            self._tables.append(record_table(self._waiting, self._texts))
        self._waiting, self._texts = [], []

    def _write_group(self) -> None:
        if self._tables and self._writer is not None:
            self._writer.write_table(pa.concat_tables(self._tables).combine_chunks())
        self._tables = []


def _name(part: int) -> str:
    return f"part-{part:06}.parquet"


def _link(old: Path, new: Path) -> None:
    """Have a file under another name, too; a copy where that is not possible."""
    try:
        os.link(old, new)
    except OSError:
        shutil.copyfile(old, new)


def _sync(file: Path) -> None:
    with file.open("rb+") as stream:
        os.fsync(stream.fileno())
