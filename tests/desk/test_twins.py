from __future__ import annotations

import pytest

from nhsa_nlp.desk.decisions import Desk
from nhsa_nlp.desk.documents import answer_again, find_document
from nhsa_nlp.desk.related import group_of, related
from nhsa_nlp.desk.store import Store
from nhsa_nlp.desk.twins import NEAR_DUPLICATE, POSTINGS, closest_twins
from nhsa_nlp.record import Record
from tests.desk.desks import OTHER, PROPOSALS, TEXT, fields, put

pytestmark = pytest.mark.usefixtures("chinese")

LETTER = PROPOSALS[0].read_text("utf-8")


def twins(store: Store, doc: int) -> dict[int, float]:
    return dict(
        tuple(row)
        for row in store.reading().execute(
            "SELECT other, share FROM twins WHERE doc = ? ORDER BY other", (doc,)
        )
    )


def reasons(store: Store, *docs: int) -> list[str | None]:
    return [fields(store, doc)["reason"] for doc in docs]


def again(store: Store, doc: int, label: str) -> None:
    """Have another answer come in for a document that nobody has decided."""
    found = find_document(store.reading(), doc)
    topic = {**(found.record["topic"] or {}), "label": label, "review": False, "reason": None}
    record: Record = {**found.record, "topic": topic}  # type: ignore[typeddict-item]
    with store.writing() as base:
        answer_again(base, doc, record, found.row["bundle"], "系统")


def test_the_same_text_under_another_name_is_a_twin(store: Store) -> None:
    docs = [put(store, name, LETTER, review=False, reason=None) for name in "ab"]
    assert twins(store, docs[0]) == {docs[1]: 1.0}
    assert twins(store, docs[1]) == {docs[0]: 1.0}
    assert reasons(store, *docs) == ["group", "group"]


def test_a_text_that_came_in_very_often_is_still_a_twin(store: Store) -> None:
    docs = [put(store, f"n{number}", LETTER) for number in range(POSTINGS + 2)]
    assert docs[0] in twins(store, docs[-1])


def test_the_closest_twin_is_told(store: Store) -> None:
    nearly, one, other, again = (
        put(store, name, text)
        for name, text in (("nearly", f"{LETTER}此致"), ("a", LETTER), ("other", OTHER), ("b", LETTER))
    )
    found = closest_twins(store.reading(), [nearly, one, other, again])
    assert {doc: (twin.doc, twin.id, twin.is_same, twin.count) for doc, twin in found.items()} == {
        nearly: (one, "a", False, 2),
        one: (again, "b", True, 2),
        again: (one, "a", True, 2),
    }
    found = closest_twins(store.reading(), [nearly, one, other, again], earlier=True)
    assert {doc: (twin.doc, twin.is_same, twin.count) for doc, twin in found.items()} == {
        one: (nearly, False, 1),
        again: (one, True, 2),
    }


def test_a_twin_that_contradicts(store: Store) -> None:
    one = put(store, "a", LETTER, label="医保", review=False, reason=None)
    two = put(store, "b", LETTER, label="医药", review=False, reason=None)
    assert reasons(store, one, two) == ["contradiction", "contradiction"]


def test_a_twin_that_contradicts_a_decision(store: Store) -> None:
    one = put(store, "a", LETTER, label="医保", review=False, reason=None)
    Desk(store, "甲").decide(one, 0, "医药")
    two = put(store, "b", LETTER, label="医保", review=False, reason=None)
    assert reasons(store, one, two) == [None, "contradiction"]


def test_a_more_urgent_reason_stays(store: Store) -> None:
    one = put(store, "a", LETTER, review=True, reason="near_scope")
    two = put(store, "b", LETTER, review=False, reason=None)
    assert reasons(store, one, two) == ["near_scope", "group"]


@pytest.mark.parametrize(("kept", "is_twin"), [(1.0, True), (0.7, True), (0.15, False)])
def test_how_much_is_in_common(store: Store, kept: float, is_twin: bool) -> None:
    other = PROPOSALS[15].read_text("utf-8")
    size = int(len(LETTER) * kept)
    one, two = put(store, "a", LETTER), put(store, "b", LETTER[:size] + other[: len(LETTER) - size])
    found = twins(store, one)
    assert (two in found) == is_twin
    assert all(share >= NEAR_DUPLICATE for share in found.values())


def test_of_the_invented_proposals_two_pairs_are_twins(store: Store) -> None:
    docs = {put(store, path.stem, path.read_text("utf-8")): path.stem[:2] for path in PROPOSALS}
    pairs = {(docs[doc], docs[other]) for doc in docs for other in twins(store, doc) if other > doc}
    assert pairs == {("01", "11"), ("03", "18")}


def test_short_and_empty_texts(store: Store) -> None:
    docs = [put(store, name, text) for name, text in (("a", "医保"), ("b", "医保"), ("c", "。"), ("d", "——"))]
    assert twins(store, docs[0]) == {docs[1]: 1.0}
    assert twins(store, docs[2]) == twins(store, docs[3]) == {}


def test_when_both_are_answered_again_neither_contradicts(store: Store) -> None:
    docs = [put(store, name, LETTER, label="医保", review=False, reason=None) for name in "ab"]
    again(store, docs[0], "医药")
    assert reasons(store, *docs) == ["contradiction", "contradiction"]
    again(store, docs[1], "医药")
    assert reasons(store, *docs) == ["group", "group"]


def test_when_one_is_answered_again_the_other_keeps_its_own_doubt(store: Store) -> None:
    one = put(store, "a", LETTER, label="医保", review=True, reason="low_confidence")
    two = put(store, "b", LETTER, label="医药", review=False, reason=None)
    assert reasons(store, one, two) == ["contradiction", "contradiction"]
    again(store, two, "医保")
    assert reasons(store, one, two) == ["low_confidence", "group"]


def test_related_documents_are_shown(store: Store) -> None:
    one, two, other = put(store, "a", LETTER), put(store, "b", LETTER), put(store, "c", OTHER)
    found = related(store.reading(), find_document(store.reading(), one))
    assert [(each.row["doc"], each.share) for each in found if each.share is not None] == [(two, 1.0)]
    assert other not in [each.row["doc"] for each in found]


@pytest.mark.parametrize("text", ['"医"保"', "医保\0医疗", "'); DROP TABLE documents; --医保", "", "🏥" * 30])
def test_any_text_has_related_documents(store: Store, text: str) -> None:
    put(store, "b", TEXT)
    found = find_document(store.reading(), put(store, "a", text))
    related(store.reading(), found)
    assert fields(store, 1)["id"] == "b"


def test_the_group_of_a_document(store: Store) -> None:
    docs = [put(store, name, text) for name, text in (("a", TEXT), ("b", OTHER), ("c", LETTER))]
    Desk(store, "甲").merge(docs[2], [(docs[0], 0)])
    groups = [[row["doc"] for row in group_of(store.reading(), fields(store, doc))] for doc in docs]  # type: ignore[arg-type]
    assert groups == [[docs[2], docs[0]], [], [docs[2], docs[0]]]
