from __future__ import annotations

import pytest

from nhsa_nlp.entities.idioms import AFTER_NUMERALS, idiom_end
from nhsa_nlp.entities.quantities import find_quantities
from nhsa_nlp.text.patterns import read_words

IDIOMS = " ".join(read_words("nhsa_nlp.entities", "idioms.txt").values()).split()


def test_no_idiom_holds_a_quantity() -> None:
    assert [word for word in IDIOMS if find_quantities(f"这是{word}的事")] == []


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [("五花八门", 0, 4), ("数十年如一日", 0, 6), ("怨声四起", 2, 4), ("四起", 0, 0), ("五花", 0, 0)],
)
def test_an_idiom_ends_where_its_last_character_does(text: str, start: int, end: int) -> None:
    assert idiom_end(text, start) == end


def test_what_follows_a_numeral_of_an_idiom_is_known() -> None:
    assert {"花", "毛"} <= AFTER_NUMERALS
    assert "的" not in AFTER_NUMERALS
