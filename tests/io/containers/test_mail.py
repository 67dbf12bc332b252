from __future__ import annotations

import base64
import quopri
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest

from nhsa_nlp.io import ReadOptions
from tests.io import samples
from tests.io.containers.reading import Read
from tests.io.messages import SUBJECT, eml, mail, raw

TEXT = "正文之一"
HEAD = {
    "mail_subject": SUBJECT,
    "mail_from": "张三 <zhang@example.org>",
    "mail_date": "2021-03-01T09:30:00+08:00",
}


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Read]:
    return lambda data, options=None: Read(tmp_path / "a.eml", data, options)


def docx(text: str) -> bytes:
    return samples.docx(samples.paragraphs([text]))


def word(text: str, charset: str, label: str = "") -> str:
    return f"=?{label or charset}?B?{base64.b64encode(text.encode(charset)).decode()}?="


def test_a_mail_is_its_text_and_then_its_files_with_its_head(read: Callable[..., Read]) -> None:
    files = {"附件.docx": docx("甲文"), "台账.csv": "正文,年份\n乙,2021\n".encode(), "a.gif": b"x"}
    found = read(eml(files=files))
    assert found.texts == {"a": f"{SUBJECT}\n{TEXT}", "a/附件": "甲文", "a/台账-2": "乙"}
    assert found.sources == ["a.eml", "a.eml!/附件.docx", "a.eml!/台账.csv#row=2"]
    assert [document.columns for document in found.documents] == [HEAD, HEAD, {**HEAD, "年份": "2021"}]
    assert (found.errors, found.skipped) == ([], {".gif": 1})


@pytest.mark.parametrize(
    ("subject", "text", "expected"),
    [
        (SUBJECT, TEXT, f"{SUBJECT}\n{TEXT}"),
        (f"Fwd: 转发：{SUBJECT}", TEXT, f"{SUBJECT}\n{TEXT}"),
        ("关于 门诊的建议", f"关于门诊的\n建议\n{TEXT}", f"关于门诊的\n建议\n{TEXT}"),
        ("", TEXT, TEXT),
        ("Re:", TEXT, TEXT),
        (SUBJECT, "", SUBJECT),
    ],
)
def test_the_subject_is_the_title(read: Callable[..., Read], subject: str, text: str, expected: str) -> None:
    found = read(eml(text, Subject=subject))
    assert found.texts == {"a": expected}
    assert found.documents[0].columns["mail_subject"] == (subject or None)


def test_the_title_is_left_out_or_given_by_itself_as_in_tables(read: Callable[..., Read]) -> None:
    assert read(eml(), ReadOptions(title_column="")).texts == {"a": TEXT}
    assert read(eml(), ReadOptions(title_column="案由")).texts == {"a": TEXT}
    assert read(eml(), ReadOptions(title_column="mail_subject")).texts == {"a": f"{SUBJECT}\n{TEXT}"}
    assert read(eml(), ReadOptions(titled=True)).documents[0].meta == {"title": SUBJECT}


def test_a_mail_without_text_and_subject_is_its_files_or_empty(read: Callable[..., Read]) -> None:
    assert read(eml("", {"b.docx": docx("甲")}, Subject="")).texts == {"a/b": "甲"}
    assert read(eml("", Subject="")).errors == ["a.eml: is empty; nothing to read"]


@pytest.mark.parametrize(
    "subject",
    [
        word(SUBJECT, "gb18030"),
        word(SUBJECT, "gb18030", "gb2312"),
        word(SUBJECT, "utf-8", "gb2312"),
        word(SUBJECT, "gbk", "x-unknown"),
        f"{word(SUBJECT[:4], 'gbk')}\n {word(SUBJECT[4:], 'GBK')}",
        f"{word(SUBJECT[:4], 'gbk')}\n {word(SUBJECT[4:], 'utf-8')}",
        f"=?gb2312?Q?{quopri.encodestring(SUBJECT.encode('gbk'), header=True).decode()}?=".replace("=\n", ""),
        f"=?utf-8*zh?q?{quopri.encodestring(SUBJECT.encode(), header=True).decode()}?=".replace("=\n", ""),
        SUBJECT.encode("gbk"),
        SUBJECT.encode(),
    ],
)
def test_subjects_however_they_are_encoded(read: Callable[..., Read], subject: str | bytes) -> None:
    head = b"Subject: " + (subject if isinstance(subject, bytes) else subject.encode())
    assert read(raw(head)).documents[0].columns["mail_subject"] == SUBJECT


