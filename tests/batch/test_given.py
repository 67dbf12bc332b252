from __future__ import annotations

from typing import Any

import pytest

from nhsa_nlp.batch.given import check_given_text, valid_unicode
from nhsa_nlp.errors import InputError


def test_a_text_is_given_back_as_it_is() -> None:
    assert check_given_text(" 医保\n") == " 医保\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty; nothing to read"),
        (" \n\u3000", "is empty; nothing to read"),
        (None, "has no text"),
        (float("nan"), "has no text"),
        (0.5, "the text is float, not str"),
        (b"\0", "the text is bytes, not str"),
    ],
)
def test_what_is_no_text_is_refused(text: Any, message: str) -> None:
    with pytest.raises(InputError) as caught:
        check_given_text(text)
    assert str(caught.value) == message


def test_half_of_a_surrogate_pair_is_replaced_and_a_whole_one_read() -> None:
    assert valid_unicode("年报\ud800") == "年报\ufffd"
    assert valid_unicode("\ud83d\ude00𠮷") == "😀𠮷"
