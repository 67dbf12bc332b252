from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

TEXTS = {
    "a": "2022年，居民医保人均财政补助标准为每人每年610元。2022年底，全国基本医保参保13.46亿人。",
    "b": "2023年，居民医保人均财政补助标准为每人每年640元。2022年底，全国基本医保参保12.46亿人。",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "letters"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def run(*args: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "nhsa_nlp", "figures", *map(str, args)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60, check=False)


def test_the_page_shows_the_series_of_all_documents(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    done = run(folder, "--report", page)
    assert (done.returncode, done.stdout) == (0, "")
    assert f"wrote {page}: 2 series" in done.stderr
    html = page.read_text("utf-8")
    assert "Indicators: 2, values: 4, from 2 documents; contradictions: 1, jumps: 0." in html
    assert "2023 <b>640 元/人/年</b>" in html
    assert "December 2022 1.346 billion 人 (a difference of 8.0%)" in html


def test_filters_hold_for_the_page_and_the_figures_are_written_too(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    done = run(folder, "--report", page, "--output", "-", "--unit", "人")
    assert done.returncode == 0
    assert [json.loads(line)["text"] for line in done.stdout.splitlines()] == ["13.46亿人", "12.46亿人"]
    assert "Indicators: 1, values: 2" in page.read_text("utf-8")


def test_a_page_is_not_written_over_what_is_read_or_written(folder: Path, tmp_path: Path) -> None:
    same = tmp_path / "x.csv"
    done = run(folder, "--output", same, "--report", same)
    assert done.returncode == 2
    assert "--report: is the file of --output" in done.stderr
    done = run(folder / "a.txt", "--report", folder / "a.txt")
    assert done.returncode == 2
    assert "is one of the files to read" in done.stderr
    assert (folder / "a.txt").read_text("utf-8") == TEXTS["a"]
    assert not same.exists()
