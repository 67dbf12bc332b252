from __future__ import annotations

import pytest

from nhsa_nlp.letter import parse_letter
from tests.letter.letters import UNKNOWN, head

HEADS: dict[str, tuple[str, dict[str, object]]] = {
    "proposal": (
        "关于提高门诊待遇的建议\n一、制定实施方案\n尽快印发。",
        {"subject": "关于提高门诊待遇的建议"},
    ),
    "proposal with number and label, its title broken into lines": (
        "政协第十四届全国委员会第二次会议第0456号提案\n案由：关于加强基金监管、\n严惩欺诈骗保的提案\n近年来骗保多发。",
        {
            "body": "cppcc",
            "proposal_number": "0456",
            "session": "政协第十四届全国委员会第二次会议",
            "subject": "关于加强基金监管、严惩欺诈骗保的提案",
        },
    ),
    "a title alone": ("关于降低缴费标准的建议", {"subject": "关于降低缴费标准的建议"}),
    "prose about a proposal": ("关于降低缴费标准的建议很好。\n要落实。", {}),
    "a part of a reply under a title": (
        "关于降低缴费标准的建议\n您提出的建议很有意义。",
        {"kind": "reply"},
    ),
}


@pytest.mark.parametrize("case", HEADS)
def test_head_of_a_proposal(case: str) -> None:
    raw, expected = HEADS[case]
    assert head(parse_letter(raw)) == UNKNOWN | expected


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        ("关于" + "甲" * 115 + "的建议\n很好。", "关于" + "甲" * 115 + "的建议"),
        ("关于" + "甲" * 116 + "的建议\n很好。", None),
        (f"关于甲的建议（{'乙' * 20}）\n很好。", f"关于甲的建议（{'乙' * 20}）"),
        (f"关于甲的建议（{'乙' * 21}）\n很好。", None),
        ("关于甲的建议（乙）\n很好。", "关于甲的建议（乙）"),
        ("关于甲的建议（）\n很好。", None),
        ("关于甲的意见和建议\n很好。", "关于甲的意见和建议"),
        ("关于甲的若干议案\n很好。", "关于甲的若干议案"),
        ("案由：关于甲的提案\n很好。", "关于甲的提案"),
        ("建议名称：关于甲的提案\n很好。", "关于甲的提案"),
        ("内容：关于甲的提案\n很好。", None),
        ("政协关于甲的提案\n很好。", None),
        ("政协\n关于甲的提案\n很好。", "关于甲的提案"),
        ("关于甲的建议的建议\n很好。", "关于甲的建议的建议"),
        ("很好。\n关于甲的建议\n", None),
    ],
)
def test_title(raw: str, subject: str | None) -> None:
    assert parse_letter(raw)["subject"] == subject
