"""The tables of an archive in SQLite, and the rows of a record in them; docs/formats.md describes them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any

from nhsa_nlp.io.store.ledger import DOCUMENTS_INDICES, FILES, columns_text
from nhsa_nlp.io.writers.record_schema import LETTER_FIELDS
from nhsa_nlp.record import (
    EntityRecord,
    Evidence,
    FigureRecord,
    Record,
    is_doc_no,
    is_policy,
    is_quantity,
)

APPLICATION_ID = 0x4E485341  # "NHSA"; tells such a database from others
FORMAT = 2
"""The version of the tables (``user_version`` of the database). Raise it when an older version could not
search what is written; a further column, as ``request`` of ``evidence``, which 0.2.0 had not, is no reason.

Format 1 had neither files nor deleted documents: it is searched, but not updated.
"""

_DOC = "doc INTEGER NOT NULL REFERENCES documents"
_SPAN = f'{_DOC}, start INTEGER NOT NULL, "end" INTEGER NOT NULL'

OF_DOCUMENTS = (
    *("facets", "alternatives", "evidence", "letters", "sections", "policies", "doc_numbers", "quantities"),
    *("other_entities", "texts"),
)
"""The tables whose rows belong to a document, by ``doc``."""

TEXT_INDEX = """CREATE VIRTUAL TABLE text_index USING fts5(
    tokens, content='', tokenize="unicode61 remove_diacritics 0");"""

_DOCUMENTS = """
CREATE TABLE documents (
    doc INTEGER PRIMARY KEY, id TEXT NOT NULL, source TEXT NOT NULL, sha256 TEXT NOT NULL,
    chars INTEGER NOT NULL, label TEXT, probability REAL, review INTEGER, reason TEXT,
    model_name TEXT NOT NULL, model_version TEXT NOT NULL, columns TEXT,
    file INTEGER REFERENCES files, bundle TEXT, deleted TEXT);
CREATE VIEW live AS SELECT * FROM documents WHERE deleted IS NULL;
"""
_PARTS = f"""
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
"""
TABLES = "".join((FILES, _DOCUMENTS, _PARTS, TEXT_INDEX))

FIGURES = ("figures", "figure_readings")
FIGURE_TABLES = (
    f"""CREATE TABLE IF NOT EXISTS figures (
    {_DOC}, role TEXT NOT NULL, indicator TEXT NOT NULL, unit TEXT NOT NULL, figure TEXT NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS figures_doc ON figures (doc)",
    """CREATE TABLE IF NOT EXISTS figure_readings (
    doc INTEGER PRIMARY KEY REFERENCES documents, version TEXT NOT NULL)""",
)
"""The figures of documents, and the version of the program that read them; only where they are kept.

``figure`` is the JSON object of docs/figures.md without its ``document``.
"""

_INDEXED = (
    *("documents.label", "letters.date", "policies.title", "policies.doc_no"),
    *("doc_numbers.normalized", "facets.doc", "alternatives.doc", "evidence.doc", "sections.doc"),
    *("policies.doc", "doc_numbers.doc", "quantities.doc", "other_entities.doc"),
)
INDICES = DOCUMENTS_INDICES + "".join(
    f"CREATE INDEX {table}_{column} ON {table} ({column});"
    for table, column in (name.split(".") for name in _INDEXED)
)

_EVIDENCE = tuple(Evidence.__annotations__)


def record_rows(record: Record, file: int | None, bundle: str | None) -> Iterator[tuple[str, Sequence[Any]]]:
    """Yield the rows of a record, each with the name of its table, without the number of the document."""
    topic, letter = record["topic"], record["letter"]
    fields: Mapping[str, Any] = topic or {}
    yield (
        "documents",
        [
            *(record[name] for name in ("id", "source", "sha256", "chars")),
            *(fields.get(name) for name in ("label", "probability", "review", "reason")),
            *(record["model"]["name"], record["model"]["version"]),
            columns_text(record),
            *(file, bundle, None),
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


def figure_row(figure: FigureRecord) -> tuple[str, str, str, str]:
    """Return the row of a figure, without the number of the document."""
    rest = {name: value for name, value in figure.items() if name != "document"}
    return figure["role"], figure["indicator"], figure["unit"], json.dumps(rest, ensure_ascii=False)


def keeps_figures(base: sqlite3.Connection) -> bool:
    """Tell whether an archive has the tables of figures."""
    query = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN (?, ?)"
    return bool(base.execute(query, FIGURES).fetchone() == (len(FIGURES),))


def table_columns(base: sqlite3.Connection) -> set[tuple[str, str]]:
    """Return the tables of a database and their columns."""
    return set(
        base.execute(
            "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c "
            "WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE 'text_index_%'"
        )
    )


def known_columns(*, figures: bool) -> set[tuple[str, str]]:
    """Return the tables and columns of an archive that is written now, with or without those of figures."""
    from nhsa_nlp.io.store.term_index import TABLES as TERM_TABLES

    with closing(sqlite3.connect(":memory:")) as base:
        base.executescript(f"{TABLES} {TERM_TABLES} {'; '.join(FIGURE_TABLES) if figures else ''};")
        return table_columns(base)


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
