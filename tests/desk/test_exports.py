from __future__ import annotations

import csv
import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from nhsa_nlp.data.annotations.entities import read_annotations
from nhsa_nlp.data.corpus import read_labelled_table
from nhsa_nlp.desk.corrections import with_entity
from nhsa_nlp.desk.decisions import Desk
from nhsa_nlp.desk.documents import find_document
from nhsa_nlp.desk.exports import DECISION_COLUMNS, export_records, export_training
from nhsa_nlp.desk.queue import checked_filters
from nhsa_nlp.desk.store import Store
from nhsa_nlp.errors import InputError, OutputError
from tests.desk.desks import OTHER, TEXT, THIRD, put


@pytest.fixture
def worked(store: Store) -> Store:
    """A desk on which one was overruled, one merged into it, one noted with what spreadsheets run."""
    put(store, "a", TEXT, columns={"提出人": "张委员", "编号": 1001})
    put(store, "b", OTHER)
    put(store, "c", THIRD)
    officer = Desk(store, "甲")
    officer.assign(1, 0, "规财处", "李四")
    officer.decide(1, 1, "医药")
    officer.merge(1, [(2, 0)])
    officer.note(3, 0, "=HYPERLINK(1)\0\x1b")
    found = find_document(store.reading(), 3)
    officer.change_entities(3, 1, with_entity([], found.text, 2, 6, "POLICY"))
    return store


EXPECTED = {
    "a": {"desk_state": "decided", "desk_decision": "医药", "desk_office": "规财处", "desk_person": "李四"},
    "b": {"desk_state": "merged", "desk_group": "a"},
    "c": {"desk_state": "new"},
}


def test_records_with_decisions_as_json_lines(worked: Store, tmp_path: Path) -> None:
    assert export_records(worked.reading(), tmp_path / "x.jsonl") == 3
    lines = [json.loads(line) for line in (tmp_path / "x.jsonl").read_text("utf-8").splitlines()]
    for line in lines:
        columns = line["columns"]
        assert {name: columns[name] for name in EXPECTED[line["id"]]} == EXPECTED[line["id"]]
        assert {f"desk_{name}" for name in DECISION_COLUMNS} <= set(columns)
    assert lines[0]["topic"]["label"] == "医保"  # the model's answer stays
    assert lines[0]["columns"]["提出人"] == "张委员"
    assert [entity["text"] for entity in lines[2]["entities"]] == [THIRD[2:6]]


def exported(store: Store, path: Path, **conditions: str) -> list[str]:
    export_records(store.reading(), path, checked_filters(**conditions))
    return [json.loads(line)["id"] for line in path.read_text("utf-8").splitlines()]


def test_only_what_a_list_has_is_exported(worked: Store, tmp_path: Path) -> None:
    for conditions, ids in (
        ({}, ["a", "b", "c"]),
        ({"sort": "newest"}, ["c", "b", "a"]),
        ({"state": "decided"}, ["a"]),
        ({"state": "已分拣"}, ["a"]),
        ({"label": "不属三领域"}, []),
        ({"label": "医药"}, ["a", "c"]),
        ({"office": "规财处", "person": "李四"}, ["a"]),
        ({"text": "乡村医生"}, ["b"]),
        ({"since": "2099-01-01"}, []),
        ({"until": "2000-01-01"}, []),
        ({"reason": "doubtful", "state": "new"}, []),
    ):
        assert exported(worked, tmp_path / "x.jsonl", **conditions) == ids, conditions


