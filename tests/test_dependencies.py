"""Which module may import what is not everywhere."""

from __future__ import annotations

import re

from tests.paths import ROOT


def test_segmenters_are_imported_in_one_place() -> None:
    """Elsewhere a machine without rjieba could not use jieba in its place."""
    importing = re.compile(r"^\s*(?:import|from) r?jieba\b", re.MULTILINE)
    found = [path for path in (ROOT / "nhsa_nlp").rglob("*.py") if importing.search(path.read_text("utf-8"))]
    assert [path.name for path in found] == ["segmenters.py"]
