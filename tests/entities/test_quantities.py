"""Golden cases as inline markup: ``共有[52个|52|个|eq]药物``; every other number is not a quantity."""

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nhsa_nlp.data.corpus import read_replies
from nhsa_nlp.entities.grammar import find_entities
from nhsa_nlp.entities.quantities import find_quantities
from tests.paths import TRAINING_DATA

MARK = re.compile(r"\[([^|\[\]]+)\|(.+?)\|([^|]*)\|([a-z]+)\]")

CASES = [
    # amounts, with multipliers and separators
    "基金[546.8亿元|54680000000|元|eq]，人次[18608万人次|186080000|人次|eq]",
    "降到[1.3万元|13000|元|eq]，合计[1,234.5元|1234.5|元|eq]，[4,800万|48000000||eq]",
    "激活用户超[7亿|700000000||gt]，[14亿人口|1400000000|人口|eq]，[1.4亿“两病”患者|140000000|“两病”患者|eq]",
    "[6200万低收入人口|62000000|低收入人口|eq]信息，[3亿5000万元|350000000|元|eq]",
    "支付[１欧元|1|欧元|eq]，折合[¥12.50|12.5|元|eq]，[十亿美金|1000000000|美金|eq]".replace("１", "1"),
    "为[975万家|9750000|家|eq]参保单位减征，惠及[8816万困难群众|88160000|困难群众|eq]、[3亿户籍人口|300000000|户籍人口|eq]",
    # shares
    "报销[16%|16|%|eq]，[百分之八十|80|%|eq]，[百分之零点九|0.9|%|eq]，[9成|90|%|eq]，[七成|70|%|ge]以上",
    "[12.5‰|12.5|‰|eq]，[千分之三|3|‰|eq]，[1.2个百分点|1.2|百分点|eq]，缩短[三分之一|33.33|%|eq]，降低[一半|50|%|eq]",
    "不足[十分之一|10|%|lt]，不低于[1/3|33.33|%|ge]，[一半|50|%|ge]以上，接近[三分之一|33.33|%|eq]，[一半|50|%|eq]左右",
    # what is counted
    "[29个|29|个|eq]省份、[374种|374|种|eq]药品、[5家|5|家|eq]医院、[9批次|9|批次|eq]、[17部门|17|部门|eq]、[八部门|8|部门|eq]",
    "[三大板块|3|板块|eq]，[西南]".replace("[西南]", "西南[5省|5|省|eq]先行"),
    "[两项|2|项|eq]制度，[四个|4|个|eq]等级，[两个|2|个|eq]技术标准",
    "省市县[三级|3|级|eq]责任共担，省市[两级|2|级|eq]调剂",
    # time and age
    "[98天|98|天|eq]产假，[两年|2|年|eq]，[半年|0.5|年|eq]，[24小时|24|小时|eq]，[15.21个月|15.21|月|eq]，[30个工作日|30|工作日|le]内",
    "[60岁|60|岁|ge]以上，[十二周岁|12|周岁|lt]以下".replace("|lt]", "|le]"),
    "我们每[2年|2|年|eq]考察[一次|1|次|eq]药品",
    # ranges, ratios, multiples
    "限额[3-5万元|[30000, 50000]|元|range]，[2至3年|[2, 3]|年|range]，[10%-50%|[10, 50]|%|range]",
    "给予[百分之三十至百分之五十|[30, 50]|%|range]的补助，从[百分之五|5|%|eq]到[百分之十|10|%|eq]",
    "报销[150元至800元|[150, 800]|元|range]的部分",
    "之比达到[2：1|[2, 1]|比|approx]左右，增长[6倍|6|倍|eq]，[两三年|[2, 3]|年|range]",
    "费用[8000元至1.5万元|[8000, 15000]|元|range]，罚款[200元至1万元|[200, 10000]|元|range]",
    "收入[8000-1.5万元|[8000, 15000]|元|range]",
    "[七千到九千亿元|[700000000000, 900000000000]|元|range]，[两到三千元|[2000, 3000]|元|range]",
    "[十至一百家|[10, 100]|家|range]，由[30元|30|元|eq]至[50元|50|元|eq]",
    "罚款[1万元（含）-5万元|[10000, 50000]|元|range]（不含），保费由[30元至50元|[30, 50]|元|range]不等",
    "[800至1200万元|[8000000, 12000000]|元|range]，[100-80万元|[1000000, 800000]|元|range]",
    "按6：3：1出资，按[6：4|[6, 4]|比|eq]分担，养鸡[380万羽|3800000|羽|eq]",
    "标准从[50元|50|元|eq]提高到[350元|350|元|eq]",
    # rates
    "[每人每年610元|610|元/人/年|eq]，[6次/年|6|次/年|eq]，[每人每天50元|50|元/人/天|eq]",
    "由[52元/剂|52|元/剂|eq]降至[40元/剂次|40|元/剂次|eq]，按[每生每年1000元|1000|元/生/年|eq]补助，[每日2次|2|次/日|eq]",
    "床位费[35元/床·日|35|元/床/日|eq]，[50元/（人·年）|50|元/人/年|eq]，[85元/人.年|85|元/人/年|eq]，[30kg/m²|30|kg/m²|eq]",
    "[陆点五折|65|%|eq]，[每支1.3元|1.3|元/支|eq]，[798元/个|798|元/个|eq]，[2元/处方|2|元/处方|eq]，[每个50元|50|元/个|eq]，[每床日380元|380|元/床日|eq]",
    "[每次每部位60元|60|元/次/部位|eq]",
    "[每周2-3次|[2, 3]|次/周|range]",
    "每户[2人|2|人|eq]，每年增长[5%|5|%|eq]，每家医院[3名|3|名|eq]，每[10万人口|100000|人口|eq][6.5张|6.5|张|eq]",
    "规格[0.25g|0.25|g|eq]×[10支|10|支|eq]，[27mg/丸|27|mg/丸|eq]×[180丸/瓶|180|丸/瓶|eq]，[10mg|10|mg|eq]×7s，尺寸14×17",
    # inexact numbers
    "[40余种|40|种|gt]，[100多个|100|个|gt]，[数十种|10|种|gt]，[几百家|100|家|gt]，[3.8亿余元|380000000|元|gt]，[900多万次|9000000|次|gt]",
    # bounds
    "不超过[30%|30|%|le]左右，不低于[50%|50|%|ge]，低于[50%|50|%|lt]，超过[50%|50|%|gt]，约[50%|50|%|approx]",
    "近[1.5万家|15000|家|approx]，不足[900元|900|元|lt]，至少[2个|2|个|ge]，最长[8年|8|年|le]，从[50%|50|%|ge]起步",
    "达到[80%|80|%|eq]和[70%|70|%|approx]左右；近[五年|5|年|eq]来；平均近[5年|5|年|approx]",
    "[1年|1|年|le]内，[5万元|50000|元|le]（含）以内，[五日|5|日|ge]以上[十五日|15|日|le]以下",
    "每个县至少有[1家|1|家|ge]，仅[一个|1|个|eq]模型",
    "体重≥[60kg|60|kg|ge]，≤[5%|5|%|le]，有效率＞[90%|90|%|gt]，<[3天|3|天|lt]",
    "温度[-15℃|-15|℃|eq]，[零下20℃|-20|℃|eq]，气温[零下五度|-5|度|eq]，自付[零元|0|元|eq]，[零点五个百分点|0.5|百分点|eq]",
    "投入[2个亿|200000000||eq]，[两个亿|200000000||eq]，[3.5个亿元|350000000|元|eq]，[十几个亿|1000000000||gt]",
    "[5个|5|个|eq]亿元级基金，[3个|3|个|eq]亿元村",
    # forms of other texts
    "[二两|2|两|eq]，[七五折|75|%|eq]，[半成|5|%|eq]，[三成半|35|%|eq]，[一吨半|1.5|吨|eq]，[一百千瓦|100|千瓦|eq]",
    "[五元三角|5.3|元|eq]，[50元6角3分|50.63|元|eq]，[负3.9%|-3.9|%|eq]，[仟分之贰|2|‰|eq]，[叁佰元|300|元|eq]",
    "[3年零2个月|3.17|年|eq]，[三年六个月|3.5|年|eq]，[一年零四个月|1.33|年|eq]，[1小时30分|1.5|小时|eq]，[六斤八两|6.8|斤|eq]，[2小时|2|小时|eq][15分之一|6.67|%|eq]",
    "[玖仟陆佰陆拾伍圆壹角捌分|9665.18|圆|eq]整，[贰拾万元|200000|元|eq]，[9佰元|900|元|eq]，[廿七个月|27|月|eq]",
    "[2.5×10^4元|25000|元|eq]，白细胞[4×10⁹/L|4000000000|/L|eq]，上调[25bp|25|bp|eq]，[四ml|4|ml|eq]，三A级",
    "[兩百貳拾二個|222|个|eq]，[2小時|2|小时|eq]，大陆[二十家|20|家|eq]企业，队伍[十余支|10|支|gt]，收拾[三个|3|个|eq]房间",
    "超过[三百万|3000000||gt]，[半公斤|0.5|公斤|eq]，半个，百万雄师，亿万人民",
    "每逾期[一天|1|天|eq]，每多生[一个|1|个|eq]，“[一年|1|年|le]内”改为“[十八个月|18|月|eq]”，“两个统一”，每一个",
    "A、B、C、D[四级|4|级|eq]，分甲、乙、丙、丁[四级|4|级|eq]，[64排|64|排|ge]及以上，5月排查，患者>=[65岁|65|岁|ge]",
    "[百分之七十|70|%|eq]百分位，[两千两百|2200|元|eq]".replace("两百|", "两百元|"),
    "[一万零十二人|10012|人|eq]，[1千零20人|1020|人|eq]，[五六十人|[50, 60]|人|range]，[168CM|168|CM|eq]",
    # what is not one
    "2021年6月30日，2021年至2025年，6月底，今年7月份，二〇二一年，98年代，8时30分",
    "第九批、第3批、第四次会议、第三十条、第2020号、全国人大四次会议、党的十九大报告、二十大",
    "一是，二、，（三），二级医院、三级医院，三级、二级、一级及以下，1.1版，指标41，YC11，PD-1，1+3+N",
    "一个问题，一种，一项，一系列，一定，一次性，同一，统一，一站式，一体化，一刀切，一事一议",
    "三重制度、三医、三明、两病、双通道、两库、四同药品、两定机构、“三张网”、“六统一”、零差率、两会、两办、十四五",
    "一档、二档、95%CI、第三类医疗器械、二类疫苗",
    "最后一公里、每一分钱、每十万人口、半成品、五卅运动、廿八都镇",
    "零件、核心零部件、零头、零次、零售、零距离",
    "三年级、十分、红十字会、万名医师、千家万户、八项规定、1类创新药",
]


