from __future__ import annotations

import csv
import random
import time

import pytest

from nhsa_nlp.archive.policies.identity import Citation, Policy, identify
from nhsa_nlp.archive.policies.identity.issuers import (
    IssuedNumber,
    is_misreading,
)
from tests.archive.policies.identity.citations import OPINION, only, same
from tests.paths import RESOURCES

PAIRS = RESOURCES / "policy_pairs.tsv"


def test_titles_without_letters_are_not_one_policy() -> None:
    assert not same("！！", "？")


@pytest.mark.parametrize(
    "damaged",
    [
        "关于健全重特大疾病医疔保险和救助制度的意见",
        "关于健全重特大病医疗保险和救助制度的意见",
        "关于健全重特大疾病医疗保险和救助助制度的意见",
        "关子健全重特大疾病医疗保险和救助制度的意见",
        "关关于健全重特大疾病医疗保险和救助制度的意见",
    ],
)
def test_a_damaged_character_does_not_make_another_policy(damaged: str) -> None:
    policy = only(Citation(damaged), Citation(OPINION, count=2))
    assert policy.title == OPINION
    # Alone against one, the title made of words is shown.
    assert only(Citation(damaged), Citation(OPINION)).title == OPINION


def test_another_word_for_and_does_not_make_another_policy() -> None:
    assert same(OPINION, OPINION.replace("和", "与"))


def test_damage_is_not_chained() -> None:
    # Each differs from the next in one broken character, the outer two in two.
    titles = [OPINION, OPINION.replace("疗", "疔"), OPINION.replace("疗", "疔").replace("救助", "救肋")]
    policies = identify([Citation(titles[0], count=5), Citation(titles[1], count=2), Citation(titles[2])])
    assert [policy.members for policy in policies] == [(0, 1), (2,)]
    titles.append(titles[1].replace("制度", "制庋"))
    assert len(identify([Citation(title, count=9 - i) for i, title in enumerate(titles)])) == 3


def test_numbers_decide_between_equal_titles() -> None:
    generic = "关于印发实施办法的通知"
    assert not same(Citation(generic, "财社〔2019〕1号"), Citation(generic, "医保发〔2020〕2号"))
    assert not same(Citation(generic, "医保发〔2020〕2号"), Citation(generic))
    assert same(Citation(generic, "医保发〔2020〕2号"), Citation("实施办法", "医保发〔2020〕2号"))
    assert not same(Citation(OPINION, "国办发〔2021〕42号"), Citation(OPINION, "粤府办〔2022〕3号"))
    # A province's number, by chance with the same serial.
    assert not same(Citation(OPINION, "财社〔2013〕217号"), Citation(OPINION, "粤财社〔2013〕217号"))
    assert only(Citation(f"{OPINION}（国办发〔2021〕42号）")).number == "国办发〔2021〕42号"


def test_a_number_with_a_misread_digit_is_the_same() -> None:
    policy = only(Citation(OPINION, "国办发〔2021〕42号", 3), Citation(OPINION, "国办发〔2021〕47号"))
    assert policy.number == "国办发〔2021〕42号"
    assert not same(Citation(OPINION, "国办发〔2021〕42号"), Citation(OPINION, "国办发〔2022〕42号"))
    assert same(Citation(OPINION, "医保发〔2019〕47号"), Citation(OPINION, "医保办发〔2019〕47号"))
    assert not is_misreading(IssuedNumber("国办发", "2021", "42"), IssuedNumber("国办发", "2022", "47"))


def test_the_same_number_joins_a_notice_and_its_attachment_but_no_contradicting_titles() -> None:
    number = "国卫医发〔2018〕25号"
    notice = Citation("国家卫生健康委关于印发互联网诊疗管理办法等文件的通知", number)
    assert same(notice, Citation("互联网诊疗管理办法", number))
    assert not same(Citation("互联网诊疗管理办法", number), Citation("互联网医院管理办法", number))
    years = [f"关于做好{year}年城乡居民基本医疗保障工作的通知" for year in (2020, 2021)]
    assert not same(Citation(years[0], "医保发〔2020〕24号"), Citation(years[1], "医保发〔2020〕24号"))


def test_a_title_without_issuer_belongs_to_the_one_national_policy() -> None:
    national, local = f"国务院办公厅{OPINION}", f"广东省人民政府办公厅{OPINION}"
    policies = identify([Citation(OPINION), Citation(national), Citation(local)])
    assert [policy.members for policy in policies] == [(0, 1), (2,)]
    # With two of them it is not known which is meant.
    ministry = f"国家医疗保障局{OPINION}"
    assert len(identify([Citation(OPINION), Citation(national), Citation(ministry)])) == 3


def test_joint_issuers_are_those_of_one_policy() -> None:
    assert same(f"国家医保局 财政部{OPINION}", f"国家医疗保障局{OPINION}")


