"""Penalties: how long somebody is suspended, and a multiple that a fine was of."""

from __future__ import annotations

import re

from nhsa_nlp.figures.roles.surroundings import Surroundings
from nhsa_nlp.figures.structure.items import Item

_CASE = re.compile("的，[^。；]*$")  # 三次违规的，暂停协议6个月: a rule
# 责令暂停相关科室6个月以上1年以下, 判处有期徒刑三年: how long somebody is suspended or locked up.
_SUSPENDED = re.compile("(?:责令[^，。；]{0,24}?(?:暂停|停业|停止)[^，。；]{0,30}|暂停执业|徒刑|拘役|缓刑)$")
# 中止该院医保协议180天, told of one that is named; what a text that sets rules says of all is one of them.
_WAS_SUSPENDED = re.compile("(?:暂停|中止|停止|终止)[^，。；、]{0,30}$")
_SERVICE = re.compile("协议|服务|资格|结算|执业|支付")
_ONE = re.compile(
    "[该其某]|×|有限公司|(?:卫生院|医院|药店|药房|诊所|分店|卫生室)[^，。；]{0,4}(?:暂停|中止|停止|终止)"
)
# 处骗取金额5倍罚款438万元: a fine that was imposed.
_FINE = re.compile(r"处[^，。；]{0,24}$")
_IS_FINE = re.compile("的?(?:行政)?罚款")
_SUM_OF_FINE = re.compile(r"的?(?:行政)?罚款(?:，共?计)?[^，。；\d]{0,4}\d")


def was_suspended(around: Surroundings) -> bool:
    """Tell whether a time is for how long somebody was suspended, by an order, by name or in a report."""
    if _SUSPENDED.search(around.clause):
        return True
    found = _WAS_SUSPENDED.search(around.clause)
    if found is None or not _SERVICE.search(found[0] + around.behind[:20]):
        return False
    rules = around.prescriptive or _CASE.search(around.front)
    return not rules or bool(_ONE.search(around.clause))


def was_fined(item: Item, around: Surroundings) -> bool:
    """Tell whether a multiple is that of a fine that was imposed: the sum follows, or no case leads to it."""
    if not _FINE.search(around.clause) or not _IS_FINE.match(around.behind):
        return False
    ranges = isinstance(item.quantity["value"], list)
    ruled = around.prescriptive or ranges or _CASE.search(around.front)
    return not ruled or bool(_SUM_OF_FINE.match(around.behind))
