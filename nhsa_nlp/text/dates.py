"""Dates as official letters write them, read into ISO form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

_HAN_DIGIT = "〇○零OoＯ一二三四五六七八九"
_VALUES = dict.fromkeys("〇○零OoＯ", 0) | {char: i for i, char in enumerate("一二三四五六七八九", 1)}

DATE = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<sep>[年./-])(?P<m>\d{1,2})(?P<sep2>[月./-])(?P<d>\d{1,2})(?P<end>日?)"
    rf"|(?P<hy>[一二][{_HAN_DIGIT}0]{{3}})年(?P<hm>[一二三四五六七八九十]{{1,2}})月(?P<hd>[一二三四五六七八九十]{{1,3}})日"
)


# Where a date can begin, which is found quickly.
_BEGIN = re.compile(r"[12一二](?=.{3}[年./-])")


def find_dates(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Yield what `DATE` matches in ``text[start:end]``, in order and disjoint."""
    for begin in _BEGIN.finditer(text, start, end):
        if begin.start() >= start and (match := DATE.match(text, begin.start(), end)):
            yield match
            start = match.end()


def to_iso(match: re.Match[str]) -> str | None:
    """Return the ISO form of a match of :data:`DATE`, None if there is no such day."""
    if match["hy"]:
        year = int("".join("0" if char == "0" else str(_VALUES[char]) for char in match["hy"]))
        month, day = _numeral(match["hm"]), _numeral(match["hd"])
    else:
        chinese = match["sep"] == "年"
        # 2021年7-29 and the like are not dates.
        if chinese != (match["sep2"] == "月") or chinese != (match["end"] == "日"):
            return None
        year, month, day = int(match["y"]), int(match["m"]), int(match["d"])
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _numeral(text: str) -> int:
    """Return the value of a Chinese numeral from 1 to 99, 0 if it is not one."""
    tens, ten, units = text.rpartition("十")
    if len(tens) > 1 or len(units) > 1 or "十" in tens:
        return 0
    return (_VALUES.get(tens, 1) * 10 if ten else 0) + _VALUES.get(units, 0)
