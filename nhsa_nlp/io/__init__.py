"""Readers and writers: files to documents, records to files; one module a format."""

from __future__ import annotations

from nhsa_nlp.io.atomic import check_writable, write_text
from nhsa_nlp.io.document import Document
from nhsa_nlp.io.find import describe_skipped, find_documents
from nhsa_nlp.io.json_lines import JsonLinesWriter, write_json_lines
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.readers import READABLE, Part, expand, read_documents, read_part, size_of
from nhsa_nlp.io.records import read_records
from nhsa_nlp.io.source import STANDARD_INPUT, Source, Unreadable
from nhsa_nlp.io.writers import HOLDING_TEXTS, WRITERS, writer_for

__all__ = [
    "HOLDING_TEXTS",
    "READABLE",
    "STANDARD_INPUT",
    "WRITERS",
    "Document",
    "JsonLinesWriter",
    "Part",
    "ReadOptions",
    "Source",
    "Unreadable",
    "check_writable",
    "describe_skipped",
    "find_documents",
    "expand",
    "read_documents",
    "read_part",
    "read_records",
    "size_of",
    "write_json_lines",
    "write_text",
    "writer_for",
]
