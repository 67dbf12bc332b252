"""Writing records to a file in JSON Lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from nhsa_nlp.io.json_lines import JsonLinesWriter, write_json_lines

SUFFIXES = (".jsonl", ".ndjson")


def write(path: str | Path, records: Iterable[Mapping[str, object]], **_: object) -> int:
    """Write records, one a line; see `Writer`."""
    return write_json_lines(path, records)


def write_encoded(path: str | Path, records: Iterable[bytes]) -> None:
    """Write records that are JSON in UTF-8 already, one a line.

    Raises
    ------
    OutputError
        If the file cannot be written, such as on a full disk.
    """
    with JsonLinesWriter(path) as writer:
        for record in records:
            writer.write_encoded(record)
