"""Amounts of money, shares and multiples: reported, or fixed by policy."""

from __future__ import annotations

import re

from nhsa_nlp.figures.roles.judgement import CERTAIN, Judgement
from nhsa_nlp.figures.roles.measured import LARGEST_SET, is_measured_rate, is_measured_sum, largest
from nhsa_nlp.figures.roles.penalties import was_fined
from nhsa_nlp.figures.roles.surroundings import Surroundings
from nhsa_nlp.figures.structure.items import Item
from nhsa_nlp.figures.structure.words import FIXED

_MONEY = re.compile("元|块")
_BOUND = re.compile(r"(?:不超过?|不低于|不高于|不少于|不得[低高超少]于?过?|控制在|至少|最高|最低|按)约?$")
_RATE = re.compile(r"(?:报销|支付|补助|救助|缴费|资助|待遇|分担|负担)的?(?:比例|水平|标准|额度)|比例")
_MEASURED = re.compile(r"达到|达|左右|实际|平均|目前|普遍|约|分别为|稳定在|提高了|占")
_GIVEN = re.compile(
    r"(?:以上|左右)?(?:的比例|的标准)?(?:给予|进行|予以)?(?:救助|补助|报销|支付|资助|补贴|缴纳)"
)
_NORMED = re.compile(r"(?:要求|规定|明确|指导[^，。]{0,8}将|纳入[^，。]{0,12}范围)[^。]*$")
_AT_PRESENT = re.compile("目前|普遍|实际|平均|截至")
_AMOUNTS_TO = re.compile(
    r"(?:比例|限额|待遇|水平|救助)(?:普遍|均|分别|已|平均|大多)*(?:达到?|稳定在|保持在|维持在|在|超)了?[约近]?$"
    r"|(?:普遍|平均|实际)(?:为|达到?|约|近)*$"
)
_PAID_IN = re.compile("缴纳|的基数|的部分|的，按|确定")
_LIMITS = re.compile(r"以内|以下|(?:和\d+%)?的(?:比例|标准|加价率|奖励|罚款)|起步|确定")
_LEVEL = re.compile(r"筹资水平|人均筹资(?!标准)|占(?!总量的$)|相当于|为当年")
# 费用10万元, 为例: what was spent in a case or is usual, also in a text that sets rules.
_OUT_OF_PRACTICE = re.compile(
    r"(?:发生|花费|花了|用了|看病|累计(?!缴费|最高|支付|报销|救助|补助|不)|实际|平均(?!工资|缴费)|目前|支出|收入|追回|节约|减轻|总费用|参保率|左右)"
)
# 支付率低于85%的按实支付: the case that a rule is for.
_THRESHOLD = re.compile(r"(?:低于|高于|超过|超出|不足|达到|满)$")
_THEN = re.compile(r"(?:及?以[上下]|（含）)?的(?!目标|任务)")
_CASE = re.compile(r"(?:（含）)?以[上下]的(?:，|由|按|可|不)")
# 提高补助标准，达到人均300元左右: a standard, whatever it came to.
_STANDARD = re.compile(
    r"(?:筹资|补助|缴费|补贴|起付)的?(?:标准|限额|线)，?[^，。；]{0,4}(?:达到|提高到|为)[^，。；]{0,8}$"
)
# 报销比例提高到75%左右, in a text that sets rules; 每月发补助1200元, 每人次由8元, anywhere.
_SETS_TO = re.compile(
    r"(?:比例|标准|限额|水平)[^，。；]{0,12}(?:提高[到至]|达到|控制在|不低于|不超过)[^，。；]{0,16}$"
)
_PER_HEAD = re.compile(
    r"每(?:人|月|年|天|日|人次|次|例|个|床日?|季度|学年)[^，。；]{0,6}(?:补助|补贴|补|发放?|增发|支付|缴费|缴纳|缴|资助|增加|[由从])$|每(?:人次|次|月|床日?)$"
)
_GETS = re.compile(
    r"(?:加发|增发|每月发|补贴|补助|奖励|奖补|资助|每餐|每次|每例|每床|每个|每位)(?:标准|金额)?(?:为|由|从|提高[到至])?$"
)
_ALLOWANCE = re.compile("养老金|补助|补贴|津贴|抚恤金|生活费|标准")
_SPENT = re.compile("累计|共|支出|安排|下达|拨付|投入|筹集|发放|实际|平均|人均")
_LARGEST_ALLOWANCE = 100_000  # yuan that one gets
# 每支由90元降至30元, of a purchase; 票价2元, 接种服务费28元: what a price is set at.
_PRICE_FELL = re.compile("降[至到为]$")
_NORM = re.compile("标准|起付|限额|封顶|缴费|费率|补助|收费|价格")
_PRICE = re.compile("(?:票价|保额|服务费|指导价)(?:调至|调整为|为)?$")
# 按50%留用, 按年约定采购金额30%预付: what is done by that share.
_BY = re.compile(r"按[^，。；]{0,16}$")
_IS_DONE = re.compile(
    r"(?:左右)?(?:的(?:比例|标准))?(?:确定|执行|留用|预付|预拨|分担|缴纳|支付|报销|筹集|划转|核定|返还|奖励|收取|给予|计入|补助|拨付|向[^，。；]{2,10}预付)"
)


