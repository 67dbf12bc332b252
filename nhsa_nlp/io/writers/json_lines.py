"""Writing records to a file in JSON Lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from nhsa_nlp.io.atomic import write_atomically
from nhsa_nlp.io.json_lines import json_line
from nhsa_nlp.io.writers.texts import Texts

SUFFIXES = (".jsonl", ".ndjson")


def write(path: str | Path, records: Iterable[Mapping[str, object]], *, texts: Texts | None = None) -> int:  # noqa: ARG001
    """Write records, one a line; see `Writer`."""
    written = 0
    with write_atomically(path) as file, file.open("wb") as stream:
        for record in records:
            stream.write(json_line(record))
            written += 1
    return written
