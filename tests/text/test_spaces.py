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
        (LINE[:24] + "3", "4亿元", True),
        (LINE[:23] + "3", "4亿元", False),
        (LINE[:24] + "3.", "4亿元", True),
        (LINE[:24] + "1,", "234元", True),
        (LINE[:24] + "18", "8.4亿元", True),
        (LINE[:24] + "3", "4、安排", False),
        (LINE[:24] + "3", "4.安排", False),
        (LINE[:24] + "3", "2021年", False),
        (LINE[:24] + "3", "4甲", False),  # rows of a table
        (LINE[:20] + "2021年", "2022年", False),
        (LINE[:24] + "不低于", "30%", True),
        (LINE[:24] + "约", "30万元", True),
        (LINE[:24] + "2021年", "6月", True),
        (LINE[:24] + "第", "3批", True),
        (LINE[:20] + "《关于做好", "2021年工作的通知》", True),
        (LINE[:20] + "《办法》和", "2021年工作", False),
        ("国办发〔2021〕", "14号", True),
        ("国办发〔2021〕1", "4号", True),
        ("国办发〔20", "21〕14号", True),
        ("办法（2021）", "14项", False),
        ("一、" + LINE[:25], "安排", False),
        (LINE[:25] + "通知", "安排", False),
        (LINE[:25] + "的通知书", "安排", True),
        (LONG[:57] + "通知", "安排", False),
        (LONG[:58] + "通知", "安排", True),
        ("要求", "的安排", True),
        ("要求，", "安排", True),
        ("《要求", "》安排", True),
        ("《医疗保障基金使用监督", "管理条例》", True),
        ("《关于做好", "2021年工作的通知》", True),
        ("《管理办法", "一、总则》", False),
        ("《管理办法》，", "《条例》", True),
        ("《管理办法", "乙单位《条例》", False),
        ("《管理办法", "条例。》", False),
        ("《管理办法", LONG * 3 + "》", False),
        ("参保率为98.", "5%", True),
        ("98.", "5%", False),
        ("参保人数128", "万人", True),
        ("128", "万人", False),
        ("《", "要求》", True),
    ],
)
def test_a_line_break_inside_a_sentence_goes(line: str, following: str, is_joined: bool) -> None:
    assert clean(f"{line}\n{following}").text == line + ("" if is_joined else "\n") + following


def test_a_document_number_is_one_whatever_its_brackets() -> None:
    assert clean("国办发（2021）\n　14号").text == "国办发〔2021〕14号"
    assert clean("国办发［\n2021］14号").text == "国办发〔2021〕14号"


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
        ("2021-06-08 14:35", "2021-06-08 14:35"),
        ("2021/6/8\t9：05", "2021/6/8\t9：05"),
        ("09-01 20:01 至 12-01 18:07", "09-01 20:01至12-01 18:07"),
        ("14:35 3家", "14:35 3家"),
        ("表3 2:1", "表3 2:1"),
        ("表3 25家", "表3 25家"),
        ("2021-06-08  14 : 35", "2021-06-08 14：35"),
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
