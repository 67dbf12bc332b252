"""What kind of statement a number is in."""

from __future__ import annotations

from pathlib import Path

import pytest

from nhsa_nlp.figures.roles import model as role_model
from tests.figures.reading import read


def roles(text: str) -> list[str]:
    return [figure["role"] for figure in read(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("截至去年底，全市累计接种疫苗52万剂次。", ["reported"]),
        ("已有18个省份建立了名录。", ["reported"]),
        ("居民医保报销比例普遍达到65%左右。", ["reported"]),
        ("大病保险实际报销比例为71.38%。", ["reported"]),
        ("药品加价率不超过10%。", ["rule"]),
        ("个人缴费标准为每人每年400元。", ["rule"]),
        ("审批时限由45日压缩为20日。", ["rule", "rule"]),
        ("应当在15个工作日内办结。", ["rule"]),
        ("对违规使用基金的，处骗取金额3倍以上5倍以下罚款。", ["rule", "rule"]),
        ("低保对象按80%给予救助。", ["rule"]),
        ("给予案值2%的奖励，最高不超过20万元，最低不少于200元。", ["rule"] * 3),
        ("到2030年，每个县至少有3家托育机构。", ["target"]),
        ("力争覆盖90%的社区。", ["target"]),
        ("计划年内对定点机构进行检查，检查率达到90%。", ["target"]),
        ("今年我市将继续推进改革，全年开展5次联盟采购。", ["target"]),
        ("全年接诊超额完成20万人次的目标任务。", ["target"]),
        ("2021年基金收入比上年增长6.5%。", ["change"]),
        ("中选产品平均降价45%。", ["change"]),
        ("起付标准降低30%。", ["rule"]),
        ("实际报销比例提高了12个百分点。", ["change"]),
        ("统筹基金支付能力同比增加4个月。", ["change"]),
        ("部分品种降价达到80%以上。", ["change"]),
    ],
)
def test_what_is_reported_ruled_aimed_at_or_changed(text: str, expected: list[str]) -> None:
    assert roles(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "各区卫生健康委，各医疗机构：现就有关事项通知如下。一、人员。三级医院专科医师不少于7人，其中高级职称3人；"
            "护士培训不少于80学时。二、质量。出院后48小时内随访，每季度抽查病历10%。",
            ["rule"] * 5,
        ),
        (
            "第五条 顺产假98天，难产增加15天。第六条 申请材料于30日内报经办机构，逾期两年的不予受理。",
            ["rule"] * 4,
        ),
        (
            "一、建设目标。到明年年底，建成省级中心4个、县级站点25个，覆盖90%的乡镇。",
            ["target"] * 3,
        ),
        (
            "据介绍，该县上半年检查药店86家，立案7起，罚没12.5万元，退回基金33万元。",
            ["reported"] * 4,
        ),
    ],
)
def test_what_a_text_does_as_a_whole_says_what_its_numbers_are(text: str, expected: list[str]) -> None:
    assert roles(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "建立了三项制度。",
        "聚焦两个方面推进工作。",
        "五部门联合印发文件。",
        "连续6年开展督查。",
        "制定三年行动计划。",
        "覆盖高血压等7种门诊慢特病。",
        "苏浙沪三地探索合作。",
        "规格为0.5g。",
        "您提出的关于“将补助提高到800元”的建议收悉。",
        "责令医院暂停相关科室3个月以上9个月以下的医药服务。",
        "如果一名职工缴费基数为8000元，个人账户计入80元。",
    ],
)
def test_other_numbers_state_nothing(text: str) -> None:
    assert set(roles(text)) == {"other"}


NEWS = (
    "全国接入药店超9万家\n"
    "本报讯：记者昨日从发布会上获悉，截至去年底，全国接入药店超过9万家，累计结算5亿人次，同比增长8%。"
)


def test_each_further_child_is_no_count() -> None:
    assert roles("顺产补助900元，每多生育一个婴儿增加90元。")[1] == "other"


