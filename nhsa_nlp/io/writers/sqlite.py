"""Writing records to an SQLite database, with full-text search over the documents' texts.

The tables are described in docs/formats.md. The index of the texts holds one token a Chinese
character (see `nhsa_nlp.io.writers.search_tokens`), so that words of two characters are found, which the
``trigram`` tokenizer of SQLite cannot do. Texts are indexed as cleaned, so that a page mark
within a word does not hide it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nhsa_nlp.io.atomic import cannot_write, write_atomically
from nhsa_nlp.io.document import Texts
from nhsa_nlp.io.tables.rows import valid
from nhsa_nlp.io.writers.record_schema import LETTER_FIELDS
from nhsa_nlp.record import EntityRecord, Evidence, Record, is_doc_no, is_policy, is_quantity

if TYPE_CHECKING:
    import sqlite3

    from nhsa_nlp.io.writers.term_index import TermIndex

SUFFIXES = (".sqlite", ".sqlite3", ".db")

APPLICATION_ID = 0x4E485341  # "NHSA"; tells such a database from others
FORMAT = 1
"""The version of the tables (``user_version`` of the database). Raise it when an older version could not
search what is written; a further column, as ``request`` of ``evidence``, which 0.2.0 had not, is no reason.
"""

_DOC = "doc INTEGER NOT NULL REFERENCES documents"
_SPAN = f'{_DOC}, start INTEGER NOT NULL, "end" INTEGER NOT NULL'
_TABLES = f"""
CREATE TABLE documents (
    doc INTEGER PRIMARY KEY, id TEXT NOT NULL, source TEXT NOT NULL, sha256 TEXT NOT NULL,
    chars INTEGER NOT NULL, label TEXT, probability REAL, review INTEGER, reason TEXT,
    model_name TEXT NOT NULL, model_version TEXT NOT NULL, columns TEXT);
CREATE TABLE facets ({_DOC}, facet TEXT NOT NULL, probability REAL NOT NULL);
CREATE TABLE alternatives ({_DOC}, label TEXT NOT NULL, probability REAL NOT NULL);
CREATE TABLE evidence ({_SPAN}, text TEXT NOT NULL, facet TEXT NOT NULL, weight REAL NOT NULL,
    request INTEGER);
CREATE TABLE letters (
    doc INTEGER PRIMARY KEY REFERENCES documents, kind TEXT NOT NULL, body TEXT, number TEXT,
    proposal_number TEXT, proposal_category TEXT, session TEXT, addressee TEXT, subject TEXT,
    consulted TEXT NOT NULL, date TEXT, issuer TEXT);
CREATE TABLE sections ({_SPAN}, title TEXT NOT NULL);
CREATE TABLE policies (
    {_SPAN}, text TEXT NOT NULL, title TEXT NOT NULL, alias INTEGER NOT NULL, ref TEXT, doc_no TEXT);
CREATE TABLE doc_numbers ({_SPAN}, text TEXT NOT NULL, normalized TEXT NOT NULL);
CREATE TABLE quantities (
    {_SPAN}, text TEXT NOT NULL, value NUMERIC, value_to NUMERIC, unit TEXT NOT NULL, op TEXT NOT NULL);
