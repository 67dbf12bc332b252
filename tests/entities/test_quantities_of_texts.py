"""Quantities of raw texts: every kind of `tests/resources/quantities.txt`, cleaning included."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from nhsa_nlp.entities.grammar import find_entities
from tests.paths import RESOURCES

MARK = re.compile(r"‹([^|‹›]+)\|([^|‹›]+)\|([^|‹›]*)\|([a-z]+)›")


def cases() -> list[tuple[str, str]]:
    """Return the kind and the marked text of each case."""
    found, kind = [], ""
    for line in (RESOURCES / "quantities.txt").read_text("utf-8").splitlines():
        if heading := re.fullmatch(r"\[([a-z_]+)\]", line):
            kind = heading[1]
        elif line and not line.startswith("#"):
            found.append((kind, line.replace("⏎", "\n")))
    return found


CASES = cases()


@pytest.mark.parametrize(("kind", "marked"), CASES, ids=[f"{kind}-{text}" for kind, text in CASES])
def test_quantities(kind: str, marked: str) -> None:
    text = MARK.sub(r"\1", marked)
    assert not set("‹›|") & set(text), "unbalanced marks"
    expected, removed = [], 0
    for mark in MARK.finditer(marked):
        start = mark.start() - removed
        removed += len(mark.group()) - len(mark[1])
        expected.append((start, mark[1], json.loads(mark[2]), mark[3], mark[4]))
    entities: list[Any] = [entity for entity in find_entities(text) if entity["label"] == "QUANTITY"]
    assert [(e["start"], e["text"], e["value"], e["unit"], e["op"]) for e in entities] == expected
