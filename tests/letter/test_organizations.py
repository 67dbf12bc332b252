from __future__ import annotations

import pytest

from nhsa_nlp.letter.organizations import ends_like_organization, split_list, split_run_on


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", []),
        ("财政部", ["财政部"]),
        ("国家医疗保障局办公室财政部", ["国家医疗保障局办公室", "财政部"]),
        ("国家卫生健康委员会财政部", ["国家卫生健康委员会", "财政部"]),
        ("国家卫生健康委财政部", ["国家卫生健康委", "财政部"]),
        ("甲" * 24 + "局", ["甲" * 24 + "局"]),
        ("甲" * 25 + "局", []),
        ("局", []),
        ("财政部门", []),
        ("财政部很好", []),
        ("财政部、民政部", []),
    ],
)
def test_names_without_separators(text: str, names: list[str]) -> None:
    assert split_run_on(text) == names


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("甲局", True),
        ("局", False),
        ("甲" * 28 + "局", True),
        ("甲" * 29 + "局", False),
        ("市公安局（交警支队）办公室", True),
        ("市民政局（老龄办）", False),
        ("中国人寿集团", True),
        ("有关部委", False),
        ("各委员会", False),
        ("医保", False),
        ("工业和信息化部", True),
        ("某部队", False),
        ("A局", False),
    ],
)
def test_what_ends_like_the_name_of_a_body(text: str, is_one: bool) -> None:
    assert ends_like_organization(text) is is_one


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("国家卫生健康委、财政部和税务总局等部门同意", ["国家卫生健康委", "财政部", "税务总局"]),
        ("财政部，民政部；教育部", ["财政部", "民政部", "教育部"]),
        ("工业和信息化部以及财政部与民政部并教育部", ["工业和信息化部", "财政部", "民政部", "教育部"]),
        ("财政部同意、民政部", ["财政部"]),
        ("财政部意见", ["财政部"]),
        ("有关部门、财政部", ["财政部"]),
        ("市妇女联合会、财政部", ["市妇女联合会", "财政部"]),
        ("中国医学科学院研究所、财政部", ["财政部"]),
        ("", []),
    ],
)
def test_names_in_a_sentence(text: str, names: list[str]) -> None:
    assert split_list(text) == names
