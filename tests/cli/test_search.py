from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from nhsa_nlp.io import WRITERS
from tests.cli.on_terminal import on_a_terminal
from tests.io.writers.records import BARE

COMMAND = [sys.executable, "-m", "nhsa_nlp.cli", "search"]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "archive.sqlite"
    texts = {"a": "跨省异地就医直接结算\x1b[2J", "b": "药品目录与异地就医"}
    WRITERS[".sqlite"](path, [{**BARE, "id": name} for name in texts], texts=texts.get)
    return path


def run(*args: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *map(str, args)], capture_output=True, encoding="utf-8", timeout=60, check=False
    )


def test_hits_go_to_a_pipe_as_json_lines(archive: Path) -> None:
    done = run(archive, "跨省", "结算")
    assert (done.returncode, done.stderr) == (0, "")
    (hit,) = map(json.loads, done.stdout.splitlines())
    assert (hit["id"], hit["match"], hit["start"], hit["end"]) == ("a", "跨省", 0, 2)
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
    assert r"\x1b[2J" in text


def test_mistakes_are_one_line(archive: Path, tmp_path: Path) -> None:
    for args, words in [
        ((archive, "，"), "nothing to search for"),
        ((tmp_path / "no.db", "医保"), "no such file"),
    ]:
        done = run(*args)
        assert done.returncode == 2
        assert words in done.stderr
        assert done.stderr.count("\n") == 1
