from __future__ import annotations

import struct
from pathlib import Path

import pytest

from nhsa_nlp.errors import InputError
from nhsa_nlp.io import read_documents
from tests.io.tables.tables import read
from tests.io.workbooks import part12, text12, xlsb

SHEET = "xl/0.bin"


def cell(kind: int, column: int, content: bytes) -> tuple[int, bytes]:
    return kind, struct.pack("<II", column, 0) + content


def row(number: int) -> tuple[int, bytes]:
    return 0, struct.pack("<I13x", number)


HEADER = [row(0), cell(6, 0, text12("正文"))]


def test_formulas_and_rich_texts(tmp_path: Path) -> None:
    records = [
        *HEADER,
        *(row(1), cell(8, 0, text12("一"))),
        *(row(2), cell(9, 0, struct.pack("<d", 2.5))),
        *(row(3), cell(62, 0, b"\0" + text12("三"))),
        *(row(4), cell(11, 0, b"\x2a"), cell(10, 1, b"\1")),
        (2**13, b"x" * 300),  # a kind that is not known, of two bytes
        *(row(1_048_575), cell(6, 16_383, text12("远"))),
    ]
    (tmp_path / "t.xlsb").write_bytes(xlsb({"表": []}, {SHEET: part12(*records)}))
    documents, errors = read(tmp_path / "t.xlsb")
    assert [document.text for document in documents] == ["一", "2.5", "三"]
    assert [error.split(":")[0] for error in errors] == ["#row=5", "#row=1048576"]


@pytest.mark.parametrize(
    ("part", "data", "message"),
    [
        (SHEET, part12(*HEADER, row(1_048_576)), "has more than 1,048,576 rows"),
        (SHEET, part12(*HEADER, row(1), cell(6, 16_384, text12("x"))), "has more than 16,384 columns"),
        (SHEET, part12(*HEADER, cell(6, 1, struct.pack("<I", 2**31))), "is damaged: its records are broken"),
        (SHEET, b"\6\xff\xff\xff\x7f", "is damaged: its records are broken"),
        (SHEET, part12(*HEADER)[:-1], "is damaged: its records are broken"),
        ("xl/workbook.bin", part12((156, b"x")), "is damaged: its records are broken"),
        ("_rels/.rels", b"<Relationships/>", "is not an Excel workbook"),
    ],
)
def test_hostile_ones_are_one_line(tmp_path: Path, part: str, data: bytes, message: str) -> None:
    (tmp_path / "t.xlsb").write_bytes(xlsb({"表": []}, {part: data}))
    with pytest.raises(InputError, match=message):
        list(read_documents([tmp_path]))
