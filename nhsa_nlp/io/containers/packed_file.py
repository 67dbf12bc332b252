"""Unpacking a file that is packed by itself: ``答复.txt.gz`` holds ``答复.txt``."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from io import BytesIO
from pathlib import PurePosixPath
from typing import BinaryIO

from nhsa_nlp.io.containers.member import HEAD_BYTES, Member, clean_name
from nhsa_nlp.io.formats import stem_of
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.package.limits import BadMemberError, check_unpacked
from nhsa_nlp.io.package.packed import PackedStream
from nhsa_nlp.io.source import Source


def members(stream: BinaryIO, file: Source, options: ReadOptions) -> Iterator[Member]:  # noqa: ARG001
    """Yield the one file, named after its package."""
    path = PurePosixPath(stem_of(clean_name(PurePosixPath(file.source).name)))
    yield Member(path, partial(_head, stream), partial(_read, stream), is_whole=True)


def _head(stream: BinaryIO) -> BytesIO:
    try:
        return BytesIO(_unpack(stream, HEAD_BYTES))
    except BadMemberError:
        return BytesIO()


def _read(stream: BinaryIO, limit: int) -> bytes:
    data = _unpack(stream, limit + 1)
    check_unpacked(len(data), len(data), limit)
    return data


def _unpack(stream: BinaryIO, size: int) -> bytes:
    stream.seek(0)
    return PackedStream(stream, size).read(size)
