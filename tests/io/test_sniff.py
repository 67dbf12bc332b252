from __future__ import annotations

from io import BytesIO

import pytest

from nhsa_nlp.io.sniff import file_kind, sniff
from tests.io import samples

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
WORD = samples.compound({"1Table": b"", "WordDocument": b"x"})

XML_WORKBOOK = b'<Workbook a="b"\n xmlns="urn:schemas-microsoft-com:office:spreadsheet">'


def utf16(name: str) -> bytes:
    return name.encode("utf-16-le")


HEAD = (
    b"From: a@example.org\r\nSubject: =?utf-8?B?5YWz5LqO?=\r\n =?utf-8?B?5Yy75L+d?=\r\n"
    b"Date: Mon, 1 Mar 2021 10:00:00 +0800\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n"
    b"as sent, without receivers"
)


@pytest.mark.parametrize(
    ("data", "suffix"),
    [
        (b"%PDF-1.7", ".pdf"),
        (b"\x89PNG\r\n\x1a\n", ".png"),
        (b"\xff\xd8\xff\xe0", ".jpg"),
        (b"II*\0", ".tif"),
        (b"MM\0*", ".tif"),
        (b"<!DOCTYPE HTML>", ".html"),
        (b"\xef\xbb\xbf <!-- a --> <!-- b -->\n<html>", ".html"),
        (b"<?xml version='1.0'?><html lang='zh'>", ".html"),
        (b"<table border=1><tr>", ".html"),
        ("<html>".encode("utf-16"), ".html"),
        (b"<htmlx>", None),
        (b"<?xml version='1.0'?><?mso-application progid='Excel.Sheet'?>\n" + XML_WORKBOOK, ".xls"),
        (XML_WORKBOOK.replace(b"<W", b"<ss:W").replace(b"xmlns", b"xmlns:ss"), ".xls"),
        (b"<?xml version='1.0'?><a/>", None),
        (b"From: x\r\nContent-Type: multipart/related; a=b\r\n\r\nx", ".mhtml"),
        (b"From: x\n\nContent-Type: multipart/related", None),
        (HEAD, ".eml"),
        (b"\xef\xbb\xbf" + HEAD.replace(b"\r", b""), ".eml"),
        (HEAD.replace(b"MIME-Version: 1.0\r\n", b""), None),
        (HEAD.replace(b"Date:", b"Day:"), None),
        (HEAD.replace(b"From: a", b"Notes\r\nFrom: a"), None),
        (HEAD.replace(b"text/plain", b"multipart/related"), ".mhtml"),
        ("关于邮件：\r\n".encode() + HEAD, None),
        ("发件人: 甲\n主题: 乙\n日期: 2021年3月1日\n\n正文".encode(), None),
        (WORD, ".doc"),
        (samples.compound({"Workbook": b"WordDocument"}), ".xls"),
        (samples.compound({"BOOK": b""}), ".xls"),
        (samples.compound({"Workbook": b"", "WordDocument": b""}), ".doc"),
        (samples.compound({}), None),
        (samples.docx(""), ".docx"),
        (samples.ofd([]), ".ofd"),
        (samples.zipped({"[Content_Types].xml": "", "xl/workbook.xml": ""}), ".xlsx"),
        (samples.zipped({"[Content_Types].xml": "", "ppt/presentation.xml": ""}), None),
        (samples.zipped({"[Content_Types].xml": "", "xl/workbook.bin": ""}), ".xlsb"),
        (samples.zipped({"mimetype": "application/epub+zip", "content.xml": ""}), None),
        (samples.zipped({"mimetype": f"{OPEN_DOCUMENT}.text\n", "content.xml": ""}), ".odt"),
        (samples.zipped({"mimetype": f"{OPEN_DOCUMENT}.spreadsheet", "content.xml": ""}), ".ods"),
        (b"{\\rtf1", ".rtf"),
        (samples.zipped({"META-INF/MANIFEST.MF": ""}), None),
        (samples.zipped({"a.txt": ""}), ".zip"),
        (samples.zipped({"a.txt": ""})[:-4], None),
        ("医保".encode(), None),
        (b"", None),
    ],
)
def test_a_format_is_told_by_how_it_begins(data: bytes, suffix: str | None) -> None:
    stream = BytesIO(data)
    stream.seek(len(data) // 2)
    assert sniff(stream) == suffix
    assert stream.tell() == len(data) // 2


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7", "a PDF; rename it to .pdf"),
        (b"{\\rtf1", "an RTF document; rename it to .rtf"),
        (OLE + utf16("EncryptedPackage"), "an encrypted Office document; save it without a password"),
        (WORD, "a Word document of 97 to 2003; rename it to .doc"),
        (
            OLE + utf16("WordDocument"),
            "a damaged Word document of 97 to 2003; open it and save it as .docx",
        ),
        (OLE + utf16("Workbook"), "a damaged Excel workbook of 97 to 2003; open it and save it as .xlsx"),
        (OLE + bytes(600), "an old Office document; save it as .docx, a table as .xlsx"),
        ("医保".encode(), None),
    ],
)
def test_a_file_is_named_with_what_to_do_about_it(data: bytes, kind: str | None) -> None:
    stream = BytesIO(data)
    found = file_kind(stream)
    assert (found and found.text) == kind
    assert stream.tell() == 0


@pytest.mark.parametrize("before", [1_000_000, 1_048_560, 1_048_570, 1_048_576])
def test_the_name_of_a_stream_is_found_wherever_it_lies(before: int) -> None:
    data = OLE + bytes(before - len(OLE)) + utf16("WordDocument") + bytes(100)
    assert "Word" in str(file_kind(BytesIO(data)))
