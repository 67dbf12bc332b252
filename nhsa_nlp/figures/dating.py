"""Which date a figure is of."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import replace

from nhsa_nlp.figures.structure.dates import DateMention
from nhsa_nlp.figures.structure.items import Item, Passage
from nhsa_nlp.figures.structure.sentences import BLANK, Masks, Sentence
from nhsa_nlp.figures.structure.words import TIME_UNITS

_ISSUED = re.compile(r"印发|发布|出台|公布|联合")
_OTHER_TOPIC = re.compile(
    r"\s*(?:总的|总体|从[^，]{1,16}(?<!结构)(?<!构成)看|下一步|今后|您|你们|关于|对于|曾经|此前|一是|此外|另外|同时|按照|根据|考虑到|由于|鉴于|以[^，]{2,20}为例)"
)
# What gives a time, but no date.
_NO_DATE = re.compile(r"近年来|[一二三四五六七八九十两几\d]年多?来|过去|以来|历年|(?<!每人)每年|年均")
# 十年间, 曾经, 未来两年: a time of its own, that ends the date said before it.
_OTHER_TIME = re.compile(
    r"近年来|(?<![与比较])近[一二三四五六七八九十两几\d]+年|[一二三四五六七八九十两几\d]年(?:多?来|间|累计)"
    r"|(?<![年月日份度\d])以来|(?<![一-鿿])(?:曾经|此前|以前|过去|改革前)|未来[一二三四五六七八九十两几\d]+年|医改前"
    r"|处理(?:结果|情况|决定)?(?:如下)?："
)
_COUNTED_ON = re.compile("[^，。；]{0,8}(?:监测|统计|数据)")  # 6月29日监测数据显示
_REACH = 160  # characters in front of a figure within which another time is looked for
_BASIS = 40  # characters between 在2015年 and 基础上
# 经相应程序，本次调整新增91种: what the sentence before told of.
_THIS_TIME = re.compile(r"\s*(?:[^，。；\d]{2,14}，)?(?:本次|此次|本轮|这次)")
_IN_A_ROW = re.compile(r"连续[一二三四五六七八九十两\d]+年")
_DONE_BY = re.compile("[^，。；]{0,16}，")
_SPANS = frozenset("至到—-－–")
_AND = frozenset("和及与、")
_EACH = re.compile("分别|各")
_NEAR = 8  # sentences within which a year is looked for
_OPENING = 12  # characters of a sentence within which the date of all of it stands
_MOST_LISTED = 6  # figures of a list that have dates of their own
_MOST_BASES = 20  # dates in a row that only say what is compared with


class Dating:
    """Gives the figures of a document their dates, sentence by sentence.

    The nearest date in front governs, within the sentence; the date of the sentence before goes on in
    the next one, but no further.

    Parameters
    ----------
    masks
        The cleaned text.
    sentences
        All its sentences.
    dates
        All its dates, in order.
    """

    def __init__(self, masks: Masks, sentences: list[Sentence], dates: list[DateMention]):
        self._masks = masks
        self._sentences = sentences
        self._dates = dates
        self._last: tuple[int, DateMention | None] = (-1, None)
        self._before: DateMention | None = None
        self._ruled = False
        self._said = _years_said(masks.text, dates)

    def read(self, passage: Passage) -> None:
        """Set the dates of the figures of a sentence."""
        carried = self._carried(passage)
        origin: DateMention | None = None
        last: DateMention | None = None
        starts = [passage.clauses[index][0] for index in sorted(passage.numbered)]
        for item in passage.items:
            own = self._with_year(passage, _own_date(self._masks, passage, item))
            if own is not None and starts and starts[0] <= own.start < _last_of(starts, item.start):
                own = None  # that of another item of a list
            elif own is not None and own.before and item.role not in {"target", "other"}:
                own = None  # 12月10日前售价20元, 7月底前核定目录，不超过50种
            elif own is not None and _OTHER_TIME.search(
                self._masks.outer, max(own.end, item.start - _REACH), item.start
            ):
                own = None
            if own is not None and _is_origin(item, own):
                origin = own
            date = own or (carried if self._reaches(passage, item, carried) else None)
            if item.has_result or item.source:
                date = _end_of_change(passage, item, date, origin)
            if own is not None and self._is_of_issue(item, own):
                date = None
            if own is None:
                date = self._behind(passage, item) or date
            item.date = self._divided(passage, item) or date
            last = own
        self._ruled = any(item.role == "rule" for item in passage.items)
        reports = any(item.role in {"reported", "change"} for item in passage.items)
        reports |= passage.prescriptive and any(item.role == "rule" for item in passage.items)
        self._before = last
        self._last = passage.index, last if reports and not self._meets(last) else None

    def _meets(self, date: DateMention | None) -> bool:
        """Tell whether a date is the day of a meeting, and not of a count: 10月8日召开会议."""
        if date is None or not (date.bare and date.day):
            return False
        return _COUNTED_ON.match(self._masks.outer, date.end) is None

    def _reaches(self, passage: Passage, item: Item, carried: DateMention | None) -> bool:
        """Tell whether the date of the sentence before goes on to a figure."""
        if carried is None:
            return False
        reported = self._last[0] == passage.index - 1 and not self._ruled
        if item.role == "rule" and (carried.deadline or reported):
            return False  # nor does the deadline of one rule date another
        if carried.bare and self._asks(passage.index - 1):
            return False
        start = max(passage.sentence.start, item.start - _REACH)
        if _IN_A_ROW.search(self._masks.outer, start, item.start):
            return False
        return _OTHER_TIME.search(self._masks.outer, start, item.start) is None

    def _behind(self, passage: Passage, item: Item) -> DateMention | None:
        """Return a date behind a figure that is of it: 周期两年，自2024年6月起; 新建9个，年底前完成."""
        at = bisect_left(passage.dates, item.end, key=lambda date: date.start)
        date = passage.dates[at] if at < len(passage.dates) else None
        if date is None:
            return None
        if item.role == "target" and date.before:
            return date if _DONE_BY.fullmatch(self._masks.outer, item.end, date.start) else None
        begins = item.unit in TIME_UNITS and date.period is not None and date.period[1] is None
        return date if begins and self._masks.text[item.end : date.start] in {"，自", "，从"} else None

    def _with_year(self, passage: Passage, date: DateMention | None) -> DateMention | None:
        """Give a month, a quarter or 年末 the year that was said last, at most `_NEAR` sentences before."""
        if date is None or not date.bare:
            return date
        at = bisect_left(self._dates, date.start, key=lambda other: other.start)
        year, said_at = self._said[at]
        near = said_at >= self._sentences[max(0, passage.index - _NEAR)].start
        return _in_year(date, year) if near and year.isdigit() else date

    def _is_of_issue(self, item: Item, date: DateMention) -> bool:
        """Tell whether a date is that of a document's issue and not of what is counted."""
        if item.role != "reported" or item.start - date.end > 160 or item.start < date.end:
            return False
        between = self._masks.outer[date.end : item.start]
        return "《" in between and bool(_ISSUED.search(between)) and "，" in between

    def _divided(self, passage: Passage, item: Item) -> DateMention | None:
        """Return the date of one of several figures, of which each has its own (A年和B年分别)."""
        chain = [item]
        while chain[-1].listed is not None and len(chain) < _MOST_LISTED:
            chain.append(chain[-1].listed)
        head, which = chain[-1], len(chain) - 1
        text = self._masks.text
        if "分别" not in text[max(head.before[0], head.start - 60) : head.start]:
            return None
        at = bisect_right(passage.dates, head.start, key=lambda date: date.end)
        near = [
            date
            for date in passage.dates[max(0, at - 4) : at]
            if not date.base and head.start - date.end < 60
        ]
        if near and (year := _year_of_span(passage, item, near[-1], which)):
            return year
        if len(near) < 2 or text[near[-2].end : near[-1].start] not in _AND:
            return None
        return near[which] if which < len(near) else None

    def _carried(self, passage: Passage) -> DateMention | None:
        if not passage.index or not self._goes_on(passage):
            return None
        index, date = self._last
        if index == passage.index - 1:
            same = _THIS_TIME.match(self._masks.text, passage.sentence.start)
            return self._before if same else date
        return self._of_sentence(self._sentences[passage.index - 1])

    def _goes_on(self, passage: Passage) -> bool:
        text, start = self._masks.text, passage.sentence.start
        if text.startswith("其中", start):
            return True
        if passage.sentence.numbered or (passage.sentence.opens and not self._asks(passage.index - 1)):
            return False
        if _NO_DATE.search(text, start, min(passage.items[0].start, start + 60)):
            return False
        return not _OTHER_TOPIC.match(text, start)

    def _asks(self, index: int) -> bool:
        """Tell whether a sentence asks what the next one answers."""
        sentence = self._sentences[index]
        return self._masks.text[sentence.start : sentence.end].rstrip().endswith(("？", "?"))

    def _of_sentence(self, sentence: Sentence) -> DateMention | None:
        """Return the date that a sentence without figures begins with, unless it is that of an issue."""
        at = bisect_right(self._dates, sentence.end, key=lambda date: date.end) - 1
        date = self._dates[at] if at >= 0 else None
        if date is None or date.start < sentence.start or date.base or date.kept or (date.bare and date.day):
            return None
        if date.start and self._masks.text[date.start - 1] in "为是":  # 缴费期为9月1日至12月31日
            return None
        if date.start >= sentence.start + _OPENING and self._masks.outer[date.start - 1] not in "，；":
            return None
        issued = _ISSUED.search(self._masks.outer, date.end, min(sentence.end, date.end + 80))
        return None if issued else date


