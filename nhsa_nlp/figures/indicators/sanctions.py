"""Sanctions that a statute threatens: 未按规定备案的，责令改正；逾期不改正的，处1万元以上3万元以下罚款.

The sentence says once who does what, and behind each semicolon in which case what follows from it. So the
words of a fine are the offence, its own case, what it is a multiple of, and 罚款; its scope is on whom it is
imposed (对直接责任人员处以).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from nhsa_nlp.figures.structure.items import Item, Passage
from nhsa_nlp.figures.structure.phrases import trim, without
from nhsa_nlp.figures.structure.sentences import Masks
from nhsa_nlp.figures.structure.words import TIME_UNITS
from nhsa_nlp.text import Range

# What a case leads to: an order of an authority, a warning, a fine, what is taken or forbidden.
_FOLLOWS = re.compile(
    r"由|责令|给予|予以|依法|依照|处|并处|可以?[处并由给]|应当?(?:责令|给予)|没收|吊销|取消|暂停|停止|禁止|终身|终止|解除|警告|通报"
    r"|不得?予|不再?受理|撤销|对|\d|[一二三四五六七八九十]{1,2}年内|[^，。；]{2,24}(?:部门|机关|机构|政府|[局委])(?:责令|给予|予以|处|应当|可以|对|没收)"
)
_CASE_ENDS = re.compile("的，")
_STOPS = re.compile("[，；。]")
_SANCTION = re.compile(r"罚款|责令|暂停|禁止|不受理|不予受理|吊销|取消[^，。；]{0,8}资格|不得从事")
_ARTICLE = re.compile(
    r"\s*(?:第[一二三四五六七八九十百零]{1,7}条|[（(]?[一二三四五六七八九十]{1,3}[）)])[\s　]*"
)
# 违反本条例第三条规定，; 除另有规定外，; 通过伪造病历等方式，: no part of what was done.
_LAW = "第[一二三四五六七八九十百零]{1,7}条(?:第[一二三四五六七八九十]{1,3}[款项]|和|至|或者|以及)*"
_ASIDE = re.compile(
    rf"除[^，。；]{{0,24}}外，|违反了?(?:[^，。；]{{0,30}}?(?:规定|{_LAW}(?:、?{_LAW})*(?:的?规定)?)|本[条办规法][例法定]?)(?:的?，|的(?=[一-鿿]))"
    "|(?:通过|采取|利用|以)[^，。；]{2,80}(?:方式|手段)，"
)
_ONE_OF = re.compile(
    r"(?:，)?(?:有|具有|存在)(?:下列|以下|前款|上述)[^，。；]{0,12}(?:情形|行为)(?:之一)?(?=，|$)"
)
_AIM = re.compile("(?<=[一-鿿])以[^，。；]{2,24}为目的，")
_STILL = re.compile("(?<=；)(?:逾期|拒)[^，。；]{0,8}(?=的，)")
_ON_WHOM = re.compile(
    r"(?:(?<![一-鿿])|(?<=[并可以门关构府局委]))对(?!于)(?P<whom>[^，。；]{2,40}?)"
    r"(?=，|可以?[处并由责暂]|并?处|给予|予以|按|每|由|责令|暂停)"
)
_IMPOSED = re.compile(
    r"(?:可以)?(?:并)?处(?:以)?(?P<base>(?:违法|违规|骗取|所获|货值|本人|其|上一?年度|年)[一-鿿]{1,12})?$"
)
_FINE = re.compile(r"[^，。；]{0,24}?(?P<fine>罚款)")
_ORDERED = re.compile(r"(?P<does>(?:责令|暂停|停止|中止)[^，。；]{0,30})$")
_FORBIDS = re.compile(r"(?:以上|以下|以内|之?内)*(?P<what>(?:不受理|不予受理|禁止|不得|不再)[^，。；]{2,40})")
_BEHIND = re.compile(
    r"(?:以上|以下|以内|的|\d|[一二三四五六七八九十百千万]|年|个月|日)*(?P<what>[一-鿿]{2,30})?"
)
_LIMIT = re.compile(r"(?:不足|不满|未满|超过|不超过|达到?|在)$")
_LONGEST, _LONGEST_CASE = 160, 40  # characters of an offence, of a case of it
_REACH, _NEAR = 400, 6  # characters and figures in front that are looked at


@dataclass(frozen=True, slots=True)
class Sanction:
    """The words of a figure of a sanction: the offence and its case, its own words, and on whom it is."""

    context: list[Range]
    spans: list[Range]
    scope: list[str] = field(default_factory=list)


def find_sanctions(masks: Masks, passage: Passage) -> dict[int, Sanction]:
    """Return the sanctions of a sentence by where their figures begin; none if it names no offence."""
    start, end = passage.sentence.start, passage.sentence.end
    if not _SANCTION.search(masks.outer, start, end):
        return {}
    found = _offence(masks, start, end)
    if found is None:
        return {}
    offence, begins = found
    return dict(_read(masks, passage, offence, begins))


def _offence(masks: Masks, start: int, end: int) -> tuple[list[Range], int] | None:
    """Return the words of the offence that a sentence begins with, and where what follows from it begins."""
    shown = masks.outer
    while number := _ARTICLE.match(masks.text, start, end):
        start = number.end()
    for match in _CASE_ENDS.finditer(shown, start, min(end, start + 2 * _LONGEST)):
        if shown.find("；", start, match.end()) >= 0:
            return None
        if _FOLLOWS.match(shown, match.end(), end):
            break
    else:
        return None
    stop = match.start()
    if one_of := _ONE_OF.search(shown, start, stop):
        stop = one_of.start()
    elif aim := _AIM.search(shown, start, stop):
        stop = aim.start()  # who would do it is enough
    asides = [aside.span() for aside in _ASIDE.finditer(shown, start, match.end())]
    parts = [(a, b) for a, b in without(masks, [trim(masks.text, start, stop)], asides) if b - a >= 2]
    if not parts and asides and asides[0][0] == start:
        parts = [trim(masks.text, *asides[0])]  # 违反本条例规定，有下列行为之一的
    if sum(b - a for a, b in parts) > _LONGEST:
        return None
    return parts, match.end()


def _read(
    masks: Masks, passage: Passage, offence: list[Range], begins: int
) -> Iterator[tuple[int, Sanction]]:
    shown, text = masks.outer, masks.text
    whole: Range | None = None  # 违法生产的药品货值金额, which is 货值金额 alone from then on
    for number, item in enumerate(passage.items):
        if item.bracketed or item.start < begins:
            continue
        reach = max(begins, item.start - _REACH)
        at = max(reach, shown.rfind("；", reach, item.start) + 1)
        case = _case(masks, at, item)
        context = list(offence)
        near = passage.items[max(0, number - _NEAR) : number + 1]
        bound = next((other for other in near if case and case[0] <= other.start < case[1]), None)
        if case is not None and bound is not None:
            own = _before_bound(masks, case[0], bound)
            still = [match.span() for match in _STILL.finditer(shown, reach, case[0])]
            context += still[-1:]  # which the cases of amounts behind it are of
            named = text[slice(*own)]
            longer = whole if whole and whole != own and named and text.endswith(named, *whole) else None
            if bound is item:
                whole = longer or own
                yield item.start, Sanction(context, [whole])
                continue
            if longer:
                context.append((longer[0], longer[1] - len(named)))
        if case is not None:
            context.append(case)
        if said := _imposed(masks, item, at):
            yield item.start, Sanction(context, *said)


def _before_bound(masks: Masks, start: int, bound: Item) -> Range:
    """Return the words of a case in front of the figure that bounds it, and of how: 违法所得."""
    limit = _LIMIT.search(masks.outer, start, bound.start)
    return trim(masks.text, start, limit.start() if limit else bound.start)


def _case(masks: Masks, start: int, item: Item) -> Range | None:
    """Return the case in front of or around a figure behind a semicolon: 情节严重的，."""
    shown = masks.outer
    stop = shown.rfind("的，", start, item.start)
    around = shown.find("的，", item.start, item.start + 12)
    if around >= 0 and not _STOPS.search(shown, item.start, around):
        stop = around
    if stop < 0 or not _FOLLOWS.match(shown, stop + 2):
        return None
    begin = max(start, shown.rfind("，", start, min(stop, item.start)) + 1)
    begin, end = trim(masks.text, begin, stop)
    return (begin, end) if 2 <= end - begin <= _LONGEST_CASE else None


def _imposed(masks: Masks, item: Item, start: int) -> tuple[list[Range], list[str]] | None:
    """Return the words of what is imposed, and on whom; None if it is no sanction."""
    shown = masks.outer
    stop = item.clause_range[1]
    scope = [match["whom"] for match in _ON_WHOM.finditer(shown, start, item.start)][-1:]
    clause = item.clause_range[0]
    first = item
    while first.previous is not None and first.previous.start >= clause:  # 1万元以上3万元以下罚款
        if shown[first.previous.end : first.start] not in {"以上", "至", "到", "以上至", "-", "—"}:
            break
        first = first.previous
    if item.unit in TIME_UNITS:
        if forbids := _FORBIDS.match(shown, item.end, stop):
            return [forbids.span("what")], scope
        ordered = _ORDERED.search(shown, max(clause, first.start - 40), first.start)
        if ordered is None:
            return None
        spans = [trim(masks.text, *ordered.span("does"))]
        behind = _BEHIND.match(shown, item.end, stop)
        if behind and behind["what"]:
            spans.append(trim(masks.text, *behind.span("what")))
        return spans, scope
    fine = _FINE.match(shown, item.end, stop)
    if fine is None:
        return None
    imposed = _IMPOSED.search(shown, max(clause, first.start - 30), first.start)
    base = [imposed.span("base")] if imposed and imposed["base"] else []
    return [*base, fine.span("fine")], scope
