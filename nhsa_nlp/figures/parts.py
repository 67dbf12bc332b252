"""Parts of a whole, totals, and groups that alone are new."""

from __future__ import annotations

import re

from nhsa_nlp.figures.items import Item
from nhsa_nlp.figures.lists import has_measure
from nhsa_nlp.figures.phrases import Phrase
from nhsa_nlp.figures.reading import Reading
from nhsa_nlp.figures.words import DOMAIN, GROUP, INSURANCE, PLACE_ONLY, TOTAL, VERB_FIRST
from nhsa_nlp.text import Range

_ENROLLED = re.compile("参保|参加")
_PART = re.compile(r"(?:其中|包括|此外|另有|分别[是为]|^：)")
_OF_THESE = re.compile(r"中，(?:已经?|有|共)*$")
_GROUP_LAST = re.compile(
    r"(?:为|：|(?<=限额|标准|比例))(?P<group>[一-鿿及以]{2,12}(?:机构|医院|人员|职工|居民))$"
)
_GROUP_FIRST = re.compile(
    r"(?:[一-鿿]{2,8}?(?:患者|对象)|在职职工|退休人员|退休职工|在职人员|参保职工|参保居民|[一二三]级(?:及以[上下])?(?:定点)?(?:医院|医疗机构))的?"
)


def as_part(reading: Reading, item: Item, before: list[Range], phrase: Phrase, previous: Item) -> bool:
    """Read a part of the whole that the figure before names; False if it is none."""
    text = reading.text
    between = (
        text[previous.end : item.start]
        if item.start - previous.end < 60
        else text[item.clause_range[0] : item.start]
    )
    own_clause = previous.end < item.clause_range[0]
    start = max(previous.end, item.clause_range[0] - 4)
    lead = text[start : item.clause_range[0] + 4] if own_clause else text[previous.end : previous.end + 5]
    is_part = bool(_PART.search(lead)) or bool(_OF_THESE.search(between))
    is_part |= previous.sentence != item.sentence
    whole = _no_change(previous) if is_part else previous.whole
    if whole is None:
        return False
    local = reading.words(before)
    if not is_part and ((VERB_FIRST.match(local) and not PLACE_ONLY.fullmatch(local)) or len(local) > 16):
        return False
    if TOTAL.match(local):
        return False
    if (not local and phrase.places) or (local and PLACE_ONLY.fullmatch(local)):
        item.context, item.spans = whole.context, whole.spans + phrase.behind
        item.scope = phrase.places or [local.lstrip("对在向")]
        item.subject, item.whole = whole.subject, whole
        return True
    new = text.startswith("；", item.clause_range[0] - 1)
    if not is_part and not new and item.unit not in {whole.unit, previous.unit}:
        return False
    spans = whole.context + whole.spans
    if local and local in reading.words(spans) and is_part and VERB_FIRST.match(local):
        item.spans, item.context = [s for s in spans if reading.words([s]) not in ("累计", "合计")], []
        item.subject = whole.subject
        return True
    item.whole = whole
    item.scope = item.scope or whole.scope
    item.subject = whole.subject
    noun = reading.words([without_total(reading, span) for span in spans])[-4:]
    if (insured := _insured(reading, spans)) and local and not INSURANCE.search(local):
        item.context = insured if not DOMAIN.search(local) or local.endswith(noun[-2:]) else []
        if item.context:
            item.subject = item.context
            return True
    if (
        (len(local) > 6 and noun in local)
        or (len(local) >= 5 and local.endswith(noun[-2:]))
        or (_ENROLLED.search(local) and _ENROLLED.search(reading.words(spans)))
    ):
        item.whole = None
        item.subject = [reading.topic(before[0])] if before else []
        return True
    inherited = (
        (whole.context + whole.front)[:1]
        if not _OF_THESE.search(between) and whole.context + whole.front
        else spans
    )
    item.context = [without_total(reading, span) for span in inherited]
    return True


def _no_change(item: Item) -> Item:
    """Return the figure that a change is of, or the figure itself."""
    for _ in range(2):
        if item.role == "change" and item.previous is not None:
            item = item.previous
    return item


def _insured(reading: Reading, spans: list[Range]) -> list[Range]:
    """Return the insurance that a whole names."""
    for start, end in spans:
        if named := INSURANCE.search(reading.text, start, end):
            return [named.span()]
    return []


def without_total(reading: Reading, span: Range) -> Range:
    """Return the words of a whole without 总数 at their end."""
    start, end = span
    for word in ("药品总数", "总数", "总量", "总额", "数量"):
        if reading.text.startswith(word, end - len(word)) and end - len(word) > start:
            return start, end - len(word)
    return start, end


def as_group(reading: Reading, item: Item, previous: Item, before: list[Range]) -> bool:
    """Read a group or institution that alone is new: 退休人员5500元."""
    local = reading.words(before)
    if (
        previous.unit.split("/")[0] != item.unit.split("/")[0]
        or item.listed is not None
        or not previous.spans
    ):
        return False
    if not local or not GROUP.fullmatch(local) or has_measure(local) or VERB_FIRST.match(local):
        return False
    words = reading.words(previous.spans)
    if GROUP.fullmatch(words) and not has_measure(words):
        item.context, item.subject, item.scope = previous.context, previous.subject, previous.scope
        return True
    if previous.role not in {"rule", "target"} and "%" not in item.unit:
        return False
    spans = previous.spans
    if spans and (last := _GROUP_LAST.search(reading.text, *spans[-1])):
        item.context, item.subject = (
            [*previous.context, *spans[:-1], (spans[-1][0], last.start())],
            previous.subject,
        )
        item.role = previous.role
        return True
    for start, end in spans[:1]:
        if (group := _GROUP_FIRST.match(reading.text, start, end)) and group.end() < end:
            spans = [(group.end(), end), *spans[1:]]
    item.context, item.spans, item.subject, item.scope = (
        previous.context,
        spans,
        previous.subject,
        [local],
    )
    item.role = previous.role
    return True


def as_total(reading: Reading, number: int, item: Item) -> None:
    """Read a total: the parts and 总计; with a share of a whole, the whole."""
    parts: list[Item] = []
    for other in reversed(reading.passage.items[max(0, number - 12) : number]):
        if other.role != "other" and (
            other.whole is not None or (other.unit == item.unit and len(parts) < 6)
        ):
            parts.append(other)
        else:
            break
    parts.reverse()
    whole = next((part.whole for part in parts if part.whole is not None), None)
    if whole is not None:
        item.context = whole.context + whole.spans
        item.scope = list(dict.fromkeys(place for part in parts for place in part.scope))
        item.subject = whole.subject
        return
    if not parts:
        subject = next(
            (s for s in reversed(reading.subjects[max(0, item.clause - 12) : item.clause]) if s), None
        )
        item.context = [subject] if subject else []
        item.subject = item.context
        return
    item.context = list(dict.fromkeys(span for part in parts for span in part.context + part.spans))
    item.subject = list(dict.fromkeys(reading.topic(span) for part in parts for span in part.subject))
