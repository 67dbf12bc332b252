"""A figure that goes on from one before it: one more of a list, its change, its share."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nhsa_nlp.figures.indicators.lists import has_measure
from nhsa_nlp.figures.indicators.reading import PARAGRAPH, Reading
from nhsa_nlp.figures.structure.items import Item
from nhsa_nlp.figures.structure.words import DOMAIN, PEOPLE, PREDICATES, TOPIC, VERB_FIRST, VERB_START
from nhsa_nlp.text import Range

_COMPLETED = re.compile(r"(?:超额|已|提前)?完成")
_OF_PLAN = re.compile("完成(?:全年|年度|年初|本年)*(?:收入|支出)?(?:预算|计划|任务|目标)数?")
_PRICE = re.compile(r"(?:平均)?(?:降价|降幅)")
_ONLY_COUNTS = frozenset({"", "累计", "新增", "共计", "合计"})
_AT_PRICES = re.compile(r"按[^，。；]{1,6}(?:价格|价|口径)(?:计算)?")  # 按可比价格下降
_BENEFITS = re.compile("(?:累计|共)?(?:惠及|受益|让利)")
_CUMULATIVE = re.compile("(?:累计|共计|合计)")
_SUMS = frozenset({"金额", "总金额", "资金", "费用", "总额"})
_SIDES = "(?:(?:当期|当年|本期|年度|累计|滚存|历年)*(?:总?收入|总?支出|结余|结存|积累)|总额)"
_SIDE = re.compile(_SIDES)
_SIDE_ENDS = re.compile(f"{_SIDES}$")
_AND = re.compile("(?:余|多)?[、和及]")
_LISTED_NOUN = 8  # characters of a noun that shares the verb of another
_CHANGES_BETWEEN = 2
_LONGEST_SHARED = 8
_BARE_NOUN = 4  # characters of a counted noun that does not say what it is of


@dataclass(slots=True)
class Words:
    """A figure's own words, and what they are like.

    ``local`` are those of the first range in front; ``verb_first`` tells that they leave out the subject,
    ``counted`` that a noun is counted, ``bare`` that in front of it there is nothing of weight.
    """

    before: list[Range]
    behind: list[Range]
    all: str
    local: str
    verb_first: bool
    counted: bool
    own: Range | None
    previous: Item | None

    @property
    def bare(self) -> bool:
        """Whether in front of the number there is nothing of weight."""
        return not self.before or self.local in _ONLY_COUNTS


def of_carried_out(reading: Reading, item: Item, words: Words) -> bool:
    """Read a bare noun, or its change, that is of what was carried out: 开展省级集采，60种药品平均降幅45%."""
    previous = words.previous
    if item.role == "change" and previous is not None and previous.context and not previous.front:
        noun = reading.words(previous.behind_spans)
        if noun and previous.clause == item.clause and words.local.startswith(noun):
            item.context = item.subject = previous.context
            return True
    if not item.clause or words.before or not 2 <= len(words.all) <= _BARE_NOUN:
        return False
    topic = reading.subjects[item.clause - 1]
    if topic is None or not TOPIC.search(reading.text, *topic) or words.all in reading.words([topic]):
        return False
    item.context = item.subject = [topic]
    return True


def shares_verb(reading: Reading, item: Item, words: Words) -> bool:
    """Read one more noun of a list under one verb: 抽取处方90张、病历30份; 执行国家集采药品90种、耗材8类."""
    previous = words.previous
    if previous is None or not previous.front or previous.behind_spans or words.counted:
        return False
    if previous.clause != item.clause or not _AND.match(reading.text, previous.end, item.start):
        return False
    if not 2 <= len(words.local) <= _LISTED_NOUN or VERB_FIRST.match(words.local) or has_measure(words.local):
        return False
    start, end = previous.front[-1]
    verb = VERB_FIRST.match(reading.text, start, end) or VERB_START.match(reading.text, start, end)
    if verb is None or verb.end() + 2 > end:
        return False
    shared = end - 2 if TOPIC.search(reading.text, verb.end(), end) else verb.end()
    item.context = [*previous.context, *previous.front[:-1], (start, shared)]
    item.subject = item.subject or previous.subject
    return True


def repeats_end(reading: Reading, item: Item, words: Words) -> bool:
    """Read a phrase that begins with the end of the one before: 职工异地就医30万人次，异地就医费用5亿元."""
    previous, local = words.previous, words.local
    if previous is None or not previous.front or previous.clause != item.clause - 1 or words.counted:
        return False
    if reading.masks.outer[item.clause_range[0] - 1] == "；" or previous.bracketed != item.bracketed:
        return False
    start, end = previous.front[-1]
    for size in range(min(_LONGEST_SHARED, len(local) - 1), 1, -1):
        at = reading.text.rfind(local[:size], start + 2, end)
        if at < 0 or reading.text[at - 1] in "在向每个":
            continue
        whose = start, at
        if PEOPLE.fullmatch(reading.text, *whose) or DOMAIN.search(reading.text, *whose):
            item.context = [*previous.front[:-1], reading.without_place(whose)]
            item.scope = item.scope or previous.scope
            item.subject = item.context + [span for span in words.before if TOPIC.search(reading.text, *span)]
            return True
    return False


def balances(reading: Reading, item: Item, words: Words) -> bool:
    """Read one more side of an account: 基金收入9亿元，支出8亿元，累计结余3亿元."""
    previous = words.previous
    if previous is None or previous.unit != item.unit or previous.bracketed != item.bracketed:
        return False
    if previous.role == "change":
        previous = previous.previous
    new = reading.masks.outer.startswith("；", item.clause_range[0] - 1)
    if previous is not None and previous.whole is not None and new:
        previous = previous.whole  # 支出9亿元，其中统筹基金6亿元；结余2亿元
    if previous is None or not previous.front or not _SIDE.fullmatch(words.local):
        return False
    start, end = previous.front[-1]
    side = _SIDE_ENDS.search(reading.text, start, end)
    if side is None or "元" not in item.unit:
        return False
    account = [reading.without_place((start, side.start()))] if start < side.start() else []
    item.context = [*previous.context, *previous.front[:-1], *account]
    item.subject = item.subject or item.context
    item.scope = item.scope or previous.scope
    return bool(item.context)


def parallel(reading: Reading, item: Item, words: Words) -> bool:
    """Read one more of a list of bare nouns, which has what the first of them has."""
    previous, local = words.previous, words.local
    changes = 0
    while previous is not None and previous.role == "change" != item.role and changes < _CHANGES_BETWEEN:
        previous, changes = previous.previous, changes + 1  # 在职职工9万人，增长1%；退休人员3万人
    if previous is None or not previous.context or words.counted or previous.unit != item.unit:
        return False
    if item.clause - previous.clause > 1 + changes or previous.bracketed != item.bracketed:
        return False
    first = reading.words(previous.front)
    for phrase in (local, first):
        if not phrase or VERB_FIRST.match(phrase) or has_measure(phrase):
            return False
    if len(local) > 10 or PREDICATES.search(local):
        return False
    item.context, item.subject = previous.context, previous.subject
    item.scope = item.scope or previous.scope
    return True


def _without_total(reading: Reading, spans: list[Range]) -> list[Range]:
    found = []
    for start, end in spans:
        total = _CUMULATIVE.match(reading.text, start, end)
        found.append((total.end() if total else start, end))
    return [span for span in found if span[0] < span[1]]


def is_sum(local: str, item: Item, previous: Item) -> bool:
    """Tell whether a figure is the money of what the one before counts: 共济9万人次，金额3亿元."""
    return (
        local in _SUMS
        and "元" not in previous.unit
        and previous.clause == item.clause - 1
        and bool(previous.front)
    )


def goes_with_previous(reading: Reading, number: int, item: Item, words: Words) -> bool:
    """Read a target, a change, a multiple or a share, which is of what the figure before measures."""
    items, previous, local = reading.passage.items, words.previous, words.local
    if item.role == "change" and "倍" in item.unit and number and not local.strip("是为"):
        item.context, item.spans = items[0].context + items[0].spans, []
        item.subject = items[0].subject
        return True
    if previous is None:
        return False
    if is_sum(local, item, previous):
        item.context = previous.context + previous.front  # 共济9万人次，金额3亿元: the sum of that
        item.subject, item.whole = previous.subject, previous.whole
        return True
    if _BENEFITS.fullmatch(local) and "元" in previous.unit and previous.clause == item.clause - 1:
        # 累计缓缴缴费9亿元，惠及2万户企业: what benefits them is what was done.
        item.context = _without_total(reading, previous.spans)
        item.subject = previous.subject
        return bool(item.context)
    completed = _COMPLETED.match(local)
    if item.role == "target" and not words.counted and (completed or len(local) < 6):
        if completed:
            item.spans = []
        item.context, item.subject = previous.context + previous.spans, previous.subject
        return True
    share, planned = local.startswith("占"), _OF_PLAN.fullmatch(local)
    if not (words.verb_first or _AT_PRICES.match(local)) or not (share or planned or item.role == "change"):
        return False
    if share and previous.context and previous.subject and VERB_FIRST.match(reading.words(previous.front)):
        item.context = item.subject = previous.subject
        return True
    whole = previous.context if previous.role == "change" else previous.context + previous.spans
    if _PRICE.search(local):
        mention = None if previous.subject else reading.mention(TOPIC, item, PARAGRAPH)
        whole = previous.subject or ([mention] if mention else [])
    item.context = [reading.without_place(span) for span in whole]
    item.whole = previous.whole
    item.scope = item.scope or previous.scope
    item.subject = previous.subject
    return True
