"""The figures of benchmarks/precedents.py, in its own measures."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from nhsa_nlp.archive.matching import PrecedentIndex
from tests.paths import ROOT


@pytest.mark.slow
def test_graded_proposals_find_their_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec = importlib.util.spec_from_file_location("precedents", ROOT / "benchmarks/precedents.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    script.build(tmp_path / "a.sqlite", script.archive_texts())
    with PrecedentIndex(tmp_path / "a.sqlite") as index:
        script.score(index)
    shown = [line.partition("[")[0].split() for line in capsys.readouterr().out.splitlines()]
    figures = {" ".join(name): float(figure) for *name, figure in shown}
    assert figures["nDCG@10"] >= 0.88
    assert figures["recall@10"] >= 0.92
    assert figures["passage hit@3"] >= 0.95
    assert figures["AUROC"] >= 0.9
