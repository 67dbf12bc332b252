from __future__ import annotations

import pytest

from nhsa_nlp.archive.policies.identity.issuers import (
    IssuedNumber,
    full_name,
    is_local,
    is_misreading,
    issuer_of_number,
    read_issuers,
    read_number,
    without_office,
)


@pytest.mark.parametrize("number", ["国令第735号", "国务院令第735号", "中华人民共和国国务院令第735号"])
def test_an_order_has_one_number(number: str) -> None:
    read = read_number(number)
    assert read is not None
    assert str(read) == "国务院令第735号"


@pytest.mark.parametrize(
    ("number", "issuer"),
    [
        ("国办发〔2021〕14号", "国务院办公厅"),
        ("医保发〔2021〕5号", "国家医疗保障局"),
        ("财社〔2009〕66号", "财政部"),
        ("国卫医发〔2019〕42号", "国家卫生健康委员会"),
        ("国卫医函〔2016〕306号", "国家卫生和计划生育委员会"),
        ("国卫办医函〔2018〕1079号", None),  # the year of the reorganisation
        ("云政办发〔2022〕40号", "云南省人民政府办公厅"),
        ("川医保发〔2022〕1号", "四川省医疗保障局"),
        ("川医保办函〔2022〕1号", "四川省医疗保障局办公室"),
        ("京政发〔2022〕1号", "北京市人民政府"),
        ("云办发〔2022〕1号", None),
        ("国医保发〔2022〕1号", None),
        ("宁政发〔2022〕1号", None),  # Ningxia or Nanjing
        ("国家医疗保障局令第2号", "国家医疗保障局"),
        ("2018年第79号", None),
        ("某某发〔2022〕1号", None),
    ],
)
def test_issuer_of_a_number(number: str, issuer: str | None) -> None:
    read = read_number(number)
    assert read is not None
    assert issuer_of_number(read) == issuer


@pytest.mark.parametrize(
    ("year", "issuer"),
    [("2017", "国家卫生和计划生育委员会"), ("2018", None), ("2019", "国家卫生健康委员会")],
)
def test_who_issued_a_health_code_depends_on_the_year(year: str, issuer: str | None) -> None:
    assert issuer_of_number(IssuedNumber("国卫医发", year, "1")) == issuer


def test_a_number_has_at_most_eighty_characters() -> None:
    assert read_number("甲" * 71 + "〔2021〕14号") is not None
    assert read_number("甲" * 72 + "〔2021〕14号") is None


@pytest.mark.parametrize(
    ("one", "other", "misread"),
    [
        (("国办发", "42"), ("国办发", "47"), True),
        (("国办发", "4"), ("国办发", "7"), False),  # one digit says too little
        (("国办发", "42"), ("国办发", "4"), True),
        (("国办发", "42"), ("国力发", "42"), True),
        (("财社", "42"), ("财杜", "42"), False),
        (("财社", "42"), ("财社发", "42"), True),
        (("财", "42"), ("财社", "42"), False),
        (("财社", "42"), ("粤财社", "42"), False),  # a province's
        (("国办发", "42"), ("国力发", "47"), False),
    ],
)
def test_one_sign_misread(one: tuple[str, str], other: tuple[str, str], misread: bool) -> None:
    numbers = [IssuedNumber(code, "2021", serial) for code, serial in (one, other)]
    assert is_misreading(*numbers) is misread
    assert is_misreading(*reversed(numbers)) is misread


@pytest.mark.parametrize(
    ("text", "issuers"),
    [
        ("国家医保局财政部", ("国家医疗保障局", "财政部")),
        ("中共中央国务院", ("中共中央", "国务院")),
        ("民政部等四部门", ("民政部",)),
        ("八部门", ()),
        ("进一步加强", None),
        ("", None),
    ],
)
def test_the_bodies_in_front_of_a_title(text: str, issuers: tuple[str, ...] | None) -> None:
    assert read_issuers(text) == issuers


def test_names_of_bodies() -> None:
    assert full_name("国家医保局办公室") == "国家医疗保障局办公室"
    assert without_office("国务院办公厅") == "国务院"
    assert without_office("办公厅") == "办公厅"
    assert is_local("广州市医疗保障局")
    assert not is_local("国家市场监督管理总局")
