"""Quantities: numbers that measure or count something, with value, unit and bound.

``find_quantities`` scans a cleaned text for numerals. Around each it reads, in this order: the number
(``_read_number``), its unit (``_read_unit``), a second number that makes a range, rates (``每人每年``,
``/次``) and the words that bound it (``不超过``, ``以上``). What only looks like a quantity (dates, ordinals,
levels, fixed terms, an indefinite 一) is told apart by the ``_is_…`` functions, one reason each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import rjieba

from nhsa_nlp.entities import units
from nhsa_nlp.entities.numerals import parse_number, to_json_number
from nhsa_nlp.record import Op, Scalar


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity in a text.

    Attributes
    ----------
    start, end
        Half-open offsets into the text that was searched.
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
        """Return the value as the record writes it."""
        numbers = [to_json_number(number) for number in self.value]
        return numbers if len(numbers) > 1 else numbers[0] if numbers else None


# --- atoms ---------------------------------------------------------------------------------------

_ARABIC = r"(?:\d{1,3}(?:[,，]\d{3})+(?!\d)|\d+)(?:\.\d+)?"
_SPELLED_DIGIT = "零〇一二两三四五六七八九"
_SPELLED = rf"[{_SPELLED_DIGIT}十百千万亿]+(?:点[{_SPELLED_DIGIT}]+)?"
_NUMBER = re.compile(
    rf"(?P<arabic>{_ARABIC}(?:[百千万亿]{_ARABIC})*)(?P<fuzz>[余多几来])?(?P<factor>万亿|[十百千]?[万亿]|[百千])?(?P<rest>[余多])?"
    rf"|(?P<few>(?:[数几]|(?<![以之加如及])上)(?=[十百千万亿]))?(?P<spelled>{_SPELLED})(?P<sfuzz>[余多几来])?(?P<sfactor>万亿|[万亿])?(?P<srest>[余多])?"
    r"|(?P<none>几|半)"
)
_FRACTION = re.compile(
    rf"(?P<whole>[{_SPELLED_DIGIT}十百千万]+|\d+)分之(?P<part>{_SPELLED}|{_ARABIC})(?P<more>[余多])?"
)
_RATIO = re.compile(r"(\d+(?:\.\d+)?)[:：∶比](\d+(?:\.\d+)?)(?![\d:：.])")
_SLASH = re.compile(r"(?<![\d./])([1-9])/([1-9]\d?)(?![\d/.年月日个A-Za-z])")
_RANGE_SEPARATOR = re.compile(r"[-—~～至到]{1,2}|一(?=\d)")
_RATE = "|".join(sorted(map(re.escape, units.RATE_WORDS), key=len, reverse=True))
_RATE_PREFIX = re.compile(r"(?:每[人年月次天日]){1,3}$")
_RATE_SUFFIX = re.compile(rf"(?:/|每)({_RATE}|kg|L|mL|ml|h|d)(?![A-Za-z])")
_CURRENCY_SIGN = {"¥": "元", "￥": "元", "$": "美元", "€": "欧元", "£": "英镑"}

_UNITS = units.Lexicon(units.CLASSIFIERS, units.TIME, units.MONEY, units.MEASURES, units.NOUNS)
_SPELLED_UNITS = units.Lexicon(
    units.CLASSIFIERS, units.TIME, units.MONEY, units.MEASURES, units.SPELLED_NOUNS
)
_LATIN_UNITS = units.Lexicon(units.LATIN)
_PEOPLE = re.compile(
    r"[一-龥“”]{0,7}?(?:" + "|".join(sorted(map(re.escape, units.PEOPLE), key=len, reverse=True)) + r")"
)

# --- bounds --------------------------------------------------------------------------------------

_BEFORE: tuple[tuple[Op, str], ...] = (
    (
        "le",
        "不超过|不超出|不超|不得超过|不能超过|未超过|不高于|不得高于|不多于|不大于|不得大于|(?<!史上)(?<!历史)最高(?:可达|可|达)?|最多|最长|最大|至多|上限为?",
    ),
    ("ge", "不低于|不得低于|不能低于|不少于|不得少于|不小于|至少为?|至少有|最低|最少|起码|下限为?"),
    ("lt", "低于|不足|少于|小于|未满|不满|不到|未达到?|不及|短于"),
    ("gt", "超过了?|超出|超|逾|多于|高于|大于|突破了?|长于"),
    ("approx", "大约|大概|大致|约为|约|接近|将近|近|基本|几近|左右为|估计"),
)
_BEFORE_PATTERN = re.compile(
    "|".join(f"(?P<{op}>(?:{words})(?:有|为|达|达到|至)?)$" for op, words in _BEFORE)
)
_AFTER: tuple[tuple[Op, str], ...] = (
    ("ge", r"(?:及|或|含)?以上|之上|起步|及以上|起(?![来付始点草诉源伏义家因重到步用])"),
    ("le", r"(?:及|或|含)?以下|以内|之内|内(?!在[的要需联逻动]|[科部容地涵蒙外镜需服循酰皮]|分泌)|封顶"),
    ("approx", "左右|上下|前后"),
    ("gt", "多(?=[，。、；）])|有余"),
)
_AFTER_PATTERN = re.compile(
    r"(?:（含[^（）]{0,6}）)?(?:" + "|".join(f"(?P<{op}>{words})" for op, words in _AFTER) + ")"
)

# --- what is not a quantity ----------------------------------------------------------------------

# Sets of policies known by their number, and names: the number does not count anything in the sentence.
_FIXED = re.compile(
    r"八项规定|三重|[三四五]位一体|[三四五]个到位|红十字|三张网|三个硬|三个目录|两定|两库|两病|四同|两会|两办|三医|三明|一老一小|一带一路|五位一体"
    r"|[两三四五六七八九]个(?:确立|维护|一百年|大局|结合|毫不动摇|意识|自信|全面|最严|不摘|伟大|代表|务必|敢于|统一|不变|转变为?|维度上?)(?=[”，。、；）])"
    r"|[一二三四五六七八九十]{1,2}(?:站式|体化|揽子|刀切|事一议|条龙|窗口|门式|网通|件事|卡通|票制|医|农(?!户)|产业|中全会)"
    r"|十分(?!之|钟)|[十百千万]+姓|千[方家]百|千家万户|万物|一?百分(?!之|点)|万[分岁]|三[亚门台](?![个种家])|三门[峡县]|三台县|五家渠|七台河|九台区|万年县|五大连池"
    r"|四川|九江|六安|六盘水|双十一|三八|五四|七一|八一|十一(?=[假期黄国])|三伏|三鹿|三七|四环素|五官|五行|五脏|六腑"
)
_CONGRESS = re.compile(r"(?:十[五六七八九]?|二十[一二]?)大(?!类|项|板|机|体|举|行|工)")
_GRADE_AFTER = re.compile(
    r"(?:及以[上下]|以[上下])?(?:[甲乙丙]等|公立|民营|综合|专科|中医|妇幼|定点|医院|医疗|及|保护|预防|手术|护理|响应|甲|乙|以上|以下|标准|学科|建造|风险|警)"
)
_LEVELS_BEFORE = re.compile(r"[省市县区乡镇村地州部局处司）A-Z]$")
_YEAR = re.compile(r"(?:19|20)\d\d$|[一二][九〇零○][一二三四五六七八九〇零○]{2}$")
_DATE_BEFORE_DAY = re.compile(
    r"(?:月(?:\d{1,2}日?(?:至|到|[-—、和及]))?|截至|截止到?|(?<![少低多大小高等长短])于|自|当月|本月|每月|次月|同月|当日|从)$"
)
_WITHIN = re.compile(r"(?:以|之)?内|左右|以上|以下")
_ONE_COUNTS_BEFORE = re.compile(
    r"(?:至少有?|最少|仅有?|只有?|只能有?|最多|不超过|不少于|不足|超过|各有?|唯一的?|共有?|都有|其中|近|约|满|每(?:省|县|市|乡镇|村|院|家)?有?)$"
)
_ONE_YEAR_BEFORE = re.compile(
    r"(?:连续|为期|期限为?|期间?为|时间为|缩短[至到为]?|延长|提前|过去|最近|执行|未来|滞后|最长|最短|周期为?|缓冲期|试点|试行|[满近约仅每])$"
)
_ONE_YEAR_AFTER = re.compile(r"(?:以?内|以上|以下|左右|之?后|以来|来|期|一次|有余|半|的时间|的过渡期)")
_FREQUENCY_BEFORE = re.compile(
    rf"(?:每隔?|[\d{_SPELLED_DIGIT}十]|每隔?[\d.{_SPELLED_DIGIT}十半]{{1,4}})(?:年|个?月|周|天|日|个?小时|分钟|个?季度)[一-龥]{{0,8}}$"
    r"|(?:各|至少|最少|仅|只)[一-龥]{0,3}$"
)


@dataclass(frozen=True, slots=True)
class _Number:
    """A number expression: where it ends, its value, and whether 余/多/几 makes it a lower bound."""

    end: int
    value: Decimal | None
    more: bool
    surface: str
    arabic: bool
    large: bool  # has 万 or 亿
    pair: tuple[Decimal, Decimal] | None = None  # 两三个, 七八十


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
    return list(_scan(text, blocked or []))


def _scan(text: str, blocked: list[tuple[int, int]]) -> Iterator[Quantity]:
    position = 0
    zones = iter(blocked)
    zone = next(zones, None)
    while match := _NUMBER.search(text, position):
        start = match.start()
        while zone and zone[1] <= start:
            zone = next(zones, None)
        if zone and zone[0] <= start:
            position = zone[1]
            continue
        quantity = _read_special(text, start, position) or _read_quantity(text, match, position)
        if quantity and not (zone and zone[0] < quantity.end):
            yield quantity
            position = quantity.end
        else:
            position = max(match.end("arabic"), match.end("spelled"), start + 1)


# --- reading -------------------------------------------------------------------------------------


def _read_special(text: str, start: int, floor: int) -> Quantity | None:
    """Read what is not number plus unit: fractions, ratios, 一半."""
    if fraction := _FRACTION.match(text, start):
        return _read_fraction(text, fraction, floor)
    if (share := _SLASH.match(text, start)) and int(share[1]) < int(share[2]):
        return Quantity(start, share.end(), (_percent(Decimal(share[1]), Decimal(share[2])),), "%", "eq")
    if text.startswith("一半", start) and text[start - 1 : start] not in ("另", "这", "那"):
        return Quantity(start, start + 2, (Decimal(50),), "%", "eq")
    if (ratio := _RATIO.match(text, start)) and not text[start - 1 : start].isdigit():
        first, second = Decimal(ratio[1]), Decimal(ratio[2])
        clock = (
            len(ratio[2]) == 2 and first < 25 and second < 60 and "比" not in text[max(0, start - 8) : start]
        )
        if not clock:
            op = _bound(text, start, ratio.end(), floor)
            return Quantity(start, ratio.end(), (first, second), "比", op)
    return None


def _read_fraction(text: str, match: re.Match[str], floor: int) -> Quantity | None:
    try:
        whole, part = parse_number(match["whole"]), parse_number(match["part"])
    except ValueError:
        return None
    if not whole:
        return None
    unit = {"百": "%", "千": "‰", "万": "‱", "100": "%", "一百": "%"}.get(match["whole"], "")
    if not unit:
        part, unit = _percent(part, whole), "%"
    # 三分之一 names an exact share: 接近 and 左右 beside it are not annotated.
    exact = unit == "%" and match["whole"] not in ("百", "一百", "100")
    op: Op = "eq" if exact else _bound(text, match.start(), match.end(), floor, more=bool(match["more"]))
    return Quantity(match.start(), match.end(), (part,), unit, op)


def _percent(part: Decimal, whole: Decimal) -> Decimal:
    return (part * 100 / whole).quantize(Decimal("0.01"), ROUND_HALF_UP).normalize()


def _read_number(match: re.Match[str]) -> _Number | None:
    """Read a number expression from a match of ``_NUMBER``."""
    if match["none"]:
        value = None if match["none"] == "几" else Decimal("0.5")
        return _Number(match.end(), value, False, match["none"], False, False)
    arabic = match["arabic"] is not None
    digits = match["arabic"] if arabic else match["spelled"]
    factor = (match["factor"] if arabic else match["sfactor"]) or ""
    surface = digits + factor
    more = bool(match["few"] or match["fuzz"] or match["rest"] or match["sfuzz"] or match["srest"])
    pair = None
    try:
        if not arabic and (
            found := re.fullmatch(rf"([{_SPELLED_DIGIT}])([{_SPELLED_DIGIT}])([十百千万亿]*)", surface)
        ):
            low, high = parse_number(found[1]), parse_number(found[2])
            if high - low not in (1, 2) or found[1] in "零〇":
                return None
            scale = parse_number("一" + found[3]) if found[3] else Decimal(1)
            pair = (low * scale, high * scale)
        value = pair[0] if pair else parse_number(surface)
    except ValueError:
        return None
    return _Number(match.end(), value, more, match.group(), arabic, "万" in surface or "亿" in surface, pair)


def _read_unit(text: str, position: int, number: _Number) -> tuple[str, int] | None:
    """Return the unit at ``position`` as written and its end; empty where a large number has none."""
    if number.arabic:
        begin = position + (text[position : position + 1] == " ")
        latin = _LATIN_UNITS.match(text, begin)
        end = begin + len(latin)
        if latin and not _is_latin(text[end : end + 1]):
            return latin, end
    unit = (_UNITS if number.arabic or number.large else _SPELLED_UNITS).match(text, position)
    if (
        number.large
        and (people := _PEOPLE.match(text, position))
        and unit in ("", "人", "户", "家", "困", "单")
    ):
        return people.group(), people.end()
    if (
        text.startswith("大", position)
        and not number.large
        and not _CONGRESS.match(text, position - len(number.surface))
    ):
        noun = text[position + 1 : position + 3]
        if len(noun) == 2 and rjieba.has_word(noun):
            return noun, position + 3
        if noun[:1] == "“":
            return "大", position + 1
    if text.startswith("成", position) and not re.match(
        r"成[员为立果功本效熟分人都长品就年绩]", text[position : position + 2]
    ):
        return "成", position + 1
    if unit:
        return unit, position + len(unit)
    return ("", position) if number.large and number.arabic else None


def _read_quantity(text: str, match: re.Match[str], floor: int) -> Quantity | None:
    start = match.start()
    number = _read_number(match)
    if number is None or _is_part_of_code(text, start) or _FIXED.match(text, start):
        return None
    sign = _CURRENCY_SIGN.get(text[start - 1 : start]) if start > floor else None
    values: tuple[Decimal, ...] = () if number.value is None else (number.value,)
    op_of_range: Op | None = None
    if number.pair:
        values, op_of_range = number.pair, "range"
    if _is_below_zero(text, start, number):
        start, values = start - 1, (-values[0],)
    read = ("", number.end) if sign and number.arabic else _read_unit(text, number.end, number)
    second = _read_second(text, number, read)
    if second is not None:
        last, read = second
        if number.value is None or last.value is None:
            return None
        first = number.value
        if not number.large and last.large and first < last.value:
            first *= _scale(last)
        if _is_date_or_label(text, start, last, read[0], read[1]):
            return None
        values, op_of_range, number = (first, last.value), "range", last
    if read is None:
        return None
    surface, end = read
    if sign:
        start, surface = start - 1, sign
    if _is_date_or_label(text, start, number, surface, end) or _is_indefinite(
        text, start, number, surface, end
    ):
        return None
    more = number.more
    if surface == "成":
        values, surface = tuple(value * 10 for value in values), "%"
    elif surface.startswith("个多"):
        more = True
    elif surface.startswith("个半") or (
        surface in ("年", "天", "倍") and re.match("半(?!年|天|数|个)", text[end : end + 2])
    ):
        values = tuple(value + Decimal("0.5") for value in values)
        end += 0 if surface.startswith("个半") else 1
    unit = units.canonical_unit(surface)
    while suffix := _RATE_SUFFIX.match(text, end):
        unit += "/" + suffix[1].removeprefix("个")
        end = suffix.end()
    if end == number.end and text[end : end + 3].startswith("/人"):
        return None
    prefix = _RATE_PREFIX.search(text, max(floor, start - 12), start)
    if prefix:
        per = prefix.group()[1:].split("每")
        unit += "".join(f"/{word}" for word in sorted(per, key="年月天日".__contains__))
        start = prefix.start()
    op = op_of_range if op_of_range == "range" else _bound(text, start, end, floor, more=more, unit=unit)
    return Quantity(start, end, values, unit, op)


def _is_below_zero(text: str, start: int, number: _Number) -> bool:
    """Tell a minus sign (-15℃) from a dash."""
    if (
        not number.arabic
        or text[start - 1 : start] != "-"
        or re.match(r"[\dA-Za-z]", text[start - 2 : start - 1])
    ):
        return False
    return bool(re.match(r"℃|°|摄氏度|%|度(?!假)", text[number.end : number.end + 3]))


def _read_second(
    text: str, number: _Number, read: tuple[str, int] | None
) -> tuple[_Number, tuple[str, int]] | None:
    """Read the second number of a range (``3-5万元``, ``150元至800元``), if there is one."""
    for end in dict.fromkeys([number.end, read[1] if read else number.end]):
        separator = _RANGE_SEPARATOR.match(text, end)
        if not separator:
            continue
        match = _NUMBER.match(text, separator.end())
        last = _read_number(match) if match else None
        if last is None or last.value is None or number.value is None:
            continue
        if last.arabic != number.arabic and separator.group() not in ("至", "到"):
            continue
        unit = _read_unit(text, last.end, last)
        if unit is None or (read and end != number.end and read[0] != unit[0]):
            continue
        # 从50元到350元 is a change: two quantities, not a range.
        if end != number.end and separator.group() in ("至", "到"):
            before = text[max(0, match.start() - 24) : match.start()] if match else ""
            if re.search(
                r"[从由](?:每人)?(?:每[年月])?[\d.一二三四五六七八九十百千万亿余多]+[^，。；、]{0,4}[至到]$",
                before,
            ):
                continue
        return last, unit
    return None


def _scale(number: _Number) -> Decimal:
    """Return the 万 or 亿 that a range's second number lends to its first."""
    return parse_number("一" + "".join(c for c in number.surface if c in "百千万亿"))


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


