from __future__ import annotations

import struct
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from nhsa_nlp.errors import InputError
from nhsa_nlp.io import read_documents
from nhsa_nlp.io.package import zip_files
from nhsa_nlp.io.package.limits import MAX_MEMBERS, BadMemberError
from nhsa_nlp.io.package.zip_files import MAX_DIRECTORY, open_zip, unpack
from tests.io.attacks import quoted
from tests.io.samples import zipped

END = b"PK\x05\x06"


def crowded(count: int, comment: int = 0) -> bytes:
    """An archive of so many empty files, each with a comment of so many bytes."""
    names = [b"%06d.txt" % number for number in range(count)]
    fields = struct.pack("<HHHHIIIHH", 0, 0, 0, 33, 0, 0, 0, 10, 0)
    locals_ = b"".join(b"PK\x03\x04\x14\0" + fields + name for name in names)
    entries = b"".join(
        b"PK\x01\x02\x14\0\x14\0"
        + fields
        + struct.pack("<HHHII", comment, 0, 0, 0, 40 * number)
        + name
        + b"c" * comment
        for number, name in enumerate(names)
    )
    return locals_ + entries + end_of(len(entries), len(locals_), count)


def end_of(length: int, start: int, count: int = 1) -> bytes:
    return struct.pack("<4sHHHHIIH", END, 0, 0, count & 0xFFFF, count & 0xFFFF, length, start, 0)


@pytest.mark.parametrize("suffix", [".zip", ".xlsx", ".docx", ".ofd"])
def test_too_many_members_are_refused_whatever_the_archive_is_called(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(crowded(MAX_MEMBERS + 1))
    with pytest.raises(InputError) as raised:
        list(read_documents([path]))
    assert str(raised.value) == f"{path.as_posix()}: holds more than 100,000 files; split it"


def test_as_many_members_as_allowed_are_listed() -> None:
    assert len(open_zip(BytesIO(crowded(MAX_MEMBERS)), "a.zip").infolist()) == MAX_MEMBERS == 100_000


def test_a_second_directory_behind_the_one_that_is_announced_is_counted_too() -> None:
    whole = crowded(MAX_MEMBERS + 1)
    at = whole.rindex(END)
    length, start = struct.unpack("<II", whole[at + 12 : at + 20])
    large = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 9, 9, length, start)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, at, 1)
    with pytest.raises(InputError, match="holds more than 100,000 files"):
        open_zip(BytesIO(whole[:at] + large + locator + end_of(20, at)), "a.zip")


def test_a_directory_longer_than_any_real_one_is_not_read() -> None:
    comment = 60_000
    entry = 46 + 10 + comment
    fitting = MAX_DIRECTORY // entry
    assert len(open_zip(BytesIO(crowded(fitting, comment)), "a.zip").infolist()) == fitting
    with pytest.raises(InputError, match="has a directory of more than 64,000,000 bytes"):
        open_zip(BytesIO(crowded(fitting + 1, comment)), "a.zip")


@pytest.mark.parametrize("suffix", [".zip", ".docx", ".xlsx", ".ofd"])
def test_members_that_share_their_data_behind_extra_fields_are_refused(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(quoted(20))
    with pytest.raises(InputError) as raised:
        list(read_documents([path]))
    assert str(raised.value) == (
        f"{path.as_posix()}: has members that share their data, as a zip bomb does; not unpacked"
    )


@pytest.mark.parametrize("extra", [0, 1, 300, 65_535])
def test_a_local_header_may_have_an_extra_field_of_its_own(extra: int) -> None:
    data = zipped({"a": "x" * 100}, zipfile.ZIP_STORED)
    header = bytearray(data[:31])
    header[28:30] = struct.pack("<H", extra)
    entry, end = data.index(b"PK\x01\x02"), data.index(END)
    start = struct.pack("<I", entry + extra)
    changed = header + bytes(extra) + data[31:end] + data[end : end + 16] + start + data[end + 20 :]
    assert b"".join(unpack(*member(bytes(changed)))) == b"x" * 100


def member(data: bytes) -> tuple[zipfile.ZipFile, zipfile.ZipInfo]:
    archive = open_zip(BytesIO(data), "a.zip")
    return archive, archive.infolist()[0]


def test_a_member_may_be_as_long_as_the_limit() -> None:
    archive, found = member(zipped({"a": "x" * 100}))
    assert b"".join(unpack(archive, found, 100)) == b"x" * 100
    with pytest.raises(BadMemberError, match="unpacks to more than 99 bytes"):
        next(unpack(archive, found, 99))


def test_only_large_members_are_measured_by_how_tightly_they_are_packed() -> None:
    archive, small = member(zipped({"a": bytes(10_000_000)}))
    assert sum(map(len, unpack(archive, small))) == 10_000_000
    archive, large = member(zipped({"a": bytes(10_000_001)}))
    with pytest.raises(BadMemberError, match="more than 250 times its size"):
        next(unpack(archive, large))
    large.compress_size = -(-large.file_size // 250)
    next(unpack(archive, large))
    large.compress_size -= 1
    with pytest.raises(BadMemberError, match="more than 250 times its size"):
        next(unpack(archive, large))


def test_a_long_member_comes_in_pieces() -> None:
    pieces = list(unpack(*member(zipped({"a": bytes(1_000_000)}))))
    assert len(pieces) > 1
    assert b"".join(pieces) == bytes(1_000_000)
    assert len(zip_files.open_head(*member(zipped({"a": bytes(1_000_000)}))).read()) == 4096
