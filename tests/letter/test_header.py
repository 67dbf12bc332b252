from __future__ import annotations

import pytest

from nhsa_nlp.letter import parse_letter
from tests.letter.letters import PROVINCIAL, UNKNOWN, head

HEADS: dict[str, tuple[str, dict[str, object]]] = {
    "provincial bureau, several deputies": (
        PROVINCIAL,
        {
            "kind": "reply",
            "body": "npc",
            "number": "粤医保函〔2021〕85号",
            "proposal_number": "1234",
            "session": "广东省十三届人大四次会议",
            "addressee": "张三、李四等3名代表",
            "subject": "关于进一步完善异地就医结算的建议",
            "consulted": ["省财政厅", "省卫生健康委"],
            "date": "2021-06-15",
            "issuer": "广东省医疗保障局",
        },
    ),
    "number with a place, opinion of others": (
        "浙江省医疗保障局关于省十三届人大五次会议衢13号建议的答复\n王五代表：\n"
        "您在省十三届人大五次会议上提出的《关于提高山区居民医保待遇的建议》（衢13号）收悉。"
        "结合省财政厅、省民政厅的会办意见，现答复如下：\n一是加大投入。\n浙江省医疗保障局\n2022年6月1日",
        {
            "kind": "reply",
            "body": "npc",
            "proposal_number": "衢13",
            "session": "省十三届人大五次会议",
            "addressee": "王五代表",
            "subject": "关于提高山区居民医保待遇的建议",
            "consulted": ["省财政厅", "省民政厅"],
            "date": "2022-06-01",
            "issuer": "浙江省医疗保障局",
        },
    ),
    "party, date in Chinese numerals, a 提案 titled 建议": (
        "上海市医疗保障局关于市政协十三届五次会议第0123号提案的答复\n沪医保提〔2022〕15号\n民建上海市委：\n"
        "贵委在市政协十三届五次会议上提出的“关于加强长期护理保险试点的建议”的提案收悉，经研究，"
        "现将办理情况答复如下：\n上海市医疗保障局\n二〇二二年五月十日",
        {
            "kind": "reply",
            "body": "cppcc",
            "number": "沪医保提〔2022〕15号",
            "proposal_number": "0123",
            "session": "市政协十三届五次会议",
            "addressee": "民建上海市委",
            "subject": "关于加强长期护理保险试点的建议",
            "date": "2022-05-10",
            "issuer": "上海市医疗保障局",
        },
    ),
    "county, web page with a time, masked name": (
        "某某县医疗保障局关于对县政协第十二届三次会议第16号提案办理情况的复函\n\n时间:2022-09-28 08:19\n\n"
        "许**委员:\n\n你们提出的“关于加大对因病致贫群众关爱力度的 提案”已收悉,现函复如下:\n\n"
        "近年来,我县医保保障水平提高。\n\n1.加大扶持力度,完善机制。\n\n感谢您对我县医保工作的关注和支持。特此函复\n\n"
        "联系单位:某某县医疗保障局\n\n某某县医疗保障局\n\n2022年9月29日",
        {
            "kind": "reply",
            "body": "cppcc",
            "proposal_number": "16",
            "session": "县政协第十二届三次会议",
            "addressee": "许**委员",
            "subject": "关于加大对因病致贫群众关爱力度的提案",
            "date": "2022-09-29",
            "issuer": "某某县医疗保障局",
        },
    ),
    "greeting, letter-spaced heading": (
        "某某市医疗保障局\n关于对市七届人大五次会议第71号建议的\n答 复\n某医保发〔2023〕148号\n"
        "尊敬的王某某代表:\n您好!您所提的“关于改善就医环境的建议”已收悉，我局高度重视。现答复如下:\n"
        "以上答复您是否满意，如有意见，敬请反馈。\n此致\n敬礼\n某某市医疗保障局\n2023年6月29日",
        {
            "kind": "reply",
            "body": "npc",
            "number": "某医保发〔2023〕148号",
            "proposal_number": "71",
            "session": "市七届人大五次会议",
            "addressee": "王某某代表",
            "subject": "关于改善就医环境的建议",
            "date": "2023-06-29",
            "issuer": "某某市医疗保障局",
        },
    ),
    "one line, full-width digits, mixed brackets, agreement of others": (
        "医保函〔２０２２]251号国家医疗保障局对十三届全国人大五次会议第６７０６号建议的答复徐云波代表："
        "您提出的关于完善医保政策的建议收悉，经商财政部、国家税务总局同意，现答复如下：近年来，财政加大投入。"
        "感谢您对医疗保障工作的关心和支持。国家医疗保障局2022年9月30日（主动公开）",
        {
            "kind": "reply",
            "body": "npc",
            "number": "医保函〔2022〕251号",
            "proposal_number": "6706",
            "session": "十三届全国人大五次会议",
            "addressee": "徐云波代表",
            "subject": "关于完善医保政策的建议",
            "consulted": ["财政部", "国家税务总局"],
            "date": "2022-09-30",
            "issuer": "国家医疗保障局",
        },
    ),
    "page mark inside the heading, party": (
        "国家医疗保障局关于政协十四届全国委员会第一次\n—1—\n会议第0459号（社会管理类115号）提案答复的函\n"
        "医保函【2023】12号\n九三学社中央：\n"
        "你们提出的《关于健全长期护理保险制度的提案》收悉，商民政部、财政部后，现答复如下：",
        {
            "kind": "reply",
            "body": "cppcc",
            "number": "医保函〔2023〕12号",
            "proposal_number": "0459",
            "proposal_category": "社会管理类115号",
            "session": "政协十四届全国委员会第一次会议",
            "addressee": "九三学社中央",
            "subject": "关于健全长期护理保险制度的提案",
            "consulted": ["民政部", "财政部"],
            "issuer": "国家医疗保障局",
        },
    ),
    "two numbers, names over two lines": (
        "国家医疗保障局对十三届全国人大四次会议第2020号、第2021号建议的答复\n张三、李四、\n王五代表：\n"
        "你们提出的关于完善支付方式的建议收悉，现一并答复如下：",
        {
            "kind": "reply",
            "body": "npc",
            "proposal_number": "2020、2021",
            "session": "十三届全国人大四次会议",
            "addressee": "张三、李四、王五代表",
            "subject": "关于完善支付方式的建议",
            "issuer": "国家医疗保障局",
        },
    ),
    "the colon behind the addressee is lost": (
        "国家医疗保障局对十四届全国人大二次会议第3210号建议的答复\n赵敏 代表\n"
        "您提出的关于推进医保支付改革的建议收悉，"
        "经商国家发展改革委、工业和信息化部和财政部等部门，现答复如下",
        {
            "kind": "reply",
            "body": "npc",
            "proposal_number": "3210",
            "session": "十四届全国人大二次会议",
            "addressee": "赵敏代表",
            "subject": "关于推进医保支付改革的建议",
            "consulted": ["国家发展改革委", "工业和信息化部", "财政部"],
            "issuer": "国家医疗保障局",
        },
    ),
    "web page with labels, the date of publication is another": (
        "首页 > 政务公开 > 建议提案\n索引号 11332500/2025-41491 文号 丽医保函〔2025〕7号\n"
        "成文日期 2025-04-20 公开方式 主动公开\n丽水市医疗保障局关于市政协五届四次会议第271号提案的答复\n"
        "发布时间：2025-04-27 10:14 信息来源： 丽水市医疗保障局\n\n张宁委员：\n"
        "您提出的第271号提案《关于加强社区急救能力建设的建议》收悉。会同市财政局、市红十字会研究，现答复如下：",
        {
            "kind": "reply",
            "body": "cppcc",
            "number": "丽医保函〔2025〕7号",
            "proposal_number": "271",
            "session": "市政协五届四次会议",
            "addressee": "张宁委员",
            "subject": "关于加强社区急救能力建设的建议",
            "consulted": ["市财政局", "市红十字会"],
            "date": "2025-04-20",
            "issuer": "丽水市医疗保障局",
        },
    ),
    "no 您, a note of whom the proposal went to": (
        "国家医疗保障局关于政协第十四届全国委员会第二次会议第02345号提案答复的函\n医保函〔2024〕99号\n民建中央：\n"
        "《关于完善长期护理保险制度的提案》收悉，经商民政部、金融监管总局，现答复如下：",
        {
            "kind": "reply",
            "body": "cppcc",
            "number": "医保函〔2024〕99号",
            "proposal_number": "02345",
            "session": "政协第十四届全国委员会第二次会议",
            "addressee": "民建中央",
            "subject": "关于完善长期护理保险制度的提案",
            "consulted": ["民政部", "金融监管总局"],
            "issuer": "国家医疗保障局",
        },
    ),
    "class of the answer, signer, a date without a name": (
        "A类\n豫医保提〔2022〕15号            签发人：张某\n河南省医疗保障局\n"
        "关于政协河南省第十二届委员会第五次会议第1250321号提案的答复\n李某委员：\n"
        "首先感谢您对医保工作的关心！您提出的“关于提高大病保险待遇”提案（提案第1250321号）收悉。"
        "经与省卫生健康委、省财政厅共同研究，现答复如下：\n"
        "感谢您对我省医疗保障工作的关注。\n2022年8月1日\n联系单位及电话：河南省医疗保障局待遇处 0371-12345",
        {
            "kind": "reply",
            "body": "cppcc",
            "number": "豫医保提〔2022〕15号",
            "proposal_number": "1250321",
            "session": "政协河南省第十二届委员会第五次会议",
            "addressee": "李某委员",
            "subject": "关于提高大病保险待遇",
            "consulted": ["省卫生健康委", "省财政厅"],
            "date": "2022-08-01",
            "issuer": "河南省医疗保障局",
        },
    ),
    "reply to a bureau": (
        "国家医疗保障局办公室关于定点问题的复函\n医保办函〔2022〕19号\n广东省医疗保障局：\n"
        "你局《关于明确定点医药机构有关问题的请示》（粤医保〔2022〕3号）收悉。经研究，现函复如下：\n"
        "国家医疗保障局办公室\n2022年3月1日",
        {
            "kind": "reply",
            "number": "医保办函〔2022〕19号",
            "addressee": "广东省医疗保障局",
            "subject": "关于明确定点医药机构有关问题的请示",
            "date": "2022-03-01",
            "issuer": "国家医疗保障局办公室",
        },
    ),
    "the proposal has a number and no title": (
        "王某某委员：您提出的第0123号提案收悉，经商商务部，现答复如下：",
        {
            "kind": "reply",
            "body": "cppcc",
            "proposal_number": "0123",
            "addressee": "王某某委员",
            "consulted": ["商务部"],
        },
    ),
}


