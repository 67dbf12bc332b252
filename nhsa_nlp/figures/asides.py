"""Numbers that state nothing: in a headline, in what is only supposed, of a person or time told of."""

from __future__ import annotations

import re

from nhsa_nlp.figures.items import Item
from nhsa_nlp.figures.sentences import Sentence
from nhsa_nlp.figures.surroundings import Surroundings
from nhsa_nlp.figures.words import AGE_UNITS, TIME_UNITS

_GROUP = (
    "老年|老人|人口|人群|人员|儿童|婴幼儿|青少年|女性|妇女|男性|居民|职工|参保|学生|群众|对象|及|以|至|或|（"
)
# 71岁的王某: one person.
_OF_PERSON = re.compile(rf"的(?!{_GROUP})[^，。；]")
# 持续了12年, 从业20年, 这三年: a time that is told of.
_TOLD = re.compile(r"(?:持续|历时|从业|从医|工作|走过|时隔|坚守|长达|这|之前|过去|最近)了?(?:近|约|已)?$")
_YEARS_ON = re.compile("(?:提高|调整|开展|保持|居|位居|获|实现|增长|荣获)")  # 连续9年提高
_SINCE = re.compile(r"(?:多)?(?:来(?!自|源)|前(?!，|完成|申|提)|间，)")
_SUPPOSED = re.compile(r"(?:假定|假设|假如|假使|如果[是有]?(?:一[名位]|某[名位]?))[^。；]*$")
# 责令暂停相关科室6个月以上1年以下: how long somebody is suspended.
_SUSPENDED = re.compile("(?:责令[^，。；]{0,24}?(?:暂停|停业|停止)[^，。；]{0,30}|暂停执业)$")
# 每多生育一个婴儿: what an amount is for each of.
_EACH_MORE = re.compile(r"每(?:增加|新增|多)[^，。；\d]{0,4}$")
_CHILD = re.compile("婴儿|胎|孩|新生儿")
# 您建议每年安排3000万元: what the correspondent says.
_SAID = re.compile(
    r"^(?:您|委员|代表)(?:在建议中|在提案中)?(?:建议|提出|列举|算了)(?:(?!我局)[^。；“的]){0,40}$"
)
# 30所卫生院中，12所有药: the whole that another count is a part of.
_WHOLE = re.compile(r"[^，。；、\d]{1,14}?(?<![其之])中(?:[，已仅有共]|\d|[一二两三四五六七八九十])")


def is_aside(sentence: Sentence, item: Item, around: Surroundings) -> bool:
    """Tell whether a number states nothing.

    Examples are ``假定费用为1万元``, ``责令暂停服务6个月``, ``每多一个婴儿``, and where the text does not set
    rules ``71岁的王某``, ``从业20年``, ``30所卫生院中，12所有药`` (the 30), and any number in a headline.
    """
    if _SUPPOSED.search(around.front) or _SAID.search(around.front):
        return True
    if item.unit in TIME_UNITS and _SUSPENDED.search(around.clause):
        return True
    if _CHILD.match(around.behind) and _EACH_MORE.search(around.before):
        return True
    if around.prescriptive:
        return False
    if sentence.title:
        return True
    if item.unit in AGE_UNITS:
        return bool(_OF_PERSON.match(around.behind))
    if item.unit in TIME_UNITS:
        years = item.unit == "年" and (_SINCE.match(around.behind) or _YEARS_ON.match(around.behind))
        return bool(_TOLD.search(around.before) or (years and not around.before.endswith("每")))
    return item.unit not in {"%", "倍"} and "元" not in item.unit and bool(_WHOLE.match(around.behind))
