from __future__ import annotations

import random

import pytest

from nhsa_nlp.comparison import Group, group_documents
from tests.comparison.test_alignment import FIRST, SECOND, THIRD
from tests.comparison.test_matters import COCHLEA, COCHLEA_TOO, ROAD


def relations(group: Group) -> list[tuple[int, str]]:
    return [(member.index, member.relation) for member in group.members]


def test_near_duplicates_and_the_same_matter_in_other_words_are_grouped() -> None:
    texts = [FIRST + SECOND, ROAD, COCHLEA, FIRST + SECOND + "特此提出。", COCHLEA_TOO]
    first, second = group_documents(texts)
    assert (first.lead, relations(first)) == (3, [(0, "near_duplicate")])
    assert (second.lead, relations(second)) == (4, [(2, "same_matter")])
    assert "处理器" in second.members[0].terms


def test_what_is_unique_in_each_is_told() -> None:
    lead, other = FIRST + SECOND + THIRD, FIRST + SECOND + "我村还请求增设一处便民结算窗口。"
    (group,) = group_documents([other, lead])
    assert [lead[slice(*place)] for place in group.unique] == [THIRD]
    (member,) = group.members
    assert [other[slice(*place)] for place in member.unique] == ["我村还请求增设一处便民结算窗口。"]


def test_a_changed_number_is_unique_in_each_near_duplicate() -> None:
    texts = [f"{FIRST}请把年度限额提高到{limit}元。{SECOND}" for limit in (800, 900, 1000)]
    (group,) = group_documents(texts)
    assert [texts[group.lead][slice(*place)] for place in group.unique] == ["1000"]
    assert [[texts[member.index][slice(*place)] for place in member.unique] for member in group.members] == [
        ["800"],
        ["900"],
    ]


def test_many_copies_of_one_letter_are_one_group() -> None:
    texts = [f"{FIRST}{SECOND}{THIRD}第{number}小组" for number in range(60)]
    (group,) = group_documents(texts)
    assert len(group.members) == 59
    assert {member.relation for member in group.members} == {"near_duplicate"}


def test_every_document_is_in_one_group_at_most_whatever_the_order() -> None:
    texts = [FIRST + SECOND, SECOND + THIRD, THIRD + FIRST, COCHLEA, COCHLEA_TOO, ROAD]
    order = list(range(len(texts)))
    for seed in range(5):
        random.Random(seed).shuffle(order)  # noqa: S311 - not a secret
        found = group_documents([texts[index] for index in order])
        inside = [i for group in found for i in (group.lead, *(member.index for member in group.members))]
        assert len(inside) == len(set(inside))
        assert found == group_documents([texts[index] for index in order])


def test_near_duplicates_only() -> None:
    assert group_documents([COCHLEA, COCHLEA_TOO], same_matter=None) == []


@pytest.mark.parametrize("texts", [[], [""], ["", ""], ["。", "！"], [ROAD], ["\ud800", "\ud800"]])
def test_nothing_to_group(texts: list[str]) -> None:
    assert group_documents(texts) == []
