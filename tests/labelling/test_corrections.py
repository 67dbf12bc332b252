from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from nhsa_nlp.data.corpus import LabelledText
from nhsa_nlp.data.corpus import read_labelled_table as read_table
from nhsa_nlp.errors import InputError, OutputError
from nhsa_nlp.labelling.audit import Audit
from nhsa_nlp.labelling.corrections import COLUMNS, read_corrections, write_corrections
from nhsa_nlp.labelling.labelled import read_labelled, write_labelled
from tests.labelling.audits import audit


@pytest.fixture
def sheet(tmp_path: Path, audited: Audit) -> Path:
    write_corrections(tmp_path / "sheet.xlsx", audited)
    return tmp_path / "sheet.xlsx"


def edit(path: Path, row: int, column: str, value: Any) -> None:
    book = openpyxl.load_workbook(path)
    book.worksheets[0].cell(row, COLUMNS.index(column) + 1).value = value
    book.save(path)


def same(found: list[LabelledText], wanted: list[LabelledText]) -> bool:
    return [(i.id, i.label, i.text) for i in found] == [(i.id, i.label, i.text) for i in wanted]


def test_a_sheet_that_nobody_touched_is_the_data(sheet: Path, headlines: list[LabelledText]) -> None:
    assert same(list(read_corrections(sheet)), headlines)
    assert same(list(read_corrections(sheet, headlines)), headlines)


@pytest.mark.parametrize(("written", "read"), [("zh", "en"), ("zh", "zh"), ("en", "zh")])
def test_a_sheet_is_read_in_whatever_language_it_was_written(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    audited: Audit,
    headlines: list[LabelledText],
    written: str,
    read: str,
) -> None:
    path = tmp_path / "sheet.xlsx"
    monkeypatch.setenv("NHSA_NLP_LANG", written)
    write_corrections(path, audited)
    sheet, labels = openpyxl.load_workbook(path).worksheets
    if written == "zh":
        assert (sheet.title, labels.title) == ("文件", "可选类别")
        assert [cell.value for cell in sheet[1]][:6] == ["编号", "原文", "类别", "原类别", "建议类别", "概率"]
    monkeypatch.setenv("NHSA_NLP_LANG", read)
    edit(path, 2, "label", "娱乐")
    wanted = [replace(item, label="娱乐") if item.id == "h-5" else item for item in headlines]
    assert same(list(read_corrections(path)), wanted)
    assert same(list(read_corrections(path, headlines)), wanted)
    assert same(read_labelled(path), wanted)  # audit again, suggest
    assert {item.text for item in read_table(path)} == {item.text for item in headlines}  # train


def test_a_corrected_label_comes_back(sheet: Path, headlines: list[LabelledText]) -> None:
    edit(sheet, 2, "label", "娱乐")  # the most doubtful one is in the first row
    wanted = [replace(item, label="娱乐") if item.id == "h-5" else item for item in headlines]
    assert same(list(read_corrections(sheet)), wanted)
    assert same(list(read_corrections(sheet, headlines)), wanted)


def test_the_label_is_chosen_from_a_list(sheet: Path, audited: Audit) -> None:
    book = openpyxl.load_workbook(sheet)
    documents, labels = book.worksheets
    (validation,) = documents.data_validations.dataValidation
    assert (validation.type, validation.formula1) == ("list", "'labels'!$A$1:$A$3")
    assert documents.cell(1, 3).value == "label"
    assert str(validation.sqref).startswith("C2:C")
    assert [cell.value for cell in labels["A"]] == list(audited.classes)
    assert documents.freeze_panes == "B2"
    first = dict(zip(COLUMNS, (cell.value for cell in documents[2]), strict=True))
    assert (first["id"], first["suggested label"], first["given label"]) == ("h-5", "娱乐", "体育")
    assert "the model says '娱乐'" in first["reason"]


def test_texts_that_a_cell_changes_need_the_original_data(
    tmp_path: Path, headlines: list[LabelledText]
) -> None:
    odd = [
        replace(headlines[0], text='=HYPERLINK("http://x")\r\n' + headlines[0].text),
        replace(headlines[1], text=headlines[1].text + "\x01\ufffe"),
        replace(headlines[2], text=headlines[2].text * 2000),
        replace(headlines[3], text=headlines[3].text + "𠮷" * 20_000),
        *headlines[4:],
    ]
    path = tmp_path / "sheet.xlsx"
    write_corrections(path, audit(odd))
    cells = [cell for row in openpyxl.load_workbook(path).worksheets[0].iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert max(len(str(cell.value).encode("utf-16-le")) // 2 for cell in cells) == 32_000
    with pytest.raises(InputError, match=r"not the whole original one.*give the audited file with --data"):
        list(read_corrections(path))
    assert same(list(read_corrections(path, odd)), odd)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("label", None, r"sheet\.xlsx#sheet=documents&row=3: there is no label in the column 'label'"),
        ("id", "h-5", "the id 'h-5' was already in row 2"),
        ("text", "改过的正文", "not the whole original"),
    ],
)
def test_what_was_spoilt_is_named(sheet: Path, column: str, value: Any, message: str) -> None:
    edit(sheet, 3, column, value)
    with pytest.raises(InputError, match=message):
        list(read_corrections(sheet))


def test_of_the_seven_labels_no_other_is_taken(tmp_path: Path, audited_replies: Audit) -> None:
    path = tmp_path / "sheet.xlsx"
    write_corrections(path, audited_replies)
    edit(path, 4, "label", "医保x医疗")
    with pytest.raises(InputError, match=r"sheet\.xlsx:4: unknown label '医保x医疗'; the labels are 医保"):
        list(read_corrections(path))


