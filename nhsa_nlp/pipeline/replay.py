"""What a bundle answers to a few texts that are part of the program, to see whether it still does.

The texts are made up, so that a bundle can keep its answers without keeping anybody's documents. Together
they reach all that a record depends on (`tests/cli/test_verify_alterations.py` alters each array and number
in turn), and many answers are close to a decision, so that a small change makes another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from nhsa_nlp.translation import Message

if TYPE_CHECKING:
    from nhsa_nlp.pipeline.records import Analyser

SAMPLES = (
    "关于提高城乡居民基本医疗保险门诊报销比例的建议",
    "关于加强县级医院儿科医生队伍建设的提案",
    "关于规范中药饮片生产质量监管的建议",
    "根据《医疗保障基金使用监督管理条例》（国令第735号），2021年全国追回医保资金234.18亿元，检查定点医药机构70.8万家。",
    "我局会同卫生健康部门推进医保支付方式改革，住院费用按病种付费覆盖90%以上的统筹地区，每人每年补助标准提高到670元。",
    "国家组织药品集中带量采购已开展9批，374种药品平均降价超过50%，公立医疗机构优先使用中选药品。",
    "关于推进“三医联动”改革的建议收悉。医保、医疗、医药协同发展和治理，需要各部门统筹推进医疗服务价格、药品供应和支付政策。",
    "依据国办发〔2021〕14号文件，逐步将门诊费用纳入统筹基金支付范围，起付标准不超过1.3万元。",
    "市场监管部门查处违规收费案件120余起，责令退还多收价款近800万元。",
    "本届运动会共有来自三十多个国家的运动员参加，闭幕式定于下周六举行。",
    "新款手机发布，电池容量提升两成，售价3999元起。",
    "English text without a single Chinese character, which most models decline.",
    """国家医疗保障局关于政协十三届全国委员会第四次会议第09904号提案的答复
医保函〔2021〕904号

某某委员：
您提出的关于加强中药饮片质量管理、发挥中医药特色优势的提案收悉，经商国家药监局、国家中医药局，现答复如下：
一、关于中药饮片质量
国家药监局组织开展中药饮片质量专项整治，抽检8万批次，合格率达到98%。
二、关于中医医院建设
国家中医药局支持建设中医特色重点医院129个，二级以上综合医院设置中医科的比例为86%。
三、关于中医医疗服务价格
各地及时受理新增中医医疗服务价格项目，放开公立医院中药饮片加成。

国家医疗保障局
2021年9月2日""",
    """国家医疗保障局关于十三届全国人大四次会议第9905号建议的答复

您提出的关于规范医用耗材采购、理顺医疗服务价格的建议收悉，现答复如下：
国家组织冠脉支架集中带量采购，平均价格由1.3万元降至700元左右，患者负担明显减轻。各地动态调整医疗服务价格，\
优先调整护理、手术等体现技术劳务价值的项目，支持公立医院改善薪酬结构。

国家医疗保障局
2021年8月3日""",
    "近年来，各地按照国务院部署，完善基本医疗保险制度，推进支付方式改革，提升服务水平。下一步，将进一步指导各地"
    "做好参保工作，加强基金管理，将符合条件的药品纳入支付范围。",
    "近年来，各地完善基本医疗保险制度，推进支付方式改革，提升服务水平。下一步，将指导各地做好参保工作，"
    "将符合条件的药品纳入支付范围。",
    """国家医疗保障局办公室关于做好国家组织药品集中采购中选结果落地工作的通知
医保办发〔2021〕906号

各省、自治区、直辖市医疗保障局：
现就有关事项通知如下：
一、医疗机构应当优先配备使用中选药品，采购周期内完成约定采购量。
二、医保基金按不低于年度约定采购金额的30%预付给医疗机构。

