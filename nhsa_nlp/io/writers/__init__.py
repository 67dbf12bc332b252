"""Writing records to files: the one interface of all formats, and which suffix goes to which.

A format is a module with a tuple ``SUFFIXES`` and a function ``write`` (a `Writer`); to add one,
write it and name it below. A format imports what it needs when it writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

from nhsa_nlp.errors import OutputError
from nhsa_nlp.io.document import Texts
from nhsa_nlp.io.writers import delimited as delimited_writer
from nhsa_nlp.io.writers import json_lines as json_writer
from nhsa_nlp.io.writers import parquet as parquet_writer
from nhsa_nlp.io.writers import sqlite as sqlite_writer
from nhsa_nlp.io.writers import xlsx as xlsx_writer
from nhsa_nlp.record import Record


class Writer(Protocol):
    """A function that writes records to a file, which appears whole or not at all."""

    def __call__(
        self,
        path: str | Path,
        records: Iterable[Record],
        *,
        texts: Texts | None = None,
        tokens: Texts | None = None,
        failures: Iterable[Mapping[str, Any]] = (),
    ) -> int:
        """Write all records, in constant memory.

        Parameters
        ----------
        path
            The file; one that exists is replaced at the end, and untouched before.
        texts
            The raw texts, for formats that hold them (``.sqlite``).
        tokens
            What `nhsa_nlp.io.store.search_tokens.index_text` makes of them, where that is known already.
        failures
            The fields of documents that have no record, for formats that have room for them (``.xlsx``).

        Returns
        -------
        int
            The number of records.

        Raises
        ------
        OutputError
            If the file cannot be written, such as on a full disk.
        """
        ...


_FORMATS = (json_writer, delimited_writer, xlsx_writer, parquet_writer, sqlite_writer)

WRITERS: dict[str, Writer] = {suffix: form.write for form in _FORMATS for suffix in form.SUFFIXES}
"""The writer of each suffix (lower case, with its dot)."""

ENCODED_WRITERS = {
    suffix: form.write_encoded for form in (json_writer, parquet_writer) for suffix in form.SUFFIXES
}
"""What writes records that are JSON in UTF-8 already, for formats that need no objects for it."""

SHEETS = frozenset((*delimited_writer.SUFFIXES, *xlsx_writer.SUFFIXES))
"""The suffixes of what people open: headings and codes are in their language."""

HOLDING_TEXTS = frozenset(sqlite_writer.SUFFIXES)
"""The suffixes of formats that hold the raw texts, if the writer is given them."""


def writer_for(path: str | Path) -> Writer:
    """Return the writer for a file by its suffix.

    Raises
    ------
    OutputError
        For an unknown suffix.
    """
    try:
        return WRITERS[Path(path).suffix.lower()]
    except KeyError:
        known = " ".join(sorted(WRITERS))
        raise OutputError("cannot write this format; formats written: {known}", path, known=known) from None
