"""Writing records to a file in JSON Lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from nhsa_nlp.io.json_lines import write_json_lines

SUFFIXES = (".jsonl", ".ndjson")


def write(path: str | Path, records: Iterable[Mapping[str, object]], **_: object) -> int:
    """Write records, one a line; see `Writer`."""
    return write_json_lines(path, records)
