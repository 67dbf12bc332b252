from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from nhsa_nlp.cli.app import app
from nhsa_nlp.pipeline.bundle import default_bundle_path
from tests.paths import LETTERS, TRAINING_DATA


def train(*args: str | Path) -> Any:
    return CliRunner().invoke(app, ["train", *map(str, args)])


@pytest.mark.slow
def test_one_part_is_trained_into_a_bundle_that_labels(tmp_path: Path) -> None:
    bundle = shutil.copytree(default_bundle_path(), tmp_path / "bundle")
    lines = (TRAINING_DATA / "replies.tsv").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "replies.tsv").write_text("".join(lines[:40]), encoding="utf-8")
    result = train("topic", "--data", tmp_path, "--output", bundle, "--seed", "3")
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, f"wrote {bundle}"), result.stderr
    assert re.fullmatch(
        r"cross-validation: exact label 0\.\d{3}, sectors 0\.\d{3}, macro-F1 0\.\d{3}",
        result.stdout.splitlines()[1],
    )
    letter = LETTERS / "npc-13-4-2020.txt"
    labelled = CliRunner().invoke(app, ["label", str(letter), "--bundle", str(bundle)])
    assert json.loads(labelled.stdout)["topic"]["label"], labelled.stderr


@pytest.mark.parametrize("part", ["topic", "entities", "segmenter", "all"])
def test_missing_data_is_one_line_and_the_bundle_stays(tmp_path: Path, part: str) -> None:
    bundle = shutil.copytree(default_bundle_path(), tmp_path / "bundle")
    before = (Path(bundle) / "manifest.json").read_bytes()
    (tmp_path / "data").mkdir()
    result = train(part, "--data", tmp_path / "data", "--output", bundle)
    assert result.exit_code == 2
    assert str(tmp_path / "data") in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert (Path(bundle) / "manifest.json").read_bytes() == before
