from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.on_terminal import on_a_terminal
from tests.comparison.test_alignment import FIRST, SECOND, THIRD

NEW = SECOND.replace("。", "。\n", 1)
COMMAND = [sys.executable, "-m", "nhsa_nlp", "compare"]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    left, right = tmp_path / "left.txt", tmp_path / "right.html"
    left.write_text(FIRST + NEW, "utf-8")
    right.write_text(f"<html><body><p>{FIRST}</p><p>{THIRD}</p></body></html>", "utf-8")
    return left, right


def run(*args: object, text: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *map(str, args)],
        input=text,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_json_goes_to_a_pipe(files: tuple[Path, Path]) -> None:
    done = run(*files)
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert (found["left"]["id"], found["right"]["id"]) == ("left", "right")
    assert [passage["left"] for passage in found["shared"]] == [
        {"start": 0, "end": len(FIRST), "text": FIRST}
    ]
    assert [passage["text"] for passage in found["left_only"]] == [NEW]


def test_a_terminal_shows_a_readable_list(files: tuple[Path, Path]) -> None:
    shown = on_a_terminal([*COMMAND, *map(str, files)])
    assert f"= A 0-{len(FIRST)}" in shown
    assert FIRST in shown
    assert "only B" in shown
    assert r"\n" not in shown


def test_a_terminal_names_the_documents_in_one_way(
    files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NHSA_NLP_LANG", "zh")
    shown = on_a_terminal([*COMMAND, *map(str, files)])
    assert f"= 甲 0-{len(FIRST)} 乙 0-{len(FIRST)}" in shown
    assert "= 文字相同，≈ 文字相近" in shown


@pytest.mark.parametrize("name", ["page.html", "found.json"])
def test_files_are_written(files: tuple[Path, Path], tmp_path: Path, name: str) -> None:
    done = run(*files, "--output", tmp_path / name)
    assert (done.returncode, done.stderr) == (0, f"nhsa-nlp: wrote {tmp_path / name}\n")
    assert FIRST in (tmp_path / name).read_text("utf-8")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["{left}", "missing.txt"], "missing.txt: "),
        (["{left}", "{folder}"], "is a folder; name one document"),
        (["-", "-"], "standard input holds one document"),
        (["{left}", "{right}", "-o", "{folder}/x.pdf"], "the suffix must be one of .html"),
        (["{left}", "{right}", "-o", "{left}"], "is one of the files to read"),
    ],
)
def test_bad_input_is_one_line(files: tuple[Path, Path], args: list[str], said: str) -> None:
    left, right = files
    done = run(*(arg.format(left=left, right=right, folder=left.parent) for arg in args), text=FIRST)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("nhsa-nlp: error: ")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_table_gives_its_first_row_and_says_so(tmp_path: Path) -> None:
    table = tmp_path / "in.csv"
    table.write_text(f"id,title,text\n1,关于备案,{SECOND}\n2,,{THIRD}\n", "utf-8")
    done = run("-", table, "--title-column", "title", text=SECOND)
    assert "may hold more documents" in done.stderr
    assert json.loads(done.stdout)["left_only"] == []
