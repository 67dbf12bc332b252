"""Streams that gzip, bzip2 or xz have packed, unpacked piece by piece and within limits.

A few bytes may stand for gigabytes, and a stream of xz may ask for gigabytes of memory before its first
byte comes out. So what comes out is counted, and what a stream may ask for is bounded.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable
from typing import Any, BinaryIO

from nhsa_nlp.errors import Cause
from nhsa_nlp.io.package.limits import BadMemberError, check_unpacked
from nhsa_nlp.translation import Message

MAX_STREAMS = 100_000
"""Streams one after the other in a file, as programs write them that pack in several threads."""
MAX_MEMORY = 128_000_000
"""Bytes that xz may ask for; ``xz -9`` asks for half."""

_CHUNK = 1 << 16
_DAMAGE = (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError)


class BrokenOffError(BadMemberError):
    """What ends before it is whole."""

    def __init__(self) -> None:
        super().__init__(Message("breaks off; fetch or pack it again"), cause=Cause.DAMAGED_ARCHIVE)


class _Gzip:
    """zlib's decompressor, with the interface of the others."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(31)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def decompress(self, data: bytes, size: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, size)

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail


def _xz() -> lzma.LZMADecompressor:
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MAX_MEMORY)


_FORMATS: dict[str, tuple[bytes, Callable[[], Any]]] = {
    ".gz": (b"\x1f\x8b\x08", _Gzip),
    ".bz2": (b"BZh", bz2.BZ2Decompressor),
    ".xz": (b"\xfd7zXZ\0", _xz),
}


def packed_suffix(head: bytes) -> str | None:
    """Return what packed a file that begins like this: ``.gz``, ``.bz2`` or ``.xz``; None if none did."""
    return next((suffix for suffix, (magic, _) in _FORMATS.items() if head.startswith(magic)), None)


class PackedStream:
    """What comes out of a packed file, from its beginning to its end, once.

    Parameters
    ----------
    stream
        The file, at its beginning.
    limit
        The most bytes that may come out.

    Raises
    ------
    BadMemberError
        If none of the three has packed it.
    """

    def __init__(self, stream: BinaryIO, limit: int):
        self._stream = stream
        self._limit = limit
        self._begin = stream.tell()
        self._given = b""  # of the file, not yet unpacked
        self._taken = self._came = self._streams = 0
        self._decoder: Any = None
        suffix = packed_suffix(self._peek())
        if suffix is None:
            raise BadMemberError(
                "is not packed by gzip, bzip2 or xz, or damaged; fetch or pack it again",
                cause=Cause.DAMAGED_ARCHIVE,
            )
        self._magic, self._make = _FORMATS[suffix]

    def read(self, size: int) -> bytes:
        """Return the next bytes, fewer than ``size`` only at the end.

        Raises
        ------
        BadMemberError
            If it is damaged, breaks off, or more comes out than may.
        """
        pieces = []
        while size and (piece := self._next(size)):
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    def _next(self, size: int) -> bytes:
        while True:
            if self._decoder is None:
                if self._streams and not self._peek().startswith(self._magic):
                    return b""  # the end; some programs pad it
                self._streams += 1
                if self._streams > MAX_STREAMS:
                    raise BadMemberError(
                        "holds more than {limit:,} streams; pack it again",
                        cause=Cause.TOO_LARGE,
                        limit=MAX_STREAMS,
                    )
                self._decoder = self._make()
            wanted = self._decoder.needs_input
            data = self._take() if wanted else b""
            try:
                piece: bytes = self._decoder.decompress(data, size)
            except _DAMAGE as error:
                raise BadMemberError(
                    "is damaged; fetch or pack it again", cause=Cause.DAMAGED_ARCHIVE
                ) from error
            if self._decoder.eof:
                self._given, self._decoder = self._decoder.unused_data + self._given, None
            elif wanted and not (data or piece):
                raise BrokenOffError
            if piece:
                self._came += len(piece)
                check_unpacked(self._came, self._taken, self._limit)
                return piece

    def _peek(self) -> bytes:
        if len(self._given) < _CHUNK:
            more = self._stream.read(_CHUNK)
            self._taken += len(more)
            self._given += more
        return self._given

    def _take(self) -> bytes:
        data, self._given = self._peek(), b""
        return data
