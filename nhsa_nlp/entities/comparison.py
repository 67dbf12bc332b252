"""The words around a quantity that bound its value: 不超过, 以上, 约, 左右."""

from __future__ import annotations

import re

from nhsa_nlp.entities import units
from nhsa_nlp.record import Op
from nhsa_nlp.text.patterns import any_of, read_words

_WORDS = read_words("nhsa_nlp.entities", "comparison.txt")
_OPS = ("le", "ge", "lt", "gt", "approx")
_BEFORE_PATTERN = re.compile(
    "|".join(f"(?P<{op}>{any_of(_WORDS[op])}(?:有|为|达|达到|至|占比?)?)[“‘]?$" for op in _OPS)
)
# Characters of these words: where none stands before a quantity, no bound does.
_BEFORE_CHARACTERS = frozenset("".join(_WORDS[op] for op in _OPS)) - frozenset("一-龥")
_AFTER_STARTS = frozenset("（及或含以之起封左上前多有")
_AFTER_PATTERN = re.compile(
    r"(?:（含[^（）]{0,6}）)?(?:"
    r"(?P<ge>(?:及|或|含)?以上|之上|起步|起(?![来付始点草诉源伏义家因重到步用]))"
    r"|(?P<le>(?:及|或|含)?以下|以内|之内|封顶)|(?P<approx>左右|上下|前后)|(?P<gt>多(?=[，。、；）来以])|有余))"
)
# A bare 内 bounds what can have an inside (3年内), and may begin another word (内科).
_INSIDE = re.compile(r"内(?!在[的要需联逻动]|[科部容地涵蒙外镜需服循酰皮]|分泌)")
_HAS_INSIDE = units.TIME | frozenset(("月", "工作日", "自然日", "%", "公里", "米", "人", "元"))

# Of a share the base may stand between it and the bound: 不低于年度采购金额的30%.
_SHARES = frozenset(("%", "‰", "‱", "倍"))
_LONGEST_BASE = 20
_BASE_BOUND_ENDS = frozenset("过于足到及出占达")
_BASE_BOUND = "|".join(f"(?P<{op}>{any_of(_WORDS['base_' + op])})" for op in _OPS)
_OF_BASE = re.compile(
    rf"(?:{_BASE_BOUND})(?:(?!{any_of(_WORDS['base_excludes'])})[一-龥“”\dA-Za-z]){{2,{_LONGEST_BASE}}}$"
)
_AMOUNT_END = re.compile(f"{any_of(_WORDS['amounts'])}$")
_LEVEL_END = re.compile(f"{any_of(_WORDS['levels'])}$")
_MEAN_END = re.compile(f"{any_of(_WORDS['levels'] + _WORDS['means'])}$")

# A bound before the quantity decides (超过1000元以上 is gt); else the stronger one holds: 约30%以上 is ge.
_STRENGTH: dict[Op, int] = {"le": 3, "ge": 3, "lt": 3, "gt": 2, "approx": 1, "eq": 0}


def comparison(text: str, start: int, end: int, min_start: int, *, more: bool = False, unit: str = "") -> Op:
    """Return the op that the words directly around ``text[start:end]`` give a quantity.

    Parameters
    ----------
    text
        The cleaned text.
    start, end
        The quantity's half-open offsets.
    min_start
        The end of the quantity before it: words before that are not looked at.
    more
        Whether 余 or 多 in the number makes it a lower bound.
    unit
        Its unit.
    """
    ops: list[Op] = ["gt"] if more else []
    begin = max(min_start, start - 7)
    before = None
    if begin < start and not _BEFORE_CHARACTERS.isdisjoint(text[begin:start]):
        before = _BEFORE_PATTERN.search(text, begin, start)
    if before:
        op: Op = before.lastgroup  # type: ignore[assignment]
        if op != "approx":
            return op
        if not _is_recent_period(text, before, unit):
            ops.append(op)
    elif (
        unit in _SHARES and start > min_start and (bound := _bound_of_base(text, start, end, min_start, unit))
    ):
        if bound != "approx":
            return bound
        ops.append(bound)
    following = text[end : end + 1]
    if following in _AFTER_STARTS and (after := _AFTER_PATTERN.match(text, end)):
        ops.append(after.lastgroup)  # type: ignore[arg-type]
    elif following == "内" and unit in _HAS_INSIDE and _INSIDE.match(text, end):
        ops.append("le")
    return max(ops, key=_STRENGTH.__getitem__) if ops else "eq"


def _bound_of_base(text: str, start: int, end: int, min_start: int, unit: str) -> Op | None:
    """Return the bound before the base of which the quantity is a share, None where it is a difference."""
    begin = max(min_start, start - _LONGEST_BASE - 4)
    if _BASE_BOUND_ENDS.isdisjoint(text[begin:start]) or not (found := _OF_BASE.search(text, begin, start)):
        return None
    op: Op = found.lastgroup  # type: ignore[assignment]
    if op == "approx" or text[start - 1] == "的" or _AMOUNT_END.search(text, found.end(op), start):
        return op
    if op in ("le", "ge"):
        return op if _MEAN_END.search(text, found.end(op), start) else None
    # 高于平均工资1.5倍 may be a difference; 低于低保标准1.5倍 is none.
    bounds = text.startswith("的", end) or (op == "lt" and unit == "倍")
    return op if bounds and _LEVEL_END.search(text, found.end(op), start) else None


def _is_recent_period(text: str, match: re.Match[str], unit: str) -> bool:
    """Return whether 近 says when (近五年, the last five years), not how much."""
    if match.group() != "近" or unit not in ("年", "月", "天", "周"):
        return False
    return match.start() == 0 or text[match.start() - 1] in "，。、；：（“\n在对截将是最于及和与"
