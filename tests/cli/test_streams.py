"""The standard streams as cron, services and full disks leave them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_full_disk import record

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a shell of POSIX")
FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")


def shell(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the command as a shell does."""
    return subprocess.run(
        ["/bin/sh", "-c", f'"$0" -m nhsa_nlp {line}', sys.executable],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("--version >&-", "standard output cannot be written: it is closed; redirect it to a file"),
        ("--help >&-", "standard output cannot be written: it is closed; redirect it to a file"),
        ("policies r.jsonl >&-", "standard output: cannot be written: it is closed, after 0 lines;"),
        pytest.param("--version >/dev/full", "standard output cannot be written: No space left", marks=FULL),
        ("policies - <&-", "-: standard input is closed; name files or folders"),
        ("label - <&-", "-: standard input is closed; name files or folders"),
    ],
)
def test_a_stream_that_cannot_be_used_is_named_in_one_line(tmp_path: Path, line: str, error: str) -> None:
    (tmp_path / "r.jsonl").write_text(record(1), encoding="utf-8")
    done = shell(line, tmp_path)
    assert done.returncode == (1 if line.startswith(("label", "policies -")) else 2)
    assert done.stdout == ""
    assert done.stderr.startswith(f"nhsa-nlp: error: {error}")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("streams", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_that_are_not_needed_do_no_harm(tmp_path: Path, streams: str) -> None:
    (tmp_path / "r.jsonl").write_text(record(1) + "no record\n", encoding="utf-8")
    done = shell(f"policies r.jsonl -o out.csv {streams}", tmp_path)
    assert done.returncode == 1
    assert (tmp_path / "out.csv").read_text(encoding="utf-8-sig").count("\n") == 2
    assert done.stdout == ""
    said = done.stderr.splitlines()
    assert (
        said == []
        if "2>" in streams
        else ("r.jsonl:2" in said[0] and said[1:] == ["nhsa-nlp: wrote out.csv"])
    )


@pytest.mark.parametrize("target", ["&-", pytest.param("/dev/full", marks=FULL)])
def test_errors_that_nobody_can_see_still_set_the_exit_status(tmp_path: Path, target: str) -> None:
    assert shell(f"policies gone.jsonl 2>{target}", tmp_path).returncode == 2


@pytest.mark.slow
def test_a_run_needs_no_streams(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("医保基金监管", encoding="utf-8")
    assert shell("label a.txt -o out.jsonl <&- >&- 2>&-", tmp_path).returncode == 0
    assert (tmp_path / "out.jsonl").read_text("utf-8").count("\n") == 1
