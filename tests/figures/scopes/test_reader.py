"""Where a figure is of, what a change is against, and the policy it comes from."""

from __future__ import annotations

import pytest

from tests.figures.reading import RULES, read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("全国共设立医保窗口300个。", ["全国"]),
        ("各地已主动推送信息30万人次，救助5万人。", ["各地", "各地"]),
        ("财政下达补助资金90亿元，其中西部地区40亿元，中部地区30亿元。", [None, "西部地区", "中部地区"]),
        ("中央财政对西部地区按照人均标准80%给予补助。", ["西部地区"]),
        ("对东部、西部地区分别按照50%、80%给予补助。", ["东部", "西部地区"]),
        ("以河南省为例，大病保险起付标准为1.1万元。", ["河南省"]),
        ("浙江省参保人数稳定增长。2021年，全省参保5000万人。", ["浙江省"]),
        ("全省参保5000万人。", ["全省"]),
        ("我国参保13亿人。", [None]),
        ("职工市内住院实际报销比例81.2%，居民县域内就诊率93%。", [None, None]),
        # A city named in front is the place of what goes on from it, for one sentence and the next.
        ("清河市共检查药店90家，追回资金30万元。另移送2家。", ["清河市"] * 3),
        ("清河市共检查药店90家。\n一是追回资金30万元。", ["清河市", None]),
        ("大城市医院门诊收入3亿元。", [None]),
        ("建立市级专家库，入库专家90人。", [None]),
        # A place that a clause begins with is that of the figures behind it.
        ("近年来，我市多措并举：建成食堂30个，改造床位400张。", ["我市", "我市"]),
        ("我县护理保险2019年起步，目前参保30万人。", ["我县"]),
        ("清河县持续完善机制，外出就医减少，基金由亏损5000万元转为结余800万元。", ["清河县"] * 2),
        ("（一）我县财政再补20%；（二）监测对象补助50%。", ["我县", None]),
        ("按照我市生育办法，男职工可补贴3000元。", [None]),
        ("我局在全县30家药店开展清查。", ["全县"]),
        ("河北省清河市东林区共检查药店90家。", ["河北省清河市东林区"]),
        ("18个省份已建立机制，推送信息30万人次。", [None, "18个省份"]),
        ("起付标准为500元；退休人员300元。", [None, "退休人员"]),
        ("全省医保部门围绕改革，提前拨付6亿元。", [None]),  # who acts is no scope
        ("北京、河北等12个省份开展了试点。", [None]),
    ],
)
def test_the_place_or_group(text: str, expected: list[str | None]) -> None:
    assert [figure["scope"] for figure in read(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021年支出3亿元，比2020年增长5%。", "2020年"),
        ("支出3亿元，同比增长5%。", "同比"),
        ("保障水平在基本医保基础上提高了12个百分点。", "基本医保"),
        ("增幅超过全国平均水平3个百分点。", "全国平均水平"),
        ("年均增幅5%。", None),
    ],
)
def test_what_a_change_is_against(text: str, expected: str | None) -> None:
    assert read(text)[-1]["base"] == expected


def test_the_policy_a_rule_comes_from() -> None:
    said = read("《药品价格管理办法》规定，加价率不超过10%。")
    assert said[0]["policy"] == "药品价格管理办法"
    by = read("按照《药品价格管理办法》，加价率不超过10%。")
    assert by[0]["policy"] == "药品价格管理办法"
    aside = read("修订《药品价格管理办法》后，支出3亿元。")
    assert aside[0]["policy"] is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Where it is said, up to the end of the sentence, and over the lines of a head.
        (
            "参保人员在市域内住院的报销政策如下，一级医疗机构起付线200元；二级医疗机构起付线500元。",
            ["市域内", "市域内"],
        ),
        ("统筹区外住院待遇：\n一级医院起付标准200元。\n", ["统筹区外"]),
        # Where care is sought is part of what is measured.
        ("省内转院起付线1000元，跨省转院起付线1500元。", [None, None]),
    ],
)
def test_the_region_that_rules_are_for(text: str, expected: list[str | None]) -> None:
    found = read(RULES + text)
    assert [figure["scope"] for figure in found] == expected
    assert not any(
        region and region in figure["indicator"] for region, figure in zip(expected, found, strict=True)
    )
