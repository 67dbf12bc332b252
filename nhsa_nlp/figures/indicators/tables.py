"""What the rows of a list of amounts and rates are of: the figure before, a clause, the headings above."""

from __future__ import annotations

import re
from bisect import bisect_left

from nhsa_nlp.figures.indicators.lists import has_measure
from nhsa_nlp.figures.indicators.reading import Reading
from nhsa_nlp.figures.structure.items import Item
from nhsa_nlp.figures.structure.phrases import trim, words_before
from nhsa_nlp.text import Range

_DEDUCTIBLE = re.compile(r"(?:起付标准|起付线|最高支付限额)$")
_LONGEST_NAME = 40
_AMOUNT = re.compile("(?:金额|费用?|部分|支出)$")
_DIGITS = re.compile(r"\d")
_TABLE_OF = re.compile(r"标准|比例|限额|起付|待遇|报销")
_ITEM = re.compile(r"[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]")


def of_table(reading: Reading, number: int, item: Item) -> list[Range]:
    """Return what the rows of a table of amounts and rates are of."""
    if number:
        previous = reading.passage.items[number - 1]
        spans = previous.context + previous.spans
        measure = _DEDUCTIBLE.search(reading.words(spans[-1:])) if spans else None
        if measure and spans:
            start, end = spans[-1]
            return [*spans[:-1], (start, end - len(measure[0]))]
        return spans
    return headings(reading, item)


def of_clause(reading: Reading, item: Item) -> list[Range]:
    """Return what the clause before a table of amounts is about."""
    if item.clause:
        begin, end = trim(reading.text, *reading.passage.clauses[item.clause - 1])
        if end - begin <= _LONGEST_NAME and _AMOUNT.search(reading.masks.outer, begin, end):
            return words_before(reading.masks, (begin, end), reading.passage.dates)[0]
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