# --- telling apart -------------------------------------------------------------------------------


def _is_part_of_code(text: str, start: int) -> bool:
    """Ordinals, codes, decimals cut in two: 第3, PD-1, V2.0, 1+3+N."""
    before = text[start - 1 : start]
    if before in ("第", ".", "+", "〔", "×", "初", "№", "#") or re.match(r"[\d]", before):
        return True
    if before in ("-", "—", "一") and re.match(r"[A-Za-z0-9]", text[start - 2 : start - 1]):
        return True
    if before.isascii() and before.isalpha():
        letters = re.search(r"[A-Za-z]+$", text[max(0, start - 8) : start])
        return letters is None or len(letters.group()) < 3
    return bool(re.search(r"第[\d一二三四五六七八九十]{1,4}[-—、至到和]$", text[max(0, start - 6) : start]))


def _is_date_or_label(text: str, start: int, number: _Number, unit: str, end: int) -> bool:
    """Dates, years, levels, versions and other numbers that name instead of count."""
    surface, after = number.surface, text[end : end + 2]
    # 百, 千, 万 alone count only after 近, 超 …: 近千家, but 万名医师 is a name.
    bare = not number.arabic and not number.pair and not re.search(f"[{_SPELLED_DIGIT}十半几]", surface)
    if bare and text[start - 1 : start] not in tuple("近约超逾过破达") and surface[0] not in "数几上":
        return True
    if surface[0] == "上" and text[start - 1 : start] in ("以", "加", "如"):
        return True
    if surface[0] == "数" and text[start - 1 : start] in tuple("人次户件总个系指参基少多无分岁月天"):
        return True
    if unit == "年":
        if _YEAR.search(surface) or after[:1] in (
            "级",
            "代",
            "版",
            "度",
            "鉴",
            "轻",
            "青",
            "底",
            "初",
            "末",
            "中",
        ):
            return True
        return bool(re.match(r"\d{1,2}月", text[end : end + 3])) and number.arabic
    if unit == "日":
        before = text[max(0, start - 8) : start]
        if _DATE_BEFORE_DAY.search(before) and not (
            _WITHIN.match(text, end) and not before.endswith(("月", "日"))
        ):
            return True
        if after[:1] in ("前", "起", "电", "讯", "益", "常"):
            return True
        return number.value is not None and number.value > 366
    if unit == "类" and re.match(r"[创新生化中疫医传改仿器]", after) and number.arabic:
        return True  # 1类创新药: the class of a product
    if unit in ("字", "角") and not number.arabic:
        return True
    if unit == "分" and re.search(r"\d[时点:：]$", text[max(0, start - 2) : start]):
        return True
    if unit == "次" and re.match(r"会议|全会|全体|常[委务]|集体", text[end : end + 2]):
        return bool(re.search(r"[届大会委组]$", text[max(0, start - 1) : start]))  # 全国人大四次会议
    if unit == "级":
        if after[:1] in ("别",) or _GRADE_AFTER.match(text, end):
            return True
        if number.surface in ("两",):
            return False
        return not _LEVELS_BEFORE.search(text[max(0, start - 1) : start])
    if unit in ("个",) and after[:1] in ("月",):
        return False
    if unit in ("周", "星期") and (
        after[:1] in ("期", "边", "围", "岁") or (unit == "星期" and not number.arabic)
    ):
        return True
    if unit in (
        "分",
        "度",
        "步",
        "档",
        "层",
        "部",
        "节",
        "字",
        "条",
        "卷",
        "集",
        "章",
        "本",
        "门",
        "对",
        "头",
        "块",
        "只",
        "单",
        "包",
    ):
        return _is_other_word(text, end - len(unit), unit, number)
    if unit in (
        "类",
        "种",
        "项",
        "名",
        "位",
        "家",
        "组",
        "套",
        "所",
        "份",
        "次",
        "起",
        "例",
        "件",
        "片",
        "针",
        "剂",
        "场",
    ):
        return _is_other_word(text, end - len(unit), unit, number)
    if unit in ("地", "市", "省", "县", "区", "国", "村", "院", "校", "乡", "镇"):
        return not number.arabic and number.value is not None and number.value < 2
    return False