def _years_said(text: str, dates: list[DateMention]) -> list[tuple[str, int]]:
    """Return for each date, and the end, the year that was said last before it, and where.

    今年 says that of the document, which may not be known.
    """
    said = [("", -1)]
    for date in dates:
        point = date.as_of or (date.period and (date.period[1] or date.period[0]))
        this_year = text.startswith(("今年", "本年"), date.start)
        tells = (date.anchor == "text" or this_year) and not date.base and point
        said.append((point[:4], date.start) if tells and point else said[-1])
    return said


def _is_of_less(masks: Masks, item: Item, date: DateMention) -> bool:
    """Tell whether a date is only of what stands with it in brackets, or of what there was before.

    Examples are 工资（2018年为6000元）的60%, 在2015年120元的基础上提高30元.
    """
    if not item.bracketed and masks.outer[date.start] == BLANK:
        return True
    if not date.start or masks.text[date.start - 1] != "在":
        return False
    return masks.outer.find("基础上", date.end, min(item.start, date.end + _BASIS)) >= 0


def _own_date(masks: Masks, passage: Passage, item: Item) -> DateMention | None:
    """Return the nearest date in front of a figure in its sentence."""
    dates = passage.dates
    at = bisect_right(dates, item.start, key=lambda date: date.end) - 1
    floor = at - _MOST_BASES
    while at >= 0 and (dates[at].base or _is_of_less(masks, item, dates[at])):
        at = at - 1 if at > floor else -1
    if at < 0:
        return None
    if at and (joined := _joined(masks, dates[at - 1], dates[at], item)):
        return joined
    if dates[at].soft:
        others = (date for date in reversed(dates[max(0, at - 8) : at]) if not (date.soft or date.base))
        return next(others, dates[at])
    return dates[at]


