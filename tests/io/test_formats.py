from __future__ import annotations

import os
import sys
from collections import Counter
from io import BytesIO
from pathlib import Path

import pytest

from nhsa_nlp.batch import Failure, Job, stream_records
from nhsa_nlp.errors import InputError
from nhsa_nlp.io import find_documents, read_documents
from nhsa_nlp.io.formats import stem_of, suffix_of
from nhsa_nlp.io.readers import READABLE
from tests.io import samples, workbooks
from tests.io.documents import test_rtf
from tests.io.messages import SENT, eml, raw

LINES = ["国家医疗保障局", "现答复如下：取消药品加成。"]
TEXT = "\n".join(LINES)
PAGE = f"<!-- saved from url=(0042)x -->\n<html><body>{''.join(f'<p>{line}</p>' for line in LINES)}"
WEB_ARCHIVE = (
    "From: <Saved by a browser>\nContent-Type: multipart/related;\n\tboundary=x\n\n"
    f"--x\nContent-Type: text/html; charset=utf-8\n\n{PAGE}\n--x--\n"
)
DOCX = samples.docx(samples.paragraphs(LINES))
OFD = samples.printed(TEXT)
RTF = test_rtf.HEAD + "\\par ".join(map(test_rtf.quoted, LINES)) + "}"


def workbook() -> bytes:
    import openpyxl

    book, stream = openpyxl.Workbook(), BytesIO()
    for row in (["正文"], [TEXT]):
        book.active.append(row)
    book.save(stream)
    return stream.getvalue()


def write(path: Path, data: bytes | str) -> Path:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


@pytest.mark.parametrize(
    "name", ["答复", "医保函〔2021〕85号.答复", "答复.2021", "答复.doc", "答复.wps", "答复.bak", "a.aspx"]
)
@pytest.mark.parametrize("data", [DOCX, PAGE, WEB_ARCHIVE], ids=["docx", "page", "web archive"])
def test_what_has_no_telling_suffix_is_what_its_first_bytes_say(
    tmp_path: Path, name: str, data: bytes | str
) -> None:
    write(tmp_path / name, data)
    assert [document.text for document in read_documents([tmp_path])] == [TEXT]
    assert [document.text for document in read_documents([tmp_path / name])] == [TEXT]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_file_without_suffix_may_be_text(tmp_path: Path, encoding: str) -> None:
    write(tmp_path / "答复", (TEXT * 300).encode(encoding))  # longer than what is looked at
    (document,) = read_documents([tmp_path])
    assert (document.id, document.text) == ("答复", TEXT * 300)


def test_what_follows_a_dot_within_a_name_is_no_suffix(tmp_path: Path) -> None:
    for number in (85, 86):
        write(tmp_path / f"医保函2021.{number}号", TEXT)
    assert [file.id for file in find_documents([tmp_path], READABLE)] == [
        "医保函2021.85号",
        "医保函2021.86号",
    ]
    assert [suffix_of(Path(name)) for name in ("a.7Z", "a.TXT", "a.2021", "a.关于", "a", ".a", "a.")] == (
        [".7z", ".txt", "", "", "", "", ""]
    )
    assert stem_of(Path("x.y/a.2021")) == Path("x.y/a.2021")


@pytest.mark.parametrize("data", [b"\x7fELF\0\0", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), b""])
def test_a_file_without_suffix_that_is_not_recognised_fails_by_its_name(tmp_path: Path, data: bytes) -> None:
    write(tmp_path / "答复", data)
    write(tmp_path / "b.txt", TEXT)
    errors: list[InputError] = []
    skipped: Counter[str] = Counter()
    assert len(list(read_documents([tmp_path], on_error=errors.append, skipped=skipped))) == 1
    assert [Path(str(error.path)).name for error in errors] == ["答复"]
    assert not skipped


