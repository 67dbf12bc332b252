"""What a figure inherits from the words before whose own words do not say what it measures."""

from __future__ import annotations

import re

from nhsa_nlp.figures.indicators.heads import topic_over
from nhsa_nlp.figures.indicators.reading import DOCUMENT, PARAGRAPH, Reading
from nhsa_nlp.figures.indicators.subjects import done_in
from nhsa_nlp.figures.structure.items import Item
from nhsa_nlp.figures.structure.phrases import trim
from nhsa_nlp.figures.structure.words import DOMAIN, INSURANCE, PLACE_ONLY, PREDICATES, VERB_FIRST
from nhsa_nlp.text import Range

_BARE_VERB = re.compile(
    r"(?:累计|共|行政)?(?:查处|处理|处罚|暂停|解除|检查|约谈|曝光|受理|支出|支付|报销|办理|接种|追回|占比|占|行政\d?处罚)"
)
_RESIDENTS = re.compile(r"(?:城乡)?居民(?:基本)?医(?:保|疗保险)|新农合|新型农村合作医疗")
_FOR_RESIDENTS = re.compile(r"财政补助|个人缴费|人均筹资|筹资标准")
_RATE_MEASURE = re.compile(r"(?:政策范围内)?(?:报销|支付)比例")
_EXPENSES = re.compile(
    r"(?:普通门诊|门诊慢特病|门诊|住院|[一-鿿]{2,4}、[一-鿿]{2,4}药品|药品)(?:医疗)?费用|普通门诊统筹"
)
# 推送预警信息120万人次，救助28万人: whom it is about stands in an object before.
_ALERTS = re.compile(r"推送|救助(?!限额|比例|资金|基金|供养)")
_PATIENTS = re.compile(r"(?:高额|大额|个人自付|因病)[^，。、；《》\s]{0,14}?患者")
_PEOPLE = re.compile("对象|人员|患者|人口|成员|家庭|居民|职工|儿童|学生")
_FOR_GROUP = re.compile(r"(?:对象|人员|成员|居民|职工|患者|家庭|儿童|学生)$")
_WHO_ACTS = re.compile("(?:机构|医院|药店|企业|公司)(?:已|均|都|已经)?$")
_MEANS = frozenset({"通过", "依托", "按照"})
_AID = re.compile("医疗救助")
_ADJUSTS = re.compile("调整|完善|优化|修订")  # 调整项目，新增项目9个: what is done is no name
_SHORT = 6  # characters of words that do not say what they are of
_PLACE_NOUN = re.compile(r"省份|省|城市|统筹地区|统筹区|地区|地市|市|县|区")


def inherited(
    reading: Reading, number: int, item: Item, words: str, local: str, verb_first: bool, money: bool
) -> list[Range]:
    """Return what a figure whose own words do not say it measures: the subject that goes on."""
    text = reading.text
    items = reading.passage.items
    found: list[Range] = []
    case = False  # whether it is the case that a rule is for: 在一级医院住院的，
    if _ALERTS.search(words) and item.unit in {"人", "人次"} and "患者" not in words:
        patients = reading.mention(_PATIENTS, item, PARAGRAPH)
        if patients:
            _scope_of(reading, number, item)
            return [patients]
    for index in range(item.clause, max(-1, item.clause - 5), -1):
        inside = [
            other
            for other in items[max(0, number - 3) : number]
            if other.clause == index and other.role != "other"
        ]
        if inside:
            item.scope = item.scope or inside[-1].scope
            if counted := _places_of(reading, inside[-1]):
                item.scope = [counted]
                return []
            if not inside[-1].subject and verb_first:
                bare = bool(_BARE_VERB.fullmatch(local))
                alike = inside[-1].unit == item.unit and "元" not in item.unit
                same = bare or (alike and len(words) <= _SHORT)
                return no_repeat(reading, [reading.object], words) if same and reading.object else []
            if money and "救助" in words and not _PEOPLE.search(reading.words(inside[-1].subject)):
                aid = reading.mention(_AID, item, PARAGRAPH)
                return [aid] if aid else []
            if inside[-1].subject:
                return no_repeat(reading, handed_on(reading, inside[-1]), words)
            if verb_first:
                return []
        if index in reading.passage.numbered:
            break  # another item of a list
        if index == item.clause:
            continue
        subject = reading.subjects[index]
        if index == item.clause - 1 and len(words) <= _SHORT and not DOMAIN.search(words):
            start, end = reading.passage.clauses[index]
            done = done_in(reading.masks, (start, end))
            if done and reading.masks.outer.startswith("，", end):
                return no_repeat(reading, [done], words)
        if subject and item.front and (place := PLACE_ONLY.fullmatch(text, *subject)):
            item.scope = item.scope or [place[0]]
        elif (
            subject
            and text.startswith("的", subject[1])
            and subject[1] + 1 == reading.passage.clauses[index][1]
        ):
            found, case = [subject], True
            break
        elif (
            subject
            and money
            and _FOR_GROUP.search(text, *subject)
            and subject[1] == reading.passage.clauses[index][1]
        ):
            return [subject]  # 低保对象，年度救助限额3万元
        elif subject and DOMAIN.search(text, *subject):
            found = [reading.topic(subject)]
            break
    if case and money and item.role == "rule":
        return found
    if _RATE_MEASURE.search(words) and not _EXPENSES.search(words):
        found = rate(reading, item)
        if found:
            return found
    if found and not (money and not INSURANCE.search(reading.words(found))):
        return found
    if money:
        residents = bool(_FOR_RESIDENTS.search(words))
        mention = reading.usual(_RESIDENTS, item) if residents else reading.mention(INSURANCE, item, DOCUMENT)
        return [*([mention] if mention else []), *found]
    if verb_first and len(words) > 5 and (number or DOMAIN.search(words)):
        return []
    if verb_first and reading.object and reading.object_of_unit == (item.sentence - 1, item.unit):
        return no_repeat(reading, [reading.object], words)
    if not verb_first and not item.behind_spans and len(words) > 4:
        return []
    if over := topic_over(reading, item):
        return [over]
    mention = reading.topic_of_report(item)
    if mention and (not DOMAIN.search(words) or mention[0] >= reading.passage.sentence.start):
        return [mention]
    return []


