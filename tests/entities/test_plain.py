from __future__ import annotations

from decimal import Decimal

import pytest

from nhsa_nlp.entities.plain import read_plain
from nhsa_nlp.entities.quantities import find_quantities


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("共〔30%〕的", "30", "%"),
        ("增长〔2.5%〕，", "2.5", "%"),
        ("1%〔1%〕1%", "1", "%"),
        ("在〔3年〕3个", "3", "年"),
        ("分〔3个〕五%", "3", "个"),
        ("有〔9家〕医院", "9", "家"),
        ("计〔三次〕，", "3", "次"),
        ("为〔一%〕一%", "1", "%"),
    ],
)
def test_number_and_sign(text: str, value: str, unit: str) -> None:
    start, end = text.index("〔"), text.index("〕") - 1
    text = text.replace("〔", "").replace("〕", "")
    assert read_plain(text, start, start) == (Decimal(value), unit, end)
    assert (start, end, (Decimal(value),), unit) in [found[:4] for found in find_quantities(text)]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "3%-5%",
            "3%至五%",
            "3个月",
            "3个亿",
            "3元人民币",
            "3人口",
            "3次会议",
            "3次/年",
            "3次每人",
            "95%CI",
        ),
        *("3年半", "3年级", "3年12月", "3年零两个月", "5元6角", "5元五角", "5元1,000分", "5人次", "5部分"),
        *("一个", "一次", "二次", "2021年", "012%", "3万元", "3级", "3日", "3 %", "95%CI"),
    ],
)
def test_what_may_be_more_is_left(text: str) -> None:
    assert read_plain("有" + text, 1, 0) is None


@pytest.mark.parametrize(
    "text",
    [
        "第3家",
        "1.3家",
        "-3%",
        "负3%",
        "¥3元",
        "±3%",
        "“3个”",
        "每3年",
        "每人3元",
        "每一%",
        "至3年",
        "A3类",
        "。2.2本",
    ],
)
def test_what_leads_in_is_left_too(text: str) -> None:
    start = next(index for index, char in enumerate(text) if char in "23一")
    assert read_plain(text, start, 0) is None


def test_only_what_follows_the_quantity_before_is_its_rate() -> None:
    assert read_plain("每人3元5次", 4, 4) == (Decimal(5), "次", 6)
    assert read_plain("每人3元5次", 4, 0) is None
