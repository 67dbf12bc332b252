from __future__ import annotations

import random

import pytest

from nhsa_nlp.archive.policies.identity.damage import is_damage, one_edit_apart


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


def test_a_name_is_known_again_from_eight_characters_on() -> None:
    eight, seven = "医疗保障基金条例", "医疗保障基金法"
    assert is_damage(eight, eight.replace("障", "璋"))
    assert not is_damage(seven, seven.replace("障", "璋"))
    assert set(one_edit_apart([eight, eight.replace("障", "璋")])) == {(0, 1)}
    assert set(one_edit_apart([seven, seven.replace("障", "璋")])) == set()


def test_where_no_dictionary_has_either_word_a_name_of_sixteen_is_known_again() -> None:
    sixteen = "医疗保障医疗保障龘医疗保障医疗保"
    assert is_damage(sixteen, sixteen.replace("龘", "靐"))
    assert not is_damage(sixteen[:-1], sixteen[:-1].replace("龘", "靐"))
    lost = sixteen.replace("龘", "靐龘")
    assert is_damage(lost, lost.replace("龘", ""))
    assert not is_damage(lost[:-2], lost[:-2].replace("龘", ""))


def test_names_longer_than_two_hundred_characters_are_not_compared() -> None:
    longest = "".join(chr(0x4E00 + i) for i in range(200))
    assert set(one_edit_apart([longest, longest[:-1] + "甲"])) == {(0, 1)}
    assert set(one_edit_apart([longest + "甲", longest + "乙"])) == set()


def test_of_many_look_alikes_the_first_four_are_compared_with_the_others() -> None:
    alike = [f"医疗保障{char}基金条例" for char in "甲乙丙丁戊己"]
    assert set(one_edit_apart(alike)) == {(i, j) for i in range(4) for j in range(i + 1, 6)}
