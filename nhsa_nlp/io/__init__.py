"""Readers and writers: files to documents, records to files; one module a format."""

from __future__ import annotations

from nhsa_nlp.io.atomic import check_writable, write_text
from nhsa_nlp.io.document import Document
from nhsa_nlp.io.find import describe_skipped, find_documents
from nhsa_nlp.io.json_lines import JsonLinesWriter, write_json_lines
from nhsa_nlp.io.options import MAX_BYTES, ReadOptions
from nhsa_nlp.io.readers import (
    READABLE,
    Part,
    Reader,
    TableReader,
    Unpacker,
    expand,
    read_documents,
    read_part,
)
from nhsa_nlp.io.records import read_records
from nhsa_nlp.io.source import STANDARD_INPUT, Source, Unreadable
from nhsa_nlp.io.writers import HOLDING_TEXTS, WRITERS, Writer, writer_for
from nhsa_nlp.io.writers.texts import Texts

__all__ = [
    "HOLDING_TEXTS",
    "MAX_BYTES",
    "READABLE",
    "STANDARD_INPUT",
    "WRITERS",
    "Document",
    "JsonLinesWriter",
    "Part",
    "ReadOptions",
    "Reader",
    "Source",
    "TableReader",
    "Texts",
    "Unreadable",
    "Unpacker",
    "Writer",
    "check_writable",
    "describe_skipped",
    "find_documents",
    "expand",
    "read_documents",
    "read_part",
    "read_records",
    "write_json_lines",
    "write_text",
    "writer_for",
]
