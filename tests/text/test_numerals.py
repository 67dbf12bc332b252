from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhsa_nlp.text.numerals import multiplier, parse_number, to_json_number


def spell(number: int) -> str:
    """Write a number below 10**16 in Chinese, an implementation independent of the parser."""
    digits = "零一二三四五六七八九"
    if number < 10:
        return digits[number]
    for factor, name in ((10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十")):
        if number >= factor:
            high, low = divmod(number, factor)
            gap = "零" if low and low * 10 < factor else ""
            return spell(high) + name + (gap + spell(low) if low else "")
    raise AssertionError


@given(st.integers(0, 10**15))
def test_spelling_and_parsing_are_inverse(number: int) -> None:
    assert parse_number(spell(number)) == number


@given(st.decimals(min_value=0, max_value=10**12, places=4, allow_nan=False, allow_infinity=False))
def test_arabic_numbers_are_exact(number: Decimal) -> None:
    assert parse_number(format(number, "f")) == number
    assert parse_number(format(number, "f") + "万") == number * 10000


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234.5", "1234.5"),
        ("2，000", "2000"),
        ("1.3万", "13000"),
        ("1.3万亿", "1300000000000"),
        ("3亿5000万", "350000000"),
        ("1万2千", "12000"),
        ("二〇二一", "2021"),
        ("九八八三亿", "988300000000"),
        ("一二〇万", "1200000"),
        ("三百五", "350"),
        ("两万五", "25000"),
        ("一百零五", "105"),
        ("三点五亿", "350000000"),
        ("零点九", "0.9"),
        ("十", "10"),
        ("廿", "20"),
        ("五百卅四", "534"),
        ("4×10^9", "4000000000"),
        ("2.5×10⁴", "25000"),
        ("1.5兆", "1500000000000"),
        ("一兆二千亿", "1200000000000"),
        ("三千万亿", "3000000000000000"),
        ("一亿三千万", "130000000"),
        ("一万亿三千万", "1000030000000"),
        ("亿万", "1000000000000"),
        ("万", "10000"),
        ("零万", "0"),
        ("五", "5"),
        ("零", "0"),
        ("十五", "15"),
        ("三百零五", "305"),
        ("三百十", "310"),
        ("三千五", "3500"),
        ("三千零五", "3005"),
        ("三万五", "35000"),
        ("三百12", "312"),
        ("三百5", "305"),
        ("13万2", "132000"),
        ("2千5", "2500"),
        ("13万02", "130002"),
        ("13万零2", "130002"),
        ("13万25", "130025"),
        ("½", "0.5"),
        ("1½", "1.5"),
        ("1千零20", "1020"),
        ("十点五", "10.5"),
        ("一点二三万亿", "1230000000000"),
        ("壹佰贰拾叁", "123"),
        ("肆仟伍佰陆拾柒", "4567"),
        ("捌玖", "89"),
        ("俩", "2"),
        ("二○二○", "2020"),
        ("1.5", "1.5"),
        ("卅", "30"),
        ("卌二", "42"),
        ("1.2.3", None),
        ("1.2.3万", None),
        ("三点五点六", None),
        ("三点万", None),
        ("三5", None),
        ("5三", None),
        ("2×10^x", None),
        ("二廿", None),
        ("4×10", None),
        ("", None),
        ("三三十", None),
        ("1..2", None),
        ("三点", None),
        ("元", None),
    ],
)
def test_cases(text: str, value: str | None) -> None:
    if value is None:
        with pytest.raises(ValueError):
            parse_number(text)
    else:
        assert parse_number(text) == Decimal(value)


def test_multipliers_multiply_and_others_are_refused() -> None:
    assert multiplier("百万亿") == 10**14
    assert multiplier("") == 1
    with pytest.raises(ValueError):
        multiplier("三")


def test_whole_numbers_become_ints() -> None:
    assert repr(to_json_number(Decimal("13000.0"))) == "13000"
    assert repr(to_json_number(Decimal("1.5"))) == "1.5"