def test_a_policy_says_what_is_known() -> None:
    policy = only(Citation(OPINION, count=3), Citation(f"《国务院办公厅{OPINION}》", "国办发〔2021〕42号"))
    assert policy == Policy(
        title=OPINION,
        number="国办发〔2021〕42号",
        issuers=("国务院办公厅",),
        year=2021,
        citations=4,
        drafts=0,
        members=(0, 1),
    )
    unknown = only(Citation("社会保险法"))
    assert (unknown.number, unknown.issuers, unknown.year) == (None, (), None)
    assert only(Citation("关于做好2020年城乡居民医疗保障工作的通知")).year == 2020
    assert only(Citation("遏制结核病行动计划（2019-2022年）")).year is None


def test_drafts_are_counted_apart() -> None:
    policy = only(Citation("医疗保障法（征求意见稿）", count=5), Citation("医疗保障法"))
    assert (policy.title, policy.citations, policy.drafts) == ("医疗保障法", 6, 5)


def test_the_order_does_not_matter() -> None:
    with PAIRS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    citations = sorted(
        {(row[f"title_{s}"], row[f"number_{s}"] or None) for row in rows for s in "ab"}, key=str
    )

    def clusters(order: list[tuple[str, str | None]]) -> set[frozenset[tuple[str, str | None]]]:
        policies = identify([Citation(*each) for each in order])
        assert sorted(i for policy in policies for i in policy.members) == list(range(len(order)))
        return {frozenset(order[i] for i in policy.members) for policy in policies}

    first = clusters(citations)
    for seed in range(3):
        shuffled = citations[:]
        random.Random(seed).shuffle(shuffled)  # noqa: S311 - no secret
        assert clusters(shuffled) == first


def test_judged_pairs() -> None:
    with PAIRS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert len(rows) >= 250
    right = wrong = missed = 0
    for row in rows:
        said = same(*(Citation(row[f"title_{side}"], row[f"number_{side}"] or None) for side in "ab"))
        right += said and row["same"] == "1"
        wrong += said and row["same"] == "0"
        missed += not said and row["same"] == "1"
    assert 2 * right / (2 * right + wrong + missed) >= 0.97


@pytest.mark.parametrize("kind", ["one place", "one number", "one title", "long"])
def test_hostile_archives_take_no_quadratic_time(kind: str) -> None:
    def archive(size: int) -> list[Citation]:
        if kind == "one place":  # every title looks like every other
            return [Citation(f"关于做好城乡居民医疗{chr(0x4E00 + i)}保障工作的通知") for i in range(size)]
        if kind == "one number":
            rng = random.Random(0)  # noqa: S311 - no secret
            titles = ["".join(chr(rng.randrange(0x4E00, 0x9FA5)) for _ in range(30)) for _ in range(size)]
            return [Citation(title, "医保发〔2021〕1号") for title in titles]
        if kind == "one title":
            return [Citation(OPINION, f"国办发〔{1950 + i % 70}〕{i}号") for i in range(size)]
        return [Citation("（" * 200 + "关于印发" * 200 + str(i)) for i in range(size)]

    identify(archive(50))  # loads the dictionary
    start = time.process_time()
    identify(archive(4000))
    assert time.process_time() - start < 20  # quadratic: minutes


@pytest.mark.parametrize(("title", "joined"), [("医疗救助基金管理办法", True), ("医疗救助金管理办法", False)])
def test_a_misread_number_is_that_of_a_title_of_ten_characters_or_more(title: str, joined: bool) -> None:
    assert same(Citation(title, "国办发〔2021〕42号"), Citation(title, "国办发〔2021〕47号")) is joined


def rare(start: int, length: int) -> str:
    """Characters of which no two make a word."""
    return "".join(chr(0x3400 + start + i) for i in range(length))


@pytest.mark.parametrize(("model", "joined"), [(7, True), (8, False)])
def test_a_title_is_compared_with_eight_others_of_its_number(model: int, joined: bool) -> None:
    titles = [rare(50 * i, 40 - i) for i in range(9)]
    cited = [*titles, titles[model][:12]]
    assert (len(identify([Citation(title, "医保发〔2021〕1号") for title in cited])) == 9) is joined


@pytest.mark.parametrize(("shared", "joined"), [(51, True), (50, False)])
def test_titles_of_one_number_share_half_of_their_pairs_of_characters(shared: int, joined: bool) -> None:
    titles = [rare(0, shared) + rare(start, 101 - shared) for start in (200, 400)]
    assert same(*(Citation(title, "医保发〔2021〕1号") for title in titles)) is joined


@pytest.mark.parametrize(
    ("words", "joined"),
    [(("医院", "药品", "基金", "护士"), True), (("医院", "药品", "护士"), False)],
)
def test_titles_of_one_number_may_differ_in_a_fifth_of_their_words(
    words: tuple[str, ...], joined: bool
) -> None:
    titles = ["和".join((*words, last)) for last in ("居民", "农民")]
    assert same(*(Citation(title, "医保发〔2021〕1号") for title in titles)) is joined
