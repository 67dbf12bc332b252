from __future__ import annotations

import csv
import io

import pytest

from nhsa_nlp.io.writers.cells import BOM, cell, csv_text, is_formula, listed, plain_cell


@pytest.mark.parametrize("char", ["医", "𠮷"])
def test_a_text_as_long_as_a_cell_is_whole_and_a_longer_one_ends_in_dots(char: str) -> None:
    units = len(char.encode("utf-16-le")) // 2
    text = char * (32_000 // units)
    assert plain_cell(text) == text
    cut = plain_cell(text + "x")
    assert cut.endswith(f"{char}…")
    assert 32_000 - units < len(cut.encode("utf-16-le")) // 2 <= 32_000


def test_what_a_cell_cannot_hold_is_replaced() -> None:
    assert plain_cell("a\x00\x0b\ud800\ufffe\r\nb\rc\td") == "a\ufffd\ufffd\ufffd\ufffd\nb\nc\td"


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "＝1", " =1", '"=1', "'=1", "\t1", "\r1", "“@"])
def test_formulas_begin_with_an_apostrophe(text: str) -> None:
    assert is_formula(text)
    assert cell(text).startswith("'")


# Every character of Unicode that nothing is seen of, see its DerivedCoreProperties.
UNSEEN = "\u200b\ufeff\u200e\u202e\u2060\u00ad\u034f\u180e\ufe0f\u3164\x00\x1c\x7f\x85\U000e0041\U0001d173"


@pytest.mark.parametrize("char", UNSEEN)
def test_unseen_characters_do_not_hide_a_formula(char: str) -> None:
    for text in (f"{char}=1", f' {char}{char}"=1', f"{char}＠a"):
        assert is_formula(text)
    assert not is_formula(f"{char}医保=1")
    assert cell(f"{char}=1").startswith("'")


@pytest.mark.parametrize("text", ["", "1=1", "医保=", " 1", "'a", "（=1）"])
def test_other_texts_are_as_they_were(text: str) -> None:
    assert not is_formula(text)
    assert cell(text) == text


def test_rows_are_read_back_as_they_were() -> None:
    rows = [["a", '引"号"'], ["两\n行", "x,y\tz"]]
    for delimiter in ",\t":
        text = csv_text(rows, delimiter)
        assert text.startswith(BOM)
        assert list(csv.reader(io.StringIO(text[1:], newline=""), delimiter=delimiter)) == rows


def test_names_that_have_no_room_are_counted() -> None:
    assert listed([]) == ""
    assert listed(["甲", "乙"]) == "甲; 乙"
    name = "x" * 98
    assert listed([name] * 319) == "; ".join([name] * 319)
    assert listed([name] * 320).endswith(f"{name}; … (+1)")
    assert len(listed([name] * 10_000)) <= 32_000
