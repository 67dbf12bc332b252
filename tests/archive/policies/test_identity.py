from __future__ import annotations

import csv
import random
import time

import pytest

from nhsa_nlp.archive.policies.identity import Citation, Policy, canonical_key, identify
from nhsa_nlp.archive.policies.identity.damage import is_damage, one_edit_apart
from nhsa_nlp.archive.policies.identity.issuers import (
    IssuedNumber,
    is_misreading,
    issuer_of_number,
    read_issuers,
    read_number,
)
from tests.paths import RESOURCES

PAIRS = RESOURCES / "policy_pairs.tsv"
OPINION = "关于健全重特大疾病医疗保险和救助制度的意见"


def same(one: str | Citation, other: str | Citation) -> bool:
    sides = [Citation(side) if isinstance(side, str) else side for side in (one, other)]
    return len(identify(sides)) == 1


def only(*citations: Citation) -> Policy:
    (policy,) = identify(citations)
    return policy


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"国务院办公厅{OPINION}", OPINION),
        ("中华人民共和国社会保险法", "《社会保险法》"),
        ("关于印发《特困人员认定办法》的通知", "特困人员认定办法"),
        ("民政部关于印发特困人员认定办法的通知", "特困人员认定办法"),
        ("DRG/DIP支付方式改革三年行动计划的通知", "DRG／DIP支付方式改革三年行动计划"),
        ("互联网诊疗监管细则（试行）", "互联网诊疗监管细则"),
        ("国家基本药物目录（2018年版）", "国家基本药物目录(2018版)"),
        ("2022年国家基本药物目录", "国家基本药物目录（2022年）"),
        ("医疗保障法（征求意见稿）", "医疗保障法（草案）"),
        ("遏制结核病行动计划（2019—2022年）", "遏制结核病行动计划（2019一2022）"),
        ("国务院办公厅转发民政部等部门关于完善医疗救助制度意见的通知", "关于完善医疗救助制度的意见"),
        ("医保基金智能审核规则库管理办法", "医疗保障基金智能审核规则库管理办法"),
        (
            "中共中央办公厅、国务院办公厅印发《关于改革完善社会救助制度的意见》",
            "关于改革完善社会救助制度的意见",
        ),
    ],
)
def test_ways_to_write_a_title_have_one_key(one: str, other: str) -> None:
    assert canonical_key(one) == canonical_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("关于做好2020年城乡居民基本医疗保障工作的通知", "关于做好2021年城乡居民基本医疗保障工作的通知"),
        ("国家基本药物目录（2018年版）", "国家基本药物目录（2012年版）"),
        ("医保移动支付技术规范", "医保移动支付技术规范（V2.0）"),
        ("“十四五”全民医疗保障规划", "“十三五”全民医疗保障规划"),
        ("第一批罕见病目录", "第二批罕见病目录"),
        ("药品管理法", "药品管理法实施条例"),
        ("关于贯彻落实《药品管理法》的通知", "药品管理法"),
        ("深化医疗服务价格改革试点方案", "深化医疗服务价格改革实施方案"),
    ],
)
def test_other_documents_have_other_keys_and_are_not_joined(one: str, other: str) -> None:
    assert canonical_key(one) != canonical_key(other)
    assert not same(one, other)


@pytest.mark.parametrize(
    "title", ["", "《》", "！", "办法", "的通知", "关于", "（试行）", "关于印发的通知", "（" * 500]
)
def test_any_text_has_a_key(title: str) -> None:
    assert bool(canonical_key(title)) == bool(title)
    assert only(Citation(title)).members == (0,)


def test_no_more_of_a_text_is_read_than_a_title_can_have() -> None:
    assert len(canonical_key("医保" * 100_000)) < 1000


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


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("完善跨省异地就医直接结算办法", "完善省内异地就医直接结算办法"),
        ("建立城镇居民基本医疗保险制度意见", "建立城乡居民基本医疗保险制度意见"),
        ("加强慈善医疗救助活动监管通知", "加快慈善医疗救助活动监管通知"),
        ("促进中药传承创新发展意见", "促进中医药传承创新发展意见"),
        ("开展第三批集中采购工作通知", "开展第四批集中采购工作通知"),
        ("医保支付方式改革DRG规范", "医保支付方式改革DIP规范"),
        ("医疗保障信息业务A类项目编码标准管理规范", "医疗保障信息业务B类项目编码标准管理规范"),
        ("推行六统一医疗保障基金监督管理办法", "推行七统一医疗保障基金监督管理办法"),
    ],
)
def test_a_word_is_no_damage(one: str, other: str) -> None:
    assert not is_damage(one, other)
    assert not is_damage(other, one)


