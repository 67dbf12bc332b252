"""What a bundle answers to a few texts that are part of the program, to see whether it still does.

The texts are made up, so that a bundle can keep its answers without keeping anybody's documents.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

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
)
"""Invented texts: subject lines, paragraphs, and some that are about something else."""

_TOLERANCE = 0.005  # of a probability; the last digits differ between machines


def answers(analyse: Analyser, texts: Sequence[str] = SAMPLES) -> list[dict[str, Any]]:
    """Return what the records of texts say: label, probability, reason, entities; JSON values."""
    found = []
    for text in texts:
        record = analyse(text)
        topic = record["topic"]
        found.append(
            {
                "label": topic["label"] if topic else None,
                "probability": topic["probability"] if topic else None,
                "reason": topic["reason"] if topic else None,
                "entities": [
                    [entity["start"], entity["end"], entity["label"]] for entity in record["entities"]
                ],
            }
        )
    return found


def differences(kept: Sequence[dict[str, Any]], now: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield a sentence for each sample that is answered differently from before."""
    if len(kept) != len(now):
        yield f"{len(kept)} answers are kept, and there are {len(now)} samples"
        return
    for number, (old, new) in enumerate(zip(kept, now, strict=True), start=1):
        before, after = old.get("probability"), new["probability"]
        close = before == after or (
            isinstance(before, float) and isinstance(after, float) and abs(before - after) <= _TOLERANCE
        )
        if old.get("label") != new["label"] or not close:
            yield (f"sample {number}: {old.get('label')} ({before}) has become {new['label']} ({after})")
        # Without a label the reason is the answer; bundles of 0.2.0 have not kept it.
        if new["label"] is None and "reason" in old and old["reason"] != new["reason"]:
            yield f"sample {number}: {old['reason']} has become {new['reason']}"
        if old.get("entities") != new["entities"]:
            yield f"sample {number}: other entities than before"
