from __future__ import annotations

from pathlib import Path

import pytest

from nhsa_nlp.errors import InputError
from nhsa_nlp.io import find_documents, read_documents
from nhsa_nlp.io.readers import READABLE
from tests.io import samples

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
WORD = OLE + "WordDocument".encode("utf-16-le")
ENCRYPTED = OLE + "EncryptedPackage".encode("utf-16-le")
WORD_XML = "http://schemas.microsoft.com/office/word/2003/wordml"
PACKAGE_XML = "http://schemas.microsoft.com/office/2006/xmlPackage"
XML = "is not a .doc but a Word document in XML, as of 2003; open it and save it as .docx"
WORKS = "a document of Microsoft Works; convert it: soffice --headless --convert-to docx FILE"
PPTX = samples.zipped({"[Content_Types].xml": "", "ppt/presentation.xml": ""})


def error_of(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    with pytest.raises(InputError) as raised:
        list(read_documents([path]))
    assert "\n" not in str(raised.value)
    return str(raised.value).removeprefix(f"{path.as_posix()}: ")


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.uof", b"<uof>", "is a UOF document, which is not read; convert it: soffice --headless"),
        ("a.xls", OLE, "is damaged: its sectors or its directory are broken; open and save it again"),
        ("a.pptx", PPTX, "is a PowerPoint presentation, which is not read; convert it: soffice"),
        ("a.rar", b"Rar!", "is a RAR archive; unpack it, or pack it as .zip"),
        ("a.ceb", b"x", "is a Founder Apabi page file; print it to PDF"),
        ("a.doc", WORD, "is damaged: its sectors or its directory are broken; open and save it again"),
        (
            "a.doc",
            b"<?xml?><a/>",
            "is not a .doc but damaged or of another format; open it and save it as .docx",
        ),
        ("a.wps", b"x\xff\0", "is not a .wps but damaged or of another format; open it and save it as .docx"),
        ("a.wps", samples.compound({"MN0": b"x", "MM": b"y"}), f"is {WORKS}"),
        ("a.wps", samples.compound({"CONTENTS": b"CHNKWKS \4"}), f"is {WORKS}"),
        ("a.doc", f"<?xml version='1.0'?>\n<w:wordDocument a='b'\nxmlns:w='{WORD_XML}'>".encode(), XML),
        ("a.doc", f"<?xml?><pkg:package xmlns:pkg='{PACKAGE_XML}'>".encode(), XML),
        ("a.wps", b"\1\xfe2\0text", f"is not a .wps but {WORKS}"),
        ("a.doc", b"", "is empty; nothing to read"),
        ("a.xlsx", b"", "is empty; nothing to read"),
        ("a.jpg", b"", "is empty; nothing to read"),
        ("a.p7m", b"0", "is an encrypted or signed e-mail (S/MIME); open it in the mail program"),
        ("a.doc", PPTX, "is not a .doc but damaged or of another format; open it and save it as .docx"),
        ("a.docx", WORD, "is not a .docx but a damaged Word document of 97 to 2003; open it and save"),
        ("a.docx", ENCRYPTED, "is not a .docx but an encrypted Office document; save it without a password"),
        (
            "a.docx",
            samples.zipped({"a.txt": "x"}),
            "is a zip file but not a Word document; rename",
        ),
        ("a.docx", b"", "is empty; nothing to read"),
        ("a.docx", b"garbage", "is not a .docx but damaged or of another format"),
    ],
)
def test_each_is_told_what_it_is_and_what_to_do(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    assert error_of(tmp_path / name, data).startswith(message)


def test_in_a_folder_they_fail_instead_of_being_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.uof").write_bytes(b"<uof>")
    (tmp_path / "b.txt").write_text("字", encoding="utf-8")
    errors: list[InputError] = []
    assert [document.id for document in read_documents([tmp_path], on_error=errors.append)] == ["b"]
    assert [Path(str(error.path)).name for error in errors] == ["a.uof"]


def test_they_are_not_among_the_formats_that_are_said_to_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.png.bak").write_text("x")
    with pytest.raises(InputError, match=r"formats read: .*\.docx .*\.txt") as raised:
        find_documents([tmp_path], READABLE)
    assert ".uof " not in str(raised.value)
    (tmp_path / "a.pages").write_text("x")
    assert ".uof " not in error_of(tmp_path / "a.pages", b"x")
