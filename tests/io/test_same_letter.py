"""A letter is the same letter in every format: same topic, same entities, same particulars."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import pytest

from nhsa_nlp.io import read_documents
from tests.io import samples, workbooks
from tests.io.documents import test_odt, test_rtf
from tests.io.messages import eml, msg


def as_docx(text: str) -> bytes:
    return samples.docx(samples.paragraphs(text.splitlines()))


def as_form(text: str) -> bytes:
    """The whole letter in a cell of a table, as forms have it."""
    cell = f"<w:tc>{samples.paragraphs(text.splitlines())}</w:tc>"
    return samples.docx(f"<w:tbl><w:tr>{cell}</w:tr></w:tbl>")


def as_rtf(text: str) -> bytes:
    """As Word writes it: each character in Unicode, and for old programs in GBK."""
    return (
        test_rtf.HEAD.encode()
        + b"".join(b"".join(map(_twice, line)) + b"\\par\r\n" for line in text.splitlines())
        + b"}"
    )


def _twice(char: str) -> bytes:
    if char.isascii():
        return b"\\" * (char in "\\{}") + char.encode()
    old = char.encode("gb18030")
    return f"\\uc{len(old)}\\u{ord(char)}{test_rtf.quoted(char)}".encode()


def as_odt(text: str) -> bytes:
    lines = (escape(line).replace(" ", "<text:s/>") for line in text.splitlines())
    return test_odt.odt("".join(map(test_odt.p, lines)))


def as_row(make: Callable[[workbooks.Sheets], bytes]) -> Callable[[str], bytes]:
    """The whole letter in a cell, as exports of registers have it."""
    return lambda text: make({"表": [["序号", "正文"], [1, text]]})


def as_doc(text: str) -> bytes:
    return samples.doc("\r".join([*text.splitlines(), ""]))


def title(text: str) -> str:
    return next(filter(None, map(str.strip, text.splitlines())))


def as_paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in text.splitlines())


FORMATS: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "Word": (".docx", as_docx),
    "form": (".docx", as_form),
    "Word of 97 to 2003": (".doc", as_doc),
    "RTF": (".rtf", as_rtf),
    "RTF called .doc": (".doc", as_rtf),
    "OpenDocument": (".odt", as_odt),
    "workbook of 97 to 2003": (".xls", as_row(workbooks.xls)),
    "workbook of WPS": (".et", as_row(workbooks.xls)),
    "binary workbook": (".xlsb", as_row(workbooks.xlsb)),
    "OpenDocument spreadsheet": (".ods", as_row(workbooks.ods)),
    "web page": (".html", lambda text: samples.web_page(text).encode()),
    "web page in GBK": (".htm", lambda text: samples.web_page(text).encode("gb18030")),
    "OFD": (".ofd", samples.printed),
    "mail": (".eml", lambda text: eml(text, Subject=title(text))),
    "web page in a mail": (
        ".eml",
        lambda text: eml("", page=as_paragraphs(text), Subject=title(text)),
    ),
    "file of a mail": (".eml", lambda text: eml("", {"letter.docx": as_docx(text)}, Subject="")),
    "text of a mail": (".eml", lambda text: eml("", {"letter.txt": text.encode("gb18030")}, Subject="")),
    "mail of Outlook": (".msg", lambda text: msg({"0037": title(text), "1000": text})),
    "tar": (".tar.gz", lambda text: samples.tarred({"letter.docx": as_docx(text)}, "gz")),
    "text in tar": (".tar.gz", lambda text: samples.tarred({"letter.txt": text}, "gz")),
    "7z": (".7z", lambda text: samples.seven_zipped({"letter.docx": as_docx(text)})),
    "gzip": (".txt.gz", lambda text: gzip.compress(text.encode())),
    "zip": (".zip", lambda text: samples.zipped({"letter.docx": as_docx(text)})),
}


def fields(record: dict[str, Any]) -> dict[str, Any]:
    """What does not depend on where in the file a word stands."""
    return {
        "topic": record["topic"]["label"],
        "entities": [
            {key: value for key, value in entity.items() if key not in ("start", "end", "text")}
            for entity in record["entities"]
        ],
        "letter": {key: value for key, value in record["letter"].items() if key != "sections"},
        "sections": [section["title"] for section in record["letter"]["sections"]],
    }


@pytest.mark.parametrize("kind", FORMATS)
def test_the_four_letters(kind: str, letters: dict[str, str], nlp: Any, tmp_path: Path) -> None:
    suffix, make = FORMATS[kind]
    for name, text in letters.items():
        (tmp_path / f"{name}{suffix}").write_bytes(make(text))
        (document,) = read_documents([tmp_path / f"{name}{suffix}"])
        assert fields(nlp(document.text)._.record) == fields(nlp(text)._.record)
