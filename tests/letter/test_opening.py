from __future__ import annotations

import pytest

from nhsa_nlp.letter import parse_letter

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
