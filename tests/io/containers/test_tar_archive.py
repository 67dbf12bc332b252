from __future__ import annotations

import struct
import tarfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from nhsa_nlp.io import ReadOptions
from nhsa_nlp.io.containers.tar_archive import MAX_HEADER, MAX_HEADERS
from tests.io import samples
from tests.io.containers.reading import Read
from tests.io.samples import tarred, zipped

LONG = "关于完善职工基本医疗保险门诊共济保障机制的建议/" * 8


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Read]:
    return lambda data, name="a.tar", options=None: Read(tmp_path / name, data, options)


def entry(name: str, kind: bytes = tarfile.REGTYPE, size: int = 0, **more: object) -> bytes:
    info = tarfile.TarInfo(name)
    info.type, info.size = kind, size
    for key, value in more.items():
        setattr(info, key, value)
    return info.tobuf(tarfile.GNU_FORMAT)


@pytest.mark.parametrize(
    ("name", "packing"),
    [
        ("a.tar", ""),
        ("a.tar.gz", "gz"),
        ("a.TGZ", "gz"),
        ("a.tar.bz2", "bz2"),
        ("a.tbz2", "bz2"),
        ("a.tar.xz", "xz"),
        ("a.txz", "xz"),
        ("a.gz", "gz"),
        ("a.tar", "xz"),
        ("a.tgz", ""),
        ("a", "gz"),
        ("a", ""),
        ("a.zip", "gz"),
    ],
)
def test_members_are_documents_by_their_names_however_they_are_packed(
    read: Callable[..., Read], name: str, packing: str
) -> None:
    members: dict[str, str | bytes] = {
        "二/乙.txt": "乙文",
        "一.docx": samples.docx(samples.paragraphs(["甲文"])),
        "pic.gif": "x",
        ".DS_Store": "x",
        "二/._乙.txt": "x",
    }
    found = read(tarred(members, packing), name)
    assert found.texts == {"a/二/乙": "乙文", "a/一": "甲文"}
    assert found.sources == [f"{name}!/二/乙.txt", f"{name}!/一.docx"]
    assert (found.errors, found.skipped) == ([], {".gif": 1})


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_long_names_of_every_form(read: Callable[..., Read], form: int) -> None:
    name = ("a/" * 60 if form == tarfile.USTAR_FORMAT else LONG) + "字.txt"
    assert read(tarred({name: "字"}, form=form)).texts == {f"a/{name[:-4]}": "字"}


def test_names_in_gbk(read: Callable[..., Read]) -> None:
    stream = BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.GNU_FORMAT, encoding="gbk") as archive:
        for name in ("医保函.txt", LONG + "函.txt"):
            info = tarfile.TarInfo(name)
            info.size = 3
            archive.addfile(info, BytesIO("字".encode()))
    assert read(stream.getvalue()).texts == {"a/医保函": "字", f"a/{LONG}函": "字"}


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [("../../etc/a.txt", "etc/a"), ("/etc/a.txt", "etc/a"), ("a/../b\n.txt", "a/b\ufffd")],
)
def test_names_that_lead_out_are_only_names(
    read: Callable[..., Read], tmp_path: Path, name: str, cleaned: str
) -> None:
    assert read(tarred({name: "字"})).texts == {f"a/{cleaned}": "字"}
    assert [path.name for path in tmp_path.iterdir()] == ["a.tar"]


def test_folders_links_and_devices_are_passed_over(read: Callable[..., Read]) -> None:
    data = b"".join(
        [
            entry("d.txt", tarfile.DIRTYPE),
            entry("s.txt", tarfile.SYMTYPE, linkname="/etc/passwd"),
            entry("h.txt", tarfile.LNKTYPE, linkname="a.txt"),
            entry("f.txt", tarfile.FIFOTYPE),
            entry("c.txt", tarfile.CHRTYPE),
            tarred({"a.txt": "字"}),
        ]
    )
    found = read(data)
    assert (found.texts, found.errors) == ({"a/a": "字"}, [])


@pytest.mark.parametrize("packing", ["", "gz", "bz2", "xz"])
def test_of_an_archive_that_breaks_off_what_comes_before_is_read(
    read: Callable[..., Read], packing: str
) -> None:
    noise = samples.noise(400_000)
    data = tarred({"a.txt": "甲", "b.txt": noise, "c.txt": "丙"}, packing)
    found = read(data[: len(data) // 2], f"a.tar.{packing}".rstrip("."))
    assert found.texts == ({} if packing == "bz2" else {"a/a": "甲"})
    (error,) = found.errors
    assert "breaks off; fetch or pack it again" in error
    assert "is read only up to here" in error or packing == "bz2"


def test_the_end_must_be_there(read: Callable[..., Read]) -> None:
    whole = tarred({"a.txt": "甲", "b.txt": "乙"})
    found = read(whole[: 4 * 512])
    assert list(found.texts) == ["a/a", "a/b"]
    assert found.errors == ["a.tar: is read only up to here: it breaks off; fetch or pack it again"]
    damaged = bytearray(whole)
    damaged[1024 + 10] ^= 1
    found = read(bytes(damaged))
    assert list(found.texts) == ["a/a"]
    assert found.errors == [
        "a.tar: is read only up to here: it is damaged or not a tar archive; fetch or pack it again"
    ]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"x" * 2000, "is damaged or not a tar archive; fetch or pack it again"),
        (b"\0" * 10_240, "no documents in this archive"),
        (
            tarred({"a.gif": "x"}),
            "no documents in this archive; it holds only 1 file of other formats (.gif 1)",
        ),
    ],
)
def test_an_archive_that_is_bad_as_a_whole_is_one_error(
    read: Callable[..., Read], data: bytes, message: str
) -> None:
    assert read(data).errors == [f"a.tar: {message}"]


