"""Archives that grow, looked into: what is in them, whatever their format."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from nhsa_nlp.batch import Changes, Job, Update, run
from nhsa_nlp.io.store.ledger import LEDGER
from tests.batch.test_run import Watch


def job(*paths: Path | str, **settings: Any) -> Job:
    return Job([str(path) for path in paths], loader="tests.batch.plain:load", **settings)


def update(
    archive: Path, *paths: Path | str, relabel: bool = False, compact: bool = False, **settings: Any
) -> Changes:
    """Bring an archive up to date; return what that did."""
    found = run(job(*paths, **settings), [archive], Watch(), update=Update(relabel, compact)).changes
    assert found is not None
    return found


def did(changes: Changes) -> tuple[int, int, int, int]:
    """Return how many documents are new, changed, deleted, and as before."""
    assert changes.relabelled == 0
    return changes.new, changes.changed, changes.deleted, changes.kept


def query(archive: Path, sql: str) -> list[Any]:
    base = sqlite3.connect(archive / LEDGER if archive.is_dir() else archive)
    with contextlib.closing(base):
        return base.execute(sql).fetchall()


def live(archive: Path) -> dict[str, str]:
    """Return the SHA-256 of the text of each document that is not deleted, by its id."""
    known = query(archive, "SELECT id, sha256 FROM documents WHERE deleted IS NULL")
    if archive.is_dir():
        parts = [pq.read_table(part).to_pylist() for part in sorted(archive.glob("*.parquet"))]
        rows = [(row["id"], row["sha256"]) for part in parts for row in part]
        assert sorted(rows) == sorted(known)
    assert len(dict(known)) == len(known)
    return dict(known)


def deleted(archive: Path) -> list[str]:
    """Return the ids that are marked as deleted and that nothing has now, in order."""
    rows = query(
        archive,
        "SELECT id, deleted FROM documents WHERE deleted IS NOT NULL "
        "AND id NOT IN (SELECT id FROM documents WHERE deleted IS NULL) ORDER BY doc",
    )
    assert all(when.startswith("20") and when.endswith("+00:00") for _, when in rows)
    return [id_ for id_, _ in rows]
