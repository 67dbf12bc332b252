from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from nhsa_nlp.checks import InvalidItemError
from nhsa_nlp.data.annotations.items import (
    check_item,
    identifier_of,
    json_items,
    label_studio_results,
    read_texts,
    with_text,
)
from nhsa_nlp.data.entities import AnnotatedText
from nhsa_nlp.errors import InputError


def test_lines_and_lists_give_their_objects_and_places(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"a": 1}\n{"a": 2}\n', "utf-8")
    assert list(json_items(path)) == [(1, "on line 1", {"a": 1}), (2, "on line 2", {"a": 2})]
    path.write_text('\ufeff [{"a": 1},\n 2]', "utf-8")
    assert list(json_items(path)) == [(None, "item 1", {"a": 1}), (None, "item 2", 2)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[]", "the list is empty"),
        ('[{"a": 1},\n {"a"', r"a\.json:2: not JSON"),
        ("[NaN]", "NaN is not a JSON number"),
        ("[" * 100_000, "not JSON"),
        ('{"a": 1}\nb\n', r"a\.json:2: not JSON"),
    ],
)
def test_what_is_not_json_is_refused(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "a.json").write_text(content, "utf-8")
    with pytest.raises(InputError, match=message):
        list(json_items(tmp_path / "a.json"))


def test_a_text_called_data_is_the_text() -> None:
    assert with_text({"data": "医", "id": 1}) == {"text": "医", "id": 1}
    for item in ({"data": {"text": "医"}}, {"data": "x", "text": "医"}, {"id": 1}):
        assert with_text(item) == item


@pytest.mark.parametrize(
    ("given", "id_"), [({"id": "a"}, "a"), ({"id": 7}, "7"), ({"id": None}, "n"), ({}, "n")]
)
def test_identifiers(given: dict[str, Any], id_: str) -> None:
    assert identifier_of(given, "n") == id_


@pytest.mark.parametrize("value", [True, 1.5, " ", [], {}])
def test_other_identifiers_are_refused(value: object) -> None:
    with pytest.raises(InvalidItemError, match="'id' must be a string or an integer"):
        identifier_of({"id": value}, "n")


def test_of_several_annotations_the_only_ground_truth_counts() -> None:
    one, two = {"result": [{"type": "a"}]}, {"result": [{"type": "b"}], "ground_truth": True}
    assert label_studio_results({"annotations": [one]}) == [{"type": "a"}]
    assert label_studio_results({"annotations": [one, two]}) == [{"type": "b"}]
    assert label_studio_results({"annotations": [{**one, "was_cancelled": True}]}) is None
    assert label_studio_results({"annotations": []}) is None
    for several in ([one, one], [two, two]):
        with pytest.raises(InvalidItemError, match="2 annotations of one task"):
            label_studio_results({"annotations": several})
    malformed: list[list[Any]] = [["a"], [{"result": ["a"]}], [{}]]
    for broken in malformed:
        with pytest.raises(InvalidItemError):
            label_studio_results({"annotations": broken})


def test_texts_are_whole() -> None:
    check_item("id", "医", "label")
    with pytest.raises(InvalidItemError, match="the text is empty"):
        check_item("id", " \n")
    for texts in (("\ud800", "a"), ("a", "b\udc00"), ("a", "b", "\ud800")):
        with pytest.raises(InvalidItemError, match="half a character"):
            check_item(*texts)


@pytest.mark.parametrize(
    ("line", "place", "message"),
    [
        (3, "on line 3", "f:3: {} was already on line 3"),
        (None, "item 2", "f: item 2: {} was already at item 2"),
    ],
)
def test_an_error_names_the_line_or_the_item(line: int | None, place: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_texts("f", [(line, place, None)] * 2, lambda *_: AnnotatedText("a", "医", ()))
    assert str(caught.value).startswith(message.format("the id 'a'"))


def test_what_nobody_annotated_is_counted() -> None:
    items = [(n, f"on line {n}", n) for n in (1, 2, 3)]
    found, left_out = read_texts(
        "f", items, lambda item, row, _: None if row else AnnotatedText(f"{item}", "医", ())
    )
    assert ([text.id for text in found], left_out) == (["1"], 2)
