from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from nhsa_nlp.batch.ray_precedents import PrecedentActor, fingerprint
from nhsa_nlp.io.store.growing import open_growing
from tests.io.writers.records import BARE
from tests.paths import ROOT

MATTERS = ("跨省异地就医直接结算", "长期护理保险试点", "药品集中带量采购", "医保基金监管，打击骗保")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return write(tmp_path / "archive.sqlite")


def write(path: Path) -> Path:
    with open_growing(path, new=True) as archive:
        for n in range(12):
            text = f"关于{MATTERS[n % 4]}，第{n}件。" + f"推进{MATTERS[n % 3]}。" * n
            archive.add({**BARE, "id": f"d{n}"}, text=text)
    return path


@pytest.mark.slow
def test_a_ray_cluster_finds_what_this_machine_finds(tmp_path: Path, archive: Path) -> None:
    if find_spec("ray") is None:
        pytest.fail('this test needs Ray: pip install -e ".[test]"')
    proposals = tmp_path / "proposals.jsonl"
    rows = [
        {"id": f"P{n}", "title": MATTERS[n % 4], "text": f"看病垫钱，护工太贵{n}。" * n} for n in range(70)
    ]
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    lines[50] = "{"
    proposals.write_text("\n".join(lines), "utf-8")
    parts = write(tmp_path / "archive.parquet")
    written = []
    for engine, path in (("local", archive), ("ray", archive), ("ray", parts)):
        output = tmp_path / f"{engine}{path.suffix}.jsonl"
        arguments = [path, proposals, "-n", 3, "--output", output, "--engine", engine, "--workers", 2]
        done = subprocess.run(
            [sys.executable, "-m", "nhsa_nlp", "precedents", *map(str, arguments)],
            capture_output=True,
            encoding="utf-8",
            timeout=300,
            cwd=ROOT,
            check=False,
        )
        assert done.returncode == 1
        refused, told = done.stderr.splitlines()
        assert refused.startswith(f"nhsa-nlp: error: {proposals}:51: is not JSON")
        assert told == f"nhsa-nlp: wrote {output}"
        written.append(output.read_bytes())
    assert written[0] == written[1] == written[2]
    assert written[0].count(b"\n") == 69


def test_parts_are_told_from_others_by_all_their_files(tmp_path: Path) -> None:
    archive = write(tmp_path / "archive.parquet")
    known = fingerprint(str(archive))
    (part,) = archive.glob("*.parquet")
    part.write_bytes(part.read_bytes()[:-1] + b"x")
    assert "another archive of this name" in str(
        PrecedentActor(str(archive), known, 2).find([("医保", None)])
    )


def test_an_actor_refuses_another_archive(tmp_path: Path, archive: Path) -> None:
    known = fingerprint(str(archive))
    found = PrecedentActor(str(archive), known, 2).find([("关于长期护理保险", None)])
    assert isinstance(found, list)
    assert len(found[0]["precedents"]) == 2
    other = tmp_path / "other.sqlite"
    other.write_bytes(archive.read_bytes()[:-1] + b"x")
    assert "another archive of this name" in str(PrecedentActor(str(other), known, 2).find([("医保", None)]))
    gone = str(tmp_path / "gone.sqlite")
    assert "gone.sqlite: cannot be read" in str(PrecedentActor(gone, known, 2).find([("医保", None)]))
