from typing import Any

import pytest

from nhsa_nlp.entities.doc_numbers import find_doc_numbers
from nhsa_nlp.entities.grammar import find_entities


@pytest.mark.parametrize(
    ("text", "span", "normalized"),
    [
        ("意见》（国办发〔2021〕14号），启动", "国办发〔2021〕14号", "国办发〔2021〕14号"),
        ("按照国办发【2019］10号文要求", "国办发【2019］10号", "国办发〔2019〕10号"),
        ("见粤府办(2021)5号文件", "粤府办(2021)5号", "粤府办〔2021〕5号"),
        ("（卫农卫发〔2012〕36号）", "卫农卫发〔2012〕36号", "卫农卫发〔2012〕36号"),
        ("根据财社（2009】66号", "财社（2009】66号", "财社〔2009〕66号"),
        ("国办发—3—（2019]10号文", "国办发—3—（2019]10号", "国办发〔2019〕10号"),
        ("《条例》（国务院令第735号）、", "国务院令第735号", "国务院令第735号"),
        ("（国令第735号，以下简称", "国令第735号", "国令第735号"),
        ("《办法》（中华人民共和国国务院令第735号）", "中华人民共和国国务院令第735号", None),
        ("和国家卫生健康委员会令第5号", "国家卫生健康委员会令第5号", None),
        ("主席令第三十五号", "主席令第三十五号", "主席令第35号"),
        ("（人力资源和社会保障部令第41号）", "人力资源和社会保障部令第41号", None),
        ("7月30日原国家食品药品监督管理总局令第8号", "国家食品药品监督管理总局令第8号", None),
        ("根据国务院第680号令", "国务院第680号令", "国务院令第680号"),
        ("《办法》（卫生部第五十三号令）", "卫生部第五十三号令", "卫生部令第53号"),
        ("主席令（第三十五号）公布", "主席令（第三十五号）", "主席令第35号"),
        ("《通知》（（89）卫计字第138号）", "（89）卫计字第138号", "〔89〕卫计字第138号"),
        ("《公告》（2018年第79号），建立", "2018年第79号", "2018年第79号"),
    ],
)
def test_found_and_normalised(text: str, span: str, normalized: str) -> None:
    found: list[Any] = [e for e in find_entities(text) if e["label"] == "DOC_NO"]
    assert [e["text"] for e in found] == [span]
    assert found[0]["normalized"] == (normalized or span)


@pytest.mark.parametrize(
    "text",
    [
        "第4599号（医疗体育类554号）提案",
        "社会保险法第三十条",
        "第2020号建议",
        "47号文",
        "按第680号令执行",
        "2021年第3季度",
        "编号〔2021〕",
        "（1999）海民初字第123号判决",
        "国家医保局令（以下简称）第3号",
        "国务院令第三三十号，国务院第三三十号令",
        "国务院令第\u0663735号",
    ],
)
def test_other_numbers_are_not_document_numbers(text: str) -> None:
    assert find_doc_numbers(text) == []


@pytest.mark.parametrize(
    ("issuer", "code"),
    [
        ("发", None),
        ("某发", "某发"),
        # A code has up to nine characters.
        ("甲乙丙丁戊己医保发", "甲乙丙丁戊己医保发"),
        ("甲乙丙丁戊己庚医保发", "医保发"),
        # One that begins with an agency has up to twelve.
        ("某某人社甲乙丙丁戊己庚辛壬发", "人社甲乙丙丁戊己庚辛壬发"),
        ("某人社甲乙丙丁戊己庚辛壬癸发", None),
        ("根据甲乙丙丁戊己庚辛发", "甲乙丙丁戊己庚辛发"),
        ("根据甲乙丙丁戊己庚辛壬发", None),
        ("根据粤甲乙", "粤甲乙"),
        ("根据甲", None),
    ],
)
def test_how_long_the_code_of_an_issuer_is(issuer: str, code: str | None) -> None:
    found = find_doc_numbers(f"，{issuer}〔2021〕14号")
    assert [number.normalized for number in found] == ([f"{code}〔2021〕14号"] if code else [])


def test_the_name_of_an_agency_has_at_most_thirty_characters() -> None:
    (number,) = find_doc_numbers(f"{'甲' * 30}部令第5号")
    assert number.normalized == f"{'甲' * 29}部令第5号"
    assert number.start == 1
