"""Where the subject and the titles of a letter stand in the cleaned text, and whose numbers it takes."""

from __future__ import annotations

from nhsa_nlp.entities.doc_numbers import find_doc_numbers
from nhsa_nlp.letter import parse_letter, read_letter
from nhsa_nlp.text import clean

LETTER = (
    "国家医疗保障局对十三届全国人大四次会议\n第2020号建议的答复\n医保函〔2021〕 85号\n\n某某代表：\n"
    "您提出的关于加快 异地就医\n结算的建议收悉，经商财政部，现答复如下：\n"
    "一、关于直接 结算\n我局印发了通知。\n二、关于备案管理\n各地简化手续。\n感谢您的支持。\n"
    "国家医疗保障局\n2021年7月29日"
)


def test_subject_and_titles_lie_in_the_cleaned_text() -> None:
    cleaned = clean(LETTER)
    letter = read_letter(cleaned)
    assert letter.record == parse_letter(LETTER)
    assert letter.subject is not None
    assert cleaned.text[slice(*letter.subject)] == "关于加快异地就医\n结算的建议"
    assert letter.record["subject"] == "关于加快异地就医结算的建议"
    titles = [cleaned.text[slice(*title)] for title in letter.titles]
    assert titles == ["关于直接结算", "关于备案管理"] == [s["title"] for s in letter.record["sections"]]


def test_the_numbers_are_those_of_the_grammar() -> None:
    cleaned = clean(LETTER)
    numbers = find_doc_numbers(cleaned.text)
    assert read_letter(cleaned, numbers).record["number"] == "医保函〔2021〕85号"
    assert read_letter(cleaned, []).record["number"] is None


def test_a_number_that_is_cited_is_not_its_own() -> None:
    assert parse_letter("根据国办发〔2021〕14号文件，各地抓好落实。")["number"] is None
    assert parse_letter("国办发〔2021〕14号\n各地：\n抓好落实。")["number"] == "国办发〔2021〕14号"


def test_a_code_of_a_city_behind_its_label_is_whole() -> None:
    assert parse_letter("文号 丽医保函〔2025〕7号\n各单位：")["number"] == "丽医保函〔2025〕7号"


def test_a_heading_that_ends_with_the_word_for_a_letter_makes_a_reply() -> None:
    heading = "国家医疗保障局关于政协十三届全国委员会第四次会议第4599号提案答复的函\n医保函〔2021〕107号\n"
    letter = parse_letter(heading + "国家高度重视困难群众。")
    assert (letter["kind"], letter["body"], letter["proposal_number"]) == ("reply", "cppcc", "4599")
    assert (letter["number"], letter["subject"]) == ("医保函〔2021〕107号", None)


def test_a_line_above_the_number_is_not_part_of_it() -> None:
    letter = parse_letter("第四次会议\n医保函〔2021〕85号\n各有关单位：\n抓好落实。")
    assert letter["number"] == "医保函〔2021〕85号"
