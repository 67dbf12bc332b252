"""What the system refuses to a command is one line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

resource = pytest.importorskip("resource")


def run(folder: Path, *args: str, limit: str = "", value: int = 0, before: str = "pass") -> str:
    """Run the command, perhaps with a limit; return its only line on standard error."""
    number = getattr(resource, limit, None)
    code = f"import sys; from nhsa_nlp.cli.app import main; {before}; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, *args],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
        preexec_fn=None if number is None else lambda: resource.setrlimit(number, (value, value)),
    )
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    return line


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text("医保", encoding="utf-8")
    (tmp_path / "t.csv").write_text("text\n医保\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("output", [(), ("-o", "out.jsonl")])
def test_too_few_open_files_are_told_before_the_work(folder: Path, output: tuple[str, ...]) -> None:
    line = run(folder, "label", "a.txt", "-j", "2", *output, limit="RLIMIT_NOFILE", value=14)
    assert line == (
        "nhsa-nlp: error: only 14 files may be open at once, a run with 2 --workers needs 72; "
        "allow them with: ulimit -n 72"
    )


@pytest.mark.parametrize("document", ["a.txt", "t.csv"])
def test_a_worker_that_cannot_be_executed_is_no_fault_of_a_document(folder: Path, document: str) -> None:
    line = run(folder, "label", document, "-o", "out.jsonl", before="sys.executable = '/gone/python'")
    assert line.startswith("nhsa-nlp: error: a worker process cannot be started: No such file or directory;")
    assert not (folder / "out.jsonl.failed.jsonl").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may have any number of processes")
@pytest.mark.parametrize("document", ["a.txt", "t.csv"])
def test_processes_that_the_system_refuses_are_no_fault_of_a_document(folder: Path, document: str) -> None:
    line = run(folder, "label", document, "-o", "out.jsonl", limit="RLIMIT_NPROC", value=1)
    assert line.startswith("nhsa-nlp: error: a worker process cannot be started: ")


@pytest.mark.parametrize(
    "args",
    [
        ("label", "locked/a.txt"),
        ("label", "a.txt", "-o", "locked/out.jsonl"),
        ("label", "a.txt", "--bundle", "locked/bundle"),
        ("highlight", "locked/a.txt"),
        ("suggest", "a.txt", "-o", "locked/out.xlsx"),
        ("evaluate", "topic", "--data", "locked/a.csv"),
    ],
)
def test_a_folder_that_may_not_be_searched_is_named(folder: Path, args: tuple[str, ...]) -> None:
    (folder / "locked").mkdir(mode=0o600)
    if os.access(f"{folder}/locked/.", os.F_OK):
        pytest.skip("this user may search any folder")
    line = run(folder, *args)
    assert line.startswith("nhsa-nlp: error: locked/")
    assert "ermission denied" in line


@pytest.mark.parametrize(
    "args",
    [
        ("label", "a.txt", "-o", "circle.jsonl"),
        ("label", ".", "-o", "circle.jsonl"),
        ("policies", "a.txt", "-o", "circle.jsonl"),
        ("suggest", "a.txt", "-o", "circle.jsonl"),
    ],
)
def test_links_in_a_circle_are_no_output(folder: Path, args: tuple[str, ...]) -> None:
    (folder / "circle.jsonl").symlink_to("b.jsonl")
    (folder / "b.jsonl").symlink_to("circle.jsonl")
    line = run(folder, *args)
    assert line.startswith("nhsa-nlp: error: circle.jsonl: cannot be written: Too many levels of symbolic")
    assert (folder / "circle.jsonl").is_symlink()
