"""Sanctions that a statute threatens: the offence, its case, and on whom they are imposed."""

from __future__ import annotations

import pytest

from tests.figures.reading import RULES, parts, parts_and_scopes, read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # The law that is broken is no part of the offence, and each part has the case behind its semicolon.
        (
            "第九条 急救站违反本条例第三条、第五条规定，不按照规定转运患者的，由卫生健康部门责令改正，"
            "处1万元以上3万元以下罚款；造成严重后果的，处3万元以上9万元以下罚款。",
            [
                *["急救站+不按照规定转运患者+罚款"] * 2,
                *["急救站+不按照规定转运患者+造成严重后果+罚款"] * 2,
            ],
        ),
        # A multiple has what it is of; the bound of a case has its words, without those that bound it.
        (
            "第五条 擅自配置设备的，责令停止使用；违法所得不足1万元的，并处5万元罚款；"
            "违法所得1万元以上的，并处违法所得10倍以上30倍以下罚款。",
            [
                "擅自配置设备+违法所得",
                "擅自配置设备+违法所得不足1万元+罚款",
                "擅自配置设备+违法所得",
                *["擅自配置设备+违法所得1万元以上+违法所得+罚款"] * 2,
            ],
        ),
        # 逾期不改正 holds for the cases of amounts behind it.
        (
            "(二) 未备案从事生产的，责令限期改正；逾期不改正的，没收违法所得；"
            "货值金额不足2万元的，并处3万元罚款。",
            ["未备案从事生产+逾期不改正+货值金额", "未备案从事生产+逾期不改正+货值金额不足2万元+罚款"],
        ),
        # What is told below, or how, is left out.
        (
            "第四条 护理机构有下列情形之一的，处5千元以上2万元以下罚款：\n（一）伪造记录的；",
            ["护理机构+罚款"] * 2,
        ),
        (
            "第三条 经办机构通过伪造病历等方式，骗取基金支出的，处骗取金额2倍罚款。",
            ["经办机构+骗取基金支出+骗取金额+罚款"],
        ),
    ],
)
def test_the_words_of_a_fine_are_the_offence_and_its_case(text: str, expected: list[str]) -> None:
    assert parts(RULES + text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "第七条 冒名献血的，对单位处以1万元以上5万元以下的罚款；"
            "对个人处以1000元罚款，情节严重的，处以5000元罚款。",
            ["单位", "单位", "个人", "个人"],
        ),
        (
            "第八条 医疗机构篡改病历资料的，给予警告；对有关医务人员，责令暂停6个月以上1年以下执业活动。",
            ["有关医务人员"] * 2,
        ),
    ],
)
def test_on_whom_it_is_imposed_is_the_scope(text: str, expected: list[str]) -> None:
    assert [scope for _, scope in parts_and_scopes(RULES + text)] == expected


def test_how_long_a_statute_suspends_or_bars_somebody_is_a_rule() -> None:
    text = (
        "第六条 申请时提供虚假资料的，不予许可，10年内不受理其许可申请；情节严重的，责令暂停6个月执业活动。"
    )
    found = read(RULES + text)
    assert [figure["role"] for figure in found] == ["rule", "rule"]
    assert [figure["indicator"] for figure in found] == [
        "申请时提供虚假资料不受理其许可申请",
        "申请时提供虚假资料情节严重责令暂停执业活动",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "医保局对该院处罚款3万元，暂停医保结算3个月。",  # reported of one case
        "连续缴费满6个月的，补助800元。",  # no sanction
    ],
)
def test_reports_and_other_cases_are_read_as_before(text: str) -> None:
    assert all("的，" not in words and "罚款+罚款" not in words for words in parts(text))
    assert {figure["scope"] for figure in read(text)} == {None}
