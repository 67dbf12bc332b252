from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from nhsa_nlp.io.writers.cells import plain_cell
from nhsa_nlp.io.writers.xlsx import write_workbook

MARKUP = '<r><t>x</t></r></is></c><c r="B1"><f>1+1</f><v>2</v></c><c r="C1" t="inlineStr"><is><r><t>y</t></r>'
TEXTS = [
    "医保",
    "",
    " a ",
    "a\n",
    "<a> & 'b' \"c\"",
    MARKUP,
    "_x0041_",
    "_x005F_x0041_",
    "_xyz",
    "\t\0\x1f\r\nb",
]
OTHERS: list[Any] = [0, -1, 1 << 53, (1 << 53) + 1, 75.71, 1e-7, 1e300, True, False, None]
NO_NUMBERS = [float("nan"), float("inf"), float("-inf"), [1], {"a": 1}]


def write(path: Path, rows: Sequence[Sequence[object]], *, styled: bool = False) -> Any:
    with write_workbook(path) as book:
        sheet = book.add_worksheet("a")
        for row in rows:
            sheet.add(row, book.add_format({"bold": True}) if styled else None)
    return openpyxl.load_workbook(path)["a"]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_stays_a_text(tmp_path: Path, text: str) -> None:
    sheet = write(tmp_path / "a.xlsx", [[text]])
    assert [[cell.data_type for cell in row] for row in sheet] == [["s"]]
    assert openpyxl.utils.escape.unescape(sheet["A1"].value) == plain_cell(text)


def test_numbers_stay_numbers_and_what_is_none_is_empty(tmp_path: Path) -> None:
    sheet = write(tmp_path / "a.xlsx", [[*OTHERS, *NO_NUMBERS]])
    found = [cell.value for cell in sheet[1]]
    assert found[:4] == [0, -1, 1 << 53, str((1 << 53) + 1)]
    assert found[4:7] == pytest.approx(OTHERS[4:7], rel=1e-15)
    assert found[7:] == ["yes", "no"]  # what follows is empty


def test_all_cells_of_a_row_have_its_style(tmp_path: Path) -> None:
    sheet = write(tmp_path / "a.xlsx", [["a", 1, None, True, 1 << 60]], styled=True)
    assert [cell.font.bold for cell in sheet[1]] == [True] * 5


def test_the_sheet_says_how_large_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    assert write(path, [["a"] * 28, ["b"] * 28, [None] * 28]).dimensions == "A1:AB2"
    with zipfile.ZipFile(path) as parts:
        assert b'<dimension ref="A1:AB3"/>' in parts.read("xl/worksheets/sheet1.xml")


def test_a_link_has_the_text_of_its_cell(tmp_path: Path) -> None:
    with write_workbook(tmp_path / "a.xlsx") as book:
        book.add_worksheet("a").add(["甲", "<乙>", "丙"], link=(1, "external:in/b.txt"))
    cells = openpyxl.load_workbook(tmp_path / "a.xlsx")["a"][1]
    assert [cell.value for cell in cells] == ["甲", "<乙>", "丙"]
    assert [cell.hyperlink and cell.hyperlink.target for cell in cells] == [None, "in\\b.txt", None]
    assert [bool(cell.font.underline) for cell in cells] == [False, True, False]