def test_files_of_other_formats_are_counted_though_they_are_text_or_zip_archives(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", TEXT)
    write(tmp_path / "style.css", "a {}")
    write(tmp_path / "program.jar", samples.zipped({"a.txt": TEXT}))
    write(tmp_path / "Thumbs.db", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    skipped: Counter[str] = Counter()
    assert len(list(read_documents([tmp_path], skipped=skipped))) == 1
    assert skipped == {".css": 1, ".jar": 1, ".db": 1}


@pytest.mark.parametrize(
    ("name", "data", "source"),
    [
        ("台账.xls", workbook(), "台账.xls#row=2"),
        ("台账", workbook(), "台账#row=2"),
        ("台账.csv", workbook(), "台账.csv#row=2"),
        ("归档", samples.zipped({"a/答复": TEXT}), "归档!/a/答复"),
        ("a.zip", samples.zipped({"a/答复": DOCX}), "a.zip!/a/答复"),
        ("a.zip", samples.zipped({"内": samples.zipped({"a.doc": DOCX})}), "a.zip!/内!/a.doc"),
        ("a.txt", DOCX, "a.txt"),
        ("a.pdf", DOCX, "a.pdf"),
        ("a.docx", PAGE, "a.docx"),
        ("a.html", DOCX, "a.html"),
        ("a.ofd", WEB_ARCHIVE, "a.ofd"),
        ("a.docx", OFD, "a.docx"),
        ("a.docx", workbook(), "a.docx#row=2"),
        ("a.odt", workbooks.ods({"表": [["正文"], [TEXT]]}), "a.odt#row=2"),
        ("a.xlsx", DOCX, "a.xlsx"),
        ("a.csv", DOCX, "a.csv"),
        ("a.zip", WEB_ARCHIVE, "a.zip"),
        ("a.zip", workbook(), "a.zip#row=2"),
        ("a.zip", samples.zipped({"a.docx": workbook()}), "a.zip!/a.docx#row=2"),
        ("a.zip", samples.zipped({"a.xlsx": DOCX}), "a.zip!/a.xlsx"),
        ("a.doc", RTF, "a.doc"),
        ("a.doc", TEXT, "a.doc"),
        ("a.wps", TEXT.encode("gb18030"), "a.wps"),
        ("a.xls", RTF, "a.xls"),
        ("a.xls", eml(TEXT, Subject=""), "a.xls"),
        ("a.doc", eml(TEXT, Subject=""), "a.doc"),
        ("a.txt", eml(TEXT, Subject=""), "a.txt"),
        ("a.md", raw(f"Date: {SENT}\nSubject:", TEXT), "a.md"),
        ("a.zip", samples.zipped({"a.txt": eml(TEXT, Subject="")}), "a.zip!/a.txt"),
    ],
)
def test_a_file_that_is_something_else_than_its_name_says_is_read_as_what_it_is(
    tmp_path: Path, name: str, data: bytes | str, source: str
) -> None:
    write(tmp_path / name, data)
    (document,) = read_documents([tmp_path])
    assert document.source == f"{tmp_path.as_posix()}/{source}"
    assert document.text == TEXT


@pytest.mark.parametrize("suffix", [".txt", ".doc"])
def test_a_mail_under_another_name_has_its_head_and_its_files(tmp_path: Path, suffix: str) -> None:
    """In a run as well, which gives each of its documents the id that it has elsewhere."""
    nested = eml("内文", {"丙.txt": eml("深处")})
    (tmp_path / f"来信{suffix}").write_bytes(eml(files={"附件.docx": DOCX, "转来.txt": nested}))
    read = list(read_documents([tmp_path]))
    assert [document.id for document in read] == ["来信", "来信/附件", "来信/转来", "来信/转来/丙"]
    assert {document.columns["mail_from"] for document in read} == {"张三 <zhang@example.org>"}
    assert read[1].source.endswith(f"来信{suffix}!/附件.docx")
    found = [
        each for each in stream_records(Job([str(tmp_path)]), Counter()) if not isinstance(each, Failure)
    ]
    assert [record["id"] for record in found] == [document.id for document in read]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="named pipes")
def test_a_pipe_without_suffix_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="not a regular file"):
        list(read_documents([tmp_path]))
