"""The loaders take good data whole and refuse bad data with file, line and remedy."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nhsa_nlp.data.corpus import LabelledText, read_replies, read_segmented, reply_id
from nhsa_nlp.data.entities import AnnotatedText, EntityAnnotation, read_entities
from nhsa_nlp.errors import InputError
from tests.paths import TRAINING_DATA

LABELS = ("医保", "医疗", "医药", "医疗x医保", "医保x医药", "医疗x医药", "三联动")
TEXT = "按照《条例》（国令第735号），报销比例为50%至60%，共10个。"
GOOD: dict[str, Any] = {
    "id": "reply-000",
    "entities": [
        {"start": 2, "end": 6, "label": "POLICY", "text": "《条例》", "alias": True, "ref": ""},
        {"start": 7, "end": 14, "label": "DOC_NO", "text": "国令第735号"},
        {
            "start": 21,
            "end": 28,
            "label": "QUANTITY",
            "text": "50%至60%",
            "value": [50, 60],
            "unit": "%",
            "op": "range",
        },
        {
            "start": 30,
            "end": 33,
            "label": "QUANTITY",
            "text": "10个",
            "value": 10,
            "unit": "个",
            "op": "eq",
        },
    ],
}


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "data.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def entities(folder: Path, record: object, texts: dict[str, str] | None = None) -> list[AnnotatedText]:
    line = record if isinstance(record, str) else json.dumps(record)
    return read_entities(write(folder, line + "\n"), {"reply-000": TEXT} if texts is None else texts)


def changed(index: int, **fields: object) -> dict[str, Any]:
    """Return the good record with fields of one entity replaced, or dropped where ``...`` is given."""
    record: dict[str, Any] = json.loads(json.dumps(GOOD))
    entity = record["entities"][index]
    for name, value in fields.items():
        if value is ...:
            del entity[name]
        else:
            entity[name] = value
    return record


# --- replies


def test_replies_keep_the_text_after_the_first_tab_untouched(tmp_path: Path) -> None:
    path = write(tmp_path, "医保\t 甲\t乙\u2028丙\r丁 \n三联动\t戊")
    assert read_replies(path, LABELS) == [
        LabelledText("reply-000", "医保", " 甲\t乙\u2028丙\r丁 ", 1),
        LabelledText("reply-001", "三联动", "戊", 2),
    ]


def test_replies_tolerate_byte_order_mark_and_windows_line_ends(tmp_path: Path) -> None:
    path = write(tmp_path, b"\xef\xbb\xbf" + "医保\t甲\r\n医疗\t乙\r\n".encode())
    assert [(r.label, r.text) for r in read_replies(path, LABELS)] == [("医保", "甲"), ("医疗", "乙")]


def test_reply_ids_have_at_least_three_digits() -> None:
    assert (reply_id(7), reply_id(1234)) == ("reply-007", "reply-1234")


def test_any_label_is_taken_when_none_are_given(tmp_path: Path) -> None:
    assert read_replies(write(tmp_path, "其他\t甲\n"))[0].label == "其他"


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("", None, ["empty"]),
        ("\ufeff", None, ["empty"]),
        ("医保\t甲\n\n医保\t乙\n", 2, ["empty", "delete"]),
        ("医保\t甲\n医保 乙\n", 2, ["no tab", "医保 乙"]),
        ("医保\t甲\n\t乙\n", 2, ["no label"]),
        ("医保\t甲\n医保\t \n", 2, ["no text", "医保"]),
        ("医保\t甲\n医疗×医保\t乙\n", 2, ["unknown label '医疗×医保'", "did you mean '医疗x医保'", "三联动"]),
        ("label\ttext\n医保\t甲\n", 1, ["unknown label 'label'", "no header line"]),
    ],
)
def test_bad_replies_are_refused(tmp_path: Path, content: str, line: int | None, words: list[str]) -> None:
    path = write(tmp_path, content)
    with pytest.raises(InputError) as caught:
        read_replies(path, LABELS)
    assert (caught.value.path, caught.value.line) == (str(path), line)
    message = str(caught.value)
    assert "\n" not in message
    assert all(word in message for word in words), message


@pytest.mark.parametrize(
    ("read", "good"),
    [
        (read_replies, "医保\t甲\n医保\t乙\n"),
        (read_segmented, "国家 医保局\n印发 。\n"),
        (
            lambda path: read_entities(path, {"a": "", "b": ""}),
            '{"id": "a", "entities": []}\n{"id": "b", "entities": []}\n',
        ),
    ],
)
def test_wrong_encoding_names_the_line_of_the_first_bad_byte(
    tmp_path: Path, read: Callable[[Path], object], good: str
) -> None:
    path = write(tmp_path, good.encode() + "医保\t丙\n".encode("gb18030"))
    with pytest.raises(InputError, match=r"0xb1 at position 3 .* save the file as UTF-8") as caught:
        read(path)
    assert caught.value.line == 3


def test_a_file_cut_within_a_character_is_called_cut_off(tmp_path: Path) -> None:
    path = write(tmp_path, "医保\t甲\n医保\t乙".encode()[:-1])
    with pytest.raises(InputError, match="cut off") as caught:
        read_replies(path)
    assert caught.value.line == 2


def test_folder_missing_file_and_bad_name_are_refused(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    for path, word in [
        (tmp_path, "this is a folder"),
        (tmp_path / "absent.tsv", "there is no such file"),
        (Path("a\0b"), "not a valid file name"),
        (loop, "the file cannot be read"),
    ]:
        for read in (read_replies, read_segmented, lambda p: read_entities(p, {})):
            with pytest.raises(InputError, match=word):
                read(path)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="permissions of POSIX")
def test_file_without_permission_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "医保\t甲\n")
    path.chmod(0)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)  # root may read everything
    try:
        with pytest.raises(InputError, match="permission"):
            read_replies(path)
    finally:
        os.seteuid(user)


def test_a_huge_line_is_refused_with_a_short_message(tmp_path: Path) -> None:
    path = write(tmp_path, "医保\t" + "保" * 4_000_000 + "\r\n" + "错" * 4_000_000 + "\t甲")
    with pytest.raises(InputError, match="unknown label") as caught:
        read_replies(path, LABELS)
    assert len(str(caught.value)) < 1000


# --- entities


def test_entities_are_read_with_all_their_fields(tmp_path: Path) -> None:
    (read,) = entities(tmp_path, GOOD)
    assert read.id == "reply-000"
    assert read.text == TEXT
    assert read.entities == (
        EntityAnnotation(2, 6, "POLICY", "《条例》", alias=True, ref=""),
        EntityAnnotation(7, 14, "DOC_NO", "国令第735号"),
        EntityAnnotation(21, 28, "QUANTITY", "50%至60%", value=(50, 60), unit="%", op="range"),
        EntityAnnotation(30, 33, "QUANTITY", "10个", value=10, unit="个", op="eq"),
    )


def test_entities_are_sorted_and_touching_ones_are_no_overlap(tmp_path: Path) -> None:
    record = changed(1, start=6, end=14, text="（国令第735号")
    record["entities"].reverse()
    assert [e.start for e in entities(tmp_path, record)[0].entities] == [2, 6, 21, 30]


def test_entities_tolerate_byte_order_mark_windows_line_ends_and_no_final_line_feed(tmp_path: Path) -> None:
    line = json.dumps(GOOD).encode()
    path = write(tmp_path, b"\xef\xbb\xbf" + line + b"\r\n" + line.replace(b"000", b"001"))
    assert [a.id for a in read_entities(path, {"reply-000": TEXT, "reply-001": TEXT})] == [
        "reply-000",
        "reply-001",
    ]


def test_null_value_of_an_indefinite_quantity_is_kept(tmp_path: Path) -> None:
    (read,) = entities(tmp_path, changed(3, value=None))
    assert read.entities[3].value is None


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ("{'id': 1}", ["not JSON", "column 2"]),
        ("hello", ["not JSON"]),
        ("[]", ["not a JSON object but a list"]),
        ("[" * 100_000, ["not JSON"]),
        ({"entities": []}, ["'id' is missing"]),
        ({"id": 7, "entities": []}, ["'id' must be a string, not 7"]),
        ({"id": "reply-000"}, ["'entities' is missing"]),
        ({"id": "reply-000", "entities": {}}, ["'entities' must be a list, not an object"]),
        ({"id": "reply-999", "entities": []}, ["no text has the id 'reply-999'"]),
        ({"id": "reply-000", "entities": ["《条例》"]}, ["entity 1", "JSON object", "《条例》"]),
        (changed(1, label="DOCNO"), ["entity 2", "unknown label 'DOCNO'", "POLICY, DOC_NO, QUANTITY"]),
        (changed(0, start=...), ["entity 1", "'start' is missing"]),
        (changed(0, start="2"), ["'start' must be an integer, not '2'"]),
        (changed(0, start=True), ["'start' must be an integer, not true"]),
        (changed(0, end=6.0), ["'end' must be an integer, not 6.0"]),
        (changed(0, text=None), ["'text' must be a string, not null"]),
        (changed(0, start=-1), ["-1 to 6", "within 0 to 34"]),
        (changed(0, end=35), ["2 to 35", "within 0 to 34"]),
        (changed(0, end=2, text=""), ["2 to 2"]),
        (changed(0, start=1, end=5), ["'《条例》'", "'照《条例'", "1 to 5"]),
        (changed(0, end=7), ["'《条例》'", "'《条例》（'"]),
        (changed(0, text="\ud800\n"), ["\\ud800\\n", "'《条例》'"]),
        (changed(0, alias=...), ["'alias' is missing"]),
        (changed(0, alias=1), ["'alias' must be true or false, not 1"]),
        (changed(0, ref=...), ["'ref' is missing"]),
        (changed(0, ref=None), ["'ref' must be the full title"]),
        (changed(0, alias=False, ref="条例"), ["alias false", "'条例'"]),
        (changed(2, value=...), ["entity 3", "'value' is missing"]),
        (changed(2, value=[50]), ["pair of numbers", "a list"]),
        (changed(2, value=[50, True]), ["pair of numbers", "a list"]),
        (changed(2, value=50), ["op 'range' needs a pair"]),
        (changed(3, value="10"), ["pair of numbers", "'10'"]),
        (changed(3, value=float("nan")), ["not JSON", "NaN"]),
        (json.dumps(changed(3, value=0.5)).replace("0.5", "1e999"), ["pair of numbers"]),
        (changed(3, unit=None), ["'unit' must be a string, not null"]),
        (changed(3, op="about"), ["unknown op 'about'", "approx"]),
        (changed(1, start=5, end=14, text="》（国令第735号"), ["《条例》", "》（国令第735号", "overlaps"]),
    ],
)
def test_bad_annotations_are_refused(tmp_path: Path, record: object, words: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        entities(tmp_path, record)
    message = str(caught.value)
    assert caught.value.path == str(tmp_path / "data.txt")
    assert caught.value.line == 1
    assert message.isprintable()
    assert len(message) < 500
    assert all(word in message for word in words), message


def test_an_id_given_twice_is_refused_with_both_lines(tmp_path: Path) -> None:
    line = json.dumps(GOOD) + "\n"
    with pytest.raises(InputError, match="already on line 1") as caught:
        read_entities(write(tmp_path, line + line), {"reply-000": TEXT})
    assert caught.value.line == 2


def test_a_truncated_last_line_is_called_cut_off(tmp_path: Path) -> None:
    line = json.dumps(GOOD)
    texts = {"reply-000": TEXT, "reply-001": TEXT}
    second = line.replace("000", "001")
    for length in range(1, len(second)):
        with pytest.raises(InputError, match="cut off") as caught:
            read_entities(write(tmp_path, f"{line}\n{second[:length]}"), texts)
        assert caught.value.line == 2


@pytest.mark.parametrize(("content", "word"), [("", "empty"), ("\n", "empty"), ("\ufeff", "empty")])
def test_empty_entity_files_are_refused(tmp_path: Path, content: str, word: str) -> None:
    with pytest.raises(InputError, match=word):
        read_entities(write(tmp_path, content), {})


# --- segmented sentences


def test_segmented_words_are_split_at_spaces_and_blank_lines_skipped(tmp_path: Path) -> None:
    path = write(tmp_path, "\ufeff国家 医保局  印发\r\n\r\n《办法》 。\n")
    assert read_segmented(path) == [["国家", "医保局", "印发"], ["《办法》", "。"]]


@pytest.mark.parametrize("content", ["", "\ufeff", "\n \n"])
def test_segmented_files_without_words_are_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(InputError, match=r"empty|no words"):
        read_segmented(write(tmp_path, content))


# --- the data of this repository


def test_the_training_data_loads_whole() -> None:
    replies = read_replies(TRAINING_DATA / "replies.tsv", LABELS)
    assert Counter(reply.label for reply in replies) == {
        "医保": 37,
        "医疗x医保": 36,
        "医保x医药": 25,
        "三联动": 21,
        "医疗": 6,
        "医药": 1,
    }
    annotated = read_entities(TRAINING_DATA / "entities.jsonl", {reply.id: reply.text for reply in replies})
    assert len(annotated) == 102
    assert Counter(e.label for a in annotated for e in a.entities) == {
        "POLICY": 463,
        "DOC_NO": 89,
        "QUANTITY": 940,
    }
    assert all(a.text[e.start : e.end] == e.text for a in annotated for e in a.entities)


def test_no_segmented_word_crosses_the_border_of_an_annotated_entity() -> None:
    sentences = read_segmented(TRAINING_DATA / "segmented.txt")
    replies = {r.id: r.text for r in read_replies(TRAINING_DATA / "replies.tsv", LABELS)}
    joined = "".join(word for sentence in sentences for word in sentence)
    borders = {0}
    position = 0
    for sentence in sentences:
        for word in sentence:
            position += len(word)
            borders.add(position)
    start = 0
    for annotated in read_entities(TRAINING_DATA / "entities.jsonl", replies):
        text = "".join(annotated.text.split())
        found = joined.find(text, start)
        assert found >= 0, annotated.id
        start = found + len(text)
        for entity in annotated.entities:
            before = len("".join(annotated.text[: entity.start].split()))
            inside = len("".join(entity.text.split()))
            assert {found + before, found + before + inside} <= borders, (annotated.id, entity)
