from __future__ import annotations

import datetime
import random
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from nhsa_nlp.errors import InputError
from nhsa_nlp.io import read_documents
from tests.io.tables.tables import places, read

SHEET = "xl/worksheets/sheet1.xml"
NOISE = random.Random(0).randbytes(8_100_000).hex().encode()  # noqa: S311
HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


def book(path: Path, *sheets: Iterable[Iterable[Any]]) -> Path:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for number, rows in enumerate(sheets, start=1):
        sheet = workbook.create_sheet(f"表{number}")
        for row in rows:
            sheet.append(list(row))
    workbook.save(path)
    return path


def with_part(path: Path, part: str, pieces: Iterable[bytes]) -> Path:
    """Replace a part of a small workbook."""
    source = path.with_name("source.xlsx")
    with xlsxwriter.Workbook(source) as workbook:  # with shared strings, which openpyxl does not write
        workbook.add_worksheet().write_column(0, 0, ["text", "医保"])
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
        with new.open(part, "w", force_zip64=True) as stream:
            for piece in pieces:
                stream.write(piece)
    return path


def test_cells_of_every_kind(tmp_path: Path) -> None:
    path = book(
        tmp_path / "t.xlsx",
        [
            [],
            ["编号", "正文", "日期", "时刻", "时间", "数", "整数", "真", "错"],
            [
                "a",
                " 第一行\n第二行_x0041_ ",
                datetime.date(2021, 7, 29),
                datetime.datetime(2020, 1, 1, 12, 30, 15),  # noqa: DTZ001 - as Excel has it
                datetime.time(8, 30),
                3.5,
                54680000000,
                True,
                "#N/A",
            ],
            [None, None],
            ["b", 2020],
            ["c", "#REF!"],
        ],
    )
    documents, errors = read(path)
    assert [(d.id, d.text) for d in documents] == [("a", " 第一行\n第二行A "), ("b", "2020")]
    assert documents[0].columns == {
        "日期": "2021-07-29",
        "时刻": "2020-01-01T12:30:15",
        "时间": "08:30:00",
        "数": 3.5,
        "整数": 54680000000,
        "真": True,
        "错": None,
    }
    assert places(documents) == ["row=3", "row=5"]
    assert errors == ["#row=6: the text is empty; nothing to read"]


def test_a_title_may_stand_above_the_names_of_the_columns(tmp_path: Path) -> None:
    path = book(
        tmp_path / "t.xlsx",
        [["2021年建议提案台账"], [], ["序号", "内容"], [1, "一"]],
        [["text"], ["二"]],
        [["2021年台账"], ["序号", "情况"]],
    )
    documents, errors = read(path)
    assert [(d.text, d.columns) for d in documents] == [("一", {"序号": 1}), ("二", {})]
    assert places(documents) == ["sheet=表1&row=4", "sheet=表2&row=2"]
    assert not errors
    book(path, [["2021年台账"], ["序号", "情况"]])
    assert "its columns are '序号', '情况'" in read(path)[1][0]


def test_all_sheets_with_a_text_are_read_the_hidden_ones_too(tmp_path: Path) -> None:
    path = book(
        tmp_path / "t.xlsx",
        [["text"], ["一"]],
        [["说明", "无"], ["x", "y"]],
        [["内容"], ["二"]],
        [["text", "正文"], ["三", "四"]],
    )
    workbook = openpyxl.load_workbook(path)
    workbook["表3"].sheet_state = "hidden"
    workbook.save(path)
    documents, errors = read(path)
    assert [(d.id, d.text) for d in documents] == [("t-表1-2", "一"), ("t-表3-2", "二")]
    assert places(documents) == ["sheet=表1&row=2", "sheet=表3&row=2"]
    assert len(errors) == 1
    assert "several columns" in errors[0]


def test_formulas_give_their_stored_value_and_merged_cells_their_first(tmp_path: Path) -> None:
    cells = (
        b'<row><c t="inlineStr"><is><t>text</t></is></c><c t="inlineStr"><is><t>n</t></is></c></row>'
        b'<row r="5"><c r="A5" t="str"><f>A1&amp;"x"</f><v>\xe5\x8c\xbb\xe4\xbf\x9d</v></c>'
        b'<c r="B5"><f>1+1</f><v>2</v></c></row></sheetData><mergeCells><mergeCell ref="A5:A6"/></mergeCells>'
    )
    documents, _ = read(with_part(tmp_path / "t.xlsx", SHEET, [HEAD + cells + b"</worksheet>"]))
    assert [(d.id, d.text, d.columns) for d in documents] == [("t-5", "医保", {"n": 2})]


