"""The heads that govern a place of a document."""

from __future__ import annotations

from nhsa_nlp.figures.indicators.outline import Outline
from nhsa_nlp.figures.structure.sentences import find_sentences, mask

TEXT = """清河市居民医保政策

一、门诊待遇
（一）起付标准：
一级医院90元。
（二）大病保险待遇是什么？
一级医院60%。
二、住院待遇
支付限额为8万元。
"""


def heads(place: str) -> list[str]:
    masks = mask(TEXT)
    outline = Outline(masks, find_sentences(masks, []))
    return [TEXT[start:end] for start, end in outline.governing(TEXT.index(place))]


def test_a_head_governs_up_to_the_next_of_its_rank() -> None:
    assert heads("90元") == ["起付标准", "门诊待遇", "清河市居民医保政策"]
    assert heads("60%") == ["大病保险", "门诊待遇", "清河市居民医保政策"]
    assert heads("8万元") == ["住院待遇", "清河市居民医保政策"]


def test_nothing_governs_the_beginning() -> None:
    masks = mask("参保90人。")
    assert Outline(masks, find_sentences(masks, [])).governing(0) == ()
    assert Outline(mask(""), []).governing(0) == ()