@pytest.mark.parametrize("case", HEADS)
def test_head_of_a_reply(case: str) -> None:
    raw, expected = HEADS[case]
    assert head(parse_letter(raw)) == UNKNOWN | expected


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        ("政协第十三届全国委员会第三次会议的集体提案《关于加强基层医疗的提案》收悉，现答复如下：", "cppcc"),
        ("政协第十三届全国委员会第三次会议的《关于加强基层医疗的建议》收悉，现答复如下：", "cppcc"),
        ("贵会的集体提案《关于加强基层医疗的建议》收悉，现答复如下：", "cppcc"),
        ("第十三届全国人民代表大会第三次会议的建议《关于加强基层医疗的建议》收悉，现答复如下：", "npc"),
        ("贵会的《关于加强基层医疗的建议》收悉，现答复如下：", None),
    ],
)
def test_body_by_the_first_sentence(raw: str, body: str | None) -> None:
    assert parse_letter(raw)["body"] == body


@pytest.mark.parametrize("word", ["答覆", "答复", "覆函"])
def test_the_number_after_a_reply_in_either_spelling(word: str) -> None:
    raw = f"關於對市政協第33號提案的{word}（徐醫保函〔2020〕8號）\n張三委員：您提出的提案收悉。"
    assert parse_letter(raw)["number"] == "徐医保函〔2020〕8号"