国家医疗保障局办公室
2021年6月1日""",
    "我是一名退休工人，老伴得了尿毒症，一星期要去县医院透析三次，来回路费都快承担不起了。能不能让乡镇卫生院"
    "也能做透析，药也给报一点？家里还有个上学的孙子，实在是没有办法了，恳请领导帮帮我们。",
    "本报讯 昨日，市第一人民医院新院区启用，开放床位1200张，市民可以用手机预约挂号。新院区引进了质子治疗"
    "设备，还将与社区卫生服务中心双向转诊，异地患者也能直接刷医保卡结算。",
    "关于规范民营医院收费和骗保治理的提案",
    "关于增加农村公共厕所的建议",
    "关于延长地铁运营时间的建议",
)
"""Invented texts: subject lines, paragraphs, replies with letterhead and signature and without, a notice, a
letter in lay words, news, and some that are about something else.

Older bundles keep the answers to the first of them only, so that new ones are added at the end.
"""

_TOLERANCE = 0.005  # of a probability; the last digits differ between machines
_WEIGHT_TOLERANCE = 0.02  # of a sum of log-odds


def answers(analyse: Analyser, texts: Sequence[str] = SAMPLES) -> list[dict[str, Any]]:
    """Return what the records of texts say, as JSON values.

    Label, probability, reason, alternatives with their probabilities, how much the evidence of each sector
    weighs together, the kind of letter, and the places of the entities.
    """
    found = []
    for text in texts:
        record = analyse(text)
        topic, letter = record["topic"], record["letter"]
        evidence: dict[str, float] = {}
        for piece in topic["evidence"] if topic else []:
            evidence[piece["facet"]] = round(evidence.get(piece["facet"], 0.0) + piece["weight"], 6)
        found.append(
            {
                "label": topic["label"] if topic else None,
                "probability": topic["probability"] if topic else None,
                "reason": topic["reason"] if topic else None,
                "alternatives": {a["label"]: a["probability"] for a in topic["alternatives"]}
                if topic
                else {},
                "evidence": evidence,
                "letter": letter["kind"] if letter else None,
                "entities": [
                    [entity["start"], entity["end"], entity["label"]] for entity in record["entities"]
                ],
            }
        )
    return found


def differences(kept: Sequence[dict[str, Any]], now: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield a sentence for each sample that is answered differently from before.

    Answers that older bundles have not kept, to samples or in one, are not compared.
    """
    if len(kept) > len(now):
        yield Message("{kept} answers are kept, and there are {now} samples", kept=len(kept), now=len(now))
        return
    for number, (old, new) in enumerate(zip(kept, now, strict=False), start=1):
        before, after = old.get("probability"), new["probability"]
        if old.get("label") != new["label"] or not _alike(before, after, _TOLERANCE):
            yield (
                Message(
                    "sample {number}: {label} ({before}) has become {label2} ({after})",
                    number=number,
                    label=old.get("label"),
                    before=before,
                    label2=new["label"],
                    after=after,
                )
            )
        if "reason" in old and old["reason"] != new["reason"]:  # bundles of 0.2.0 have none
            yield Message(
                "sample {number}: {reason} has become {reason2}",
                number=number,
                reason=old["reason"],
                reason2=new["reason"],
            )
        if not _all_alike(old.get("alternatives"), new.get("alternatives"), _TOLERANCE):
            yield Message("sample {number}: other alternatives than before", number=number)
        if not _all_alike(old.get("evidence"), new.get("evidence"), _WEIGHT_TOLERANCE):
            yield Message("sample {number}: other evidence than before", number=number)
        if "letter" in old and old["letter"] != new.get("letter"):
            yield Message("sample {number}: another kind of letter than before", number=number)
        if old.get("entities") != new["entities"]:
            yield Message("sample {number}: other entities than before", number=number)


def _alike(before: float | None, after: float | None, tolerance: float) -> bool:
    if before is None or after is None:
        return before is after
    return abs(before - after) <= tolerance


def _all_alike(before: dict[str, float] | None, after: dict[str, float] | None, tolerance: float) -> bool:
    """Compare numbers by name; None is what an older bundle has not kept."""
    if before is None:
        return True
    return (
        after is not None
        and before.keys() == after.keys()
        and all(_alike(value, after[name], tolerance) for name, value in before.items())
    )
