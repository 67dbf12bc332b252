"""Several figures that are told apart by 分别."""

from __future__ import annotations

import re
from bisect import bisect_left

from nhsa_nlp.figures.structure.items import Passage
from nhsa_nlp.figures.structure.phrases import trim, without_base, words_before
from nhsa_nlp.figures.structure.sentences import Masks
from nhsa_nlp.figures.structure.slots import read_slots
from nhsa_nlp.figures.structure.words import PLACES
from nhsa_nlp.text import Range

_BACK = 3  # clauses in front in which the groups may be named
_MOST = 12  # figures that one 分别 is for
_AND = re.compile(r"、|和|及|与|以及")
_MEASURE = (
    r"(?:(?:跨省|异地就医)?直接结算|(?:政策范围内|住院|门诊|实际)*(?:费用)?(?:报销|支付|救助|补助|结算|参保|覆盖|缴费)(?:费用)?(?:比例|率|标准|水平|人数|人次|限额)"
    r"|(?:起付|补助|缴费|筹资|支付)(?:标准|限额|线)|(?:支出|收入|结余|费用|金额|总额|资金|比例|标准|限额|价格|均价|率))"
)
_FOR_PLACES = re.compile(rf"对(?P<places>(?:{PLACES})(?:[、和及与](?:{PLACES}))+)")
_MEASURE_TAIL = re.compile(f"(?:总|当期|累计|人均)?{_MEASURE}$")
_HAS_MEASURE = re.compile(_MEASURE)


def has_measure(words: str) -> bool:
    """Tell whether words name a measure and not only a group."""
    return bool(_HAS_MEASURE.search(words))


def read_respectively(masks: Masks, passage: Passage, number: int) -> list[Range] | None:
    """Return the spans of one of several figures that are told apart by 分别; None if it is none.

    They are `A、B…分别…` in the clause itself, the places that it is said of (对A、B分别), or as many figures
    in front (分别比2022年增长).
    """
    items = passage.items
    first = number
    while first > number - _MOST and first and items[first].listed is not None:
        if items[first].listed is not items[first - 1]:
            break
        first -= 1
    head = items[first]
    place = masks.outer.rfind("分别", head.before[0], head.start)
    if place < 0:
        return None
    count = 1
    while first + count < min(len(items), number + _MOST):
        if items[first + count].listed is not items[first + count - 1]:
            break
        count += 1
    which = number - first
    left, places = words_before(masks, (head.before[0], place), passage.dates)
    right = without_base(masks, words_before(masks, (place + 2, head.start), passage.dates)[0])
    if names := _coordinated(masks, left, count):
        items[number].scope = places
        if first and "其中" in masks.text[max(0, head.clause_range[0] - 4) : head.clause_range[0] + 4]:
            whole = items[first - 1]
            items[number].scope = places or whole.scope
            return [*(whole.context + whole.front)[:1], *names[which], *right]
        return names[which] + right
    divided = [part for joined in places for part in _AND.split(joined)]
    if count > 1 and first >= count and not left and len(divided) != count:
        other = items[first - count + which]
        items[number].scope = other.scope
        return other.context + other.spans + right
    if not left and len(divided) != count > 1 and head.clause:
        # 对A和B给予支持，分别按…
        for match in _FOR_PLACES.finditer(masks.outer, *passage.clauses[head.clause - 1]):
            divided = _AND.split(match["places"])
    if len(divided) == count > 1:
        items[number].scope, items[number].divided = [divided[which]], True
        return None
    measured = has_measure("".join(masks.text[a:b] for a, b in left))
    if count > 1 and measured and (names := _named_before(masks, passage, first, count)):
        return [*names[which], *left, *right]
    return None


def _named_before(masks: Masks, passage: Passage, first: int, count: int) -> list[list[Range]] | None:
    """Return as many groups as figures that a clause before names: 在甲类、乙类医院就医的，起付线分别为."""
    items, clause = passage.items, passage.items[first].clause
    for index in range(clause - 1, max(-1, clause - 1 - _BACK), -1):
        start, end = passage.clauses[index]
        if masks.outer[end : end + 1] in {"；", "。", "："}:
            return None
        at = bisect_left(items, start, key=lambda item: item.start)
        if items[at].start < end:
            continue
        left, _ = words_before(masks, (start, end), passage.dates)
        if count > 1 and (names := _coordinated(masks, left, count)):
            return names
    return None


def _coordinated(masks: Masks, left: list[Range], count: int) -> list[list[Range]] | None:
    """Return the names in `A、B和C` with what follows the last, if there are as many as figures."""
    if not left or count < 2:
        return None
    text = masks.text
    start, end = left[0][0], left[-1][1]
    cuts = [match.span() for match in _AND.finditer(masks.outer, start, end)]
    if len(cuts) < count - 1:
        return None
    if len(cuts) > count - 1:
        cuts = (
            [cut for cut in cuts if text[cut[0]] == "、"]
            if sum(text[a] == "、" for a, _ in cuts) >= count - 1
            else cuts
        )
        cuts = cuts[: count - 1] if count == 2 else cuts[-(count - 1) :]
    at, names = start, []
    for a, b in cuts:
        names.append(trim(text, at, a))
        at = b
    names.append(trim(text, at, end))
    if any(a >= b for a, b in names):
        return None
    tail = _shared_tail(text, names[-2], names[-1])
    head, behind = _around_slot(text, names[0], names[-1])
    tails = [span for span in (tail or behind,) if span]
    heads = [head] if head else []
    return [[names[0], *tails], *([*heads, name, *tails] for name in names[1:-1]), [*heads, names[-1]]]


def _around_slot(text: str, first: Range, last: Range) -> tuple[Range | None, Range | None]:
    """Return what stands in front of the words that the first and last of several names are told apart by.

    With it comes what stands behind them, as in 职工医保门诊和住院报销比例; nothing behind measures.
    """
    if _MEASURE_TAIL.fullmatch(text, *last) and (measure := _MEASURE_TAIL.search(text, *first)):
        return ((first[0], measure.start()) if measure.start() > first[0] else None), None
    ending, beginning = read_slots(text, *first).tokens[-1:], read_slots(text, *last).tokens[:1]
    for a, b in zip(ending, beginning, strict=False):
        if a.slot == b.slot != "measure" and a.end == first[1] and b.start == last[0]:
            head, tail = (first[0], a.start), (b.end, last[1])
            return (head if head[0] < head[1] else None), (tail if tail[0] < tail[1] else None)
    return None, None


def _shared_tail(text: str, name: Range, last: Range) -> Range | None:
    """Return the words of the last name that the others share; none if both end in measures.

    They stand behind the ending that it has in common with the one before it, or are a measure, or what is
    left of it without as many characters as a short name has (职工和居民医保报销比例).
    """
    if _MEASURE_TAIL.fullmatch(text, *last) and _MEASURE_TAIL.search(text, *name):
        return None
    for length in (4, 3, 2, 1):
        ending = text[max(name[0], name[1] - length) : name[1]]
        place = text.find(ending, last[0], last[1])
        if len(ending) == length and place >= 0:
            behind = place + length
            return (behind, last[1]) if behind < last[1] else None
    size = name[1] - name[0]
    if size <= 3 and last[1] - last[0] >= 6:
        return last[0] + size, last[1]
    measure = _MEASURE_TAIL.search(text, *last)
    return measure.span() if measure and measure.start() > last[0] else None
