"""Opening zip files that nobody vouches for: bounded in members, memory and time.

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
from contextlib import contextmanager
from io import BytesIO
from typing import IO, BinaryIO

from nhsa_nlp.errors import InputError

MAX_MEMBERS = 100_000

_END = b"PK\x05\x06"
_END_BYTES = 22
_END64 = b"PK\x06\x06"
_ENTRY = b"PK\x01\x02"
_ENTRY_BYTES = 46
_UTF8_BIT = 0x08  # in the second byte of the flags
_LOCAL_HEADER_BYTES = 30
_MAX_COMMENT = 65_535
_IN_END64 = 0xFFFFFFFF
_CHUNK = 1 << 20
_HEAD_BYTES = 4096
_ENCRYPTED_FLAG = 0x1

# A text of Chinese packs to a quarter, a table to a fiftieth; small members may pack better.
_MAX_RATIO = 250
_RATIO_FROM = 10_000_000


class BadMemberError(Exception):
    """A member that cannot be unpacked; the message says why, and what to do, in half a line."""


def open_zip(stream: BinaryIO, source: str) -> zipfile.ZipFile:
    """Open a zip file after measuring its directory.

    Parameters
    ----------
    stream
        The zip file, seekable.
    source
        Its name, for the error.

    Returns
    -------
    zipfile.ZipFile
        Reading from ``stream``.

    Raises
    ------
    InputError
        If it is damaged, has more than `MAX_MEMBERS` members, or members that share their data.
    """
    begin, end, said = _directory(stream, source)
    try:
        try:
            archive = zipfile.ZipFile(stream)
        except UnicodeDecodeError:  # a name is not the UTF-8 it is marked as
            archive = zipfile.ZipFile(_unmarked(stream, begin, end, said))
        _check_overlaps(archive, source)
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        OSError,
        ValueError,
        OverflowError,
        struct.error,
    ) as error:
        raise InputError(f"is damaged or not a zip file ({error}); fetch or pack it anew", source) from error
    return archive


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limit: int) -> bytes:
    """Unpack one member into memory.

    Parameters
    ----------
    archive
        From `open_zip`.
    member
        Which.
    limit
        The most bytes it may have.

    Returns
    -------
    bytes
        Its content, its checksum verified.

    Raises
    ------
    BadMemberError
        If it is encrypted, damaged, packed by an unknown method, too long, or packed so tightly
        that it must be a zip bomb.
    """
    if member.file_size > limit:
        raise BadMemberError(f"unpacks to more than {limit:,} bytes; raise --max-bytes if that is right")
    if member.file_size > max(_RATIO_FROM, member.compress_size * _MAX_RATIO):
        raise BadMemberError(f"unpacks to more than {_MAX_RATIO} times its size, as a zip bomb does")
    with _opened(archive, member) as unpacked:
        # The stream ends where the member says it ends, so this holds no more than the limit.
        chunks = iter(lambda: unpacked.read(_CHUNK), b"")
        return b"".join(chunks)


def open_head(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> BytesIO:
    """Return the first bytes of a member, enough to tell what it is; none if it cannot be unpacked."""
    try:
        with _opened(archive, member) as unpacked:
            return BytesIO(unpacked.read(_HEAD_BYTES))
    except BadMemberError:
        return BytesIO()


@contextmanager
def _opened(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[IO[bytes]]:
    """Open a member; what goes wrong with it, also while it is read, is a `BadMemberError`."""
    if member.flag_bits & _ENCRYPTED_FLAG:
        raise BadMemberError("is encrypted; unpack it with its password first")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise BadMemberError(
            f"is packed by method {member.compress_type}, which is not read; pack it as plain zip"
        )
    try:
        with archive.open(member) as unpacked:
            yield unpacked
    except (zipfile.BadZipFile, zlib.error, EOFError, struct.error, UnicodeDecodeError) as error:
        raise BadMemberError("is damaged; fetch or pack it anew") from error
    except (NotImplementedError, RuntimeError, OSError, ValueError, OverflowError) as error:
        raise BadMemberError(f"cannot be unpacked ({error}); pack it anew") from error


def _directory(stream: BinaryIO, source: str) -> tuple[int, int, int]:
    """Return where the directory begins and ends, and where it says it begins.

    Its entries are counted: `zipfile` would make an object of each before we could.
    """
    size = stream.seek(0, 2)
    start = max(0, size - _MAX_COMMENT - _END_BYTES)
    stream.seek(start)
    tail = stream.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_BYTES:
        raise InputError("is damaged or not a zip file (its directory is missing); fetch it anew", source)
    length, said = struct.unpack("<II", tail[at + 12 : at + 20])
    end = start + at
    if length == _IN_END64:
        found = tail.rfind(_END64, 0, at)
        if found < 0:
            raise InputError("is damaged (its directory is missing); fetch it anew", source)
        length, said = struct.unpack("<QQ", tail[found + 40 : found + 56])
        end = start + found
    stream.seek(max(0, end - length))
    directory = stream.read(min(length, end))
    if directory.count(_ENTRY) > MAX_MEMBERS:
        raise InputError(f"holds more than {MAX_MEMBERS:,} files; split it", source)
    return max(0, end - length), end, said


def _unmarked(stream: BinaryIO, begin: int, end: int, said: int) -> BytesIO:
    """Copy an archive, and take the mark of UTF-8 from the names that are none.

    Parameters
    ----------
    stream
        The archive.
    begin, end
        Where its directory is.
    said
        Where the directory says it is; the offsets in it are off by the difference.
    """
    stream.seek(0)
    data = bytearray(stream.read())
    at = begin
    while at + _ENTRY_BYTES <= end and data.startswith(_ENTRY, at):
        name, extra, comment = struct.unpack_from("<HHH", data, at + 28)
        try:
            data[at + _ENTRY_BYTES : at + _ENTRY_BYTES + name].decode("utf-8")
        except UnicodeDecodeError:
            local = struct.unpack_from("<I", data, at + 42)[0] + begin - said
            for flags in (at + 9, local + 7):
                if 0 <= flags < len(data):
                    data[flags] &= ~_UTF8_BIT & 0xFF
        at += _ENTRY_BYTES + name + extra + comment
    return BytesIO(data)


def _check_overlaps(archive: zipfile.ZipFile, source: str) -> None:
    end = -1
    for member in sorted(archive.infolist(), key=lambda member: member.header_offset):
        if member.header_offset < end:
            raise InputError("has members that share their data, as a zip bomb does; not unpacked", source)
        name_bytes = 0 if member.filename.endswith("/") else len(member.orig_filename)
        end = member.header_offset + _LOCAL_HEADER_BYTES + name_bytes + member.compress_size
