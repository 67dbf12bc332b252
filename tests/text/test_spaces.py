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