def parse(case: str) -> tuple[str, set[tuple[int, int, str, str, str]]]:
    """Return the text without markup and the expected quantities."""
    text, expected, position = "", set(), 0
    for mark in MARK.finditer(case):
        text += case[position : mark.start()]
        start, (surface, value, unit, op) = len(text), mark.groups()
        text += surface
        expected.add((start, len(text), value, unit, op))
        position = mark.end()
    text += case[position:]
    assert "|" not in text, "unbalanced markup"
    return text, expected


@pytest.mark.parametrize("case", CASES)
def test_golden(case: Any) -> None:
    text, expected = parse(case)
    found = {(q.start, q.end, json.dumps(q.json_value()), q.unit, q.op) for q in find_quantities(text)}
    assert {(text[s:e], *rest) for s, e, *rest in found} == {(text[s:e], *rest) for s, e, *rest in expected}
    assert found == expected


def test_the_markup_parser_finds_all_marks() -> None:
    assert sum(len(parse(case)[1]) for case in CASES) == sum(case.count("|") for case in CASES) / 3 > 80


@pytest.mark.parametrize(
    ("raw", "text", "value", "unit"),
    [
        ("保险业务，10年一4一来已赔付", "10年", 10, "年"),
        ("总额达1.8—4—万亿元的资金", "1.8—4—万亿元", 1800000000000, "元"),
        ("１６％的比例", "１６％", 16, "%"),
    ],
)
def test_page_marks_and_width(raw: str, text: str, value: Any, unit: str) -> None:
    found: list[Any] = find_entities(raw)
    (entity,) = found
    assert (entity["text"], entity["value"], entity["unit"]) == (text, value, unit)
    assert raw[entity["start"] : entity["end"]] == text


