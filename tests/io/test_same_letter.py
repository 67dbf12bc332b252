"""A letter is the same letter in every format: same topic, same entities, same particulars."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nhsa_nlp.io import read_documents
from tests.io import samples


def as_docx(text: str) -> bytes:
    return samples.docx(samples.paragraphs(text.splitlines()))


def as_form(text: str) -> bytes:
    """The whole letter in a cell of a table, as forms have it."""
    cell = f"<w:tc>{samples.paragraphs(text.splitlines())}</w:tc>"
    return samples.docx(f"<w:tbl><w:tr>{cell}</w:tr></w:tbl>")


def as_doc(text: str) -> bytes:
    return samples.doc("\r".join([*text.splitlines(), ""]))


FORMATS: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "Word": (".docx", as_docx),
    "form": (".docx", as_form),
    "Word of 97 to 2003": (".doc", as_doc),
    "web page": (".html", lambda text: samples.web_page(text).encode()),
    "web page in GBK": (".htm", lambda text: samples.web_page(text).encode("gb18030")),
    "OFD": (".ofd", samples.printed),
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
