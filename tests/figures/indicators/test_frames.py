"""What a clause of a rule of benefits leaves out: it is taken from the clauses before."""

from __future__ import annotations

import pytest

from tests.figures.reading import RULES, parts, parts_and_scopes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # The measure stands over a list of kinds of hospitals; people that alone are new are a scope.
        (
            "清河市职工住院起付线：一级300元、二级600元。",
            [("职工住院起付线+一级", "清河市"), ("职工住院起付线+二级", "清河市")],
        ),
        (
            "门诊统筹报销比例：基层医疗机构70%（退休75%），二级医疗机构60%。",
            [
                ("门诊统筹报销比例+基层医疗机构", None),
                ("门诊统筹报销比例+基层医疗机构", "退休"),
                ("门诊统筹报销比例+二级医疗机构", None),
            ],
        ),
        (
            "住院起付标准：一级医院200元；二级医院400元。",
            [("住院起付标准+一级医院", None), ("住院起付标准+二级医院", None)],
        ),
        (
            "住院支付比例一级85%、二级75%（退休人员提高2%）。",
            [
                ("住院支付比例一级", None),
                ("住院支付比例+二级", None),
                ("住院支付比例+退休人员提高", None),
            ],
        ),
        # Another measure leaves the insurance and the service out.
        (
            "居民住院起付线一级100元；支付比例一级85%、二级75%。",
            [
                ("居民住院起付线一级", None),
                ("居民住院+支付比例一级", None),
                ("居民住院+支付比例+二级", None),
            ],
        ),
        # A verb directly behind an amount is of the same group.
        (
            "居民住院起付线：一级100元报销90%，二级300元报销80%。",
            [
                ("居民住院起付线+一级", None),
                ("居民住院+一级+报销", None),
                ("居民住院起付线+二级", None),
                ("居民住院+二级+报销", None),
            ],
        ),
        (
            "职工医保：二级医院起付线150元，支付80%；一级医院70元，支付95%。",
            [
                ("职工医保+二级医院起付线", None),
                ("职工医保+二级医院+支付", None),
                ("职工医保+起付线+一级医院", None),
                ("职工医保+一级医院+支付", None),
            ],
        ),
        # What the clause before is about goes on.
        (
            "慢性病年起付线200元，支付比例65%；特殊病不设起付线，支付比例80%。",
            [("慢性病年起付线", None), ("慢性病+支付比例", None), ("特殊病+支付比例", None)],
        ),
        # A measure by another name.
        ("预算点值：职工10.5元，居民8.6元。", [("预算点值", "职工"), ("预算点值", "居民")]),
        # The verb takes up the measure over the list.
        (
            "财政补助标准为：山区县中央补助300元、省级补助90元。",
            [("财政补助标准+山区县中央补助", None), ("财政补助标准+省级补助", None)],
        ),
        # What is paid for, said in a clause of its own, and under a head that ends with a colon.
        (
            "参保职工发生的符合规定的门诊透析费用，由统筹基金支付，支付比例三级医院70%、二级医院80%。",
            [("门诊透析费用+支付比例三级医院", None), ("门诊透析费用+支付比例+二级医院", None)],
        ),
        (
            "住院接生费用由基金按以下标准支付：\n1.双胎3300元；三胎4400元。\n2.引产880元。",
            [("住院接生费用+双胎", None), ("住院接生费用+三胎", None), ("住院接生费用+引产", None)],
        ),
        # Who pays takes its place in the sentence that follows.
        (
            "患者负担的合规康复费用，由职工大病保险支付。起付标准为1.3万元。",
            [("职工大病保险+起付标准", None)],
        ),
    ],
)
def test_what_is_left_out_comes_from_the_clauses_before(
    text: str, expected: list[tuple[str, str | None]]
) -> None:
    assert parts_and_scopes(RULES + text) == expected


def test_a_heading_says_what_the_lines_below_are_of() -> None:
    text = "普通门诊待遇\n年度限额：高血压300元，糖尿病400元。\n急诊\n支付比例：职工70%。"
    assert parts(RULES + text) == [
        "普通门诊+年度限额+高血压",
        "普通门诊+年度限额+糖尿病",
        "急诊+支付比例",
    ]


def test_a_letter_is_not_read_as_rules() -> None:
    text = "基本医保住院支付比例约70%。2022年，医疗救助支出80亿元，其中住院50亿元。"
    assert parts(text)[1:] == ["医疗救助支出", "医疗救助支出+住院"]
