from __future__ import annotations

import pytest

from nhsa_nlp.entities.comparison import comparison
from nhsa_nlp.entities.grammar import find_entities
from nhsa_nlp.record import is_quantity


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
        ("低于或等于[3家]", "le"),
        ("大于等于[3家]", "ge"),
        ("不少于或等于[3家]", "ge"),
        ("最多只能选[3家]", "le"),
        ("超过[3家]以上", "gt"),
        ("低于[3家]以下", "lt"),
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


@pytest.mark.parametrize(
    ("text", "op"),
    [
        ("不低于年度约定采购金额的[30%]", "ge"),
        ("不超过职工工资总额[5%]", "le"),
        ("超过年度利润总额[12%]的部分", "gt"),
        ("低于平均工资[60%]的", "lt"),
        ("高于平均水平[10%]的", "eq"),  # the difference itself
        ("不高于平均水平[10%]", "le"),
        ("超过的[10%]", "eq"),
        ("超过起付线的部分报销[10%]", "eq"),
        ("最高支付限额[10%]", "eq"),
        ("不低于" + "甲" * 20 + "的[10%]", "eq"),  # too far
    ],
)
def test_the_base_of_a_share_may_stand_between(text: str, op: str) -> None:
    assert said(text, "%") == op
    assert said(text.replace("%", "个百分点"), "百分点") == "eq"


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


@pytest.mark.parametrize(
    "text",
    [
        "累计节约20亿元", "家庭医生签约3万户", "预约3000人次", "公约3项", "附近5家药店", "靠近3个社区",
        "邻近3省", "孕产妇B超5次", "彩超2次",
    ],
)  # fmt: skip
def test_a_word_that_ends_like_a_bound_is_none(text: str) -> None:
    assert [entity["op"] for entity in find_entities(text) if is_quantity(entity)] == ["eq"]


@pytest.mark.parametrize(
    ("text", "op"),
    [
        ("老人和约3万人", "approx"),
        ("损失约3200万元", "approx"),
        ("募集约5000万元", "approx"),
        ("编制约200名", "approx"),
        ("更新近300个", "approx"),
        ("面临近3亿元缺口", "approx"),
        ("接近20%", "approx"),
        ("远超30%", "gt"),
        ("中心超50家", "gt"),
        ("提高超20%", "gt"),
        ("CT超20台", "gt"),
    ],
)
def test_a_bound_after_another_word_is_one(text: str, op: str) -> None:
    assert [entity["op"] for entity in find_entities(text) if is_quantity(entity)] == [op]