def test_a_character_may_be_cut_in_two_encoded_words(read: Callable[..., Read]) -> None:
    data = SUBJECT.encode("gbk")
    halves = [base64.b64encode(part).decode() for part in (data[:7], data[7:])]
    subject = f"Subject: 附 =?gb2312?B?{halves[0]}?=\n\t=?gb2312?B?{halves[1]}?= 完"
    assert read(raw(subject)).documents[0].columns["mail_subject"] == f"附 {SUBJECT} 完"


NAME = "附件（一）；建议 2021.txt"
RFC2231 = "".join(f"%{byte:02X}" for byte in NAME.encode("gbk"))


@pytest.mark.parametrize(
    "head",
    [
        f'Content-Disposition: attachment; filename="{word(NAME, "gbk")}"',
        f"Content-Disposition: attachment; filename={word(NAME, 'utf-8')}",
        f'Content-Disposition: attachment; filename="{word(NAME[:3], "gbk")}\n {word(NAME[3:], "gbk")}"',
        f'Content-Disposition: attachment\nContent-Type: text/plain; name="{word(NAME, "gbk", "gb2312")}"',
        f"Content-Disposition: attachment; filename*=GB18030'zh-cn'{RFC2231}",
        f"Content-Disposition: attachment;\n filename*0*=gbk''{RFC2231[:10]};\n filename*1*={RFC2231[10:]}",
        f"Content-Disposition: attachment; filename=\"x.doc\"; filename*=gbk''{RFC2231}",
        f'Content-Disposition: attachment; filename="{NAME}"'.encode("gbk"),
        f'Content-Disposition: attachment; filename="{NAME}"'.encode(),
        'Content-Disposition: attachment; filename*0="附件（一）；"; filename*1="建议 2021.txt"'.encode(
            "gbk"
        ),
        f'Content-Disposition: ATTACHMENT ; FILENAME = "C:\\\\x\\\\{NAME}"'.encode(),
    ],
)
def test_names_of_files_however_they_are_encoded(read: Callable[..., Read], head: str | bytes) -> None:
    part = (head if isinstance(head, bytes) else head.encode()) + "\n\n字\n".encode()
    body = b"--x\n\n" + TEXT.encode() + b"\n--x\n" + part + b"--x--\n"
    found = read(raw('Content-Type: multipart/mixed; boundary="x"', body))
    _, source = found.sources
    assert source == (f"a.eml!/x/{NAME}" if b"FILENAME" in part else f"a.eml!/{NAME}")


@pytest.mark.parametrize("way", ["8bit", "base64", "quoted-printable"])
@pytest.mark.parametrize(
    ("label", "charset"),
    [
        ("gb2312", "gb18030"),
        ("gb2312", "utf-8"),
        ("utf-8", "utf-8"),
        ("us-ascii", "gbk"),
        ("iso-8859-1", "gbk"),
        ("big5", "big5"),
        ("x-no", "gbk"),
        ("punycode", "gbk"),
        ("utf-16le", "utf-16-le"),
        ("utf-8", "gbk"),
    ],
)
def test_texts_however_they_are_encoded(
    read: Callable[..., Read], way: str, label: str, charset: str
) -> None:
    text = "關於" if charset == "big5" else "关于完善职工基本医疗保险门诊共济保障机制的建议，现答复如下。"
    if charset == "gb18030":
        text += "㐀镕"
    data = text.encode(charset)
    if way == "base64":
        data = base64.encodebytes(data)
    elif way == "quoted-printable":
        data = quopri.encodestring(data)
    head = f"Content-Type: text/plain; charset={label}\nContent-Transfer-Encoding: {way}"
    if way == "8bit" and charset == "utf-16-le":
        return  # no program writes it
    assert read(raw(head, data)).texts == {"a": text}


