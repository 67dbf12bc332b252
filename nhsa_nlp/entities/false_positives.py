"""What only looks like a quantity: dates, ordinals, levels, codes, fixed terms, an indefinite 一."""

from __future__ import annotations

import re
from collections.abc import Callable

from nhsa_nlp.entities import units
from nhsa_nlp.entities.expressions import SPELLED_DIGIT, NumberExpression
from nhsa_nlp.text.patterns import any_of, read_words

_WORDS = read_words("nhsa_nlp.entities", "false_positives.txt")
_FIXED = re.compile(
    rf"{any_of(_WORDS['policy_sets'])}"
    rf"|[两三四五六七八九]个{any_of(_WORDS['slogans'])}(?=[”，。、；）])"
    rf"|[一二三四五六七八九十]{{1,2}}{any_of(_WORDS['words_with_number'])}"
    rf"|{any_of(_WORDS['idioms'] + _WORDS['places'] + _WORDS['days_and_names'])}"
)
_DIGIT_OR_TEN = re.compile(f"[{SPELLED_DIGIT}十廿卅卌半几]")
_LETTERS = re.compile(r"[A-Za-z]+$")
_ORDINAL_BEFORE = re.compile(r"第[\d一二三四五六七八九十]{1,4}[-—、至到和]$")  # 第3-5
_CONGRESS = re.compile(r"(?:十[五六七八九]?|二十[一二]?)大(?!类|项|板|机|体|举|行|工)")

_YEAR = re.compile(r"(?:19|20)\d\d$|[一二][九〇零○][一二三四五六七八九〇零○]{2}$")
_YEAR_NAMED = frozenset("级代版度鉴轻青底初末中")  # 三年级, 90年代, 2021年版
_DAY_NAMED = frozenset("前起电讯益常")  # 15日前
_DATE_BEFORE_DAY = re.compile(
    r"(?:月(?:\d{1,2}日?(?:至|到|[-—、和及]))?|截至|截止到?|(?<![少低多大小高等长短])于|自|当月|本月|每月|次月|同月|当日|从)$"
)
_WITHIN = re.compile(r"(?:以|之)?内|左右|以上|以下")

_BEFORE_NUMBER_NOUN = tuple("人次户件总个系指参基少多无分岁月天")  # 人数, 系数: 数 counts nothing

_GRADE_AFTER = re.compile(f"(?:及以[上下]|以[上下])?{any_of(_WORDS['grades'])}")
_LEVELS_BEFORE = re.compile(r"(?:[省市县区乡镇村地州部局处司）]|、[B-F丙丁戊差低])$")

_OTHER_WORD = re.compile(any_of(_WORDS["other_words"]))
_NOUN_AFTER_DIGITS = ("种", "项", "类", "家", "名", "条")  # 3种类型 counts, though 种类 is a word

_ONE_COUNTS_BEFORE = re.compile(any_of(_WORDS["one_counts_before"]) + "$")
_ONE_YEAR_BEFORE = re.compile(any_of(_WORDS["one_year_before"]) + "$")
_ONE_YEAR_AFTER = re.compile(
    r"[”’]?(?:零?[\d一二三四五六七八九十两]{1,2}个月|以?内|以上|以下|左右|之?后|以来|来|期|一次|有余|半|的时间|的过渡期)"
)
_ONE_YEAR_NAMED = re.compile(r"(?:[同某这那新前后第初头任当唯统]|(?<!以)[上下])$")
# “两个统一” is a slogan; “十八个月”, “一年内” say how long.
_SLOGAN = re.compile(r"[一-龥]{0,5}[”’\"]")
_MEASURED_SLOGAN = re.compile(r"(?!(?:[以之]?[内上下前后]|左右)[”’\"])[一-龥]{1,5}[”’\"]")
_HALVED = frozenset(
    ("斤", "吨", "亩", "公斤", "公里", "公升", "千克", "千米", "毫升", "毫克", "海里", "加仑")
)
# 每逾期一天, 每多生一个: one of what a rule goes by
_FOR_EACH_BEFORE = re.compile(r"每(?:多|少|增|减|逾|迟|超|满|延|提前|推迟|连续|累计|新增|间隔)[一-龥]{0,2}$")
_FREQUENCY_BEFORE = re.compile(
    rf"(?:每隔?|[\d{SPELLED_DIGIT}十]|每隔?[\d.{SPELLED_DIGIT}十半]{{1,4}})"
    r"(?:年|个?月|周|天|日|个?小时|分钟|个?季度)[一-龥]{0,8}$"
    r"|(?:各|至少|最少|仅|只)[一-龥]{0,3}$"
)