def test_damage_is_not_chained() -> None:
    # Each differs from the next in one broken character, the outer two in two.
    titles = [OPINION, OPINION.replace("疗", "疔"), OPINION.replace("疗", "疔").replace("救助", "救肋")]
    policies = identify([Citation(titles[0], count=5), Citation(titles[1], count=2), Citation(titles[2])])
    assert [policy.members for policy in policies] == [(0, 1), (2,)]
    titles.append(titles[1].replace("制度", "制庋"))
    assert len(identify([Citation(title, count=9 - i) for i, title in enumerate(titles)])) == 3


def test_all_names_one_edit_apart_are_found() -> None:
    rng = random.Random(7)  # noqa: S311 - no secret
    names = sorted({"".join(rng.choices("甲乙丙", k=rng.choice((8, 9)))) for _ in range(120)})

    def apart(one: str, other: str) -> bool:
        short, long = sorted((one, other), key=len)
        if len(short) == len(long):
            return sum(a != b for a, b in zip(short, long, strict=True)) == 1
        return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))

    expected = {(i, j) for j in range(len(names)) for i in range(j) if apart(names[i], names[j])}
    assert expected
    found = set(one_edit_apart(names))
    # Of more than four look-alikes in one place only the pairs with the first four are promised.
    wanted = {(i, j) for i, j in expected if i < 4}
    assert wanted <= found
    sparse = [
        "医疗保障基金监督条例",
        "医疗保璋基金监督条例",
        "医疗保障基金监督条例例",
        "社会保险法实施细则办法",
    ]
    assert set(one_edit_apart(sparse)) == {(0, 1), (0, 2)}


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


@pytest.mark.parametrize("number", ["国令第735号", "国务院令第735号", "中华人民共和国国务院令第735号"])
def test_an_order_has_one_number(number: str) -> None:
    read = read_number(number)
    assert read is not None
    assert str(read) == "国务院令第735号"


def test_a_title_without_issuer_belongs_to_the_one_national_policy() -> None:
    national, local = f"国务院办公厅{OPINION}", f"广东省人民政府办公厅{OPINION}"
    policies = identify([Citation(OPINION), Citation(national), Citation(local)])
    assert [policy.members for policy in policies] == [(0, 1), (2,)]
    # With two of them it is not known which is meant.
    ministry = f"国家医疗保障局{OPINION}"
    assert len(identify([Citation(OPINION), Citation(national), Citation(ministry)])) == 3


def test_joint_issuers_are_those_of_one_policy() -> None:
    assert same(f"国家医保局 财政部{OPINION}", f"国家医疗保障局{OPINION}")
    assert read_issuers("国家医保局财政部") == ("国家医疗保障局", "财政部")
    assert read_issuers("中共中央国务院") == ("中共中央", "国务院")
    assert read_issuers("民政部等四部门") == ("民政部",)
    assert read_issuers("进一步加强") is None


@pytest.mark.parametrize(
    ("number", "issuer"),
    [
        ("国办发〔2021〕14号", "国务院办公厅"),
        ("医保发〔2021〕5号", "国家医疗保障局"),
        ("财社〔2009〕66号", "财政部"),
        ("国卫医发〔2019〕42号", "国家卫生健康委员会"),
        ("国卫医函〔2016〕306号", "国家卫生和计划生育委员会"),
        ("国卫办医函〔2018〕1079号", None),  # the year of the reorganisation
        ("云政办发〔2022〕40号", "云南省人民政府办公厅"),
        ("川医保发〔2022〕1号", "四川省医疗保障局"),
        ("宁政发〔2022〕1号", None),  # Ningxia or Nanjing
        ("国家医疗保障局令第2号", "国家医疗保障局"),
        ("2018年第79号", None),
        ("某某发〔2022〕1号", None),
    ],
)
def test_issuer_of_a_number(number: str, issuer: str | None) -> None:
    read = read_number(number)
    assert read is not None
    assert issuer_of_number(read) == issuer


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
