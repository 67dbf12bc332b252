import random

import pytest

from nhsa_nlp.data.corpus import LabelledText, read_replies
from nhsa_nlp.labelling.audit import Audit, audit_labels
from nhsa_nlp.topic import TopicClassifier
from tests.paths import TRAINING_DATA

WORDS = {
    "体育": "球队、主场、大胜、前锋、决赛、主教练、夺冠、联赛、进球、射门、积分榜、点球",
    "财经": "央行、利率、股市、银行、收盘、基金、上涨、下跌、汇率、债券、投资者、板块",
    "娱乐": "电影、导演、票房、歌手、专辑、演唱会、明星、首映、影迷、剧组、红毯、主演",
}


def headline(kind: str, seed: int) -> str:
    words = WORDS[kind].split("、")
    chosen = random.Random(f"{kind}{seed}").sample(words, 6)  # noqa: S311
    return f"第{seed}号新闻：{'，'.join(chosen)}。"


@pytest.fixture(scope="session")
def headlines() -> list[LabelledText]:
    """Thirty headlines of three kinds, of which the fifth has a wrong label."""
    rows = [(kind, headline(kind, seed)) for seed in range(10) for kind in WORDS]
    rows[5] = ("体育", rows[5][1])
    return [LabelledText(f"h-{n}", label, text, n + 1) for n, (label, text) in enumerate(rows)]


@pytest.fixture(scope="session")
def audited(headlines: list[LabelledText]) -> Audit:
    return audit(headlines)


@pytest.fixture(scope="session")
def replies() -> list[LabelledText]:
    """The replies that the tests audit: some of them share most of their text."""
    return read_replies(TRAINING_DATA / "replies.tsv")[40:70]


@pytest.fixture(scope="session")
def audited_replies(replies: list[LabelledText]) -> Audit:
    return audit(replies)


SCOPES = {
    "医保": "医保基金、报销比例、参保缴费、异地结算、医保局、门诊统筹、起付线、医疗保险",
    "医疗": "县医院、医生、护士、儿科、手术、急诊、病房、诊疗服务",
    "out_of_scope": "公路、桥梁、农田、灌溉、旅游、景区、中小学、操场",
    "near_scope": "养老院、护理员、托育、食堂卫生、食品安全、殡葬、健身步道、垃圾分类",
}


@pytest.fixture(scope="session")
def proposals() -> list[LabelledText]:
    """Proposals of two sectors and of none; the fifth is on insurance, and is said to be of none."""
    rows = []
    for seed in range(8):
        for label, words in SCOPES.items():
            chosen = random.Random(f"{label}{seed}").sample(words.split("、"), 5)  # noqa: S311
            rows.append((label, f"第{seed}号提案：建议改善{'、'.join(chosen)}。"))
    rows[4] = ("out_of_scope", rows[4][1])
    return [LabelledText(f"p-{n}", label, text, n + 1) for n, (label, text) in enumerate(rows)]


@pytest.fixture(scope="session")
def audited_proposals(proposals: list[LabelledText]) -> Audit:
    return audit(proposals)


def audit(items: list[LabelledText]) -> Audit:
    return audit_labels(
        [item.id for item in items],
        [item.text for item in items],
        [item.label for item in items],
        repeats=1,
        classifier=TopicClassifier(folds=0, trees=10),
    )
