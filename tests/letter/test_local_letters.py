"""Complete letters as the sites of provincial, city and county offices show them; all names are invented."""

from __future__ import annotations

import json
from typing import Any

import pytest

from nhsa_nlp.letter import parse_letter
from tests.letter.letters import UNKNOWN, head, titles
from tests.paths import RESOURCES

LETTERS = [json.loads(line) for line in (RESOURCES / "local_letters.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("letter", LETTERS, ids=[letter["case"] for letter in LETTERS])
def test_local_letter(letter: dict[str, Any]) -> None:
    found = parse_letter(letter["text"])
    assert head(found) == UNKNOWN | letter["letter"]
    assert titles(found) == letter["titles"]
