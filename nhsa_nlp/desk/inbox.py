"""A folder that a desk watches, and enters what is put there."""

from __future__ import annotations

import os
import sqlite3
import threading
from pathlib import Path

from nhsa_nlp.desk.intake import Intake, enter_file
from nhsa_nlp.desk.store import Store
from nhsa_nlp.errors import NhsaNlpError, OutputError
from nhsa_nlp.io.find import PASSED_OVER
from nhsa_nlp.translation import located

INBOX = "收件夹"
"""The actor of events that files in a watched folder caused."""


class Inbox:
    """A folder that is watched: what is put there comes in, and stays there.

    Parameters
    ----------
    store, intake
        The desk's.
    folder
        The folder; those within it are watched, too.
    """

    def __init__(self, store: Store, intake: Intake, folder: Path):
        self._store = store
        self._intake = intake
        self.folder = folder
        self._seen: dict[str, tuple[int, int]] = {}
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="inbox", daemon=True)
        self.trouble: str | None = None

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """End."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(5.0)

    def _run(self) -> None:
        while not self._closing.wait(2.0):
            try:
                self.look()
                self.trouble = None
            except (OSError, NhsaNlpError, sqlite3.Error) as error:
                self.trouble = located(self.folder, error)

    def look(self) -> int:
        """Enter the files that are new and have not grown since the last look; return how many.

        Raises
        ------
        OSError
            If some cannot be read; the others are entered.
        OutputError
            If they cannot be kept, such as on a full disk.
        """
        entered = 0
        problem: Exception | None = None
        for path in sorted(self.folder.rglob("*")):
            parts = path.relative_to(self.folder).parts
            if any(part.startswith(PASSED_OVER) for part in parts) or path.is_symlink() or not path.is_file():
                continue
            try:
                entered += self._enter_if_new(path, parts)
            except (OSError, OutputError) as error:  # such as one that must not be read: the others come in
                problem = error
        if entered:
            self._intake.wake()
        if problem is not None:
            raise problem
        return entered

    def _enter_if_new(self, path: Path, parts: tuple[str, ...]) -> bool:
        status = path.stat()
        state = status.st_size, status.st_mtime_ns
        name = os.fsencode(path).decode("utf-8", "backslashreplace")
        if self._seen.get(name) != state:
            self._seen[name] = state
            return False
        known = (
            self._store.reading()
            .execute("SELECT size, modified FROM inbox WHERE path = ?", (name,))
            .fetchone()
        )
        if known is not None and tuple(known) == state:
            return False
        enter_file(self._store, path, path.name, INBOX, source="/".join(parts))
        with self._store.writing() as base:
            base.execute("INSERT OR REPLACE INTO inbox VALUES (?, ?, ?)", (name, *state))
        return True
