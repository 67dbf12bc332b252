"""Numbers that state nothing: in a headline, in what is only supposed, of a person or time told of."""

from __future__ import annotations

import re

from nhsa_nlp.figures.roles.penalties import was_suspended
from nhsa_nlp.figures.roles.surroundings import Surroundings
from nhsa_nlp.figures.structure.items import Item
from nhsa_nlp.figures.structure.sentences import Sentence
from nhsa_nlp.figures.structure.words import AGE_UNITS, TIME_UNITS

_GROUP = (
    "老年|老人|人口|人群|人员|儿童|婴幼儿|青少年|女性|妇女|男性|居民|职工|参保|学生|群众|对象|及|以|至|或|（"
)
# 71岁的王某: one person.
_OF_PERSON = re.compile(rf"的(?!{_GROUP})[^，。；]")
_A_PERSON = re.compile("[某×][，（(](?:男|女)?[，、]?$")  # 王某，58岁
# 持续了12年, 从业20年, 这三年: a time that is told of.
_TOLD = re.compile(r"(?:持续|历时|从业|从医|工作|走过|时隔|坚守|长达|这|之前|过去|最近)了?(?:近|约|已)?$")
_YEARS_ON = re.compile("(?:提高|调整|开展|保持|居|位居|获|实现|增长|荣获)")  # 连续9年提高
_SINCE = re.compile(r"(?:多)?(?:来(?!自|源)|前(?!，|完成|申|提)|间，)")
# 假设费用为1万元: what follows in the paragraph is supposed as well.
_GIVEN = re.compile(r"(?<![一-鿿])(?:假定|假设|假如|假使)(?!不|[^，。\n]{0,4}(?:成立|条件))[^\n]*$")
_BACK = 160
_SUPPOSED = re.compile(
    r"(?:如果[是有]?(?:一[名位]|某[名位]?))[^。；]*$"
    r"|(?:比如|例如|譬如|举例|例：)(?![^。；]{0,160}(?:[全我本该][省市县区州]|去年|今年|亿))[^。；]{0,24}(?:花费|花了|费用|发生|产生)[^。；]*$"
)
# 现将7起典型案例通报如下: how many are told of below.
_TOLD_BELOW = re.compile(r"(?:现将|曝光|通报|公布|发布|公开)了?(?:第[一二三四五六七八九十\d]+[批期])?$")
_CASES = re.compile("[^，。；]{0,14}(?:案例|案件)")
# 这5家, 15日，记者获悉, 1月1起: what was counted before, a day.
_THE_SAME = re.compile("[这那]$")
_OF_MONTH = re.compile(r"\d月$")
# 市县两级, 分为两类, 20件民生实事: parts of a whole; 未来3年, 一个年度内: no limit.
_PART = re.compile("[一二两三四五六七八九十]+(?:[级类]|种[^，。；]{0,2}(?:方式|情形|情况|途径))")
_OF_ALL = re.compile("[同患有]$")  # 同时患两类慢性病的
_PROJECTS = re.compile("(?:民生)?实事")
_TO_COME = re.compile("(?:未来|今后)$")
# 每10万人口3.8名: what there is so much of for each.
_PER = re.compile("每$")
_MUCH = re.compile(r"口?\d")
# 每多生育一个婴儿: what an amount is for each of.
_EACH_MORE = re.compile(r"每(?:增加|新增|多)[^，。；\d]{0,4}$")
_CHILD = re.compile("婴儿|胎|孩|新生儿")
# 您建议每年安排3000万元: what the correspondent says.
_SAID = re.compile(
    r"^(?:您|委员|代表)(?:在建议中|在提案中)?(?:建议|提出|列举|算了)(?:(?!我局)[^。；“的]){0,40}$"
)
# 30所卫生院中，12所有药: the whole that another count is a part of.
_WHOLE = re.compile(r"[^，。；、\d]{1,14}?(?<![其之])中(?:[，已仅有共]|\d|[一二两三四五六七八九十])")

_DIGITS = re.compile(r"\d[\d.]*")
_BELOW = 400  # characters


def is_aside(text: str, sentence: Sentence, item: Item, around: Surroundings) -> bool:
    """Tell whether a number states nothing.

    Examples are ``假定费用为1万元``, ``责令暂停服务6个月``, ``每多一个婴儿``, and where the text does not set
    rules ``71岁的王某``, ``从业20年``, ``30所卫生院中，12所有药`` (the 30), and any number in a headline.
    """
    if _GIVEN.search(text, max(0, item.start - _BACK), item.start):
        return True
    if _SUPPOSED.search(around.front) or _SAID.search(around.front):
        return True
    if item.unit in AGE_UNITS and _A_PERSON.search(around.front):
        return True
    if item.unit in TIME_UNITS and was_suspended(around):
        return True
    if _CHILD.match(around.behind) and _EACH_MORE.search(around.before):
        return True
    if _TOLD_BELOW.search(around.before) and _CASES.match(around.behind):
        return True
    if _is_no_count(item, around):
        return True
    if sentence.title and (not around.prescriptive or _is_said_below(text, sentence, item)):
        return True
    if around.prescriptive:
        return False
    if item.unit in AGE_UNITS:
        return bool(_OF_PERSON.match(around.behind))
    if item.unit in TIME_UNITS:
        years = item.unit == "年" and (_SINCE.match(around.behind) or _YEARS_ON.match(around.behind))
        return bool(_TOLD.search(around.before) or (years and not around.before.endswith("每")))
    return item.unit not in {"%", "倍"} and "元" not in item.unit and bool(_WHOLE.match(around.behind))


def _is_no_count(item: Item, around: Surroundings) -> bool:
    """Tell whether a number is a day, or takes up or is the measure of another count."""
    if _OF_MONTH.search(around.before) or (item.unit == "日" and _is_day(around)):
        return True
    if item.quantity["text"] == "一个年度":
        return True
    if item.unit in TIME_UNITS:
        return bool(_TO_COME.search(around.before))
    part = _PART.match(item.quantity["text"] + around.behind) and not _OF_ALL.search(around.before)
    return bool(
        part
        or _THE_SAME.search(around.before)
        or _PROJECTS.match(around.behind)
        or (_PER.search(around.before) and item.unit in {"", "人"} and _MUCH.match(around.behind))
    )


def _is_day(around: Surroundings) -> bool:
    begins = not around.clause.strip() or around.before.endswith("）")
    return begins and around.behind.startswith("，")


def _is_said_below(text: str, sentence: Sentence, item: Item) -> bool:
    """Tell whether the text below a headline says its number again."""
    number = _DIGITS.search(text, item.start, item.end)
    return number is not None and text.find(number[0], sentence.end, sentence.end + _BELOW) >= 0