def is_fixed_term(text: str, start: int) -> bool:
    """Return whether a fixed term (三重制度, 两会, 一站式) or a name (四川, 红十字) begins at ``start``."""
    return _FIXED.match(text, start) is not None


def is_congress(text: str, start: int) -> bool:
    """Return whether the name of a party congress begins at ``start``: 十八大, 二十大."""
    return _CONGRESS.match(text, start) is not None


def is_part_of_code(text: str, start: int) -> bool:
    """Return whether the number at ``start`` is part of an ordinal, a code or another number: 第3, PD-1."""
    before = text[start - 1 : start]
    if before in ("第", ".", "+", "〔", "^", "初", "№", "#") or before.isdigit():
        return True
    if before == "×" and text[start - 2 : start - 1].isdigit():
        return True  # 14×17; of 0.5g×20片 both count
    letter = text[start - 2 : start - 1]
    if before in ("-", "—", "一") and letter.isascii() and letter.isalnum():
        return True
    if before.isascii() and before.isalpha():
        if text[start - 2 : start - 1] == "、" and not text[start].isdecimal():
            return False  # A、B、C、D四级
        letters = _LETTERS.search(text, max(0, start - 8), start)
        return letters is None or len(letters.group()) < 3
    return _ORDINAL_BEFORE.search(text, max(0, start - 6), start) is not None


def names_something(text: str, number: NumberExpression, unit: str, end: int) -> bool:
    """Return whether a number names something (a date, year, level, class of product) and counts nothing.

    ``number`` is the second one of a range; ``unit`` is as written and stops at ``end``.
    """
    if _is_bare_multiplier(text, number):
        return True
    measures = unit in units.MONEY or unit in units.MEASURES
    if number.surface == "零" and number.end == end - len(unit) and not measures:
        return True  # 零件, 零部件; 零元 and 零度 measure
    if number.surface[0] == "数" and text[number.start - 1 : number.start] in _BEFORE_NUMBER_NOUN:
        return True
    if unit in _NAMES_BY_UNIT and (names := _NAMES_BY_UNIT[unit](text, number, end)) is not None:
        return names
    word = _OTHER_WORD.match(text, end - len(unit)) if len(unit) == 1 else None
    return word is not None and not (number.arabic and unit in _NOUN_AFTER_DIGITS)


# Each check says whether the number before its unit names something; None is undecided.
# ruff: noqa: ARG001, ARG005 - all have one signature


def _names_year(text: str, number: NumberExpression, end: int) -> bool:
    if _YEAR.search(number.surface) or text[end : end + 1] in _YEAR_NAMED:
        return True
    return number.arabic and bool(re.match(r"\d{1,2}月", text[end : end + 3]))


def _names_day(text: str, number: NumberExpression, end: int) -> bool:
    before = text[max(0, number.start - 8) : number.start]
    within = _WITHIN.match(text, end) and not before.endswith(("月", "日"))
    if _DATE_BEFORE_DAY.search(before) and not within:
        return True
    return text[end : end + 1] in _DAY_NAMED or (number.value is not None and number.value > 366)


def _names_class(text: str, number: NumberExpression, end: int) -> bool | None:
    """Recognise the class of a product: 1类创新药, 三类医疗器械."""
    drug = number.arabic and re.match(r"[创新生化中疫医传改仿器]", text[end : end + 1])
    return bool(drug or re.match("医疗器械|疫苗|精神药品|传染病", text[end : end + 4])) or None


def _names_bracket(text: str, number: NumberExpression, end: int) -> bool:
    """一、二档 names brackets; 分三档 and 优、良、中、差四档 count them."""
    return not number.arabic and not re.match("[一-龥]", text[number.start - 1 : number.start])


def _names_if_spelled(text: str, number: NumberExpression, end: int) -> bool | None:
    return None if number.arabic else True


