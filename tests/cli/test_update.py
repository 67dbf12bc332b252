"""``label --update`` and ``--overwrite`` as they are typed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from nhsa_nlp.archive.search import search
from nhsa_nlp.cli.app import app
from nhsa_nlp.io import WRITERS
from nhsa_nlp.pipeline.bundle import default_bundle_path
from tests.paths import LETTERS


def label(*args: str | Path) -> Any:
    return CliRunner().invoke(app, ["label", *map(str, args)])


def test_an_archive_of_an_ordinary_run_is_updated(tmp_path: Path) -> None:
    folder, archive = tmp_path / "in", tmp_path / "a.sqlite"
    shutil.copytree(LETTERS, folder)
    assert label(folder, "-o", archive).exit_code == 0
    shutil.copy(LETTERS / "npc-13-4-2020.txt", folder / "new.txt")
    (folder / "notice-2019-04-12.txt").unlink()
    result = label(folder, "-o", archive, "--update")
    assert result.exit_code == 0, result.stderr
    assert "nhsa-nlp: archive: 1 new, 0 changed, 1 deleted, 3 as before\n" in result.stderr
    assert {hit.id for hit in search(archive, "医保").hits} == {
        "cppcc-13-4-4599",
        "new",
        "npc-13-4-2020",
        "npc-13-5-6706",
    }


def test_what_another_bundle_labelled_and_relabel_cannot_reach_is_said_to_be_elsewhere(
    tmp_path: Path,
) -> None:
    here, there, archive, renewed = (tmp_path / name for name in ("in", "away", "a.sqlite", "renewed"))
    for folder in (here, there):
        folder.mkdir()
        shutil.copy(LETTERS / "npc-13-4-2020.txt", folder / f"{folder.name}.txt")
    assert label(here, there, "-o", archive).exit_code == 0
    shutil.copytree(default_bundle_path(), renewed)
    with (renewed / "manifest.json").open("a", encoding="utf-8") as manifest:
        manifest.write("\n")  # of another digest
    done = label(here, "-o", archive, "--update", "--bundle", renewed)
    assert "2 as before (2 by another bundle: --relabel labels again what is in the PATHs)" in done.stderr
    done = label(here, "-o", archive, "--update", "--bundle", renewed, "--relabel")
    assert "1 labelled again" in done.stderr
    assert "1 as before (1 by another bundle: elsewhere or not readable now)" in done.stderr


@pytest.mark.parametrize("lock", ["EXCLUSIVE", "IMMEDIATE"])
def test_an_archive_that_another_program_is_writing_is_refused(tmp_path: Path, lock: str) -> None:
    archive = tmp_path / "a.sqlite"
    assert label(LETTERS, "-o", archive).exit_code == 0
    # A process of its own: a file that this one opens and closes would end the lock.
    hold = "import sqlite3, sys; base = sqlite3.connect(sys.argv[1], isolation_level=None)"
    hold += "; base.execute('BEGIN ' + sys.argv[2]); print('held', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", hold, str(archive), lock]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        result = label(LETTERS, "-o", archive, "--update")
        other.communicate()
    assert result.exit_code == 2
    assert "a.sqlite: is being written by another program; try again when that is done" in result.stderr
    assert "damaged" not in result.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--relabel", "-o", "a.sqlite"], "--relabel: is only for an archive that is updated: add --update"),
        (["--compact", "-o", "a.sqlite"], "--compact: is only for an archive that is updated: add --update"),
        (["--update"], "--update: needs one --output"),
        (["--update", "-o", "a.sqlite", "-o", "b.sqlite"], "--update: needs one --output"),
        (["--update", "-o", "a.sqlite", "--keep-text"], "--keep-text: does not go with --update"),
        (["--update", "-o", "a.sqlite", "--retry-failed"], "--retry-failed: does not go with --update"),
        (["--update", "-o", "a.jsonl"], "a.jsonl: cannot be updated"),
        (["--figures", "-o", "a.jsonl"], "a.jsonl: stores no figures; --figures needs one of .db"),
        (["--figures"], "--figures: needs files to write to; name them with --output"),
        (["--overwrite"], "--overwrite: needs files to write to; name them with --output"),
    ],
)
def test_wrong_usage_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = label(LETTERS, *options)
    assert result.exit_code == 2
    assert message in result.stderr.splitlines()[-1]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", sorted(WRITERS))
def test_a_file_of_somebody_is_only_overwritten_if_asked(tmp_path: Path, suffix: str) -> None:
    output, letter = tmp_path / f"mine{suffix}", LETTERS / "npc-13-4-2020.txt"
    output.write_text("我的笔记", encoding="utf-8")
    result = label(letter, "-o", output)
    assert result.exit_code == 2
    assert f"mine{suffix}: is there and is not an output of this program; --overwrite" in result.stderr
    assert result.stderr.count("\n") == 1
    assert output.read_text("utf-8") == "我的笔记"
    assert label(letter, "-o", output, "--overwrite").exit_code == 0
    assert label(letter, "-o", output).exit_code == 0  # of this program now
    assert [path.name for path in tmp_path.iterdir()] == [output.name]


def test_notes_in_a_workbook_are_kept(tmp_path: Path) -> None:
    output, letter = tmp_path / "r.xlsx", LETTERS / "npc-13-4-2020.txt"
    assert label(letter, "-o", output).exit_code == 0
    book = openpyxl.load_workbook(output)
    book["documents"].cell(1, book["documents"].max_column + 1, "意见")
    book.save(output)
    result = label(letter, "-o", output)
    assert result.exit_code == 2
    assert "r.xlsx: has been changed since this program wrote it; --overwrite" in result.stderr
    assert "意见" in [cell.value for cell in openpyxl.load_workbook(output)["documents"][1]]
