"""Tables whose rows are lines: the heads over and beside a number."""

from __future__ import annotations

import pytest

from nhsa_nlp.figures.grids import find_cells
from nhsa_nlp.text import clean
from tests.figures.reading import parts, read

EXPECTED = [f"{level}+职工住院+{measure}" for level in ("一级", "二级") for measure in ("起付线", "报销比例")]


def key(part: str) -> list[str]:
    """The words of an indicator in any order, as those of a table stand."""
    return sorted(part.split("+"))


@pytest.mark.parametrize("border", ["\t", " | ", "｜", "　　", "   "])
def test_heads_and_the_line_over_a_table(border: str) -> None:
    rows = [["医疗机构", "起付线", "报销比例"], ["一级", "100元", "90%"], ["二级", "300元", "80%"]]
    text = "职工住院待遇\n" + "\n".join(map(border.join, rows)) + "\n"
    assert list(map(key, parts(text))) == list(map(key, EXPECTED))
    assert {figure["role"] for figure in read(text)} == {"rule"}
    assert [figure["scope"] for figure in read(text)] == [None] * 4


def test_single_blanks_between_short_cells() -> None:
    text = "职工住院待遇\n医疗机构 起付线 报销比例\n一级 100元 90%\n二级 300元 80%\n"
    assert list(map(key, parts(text))) == list(map(key, EXPECTED))


def test_a_place_beside_a_number_is_its_scope() -> None:
    figures = read("统筹区 | 参保人数 | 住院率\n甲市 | 30万人 | 17%\n乙县 | 9万人 | 15%\n")
    assert [figure["scope"] for figure in figures] == ["甲市", "甲市", "乙县", "乙县"]
    assert [figure["indicator"] for figure in figures] == ["参保人数", "住院率"] * 2


def test_amounts_beside_rates() -> None:
    text = "大病保险支付比例：\n0—3万元\t60%\n3万元—8万元\t65%\n"
    assert [figure["role"] for figure in read(text)] == ["rule"] * 4
    assert read(text)[1]["indicator"].endswith("0—3万元")


def test_a_rule_under_the_heads_is_no_row() -> None:
    text = "| 级别 | 起付线 |\n|---|---|\n| 一级 | 100元 |\n"
    assert (read(text)[0]["indicator"], read(text)[0]["scope"]) == ("起付线一级", None)


@pytest.mark.parametrize(
    "text", ["收入3亿元，支出2亿元。", "一级 | 100元", "", "\n\n", "标题：  \n正文3家。"]
)
def test_what_is_no_table(text: str) -> None:
    assert find_cells(clean(text), []) == {}
    if text:
        assert find_cells(clean(text), [(len(text) - 3, len(text) - 1)]) == {}
