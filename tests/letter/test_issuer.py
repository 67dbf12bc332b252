from __future__ import annotations

import pytest

from nhsa_nlp.letter import parse_letter
from nhsa_nlp.letter.flat import FlatText
from nhsa_nlp.letter.issuer import names_before
from nhsa_nlp.text import clean


@pytest.mark.parametrize(
    ("before", "names"),
    [
        ("国家医疗保障局", ["国家医疗保障局"]),
        ("国家医疗保障局财政部国家税务总局", ["国家医疗保障局", "财政部", "国家税务总局"]),
        ("国家医疗保障局\n财政部\n", ["国家医疗保障局", "财政部"]),
        ("国家医疗保障局 财政部", ["国家医疗保障局", "财政部"]),
        ("国家医疗保障局、财政部", ["国家医疗保障局", "财政部"]),
        ("很好。财政部", ["财政部"]),
        ("医保函〔2021〕5号财政部", ["财政部"]),
        ("2021年5月1日财政部", ["财政部"]),
        ("第5号日财政部", ["日财政部"]),
        ("某某\n财政部", ["财政部"]),
        ("来源：财政部\n国家税务总局", ["国家税务总局"]),
        ("来源：财政部", ["财政部"]),
        ("一局", ["一局"]),
        ("龥局", ["龥局"]),
        ("根据财政部", []),
        ("很好", []),
        ("", []),
    ],
)
def test_names_before(before: str, names: list[str]) -> None:
    flat = FlatText(clean(f"{before}公布。"), [])
    start, found = names_before(flat, len(flat.text) - 3)
    assert found == names
    assert (start == len(flat.text) - 3) is (not names)


@pytest.mark.parametrize("more", ["", "部"])
def test_names_run_together_are_read_so_far(more: str) -> None:
    """120 characters are 40 names; what stands before them belongs to none."""
    flat = FlatText(clean(more + "甲乙局" * 40 + "公布。"), [])
    assert names_before(flat, len(flat.text) - 3) == (len(more), ["甲乙局"] * 40)


def test_a_letter_may_have_several_issuers() -> None:
    assert (
        parse_letter("国家医保局\n财政部\n关于做好工作的通知\n各省医保局：\n请执行。")["issuer"]
        == "国家医保局、财政部"
    )