def test_a_number_in_a_headline_is_not_reported_again() -> None:
    assert roles(NEWS) == ["other", "reported", "reported", "change"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("据介绍，71岁的王某累计垫付3万元。", ["other", "reported"]),
        ("目前全国60岁以上老年人口达到3亿人。", ["rule", "reported"]),
        ("据介绍，这样的情况持续了12年，目前已有30家医院接入。", ["other", "reported"]),
        ("目前全县30所卫生院中，12所已接入平台。", ["other", "reported"]),
        ("假定费用为5万元，统筹基金支付80%。", ["other", "other"]),
        ("改革后，预计全年将为患者减负3亿元。", ["target"]),
        ("截至去年底，接入药店9000家，是原来的3倍。", ["reported", "change"]),
        ("直到2021年6月，当地才有医院3家。", ["reported"]),
        ("增长率已达到14%，远高于全国药品市场9%的增幅。", ["change", "change"]),
        ("职工医保报销比例稳定在81%。", ["reported"]),
        ("您建议每年从结余中切块3000万元建立基金。", ["other"]),
        ("加强队伍建设，三年培训医师900名。", ["other", "target"]),
        ("县医院建设停车楼，设计车位620个，计划明年投用。", ["target"]),
        ("工程提升90所普通高中办学能力。", ["reported"]),
    ],
)
def test_roles_in_news(text: str, expected: list[str]) -> None:
    assert roles(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("现将7起典型案例通报如下。", ["other"]),
        ("省局公开曝光9起骗保典型案例。", ["other"]),
        ("近日，省局公布第三批8起典型案例。", ["other"]),
        ("本报青州5月6日电（王某）6日，全市接入药店90家。", ["other", "reported"]),
        ("自2021年1月1起实施以来，接入药店90家。", ["other", "reported"]),
        ("全县建成卫生站7家，经费向这7家倾斜。", ["reported", "other"]),
        ("全市配置除颤器900台，每10万人18台。", ["reported", "other", "reported"]),
        ("落实市政府确定的12件民生实事，投入3亿元。", ["other", "reported"]),
        ("根据规定，对青州某药业二分店中止医保协议90天。", ["other"]),
        ("法院判处王某有期徒刑三年，缓刑四年。", ["other", "other"]),
        ("比如以前住院花费3000元，可报销1500元。", ["other", "other"]),
        ("假设定额为3万元。实际费用超出后，个人负担900元。", ["other", "other"]),
    ],
)
def test_what_states_nothing_in_news_and_reports_of_cases(text: str, expected: list[str]) -> None:
    assert roles(text) == expected


def test_a_headline_joined_with_its_byline_states_nothing() -> None:
    body = "市医保局获悉，截至去年底，全市接入药店900家。"
    for byline in ("发布时间：2021-03-05 10:20\n", "央视网消息：", "本报讯 "):
        assert roles(f"青州接入药店超900家\n{byline}{body}")[0] == "other"
    assert roles(f"青州接入药店超900家\n2021-03-05 10:20:00\n{body}") == ["other", "reported"]


def test_a_number_that_a_headline_of_rules_says_again_states_nothing() -> None:
    text = (
        "各参保单位：\n缴费标准为每人390元\n"
        "根据市政府通知，参保人员应当按每人390元缴费，起付标准不低于300元，按70%支付。\n"
    )
    assert roles(text)[:2] == ["other", "rule"]
    assert roles(text.replace("390元\n", "390元；\n"))[0] == "rule"


def test_levels_and_kinds_of_a_rule_state_nothing() -> None:
    rules = "参保人员住院起付标准300元，按70%支付。省、市两级财政各补助20元。病种分为三类，支付限额900元。"
    assert roles(rules) == ["rule", "rule", "other", "rule", "other", "rule"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("住院报销比例73.26%，超过省定70%的目标要求。", ["reported", "target"]),
        ("大病保险起付线以上合规费用23173.46万元。", ["reported"]),
        ("审计发现，医院违规收费326.58万元。", ["reported"]),
        ("全市基金支付9.3亿元，基金支付比例61.5%。", ["reported", "reported"]),
        ("该院违规使用医保基金258371元，并处2倍罚款516742元。", ["reported"] * 3),
        ("责令退回，处骗取金额3倍罚款，共计9万元。", ["reported", "reported"]),
        ("骗取基金的，处骗取金额3倍罚款。", ["rule"]),
        ("将提高居民医保补助标准，达到人均390元左右。", ["rule"]),
        ("最高支付限额30万。", ["rule"]),
        ("所需经费由省、市财政按8:2分担。", ["rule"]),
        ("开通到青州的公交，票价2元。", ["rule"]),
        ("全市人均预期寿命79.46岁。", ["reported"]),
        ("个人缴费在2019年90元的基础上提高20元。", ["rule", "rule"]),
        ("最高限额为上年度居民可支配收入的6倍。", ["rule"]),
    ],
)
def test_what_was_measured_and_what_is_fixed(text: str, expected: list[str]) -> None:
    assert roles(text) == expected


def test_what_went_up_in_fact_is_a_change_also_between_rules() -> None:
    text = "参保人员按70%支付，起付标准不低于300元。去年实际报销比例为61.26%，提高了4.5%。"
    assert roles(text)[-2:] == ["reported", "change"]


def test_points_on_top_of_another_rule_are_one() -> None:
    text = (
        "参保人员在一级医院住院，起付标准300元，按70%支付，退休人员支付比例高于在职职工8个百分点；"
        "签约的，支付比例在上述基础上提高3个百分点。"
    )
    assert roles(text) == ["rule"] * 4