def test_body_by_the_word_of_the_heading() -> None:
    assert parse_letter("关于第0123号提案的答复\n目录调整工作有序推进。")["body"] == "cppcc"
    assert parse_letter("关于第0123号建议的答复\n目录调整工作有序推进。")["body"] is None


# What follows are heads of any length, around the longest that are read.

SPOKEN = "您好！您提出的建议很好。"
"""Speaks to whoever made the proposal, and is no opening sentence."""
PEOPLE = "甲某某、" * 29 + "乙某代表"
"""120 characters."""


@pytest.mark.parametrize(
    ("raw", "addressee"),
    [
        (f"{PEOPLE}：{SPOKEN}", PEOPLE),
        (f"丙{PEOPLE}：{SPOKEN}", PEOPLE),
        (f"{'项目：' * 59}张三代表：{SPOKEN}", "张三代表"),
        (f"{'项目：' * 60}张三代表：{SPOKEN}", None),
        (f"{'医' * 3994}\n张三代表：{SPOKEN}", "张三代表"),
        (f"{'医' * 3995}\n张三代表：{SPOKEN}", None),
        (f"张三代表：{'医' * 198}您好。", "张三代表"),
        (f"张三代表：{'医' * 199}您好。", None),
        (f"张三代表：{'医' * 195}，收悉。", "张三代表"),
        (f"张三代表（{'甲' * 20}）：{SPOKEN}", f"张三代表（{'甲' * 20}）"),
        (f"张三代表（{'甲' * 21}）：{SPOKEN}", None),
        (f"张三、\n李四代表：{SPOKEN}", "张三、李四代表"),
        (f"张三\n李四代表：{SPOKEN}", "李四代表"),
        (f"关于提案的答复民建上海市委：{SPOKEN}", "民建上海市委"),
        (f"2021年5月1日张三委员：{SPOKEN}", "张三委员"),
        (f"A类张三委员：{SPOKEN}", "张三委员"),
        (f"2021-5-1张三委员：{SPOKEN}", "张三委员"),
        ("广东省医疗保障局：你局提出的建议很好。", "广东省医疗保障局"),
        ("广东省医疗保障：你局提出的建议很好。", None),
    ],
)
def test_addressee(raw: str, addressee: str | None) -> None:
    found = parse_letter(raw)["addressee"]
    assert found == addressee


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        (f"张三代表：{SPOKEN}", "npc"),
        (f"广东代表团：{SPOKEN}", "npc"),
        (f"张三委员：{SPOKEN}", "cppcc"),
        (f"农工界别：{SPOKEN}", "cppcc"),
        (f"民建上海市委会：{SPOKEN}", "cppcc"),
        (f"张三同志：{SPOKEN}", None),
    ],
)
def test_body_by_the_addressee(raw: str, body: str | None) -> None:
    assert parse_letter(raw)["body"] == body


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("甲医保〔2021〕5号", "甲医保〔2021〕5号"),
        ("医〔2021〕5号", None),
        ("答复函医保〔2021〕5号", "医保〔2021〕5号"),
        ("答复函医〔2021〕5号", None),
        ("一二三四五六七甲发〔2021〕12345号", "一二三四五六七甲发〔2021〕12345号"),
        ("一二三四五六七八甲发〔2021〕5号", None),
        ("医保〔2021〕第5号", "医保〔2021〕5号"),
        ("医保〔1999〕5号", "医保〔1999〕5号"),
        ("医保〔2100〕5号", None),
        ("医保〔2021〕123456号", None),
        ("（医保〔2021〕5号）", None),
        ("医保〔2021〕5号文件", None),
        ("根据医保〔2021〕5号", None),
        ("国家医疗保障局令第3号", "国家医疗保障局令第3号"),
        ("国家医疗保障局令第12345号", None),
        ("某省医疗保障局办公室医保办〔2021〕5号", "医保办〔2021〕5号"),
    ],
)
def test_number(line: str, number: str | None) -> None:
    assert parse_letter(f"{line}\n张三代表：{SPOKEN}")["number"] == number