def test_values_are_exact() -> None:
    (quantity,) = find_quantities("收入0.1亿元")
    assert repr(quantity.json_value()) == "10000000"
    (quantity,) = find_quantities("增长了12.34倍")
    assert str(quantity.value[0]) == "12.34"


def test_blocked_ranges_hold_no_quantity() -> None:
    text = "《2020年3项制度》共5项"
    assert [text[q.start : q.end] for q in find_quantities(text)] == ["3项", "5项"]
    assert [text[q.start : q.end] for q in find_quantities(text, [(0, 11)])] == ["5项"]


NUMERIC = st.text(
    alphabet="0123456789.,:/%％一二三十百千万亿余多几数半约近超以上下内个种元年月日岁级大成第每人分之点至到-—“”《》（）〔〕号令法",
    max_size=40,
) | st.text(
    alphabet="0123456789.×^⁹·/廿卅零三十百千万亿角圆小时个月不含国务院令字第号初【】《》（）通知人床每",
    max_size=40,
)


@given(NUMERIC)
@settings(max_examples=500)
def test_any_text_gives_ordered_disjoint_slices(raw: str) -> None:
    assert_ordered_disjoint_slices(raw)


def assert_ordered_disjoint_slices(raw: str) -> None:
    end = 0
    for entity in find_entities(raw):
        assert end <= entity["start"] < entity["end"] <= len(raw)
        assert entity["text"] == raw[entity["start"] : entity["end"]]
        end = entity["end"]


REPLIES = [reply.text for reply in read_replies(TRAINING_DATA / "replies.tsv")]
DAMAGE = st.sampled_from(
    [
        "—3—",
        "一2一",
        "4",
        "\n",
        "\r\n",
        "　",
        "１",
        "％",
        "《",
        "》",
        "【",
        "）",
        "“",
        "万",
        "廿",
        "第",
        "号",
        "每人",
    ]
)


@given(st.sampled_from(REPLIES), st.lists(st.tuples(st.integers(0, 400), DAMAGE), max_size=20), st.data())
@settings(max_examples=200)
def test_damaged_replies_give_ordered_disjoint_slices(reply: str, damage: Any, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, max(0, len(reply) - 400)))
    raw = reply[start : start + 400]
    for position, surface in damage:
        raw = raw[:position] + surface + raw[position:]
    assert_ordered_disjoint_slices(raw)


@given(NUMERIC)
@settings(max_examples=200)
def test_a_later_paragraph_changes_nothing_before_it(raw: str) -> None:
    before = [(e["start"], e["end"], e["label"]) for e in find_entities(raw + "。\n")]
    after = find_entities(raw + "。\n其他事项另行通知。")
    assert [(e["start"], e["end"], e["label"]) for e in after] == before
