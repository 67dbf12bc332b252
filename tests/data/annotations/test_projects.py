"""Projects for annotation tools, and the way back through what the tools make of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from spacy.language import Language

from nhsa_nlp.data.annotations.entities import read_annotations, write_annotations
from nhsa_nlp.data.annotations.projects import annotated, write_project
from nhsa_nlp.data.annotations.tools import Task, Tool
from nhsa_nlp.data.annotations.topics import TopicGuess, read_topics
from nhsa_nlp.data.entities import AnnotatedText
from nhsa_nlp.errors import OutputError
from nhsa_nlp.io import Document
from nhsa_nlp.pipeline import records

TEXT = "𠮷林省印发《𠮷林省医保条例》（国办发〔2021〕14号），\r\n安排5亿元。"


@pytest.fixture
def document(nlp: Language) -> AnnotatedText:
    return annotated(next(records(nlp, [Document("a/b", "a/b.txt", TEXT)])), TEXT)


def doccano_exports(path: Path) -> None:
    """Do what doccano does: number the texts anew, keep other fields, export them on top."""
    exported = []
    for number, line in enumerate(path.read_text("utf-8").splitlines()):
        item = json.loads(line)
        text, label = item.pop("text"), item.pop("label")
        exported.append({"id": 100 + number, "text": text, **item, "label": label, "Comments": []})
    path.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in exported), "utf-8")


def label_studio_exports(path: Path, choice: str | None = None) -> None:
    """Do what Label Studio does when somebody submits its predictions as they are, or with a choice."""
    tasks: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))
    for number, task in enumerate(tasks):
        (prediction,) = task["predictions"]
        result = [{**item, "origin": "prediction"} for item in prediction["result"]]
        if choice:
            result[0]["value"] = {"choices": [choice]}
        task["annotations"] = [{"id": number, "completed_by": 1, "was_cancelled": False, "result": result}]
        task["id"] = 900 + number
        task["predictions"] = [number]
    path.write_text(json.dumps(tasks, ensure_ascii=False), "utf-8")


def test_entities_come_back_from_doccano(tmp_path: Path, document: AnnotatedText) -> None:
    path = tmp_path / "project.jsonl"
    assert write_project(path, Tool.DOCCANO, Task.ENTITIES, [document], ["POLICY"]) == [path]
    doccano_exports(path)
    (found,), _ = read_annotations(path)
    assert (found.id, found.text) == ("a/b", TEXT)
    assert [(e.start, e.end, e.label) for e in found.entities] == [
        (e.start, e.end, e.label) for e in document.entities
    ]
    assert {e.label for e in found.entities} == {"POLICY", "DOC_NO", "QUANTITY"}


def test_entities_come_back_from_label_studio(tmp_path: Path, document: AnnotatedText) -> None:
    path = tmp_path / "project.json"
    written = write_project(
        path, Tool.LABEL_STUDIO, Task.ENTITIES, [document], ["POLICY", 'a"<b'], "default 1"
    )
    assert written == [path, tmp_path / "project.xml"]
    (task,) = json.loads(path.read_text("utf-8"))
    (prediction,) = task["predictions"]
    assert prediction["model_version"] == "default 1"
    points = list(TEXT)  # what JavaScript's [...text] gives: code points, as Label Studio counts
    for item in prediction["result"]:
        value = item["value"]
        assert "".join(points[value["start"] : value["end"]]) == value["text"]
    interface = ElementTree.parse(tmp_path / "project.xml").getroot()  # noqa: S314
    (control,) = interface.iter("Labels")
    (shown,) = interface.iter("Text")
    assert [label.get("value") for label in control.iter("Label")] == ["POLICY", 'a"<b']
    assert control.get("toName") == shown.get("name")
    assert shown.get("value") == "$text"
    assert {item["from_name"] for item in prediction["result"]} == {control.get("name")}
    label_studio_exports(path)
    (found,), _ = read_annotations(path)
    assert [(e.start, e.end, e.label, e.text) for e in found.entities] == [
        (e.start, e.end, e.label, e.text) for e in document.entities
    ]


def test_our_own_format_keeps_all_that_is_known(tmp_path: Path, document: AnnotatedText) -> None:
    path = tmp_path / "own.jsonl"
    write_annotations(path, [document])
    assert read_annotations(path) == ([document], 0)
    assert any(entity.value == 500_000_000 for entity in document.entities)


GUESSES = [TopicGuess("a/b", TEXT, "医保", 0.75), TopicGuess("c", "通知", None)]


def test_the_text_may_be_called_data_as_doccano_1_5_does(tmp_path: Path) -> None:
    path = tmp_path / "export.jsonl"
    path.write_text('{"id": 10, "data": "市医院缺药", "label": [[0, 3, "医院"]]}\n', "utf-8")
    (found,), _ = read_annotations(path)
    assert (found.id, found.text, found.entities[0].text) == ("10", "市医院缺药", "市医院")
    path.write_text('{"id": 10, "data": "市医院缺药", "label": ["医药"]}\n', "utf-8")
    assert [(item.text, item.label) for item in read_topics(path)[0]] == [("市医院缺药", "医药")]


def test_topics_come_back_from_doccano(tmp_path: Path) -> None:
    path = tmp_path / "project.jsonl"
    write_project(path, Tool.DOCCANO, Task.TOPIC, GUESSES, ["医保", "医疗"], "default 1")
    assert [json.loads(line)["label"] for line in path.read_text("utf-8").splitlines()] == [["医保"], []]
    doccano_exports(path)
    found, left_out = read_topics(path)
    assert ([(item.id, item.text, item.label) for item in found], left_out) == ([("a/b", TEXT, "医保")], 1)


def test_topics_come_back_from_label_studio(tmp_path: Path) -> None:
    path = tmp_path / "project.json"
    write_project(path, Tool.LABEL_STUDIO, Task.TOPIC, GUESSES[:1], ["医保", "医疗"], "default 1")
    (task,) = json.loads(path.read_text("utf-8"))
    assert task["predictions"][0]["score"] == 0.75
    assert task["predictions"][0]["result"][0]["value"] == {"choices": ["医保"]}
    interface = ElementTree.parse(tmp_path / "project.xml").getroot()  # noqa: S314
    (control,) = interface.iter("Choices")
    assert [choice.get("value") for choice in control] == ["医保", "医疗"]
    assert control.get("name") == task["predictions"][0]["result"][0]["from_name"]
    label_studio_exports(path, "医疗")
    ((found,), _) = read_topics(path)
    assert (found.id, found.text, found.label) == ("a/b", TEXT, "医疗")


def test_what_people_gave_is_no_prediction(tmp_path: Path) -> None:
    path = tmp_path / "project.json"
    write_project(path, Tool.LABEL_STUDIO, Task.TOPIC, GUESSES, ["医保"])
    labelled, unlabelled = json.loads(path.read_text("utf-8"))
    assert "predictions" not in labelled
    assert labelled["annotations"]
    assert set(unlabelled) == {"data"}


@pytest.mark.parametrize(("tool", "suffix"), [(Tool.DOCCANO, ".json"), (Tool.LABEL_STUDIO, ".jsonl")])
def test_the_suffix_must_be_what_the_tool_imports(tmp_path: Path, tool: Tool, suffix: str) -> None:
    with pytest.raises(OutputError, match=f"{tool.value} imports"):
        write_project(tmp_path / f"project{suffix}", tool, Task.TOPIC, GUESSES, ["医保"])
    assert not list(tmp_path.iterdir())
