"""Which date a figure is of."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace

from nhsa_nlp.figures.dates import DateMention
from nhsa_nlp.figures.items import Item, Passage
from nhsa_nlp.figures.sentences import Masks, Sentence

_ISSUED = re.compile(r"印发|发布|出台|公布|联合")
_OTHER_TOPIC = re.compile(
    r"\s*(?:总的|总体|从[^，]{1,16}(?<!结构)(?<!构成)看|下一步|今后|您|你们|关于|对于|曾经|此前|一是|此外|另外|同时|按照|根据|考虑到|由于|鉴于|以[^，]{2,20}为例)"
)
# What gives a time, but no date.
_NO_DATE = re.compile(r"近年来|[一二三四五六七八九十两几\d]年多?来|过去|以来|历年|每年|年均")
# 十年间, 曾经, 未来两年: a time of its own, that ends the date said before it.
_OTHER_TIME = re.compile(
    r"近年来|[一二三四五六七八九十两几\d]年(?:多?来|间)|(?<![一-鿿])(?:曾经|此前|以前|过去|改革前)|未来[一二三四五六七八九十两几\d]+年|医改前"
)
_REACH = 160  # characters in front of a figure within which another time is looked for
_NEAR = 8  # sentences within which a year is looked for
_OPENING = 12  # characters of a sentence within which the date of all of it stands
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

    def read(self, passage: Passage) -> None:
        """Set the dates of the figures of a sentence."""
        carried = self._carried(passage)
        origin: DateMention | None = None
        last: DateMention | None = None
        starts = [passage.clauses[index][0] for index in sorted(passage.numbered)]
        for item in passage.items:
            own = self._with_year(passage, _own_date(passage, item))
            if own is not None and starts and starts[0] <= own.start < _last_of(starts, item.start):
                own = None  # that of another item of a list
            elif own is not None and _OTHER_TIME.search(
                self._masks.outer, max(own.end, item.start - _REACH), item.start
            ):
                own = None
            if own is not None and _is_origin(item, own):
                origin = own
            # The deadline of one rule dates no other.
            fixed = carried is not None and carried.deadline and item.role == "rule"
            date = own or (None if fixed else carried)
            if item.has_result or item.source:
                date = _end_of_change(passage, item, date, origin)
            if own is not None and self._is_of_issue(item, own):
                date = None
            item.date = self._divided(passage, item) or date
            last = own
        reports = any(item.role in {"reported", "change"} for item in passage.items)
        reports |= passage.prescriptive and any(item.role == "rule" for item in passage.items)
        meeting = last is not None and last.bare and last.day  # 10月8日召开会议
        self._last = passage.index, last if reports and not meeting else None

    def _with_year(self, passage: Passage, date: DateMention | None) -> DateMention | None:
        """Give a month, a quarter or 年末 the year that was said last, at most `_NEAR` sentences before."""
        if date is None or not date.bare:
            return date
        start = self._sentences[max(0, passage.index - _NEAR)].start
        at = bisect_right(self._dates, date.start, key=lambda other: other.start) - 1
        for other in reversed(self._dates[max(0, at - 4) : at]):
            said = other.as_of or (other.period and (other.period[1] or other.period[0]))
            if other.start >= start and other.anchor == "text" and said and not other.base:
                return _in_year(date, said[:4])
        return date

    def _is_of_issue(self, item: Item, date: DateMention) -> bool:
        """Tell whether a date is that of a document's issue and not of what is counted."""
        if item.role != "reported" or item.start - date.end > 160 or item.start < date.end:
            return False
        between = self._masks.outer[date.end : item.start]
        return "《" in between and bool(_ISSUED.search(between)) and "，" in between

    def _divided(self, passage: Passage, item: Item) -> DateMention | None:
        """Return the date of one of several figures, of which each has its own (A年和B年分别)."""
        chain = [item]
        while chain[-1].listed is not None and len(chain) < 6:
            chain.append(chain[-1].listed)
        head, which = chain[-1], len(chain) - 1
        text = self._masks.text
        begin = head.clause_range[0]
        if "分别" not in text[max(head.before[0], head.start - 60) : head.start]:
            return None
        at = bisect_right(passage.dates, head.start, key=lambda date: date.end)
        near = [
            date
            for date in passage.dates[max(0, at - 4) : at]
            if not date.base and head.start - date.end < 60
        ]
        if len(near) < 2 or text[near[-2].end : near[-1].start] not in {"和", "、", "与", "及"}:
            return None
        del begin
        return near[which] if which < len(near) else None

    def _carried(self, passage: Passage) -> DateMention | None:
        if not passage.index or not self._goes_on(passage):
            return None
        index, date = self._last
        if index == passage.index - 1:
            return date
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
        if date.start >= sentence.start + _OPENING and self._masks.outer[date.start - 1] not in "，；":
            return None
        issued = _ISSUED.search(self._masks.outer, date.end, min(sentence.end, date.end + 80))
        return None if issued else date


def _own_date(passage: Passage, item: Item) -> DateMention | None:
    """Return the nearest date in front of a figure in its sentence."""
    dates = passage.dates
    at = bisect_right(dates, item.start, key=lambda date: date.end) - 1
    floor = at - _MOST_BASES
    while at >= 0 and dates[at].base:
        at = at - 1 if at > floor else -1
    if at < 0:
        return None
    if dates[at].soft:
        others = (date for date in reversed(dates[max(0, at - 8) : at]) if not (date.soft or date.base))
        return next(others, dates[at])
    return dates[at]


def _last_of(starts: list[int], position: int) -> int:
    """Return where the last item of a list begins at or before a position."""
    return starts[max(0, bisect_right(starts, position) - 1)]


def _in_year(date: DateMention, year: str) -> DateMention:
    """Return a month or day (--12, --03-05) in a year."""

    def placed(point: str) -> str:
        return year + point[point.index("-", 1) :]

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


def _is_year(date: DateMention) -> bool:
    return date.period is not None and date.period[0] == date.period[1]


def _is_origin(item: Item, date: DateMention) -> bool:
    """Tell whether a date is said of the first figure of a change alone: 由2010年的A."""
    spans = date.period is not None and not _is_year(date)
    return item.has_result and 0 <= item.start - date.end <= 3 and not spans
