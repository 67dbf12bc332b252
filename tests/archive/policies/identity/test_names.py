from __future__ import annotations

import pytest

from nhsa_nlp.archive.policies.identity import Citation
from nhsa_nlp.archive.policies.identity.names import canonical_key, is_generic, read_name
from tests.archive.policies.identity.citations import OPINION, only, same


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


def test_four_hundred_characters_of_a_title_are_read() -> None:
    title = "".join(chr(0x4E00 + i) for i in range(600) if chr(0x4E00 + i) not in "的之")[:401]
    assert canonical_key(title) == canonical_key(title[:400]) != canonical_key(title[:399])


def test_a_name_in_its_parts() -> None:
    name = read_name("国家医保局 财政部关于印发医疗救助办法（试行）（2022年版）的通知（医保发〔2022〕5号）")
    assert (name.core, name.edition, name.issuers) == ("医疗救助办法", "2022", ("国家医疗保障局", "财政部"))
    assert (str(name.number), name.draft, name.whole) == ("医保发〔2022〕5号", False, True)
    assert read_name("医疗救助办法（草案）").draft
    assert not read_name("医疗救助方案的通知").whole


@pytest.mark.parametrize(
    ("core", "generic"), [("实施办法", True), ("工作要点", True), ("通知", True), ("医疗救助办法", False)]
)
def test_a_generic_name_says_only_what_kind_it_is(core: str, generic: bool) -> None:
    assert is_generic(core) is generic
