from __future__ import annotations

import struct
from pathlib import Path

import pytest

from nhsa_nlp.errors import InputError, TooLongError
from nhsa_nlp.io import ReadOptions, read_documents
from tests.io.samples import compound
from tests.io.tables.tables import read
from tests.io.workbooks import record, text97, xls, xls_stream


def begin(version: int = 0x600) -> bytes:
    return record(0x809, struct.pack("<HH12x", version, 0x10))


def cell(row: int, column: int, content: bytes, kind: int = 0x204) -> bytes:
    return record(kind, struct.pack("<HHH", row, column, 0) + content)


def written(tmp_path: Path, more: bytes, **options: object) -> tuple[list[str], list[str]]:
    """The texts of a sheet with these records behind the one cell, ``正文``."""
    path = tmp_path / "t.xls"
    path.write_bytes(xls({"表": [["正文"]]}, more))
    documents, errors = read(path, **options)
    return [document.text for document in documents], errors


def test_a_text_may_go_on_in_further_records_each_as_wide_as_it_says(tmp_path: Path) -> None:
    texts = ["一二三四", "abcd", "末"]
    stream = xls_stream({"表": [["正文"], *[[text] for text in texts]]})
    whole = struct.pack("<II", 4, 4) + b"".join(map(text97, ["正文", *texts]))
    cut = whole.index("一二".encode("utf-16-le")) + 4
    rest = whole[cut:].replace(text97("abcd"), struct.pack("<HB", 4, 0) + b"abcd")
    old = record(0xFC, whole)
    new = record(0xFC, whole[:cut]) + record(0x3C, b"\x01" + rest)
    at = stream.index(old)
    grown = len(new) - len(old)
    place = stream.index(record(0x85, b"")[:2])
    moved = struct.pack("<I", struct.unpack_from("<I", stream, place + 4)[0] + grown)
    stream = stream[: place + 4] + moved + stream[place + 8 : at] + new + stream[at + len(old) :]
    (tmp_path / "t.xls").write_bytes(compound({"Workbook": stream}))
    assert [document.text for document in read_documents([tmp_path])] == texts


def test_formulas_give_their_stored_value(tmp_path: Path) -> None:
    formula = struct.pack("<8s8x", b"\0" * 6 + b"\xff\xff")
    text = cell(1, 0, formula, 6) + record(0x4BC, b"") + record(0x207, text97("一"))
    number = cell(2, 0, struct.pack("<d8x", 2.0), 6)
    true = cell(3, 0, struct.pack("<8s8x", b"\1\0\1\0\0\0\xff\xff"), 6)
    wrong = cell(4, 0, struct.pack("<8s8x", b"\2\0\x2a\0\0\0\xff\xff"), 6)
    texts, errors = written(tmp_path, text + number + true + wrong + cell(5, 0, text97("末")))
    assert texts == ["一", "2", "末"]
    assert len(errors) == 1  # true is no text; an error is nothing


def test_series_of_numbers_and_rich_texts(tmp_path: Path) -> None:
    packed = struct.pack("<HiHiH", 0, 7 << 2 | 2, 0, 350 << 2 | 3, 2)
    more = record(0xBD, struct.pack("<HH", 1, 1) + packed) + cell(1, 0, text97("一") + b"\1\0\0\0\0\0", 0xD6)
    path = tmp_path / "t.xls"
    path.write_bytes(xls({"表": [["正文", "b", "c"]]}, more))
    assert read(path)[0][0].columns == {"b": 7, "c": 3.5}


def test_charts_within_a_sheet_are_not_read(tmp_path: Path) -> None:
    chart = begin() + cell(1, 0, text97("图")) + record(0x0A, b"")
    assert written(tmp_path, chart + cell(1, 0, text97("一"))) == (["一"], [])


def test_a_cell_in_the_last_corner_costs_nothing(tmp_path: Path) -> None:
    texts, errors = written(tmp_path, cell(1, 0, text97("一")) + cell(65535, 255, text97("远")))
    assert (texts, errors) == (["一"], ["#row=65536: the text is empty; nothing to read"])
    assert "more than 16,384 columns" in written(tmp_path, cell(1, 16_384, text97("远")))[1][0]


def test_workbooks_of_excel_95_are_in_the_encoding_they_name(tmp_path: Path) -> None:
    def text(value: str) -> bytes:
        raw = value.encode("gb18030")
        return struct.pack("<H", len(raw)) + raw

    head = record(0x809, struct.pack("<HH4x", 0x500, 5)) + record(0x42, struct.pack("<H", 936))
    name = "表".encode("gb18030")
    listed = record(0x85, struct.pack("<IBBB", 0, 0, 0, len(name)) + name)
    at = len(head) + len(listed) + 4
    listed = record(0x85, struct.pack("<IBBB", at, 0, 0, len(name)) + name)
    cells = cell(0, 0, text("正文")) + cell(1, 0, text("医保"))
    stream = head + listed + record(0x0A, b"") + begin(0x500) + cells + record(0x0A, b"")
    (tmp_path / "t.xls").write_bytes(compound({"Book": stream}))
    assert [document.text for document in read_documents([tmp_path])] == ["医保"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (xls({"表": [["a"]]}, before=record(0x2F, bytes(6))), "is encrypted; save it without a password"),
        (xls({"表": [["a"]]}, before=record(0xFC, b"12345678\1")), "is damaged: its records are broken"),
        (xls({"表": [["text"]]}, cell(1, 0, b"", 0xFD)), "is damaged: its records are broken"),
        (compound({"Workbook": b"x" * 5000}), "is damaged: its records are broken"),
        (compound({"x": b""}), "is not a .xls but an old Office document"),
        (b"<?xml version='1.0'?><a/>", "is not a .xls but damaged or of another format"),
        (b"x\xff\0", "is not a .xls but damaged or of another format; open it and save it as .xlsx"),
    ],
)
def test_what_cannot_be_read_is_one_line(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "t.xls").write_bytes(data)
    with pytest.raises(InputError) as caught:
        list(read_documents([tmp_path]))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_one_that_does_not_fit_into_memory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.xls").write_bytes(xls({"表": [["text"]]}))
    with pytest.raises(TooLongError, match=r"longer than 1,000 bytes; save it as \.xlsx"):
        list(read_documents([tmp_path], ReadOptions(max_bytes=1000)))