def _joined(masks: Masks, first: DateMention, second: DateMention, item: Item) -> DateMention | None:
    """Return the span that two dates make: 去年9月至今年3月, 2015年和2016年上半年."""
    begin = first.as_of or (first.period and first.period[0])
    end = second.as_of or (second.period and second.period[1])
    between = masks.text[first.end : second.start]
    if begin is None or end is None or first.base:
        return None
    if second.bare and begin[:4].isdigit():
        second = _in_year(replace(second, bare=False), begin[:4])  # 2021年3月至年底
        end = second.as_of or (second.period and second.period[1])
    if end is None or (begin[:4].isdigit() and end[: len(begin)] < begin[: len(end)]):
        return None
    if between in _SPANS:
        return replace(second, as_of=None, period=(begin, end))
    if between not in _AND or not (first.period and second.period) or first.anchor != second.anchor:
        return None
    follows = begin[:4].isdigit() and int(end[:4]) == int((first.period[1] or begin)[:4]) + 1
    each = _EACH.search(masks.text, second.end, item.start)
    return replace(second, period=(begin, end)) if follows and not each else None


def _last_of(starts: list[int], position: int) -> int:
    """Return where the last item of a list begins at or before a position."""
    return starts[max(0, bisect_right(starts, position) - 1)]


