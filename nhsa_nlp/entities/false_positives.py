"""What only looks like a quantity: dates, ordinals, levels, codes, fixed terms, an indefinite 一."""

from __future__ import annotations

import re
from collections.abc import Callable

from nhsa_nlp.entities import units
from nhsa_nlp.entities.expressions import SPELLED_DIGIT, NumberExpression
from nhsa_nlp.text.patterns import any_of

# Sets of policies known by their number, and names: the number counts nothing in the sentence.
_POLICY_SETS = (
    "八项规定 五卅 廿八都 三重 [三四五]位一体 [三四五]个到位 红十字 三张网 三个硬 三个目录 两定 两库 "
    "两病 四同 两会 两办 三医 三明 一老一小 一带一路"
)
_SLOGANS = "确立 维护 一百年 大局 结合 毫不动摇 意识 自信 全面 最严 不摘 伟大 代表 务必 敢于 统一 不变 转变"
_WORDS_WITH_NUMBER = "站式 体化 揽子 刀切 事一议 条龙 窗口 门式 网通 件事 卡通 票制 医 农(?!户) 产业 中全会"
_IDIOMS = "十分(?!之|钟) [十百千万]+姓 千[方家]百 千家万户 万物 一?百分(?!之|点) 万[分岁]"
_PLACES = (
    "三[亚门台](?![个种家]) 三门[峡县] 三台县 五家渠 七台河 九台区 万年县 五大连池 四川 九江 六安 六盘水"
)
_DAYS_AND_NAMES = "双十一 三八 五四 七一 八一 十一(?=[假期黄国]) 三伏 三鹿 三七 四环素 五官 五行 五脏 六腑"
_FIXED = re.compile(
    rf"{any_of(_POLICY_SETS)}"
    rf"|[两三四五六七八九]个{any_of(_SLOGANS)}(?=[”，。、；）])"
    rf"|[一二三四五六七八九十]{{1,2}}{any_of(_WORDS_WITH_NUMBER)}"
    rf"|{any_of(f'{_IDIOMS} {_PLACES} {_DAYS_AND_NAMES}')}"
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

_GRADES = (
    "[甲乙丙]等 公立 民营 综合 专科 中医 妇幼 定点 医院 医疗 及 保护 预防 手术 护理 响应 甲 乙 以上 "
    "以下 标准 学科 建造 风险 警 别"
)
_GRADE_AFTER = re.compile(f"(?:及以[上下]|以[上下])?{any_of(_GRADES)}")
_LEVELS_BEFORE = re.compile(r"(?:[省市县区乡镇村地州部局处司）]|、[B-F丙丁戊差低])$")

# The would-be unit may begin another word: 13部署, 三部分, 2所有.
_OTHER_WORD = re.compile(
    any_of(
        "分(?:钟|之|析|配|级|类|布|别|为|开|担|享|期|步|段|批) 度(?:假|过|电) 步(?:骤|行|走) "
        "部(?:分|署|位|长) 节(?:约|能|日|假) 条(?:件|款|例) 本(?:地|级|人|市|省|科|身|次|年|质) "
        "门(?:诊|店|户) 对(?:于|口|接) 头部 单(?:位|价|病) 包(?:括|含) 类(?:别|似|型) 名(?:称|单|录) "
        "位(?:于|列|置) 家(?:庭|属|长|乡) 组(?:织|成|合|件) 所(?:有|在|需|以|属) 份额 "
        "次(?:均|日|月|年|要) 起(?:付|草|始|步|来|点|到) 例(?:如|外) 件数 片(?:区|面) 针对 场(?:所|景) "
        "种(?:植|类) 项目 排(?:查|名|除|队|序|污|放|列|期) 章程 卷入 集(?:采|中|团|合) 层(?:次|级) "
        "只(?:有|能|要)"
    )
)
_NOUN_AFTER_DIGITS = ("种", "项", "类", "家", "名", "条")  # 3种类型 counts, though 种类 is a word

_ONE_COUNTS_BEFORE = re.compile(
    any_of(
        "至少有? 最少 仅有? 只有? 只能有? 最多 不超过 不少于 不足 超过 各有? 唯一的? 共有? 都有 其中 "
        "近 约 满 每(?:省|县|市|乡镇|村|院|家)?有?"
    )
    + "$"
)
_ONE_YEAR_BEFORE = re.compile(
    any_of(
        "连续 为期 期限为? 期间?为 时间为 缩短[至到为]? 延长 提前 过去 最近 执行 未来 滞后 最长 最短 "
        "周期为? 缓冲期 试点 试行 [满近约仅每]"
    )
    + "$"
)
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
    """Tell a fixed term (三重制度, 两会, 一站式) or a name (四川, 红十字) that begins at ``start``."""
    return _FIXED.match(text, start) is not None


def is_congress(text: str, start: int) -> bool:
    """Tell the name of a party congress: 十八大, 二十大."""
    return _CONGRESS.match(text, start) is not None


def is_part_of_code(text: str, start: int) -> bool:
    """Tell ordinals, codes and numbers cut in two: 第3, PD-1, V2.0, 1+3+N."""
    before = text[start - 1 : start]
    if before in ("第", ".", "+", "〔", "^", "初", "№", "#") or before.isdigit():
        return True
    if before == "×" and text[start - 2 : start - 1].isdigit():
        return True  # 14×17; of 0.5g×20片 both count
    if before in ("-", "—", "一") and _is_latin(text[start - 2 : start - 1]):
        return True
    if before.isascii() and before.isalpha():
        if text[start - 2 : start - 1] == "、" and not text[start].isdecimal():
            return False  # A、B、C、D四级
        letters = _LETTERS.search(text, max(0, start - 8), start)
        return letters is None or len(letters.group()) < 3
    return _ORDINAL_BEFORE.search(text, max(0, start - 6), start) is not None


def names_something(text: str, number: NumberExpression, unit: str, end: int) -> bool:
    """Tell numbers that name instead of count: dates, years, levels, classes of products.

    Parameters
    ----------
    text
        The cleaned text.
    number
        The number; for a range the second one.
    unit
        The unit as written.
    end
        Where the unit ends.
    """
    if _is_bare_multiplier(text, number) or _is_part_of_word(number, unit, end):
        return True
    if number.surface[0] == "数" and text[number.start - 1 : number.start] in _BEFORE_NUMBER_NOUN:
        return True
    names = _NAMES_BY_UNIT[unit](text, number, end) if unit in _NAMES_BY_UNIT else None
    return _is_other_word(text, end - len(unit), unit, number) if names is None else names


# A check of one unit tells whether the number before it names something; None is undecided.
# ruff: noqa: ARG001 - all have one signature


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
    """Tell the class of a product: 1类创新药, 三类医疗器械."""
    drug = number.arabic and re.match(r"[创新生化中疫医传改仿器]", text[end : end + 1])
    return bool(drug or re.match("医疗器械|疫苗|精神药品|传染病", text[end : end + 4])) or None


def _names_confidence(text: str, number: NumberExpression, end: int) -> bool:
    """Tell a confidence level: 95%CI."""
    return text[end : end + 2] == "CI"


def _names_bracket(text: str, number: NumberExpression, end: int) -> bool:
    """Tell 一、二档, which names; 分三档 and 优、良、中、差四档 count."""
    return not number.arabic and not re.match("[一-龥]", text[number.start - 1 : number.start])


def _names_if_spelled(text: str, number: NumberExpression, end: int) -> bool | None:
    return None if number.arabic else True


def _names_before_noun(text: str, number: NumberExpression, end: int) -> bool:
    """Tell 两 as a numeral before a noun; 二两 weighs."""
    return bool(re.match(r"[一-龥]", text[end : end + 1]))


def _names_minute(text: str, number: NumberExpression, end: int) -> bool | None:
    return bool(re.search(r"\d[时点:：]$", text[max(0, number.start - 2) : number.start])) or None


def _names_meeting(text: str, number: NumberExpression, end: int) -> bool | None:
    """Tell 全国人大四次会议; 召开四次会议 counts."""
    if re.match(r"会议|全会|全体|常[委务]|集体", text[end : end + 2]):
        return text[number.start - 1 : number.start] in tuple("届大会委组")
    return None


def _names_level(text: str, number: NumberExpression, end: int) -> bool:
    if _GRADE_AFTER.match(text, end):
        return True
    return number.surface != "两" and not _LEVELS_BEFORE.search(text[max(0, number.start - 2) : number.start])


def _names_week(text: str, number: NumberExpression, end: int) -> bool:
    return text[end : end + 1] in tuple("期边围岁")


def _names_weekday(text: str, number: NumberExpression, end: int) -> bool:
    return not number.arabic or _names_week(text, number, end)


def _names_pieces(text: str, number: NumberExpression, end: int) -> bool:
    """Tell the pieces of a package from seconds: 10mg×7s."""
    return text[number.start - 1 : number.start] in ("×", "*")


def _names_place(text: str, number: NumberExpression, end: int) -> bool:
    return not number.arabic and number.value is not None and number.value < 2


_NAMES_BY_UNIT: dict[str, Callable[[str, NumberExpression, int], bool | None]] = {
    "年": _names_year,
    "日": _names_day,
    "类": _names_class,
    "%": _names_confidence,
    "档": _names_bracket,
    "字": _names_if_spelled,
    "角": _names_if_spelled,
    "两": _names_before_noun,
    "分": _names_minute,
    "次": _names_meeting,
    "级": _names_level,
    "周": _names_week,
    "s": _names_pieces,
    "星期": _names_weekday,
    **dict.fromkeys(("地", "市", "省", "县", "区", "国", "村", "院", "校", "乡", "镇"), _names_place),
}


def _is_bare_multiplier(text: str, number: NumberExpression) -> bool:
    """Tell a 百, 千 or 万 that names: 万名医师, 每千人口; 近千家 counts."""
    before = text[number.start - 1 : number.start]
    if before == "每" and not number.arabic and re.fullmatch("一?[十百千万]+", number.surface):
        return True
    if number.arabic or number.pair or _DIGIT_OR_TEN.search(number.surface):
        return False
    return before not in tuple("近约超逾过破达") and number.surface[0] not in "数几上"


def _is_part_of_word(number: NumberExpression, unit: str, end: int) -> bool:
    """Tell a 零 that begins a word: 零件, 零部件; 零元 and 零度 measure."""
    measures = unit in units.MONEY or unit in units.MEASURES
    return number.surface == "零" and number.end == end - len(unit) and not measures


def _is_other_word(text: str, position: int, unit: str, number: NumberExpression) -> bool:
    word = _OTHER_WORD.match(text, position) if len(unit) == 1 else None
    return word is not None and not (number.arabic and unit in _NOUN_AFTER_DIGITS)


def is_indefinite(text: str, number: NumberExpression, unit: str, end: int) -> bool:
    """Tell an indefinite 一 (一个, 一种, 一年一度), 以下几点 and slogans (“三张网”) from what counts."""
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
    if unit in units.TIME:
        counts = (
            _ONE_YEAR_BEFORE.search(before)
            or _ONE_COUNTS_BEFORE.search(before)
            or _ONE_YEAR_AFTER.match(after)
        )
        return not counts or _ONE_YEAR_NAMED.search(before) is not None
    if unit == "次":
        counts = _FREQUENCY_BEFORE.search(before) or _ONE_COUNTS_BEFORE.search(before)
        return not counts or after.startswith("性")
    return not _ONE_COUNTS_BEFORE.search(before) or before.endswith("每")


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()
