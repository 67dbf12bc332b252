"""The tables of the measurements come from files of figures."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.paths import ROOT

SCRIPT = ROOT / "benchmarks/measurement_tables.py"
SPREAD = {"mean": 0.5, "std": 0.25}
SPLIT = dict.fromkeys(("exact", "facets", "macro_f1", "confident_half"), SPREAD) | {"ece": 0.0625}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("measurements.md", "measurements.zh.md"):
        shutil.copy(ROOT / "docs" / name, tmp_path)
    methods = {
        "majority": {"exact": {"mean": 0.25}, "test": {"p": 0.0001}, "over_repeats": {"won": 3}},
        "linear SVM": {"exact": {"mean": 0.375}, "test": {"p": None}, "over_repeats": {"won": 2}},
        "another method": {"exact": {"mean": 0.3125}, "test": {"p": 0.04}, "over_repeats": {"won": 0}},
    }
    entity = {kind: {"f1": 0.75} for kind in ("POLICY", "DOC_NO", "QUANTITY")}
    files = {
        "topic": {"plain": SPLIT, "grouped": SPLIT, "compared": {"plain": methods, "grouped": methods}},
        "entities": {
            "variants": {
                "grammar": entity
                | {"values": {"right": 0.875}, "training_seconds": 0.0, "characters_per_second": 123_456},
                "ner": entity | {"training_seconds": 71.6, "characters_per_second": 60_600},
            }
        },
    }
    for name, content in files.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content))
    return tmp_path


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, SCRIPT, "--figures", folder, *options, "measurements.md", "measurements.zh.md"],
        cwd=folder,
        capture_output=True,
        text=True,
    )


def test_tables_are_written_from_the_figures(folder: Path) -> None:
    assert run(folder, "--check").returncode == 1
    assert run(folder).returncode == 0
    text = (folder / "measurements.md").read_text("utf-8")
    for line in (
        "| exact label | 0.500 ± 0.250 | 0.500 ± 0.250 |",
        "| expected calibration error | 0.062 | 0.062 |",
        "| this classifier | 0.500 / 0.500 | | |",
        "| linear SVM | 0.375 / 0.375 | – | 2 |",
        "| another method | 0.312 / 0.312 | 0.040 | 0 |",
        "| most frequent label | 0.250 / 0.250 | < 0.001 | 3 |",
        "| grammar (as shipped) | 0.750 | 0.750 | 0.750 | 0.875 | – | 123,000 |",
        "| `ner` alone | 0.750 | 0.750 | 0.750 | – | 72 s | 61,000 |",
    ):
        assert line in text.splitlines()
    assert "| 标签完全正确 | 0.500 ± 0.250 | 0.500 ± 0.250 |" in (folder / "measurements.zh.md").read_text(
        "utf-8"
    )
    assert run(folder, "--check").returncode == 0


def test_only_the_tables_change(folder: Path) -> None:
    def without_tables(text: str) -> list[str]:
        return [line for line in text.splitlines() if not line.startswith("|")]

    run(folder)
    for name in ("measurements.md", "measurements.zh.md"):
        old, new = (ROOT / "docs" / name).read_text("utf-8"), (folder / name).read_text("utf-8")
        assert without_tables(new) == without_tables(old)
        assert old.count("<!-- figures: ") == old.count("<!-- end of figures -->") == 3
