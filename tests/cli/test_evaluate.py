from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from nhsa_nlp.cli.app import app
from nhsa_nlp.extras import how_to_install
from tests.labelling.audits import headline
from tests.paths import TRAINING_DATA

REPLIES = TRAINING_DATA / "replies.tsv"


@pytest.mark.slow
def test_topic_figures_are_shown_and_written(tmp_path: Path) -> None:
    lines = REPLIES.read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "replies.tsv").write_text("".join(lines[:60]), encoding="utf-8")
    output = tmp_path / "metrics.json"
    result = CliRunner().invoke(
        app, ["evaluate", "topic", "--data", str(tmp_path), "--folds", "2", "--output", str(output)]
    )
    assert result.exit_code == 0, result.stderr
    assert "60 documents" in result.stdout
    figures = json.loads(output.read_text(encoding="utf-8"))
    assert (figures["documents"], figures["folds"], figures["repeats"]) == (60, 2, 1)


def test_the_figures_do_not_depend_on_the_number_of_jobs(tmp_path: Path) -> None:
    rows = [(kind, headline(kind, seed)) for seed in range(8) for kind in ("体育", "财经")]
    data = tmp_path / "data.tsv"
    data.write_text("".join(f"{label}\t{text}\n" for label, text in rows), "utf-8")
    outputs = []
    for jobs in ("1", "2"):
        output = tmp_path / f"{jobs}.json"
        command = ["evaluate", "topic", "--data", str(data), "--folds", "3", "--repeats", "2", "-j", jobs]
        result = CliRunner().invoke(app, [*command, "--output", str(output)])
        assert result.exit_code == 0, result.stderr
        outputs.append((result.stdout, output.read_bytes()))
    assert outputs[0] == outputs[1]
    assert CliRunner().invoke(app, ["evaluate", "topic", "--jobs", "0"]).exit_code == 2


@pytest.mark.slow
def test_comparison_and_report(tmp_path: Path) -> None:
    lines = REPLIES.read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "replies.tsv").write_text("".join(lines[:30]), encoding="utf-8")
    output, page = tmp_path / "metrics.json", tmp_path / "report.html"
    command = ["evaluate", "topic", "--data", str(tmp_path), "--folds", "2", "--compare"]
    result = CliRunner().invoke(app, [*command, "--report", str(page), "--output", str(output)])
    assert result.exit_code == 0, result.stderr
    assert "linear SVM" in result.stdout
    figures = json.loads(output.read_text(encoding="utf-8"))
    assert set(figures["compared"]) == {"plain", "grouped"}
    assert {"learning_curve", "subject_lines"} <= set(figures)
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_a_report_without_matplotlib_is_refused_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    command = ["evaluate", "topic", "--data", str(tmp_path), "--report", str(tmp_path / "r.html")]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 2
    assert how_to_install("report") in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("part", "option", "says"),
    [("entities", "--compare", "topic only"), ("topic", "--ablation", "entities only")],
)
def test_options_of_one_part_are_refused_for_the_other(part: str, option: str, says: str) -> None:
    result = CliRunner().invoke(app, ["evaluate", part, option])
    assert result.exit_code == 2
    assert option in result.stderr
    assert says in result.stderr


def test_a_report_of_entities_is_written(tmp_path: Path) -> None:
    rows = REPLIES.read_text(encoding="utf-8").splitlines(keepends=True)
    annotated = (REPLIES.parent / "entities.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "replies.tsv").write_text("".join(rows[:12]), encoding="utf-8")
    (tmp_path / "entities.jsonl").write_text("".join(annotated[:6]), encoding="utf-8")
    page = tmp_path / "report.html"
    command = ["evaluate", "entities", "--data", str(tmp_path), "--folds", "2", "--report", str(page)]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.stderr
    assert "QUANTITY" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("part", ["topic", "entities"])
def test_missing_data_is_one_line(tmp_path: Path, part: str) -> None:
    result = CliRunner().invoke(app, ["evaluate", part, "--data", str(tmp_path)])
    assert result.exit_code == 2
    assert result.stderr.startswith(f"nhsa-nlp: error: {tmp_path}/replies.tsv")
    assert len(result.stderr.splitlines()) == 1


def test_a_bad_row_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "replies.tsv").write_text("医保\t正文\n医报\t正文\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["evaluate", "topic", "--data", str(tmp_path)])
    assert result.exit_code == 2
    assert f"{tmp_path}/replies.tsv:2: " in result.stderr


def test_an_unwritable_output_is_found_out_before_the_work(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        app, ["evaluate", "topic", "--data", str(tmp_path), "--output", str(tmp_path / "no" / "m.json")]
    )
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr
