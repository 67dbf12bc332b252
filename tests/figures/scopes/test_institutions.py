"""The institution that a figure is of."""

from __future__ import annotations

import pytest

from tests.figures.reading import read

CASES = """三、典型案例

案例1：清河县东关镇卫生院串换项目案
经查，该院将理疗记为手术，涉及违规金额3.2万元。
县医保局依据协议，作出如下处理：1.追回违规金额3.2万元；2.处2倍罚款6.4万元。

案例2：林东嘉和门诊部虚假住院案
2023年5月，县医保局对林东嘉和门诊部开展检查。经查，虚构住院病历40份。
"""


def scopes(text: str) -> list[str | None]:
    return [figure["scope"] for figure in read(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Named in the clause or one before.
        ("清河县人民医院收治患者90人，开展手术20台。", ["清河县人民医院"] * 2),
        ("市儿童医院日均门诊量8000人次。", ["市儿童医院"]),
        ("2023年，某旗康复医院虚记理疗300人次。", ["某旗康复医院"]),
        ("您反映××药店重复收费的问题，经查，该店多收30元。", ["××药店"]),
        ("县医保局对林东县康健药业连锁城关店进行检查，抽查药品6种。", ["林东县康健药业连锁城关店"]),
        ("案例一、清河玲玉中医诊所骗保案\n清河玲玉中医诊所骗取医保基金2600元。", ["清河玲玉中医诊所"]),
        ("林东县中医院有5例出院病人、林东县第二医院有3例出院病人。", ["林东县中医院", "林东县第二医院"]),
        # Kinds of institutions, counted ones and those that only take part are none.
        ("三级医院报销60%。", [None]),
        ("定点药店共有90家。", [None]),
        ("县财政拨付清河县人民医院补助资金90万元。", [None]),
        ("市儿童医院牵头开展培训；全市参保80万人。", ["全市"]),
        ("市儿童医院床位90张；为提高服务水平，培训医师60名。", ["市儿童医院", None]),
    ],
)
def test_of_a_sentence(text: str, expected: list[str | None]) -> None:
    assert scopes(text) == expected


def test_a_case_is_of_one_institution_up_to_the_next() -> None:
    found = [(figure["text"], figure["scope"], figure["role"]) for figure in read(CASES)]
    first, second = "清河县东关镇卫生院", "林东嘉和门诊部"
    assert found == [
        ("3.2万元", first, "reported"),
        ("3.2万元", first, "reported"),
        ("2倍", first, "reported"),
        ("6.4万元", first, "reported"),
        ("40份", second, "reported"),
    ]


def test_the_words_for_it_leave_the_indicator() -> None:
    (figure,) = read("经查，林东县第三人民医院涉及医保基金9万元，已移送公安。")
    assert (figure["indicator"], figure["scope"]) == ("涉及医保基金", "林东县第三人民医院")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A head of a case whose institution is no proper name, and one of another kind.
        (
            "案例1：清河县人民医院过度诊疗案\n该院罚款450万元。\n案例2：惠民药店空刷案\n该药店罚款4.6万元。\n",
            ["清河县人民医院", "惠民药店"],
        ),
        (
            "一、清河县人民医院过度诊疗案。该院罚款9万元。\n二、夕阳养老机构骗保案。该机构罚款8万元。\n",
            ["清河县人民医院", None],
        ),
        ("案例1：清河县人民医院过度诊疗案\n该院罚款9万元。\n该药店罚款8万元。\n", ["清河县人民医院", None]),
        # What comes after the cases.
        (
            "案例1：清河县人民医院收费案\n该院罚款9万元。\n\n下一步工作\n今年检查机构500家，追回基金900万元。\n",
            ["清河县人民医院", None, None],
        ),
        # What was decided, in a list.
        (
            "经查，清河县人民医院重复收费。作出如下处理：1.责令退回3万元；2.处以罚款6万元。\n",
            ["清河县人民医院"] * 2,
        ),
    ],
)
def test_a_penalty_is_of_its_own_case(text: str, expected: list[str | None]) -> None:
    assert scopes(text) == expected


def test_a_sentence_passed_by_a_court_is_of_persons() -> None:
    text = "林东县金城医院骗取基金90万元。法院判处王某等3人有期徒刑，并处罚金20万元。"
    assert scopes(text)[0] == "林东县金城医院"
    assert scopes(text)[1:] == [None, None]


def test_months_in_a_row_take_no_longer_than_other_words() -> None:
    months = "".join(f"{year}年{month}月" for year in (2021, 2022, 2023) for month in range(1, 13))
    assert [figure["text"] for figure in read(f"清河县人民医院收治90人。{months}收治80人。")] == [
        "90人",
        "80人",
    ]


def test_the_next_institution_of_a_list_is_no_part_of_what_the_one_before_counts() -> None:
    assert read("东林县医院有8例出院患者、清河县医院有2例出院患者。")[0]["indicator"] == "出院患者"


def test_a_portrait_is_of_the_institution_that_it_begins_with() -> None:
    text = (
        "清河市第一医院始建于1956年，是三级甲等医院。医院占地面积5万平方米，开放床位900张，年门诊量60万人次。"
    )
    found = read(text)
    assert [figure["indicator"] for figure in found] == ["占地面积", "开放床位", "年门诊量"]
    assert {figure["scope"] for figure in found} == {"清河市第一医院"}
    assert {(figure["as_of"], figure["period"] is None) for figure in found} == {(None, True)}
