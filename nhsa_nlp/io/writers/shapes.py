"""What the tables of other commands than ``label`` look like, by which they are known again."""

from __future__ import annotations

from dataclasses import dataclass

from nhsa_nlp.record import FigureRecord
from nhsa_nlp.translation import Language, tr_in


@dataclass(frozen=True, slots=True)
class TableShape:
    """A table that a command writes: its columns, its sheet in a workbook, its fields in JSON.

    Columns are messages of a context; the sheet is one of `nhsa_nlp.io.writers.summary.heading`.
    """

    columns: tuple[str, ...]
    sheet: str
    fields: tuple[str, ...]
    context: str = "heading"

    def headings(self, language: Language | None = None) -> list[str]:
        """Return what its columns are called."""
        return [tr_in(self.context, name, language) for name in self.columns]


_HIT = (
    *("id", "source", "label", "subject", "number", "date"),
    *("start", "end", "before", "match", "after"),
)
SEARCH = TableShape(_HIT, "documents", _HIT)
PRECEDENTS = TableShape(
    (
        *("document", "confidence", "rank", "precedent", "score", "label", "number", "date", "subject"),
        *("passage", "start", "end", "shared policies"),
    ),
    "precedents",
    ("id", "confidence", "precedents"),
)
GROUPS = TableShape(
    ("group", "role", "id", "score", "terms", "beginning", "unique", "source"),
    "groups",
    ("group", "lead", "members"),
    "groups",
)
POLICIES = TableShape(
    (
        *("title", "number", "issuer", "year", "citations", "drafts"),
        *("documents", "labels", "document_ids"),
    ),
    "policies",
    ("title", "number", "issuer", "year", "citations", "drafts", "documents", "labels"),
    "policies",
)
FIGURES = TableShape(
    (
        *("document", "source", "indicator", "value", "to", "unit", "op", "role", "as_of", "since", "until"),
        *("anchor", "scope", "base", "policy", "confidence", "text", "sentence", "start", "end"),
    ),
    "figures",
    tuple(FigureRecord.__annotations__),
)
COMPARISON = TableShape((), "", ("left", "right", "shared", "left_only", "right_only"))
PAGE = TableShape((), "", ())
"""A web page, which says what made it."""
SHEET = TableShape((), "documents", ())
"""A workbook to be filled in by people."""
DATA = TableShape((), "", ())
"""Data that people or tools go on to work with: nothing tells whether somebody has."""
EVALUATION = TableShape((), "", ())
"""The figures of an evaluation."""

TABLES = (SEARCH, PRECEDENTS, GROUPS, POLICIES, FIGURES)
"""Those that may lie in a folder of documents and look like some."""
