"""What is to be reached: a plan, a deadline, an aim, what is expected."""

from __future__ import annotations

import re
from bisect import bisect_right

from nhsa_nlp.figures.roles.surroundings import Surroundings
from nhsa_nlp.figures.structure.items import Item, Passage
from nhsa_nlp.figures.structure.sentences import Masks

AT_LEAST = re.compile(r"(?:不[少低超高]于?过?|不得[少低超高多]于?过?|至少|最多|至多|应当?有|须有)[为达]?$")
"""不少于, 至少: what stands before a bound, of a rule or of an aim."""

_IS_TARGET = re.compile(r"(?:以上|左右)?的(?:年度|全年)?(?:目标|任务)")
# 直到2022年6月, 从2016年的3家扩大到2025年的9家: no deadline.
_SINCE_THEN = re.compile(r"直$|[从由自][^，。；]{1,28}$")
# 争取中央资金2000万元 was got.
_STRIVE = r"力争|争取(?![到了]|[^，。；]{0,16}(?:资金|补助|投资|支持|奖补))"
_AIMS = re.compile(rf"(?:{_STRIVE}|确保|目标[是为]?|拟(?!罚))[^，。；]{{0,40}}$")
# 预计将减负3亿元, 有望降至2万元: what is expected.
_EXPECTED = re.compile(r"(?:预[计测期][^。；]{0,40}(?:将|会|可能|期)|有望|大概率)[^。；]{0,40}$")
# 三年培训医师90人, 今年计划900户; 设计车位90个，计划明年投用: what is planned.
_OVER_YEARS = re.compile(
    r"(?<![近过去第前后这每续])[两三四五]年(?:(?:为[一-鿿]{2,8})?(?:完成|培训|培养)[一-鿿]{0,6})?$|[^年]计划$"
)
_TO_BE_DONE = re.compile(
    r"[^。；]{0,30}(?:计划|预计)[^。；]{0,8}(?:投用|投入使用|建成|竣工)|[^。；]{0,16}年底?前(?:完成|建成)"
)
_STRIVES = re.compile(rf"(?:{_STRIVE})[^。；]{{0,60}}$")
_WILL = re.compile(
    r"[将要](?:再|继续|陆续|逐步)?(?:达到?|实现|完成|建成|覆盖|提高到|新增|扩大到)[^，。；]{0,20}$"
)
# 计划用2年时间…，检查率达到100%; 今年将继续…，全年开展6次.
_PLANNED = re.compile(
    r"计划(?:安排|投入|筹集|下达|新建|新增|建设|培训)[^，。；]{0,10}$"
    r"|计划(?:用|在|到|于|今年|明年|年内|全年)(?![^。；]{0,120}[已共])[^。；]{0,120}(?:达到?|实现|完成|开展)$"
    r"|(?:今年|明年|下一步)[^，。；]{0,8}[将要](?![^。；]{0,140}[已共])[^。；]{0,140}(?:达到?|实现|完成|开展|新增)$"
)
_ATTAINS = re.compile(r"实现[^，。；]{2,12}率不[低少]于$")
_GOALS = re.compile(r"目标[是为]?：")
_AHEAD = re.compile(
    r"(?<![^\n。])[^\n，。；：]{0,6}(?:目标[\n。：]|下一步[^\n，。；：]{0,4}[\n。])[^\n]*$|(?<![一-鿿])下一步[^\n。]*$"
)
_ATTAINED = re.compile("已|目前|现有|截至|去年|上年|累计|拥有|实际")
_BACK = 160  # characters in front in which that is looked for
# 计划安排资金3亿元，其中省级2亿元，市级1亿元: what is a part of what is aimed at.
_PART = re.compile(
    "(?:余|多|左右)?[，、]其中[^，。；]{0,16}"
    "|(?:余|多|左右)?[，、](?:中央|省|市|县|区|自治区|州|旗|各级|地方|（?县|镇|乡|个人|集体)(?![^，。；]*(?:已|目前|实际|完成|到位))[^，。；]{0,14}"
)


def is_called_target(around: Surroundings) -> bool:
    """Tell whether a number is said to be a target: 20万人次的目标任务."""
    return bool(_IS_TARGET.match(around.behind))


def is_striven_for(around: Surroundings) -> bool:
    """Tell whether somebody strives for what the sentence says: 力争提高5个百分点."""
    return bool(_STRIVES.search(around.front))


def is_expected(around: Surroundings) -> bool:
    """Tell whether a count is expected, or planned: 预计将达到3万人, 三年培训医师90人."""
    return bool(
        _EXPECTED.search(around.front)
        or _TO_BE_DONE.match(around.behind)
        or _OVER_YEARS.search(around.clause)
    )


def is_target(masks: Masks, passage: Passage, item: Item, around: Surroundings) -> bool:
    """Tell whether a figure is to be reached: there is a deadline, or a plan that wants it."""
    text, dates = masks.text, passage.dates
    at = bisect_right(dates, item.start, key=lambda date: date.end) - 1
    date = dates[at] if at >= 0 and not dates[at].base else None
    if (
        date
        and date.deadline
        and date.anchor == "text"
        and text[date.start] in "到至"
        and not text.startswith("的", date.end)
        and not _SINCE_THEN.search(text, max(0, date.start - 30), date.start)
    ):
        return True
    start = passage.sentence.start
    opening = text[start : min(passage.items[0].start + 40, start + 200, item.start)]
    if (
        _AIMS.search(around.front)
        or _ATTAINS.search(around.before)
        or _GOALS.search(opening)
        or _WILL.search(around.front)
        or _EXPECTED.search(around.front)
        or _PLANNED.search(around.front)
    ):
        return True
    rest = text[item.end : min(passage.sentence.end, item.end + 60)].partition("，")[0]
    return date is not None and "要求" in rest and "计划" in around.front


def is_ahead(masks: Masks, item: Item, around: Surroundings) -> bool:
    """Tell whether what reads like a report is still to come.

    It is under a heading 目标 or 下一步打算, behind 下一步 in its sentence, or part of what is aimed at.
    """
    if item.role == "other" or item.source is not None or _ATTAINED.search(around.clause):
        return False
    text, previous = masks.text, item.previous
    planned = previous is not None and previous.role == "target" and previous.unit == item.unit
    if previous is not None and planned and _PART.fullmatch(text, previous.end, item.start):
        return True
    stated = item.role != "rule" or AT_LEAST.search(around.before)
    return bool(stated and _AHEAD.search(text, max(0, item.start - _BACK), item.start))
