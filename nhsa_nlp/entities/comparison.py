"""The words around a quantity that bound its value: 不超过, 以上, 约, 左右."""

from __future__ import annotations

import re

from nhsa_nlp.entities import units
from nhsa_nlp.record import Op
from nhsa_nlp.text.patterns import any_of, read_words

_BEFORE = read_words("nhsa_nlp.entities", "comparison.txt")
_BEFORE_PATTERN = re.compile(
    "|".join(f"(?P<{op}>{any_of(words)}(?:有|为|达|达到|至)?)$" for op, words in _BEFORE.items())
)
_AFTER_PATTERN = re.compile(
    r"(?:（含[^（）]{0,6}）)?(?:"
    r"(?P<ge>(?:及|或|含)?以上|之上|起步|起(?![来付始点草诉源伏义家因重到步用]))"
    r"|(?P<le>(?:及|或|含)?以下|以内|之内|封顶)|(?P<approx>左右|上下|前后)|(?P<gt>多(?=[，。、；）来以])|有余))"
)
# A bare 内 bounds what can have an inside (3年内), and may begin another word (内科).
_INSIDE = re.compile(r"内(?!在[的要需联逻动]|[科部容地涵蒙外镜需服循酰皮]|分泌)")
_HAS_INSIDE = units.TIME | frozenset(("月", "工作日", "自然日", "%", "公里", "米", "人", "元"))

# With several bounds the stronger one holds: 不超过30%左右 is le.
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
    if before := _BEFORE_PATTERN.search(text, max(min_start, start - 7), start):
        op: Op = before.lastgroup  # type: ignore[assignment]
        if not (op == "approx" and _is_recent_period(text, before, unit)):
            ops.append(op)
    if after := _AFTER_PATTERN.match(text, end):
        ops.append(after.lastgroup)  # type: ignore[arg-type]
    elif unit in _HAS_INSIDE and _INSIDE.match(text, end):
        ops.append("le")
    return max(ops, key=lambda op: _STRENGTH[op], default="eq")


def _is_recent_period(text: str, match: re.Match[str], unit: str) -> bool:
    """Return whether 近 says when (近五年, the last five years), not how much."""
    if match.group() != "近" or unit not in ("年", "月", "天", "周"):
        return False
    return match.start() == 0 or text[match.start() - 1] in "，。、；：（“\n在对截将是最于及和与"
