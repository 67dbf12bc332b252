"""Writing records to a file in JSON Lines."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from nhsa_nlp.io.json_lines import JsonLinesWriter
from nhsa_nlp.io.placing import placed
from nhsa_nlp.io.texts import Texts
from nhsa_nlp.record import Record

SUFFIXES = (".jsonl", ".ndjson")


def write(path: str | Path, records: Iterable[Record], *, texts: Texts | None = None) -> int:  # noqa: ARG001
    """Write records, one a line; see `Writer`."""
    with placed(path) as file, file.open("wb") as stream, JsonLinesWriter(stream) as writer:
        for record in records:
            writer.write(record)
    return writer.written
