"""What only looks like a quantity: dates, ordinals, levels, codes, fixed terms, an indefinite 一."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from nhsa_nlp.entities import units
from nhsa_nlp.entities.expressions import HALF, SPELLED_DIGIT, NumberExpression
from nhsa_nlp.entities.idioms import idiom_end
from nhsa_nlp.text.patterns import any_of, read_words
from nhsa_nlp.text.segmenters import make_dictionary_segmenter

_WORDS = read_words("nhsa_nlp.entities", "false_positives.txt")
_FIXED = re.compile(
    rf"{any_of(_WORDS['policy_sets'])}"
    rf"|[两三四五六七八九]个{any_of(_WORDS['slogans'])}(?=[”，。、；）])"
    rf"|[一二三四五六七八九十]{{1,2}}{any_of(_WORDS['words_with_number'])}"
    rf"|{any_of(_WORDS['idioms'] + _WORDS['places'] + _WORDS['days_and_names'])}"
)
_DIGIT_OR_TEN = re.compile(f"[{SPELLED_DIGIT}十廿卅卌半几]")
_LETTERS = re.compile(r"[A-Za-z]+$")
_JOINING = frozenset("第.〔^初№#")
_DOUBTFUL = frozenset("统唯惟:：数×,-—一+")
_CODE = re.compile(r"0\d\d")  # 00012
# 第3-5, 第四十一、五十一、七十四条, 第十二条、十三条
_ORDINAL = r"[\d一二三四五六七八九十百]{1,5}"
_LISTING = "[-—、至到和及与]"
_ORDINALS_BEFORE = re.compile(
    rf"第{_ORDINAL}(?:{_LISTING}第?{_ORDINAL}){{0,8}}{_LISTING}$"
    rf"|第{_ORDINAL}(?P<unit>[条款项批章节次届期轮])(?:{_LISTING}第?{_ORDINAL}(?P=unit)){{0,8}}{_LISTING}$"
)
_LISTINGS = frozenset("-—、至到和及与")
_LONGEST_ORDINALS = 40
_ORDINAL_UNIT = re.compile(rf"{_ORDINAL}(.)")
_DATE_BEFORE = re.compile(r"(?:\d[-/.年]\d{1,2}[-/.月]\d{1,2}|\d月\d{1,2})日?\s?$")
_CLOCK_BEFORE = re.compile(r"(?<!\d)(?:[01]?\d|2[0-4])[:：]$")
_MINUTE = re.compile(r"[0-5]\d(?![\d.%‰万亿元℃])")
_DECIMAL_COMMA_BEFORE = re.compile(r"(?<![\d,.])\d{1,3},$")  # 188,4亿
_PAGE_COUNT_BEFORE = re.compile(any_of(_WORDS["page_counts"]) + "$")
_CONGRESS = re.compile(r"(?:十[五六七八九]?|二十[一二]?)大(?!类|项|板|机|体|举|行|工)")

_YEAR = re.compile(r"(?:19|20)\d\d$|[一二][九〇零○][一二三四五六七八九〇零○]{2}$")
_MONTH = re.compile(r"\d{1,2}月")
YEAR_NAMED = frozenset("级代版度鉴轻青底初末中")  # 三年级, 90年代, 2021年版
_MANY = 3  # levels: 市、县二级医院 is a grade
_SESSION = "[一二三四五六七八九十]{1,3}次"
_SESSION_BEFORE = re.compile(rf"[届大会委组协](?:{_SESSION}(?:会议|全会)?[、和及与]){{0,3}}$")
_SESSION_AFTER = re.compile(rf"(?:[、和及与]{_SESSION}){{0,3}}(?:会议|全会|全体|常[委务]|集体)")
_ANOTHER = re.compile("(?!以[上下]|及以|或以|以内|的|起)[一-龥]")
_LONGEST_SPAN = 366  # days
_DAY_NAMED = frozenset("前起电讯益常")  # 15日前
_DATE_BEFORE_DAY = re.compile(
    r"(?:月(?:\d{1,2}日?[至到—~～、和及-]{1,2})?|截至|截止到?|(?<![少低多大小高等长短])于|自|当月|本月|每月|次月|同月|当日|从)$"
)
# 省医保局8日宣布, but 公示5日公布
_NEWS = re.compile(any_of(_WORDS["news"]))
_LENGTH_BEFORE = re.compile(any_of(_WORDS["lengths_before"]) + "$")
_SPAN_BEFORE = re.compile(any_of(_WORDS["spans_before"]) + "$")  # 到期30日前
_WITHIN = re.compile(r"(?:以|之)?内|左右|以上|以下")

_BEFORE_NUMBER_NOUN = tuple("人次户件总个系指参基少多无分岁月天")  # 人数, 系数: 数 counts nothing

_GRADE_AFTER = re.compile(f"(?:及以[上下]|以[上下])?{any_of(_WORDS['grades'])}")
_LEVELS_BEFORE = re.compile(
    r"(?:[省市县区乡镇村地州部局处司]|(?<!（[一二三四五六七八九十])）|、[B-F丙丁戊差低])$"
)
_LEVEL_LIST = re.compile("(?:[国省市县区乡镇村州]|街道|社区|[、和及])+$")
_BRACKETED = re.compile("（[一-龥、]{1,6}）")

OTHER_WORD = re.compile(any_of(_WORDS["other_words"]))
_OTHER_WORD_BEGINNINGS = frozenset(word[0] for word in _WORDS["other_words"].split())
_SECTION_NUMBER = re.compile(r"\d{1,2}\.\d{1,2}")
_BEFORE_SECTION = ("", "\n", "。")
_NOUNS = (units.CLASSIFIERS | units.NOUNS | units.SPELLED_NOUNS | {"单位"}) - {"倍", "分"}
WORD_BEGINNINGS = frozenset("安伏牛瓦卡焦赫帕磅转兆")  # measures that begin a word: 安排, 牛奶
_NOUN_AFTER_DIGITS = ("种", "项", "类", "家", "名", "条")  # 3种类型 counts, though 种类 is a word

_ONE_COUNTS_BEFORE = re.compile(any_of(_WORDS["one_counts_before"]) + "$")
# A bound and a verb, but not 只是一个, 只觉得一个, 最多的一个 nor 只问哪一步.
_ONE_BOUNDED = re.compile(
    rf"{any_of(_WORDS['one_counts_bounds'])}(?:“[一-龥]{{1,6}}”|(?![是为作像的觉想看听说知跟]|(?<!应)当)[一-龥]){{1,5}}"
    r"(?<![下上前后头某哪这那另每任同第])\Z"
)
_ONE_FOR_EACH = re.compile(rf"每[^，。；：！？\n]{{1,24}}{any_of(_WORDS['one_for_each'])}\Z")
_LONGEST_EACH = 30
_KINDS = units.TIME | {"批", "种", "次"}
_ONE_YEAR_BEFORE = re.compile(any_of(_WORDS["one_year_before"]) + "$")
_ONE_YEAR_AFTER = re.compile(
    r"[”’]?(?:零?[\d一二三四五六七八九十两]{1,2}个月|以?内|以上|以下|左右|之?后|以来|来|期|一次|有余|半|的时间|的过渡期)"
)
_ONEYEAR_NAMED = re.compile(r"(?:[同某这那新前第初头任当唯统]|(?<![满束止期效行施院术业])后|(?<!以)[上下])$")
# “两个统一” is a slogan; “十八个月”, “一年内” say how long.
_SLOGAN = re.compile(r"[一-龥]{0,5}[”’\"]")
_MEASURED_SLOGAN = re.compile(r"(?!(?:[以之]?[内上下前后]|左右)[”’\"])[一-龥]{1,5}[”’\"]")
_HALVED = (
    units.TIME
    | units.DOSES
    | frozenset(("斤", "吨", "亩", "公斤", "公里", "公升", "千克", "千米", "毫升", "毫克", "海里", "加仑"))
)
# 最后一公里, 每一分钱, 单一里程
_BEFORE_ANY_ONE = ("最后", *"每同某这那另单逐")
_HALF_NAMED = re.compile("[一大多下上后前年]$|(?<!超)过$")  # 上半年, 过半
# 每逾期一天, 每多生一个: one of what a rule goes by
_FOR_EACH_BEFORE = re.compile(r"每(?:多|少|增|减|逾|迟|超|满|延|提前|推迟|连续|累计|新增|间隔)[一-龥]{0,2}$")
_FREQUENCY_BEFORE = re.compile(
    rf"(?:每隔?|[\d{SPELLED_DIGIT}十]|每隔?[\d.{SPELLED_DIGIT}十半]{{1,4}})"
    r"(?:年|个?月|周|天|日|个?小时|分钟|个?季度)[一-龥]{0,8}$"
    r"|(?:各|至少|最少|仅|只)[一-龥]{0,3}$"
)


def fixed_term_end(text: str, start: int) -> int:
    """Return where a fixed term (两会), an idiom or a name (四川) with a numeral at ``start`` ends, or 0."""
    if text[start].isdecimal():
        return 0
    if fixed := _FIXED.match(text, start):
        return fixed.end()
    return idiom_end(text, start)


def is_congress(text: str, start: int) -> bool:
    """Return whether the name of a party congress begins at ``start``: 十八大, 二十大."""
    return _CONGRESS.match(text, start) is not None


def is_part_of_code(text: str, start: int) -> bool:
    """Return whether the number at ``start`` is part of an ordinal, a code or another number: 第3, PD-1."""
    before = text[start - 1 : start]
    if not may_join(before):
        return is_code(text, start)
    if before in _JOINING or before.isdigit():
        return True
    if before in _DOUBTFUL and _is_joined(text, start, before):
        return True
    if before.isascii() and before.isalpha():
        if text[start - 2 : start - 1] == "、" and not text[start].isdecimal():
            return False  # A、B、C、D四级
        letters = _LETTERS.search(text, max(0, start - 8), start)
        return letters is None or len(letters.group()) < 3
    return is_code(text, start) or (before in _LISTINGS and _is_listed_ordinal(text, start))


@lru_cache(maxsize=4096)
def may_join(char: str) -> bool:
    """Return whether a number can belong to what a character before it ends."""
    return char in _JOINING | _DOUBTFUL | _LISTINGS or char.isdigit() or (char.isascii() and char.isalpha())


def is_code(text: str, start: int) -> bool:
    """Return whether the zeros a number begins with show it to be a code: 2021-00012."""
    return text.startswith("0", start) and _CODE.match(text, start) is not None


def is_after_date(text: str, start: int) -> bool:
    """Return whether a date in figures ends before ``start``, so that a time of day may follow."""
    return _DATE_BEFORE.search(text, max(0, start - 13), start) is not None


def _is_listed_ordinal(text: str, start: int) -> bool:
    """Return whether the number at ``start`` goes on a list of ordinals: 第四十一、五十一条."""
    begin = max(0, start - _LONGEST_ORDINALS)
    if text.find("第", begin, start) < 0 or not (list_ := _ORDINALS_BEFORE.search(text, begin, start)):
        return False
    own = _ORDINAL_UNIT.match(text, start)
    return list_["unit"] is None or (own is not None and own[1] == list_["unit"])


def _is_joined(text: str, start: int, before: str) -> bool:
    """Return whether a sign that may join a number to what precedes it does."""
    earlier = text[start - 2 : start - 1]
    if before in "统唯惟":
        return text[start] == "一"
    if before in ":：" and earlier.isdecimal():
        if _MINUTE.match(text, start):
            return _CLOCK_BEFORE.search(text, max(0, start - 4), start) is not None
        return is_after_date(text, max(0, text.rfind(earlier, 0, start - 1)))
    if before in ":：数":
        return _PAGE_COUNT_BEFORE.search(text, max(0, start - 8), start) is not None  # 浏览次数：94
    if before == "×":
        return earlier.isdigit()  # 14×17; of 0.5g×20片 both count
    if before == ",":
        return _DECIMAL_COMMA_BEFORE.search(text, max(0, start - 5), start) is not None
    return earlier.isascii() and earlier.isalnum()


def names_something(text: str, number: NumberExpression, unit: str, end: int) -> bool:
    """Return whether a number names something (a date, year, level, class of product) and counts nothing.

    ``number`` is the second one of a range; ``unit`` is as written and stops at ``end``.
    """
    if number.arabic:
        if "." in number.surface and _is_section(text, number, unit, end):
            return True
    elif _begins_word(text, number, unit, end):
        return True
    if unit in NAMED_BY_UNIT and (names := NAMED_BY_UNIT[unit](text, number, end)) is not None:
        return names
    if unit not in _OTHER_WORD_BEGINNINGS or not OTHER_WORD.match(text, end - 1):
        return False
    return not (number.arabic and "." not in number.surface and unit in _NOUN_AFTER_DIGITS)


def _begins_word(text: str, number: NumberExpression, unit: str, end: int) -> bool:
    """Return whether a spelled-out number or its unit is part of a word: 千家万户, 零件, 人数, 统一安排."""
    if _is_bare_multiplier(text, number):
        return True
    is_zero = number.surface == "零" and number.end == end - len(unit)
    if is_zero and unit not in units.MONEY and unit not in units.MEASURES:
        return True  # 零件, 零部件; 零元 and 零度 measure
    if number.surface[0] == "数" and text[number.start - 1 : number.start] in _BEFORE_NUMBER_NOUN:
        return True
    return unit in WORD_BEGINNINGS and _is_word(text[end - 1 : end + 1])


def _is_section(text: str, number: NumberExpression, unit: str, end: int) -> bool:
    """Return whether a decimal numbers a section: 2.2本县 where a line or sentence begins."""
    if (
        not _SECTION_NUMBER.fullmatch(number.surface)
        or text[number.start - 1 : number.start] not in _BEFORE_SECTION
    ):
        return False
    return unit in _NOUNS or (len(unit) == 1 and _is_word(text[end - 1 : end + 1]))


def _is_word(text: str) -> bool:
    return make_dictionary_segmenter().has_word(text)


# Each check says whether the number before its unit names something; None is undecided.
# ruff: noqa: ARG001, ARG005 - all have one signature


def _names_year(text: str, number: NumberExpression, end: int) -> bool:
    if text[end : end + 1] in YEAR_NAMED or (len(number.surface) >= 4 and _YEAR.search(number.surface)):
        return True
    return number.arabic and text[end : end + 1].isdecimal() and bool(_MONTH.match(text, end))


def _names_day(text: str, number: NumberExpression, end: int) -> bool:
    before = text[max(0, number.start - 8) : number.start]
    value = number.value or 0
    if text.startswith("前", end) and value <= _LONGEST_SPAN and (value > 31 or _SPAN_BEFORE.search(before)):
        return False
    if value <= 31 and _NEWS.match(text, end) and not _LENGTH_BEFORE.search(before):
        return True
    within = _WITHIN.match(text, end) and not before.endswith(("月", "日"))
    if _DATE_BEFORE_DAY.search(before) and not within:
        return True
    return text[end : end + 1] in _DAY_NAMED or value > _LONGEST_SPAN


def _names_class(text: str, number: NumberExpression, end: int) -> bool | None:
    """Recognise the class of a product: 1类创新药, 三类医疗器械."""
    drug = number.arabic and re.match(r"(?:[、和及]\d类)?[创新生化中疫医传改仿器]", text[end : end + 4])
    return bool(drug or re.match("医疗器械|疫苗|精神药品|传染病|注册|备案", text[end : end + 4])) or None


def _names_bracket(text: str, number: NumberExpression, end: int) -> bool:
    """一、二档 names brackets; 分三档 and 优、良、中、差四档 count them."""
    return not number.arabic and not re.match("[一-龥]", text[number.start - 1 : number.start])


def _names_if_spelled(text: str, number: NumberExpression, end: int) -> bool | None:
    return None if number.arabic else True


def _names_minute(text: str, number: NumberExpression, end: int) -> bool | None:
    return bool(re.search(r"\d[时点:：]$", text[max(0, number.start - 2) : number.start])) or None


def _names_second(text: str, number: NumberExpression, end: int) -> bool | None:
    return bool(re.search(r"[时点:：]\d{1,2}分$", text[max(0, number.start - 4) : number.start])) or None


def _names_floor(text: str, number: NumberExpression, end: int) -> bool | None:
    return text[max(0, number.start - 2) : number.start].endswith(("负", "号楼")) or None


def _names_meeting(text: str, number: NumberExpression, end: int) -> bool | None:
    """全国人大四次会议 names a meeting, 召开四次会议 counts meetings; 二次报销 names another one."""
    before = text[max(0, number.start - 20) : number.start]
    if _SESSION_AFTER.match(text, end):
        return _SESSION_BEFORE.search(before) is not None
    if number.surface != "二" or not _ANOTHER.match(text, end):
        return None
    counts = before.endswith(("于", "过")) or _FREQUENCY_BEFORE.search(before)
    return None if counts else True


def _names_level(text: str, number: NumberExpression, end: int) -> bool:
    if _are_listed(number, text[max(0, number.start - 20) : number.start]):
        return False
    if _GRADE_AFTER.match(text, end):
        return True
    return number.surface != "两" and not _LEVELS_BEFORE.search(text[max(0, number.start - 3) : number.start])


def _are_listed(number: NumberExpression, before: str) -> bool:
    """Return whether as many levels are listed as the number says: 县、镇、村三级医疗网络."""
    listed = _LEVEL_LIST.search(_BRACKETED.sub("", before))
    if listed is None or number.value is None or number.value < _MANY:
        return False
    levels = re.split("[、和及]", listed.group().lstrip("、和及"))
    return number.value == (len(levels) if len(levels) > 1 else len(levels[0]))


def _names_place(text: str, number: NumberExpression, end: int) -> bool:
    return not number.arabic and number.value is not None and number.value < 2


NAMED_BY_UNIT: dict[str, Callable[[str, NumberExpression, int], bool | None]] = {
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
    "秒": _names_second,
    "层": _names_floor,
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
    if before == "每" and re.fullmatch("一?[十百千万]+", number.surface):
        return True
    if number.pair or number.more or _DIGIT_OR_TEN.search(number.surface):
        return False
    return before not in tuple("近约超逾过破达") and number.surface[0] not in "数几上"


def is_indefinite(text: str, number: NumberExpression, unit: str, end: int) -> bool:
    """Return whether nothing is counted: an indefinite 一 (一个, 一年一度), 以下几点, “三张网”."""
    if number.arabic:
        return False
    start, surface = number.start, number.surface
    before = text[max(0, start - 10) : start]
    if surface == "几":
        return unit in ("", "点", "分", "成", "度", "地", "次") or before.endswith(("第", "前"))
    if surface == "半":
        return unit not in _HALVED or _HALF_NAMED.search(before) is not None
    if before.endswith(("“", "‘", '"')):
        measures = unit in units.TIME or unit in units.MEASURES or unit in units.MONEY
        if (_MEASURED_SLOGAN if measures else _SLOGAN).match(text[end : end + 6]):
            return True
    if surface != "一" or ("每" in before and _FOR_EACH_BEFORE.search(before)):
        return False
    if unit in units.MEASURES or unit in units.MONEY or unit in ("成", "折", "倍"):
        return before.endswith(_BEFORE_ANY_ONE)
    after = text[end : end + 6]
    counts = _ONE_COUNTS_BEFORE.search(before) or _ONE_BOUNDED.search(before)
    if unit not in _KINDS:
        counts = counts or _ONE_FOR_EACH.search(text, max(0, start - _LONGEST_EACH), start)
    if unit in units.DOSES and HALF.match(text, end):
        return False
    if unit in units.TIME:
        counts = counts or _ONE_YEAR_BEFORE.search(before) or _ONE_YEAR_AFTER.match(after)
        return not counts or _ONEYEAR_NAMED.search(before) is not None
    if unit == "次":
        counts = counts or _FREQUENCY_BEFORE.search(before)
        return not counts or after.startswith("性")
    return not counts or before.endswith("每")
