"""Parts of a whole, and totals."""

from __future__ import annotations

import re

from nhsa_nlp.figures.indicators.reading import Reading
from nhsa_nlp.figures.structure.items import Item
from nhsa_nlp.figures.structure.phrases import Phrase
from nhsa_nlp.figures.structure.words import DOMAIN, INSURANCE, PLACE_ONLY, TOTAL, VERB_FIRST
from nhsa_nlp.text import Range

_ENROLLED = re.compile("参保|参加")
_PART = re.compile(r"(?:其中|包括|此外|另有|分别[是为]|^：)")
_DONE = re.compile("(?:累计)?实现(?=[一-鿿]{4})")
_SERVICE = re.compile("(?:直接)?(?P<what>结算|参保|报销|支付)$")
_NEAR = 2  # clauses from a whole to what is said of it last
_OF_THESE = re.compile(r"中，(?:已经?|有|共)*$")


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
    whole = _whole(item, _no_change(previous)) if is_part else previous.whole
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
    ruled = item.role == "rule" == whole.role  # 补助标准为640元。其中，中央财政补助512元
    if not ruled and (insured := _insured(reading, spans)) and local and not INSURANCE.search(local):
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
    item.context = [_beside(reading, without_total(reading, span), local) for span in inherited]
    return True


def _beside(reading: Reading, span: Range, local: str) -> Range:
    """Return the words of a whole without the verb they begin with and the end that its part has as well."""
    start, end = span
    if done := _DONE.match(reading.text, start, end):
        start = done.end()
    service = _SERVICE.search(reading.text, start + 4, end)
    if service and local.endswith(service["what"]):
        end = service.start()  # 异地就医直接结算, 省内结算
    return start, end


def _no_change(item: Item) -> Item:
    """Return the figure that a change is of, or the figure itself."""
    for _ in range(2):
        if item.role == "change" and item.previous is not None:
            item = item.previous
    return item


def _whole(item: Item, previous: Item) -> Item:
    """Return the figure that a part is of: of the two before it, the one of the same unit.

    救助9万人次，支出2亿元，其中：住院救助3万人次.
    """
    before = previous.previous
    if before is not None and "%" in previous.unit != item.unit and before.role == "change":
        before = before.previous  # 收入9亿元，增长5%，完成预算的98%，其中财政补助3亿元
    if before is None or previous.unit == item.unit or before.unit != item.unit or before.role != item.role:
        return previous
    near = before.sentence == previous.sentence and previous.clause - before.clause <= _NEAR
    return before if near else previous


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
