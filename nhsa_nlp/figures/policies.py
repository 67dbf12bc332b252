"""The policy that a figure is said to come from."""

from __future__ import annotations

import re
from bisect import bisect_right

from nhsa_nlp.figures.structure.items import Item, Passage
from nhsa_nlp.figures.structure.sentences import Masks
from nhsa_nlp.text import Range

_SAYS = re.compile(r"[^。]{0,40}?(?:规定|明确|要求|提出|指出|确定|显示|统计|安排|公布)")
_BY = re.compile(
    r"(?:按照|根据|依据|依照|按|据|落实|执行|印发|发布|出台|制定|下发)(?:了)?(?:[^，。；《》]{0,12})$"
)
_REACH = 200


def policy_of(masks: Masks, passage: Passage, item: Item, policies: list[tuple[Range, str]]) -> str | None:
    """Return the title of the policy that a rule or target is said to come from, in its sentence.

    It is the last one in front of the figure, if the words around it say so: 根据《…》, 《…》规定.
    """
    at = bisect_right(policies, item.start, key=lambda policy: policy[0][1]) - 1
    if at < 0 or item.role == "other":
        return None
    (start, end), title = policies[at]
    if start < passage.sentence.start or item.start - end > _REACH:
        return None
    says = _SAYS.match(masks.outer, end, item.start)
    by = item.role in {"rule", "target"} and _BY.search(
        masks.outer, max(passage.sentence.start, start - 24), start
    )
    return title if says or by else None
