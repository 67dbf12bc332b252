from __future__ import annotations

from hypothesis import given, settings

from nhsa_nlp.text import clean
from tests.text.ocr import OCR


@given(OCR)
@settings(max_examples=400)
def test_cleaning_is_idempotent(raw: str) -> None:
    once = clean(raw).text
    assert clean(once).text == once
