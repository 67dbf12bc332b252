"""Numbers of official documents: ``国办发〔2021〕14号``, ``国务院令第735号``, ``2018年第79号``.

The form follows GB/T 9704-2012 (layout key for official documents of party and government organs): the
issuer's code, the year in 〔 〕, a serial number and 号.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain

from nhsa_nlp.entities.expressions import value_of
from nhsa_nlp.text.patterns import any_of, read_words


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
# 国务院第735号令: the same order, written the other way round.
_NUMBERED_ORDER = re.compile(rf"第(?P<number>{_NUMERAL})号令(?!人)")
# The form before 〔 〕 was ruled: （89）卫计字第138号. 初字, 终字 … number the judgments of courts.
_FILED_UNDER = r"[一-龥]{1,10}(?<![初终再执复监申])字"
_FILED = re.compile(rf"{_OPEN}(?P<year>(?:19|20)?\d\d){_CLOSE}(?P<issuer>{_FILED_UNDER}){_SERIAL}")
# What precedes any of them is read backwards.
_ISSUER = re.compile(r"[一-龥]+\Z")
# A notice known by year and serial number alone, as it stands in parentheses or before 公告.
_IN_PARENTHESES = rf"(?P<year>{_YEAR})(?<=[（(]\d{{4}})年第(?P<number>\d{{1,4}})号(?=[）)，])"
_BEFORE_KIND = rf"(?P<year2>{_YEAR})年第(?P<number2>\d{{1,4}})号(?=公告|通告|令)"
_YEARLY = re.compile(f"{_IN_PARENTHESES}|{_BEFORE_KIND}")

_WORDS = read_words("nhsa_nlp.entities", "doc_numbers.txt")
# Where the issuer's code can begin: an agency, or the short name of a place before one.
_ISSUER_START = re.compile(any_of(_WORDS["agencies"]))
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼滇黔陇秦台港澳兵杭穗深甬蓉汉青"
# The last of these before the number ends what is not part of the issuer's name.
_AFTER_WORDS = re.compile(f".*{any_of(_WORDS['cites'] + _WORDS['joins'])}(?=[一-龥])")
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
    for match in chain(_ORDER.finditer(text), _NUMBERED_ORDER.finditer(text)):
        groups = match.groupdict("")
        value = value_of(groups["number"] or groups["inner"])
        if value is not None and (issuer := _agency(_before(text, match.start(), 30))):
            year = f"{groups['year']}年" if groups.get("year") else ""
            normalized = f"{issuer}{groups.get('kind', '令')}{year}第{value}号"
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
