from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from nhsa_nlp.io import WRITERS
from tests.cli.on_terminal import on_a_terminal
from tests.io.writers.records import BARE

COMMAND = [sys.executable, "-m", "nhsa_nlp", "precedents"]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "archive.sqlite"
    texts = {
        "a": "关于跨省异地就医直接结算，简化异地就医备案。\x1b[2J",
        "b": "关于长期护理保险制度试点，保障失能人员。",
        "c": "=1+1 关于药品集中带量采购与目录调整。",
    }
    WRITERS[".sqlite"](path, [{**BARE, "id": name} for name in texts], texts=texts.get)
    return path


@pytest.fixture
def proposals(tmp_path: Path) -> Path:
    path = tmp_path / "proposals.jsonl"
    rows = [
        {"id": "P1", "title": "外省看病先垫钱", "text": "", "matters": ["x"]},
        {"id": "P2", "title": "", "text": "老人瘫在床上，请护工太贵。"},
    ]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def run(*args: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *map(str, args)], capture_output=True, encoding="utf-8", timeout=120, check=False
    )


def test_each_row_of_a_table_is_one_object_also_if_it_has_a_title_only(
    archive: Path, proposals: Path, tmp_path: Path
) -> None:
    done = run(archive, proposals)
    assert (done.returncode, done.stderr) == (0, "")
    first, second = map(json.loads, done.stdout.splitlines())
    assert list(first) == ["id", "confidence", "precedents"]
    assert (first["id"], first["precedents"][0]["id"]) == ("P1", "a")
    assert (second["id"], second["precedents"][0]["id"]) == ("P2", "b")
    run(archive, proposals, "-n", 1, "--output", tmp_path / "x.jsonl")
    lines = (tmp_path / "x.jsonl").read_text("utf-8").splitlines()
    assert [len(json.loads(line)["precedents"]) for line in lines] == [1, 1]


def test_files_are_documents_and_one_that_cannot_be_read_does_not_stop_the_rest(
    archive: Path, tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "p.txt").write_text("外省看病先垫钱", "utf-8")
    (tmp_path / "in" / "q.docx").write_bytes(b"PK\x03\x04 broken")
    done = run(archive, tmp_path / "in")
    assert done.returncode == 1
    assert "q.docx" in done.stderr
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["p"]


def test_columns_can_be_named(archive: Path, tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("号,事由,说明\n7,护工太贵,老人瘫在床上\n", "utf-8")
    done = run(archive, path, "--id-column", "号", "--title-column", "事由", "--text-column", "说明")
    found = json.loads(done.stdout)
    assert (found["id"], found["precedents"][0]["id"]) == ("7", "b")


def test_a_workbook_has_a_row_for_each_precedent_and_no_formula(
    archive: Path, proposals: Path, tmp_path: Path
) -> None:
    path = tmp_path / "x.xlsx"
    (tmp_path / "q.txt").write_text("药品集中带量采购", "utf-8")
    done = run(archive, proposals, tmp_path / "q.txt", "--output", path)
    assert (done.returncode, done.stderr) == (0, f"nhsa-nlp: wrote {path}\n")
    head, *rows = openpyxl.load_workbook(path)["precedents"].iter_rows(values_only=True)
    assert head[:4] == ("document", "confidence", "rank", "precedent")
    assert rows[0][0] == "P1"
    assert [row[3] for row in rows if row[2] == 1] == ["a", "b", "c"]
    passage = next(row[head.index("passage")] for row in rows if row[0] == "q" and row[2] == 1)
    assert passage == "=1+1 关于药品集中带量采购与目录调整。"


def test_a_terminal_gets_a_list_that_no_text_can_steer(archive: Path, proposals: Path) -> None:
    shown = on_a_terminal([*COMMAND, str(archive), str(proposals)])
    assert "跨省异地就医直接结算" in shown
    assert "\x1b[2J" not in shown


@pytest.mark.parametrize("name", ["x.pdf", "archive.sqlite"])
def test_what_cannot_be_written_is_refused_before_any_work(
    archive: Path, proposals: Path, tmp_path: Path, name: str
) -> None:
    before = archive.read_bytes()
    done = run(archive, proposals, "--output", tmp_path / name)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert archive.read_bytes() == before


def test_what_is_no_archive_is_one_line(proposals: Path) -> None:
    done = run(proposals, proposals)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "is not an archive; name one that" in done.stderr
