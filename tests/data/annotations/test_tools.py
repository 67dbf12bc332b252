"""What is written for doccano and Label Studio, field by field."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from nhsa_nlp.data.annotations.projects import write_project
from nhsa_nlp.data.annotations.tools import Task, Tool
from nhsa_nlp.data.annotations.topics import TopicGuess
from nhsa_nlp.data.entities import AnnotatedText, EntityAnnotation

ENTITIES = AnnotatedText("a", "医保《条例》", (EntityAnnotation(2, 6, "POLICY", "《条例》"),))
SURE, UNSURE, NONE = (
    TopicGuess("b", "医", "医保"),
    TopicGuess("c", "药", "医药", 0.5),
    TopicGuess("d", "文", None),
)


def tasks(path: Path, items: list[Any], predicted_by: str | None = None) -> list[dict[str, Any]]:
    write_project(path, Tool.LABEL_STUDIO, Task.TOPIC, items, [], predicted_by)
    return json.loads(path.read_text("utf-8"))  # type: ignore[no-any-return]


def test_doccano(tmp_path: Path) -> None:
    write_project(tmp_path / "a.jsonl", Tool.DOCCANO, Task.TOPIC, [ENTITIES, SURE, UNSURE, NONE], [])
    assert [json.loads(line) for line in (tmp_path / "a.jsonl").read_text("utf-8").splitlines()] == [
        {"id": "a", "text": "医保《条例》", "label": [[2, 6, "POLICY"]]},
        {"id": "b", "text": "医", "label": ["医保"]},
        {"id": "c", "text": "药", "label": ["医药"], "probability": 0.5},
        {"id": "d", "text": "文", "label": []},
    ]


def test_label_studio_takes_what_people_gave_as_annotations(tmp_path: Path) -> None:
    span, sure, none = tasks(tmp_path / "a.json", [ENTITIES, SURE, NONE])
    common = {"from_name": "label", "to_name": "text"}
    value = {"start": 2, "end": 6, "text": "《条例》", "labels": ["POLICY"]}
    assert span["data"] == {"id": "a", "text": "医保《条例》"}
    assert span["annotations"] == [
        {"result": [{"id": "entity-0", **common, "type": "labels", "value": value}]}
    ]
    (result,) = sure["annotations"][0]["result"]
    assert result == {"id": "topic", **common, "type": "choices", "value": {"choices": ["医保"]}}
    assert none == {"data": {"id": "d", "text": "文"}}


def test_label_studio_takes_what_a_model_gave_as_predictions(tmp_path: Path) -> None:
    span, sure, unsure, none = tasks(tmp_path / "a.json", [ENTITIES, SURE, UNSURE, NONE], "m 1")
    for task, score in ((span, None), (sure, None), (unsure, 0.5)):
        (prediction,) = task["predictions"]
        assert prediction["model_version"] == "m 1"
        assert prediction.get("score") == score
        assert "annotations" not in task
    assert "predictions" not in none


def test_a_text_without_entities_is_annotated_all_the_same(tmp_path: Path) -> None:
    (task,) = tasks(tmp_path / "a.json", [AnnotatedText("a", "医", ())])
    assert task["annotations"] == [{"result": []}]


@pytest.mark.parametrize(("task", "tag"), [(Task.TOPIC, "Choice"), (Task.ENTITIES, "Label")])
def test_the_interface_offers_the_labels(tmp_path: Path, task: Task, tag: str) -> None:
    labels = ["医保", 'a"<b&c', *map(str, range(9))]
    write_project(tmp_path / "a.json", Tool.LABEL_STUDIO, task, [], labels)
    view = ElementTree.parse(tmp_path / "a.xml").getroot()  # noqa: S314 - our own
    assert [item.get("value") for item in view.iter(tag)] == labels
    (control,) = view.iter(f"{tag}s")
    (text,) = view.iter("Text")
    assert (control.get("name"), control.get("toName")) == ("label", text.get("name")) == ("label", "text")
    assert text.get("granularity") == "symbol"


def test_tools_import_their_suffix() -> None:
    assert {tool.value: tool.suffix for tool in Tool} == {"doccano": ".jsonl", "label-studio": ".json"}
