from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.comments import Comment

from nhsa_nlp.io import WRITERS
from nhsa_nlp.io.writers.ownership import Judgement, is_output, judge
from tests.io.writers.records import BARE, FULL, TEXT


@pytest.mark.parametrize("suffix", sorted(WRITERS))
def test_what_was_written_here_may_be_replaced(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"r{suffix}"
    assert judge(path) is Judgement.FREE
    path.touch()
    assert judge(path) is Judgement.FREE
    for records in ([], [BARE], [FULL, BARE]):
        WRITERS[suffix](path, records, texts={"a": TEXT}.get)
        assert judge(path) is Judgement.FREE


@pytest.mark.parametrize("suffix", sorted(WRITERS))
def test_what_is_not_of_this_program_may_not(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"r{suffix}"
    path.write_text("名称,金额\n甲,3\n" * 20, encoding="utf-8")
    assert judge(path) is Judgement.NOT_OURS


def test_an_archive_that_another_program_is_writing(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite"
    WRITERS[".sqlite"](path, [BARE], texts={"a": TEXT}.get)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert judge(path) is Judgement.BEING_WRITTEN
    assert judge(path) is Judgement.FREE


@pytest.mark.parametrize("sheet", ["Sheet1", "documents", "文件", "数据"])
def test_a_workbook_of_somebody(tmp_path: Path, sheet: str) -> None:
    path = tmp_path / "r.xlsx"
    pd.DataFrame({"名称": ["甲"]}).to_excel(path, index=False, sheet_name=sheet)
    assert judge(path) is Judgement.NOT_OURS
    assert not is_output(path)


def add_column(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book["documents"]
    sheet.cell(1, sheet.max_column + 1, "意见")
    book.save(path)


def add_comment(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    book["documents"]["C2"].comment = Comment("不对，是医药", "李")
    book.save(path)


def add_sheet(path: Path) -> None:
    with pd.ExcelWriter(path, mode="a", engine="openpyxl") as book:
        pd.DataFrame({"a": [1]}).to_excel(book, sheet_name="note")


@pytest.mark.parametrize("change", [add_column, add_comment, add_sheet])
def test_a_workbook_with_notes_or_columns_of_somebody(tmp_path: Path, change: Callable[[Path], None]) -> None:
    path = tmp_path / "r.xlsx"
    WRITERS[".xlsx"](path, [FULL, BARE])
    change(path)
    assert judge(path) is Judgement.CHANGED


@pytest.mark.parametrize("suffix", [".csv", ".tsv"])
@pytest.mark.parametrize("place", [0, 3, None])
def test_a_table_with_a_column_of_somebody(tmp_path: Path, suffix: str, place: int | None) -> None:
    path = tmp_path / f"r{suffix}"
    separator = "\t" if suffix == ".tsv" else ","
    WRITERS[suffix](path, [{**BARE, "source": "a.txt", "columns": {}}])
    table = pd.read_csv(path, sep=separator)
    table.insert(len(table.columns) if place is None else place, "备注", "看过")
    table.to_csv(path, sep=separator, index=False)
    assert judge(path) is Judgement.CHANGED


def test_json_lines_with_a_field_of_somebody(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    WRITERS[".jsonl"](path, [FULL, BARE])
    lines = path.read_text("utf-8").splitlines()
    for number, message in ((0, Judgement.NOT_OURS), (1, Judgement.CHANGED)):
        noted = [
            json.dumps({**json.loads(line), "note": 1} if number == place else json.loads(line))
            for place, line in enumerate(lines)
        ]
        path.write_text("\n".join(noted) + "\n", encoding="utf-8")
        assert judge(path) is message


def test_a_parquet_file_with_a_column_of_somebody(tmp_path: Path) -> None:
    path = tmp_path / "r.parquet"
    WRITERS[".parquet"](path, [BARE])
    pd.read_parquet(path).assign(note="x").to_parquet(path)
    assert judge(path) is Judgement.CHANGED


@pytest.mark.parametrize("change", ["CREATE TABLE notes (a)", "ALTER TABLE documents ADD COLUMN note TEXT"])
def test_a_database_with_a_table_or_column_of_somebody(tmp_path: Path, change: str) -> None:
    path = tmp_path / "r.sqlite"
    WRITERS[".sqlite"](path, [FULL], texts={"a": TEXT}.get)
    with closing(sqlite3.connect(path)) as base:
        base.execute(change)
    assert judge(path) is Judgement.CHANGED
