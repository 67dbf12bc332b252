"""Opening an archive: the database that ``label --output FILE.sqlite`` writes."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from nhsa_nlp.checks import first_line
from nhsa_nlp.errors import InputError
from nhsa_nlp.io.locking import is_locked
from nhsa_nlp.io.writers.archive_tables import APPLICATION_ID, FORMAT
from nhsa_nlp.io.writers.growing import holds_parquet_records

_FIRST_FORMAT = 1
_VIEWS = {
    _FIRST_FORMAT: """
CREATE TEMP VIEW live AS SELECT * FROM documents;
CREATE TEMP VIEW gone AS SELECT doc FROM documents WHERE 0;
CREATE TEMP VIEW additions AS SELECT term, 0 AS first, texts, postings FROM terms WHERE 0;
CREATE TEMP VIEW postings AS SELECT term, 0 AS first, texts, postings FROM terms;
""",
    FORMAT: """
CREATE TEMP VIEW live AS SELECT * FROM documents WHERE deleted IS NULL;
CREATE TEMP VIEW gone AS SELECT doc FROM documents WHERE deleted IS NOT NULL;
CREATE TEMP VIEW additions AS SELECT * FROM term_additions;
CREATE TEMP VIEW postings AS SELECT term, 0 AS first, texts, postings FROM terms
    UNION ALL SELECT term, first, texts, postings FROM term_additions;
""",
}
"""What is read of an archive instead of its tables, whatever its format: views of this connection, not those
of the file, which anybody can have changed."""


def open_archive(path: str | Path) -> sqlite3.Connection:
    """Open an archive with texts, to be read only.

    Beside its tables there are views: ``live``, the documents that are not deleted; ``gone``, the numbers
    of the others, which ``NOT IN (SELECT doc FROM gone)`` leaves out of anything else; ``postings``, the
    rows of the index of terms, see `nhsa_nlp.io.writers.term_index`, and ``additions``, those of them that
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
    try:
        base = sqlite3.connect(f"{Path(path).resolve().as_uri()}?mode=ro", uri=True)
    except sqlite3.Error as error:
        raise InputError(f"cannot be opened ({first_line(error)})", path) from error
    try:
        base.execute("PRAGMA trusted_schema = OFF")
        (application,) = base.execute("PRAGMA application_id").fetchone()
        (version,) = base.execute("PRAGMA user_version").fetchone()
        if application != APPLICATION_ID:
            raise InputError("is not a database of documents; name one that label --output wrote", path)
        if version not in _VIEWS:
            raise InputError(f"is of format {version}, this version reads {FORMAT}; write it again", path)
        base.executescript(_VIEWS[version])
        base.execute("PRAGMA query_only = ON")
        if base.execute("SELECT 1 FROM texts LIMIT 1").fetchone() is None:
            raise InputError("holds no texts to search; write it again with label --output FILE.sqlite", path)
    except sqlite3.DatabaseError as error:
        base.close()
        if is_locked(error):
            raise unreadable(error, path) from error
        reason = f"is not an SQLite database, or damaged ({first_line(error)})"
        raise InputError(f"{reason}; {_anew(path)}", path) from error
    except InputError:
        base.close()
        raise
    return base


def unreadable(error: Exception, path: str | Path) -> InputError:
    """Return what to say of an archive that could not be read any further."""
    if is_locked(error):
        return InputError("is being written by another program; try again when that is done", path)
    return InputError(f"is damaged ({first_line(error)}); {_anew(path)}", path)


def refuse_parquet(path: str | Path) -> None:
    """Refuse records in Parquet, a table or a folder of parts.

    Raises
    ------
    InputError
        If it is one: they hold no texts.
    """
    if holds_parquet_records(Path(path)):
        reason = "records in Parquet hold no texts, which this needs"
        raise InputError(f"{reason}; name the archive that label --output FILE.sqlite writes", path)


def _anew(path: str | Path) -> str:
    return f"write it anew with label --output {Path(path).name} --overwrite"
