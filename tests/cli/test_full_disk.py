"""What a command writes appears whole or not at all, also on a disk that is full."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from nhsa_nlp.cli.app import app
from nhsa_nlp.labelling.audit import Audit
from nhsa_nlp.labelling.corrections import write_corrections
from nhsa_nlp.pipeline.bundle import default_bundle_path
from tests.labelling.audits import headline
from tests.paths import LETTERS

resource = pytest.importorskip("resource")  # limits the size of files

ROOM = 1_000  # bytes that a file can have; each output is longer
COMMAND = [sys.executable, "-m", "nhsa_nlp"]
CASES = {
    "annotate": ("a.jsonl", "annotate letter.txt --for doccano --overwrite -o"),
    "annotate-entities": ("a.json", "annotate letter.txt --for label-studio --task entities --overwrite -o"),
    "audit": ("a.xlsx", "audit --data data.csv --repeats 1 --folds 2 -j 1 --overwrite -o"),
    "audit-page": ("a.html", "audit --data data.csv --repeats 1 --folds 2 -j 1 --overwrite --report"),
    "audit-apply": ("a.tsv", "audit --apply sheet.xlsx --overwrite -o"),
    "convert": ("a.csv", "convert data.jsonl --overwrite -o"),
    "convert-for-tool": ("a.json", "convert data.jsonl --for label-studio --overwrite -o"),
    "evaluate": ("a.json", "evaluate topic --data seven.csv --bundle default --overwrite -o"),
    "evaluate-page": ("a.html", "evaluate topic --data seven.csv --bundle default --overwrite --report"),
    "highlight": ("a.html", "highlight letter.txt --overwrite -o"),
    "label": ("a.xlsx", "label letter.txt --overwrite -j 1 -o"),
    "policies": ("a.csv", "policies records.jsonl --overwrite -o"),
    "policies-graph": ("a.graphml", "policies records.jsonl --overwrite -o"),
    "policies-objects": ("a.jsonl", "policies records.jsonl --overwrite -o"),
    "suggest": ("a.xlsx", "suggest letter.txt --overwrite -o"),
    "suggest-table": ("a.tsv", "suggest letter.txt --overwrite -o"),
    "suggest-for-tool": ("a.jsonl", "suggest letter.txt --for doccano --overwrite -o"),
    "train": ("bundle/CARD.md", "train topic --data data.csv --config fast.toml -j 1 -o"),
}


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory, audited: Audit) -> Path:
    folder = tmp_path_factory.mktemp("work")
    rows = [(kind, headline(kind, seed)) for seed in range(20) for kind in ("体育", "财经")]
    (folder / "data.csv").write_text(
        "label,text\n" + "".join(f"{label},{text}\n" for label, text in rows), "utf-8"
    )
    (folder / "data.jsonl").write_text(
        "".join(json.dumps({"text": text, "label": label}) + "\n" for label, text in rows), "utf-8"
    )
    (folder / "letter.txt").write_bytes((LETTERS / "npc-13-4-2020.txt").read_bytes())
    write_corrections(folder / "sheet.xlsx", audited)
    (folder / "seven.csv").write_text("label,text\n医保,异地就医结算\n医药,药品集中采购\n", "utf-8")
    (folder / "fast.toml").write_text("[topic]\ntrees = 2\n", "utf-8")
    (folder / "default").symlink_to(default_bundle_path())
    (folder / "records.jsonl").write_text("".join(record(number) for number in range(40)), "utf-8")
    shutil.copytree(default_bundle_path(), folder / "bundle")
    return folder


def record(number: int) -> str:
    title = f"关于第{number}项医疗保障工作的指导意见"
    policy = {
        "label": "POLICY",
        "start": 0,
        "end": 1,
        "text": "",
        "title": title,
        "alias": False,
        "ref": None,
    }
    topic = {"label": "医保"}
    item = {"id": f"r{number}", "source": "", "sha256": "", "topic": topic, "entities": [policy]}
    return json.dumps(item) + "\n"


@contextmanager
def full_disk() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("case", CASES)
def test_a_full_disk_leaves_the_old_file_as_it_was(
    work: Path, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(work)
    name, command = CASES[case]
    output = work / name
    if output.parent == work:
        output.write_text("old", "utf-8")
    before = {path: path.is_file() and path.read_bytes() for path in work.rglob("*")}

    with full_disk():
        done = CliRunner().invoke(app, [*command.split(), output.relative_to(work).parts[0]])
    assert done.exit_code == 2, done.output
    assert "cannot be written" in done.stderr
    assert "File too large" in done.stderr
    kept = work / f".{name}.run"  # of "label", which goes on there
    shutil.rmtree(kept, ignore_errors=True)
    assert {path: path.is_file() and path.read_bytes() for path in work.rglob("*")} == before
    output.unlink()


@pytest.mark.parametrize("case", ["policies-graph", "policies"])
def test_standard_output_takes_what_a_file_does(work: Path, case: str) -> None:
    name, command = CASES[case]
    stdout = work / f"stdout{Path(name).suffix}"
    stdout.symlink_to("/dev/stdout")
    printed, written = (
        subprocess.run(
            [*COMMAND, *command.split(), output], cwd=work, capture_output=True, encoding="utf-8", check=True
        ).stdout
        for output in (stdout.name, name)
    )
    content = (work / name).read_text("utf-8")
    (work / name).unlink()
    stdout.unlink()
    assert content
    assert content in printed
    assert content not in written


@pytest.mark.parametrize("case", ["policies-objects", "policies"])
def test_a_pipe_takes_what_a_file_does(work: Path, case: str) -> None:
    name, command = CASES[case]
    pipe = work / name
    os.mkfifo(pipe)
    with subprocess.Popen([*COMMAND, *command.split(), name], cwd=work) as process:
        content = pipe.read_bytes()
    assert process.returncode == 0
    assert pipe.is_fifo()
    pipe.unlink()
    subprocess.run([*COMMAND, *command.split(), name], cwd=work, check=True)
    assert pipe.read_bytes() == content
    pipe.unlink()
