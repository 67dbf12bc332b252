from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest

from nhsa_nlp.io import Part, ReadOptions, Source, Unreadable, expand, find_documents, read_documents
from nhsa_nlp.io.readers import READABLE
from tests.io import samples
from tests.io.containers.reading import Read
from tests.io.samples import zipped


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Read]:
    return lambda data, options=None: Read(tmp_path / "a.zip", data, options)


def member(data: bytes, name: str, *, flags: int = 0, name_bytes: bytes | None = None) -> bytes:
    """The archive with another name, or flags, of a member, in both of its places."""
    old = name.encode()
    new = name_bytes or old
    assert len(new) == len(old)
    changed = bytearray(data.replace(old, new))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(signature)
        while at >= 0:
            length = offset + 24 if signature == b"PK\x03\x04" else offset + 38
            if changed[at + length : at + length + len(new)] == new:
                changed[at + offset] |= flags & 0xFF
                changed[at + offset + 1] |= flags >> 8
            at = changed.find(signature, at + 4)
    return bytes(changed)


def test_members_are_documents_sorted_by_name_with_a_source_of_their_own(
    read: Callable[..., Read], tmp_path: Path
) -> None:
    data = zipped(
        {
            "二/乙.txt": "乙文",
            "一.docx": samples.docx(samples.paragraphs(["甲文"])),
            "pic.gif": "x",
            "__MACOSX/二/._乙.txt": "x",
            ".DS_Store": "x",
            "~$一.docx": "x",
            "二/": "",
        }
    )
    found = read(data)
    assert found.texts == {"a/一": "甲文", "a/二/乙": "乙文"}
    assert found.documents[1].source == f"{(tmp_path / 'a.zip').as_posix()}!/二/乙.txt"
    assert (found.errors, found.skipped) == ([], {".gif": 1})


def test_a_name_that_is_not_the_utf_8_it_is_marked_as_is_read_as_unmarked(read: Callable[..., Read]) -> None:
    names = ["xxxx.txt", "yyyyyyyy.txt", "z.txt"]
    data = zipped({name: name for name in names})
    data = member(data, "yyyyyyyy.txt", flags=0x800, name_bytes="答复函件".encode("gbk") + b".txt")
    data = member(data, "xxxx.txt", flags=0x800, name_bytes="答复".encode("gbk") + b".txt")
    data = member(data, "z.txt", flags=0x800)
    for whole in (data, b"a program that unpacks itself" + data):
        found = read(whole)
        assert found.errors == []
        assert found.texts == {"a/答复": "xxxx.txt", "a/答复函件": "yyyyyyyy.txt", "a/z": "z.txt"}


def test_a_member_without_a_name_is_passed_over(read: Callable[..., Read]) -> None:
    data = bytearray(zipped({"x": "甲", "b.txt": "乙"}))
    for signature, length in ((b"PK\x03\x04", 26), (b"PK\x01\x02", 28)):
        at = data.find(signature)
        data[at + length] = 0
        data[at + length + 2] += 1  # what was the name is an extra field
    found = read(bytes(data))
    assert (found.texts, found.errors) == ({"a/b": "乙"}, [])


def test_an_archive_in_a_folder_is_found_and_its_ids_follow_the_folder(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "2021.zip").write_bytes(zipped({"85.txt": "字"}))
    assert [document.id for document in read_documents([tmp_path / "in"])] == ["2021/85"]


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("医保函.txt".encode("gbk"), "医保函"),
        ("医保函.txt".encode(), "医保函"),
        (b"\x82 \x81.txt", "é ü"),
    ],
)
def test_names_without_a_mark_are_told_by_their_bytes(
    read: Callable[..., Read], raw: bytes, name: str
) -> None:
    placeholder = "x" * (len(raw) - 4) + ".txt"
    found = read(member(zipped({placeholder: "字"}), placeholder, name_bytes=raw))
    assert found.texts == {f"a/{name}": "字"}


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("../../etc/a.txt", "etc/a"),
        ("/etc/a.txt", "etc/a"),
        ("C:\\letters\\a.txt", "letters/a"),
        ("a/../../b\n.txt", "a/b\ufffd"),
        ("\\\\server\\share\\a.txt", "server/share/a"),
    ],
)
def test_names_that_lead_out_of_the_archive_are_only_names(
    read: Callable[..., Read], tmp_path: Path, name: str, cleaned: str
) -> None:
    before = sorted(path.name for path in tmp_path.iterdir())
    found = read(zipped({name: "字"}))
    assert found.texts == {f"a/{cleaned}": "字"}
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*before, "a.zip"])


