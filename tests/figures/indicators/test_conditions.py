"""Conditions with numbers of their own, and what they lead to."""

from __future__ import annotations

import pytest

from tests.figures.reading import RULES, parts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # In front of an amount in the same clause, and with 的 in the one before.
        ("怀孕满3个月的，补助800元。", ["怀孕+补助", "怀孕满3个月+补助"]),
        (
            "第二档对追回金额在6万元以上（含）~9万元以下（不含）的，按2%给予奖励。",
            ["追回金额+奖励"] * 2 + ["追回金额在6万元以上（含）~9万元以下（不含）+奖励"],
        ),
        # The number in brackets that says whether the bound is in it.
        (
            "妊娠5个月以上（含5个月）引产的1600元。",
            ["妊娠+引产"] * 2 + ["妊娠5个月以上（含5个月）引产"],
        ),
        # An age belongs to the people whose it is, not to those listed in front of them.
        ("低保、残疾、75周岁以上老年人补贴70%。", ["老年人+补贴", "75周岁以上老年人+补贴"]),
        # Rows under what the first of them names.
        (
            "大病保险合规医疗费用2万元以上、8万元以下的部分给予55%补偿；8万元以上的部分给予66%补偿。",
            [
                *["大病保险合规医疗费用+部分"] * 2,
                "大病保险合规医疗费用2万元以上、8万元以下+部分+补偿",
                "大病保险合规医疗费用+部分",
                "大病保险合规医疗费用+8万元以上+部分+补偿",
            ],
        ),
        # It may go over a comma, and lead to a rate in the next clause, also for another group.
        (
            "医疗费用在3000元（含3000元）以上，不满8000元的部分，报销44%。",
            ["医疗费用+部分+报销"] * 2 + ["医疗费用在3000元（含3000元）以上，不满8000元的部分+报销"],
        ),
        (
            "涉案金额8万元以下（含8万元），按3%给予奖励。",
            ["涉案金额+奖励"] * 2 + ["涉案金额8万元以下（含8万元）+奖励"],
        ),
        (
            "医疗费用超过9万元的部分，报销55%；特困人员报销66%。",
            ["医疗费用+部分+报销", "医疗费用超过9万元的部分+报销", "医疗费用超过9万元的部分+特困人员报销"],
        ),
        (
            "医疗费用不满9000元的部分，在三级、二级医疗机构就医的，报销比例分别为44%、55%。",
            [
                "医疗费用+部分+三级、二级医疗机构就医",
                "医疗费用不满9000元的部分+报销比例",
                "医疗费用不满9000元的部分+报销比例",
            ],
        ),
        # What it leads to without a number.
        ("第五条 药店缺货超过9日的，暂停协议。", ["药店缺货+暂停协议"]),
        ("第八条 地址填错退件3次的，专人上门核对。", ["地址填错退件+专人上门核对"]),
        ("第九条 上岗后旷工6天以上，由所在科室除名。", ["上岗后旷工+所在科室除名"]),
        ("第七条 延误送药超过4日的药房，暂停配送。", ["延误送药+药房+暂停配送"]),
        # A limit is no condition.
        ("每个科室不少于3名的护士，补贴500元。", ["每个科室+护士", "每个科室+补贴"]),
    ],
)
def test_the_words_of_thresholds_and_of_what_follows(text: str, expected: list[str]) -> None:
    assert parts(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("第六条 未登记转院的，自付比例提高9个百分点。", ["未登记转院+自付比例提高"]),
        ("重症照护人员，床日费为70元，补贴比例为66%。", ["重症照护人员+床日费", "重症照护人员+补贴比例"]),
        ("在岗职工在外地急诊的，自付比例提高9个百分点。", ["在岗职工在外地急诊+自付比例提高"]),
        # Several groups, which 分别 tells apart.
        (
            "在乡村、县城、市区医院就医的，起付线分别为90元、300元、660元，支付比例分别为88%、77%、66%。",
            [
                *["起付线"] * 3,
                *["支付比例"] * 3,
            ],
        ),
        # Not over a semicolon, nor a clause that says why.
        ("未登记的，自付10%；按规定执行，补贴66%。", ["未登记+自付", "自付+补贴"]),
    ],
)
def test_the_case_that_a_rule_is_for(text: str, expected: list[str]) -> None:
    assert parts(RULES + text) == expected
