from __future__ import annotations

import pytest

from nhsa_nlp.text import clean


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (
            "国家医保局、财政部和国家税务总局已联合印发指导意见，与您的考虑是一致的，要求各级医保部门要完善与公安、民政、人力资源社会\n\n保障等部门的数据",
            "国家医保局、财政部和国家税务总局已联合印发指导意见，与您的考虑是一致的，要求各级医保部门要完善与公安、民政、人力资源社会保障等部门的数据",
        ),
        ("一、关于构建医疗救助法律体系\n\n按照中央部署", "一、关于构建医疗救助法律体系\n按照中央部署"),
        ("聂鹏举代表：\r\n\r\n您提出的", "聂鹏举代表：\n您提出的"),
        ("建立适当增长的机制”\n\n的建议", "建立适当增长的机制”的建议"),
    ],
)
def test_line_breaks(raw: str, expected: str) -> None:
    assert clean(raw).text == expected


LINE = "国家医保局会同有关部门研究完善基本医疗保险药品目录调整机制"
"""28 characters; from 25 on, the page broke a line that ends without punctuation."""
LONG = LINE + "并就支付标准与谈判规则征求各省级医疗保障部门及行业协会学会企业代表"
"""61 characters; from 60 on, a line is no title."""


@pytest.mark.parametrize(
    ("line", "following", "is_joined"),
    [
        (LINE[:24], "安排", False),
        (LINE[:25], "安排", True),
        (LINE[:25] + "。", "安排", False),
        (LINE[:25] + "）", "安排", False),
        (LINE[:25], "一、安排", False),
        (LINE[:25], "（十三）安排", False),
        (LINE[:25], "12.安排", False),
        (LINE[:25], "123.安排", False),
        (LINE[:25], "第十章", False),
        (LINE[:25], "第五百四十三条", False),
        (LINE[:25], "第123456条", True),
        (LINE[:25], "（一二三四）安排", True),
        (LINE[:25], "二十三、安排", False),
        (LINE[:25], "附件：甲", False),
        (LINE[:25], "附1", False),
        (LINE[:25], "3项", False),
        ("一、" + LINE[:25], "安排", False),
        (LINE[:25] + "通知", "安排", False),
        (LINE[:25] + "的通知书", "安排", True),
        (LONG[:57] + "通知", "安排", False),
        (LONG[:58] + "通知", "安排", True),
        ("要求", "的安排", True),
        ("要求，", "安排", True),
        ("《要求", "》安排", True),
        ("《", "要求》", True),
    ],
)
def test_a_line_break_inside_a_sentence_goes(line: str, following: str, is_joined: bool) -> None:
    assert clean(f"{line}\n{following}").text == line + ("" if is_joined else "\n") + following


def test_a_line_is_measured_from_the_break_before_it() -> None:
    assert clean(f"甲\n{LINE[:24]}\n安排").text == f"甲\n{LINE[:24]}\n安排"
    assert clean(f"甲\n{LINE[:25]}\n安排").text == f"甲\n{LINE[:25]}安排"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("COVID  19 vaccine", "COVID 19 vaccine"),
        ("COVID\t19", "COVID19"),
        ("a \u200b b", "a b"),
        ("12 345", "12345"),
        ("A 1", "A 1"),
        ("PD-1 抗体", "PD-1抗体"),
        ("甲 \n \n 乙", "甲\n乙"),
        (" 医保 ", "医保"),
        ("\n医保\n", "医保"),
        ("医\ufeff保\u00ad基\u2060金", "医保基金"),
        ("第一段。\n\n— 3 —\n\n第二段。", "第一段。\n第二段。"),
        ("第一段。—3—\n第二段。", "第一段。\n第二段。"),
        ("第一段。\n—3—第二段。", "第一段。\n第二段。"),
    ],
)
def test_spaces(raw: str, text: str) -> None:
    assert clean(raw).text == text


def test_what_stays_is_not_among_what_was_deleted() -> None:
    assert clean("第一段。\n第二段。a b").deleted == ()
