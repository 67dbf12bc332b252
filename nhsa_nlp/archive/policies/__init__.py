"""The policies an archive cites: read its records, join the citations, write tables and the graph."""

from __future__ import annotations

from nhsa_nlp.archive.policies.citations import Archive, CitedPolicy, CitingDocument
from nhsa_nlp.archive.policies.graph import to_graphml
from nhsa_nlp.archive.policies.reading import RecordCitations, read_citations
from nhsa_nlp.archive.policies.table import to_csv, to_object

__all__ = [
    "Archive",
    "CitedPolicy",
    "CitingDocument",
    "RecordCitations",
    "read_citations",
    "to_csv",
    "to_graphml",
    "to_object",
]
