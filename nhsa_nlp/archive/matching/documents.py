"""Where the documents of an archive are read from, by their numbers: its tables, or parts in Parquet."""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, Protocol

from nhsa_nlp.archive.matching.texts import Text, read_text
from nhsa_nlp.errors import InputError
from nhsa_nlp.io.store.growing import is_parts_folder, lacks_ledger
from nhsa_nlp.io.store.ledger import LEDGER, incomplete
from nhsa_nlp.io.store.opening import checked, open_archive, open_parts, unreadable

if TYPE_CHECKING:
    import pyarrow.parquet as pq

_OPEN = 64  # parts
_HELD = 16  # groups of rows


class Fields(NamedTuple):
    """What an answer shows of a document."""

    id: str
    subject: str | None
    number: str | None
    date: str | None
    label: str | None


class Documents(Protocol):
    """The documents of an archive that has been opened, and the database with the index of their terms."""

    base: sqlite3.Connection

    def close(self) -> None:
        """Close it."""
        ...

    def text(self, number: int) -> Text:
        """Return the text of a document."""
        ...

    def fields(self, number: int) -> Fields:
        """Return what an answer shows of a document."""
        ...

    def policies(self, number: int) -> list[str]:
        """Return the full titles of the policies that a document cites."""
        ...


def open_documents(path: str | Path) -> Documents:
    """Open an archive in SQLite, or one in Parquet that holds texts.

    Raises
    ------
    InputError
        If it is no such archive.
    """
    if is_parts_folder(Path(path)):
        return PartDocuments(path)
    if lacks_ledger(Path(path)):
        raise InputError(incomplete(LEDGER), path)
    return TableDocuments(open_archive(path))


class TableDocuments:
    """Those of an archive in SQLite."""

    def __init__(self, base: sqlite3.Connection):
        self.base = base

    def close(self) -> None:
        """Close it."""
        self.base.close()

    def text(self, number: int) -> Text:
        """Return the text of a document."""
        (raw,) = checked(self.base.execute("SELECT text FROM texts WHERE doc = ?", (number,)).fetchone())
        starts = self.base.execute("SELECT start FROM sections WHERE doc = ?", (number,))
        return read_text(raw, [row[0] for row in starts])

    def fields(self, number: int) -> Fields:
        """Return what an answer shows of a document."""
        row = self.base.execute(
            "SELECT d.id, l.subject, l.number, l.date, d.label FROM documents d "
            "LEFT JOIN letters l ON l.doc = d.doc WHERE d.doc = ?",
            (number,),
        ).fetchone()
        return Fields(*checked(row))

    def policies(self, number: int) -> list[str]:
        """Return the full titles of the policies that a document cites."""
        rows = self.base.execute(
            "SELECT CASE WHEN alias THEN ref ELSE title END FROM policies WHERE doc = ? ORDER BY start",
            (number,),
        )
        return _each_once(title for (title,) in map(checked, rows))


class PartDocuments:
    """Those of a folder of parts, see `nhsa_nlp.io.store.parquet_folder`.

    The rows of a part are in the order of its documents, so where one is follows from their numbers. A group
    of rows is read as a whole. All files are opened at once, since an update replaces the folder.

    Raises
    ------
    InputError
        If it is damaged, or holds no texts.
    """

    def __init__(self, path: str | Path):
        self.base = open_parts(path)
        self._files: dict[int, BinaryIO] = {}
        try:
            for part, name in self.base.execute("SELECT part, name FROM parts").fetchall():
                if (Path(path) / str(name)).parent != Path(path):
                    raise ValueError(f"{name} is no part")
                self._files[part] = (Path(path) / str(name)).open("rb")
        except (sqlite3.Error, OSError, ValueError) as error:
            self.close()
            raise unreadable(error, path) from error
        self._part = lru_cache(_OPEN)(self._open_part)
        self._rows = lru_cache(_HELD)(self._read_group)

    def close(self) -> None:
        """Close it."""
        for file in self._files.values():
            file.close()
        self.base.close()

    def text(self, number: int) -> Text:
        """Return the text of a document."""
        row = self._row(number, ("text", "letter"))
        sections = (row["letter"] or {}).get("sections") or []
        return read_text(row["text"], [section["start"] for section in sections])

    def fields(self, number: int) -> Fields:
        """Return what an answer shows of a document."""
        row = self._row(number, ("id", "letter", "topic"))
        letter, topic = row["letter"] or {}, row["topic"] or {}
        about = (letter.get("subject"), letter.get("number"), letter.get("date"))
        return Fields(row["id"], *about, topic.get("label"))

    def policies(self, number: int) -> list[str]:
        """Return the full titles of the policies that a document cites."""
        found = [each for each in self._row(number, ("entities",))["entities"] if each["label"] == "POLICY"]
        return _each_once(each["ref"] if each["alias"] else each["title"] for each in found)

    def _row(self, number: int, columns: tuple[str, ...]) -> dict[str, Any]:
        (part,) = checked(self.base.execute("SELECT part FROM documents WHERE doc = ?", (number,)).fetchone())
        if part not in self._files:
            raise ValueError(f"there is no part {part}")
        _, docs, ends = self._part(part)
        if number not in docs:
            raise ValueError(f"part {part} has no document {number}")
        at = docs[number]
        group = bisect_right(ends, at)
        row = self._rows(part, group, columns).slice(at - (ends[group - 1] if group else 0), 1)
        (found,) = row.to_pylist()
        return dict(found)

    def _open_part(self, part: int) -> tuple[pq.ParquetFile, dict[int, int], list[int]]:
        """Return a part, the rows of its documents, and where its groups of rows end."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        docs = self.base.execute(
            "SELECT doc FROM documents WHERE part = ? AND deleted IS NULL ORDER BY doc", (part,)
        )
        rows = {doc: row for row, (doc,) in enumerate(docs)}
        try:
            table = pq.ParquetFile(self._files[part])
        except (OSError, pa.ArrowException) as error:
            raise ValueError(f"part {part}: {error}") from error
        groups = range(table.metadata.num_row_groups)
        ends = list(accumulate(table.metadata.row_group(group).num_rows for group in groups))
        if table.metadata.num_rows != len(rows):
            raise ValueError(f"part {part} has {table.metadata.num_rows} documents, not {len(rows)}")
        return table, rows, ends

    def _read_group(self, part: int, group: int, columns: tuple[str, ...]) -> Any:
        import pyarrow as pa

        try:
            return self._part(part)[0].read_row_group(group, columns=list(columns), use_threads=False)
        except (OSError, pa.ArrowException) as error:
            raise ValueError(str(error)) from error


def _each_once(titles: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(title for title in titles if title))
