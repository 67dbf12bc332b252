from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pytest

from nhsa_nlp.archive.search import Found, Hit
from nhsa_nlp.archive.search_tables import counts_object, write_hits
from nhsa_nlp.errors import OutputError
from nhsa_nlp.io.tables.cells import MAX_ROWS
from nhsa_nlp.io.writers.shapes import SEARCH

HITS = [
    Hit("a", "a.txt", "医保", "=关于结算", "医保函〔2021〕85号", "2021-07-29", 3, 5, "前", "医保", "后"),
    Hit("b", "b.txt", None, None, None, None, 0, 0, "", "", "开头"),
]


def test_each_format_holds_what_was_found(tmp_path: Path) -> None:
    write_hits(tmp_path / "x.jsonl", HITS)
    lines = [json.loads(line) for line in (tmp_path / "x.jsonl").read_text("utf-8").splitlines()]
    assert lines[0]["subject"] == "=关于结算"
    assert lines[1] == {
        **dict.fromkeys(SEARCH.columns, ""),
        "id": "b",
        "source": "b.txt",
        "label": None,
        "subject": None,
        "number": None,
        "date": None,
        "start": 0,
        "end": 0,
        "after": "开头",
    }
    write_hits(tmp_path / "x.csv", HITS)
    with (tmp_path / "x.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == list(SEARCH.columns)
    assert rows[1][3] == "'=关于结算"
    assert rows[2][2] == ""
    write_hits(tmp_path / "x.xlsx", HITS)
    sheet = list(openpyxl.load_workbook(tmp_path / "x.xlsx")["documents"].values)
    assert sheet[0] == SEARCH.columns
    assert sheet[1][3] == "=关于结算"
    assert sheet[1][6] == 3


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="the suffix must be one of"):
        write_hits(tmp_path / "x.pdf", HITS)
    with pytest.raises(OutputError, match="a sheet holds"):
        write_hits(tmp_path / "x.xlsx", HITS[:1] * MAX_ROWS)
    assert list(tmp_path.iterdir()) == []


def test_counts_without_a_label_or_date_are_apart() -> None:
    assert counts_object(Found(3, [], {"医保": 2, None: 1}, {"2021": 3})) == {
        "documents": 3,
        "labels": {"医保": 2},
        "years": {"2021": 3},
        "without_label": 1,
        "without_date": 0,
    }
