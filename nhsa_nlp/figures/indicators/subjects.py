"""What a clause is about: the words before its first verb."""

from __future__ import annotations

import re

from nhsa_nlp.figures.structure.dates import DateMention
from nhsa_nlp.figures.structure.items import Item, outside_dates
from nhsa_nlp.figures.structure.phrases import trim
from nhsa_nlp.figures.structure.sentences import Masks
from nhsa_nlp.figures.structure.words import ADVERBIAL, CARRIED_OUT, LEADS, PREDICATES, VERB_START
from nhsa_nlp.text import Range

_SAYS_NOTHING = re.compile(r"以来$|为例$|(?:表示|介绍|指出|显示|了解到?|消息|透露|获悉)[，,]?$")
_QUOTED = re.compile("[“]?[^“”，。；]{2,12}”")
_ACTING = re.compile(r"(?:医保局|医疗保障局|委员会|药监局|总局|基金会|总会)[一-鿿]{0,4}$")
_HANDLES = re.compile("处理违")  # 处理违规机构9家，罚款3万元: what was done is no subject
_ACTS = re.compile(
    r"[一-鿿＿（）、]{0,24}?(?:部门|机关|法院|检察院|[药医]?[监保障]局|委员会|健康委|我们|我局|我委|总局|国家局|[^关内外全][部委]|基金会|总会|政府|公司)"
    r"(?=依据|依法|根据|按照|终止|作出|责令|追回|约谈|会同|联合|等|共(?![和产济享])|先后|已|多次|积极|还|也|持续|大力|组织|进一步|高度|认真|围绕|坚持|聚焦|$)"
)
_AT = re.compile(
    "(?:[全我本该][省市县区州]|(?:全国)?各地)(?:现有?)?(?![级属直])"
)  # 我市现有药店: a place is no subject
_LIGHT_CLAUSE = re.compile(
    r"(?:持续|深入|全面|组织|已|我局|继续|扎实|积极|进一步|不断|加快|稳步)*(?:开展|推进|组织|实施|建立|完善|深化|启动|推动)(?:了)?(?P<object>[一-鿿A-Za-z/“”]{4,20})$"
)
# 县医院新建康复楼: what was set up or carried out.
_DONE = re.compile(
    rf"[^，；。]{{0,24}}?{CARRIED_OUT}了?(?P<object>(?!机构|单位|情况)(?:(?![并且])[一-鿿A-Za-z/“”]){{3,16}})$"
)


def subject_of(masks: Masks, clause: Range, dates: list[DateMention], figures: list[Item]) -> Range | None:
    """Return the words before the first verb of a clause that are no actor, if there are any.

    Of a clause that only says what was carried out (推进药品集采), that.
    """
    shown = masks.outer
    if _SAYS_NOTHING.search(shown, *clause):
        return None
    for start, end in outside_dates(clause[0], min(clause[1], clause[0] + 160), dates):
        begin, end = trim(masks.text, start, end)
        if (
            shown[end : end + 1] == "的"
            and end + 1 == clause[1]
            and 4 <= end - begin <= 24
            and not any(begin <= figure.start < end for figure in figures)
        ):
            return begin, end  # 骗取基金的，: the case that a rule is for
        if ADVERBIAL.match(shown, begin, end):
            continue
        match = LEADS.match(shown, begin, end)
        begin, end = trim(masks.text, match.end() if match else begin, end)
        if end == clause[1] and end - begin > 4 and shown[end - 1] == "中" and shown[end - 2] != "其":
            begin, end = trim(masks.text, begin, end - 1)  # 参加职工医保的人员中，
            if not any(begin <= figure.start < end for figure in figures):
                return begin, end
        if (title := masks.outer.find("《", begin, end)) >= 0:
            end = title
        for figure in figures:
            if begin <= figure.start < end:
                if figure.start - begin >= 2:
                    end = figure.start
                    break
                begin = figure.end
        if begin + 1 >= end:
            continue
        if carried_out := _LIGHT_CLAUSE.match(shown, begin, end):
            return carried_out.span("object")
        quoted = _QUOTED.match(shown, begin, end)
        if VERB_START.match(shown, quoted.end() if quoted else begin, end) or ADVERBIAL.match(
            shown, begin, end
        ):
            return None
        verb = PREDICATES.search(shown, begin, end)
        if verb is not None and verb.start() == begin:
            return None
        begin, stop = trim(masks.text, begin, verb.start() if verb else end)
        if actor := _ACTS.match(shown, begin, stop):
            alone = verb is not None and end == clause[1] and actor.end() >= stop - 6
            done = (verb.start(), end) if verb and alone else None
            return done if done and done[1] - done[0] <= 16 else None
        if _ACTING.search(shown, begin, stop) or _HANDLES.match(shown, begin, stop):
            return None
        if place := _AT.match(shown, begin, stop):
            begin = place.end()
        return (begin, stop) if stop - begin >= 2 else None
    return None


def done_in(masks: Masks, clause: Range) -> Range | None:
    """Return what a clause says was set up or carried out: 停车楼 in 在北侧建设停车楼."""
    done = _DONE.match(masks.outer, clause[0], min(clause[1], clause[0] + 60))
    if done is None or done.end() != clause[1] or PREDICATES.search(masks.outer, *done.span("object")):
        return None
    return done.span("object")
