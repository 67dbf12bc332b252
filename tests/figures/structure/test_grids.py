"""Tables whose rows are lines: the heads over and beside a number."""

from __future__ import annotations

import pytest

from nhsa_nlp.figures.structure.grids import find_cells
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


def test_a_price_list_with_notes_in_its_cells() -> None:
    text = (
        "序号\t药品名称\t分类\t医保支付标准\t备注\n"
        "1\t艾普拉唑钠\t乙\t63.00元(10mg/支)\t限：1.预防重症患者应激性溃疡出血。2.消化性溃疡。\n"
        "2\t奥美拉唑干混悬剂\t乙\t4.15元(40mg/袋)\t限活动性良性胃溃疡。\n"
    )
    found = [figure for figure in read(text) if "元" in figure["unit"]]
    assert [figure["indicator"] for figure in found] == [
        "医保支付标准艾普拉唑钠",
        "医保支付标准奥美拉唑干混悬剂",
    ]
    assert {figure["role"] for figure in found} == {"rule"}


def test_a_cell_that_says_itself_what_is_measured() -> None:
    text = (
        "分类 | 普通居民报销政策 | 低保户报销政策 | |\n"
        "门诊统筹 | 报销比例60%，年封顶线为400元。 | 报销比例70%，年封顶线为500元。 | |\n"
    )
    assert [(figure["indicator"], figure["scope"]) for figure in read(text)] == [
        ("门诊统筹报销比例", "普通居民"),
        ("门诊统筹年封顶线", "普通居民"),
        ("门诊统筹报销比例", "低保户"),
        ("门诊统筹年封顶线", "低保户"),
    ]


def test_heads_in_the_middle_of_a_table_and_merged_cells() -> None:
    text = (
        "分类 | 政策 | 其他 |\n"
        "住院 | 医疗机构 | 起付线 | 报销比例 | 封顶线 | 起付线减半，报销比例为90%。 |\n"
        "市内一级 | 100元 | 85% | 15万元 |\n"
        "市内二级 | 400元 | 75% |\n"
    )
    assert [set(words.split("+")) for words in parts(text)] == [
        {"住院", "报销比例"},
        {"住院", "起付线", "市内一级"},
        {"住院", "报销比例", "市内一级"},
        {"住院", "封顶线", "市内一级"},
        {"住院", "起付线", "市内二级"},
        {"住院", "报销比例", "市内二级"},
    ]


def test_a_first_cell_that_is_merged_with_the_one_above() -> None:
    text = "住院待遇\n级别\t项目\t市内\t市外\n一级\t起付标准\t200元\t300元\n\t支付比例\t90%\t85%\n"
    assert all("一级" in words.split("+") for words in parts(text))
