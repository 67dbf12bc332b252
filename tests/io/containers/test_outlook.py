from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nhsa_nlp.io import ReadOptions
from tests.io import samples
from tests.io.containers.reading import Read
from tests.io.messages import SUBJECT, Attached, Properties, msg, msg_streams
from tests.io.package.test_compressed_rtf import PACKED

SENT = datetime(2021, 3, 1, 1, 30, tzinfo=UTC)
MAIL: Properties = {
    "0037": SUBJECT,
    "1000": "正文之一\r\n",
    "0042": "张三",
    "5D02": "zhang@example.org",
    "0039": SENT,
}
HEAD = {
    "mail_subject": SUBJECT,
    "mail_from": "张三 <zhang@example.org>",
    "mail_date": "2021-03-01T01:30:00+00:00",
}
TITLE_ONLY = ReadOptions(title_column="")


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Read]:
    return lambda data, options=None: Read(tmp_path / "a.msg", data, options)


def docx(text: str) -> bytes:
    return samples.docx(samples.paragraphs([text]))


@pytest.mark.parametrize("page", [None, 936, 65001])
def test_a_mail_is_its_text_and_then_its_files_with_its_head(
    read: Callable[..., Read], page: int | None
) -> None:
    files: list[Attached] = [
        {"3707": "附件（一）.docx", "3704": "FUJIAN~1.DOC", "3701": docx("甲文")},
        {"3704": "台账.csv", "3701": "正文\n乙\n".encode() * 900},
        {"3707": "a.gif", "3701": b"x"},
    ]
    found = read(msg(MAIL, files, page))
    assert found.texts["a"] == f"{SUBJECT}\n正文之一"
    assert found.texts["a/附件（一）"] == "甲文"
    assert found.sources[:3] == ["a.msg", "a.msg!/附件（一）.docx", "a.msg!/台账.csv#row=2"]
    assert all(document.columns == HEAD for document in found.documents)
    assert (found.errors, found.skipped) == ([], {".gif": 1})


@pytest.mark.parametrize(
    ("given", "sender"),
    [
        ({"0C1A": "李四", "0C1F": "li@example.org"}, "李四 <li@example.org>"),
        ({"0C1A": "李四", "0C1F": "/O=X/CN=LI"}, "李四"),
        ({"0C1A": "li@example.org", "5D01": "li@example.org"}, "li@example.org"),
        ({"0042": "局办", "0C1A": "李四"}, "局办"),
        ({"5D02": "li@example.org"}, "<li@example.org>"),
        ({}, None),
    ],
)
def test_senders(read: Callable[..., Read], given: dict[str, str], sender: str | None) -> None:
    found = read(msg({"1000": "正文", **given}))
    assert found.documents[0].columns["mail_from"] == sender


def test_what_is_not_said_is_unknown(read: Callable[..., Read]) -> None:
    (document,) = read(msg({"1000": "正文"})).documents
    assert set(document.columns.values()) == {None}
    received = read(msg({"1000": "正文", "0E06": SENT})).documents[0]
    assert received.columns["mail_date"] == HEAD["mail_date"]
    assert read(msg({"1000": "正文", "0039": 2**63})).documents[0].columns["mail_date"] is None


def test_a_page_is_read_if_it_says_as_much(read: Callable[..., Read]) -> None:
    page = "<table><tr><td>甲</td><td>乙</td></tr></table><img src='cid:p1@x'>"
    picture: Properties = {"3707": "p.png", "3701": b"\x89PNG\r\n\x1a\n", "3712": "p1@x"}
    found = read(msg({"1000": "甲 乙", "1013": page.encode("gbk")}, [picture], 936), TITLE_ONLY)
    assert (found.texts, found.errors) == ({"a": "甲\t乙"}, [])
    assert read(msg({"1013": page}), TITLE_ONLY).texts == {"a": "甲\t乙"}


def test_a_text_in_rich_text_only_is_a_file(read: Callable[..., Read]) -> None:
    found = read(msg({"1009": PACKED}))
    assert (list(found.texts), found.errors) == (["a/message"], [])
    assert "is damaged" in read(msg({"1009": b"x" * 20})).errors[0]


def test_mails_nest_three_deep_each_with_its_own_head(read: Callable[..., Read]) -> None:
    files: list[Attached] = []
    for number in (4, 3, 2):
        streams = msg_streams({"0037": f"件{number}", "1000": f"第{number}封"}, files, head=24)
        files = [({"3001": "x"}, streams)]
    found = read(msg({"0037": "件1", "1000": "第1封"}, files), TITLE_ONLY)
    assert found.texts == {"a": "第1封", "a/件2": "第2封", "a/件2/件3": "第3封"}
    assert [document.columns["mail_subject"] for document in found.documents] == ["件1", "件2", "件3"]
    assert found.errors == [
        "a.msg!/件2.msg!/件3.msg!/件4.msg: lies 3 archives or mails deep; unpack the outer ones"
    ]


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ({"3707": "smime.p7m", "3701": b"x", "370E": "multipart/signed"}, "is an encrypted or signed e-mail"),
        ({"3707": "winmail.dat", "3701": b"x"}, "is made by Outlook (TNEF, winmail.dat)"),
        ({"3707": "图.docx"}, "is an object within the mail, not a file; open it in Outlook and save it"),
    ],
)
def test_what_cannot_be_opened_is_one_line(
    read: Callable[..., Read], file: dict[str, str | bytes], message: str
) -> None:
    found = read(msg(MAIL, [file]))
    assert len(found.texts) == 1
    (error,) = found.errors
    assert error.startswith(f"a.msg!/{file['3707']!s}: {message}")


@pytest.mark.parametrize("name", ["来信", "来信.bak", "来信.eml", "来信.doc"])
def test_it_is_told_by_its_content(tmp_path: Path, name: str) -> None:
    assert Read(tmp_path / name, msg(MAIL)).texts == {"来信": f"{SUBJECT}\n正文之一"}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (samples.compound({"a": b"x"}), "a.msg: is not a mail of Outlook, or damaged; save it again"),
        (b"x" * 900, "a.msg: is damaged: its sectors or its directory are broken; open and save it again"),
        (msg({"0037": ""}), "a.msg: is empty; nothing to read"),
    ],
)
def test_what_is_no_mail_says_so(read: Callable[..., Read], data: bytes, message: str) -> None:
    assert read(data).errors == [message]


def test_a_stream_that_is_damaged_costs_its_file_only(read: Callable[..., Read]) -> None:
    files: list[Attached] = [{"3707": "a.txt", "3701": b"a" * 5000}, {"3707": "b.txt", "3701": b"b"}]
    data = bytearray(msg(MAIL, files))
    at = data.rindex("__substg1.0_37010102".encode("utf-16-le"))
    struct.pack_into("<Q", data, at + 120, 2**31)
    found = read(bytes(data))
    assert list(found.texts) == ["a", "a/b"]
    assert [error.partition(": ")[0] for error in found.errors] == ["a.msg!/a.txt"]
