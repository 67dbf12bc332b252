"""Writing records to an archive in SQLite; see `nhsa_nlp.io.store.archive_file`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from nhsa_nlp.io.document import Texts
from nhsa_nlp.io.formats import DATABASES
from nhsa_nlp.record import Record

SUFFIXES = DATABASES


def write(
    path: str | Path,
    records: Iterable[Record],
    *,
    texts: Texts | None = None,
    tokens: Texts | None = None,
    **_: object,
) -> int:
    """Write records, and the texts with an index of them if they are given; see `Writer`."""
    from nhsa_nlp.io.store.archive_file import open_archive_file

    written = 0
    with open_archive_file(path, new=True) as archive:
        for record in records:
            written += 1
            text = None if texts is None else texts(record["id"])
            known = None if text is None or tokens is None else tokens(record["id"])
            archive.add(record, text=text, tokens=known)
    return written
