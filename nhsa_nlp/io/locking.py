"""Locks on files that the operating system holds: they end with the process, however that ends."""

from __future__ import annotations

import sqlite3
from typing import IO


def lock_file(file: IO[bytes]) -> bool:
    """Lock an open file until it is closed; return whether nobody else has locked it."""
    try:
        try:
            import fcntl
        except ImportError:
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


BROKEN = (sqlite3.Error, UnicodeDecodeError)
"""What a damaged database raises: the second where SQLite quotes bytes of it that are no text."""


def is_locked(error: Exception) -> bool:
    """Tell whether what SQLite refused is being written by another program."""
    return isinstance(error, sqlite3.OperationalError) and "locked" in str(error)
