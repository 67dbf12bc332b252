"""Reading the files within zip archives, in memory and one at a time."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import PurePosixPath
from typing import BinaryIO

from nhsa_nlp.errors import InputError
from nhsa_nlp.io.find import PASSED_OVER, describe_skipped
from nhsa_nlp.io.formats import UNKNOWN, format_of, stem_of, suffix_of
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.package.zip_files import BadMemberError, open_head, open_zip
from nhsa_nlp.io.package.zip_files import unpack as unpack_member
from nhsa_nlp.io.sniff import sniff
from nhsa_nlp.io.source import Source, Unreadable

SUFFIXES = (".zip",)

MAX_DEPTH = 3
"""How deep archives may nest: an archive in an archive in an archive."""

MAX_TOTAL = 20
"""All members together may unpack to this many times the size that one document may have."""

_UTF8_FLAG = 0x800
_MARK = "!/"  # between an archive and the name of a member


def unpack(
    stream: BinaryIO,
    file: Source,
    options: ReadOptions,
    suffixes: Collection[str],
    skipped: Counter[str],
) -> Iterator[Source | Unreadable]:
    """Unpack the files of an archive that have one of ``suffixes``, and of archives within, sorted by name.

    As in a folder, hidden files are passed over, and so is what cannot be read. Nothing is written
    anywhere. ``max_bytes`` bounds each member, and `MAX_TOTAL` times as much all of them.
    """
    unpacking = _Unpacking(options, suffixes, skipped, options.max_bytes * MAX_TOTAL)
    yield from unpacking.files(stream, file, 1)


@dataclass(slots=True)
class _Unpacking:
    """One archive with all that is nested in it."""

    options: ReadOptions
    suffixes: Collection[str]
    skipped: Counter[str]
    left: int  # bytes that may still be unpacked

    def files(self, stream: BinaryIO, file: Source, depth: int) -> Iterator[Source | Unreadable]:
        with open_zip(stream, file.source) as archive:
            passed: Counter[str] = Counter()
            empty = True
            for path, member in _members(archive):
                suffix = format_of(path, self.suffixes, partial(open_head, archive, member))
                if suffix is None:
                    passed[suffix_of(path)] += 1
                    continue
                empty = False
                name = f"{file.id}/{stem_of(path).as_posix()}"
                source = f"{file.source}{_MARK}{path.as_posix()}"
                try:
                    data = self._read(archive, member, source)
                    if suffix == UNKNOWN:  # a package, perhaps, which its beginning alone does not tell
                        suffix = sniff(BytesIO(data)) or UNKNOWN
                    yield from self._within(Source(name, source, suffix, data), data, depth)
                except InputError as error:
                    yield Unreadable(name, source, error)
            self.skipped += passed
        if empty:
            holds = f"; it holds only {describe_skipped(passed)}" if passed else ""
            raise InputError(f"no documents in this archive{holds}", file.source)

    def _read(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, source: str) -> bytes:
        if member.file_size > self.left:
            raise InputError(
                f"is too much: the archive unpacks to more than {MAX_TOTAL} times --max-bytes; "
                "split it or raise --max-bytes",
                source,
            )
        try:
            data = b"".join(unpack_member(archive, member, self.options.max_bytes))
        except BadMemberError as error:
            raise InputError(str(error), source) from error
        self.left -= len(data)
        return data

    def _within(self, file: Source, data: bytes, depth: int) -> Iterator[Source | Unreadable]:
        if file.suffix not in SUFFIXES:
            yield file
        elif depth >= MAX_DEPTH:
            raise InputError(f"is an archive {depth} archives deep; unpack the outer ones", file.source)
        else:
            yield from self.files(BytesIO(data), file, depth + 1)


def _members(archive: zipfile.ZipFile) -> list[tuple[PurePosixPath, zipfile.ZipInfo]]:
    """Return the files that are not hidden, by their cleaned names, in order."""
    members = [member for member in archive.infolist() if not member.filename.endswith("/")]
    encoding = _encoding([_raw(member) for member in members if not member.flag_bits & _UTF8_FLAG])
    found = []
    for member in members:
        name = member.filename
        if not member.flag_bits & _UTF8_FLAG:
            name = _raw(member).decode(encoding, "replace")
        path = _clean(name)
        if path.name and not any(part.startswith(PASSED_OVER) or part == "__MACOSX" for part in path.parts):
            found.append((path, member))
    return sorted(found, key=lambda item: item[0].as_posix())


def _raw(member: zipfile.ZipInfo) -> bytes:
    return member.orig_filename.encode("cp437")


def _encoding(names: list[bytes]) -> str:
    """Return the encoding of unmarked names, all written by one program.

    Macs and Linux write UTF-8 without saying so, Windows in China writes GBK; cp437 is what the
    format says, and fits anything.
    """
    together = b"/".join(names)
    for encoding in ("utf-8", "gb18030"):
        try:
            together.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return "cp437"


def _clean(name: str) -> PurePosixPath:
    """Return a relative path: no drive, no root, no way up, no control characters."""
    parts = name.replace("\\", "/").split("/")
    if parts and len(parts[0]) == 2 and parts[0][1] == ":":
        del parts[0]
    printable = ("".join(char if char.isprintable() else "\ufffd" for char in part).strip() for part in parts)
    return PurePosixPath(*(part for part in printable if part not in ("", ".", "..")))
