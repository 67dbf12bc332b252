"""Number expressions as texts write them: ``3.8亿余``, ``二十多万``, ``数百``, ``七八十``, ``半``."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from nhsa_nlp.entities import units
from nhsa_nlp.entities.idioms import AFTER_NUMERALS
from nhsa_nlp.text.numerals import parse_number

SPELLED_DIGIT = "零〇一二两三四五六七八九"
ARABIC = r"(?:\d{1,3}(?:[,，]\d{3})+(?!\d)|\d+)(?:\.\d+)?"
SPELLED = rf"[{SPELLED_DIGIT}十百千万亿廿卅卌]+(?:点[{SPELLED_DIGIT}]+)?"
_POWER = r"×10(?:\^\d{1,2}|[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2})"
# 2个亿 is 2亿; 2个亿元村 are two villages.
_OF_YI = r"个亿(?!元?[级村乡镇县强产企工项户])"
_VULGAR = "¼½¾⅓⅔⅛"
# 兆 multiplies money; 100兆 of bandwidth is a measure.
_TRILLION = "兆(?=[元圆]|[美日港韩欧]元)"
NUMBER = re.compile(
    rf"(?P<arabic>{ARABIC}(?:{_POWER}|[{_VULGAR}]|(?:[百千万亿]零?{ARABIC})*)|[{_VULGAR}])"
    rf"(?P<fuzz>[余多几来])?(?P<factor>[十百千]?(?:万亿|[万亿])|[百千]|{_OF_YI}|{_TRILLION})?(?P<rest>[余多])?"
    rf"|(?P<few>(?:[数几]|(?<![以之加如及])上)(?=[十百千万亿]))?(?P<spelled>(?!零下){SPELLED})"
    rf"(?P<sfuzz>[余多几来])?(?P<sfactor>万亿|[万亿]|{_OF_YI}|{_TRILLION})?(?P<srest>[余多])?"
    r"|(?P<none>几|半)"
)
"""A candidate; `read_number` finds out whether it is a number and how far it reaches."""
HALF = re.compile(r"半(?![年天数个月日小径价夜边山身路途程截工])")
"""What adds a half to a unit: 一年半."""
# What may follow a spelled-out digit that counts; nothing of 统一的, 二是, 进一步 is read any further.
_FOLLOWERS = re.escape(
    "".join(
        sorted(
            frozenset(f"{SPELLED_DIGIT}十百千万亿兆廿卅卌半点余多几来大成折分个之 （-—~～至到“")
            | {unit[0] for unit in units.CLASSIFIERS | units.TIME | units.MONEY | units.MEASURES}
            | {unit[0] for unit in units.SPELLED_NOUNS | units.LATIN}
            | AFTER_NUMERALS
        )
    )
)
_FIRST = re.compile(
    rf"[\d{SPELLED_DIGIT}十百千万亿廿卅卌数几上半{_VULGAR}]"
    rf"(?:(?<=[\d百千万亿廿卅卌{_VULGAR}])|(?=[{_FOLLOWERS}])(?!(?<=进一)步))"
)
_DATE = re.compile(r"(?:19|20)\d\d年(?:\d{1,2}月(?:\d{1,2}日)?)?")
_CENTURIES = ("19", "20")

_MULTIPLIERS = frozenset("十百千万亿")
_PAIR = re.compile(
    rf"((?:[{SPELLED_DIGIT}十百千万亿]*[十百千万亿]零?+)?)([{SPELLED_DIGIT}])([{SPELLED_DIGIT}])([十百千万亿]*)"
)
# 三百五, 13万2: as people say it, the last digit counts the place below.
_SHORTENED = re.compile(r".*[百千万亿][1-9一二三四五六七八九]")
# 三百一天 is 300 a day, 三百五一天 350: a counted 一 would be 三百零一.
_BEFORE_RATE = re.compile(r"[百千万][二三四五六七八九]?一\Z")
_RATED = re.compile(
    "一(?:[天日年月季人次位户晚夜张支片盒瓶箱袋包针斤亩吨米度例台床间场节回趟副套颗粒根条件只头块本个]|小时|学[期年]|公斤)"
)

# Financial numerals, one for one. Such a digit alone is mostly a name (陆, 伍), so it counts only beside
# another numeral.
_FINANCIAL = str.maketrans("壹贰叁参肆伍陆柒捌玖拾佰仟", "一二三三四五六七八九十百千")
_FINANCIAL_RUN = re.compile(
    r"参(?=[拾佰仟])[参壹贰叁肆伍陆柒捌玖拾佰仟零万亿]+|[壹贰叁肆伍陆柒捌玖拾佰仟零万亿]{2,}|[壹贰叁肆柒捌玖](?=[十百千万亿])"
    r"|[壹贰叁肆伍陆柒捌玖](?=[元圆角分]|点[零一二三四五六七八九])"
    r"|(?<=[\d一二三四五六七八九两])[拾佰仟]|[佰仟](?=分之)|(?<=分之)[壹贰叁肆伍陆柒捌玖]"
)
_UNUSUAL = re.compile("[壹贰叁肆伍陆柒捌玖拾佰仟]")
# A circle or a letter for the zero of 二○○八年 and 二OO八年.
_ZERO_POINT = re.compile(rf"([零〇])(?<![{SPELLED_DIGIT}十百千万亿\d].)[.·](?=[{SPELLED_DIGIT}])")  # 〇.五
_ROUND = re.compile("(?<=[一二三四五六七八九])(?:○+|[O○]+(?=[一二三四五六七八九年]))")


def plain_numerals(text: str) -> str:
    """Write financial numerals, round zeros and the point of 〇.五 as everyday ones; no offset changes."""
    if "○" in text or "O" in text:
        text = _ROUND.sub(lambda m: "〇" * len(m.group()), text)
    text = _ZERO_POINT.sub(r"\1点", text)
    if not _UNUSUAL.search(text):
        return text
    return _FINANCIAL_RUN.sub(lambda m: m.group().translate(_FINANCIAL), text)


def find_number(text: str, position: int) -> re.Match[str] | None:
    """Return the first match of `NUMBER` at or after a position, found by its first character; no date."""
    while first := _FIRST.search(text, position):
        position = first.start()
        if text.startswith(_CENTURIES, position) and (date := _DATE.match(text, position)):
            position = date.end()
        elif match := NUMBER.match(text, position):
            return match
        else:
            position += 1
    return None


class NumberExpression(NamedTuple):
    """A number expression at ``[start, end)``, and how it is written.

    Attributes
    ----------
    value
        Its value; None for 几.
    more
        Whether 余, 多, 几 or 数 makes the value a lower bound.
    large
        Whether 万, 亿, 兆 or a power of ten is part of it.
    shortened
        Whether it is written as people say it: 三百五, 2千5, 三百 of 三百一天.
    pair
        Both values of 两三个, 七八十 or 十五六.
    """

    start: int
    end: int
    value: Decimal | None
    more: bool
    surface: str
    arabic: bool
    large: bool
    shortened: bool = False
    pair: tuple[Decimal, Decimal] | None = None


class _Reading(NamedTuple):
    """What the characters of a number expression say, wherever they stand."""

    length: int
    before_rate: bool  # 三百一, which before 天 is 三百 and a rate
    facts: tuple[Decimal | None, bool, str, bool, bool, bool, tuple[Decimal, Decimal] | None] | None
    """The fields of `NumberExpression` after its place; None where the characters are no number."""


def read_number(match: re.Match[str]) -> NumberExpression | None:
    """Read a number expression from a match of `NUMBER`; None where the characters are not one."""
    start, end = match.span()
    groups = match.groups()
    read = _read_often if end - start <= _SHORT else _read
    reading = read(groups)
    if reading.before_rate and _RATED.match(match.string, start + reading.length - 1):
        reading = read(groups, is_rated=True)
    if reading.facts is None:
        return None
    return NumberExpression(start, start + reading.length, *reading.facts)


def _read(groups: tuple[str | None, ...], *, is_rated: bool = False) -> _Reading:
    """Read the groups of a match of `NUMBER`, without a last 一 that begins a rate."""
    arabic, fuzz, factor, rest, few, spelled, sfuzz, sfactor, srest, none = groups
    pair, before_rate = None, False
    if arabic is not None:
        surface = arabic if factor is None else arabic + factor.removeprefix("个")
        text = "".join(group for group in groups if group)
        value = Decimal(arabic) if factor is None and arabic.isdecimal() else value_of(surface)
        more = fuzz is not None or rest is not None
    elif spelled is not None:
        more = few is not None
        surface = well_formed(spelled)
        text = (few or "") + surface
        if len(surface) == len(spelled):
            more = more or sfuzz is not None or srest is not None
            surface += "" if sfactor is None else sfactor.removeprefix("个")
            text = "".join(group for group in groups if group)
        before_rate = _BEFORE_RATE.search(surface) is not None
        if is_rated:
            surface, text = surface[:-1], text[:-1]
        digits = _PAIR.fullmatch(surface) if len(surface) > 1 else None
        pair = _read_pair(digits) if digits else None
        value = pair[0] if pair else None if digits else value_of(surface)
    else:
        text = none or ""
        value = None if none == "几" else Decimal("0.5")
        return _Reading(len(text), False, (value, False, text, False, False, False, None))
    if value is None:
        return _Reading(len(text), before_rate, None)
    large = "万" in surface or "亿" in surface or "兆" in surface or "×" in surface
    shortened = is_rated or (len(surface) > 2 and _SHORTENED.fullmatch(surface) is not None)
    return _Reading(len(text), before_rate, (value, more, text, arabic is not None, large, shortened, pair))


_SHORT = 16  # characters of a number that may come again
_read_often = lru_cache(maxsize=4096)(_read)


def without_last(number: NumberExpression) -> NumberExpression | None:
    """Return the number without its last multiplier, which belongs to the unit: 100千瓦."""
    surface = number.surface[:-1]
    value = value_of(surface)
    if value is None:
        return None
    return NumberExpression(number.start, number.end - 1, value, False, surface, number.arabic, number.large)


def value_of(numeral: str) -> Decimal | None:
    """Return the value of a numeral, None where the characters are not one: 三三十."""
    try:
        return parse_number(numeral)
    except ValueError:
        return None


def read_pair(numeral: str) -> tuple[Decimal, Decimal] | None:
    """Read two neighbouring digits: 两三 is 2 to 3, 七八十 is 70 to 80, 十五六 15 to 16; None for others."""
    match = _PAIR.fullmatch(numeral)
    return _read_pair(match) if match else None


def _read_pair(match: re.Match[str]) -> tuple[Decimal, Decimal] | None:
    before, first, second, after = match.groups()
    apart = parse_number(second) - parse_number(first)
    if not (apart == 1 or (apart == 2 and not before)) or first in "零〇":
        return None
    low, high = value_of(before + first + after), value_of(before + second + after)
    return None if low is None or high is None else (low, high)


def well_formed(spelled: str) -> str:
    """Return the longest beginning that is one numeral: of 七十百分位 only 七十, of 一百千瓦 only 一百."""
    previous = ""
    for index, char in enumerate(spelled):
        if char == "两" and previous and (index == len(spelled) - 1 or previous not in "零〇百千万亿"):
            return spelled[:index]  # 三十两, 二两: the weight
        if char in "廿卅卌" and previous not in ("", *"零百千万亿"):
            return spelled[:index]
        if (char == "十" and previous in ("百", "千")) or (char == "亿" and previous == "万"):
            pass  # 百十 and 万亿
        elif (char in "十百千" and previous in _MULTIPLIERS) or (char in "万亿" and previous == char):
            return spelled[:index]
        previous = char
    return spelled