@pytest.mark.parametrize(
    ("conditions", "message"),
    [
        ({"state": "gone"}, "there is no state 'gone'; it is one of new, decided,"),
        ({"label": "教育"}, "there is no label '教育'; it is one of "),
        ({"reason": "x"}, "there is no reason 'x'; it is one of doubtful, sure,"),
        ({"since": "gestern"}, "'gestern' is not a date; write it as 2026-01-31"),
        ({"until": "2026-02-30"}, "'2026-02-30' is not a date"),
        ({"text": '"'}, "nothing to search for"),
    ],
)
def test_conditions_that_are_none_are_refused(conditions: dict[str, str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        checked_filters(**conditions)


def test_training_data_of_some_documents(worked: Store, tmp_path: Path) -> None:
    Desk(worked, "甲").decide(3, 2, "医药")
    filters = checked_filters(office="规财处")
    assert export_training(worked.reading(), tmp_path / "x.jsonl", "topic", filters) == 1
    with pytest.raises(InputError, match="nothing to train on"):
        export_training(worked.reading(), tmp_path / "y.jsonl", "entities", filters)


def test_records_with_decisions_as_csv(worked: Store, tmp_path: Path) -> None:
    export_records(worked.reading(), tmp_path / "x.csv")
    with (tmp_path / "x.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 3
    for row in rows:
        for name, value in EXPECTED[row["id"]].items():
            assert row[name] == value
    assert not rows[2]["desk_note"].startswith("=")


def test_records_with_decisions_as_a_workbook(worked: Store, tmp_path: Path) -> None:
    export_records(worked.reading(), tmp_path / "x.xlsx")
    with closing(openpyxl.load_workbook(tmp_path / "x.xlsx", read_only=True)) as book:
        tables = {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}
    (rows,) = (rows for rows in tables.values() if rows and "desk_state" in rows[0])
    found = [dict(zip(rows[0], row, strict=False)) for row in rows[1:]]
    for row in found:
        for name, value in EXPECTED[str(row["id"])].items():
            assert row[name] == value


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".xlsx", ".jsonl"])
def test_a_sheet_says_in_chinese_what_was_decided(
    worked: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    """What programs read stays as it was."""
    Desk(worked, "甲").decide(3, 2, "out_of_scope")
    monkeypatch.setenv("NHSA_NLP_LANG", "zh")
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    path = tmp_path / f"x{suffix}"
    export_records(worked.reading(), path)
    if suffix == ".jsonl":
        (line, *_) = path.read_text("utf-8").splitlines()
        assert json.loads(line)["columns"]["desk_state"] == "decided"
        return
    if suffix == ".xlsx":
        with closing(openpyxl.load_workbook(path, read_only=True)) as book:
            table = [[cell or "" for cell in row] for row in book["文件"].iter_rows(values_only=True)]
    else:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = list(csv.reader(file, delimiter="\t" if suffix == ".tsv" else ","))
    rows = [dict(zip(map(str, table[0]), row, strict=True)) for row in table[1:]]
    assert not [name for name in rows[0] if name.startswith("desk_")]
    assert [row["分拣状态"] for row in rows] == ["已分拣", "已并案", "已分拣"]
    assert [row["分拣类别"] for row in rows] == ["医药", "", "不属三领域"]
    assert (rows[0]["承办处室"], rows[0]["承办人"], rows[0]["分拣人"]) == ("规财处", "李四", "甲")
    assert rows[1]["并入"] == "a"
    (decided,) = worked.reading().execute("SELECT decided FROM documents WHERE doc = 1").fetchone()
    local = datetime.fromisoformat(decided).astimezone(ZoneInfo("Asia/Shanghai"))
    assert rows[0]["分拣时间"] == f"{local:%Y-%m-%d %H:%M}"


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    """Put the time zone back."""
    yield
    time.tzset()


def test_records_with_decisions_as_an_archive(worked: Store, tmp_path: Path) -> None:
    export_records(worked.reading(), tmp_path / "x.sqlite")
    with closing(sqlite3.connect(tmp_path / "x.sqlite")) as base:
        dump = "\n".join(base.iterdump())
    assert "规财处" in dump
    assert "跨省异地就医" in dump


def test_what_was_decided_is_read_as_training_data(worked: Store, tmp_path: Path) -> None:
    assert export_training(worked.reading(), tmp_path / "x.jsonl", "topic") == 1
    (text,) = read_labelled_table(tmp_path / "x.jsonl")
    assert (text.id, text.label, text.text) == ("a", "医药", TEXT)


def test_corrected_entities_are_read_as_training_data(worked: Store, tmp_path: Path) -> None:
    assert export_training(worked.reading(), tmp_path / "x.jsonl", "entities") == 1
    (document,), skipped = read_annotations(tmp_path / "x.jsonl")
    assert skipped == 0
    assert document.text == THIRD
    assert [(each.start, each.end, each.label) for each in document.entities] == [(2, 6, "POLICY")]


def test_nothing_decided_is_nothing_to_train_on(store: Store, tmp_path: Path) -> None:
    put(store, "a", TEXT)
    for task in ("topic", "entities"):
        with pytest.raises(InputError, match="nothing to train on"):
            export_training(store.reading(), tmp_path / "x.jsonl", task)
    assert list(tmp_path.glob("x*")) == []


def test_other_formats_are_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="written as"):
        export_training(store.reading(), tmp_path / "x.csv", "topic")
    with pytest.raises(OutputError):
        export_records(store.reading(), tmp_path / "x.exe")


def test_an_empty_desk_is_exported(store: Store, tmp_path: Path) -> None:
    assert export_records(store.reading(), tmp_path / "x.jsonl") == 0
    assert (tmp_path / "x.jsonl").read_bytes() == b""
