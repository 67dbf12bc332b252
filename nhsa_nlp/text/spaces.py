"""White space to delete: between Chinese characters, and line breaks inside sentences."""

from __future__ import annotations

import re

from nhsa_nlp.text.alignment import Range
from nhsa_nlp.text.layout import HEADING, is_ascii_word
from nhsa_nlp.text.patterns import any_of

_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_SPACE = re.compile(rf"[\s{_INVISIBLE}][\s{_INVISIBLE}]*")  # searched faster than with +
_CANNOT_START = frozenset("，。、；：！？）》”’〉〕】％%的")
_CANNOT_END = frozenset("，、（《“‘〈〔[［【〖")
_SENTENCE_END = frozenset("。！？；：”）》…")
_TITLE_END = re.compile(r"(?:通知|意见|决定|公告|办法|规定|条例|方案|的?函|答复|批复|号|局|委|部|厅|会)$")
_LONGEST_TITLE = 60
_WRAPPED = 25  # a line this long that ends without punctuation was broken by the page, not the author

# What a blank keeps apart: a time or a ratio after it; a date, a time, the number of a table before it.
_NEAR = 16
_STANDS_ALONE_BEFORE = re.compile(r"(?:\d[-/.]\d{1,2}[-/.]\d{1,2}|\d[:：]\d\d|(?:[图表]|附件|专栏)\d{1,3})\Z")
_STANDS_ALONE = re.compile(r"\d{1,3}\s?[:：∶]\s?\d")
# What a line break cuts in two although the next line begins with a digit: a number, which its unit ends,
# a date, and what follows a word that needs a number.
_COUNTED = "百千万亿%‰元个种家项年月日天号次人名位例件张岁倍条户所批亩吨米克"
_CUT = re.compile(
    rf"(?<![\d,.])\d{{1,7}}(?:[,.]\d*)?\n(?!(?:19|20)\d\d年)\d{{1,6}}(?:[,.]\d{{1,6}})?\s?[{_COUNTED}]"
    rf"|\d年\n\d{{1,2}}月|\d月\n\d{{1,2}}日|(?:{any_of('分之 第 至少 最[高低多少长]')}"
    r"|[约近达超逾满共]|[超高低多少大小][过于]|不足)\n\d"
)
# What a line break cuts in a line of any length, so long as words stand before the number (a column of
# numbers has none): at its point or comma, before its unit or zeros, after a word that leads to a number.
_PROSE = r"[一-龥，、：（](?<![图表件栏第])"
_CUT_UNIT = f"元(?![旦月宵件])|人次|个(?:百分点|月|工作日)|[余多][{_COUNTED}]|[人户件名例种家](?=[，。、；])"
_ZEROS = r"0\d{0,5}[余多]|0\d{1,5}[百千万亿元个种家项人名例件%]|0[%‰](?:左右|以[上下])"
_CUT_NUMBER = re.compile(
    rf"{_PROSE}\d{{1,7}}\.\n(?!(?:19|20)\d\d年)\d{{1,6}}(?![\d.])|\d\n\.\d"
    rf"|{_PROSE}\d{{1,3}}(?:,\d{{3}})*,\n\d{{3}}(?!\d)"
    rf"|{_PROSE}\d[\d,.]{{0,9}}(?:\n万?亿?(?:(?<!\n)[{_COUNTED}余多，。、；]|{_CUT_UNIT})|[万亿]\n(?:亿元|{_CUT_UNIT}))"
    rf"|(?:{_PROSE}\d{{1,3}}\n(?={_ZEROS})|(?:增长|[有为在仅达到约近超过逾至占降共于])\d{{1,3}}\n(?!(?:19|20)\d\d年))"
    rf"\d{{1,6}}(?:\.\d{{1,6}})?[{_COUNTED}余多]|{_PROSE}\d{{1,5}}\.\d{{1,3}}\n\d{{1,3}}[百千万亿%‰]"
)
_NUMBER_END = frozenset("0123456789.,万亿")
_ITEM = re.compile(r"\d{1,3}(?:[、．]|\.(?!\d))")
_CUT_DOC_NUMBER = re.compile(r"[\[［【〔〖（]\s?\d{4}\s?[\]］】〕〗）]\s?第?\s?\d{1,5}\s?号")
_DOC_NUMBER_CHARACTERS = frozenset("]］】〕〗）第0123456789")
_LONGEST_IN_MARKS = 160


