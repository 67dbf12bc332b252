"""Number expressions as texts write them: ``3.8亿余``, ``二十多万``, ``数百``, ``七八十``, ``半``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from nhsa_nlp.text.numerals import parse_number

SPELLED_DIGIT = "零〇一二两三四五六七八九"
ARABIC = r"(?:\d{1,3}(?:[,，]\d{3})+(?!\d)|\d+)(?:\.\d+)?"
SPELLED = rf"[{SPELLED_DIGIT}十百千万亿廿卅卌]+(?:点[{SPELLED_DIGIT}]+)?"
_POWER = r"×10(?:\^\d{1,2}|[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2})"
# 2个亿 is 2亿; 2个亿元村 are two villages.
_OF_YI = r"个亿(?!元?[级村乡镇县强产企工项户])"
NUMBER = re.compile(
    rf"(?P<arabic>{ARABIC}(?:{_POWER}|(?:[百千万亿]零?{ARABIC})*))"
    rf"(?P<fuzz>[余多几来])?(?P<factor>[十百千]?(?:万亿|[万亿])|[百千]|{_OF_YI})?(?P<rest>[余多])?"
    rf"|(?P<few>(?:[数几]|(?<![以之加如及])上)(?=[十百千万亿]))?(?P<spelled>(?!零下){SPELLED})"
    rf"(?P<sfuzz>[余多几来])?(?P<sfactor>万亿|[万亿]|{_OF_YI})?(?P<srest>[余多])?"
    r"|(?P<none>几|半)"
)
"""A candidate; `read_number` finds out whether it is a number and how far it reaches."""
_FIRST = re.compile(rf"[\d{SPELLED_DIGIT}十百千万亿廿卅卌数几上半]")

_MULTIPLIERS = frozenset("十百千万亿")
_PAIR = re.compile(rf"([{SPELLED_DIGIT}])([{SPELLED_DIGIT}])([十百千万亿]*)")

# Traditional and financial numerals, one for one. A financial digit alone is mostly a name (陆, 伍), so
# it counts only beside another numeral.
_TRADITIONAL = str.maketrans(
    "萬億兩點個餘幾負圓貳參陸時鐘週歲種項條間層級張處場噸畝侖攝華幣裏對雙",
    "万亿两点个余几负元贰叁陆时钟周岁种项条间层级张处场吨亩仑摄华币里对双",
)
_FINANCIAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
_FINANCIAL_RUN = re.compile(
    r"[壹贰叁肆伍陆柒捌玖拾佰仟零万亿]{2,}|[壹贰叁肆柒捌玖](?=[十百千万亿])"
    r"|[壹贰叁肆伍陆柒捌玖](?=[元圆角分]|点[零一二三四五六七八九])"
    r"|(?<=[\d一二三四五六七八九两])[拾佰仟]|[佰仟](?=分之)|(?<=分之)[壹贰叁肆伍陆柒捌玖]"
)
_UNUSUAL = re.compile("[" + "".join(map(chr, _TRADITIONAL | _FINANCIAL)) + "]")


def plain_numerals(text: str) -> str:
    """Write traditional and financial numerals as everyday ones; no offset changes."""
    if not _UNUSUAL.search(text):
        return text
    return _FINANCIAL_RUN.sub(lambda m: m.group().translate(_FINANCIAL), text.translate(_TRADITIONAL))


def find_number(text: str, position: int) -> re.Match[str] | None:
    """Return the first match of `NUMBER` at or after a position, found by its first character."""
    while first := _FIRST.search(text, position):
        if match := NUMBER.match(text, first.start()):
            return match
        position = first.end()
    return None


@dataclass(frozen=True, slots=True)
class NumberExpression:
    """A number expression at ``[start, end)``, and how it is written.

    Attributes
    ----------
    value
        Its value; None for 几.
    more
        Whether 余, 多, 几 or 数 makes the value a lower bound.
    large
        Whether 万, 亿 or a power of ten is part of it.
    pair
        Both values of 两三个 or 七八十.
    """

    start: int
    end: int
    value: Decimal | None
    more: bool
    surface: str
    arabic: bool
    large: bool
    pair: tuple[Decimal, Decimal] | None = None


def read_number(match: re.Match[str]) -> NumberExpression | None:
    """Read a number expression from a match of `NUMBER`; None where the characters are not one."""
    start, end = match.span()
    if match["none"]:
        value = None if match["none"] == "几" else Decimal("0.5")
        return NumberExpression(start, end, value, False, match["none"], False, False)
    arabic = match["arabic"] is not None
    digits = match["arabic"] or match["spelled"]
    factor = ((match["factor"] if arabic else match["sfactor"]) or "").removeprefix("个")
    more = bool(match["few"] or match["fuzz"] or match["rest"] or match["sfuzz"] or match["srest"])
    if not arabic and len(whole := well_formed(digits)) < len(digits):
        digits, factor, more = whole, "", bool(match["few"])
        end = match.start("spelled") + len(whole)
    surface = digits + factor
    pair = _PAIR.fullmatch(surface) if not arabic else None
    values = _read_pair(pair) if pair else None
    value = values[0] if values else None if pair else value_of(surface)
    if value is None:
        return None
    large = any(sign in surface for sign in "万亿×")
    return NumberExpression(start, end, value, more, match.string[start:end], arabic, large, values)


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


def _read_pair(match: re.Match[str]) -> tuple[Decimal, Decimal] | None:
    """Read two neighbouring digits: 两三 is 2 to 3, 七八十 is 70 to 80; others are not a number."""
    low, high = parse_number(match[1]), parse_number(match[2])
    if high - low not in (1, 2) or match[1] in "零〇":
        return None
    scale = parse_number("一" + match[3]) if match[3] else Decimal(1)
    return low * scale, high * scale


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
