"""Opening an archive: the database that ``label --output FILE.sqlite`` writes."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from nhsa_nlp.checks import reason_of
from nhsa_nlp.errors import InputError
from nhsa_nlp.io.locking import BROKEN, is_locked
from nhsa_nlp.io.store.archive_tables import APPLICATION_ID, FORMAT
from nhsa_nlp.io.store.growing import holds_parquet_records, lacks_ledger
from nhsa_nlp.io.store.ledger import ANEW, LEDGER
from nhsa_nlp.translation import Message

_FIRST_FORMAT = 1
_OF_TERMS = """
CREATE TEMP VIEW gone AS SELECT doc FROM documents WHERE deleted IS NOT NULL;
CREATE TEMP VIEW additions AS SELECT * FROM term_additions;
CREATE TEMP VIEW postings AS SELECT term, 0 AS first, texts, postings FROM terms
    UNION ALL SELECT term, first, texts, postings FROM term_additions;
"""
_VIEWS = {
    _FIRST_FORMAT: """
CREATE TEMP VIEW live AS SELECT * FROM documents;
CREATE TEMP VIEW gone AS SELECT doc FROM documents WHERE 0;
CREATE TEMP VIEW additions AS SELECT term, 0 AS first, texts, postings FROM terms WHERE 0;
CREATE TEMP VIEW postings AS SELECT term, 0 AS first, texts, postings FROM terms;
""",
    FORMAT: "CREATE TEMP VIEW live AS SELECT * FROM documents WHERE deleted IS NULL;" + _OF_TERMS,  # noqa: S608
}
"""What is read of an archive instead of its tables, whatever its format: views of this connection, not those
of the file, which anybody can have changed."""


def open_archive(path: str | Path) -> sqlite3.Connection:
    """Open an archive with texts, to be read only.

    Beside its tables there are views: ``live``, the documents that are not deleted; ``gone``, the numbers
    of the others, which ``NOT IN (SELECT doc FROM gone)`` leaves out of anything else; ``postings``, the
    rows of the index of terms, see `nhsa_nlp.io.store.term_index`, and ``additions``, those of them that
    are not in its table ``terms``.

    Raises
    ------
    InputError
        If the file is not such a database, of another format, damaged, or holds no texts.
    """
    refuse_parquet(path)
    if Path(path).is_dir():
        raise InputError("is a folder; name a database that label --output FILE.sqlite wrote", path)
    if not Path(path).is_file():
        raise InputError("there is no such file; name one that label --output FILE.sqlite wrote", path)
    base = _connect(Path(path), path)
    try:
        application, version = _format_of(base)
        if application != APPLICATION_ID:
            raise InputError("is not a database of documents; name one that label --output wrote", path)
        if version not in _VIEWS:
            raise InputError(_other_format(version, FORMAT), path)
        base.executescript(_VIEWS[version])
        base.execute("PRAGMA query_only = ON")
        if base.execute("SELECT 1 FROM texts LIMIT 1").fetchone() is None:
            raise InputError("holds no texts to search; write it again with label --output FILE.sqlite", path)
    except BROKEN as error:
        base.close()
        if (
            getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB
        ):  # a file of the user's own, to be left alone
            raise InputError(
                "is not an archive; name one that label --output FILE.sqlite wrote", path
            ) from error
        raise unreadable(error, path) from error
    except InputError:
        base.close()
        raise
    return base


def open_parts(path: str | Path) -> sqlite3.Connection:
    """Open the database of an archive of parts in Parquet, for the index of the terms of its texts.

    It has the views of `open_archive` but for ``live``, and ``texts`` with the numbers of those it holds.

    Raises
    ------
    InputError
        If it holds no texts, is of another format, or damaged.
    """
    from nhsa_nlp.io.store.parquet_folder import APPLICATION_ID, FORMAT, FORMAT_WITH_TEXTS

    base = _connect(Path(path) / LEDGER, path)
    try:
        application, version = _format_of(base)
        if application == APPLICATION_ID and version == FORMAT:
            raise InputError(
                "holds no texts; write it anew with label --update --keep-text --output FILE.parquet", path
            )
        if application != APPLICATION_ID or version != FORMAT_WITH_TEXTS:
            raise InputError(_other_format(version, FORMAT_WITH_TEXTS), path)
        base.executescript(_OF_TERMS + "CREATE TEMP VIEW texts AS SELECT doc FROM documents;")  # noqa: S608
        base.execute("PRAGMA query_only = ON")
    except BROKEN as error:
        base.close()
        raise InputError("is damaged ({error}); write it anew", path, error=reason_of(error)) from error
    except InputError:
        base.close()
        raise
    return base


def _connect(file: Path, path: str | Path) -> sqlite3.Connection:
    """Open the database in a file for reading only."""
    try:
        return sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)
    except sqlite3.Error as error:
        raise InputError("cannot be opened ({error})", path, error=reason_of(error)) from error


def _format_of(base: sqlite3.Connection) -> tuple[int, int]:
    """Return whose database it is, and its format, before anything in it is believed."""
    base.execute("PRAGMA trusted_schema = OFF")
    (application,) = base.execute("PRAGMA application_id").fetchone()
    (version,) = base.execute("PRAGMA user_version").fetchone()
    return application, version


def unreadable(error: Exception, path: str | Path) -> InputError:
    """Return what to say of an archive that could not be read any further."""
    if is_locked(error):
        return InputError("is being written by another program; try again when that is done", path)
    return InputError("is damaged ({error}); {advice}", path, error=reason_of(error), advice=_anew(path))


def checked(row: tuple[Any, ...] | None) -> tuple[Any, ...]:
    """Return a row of texts and numbers.

    Raises
    ------
    ValueError
        If there is none, or what should be a text is bytes: the archive is damaged.
    """
    if row is None:
        raise ValueError(Message("a row is missing"))
    if any(isinstance(value, bytes) for value in row):
        raise ValueError(Message("bytes in the place of a text"))
    return row


def refuse_parquet(path: str | Path) -> None:
    """Refuse records in Parquet, a table or a folder of parts.

    Raises
    ------
    InputError
        If it is one: they have no index of texts.
    """
    if holds_parquet_records(Path(path)) or lacks_ledger(Path(path)):
        reason = Message("this needs a .sqlite, not records in Parquet")
        raise InputError(
            "{reason}; name the archive that label --output FILE.sqlite writes", path, reason=reason
        )


def _other_format(version: int, newest: int) -> str:
    if version > newest:
        return Message(
            "is of format {version}, of a newer version of nhsa-nlp; read it with that", version=version
        )
    return Message(
        "is of format {version}, this version reads {newest}; write it again", version=version, newest=newest
    )


def _anew(path: str | Path) -> str:
    if Path(path).is_dir():
        return ANEW
    return Message("write it anew with label --output {name} --overwrite", name=Path(path).name)
