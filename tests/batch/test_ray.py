from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from nhsa_nlp.batch import Job, run
from tests.batch import faults
from tests.batch.ray_session import Silent
from tests.paths import ROOT


@pytest.mark.slow
def test_a_ray_cluster_gives_what_this_machine_gives(tmp_path: Path) -> None:
    if find_spec("ray") is None:
        pytest.fail('this test needs Ray: pip install -e ".[test]"')
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(60):
        (folder / f"{number:02}.txt").write_text(f"第{number}件", encoding="utf-8")
    (folder / "03.txt").write_bytes(b"\0")
    (folder / "44.txt").write_text(faults.RAISE, encoding="utf-8")
    (folder / "10.md").write_text("同名", encoding="utf-8")
    here, there = tmp_path / "here.jsonl", tmp_path / "there.jsonl"
    run(Job([str(folder)], loader="tests.batch.faults:load"), [here], Silent())
    session = subprocess.run(
        [sys.executable, "-m", "tests.batch.ray_session", str(folder), str(there)],
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        cwd=ROOT,
    )
    assert session.stderr == ""
    assert session.stdout.splitlines() == [
        "59 {'unreadable': 1, 'error': 1}",
        "[(2021, True, None), (2022, False, 'has no text')]",
    ]
    assert there.read_bytes() == here.read_bytes()
    failed = (tmp_path / "there.jsonl.failed.jsonl").read_bytes()
    assert failed == (tmp_path / "here.jsonl.failed.jsonl").read_bytes()
