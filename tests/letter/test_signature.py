from __future__ import annotations

import pytest

from nhsa_nlp.letter import parse_letter
from tests.letter.letters import UNKNOWN, head

ENDS: dict[str, tuple[str, dict[str, object]]] = {
    "a sentence goes on behind a date at the end of a line": (
        "各项工作有序推进。国家医疗保障局2021年8月10日\n印发文件，明确有关要求。",
        {},
    ),
    "the date of a regulation that is repealed": (
        "本办法自2004年1月1日起实施。1999年5月1日实施的《甲乙管理办法》同时废止。",
        {},
    ),
    "regulation": (
        "国家医疗保障局令\n第3号\n《零售药店医疗保障定点管理暂行办法》已经2020年12月24日第2次局务会议审议通过，"
        "现予以公布，自2021年2月1日起施行。\n\n局长：胡静林\n2020年12月30日\n\n零售药店医疗保障定点管理暂行办法\n"
        "第一章　总　则\n第一条　为加强和规范零售药店医疗保障定点管理，制定本办法。",
        {"number": "国家医疗保障局令第3号", "date": "2020-12-30", "issuer": "国家医疗保障局"},
    ),
}


@pytest.mark.parametrize("case", ENDS)
def test_date_and_issuer(case: str) -> None:
    raw, expected = ENDS[case]
    assert head(parse_letter(raw)) == UNKNOWN | expected


THANKS = "感谢您的支持。"


@pytest.mark.parametrize(
    ("end", "date", "issuer"),
    [
        ("\n财政部\n2021年5月1日", "2021-05-01", "财政部"),
        ("\n财政部2021年5月1日", "2021-05-01", "财政部"),
        ("财政部2021年5月1日", "2021-05-01", "财政部"),
        ("\n财政部\n民政部\n2021年5月1日", "2021-05-01", "财政部、民政部"),
        ("\n财政部（章）\n2021年5月1日", "2021-05-01", "财政部"),
        ("\n财政部（此页无正文）2021年5月1日", "2021-05-01", "财政部"),
        ("\n财政部2021年5月1日（主动公开）", "2021-05-01", "财政部"),
        ("\n财政部2021年5月1日联系人：甲", "2021-05-01", "财政部"),
        ("\n财政部2021年5月1日12", "2021-05-01", "财政部"),
        ("\n财政部2021年5月1日\n抄送：甲", "2021-05-01", "财政部"),
        ("\n财政部2021年5月1日\n印发文件", None, None),
        ("\n财政部2021年5月1日讲", None, None),
        ("\n财政部2021年13月1日", None, None),
        ("\n主任：张三丰\n2021年5月1日", "2021-05-01", None),
        ("\n局长张三\n2021年5月1日", "2021-05-01", None),
        ("\n2021年5月1日", "2021-05-01", None),
        ("2021年5月1日", "2021-05-01", None),
        ("\n2021年5月1日（此件公开）", None, None),
        ("\n2021年5月1日（主动公开）", "2021-05-01", None),
        ("\n2021年5月1日（此件主动公开）（依申请公开）", "2021-05-01", None),
        ("\n2021年5月1日（主动公开）（主动公开）（主动公开）", None, None),
        ("很好\n2021年5月1日\n甲乙", None, None),
        (f"{THANKS}\n2021年5月1日\n甲乙", "2021-05-01", None),
        (f"{THANKS}\n财政部", None, "财政部"),
        (f"{THANKS}财政部", None, "财政部"),
        ("\n财政部", None, None),
        (f"{THANKS}很好。{'甲' * 69}。\n财政部", None, "财政部"),
        (f"{THANKS}很好。{'甲' * 70}。\n财政部", None, None),
        (f"{THANKS}很好。{'甲' * 69}。\n2021年5月1日\n甲", "2021-05-01", None),
        (f"{THANKS}很好。{'甲' * 70}。\n2021年5月1日\n甲", None, None),
    ],
)
def test_end_of_a_letter(end: str, date: str | None, issuer: str | None) -> None:
    letter = parse_letter(f"您提出的关于甲的建议收悉，现答复如下：工作有序推进。{end}")
    assert (letter["date"], letter["issuer"]) == (date, issuer)


@pytest.mark.parametrize(
    ("closing", "is_one"),
    [
        ("感谢您的支持。", True),
        (f"感谢您{'甲' * 60}支持。", True),
        (f"感谢您{'甲' * 61}支持。", False),
        ("最后，再次衷心感谢代表的关心。", True),
        ("专此答复", True),
        ("以上答复如有不妥，请指出。", True),
        ("此致敬礼", True),
        ("感谢财政部的支持。", False),
        (f"感谢您的支持。{'甲' * 593}", True),
        (f"感谢您的支持。{'甲' * 594}", False),
    ],
)
def test_the_last_section_ends_before_the_closing_words(closing: str, is_one: bool) -> None:
    raw = f"一、关于甲的建议\n国家重视。\n{closing}"
    (section,) = parse_letter(raw)["sections"]
    assert section["end"] == (raw.index(closing) if is_one else len(raw))


def test_closing_words_stand_apart() -> None:
    raw = "一、关于甲的建议\n国家重视并感谢您的支持。"
    assert parse_letter(raw)["sections"][0]["end"] == len(raw)
