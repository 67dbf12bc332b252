"""Tables whose cells are lines of their own: the heads over and beside a number."""

from __future__ import annotations

import pytest

from nhsa_nlp.figures.structure.stacks import find_stacked
from nhsa_nlp.text import clean
from tests.figures.reading import read

ROWS = ["一级", "100元", "90%", "二级", "300元", "80%"]


def words(text: str) -> list[tuple[str | None, ...]]:
    """What is said of each number, in the order of the text: the number, its indicator and its scope."""
    return [(figure["text"], figure["indicator"], figure["scope"]) for figure in read(text)]


@pytest.mark.parametrize("border", ["\n", "\n\n", " \r\n"])
def test_heads_in_front_of_the_rows(border: str) -> None:
    text = border.join(["职工住院待遇", "级别", "起付线", "报销比例", *ROWS]) + border
    assert words(text) == [
        ("100元", "职工住院起付线一级", None),
        ("90%", "职工住院报销比例一级", None),
        ("300元", "职工住院起付线二级", None),
        ("80%", "职工住院报销比例二级", None),
    ]
    assert {figure["role"] for figure in read(text)} == {"rule"}


def test_a_head_that_stands_once_for_several_rows() -> None:
    heads = ["城乡居民医保报销比例", "费用段", "人群", "甲类", "乙类"]
    rows = ["至3万元", "成年人", "60%", "50%", "学生", "70%", "65%", "3万元以上", "成年人", "66%", "55%"]
    found = words("\n".join([*heads, *rows]) + "\n")
    assert ("70%", "城乡居民医保报销比例甲类至3万元", "学生") in found
    assert ("55%", "城乡居民医保报销比例乙类3万元以上", "成年人") in found
    assert ("3万元", "城乡居民医保报销比例", None) in found


def test_a_name_broken_into_two_cells_is_one() -> None:
    text = (
        "居民住院支付标准\n级别\n甲类医院\n乙类医院\n一级\n起付\n标准\n200元\n300元\n支付\n比例\n90%\n85%\n"
    )
    text += "二级\n起付\n标准\n300元\n400元\n"
    assert words(text)[0] == ("200元", "居民住院甲类医院一级起付标准", None)
    assert words(text)[2] == ("90%", "居民住院甲类医院一级支付比例", None)


def test_words_that_recur_in_the_cells_of_numbers() -> None:
    text = "军属\n个人负担补助70%\n个人负担补助90%\n老兵\n个人负担补助50%\n个人负担补助80%\n"
    assert words(text)[0] == ("70%", "军属个人负担补助", None)
    assert words(text)[3] == ("80%", "老兵个人负担补助", None)


def test_heads_that_are_not_clear_are_left_out() -> None:
    heads = ["类别", "门诊标准", "住院标准", "比例", "金额", "封顶", "其余", "部分", "甲组"]
    text = "\n".join([*heads, "60%", "50%", "乙组", "70%", "65%"]) + "\n"
    assert words(text) == [
        ("60%", "甲组", None),
        ("50%", "甲组", None),
        ("70%", "乙组", None),
        ("65%", "乙组", None),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(["级别", "起付线", "一级", "100元", "90%", "二级", "80%"]) + "\n",  # unequal rows
        "\n".join(["一级", "100元", "90%"]) + "\n",  # one row
        "收入3亿元，\n支出\n2亿元\n",
        "5%\n",
        "",
    ],
)
def test_what_is_no_table(text: str) -> None:
    view = clean(text)
    at = [
        index
        for index, sign in enumerate(view.raw)
        if sign.isdigit() and not view.raw[index - 1 : index].isdigit()
    ]
    assert find_stacked(view, [(start, start + 1) for start in at]) == {}
