from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nhsa_nlp.io import WRITERS
from tests.cli.on_terminal import on_a_terminal
from tests.io.writers.records import BARE, FULL

COMMAND = [sys.executable, "-m", "nhsa_nlp", "search"]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "archive.sqlite"
    texts = {"a\x1b[2J": "跨省异地就医\n直接结算\x1b[2J", "b": "药品目录与异地就医"}
    letter: Any = {**FULL, "id": "a\x1b[2J"}
    records = [letter, {**BARE, "id": "b"}]
    WRITERS[".sqlite"](path, records, texts=texts.get)
    return path


def run(*args: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *map(str, args)], capture_output=True, encoding="utf-8", timeout=60, check=False
    )


def test_hits_go_to_a_pipe_as_json_lines(archive: Path) -> None:
    done = run(archive, "跨省", "结算")
    assert (done.returncode, done.stderr) == (0, "")
    (hit,) = map(json.loads, done.stdout.splitlines())
    assert (hit["match"], hit["start"], hit["end"]) == ("跨省", 0, 2)
    assert (hit["before"], hit["after"]) == ("", "异地就医 直接结算 [2J")
    assert [hit[name] for name in ("label", "date", "number", "subject")] == [
        "医疗x医保",
        *(FULL["letter"][name] for name in ("date", "number", "subject")),
    ]
    assert len(run(archive, "异地就医", "-n", 1).stdout.splitlines()) == 1


def test_nothing_found_is_said_in_one_line(archive: Path) -> None:
    done = run(archive, "没有的词")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (0, "", 1)
    assert "nothing found" in done.stderr
    assert "nothing found" in on_a_terminal([*COMMAND, str(archive), "没有的词"])


def test_hits_are_a_list_on_a_terminal_that_no_text_can_steer(archive: Path) -> None:
    text = on_a_terminal([*COMMAND, str(archive), "异地就医"])
    assert "2 documents" in text
    assert "\x1b[2J" not in text
    assert r"a\x1b[2J" in text
    assert r"\n" not in text
    for shown in ("医疗x医保 1, no label 1", "2021 1, no date 1", FULL["letter"]["subject"], "2021-07-29"):
        assert shown in text


def test_filters_pages_and_counts(archive: Path) -> None:
    done = run(archive, "异地就医", "--label", "医疗x医保", "--year", "2020-2021", "--kind", "reply")
    assert [json.loads(line)["label"] for line in done.stdout.splitlines()] == ["医疗x医保"]
    assert run(archive, "异地就医", "--year", "-2020").stderr.startswith("nhsa-nlp: nothing found")
    done = run(archive, "--policy", "国办发〔2021〕14号", "--issuer", "国家医保局")
    assert [json.loads(line)["match"] for line in done.stdout.splitlines()] == [""]
    pages = [run(archive, "异地就医", "-n", 1, "--page", page).stdout for page in (1, 2)]
    assert sorted(json.loads(page)["label"] or "" for page in pages) == ["", "医疗x医保"]
    assert "nothing on page 3: 2 documents" in run(archive, "异地就医", "-n", 1, "--page", 3).stderr
    assert json.loads(run(archive, "异地就医", "--counts").stdout) == {
        "documents": 2,
        "labels": {"医疗x医保": 1},
        "years": {"2021": 1},
        "without_label": 1,
        "without_date": 1,
    }
    assert "1–1 shown" in on_a_terminal([*COMMAND, str(archive), "异地就医", "-n", "1"])


def test_what_is_found_is_written_to_a_file(archive: Path, tmp_path: Path) -> None:
    output = tmp_path / "x.jsonl"
    done = run(archive, "异地就医", "--output", output)
    assert (done.returncode, done.stderr) == (0, f"nhsa-nlp: wrote {output}: 2 documents, 2 written\n")
    assert len(output.read_text("utf-8").splitlines()) == 2
    done = run(archive, "异地就医", "--output", output, "--page", 2)
    assert done.stderr == f"nhsa-nlp: wrote {output}: 2 documents, 0 written\n"


def test_large_numbers_have_separators(tmp_path: Path) -> None:
    archive, output = tmp_path / "a.sqlite", tmp_path / "x.csv"
    records: Any = [{**BARE, "id": str(number)} for number in range(1_001)]
    WRITERS[".sqlite"](archive, records, texts=lambda _: "医保")
    assert run(archive, "医保", "--output", output).stderr.endswith(": 1,001 documents, 1,001 written\n")


def test_mistakes_are_one_line(archive: Path, tmp_path: Path) -> None:
    table = tmp_path / "t.tsv"
    table.write_text("text\tlabel\n看病\t医保\n", "utf-8")
    for args, words in [
        ((archive, "，"), "nothing to search for"),
        ((archive,), "nothing to search for"),
        ((archive, "医保", "--label", "医"), "it has: 医疗x医保"),
        ((archive, "医保", "--output", archive), "is one of the files to read"),
        ((tmp_path / "no.db", "医保"), "no such file"),
        ((table, "医保"), "t.tsv: is not an archive; name one that label --output FILE.sqlite wrote"),
    ]:
        done = run(*args)
        assert done.returncode == 2
        assert words in done.stderr
        assert done.stderr.count("\n") == 1


def test_years_that_are_none_are_refused(archive: Path) -> None:
    for years in ("20", "-", "2022-2019", "二〇二一", "2021-22"):
        done = run(archive, "医保", "--year", years)
        assert done.returncode == 2
        assert years in done.stderr
        assert "Traceback" not in done.stderr
    assert run(archive, "医保", "--counts", "--output", "x.csv").returncode == 2