@pytest.mark.parametrize(
    ("heading", "number", "category"),
    [
        ("关于第1号建议的答复", "1", None),
        ("关于第1234567890号建议的答复", "1234567890", None),
        ("关于第12345678901号建议的答复", None, None),
        ("关于第衢江13号建议的答复", "衢江13", None),
        ("关于第衢江县13号建议的答复", None, None),
        ("关于第ABC13号建议的答复", "ABC13", None),
        ("关于第13-123456号建议的答复", "13-123456", None),
        ("关于第13-1234567号建议的答复", None, None),
        ("关于第1号、第2号和第3号建议的答复", "1、2、3", None),
        ("关于第1号建议、第2号建议的答复", "1", None),
        ("关于第1号（社会管理类115号）提案的答复", "1", "社会管理类115号"),
        ("关于第1号（医疗体育类第123456号）提案的答复", "1", "医疗体育类123456号"),
        ("关于第1号医疗体育类554号提案的答复", "1", "医疗体育类554号"),
        ("关于建议第7号的答复", "7", None),
        ("关于建议编号：12的答复", None, None),
    ],
)
def test_number_and_category_of_the_proposal(heading: str, number: str | None, category: str | None) -> None:
    letter = parse_letter(f"{heading}\n张三代表：{SPOKEN}")
    assert (letter["proposal_number"], letter["proposal_category"]) == (number, category)