def test_the_limits_hold_for_each_member_and_for_all(read: Callable[..., Read]) -> None:
    options = ReadOptions(max_bytes=12_000)
    found = read(tarred({"a.txt": "a" * 12_001, "b.txt": "b" * 12_000}, "gz"), "a.tgz", options)
    assert list(found.texts) == ["a/b"]
    assert found.errors == [
        "a.tgz!/a.txt: unpacks to more than 12,000 bytes; raise --max-bytes if that is right"
    ]
    found = read(tarred({f"{n:02}.txt": "a" * 11_000 for n in range(30)}, "gz"), "a.tgz", options)
    assert 15 < len(found.texts) < 22
    (error,) = found.errors
    assert "unpacks to more than 240,000 bytes" in error


@pytest.mark.parametrize("packing", ["gz", "bz2", "xz"])
def test_what_is_packed_too_tightly_is_a_bomb(read: Callable[..., Read], packing: str) -> None:
    found = read(tarred({"a.txt": "甲", "b.mp4": bytes(60_000_000), "c.txt": "丙"}, packing), "a.tgz")
    assert found.texts == {"a/a": "甲"}
    assert found.errors == [
        "a.tgz: is read only up to here: it unpacks to more than 250 times its size, as a zip bomb does"
    ]


def test_members_with_holes_are_refused(read: Callable[..., Read]) -> None:
    header = bytearray(entry("a.txt", tarfile.GNUTYPE_SPARSE))
    header[482] = 1
    header[148:156] = b"%06o\0 " % (sum(header[:148]) + sum(header[156:]) + 8 * 32)
    old = bytes(header) + bytes(504) + b"\1" + bytes(7) + bytes(512)
    new = records(b"22 GNU.sparse.major=1\n") + entry("a.txt")
    for data in (old, new):
        found = read(data + tarred({"b.txt": "乙"}))
        assert found.texts == {"a/b": "乙"}
        assert found.errors == ["a.tar!/a.txt: is stored with holes (sparse); pack it without --sparse"]


def test_a_header_has_a_limit(read: Callable[..., Read]) -> None:
    for data in (
        entry("x", tarfile.XHDTYPE, MAX_HEADER + 1),
        entry("x", tarfile.GNUTYPE_LONGNAME) * (MAX_HEADERS + 1),
    ):
        assert read(data + tarred({"b.txt": "乙"})).errors == [
            "a.tar: has a header of more than 1,048,576 bytes; pack it again"
        ]
    good = entry("x", tarfile.GNUTYPE_LONGNAME) * (MAX_HEADERS - 1)
    assert read(good + tarred({LONG: "乙"}, form=tarfile.GNU_FORMAT)).errors == []


def records(content: bytes) -> bytes:
    return entry("x", tarfile.XHDTYPE, len(content)) + content.ljust(512, b"\0")


@pytest.mark.parametrize("content", [b"1 a=b\n", b"0 a=b\n", b"a b=c\n"])
def test_records_that_are_none_are_damage(read: Callable[..., Read], content: bytes) -> None:
    data = tarred({"a.txt": "甲"})[:1024] + records(content) + tarred({"b.txt": "乙"})
    found = read(data)
    assert found.errors[0].startswith("a.tar: is read only up to here: it is damaged")


def test_a_size_may_be_said_in_a_record(read: Callable[..., Read]) -> None:
    data = records(b"9 size=6\n") + entry("a.txt") + "甲乙".encode().ljust(512, b"\0")
    assert read(data + tarred({"b.txt": "丙"})).texts == {"a/a": "甲乙", "a/b": "丙"}
    data = records(b"11 size=-6\n") + entry("a.txt")
    assert read(data + tarred({"b.txt": "丙"})).texts == {"a/b": "丙"}


def test_sizes_below_nothing_are_damage(read: Callable[..., Read]) -> None:
    header = bytearray(entry("a.txt"))
    header[124:136] = b"\xff" * 4 + struct.pack(">q", -2048)
    header[148:156] = b"%06o\0 " % (sum(header[:148]) + sum(header[156:]) + 8 * 32)
    (error,) = read(tarred({"b.txt": "乙"})[:1024] + bytes(header) + tarred({"c.txt": "丙"})).errors
    assert "is damaged" in error


def test_archives_of_all_formats_nest_to_one_depth(read: Callable[..., Read]) -> None:
    inner = tarred({"d.txt": "丁"}, "xz")
    data = tarred({"b.zip": zipped({"c.tar.xz": inner, "c.txt": "丙"})}, "gz")
    assert read(data, "a.tgz").texts == {"a/b/c/d": "丁", "a/b/c": "丙"}
    found = read(tarred({"x.tar": data, "x.txt": "x"}))
    assert found.texts == {"a/x/b/c": "丙", "a/x": "x"}
    assert found.errors == [
        "a.tar!/x.tar!/b.zip!/c.tar.xz: lies 3 archives or mails deep; unpack the outer ones"
    ]


def test_names_that_occur_twice_make_two_documents(read: Callable[..., Read]) -> None:
    data = tarred({"a.txt": "甲"})[:1024] + tarred({"a.txt": "乙"})
    assert read(data).texts == {"a/a": "甲", "a/a-2": "乙"}


def test_any_damage_gives_errors_and_no_more(tmp_path: Path) -> None:
    data = tarred({"a.txt": "甲" * 50, LONG + "b.txt": "乙" * 50})[: 7 * 512]
    for at in range(0, len(data), 7):
        found = Read(tmp_path / "a.tar", data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])
        assert all("\n" not in error for error in found.errors)
