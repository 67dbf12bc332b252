"""Reading topic labels from exports of annotation tools."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from nhsa_nlp.data.annotations.topics import holds_topics, read_topics
from nhsa_nlp.errors import InputError

TEXT = "𠮷林省安排\n5亿元。"


def lines_of(*items: object) -> str:
    return "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items)


def write(folder: Path, content: str) -> Path:
    path = folder / "export"
    path.write_text(content, "utf-8")
    return path


def task(*choices: str, **fields: Any) -> dict[str, Any]:
    result = {
        "id": "x1",
        "from_name": "label",
        "to_name": "text",
        "type": "choices",
        "value": {"choices": list(choices)},
    }
    annotations = [{"id": 1, "result": [result] if choices else [], "was_cancelled": False}]
    return {"id": 12, "data": {"id": "a", "text": TEXT}, "annotations": annotations, **fields}


@pytest.mark.parametrize(
    "content",
    [
        lines_of({"id": "a", "text": TEXT, "label": "医疗x医保"}),
        lines_of({"id": "a", "text": TEXT, "label": ["医疗x医保"], "probability": 0.4, "Comments": []}),
        lines_of({"id": "a", "text": TEXT, "label": ["医保", "医疗"]}),
        lines_of({"id": "a", "text": TEXT, "labels": ["医疗x医保", "医疗x医保"]}),
        json.dumps([task("医疗x医保")], indent=2),
        json.dumps([task("医疗", "医保")]),
        json.dumps([{"id": "a", "text": TEXT, "label": "医疗x医保", "annotator": 1}]),
        json.dumps([{"id": "a", "text": TEXT, "label": {"choices": ["医保", "医疗"]}}]),
    ],
    ids=["own", "doccano", "doccano-facets", "old-doccano", "studio", "studio-facets", "min", "min-facets"],
)
def test_every_format_gives_the_same(tmp_path: Path, content: str) -> None:
    path = write(tmp_path, content)
    (found,), left_out = read_topics(path)
    assert (found.id, found.text, found.label, left_out) == ("a", TEXT, "医疗x医保", 0)
    assert holds_topics(path)


def test_what_nobody_has_labelled_is_counted(tmp_path: Path) -> None:
    doccano = lines_of({"id": 1, "text": "一", "label": []}, {"id": 2, "text": "二", "label": ["体育"]})
    found, left_out = read_topics(write(tmp_path, doccano))
    assert ([(item.id, item.label, item.line) for item in found], left_out) == ([("2", "体育", 2)], 1)
    skipped = task("体育", data={"id": "c", "text": "三"})
    skipped["annotations"][0]["was_cancelled"] = True
    tasks = [task(data={"id": "b", "text": "二"}), skipped, task("体育")]
    found, left_out = read_topics(write(tmp_path, json.dumps(tasks)))
    assert ([item.id for item in found], left_out) == (["a"], 2)
    with pytest.raises(InputError, match="no text has a label yet"):
        read_topics(write(tmp_path, json.dumps([task()])))


def test_of_several_annotations_the_ground_truth_counts(tmp_path: Path) -> None:
    both = task("体育")
    both["annotations"] += [{**task("财经")["annotations"][0], "ground_truth": True}]
    assert read_topics(write(tmp_path, json.dumps([both])))[0][0].label == "财经"
    both["annotations"][1]["ground_truth"] = False
    with pytest.raises(InputError, match="item 1: 2 annotations of one task"):
        read_topics(write(tmp_path, json.dumps([both])))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            lines_of({"text": TEXT, "label": ["体育", "财经"]}),
            r"export:1: 2 labels of one text \('体育', '财经'\)",
        ),
        (lines_of({"text": TEXT, "label": [[0, 2, "x"]]}), "a label of the whole text must be a string"),
        (lines_of({"text": TEXT, "label": 3}), "the label must be a string or a list"),
        (lines_of({"text": " ", "label": "a"}), "the text is empty"),
        (lines_of({"label": "a"}), "'text' is missing"),
        (lines_of({"id": 1, "text": "a", "label": "b"}) * 2, "export:2: the id '1' was already on line 1"),
        (lines_of({"text": "a", "label": "b"}, [1]), "export:2: not a JSON object"),
        (json.dumps([1]), "item 1: must be a JSON object"),
        (json.dumps([{"data": {"x": 1}, "annotations": []}]), "'text' is missing"),
        ('{"text": "a", "label": "b\\ud800"}', r"half a character \(\\ud800\)"),
        ("{", "cut off"),
        ("", "empty"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_topics(write(tmp_path, content))


def test_two_questions_in_one_task_are_refused(tmp_path: Path) -> None:
    two = task("体育")
    two["annotations"][0]["result"] *= 2
    with pytest.raises(InputError, match="2 choices in one annotation"):
        read_topics(write(tmp_path, json.dumps([two])))


@pytest.mark.parametrize(
    ("content", "topics"),
    [
        (lines_of({"text": "a", "label": []}, {"text": "b", "label": [[0, 1, "x"]]}), False),
        (lines_of({"text": "a", "label": []}, {"text": "b", "label": ["x"]}), True),
        (lines_of({"text": "a", "entities": []}), False),
        (json.dumps([task(), task("x")]), True),
        *(
            (json.dumps([{"data": {}, "annotations": [{"result": [{"type": kind}]}]}]), False)
            for kind in ("labels", "hypertextlabels", "paragraphlabels")
        ),
    ],
)
def test_topics_and_entities_are_told_apart(tmp_path: Path, content: str, topics: bool) -> None:
    assert holds_topics(write(tmp_path, content)) is topics
