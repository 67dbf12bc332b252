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
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (0, f"nhsa-nlp: wrote {bundle}"), (
        result.stderr
    )
    assert re.fullmatch(
        r"cross-validation: exact label 0\.\d{3}, sectors 0\.\d{3}, macro-F1 0\.\d{3}",
        result.stdout.splitlines()[0],
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


def test_several_sources_are_for_the_topic_only(tmp_path: Path) -> None:
    two = ("--data", tmp_path / "a.csv", "--data", tmp_path / "b.csv", "--output", tmp_path / "bundle")
    refused = train("entities", *two)
    assert (refused.exit_code, "only the topic takes several" in refused.stderr) == (2, True)
    refused = train("topic", *two, "--weight", "1", "--weight", "2", "--weight", "3")
    assert (refused.exit_code, "give one for each --data" in refused.stderr) == (2, True)
    assert train("topic", *two, "--weight", "-1").exit_code == 2


@pytest.mark.slow
def test_sources_of_ones_own_are_mixed(tmp_path: Path) -> None:
    lines = (TRAINING_DATA / "replies.tsv").read_text("utf-8").splitlines()[:40]
    replies = [
        {"title": "", "text": t, "label": a, "genre": "reply"} for a, t in (x.split("\t") for x in lines)
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(json.dumps(reply) for reply in replies) + "\n", "utf-8")
    lines = (TRAINING_DATA / "proposals.jsonl").read_text("utf-8").splitlines(keepends=True)
    (tmp_path / "b.jsonl").write_text("".join(lines[::12]), "utf-8")
    bundle = tmp_path / "bundle"
    sources = (
        "--data",
        tmp_path / "a.jsonl",
        "--data",
        tmp_path / "b.jsonl",
        "--weight",
        "1",
        "--weight",
        "0.5",
    )
    result = train("topic", *sources, "--output", bundle)
    assert result.exit_code == 0, result.stderr
    assert "  proposal: exact label 0." in result.stdout
    assert "  reply: exact label 0." in result.stdout
    (tmp_path / "in.txt").write_text("村里买不到降压药，卫生院又不进货，请管一管", "utf-8")
    labelled = CliRunner().invoke(app, ["label", str(tmp_path / "in.txt"), "--bundle", str(bundle)])
    topic = json.loads(labelled.stdout)["topic"]
    assert "医药" in topic["label"]
    assert {item["facet"] for item in topic["evidence"] if item["weight"] > 0} >= {"医药"}


@pytest.mark.parametrize("command", [["train", "topic", "-o", "m"], ["evaluate", "topic"]])
def test_outside_the_project_the_data_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 2
    assert result.stderr == (
        "nhsa-nlp: error: training/data: there is no such folder here; name the data with --data\n"
    )
