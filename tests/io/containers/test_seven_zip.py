from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from nhsa_nlp.io import ReadOptions
from tests.io import samples
from tests.io.containers.reading import Read
from tests.io.samples import seven_zip, seven_zipped

COPY = b"\x01\x01\0"
MEMBERS: dict[str, str | bytes] = {
    "二/乙.txt": "乙文",
    "一.docx": samples.docx(samples.paragraphs(["甲文"])),
    "pic.gif": "x",
    "~$一.docx": "x",
}


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Read]:
    return lambda data, name="a.7z", options=None: Read(tmp_path / name, data, options)


@pytest.mark.parametrize("packed_list", [False, True])
@pytest.mark.parametrize("name", ["a.7z", "a", "a.zip"])
def test_members_are_documents_by_their_names(
    read: Callable[..., Read], name: str, packed_list: bool
) -> None:
    found = read(seven_zipped(MEMBERS, packed_list=packed_list), name)
    assert found.texts == {"a/二/乙": "乙文", "a/一": "甲文"}
    assert found.sources == [f"{name}!/二/乙.txt", f"{name}!/一.docx"]
    assert (found.errors, found.skipped) == ([], {".gif": 1})


def test_files_may_be_stored_as_they_are(read: Callable[..., Read]) -> None:
    assert read(seven_zipped({"a.txt": "甲" * 90_000, "b.txt": "乙"}, COPY)).texts == {
        "a/a": "甲" * 90_000,
        "a/b": "乙",
    }


def test_an_archive_of_nothing(read: Callable[..., Read]) -> None:
    assert read(seven_zip(b"", b"")).errors == ["a.7z: no documents in this archive"]


@pytest.mark.parametrize(
    ("method", "message"),
    [
        (b"\x01\x24\x06\xf1\x07\x01\x01\0", "is encrypted; unpack it with its password first"),
        (b"\x01\x03\x03\x04\x01", "is packed by method 030401, which is not read; pack it as .zip"),
        (b"\x01\x11\x21", "is packed by several methods at once, which is not read; pack it as .zip"),
        (b"\x01\x21\x21\x01\x99", "is damaged or not a 7z archive; fetch or pack it again"),
        (b"\x05", "is damaged or not a 7z archive; fetch or pack it again"),
    ],
)
def test_methods_that_are_not_read(read: Callable[..., Read], method: bytes, message: str) -> None:
    assert read(seven_zipped({"a.txt": "甲"}, method)).errors == [f"a.7z: {message}"]


def test_limits_hold_for_each_member_and_for_all(read: Callable[..., Read]) -> None:
    options = ReadOptions(max_bytes=5000)
    found = read(seven_zipped({"a.txt": "a" * 5001, "b.txt": "b" * 5000}), "a.7z", options)
    assert list(found.texts) == ["a/b"]
    assert found.errors == [
        "a.7z!/a.txt: unpacks to more than 5,000 bytes; raise --max-bytes if that is right"
    ]
    found = read(seven_zipped({"a.txt": bytes(100_001)}), "a.7z", options)
    assert found.errors == ["a.7z: unpacks to more than 100,000 bytes; raise --max-bytes if that is right"]
    bomb = read(seven_zipped({"a.txt": bytes(50_000_000)}))
    assert bomb.errors == ["a.7z: unpacks to more than 250 times its size, as a zip bomb does"]


def test_a_member_that_is_not_what_its_checksum_says_is_damaged(read: Callable[..., Read]) -> None:
    data = seven_zipped({"a.txt": "甲", "b.txt": "乙"}, COPY).replace("乙".encode(), "丙".encode())
    found = read(data)
    assert found.texts == {"a/a": "甲"}
    assert found.errors == [
        "a.7z!/b.txt: is read only up to here: the archive is damaged; fetch or pack it again"
    ]


def test_an_archive_that_breaks_off_has_lost_its_list(read: Callable[..., Read]) -> None:
    data = seven_zipped(MEMBERS)
    assert read(data[:-10]).errors == ["a.7z: breaks off; fetch or pack it again"]
    assert read(data[:20]).errors == ["a.7z: is damaged or not a 7z archive; fetch or pack it again"]


@pytest.mark.parametrize(
    "listed",
    [
        b"\x01\x05\xff" + b"\xff" * 8,
        b"\x01\x04\x06\0\xff" + b"\xff" * 8,
        b"\x01\x04\x07\x0b\xff" + b"\xff" * 8,
    ],
)
def test_more_members_than_any_office_has(read: Callable[..., Read], listed: bytes) -> None:
    assert read(seven_zip(b"", listed)).errors == ["a.7z: holds more than 100,000 files; split it"]


@pytest.mark.parametrize(
    "listed", [b"\x02", b"\x01", b"\x01\x07", b"\x17\0", b"\x01\x05\x02\x11\x09", b"\x01\x05\x01\x0e\x00"]
)
def test_a_list_that_is_damaged_is_one_error(read: Callable[..., Read], listed: bytes) -> None:
    (error,) = read(seven_zip(b"", listed)).errors
    assert error == "a.7z: is damaged or not a 7z archive; fetch or pack it again"


def test_any_damage_of_the_list_gives_errors_and_no_more(tmp_path: Path) -> None:
    data = seven_zipped({"a.txt": "甲" * 50, "b.txt": "乙" * 50}, COPY)
    begin = 32 + 300
    for at in range(begin, len(data)):
        listed = bytearray(data[begin:])
        listed[at - begin] ^= 0xFF
        found = Read(tmp_path / "a.7z", seven_zip(data[32:begin], bytes(listed)))
        assert all("\n" not in error for error in found.errors)
