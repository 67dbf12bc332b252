"""Compound files (OLE, [MS-CFB]): what Word, Excel and Outlook wrote up to 2003, opened within limits.

olefile does the reading. By itself it follows chains that loop for as long as a file says it is long, and
looks through all earlier streams for each new one; so what a file says of itself is checked first.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

import olefile

from nhsa_nlp.errors import Cause, InputError

MAGIC: bytes = olefile.MAGIC
MAX_ENTRIES = 10_000  # of the directory; time grows with their square
MAX_DEPTH = 20
"""How deep storages may lie; a mail in a mail in a mail takes six."""
_ENTRY_BYTES = 128
_SECTOR_SHIFTS = (9, 12)
_FAT_SECTORS, _MINI_FAT_SECTORS = 0x2C, 0x40  # where in the header their numbers are

# What olefile raises on damage, beside its own errors, which are OSErrors.
_DAMAGE = (OSError, EOFError, ValueError, LookupError, TypeError, AttributeError, OverflowError, struct.error)


class _Bounded(olefile.OleFileIO):  # type: ignore[misc]
    def loaddirectory(self, sect: int) -> None:
        """Load the directory, unless its chain of sectors is too long or has no end."""
        left = MAX_ENTRIES * _ENTRY_BYTES // self.sectorsize
        following = sect
        while following < len(self.fat):
            left -= 1
            if left < 0:
                raise OSError("too many entries")
            following = self.fat[following]
        super().loaddirectory(sect)


class CompoundFile:
    """The streams of a compound file; one in a storage is named ``storage/stream``.

    Parameters
    ----------
    stream
        The file, seekable; it must stay open.
    source
        Its name.

    Raises
    ------
    InputError
        If it is not a compound file, or a damaged one.
    """

    def __init__(self, stream: BinaryIO, source: str):
        self._source = source
        self._size = stream.seek(0, os.SEEK_END)
        stream.seek(0)
        header = stream.read(512)
        if len(header) < 512 or not header.startswith(MAGIC):
            raise self._damaged()
        shift = int.from_bytes(header[0x1E:0x20], "little")
        sectors = sum(
            int.from_bytes(header[at : at + 4], "little") for at in (_FAT_SECTORS, _MINI_FAT_SECTORS)
        )
        if shift not in _SECTOR_SHIFTS or sectors << shift > self._size:
            raise self._damaged()
        stream.seek(0)
        self._file = _Bounded()
        try:
            self._file.open(stream)
        except (*_DAMAGE, RecursionError) as error:
            raise self._damaged() from error
        self._entries = dict(_named(self._file.root))

    def __contains__(self, name: str) -> bool:
        entry = self._entries.get(name.lower())
        return entry is not None and entry.entry_type == olefile.STGTY_STREAM

    def storages(self, path: str = "") -> list[str]:
        """Return the names of the storages in one, whose name ends in ``/``; in that of the root."""
        path = path.lower()
        return [
            entry.name
            for name, entry in self._entries.items()
            if entry.entry_type == olefile.STGTY_STORAGE and name.rpartition("/")[0] == path.rstrip("/")
        ]

    def read(self, name: str) -> bytes:
        """Return a stream.

        Raises
        ------
        InputError
            If it is missing, or its sectors are.
        """
        try:
            entry = self._entries[name.lower()]
            if max(entry.size, self._file.root.size) > self._size:
                raise self._damaged()
            data: bytes = self._file._open(entry.isectStart, entry.size).read()
        except _DAMAGE as error:
            raise self._damaged() from error
        return data

    def _damaged(self) -> InputError:
        return InputError(
            "is damaged: its sectors or its directory are broken; open and save it again",
            self._source,
            cause=Cause.DAMAGED,
        )


def _named(root: Any) -> Iterator[tuple[str, Any]]:
    """Yield all that is in a storage with its path, in lower case, in which names are compared.

    Each entry once: a storage may be said to be in itself.
    """
    pending = [("", root)]
    seen = {root.sid}
    while pending:
        path, storage = pending.pop()
        for entry in storage.kids:
            if entry.sid in seen:
                continue
            seen.add(entry.sid)
            name = f"{path}{entry.name.lower()}"
            yield name, entry
            if entry.entry_type == olefile.STGTY_STORAGE and name.count("/") < MAX_DEPTH:
                pending.append((f"{name}/", entry))


def first_of(stream: BinaryIO, names: Iterable[str]) -> str | None:
    """Return the first of these streams that a compound file has at its root; keep its position.

    None if it has none of them, or is not a compound file.
    """
    position = stream.tell()
    try:
        compound = CompoundFile(stream, "")
        return next((name for name in names if name in compound), None)
    except InputError:
        return None
    finally:
        stream.seek(position)
