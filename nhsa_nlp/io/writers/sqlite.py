"""Writing records to an SQLite database, with full-text search over the documents' texts.

The tables are described in docs/formats.md. The index of the texts holds one token a Chinese
character (see `nhsa_nlp.io.writers.search_tokens`), so that words of two characters are found, which the
``trigram`` tokenizer of SQLite cannot do. Texts are indexed as cleaned, so that a page mark
within a word does not hide it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nhsa_nlp.io.atomic import cannot_write, write_atomically
from nhsa_nlp.io.document import Texts
from nhsa_nlp.io.tables.rows import valid
from nhsa_nlp.io.writers.record_schema import LETTER_FIELDS
from nhsa_nlp.record import Evidence, Record, is_doc_no, is_policy, is_quantity

if TYPE_CHECKING:
    import sqlite3

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

_INDEXED = (
    *("documents.id", "documents.label", "letters.date", "policies.title", "policies.doc_no"),
    *("doc_numbers.normalized", "facets.doc", "alternatives.doc", "evidence.doc", "sections.doc"),
    *("policies.doc", "doc_numbers.doc", "quantities.doc", "other_entities.doc"),
)
_INDICES = "CREATE INDEX quantities_unit ON quantities (unit, value);" + "".join(
    f"CREATE INDEX {table}_{column} ON {table} ({column});"
    for table, column in (name.split(".") for name in _INDEXED)
)


def write(path: str | Path, records: Iterable[Record], *, texts: Texts | None = None) -> int:
    """Write records, and the texts with an index of them if they are given; see `Writer`."""
    import sqlite3

    written = 0
    with write_atomically(path) as file:
        try:
            # No journal: nobody sees the file before it is complete, and it is removed if it never is.
            with closing(sqlite3.connect(file, isolation_level=None)) as base:
                base.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
                base.executescript(f"PRAGMA application_id = {APPLICATION_ID};")
                base.executescript(f"PRAGMA user_version = {FORMAT}; {_TABLES}")
                base.execute("BEGIN")
                for record in records:
                    written += 1
                    _add(base, written, record)
                    text = None if texts is None else texts(record["id"])
                    if text is not None:
                        _add_text(base, written, text)
                base.execute("COMMIT")
                base.executescript(f"{_INDICES} ANALYZE;")
        except sqlite3.OperationalError as error:
            raise cannot_write(path, error) from error
    return written


def _add(base: sqlite3.Connection, doc: int, record: Record) -> None:
    topic, letter, columns = record["topic"], record["letter"], record.get("columns")
    fields: Mapping[str, Any] = topic or {}
    _insert(
        base,
        "documents",
        [doc, *(record[name] for name in ("id", "source", "sha256", "chars"))]
        + [fields.get(name) for name in ("label", "probability", "review", "reason")]
        + [record["model"]["name"], record["model"]["version"]]
        + [None if columns is None else json.dumps(columns, ensure_ascii=False)],
    )
    if topic is not None:
        for facet, probability in topic["facets"].items():
            _insert(base, "facets", [doc, facet, probability])
        for other in topic["alternatives"]:
            _insert(base, "alternatives", [doc, other["label"], other["probability"]])
        for piece in topic["evidence"]:
            _insert(base, "evidence", [doc, *(piece.get(name) for name in Evidence.__annotations__)])
    if letter is not None:
        consulted = json.dumps(letter["consulted"], ensure_ascii=False)
        head = {**letter, "consulted": consulted}
        _insert(base, "letters", [doc, *(head[name] for name in LETTER_FIELDS)])
        for section in letter["sections"]:
            _insert(base, "sections", [doc, section["start"], section["end"], section["title"]])
    _add_entities(base, doc, record)


def _add_entities(base: sqlite3.Connection, doc: int, record: Record) -> None:
    for entity in record["entities"]:
        place = [doc, entity["start"], entity["end"]]
        text = entity["text"]
        if is_policy(entity):
            row = [text, entity["title"], entity["alias"], entity["ref"], entity["doc_no"]]
            _insert(base, "policies", [*place, *row])
        elif is_doc_no(entity):
            _insert(base, "doc_numbers", [*place, text, entity["normalized"]])
        elif is_quantity(entity):
            value = entity["value"]
            low, high = (*value, None)[:2] if isinstance(value, list) else (value, None)
            _insert(
                base, "quantities", [*place, text, _number(low), _number(high), entity["unit"], entity["op"]]
            )
        else:
            _insert(base, "other_entities", [*place, entity["label"], text])


def _number(value: float | None) -> float | None:
    """Return a number that SQLite holds: an integer beyond its 64 bits becomes a float."""
    return float(value) if isinstance(value, int) and value.bit_length() > 63 else value


def _add_text(base: sqlite3.Connection, doc: int, text: str) -> None:
    from nhsa_nlp.io.writers.search_tokens import tokens
    from nhsa_nlp.text import clean

    text = valid(text)
    _insert(base, "texts", [doc, text])
    base.execute(
        "INSERT INTO text_index (rowid, tokens) VALUES (?, ?)", (doc, " ".join(tokens(clean(text).text)))
    )


def _insert(base: sqlite3.Connection, table: str, values: list[Any]) -> None:
    values = [valid(value) if isinstance(value, str) else value for value in values]
    base.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(values))})", values)  # noqa: S608 - own names
