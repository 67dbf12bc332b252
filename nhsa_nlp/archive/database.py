"""Opening an archive: the database that ``label --output FILE.sqlite`` writes."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from nhsa_nlp.checks import first_line
from nhsa_nlp.errors import InputError
from nhsa_nlp.io.writers.sqlite import APPLICATION_ID, FORMAT


def open_archive(path: str | Path) -> sqlite3.Connection:
    """Open an archive with texts, to be read only.

    Raises
    ------
    InputError
        If the file is not such a database, of another format, damaged, or holds no texts.
    """
    if not Path(path).is_file():
        raise InputError("there is no such file; name one that label --output FILE.sqlite wrote", path)
    try:
        base = sqlite3.connect(f"{Path(path).resolve().as_uri()}?mode=ro", uri=True)
    except sqlite3.Error as error:
        raise InputError(f"cannot be opened ({first_line(error)})", path) from error
    try:
        base.execute("PRAGMA trusted_schema = OFF")
        base.execute("PRAGMA query_only = ON")
        (application,) = base.execute("PRAGMA application_id").fetchone()
        (version,) = base.execute("PRAGMA user_version").fetchone()
        if application != APPLICATION_ID:
            raise InputError("is not a database of documents; name one that label --output wrote", path)
        if version != FORMAT:
            raise InputError(f"is of format {version}, this version reads {FORMAT}; write it again", path)
        if base.execute("SELECT 1 FROM texts LIMIT 1").fetchone() is None:
            raise InputError("holds no texts to search; write it again with label --output FILE.sqlite", path)
    except sqlite3.DatabaseError as error:
        base.close()
        if _is_locked(error):
            raise unreadable(error, path) from error
        reason = f"is not an SQLite database, or damaged ({first_line(error)})"
        raise InputError(f"{reason}; write one with label --output FILE.sqlite", path) from error
    except InputError:
        base.close()
        raise
    return base


def unreadable(error: Exception, path: str | Path) -> InputError:
    """Return what to say of an archive that could not be read any further."""
    if _is_locked(error):
        return InputError("is being written by another program; try again when that is done", path)
    return InputError(f"is damaged ({first_line(error)}); write it again", path)


def _is_locked(error: Exception) -> bool:
    return isinstance(error, sqlite3.OperationalError) and "locked" in str(error)
