"""Sums and rates that were measured: they are too precise for a rule."""

from __future__ import annotations

import re

from nhsa_nlp.figures.roles.surroundings import Surroundings
from nhsa_nlp.figures.structure.items import Item

LARGEST_SET = 1_000_000
"""Yuan: what a fund spends is more, a limit for a person less."""

# 报销比例71.26%，超过65%的目标: a rate to two places, or one that is held against a target, was measured.
_TO_TWO_PLACES = re.compile(r"\d\.\d\d")
_AGAINST_TARGET = re.compile(r"，(?:高于|超过|超出|达到|完成|低于)[^，。；]{0,16}(?:目标|要求|任务)")
_PAID_OUT = re.compile(
    r"(?:报销|支付|补偿|救助|结算|赔付|中选|参保|覆盖|完成|合格|检出|入院|就诊)(?:比例|率)[^，。；]{0,2}$"
)
# 支出9.1亿元，支付比例60.5%: what a sum before comes to.
_RATE_OF_SUM = re.compile(r"[一-鿿]{0,8}(?:报销|支付|补偿|中选|结算|参保)(?:比例|率)(?:为|达到?)?")
# 费用超过12.3456万元的部分: a threshold is as precise as it likes.
_THRESHOLD = re.compile("(?:[高低大小多少]于|超过|超出|不足|未达?|满)$")
_OF_CASE = re.compile("(?:及?以[上下内]|（含）)?的(?!目标|任务)")
_NO_DIGIT = re.compile(r"\D")
_PRECISE = 6  # digits of a sum that was counted
_SUMS = re.compile("费用|发生费|收费|金额|基金|资金|罚款|损失|支出|收入|结余|总额")


def largest(item: Item) -> float:
    """Return the value of an amount, of a range the larger."""
    value = item.quantity["value"]
    return max((part or 0 for part in value), default=0) if isinstance(value, list) else value or 0


def is_measured_rate(item: Item, around: Surroundings) -> bool:
    """Tell whether a rate was measured: it follows a sum, has two places, or is held against a target."""
    if _RATE_OF_SUM.fullmatch(around.before) and item.previous is not None and not around.prescriptive:
        return item.previous.role == "reported"
    precise = _TO_TWO_PLACES.search(item.quantity["text"]) and _PAID_OUT.search(around.before)
    return bool(precise or _AGAINST_TARGET.match(around.behind))


def is_measured_sum(item: Item, around: Surroundings) -> bool:
    """Tell whether an amount of money was counted up, by how precise it is, and is no threshold."""
    if _THRESHOLD.search(around.before) or _OF_CASE.match(around.behind):
        return False
    digits = len(_NO_DIGIT.sub("", item.quantity["text"]).strip("0"))
    precise = digits >= _PRECISE or (digits == _PRECISE - 1 and largest(item) > LARGEST_SET)
    return precise and bool(_SUMS.search(around.before))
