from typing import Any

import pytest

from nhsa_nlp.entities.grammar import find_entities
from nhsa_nlp.entities.titles import find_titles


def policies(raw: str) -> list[Any]:
    return [e for e in find_entities(raw) if e["label"] == "POLICY"]


@pytest.mark.parametrize(
    ("raw", "texts"),
    [
        ("印发《关于做好医保工作的通知》（医保发〔2021〕5号）", ["《关于做好医保工作的通知》"]),
        ("《医疗保障法（征求意见稿）》已公布", ["《医疗保障法（征求意见稿）》"]),
        ("《社会救助法》（草案）", ["《社会救助法》"]),
        ("转发《关于印发《医保目录》的通知》。", ["《关于印发《医保目录》的通知》"]),
        ("转发《关于印发〈医保目录〉的通知》。", ["《关于印发〈医保目录〉的通知》"]),
        ("落实《管理办法》和《实施细则》", ["《管理办法》", "《实施细则》"]),
        ("等健康中国行动促进专项行动方案》的相关工作", ["健康中国行动促进专项行动方案》"]),
        ("药品价格按照《药品价格管理办法，由省级公布", ["《药品价格管理办法"]),
        ("落实<<医保信息平台提升方案>>要求", ["<<医保信息平台提升方案>>"]),
        ("二、技术价值【关于做好调价工作的意见》明确", ["【关于做好调价工作的意见》"]),
        ("落实《关于做好医保工作的通知】（医保发〔2021〕3号）", ["《关于做好医保工作的通知】"]),
        ("（国办发〔2020〕5号，以下简称“《三十条》”）", ["《三十条》"]),
        ("根据社会保险法第三十条规定", ["社会保险法"]),
        ("依照中华人民共和国药品管理法的规定", ["中华人民共和国药品管理法"]),
        (
            "按照国务院办公厅关于推进改革的指导意见（国办发〔2020〕20号）",
            ["国务院办公厅关于推进改革的指导意见"],
        ),
        ("促一2一进《用药一3一管理办法》落实", ["《用药一3一管理办法》"]),
    ],
)
def test_policies(raw: str, texts: list[str]) -> None:
    assert [e["text"] for e in policies(raw)] == texts


@pytest.mark.parametrize(
    "raw",
    [
        "您提出的《关于加强医保数据共享的建议》收悉",
        "《关于推动医药企业创新的提案》收悉",
        "见《关于政协第十三届全国委员会第四次会议第0123号提案的答复》",
        "取得《外国人永久居留证》的外国人",
        "出具《进口药品检验报告书》",
        "《柳叶刀》杂志刊发",
        "据《健康报》报道",
        "编入《怎样办好政协提案》一书",
        "不在生育保险法定覆盖范围内",
        "药品管理法规、医疗法律、医保药品目录、“十四五”规划",
        "重点提案——《加快完善我市医疗保险制度体系》进行督办",
        "提交的提案――《完善体制机制》受到重视",
        "会议提出的《解决卫生室建设资金办法》第37号建议交县卫生健康局办理",
        "你们提出了《移民村道路硬化工程》的建议，主席团已转交",
        "第四条 中华人民共和国境内的用人单位和个人依法缴纳社会保险费",
        "《老年人照护服务现状与发展报告》公布",
        "填写《进口药品抽样记录单》，附《参保人员花名册》",
        "该项目（即「首阶段计划及第二阶段计划」）",
        "下载地址：点击此处下载\n\n安州市人民政府关于印发医疗救助暂行办法的通知\n\n安政发〔2008〕65号\n\n",
        "安州市医保局关于加强基金监管工作的通知\n\n安医保函〔2008〕2号 二○○八年一月三日\n\n请执行。",
    ],
)
def test_not_policies(raw: str) -> None:
    assert policies(raw) == []


@pytest.mark.parametrize(
    "raw", ["【关于做好调价的意见》", "《关于做好调价的意见】，", "《关于做好调价的意见》"]
)
def test_a_title_is_without_its_marks_misread_or_not(raw: str) -> None:
    assert policies(raw)[0]["title"] == "关于做好调价的意见"


@pytest.mark.parametrize(
    ("raw", "texts"),
    [
        ("《药物名册》没有涵盖", ["《药物名册》"]),
        ("委员提出《社会保险法》修订建议", ["《社会保险法》"]),
        ("依照中华人民共和国水污染防治法处罚", ["中华人民共和国水污染防治法"]),
        ("2021年《政府工作报告》", ["《政府工作报告》"]),
        ("\n安州市人民政府关于印发《养老细则》的通知\n\n安政发〔2008〕65号\n\n", ["《养老细则》"]),
    ],
)
def test_what_is_like_no_policy_and_is_one(raw: str, texts: list[str]) -> None:
    assert [e["text"] for e in policies(raw)] == texts


def test_titles_are_cleaned_and_text_is_not() -> None:
    (entity,) = policies("印发《关于深化医疗保障一4一制度改革的意见(试行)》")
    assert entity["title"] == "关于深化医疗保障制度改革的意见（试行）"
    assert entity["text"] == "《关于深化医疗保障一4一制度改革的意见(试行)》"


def test_a_dash_in_a_title_stays_as_written() -> None:
    raw = "《遏制结核病行动计划（2019－2022年）》（以下简称《行动计划》）"
    full = "遏制结核病行动计划（2019－2022年）"
    assert [(e["title"], e["ref"]) for e in policies(raw)] == [(full, None), ("行动计划", full)]


def test_a_dash_stays_in_a_title_whose_marks_do_not_pair() -> None:
    (entity,) = policies("《《河北省，个人缴费《2019－2022年3月》")
    assert entity["title"] == "〈河北省，个人缴费〈2019－2022年3月"
    assert not policies("1-3月《《河北省，到达到个人缴费《连续两年年底前-1月1日至5月3日2020年3月》")[1:]


def test_a_quotation_mark_that_closes_nothing_ends_no_title() -> None:
    assert policies("的行动计划”医保发〔2021〕14号") == []


def test_what_is_in_title_marks_but_no_policy_is_reported_apart() -> None:
    titles, others = find_titles("您提出的《关于3年规划的建议》收悉")
    assert titles == []
    assert others == [(4, 15)]
    assert find_entities("您提出的《关于3年规划的建议》收悉") == []


def test_a_title_has_at_most_160_characters() -> None:
    for length, start in ((159, 0), (160, None)):
        raw = f"《{'甲' * (length - 2)}办法》"
        found = find_titles(raw)[0]
        assert (found[0].start if found and found[0].start == 0 else None) == start


@pytest.mark.parametrize(
    ("raw", "texts"),
    [
        ("，甲乙办法》", ["甲乙办法》"]),
        ("，乙办法》", []),  # too short to have lost its opening mark
        ("《甲乙丙丁戊己庚辛》", ["《甲乙丙丁戊己庚辛》"]),  # long names without a kind are documents,
        ("《甲乙丙丁戊己庚》", []),  # short ones works,
        ("落实《甲乙丙丁戊己庚》", ["《甲乙丙丁戊己庚》"]),  # unless they are obeyed
        ("《健康白皮书》", ["《健康白皮书》"]),
        ("《甲乙意见", []),
    ],
)
def test_what_is_short_or_without_a_kind(raw: str, texts: list[str]) -> None:
    assert [e["text"] for e in policies(raw)] == texts
