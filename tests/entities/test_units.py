from __future__ import annotations

import pytest

from nhsa_nlp.entities import units
from nhsa_nlp.entities.units import UnitLexicon, canonical_unit


@pytest.mark.parametrize(
    ("surface", "unit"),
    [
        ("个月", "月"),
        ("个百分点", "百分点"),
        ("个多月", "月"),
        ("个半小时", "小时"),
        ("个", "个"),
        ("元", "元"),
    ],
)
def test_a_classifier_before_a_measure_is_dropped(surface: str, unit: str) -> None:
    assert canonical_unit(surface) == unit


def test_a_lexicon_matches_the_longest_entry_at_a_position() -> None:
    lexicon = UnitLexicon(frozenset(("元", "元人民币")), frozenset(("人",)))
    assert lexicon.match("3元人民币", 1) == "元人民币"
    assert lexicon.match("3元人", 1) == "元"
    assert lexicon.match("3元人", 2) == "人"
    assert lexicon.match("3元", 0) == ""
    assert lexicon.match("3元", 2) == ""


@pytest.mark.parametrize(
    ("group", "word"),
    [
        ("CLASSIFIERS", "个"),
        ("TIME", "年"),
        ("MONEY", "元"),
        ("MEASURES", "公里"),
        ("LATIN", "kg"),
        ("NOUNS", "省"),
        ("SPELLED_NOUNS", "省"),
        ("PEOPLE", "患者"),
        ("RATE_WORDS", "人"),
        ("SHARES", "%"),
    ],
)
def test_every_group_of_words_is_read(group: str, word: str) -> None:
    words = getattr(units, group)
    assert word in words
    assert not any(" " in entry or entry.startswith(("#", "[")) for entry in words)