@pytest.mark.parametrize(
    ("heading", "session"),
    [
        ("关于十三届全国人大四次会议", "十三届全国人大四次会议"),
        ("关于第十三届全国人民代表大会第四次全体会议", "第十三届全国人民代表大会第四次全体会议"),
        ("关于广东省政协第十二届委员会第三次会议", "广东省政协第十二届委员会第三次会议"),
        ("对十三届一次会议", None),
        (
            "关于中国人民政治协商会议第十四届全国委员会第一次会议",
            "中国人民政治协商会议第十四届全国委员会第一次会议",
        ),
        ("对12届人大4次会议", "12届人大4次会议"),
    ],
)
def test_session(heading: str, session: str | None) -> None:
    letter = parse_letter(f"国家医疗保障局{heading}第12号建议的答复\n张三代表：{SPOKEN}")
    assert letter["session"] == session


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("2021年5月1日", "2021-05-01"),
        ("成文日期：2021-05-01", "2021-05-01"),
        ("发布日期：2021-05-01", None),
        ("更新时间2021-05-01", None),
        ("日期：2021-05-01", "2021-05-01"),
        ("于2021-05-01", None),
        ("发布日期：2021-06-01\n印发日期：2021-05-01", "2021-05-01"),
        ("2021-06-01\n印发日期：2021-05-01", "2021-05-01"),
        ("2021-06-01\n2021-05-01", "2021-06-01"),
        ("2021-13-01\n公开\n2021-05-01", "2021-05-01"),
        ("2021年5月1日领导签发：甲", "2021-05-01"),
        ("2021-05-01 16:56:33", None),
        ("日期: 2021-05-01 浏览量：3", None),
        ("来源：医保局 时间：2021-05-01", None),
        ("时间：2021-06-01 10:00\n成文日期：2021-05-01", "2021-05-01"),
    ],
)
def test_date_in_the_head(line: str, date: str | None) -> None:
    assert parse_letter(f"关于第12号建议的答复\n{line}\n张三代表：{SPOKEN}")["date"] == date


def test_the_title_of_the_proposal_may_be_quoted_in_the_heading() -> None:
    for length, expected in ((3, None), (4, "甲乙丙丁建议"), (120, "甲乙丙丁" * 30 + "建议"), (121, None)):
        title = ("甲乙丙丁" * 40)[:length] + "建议"
        letter = parse_letter(f"对《{title}》的第12号建议的答复\n张三代表：{SPOKEN}")
        assert letter["subject"] == expected


@pytest.mark.parametrize(("length", "kind"), [(100, "reply"), (101, "other")])
def test_an_answer_says_so_soon(length: int, kind: str) -> None:
    assert parse_letter(f"对提案{'甲' * length}答复\n目录调整工作有序推进。")["kind"] == kind