_OTHER_WORD = re.compile(
    r"分(?:钟|之|析|配|级|类|布|别|为|开|担|享|期|步|段|批)|度(?:假|过|电)|步(?:骤|行|走)|部(?:分|署|位|长)|节(?:约|能|日|假)|条(?:件|款|例)"
    r"|本(?:地|级|人|市|省|科|身|次|年|质)|门(?:诊|店|户)|对(?:于|口|接)|头(?:部)|单(?:位|价|病)|包(?:括|含)|类(?:别|似|型)|名(?:称|单|录)|位(?:于|列|置)"
    r"|家(?:庭|属|长|乡)|组(?:织|成|合|件)|所(?:有|在|需|以|属)|份(?:额)|次(?:均|日|月|年|要)|起(?:付|草|始|步|来|点|到)|例(?:如|外)|件(?:数)"
    r"|片(?:区|面)|针(?:对)|场(?:所|景)|种(?:植|类)|项(?:目)|字(?:节)|章(?:程)|卷(?:入)|集(?:采|中|团|合)|层(?:次|级)|只(?:有|能|要)|块(?:钱)"
)


def _is_other_word(text: str, position: int, unit: str, number: _Number) -> bool:
    """Tell whether the would-be unit begins another word: 2020类似 …, 三部分.

    A digit before such a word mostly counts nothing (``13部署``); 三部分, 五类别 and 二十条款 do count,
    but the annotation takes the noun for them only after Arabic numerals.
    """
    word = _OTHER_WORD.match(text, position)
    return bool(word) and not (number.arabic and unit in ("种", "项", "类", "家", "名", "条"))


