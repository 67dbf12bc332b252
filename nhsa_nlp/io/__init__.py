"""Readers and writers: files to documents, records to files; one module a format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsa_nlp.lazy_names import lazy_names

if TYPE_CHECKING:
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

# Each reader and writer brings its format along, and whoever wants one name here does not need them all.
__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "atomic": ("check_writable", "write_text"),
        "document": ("Document",),
        "find": ("describe_skipped", "find_documents"),
        "json_lines": ("JsonLinesWriter", "write_json_lines"),
        "options": ("ReadOptions",),
        "readers": ("READABLE", "Part", "expand", "read_documents", "read_part", "size_of"),
        "records": ("read_records",),
        "source": ("STANDARD_INPUT", "Source", "Unreadable"),
        "writers": ("HOLDING_TEXTS", "WRITERS", "writer_for"),
    },
)
