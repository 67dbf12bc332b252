"""Each figure in its clause: the words before it, those behind it, and the figures it belongs with."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

from nhsa_nlp.figures.structure.dates import DateMention
from nhsa_nlp.figures.structure.grids import Cell
from nhsa_nlp.figures.structure.sentences import Masks, Sentence, clauses, index_at
from nhsa_nlp.figures.structure.words import CLASSIFIERS
from nhsa_nlp.record import FigureRole, QuantityRecord
from nhsa_nlp.text import Range
from nhsa_nlp.text.patterns import any_of

REACH = 120
"""Characters that are read on either side of a figure."""

_BETWEEN_LISTED = re.compile(
    r"(?:余|多|左右|以上|以下|以内|上下)?(?:（[^）]{0,20}）)?(?:[、和及与或]|以及)(?:约|近|超过?|不低于|不高于|不超过)?"
)
_RAISED = any_of(
    "提高 提升 增长 增加 增至 增 上升 上涨 扩大 下降 降低 减少 缩短 压缩 调整 调增 调减 "
    "上调 下调 调低 调高 推高 压减 提 减 调 改 升 降 缩 扩展 拓展 扩围 收窄 变 涨 跌 扩"
)
_CHANGED = re.compile(
    rf"(?:余|多|左右|以上|以下|以内)?的?[^，；。]{{0,16}}?(?:[，、])?(?:逐步|进一步|大幅|稳步|统一|逐年|已|将|再)?{_RAISED}"
    r"(?:到|至|为|成)了?(?:[^，；。\d]{0,14}?的)?(?:约|近|超过?|不低于|不高于|不超过|不到|不足|最高|平均)?"
)
_TO = re.compile(r"(?:左右|以上)?(?:到|至)(?:约|近|超过?|不低于|不超过)?")
_FROM = re.compile(r"[从由自][^，；：。]{0,40}$")
# 21种饮片和200种配方颗粒: what stands between belongs to the first.
_NOUN_LISTED = re.compile(r"[一-鿿A-Za-z“”（）·/]{1,24}?＿*(?P<bound>[、和及与]|以及)(?:约|近|超过?)?")
_BEHIND = re.compile(r"(?:余|多|左右|以上|以下|以内|上下|不等|（含）|之间)*")


@dataclass(slots=True)
class Item:
    """A figure and where it stands, as offsets into the cleaned text.

    Attributes
    ----------
    quantity, start, end
        The QUANTITY and its range in the cleaned text.
    sentence, clause
        The indices of its sentence and, within that, of its clause.
    clause_range
        The clause, or the inside of the brackets it stands in.
    before
        The words before it: from the beginning of the clause or the end of the figure before it.
    behind
        The words behind it: to the end of the clause or to the figure that follows.
    previous
        The figure before it in the sentence.
    source
        The first figure of a change (从A提高到B) whose second this one is.
    has_result
        Whether it is the first figure of such a change.
    listed
        The figure before it in a list (A和B) without words of its own.
    bracketed
        Whether it stands in brackets.
    divided
        Whether it has one of several places that the figures of a list are divided by.
    spans, context
        The ranges of its own words and of those it inherits.
    subject
        What a later figure without a subject inherits from it.
    whole
        The figure of which it gives a part.
    front, behind_spans
        Of its own words, those in front and those behind, before anything is added or left out.
    scope, groups
        The places that it is limited to, and the groups of people and institutions of a clause in front.
    cell
        What stands over and beside it in a table.
    """

    quantity: QuantityRecord
    start: int
    end: int
    sentence: int
    clause: int
    clause_range: Range
    before: Range
    behind: Range
    previous: Item | None = None
    source: Item | None = None
    has_result: bool = False
    listed: Item | None = None
    bracketed: bool = False
    spans: list[Range] = field(default_factory=list)
    context: list[Range] = field(default_factory=list)
    subject: list[Range] = field(default_factory=list)
    whole: Item | None = None
    front: list[Range] = field(default_factory=list)
    behind_spans: list[Range] = field(default_factory=list)
    role: FigureRole = "reported"
    confidence: float = 0.5
    date: DateMention | None = None
    scope: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    divided: bool = False
    cell: Cell | None = None

    @property
    def unit(self) -> str:
        """The unit of the quantity."""
        return self.quantity["unit"]


@dataclass(slots=True)
class Passage:
    """A sentence with figures.

    It has its clauses, figures and dates, the clauses that begin an item of a list, and whether the text sets
    rules there.
    """

    sentence: Sentence
    index: int
    clauses: list[Range]
    items: list[Item]
    dates: list[DateMention]
    numbered: frozenset[int]
    prescriptive: bool = False


def gather(
    masks: Masks,
    sentences: list[Sentence],
    quantities: Iterable[tuple[QuantityRecord, Range]],
    dates: list[DateMention],
) -> list[Passage]:
    """Put the figures into their sentences and clauses; sentences without figures are left out."""
    found: list[Passage] = []
    spans = [(sentence.start, sentence.end) for sentence in sentences]
    pending = list(quantities)
    at = date = 0
    while at < len(pending):
        index = index_at(spans, pending[at][1][0])
        sentence = sentences[index]
        inside = []
        while at < len(pending) and pending[at][1][0] < sentence.end:
            inside.append(pending[at])
            at += 1
        if not inside:  # a quantity that crosses the end of the text: cannot be
            at += 1
            continue
        while date < len(dates) and dates[date].end <= sentence.start:
            date += 1
        own = []
        while date < len(dates) and dates[date].start < sentence.end:
            own.append(dates[date])
            date += 1
        found.append(_passage(masks, sentence, index, inside, own))
    return found


def _passage(
    masks: Masks,
    sentence: Sentence,
    index: int,
    quantities: list[tuple[QuantityRecord, Range]],
    dates: list[DateMention],
) -> Passage:
    parts, numbered = clauses(masks, sentence)
    items: list[Item] = []
    for number, (quantity, (start, end)) in enumerate(quantities):
        previous = items[-1] if items else None
        place = index_at(parts, start)
        begin, stop = parts[place]
        bracketed = masks.outer[start] != masks.inner[start]
        if bracketed:
            begin = _last(masks.inner, "（(【，；。：", max(begin, start - REACH), start)
            stop = _first(masks.inner, "）)】，；。：", end, min(stop, end + REACH))
        following = stop
        for _, (begins, _) in quantities[number + 1 : number + 6]:
            if bracketed or masks.outer[begins] == masks.inner[begins]:
                following = begins
                break
        bound = begin
        joined = False
        nearest = next((other for other in reversed(items[-3:]) if other.bracketed == bracketed), None)
        if nearest and nearest.end > begin:
            bound = _BEHIND.match(masks.inner if bracketed else masks.outer, nearest.end, start).end()  # type: ignore[union-attr]
            noun = _NOUN_LISTED.fullmatch(masks.outer, nearest.end, start)
            joined = noun is not None and nearest.unit in CLASSIFIERS
            if noun and joined:
                bound = noun.start("bound")
        item = Item(
            quantity,
            start,
            end,
            index,
            place,
            (begin, stop),
            (max(bound, start - REACH), start),
            (end, max(end, min(stop, following, end + REACH))),
            bracketed=bracketed,
        )
        if nearest:
            _connect(masks, items, nearest, item, dates, joined=joined)
        item.previous = previous
        items.append(item)
    return Passage(sentence, index, parts, items, dates, frozenset(numbered))


def _connect(
    masks: Masks, items: list[Item], previous: Item, item: Item, dates: list[DateMention], *, joined: bool
) -> None:
    """Note that a figure goes with an earlier one: as the second of a change, or in a list."""
    text = masks.text
    if item.start - previous.end > REACH:
        return
    between = without_dates(text, previous.end, item.start, dates)
    chain = [previous]
    while chain[-1].listed is not None and len(chain) < 6:
        chain.append(chain[-1].listed)
    head = chain[-1]
    begin = max(head.clause_range[0], head.start - 60)
    if (_CHANGED.fullmatch(between) and _FROM.search(text, begin, head.start)) or (
        _TO.fullmatch(between)
        and previous.unit == item.unit
        and _FROM.search(text, max(begin, head.start - 12), head.start)
    ):
        item.source = head
        for other in chain:
            other.has_result = True
    elif joined or _BETWEEN_LISTED.fullmatch(between):
        if previous.source is not None:
            # 从A和B降到C和D: D goes with B.
            after = next(
                (other for other in items[-8:] if other.listed is previous.source and other.has_result), None
            )
            if after is not None:
                item.source = after
                return
        item.listed = previous


def without_dates(text: str, start: int, end: int, dates: list[DateMention]) -> str:
    """Return a part of the text without the dates in it."""
    return "".join(text[a:b] for a, b in outside_dates(start, end, dates))


def outside_dates(start: int, end: int, dates: list[DateMention]) -> list[Range]:
    """Return the parts of a range that lie outside dates."""
    parts = []
    at = bisect_right(dates, start, key=lambda date: date.end)
    while at < len(dates) and dates[at].start < end:
        if dates[at].kept:
            at += 1
            continue
        if dates[at].start > start:
            parts.append((start, dates[at].start))
        start = max(start, dates[at].end)
        at += 1
    if start < end:
        parts.append((start, end))
    return parts


def _last(text: str, signs: str, start: int, end: int) -> int:
    return max([start, *(text.rfind(sign, start, end) + 1 for sign in signs)])


def _first(text: str, signs: str, start: int, end: int) -> int:
    return min([end, *(place for sign in signs if (place := text.find(sign, start, end)) >= 0)])