@pytest.mark.parametrize("label", ["out_of_scope", "near_scope"])
def test_a_correction_may_be_that_a_text_is_of_no_sector(
    tmp_path: Path, audited_replies: Audit, replies: list[LabelledText], label: str
) -> None:
    path = tmp_path / "sheet.xlsx"
    write_corrections(path, audited_replies)
    assert label in [cell.value for cell in openpyxl.load_workbook(path)["labels"]["A"]]
    edit(path, 2, "label", label)
    corrected = audited_replies.findings[0].index
    found = list(read_corrections(path, replies))
    assert [n for n, item in enumerate(found) if item.label == label] == [corrected]
    assert read_labelled(path)[corrected].label == label


def test_the_sheet_of_proposals_keeps_what_is_near(
    tmp_path: Path, audited_proposals: Audit, proposals: list[LabelledText]
) -> None:
    path = tmp_path / "sheet.xlsx"
    write_corrections(path, audited_proposals)
    assert same(list(read_corrections(path)), proposals)
    edit(path, 2, "label", "nearscope")
    with pytest.raises(InputError, match="unknown label 'nearscope'"):
        list(read_corrections(path))


def test_tables_hold_texts_of_no_sector(tmp_path: Path, proposals: list[LabelledText]) -> None:
    for name in ("t.csv", "t.jsonl", "t.tsv"):
        write_labelled(tmp_path / name, proposals)
        assert [item.label for item in read_labelled(tmp_path / name)] == [item.label for item in proposals]


def test_sheet_and_data_must_belong_together(sheet: Path, headlines: list[LabelledText]) -> None:
    with pytest.raises(InputError, match="'h-29' is not in the data"):
        list(read_corrections(sheet, headlines[:-1]))
    with pytest.raises(InputError, match="'new' is not in the sheet"):
        list(read_corrections(sheet, [*headlines, replace(headlines[0], id="new")]))


def test_what_is_no_sheet_is_refused(tmp_path: Path, sheet: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        list(read_corrections(tmp_path / "missing.xlsx"))
    (tmp_path / "text.xlsx").write_text("no workbook", "utf-8")
    with pytest.raises(InputError, match=r"Excel workbook|damaged"):
        list(read_corrections(tmp_path / "text.xlsx"))
    (tmp_path / "cut.xlsx").write_bytes(sheet.read_bytes()[:-200])
    with pytest.raises(InputError, match=r"Excel workbook|damaged"):
        list(read_corrections(tmp_path / "cut.xlsx"))
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.active.append(["1", "2"])
    book.save(tmp_path / "other.xlsx")
    with pytest.raises(InputError, match="has no column 'text'; its columns are 'a', 'b'"):
        list(read_corrections(tmp_path / "other.xlsx"))


@pytest.mark.parametrize("suffix", [".tsv", ".csv", ".jsonl"])
def test_labelled_texts_are_read_as_they_were_written(
    tmp_path: Path, headlines: list[LabelledText], suffix: str
) -> None:
    path = tmp_path / f"data{suffix}"
    write_labelled(path, headlines)
    found = read_labelled(path)
    assert [(item.label, item.text) for item in found] == [(item.label, item.text) for item in headlines]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("own.jsonl", '{"正文": "一", "类别": "甲"}\n{"正文": "二", "类别": "乙"}\n'),
        ("tasks.json", '[{"data": {"text": "一"}, "annotations": []}, '
         '{"text": "一", "topic": "甲", "id": 5}, {"text": "二", "topic": "乙", "id": 6}]'),
        ("doccano.jsonl", '{"id": 1, "text": "零", "label": []}\n{"id": 2, "text": "一", "label": ["甲"]}\n'
         '{"id": 3, "text": "二", "label": ["乙"]}\n'),
        ("semicolons.csv", "正文;类别\n一;甲\n二;乙\n"),
    ],
)  # fmt: skip
def test_tables_and_exports_are_read_alike(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    assert [(item.text, item.label) for item in read_labelled(tmp_path / name)] == [
        ("一", "甲"),
        ("二", "乙"),
    ]


def test_a_workbook_that_is_no_sheet_is_a_table(tmp_path: Path, sheet: Path, audited: Audit) -> None:
    book = openpyxl.Workbook()
    book.active.append(["类别", "正文"])
    book.active.append(["甲", "一"])
    book.save(tmp_path / "table.xlsx")
    assert [(item.text, item.label) for item in read_labelled(tmp_path / "table.xlsx")] == [("一", "甲")]
    assert [item.text for item in read_labelled(sheet)] == list(audited.texts)


def test_a_slip_among_the_seven_labels_is_found(tmp_path: Path, replies: list[LabelledText]) -> None:
    path = tmp_path / "data.tsv"
    write_labelled(path, [replies[0], replace(replies[1], label="医疗X医保"), *replies[2:]])
    with pytest.raises(InputError, match=r"data\.tsv:2: unknown label '医疗X医保'; the labels are 医保"):
        read_labelled(path)


def test_a_line_break_does_not_fit_into_tsv(tmp_path: Path, headlines: list[LabelledText]) -> None:
    broken = [replace(headlines[0], text="一\n二")]
    with pytest.raises(OutputError, match="h-0 has line breaks"):
        write_labelled(tmp_path / "data.tsv", broken)
    write_labelled(tmp_path / "data.jsonl", broken)
    assert read_labelled(tmp_path / "data.jsonl")[0].text == "一\n二"
    with pytest.raises(OutputError, match="the suffix must be one of"):
        write_labelled(tmp_path / "data.doc", broken)