def test_archives_nest_to_a_depth(read: Callable[..., Read]) -> None:
    data = zipped({"字.txt": "底"})
    for name in ("c", "b"):
        data = zipped({f"{name}.zip": data, f"{name}.txt": name})
    assert read(data).texts == {"a/b/c/字": "底", "a/b/c": "c", "a/b": "b"}
    found = read(zipped({"d.zip": data, "d.txt": "d"}))
    assert found.texts == {"a/d": "d", "a/d/b": "b", "a/d/b/c": "c"}
    assert found.errors == [
        "a.zip!/d.zip!/b.zip!/c.zip: lies 3 archives or mails deep; unpack the outer ones"
    ]


def test_a_bad_member_is_reported_and_the_others_read(read: Callable[..., Read]) -> None:
    names = ("b.txt", "c.docx", "d.uot", "e.zip", "f.zip", "g.pages", "h.txt")
    good = zipped({"a.txt": "甲", **dict.fromkeys(names, "坏"), "z.txt": "末"}, zipfile.ZIP_STORED)
    found = read(good.replace("坏".encode(), b"\xff\xff\xff", 1))
    assert found.texts == {"a/a": "甲", "a/h": "坏", "a/z": "末"}
    assert [error.split(": ")[0] for error in found.errors] == [f"a.zip!/{name}" for name in names[:5]]
    assert "is damaged; fetch or pack it again" in found.errors[0]
    assert "is not a .docx" in found.errors[1]
    assert "soffice --headless --convert-to docx" in found.errors[2]
    assert found.skipped == {".pages": 1}


def test_a_table_that_breaks_off_does_not_end_its_archive(read: Callable[..., Read]) -> None:
    found = read(zipped({"a.csv": "id,正文\n1,甲\n", "b.csv": "x,y\n1,2\n", "c.txt": "丙"}))
    assert list(found.texts.values()) == ["甲", "丙"]
    assert [error.split(": ")[0] for error in found.errors] == ["a.zip!/b.csv"]


def test_encrypted_and_strangely_packed_members_are_reported(read: Callable[..., Read]) -> None:
    data = zipped({"a.txt": "甲", "b.txt": "乙"})
    assert read(member(data, "a.txt", flags=1)).errors == [
        "a.zip!/a.txt: is encrypted; unpack it with its password first"
    ]
    found = read(zipped({"a.txt": "甲"}, zipfile.ZIP_LZMA))
    assert found.errors == ["a.zip!/a.txt: is packed by method 14, which is not read; pack it as plain zip"]


