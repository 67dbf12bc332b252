"""The case that a rule is for, said in a clause of its own: 未备案的，支付比例下浮10个百分点."""

from __future__ import annotations

import re
from bisect import bisect_left

from nhsa_nlp.figures.indicators.reading import Reading
from nhsa_nlp.figures.structure.items import Item
from nhsa_nlp.figures.structure.phrases import MARK, trim
from nhsa_nlp.figures.structure.sentences import BLANK
from nhsa_nlp.figures.structure.words import PEOPLE
from nhsa_nlp.text import Range

_CASE = re.compile(f"的(?={BLANK}*$)")
# 孤儿和低保对象不设起付标准，: what a list of people leaves out is no part of the case.
_FOR_PEOPLE = re.compile(
    "(?:人员|患者|对象|居民|职工|学生|儿童|家庭|成员|老年?人|残疾人|孕产妇)(?=＿*(?:(?:不设|不再设|取消)[^，；的]{0,16})?$)"
)
_NO_CASE = re.compile("(?:关于|根据|按照|按|依据|经|为|通过|其中|符合规定|例如|包括|应当|[可应须])")
_LEADS = re.compile("(?:[对到凡因]|在(?![职岗])|由于|如果?|但|其中|参保人员?|参保患者|参保人)+")
# 对定点药店违规的举报，按金额给予奖励: what the whole sentence is about.
_ABOUT = re.compile(
    f"\\s*对于?(?:(?P<what>[^，。；：]{{4,40}}的[一-鿿]{{2,4}})(?=，)"
    f"|(?P<whom>{PEOPLE.pattern})＿*(?:实行|给予|采取|执行|予以))"
)
_GOES_ON = re.compile("以及|[及和与](?![时其])")
_ALIKE = 4  # characters that parallel people begin with: 残疾等级为一级的…，残疾等级为二级的…
_BACK = 6  # clauses in front in which a case may be said
_LONGEST, _LONGEST_LIST = 30, 160  # characters of a case, of a list of people


def case_of(reading: Reading, item: Item) -> Range | None:
    """Return the clause that says for which case a rule is, if it goes on to it."""
    start, end = reading.passage.clauses[0]
    about = _ABOUT.match(reading.masks.outer, start, end + 1)
    if about and item.clause and not any(start <= other.start < end for other in reading.passage.items[:1]):
        return about.span(about.lastgroup or 0)
    shown = reading.masks.outer
    clauses = reading.passage.clauses
    for index in range(item.clause - 1, max(-1, item.clause - 1 - _BACK), -1):
        start, end = clauses[index]
        if shown[end : end + 1] in {"；", "：", "。"} or index + 1 in reading.passage.numbered:
            return None
        found = _CASE.search(shown, start, end) or _FOR_PEOPLE.search(shown, start, end)
        if found is None:
            continue
        at = bisect_left(reading.passage.items, start, key=lambda other: other.start)
        if reading.passage.items[at].start < end:  # there is one: the figure itself stands behind
            return None
        start = max(start, shown.rfind(BLANK, start, found.start()) + 1)
        begin, stop = trim(reading.text, start, found.end())
        if lead := _LEADS.match(shown, begin, stop):
            begin = lead.end()
        begin = _list_begins(reading, index, begin, stop)
        longest = _LONGEST_LIST if "、" in shown[begin:stop] and found.re is _FOR_PEOPLE else _LONGEST
        if _NO_CASE.match(shown, begin, stop) or not 2 <= stop - begin <= longest:
            return None
        return begin, stop
    return None


def _list_begins(reading: Reading, index: int, begin: int, stop: int) -> int:
    """Return where a list of people begins that goes over commas: 低保对象，以及其他困难人员."""
    shown = reading.masks.outer
    last = max(0, index - _BACK)
    while index > last and index not in reading.passage.numbered:
        start, end = reading.passage.clauses[index - 1]
        alike = shown.startswith(shown[begin : begin + _ALIKE], start + (shown[start] in " 　"))
        goes_on = _GOES_ON.match(shown, begin, stop) or (alike and shown[end] == "，")
        if not goes_on or not _FOR_PEOPLE.search(shown, start, end):
            break
        index -= 1
        begin, stop = trim(reading.text, start, end)
        if mark := MARK.match(shown, begin, stop):
            begin = mark.end()
    return begin
