from __future__ import annotations

import pytest

from nhsa_nlp.io.store.search_tokens import folded, index_text, tokens
from nhsa_nlp.text import clean


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("异地就医", ["异", "地", "就", "医"]),
        ("国办发〔2021〕14号", ["国", "办", "发", "2021", "14", "号"]),
        ("ＤＲＧ付费 3.0", ["drg", "付", "费", "3", "0"]),
        ("Covid-19", ["covid", "19"]),
        ("二〇二一", ["二", "〇", "二", "一"]),
        ("𠮷林", ["𠮷", "林"]),
        ("a_b", ["a", "b"]),
        ("，！——", []),
    ],
)
def test_each_character_and_each_run_of_others_is_a_token(text: str, found: list[str]) -> None:
    assert tokens(text) == found


def test_folding_keeps_places() -> None:
    text = "ＡＢ㎏İ①医"
    assert len(folded(text)) == len(text)
    assert folded("ＡＢ") == "ab"
    assert folded("㎏İ") == "㎏İ"  # each would become two


@pytest.mark.parametrize(
    "raw",
    ["ＤＲＧ付费3.0，医—3—保", "a_b 𠮷林，！——", "İ①㎏x医x医", "1医2 Ω≈ç ñ", "", "\n\0\ufffe\u3005々〇、。"],
)
def test_the_index_takes_the_tokens_of_the_cleaned_text(raw: str) -> None:
    assert index_text(raw).split() == tokens(clean(raw).text)


def test_one_space_is_between_neighbours_and_more_where_something_else_was() -> None:
    assert index_text("医保，药A品 2021年") == " 医 保  药 a 品 2021 年 "
    assert index_text("𠮷林\n\n\n——ab——cd") == " 𠮷 林  ab cd"
