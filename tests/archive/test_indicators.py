from __future__ import annotations

import csv
import re
from collections import Counter

import pytest

from nhsa_nlp.archive.indicators import (
    has_words,
    identify_indicator,
    indicator_key,
    is_cumulative,
    place_of,
    same_indicator,
)
from tests.archive.figure_records import figure
from tests.paths import RESOURCES


def test_judged_pairs() -> None:
    with (RESOURCES / "indicator_pairs.tsv").open(encoding="utf-8", newline="") as file:
        pairs = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert len(pairs) >= 120
    names = ("indicator_a", "unit_a", "indicator_b", "unit_b")
    judged = Counter((pair["same"], same_indicator(*(pair[name] for name in names))) for pair in pairs)
    assert judged["0", True] <= 1
    assert judged["1", True] >= 0.88 * (judged["1", True] + judged["1", False])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("普通门诊费用跨省直接结算累计结算", "门诊费用跨省直接结算累计"),
        ("城乡居民基本医疗保险参保人数", "全国居民医保参保"),
        ("职工医保普通门诊统筹政策范围内支付比例", "普通门诊统筹职工医保政策范围内支付比例"),
        ("ＤＲＧ付费", "drg付费"),
    ],
)
def test_other_words(one: str, other: str) -> None:
    assert indicator_key(one) == indicator_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("住院费用跨省直接结算", "门诊费用跨省直接结算"),
        ("三级医院", "二级医院"),
        ("失信企业严重", "严重失信企业严重"),
        ("住院费用占门诊费用", "门诊费用占住院费用"),
        ("医保目录内西药和中成药", "医保目录内中成药"),
        ("资助参保", "参保"),
        ("统筹基金累计结存", "统筹基金结存"),
    ],
)
def test_alike_only(one: str, other: str) -> None:
    assert indicator_key(one) != indicator_key(other)


def test_words_without_meaning_are_kept_where_nothing_else_is_said() -> None:
    assert indicator_key("累计") != indicator_key("全国")


def test_units() -> None:
    assert same_indicator("救助患者", "名", "救助患者", "人")
    assert not same_indicator("直接结算", "人", "直接结算", "人次")
    assert not same_indicator("报销比例提高", "%", "报销比例提高", "百分点")
    assert same_indicator("药品新增纳入目录", "种", "药品新增纳入目录", "个")
    assert same_indicator("居民医保财政补助标准", "元/人/年", "居民医保人均财政补助标准", "元")
    assert not same_indicator("次均费用", "元", "次均费用", "元/人/年")
    assert same_indicator("资助参加基本医保", "困难群众", "资助参保", "人")


def test_places() -> None:
    plain = identify_indicator(figure("职工医保统筹基金收入", scope="黑龙江省"))
    assert identify_indicator(figure("黑龙江省职工医保统筹基金收入")) == plain
    assert identify_indicator(figure("职工医保统筹基金收入", scope="黑龙江")) == plain
    assert identify_indicator(figure("职工医保统筹基金收入")) != plain
    nation = identify_indicator(figure("职工医保统筹基金收入", scope="全国"))
    assert nation == identify_indicator(figure("全国职工医保统筹基金收入"))
    several = identify_indicator(figure("参保", scope="西部地区、中部地区"))
    assert several == identify_indicator(figure("参保", scope="中部地区、西部地区"))
    one, other = (identify_indicator(figure("参保", scope="全省", document=name)) for name in "ab")
    assert one != other
    # A level of hospital is no place.
    hospital = identify_indicator(figure("黑龙江省住院起付标准", scope="黑河市人民医院"))
    assert hospital != identify_indicator(figure("住院起付标准", scope="黑龙江省、黑河市人民医院"))
    level = identify_indicator(figure("黑龙江省住院起付标准", scope="三级医院"))
    assert level == identify_indicator(figure("住院起付标准", scope="黑龙江省、三级医院"))
    assert level != identify_indicator(figure("黑龙江省住院起付标准", scope="二级医院"))


@pytest.mark.parametrize(
    ("issuer", "place"),
    [
        ("浙江省医疗保障局", "浙江"),
        ("北京市医疗保障局", "北京"),
        ("广西壮族自治区医疗保障局", "广西"),
        ("国家医疗保障局", None),
        (None, None),
    ],
)
def test_place_of_an_office(issuer: str | None, place: str | None) -> None:
    assert place_of(issuer) == place


def test_cumulative() -> None:
    assert is_cumulative(figure("累计结算"))
    assert is_cumulative(figure("结算", period=["2018", None]))
    assert not is_cumulative(figure("结算", period=["2018", "2022"]))
    assert not is_cumulative(figure("累计结存"))


def test_words_that_are_asked_for() -> None:
    assert has_words("全国基本医疗保险参保", "人", "参保人数")
    assert has_words("全国基本医疗保险参保", "人", "基本医保 参保")
    assert not has_words("全国基本医疗保险参保", "人", "参保率")
    assert not has_words("长护险参保", "家", "参保人数")
    assert not has_words("住院费用", "元", "门诊费用")


def test_the_list_of_words_is_of_expressions() -> None:
    from importlib.resources import files

    text = files("nhsa_nlp.archive").joinpath("resources/indicator_words.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    assert all(len(row) == 2 and row[1] for row in rows)
    for pattern, _ in rows:
        assert re.compile(pattern).groups == 0, pattern