def test_rich_text_is_joined_and_its_phonetic_guide_left_out(tmp_path: Path) -> None:
    strings = (
        '<sst><si><t>text</t></si><si><r><t>医</t></r><r><t xml:space="preserve"> 保</t></r>'
        "<rPh sb='0' eb='1'><t>yi</t></rPh></si></sst>"
    )
    documents, _ = read(with_part(tmp_path / "t.xlsx", "xl/sharedStrings.xml", [strings.encode()]))
    assert [document.text for document in documents] == ["医 保"]


def test_a_cell_in_the_last_corner_costs_nothing(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(["text"])
    workbook.active["A2"] = "医保"
    workbook.active["XFD1048576"] = "x"
    workbook.save(tmp_path / "t.xlsx")
    documents, errors = read(tmp_path / "t.xlsx")
    assert len(documents) == 1
    assert errors == ["#row=1048576: the text is empty; nothing to read"]


def test_rows_above_the_damage_of_a_sheet_are_read(tmp_path: Path) -> None:
    cell = '<row><c t="inlineStr"><is><t>{}</t></is></c></row>'
    rows = "".join(map(cell.format, ["text", "医保", "医疗"]))
    documents, errors = read(with_part(tmp_path / "t.xlsx", SHEET, [HEAD + rows.encode() + b"<row></c>"]))
    assert [document.text for document in documents] == ["医保", "医疗"]
    (error,) = errors
    assert "is damaged: xl/worksheets/sheet1.xml" in error


def test_cells_beyond_the_named_columns_are_carried_along(tmp_path: Path) -> None:
    documents, _ = read(book(tmp_path / "t.xlsx", [["text"], ["医保", None, "备注"]]))
    assert documents[0].columns == {"column 3": "备注"}


@pytest.mark.parametrize(
    ("part", "pieces", "message"),
    [
        (SHEET, [HEAD, *[b"<row/>" * 100_000] * 200], "unpacks to more than 250 times its size"),
        (SHEET, [HEAD + b"<row/>" * 1_048_577], "more than 1,048,576 rows"),
        (SHEET, [HEAD + b"<row>" + b"<c/>" * 20_000], "more than 16,384 columns"),
        (SHEET, [HEAD + b"<row>" * 100_000], "nests elements more than 500 deep"),
        (SHEET, [b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + HEAD + b"&a;"], "document type"),
        (SHEET, [HEAD, b'<row a="', NOISE, b'"/>'], "has a tag longer than 16,000,000 bytes"),
        (SHEET, [b'<?xml version="1.0" encoding="UTF-9"?>' + HEAD], "unknown encoding: UTF-9"),
        (SHEET, [b'<?xml version="1.0" encoding="gb18030"?>' + HEAD], "multi-byte encodings"),
        (SHEET, [HEAD + b"<row>"], r"damaged: xl/worksheets/sheet1\.xml"),
        ("xl/workbook.xml", [b"<x>"], r"damaged: xl/workbook\.xml"),
        ("xl/_rels/workbook.xml.rels", [b"<Relationships/>"], "is empty"),
        ("_rels/.rels", [b"<Relationships/>"], "is not an Excel workbook"),
    ],
)
def test_hostile_workbooks_are_one_clear_line(
    tmp_path: Path, part: str, pieces: list[bytes], message: str
) -> None:
    with pytest.raises(InputError, match=message) as caught:
        list(read_documents([with_part(tmp_path / "t.xlsx", part, pieces)]))
    assert "\n" not in str(caught.value)


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "t.xlsx", [["a"], ["医保"]])
    with pytest.raises(InputError, match=r"#row=1: has no column .*'a'"):
        list(read_documents([path]))
    whole = path.read_bytes()
    for data, words in [
        (whole[:2000], "is damaged or cut off; fetch it again, or open and save it again"),
        (b"", "is empty"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), r"is not a \.xlsx but an old Office document"),
    ]:
        path.write_bytes(data)
        with pytest.raises(InputError, match=words):
            list(read_documents([path]))
