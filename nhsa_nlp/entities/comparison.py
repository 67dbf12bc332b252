"""The words around a quantity that bound its value: 不超过, 以上, 约, 左右."""

from __future__ import annotations

import re

from nhsa_nlp.entities import units
from nhsa_nlp.record import Op
from nhsa_nlp.text.patterns import any_of

_BEFORE: tuple[tuple[Op, str], ...] = (
    (
        "le",
        "<= ≤ ≦ 不超过 不超出 不超 不得超过 不能超过 未超过 不高于 不得高于 不多于 不大于 不得大于 "
        "最多 最长 最大 至多 上限为? (?:最多|至多)[一-龥]{1,2} "
        "(?<!史上)(?<!历史)最高(?:可达|可|达)?",
    ),
    (
        "ge",
        "≥ ≧ >= 不低于 不得低于 不能低于 不少于 不得少于 不小于 "
        "至少为? 至少[一-龥]{1,3} 最低 最少 起码 下限为?",
    ),
    ("lt", "< ＜ 低于 不足 少于 小于 未满 不满 不到 未达到? 不及 短于"),
    ("gt", "> ＞ 超过了? 超出 超 逾 多于 高于 大于 突破了? 长于"),
    ("approx", "≈ 大约 大概 大致 约为 约 接近 将近 近 基本 几近 左右为 估计"),
)
_BEFORE_PATTERN = re.compile(
    "|".join(f"(?P<{op}>{any_of(words)}(?:有|为|达|达到|至)?)$" for op, words in _BEFORE)
)
_AFTER: tuple[tuple[Op, str], ...] = (
    ("ge", r"(?:及|或|含)?以上|之上|起步|起(?![来付始点草诉源伏义家因重到步用])"),
    ("le", r"(?:及|或|含)?以下|以内|之内|封顶"),
    ("approx", "左右|上下|前后"),
    ("gt", "多(?=[，。、；）来以])|有余"),
)
_AFTER_PATTERN = re.compile(
    r"(?:（含[^（）]{0,6}）)?(?:" + "|".join(f"(?P<{op}>{words})" for op, words in _AFTER) + ")"
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
    """Tell 近五年 (the last five years) from an approximate 近5年."""
    if match.group() != "近" or unit not in ("年", "月", "天", "周"):
        return False
    return match.start() == 0 or text[match.start() - 1] in "，。、；：（“\n在对截将是最于及和与"