def is_money(unit: str) -> bool:
    """Tell whether a unit is one of money, also per head or year."""
    return bool(_MONEY.search(unit))


def role_of_amount(item: Item, around: Surroundings) -> Judgement:
    """Return the role of an amount, a share or a multiple, and how sure that is.

    What local rules amount to in practice (普遍达到, 左右) is reported; the norm itself is a rule.
    """
    before, clause, behind = around.before, around.clause, around.behind
    if item.unit == "%" and is_measured_rate(item, around):
        return "reported", CERTAIN
    if is_money(item.unit) and is_measured_sum(item, around):
        return "reported", CERTAIN
    if "倍" in item.unit:
        if was_fined(item, around):
            return "reported", CERTAIN
        if "处" in clause and "罚款" in around.front[-80:] + behind:
            return "rule", 0.7
        if not re.search("标准|处|罚", clause) and not (around.prescriptive and "限额" in clause):
            return "reported", 0.6
    if before.endswith(("给予", "按", "予以")) and _GIVEN.match(behind):
        return "rule", 0.8
    if is_money(item.unit) and _PRICE_FELL.search(before) and not _NORM.search(clause):
        return "reported", CERTAIN
    if is_money(item.unit) and _PRICE.search(before):
        return "rule", 0.65
    if around.prescriptive and ((_THRESHOLD.search(before) and _THEN.match(behind)) or _CASE.match(behind)):
        return "rule", 0.75
    if around.prescriptive and _SETS_TO.search(before) and not _AT_PRESENT.search(around.around):
        return "rule", 0.7
    if is_money(item.unit) and _STANDARD.search(around.front[-40:]):
        return "rule", 0.7
    if is_money(item.unit) and (_PER_HEAD.search(before) or _is_allowance(item, around)):
        return "rule", 0.65
    if item.unit == "%" and _BY.search(before) and _IS_DONE.match(behind):
        return "rule", 0.7
    if around.prescriptive and _is_set(item, around):
        return "rule", 0.7
    if _NORMED.search(around.front) and _RATE.search(clause[-24:]) and not _AT_PRESENT.search(around.around):
        return "rule", 0.7
    if "平均" in before and not re.search("标准|平均工资", before):
        return "reported", 0.75
    if _AMOUNTS_TO.search(before) and not re.search("标准|不[超低高]", before[-16:]):
        return "reported", 0.75
    if _PAID_IN.match(behind) or (re.search(r"低于[^，。]{2,30}$", before) and behind.startswith("的")):
        return "rule", 0.8
    if FIXED.search(clause[-30:]) or _LIMITS.match(behind):
        level = _LEVEL.search(clause) and not re.search("原则上|要求", clause)
        return ("reported", 0.7) if level else ("rule", 0.8)
    if _BOUND.search(before) and re.search("比例|率|水平|标准|缴费", clause):
        return "rule", 0.75
    if _RATE.search(clause):
        near = clause + behind[:4]
        said = _MEASURED.search(around.around[-120:]) and re.search("达|左右|实际|平均|约|普遍", near)
        return ("reported", 0.7) if said or "占" in clause else ("rule", 0.65)
    if "/" in item.unit and is_money(item.unit) and re.search("补助|缴费|标准|收费|支付", clause):
        return "rule", 0.6
    if re.search(r"[对按][^，]{0,24}补助$|(?<!史上)最高|最低|不低于|不超过|不少于", clause[-16:]):
        return "rule", 0.6
    return "reported", 0.75


def _is_allowance(item: Item, around: Surroundings) -> bool:
    """Tell whether an amount is what somebody gets: 每餐补助3元, 养老金由每人每月139元."""
    if largest(item) > _LARGEST_ALLOWANCE or _SPENT.search(around.clause):
        return False
    return bool(_GETS.search(around.before) or ("人/" in item.unit and _ALLOWANCE.search(around.clause)))


def _is_set(item: Item, around: Surroundings) -> bool:
    """Tell whether an amount or rate in a text that sets rules is one, and not what was spent or is usual."""
    if item.unit != "%" and (not is_money(item.unit) or largest(item) > LARGEST_SET):
        return False
    return (
        "左右" not in around.behind[:10]
        and not _OUT_OF_PRACTICE.search(around.before)
        and not _OUT_OF_PRACTICE.match(around.behind)
    )
