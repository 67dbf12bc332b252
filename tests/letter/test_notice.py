from __future__ import annotations

import pytest

from nhsa_nlp.letter import parse_letter
from nhsa_nlp.record import LetterRecord
from tests.letter.letters import UNKNOWN, head

HEADS: dict[str, tuple[str, dict[str, object]]] = {
    "announcement": (
        "国家医疗保障局办公室关于公布目录调整名单的公告\n2022年第1号\n按照《工作方案》，现予以公布。\n2022年9月6日",
        {
            "kind": "notice",
            "subject": "关于公布目录调整名单的公告",
            "date": "2022-09-06",
            "issuer": "国家医疗保障局办公室",
        },
    ),
    "notice of several bodies": (
        "国家医保局 财政部 国家税务总局关于做好2021年城乡居民基本医疗保障工作的通知\n医保发〔2021〕32号\n\n"
        "各省、自治区、直辖市及新疆生产建设兵团医疗保障局、财政厅（局），国家税务总局各省、自治区、直辖市和计划单列\n"
        "市税务局：\n\n为贯彻落实《中共中央 国务院关于深化医疗保障制度改革的意见》，现通知如下：\n"
        "国家医保局\n财政部\n国家税务总局\n2021年5月27日\n\n附件：一览表",
        {
            "kind": "notice",
            "number": "医保发〔2021〕32号",
            "addressee": "各省、自治区、直辖市及新疆生产建设兵团医疗保障局、财政厅（局），"
            "国家税务总局各省、自治区、直辖市和计划单列市税务局",
            "subject": "关于做好2021年城乡居民基本医疗保障工作的通知",
            "date": "2021-05-27",
            "issuer": "国家医保局、财政部、国家税务总局",
        },
    ),
    "notice that passes a document on": (
        "国家医疗保障局关于印发《医疗保障事业发展统计公报编制办法》的通知\n各省医疗保障局：\n现将该办法印发给你们。\n"
        "国家医疗保障局 2021年2月10日",
        {
            "kind": "notice",
            "addressee": "各省医疗保障局",
            "subject": "关于印发《医疗保障事业发展统计公报编制办法》的通知",
            "date": "2021-02-10",
            "issuer": "国家医疗保障局",
        },
    ),
    "opinion sent to other bodies": (
        "国家医疗保障局关于开展门诊统筹工作的指导意见\n医保发〔2020〕24号\n\n各省、自治区、直辖市人民政府：\n"
        "经国务院同意，提出以下意见。",
        {
            "kind": "notice",
            "number": "医保发〔2020〕24号",
            "addressee": "各省、自治区、直辖市人民政府",
            "subject": "关于开展门诊统筹工作的指导意见",
            "issuer": "国家医疗保障局",
        },
    ),
    "a title that only its line ends": (
        "某省医疗保障局关于加强基金监管工作实施方案\n各市医疗保障局：\n为加强监管，制定本方案。",
        {
            "kind": "notice",
            "addressee": "各市医疗保障局",
            "subject": "关于加强基金监管工作实施方案",
            "issuer": "某省医疗保障局",
        },
    ),
}


@pytest.mark.parametrize("case", HEADS)
def test_head_of_a_notice(case: str) -> None:
    raw, expected = HEADS[case]
    assert head(parse_letter(raw)) == UNKNOWN | expected


def notice(
    title: str = "关于做好工作的通知", *, before: str = "", behind: str = "\n各省医保局：\n请执行。"
) -> LetterRecord:
    return parse_letter(f"{before}{title}{behind}")


@pytest.mark.parametrize(
    ("title", "is_read"),
    [
        ("关于" + "甲" * 195 + "的通知", True),
        ("关于" + "甲" * 196 + "的通知", False),
        (f"关于做好工作的通知（{'试' * 12}）", True),
        ("关于做好工作的若干意见", True),
        ("关于做好工作的若干指导意见", True),
        ("关于做好《甲的通知》工作的通知", True),
        ("关于做好工作的规划", True),
        ("关于做好工作", False),
        ("关于做好工作。的通知", False),
    ],
)
def test_title(title: str, is_read: bool) -> None:
    assert notice(title)["subject"] == (title if is_read else None)


@pytest.mark.parametrize(
    ("behind", "subject"),
    [
        ("各省医保局：请执行。", "关于做好工作的通知"),
        ("精神，各地推进。", None),
        ("》印发。", None),
        ("，各地推进。", None),
        ("的要求很好。", None),
    ],
)
def test_a_title_that_is_only_cited_is_none(behind: str, subject: str | None) -> None:
    assert notice(behind=behind)["subject"] == subject


@pytest.mark.parametrize(("length", "is_read"), [(1497, True), (1498, True), (1499, False)])
def test_a_title_begins_near_the_beginning(length: int, is_read: bool) -> None:
    assert (notice(before="甲" * length + "\n")["subject"] is not None) is is_read


@pytest.mark.parametrize(("length", "is_read"), [(1498, True), (1499, False)])
def test_a_list_of_bodies_has_an_end(length: int, is_read: bool) -> None:
    bodies = ("各省医保局、" * 300)[: length - 1].rstrip("、局")
    bodies += "甲" * (length - len(bodies)) + "局"
    assert notice(behind=f"\n{bodies}：\n请执行。")["addressee"] == (bodies if is_read else None)


@pytest.mark.parametrize(
    ("between", "addressee"),
    [
        ("", "各省医保局"),
        ("\n医保发〔2021〕5号", "各省医保局"),
        ("\n2021年5月1日", "各省医保局"),
        (f"\n（{'甲' * 40}）", "各省医保局"),
        (f"\n（{'甲' * 41}）", "各省医保局"),
        ("\n发布时间：10:14", "各省医保局"),
        ("\n甲乙丙丁戊己日期：2021-05-01", "各省医保局"),
        ("\n甲乙丙丁戊己庚日期：2021-05-01", "各省医保局"),
        ("\n10:14:59", "各省医保局"),
        ("\n很好。", None),
    ],
)
def test_what_may_stand_between_title_and_bodies(between: str, addressee: str | None) -> None:
    assert notice(behind=f"{between}\n各省医保局：\n请执行。")["addressee"] == addressee


@pytest.mark.parametrize(
    ("before", "is_read"),
    [
        ("", True),
        ("国家医保局", True),
        ("很好，", False),
        ("很好的", False),
        ("医保发〔2021〕5号", True),
        ("2021年5月1日", True),
        ("（公开）", True),
        ("5号楼", False),
    ],
)
def test_a_title_begins_a_line_or_what_was_one(before: str, is_read: bool) -> None:
    assert (notice(before=before)["subject"] is not None) is is_read


@pytest.mark.parametrize(
    ("title", "behind", "kind"),
    [
        ("关于做好工作的通知", "\n请执行。", "notice"),
        ("关于做好工作的公告（试行）", "\n请执行。", "notice"),
        ("关于做好工作的意见", "\n请执行。", "other"),
        ("关于做好工作的意见", "\n各省医保局：\n请执行。", "notice"),
        ("关于做好工作的意见", "\n各位：\n请执行。", "notice"),
        ("关于做好工作的意见", "\n如下：\n请执行。", "other"),
    ],
)
def test_what_is_a_notice(title: str, behind: str, kind: str) -> None:
    assert notice(title, behind=behind)["kind"] == kind
