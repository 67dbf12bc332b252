from __future__ import annotations

import pytest

from nhsa_nlp.io.documents.numbering import numeral


@pytest.mark.parametrize(
    ("number", "form", "written"),
    [
        (1, "chineseCounting", "一"),
        (10, "chineseCounting", "十"),
        (12, "chineseCountingThousand", "十二"),
        (20, "japaneseCounting", "二十"),
        (105, "chineseCounting", "一百零五"),
        (110, "chineseCounting", "一百一十"),
        (1005, "chineseCounting", "一千零五"),
        (10_010, "chineseCounting", "一万零一十"),
        (12, "chineseLegalSimplified", "壹拾贰"),
        (2021, "ideographDigital", "二〇二一"),
        (11, "ideographTraditional", "甲"),
        (12, "ideographZodiac", "亥"),
        (4, "upperRoman", "IV"),
        (1994, "lowerRoman", "mcmxciv"),
        (4000, "upperRoman", "4000"),
        (27, "lowerLetter", "aa"),
        (26, "upperLetter", "Z"),
        (7, "decimalZero", "07"),
        (12, "decimalFullWidth", "１２"),
        (20, "decimalEnclosedCircle", "⑳"),
        (21, "decimalEnclosedCircleChinese", "21"),
        (3, "decimalEnclosedParen", "（3）"),
        (3, "none", ""),
        (3, "unheardOf", "3"),
        (0, "chineseCounting", "0"),
        (100_000, "chineseCounting", "100000"),
    ],
)
def test_numerals_are_those_of_word(number: int, form: str, written: str) -> None:
    assert numeral(number, form) == written
