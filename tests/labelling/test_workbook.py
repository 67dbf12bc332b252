from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from nhsa_nlp.errors import OutputError
from nhsa_nlp.labelling import workbook
from nhsa_nlp.labelling.workbook import write_workbook

COLUMNS = ("id", "text", "label", "probability")
ROWS = [("a", "=1+1\r\n二", None, 0.5), ("b", "@x", "医保", 2)]


def write(path: Path, labels: tuple[str, ...] = ("医保", "=医药")) -> None:
    write_workbook(path, COLUMNS, ROWS, choose="label", labels=labels)


def test_cells_are_texts_and_numbers_and_never_formulas(tmp_path: Path) -> None:
    write(tmp_path / "a.xlsx")
    sheet, labels = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets
    assert (sheet.title, labels.title) == ("documents", "labels")
    assert list(sheet.values) == [COLUMNS, ("a", "=1+1\n二", None, 0.5), ("b", "@x", "医保", 2)]
    assert list(labels.values) == [("医保",), ("=医药",)]
    assert {cell.data_type for row in sheet for cell in row} == {"s", "n"}
    assert sheet["A1"].font.bold
    assert not sheet["A2"].font.bold
    assert sheet["B2"].alignment.wrap_text
    assert sheet["C2"].alignment.vertical == "top"
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", "A1:D3")
    assert round(sheet.column_dimensions["B"].width) in (60, 61)


@pytest.mark.parametrize(("labels", "last"), [((), 1), (("甲",), 1), (("甲", "乙", "丙"), 3)])
def test_the_labels_are_offered_in_every_row(tmp_path: Path, labels: tuple[str, ...], last: int) -> None:
    write(tmp_path / "a.xlsx", labels)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]
    (validation,) = sheet.data_validations.dataValidation
    assert validation.formula1 == f"'labels'!$A$1:$A${last}"
    assert str(validation.sqref) == "C2:C1048576"
    assert validation.allow_blank
    assert validation.showErrorMessage


def test_equal_rows_give_equal_files(tmp_path: Path) -> None:
    write(tmp_path / "a.xlsx")
    write(tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_more_rows_than_a_sheet_holds_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_ROWS", 3)
    write(tmp_path / "a.xlsx")
    monkeypatch.setattr(workbook, "MAX_ROWS", 2)
    with pytest.raises(OutputError, match=r"b\.xlsx: a sheet holds 1 rows; write \.jsonl"):
        write(tmp_path / "b.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]