def rate(reading: Reading, item: Item) -> list[Range]:
    """Return insurance and expenses of a rate of payment."""
    expenses = None
    for match in _EXPENSES.finditer(
        reading.masks.outer, max(reading.passage.sentence.start, item.start - 160), item.before[0]
    ):
        if expenses is None or reading.text[expenses[0] : expenses[1]] != "普通门诊统筹":
            expenses = match.span()
    insurance = reading.mention(INSURANCE, item, PARAGRAPH)
    return [span for span in (insurance, expenses) if span]


def object_of(reading: Reading, other: Item) -> list[Range]:
    """Return the noun behind the verb of an earlier figure: 检查定点医药机构."""
    for start, end in other.spans[:1]:
        match = VERB_FIRST.match(reading.text, start, end)
        if match and match.end() == start + 2:
            verb = VERB_FIRST.match(reading.text, match.end(), end)
            begin = verb.end() if verb and verb.end() < end else match.end()
            named = end - begin >= 2 and not reading.text.endswith("协议", begin, end)
            return [(begin, end)] if named else []  # 解除协议3家: of whom it was is said before
    return []


def handed_on(reading: Reading, other: Item) -> list[Range]:
    """Return what a figure in an earlier clause hands on: its subject, or all of it if it is the subject.

    Of those who act, whom it counts: of 90家医院开展了自查, 医院.
    """
    if other.front or not any(span[0] >= other.end for span in other.spans):
        return other.subject
    spans = list(other.spans)
    for place, (start, end) in enumerate(spans):
        verb = PREDICATES.search(reading.masks.outer, start + 2, end) if start >= other.end else None
        if verb and verb[0] not in _MEANS and _WHO_ACTS.search(reading.text, start, verb.start()):
            spans[place:] = [trim(reading.text, start, verb.start())]
            break
    return other.context + spans


def _places_of(reading: Reading, other: Item) -> str | None:
    """Return the places that an earlier figure counts as the subject: 23个省份已建立机制."""
    counted = [span for span in other.spans if span[0] >= other.end]
    if not counted or other.front:
        return None
    start, end = counted[0]
    place = _PLACE_NOUN.match(reading.text, start, min(end, start + 8))
    return f"{other.quantity['text']}{place[0]}" if place else None


def _scope_of(reading: Reading, number: int, item: Item) -> None:
    """Give a figure the place that the one before it in its sentence has, or counts as the subject."""
    previous = reading.passage.items[number - 1] if number else None
    if previous is not None and previous.role != "other" and not item.scope:
        counted = _places_of(reading, previous)
        item.scope = [counted] if counted else previous.scope


def no_repeat(reading: Reading, spans: list[Range], words: str) -> list[Range]:
    """Leave out of inherited spans what the words themselves repeat."""
    found = []
    for start, end in spans:
        inherited = reading.text[start:end]
        if inherited in words or _is_parallel(inherited, words):
            continue
        shared = next((size for size in (4, 3, 2) if words.startswith(inherited[-size:])), 0)
        found.append((start, end - shared) if end - shared >= start + 4 else (start, end))
    return found


def _is_parallel(inherited: str, words: str) -> bool:
    """Tell whether words name something beside what they would inherit: 肿瘤用药 beside 慢性病用药."""
    if len(words) <= _SHORT // 2 or inherited.endswith(words) or _ADJUSTS.match(inherited):
        return False
    return inherited[-2:] == words[-2:]
