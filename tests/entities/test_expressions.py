from __future__ import annotations

from decimal import Decimal

import pytest

from nhsa_nlp.entities.expressions import (
    NumberExpression,
    find_number,
    plain_numerals,
    read_number,
    well_formed,
    without_last,
)


def read(text: str) -> NumberExpression | None:
    match = find_number(text, 0)
    return match and read_number(match)


@pytest.mark.parametrize(
    ("text", "surface", "value", "more"),
    [
        ("共3.8亿余元", "3.8亿余", 380_000_000, True),
        ("二十多万人", "二十多万", 200_000, True),
        ("数百家", "数百", 100, True),
        ("1,234.5元", "1,234.5", Decimal("1234.5"), False),
        ("2个亿元", "2个亿", 200_000_000, False),
        ("2个亿元村", "2", 2, False),
        ("2.5×10^4元", "2.5×10^4", 25_000, False),
        ("半年", "半", Decimal("0.5"), False),
        ("几家", "几", None, False),
        ("七十百分位", "七十", 70, False),
    ],
)
def test_a_number_is_read_as_it_stands(text: str, surface: str, value: object, more: bool) -> None:
    number = read(text)
    assert number is not None
    assert (number.surface, number.value, number.more) == (surface, value, more)
    assert text[number.start : number.end] == surface


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("两三个", (Decimal(2), Decimal(3))),
        ("七八十个", (Decimal(70), Decimal(80))),
        ("三五个", (Decimal(3), Decimal(5))),
        ("三六个", None),  # three apart
        ("三三个", None),
        ("零一个", None),
        ("十五六天", (Decimal(15), Decimal(16))),
        ("一万六七千元", (Decimal(16000), Decimal(17000))),
        ("一百二三十人", (Decimal(120), Decimal(130))),
        ("一千零五六人", (Decimal(1005), Decimal(1006))),
        ("一百零二人", None),
        ("十三五个", None),  # two apart
    ],
)
def test_neighbouring_digits_are_a_pair(text: str, pair: tuple[Decimal, Decimal] | None) -> None:
    number = read(text)
    assert (number and number.pair) == pair


@pytest.mark.parametrize(
    ("spelled", "whole"),
    [
        ("一百二十", "一百二十"),
        ("七十百", "七十"),
        ("一百千", "一百"),
        ("三十两", "三十"),
        ("一千两百", "一千两百"),
        ("百十", "百十"),
        ("三万亿", "三万亿"),
        ("三亿亿", "三亿"),
        ("三廿", "三"),
        ("一百廿", "一百廿"),
    ],
)
def test_a_numeral_ends_where_it_is_well_formed(spelled: str, whole: str) -> None:
    assert well_formed(spelled) == whole


def test_the_last_multiplier_may_belong_to_the_unit() -> None:
    kilowatts, kilowatt = read("100千瓦"), read("千瓦")
    assert kilowatts
    assert kilowatt
    shorter = without_last(kilowatts)
    assert shorter
    assert (shorter.surface, shorter.value, shorter.end) == ("100", Decimal(100), 3)
    assert without_last(kilowatt) is None


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("两百贰拾二个", "两百二十二个"),
        ("参佰元", "三百元"),
        ("参保人", "参保人"),
        ("叁佰元", "三百元"),
        ("仟分之贰", "千分之二"),
        ("陆军，大陆，伍先生", "陆军，大陆，伍先生"),
        ("3拾", "3十"),
        ("收拾", "收拾"),
        ("二○○八年", "二〇〇八年"),
        ("二OO八年，三五○○人", "二〇〇八年，三五〇〇人"),
        ("○○公司，三OTC药", "○○公司，三OTC药"),
    ],
)
def test_financial_numerals_become_plain_ones(written: str, plain: str) -> None:
    assert plain_numerals(written) == plain


def test_a_number_is_looked_for_from_a_position_on() -> None:
    match = find_number("3家，上5家", 1)
    assert match
    assert match.span() == (4, 5)
    assert find_number("以上", 0) is None


@pytest.mark.parametrize("text", ["统一的", "二是", "（三）", "进一步", "2021年6月30日", "2021年"])
def test_dates_and_digits_that_count_nothing_are_passed_over(text: str) -> None:
    assert find_number(text, 0) is None
