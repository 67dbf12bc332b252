from __future__ import annotations

import pytest

from nhsa_nlp.entities.false_positives import fixed_term_end, is_congress, is_part_of_code
from nhsa_nlp.entities.quantities import find_quantities


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        # dates and years
        ("共366日", ["366日"]),
        ("共367日", []),
        ("6月5日", []),
        ("于5日内", ["5日"]),
        ("不少于5日", ["5日"]),
        ("于5日", []),
        ("15日前", []),
        ("3年级", []),
        ("5年6月", []),
        ("5年6个月", ["5年6个月"]),
        ("2021年", []),
        ("21年", ["21年"]),
        # what is named by its number
        ("1类创新药", []),
        ("三类医疗器械", []),
        ("三类药品", ["三类"]),
        ("95%CI", []),
        ("95%", ["95%"]),
        ("一、二档", []),
        ("分三档", ["三档"]),
        ("8时30分", []),
        ("共30分", ["30分"]),
        ("人大四次会议", []),
        ("召开四次会议", ["四次"]),
        ("三级医院", []),
        ("省市县三级", ["三级"]),
        ("二级", []),
        ("3周岁", ["3周岁"]),
        ("3周期", []),
        ("10mg×7s", ["10mg"]),
        ("共7s", ["7s"]),
        ("星期三，三星期", []),
        ("3星期", ["3星期"]),
        ("一省", []),
        ("两省", ["两省"]),
        ("5字，五字", ["5字"]),
        ("二两", ["二两"]),
        ("二两酒", []),
        # multipliers and words
        ("万名医师", []),
        ("近千家", ["千家"]),
        ("每千人", []),
        ("零件", []),
        ("零元", ["零元"]),
        ("人数百人", []),
        ("达数百人", ["数百人"]),
        ("三部分", []),
        ("3种类型", ["3种"]),
        # codes
        ("DRG3项", ["3项"]),
        ("PD3项", []),
        ("第3项", []),
        ("第3-5项", []),
        ("A、B、C三项", ["三项"]),
    ],
)
def test_what_counts(text: str, counted: list[str]) -> None:
    assert [text[found.start : found.end] for found in find_quantities(text)] == counted


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("一个问题", []),
        ("仅一个问题", ["一个"]),
        ("每多生一个", ["一个"]),
        ("每一个", []),
        ("一年的时间表", ["一年"]),
        ("一年以内", ["一年"]),
        ("连续一年", ["一年"]),
        ("同一年内", []),
        ("每年一次", ["每年一次"]),
        ("一次性", []),
        ("最后一公里", []),
        ("长一公里", ["一公里"]),
        ("半年", ["半年"]),
        ("过半年", []),
        ("半个", []),
        ("以下几点", []),
        ("几家", ["几家"]),
        ("前几家", []),
        ("“两个统一”", []),
        ("“两年内”", ["两年"]),
    ],
)
def test_an_indefinite_number_does_not_count(text: str, counted: list[str]) -> None:
    assert [text[found.start : found.end] for found in find_quantities(text)] == counted


def test_fixed_terms_congresses_and_codes() -> None:
    assert fixed_term_end("三医联动", 0) == 2
    assert fixed_term_end("五花八门的", 0) == 4
    assert fixed_term_end("各地烽烟四起", 4) == 6
    assert fixed_term_end("三名医师", 0) == 0
    assert is_congress("党的二十大", 2)
    assert not is_congress("二十大类", 0)
    assert is_part_of_code("V2.0", 3)
    assert not is_part_of_code("共2项", 1)
