"""Opening untrusted zip files: bounded in members, memory and time.

A zip file may claim anything. Its directory is measured before it is read, members that share
their data (D. Fifield, *A better zip bomb*, WOOT 2019) are refused, only the two methods that
offices use are unpacked, and the bytes that come out are counted, not the ones announced.
Nothing is ever written to disk.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any, BinaryIO, cast

from nhsa_nlp.checks import reason_of
from nhsa_nlp.errors import Cause, InputError
from nhsa_nlp.io.package.limits import MAX_MEMBERS, BadMemberError, check_unpacked

MAX_DIRECTORY = 64_000_000
"""Bytes of a directory; `MAX_MEMBERS` members with long names take half of that."""

_ENTRY, _LOCAL = b"PK\x01\x02", b"PK\x03\x04"
_ENTRY_BYTES = 46
_UTF8_BIT = 0x08  # in the second byte of the flags
_LOCAL_FLAGS = 7  # where that byte is in a local header
_LOCAL_LENGTHS = 26  # where the lengths of its name and of its extra field are
_LOCAL_HEADER_BYTES = 30
_CHUNK = 1 << 16
_HEAD_BYTES = 4096
_ENCRYPTED_FLAG = 0x1

# What zipfile raises on a bad directory.
_BAD_DIRECTORY = (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, OverflowError, struct.error)


def open_zip(stream: BinaryIO, source: str) -> zipfile.ZipFile:
    """Open a zip file, a seekable stream, after measuring its directory.

    Raises
    ------
    InputError
        If it is damaged, has more than `MAX_MEMBERS` members, or members that share their data.
    """
    measured = _Measured(stream, source)
    try:
        try:
            archive = measured.open()
        except UnicodeDecodeError:  # a name is not the UTF-8 it is marked as
            archive = measured.open(unmark=True)
        _check_overlaps(archive, stream, source)
    except _BAD_DIRECTORY as error:
        raise InputError(
            "is damaged or not a zip file ({error}); fetch or pack it again",
            source,
            cause=Cause.DAMAGED_ARCHIVE,
            error=reason_of(error),
        ) from error
    return archive


def unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limit: int | None = None) -> Iterator[bytes]:
    """Unpack one member of what `open_zip` opened, piece by piece; its checksum is verified at the end.

    Parameters
    ----------
    limit
        The most bytes it may have; ``None`` bounds only how tightly it may be packed.

    Raises
    ------
    BadMemberError
        If it is encrypted, damaged, packed by an unknown method, too long, or packed so tightly
        that it must be a zip bomb.
    """
    check_unpacked(member.file_size, member.compress_size, limit)
    yield from _pieces(archive, member, _CHUNK)


def open_head(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> BytesIO:
    """Return the first bytes of a member, enough to tell what it is; none if it cannot be unpacked."""
    try:
        return BytesIO(next(_pieces(archive, member, _HEAD_BYTES), b""))
    except BadMemberError:
        return BytesIO()


def _pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo, size: int) -> Iterator[bytes]:
    if member.flag_bits & _ENCRYPTED_FLAG:
        raise BadMemberError("is encrypted; unpack it with its password first", cause=Cause.ENCRYPTED)
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise BadMemberError(
            "is packed by method {method}, which is not read; pack it as plain zip",
            cause=Cause.COMPRESSION,
            method=member.compress_type,
        )
    try:
        with archive.open(member) as stream:
            # The stream ends where the member says it ends, so no more comes than it announces.
            while data := stream.read(size):
                yield data
    except (zipfile.BadZipFile, zlib.error, EOFError, struct.error, UnicodeDecodeError) as error:
        raise BadMemberError("is damaged; fetch or pack it again", cause=Cause.DAMAGED_ARCHIVE) from error
    except (NotImplementedError, RuntimeError, OSError, ValueError, OverflowError) as error:
        raise BadMemberError(
            "cannot be unpacked ({error}); pack it again", cause=Cause.DAMAGED_ARCHIVE, error=reason_of(error)
        ) from error


class _Measured:
    """A zip file whose directory is measured while `zipfile` reads it.

    A file may have several ends and directories, and `zipfile` makes an object of each entry of the one
    it takes. So what it asks for while it opens the file is counted, wherever that lies.
    """

    def __init__(self, stream: BinaryIO, source: str):
        self._stream = stream
        self._source = source
        self._opening = self._unmark = False
        self._wrong: list[bool] = []  # of each entry: is its name not the UTF-8 it is marked as?
        self._unmarked: set[int] = set()  # where the local headers of these are

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def open(self, *, unmark: bool = False) -> zipfile.ZipFile:
        """Open it; with ``unmark`` without the mark of UTF-8 on the names that are not."""
        self._opening, self._unmark = True, unmark
        archive = zipfile.ZipFile(cast(BinaryIO, self))
        self._opening = False
        members = zip(archive.infolist(), self._wrong, strict=False)  # empty without unmarking
        self._unmarked = {member.header_offset for member, wrong in members if wrong}
        return archive

    def read(self, size: int = -1) -> bytes:
        if self._opening and size > MAX_DIRECTORY:
            raise InputError(
                "has a directory of more than {limit:,} bytes; split it",
                self._source,
                cause=Cause.TOO_LARGE,
                limit=MAX_DIRECTORY,
            )
        place = self._stream.tell()
        data = self._stream.read(size)
        if self._opening:
            if data.count(_ENTRY) > MAX_MEMBERS:
                raise InputError(
                    "holds more than {limit:,} files; split it",
                    self._source,
                    cause=Cause.TOO_LARGE,
                    limit=MAX_MEMBERS,
                )
            return self._without_marks(data) if self._unmark and data.startswith(_ENTRY) else data
        if place in self._unmarked:
            return data[:_LOCAL_FLAGS] + bytes([data[_LOCAL_FLAGS] & ~_UTF8_BIT]) + data[_LOCAL_FLAGS + 1 :]
        return data

    def _without_marks(self, directory: bytes) -> bytes:
        data = bytearray(directory)
        at = 0
        while data.startswith(_ENTRY, at) and at + _ENTRY_BYTES <= len(data):
            name, extra, comment = struct.unpack_from("<HHH", data, at + 28)
            try:
                data[at + _ENTRY_BYTES : at + _ENTRY_BYTES + name].decode("utf-8")
                self._wrong.append(False)
            except UnicodeDecodeError:
                data[at + 9] &= ~_UTF8_BIT & 0xFF
                self._wrong.append(True)
            at += _ENTRY_BYTES + name + extra + comment
        return bytes(data)


def _check_overlaps(archive: zipfile.ZipFile, stream: BinaryIO, source: str) -> None:
    end = 0
    for member in sorted(archive.infolist(), key=lambda member: member.header_offset):
        if member.header_offset < end:
            raise InputError(
                "has members that share their data, as a zip bomb does; not unpacked",
                source,
                cause=Cause.ZIP_BOMB,
            )
        end = _data_of(member, stream) + member.compress_size


def _data_of(member: zipfile.ZipInfo, stream: BinaryIO) -> int:
    """Return where the data of a member begin; its own header says so, which need not be as the directory."""
    stream.seek(member.header_offset)
    header = stream.read(_LOCAL_HEADER_BYTES)
    lengths = (0, 0)  # of a damaged header
    if header.startswith(_LOCAL) and len(header) == _LOCAL_HEADER_BYTES:
        lengths = struct.unpack_from("<HH", header, _LOCAL_LENGTHS)
    return member.header_offset + _LOCAL_HEADER_BYTES + sum(lengths)
