"""Labelled proposals are read whole, or refused with the line and what to do."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from nhsa_nlp.data.corpus import LabelledText, are_proposals, read_proposals
from nhsa_nlp.errors import InputError
from nhsa_nlp.splits import near_duplicate_groups
from nhsa_nlp.topic.labels import LABELS
from tests.paths import TRAINING_DATA

FILES = ("proposals.jsonl", "proposals-test.jsonl", "letters-test.jsonl", "documents.jsonl")


def written(folder: Path, *items: Any) -> Path:
    path = folder / "own.jsonl"
    path.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items), "utf-8")
    return path


def test_title_and_text_are_one_text_and_null_is_a_scope(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        {"title": "药太贵", "text": "降价。", "label": "医药", "id": "p1", "group": "药价", "origin": "lay"},
        {"title": "停车难", "text": "", "label": None, "scope": "near_scope", "genre": "proposal"},
        {"title": "", "text": "修路。", "label": None},
    )
    assert are_proposals(path)
    assert read_proposals(path) == [
        LabelledText("p1", "医药", "药太贵\n降价。", 1, "", "药价", "lay"),
        LabelledText("text-001", "near_scope", "停车难", 2, "proposal"),
        LabelledText("text-002", "out_of_scope", "修路。", 3),
    ]


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ({"title": "", "text": " ", "label": "医保"}, "both title and text are empty"),
        ({"title": "a", "text": "b", "label": "医宝"}, "unknown label '医宝'; the labels are 医保"),
        ({"title": "a", "text": "b", "label": ""}, "or null for a text of no sector"),
        ({"title": "a", "text": "b"}, "or null for a text of no sector"),
        ({"title": "a", "text": "b", "label": None, "scope": "far"}, "it is out_of_scope or near_scope"),
        ({"title": "a", "text": 1, "label": "医保"}, "the field 'text' must be a string, not 1"),
        ({"title": "a", "text": "b", "label": "医保", "group": ["x"]}, "group is not a string"),
        (["title"], "not a JSON object"),
    ],
)
def test_what_cannot_be_used_is_refused(tmp_path: Path, item: Any, message: str) -> None:
    path = written(tmp_path, {"title": "a", "text": "b", "label": "医保"}, item)
    with pytest.raises(InputError, match=message) as refused:
        read_proposals(path)
    assert (refused.value.path, refused.value.line) == (str(path), 2)


def test_other_tables_are_not_taken_for_proposals(tmp_path: Path) -> None:
    assert not are_proposals(written(tmp_path, {"text": "b", "label": "医保"}))
    assert not are_proposals(TRAINING_DATA / "replies.tsv")


@pytest.mark.parametrize("name", FILES)
def test_our_own_are_as_the_data_card_says(name: str) -> None:
    items = read_proposals(TRAINING_DATA / name)
    assert len({item.id for item in items}) == len(items)
    assert all(item.group and item.origin for item in items)
    assert {item.genre for item in items} == {"document" if name == "documents.jsonl" else "proposal"}
    assert set(LABELS) < {item.label for item in items}


def test_proposals_are_many_and_balanced() -> None:
    items = read_proposals(TRAINING_DATA / "proposals.jsonl")
    counts = Counter(item.label for item in items)
    assert len(items) >= 1500
    assert min(counts[label] for label in LABELS) >= 130
    assert counts["near_scope"] >= 250
    titles = [item for item in items if item.origin == "title"]
    assert all("\n" not in item.text for item in titles)
    assert len(titles) >= len(items) / 5


def test_the_test_set_has_other_matters_and_no_near_duplicates_of_the_rest() -> None:
    train, test, letters, documents = (read_proposals(TRAINING_DATA / name) for name in FILES)
    assert len(test) >= 250
    assert not {item.group for item in test} & {item.group for item in train}
    assert len(letters) >= 1000
    everything = [*test, *train, *letters, *documents]
    assert len(set(near_duplicate_groups([item.text for item in everything]).tolist())) == len(everything)
