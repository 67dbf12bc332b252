from __future__ import annotations

import json

import pytest

from nhsa_nlp.comparison.groups import SAME_MATTER, group_documents
from nhsa_nlp.comparison.matters import Matters, Rarity, resource_text, shared_terms, shipped_rarity
from nhsa_nlp.data.corpus import read_replies
from tests.paths import TRAINING_DATA

COCHLEA = (
    "耳蜗集采降价了，可外面的处理器坏了要换，三万八，一分不报；电池、线圈一年也两千。"
    "请把外机和电池也列进报销。"
)
COCHLEA_TOO = (
    "人工耳蜗能报了，外机坏了换一个要六万。植入体便宜了，现在外面的处理器摔坏了，"
    "厂家说只能换新的。希望外机和电池也能报。"
)
ROAD = "镇上到村里的路坑坑洼洼，去年雨季冲垮的那段到现在没修，请交通局今年把水泥路硬化，装上路灯和护栏。"


def likeness(one: str, other: str) -> float:
    return Matters([one, other]).likeness(0, 1)


def test_the_same_request_in_other_words_is_alike() -> None:
    assert likeness(COCHLEA, COCHLEA_TOO) >= SAME_MATTER > likeness(COCHLEA, ROAD)
    assert {"处理器", "电池"} <= set(shared_terms(COCHLEA, COCHLEA_TOO, 5))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("关于加大创新医疗器械审评支持力度的提案", "关于加大农村互助养老院建设支持力度的建议"),
        ("关于适时调整护理类医疗服务价格的建议", "关于适时调整农业灌溉用电价格的建议"),
        ("药太贵了", "公墓太贵，死不起"),
        ("", ""),
        ("?", COCHLEA),
    ],
)
def test_the_frame_of_a_title_makes_nothing_alike(one: str, other: str) -> None:
    assert likeness(one, other) < SAME_MATTER


def test_whether_two_are_alike_depends_on_nothing_but_the_two() -> None:
    alone = Matters([COCHLEA, COCHLEA_TOO]).alike(SAME_MATTER)
    beside = Matters([ROAD] * 3 + [COCHLEA, COCHLEA_TOO]).alike(SAME_MATTER)
    assert [(one + 3, other + 3, score) for one, other, score in alone] == [
        pair for pair in beside if pair[0] >= 3
    ]


def test_script_and_layout_do_not_matter() -> None:
    assert likeness("耳蝸電池報銷 處理器" + COCHLEA, "耳蜗电池报销\n处理器" + COCHLEA) == pytest.approx(
        likeness("耳蜗电池报销处理器" + COCHLEA, "耳蜗电池报销处理器" + COCHLEA), rel=0.05
    )


def test_replies_with_the_same_set_phrases_are_not_alike() -> None:
    texts = [reply.text for reply in read_replies(TRAINING_DATA / "replies.tsv")]
    groups = group_documents(texts)
    assert sum(len(group.members) + 1 for group in groups) < 80
    assert max(len(group.members) for group in groups) < 8


def test_what_is_shipped_is_what_the_training_data_gives() -> None:
    texts = []
    for name in ("proposals", "documents"):
        for line in (TRAINING_DATA / f"{name}.jsonl").read_text("utf-8").splitlines():
            item = json.loads(line)
            texts.append(f"{item['title']}\n{item['text']}")
    learnt = Rarity.learn(texts, (reply.text for reply in read_replies(TRAINING_DATA / "replies.tsv")))
    shipped = shipped_rarity()
    assert shipped.documents == learnt.documents
    assert (shipped.counts, shipped.phrases) == (learnt.counts, learnt.phrases)
    assert resource_text(shipped) == resource_text(learnt)
