"""Files that come one after the other out of a stream that is read once: those of tar and 7z."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from typing import Protocol

from nhsa_nlp.errors import Cause
from nhsa_nlp.io.containers.member import HEAD_BYTES, Member
from nhsa_nlp.io.package.limits import BadMemberError, check_unpacked
from nhsa_nlp.io.package.packed import BrokenOffError

_CHUNK = 1 << 16


class Readable(Protocol):
    """What a stream is read from."""

    def read(self, size: int, /) -> bytes:
        """Return so many bytes, fewer only at the end; may raise `BadMemberError`."""
        ...


class Streamed:
    """A stream, read forwards.

    Attributes
    ----------
    at
        How many bytes have been read.
    """

    def __init__(self, stream: Readable):
        self._stream = stream
        self.at = 0

    def data(self, size: int) -> bytes:
        """Read so many bytes.

        Raises
        ------
        BadMemberError
            If there are not as many, or they are damaged.
        """
        data = self._stream.read(size)
        self.at += len(data)
        if len(data) < size:
            raise BrokenOffError
        return data

    def skip_to(self, place: int) -> None:
        """Pass over what comes before a place; errors are those of `data`."""
        while self.at < place:
            self.data(min(place - self.at, _CHUNK))


@dataclass(slots=True)
class StreamedFile:
    """One file, its content still to come; with its checksum (CRC-32), if that is known."""

    stream: Streamed
    size: int
    expected: int | None = None
    begin: bytes | None = None
    has_failed: bool = False

    def member(self, path: PurePosixPath) -> Member:
        """Return it under its name."""
        return Member(path, self._head, self._read, self.size)

    def _head(self) -> BytesIO:
        if self.begin is None:
            try:
                self.begin = self.stream.data(min(self.size, HEAD_BYTES))
            except BadMemberError:
                self.begin = b""  # what follows will fail as well, and say so
        return BytesIO(self.begin)

    def _read(self, limit: int) -> bytes:
        check_unpacked(self.size, self.size, limit)
        begin = self.begin or b""
        try:
            data = begin + self.stream.data(self.size - len(begin))
            if self.expected is not None and zlib.crc32(data) != self.expected:
                raise BadMemberError("is damaged; fetch or pack it again", cause=Cause.DAMAGED_ARCHIVE)
        except BadMemberError as error:
            self.has_failed = True
            raise BadMemberError(
                "is read only up to here: the archive {error}", cause=error.cause, error=error
            ) from error
        return data
