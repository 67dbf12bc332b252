"""What the heads over a figure say of it: a colon, headings, a topic in front, the group before."""

from __future__ import annotations

import pytest

from tests.figures.reading import RULES, parts, read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A head in front of a colon governs the rest of its sentence, also behind a semicolon.
        (
            "少年儿童住院报销比例：二级医疗机构治疗的，由居民医保基金支付70%；一级医疗机构治疗的，由居民医保基金支付85%。",
            [
                "少年儿童住院+二级医疗机构治疗+居民医保基金支付",
                "少年儿童住院+一级医疗机构治疗+居民医保基金支付",
            ],
        ),
        # So does a head over the item that has a colon of its own.
        (
            "1.生育医疗费用支付限额为：①顺产：每例1500元；②剖宫产：每例2500元。",
            ["生育医疗费用支付限额+顺产", "生育医疗费用支付限额+剖宫产"],
        ),
        # Who pays stands in front of the colon, and so it is added to the kinds of hospitals.
        (
            "政策范围内住院医疗费，由统筹基金按比例支付：县级医院82%、市级医院74%。",
            ["统筹基金+支付", "政策范围内住院医疗费+统筹基金+支付"],
        ),
    ],
)
def test_a_head_before_a_colon_governs_its_sentence(text: str, expected: list[str]) -> None:
    found = parts(RULES + text)
    assert len(found) == len(expected)
    for words, said in zip(found, expected, strict=True):
        assert set(said.split("+")) <= set(words.split("+"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A heading, a question and a line with a colon say of whom or what a rule is.
        (
            "三、中小学生住院待遇：\n起付标准：一级医院80元；二级医院160元。",
            ["中小学生住院", "中小学生住院"],
        ),
        ("2.门诊共济待遇标准是什么？\n在职人员的支付限额为2200元。", ["门诊共济"]),
        (
            "1.在门诊发生的符合规定的医疗费用，按下列比例给予报销，其余部分个人自付：\n"
            "（1）医疗费用不满800元的部分，报销45%；",
            ["门诊+医疗费用", "门诊+医疗费用不满800元的部分"],
        ),
        # The next heading of its rank ends it.
        ("一、倾斜救助待遇\n（一）起付线为9000元。\n二、其他\n（一）封顶线为8万元。", ["倾斜救助", None]),
        # The measure of a heading goes to numbers alone.
        ("③、城镇职工医疗保险报销比例\n在职\n88%\n", ["报销比例"]),
    ],
)
def test_headings_say_what_a_rule_is_of(text: str, expected: list[str | None]) -> None:
    found = parts(RULES + text)
    assert len(found) == len(expected)
    for words, head in zip(found, expected, strict=True):
        assert head in words if head else "救助" not in words


def test_a_heading_adds_nothing_to_what_stands_for_itself() -> None:
    assert parts(RULES + "一、生育保险待遇\n（一）取环手术费90元。") == ["取环手术费"]


def test_a_topic_in_front_of_a_sentence_carries_to_all_its_figures() -> None:
    text = (
        "对机构造成损失的举报，案值20万元以下的，按照案值3%给予奖励；案值20万元以上的，按照案值5%给予奖励。"
    )
    found = parts(RULES + text)
    assert len(found) == 4
    assert all("机构造成损失的举报" in words.split("+") for words in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # What the clause before grants, and the standard that this one names.
        (
            "从基金支付一次性伤残补助金，标准为：一级伤残为27个月的本人工资，二级伤残为25个月的本人工资。",
            ["一次性伤残补助金+标准+一级伤残+本人工资", "一次性伤残补助金+标准+二级伤残+本人工资"],
        ),
        # A standard by name, and by half-width signs.
        (
            "生育医疗费结算标准:顺产2700元;剖宫产5500元。",
            ["生育医疗费结算标准+顺产", "生育医疗费结算标准+剖宫产"],
        ),
    ],
)
def test_a_standard_before_a_colon_goes_to_what_is_listed(text: str, expected: list[str]) -> None:
    found = [set(words.split("+")) for words in parts(RULES + text)]
    assert len(found) == len(expected)
    assert all(set(said.split("+")) <= words for words, said in zip(found, expected, strict=True))


def test_an_institution_by_another_name_heads_its_row() -> None:
    found = [words.split("+") for words in parts(RULES + "县内三类收费标准医院：起付线200元，报销比例80%。")]
    assert len(found) == 3
    assert all("县内三类收费标准医院" in words for words in found[1:])