def _in_year(date: DateMention, year: str) -> DateMention:
    """Return a month or day (--12, --03-05) in a year."""

    def placed(point: str) -> str:
        month = point.find("-", 1)
        return year if month < 0 else year + point[month:]

    if date.as_of is None and date.period is None:  # 全年
        return replace(date, period=(year, year))
    period = None
    if date.period:
        first, last = date.period
        period = placed(first), last and placed(last)
    return replace(date, as_of=date.as_of and placed(date.as_of), period=period, anchor="text")


def _end_of_change(
    passage: Passage, item: Item, date: DateMention | None, origin: DateMention | None
) -> DateMention | None:
    """Return the date of one figure of a change (从A提高到B).

    ``origin`` is the date of the first figures of changes in this sentence, if one was said (由2010年的A).
    """
    if item.source is None:
        if date is None or _is_origin(item, date) or date is origin:
            return date
        if origin is None and _is_year(date):
            at = bisect_right(passage.dates, item.start, key=lambda other: other.end)
            compared = [other for other in passage.dates[max(0, at - 4) : at] if other.base and other.period]
            if compared:
                return replace(compared[-1], base=False)
        return _first_of_span(date)
    if origin is not None and date is origin:
        at = bisect_right(passage.dates, origin.start, key=lambda other: other.start) - 1
        earlier = [other for other in passage.dates[max(0, at - 4) : at] if not other.base]
        date = earlier[-1] if earlier else None
    if date is None or date.period is None:
        return date
    first, last = date.period
    if last is None:
        return date if item.role == "rule" else None
    return replace(date, period=(last, last)) if first != last else date


def _first_of_span(date: DateMention) -> DateMention | None:
    """Return the beginning of a span; None of a single date, which is that of the second figure."""
    if date.period is None or date.period[1] is None or _is_year(date):
        return None
    return replace(date, period=(date.period[0], date.period[0]))


def _year_of_span(passage: Passage, item: Item, date: DateMention, which: int) -> DateMention | None:
    """Return the year of one of as many listed figures as a span has: 2021年至2023年分别为A、B、C."""
    first, last = date.period or (None, None)
    if not (first and last and first.isdigit() and last.isdigit()):
        return None
    count = which + 1
    at = bisect_right(passage.items, item.start, key=lambda other: other.start)
    for other in passage.items[at : at + _MOST_LISTED]:
        if other.listed is not item:
            break
        count, item = count + 1, other
    year = str(int(first) + which)
    return replace(date, period=(year, year)) if count == int(last) - int(first) + 1 > 1 else None


def _is_year(date: DateMention) -> bool:
    return date.period is not None and date.period[0] == date.period[1]


def _is_origin(item: Item, date: DateMention) -> bool:
    """Tell whether a date is said of the first figure of a change alone: 由2010年的A."""
    spans = date.period is not None and not _is_year(date)
    return item.has_result and 0 <= item.start - date.end <= 3 and not spans
