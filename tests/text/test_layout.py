from __future__ import annotations

import pytest

from nhsa_nlp.text.layout import HEADING, is_ascii_word


@pytest.mark.parametrize(
    "text",
    [
        "一、甲",
        "二十三、甲",
        "（一）甲",
        "（二十三）甲",
        "1.甲",
        "12、甲",
        "1．甲",
        "第一章",
        "第五百四十三条",
        "第12节",
        "附：甲",
        "附件:甲",
        "附1",
        "附件2",
    ],
)
def test_the_number_of_a_section_begins_a_heading(text: str) -> None:
    assert HEADING.match(text)


@pytest.mark.parametrize(
    "text",
    [
        "、甲",
        "一二三四、甲",
        "一甲",
        "（）甲",
        "（一二三四）甲",
        "（甲）",
        "123.甲",
        ".甲",
        "1甲",
        "第章",
        "第五百四十三一条",
        "第一项",
        "附件甲",
    ],
)
def test_what_begins_no_heading(text: str) -> None:
    assert not HEADING.match(text)


def test_ascii_words() -> None:
    assert [char for char in "aZ09_-é医１ " if is_ascii_word(char)] == list("aZ09")