def _names_minute(text: str, number: NumberExpression, end: int) -> bool | None:
    return bool(re.search(r"\d[时点:：]$", text[max(0, number.start - 2) : number.start])) or None


def _names_meeting(text: str, number: NumberExpression, end: int) -> bool | None:
    """全国人大四次会议 names a meeting; 召开四次会议 counts meetings."""
    if re.match(r"会议|全会|全体|常[委务]|集体", text[end : end + 2]):
        return text[number.start - 1 : number.start] in tuple("届大会委组")
    return None


def _names_level(text: str, number: NumberExpression, end: int) -> bool:
    if _GRADE_AFTER.match(text, end):
        return True
    return number.surface != "两" and not _LEVELS_BEFORE.search(text[max(0, number.start - 2) : number.start])


def _names_place(text: str, number: NumberExpression, end: int) -> bool:
    return not number.arabic and number.value is not None and number.value < 2


_NAMES_BY_UNIT: dict[str, Callable[[str, NumberExpression, int], bool | None]] = {
    "年": _names_year,
    "日": _names_day,
    "类": _names_class,
    "%": lambda text, number, end: text[end : end + 2] == "CI",  # a confidence level
    "档": _names_bracket,
    "字": _names_if_spelled,
    "角": _names_if_spelled,
    # 两 is a numeral before a noun; 二两 weighs.
    "两": lambda text, number, end: bool(re.match(r"[一-龥]", text[end : end + 1])),
    "分": _names_minute,
    "次": _names_meeting,
    "级": _names_level,
    "周": lambda text, number, end: text[end : end + 1] in tuple("期边围岁"),
    # The pieces of a package, not seconds: 10mg×7s.
    "s": lambda text, number, end: text[number.start - 1 : number.start] in ("×", "*"),
    "星期": lambda text, number, end: not number.arabic or text[end : end + 1] in tuple("期边围岁"),
    **dict.fromkeys(("地", "市", "省", "县", "区", "国", "村", "院", "校", "乡", "镇"), _names_place),
}


def _is_bare_multiplier(text: str, number: NumberExpression) -> bool:
    """Return whether 百, 千 or 万 counts nothing: 万名医师, 每千人口; 近千家 counts."""
    before = text[number.start - 1 : number.start]
    if before == "每" and not number.arabic and re.fullmatch("一?[十百千万]+", number.surface):
        return True
    if number.arabic or number.pair or _DIGIT_OR_TEN.search(number.surface):
        return False
    return before not in tuple("近约超逾过破达") and number.surface[0] not in "数几上"


def is_indefinite(text: str, number: NumberExpression, unit: str, end: int) -> bool:
    """Return whether nothing is counted: an indefinite 一 (一个, 一年一度), 以下几点, “三张网”."""
    start, surface = number.start, number.surface
    before, after = text[max(0, start - 10) : start], text[end : end + 6]
    if surface == "几":
        return unit in ("", "点", "分", "成", "度", "地", "次") or before.endswith(("第", "前"))
    if surface == "半":
        return unit not in (units.TIME | _HALVED) or before.endswith(tuple("一过大多下上后前年"))
    measures = unit in units.TIME or unit in units.MEASURES or unit in units.MONEY
    slogan = (_MEASURED_SLOGAN if measures else _SLOGAN).match(after)
    if slogan and not number.arabic and before.endswith(("“", "‘", '"')):
        return True
    if surface != "一" or _FOR_EACH_BEFORE.search(before):
        return False
    if unit in units.MEASURES or unit in units.MONEY or unit in ("成", "折", "倍"):
        return before.endswith(("每", "最后", "同", "某", "这", "那", "另"))  # 最后一公里, 每一分钱
    counts = _ONE_COUNTS_BEFORE.search(before)
    if unit in units.TIME:
        counts = counts or _ONE_YEAR_BEFORE.search(before) or _ONE_YEAR_AFTER.match(after)
        return not counts or _ONE_YEAR_NAMED.search(before) is not None
    if unit == "次":
        counts = counts or _FREQUENCY_BEFORE.search(before)
        return not counts or after.startswith("性")
    return not counts or before.endswith("每")
