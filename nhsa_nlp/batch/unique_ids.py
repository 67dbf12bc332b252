"""Unique ids, and other look-ups over millions of documents that take no memory."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable


class DiskMap:
    """A map from text to numbers, in a temporary file that vanishes with the process.

    Its keys are 64 bits of SHA-256: the probability that two of ten million texts agree is 3e-6. ``empty``
    says that nothing has been set.
    """

    def __init__(self) -> None:
        # An empty name: a private database on disk, unlinked from the start, with a small cache.
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("CREATE TABLE map (key INTEGER PRIMARY KEY, value INTEGER)")
        self._database.execute("BEGIN")
        self.empty = True

    def get(self, text: str) -> int | None:
        """Return the number of a text."""
        if self.empty:
            return None
        row = self._database.execute("SELECT value FROM map WHERE key = ?", (_key(text),)).fetchone()
        return None if row is None else int(row[0])

    def set(self, text: str, value: int) -> None:
        """Set the number of a text."""
        self.empty = False
        self._database.execute("INSERT OR REPLACE INTO map VALUES (?, ?)", (_key(text), value))

    def close(self) -> None:
        """Remove the file."""
        self._database.close()


class UniqueIds:
    """Gives each id once; the same requests in the same order get the same ids."""

    def __init__(self) -> None:
        self._last = DiskMap()

    def unique(self, name: str, is_taken: Callable[[str], bool] | None = None) -> str:
        """Return ``name``, numbered if it was given before, or is taken by something else."""
        number = self._last.get(name)
        if number is None:
            self._last.set(name, 1)
            if is_taken is None or not is_taken(name):
                return name
            number = 1
        candidate = name
        while self._last.get(candidate) is not None or (is_taken is not None and is_taken(candidate)):
            number += 1
            candidate = f"{name}-{number}"
        self._last.set(name, number)
        self._last.set(candidate, 1)
        return candidate

    def close(self) -> None:
        """Forget them."""
        self._last.close()


def _key(text: str) -> int:
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