def test_base64_that_breaks_off_is_read_as_far_as_it_goes(read: Callable[..., Read]) -> None:
    head = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64"
    whole = base64.b64encode("医疗保障基金".encode())
    for cut in (8, 12):
        assert read(raw(head, whole[:cut])).texts == {"a": "医疗保障基金"[: cut // 4]}
    assert len(read(raw(head, whole[:5])).documents) == 1


def test_of_two_versions_the_page_is_read_unless_it_says_less(read: Callable[..., Read]) -> None:
    page = "<p>关于<b>门诊</b></p><table><tr><td>甲</td><td>乙</td></tr></table><img src='cid:p1'>"
    options = ReadOptions(title_column="")
    assert read(eml("关于\n门诊\n甲\n乙", page=page), options).texts == {"a": "关于门诊\n甲\t乙"}
    assert read(eml("关于门诊甲乙丙丁", page=page), options).texts == {"a": "关于门诊甲乙丙丁"}
    assert read(eml("", page=page), options).texts == {"a": "关于门诊\n甲\t乙"}
    assert read(eml("关于", page="<html><body> </body></html>"), options).texts == {"a": "关于"}


def test_a_page_may_be_the_only_text_in_an_encoding_that_it_says_itself(read: Callable[..., Read]) -> None:
    page = "<html><head><meta charset=gb2312></head><body><p>现答复如下：医疗保障</p></body></html>"
    for head in ("Content-Type: text/html", "Content-Type: text/html; charset=gb2312"):
        assert read(raw(head, page.encode("gbk"))).texts == {"a": "现答复如下：医疗保障"}


def test_pictures_that_the_text_shows_are_passed_over_and_others_are_files(
    read: Callable[..., Read],
) -> None:
    made = mail("见图", page="<p>见图<img src='cid:p1@x'></p>")
    _, page = made.iter_parts()
    page.add_related(b"\x89PNG\r\n\x1a\n", "image", "png", cid="<P1@x>")
    made.add_attachment(b"x", "image", "png", filename="b.png", cid="<p1@x>")
    made.add_attachment(b"\x89PNG\r\n\x1a\n", "image", "png", filename="扫描件.png", disposition="inline")
    found = read(made.as_bytes())
    assert found.texts == {"a": f"{SUBJECT}\n见图"}
    assert [error.partition(": ")[0] for error in found.errors] == ["a.eml!/扫描件.png"]


def test_mails_nest_three_deep_each_with_its_own_head(read: Callable[..., Read]) -> None:
    inner: EmailMessage | None = None
    for number in (4, 3, 2, 1):
        outer = mail(f"第{number}封", Subject=f"件{number}")
        if inner is not None:
            outer.add_attachment(inner)
        inner = outer
    assert inner is not None
    found = read(inner.as_bytes(), ReadOptions(title_column=""))
    assert found.texts == {"a": "第1封", "a/件2": "第2封", "a/件2/件3": "第3封"}
    assert [document.columns["mail_subject"] for document in found.documents] == ["件1", "件2", "件3"]
    assert found.errors == [
        "a.eml!/件2.eml!/件3.eml!/件4.eml: lies 3 archives or mails deep; unpack the outer ones"
    ]


def test_archives_and_mails_that_are_attached_are_taken_apart(read: Callable[..., Read]) -> None:
    packed = samples.tarred({"b.eml": eml("内文", {"c.txt": "丙".encode()}, Subject="内")}, "gz")
    found = read(eml(files={"x.tar.gz": packed, "y.zip": samples.zipped({"d.txt": "丁"})}))
    assert list(found.texts) == ["a", "a/x/b", "a/x/b/c", "a/y/d"]
    assert [document.columns["mail_subject"] for document in found.documents] == [
        SUBJECT,
        "内",
        "内",
        SUBJECT,
    ]


@pytest.mark.parametrize(
    ("kind", "name", "message"),
    [
        (
            "application/pkcs7-mime",
            "smime.p7m",
            "smime.p7m: is an encrypted or signed e-mail (S/MIME); open it in",
        ),
        ("application/x-pkcs7-mime", "", "smime.p7m: is an encrypted or signed e-mail (S/MIME); open it in"),
        ("application/ms-tnef", "winmail.dat", "winmail.dat: is made by Outlook (TNEF, winmail.dat), which"),
        (
            "application/octet-stream",
            "WINMAIL.DAT",
            "WINMAIL.DAT: is made by Outlook (TNEF, winmail.dat), which",
        ),
        ("multipart/encrypted", "", "encrypted.pgp: is an encrypted e-mail (PGP); open it in"),
    ],
)
def test_what_cannot_be_opened_is_one_line(
    read: Callable[..., Read], kind: str, name: str, message: str
) -> None:
    part = f'Content-Type: {kind}; name="{name}"; boundary=y\nContent-Transfer-Encoding: base64\n\nMIIB\n'
    body = f"--x\n\n{TEXT}\n--x\n{part}--x--\n"
    found = read(raw("Content-Type: multipart/mixed; boundary=x", body))
    assert found.texts == {"a": TEXT}
    (error,) = found.errors
    assert error.startswith(f"a.eml!/{message}")


def test_signatures_receipts_and_invitations_are_passed_over(read: Callable[..., Read]) -> None:
    kinds = ("application/pkcs7-signature; name=smime.p7s", "message/delivery-status", "text/calendar")
    body = f"--x\n\n{TEXT}\n" + "".join(f"--x\nContent-Type: {kind}\n\nMIIB\n" for kind in kinds)
    found = read(raw("Content-Type: multipart/signed; boundary=x", body + "--x--\n"))
    assert (found.texts, found.errors, found.skipped) == ({"a": TEXT}, [], {})


def test_a_flowed_text_has_its_paragraphs(read: Callable[..., Read]) -> None:
    text = "关于完善 \n门诊 \r\n共济。\n\nThe text \ngoes on.\n-- \nA\n> B \n> C"
    found = read(raw("Content-Type: text/plain; charset=utf-8; format=flowed", text))
    assert found.texts == {"a": "关于完善门诊共济。\n\nThe text goes on.\n-- \nA\n> B \n> C"}


def test_several_texts_are_one(read: Callable[..., Read]) -> None:
    body = (
        "--x\n\n甲\n--x\nContent-Disposition: inline\n\n乙\n--x\nContent-Type: text/html\n\n<p>丙</p>\n--x--"
    )
    assert read(raw("Content-Type: multipart/mixed; boundary=x", body)).texts == {"a": "甲\n乙\n丙"}


@pytest.mark.parametrize(
    ("date", "iso"),
    [
        ("Mon, 1 Mar 2021 09:30:00 +0800 (CST)", "2021-03-01T09:30:00+08:00"),
        ("1 Mar 2021 09:30 GMT", "2021-03-01T09:30:00+00:00"),
        ("2021年3月1日", None),
        ("Mon, 99 Mar 2021 09:30:00 +9999999", None),
        ("", None),
    ],
)
def test_dates(read: Callable[..., Read], date: str, iso: str | None) -> None:
    assert read(raw(f"Date: {date}")).documents[0].columns["mail_date"] == iso


def test_a_mail_that_breaks_off_is_read_as_far_as_it_goes(read: Callable[..., Read]) -> None:
    whole = eml(files={"b.txt": "乙".encode() * 2000, "c.docx": docx("丙")})
    found = read(whole[: len(whole) - 200])
    assert list(found.texts) == ["a", "a/b"]
    assert [error.partition(": ")[0] for error in found.errors] == ["a.eml!/c.docx"]


def test_files_without_a_name_are_numbered_and_told_by_their_content(read: Callable[..., Read]) -> None:
    part = "Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\n"
    body = f"--x\n\n{TEXT}\n--x\n{part}{base64.b64encode(docx('甲')).decode()}\n--x--"
    found = read(raw("Content-Type: multipart/mixed; boundary=x", body))
    assert found.texts == {"a": TEXT, "a/attachment-1": "甲"}


@pytest.mark.parametrize("data", [b"\x01" * 900, b"no mail\n\nat all", "答复".encode()])
def test_what_is_no_mail_says_so(read: Callable[..., Read], data: bytes) -> None:
    assert read(data).errors == ["a.eml: is not an e-mail, or damaged; save it again"]


@pytest.mark.parametrize("name", ["来信", "来信.bak", "来信.eml", "来信.msg"])
def test_a_mail_is_told_by_its_content(tmp_path: Path, name: str) -> None:
    received = b"Received: from a\n\tby b; x\n" + eml(files={"b.txt": "乙".encode()})
    assert list(Read(tmp_path / name, received).texts) == ["来信", "来信/b"]


def test_a_text_that_quotes_a_mail_is_a_text(tmp_path: Path) -> None:
    text = "From: 张三\nTo: 李四\nSubject: 建议\n\n现答复如下。"
    assert Read(tmp_path / "答复", text.encode()).texts == {"答复": text}


def test_limits_hold_for_each_file(read: Callable[..., Read]) -> None:
    data = eml(files={"b.txt": b"b" * 3000, "c.txt": b"c" * 10})
    found = read(data, ReadOptions(max_bytes=len(data)))
    assert list(found.texts) == ["a", "a/b", "a/c"]
    assert read(data, ReadOptions(max_bytes=len(data) - 1)).texts == {}


def test_unreadable_text_leaves_the_files(read: Callable[..., Read]) -> None:
    body = (
        b"--x\n\n"
        + bytes(range(128, 256)) * 9
        + b"\n--x\nContent-Disposition: attachment; filename=b.txt\n\nb\n--x--"
    )
    found = read(raw("Content-Type: multipart/mixed; boundary=x", body))
    assert found.texts == {"a/b": "b"}
    assert [error.partition(": ")[0] for error in found.errors] == ["a.eml"]