CREATE TABLE other_entities ({_SPAN}, label TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE texts (doc INTEGER PRIMARY KEY REFERENCES documents, text TEXT NOT NULL);
CREATE VIRTUAL TABLE text_index USING fts5(
    tokens, content='', tokenize="unicode61 remove_diacritics 0");
"""

# No journal: nobody sees the file before it is complete, and it is removed if it never is.
_PRAGMAS = f"""
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16000;
PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {FORMAT};
"""

_EVIDENCE = tuple(Evidence.__annotations__)

_INDEXED = (
    *("documents.id", "documents.label", "letters.date", "policies.title", "policies.doc_no"),
    *("doc_numbers.normalized", "facets.doc", "alternatives.doc", "evidence.doc", "sections.doc"),
    *("policies.doc", "doc_numbers.doc", "quantities.doc", "other_entities.doc"),
)
_INDICES = "CREATE INDEX quantities_unit ON quantities (unit, value);" + "".join(
    f"CREATE INDEX {table}_{column} ON {table} ({column});"
    for table, column in (name.split(".") for name in _INDEXED)
)


_ROWS = 2_000
"""How many rows are inserted together, at least."""

_INDEX_HELD = 16_000_000
"""Bytes of index entries that are held before they are written; the more, the less is merged afterwards."""


def write(
    path: str | Path, records: Iterable[Record], *, texts: Texts | None = None, tokens: Texts | None = None
) -> int:
    """Write records, and the texts with an index of them if they are given; see `Writer`."""
    import sqlite3

    from nhsa_nlp.io.writers.term_index import TABLES, TermIndex

    written = 0
    with write_atomically(path) as file, TermIndex(file.parent) as terms:
        try:
            with closing(sqlite3.connect(file, isolation_level=None)) as base:
                base.executescript(f"{_PRAGMAS} {_TABLES} {TABLES}")
                base.execute(
                    "INSERT INTO text_index (text_index, rank) VALUES ('hashsize', ?)", [_INDEX_HELD]
                )
                base.execute("BEGIN")
                rows = _Rows(base, terms)
                for record in records:
                    written += 1
                    rows.add(written, record)
                    text = None if texts is None else texts(record["id"])
                    if text is not None:
                        rows.add_text(written, text, None if tokens is None else tokens(record["id"]))
                rows.insert()
                terms.finish(base)
                base.execute("COMMIT")
                base.executescript(f"{_INDICES} ANALYZE;")
        except sqlite3.OperationalError as error:
            raise cannot_write(path, error) from error
    return written


class _Rows:
    """Rows that wait to be inserted together."""

    def __init__(self, base: sqlite3.Connection, terms: TermIndex):
        self._base, self._terms = base, terms
        self._waiting: dict[str, list[Sequence[Any]]] = defaultdict(list)
        self._count = 0

    def add(self, doc: int, record: Record) -> None:
        """Add those of a record."""
        for table, row in _rows(record):
            self._waiting[table].append((doc, *row))
            self._count += 1
        if self._count >= _ROWS:
            self.insert()

    def add_text(self, doc: int, text: str, tokens: str | None) -> None:
        """Insert a text, whose tokens are made here if they are not given."""
        from nhsa_nlp.io.writers.search_tokens import index_text

        text = valid(text)
        self._base.execute("INSERT INTO texts VALUES (?, ?)", (doc, text))
        tokens = index_text(text) if tokens is None else tokens
        self._base.execute("INSERT INTO text_index (rowid, tokens) VALUES (?, ?)", (doc, tokens))
        self._terms.add(doc, tokens)

    def insert(self) -> None:
        """Insert them all."""
        for table, rows in self._waiting.items():
            insert = f"INSERT INTO {table} VALUES ({','.join('?' * len(rows[0]))})"  # noqa: S608 - own names
            before = self._base.total_changes
            try:
                self._base.executemany(insert, rows)
            except UnicodeEncodeError:  # half a surrogate pair, which ended it there
                rest = rows[self._base.total_changes - before :]
                self._base.executemany(insert, [[_valid(value) for value in row] for row in rest])
        self._waiting.clear()
        self._count = 0


def _rows(record: Record) -> Iterator[tuple[str, Sequence[Any]]]:
    """Yield the rows of a record, each with the name of its table, without the number of the document."""
    topic, letter, columns = record["topic"], record["letter"], record.get("columns")
    fields: Mapping[str, Any] = topic or {}
    yield (
        "documents",
        [
            *(record[name] for name in ("id", "source", "sha256", "chars")),
            *(fields.get(name) for name in ("label", "probability", "review", "reason")),
            *(record["model"]["name"], record["model"]["version"]),
            None if columns is None else json.dumps(columns, ensure_ascii=False),
        ],
    )
    if topic is not None:
        for facet, probability in topic["facets"].items():
            yield "facets", (facet, probability)
        for other in topic["alternatives"]:
            yield "alternatives", (other["label"], other["probability"])
        for piece in topic["evidence"]:
            yield "evidence", [piece.get(name) for name in _EVIDENCE]
    if letter is not None:
        consulted = json.dumps(letter["consulted"], ensure_ascii=False)
        head = {**letter, "consulted": consulted}
        yield "letters", [head[name] for name in LETTER_FIELDS]
        for section in letter["sections"]:
            yield "sections", (section["start"], section["end"], section["title"])
    yield from map(_entity_row, record["entities"])


def _entity_row(entity: EntityRecord) -> tuple[str, Sequence[Any]]:
    start, end, text = entity["start"], entity["end"], entity["text"]
    if is_quantity(entity):
        value = entity["value"]
        low, high = (*value, None)[:2] if isinstance(value, list) else (value, None)
        return "quantities", (start, end, text, _number(low), _number(high), entity["unit"], entity["op"])
    if is_policy(entity):
        more = (entity["title"], entity["alias"], entity["ref"], entity["doc_no"])
        return "policies", (start, end, text, *more)
    if is_doc_no(entity):
        return "doc_numbers", (start, end, text, entity["normalized"])
    return "other_entities", (start, end, entity["label"], text)


def _number(value: float | None) -> float | None:
    """Return a number that SQLite holds: an integer beyond its 64 bits becomes a float."""
    return float(value) if isinstance(value, int) and value.bit_length() > 63 else value


def _valid(value: Any) -> Any:
    return valid(value) if isinstance(value, str) else value
