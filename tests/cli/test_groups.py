from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from nhsa_nlp.io import WRITERS
from tests.cli.on_terminal import on_a_terminal
from tests.comparison.test_alignment import FIRST, SECOND, THIRD
from tests.comparison.test_matters import COCHLEA, COCHLEA_TOO, ROAD
from tests.io.writers.records import BARE

COMMAND = [sys.executable, "-m", "nhsa_nlp", "groups"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    incoming = tmp_path / "incoming"
    incoming.mkdir()
    (incoming / "letter.txt").write_text(FIRST + SECOND + THIRD, "utf-8")
    (incoming / "road.txt").write_text(ROAD, "utf-8")
    rows = [["a", "=耳蜗", COCHLEA], ["b", "外机", COCHLEA_TOO], ["c", "", FIRST + SECOND]]
    with (incoming / "table.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["number", "subject", "content"], *rows])
    return incoming


OPTIONS = ("--id-column", "number", "--title-column", "subject", "--text-column", "content")


def run(*args: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *map(str, args)], capture_output=True, encoding="utf-8", timeout=60, check=False
    )


def members(line: str) -> tuple[str, list[tuple[str, str]]]:
    group = json.loads(line)
    return group["lead"]["id"], [(member["id"], member["relation"]) for member in group["members"]]


def test_groups_go_to_a_pipe_as_json_lines(folder: Path) -> None:
    done = run(folder, *OPTIONS)
    assert (done.returncode, done.stderr) == (0, "")
    assert [members(line) for line in done.stdout.splitlines()] == [
        ("letter", [("c", "near_duplicate")]),
        ("b", [("a", "same_matter")]),
    ]
    assert [new["text"] for new in json.loads(done.stdout.splitlines()[0])["lead"]["unique"]] == [THIRD]


def test_a_table_of_any_format_has_a_row_a_document(folder: Path, tmp_path: Path) -> None:
    sheet, table, lines = (tmp_path / name for name in ("out.xlsx", "out.csv", "out.jsonl"))
    for output in (sheet, table, lines):
        done = run(folder, *OPTIONS, "--output", output)
        assert done.stderr == f"nhsa-nlp: wrote {output}: 2 groups of 4 documents, 1 alone\n"
    found = list(openpyxl.load_workbook(sheet).active.iter_rows(values_only=True))
    assert [row[:3] for row in found] == [
        ("group", "role", "id"),
        (1, "lead", "letter"),
        (1, "near_duplicate", "c"),
        (2, "lead", "b"),
        (2, "same_matter", "a"),
    ]
    with table.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[4][5].startswith("'=耳蜗")  # not a formula
    assert len(lines.read_text("utf-8").splitlines()) == 2


def test_a_terminal_shows_a_table(folder: Path) -> None:
    shown = on_a_terminal([*COMMAND, str(folder), *OPTIONS])
    assert "near duplicate" in shown
    assert "2 groups of 4 documents, 1 alone" in shown


@pytest.mark.parametrize(
    ("wide", "language", "role"), [("80", "en", "near duplicate"), ("200", "zh", "近似")]
)
def test_a_long_beginning_leaves_room_for_the_other_columns(
    folder: Path, monkeypatch: pytest.MonkeyPatch, wide: str, language: str, role: str
) -> None:
    monkeypatch.setenv("COLUMNS", wide)
    monkeypatch.setenv("NHSA_NLP_LANG", language)
    shown = re.sub(r"\x1b\[[\d;]*m", "", on_a_terminal([*COMMAND, str(folder), *OPTIONS]))
    (lead,) = (line for line in shown.splitlines() if "letter" in line)
    (member,) = (line for line in shown.splitlines() if role in line)
    assert lead.endswith("…")
    assert re.search(rf"1\s*{role}\S*\s*c\s+[01]\.\d\d", member), member


def test_an_archive_is_sent_to_the_commands_that_read_it(tmp_path: Path) -> None:
    WRITERS[".sqlite"](tmp_path / "a.sqlite", [BARE])
    said = "a.sqlite: is an archive; for it there are precedents and search\n"
    assert run(tmp_path / "a.sqlite").stderr.endswith(said)


def test_no_group_is_said_in_words(tmp_path: Path) -> None:
    for name, text in (("a", ROAD), ("b", COCHLEA)):
        (tmp_path / f"{name}.txt").write_text(text, "utf-8")
    done = run(tmp_path, "-o", tmp_path.parent / "none.jsonl")
    assert done.stderr.endswith(": no documents to be answered together (2 looked at)\n")


def test_near_duplicates_only(folder: Path) -> None:
    done = run(folder, *OPTIONS, "--near-duplicates-only")
    assert [members(line)[0] for line in done.stdout.splitlines()] == ["letter"]


def test_what_cannot_be_read_is_named_and_the_rest_is_done(folder: Path) -> None:
    (folder / "broken.docx").write_bytes(b"PK\x03\x04")
    done = run(folder, *OPTIONS)
    assert done.returncode == 1
    assert "broken.docx" in done.stderr
    assert done.stderr.count("\n") == 1
    assert len(done.stdout.splitlines()) == 2


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["missing"], "missing: "),
        (["{folder}", "-o", "out.parquet"], "the suffix must be one of .jsonl"),
        (["{folder}", "-o", "{folder}/table.csv"], "lies in a folder that is read"),
    ],
)
def test_bad_input_is_one_line(folder: Path, args: list[str], said: str) -> None:
    done = run(*(arg.format(folder=folder) for arg in args))
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
