from __future__ import annotations

from pathlib import Path

from nhsa_nlp.cli.reports.entities import format_entities_report
from nhsa_nlp.evaluation.entities import evaluate_entities
from tests.paths import TRAINING_DATA


def test_each_label_is_a_line_of_its_variant(tmp_path: Path) -> None:
    (tmp_path / "replies.tsv").write_bytes((TRAINING_DATA / "replies.tsv").read_bytes())
    lines = (TRAINING_DATA / "entities.jsonl").read_text("utf-8").splitlines()[:4]
    (tmp_path / "entities.jsonl").write_text("".join(f"{line}\n" for line in lines), "utf-8")
    report = evaluate_entities(tmp_path, folds=2)
    shown = format_entities_report(report).splitlines()
    assert shown[0].startswith("4 documents")
    (quantities,) = [line for line in shown if line.startswith("grammar   QUANTITY")]
    assert f"{report['variants']['grammar']['QUANTITY']['f1']:.3f}" in quantities
    assert any("value, unit and op right" in line for line in shown)
