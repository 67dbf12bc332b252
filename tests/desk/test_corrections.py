from __future__ import annotations

import pytest

from nhsa_nlp.desk.corrections import ENTITY_LABELS, with_entity, without_entity
from nhsa_nlp.desk.decisions import Desk, RefusedError
from nhsa_nlp.desk.documents import find_document
from nhsa_nlp.desk.store import Store
from nhsa_nlp.errors import InputError
from tests.desk.desks import put

pytestmark = pytest.mark.usefixtures("chinese")

TEXT = "根据《医疗保障基金使用监督管理条例》（国办发〔2021〕14号）规定，住院费用报销比例达到80%，覆盖医共体。"


def place(words: str) -> tuple[int, int]:
    start = TEXT.index(words)
    return start, start + len(words)


def test_what_the_grammar_reads_is_kept_with_an_entity() -> None:
    policy, number, quantity = (
        with_entity([], TEXT, *place(words), label)[0]
        for words, label in (
            ("《医疗保障基金使用监督管理条例》", "POLICY"),
            ("国办发〔2021〕14号", "DOC_NO"),
            ("80%", "QUANTITY"),
        )
    )
    assert (policy["label"], policy["title"]) == ("POLICY", "医疗保障基金使用监督管理条例")  # type: ignore[typeddict-item]
    assert number["normalized"] == "国办发〔2021〕14号"  # type: ignore[typeddict-item]
    assert quantity["value"] == 0.8 or quantity["value"] == 80  # type: ignore[typeddict-item]
    for entity in (policy, number, quantity):
        assert TEXT[entity["start"] : entity["end"]] == entity["text"]


@pytest.mark.parametrize("label", ENTITY_LABELS)
def test_what_it_does_not_read_is_an_entity_all_the_same(label: str) -> None:
    (entity,) = with_entity([], TEXT, *place("医共体"), label)
    assert (entity["label"], entity["text"], (entity["start"], entity["end"])) == (
        label,
        "医共体",
        place("医共体"),
    )


def test_entities_that_overlap_make_way() -> None:
    first = with_entity([], TEXT, *place("《医疗保障基金"), "POLICY")
    second = with_entity(first, TEXT, *place("80%"), "QUANTITY")
    third = with_entity(second, TEXT, *place("《医疗保障基金使用监督管理条例》"), "POLICY")
    assert [entity["text"] for entity in third] == ["《医疗保障基金使用监督管理条例》", "80%"]
    assert [entity["text"] for entity in second] == ["《医疗保障基金", "80%"]  # the list given is not changed


def test_blanks_around_are_left_out() -> None:
    (entity,) = with_entity([], " 医共体\n ", 0, 6, "POLICY")
    assert (entity["text"], entity["start"], entity["end"]) == ("医共体", 1, 4)


@pytest.mark.parametrize(
    ("text", "start", "end", "label"),
    [
        ("医保", 0, 2, "PERSON"),
        ("医保", 1, 1, "POLICY"),
        ("医保", 2, 1, "POLICY"),
        ("医保", 0, 3, "POLICY"),
        ("医保", -1, 1, "POLICY"),
        ("医保", 10**15, 10**15 + 1, "POLICY"),
        ("   ", 0, 3, "POLICY"),
        ("长" * 501, 0, 501, "POLICY"),
    ],
)
def test_what_is_no_stretch_of_the_text_is_refused(text: str, start: int, end: int, label: str) -> None:
    with pytest.raises(InputError):
        with_entity([], text, start, end, label)


def test_an_entity_is_removed() -> None:
    entities = with_entity(with_entity([], TEXT, *place("80%"), "QUANTITY"), TEXT, *place("医共体"), "POLICY")
    assert [entity["text"] for entity in without_entity(entities, *place("80%"))] == ["医共体"]
    with pytest.raises(RefusedError, match="no entity here"):
        without_entity(entities, 0, 2)


def test_corrections_are_of_the_document_and_the_answer_stays(store: Store) -> None:
    doc = put(store, "a", TEXT)
    before = find_document(store.reading(), doc)
    Desk(store, "甲").change_entities(doc, 0, without_entity(before.entities, *place("80%")))
    after = find_document(store.reading(), doc)
    assert [entity["text"] for entity in before.entities if entity not in after.entities] == ["80%"]
    assert after.record == before.record
    Desk(store, "甲").undo()
    assert find_document(store.reading(), doc).entities == before.entities
