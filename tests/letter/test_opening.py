from __future__ import annotations

import pytest

from nhsa_nlp.letter import parse_letter
from nhsa_nlp.record import LetterRecord

OPENINGS: list[tuple[str, str | None, list[str]]] = [
    ("您提出的“关于甲的建议”由我局分办，现答复如下：", "关于甲的建议", []),
    (
        "您提出的《关于“康养”结合的建议》由我局与民政部、财政部分别办理，现就涉及我局职能的内容答复如下：",
        "关于“康养”结合的建议",
        [],
    ),
    (
        "您提出的关于“十四五”规划的建议收悉，结合我局职能，现答复如下：",
        "关于“十四五”规划的建议",
        [],
    ),
    ("您关于加强监管的建议收悉。经会同国家药监局研究，现答复如下：", "关于加强监管的建议", ["国家药监局"]),
    (
        "你们联名提出的《关于落实<办法>的建议》（第12号）已收悉，现就有关情况答复如下：",
        "关于落实<办法>的建议",
        [],
    ),
    ("您提出的建立调剂金制度的建议收悉，经认真研究，现答复如下：", "建立调剂金制度的建议", []),
    (
        "张三代表提出的《关于甲的建议》收悉。综合财政部及民政部意见，答复如下：",
        "关于甲的建议",
        ["财政部", "民政部"],
    ),
    ("您提出的关于甲的建议收悉，经商有关部门，现答复如下：", "关于甲的建议", []),
    ("您提出的关于发展商业健康保险的建议收悉，现答复如下：", "关于发展商业健康保险的建议", []),
    (
        "您提出的关于甲的建议收悉，经商住房和城乡建设部和中国残疾人联合会，现答复如下：",
        "关于甲的建议",
        ["住房和城乡建设部", "中国残疾人联合会"],
    ),
    ("经商国家药监局，现答复如下：一、国家医保局始终支持创新", None, ["国家药监局"]),
    ("提出的“关于推动商业健康保险发展”的提案收悉。现答复如下：", "关于推动商业健康保险发展", []),
    ("提交的关于甲的建议收悉，现答复如下：", "关于甲的建议", []),
    ("在市政协三次会议上提出的《关于甲的建议》收悉，现答复如下：", "关于甲的建议", []),
    (
        "政协第十三届全国委员会第三次会议的集体提案《关于甲的建议》收悉，经商财政部，现答复如下：",
        "关于甲的建议",
        ["财政部"],
    ),
    ("您提出的建议具有一定合理性、前瞻性。", None, []),
]


@pytest.mark.parametrize(("raw", "subject", "consulted"), OPENINGS)
def test_opening_sentence(raw: str, subject: str | None, consulted: list[str]) -> None:
    letter = parse_letter(raw)
    assert letter["kind"] == "reply"
    assert letter["subject"] == subject
    assert letter["consulted"] == consulted


def test_body_is_unknown_if_only_a_quoted_title_says_proposal() -> None:
    """A member of the CPPCC may title a 提案 关于…的建议."""
    assert parse_letter("您提出的《关于完善目录的建议》收悉，现答复如下：")["body"] is None
    assert parse_letter("您提出的《关于完善目录的提案》收悉，现答复如下：")["body"] == "cppcc"
    assert parse_letter("您提出的关于完善目录的建议收悉，现答复如下：")["body"] == "npc"
    assert parse_letter("您提出的关于完善目录的提案收悉，现答复如下：")["body"] == "cppcc"


# What follows is around the longest that is read.


def opening(proposal: str, *, behind: str = "收悉，现答复如下：") -> LetterRecord:
    return parse_letter(f"您提出的{proposal}{behind}")


