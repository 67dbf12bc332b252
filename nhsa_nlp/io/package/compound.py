"""Compound files (OLE, [MS-CFB]): what Word, Excel and Outlook wrote up to 2003, opened within limits.

olefile does the reading. By itself it follows chains that loop for as long as a file says it is long, and
looks through all earlier streams for each new one; so what a file says of itself is checked first.
"""

from __future__ import annotations

import os
import struct
from typing import BinaryIO

import olefile

from nhsa_nlp.errors import InputError

MAGIC: bytes = olefile.MAGIC
MAX_ENTRIES = 10_000  # of the directory; time grows with their square
_ENTRY_BYTES = 128
_SECTOR_SHIFTS = (9, 12)
_FAT_SECTORS, _MINI_FAT_SECTORS = 0x2C, 0x40  # where in the header their numbers are

# What olefile raises on damage, beside its own errors, which are OSErrors.
_DAMAGE = (OSError, EOFError, ValueError, IndexError, TypeError, AttributeError, OverflowError, struct.error)


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
    """The streams at the root of a compound file.

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

    def __contains__(self, name: str) -> bool:
        return any(
            kid.name.lower() == name.lower() and kid.entry_type == olefile.STGTY_STREAM
            for kid in self._file.root.kids
        )

    def read(self, name: str) -> bytes:
        """Return a stream of the root.

        Raises
        ------
        InputError
            If it is missing, or its sectors are.
        """
        try:
            if max(self._file.get_size(name), self._file.root.size) > self._size:
                raise self._damaged()
            data: bytes = self._file.openstream(name).read()
        except _DAMAGE as error:
            raise self._damaged() from error
        return data

    def _damaged(self) -> InputError:
        return InputError(
            "is damaged: its sectors or its directory are broken; open and save it again", self._source
        )


def has_stream(stream: BinaryIO, name: str) -> bool:
    """Tell whether a file is a compound file with a stream of this name at its root; keep its position."""
    position = stream.tell()
    try:
        return name in CompoundFile(stream, "")
    except InputError:
        return False
    finally:
        stream.seek(position)
