"""Reading and writing annotated entities in the formats of annotation tools."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.tokens import Doc, DocBin

from nhsa_nlp.data.annotations.entities import read_annotations
from nhsa_nlp.data.annotations.projects import write_project
from nhsa_nlp.data.annotations.tools import Task, Tool
from nhsa_nlp.data.entities import AnnotatedText, EntityAnnotation
from nhsa_nlp.errors import InputError, OutputError

TEXT = "𠮷林省安排\n5亿元。"  # the first character is two UTF-16 units
SPANS = [(0, 3, "PLACE"), (6, 9, "MONEY")]
EXPECTED = AnnotatedText(
    "7", TEXT, (EntityAnnotation(0, 3, "PLACE", "𠮷林省"), EntityAnnotation(6, 9, "MONEY", "5亿元"))
)


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "data.bin"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def read(path: Path) -> list[AnnotatedText]:
    documents, left_out = read_annotations(path)
    assert left_out == 0
    return documents


def lines_of(*items: object) -> str:
    return "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items)


def task(spans: list[tuple[int, int, str]], **fields: Any) -> dict[str, Any]:
    results = [
        {"type": "labels", "value": {"start": start, "end": end, "labels": [label]}}
        for start, end, label in spans
    ]
    return {"id": 7, "data": {"text": TEXT}, "annotations": [{"result": results}], **fields}


def doc(words: list[str], spans: list[tuple[int, int, str]] | None) -> Doc:
    made = Doc(spacy.blank("xx").vocab, words=words, spaces=[False] * len(words))
    if spans is not None:
        found = [made.char_span(start, end, label=label) for start, end, label in spans]
        made.ents = [span for span in found if span is not None]
    return made


OWN = {"id": "7", "text": TEXT, "entities": [{"start": s, "end": e, "label": x} for s, e, x in SPANS]}
DOCCANO_OBJECTS = [{"id": 3, "start_offset": s, "end_offset": e, "label": x} for s, e, x in SPANS]


@pytest.mark.parametrize(
    "content",
    [
        lines_of(OWN),
        "\ufeff" + lines_of(OWN).replace("\n", "\r\n"),
        json.dumps([OWN], indent=2),
        lines_of({**OWN, "entities": OWN["entities"][::-1]}),
        lines_of({"id": 7, "text": TEXT, "label": SPANS, "Comments": []}),
        lines_of({"id": 7, "text": TEXT, "labels": SPANS}),
        lines_of({"id": 7, "text": TEXT, "entities": DOCCANO_OBJECTS, "relations": []}),
        json.dumps([task(SPANS)]),
        lines_of(task(SPANS)),
        json.dumps(
            [{"id": 7, "text": TEXT, "label": [{"start": s, "end": e, "labels": [x]} for s, e, x in SPANS]}]
        ),
    ],
    ids=[
        "own",
        "bom",
        "list",
        "unsorted",
        "doccano",
        "old-doccano",
        "objects",
        "studio",
        "studio-lines",
        "studio-min",
    ],
)
def test_each_format_gives_the_same_annotations(tmp_path: Path, content: str) -> None:
    assert read(write(tmp_path, content)) == [EXPECTED]


def test_a_doc_bin_gives_its_entities(tmp_path: Path) -> None:
    words = ["𠮷林", "省", "安排", "\n", "5亿", "元", "。"]
    binary = DocBin(docs=[doc(words, SPANS), doc(["无"], [])]).to_bytes()
    first, second = read(write(tmp_path, binary))
    assert (first.text, first.entities, first.id) == (TEXT, EXPECTED.entities, "text-000")
    assert (second.text, second.entities, second.id) == ("无", (), "text-001")


@pytest.mark.parametrize("level", [0, 1, 6, 9])
def test_a_doc_bin_is_told_at_any_compression(tmp_path: Path, level: int) -> None:
    binary = zlib.compress(zlib.decompress(DocBin(docs=[doc(["无"], [])]).to_bytes()), level)
    assert [document.text for document in read(write(tmp_path, binary))] == ["无"]


def test_our_own_fields_are_kept(tmp_path: Path) -> None:
    entities = [
        {"start": 0, "end": 4, "label": "POLICY", "text": "《办法》", "alias": True, "ref": "某办法"},
        {"start": 4, "end": 6, "label": "QUANTITY", "value": 2, "unit": "个", "op": "ge"},
    ]
    (found,) = read(write(tmp_path, lines_of({"text": "《办法》2个", "entities": entities})))
    assert found.id == "text-000"
    assert found.entities == (
        EntityAnnotation(0, 4, "POLICY", "《办法》", alias=True, ref="某办法"),
        EntityAnnotation(4, 6, "QUANTITY", "2个", value=2, unit="个", op="ge"),
    )


@pytest.mark.parametrize(("start", "end"), [(6, 9), (7, 10)], ids=["code points", "UTF-16 units"])
def test_label_studio_offsets_of_both_kinds_are_read(tmp_path: Path, start: int, end: int) -> None:
    studio = task([(start, end, "MONEY")])
    studio["annotations"][0]["result"][0]["value"]["text"] = "5亿元"
    assert read(write(tmp_path, json.dumps([studio])))[0].entities == EXPECTED.entities[1:]


def test_label_studio_line_breaks_in_an_entity_are_read(tmp_path: Path) -> None:
    studio = task([(3, 9, "ACT")])
    studio["annotations"][0]["result"][0]["value"]["text"] = "安排\\n5亿元"
    assert read(write(tmp_path, json.dumps([studio])))[0].entities[0].text == "安排\n5亿元"


def test_of_several_label_studio_annotations_the_ground_truth_counts(tmp_path: Path) -> None:
    studio = task([(0, 3, "PLACE")])
    studio["annotations"][0]["ground_truth"] = True
    studio["annotations"] += task(SPANS)["annotations"]
    assert read(write(tmp_path, json.dumps([studio])))[0].entities == EXPECTED.entities[:1]


def test_cancelled_label_studio_annotations_do_not_count(tmp_path: Path) -> None:
    studio = task(SPANS)
    studio["annotations"].insert(0, {"was_cancelled": True, "result": []})
    assert read(write(tmp_path, json.dumps([studio]))) == [EXPECTED]


def test_tasks_that_nobody_annotated_are_left_out_and_counted(tmp_path: Path) -> None:
    skipped = {"result": [], "was_cancelled": True}
    tasks = [task(SPANS), task([], id=8, annotations=[]), task([], id=9, annotations=[skipped])]
    assert read_annotations(write(tmp_path, json.dumps(tasks))) == ([EXPECTED], 2)


def test_an_empty_list_that_json_min_leaves_out_is_an_answer(tmp_path: Path) -> None:
    minimal = {"id": 7, "text": TEXT, "annotator": 1, "annotation_id": 3, "lead_time": 2.5}
    assert read(write(tmp_path, json.dumps([minimal]))) == [AnnotatedText("7", TEXT, ())]


def test_label_studio_relations_and_choices_are_left_out(tmp_path: Path) -> None:
    studio = task(SPANS)
    studio["annotations"][0]["result"] += [
        {"type": "relation", "from_id": "a", "to_id": "b"},
        {"type": "choices", "value": {"choices": ["医保"]}},
    ]
    assert read(write(tmp_path, json.dumps([studio]))) == [EXPECTED]


@pytest.mark.parametrize("tool", Tool)
def test_what_is_written_is_read_again(tmp_path: Path, tool: Tool) -> None:
    documents = [EXPECTED, AnnotatedText("letter-2", "无", ())]
    path, *_ = write_project(tmp_path / f"out{tool.suffix}", tool, Task.ENTITIES, documents, [])
    assert read(path) == documents


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        write_project(tmp_path / "missing" / "out.jsonl", Tool.DOCCANO, Task.ENTITIES, [EXPECTED], [])


def own(*entities: object, text: str = TEXT) -> str:
    return lines_of(
        {"id": "a", "text": text, "entities": []}, {"id": "b", "text": text, "entities": list(entities)}
    )


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("", None, ["empty"]),
        ("[]", None, ["list is empty"]),
        ('[{"text": ', 1, ["not JSON", "column"]),
        (lines_of(OWN) + '{"text": "a', 2, ["cut off"]),
        (lines_of(OWN, 3), 2, ["not a JSON object"]),
        (json.dumps([OWN, 3]), None, ["item 2", "not 3"]),
        (lines_of(OWN, OWN), 2, ["'7' was already on line 1"]),
        (json.dumps([OWN, OWN]), None, ["item 2", "already at item 1"]),
        (lines_of({"id": "reply-000", "entities": []}), 1, ['"text" is missing']),
        (lines_of({"content": "a", "tags": []}), 1, ["'content', 'tags'", "doccano", "Label Studio"]),
        (lines_of({"text": "a", "sentiment": 1}), 1, ["none of"]),
        (lines_of({"text": "a", "label": ["医保"]}), 1, ["entity 1", "[start, end, label]", "not an entity"]),
        (lines_of({"text": "a", "label": [[0, 1]]}), 1, ["entity 1", "not 2 values"]),
        (lines_of({"text": "a", "label": [[0, 1, 5]]}), 1, ["entity 1", "'label' must be a string"]),
        (lines_of({"text": "a", "label": [[0, True, "X"]]}), 1, ["'end' must be an integer"]),
        (lines_of({"text": "a", "label": [[0, 1, " "]]}), 1, ["label is empty"]),
        (lines_of({"text": "a", "label": "X"}), 1, ["'label' must be a list"]),
        (lines_of({"text": " ", "label": []}), 1, ["text is empty"]),
        (lines_of({"id": 1.5, "text": "a", "label": []}), 1, ["'id' must be"]),
        ('{"text": "a\\ud800", "label": []}\n', 1, ["half a character", "d800"]),
        (own({"start": 0, "end": 99, "label": "X"}), 2, ["entity 1", "within 0 to 10"]),
        (own({"start": -1, "end": 1, "label": "X"}), 2, ["-1 to 1"]),
        (own({"start": 0, "end": 2, "label": "X", "text": "林省"}), 2, ["'林省'", "'𠮷林'", "stands at"]),
        (own({"start": 0, "end": 3, "label": "X"}, {"start": 2, "end": 4, "label": "Y"}), 2, ["overlaps"]),
        (own({"start": 0, "end": 3, "label": "QUANTITY", "unit": "个", "op": "about"}), 2, ["unknown op"]),
        (json.dumps([task([(0, 30, "X")])]), None, ["item 1", "entity 1", "within"]),
        (json.dumps([task([], annotations=[])]), None, ["no task has an annotation"]),
        (json.dumps([task([], annotations=[{"result": []}] * 2)]), None, ["item 1", "ground truth"]),
        (json.dumps([task([], data={"letter": TEXT})]), None, ["item 1", "'text' is missing"]),
        (b"\xd2\xbd\xb1\xa3\n", 1, ["not UTF-8"]),
        (zlib.compress(b"no msgpack"), None, ["not a whole .spacy file"]),
        (DocBin(docs=[doc(["无"], [])]).to_bytes()[:-9], None, ["not a whole .spacy file"]),
        (DocBin(docs=[doc(["无"], [])], attrs=["ORTH"]).to_bytes(), None, ["document 1", "doc.ents"]),
        (DocBin(docs=[doc(["无"], []), doc(["甲"], None)]).to_bytes(), None, ["document 2", "doc.ents"]),
        (DocBin().to_bytes(), None, ["no documents"]),
    ],
)  # fmt: skip
def test_bad_files_are_refused(
    tmp_path: Path, content: str | bytes, line: int | None, words: list[str]
) -> None:
    path = write(tmp_path, content)
    with pytest.raises(InputError) as caught:
        read(path)
    assert (caught.value.path, caught.value.line) == (str(path), line)
    assert "\n" not in str(caught.value)
    for word in words:
        assert word in str(caught.value)


def test_html_offsets_are_refused(tmp_path: Path) -> None:
    studio = task(SPANS)
    studio["annotations"][0]["result"][0]["type"] = "hypertextlabels"
    with pytest.raises(InputError, match="plain text"):
        read(write(tmp_path, json.dumps([studio])))


def test_two_labels_on_one_span_are_refused(tmp_path: Path) -> None:
    studio = task(SPANS)
    studio["annotations"][0]["result"][1]["value"]["labels"].append("SUM")
    with pytest.raises(InputError, match="item 1: entity 2: must have one label, not 2"):
        read(write(tmp_path, json.dumps([studio])))


def test_a_file_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nhsa_nlp.data.annotations.entities._MAX_BINARY", 2**21)
    with pytest.raises(InputError, match="unpacks to more"):
        read(write(tmp_path, zlib.compress(bytes(2**23))))


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read(tmp_path / "missing.jsonl")
    with pytest.raises(InputError, match="folder"):
        read(tmp_path)