def find_spaces(text: str, marks: list[Range]) -> list[Range]:
    """Find the white space to delete; ``marks`` are treated as if they were gone."""
    found: list[Range] = []
    mark_starts = dict(marks)
    mark_ends = {end: start for start, end in marks}
    line_start = 0
    for match in _SPACE.finditer(text):
        start, end = match.span()
        left = mark_ends.get(start, start)
        right = mark_starts.get(end, end)
        before, after = text[left - 1 : left], text[right : right + 1]
        run = match.group()
        if not before or not after:
            found.append((start, end))
            line_start = end
        elif "\n" in run:
            if left != start and text[left - 1 : left].isspace():
                # The mark stood on its own line; the break before it was judged with this side in view.
                found.append((start, end))
            elif _breaks_sentence(text, line_start, left, right):
                found.append((start, end))
            else:
                keep = start + next(i for i, c in enumerate(run) if c == "\n")
                found += [r for r in ((start, keep), (keep + 1, end)) if r[0] < r[1]]
                line_start = end
        elif before.isdigit() and after.isdigit() and _stand_apart(text, left, right):
            found += [(start + 1, end)] if end > start + 1 else []
        elif is_ascii_word(before) and is_ascii_word(after) and not (before.isdigit() and after.isdigit()):
            keep = start + next((i for i, c in enumerate(run) if c == " "), len(run))
            found += [r for r in ((start, keep), (keep + 1, end)) if r[0] < r[1]]
        else:
            found.append((start, end))
    return found


def _stand_apart(text: str, left: int, right: int) -> bool:
    """Tell whether the blank between ``left`` and ``right`` separates two numbers, or stands in one."""
    before = _STANDS_ALONE_BEFORE.search(text, max(0, left - _NEAR), left)
    return before is not None or _STANDS_ALONE.match(text, right) is not None


def _breaks_sentence(text: str, line_start: int, left: int, right: int) -> bool:
    """Tell whether a line break between ``left`` and ``right`` stands inside a sentence."""
    before, after = text[left - 1], text[right]
    if after in _CANNOT_START or before in _CANNOT_END or _cuts_doc_number(text, left, right):
        return True
    if _cuts_title(text, line_start, left, right) or _cuts_number(text, line_start, left, right, _CUT_NUMBER):
        return True
    if left - line_start < _WRAPPED:
        return False
    if after.isdigit():
        return _cuts_number(text, line_start, left, right, _CUT)
    if before in _SENTENCE_END or HEADING.match(text, right) or HEADING.match(text, line_start):
        return False
    return not (
        left - line_start < _LONGEST_TITLE and _TITLE_END.search(text, max(line_start, left - 4), left)
    )


def _cuts_number(text: str, line_start: int, left: int, right: int, cut: re.Pattern[str]) -> bool:
    """Tell whether what stands around the break is one number, or belongs to it, as ``cut`` describes."""
    if (text[left - 1] not in _NUMBER_END and cut is _CUT_NUMBER) or _ITEM.match(text, right):
        return False
    before, after = text[max(line_start, left - _NEAR) : left], text[right : right + _NEAR]
    return cut.search("\n".join(side.replace("\n", " ") for side in (before, after))) is not None


def _cuts_doc_number(text: str, left: int, right: int) -> bool:
    if text[left - 1] not in _DOC_NUMBER_CHARACTERS:
        return False
    before = text[max(0, left - _NEAR) : left]
    number = _CUT_DOC_NUMBER.search(before + text[right : right + _NEAR])
    return number is not None and number.start() < len(before) < number.end()


def _cuts_title(text: str, line_start: int, left: int, right: int) -> bool:
    """Tell whether the break stands between a pair of title marks."""
    opening = text.rfind("《", max(line_start, left - _LONGEST_IN_MARKS), left)
    closing = text.find("》", right, right + _LONGEST_IN_MARKS) if opening >= 0 else -1
    if closing < 0 or HEADING.match(text, right):
        return False
    return text.find("》", opening, left) < 0 and not any(c in "《。" for c in text[right:closing])
