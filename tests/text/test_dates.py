from __future__ import annotations

import pytest

from nhsa_nlp.text.dates import DATE, to_iso


def dates(text: str) -> list[str | None]:
    return [to_iso(match) for match in DATE.finditer(text)]


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2021年7月9日", "2021-07-09"),
        ("2021年12月29日", "2021-12-29"),
        ("2021-07-29", "2021-07-29"),
        ("2021.7.9", "2021-07-09"),
        ("2021/11/30", "2021-11-30"),
        ("1900年1月1日", "1900-01-01"),
        ("2099年1月1日", "2099-01-01"),
        ("2020年2月29日", "2020-02-29"),
        ("二〇二一年七月九日", "2021-07-09"),
        ("二○二一年七月十日", "2021-07-10"),
        ("二零二一年十月十九日", "2021-10-19"),
        ("二0二O年十二月二十九日", "2020-12-29"),
        ("一九九八年十一月三十日", "1998-11-30"),
    ],
)
def test_a_day_is_read_into_iso_form(text: str, iso: str) -> None:
    assert dates(f"于{text}印发") == [iso]


@pytest.mark.parametrize(
    "text",
    [
        "2021年2月29日",
        "2021年13月1日",
        "2021年0月1日",
        "2021年7-29",
        "2021年7-29日",
        "2021-7月29",
        "2021.7.29日",
        "2021年7月29",
        "二〇二一年十三月一日",
        "二〇二一年七月三十二日",
        "二〇二一年七月二二日",
        "二〇二一年七月二五十日",
        "二〇二一年七月十十日",
        "二〇二一年七月十二二日",
        "二〇二一年十十月一日",
    ],
)
def test_what_is_no_day_has_no_iso_form(text: str) -> None:
    assert dates(text) == [None]


@pytest.mark.parametrize(
    "text",
    [
        "12021年7月29日",
        "1899年7月29日",
        "2100年7月29日",
        "2021年123月4日",
        "2021年7月",
        "二〇二年七月一日",
        "二〇二一年七月二十九九日",
        "二〇二一年十十二月一日",
        "三〇二一年七月一日",
    ],
)
def test_what_has_not_the_form_of_a_day_is_passed_over(text: str) -> None:
    assert dates(text) == []
