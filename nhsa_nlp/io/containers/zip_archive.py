"""Listing the files within zip archives, sorted by name."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import BinaryIO

from nhsa_nlp.io.containers.member import Member, clean_name, name_encoding
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.package.zip_files import open_head, open_zip, unpack
from nhsa_nlp.io.source import Source

_UTF8_FLAG = 0x800


def members(stream: BinaryIO, file: Source, options: ReadOptions) -> Iterator[Member]:  # noqa: ARG001
    """Yield the files, in the order of their cleaned names."""
    with open_zip(stream, file.source) as archive:
        for path, member in _named(archive):
            yield Member(
                path, partial(open_head, archive, member), partial(_read, archive, member), member.file_size
            )


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limit: int) -> bytes:
    return b"".join(unpack(archive, member, limit))


def _named(archive: zipfile.ZipFile) -> list[tuple[PurePosixPath, zipfile.ZipInfo]]:
    members = [member for member in archive.infolist() if not member.filename.endswith("/")]
    # All unmarked names are written by one program.
    unmarked = [_raw(member) for member in members if not member.flag_bits & _UTF8_FLAG]
    encoding = name_encoding(b"/".join(unmarked))
    found = []
    for member in members:
        name = member.filename
        if not member.flag_bits & _UTF8_FLAG:
            name = _raw(member).decode(encoding, "replace")
        found.append((clean_name(name), member))
    return sorted(found, key=lambda item: item[0].as_posix())


def _raw(member: zipfile.ZipInfo) -> bytes:
    return member.orig_filename.encode("cp437")
