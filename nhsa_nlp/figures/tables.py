"""Tables of amounts and rates: 150元至800元报销70%, and the headings above them."""

from __future__ import annotations

import re
from bisect import bisect_left

from nhsa_nlp.figures.items import Item
from nhsa_nlp.figures.lists import has_measure
from nhsa_nlp.figures.phrases import Phrase, trim, without_base, words_before
from nhsa_nlp.figures.reading import Reading
from nhsa_nlp.text import Range

_PAYS = re.compile(r"报销|支付|补助|救助|给付|分担")
_BOUND = re.compile(r"(?:（含）?|以上|以下|以内|部分|的|不含|含|（不?含）)+")
_RANGE = re.compile(r"(?:（不?含）)?(?:以上)?(?:（不?含）)?[至到\-－—~～]")
_DEDUCTIBLE = re.compile(r"(?:起付标准|起付线|最高支付限额)$")
_NAMED = 3  # characters of words that name what the amounts are of
_DIGITS = re.compile(r"\d")
_TABLE_OF = re.compile(r"标准|比例|限额|起付|待遇|报销")
_RAISED_TO = re.compile(r"[提增升降减调][高加升长低少整]?[至到]$")
_ITEM = re.compile(r"[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]")


def as_bracket(reading: Reading, number: int, item: Item, phrase: Phrase) -> bool:
    """Read amounts that a rate is for (150元至800元报销70%), and the rate; False if it is neither."""
    items = reading.passage.items
    text = reading.text
    rest = items[number + 1] if number + 1 < len(items) else None
    upper = items[number + 2] if number + 2 < len(items) else None
    if rest and upper and _RANGE.fullmatch(text, item.end, rest.start) and _is_bracket(text, rest, upper):
        # 5万元以上至10万元部分报销65%: the lower end
        item.role, item.bracket = "rule", (item.start, item.end)
        item.context = item.subject = of_table(reading, number, item)
        verb = _PAYS.search(text, rest.end, upper.start)
        item.spans = [verb.span()] if verb else []
        return True
    if rest is not None and _is_bracket(text, item, rest):
        before = without_base(reading.masks, phrase.before)
        start = (
            before[0][0]
            if before
            and text[before[-1][1] : item.start] in {"", "至", "到"}
            and "以" in reading.words(before)
            else item.start
        )
        lower = items[number - 1] if number else None
        if lower and lower.bracket and _RANGE.fullmatch(text, lower.end, item.start):
            start = lower.start
        suffix = _BOUND.match(text, item.end)
        item.bracket = start, suffix.end() if suffix else item.end
        item.role = rest.role = "rule"
        named = [span for span in before if start == item.start and span[1] - span[0] > _NAMED]
        item.context = named or of_table(reading, number, item) or _of_clause(reading, item)
        verb = _PAYS.search(text, item.end, rest.start)
        item.spans = [verb.span()] if verb else []
        item.subject = item.context
        return True
    previous = items[number - 1] if number else None
    if previous is None or previous.bracket is None or item.unit != "%":
        return False
    item.role, item.context, item.scope = "rule", previous.context, previous.scope
    before = without_base(reading.masks, phrase.before)
    before = [(a + 2, b) if reading.text.startswith("部分", a) else (a, b) for a, b in before]
    item.spans = [previous.bracket, *before]
    item.bracket, item.subject = previous.bracket, previous.subject
    return True


def of_table(reading: Reading, number: int, item: Item) -> list[Range]:
    """Return what the rows of a table of amounts and rates are of."""
    if number:
        previous = reading.passage.items[number - 1]
        if previous.bracket is not None:
            return previous.context
        spans = previous.context + previous.spans
        measure = _DEDUCTIBLE.search(reading.words(spans[-1:])) if spans else None
        if measure and spans:
            start, end = spans[-1]
            return [*spans[:-1], (start, end - len(measure[0]))]
        return spans
    return headings(reading, item)


def _of_clause(reading: Reading, item: Item) -> list[Range]:
    """Return what the clause before a table of amounts is about."""
    subject = reading.subjects[item.clause - 1] if 0 < item.clause <= len(reading.subjects) else None
    return [subject] if subject else []


def header(reading: Reading, item: Item) -> list[Range]:
    """Return the words before that name what a list of groups has: 起付标准为：."""
    for index in range(item.clause - 1, max(-1, item.clause - 3), -1):
        start, end = reading.passage.clauses[index]
        items = reading.passage.items
        at = bisect_left(items, start, key=lambda other: other.start)
        inside = items[at] if at < len(items) and items[at].start < end else None
        if inside is not None:
            return inside.context
        words, _ = words_before(reading.masks, (max(start, end - 80), end), reading.passage.dates)
        if words and has_measure(reading.words(words)):
            return [(words[0][0], words[-1][1])]
    return headings(reading, item)


def headings(reading: Reading, item: Item) -> list[Range]:
    """Return the measures of the headings above the sentence of a figure."""
    found: list[Range] = []
    for index in range(item.sentence - 1, max(-1, item.sentence - 9), -1):
        sentence = reading.sentences[index]
        start, end = trim(reading.text, sentence.start, min(sentence.end, sentence.start + 60))
        line = reading.text[start:end]
        if (
            sentence.end - sentence.start <= 40
            and "。" not in reading.text[sentence.start : sentence.end]
            and not _DIGITS.search(line)
        ):
            if _TABLE_OF.search(line) and (
                sentence.heading or line[-1:] in "：:" or "\n" in reading.text[start : sentence.end]
            ):
                found.append((start, end))
                continue
            if found:
                break
        elif not sentence.numbered or found:
            break
    found.reverse()
    words = ""
    kept = []
    for start, end in found[-2:]:
        if number := _ITEM.match(reading.text, start, end):
            start = number.end()
        for verb in ("报销", "支付"):
            if reading.text.endswith(verb, start, end) and end - start > 4:
                end -= 2
        kept.append((start, end))
        words += reading.text[start:end]
    return kept


def _is_bracket(text: str, item: Item, rest: Item) -> bool:
    """Tell whether an amount is only the range that the rate after it is for."""
    if "元" not in item.unit or rest.unit != "%" or rest.start - item.end > 24:
        return False
    between = text[item.end : rest.start]
    if set(between) & set("，。；"):
        return False
    ranged = (
        item.quantity["op"] == "range"
        or "以" in between[:4]
        or "部分" in between
        or (
            text[item.start - 1] in "至到" and not _RAISED_TO.search(text, max(0, item.start - 8), item.start)
        )
    )
    return ranged and bool(_PAYS.search(between) or "：" in between or "部分" in between)
