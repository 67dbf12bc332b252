"""Listing the files within tar archives, packed or not, in their order and as they are read.

`tarfile` reads the blocks of the headers, but not the archive: it takes headers of gigabytes into memory,
looks through some in quadratic time, and stops at a damaged one without a word.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO

from nhsa_nlp.errors import Cause, InputError
from nhsa_nlp.io.containers.member import HEAD_BYTES, Member, clean_name, name_encoding
from nhsa_nlp.io.containers.streamed import Readable, Streamed, StreamedFile
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.package.limits import MAX_MEMBERS, MAX_TOTAL, BadMemberError
from nhsa_nlp.io.package.packed import PackedStream, packed_suffix
from nhsa_nlp.io.source import Source
from nhsa_nlp.translation import Message

MAX_HEADER = 1 << 20
"""Bytes of what says more of a file than fits into a block, such as a long name."""
MAX_HEADERS = 10
"""How many of those a file may have."""

_BLOCK = tarfile.BLOCKSIZE
_LONG_NAME = (tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK)
_RECORDS = (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE)
_GOES_ON = 482, 504  # where a map of holes says so: in a header, in a block after it
_LONGEST_NUMBER = 20  # digits


class _DamagedError(BadMemberError):
    def __init__(self) -> None:
        super().__init__(
            Message("is damaged or not a tar archive; fetch or pack it again"), cause=Cause.DAMAGED_ARCHIVE
        )


def members(stream: BinaryIO, file: Source, options: ReadOptions) -> Iterator[Member]:
    """Yield the files as they come; directories, links and devices are passed over."""
    begun = False
    try:
        for member in _members(Streamed(_unpacked(stream, options))):
            begun = True
            yield member
    except BadMemberError as error:
        problem = Message("is read only up to here: it {error}", error=error) if begun else str(error)
        raise InputError(problem, file.source, cause=error.cause) from error


def _unpacked(stream: BinaryIO, options: ReadOptions) -> Readable:
    head = stream.read(HEAD_BYTES)
    stream.seek(0)
    if packed_suffix(head) is None:
        return stream
    return PackedStream(stream, options.max_bytes * MAX_TOTAL)


def _members(blocks: Streamed) -> Iterator[Member]:
    for count, (info, raw, size) in enumerate(_headers(blocks)):
        if count >= MAX_MEMBERS:
            raise BadMemberError(
                "holds more than {limit:,} files; split it", cause=Cause.TOO_LARGE, limit=MAX_MEMBERS
            )
        after = blocks.at + (size if info.isreg() or info.type not in tarfile.SUPPORTED_TYPES else 0)
        path = clean_name(raw.decode(name_encoding(raw), "replace"))
        if info.type == tarfile.GNUTYPE_SPARSE:
            yield Member(path, BytesIO, _refuse_holes)
        elif info.isreg():
            content = StreamedFile(blocks, size)
            yield content.member(path)
            if content.has_failed:
                return  # that has been said
        blocks.skip_to(_rounded(after))


def _headers(blocks: Streamed) -> Iterator[tuple[tarfile.TarInfo, bytes, int]]:
    """Yield the header of each file, with its name and its size; the content comes after it."""
    more = 0
    records: dict[bytes, bytes] = {}
    # The end of an archive is a block of zeros.
    while any(block := blocks.data(_BLOCK)):
        try:
            info = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        except (tarfile.HeaderError, ValueError) as error:
            raise _DamagedError from error
        if info.size < 0:
            raise _DamagedError
        if info.type in _LONG_NAME or info.type in _RECORDS:
            more += 1
            if info.size > MAX_HEADER or more > MAX_HEADERS:
                raise BadMemberError(
                    "has a header of more than {limit:,} bytes; pack it again",
                    cause=Cause.TOO_LARGE,
                    limit=MAX_HEADER,
                )
            content = blocks.data(info.size)
            blocks.skip_to(_rounded(blocks.at))
            if info.type == tarfile.GNUTYPE_LONGNAME:
                records[b"path"] = content.partition(b"\0")[0]
            elif info.type in _RECORDS and info.type != tarfile.XGLTYPE:  # what holds for all names no file
                records.update(_records(content))
            continue
        if info.type == tarfile.GNUTYPE_SPARSE:
            goes_on = block[_GOES_ON[0]]
            while goes_on:
                goes_on = blocks.data(_BLOCK)[_GOES_ON[1]]
        elif any(key.startswith(b"GNU.sparse.") for key in records):
            info.type = tarfile.GNUTYPE_SPARSE
        name = records.get(b"path", info.name.encode("utf-8", "surrogateescape"))
        size = records.get(b"size", b"")
        yield info, name, int(size) if _is_number(size) else info.size
        more, records = 0, {}


def _rounded(place: int) -> int:
    return place + -place % _BLOCK


def _records(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the keys and values of an extended header (POSIX.1-2001)."""
    at = 0
    while (space := content.find(b" ", at, at + _LONGEST_NUMBER)) > at:
        length = content[at:space]
        if not _is_number(length) or at + int(length) <= space:
            raise _DamagedError
        at += int(length)
        key, _, value = content[space + 1 : at - 1].partition(b"=")
        yield key, value


def _is_number(text: bytes) -> bool:
    return text.isdigit() and len(text) < _LONGEST_NUMBER


def _refuse_holes(_limit: int) -> bytes:
    raise BadMemberError("is stored with holes (sparse); pack it without --sparse")
