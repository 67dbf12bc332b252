"""Numbers of official documents: ``国办发〔2021〕14号``, ``国务院令第735号``, ``2018年第79号``.

The form follows GB/T 9704-2012 (layout key for official documents of party and government organs): the
issuer's code, the year in 〔 〕, a serial number and 号.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nhsa_nlp.text.numerals import parse_number
from nhsa_nlp.text.patterns import any_of


@dataclass(frozen=True, slots=True)
class DocNumber:
    """A document number at ``[start, end)`` of the text searched, and its standard form."""

    start: int
    end: int
    normalized: str


_OPEN, _CLOSE = r"[\[［【〔〖(（﹝{「]", r"[\]］】〕〗)）﹞}」]"
_YEAR = r"(?:19|20)\d\d"
_SERIAL = r"第?(?P<number>\d{1,5})号"
_NUMERAL = r"(?:\d{1,5}|[一二三四五六七八九十百千零〇]{1,6})"
# One bracket may be lost or misread, not both.
_BRACKETED_YEAR = rf"{_OPEN}(?P<year>{_YEAR}){_CLOSE}?"
_HALF_BRACKETED_YEAR = rf"(?P<bare>{_YEAR})(?<!\d\d{{4}}){_CLOSE}"
_CODED = re.compile(rf"(?:{_BRACKETED_YEAR}|{_HALF_BRACKETED_YEAR}){_SERIAL}")
_YEAR_OF_ORDER = rf"{_OPEN}?(?P<year>{_YEAR})(?:年|{_CLOSE})?"
_ORDER = re.compile(
    rf"(?P<kind>令|公告|通告)(?:{_YEAR_OF_ORDER})?(?:（第(?P<inner>{_NUMERAL})号）|第(?P<number>{_NUMERAL})号)"
)
# 国务院第735号令: the same order, said the other way round.
_NUMBERED_ORDER = re.compile(rf"第(?P<number>{_NUMERAL})号令(?!人)")
# The form before 〔 〕 was ruled: （89）卫计字第138号. 初字, 终字 … number the judgments of courts.
_FILED_UNDER = r"[一-龥]{1,10}(?<![初终再执复监申])字"
_FILED = re.compile(rf"{_OPEN}(?P<year>(?:19|20)?\d\d){_CLOSE}(?P<issuer>{_FILED_UNDER}){_SERIAL}")
# What stands before any of them is read backwards from it.
_ISSUER = re.compile(r"[一-龥]+\Z")
# A notice known by year and serial number alone, as it stands in parentheses or before 公告.
_IN_PARENTHESES = rf"(?P<year>{_YEAR})(?<=[（(]\d{{4}})年第(?P<number>\d{{1,4}})号(?=[）)，])"
_BEFORE_KIND = rf"(?P<year2>{_YEAR})年第(?P<number2>\d{{1,4}})号(?=公告|通告|令)"
_YEARLY = re.compile(f"{_IN_PARENTHESES}|{_BEFORE_KIND}")

# Where the issuer's code can begin: an agency, or the short name of a place before one.
_HIGHEST = (
    "国[办发务函税医卫家令市药教科知粮管资土统林能铁民] 国食药 国务院 中[办发委央华医组宣国纪编人保] "
    "全国 最高 主席"
)
_HEALTH = "医保 医[发函改] 卫[办发生计医基规妇药政疾科人监健] 药[监管] 食药 中医药 计价 计生 疾控"
_MONEY = "财[办社税发库预综会教金资] 税[总务] 银保?监 保监 价[格费] 审[计办] 证监 统[办发字]"
_LABOUR = "人社 劳社 民[发办函] 退役 残联 总工 妇[字办]"
_ECONOMY = "发改 市监 工商 工信 商[务办] 海关 署 邮[发政] 网信 信[办息] 联[发办]"
_JUSTICE = "法释 法发 高检 公[安通告] 司[发办法] 应急 消防 移民 密 机关 档[办发] 外[办发]"
_SCIENCE = "教[办发育体基师职高] 科[技发办] 文[旅化] 体[办发]"
_LAND = "自然资 环[办发] 建[办发] 交[办发运] 水[利办] 农[办发业] 乡村 铁[总办] 民航 气 地震"
_ISSUER_START = re.compile(
    any_of(" ".join((_HIGHEST, _HEALTH, _MONEY, _LABOUR, _ECONOMY, _JUSTICE, _SCIENCE, _LAND)))
)
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼滇黔陇秦台港澳兵杭穗深甬蓉汉青"
# The last of these before the number ends what is not part of the issuer's name.
_CITES = "按照 根据 依据 依照 落实 贯彻 执行 印发 下发 发布 出台 转发 参照 对照 关于"
_JOINS = (
    "以及 及其 或者 按 据 以 及 (?<!共)和(?!社会保障|计划生育|信息化|卫生|管理) 与 或 即 见 指 的 了 "
    "在 由 为 是 等 对 将 从 并 号 原 日 之"
)
_AFTER_WORDS = re.compile(f".*{any_of(f'{_CITES} {_JOINS}')}(?=[一-龥])")
_CODE_END = frozenset("发办函字规通文告释注电明任")
_AGENCY_END = re.compile(r"(?:部|委|委员会|局|院|署|总局|主席|政府|国|省|市|厅|会|办公厅|办公室|军|行|中心)$")


def find_doc_numbers(text: str) -> list[DocNumber]:
    """Find the document numbers of a cleaned text, in order and disjoint."""
    found: list[DocNumber] = []
    for match in _CODED.finditer(text):
        if issuer := _issuer_code(_before(text, match.start(), 14)):
            year = match["year"] or match["bare"]
            normalized = f"{issuer}〔{year}〕{int(match['number'])}号"
            found.append(DocNumber(match.start() - len(issuer), match.end(), normalized))
    for match in _ORDER.finditer(text):
        serial = _serial(match["number"] or match["inner"])
        if serial and (issuer := _agency(_before(text, match.start(), 30))):
            year = f"{match['year']}年" if match["year"] else ""
            normalized = f"{issuer}{match['kind']}{year}第{serial}号"
            found.append(DocNumber(match.start() - len(issuer), match.end(), normalized))
    for match in _NUMBERED_ORDER.finditer(text):
        serial = _serial(match["number"])
        if serial and (issuer := _agency(_before(text, match.start(), 30))):
            normalized = f"{issuer}令第{serial}号"
            found.append(DocNumber(match.start() - len(issuer), match.end(), normalized))
    for match in _FILED.finditer(text):
        normalized = f"〔{match['year']}〕{match['issuer']}第{int(match['number'])}号"
        found.append(DocNumber(match.start(), match.end(), normalized))
    for match in _YEARLY.finditer(text):
        year, number = match["year"] or match["year2"], match["number"] or match["number2"]
        found.append(DocNumber(match.start(), match.end(), f"{year}年第{number}号"))
    return _disjoint(found)


def _before(text: str, position: int, limit: int) -> str:
    """Return the Chinese characters directly before a position, at most ``limit`` of them."""
    match = _ISSUER.search(text, max(0, position - limit), position)
    return match.group() if match else ""


def _serial(numeral: str) -> str:
    """Return a serial number in digits, empty where the characters are not a number: 第三三十号."""
    try:
        return str(parse_number(numeral))
    except ValueError:
        return ""


def _issuer_code(before: str) -> str:
    """Return the issuer's code at the end of the characters before the year, empty if there is none."""
    words = _AFTER_WORDS.match(before)
    min_start = words.end() if words else 0
    rest = before[min_start:]
    stands_alone = not words or words.group().endswith("号")
    if stands_alone and 2 <= len(rest) <= 7 and rest[-1] in _CODE_END:
        return rest  # it stands alone: （卫农卫发〔2012〕36号）, 文号 丽医保函〔2025〕7号
    # The earliest start after the last function word; a place's short name may stand before it.
    for match in _ISSUER_START.finditer(before, min_start):
        start = match.start()
        if len(before) - start <= 12:
            while start > min_start and before[start - 1] in _PROVINCES:
                start -= 1
            return before[start:]
    is_code = 2 <= len(rest) <= 9 and (rest[0] in _PROVINCES or rest[-1] in _CODE_END)
    return rest if is_code else ""


def _agency(before: str) -> str:
    """Return the agency's name at the end of the characters before 令 or 公告, empty if there is none."""
    words = _AFTER_WORDS.match(before)
    rest = before[words.end() :] if words else before
    return rest if rest == "国" or _AGENCY_END.search(rest) else ""


def _disjoint(found: list[DocNumber]) -> list[DocNumber]:
    kept: list[DocNumber] = []
    for number in sorted(found, key=lambda n: (n.start, -n.end)):
        if not kept or number.start >= kept[-1].end:
            kept.append(number)
    return kept
