"""Numbers of official documents: ``国办发〔2021〕14号``, ``国务院令第735号``, ``2018年第79号``.

The form follows GB/T 9704-2012 (layout key for official documents of party and government organs): the
issuer's code, the year in 〔 〕, a serial number and 号. The code is short names of a place, an organ and a
kind of document (百 医保 函); nobody could list them all, so it is told by what stands before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from nhsa_nlp.entities.expressions import value_of
from nhsa_nlp.entities.issuer_codes import agency_start, code_start
from nhsa_nlp.text import CleanText, Range


@dataclass(frozen=True, slots=True)
class DocNumber:
    """A document number at ``[start, end)`` of the text searched, and its standard form.

    ``also`` are the standard forms of the others where several share a head: ``国办发〔2021〕14、15号``.
    """

    start: int
    end: int
    normalized: str
    also: tuple[str, ...] = ()


_BEFORE_SIGN, _AFTER_SIGN = 100, 30
_OPEN, _CLOSE = r"[\[［【〔〖(（﹝{「＜<〈﹙《]", r"[\]］】〕〗)）﹞}」＞>〉﹚》]"
# OCR reads 0 as O or a circle, and 1 as l.
_DIGIT = "[0-9OoIl〇○]"
_READ_AS = str.maketrans("OoIl〇○零一二三四五六七八九", "0011000123456789")
_HAN_ZERO = "〇○零Oo"
_YEAR = rf"(?:[1Il]9|2[0Oo〇○]){_DIGIT}{{2}}"
_HAN_YEAR = rf"(?:一九|[二2][{_HAN_ZERO}])[{_HAN_ZERO}一二三四五六七八九]{{2}}"
_HAN = "一二三四五六七八九十百千零〇○"
_NUMERAL = rf"(?:{_DIGIT}{{1,5}}|[{_HAN}]{{1,6}})"

# One bracket may be lost or misread; both only where 年 stands for them.
_WHOLE_YEAR = rf"(?P<year>{_YEAR}|{_HAN_YEAR})(?:年?{_CLOSE}|(?P<half>年)?)"
_BRACKETED = rf"{_OPEN}(?:{_WHOLE_YEAR}|(?P<short>[0-9]{{2}}){_CLOSE})"
_BARE = rf"(?<![0-9])(?P<bare>{_YEAR})(?:年?{_CLOSE}|(?P<plain>年))"
_NEXT = rf"号?[、和及与](?:{_OPEN}{_YEAR}{_CLOSE})?第?{_NUMERAL}"
_CODED = re.compile(
    rf"(?:{_BRACKETED}|{_BARE})[-—－]?第?(?P<number>{_NUMERAL})(?P<more>(?:{_NEXT}){{0,20}})号(?![楼院线机])"
)
_ANOTHER = re.compile(rf"(?:{_OPEN}(?P<year>{_YEAR}){_CLOSE})?第?(?P<number>{_NUMERAL})")

_OF_YEAR = rf"(?:(?P<year>{_YEAR})年|{_OPEN}(?P<inner_year>{_YEAR})年?{_CLOSE})?"
_ORDER = re.compile(
    rf"(?P<kind>令|公告|通告){_OF_YEAR}(?:（第(?P<inner>{_NUMERAL})号）|第(?P<number>{_NUMERAL})号)"
)
# 国务院第735号令, 第735号国务院令: the same order, written the other way round.
_NUMBERED_ORDER = re.compile(rf"第(?P<number>{_NUMERAL})号(?P<kind>令|公告|通告)(?!人)")
_ORDER_OF = re.compile(
    rf"第(?P<number>{_NUMERAL})号(?P<issuer>[一-龥]{{0,18}}?(?:主席|国务院|政府|部|局|委员会|委|署|院|厅))令(?!人)"
)
# The form before 〔 〕 was ruled: （89）卫计字第138号. 初字, 终字 … number the judgments of courts.
_FILED_UNDER = r"[一-龥]{1,10}(?<![初终再执复监申])字"
# 卫署健保字第0900079559号: the year of the Republic, three digits, and seven more.
_ROC_FILED = re.compile(r"[一-龥]{2,8}字第[01][0-9]{9}号")
_FILED = re.compile(
    rf"{_OPEN}(?P<year>(?:19|20)?[0-9]{{2}}){_CLOSE}(?P<issuer>{_FILED_UNDER})第?(?P<number>[0-9]{{1,5}})号"
)
# A notice known by year and serial number alone, as it stands in parentheses or before 公告.
_IN_PARENTHESES = rf"(?P<year>{_YEAR})(?<=[（(].{{4}})年第(?P<number>{_DIGIT}{{1,4}})号"
_AFTER_KIND = rf"(?P<year3>{_YEAR})(?<=(?:公告|通告)[（(].{{4}})年第(?P<number3>{_DIGIT}{{1,4}})号"
_YEARLY = re.compile(
    rf"{_IN_PARENTHESES}(?=[）)，])|{_AFTER_KIND}"
    rf"|(?P<year2>{_YEAR})年第(?P<number2>{_DIGIT}{{1,4}})号(?=公告|通告|令)"
)


def find_doc_numbers(text: str | CleanText) -> list[DocNumber]:
    """Find the document numbers of a cleaned text, in order and disjoint.

    Parameters
    ----------
    text
        The cleaned text; with its alignment, a blank or line break of the raw text parts a number from
        what stands before it.

    Returns
    -------
    list of DocNumber
        Their offsets are those of the cleaned text.
    """
    view = text if isinstance(text, CleanText) else None
    plain = text.text if isinstance(text, CleanText) else text
    found: list[DocNumber] = []
    for start, end in _around_signs(plain):
        found += _coded(plain, start, end, view)
        for read in (_orders, _filed, _roc_filed, _yearly):
            found += read(plain, start, end)
    kept: list[DocNumber] = []
    for number in sorted(found, key=lambda n: (n.start, -n.end)):
        if not kept or number.start >= kept[-1].end:
            kept.append(number)
    return kept


def _around_signs(text: str) -> list[Range]:
    """Return where numbers can stand: around 号, which is rare."""
    ranges: list[Range] = []
    for sign in re.finditer("号", text):
        start, end = max(0, sign.start() - _BEFORE_SIGN), sign.end() + _AFTER_SIGN
        if ranges and start <= ranges[-1][1]:
            start = ranges.pop()[0]
        ranges.append((start, end))
    return ranges


def _coded(text: str, start: int, end: int, view: CleanText | None) -> Iterator[DocNumber]:
    for match in _CODED.finditer(text, start, end):
        malformed = match["half"] or match["short"] or match["plain"]
        code_begin = code_start(text, match.start(), view, sure=bool(malformed))
        number = _serial(match["number"])
        if code_begin is None or number is None:
            continue
        code, year = text[code_begin : match.start()], _year(match["year"] or match["bare"] or match["short"])
        also = []
        for another in _ANOTHER.finditer(match["more"]):
            year_of_it = _year(another["year"]) if another["year"] else year
            also.append(f"{code}〔{year_of_it}〕{_serial(another['number'])}号")
        yield DocNumber(code_begin, match.end(), f"{code}〔{year}〕{number}号", tuple(also))


def _orders(text: str, start: int, end: int) -> Iterator[DocNumber]:
    for match in chain(_ORDER.finditer(text, start, end), _NUMBERED_ORDER.finditer(text, start, end)):
        groups = match.groupdict("")
        number = _serial(groups["number"] or groups["inner"])
        begin = agency_start(text, match.start())
        if number is not None and begin is not None:
            year = groups.get("year") or groups.get("inner_year")
            issuer = f"{text[begin : match.start()]}{groups['kind']}{f'{_year(year)}年' if year else ''}"
            yield DocNumber(begin, match.end(), f"{issuer}第{number}号")
    for match in _ORDER_OF.finditer(text, start, end):
        number = _serial(match["number"])
        if number is not None:
            yield DocNumber(*match.span(), f"{match['issuer']}令第{number}号")


def _filed(text: str, start: int, end: int) -> Iterator[DocNumber]:
    for match in _FILED.finditer(text, start, end):
        yield DocNumber(*match.span(), f"〔{match['year']}〕{match['issuer']}第{int(match['number'])}号")


def _roc_filed(text: str, start: int, end: int) -> Iterator[DocNumber]:
    for match in _ROC_FILED.finditer(text, start, end):
        number_at = match.group().index("字第")
        begin = code_start(text, match.start() + number_at, None, sure=False)
        if begin is not None:
            yield DocNumber(begin, match.end(), text[begin : match.end()])


def _yearly(text: str, start: int, end: int) -> Iterator[DocNumber]:
    for match in _YEARLY.finditer(text, start, end):
        year, number = filter(None, match.groups())
        yield DocNumber(*match.span(), f"{_year(year)}年第{_serial(number)}号")


def _serial(written: str) -> int | None:
    """Return the value of a serial number, None where the characters are none: 三三十."""
    digits = written if all(char in _HAN for char in written) else written.translate(_READ_AS)
    value = value_of(digits)
    return int(value) if value else None


def _year(written: str) -> str:
    year = written.translate(_READ_AS)
    return year if len(year) == 4 else ("19" if year > "49" else "20") + year