def test_a_price_that_fell_was_measured_also_between_rules() -> None:
    text = "参保人员按70%支付，起付标准不低于300元，限额不超过900元。人工晶体平均900元降至600元。"
    assert roles(text)[-2:] == ["reported", "reported"]


def test_a_line_that_is_a_name_and_a_price_is_a_rule() -> None:
    assert roles("1、婚前检查：90元\n2、妊娠诊断：30元\n3、顺产：1900元\n4、剖宫产：3300元\n") == ["rule"] * 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("今年计划安排资金3000万元，其中省级1000万元，市级900万元。", ["target"] * 3),
        ("一、工作目标\n站点覆盖率90%，平均等候时间降低20%。", ["target"] * 2),
        ("已服务90人。下一步聘用医师30人。", ["reported", "target"]),
        ("四、下一步打算。新建养老驿站30个。", ["target"]),
        ("今年已争取中央资金3000万元。", ["reported"]),
        ("试点从2016年的9个，扩围至2025年底的30个。", ["reported"] * 2),
        ("2023年实现机构覆盖率不低于70%。", ["target"]),
        ("下半年，全市将再新增药店90家。", ["target"]),
    ],
)
def test_what_is_ahead_is_a_target(text: str, expected: list[str]) -> None:
    assert roles(text) == expected


def test_other_numbers_have_no_fields() -> None:
    (figure,) = read("2021年，建立了三项制度。")
    assert (figure["indicator"], figure["indicator_spans"]) == ("", [])
    assert (figure["as_of"], figure["period"], figure["anchor"], figure["scope"]) == (None, None, None, None)


def test_both_ends_of_a_change_have_one_role() -> None:
    assert roles("筹资标准从100元提高到300元。") == ["rule"] * 2
    assert roles("参保人数从50万人增加到80万人。") == ["reported"] * 2


NOTICE = (
    "一、参保人员在一级医院住院，起付线300元，报销比例达到85%；在县级医院住院的为75%。\n"
    "二、糖尿病患者每人每年支付限额达到400元。\n"
    "三、市外转诊的，报销比例降低10个百分点。\n"
)


def test_amounts_of_a_notice_are_rules() -> None:
    assert roles(NOTICE) == ["rule"] * 5


def test_what_a_fund_spends_is_reported_also_between_rules() -> None:
    spent = "2022年，全县门诊统筹支付916万元，住院实际报销78%。"
    assert roles(NOTICE + spent)[-2:] == ["reported", "reported"]


def test_the_same_words_in_a_report_are_what_it_came_to() -> None:
    report = "截至年底，全市参保30万人，比上年增长2%。累计结余5亿元。糖尿病患者支付限额达到400元。"
    assert roles(report)[-1] == "reported"


def test_the_weights_are_one_for_each_role() -> None:
    table = Path(role_model.__file__).parent / "resources" / role_model.FILE
    assert table.read_text("utf-8").split("\n", 1)[0].split("\t") == ["feature", *role_model.ROLES]
    assert {len(row) for row in role_model._weights().values()} == {len(role_model.ROLES)}


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("未办理备案的，报销比例再降低10个百分点。", "rule"),
        ("住院报销比例提高了约10个百分点。", "change"),
        ("去年住院报销比例提高10个百分点。", "change"),
    ],
)
def test_a_difference_of_a_benefit_is_set_unless_it_was_measured(text: str, role: str) -> None:
    assert read(text)[-1]["role"] == role


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # 假设 and 比如 suppose what they begin, not what only speaks of an assumption or of a place.
        ("这一做法打破了原有假设，2031年收入5亿元。", ["reported"]),
        ("假设不成立。2031年参保30万人。", ["reported"]),
        ("假设费用为3万元，报销2万元。", ["other", "other"]),
        ("比如我市去年发生医疗费用3亿元。", ["reported"]),
        ("王某，58岁，冒用他人医保卡。", ["other"]),
        # What was done is no part of what was planned.
        ("计划投入3亿元，实际完成2亿元。", ["target", "reported"]),
        ("力争参保30万人，参保20万人。", ["target", "reported"]),
        ("针对下一步养老服务需求，全市养老床位3000张。", ["reported"]),
        # A threshold is as precise as it likes; a rate of a place went up.
        ("医疗费用超过123456.78元的部分，由大病保险支付60%。", ["rule", "rule"]),
        ("全市住院报销比例提高5个百分点，惠及3万人。", ["change", "reported"]),
    ],
)
def test_near_misses(text: str, expected: list[str]) -> None:
    assert roles(text) == expected
