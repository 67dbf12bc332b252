from __future__ import annotations

import pytest

from nhsa_nlp.letter import parse_letter
from tests.letter.letters import titles

TITLES: dict[str, tuple[str, list[str]]] = {
    "titles with a full stop": (
        "一、关于规范支付范围。国家建立制度。\n二、关于坚持定位。党中央提出要求。",
        ["关于规范支付范围", "关于坚持定位"],
    ),
    "a ratio in a title": ("一、按6：3：1出资\n二、按疗效付费\n", ["按6：3：1出资", "按疗效付费"]),
    "subsections behind a title with a year": (
        "一、总体目标和到2025年实现的任务（一）促进治理。",
        ["总体目标和到2025年实现的任务"],
    ),
    "subsections": ("一、深化改革，提升基金使用效率（一）促进治理。", ["深化改革，提升基金使用效率"]),
    "a title broken behind quotation marks": (
        "一、关于“建立缴费机制”\n\n的建议居民医保实行财政补助和个人缴费相结合的筹资方式。",
        ["关于“建立缴费机制”的建议"],
    ),
    "one line": (
        "一、关于甲的建议近年来，工作推进。二、关于乙的问题您提出的建议很好。",
        ["关于甲的建议", "关于乙的问题"],
    ),
}


@pytest.mark.parametrize("case", TITLES)
def test_titles(case: str) -> None:
    raw, expected = TITLES[case]
    assert titles(parse_letter(raw)) == expected
