"""Conditions that have numbers of their own, in front of what they lead to: 连续缴费满6个月的，补助800元.

The figure that it leads to takes the whole condition among its words (连续缴费满6个月, 补助); the words of a
threshold, a number inside, are those of the condition around it and what follows (连续缴费, 补助).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nhsa_nlp.figures.roles.amounts import is_money
from nhsa_nlp.figures.structure.dates import DateMention
from nhsa_nlp.figures.structure.items import Item, Passage
from nhsa_nlp.figures.structure.phrases import Phrase, trim, words_before
from nhsa_nlp.figures.structure.sentences import Masks
from nhsa_nlp.figures.structure.words import AGE_UNITS, TIME_UNITS
from nhsa_nlp.text import Range

_BOUND = re.compile(r"(?:（不?含[^（）]{0,12}）|以[上下内]|之[内间上下]|及|内(?![一-鿿]{0,2}科))*")
_JOIN = re.compile(
    r"(?:[至到]|[-－—~～]{1,2}|、|(?:的?部分)?，且?(?=不[满足到超]|未满|低于|小于))?(?:不满|未满|不足|不到|低于|不超过|小于)?"
)
_REACHED = re.compile(r"(?:[不未]?满|不足|不到|超过|超出|[高低大小少多]于|达到?|[≥≤<>])$")
_CUE = re.compile(
    r"(?:以上[至到]|[已年]?满|[不未]满|不足|不到|超过|超出|[高低大小少多]于|达到?|[≥≤<>至到在、～~—-]|累计达?)+$"
)
_NO_CONDITION = re.compile(r"不(?:得|应|能|会)?(?:[高低大小少多]于|超过?)$")
_ORDINAL = re.compile(r"第[一二三四五六七八九十]{1,2}[档类级种](?:[对为是])?")
_LOWER = re.compile(r"(?:(?<=在)|(?<![一-鿿]))[一-鿿]{2,10}以上[至到]$")
_PREGNANT = re.compile("怀孕|妊娠|孕")
_NAMES = re.compile(r"(?:费用?|金额|部分|标准|总额|收入|支出)(?:在|为)?$")
_END = re.compile(r"(?:的?部分|之间的[一-鿿]{0,4}费用|的)?$")
_OF = re.compile(r"的(?!部分|费用)")
_OF_WHOM = re.compile("[^，。；：]{0,6}的[一-鿿]{2,4}")
_CLOSED = re.compile("(?:的|者|部分|费用|期间)$")
_PEOPLE = re.compile(
    "[^，。；：、按由]{0,10}?(?:人员|老年人口|人口|老人|老年人|居民|职工|参保者|患者|儿童|学生|妇女)"
)
# 报销55%；特困人员报销60%: the same condition for another group.
_FURTHER_GROUP = re.compile(f"[；，、]{_PEOPLE.pattern}(?:按|由)?(?:报销|支付|补偿|补助|救助|赔付|为|的)*")
_GIVEN = re.compile("(?:的|进行|予以|给予){0,2}(?P<what>奖励|补偿|补助|报销|支付|救助|赔付|奖金)")
_SETS = re.compile("实行|执行")
_BETWEEN = 7  # characters from one bound of a condition to the next: 的部分，且不满
_MOST = 6
_LONGEST = 40
_NOUN = 2  # characters of a word
_LONGEST_RESULT = 14  # characters of what a condition without another number leads to


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition with numbers of its own.

    Attributes
    ----------
    start, end
        Its range, without 的 at the end.
    head
        The words in front of its first number that name what the numbers are of: 住院费用5万元以上.
    thresholds
        Its numbers, with the words of their bounds (满6个月以上).
    result
        The words of what it leads to: up to the number of that, or to the end of the clause.
    leads
        Whether another number follows from it.
    bracket
        Whether its numbers are amounts that a rate is for: 5万元以上的部分，报销60%.
    """

    start: int
    end: int
    head: Range | None
    thresholds: tuple[Range, ...]
    result: Range
    leads: bool
    bracket: bool


def find_conditions(masks: Masks, passage: Passage) -> dict[int, Condition]:
    """Return the conditions that the figures of a sentence are in or under, by where each figure begins."""
    found: dict[int, Condition] = {}
    items = passage.items
    at = 0
    while at < len(items):
        chain, end = _chain(masks, items, at)
        after = at + len(chain)
        condition = _condition(masks, passage, chain, end, after) if chain else None
        if condition is None:
            at += 1
            continue
        for item in chain:
            found[item.start] = condition
        at = after
        for item in _led_to(masks, passage, condition, after):
            found[item.start] = condition
    return found


