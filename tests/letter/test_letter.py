"""Whole letters, fragments of letters, and any text."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhsa_nlp.letter import parse_letter
from tests.letter.letters import UNKNOWN, head, read, titles
from tests.paths import RESOURCES, TRAINING_DATA

# --- complete letters -------------------------------------------------------------------------

COMPLETE: dict[str, tuple[dict[str, object], list[str]]] = {
    "npc-13-4-2020": (
        {
            "kind": "reply",
            "body": "npc",
            "number": "医保函〔2021〕85号",
            "proposal_number": "2020",
            "session": "十三届全国人大四次会议",
            "addressee": "聂鹏举代表",
            "subject": "关于加快实现全国医保跨地区结算的建议",
            "date": "2021-07-29",
            "issuer": "国家医疗保障局",
        },
        [
            "关于统一规划，整合城镇职工和居民医疗系统与新型农村合作医疗系统，提高医保统筹层次",
            "关于加快实现跨省异地就医直接结算",
            "关于强化医疗保险制度财务平稳运行措施",
        ],
    ),
    "npc-13-5-6706": (
        {
            "kind": "reply",
            "body": "npc",
            "number": "医保函〔2022〕251号",
            "proposal_number": "6706",
            "session": "十三届全国人大五次会议",
            "addressee": "徐云波代表",
            "subject": "关于进一步完善城乡居民医保政策的建议",
            "consulted": ["国家卫生健康委"],
            "date": "2022-09-30",
            "issuer": "国家医疗保障局",
        },
        [
            "关于“暂缓个人缴费提标，建立适当增长的缴费机制”的建议",
            "关于“建立可预期参保机制”的建议",
            "关于“进一步深化医保改革”的建议",
            "关于“增强医疗服务有效供给”的建议",
            "关于“切实保证参保水平”的建议",
        ],
    ),
    "cppcc-13-4-4599": (
        {
            "kind": "reply",
            "body": "cppcc",
            "number": "医保函〔2021〕107号",
            "proposal_number": "4599",
            "proposal_category": "医疗体育类554号",
            "session": "政协十三届全国委员会第四次会议",
            "addressee": "农工界",
            "subject": "关于健全完善我国医疗救助制度的提案",
            "date": "2021-08-10",
            "issuer": "国家医疗保障局",
        },
        [
            "关于构建医疗救助法律体系",
            "关于完善统一规范的医疗救助制度",
            "关于完善医疗救助运行管理机制",
            "加快健全防止因病返贫致贫长效机制",
        ],
    ),
    "notice-2019-04-12": (
        {
            "kind": "notice",
            "addressee": "各省(自治区、直辖市)民政厅(局)、财政厅(局)、人力资源社会保障厅(局)、"
            "卫生计生委、扶贫办;各保监局;各计划单列市民政局、财政局、人力资源社会保障局、卫生计生委、扶贫办;"
            "新疆生产建设兵团民政局、财务局、人力资源社会保障局、卫生计生委、扶贫办",
            "subject": "关于进一步加强医疗救助与城乡居民大病保险有效衔接的通知",
            "date": "2019-04-12",
        },
        ["加强保障对象衔接", "加强支付政策衔接", "加强经办服务衔接", "加强监督管理衔接"],
    ),
}


@pytest.mark.parametrize("name", COMPLETE)
def test_complete_letter(name: str) -> None:
    expected, expected_titles = COMPLETE[name]
    letter = parse_letter(read(name))
    assert head(letter) == UNKNOWN | expected
    assert titles(letter) == expected_titles


@pytest.mark.parametrize("name", COMPLETE)
def test_sections_run_from_number_to_number(name: str) -> None:
    raw = read(name)
    sections = parse_letter(raw)["sections"]
    for number, section in zip("一二三四五", sections, strict=False):
        assert raw.startswith(f"{number}、", section["start"])
    assert [section["end"] for section in sections[:-1]] == [section["start"] for section in sections[1:]]


@pytest.mark.parametrize(
    ("name", "closing"),
    [
        ("npc-13-4-2020", "感谢您对国家医疗保障工作的理解和支持。"),
        ("npc-13-5-6706", "感谢您对医疗保障工作的关心和支持。"),
        ("cppcc-13-4-4599", "感谢你们对医疗保障工作的关心和支持。"),
    ],
)
def test_last_section_ends_at_the_closing_words(name: str, closing: str) -> None:
    raw = read(name)
    assert raw.startswith(closing, parse_letter(raw)["sections"][-1]["end"])


@pytest.mark.parametrize("name", COMPLETE)
def test_lost_line_breaks_change_nothing(name: str) -> None:
    raw = read(name)
    flat, whole = parse_letter(re.sub(r"\s+", "", raw)), parse_letter(raw)
    assert head(flat) == head(whole)
    assert titles(flat) == titles(whole)


@pytest.mark.parametrize("width", [22, 28, 35])
@pytest.mark.parametrize("name", COMPLETE)
def test_lines_broken_at_a_width_change_nothing(name: str, width: int) -> None:
    raw = read(name)
    lines = [line[i : i + width] for line in raw.split("\n") for i in range(0, len(line), width)]
    wrapped, whole = parse_letter("\n".join(lines)), parse_letter(raw)
    assert head(wrapped) == head(whole)
    assert titles(wrapped) == titles(whole)


@pytest.mark.parametrize("name", COMPLETE)
def test_windows_line_breaks_change_nothing(name: str) -> None:
    raw = read(name)
    other, whole = parse_letter(raw.replace("\n", "\r\n")), parse_letter(raw)
    assert head(other) == head(whole)
    assert titles(other) == titles(whole)


# --- no letter --------------------------------------------------------------------------------

NO_LETTER: dict[str, tuple[str, dict[str, object]]] = {
    "prose that cites a number, a date and a title": (
        "根据国办发〔2020〕20号文件要求，2021年7月29日，国家医疗保障局印发了《关于完善目录的通知》（医保发〔2021〕5号）。"
        "国家医疗保障局2021年8月10日召开会议。",
        {},
    ),
    "prose that begins with a number cited": ("按照医保发〔2021〕5号精神，各地持续推进。", {}),
    "news about proposals": (
        "扎实提高建议提案办理质量和水平。分管局领导召开会议，传达全国人大、全国政协建议提案交办会精神。",
        {},
    ),
    "nothing": ("", {}),
    "white space": (" \n\u3000\n", {}),
}


@pytest.mark.parametrize("case", NO_LETTER)
def test_what_is_no_letter(case: str) -> None:
    raw, expected = NO_LETTER[case]
    assert head(parse_letter(raw)) == UNKNOWN | expected


# --- fragments --------------------------------------------------------------------------------


def fragments() -> list[tuple[str, dict[str, object]]]:
    """Return the replies of the data and what was read off each of them by hand."""
    lines = (TRAINING_DATA / "replies.tsv").read_text(encoding="utf-8").splitlines()
    checked = (RESOURCES / "letter_fragments.jsonl").read_text(encoding="utf-8").splitlines()
    return [(lines[row["row"]].split("\t", 1)[1], row) for row in map(json.loads, checked)]


def test_heads_of_fragments() -> None:
    pairs = fragments()
    assert len(pairs) >= 40
    for raw, expected in pairs:
        letter = parse_letter(raw)
        for key in ("addressee", "subject", "consulted", "issuer", "date"):
            assert letter[key] == expected[key], (expected["row"], key)
        # The heads were cut off before these were collected.
        assert letter["number"] is letter["session"] is letter["proposal_number"] is None


def test_sections_of_fragments() -> None:
    """Every section is found; where lost line breaks leave its title open, at least 95% are exact."""
    missed: list[tuple[str, str]] = []
    total = 0
    for raw, expected in fragments():
        found = titles(parse_letter(raw))
        wanted = expected["titles"]
        assert isinstance(wanted, list)
        assert len(found) == len(wanted), expected["row"]
        missed += [pair for pair in zip(wanted, found, strict=True) if pair[0] != pair[1]]
        total += len(wanted)
    assert len(missed) <= 0.05 * total, missed


# --- any text ---------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *("一、", "二、", "三、", "十一、", "关于", "的建议", "的通知", "您提出的", "收悉", "现答复如下："),
        *("代表：", "委员：", "《", "》", "“", "”", "（", "）", "国家医疗保障局", "财政部", "经商"),
        *("2021年7月29日", "2019.04.12", "医保函〔2021〕85号", "第2020号", "十三届全国人大四次会议"),
        *("。", "，", "、", "：", "—2—", "一2一", "6", "感谢您对工作的支持", "（主动公开）", "令第3号"),
        *("各省医疗保障局：", "\n", "\n\n", "\r\n", " ", "\u3000"),
    ]
)


TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=40).map("".join)


@given(TEXTS)
def test_any_text_has_sorted_disjoint_sections(raw: str) -> None:
    letter = parse_letter(raw)
    position = 0
    for section in letter["sections"]:
        assert position <= section["start"] < section["end"] <= len(raw)
        position = section["end"]
        assert re.match("[一二三四五六七八九十]", raw[section["start"] :])
        assert not re.search(r"\s", section["title"])
    assert letter["kind"] in ("reply", "notice", "other")
    if letter["date"] is not None:
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", letter["date"])
    for key in ("number", "proposal_number", "session", "addressee", "subject", "issuer"):
        assert letter[key] != ""


@given(st.sampled_from(sorted(COMPLETE)), st.integers(0, 400), st.sampled_from(["\n", "  ", "\u3000"]))
def test_leading_white_space_only_moves_the_sections(name: str, count: int, space: str) -> None:
    raw = read(name)
    whole, moved = parse_letter(raw), parse_letter(space * count + raw)
    shift = len(space) * count
    assert head(moved) == head(whole)
    assert [(s["start"] - shift, s["end"] - shift) for s in moved["sections"]] == [
        (s["start"], s["end"]) for s in whole["sections"]
    ]


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (f"您提出的{'甲' * 60}建议很好。", "reply"),
        (f"您提出的{'甲' * 61}建议很好。", "other"),
        ("你们关于甲的提案很好。", "reply"),
        ("感谢您对工作的支持。", "reply"),
        ("您好。建议很好。", "other"),
    ],
)
def test_a_fragment_that_speaks_to_whoever_made_the_proposal(raw: str, kind: str) -> None:
    assert parse_letter(raw)["kind"] == kind


def test_an_answer_without_addressee_and_opening_begins_behind_its_heading() -> None:
    raw = "关于建议的答复\n一、关于甲的建议\n国家重视。\n二、关于乙的建议\n国家重视。"
    letter = parse_letter(raw)
    assert letter["kind"] == "reply"
    assert titles(letter) == ["关于甲的建议", "关于乙的建议"]


def test_the_first_sentence_is_no_head() -> None:
    assert parse_letter("很好。\n医保发〔2021〕5号\n甲")["number"] is None
    assert parse_letter("医保发〔2021〕5号\n甲")["number"] == "医保发〔2021〕5号"
    for length, number in ((3990, "医保发〔2021〕5号"), (3991, None)):
        assert parse_letter("甲" * (length - 1) + "\n医保发〔2021〕5号")["number"] == number