def test_the_limits_hold_for_each_member_and_for_all(read: Callable[..., Read]) -> None:
    options = ReadOptions(max_bytes=1000)
    found = read(zipped({"a.txt": "a" * 1001, "b.txt": "b" * 1000}), options)
    assert list(found.texts) == ["a/b"]
    assert "a.txt: unpacks to more than 1,000 bytes" in found.errors[0]
    many = zipped({f"{n:02}.txt": "a" * 1000 for n in range(22)})
    found = read(many, ReadOptions(max_bytes=len(many)))
    assert len(found.texts) == 22
    nested = zipped({"a.zip": zipped({"a.txt": "a" * 900}), **{f"{n:02}.txt": "a" * 1000 for n in range(20)}})
    found = read(nested, ReadOptions(max_bytes=max(1000, len(nested))))
    assert len(found.texts) == 21
    small = BytesIO()
    with zipfile.ZipFile(small, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(30):
            archive.writestr(f"{number:02}.txt", "a" * 5000)
    found = read(small.getvalue(), ReadOptions(max_bytes=5000))
    assert len(found.texts) == 20
    assert "unpacks to more than 20 times --max-bytes" in found.errors[0]
    assert len(found.errors) == 10


def test_a_member_that_lies_about_its_size_is_damaged(read: Callable[..., Read]) -> None:
    data = zipped({"a.txt": "a" * 100_000, "b.txt": "b"})
    size = struct.pack("<I", 100_000)
    found = read(data.replace(size, struct.pack("<I", 10)))
    assert (found.texts, len(found.errors)) == ({"a/b": "b"}, 1)
    assert "a.txt: is damaged" in found.errors[0]


def test_a_member_that_packs_too_well_is_a_bomb(read: Callable[..., Read]) -> None:
    data = zipped({"a.txt": b"\0" * 50_000_000})
    assert read(data).errors == ["a.zip!/a.txt: unpacks to more than 250 times its size, as a zip bomb does"]


def overlapping(count: int) -> bytes:
    """Fifield's bomb: every member quotes the headers of those after it and shares one kernel."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    kernel = packer.compress(b"a" * 1_000_000) + packer.flush()
    check = zlib.crc32(b"a" * 1_000_000)

    def fields(number: int, size: int, unpacked: int) -> bytes:
        return struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, check, size, unpacked, 5, 0) + b"%05d" % number

    local = b"".join(b"PK\x03\x04" + fields(n, len(kernel), 1_000_000)[:31] for n in range(count))
    data = local[: 35 * count] + kernel
    entries = b"".join(
        b"PK\x01\x02\x14\x00"
        + fields(n, len(data) - 35 * (n + 1), 1_000_000)[:26]
        + struct.pack("<HHHII", 0, 0, 0, 0, 35 * n)
        + b"%05d" % n
        for n in range(count)
    )
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, len(entries), len(data), 0)
    return data + entries + end


def test_members_that_share_their_data_are_a_bomb(read: Callable[..., Read]) -> None:
    assert read(overlapping(250)).errors == [
        "a.zip: has members that share their data, as a zip bomb does; not unpacked"
    ]


def test_more_members_than_any_office_has_are_refused_before_they_are_listed(
    read: Callable[..., Read],
) -> None:
    entry = b"PK\x01\x02" + b"\0" * 42
    directory = entry * 100_001
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, len(directory), 0, 0)
    assert read(directory + end).errors == ["a.zip: holds more than 100,000 files; split it"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty; nothing to read"),
        (b"PK\x03\x04" + b"x" * 100, "is damaged or not a zip file"),
        (zipped({"a.txt": "字"})[:-30], "is damaged or not a zip file"),
        (zipped({}), "no documents in this archive"),
        (
            zipped({"a.gif": "x", "b.css": "y"}),
            r"no documents in this archive; it holds only 2 files .*\.gif 1",
        ),
        (zipped({"a.txt": "字"}).replace(b"PK\x01\x02", b"PK\x01\x09"), "is damaged or not a zip file"),
    ],
)
def test_an_archive_that_is_bad_as_a_whole_is_one_error(
    read: Callable[..., Read], data: bytes, message: str
) -> None:
    (error,) = read(data).errors
    assert error.startswith("a.zip: ")
    assert "\n" not in error
    assert re.search(message, error)


def test_a_directory_that_is_damaged_anywhere_gives_errors_and_no_more(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.txt": "甲" * 50, "b.txt": "乙" * 50}))
    for at in range(len(data)):
        changed = bytes(data[:at]) + bytes([data[at] ^ 0xFF]) + bytes(data[at + 1 :])
        found = Read(tmp_path / "a.zip", changed)
        assert set(found.texts.values()) <= {"甲" * 50, "乙" * 50}


def test_members_are_read_one_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"a.txt": "甲", "b.txt": "乙" * 100_000}, zipfile.ZIP_STORED))
    options = ReadOptions()

    def units() -> Iterator[Part]:
        for file in find_documents([path], READABLE):
            yield from expand(file, options)

    found = units()
    first = next(found)
    assert isinstance(first, Source)
    assert first.origin == "甲".encode()
    with path.open("r+b") as stream:  # the second is read when it is its turn
        stream.truncate(60)
    second = next(found)
    assert isinstance(second, Unreadable)
    assert re.search(r"a\.zip!/b\.txt: (is damaged|cannot be unpacked)", str(second.error))
