"""What holds for the workbooks of every format."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from nhsa_nlp.errors import InputError
from nhsa_nlp.io import read_documents
from tests.io.tables.tables import places, read
from tests.io.workbooks import Sheets, ods, xls, xlsb


def xlsx(sheets: Sheets) -> bytes:
    from io import BytesIO

    workbook, stream = openpyxl.Workbook(), BytesIO()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    workbook.save(stream)
    return stream.getvalue()


FORMATS = {".xlsx": xlsx, ".xls": xls, ".et": xls, ".xlsb": xlsb, ".ods": ods}
Make = Callable[[Sheets], bytes]


@pytest.mark.parametrize(("suffix", "make"), FORMATS.items())
def test_cells_of_every_kind(tmp_path: Path, suffix: str, make: Make) -> None:
    path = tmp_path / f"t{suffix}"
    rows: list[list[Any]] = [
        [],
        ["编号", "正文", "日期", "时刻", "时间", "数", "整数", "大数", "负数", "真", "错"],
        [
            "a",
            " 第一行\n第二行𠀀 ",
            datetime.date(2021, 7, 29),
            datetime.datetime(2020, 1, 1, 12, 30, 15),  # noqa: DTZ001
            datetime.time(8, 30),
            3.5,
            7,
            54680000000,
            -12,
            True,
            "#N/A",
        ],
        [None, None],
        ["b", 2020],
        ["c", "#REF!"],
        [None, "丁", None, None, None, None, None, None, None, None, None, "远"],
    ]
    path.write_bytes(make({"表": rows}))
    documents, errors = read(path)
    assert [(d.id, d.text) for d in documents] == [("a", " 第一行\n第二行𠀀 "), ("b", "2020"), ("t-7", "丁")]
    assert documents[0].columns == {
        "日期": "2021-07-29",
        "时刻": "2020-01-01T12:30:15",
        "时间": "08:30:00",
        "数": 3.5,
        "整数": 7,
        "大数": 54680000000,
        "负数": -12,
        "真": True,
        "错": None,
    }
    assert [type(value) for value in documents[0].columns.values()][3:8] == [float, int, int, int, bool]
    assert documents[2].columns["column 12"] == "远"
    assert places(documents) == ["row=3", "row=5", "row=7"]
    assert errors == ["#row=6: the text is empty; nothing to read"]


@pytest.mark.parametrize(("suffix", "make"), FORMATS.items())
def test_sheets(tmp_path: Path, suffix: str, make: Make) -> None:
    path = tmp_path / f"t{suffix}"
    path.write_bytes(
        make(
            {
                "表一": [["2021年建议提案台账"], [], ["序号", "案由"], [1, "一"]],
                "空": [],
                "说明": [["x", "y"]],
                "B": [["text"], ["二"], ["三"]],
            }
        )
    )
    documents, errors = read(path)
    assert [(d.id, d.text) for d in documents] == [("t-表一-4", "一"), ("t-B-2", "二"), ("t-B-3", "三")]
    assert places(documents) == ["sheet=表一&row=4", "sheet=B&row=2", "sheet=B&row=3"]
    assert not errors


@pytest.mark.parametrize(("suffix", "make"), FORMATS.items())
def test_what_is_no_register_is_one_line(tmp_path: Path, suffix: str, make: Make) -> None:
    path = tmp_path / f"t{suffix}"
    path.write_bytes(make({"表": [["a"], ["医保"]]}))
    with pytest.raises(InputError, match=r"#row=1: has no column .*'a'"):
        list(read_documents([path]))
    path.write_bytes(make({"表": []}))
    with pytest.raises(InputError, match="is empty"):
        list(read_documents([path]))
    path.write_bytes(b"x\xff\0")
    with pytest.raises(InputError, match=r"is not a \."):
        list(read_documents([path]))


@pytest.mark.parametrize(("suffix", "make"), FORMATS.items())
@pytest.mark.parametrize("name", ["台账", "台账.doc", "台账.xls", "台账.csv"])
def test_a_workbook_is_one_whatever_its_name(tmp_path: Path, suffix: str, make: Make, name: str) -> None:
    (tmp_path / name).write_bytes(make({"表": [["正文"], ["医保"]]}))
    (document,) = read_documents([tmp_path])
    assert (document.text, document.source) == ("医保", f"{tmp_path.as_posix()}/{name}#row=2")


@pytest.mark.parametrize(("suffix", "make"), FORMATS.items())
def test_a_row_may_be_as_long_as_the_limit(tmp_path: Path, suffix: str, make: Make) -> None:
    path = tmp_path / f"t{suffix}"
    text = "医" * 3000
    path.write_bytes(make({"表": [["text", "b", "c", "d"], [text] * 4, [text] * 3, ["医"]]}))
    documents, errors = read(path, max_bytes=11_000)
    assert [len(document.text) for document in documents] == [3000, 1]
    assert errors == ["#row=2: the row is longer than 11,000 characters; split it or raise --max-bytes"]
