from __future__ import annotations

import pytest
from hypothesis import given, settings

from nhsa_nlp.text import clean
from tests.text.ocr import OCR


@given(OCR)
@settings(max_examples=400)
def test_cleaning_is_idempotent(raw: str) -> None:
    once = clean(raw).text
    assert clean(once).text == once


def nested(depth: int) -> str:
    """Return a page mark around a page mark around …: each shows when the one within it has gone."""
    text = ""
    for number in range(depth):
        dash = "—一"[number % 2]
        text = f"{dash}{text}3{dash}"
    return text


@pytest.mark.parametrize(("depth", "is_done"), [(2, True), (18, True), (19, False)])
def test_a_text_made_for_it_is_not_cleaned_for_ever(depth: int, is_done: bool) -> None:
    once = clean(nested(depth)).text
    assert (clean(once).text == once) is is_done


def test_traditional_script_is_read_as_simplified() -> None:
    view = clean("總額 3.2萬億元")
    assert view.text == "总额3.2万亿元"
    assert view.raw[slice(*view.to_raw(2, 8))] == "3.2萬億元"


def test_what_a_deletion_brings_together_is_cleaned_in_its_turn() -> None:
    view = clean("难以一—3—5一步 实\u200b现")
    assert view.text == "难以步实现"
    assert view.page_marks == ((2, 8),)
    assert view.deleted == ((2, 8), (9, 10), (11, 12))