def _is_indefinite(text: str, start: int, number: _Number, unit: str, end: int) -> bool:
    """Tell an indefinite 一 (一个, 一种, 一年一度) and other numerals that do not count."""
    before, after = text[max(0, start - 10) : start], text[end : end + 6]
    if number.surface == "几":
        return unit in ("", "点", "分", "成", "度", "地", "次") or before.endswith(("第", "前")) or not unit
    if number.surface == "半":
        return unit not in units.TIME or before.endswith(
            ("一", "过", "大", "多", "下", "上", "后", "前", "年")
        )
    if _is_slogan(text, start, end, number):
        return True
    if number.surface != "一":
        return False
    if unit in units.TIME:
        if re.search(r"(?:[同某这那新前后第初头任当唯统]|(?<!以)[上下])$", before):
            return True
        return not (
            _ONE_YEAR_BEFORE.search(before)
            or _ONE_COUNTS_BEFORE.search(before)
            or _ONE_YEAR_AFTER.match(after)
        )
    if unit == "次":
        return after.startswith("性") or not (
            _FREQUENCY_BEFORE.search(before) or _ONE_COUNTS_BEFORE.search(before)
        )
    if unit in ("成", "%", "元", "倍"):
        return False
    return not _ONE_COUNTS_BEFORE.search(before) or before.endswith("每")


