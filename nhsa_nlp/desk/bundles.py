"""The model bundles of a desk: which it knows, and which answers."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

from nhsa_nlp.desk import events
from nhsa_nlp.desk.store import NotFoundError, Store, now
from nhsa_nlp.errors import BundleError
from nhsa_nlp.pipeline.bundle import bundle_fingerprint, default_bundle_path, read_manifest

_IN_USE = "bundle"
SYSTEM = "系统"
"""The actor of events that no person caused."""


def add_bundle(base: sqlite3.Connection, path: Path | None, comparison: dict[str, Any] | None = None) -> int:
    """Return the number of a bundle, the shipped one by default, which is added if it is new.

    Parameters
    ----------
    comparison
        What it was compared with on the office's own decisions, and how it did.

    Raises
    ------
    BundleError
        If it is missing or damaged.
    """
    digest = bundle_fingerprint(path)
    row = base.execute("SELECT bundle FROM bundles WHERE digest = ?", (digest,)).fetchone()
    if row is None:
        manifest = read_manifest(default_bundle_path() if path is None else path)
        row = base.execute(
            "INSERT INTO bundles (name, version, digest, path, added) VALUES (?, ?, ?, ?, ?) "
            "RETURNING bundle",
            (manifest.name, manifest.version, digest, None if path is None else str(path.resolve()), now()),
        ).fetchone()
    number = int(row["bundle"])
    if comparison is not None:
        text = json.dumps(comparison, ensure_ascii=False)
        base.execute("UPDATE bundles SET comparison = ? WHERE bundle = ?", (text, number))
    return number


def bundle_in_use(base: sqlite3.Connection) -> sqlite3.Row | None:
    """Return the bundle that answers, if one has been chosen."""
    row: sqlite3.Row | None = base.execute(
        "SELECT b.* FROM bundles b JOIN settings s ON s.name = ? AND b.bundle = CAST(s.value AS INTEGER)",
        (_IN_USE,),
    ).fetchone()
    return row


def all_bundles(base: sqlite3.Connection) -> list[dict[str, Any]]:
    """Return the bundles, the newest first, each with how many documents it answered."""
    rows = base.execute(
        "SELECT b.*, (SELECT count(*) FROM documents d WHERE d.bundle = b.bundle) AS answered "
        "FROM bundles b ORDER BY b.bundle DESC"
    )
    return [
        {**dict(row), "comparison": None if row["comparison"] is None else json.loads(row["comparison"])}
        for row in rows
    ]


def use_bundle(store: Store, number: int, actor: str) -> None:
    """Have a bundle answer from now on; documents that nobody has decided yet are answered again.

    Raises
    ------
    NotFoundError
        If there is no such bundle.
    BundleError
        If it is not as it was when it was added.
    """
    with store.writing() as base:
        row = base.execute("SELECT * FROM bundles WHERE bundle = ?", (number,)).fetchone()
        if row is None:
            raise NotFoundError("there is no model {number}", number=number)
        digest = bundle_fingerprint(None if row["path"] is None else Path(row["path"]))
        if digest != row["digest"]:
            raise BundleError(
                "the model {name} was changed; add it again", name=f"{row['name']} {row['version']}"
            )
        _use(base, number, actor)


def prepare_bundle(store: Store, path: Path | None) -> None:
    """Choose the bundle a server begins with.

    That is the one given; else the one in use, unless that is a shipped bundle which an upgrade replaced.
    """
    with store.writing() as base:
        row = bundle_in_use(base)
        if path is None and row is not None and row["path"] is not None:
            return
        number = add_bundle(base, path)
        if row is None or row["bundle"] != number:
            _use(base, number, SYSTEM)


def _use(base: sqlite3.Connection, number: int, actor: str) -> None:
    before = bundle_in_use(base)
    base.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (_IN_USE, str(number)))
    events.append(
        base,
        actor,
        "use_bundle",
        before={"bundle": None if before is None else before["bundle"]},
        after={"bundle": number},
    )
