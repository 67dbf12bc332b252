"""Quantities: numbers that measure or count something, with value, unit and bound.

`find_quantities` scans a cleaned text for number expressions (`expressions`). To each it adds the unit
(`units`), the second number of a range, rates (``每人每年``, ``/次``) and the op of the words around it
(`comparison`); what only looks like a quantity is left out (`false_positives`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from nhsa_nlp.entities import units
from nhsa_nlp.entities.comparison import comparison
from nhsa_nlp.entities.expressions import (
    ARABIC,
    HALF,
    NUMBER,
    SPELLED,
    SPELLED_DIGIT,
    NumberExpression,
    find_number,
    plain_numerals,
    read_number,
    read_pair,
    value_of,
    well_formed,
    without_last,
)
from nhsa_nlp.entities.false_positives import (
    fixed_term_end,
    is_after_date,
    is_code,
    is_congress,
    is_indefinite,
    is_part_of_code,
    names_something,
)
from nhsa_nlp.entities.plain import RANGE_SIGNS, REST_SIGNS, read_plain
from nhsa_nlp.record import Op, Scalar
from nhsa_nlp.text.numerals import parse_number, to_json_number
from nhsa_nlp.text.patterns import longest_of
from nhsa_nlp.text.segmenters import make_dictionary_segmenter


class Quantity(NamedTuple):
    """A quantity at ``[start, end)`` of the text that was searched.

    Attributes
    ----------
    value
        One number in the base unit, two for a range or ratio, none where the text gives none (几个).
    unit
        As annotated: ``元``, ``%``, ``元/人/年``; empty where there is none.
    op
        How the value bounds the quantity.
    """

    start: int
    end: int
    value: tuple[Decimal, ...]
    unit: str
    op: Op

    def json_value(self) -> Scalar | list[Scalar] | None:
        """Return the value as the record writes it; None for what is too large for a float."""
        if any(abs(number) > _LARGEST for number in self.value):
            return None
        if len(self.value) == 1:
            return to_json_number(self.value[0])
        return [to_json_number(number) for number in self.value] or None


_LARGEST = Decimal("1e300")
_FRACTION = re.compile(
    rf"(?P<whole>[{SPELLED_DIGIT}十百千万亿]+|\d+)分之(?P<minus>负)?(?P<part>{SPELLED}|{ARABIC})(?P<more>[余多])?"
)
_TWO_DIGITS = re.compile("(?<!点)[一二两三四五六七八九][一二三四五六七八九]$")
_GRADED = re.compile("[级类等档]|[甲乙丙]")
_SHARE_UNITS = {"百": "%", "一百": "%", "100": "%", "千": "‰", "万": "‱"}
# Two numbers: of 6：3：1 no part is a ratio that the text gives.
_RATIO = re.compile(r"(?<!\d[:：∶比])(\d+(?:\.\d+)?)[:：∶比](\d+(?:\.\d+)?)(?![\d:：∶.])")
_COUNTED_AFTER_RATIO = frozenset("人名家个件例户所")
_SLASH = re.compile(r"(?<![\d./])([1-9])/([1-9]\d?)(?![\d/.年月日个A-Za-z])")
# A range may fall (100-80万), but not by more than this: where it would, 万 belongs to its end alone.
_STEEPEST = 10
# 5（含5万元）-10万元（不含10万元）
_INCLUSION = r"（不?含[^（）]{0,10}）"
_INCLUDED = re.compile(_INCLUSION)
_RANGE_SEPARATOR = re.compile(rf"(?:{_INCLUSION})?(?P<sign>[-—~～至到]{{1,2}}|一(?=\d))")
_CHANGE = re.compile(
    r"[从由](?:每人)?(?:每[年月])?[\d.一二三四五六七八九十百千万亿余多]+[^，。；、]{0,4}[至到]$"
)

_CHANGE_FRACTION = re.compile("[从由]$")

_RATE = longest_of(units.RATE_WORDS)
_COUNTED = longest_of(units.RATE_WORDS | units.CLASSIFIERS)
_RATE_PREFIX = re.compile(r"(?:每[生床户例亩](?=每[年月周天日]))?(?:每(?:[人年月周次天日]|季度)){1,3}$")
# What a price or a dose is per may be any unit: 每支1.3元; a count is not (每户2人).
_PRICE_PREFIX = re.compile(rf"(?:每个?(?:{_COUNTED}|生)){{1,3}}$")
_PRICED = (units.MONEY | units.MEASURES | units.LATIN) - units.SHARES
_RATE_SUFFIX = re.compile(
    rf"(?:/({_COUNTED}|点|kg|min|[cm]?m[23²³]|g|dL|L|mL|ml|h|d)|每({_RATE}))(?![A-Za-z])"
)
# 元/人·月, 元/（人·年）
_NEXT_RATE = re.compile(rf"[·•・.]({_RATE})")
_RATE_GROUP = re.compile(rf"/（({_RATE}|kg|m2|m²)[·•・.]({_RATE}|d|h|min)）")
_CURRENCY_SIGN = {"¥": "元", "￥": "元", "$": "美元", "€": "欧元", "£": "英镑"}
# 5元6角3分 is one amount: what the smaller units are worth in the larger one.
_SMALL_MONEY = re.compile(rf"(?:零|又)?(?P<number>{SPELLED}|{ARABIC})(?P<unit>角|毛|分钱?|美分|便士)")
_WITH_SMALL_MONEY = frozenset(("元", "圆", "块", "美元", "英镑", "欧元"))
_SMALL_WORTH = {"角": "0.1", "毛": "0.1", "分": "0.01", "分钱": "0.01", "美分": "0.01", "便士": "0.01"}
# So are 3年零2个月, 2小时15分 and 六斤八两: the smaller unit, and how many of it make the larger one.
_MINUTES = f"分钟|分(?!钟|之[{SPELLED_DIGIT}十百千万])"
_SMALLER_UNITS = {
    large: (re.compile(rf"[零又]?(?P<number>{SPELLED}|{ARABIC})(?:{small})"), Decimal(count))
    for large, small, count in (
        ("年", "个月", 12),
        ("小时", _MINUTES, 60),
        ("个小时", _MINUTES, 60),
        ("分钟", "秒钟?", 60),
        ("斤", "两", 10),
    )
}
# 七五折, 七成六, 半成: two digits without a multiplier.
_TWO_TENTHS = re.compile(
    rf"(?P<tens>[{SPELLED_DIGIT}])(?P<ones>[{SPELLED_DIGIT}])折|(?P<t>[{SPELLED_DIGIT}])成(?P<o>[{SPELLED_DIGIT}])"
)
# What follows the first numeral of a share.
_SHARE_SIGNS = frozenset("分/:：∶比折成半")
_HALVES = re.compile(r"一半|半折|半成(?![品为年就本])")
_MINUS_SIGNS = ("负", "下", "-")
_NEGATIVE = re.compile(r"(?<![减担欠自抱正背胜])负$|零下$")
_ONE_HALF = Decimal("0.5")
_WITH_HALVES = units.TIME | units.MEASURES | units.DOSES | {"倍"}
_TENTHS = re.compile(r"成(?![员为立果功本效熟分人都长品就年绩交])|折(?![合算扣旧射叠腾磨价现断])")

_UNITS = units.UnitLexicon(units.CLASSIFIERS, units.TIME, units.MONEY, units.MEASURES, units.NOUNS)
_SPELLED_UNITS = units.UnitLexicon(
    units.CLASSIFIERS, units.TIME, units.MONEY, units.MEASURES, units.SPELLED_NOUNS
)
_BODIES = units.UnitLexicon(units.BODIES)
_MEASURES = units.UnitLexicon(units.MEASURES)
_LATIN_UNITS = units.UnitLexicon(units.LATIN)
_LATIN_BEGINNINGS = frozenset({" ", *(unit[0] for unit in units.LATIN)})
# 大 may describe what is counted, 人 begin 人口, and 成 and 折 are tenths.
_DOUBTFUL_BEGINNINGS = frozenset("大人成折")
# What is counted contains no function word: 40万的家庭 has no unit, 50万在校学生 has.
_FUNCTION_WORD = (
    "在(?![校职册编岗乡园学押贷])|从(?!业)|(?<!参)与|(?<![高中初])等|左右|上下|户(?!籍)"
    "|[的了以已由是为和及或也将把对向于其到]"
)
_MOUTH = re.compile("口(?:服|腔|述|罩|径|水|头|岸|译|香|语|味)")  # 3人口服 is no population
_POINTS = re.compile("点(?![击赞评播名滴钟半整一二三四五六七八九\\d])")
_HOURS = 24
_PEOPLE = re.compile(rf"(?:(?!{_FUNCTION_WORD})[一-龥“”]){{0,7}}?{longest_of(units.PEOPLE)}")


def find_quantities(text: str, blocked: list[tuple[int, int]] | None = None) -> list[Quantity]:
    """Find the quantities of a text.

    Parameters
    ----------
    text
        A cleaned text (see `nhsa_nlp.text.clean`).
    blocked
        Sorted, disjoint half-open ranges in which no quantity may lie (titles, document numbers).

    Returns
    -------
    list of Quantity
        In order, disjoint. The time taken is linear in the text.
    """
    return list(iter_quantities(text, blocked))


def iter_quantities(text: str, blocked: list[tuple[int, int]] | None = None) -> Iterator[Quantity]:
    """Yield the quantities of a text one by one, see `find_quantities`: a text may have a million."""
    text = plain_numerals(text)
    position = free = 0  # where to go on, and the end of the quantity before
    zones = iter(blocked or ())
    zone = next(zones, None)
    while match := find_number(text, position):
        start = match.start()
        while zone and zone[1] <= start:
            zone = next(zones, None)
        if zone and zone[0] <= start:
            position = zone[1]
            continue
        end = match.end("arabic")  # of the numeral alone
        if end < 0:
            if fixed := fixed_term_end(text, start):
                position = fixed
                continue
            end = max(match.end("spelled"), start + 1)
        quantity = None
        if plain := read_plain(text, start, free):
            value, unit, stop = plain
            quantity = Quantity(start, stop, (value,), unit, comparison(text, start, stop, free, unit=unit))
        elif text[end : end + 1] in _SHARE_SIGNS:
            quantity = _read_share(text, start, free)
        quantity = quantity or _read_quantity(text, match, free)
        if quantity and not (zone and zone[0] < quantity.end):
            yield quantity
            position = free = _past_inclusion(text, quantity)
        else:
            position = end


def _past_inclusion(text: str, quantity: Quantity) -> int:
    """Return where a quantity ends with what is in brackets about its own bounds: 5万元（含5万元）以上."""
    if not text.startswith("（", quantity.end):
        return quantity.end
    included = _INCLUDED.match(text, quantity.end)
    if included and (quantity.op == "range" or text[quantity.start : quantity.end] in included.group()):
        return included.end()
    return quantity.end


# --- shares --------------------------------------------------------------------------------------


def _read_share(text: str, start: int, min_start: int) -> Quantity | None:
    """Read what is not number plus unit: 百分之八十, 三分之一, 1/3, 一半, 2：1."""
    if fraction := _FRACTION.match(text, start):
        return _read_fractions(text, fraction, min_start)
    if (share := _SLASH.match(text, start)) and int(share[1]) < int(share[2]):
        value, end = _percent(Decimal(share[1]), Decimal(share[2])), share.end()
        return Quantity(start, end, (value,), "%", _bound_of_share(text, start, end, min_start))
    if tenths := _TWO_TENTHS.match(text, start):
        digits = [parse_number(digit) for digit in tenths.groups() if digit]
        op = comparison(text, start, tenths.end(), min_start)
        return Quantity(start, tenths.end(), (digits[0] * 10 + digits[1],), "%", op)
    if (half := _HALVES.match(text, start)) and text[start - 1 : start] not in ("另", "这", "那"):
        value = Decimal(5 if half.group() == "半成" else 50)
        return Quantity(start, half.end(), (value,), "%", _bound_of_share(text, start, half.end(), min_start))
    if (ratio := _RATIO.match(text, start)) and not text[start - 1 : start].isdigit():
        first, second = Decimal(ratio[1]), Decimal(ratio[2])
        is_clock = (len(ratio[2]) == 2 and first < 25 and second < 60) or is_after_date(text, start)
        is_count = text[ratio.end() : ratio.end() + 1] in _COUNTED_AFTER_RATIO  # 评分3：2人
        if not (is_clock or is_count) or "比" in text[max(0, start - 8) : start]:
            op = comparison(text, start, ratio.end(), min_start)
            return Quantity(start, ratio.end(), (first, second), "比", op)
    return None


def _read_fractions(text: str, match: re.Match[str], min_start: int) -> Quantity | None:
    """Read a fraction, or a range of two: 百分之三十至百分之五十."""
    first = _read_fraction(text, match, min_start)
    separator = _RANGE_SEPARATOR.match(text, first.end) if first else None
    following = _FRACTION.match(text, separator.end()) if separator else None
    second = _read_fraction(text, following, min_start) if following else None
    if first is None or second is None or first.unit != second.unit:
        return first
    if _CHANGE_FRACTION.search(text, max(min_start, first.start - 3), first.start):
        return first
    return Quantity(first.start, second.end, first.value[:1] + second.value[-1:], first.unit, "range")


def _read_fraction(text: str, match: re.Match[str], min_start: int) -> Quantity | None:
    part = match["part"] if match["part"][0].isdigit() else well_formed(match["part"])
    end = match.end() if part == match["part"] else match.start("part") + len(part)
    values = _read_parts(text, part, end)
    if values is None:  # 三分之二三级医院: the last digit begins a grade
        end, values = end - 1, _read_parts(text, part[:-1], end - 1)
    whole = value_of(match["whole"])
    if not whole or values is None:
        return None
    start = match.start()
    unit = _SHARE_UNITS.get(match["whole"], "")
    if unit:
        op = comparison(text, start, end, min_start, more=bool(match["more"]), unit=unit)
    else:
        values = tuple(_percent(value, whole) for value in values)
        unit, op = "%", _bound_of_share(text, start, end, min_start)
    if match["minus"] or _NEGATIVE.search(text, max(min_start, start - 2), start):
        values = tuple(-value for value in values)
    return Quantity(start, end, values, unit, "range" if len(values) > 1 else op)


def _read_parts(text: str, part: str, end: int) -> tuple[Decimal, ...] | None:
    """Return the parts of a whole, two for 七八十; None where the last digit does not belong to them."""
    pair = read_pair(part)
    if _TWO_DIGITS.search(part):
        return None if _GRADED.match(text, end) else pair
    value = value_of(part)
    return pair or (None if value is None else (value,))


def _bound_of_share(text: str, start: int, end: int, min_start: int) -> Op:
    """Return the bound of 三分之一 or 一半; 接近 and 左右 beside such an exact share are not annotated."""
    op = comparison(text, start, end, min_start, unit="%")
    return "eq" if op == "approx" else op


def _percent(part: Decimal, whole: Decimal) -> Decimal:
    """Return a share in percent, to two decimals as annotated, or more where those would be lost."""
    share = part * 100 / whole
    return _rounded(share) if share >= Decimal("0.1") else share.normalize()


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP).normalize()


# --- number and unit -----------------------------------------------------------------------------


def _read_quantity(text: str, match: re.Match[str], min_start: int) -> Quantity | None:
    number = read_number(match)
    if number is None or is_part_of_code(text, match.start()):
        return None
    if number.surface[-1] in "千百":
        number = _leave_to_unit(text, number)
    start = number.start
    before = text[start - 1] if start > min_start else ""
    values: tuple[Decimal, ...] = number.pair or (() if number.value is None else (number.value,))
    sign = _CURRENCY_SIGN.get(before)
    read = ("", number.end) if sign and number.arabic else _read_unit(text, number.end, number)
    last = number
    if second := _read_second(text, number, read):
        last, read, values = second
    if read is None:
        return None
    surface, end = read
    if names_something(text, last, surface, end) or is_indefinite(text, last, surface, end):
        return None
    if last is not number and names_something(text, number, surface, end):
        return None
    if sign:
        start, surface = start - 1, sign
    elif before == "±":
        start -= 1
    elif before in _MINUS_SIGNS and (minus := _read_minus(text, number, min_start)) is not None:
        start, values = minus, tuple(-value for value in values)
    values, surface, end = _read_rest(text, values, surface, end, single=last is number)
    if end == number.end and text.startswith("/人", end):
        return None
    unit, start, end = _read_rates(text, units.canonical_unit(surface), start, end, min_start)
    if len(values) > 1:
        return Quantity(start, end, values, unit, "range")
    more = number.more or read[0].startswith("个多")
    return Quantity(start, end, values, unit, comparison(text, start, end, min_start, more=more, unit=unit))


def _leave_to_unit(text: str, number: NumberExpression) -> NumberExpression:
    """Give a 千 or 百 back to the unit it belongs to: 100千瓦 is 100 千瓦."""
    if len(number.surface) > 1 and len(_MEASURES.match(text, number.end - 1)) > 1:
        return without_last(number) or number
    return number


def _read_unit(text: str, position: int, number: NumberExpression) -> tuple[str, int] | None:
    """Return the unit at ``position`` as written and its end; empty where a large number has none."""
    first = text[position : position + 1]
    if first in _LATIN_BEGINNINGS and (latin := _read_latin(text, position, number)):
        return latin
    unit = (_UNITS if number.arabic or number.large else _SPELLED_UNITS).match(text, position)
    if unit and not number.large and first not in _DOUBTFUL_BEGINNINGS:
        return unit, position + len(unit)
    # 6200万低收入人口, 14亿人口; but 975万家参保单位 has its classifier.
    people = _PEOPLE.match(text, position) if number.large and unit in ("", "人", "户", "家") else None
    if people and (not unit or people.group() in units.PEOPLE or people.group().startswith("户籍")):
        return people.group(), people.end()
    if number.large:
        pass
    elif text.startswith("大", position) and not is_congress(text, number.start):
        if (end := _noun_end(text, position + 1)) > position + 1:
            return text[position + 1 : end], end
        if text.startswith("“", position + 1):
            return "大", position + 1
    elif unit == "人" and text.startswith("口", position + 1) and not _MOUTH.match(text, position + 1):
        return "人口", position + 2
    elif text.startswith(("成", "折"), position) and _TENTHS.match(text, position):
        return text[position], position + 1
    if unit:
        return unit, position + len(unit)
    if text.startswith("点", position) and _POINTS.match(text, position) and _may_be_points(number):
        return "点", position + 1
    # 超过三百万，; a word after a spelled-out number may be what it counts, or part of a name.
    closed = not text[position : position + 1].isalnum()
    if number.shortened and (closed or text.startswith("一", position)):
        return "", position
    alone = closed or number.arabic or number.surface.endswith("个亿")
    return ("", position) if number.large and alone else None


def _read_latin(text: str, position: int, number: NumberExpression) -> tuple[str, int] | None:
    """Return the unit in Latin letters at ``position``, which a space may precede, and its end."""
    begin = position + (text[position] == " ")
    latin = _LATIN_UNITS.match(text, begin)
    end = begin + len(latin)
    if not latin or (text[end : end + 1].isascii() and text[end : end + 1].isalnum()):
        return None
    return (latin, end) if number.arabic or len(latin) > 1 else None


def _noun_end(text: str, position: int) -> int:
    """Return where the noun after 大 ends: 三大板块, 四大会计师事务所, 六大重点任务."""
    has_word = make_dictionary_segmenter().has_word
    for end in range(min(len(text), position + 6), position + 1, -1):
        if has_word(text[position:end]):
            if text[position:end] in units.DESCRIBING:
                return max(end, _noun_end(text, end))
            return end + len(_BODIES.match(text, end))
    return position + len(_BODIES.match(text, position))


def _may_be_points(number: NumberExpression) -> bool:
    """Return whether a number before 点 is none of a clock: 67.6万点, 1000点."""
    return number.large or (number.arabic and number.value is not None and number.value > _HOURS)


def _read_second(
    text: str, number: NumberExpression, read: tuple[str, int] | None
) -> tuple[NumberExpression, tuple[str, int], tuple[Decimal, ...]] | None:
    """Read the second number of a range: ``3-5万元``, ``150元至800元``.

    Returns the second number, its unit and where that ends, and both values; None where there is no range.
    """
    ends = [number.end] if text[number.end : number.end + 1] in RANGE_SIGNS else []
    if read and read[1] > number.end and text[read[1] : read[1] + 1] in RANGE_SIGNS:
        ends.append(read[1])
    if not ends or number.value is None:
        return None
    for end in ends:
        separator = _RANGE_SEPARATOR.match(text, end)
        match = NUMBER.match(text, separator.end()) if separator else None
        last = read_number(match) if match else None
        if separator is None or last is None or last.value is None or is_code(text, last.start):
            continue
        in_words = separator["sign"] in ("至", "到")
        if last.arabic != number.arabic and not in_words:
            continue
        unit = _read_unit(text, last.end, last)
        if unit is None or (read and end != number.end and read[0] != unit[0]):
            continue
        # 从50元到350元 is a change: two quantities, not a range.
        if (
            end != number.end
            and in_words
            and not text.startswith(("不等", "之间"), unit[1])
            and _CHANGE.search(text, max(0, last.start - 24), last.start)
        ):
            continue
        first = number.value
        if end == number.end and not number.large:
            first = _scaled(first, last)
        worth = 10 if unit[0] in ("成", "折") else 1  # in percent
        highest = last.pair[1] if last.pair else last.value  # 五六十岁至七八十岁
        return last, unit, (first * worth, highest * worth)
    return None


def _scaled(first: Decimal, last: NumberExpression) -> Decimal:
    """Return the first value of a range without a unit of its own: 3-5万 is 3万 to 5万, 8000-1.5万 is not."""
    if last.value is None or first >= last.value:
        return first
    scaled = first * parse_number("一" + "".join(c for c in last.surface if c in "百千万亿"))
    if scaled >= last.value:  # 七千到九千亿: only 亿 is left out
        scaled = first * parse_number("一" + "".join(c for c in last.surface if c in "万亿"))
    return first if scaled > last.value * _STEEPEST else scaled


def _read_minus(text: str, number: NumberExpression, min_start: int) -> int | None:
    """Return where the sign of a negative number begins: -15℃, 负3.9%, 零下5度."""
    start = number.start
    if minus := _NEGATIVE.search(text, max(min_start, start - 3), start):
        return minus.start()
    if number.arabic and text[start - 1] == "-":
        before = text[start - 2 : start - 1]
        if not re.match(r"[\dA-Za-z%℃]", before):
            return start - 1
    return None


def _read_rest(
    text: str, values: tuple[Decimal, ...], surface: str, end: int, *, single: bool
) -> tuple[tuple[Decimal, ...], str, int]:
    """Read what follows the unit and adds to the value: 年半, 5元6角; and turn 成 and 折 into percent."""
    if surface in ("成", "折"):
        if single:
            tenths = 1 if surface == "折" and values and values[0] >= 10 else 10  # 75折
            values = tuple(value * tenths for value in values)
        if surface == "成" and HALF.match(text, end):
            return tuple(value + 5 for value in values), "%", end + 1
        return values, "%", end
    if surface.startswith("个半"):
        return tuple(value + _ONE_HALF for value in values), surface, end
    following = text[end : end + 1]
    if len(values) != 1 or following not in REST_SIGNS:
        return values, surface, end
    if following == "半" and surface in _WITH_HALVES and HALF.match(text, end) and values[0] != _ONE_HALF:
        return (values[0] + _ONE_HALF,), surface, end + 1
    if surface in _SMALLER_UNITS:
        pattern, count = _SMALLER_UNITS[surface]
        if (small := pattern.match(text, end)) and (part := value_of(small["number"])) is not None:
            return (values[0] + _rounded(part / count),), surface, small.end()
    if surface in _WITH_SMALL_MONEY:
        while small := _SMALL_MONEY.match(text, end):
            if (part := value_of(small["number"])) is None:
                break
            values = (values[0] + part * Decimal(_SMALL_WORTH[small["unit"]]),)
            end = small.end()
    return values, surface, end


def _read_rates(text: str, unit: str, start: int, end: int, min_start: int) -> tuple[str, int, int]:
    """Add what a rate is per: ``每人每年610元`` is 元/人/年, ``6次/年`` 次/年."""
    if text.startswith(("/", "每"), end):
        if group := _RATE_GROUP.match(text, end):
            unit, end = f"{unit}/{group[1]}/{group[2]}", group.end()
        suffix = _RATE_SUFFIX.match(text, end)
        while suffix:
            unit += "/" + _per(suffix[suffix.lastindex or 0])
            end = suffix.end()
            suffix = _RATE_SUFFIX.match(text, end) or _NEXT_RATE.match(text, end)
    before = max(min_start, start - 8)
    if before == start or text.find("每", before, start) < 0:
        return unit, start, end
    pattern = _PRICE_PREFIX if unit.partition("/")[0] in _PRICED else _RATE_PREFIX
    if prefix := pattern.search(text, before, start):
        per = [_per(word) for word in prefix.group()[1:].split("每")]
        unit += "".join(f"/{word}" for word in sorted(per, key="年月周天日".__contains__))
        start = prefix.start()
    return unit, start, end


def _per(word: str) -> str:
    """Return what a rate is per as its unit has it: 个月 is 月."""
    return word.removeprefix("个") or word
