from __future__ import annotations

from typing import Any

from nhsa_nlp.cli.reports.difference import format_difference

FOUND: dict[str, Any] = {
    "identical": False,
    "manifest": {},
    "data": {},
    "settings": {"topic.label_smoothing": [0.4, 0.25]},
    "figures": {},
    "files": ["config.toml"],
    "predictions": {"texts": 1, "same_label": 1, "same_entities": 1, "changed": []},
}


def test_equal_bundles_are_one_line() -> None:
    assert format_difference({**FOUND, "identical": True}) == "the bundles are identical"


def test_what_differs_is_shown_part_by_part() -> None:
    assert format_difference(FOUND).splitlines() == [
        "settings",
        "  topic.label_smoothing: 0.4 -> 0.25",
        "files that differ: config.toml",
        "answers to 1 texts: 1 with the same label, 1 with the same entities",
    ]


def test_a_text_without_a_label_is_said_in_words() -> None:
    change = {"text": 0, "begins": "医保", "labels": ["医保", None]}
    said = {**FOUND["predictions"], "changed": [change]}
    assert "医保 -> none" in format_difference({**FOUND, "predictions": said})