@pytest.mark.parametrize(
    ("proposal", "subject", "number"),
    [
        ("甲乙丙丁建议", "甲乙丙丁建议", None),
        ("甲乙丙建议", None, None),
        ("甲" * 160 + "建议", "甲" * 160 + "建议", None),
        ("甲" * 161 + "建议", None, None),
        (f"关于甲的建议（{'第12号，' + '甲' * 35}）", "关于甲的建议", "12"),
        (f"关于甲的建议（{'第12号，' + '甲' * 36}）", None, None),
        (f"《关于甲的建议》（{'甲' * 40}）", "关于甲的建议", None),
        (f"《关于甲的建议》（{'甲' * 41}）", "关于甲的建议", None),
        ("《关于甲的建议》的第123456789012号提案", "关于甲的建议", None),
        ("《关于甲的建议》第ABC-12号建议", "关于甲的建议", "12"),
        ("《关于甲的建议》第12号代表建议", "关于甲的建议", "12"),
        ("《关于《乙》甲的建议》", "关于《乙》甲的建议", None),
        ("第0123号提案《关于甲的建议》", "关于甲的建议", "0123"),
        (f"第12号（{'类' * 20}）提案《关于甲的建议》", "关于甲的建议", "12"),
        ("第衢江13号建议", None, "衢江13"),
        ("第ABC13号建议", None, "ABC13"),
        ("第12-123456号建议", None, "12-123456"),
        ("第1234567890号建议", None, "1234567890"),
        ('"关于甲的建议"', "关于甲的建议", None),
    ],
)
def test_title_and_number(proposal: str, subject: str | None, number: str | None) -> None:
    letter = opening(proposal)
    assert (letter["subject"], letter["proposal_number"]) == (subject, number)


@pytest.mark.parametrize(
    ("behind", "consulted"),
    [
        ("收悉，经商民政部，现答复如下：", ["民政部"]),
        ("收悉，经商商务部，现答复如下：", ["商务部"]),
        ("收悉，商业保险公司很好，现答复如下：", []),
        ("收悉，会同民政部共同研究，现答复如下：", ["民政部"]),
        ("收悉，经与民政部沟通，现答复如下：", ["民政部"]),
        ("收悉，结合民政部意见，现答复如下：", ["民政部"]),
        ("收悉，经商民政部。结合民政部、财政部意见，现答复如下：", ["民政部", "财政部"]),
        ("收悉，经商民政部。会同财政部研究，现答复如下：", ["民政部", "财政部"]),
        (f"收悉，经商民政部。{'甲' * 392}答复如下：财政部", ["民政部"]),
        (f"收悉，很好。经商民政部{'甲' * 391}，答复如下：", []),
    ],
)
def test_who_was_consulted(behind: str, consulted: list[str]) -> None:
    assert opening("关于甲的建议", behind=behind)["consulted"] == consulted


@pytest.mark.parametrize(("distance", "is_one"), [(400, True), (401, False)])
def test_the_answer_is_announced_soon_after_what_was_received(distance: int, is_one: bool) -> None:
    behind = "。经商民政部，"
    behind += "甲" * (distance - len(behind))
    assert opening("关于甲的建议", behind=f"收悉{behind}答复如下：")["consulted"] == (
        ["民政部"] if is_one else []
    )


@pytest.mark.parametrize(("length", "is_read"), [(3986, True), (3987, False)])
def test_an_opening_is_near_the_beginning(length: int, is_read: bool) -> None:
    letter = parse_letter("医" * length + "。您提出的关于甲乙的建议收悉。")
    assert (letter["subject"] is not None) is is_read


@pytest.mark.parametrize(("length", "is_read"), [(3984, True), (3985, False)])
def test_an_opening_is_near_the_addressee(length: int, is_read: bool) -> None:
    letter = parse_letter("张三代表：您好。" + "医" * length + "。您提出的关于甲的建议收悉。")
    assert (letter["subject"] is not None) is is_read


def test_what_was_received_must_be_a_proposal() -> None:
    assert parse_letter("来信收悉。")["kind"] == "other"
    assert parse_letter("第12号建议收悉。")["kind"] == "reply"


def test_without_whoever_made_it_a_title_begins_with_its_word() -> None:
    assert parse_letter("关于甲乙的建议收悉，现答复如下：")["subject"] == "关于甲乙的建议"
    assert parse_letter("甲乙丙丁的建议收悉，现答复如下：")["subject"] is None
