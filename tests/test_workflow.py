"""The workflow of project.yml, run as a whole on a few documents in a copy of the checkout."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.paths import ROOT, TRAINING_DATA

REPLIES, ANNOTATED, SENTENCES = 16, 4, 30
SETTINGS = {
    "data": "small",
    "bundle": "bundle",
    "figures": "figures",
    "folds": "2",
    "repeats": "1",
    "ablation": "",
}


def weasel(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    overrides = [word for name, value in SETTINGS.items() for word in (f"--vars.{name}", value)]
    return subprocess.run(
        [sys.executable, "-m", "weasel", *arguments, *overrides],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checkout")
    (folder / "docs").mkdir()
    for name in ("project.yml", "docs/measurements.md", "docs/measurements.zh.md"):
        shutil.copy(ROOT / name, folder / name)
    for name in ("nhsa_nlp", "benchmarks"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "figures"))
    shutil.copytree(ROOT / "training/configs", folder / "training/configs")
    data, small = TRAINING_DATA, folder / "small"
    small.mkdir()
    for name, count in (
        ("replies.tsv", REPLIES),
        ("segmented.txt", SENTENCES),
        ("entities.jsonl", ANNOTATED),
    ):
        lines = (data / name).read_text("utf-8").splitlines(keepends=True)
        (small / name).write_text("".join(lines[:count]), "utf-8")
    return folder


@pytest.mark.slow
def test_the_whole_workflow(checkout: Path) -> None:
    done = weasel(checkout, "run", "all", ".")
    assert done.returncode == 0, done.stdout + done.stderr
    manifest = json.loads((checkout / "bundle/manifest.json").read_text("utf-8"))
    assert (manifest["counts"]["replies"], manifest["counts"]["annotated"]) == (REPLIES, ANNOTATED)
    assert (checkout / "bundle/CARD.md").read_text("utf-8") in done.stdout
    topic = json.loads((checkout / "figures/topic.json").read_text("utf-8"))
    assert (topic["documents"], topic["folds"], topic["repeats"]) == (REPLIES, 2, 1)
    assert "<svg" in (checkout / "figures/topic.html").read_text("utf-8")
    exact = f"{topic['plain']['exact']['mean']:.3f} ± {topic['plain']['exact']['std']:.3f}"
    for name in ("docs/measurements.md", "docs/measurements.zh.md"):
        assert exact in (checkout / name).read_text("utf-8")
        assert (checkout / name).read_text("utf-8") != (ROOT / name).read_text("utf-8")
    # What has not changed is not done again.
    again = weasel(checkout, "run", "all", ".")
    assert again.returncode == 0
    assert "Running command" not in again.stdout


def test_every_step_has_a_help_text_and_nothing_goes_outside() -> None:
    import srsly

    project = srsly.read_yaml(ROOT / "project.yml")
    steps = {step["name"]: step for step in project["commands"]}
    assert set(project["workflows"]["all"]) <= set(steps)
    for step in steps.values():
        assert step["help"]
        assert all(line.startswith("python ") for line in step["script"])
        assert not any(word in line for line in step["script"] for word in ("git ", "http", "curl", "pip "))
    assert "assets" not in project