def _chain(masks: Masks, items: list[Item], at: int) -> tuple[list[Item], int]:
    """Return the figures of one condition (2个月以上4个月以下), and where the words of their bounds end."""
    first = items[at]
    text = masks.text
    if first.bracketed:
        return [], 0
    if _NO_CONDITION.search(text, max(first.before[0], first.start - 5), first.start):
        return [], 0
    chain, end = [first], _bounds(text, first.end)
    bounded = end > first.end or first.quantity["op"] == "range" or _front_says(text, first)
    for item in items[at + 1 : at + _MOST]:
        if item.bracketed:
            if item.start < end:
                chain.append(item)
                continue
            break
        if (
            item.start - end > _BETWEEN
            or not _JOIN.fullmatch(text, end, item.start)
            or item.unit != first.unit
        ):
            break
        stop = _bounds(text, item.end)
        if end == chain[-1].end and text[end : item.start] in {"", "、"}:
            break  # 2000元、3000元: a list
        chain.append(item)
        bounded |= stop > item.end
        end = stop
    bounded |= text.startswith("的，", end)
    return (chain, end) if bounded else ([], 0)


def _bounds(text: str, start: int) -> int:
    match = _BOUND.match(text, start, start + 40)
    return match.end() if match else start


def _is_bounded(text: str, item: Item) -> bool:
    return _bounds(text, item.end) > item.end or _front_says(text, item)


def _front_says(text: str, item: Item) -> bool:
    return bool(_REACHED.search(text, max(item.before[0], item.start - 4), item.start))


def _condition(masks: Masks, passage: Passage, chain: list[Item], bound: int, after: int) -> Condition | None:
    """Return the condition that a chain of figures stands in; None if it is in none."""
    first = chain[0]
    near = passage.items[after : after + _MOST]
    following = next((item for item in near if not item.bracketed), None)
    found = _end_and_result(masks, passage, chain, bound, following)
    if found is None:
        return None
    end, result = found
    start, head = _front(masks, first)
    if first.unit in AGE_UNITS:
        start = max(start, masks.outer.rfind("、", start, first.start) + 1)
        limit = result[1] if result[0] < passage.clauses[chain[-1].clause][1] else end
        if people := _PEOPLE.match(masks.outer, bound, limit):
            end, result = people.end(), (people.end(), max(limit, people.end()))
    bounds = tuple(_with_bounds(masks.text, item, start) for item in chain)
    leads = following is not None and following.start == result[1]
    amounts = is_money(first.unit) and following is not None and "%" in following.unit
    return Condition(start, end, head, bounds, result, leads, leads and amounts)


def _end_and_result(
    masks: Masks, passage: Passage, chain: list[Item], bound: int, following: Item | None
) -> tuple[int, Range] | None:
    """Return where a condition ends and what it leads to: in its clause, in the next, or behind a colon."""
    first, last = chain[0], chain[-1]
    clause = last.clause  # 8千元以上，不满2万元的部分: a condition may go over a comma
    shown = masks.outer
    stop = passage.clauses[clause][1]
    here = following if following is not None and following.clause == clause else None
    limit = min(here.start if here else stop, bound + _LONGEST)
    rest, sign = shown[bound:limit], shown[stop : stop + 1]
    of = _OF.search(rest)
    behind = (bound + of.start(), bound + of.end()) if of else (bound, bound)
    timed = first.unit in TIME_UNITS and first.unit not in AGE_UNITS
    front = masks.text[first.before[0] : first.start]
    if masks.text[last.end : bound].endswith("内") and timed and not _PREGNANT.search(front):
        return None  # a limit: 5日内答复
    if here is not None:
        counts = first.unit in AGE_UNITS  # 65岁以上老人30万人
        if not (counts or _is_set(here)) or here.start - bound > _LONGEST:
            return None
        if here.unit == first.unit and not of:
            return None
        return behind[0], (behind[1], here.start)
    if limit != stop:
        return (bound, (bound, limit)) if first.unit in AGE_UNITS and rest else None
    if rest == "" and sign == "：" and following is not None:
        return (bound, (stop + 1, following.start)) if following.start - stop <= _LONGEST_RESULT else None
    alone = (following is None or following.clause > clause + 1) and not _is_amount(first)
    rated = (  # 1万元以下（含1万元），按5%奖励
        following is not None
        and following.clause == clause + 1
        and is_money(first.unit)
        and "%" in following.unit
    )
    closed = bool(_CLOSED.search(rest) or _OF_WHOM.fullmatch(rest))
    closed |= (alone or rated) and not rest and bound > last.end
    if closed and sign in {"，", "：", ""} and clause + 1 < len(passage.clauses):
        begin, close = passage.clauses[clause + 1]
        if following is not None and following.start >= begin:
            close = min(close, following.start)
        return stop - rest.endswith("的"), (begin, close)
    if of and stop - behind[1] >= _NOUN:
        return behind[0], (behind[1], stop)
    return (bound, (bound, limit)) if first.unit in AGE_UNITS and rest else None