def _is_slogan(text: str, start: int, end: int, number: _Number) -> bool:
    """Tell a spelled numeral that opens a short quotation: “三张网”, “四个最严”."""
    if number.arabic or text[start - 1 : start] not in ("“", "‘", '"'):
        return False
    return bool(re.match(r"[一-龥]{0,5}[”’\"]", text[end : end + 6]))


# --- bounds --------------------------------------------------------------------------------------

_STRENGTH: dict[Op, int] = {"le": 3, "ge": 3, "lt": 3, "gt": 2, "approx": 1, "eq": 0}


def _bound(text: str, start: int, end: int, floor: int, *, more: bool = False, unit: str = "") -> Op:
    """Return the op that the words around ``text[start:end]`` give it."""
    ops: list[Op] = ["gt"] if more else []
    if before := _BEFORE_PATTERN.search(text, max(floor, start - 7), start):
        op: Op = before.lastgroup  # type: ignore[assignment]
        if not (op == "approx" and _is_recent_period(text, before, unit)):
            ops.append(op)
    if after := _AFTER_PATTERN.match(text, end):
        op = after.lastgroup  # type: ignore[assignment]
        if not (
            after.group().endswith("内")
            and not after.group().endswith("以内")
            and not after.group().endswith("之内")
            and unit
            not in (
                "年",
                "月",
                "日",
                "天",
                "周",
                "小时",
                "分钟",
                "工作日",
                "%",
                "秒",
                "学年",
                "季度",
                "公里",
                "米",
                "人",
                "元",
                "自然日",
                "岁",
            )
        ):
            ops.append(op)
    return max(ops, key=lambda op: _STRENGTH[op], default="eq")


def _is_recent_period(text: str, match: re.Match[str], unit: str) -> bool:
    """Tell 近五年 (the last five years) from an approximate 近5年."""
    if match.group() != "近" or unit not in ("年", "月", "天", "周"):
        return False
    return match.start() == 0 or text[match.start() - 1] in "，。、；：（“\n在对截将是最于及和与"
