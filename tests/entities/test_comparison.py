from __future__ import annotations

import pytest

from nhsa_nlp.entities.comparison import comparison


def said(marked: str, unit: str = "家", *, more: bool = False) -> str:
    """The op of what stands between [ and ], with all before it looked at."""
    text = marked.replace("[", "").replace("]", "")
    return comparison(text, marked.index("["), marked.index("]") - 1, 0, more=more, unit=unit)


@pytest.mark.parametrize(
    ("text", "op"),
    [
        ("共[3家]医院", "eq"),
        ("不超过[3家]", "le"),
        ("最高可达[3家]", "le"),
        ("史上最高[3家]", "eq"),
        ("不低于[3家]", "ge"),
        ("至少甲乙丙达到[3家]", "ge"),
        ("至少甲乙丙丁达到[3家]", "eq"),  # too far
        ("不足[3家]", "lt"),
        ("超过了[3家]", "gt"),
        ("约[3家]", "approx"),
        ("[3家]以上", "ge"),
        ("[3家]（含）以下", "le"),
        ("[3家]起步", "ge"),
        ("[3家]起诉", "eq"),
        ("[3家]左右", "approx"),
        ("[3家]有余", "gt"),
        ("[3家]多，", "gt"),
        ("[3家]多种", "eq"),
    ],
)
def test_the_words_beside_a_quantity_bound_it(text: str, op: str) -> None:
    assert said(text) == op


@pytest.mark.parametrize(
    ("text", "op"),
    [("不超过[3家]左右", "le"), ("超过[3家]左右", "gt"), ("约[3家]以上", "ge"), ("约[3家]有余", "gt")],
)
def test_the_stronger_of_two_bounds_holds(text: str, op: str) -> None:
    assert said(text) == op


def test_a_number_with_more_in_it_is_a_lower_bound() -> None:
    assert said("共[3家]", more=True) == "gt"
    assert said("不超过[3家]", more=True) == "le"


def test_only_what_can_have_an_inside_is_bounded_by_one() -> None:
    assert said("[3年]内", "年") == "le"
    assert said("[3家]内") == "eq"
    assert said("[3年]内科", "年") == "eq"


@pytest.mark.parametrize(
    ("text", "unit", "op"),
    [
        ("，近[5年]", "年", "eq"),
        ("近[5年]", "年", "eq"),
        ("平均近[5年]", "年", "approx"),
        ("，近[5家]", "家", "approx"),
        ("，约[5年]", "年", "approx"),
    ],
)
def test_the_last_years_are_not_about_so_many(text: str, unit: str, op: str) -> None:
    assert said(text, unit) == op


def test_words_that_belong_to_the_quantity_before_are_not_looked_at() -> None:
    text = "不超过3家"
    assert comparison(text, 3, 5, 0) == "le"
    assert comparison(text, 3, 5, 1) == "gt"
    assert comparison(text, 3, 5, 3) == "eq"