def test_the_group_of_the_clause_before_carries_to_the_share_that_is_left() -> None:
    text = (
        "2031年居民医保个人缴费标准为400元。低保对象、返贫监测人员资助标准为300元，个人缴纳100元；"
        "稳定脱贫人口资助标准为150元，个人缴纳250元；5-6级残疾人员资助标准为80元，个人缴纳320元。"
    )
    groups = ["低保对象、返贫监测人员", "稳定脱贫人口", "5-6级残疾人员"]
    found = parts(RULES + text)[1:]
    for number, group in enumerate(groups):
        aided, paid = found[2 * number : 2 * number + 2]
        assert aided.endswith(f"{group}资助标准")
        assert paid == f"居民医保+{group}+个人缴纳"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A phrase that begins with the end of the one before is of the same group.
        (
            "2031年，职工医保参保人员异地就医50万人次，异地就医费用9亿元；居民医保参保人员异地就医40万人次，异地就医费用8亿元。",
            ["职工医保参保人员+异地就医费用", "居民医保参保人员+异地就医费用"],
        ),
        (
            "一季度，门诊费用跨省联网定点药店达3万家，跨省直接结算60万人次。",
            ["门诊费用+跨省直接结算"],
        ),
    ],
)
def test_a_phrase_that_takes_up_the_one_before_is_of_the_same(text: str, expected: list[str]) -> None:
    assert parts(text)[1::2] == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("个人账户划入额度：按照上一年度平均工资的3%确定。", "上一年度平均工资"),
        ("造成损失的，处骗取金额2倍以上4倍以下的罚款。", "骗取金额"),
        ("居民医保补助标准在2031年的基础上提高30元。", "居民医保补助标准+提高"),
    ],
)
def test_what_is_no_part_of_the_words_is_left_out(text: str, words: str) -> None:
    found = parts(RULES + text)[0]
    assert words in found
    assert not any(part.startswith(("按照", "处")) or "基础上" in part for part in found.split("+"))


def test_what_a_head_and_a_measure_share_is_said_once() -> None:
    assert (
        read(RULES + "少年儿童住院报销比例：二级医院75%。")[-1]["indicator"] == "少年儿童住院报销比例二级医院"
    )


def test_groups_told_apart_under_a_condition_share_its_measure() -> None:
    text = "住院费用不满9000元的部分，在三级、二级医疗机构就医的，报销比例分别为52%、68%。"
    third, second = read(RULES + text)[1:]
    assert third["indicator"].endswith("报销比例")
    assert second["indicator"].endswith("报销比例")
    assert [figure["scope"] for figure in (third, second)] == ["三级", "二级医疗机构"]


def test_a_condition_may_go_on_behind_a_comma() -> None:
    text = "住院费用在2000元以上，不满7000元的部分，报销48%。"
    assert parts(RULES + text)[-1] == "住院费用在2000元以上，不满7000元的部分+报销"


@pytest.mark.parametrize("border", ["\n", ""])
def test_names_with_a_colon_each_are_of_the_head_over_them(border: str) -> None:
    lines = ["职工住院起付线：", "一级医疗机构：400元；", "二级医疗机构：600元；", "三级医疗机构：800元。"]
    text = border.join(lines)
    assert parts(RULES + text) == [f"职工住院起付线+{level}级医疗机构" for level in "一二三"]


@pytest.mark.parametrize(
    ("text", "whom"),
    [
        (
            "（一）孤儿、低保对象中的重残人员和事实无人抚养儿童不设起付标准，救助比例为95%。",
            "孤儿、低保对象中的重残人员和事实无人抚养儿童",
        ),
        (
            "（二）低保边缘家庭成员、二级以上重度残疾人，以及乡镇认定的其他困难人员，年度救助起付标准为2600元。",
            "低保边缘家庭成员、二级以上重度残疾人，以及乡镇认定的其他困难人员",
        ),
    ],
)
def test_a_list_of_people_is_whom_a_rule_is_for(text: str, whom: str) -> None:
    assert whom in parts(RULES + text)[0].split("+")


def test_who_pays_how_much_is_of_the_people_named_before() -> None:
    text = "低保对象、乡村振兴监测对象个人缴费180元，医疗救助190元，政府补助630元。"
    assert parts(RULES + text) == [
        "低保对象、乡村振兴监测对象个人缴费",
        "低保对象、乡村振兴监测对象+医疗救助",
        "低保对象、乡村振兴监测对象+政府补助",
    ]


def test_a_rule_with_people_and_measure_takes_no_insurance_from_a_sentence_before() -> None:
    text = "居民医保筹资标准为每人1000元。老年居民筹资标准为800元。"
    assert parts(RULES + text)[1] == "老年居民筹资标准"


def test_nothing_is_inherited_twice() -> None:
    text = "居民医保慢性病报销比例：\n居民医保普通门诊慢性病起付标准为90元。"
    assert read(RULES + text)[0]["indicator"].count("居民医保") == 1
