from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from nhsa_nlp.cli.app import app


def run(*args: object) -> Any:
    return CliRunner().invoke(app, [str(arg) for arg in args])


def studio(identifier: int, *results: dict[str, Any], **annotation: Any) -> dict[str, Any]:
    return {
        "id": identifier,
        "data": {"text": "国家医保局安排资金3亿元。"},
        "annotations": [{"result": list(results), **annotation}],
    }


SPAN = {"type": "labels", "value": {"start": 0, "end": 5, "text": "国家医保局", "labels": ["机构"]}}
CHOICE = {"type": "choices", "value": {"choices": ["待遇"]}}


def test_of_a_project_that_asks_for_both_the_task_says_which(tmp_path: Path) -> None:
    export = tmp_path / "export.json"
    export.write_text(json.dumps([studio(1, SPAN, CHOICE)]), "utf-8")
    topics, entities = tmp_path / "topics.tsv", tmp_path / "entities.jsonl"
    done = run("convert", export, "--task", "topic", "-o", topics)
    assert (done.exit_code, done.stderr) == (0, f"nhsa-nlp: wrote {topics}: 1 text with a topic label\n")
    done = run("convert", export, "--task", "entities", "-o", entities)
    assert (done.exit_code, done.stderr) == (0, f"nhsa-nlp: wrote {entities}: 1 text with 1 entity\n")


def test_skipped_tasks_are_left_out_and_counted(tmp_path: Path) -> None:
    export, own = tmp_path / "export.json", tmp_path / "own.jsonl"
    export.write_text(json.dumps([studio(1, SPAN), studio(2, was_cancelled=True)]), "utf-8")
    done = run("convert", export, "-o", own)
    expected = f"nhsa-nlp: wrote {own}: 1 text with 1 entity, 1 without an annotation left out\n"
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", expected)