def _is_amount(item: Item) -> bool:
    return is_money(item.unit) or "%" in item.unit or "百分点" in item.unit


def _is_set(item: Item) -> bool:
    return _is_amount(item) or item.unit in TIME_UNITS


def _front(masks: Masks, item: Item) -> tuple[int, Range | None]:
    """Return where a condition begins, and the words in front of its number that name what it is of."""
    text = masks.text
    start, end = item.before[0], item.start
    spans, _ = words_before(masks, (start, end), [])
    if ordinal := _ORDINAL.search(text, start, end):
        spans = [(max(a, ordinal.end()), b) for a, b in spans if b > ordinal.end()]
    head = None
    if lower := _LOWER.search(text, max(start, end - 14), end):
        spans = [trim(text, a, min(b, lower.start())) for a, b in spans if a < lower.start()]
        spans = [(a, b - text.endswith("在", a, b)) for a, b in spans if b - a > 2]
        head = spans[-1] if spans else None
    begin = spans[0][0] if spans else trim(text, lower.start(), end)[0] if lower else item.start
    if spans and _NAMES.search(text, max(begin, spans[-1][1] - 6), spans[-1][1]):
        head = trim(text, *spans[-1])
    return begin, head


def _led_to(masks: Masks, passage: Passage, condition: Condition, after: int) -> Iterator[Item]:
    """Yield the figures that a condition leads to: the first behind it, those listed with it, in brackets."""
    led: list[Item] = []
    row = masks.outer.startswith("：", condition.end)
    for item in passage.items[after : after + _MOST]:
        between = masks.outer[condition.end : item.start]
        further = bool(led) and _FURTHER_GROUP.fullmatch(masks.outer, led[-1].end, item.start)
        if ("；" in between and not further) or len(between) > 2 * _LONGEST:
            return
        counted = passage.items[after - 1].unit in AGE_UNITS and item.start == condition.result[1]
        if not led and not counted and _is_bounded(masks.text, item):
            return
        if led and not row and not item.bracketed and item.listed is not led[-1] and not further:
            return
        led.append(item)
        yield item


def _with_bounds(text: str, item: Item, start: int) -> Range:
    cue = _CUE.search(text, max(start, item.start - 8), item.start)
    return cue.start() if cue else item.start, _bounds(text, item.end)


def words_under(masks: Masks, condition: Condition, item: Item, dates: list[DateMention]) -> Phrase:
    """Return the words of a figure that is in a condition or under one."""
    whole = condition.start, condition.end
    if item.start >= condition.end:
        begin = max(condition.result[0], item.before[0])
        own, places = words_before(masks, (min(begin, item.start), item.start), dates)
        given = _GIVEN.match(masks.text, item.end)
        return Phrase([whole, *own], [given.span("what")] if given else [], places)
    spans: list[Range] = []
    at = condition.start
    for start, end in (*condition.thresholds, (condition.end, condition.end)):
        if at < start:
            spans.append(trim(masks.text, at, start))
        at = max(at, end)
    result = _result(masks, condition, dates)
    return Phrase([span for span in spans if span[0] < span[1]], result, [])


def _result(masks: Masks, condition: Condition, dates: list[DateMention]) -> list[Range]:
    """Return the words of what a condition leads to, without the group of a row (5万元以上：一级)."""
    begin, end = condition.result
    text = masks.text
    if text.startswith("：", begin - 1):
        return []
    for start, stop in words_before(masks, (begin, end), dates)[0][:1]:
        stop = min(stop, start + _LONGEST_RESULT)
        sets = _SETS.search(text, start + 2, stop)
        return [(start, sets.start() if sets else stop)]
    given = _GIVEN.search(text, end, end + _LONGEST_RESULT)
    return [given.span("what")] if given else []
