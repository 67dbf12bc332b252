"""What a change is measured against."""

from __future__ import annotations

import re

from nhsa_nlp.figures.structure.items import Item
from nhsa_nlp.figures.structure.sentences import Masks

_COMPARED = re.compile(
    r"(?:同)?(?:(?<![对占])比(?![例重率较照价])|较|与)(?P<than>[^，。；、]{1,24}?)(?:相比|增长|增加|提高|提升|下降|降低|减少|上升|上涨|高出|低|高|翻|又|多|少|扩大|缩短|略|均|分别)"
    r"|在(?P<on>[^，。；在]{1,20}?)(?:的)?基础上|(?P<same>同比|环比)|(?:超过|高于|低于)(?P<over>[^，。；]{2,20}?)(?:约|近)?$|[是为](?P<times>[^，。；\d]{2,24})(?:[\d.]+%(?:左右)?)?的$"
)


def read_base(masks: Masks, item: Item) -> str | None:
    """Return what a measured change is compared with, as written."""
    start = max(item.clause_range[0] - 40, item.start - 80, 0)
    found = None
    for match in _COMPARED.finditer(masks.text, start, item.start):
        if (match["over"] or match["times"]) and not ("倍" in item.unit or "百分点" in item.unit):
            continue
        found = match
    if found is None:
        return None
    return (found["than"] or found["on"] or found["same"] or found["over"] or found["times"]).strip("的，")
