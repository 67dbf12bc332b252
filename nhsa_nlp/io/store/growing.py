"""Archives that grow: which formats they have, how one is looked into, and how it is changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Protocol

from nhsa_nlp.checks import reason_of
from nhsa_nlp.errors import DamagedArchiveError, OutputError
from nhsa_nlp.io.atomic import real_path
from nhsa_nlp.io.locking import BROKEN, is_locked
from nhsa_nlp.io.store.ledger import ANEW, LEDGER, Ledger, incomplete
from nhsa_nlp.io.writers import parquet as parquet_writer
from nhsa_nlp.io.writers import sqlite as sqlite_writer
from nhsa_nlp.record import FigureRecord, Record
from nhsa_nlp.translation import Message

GROWING = (*sqlite_writer.SUFFIXES, *parquet_writer.SUFFIXES)
"""The suffixes of archives that can be updated."""


class GrowingArchive(Protocol):
    """An archive that is being changed; what is done to it appears as a whole at the end."""

    ledger: Ledger

    def add(
        self,
        record: Record,
        *,
        file: int | None = None,
        bundle: str | None = None,
        text: str | None = None,
        tokens: str | None = None,
        figures: Sequence[FigureRecord] | None = None,
    ) -> None:
        """Add a document; ``file`` and ``bundle`` are what the ledger remembers of it."""
        ...

    def delete(self, docs: Sequence[int], when: str) -> None:
        """Mark documents as deleted; nothing finds them any more."""
        ...

    def move(self, doc: int, source: str) -> None:
        """Change where a document is."""
        ...


def open_growing(
    path: Path, *, new: bool = False, compact: bool = False
) -> AbstractContextManager[GrowingArchive]:
    """Give an archive to change, an empty one or that at ``path``.

    Raises
    ------
    OutputError
        On leaving, if it cannot be written; the old one is as it was.
    """
    if path.suffix.lower() in parquet_writer.SUFFIXES:
        from nhsa_nlp.io.store.parquet_folder import open_parquet_folder

        return open_parquet_folder(path, new=new, compact=compact)
    from nhsa_nlp.io.store.archive_file import open_archive_file

    return open_archive_file(path, new=new, compact=compact)


@contextmanager
def open_ledger(path: Path) -> Iterator[Ledger | None]:
    """Give what an archive remembers, to be read; ``None`` if there is no archive yet.

    Raises
    ------
    OutputError
        If what is there is not an archive that can be updated.
    """
    target = real_path(path)
    if not target.exists() or _is_empty_file(target):
        yield None
        return
    base = _open_folder(path, target) if _is_parquet(path) else _open_file(path, target)
    with closing(base):
        yield Ledger(base)


@contextmanager
def lock_archive(path: Path) -> Iterator[None]:
    """Keep other programs from writing an archive in SQLite until this is left; readers go on.

    Nothing else may open and close the file meanwhile: that ends all locks of a process on it (POSIX).

    Raises
    ------
    OutputError
        If another program is writing it.
    """
    target = real_path(path)
    if _is_parquet(path) or not target.exists():
        yield
        return
    try:
        base = sqlite3.connect(f"{target.as_uri()}?mode=rw", uri=True, isolation_level=None)
    except sqlite3.Error as error:
        raise _not_opened(path, error) from error
    with closing(base):
        try:
            base.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise _not_opened(path, error) from error
        yield


def _is_empty_file(target: Path) -> bool:
    """Tell whether a file holds nothing, as one that was made only to reserve the name."""
    return target.is_file() and not target.stat().st_size


def is_parts_folder(path: Path) -> bool:
    """Tell whether a path is that of a folder of Parquet parts, by this program."""
    return _is_parquet(path) and (path / LEDGER).is_file()


def lacks_ledger(path: Path) -> bool:
    """Tell whether a path is that of a folder of Parquet parts without its database."""
    return _is_parquet(path) and not (path / LEDGER).exists() and any(path.glob("part-*.parquet"))


def holds_parquet_records(path: Path) -> bool:
    """Tell whether a path is that of records in Parquet, one table or a folder of parts."""
    if not _is_parquet(path) or not path.is_file():
        return is_parts_folder(path)
    import pyarrow as pa
    import pyarrow.parquet as pq

    from nhsa_nlp.io.writers.record_schema import is_schema

    try:
        return is_schema(pq.read_schema(path))
    except (pa.ArrowException, ValueError, OSError):
        return False


def _is_parquet(path: Path) -> bool:
    return path.suffix.lower() in parquet_writer.SUFFIXES


def _open_folder(path: Path, target: Path) -> sqlite3.Connection:
    from nhsa_nlp.io.store import parquet_folder as folders

    if not target.is_dir():
        raise OutputError(
            "is one file; --update writes a folder of parts: choose another --output or move it", path
        )
    if not (target / LEDGER).is_file():
        raise OutputError("is a folder that --update did not write; choose another --output", path)
    base = _open(path, target / LEDGER, folders.APPLICATION_ID, (folders.FORMAT, folders.FORMAT_WITH_TEXTS))
    try:
        _check_names(path, target, base)
        with reading_ledger(path):
            folders.check_rows(base, target, path)
    except OSError as error:
        base.close()
        raise _not_opened(path, error) from error
    except OutputError:
        base.close()
        raise
    return base


def _check_names(path: Path, target: Path, base: sqlite3.Connection) -> None:
    """Refuse a folder with something else in it, or without a part of what its database says."""
    with reading_ledger(path):
        names = {name for (name,) in base.execute("SELECT name FROM parts")} | {LEDGER}
    for entry in sorted(target.iterdir()):
        if entry.name not in names:
            raise OutputError(
                "holds {name}, which is not part of it; move that elsewhere", path, name=entry.name
            )
    for name in sorted(names):
        if not (target / name).is_file():
            raise OutputError(incomplete(name), path)


def _open_file(path: Path, target: Path) -> sqlite3.Connection:
    from nhsa_nlp.io.store.archive_tables import (
        APPLICATION_ID,
        FIGURES,
        FORMAT,
        known_columns,
        table_columns,
    )

    _check_closed(path, target)
    base = _open(path, target, APPLICATION_ID, (FORMAT,))
    with reading_ledger(path):
        found = table_columns(base)
        figures = any(table in FIGURES for table, _ in found)  # half of them would seem to be of no figures
        lacking = known_columns(figures=figures) - found
    if lacking:
        base.close()
        table, column = min(lacking)
        raise OutputError(
            "is damaged (has no {column} in {table}); {advice}",
            path,
            column=column,
            table=table,
            advice=_anew(path),
        )
    return base


def _check_closed(path: Path, target: Path) -> None:
    for suffix in ("-journal", "-wal"):
        beside = target.with_name(target.name + suffix)
        if beside.is_file() and beside.stat().st_size:
            raise OutputError(
                "is being written by another program ({name} is there); close that, or open and close the "
                "archive with it",
                path,
                name=beside.name,
            )


def check_replaceable(path: Path) -> None:
    """Find out whether another program is writing a database, or has not finished writing it.

    What is no database, or cannot be opened, is not judged here.

    Raises
    ------
    OutputError
        If one is: what it writes would be lost, or spoil what is put in the place of the database.
    """
    target = real_path(path)
    try:
        if path.suffix.lower() not in sqlite_writer.SUFFIXES or not target.is_file():
            return
        _check_closed(path, target)
        address = f"{target.as_uri()}?mode=rw"
        with closing(sqlite3.connect(address, uri=True, timeout=0, isolation_level=None)) as base:
            base.execute("PRAGMA trusted_schema = OFF")
            base.execute("BEGIN IMMEDIATE")
            base.execute("ROLLBACK")
    except OSError:
        return
    except sqlite3.Error as error:
        if is_locked(error):
            raise _not_opened(path, error) from error


def _open(path: Path, file: Path, application_id: int, forms: tuple[int, ...]) -> sqlite3.Connection:
    try:
        base = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, check_same_thread=False)
    except sqlite3.Error as error:
        raise _not_opened(path, error) from error
    try:
        base.executescript("PRAGMA trusted_schema = OFF; PRAGMA query_only = ON;")
        (application,) = base.execute("PRAGMA application_id").fetchone()
        (version,) = base.execute("PRAGMA user_version").fetchone()
        if application != application_id:
            raise OutputError("is not an archive of this program; choose another --output", path)
        if version > forms[-1]:
            raise OutputError(
                "was written by a newer version of nhsa-nlp (format {version}); update with that",
                path,
                version=version,
            )
        if version not in forms:
            raise OutputError(
                "is of format {version}, which cannot be updated to {newest}; {advice}",
                path,
                version=version,
                newest=forms[-1],
                advice=_anew(path),
            )
        if base.execute("SELECT 1 FROM documents WHERE file IS NULL LIMIT 1").fetchone() is not None:
            raise OutputError("does not say of which files it is; {advice}", path, advice=_anew(path))
    except BROKEN as error:
        base.close()
        raise (_not_opened if is_locked(error) else _damaged)(path, error) from error
    except OutputError:
        base.close()
        raise
    return base


@contextmanager
def reading_ledger(path: Path) -> Iterator[None]:
    """Name the archive where its ledger cannot be read.

    Raises
    ------
    DamagedArchiveError
        If it is damaged.
    """
    try:
        yield
    except BROKEN as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> DamagedArchiveError:
    return DamagedArchiveError(
        "is not an archive, or damaged ({error}); {advice}", path, error=reason_of(error), advice=_anew(path)
    )


def _anew(path: Path) -> str:
    if _is_parquet(path):
        return ANEW
    return Message("write it anew with --overwrite instead of --update")


def _not_opened(path: Path, error: Exception) -> OutputError:
    if is_locked(error):
        return OutputError("is being written by another program; try again when that is done", path)
    return OutputError("cannot be opened ({error})", path, error=reason_of(error))
