"""The heads that govern a place in a document: headings, questions, and lines that end with a colon.

Under 二、大学生住院待遇： and 起付标准： a figure is of both. A head governs what stands under it up to the
next of its rank or of a higher one: 一、 before （一）, before 1., before （1）.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from nhsa_nlp.figures.structure.phrases import trim
from nhsa_nlp.figures.structure.sentences import Masks, Sentence
from nhsa_nlp.text import Range

_RANKS = tuple(
    re.compile(rf"\s*(?:[●■◆]\s*)?{number}")
    for number in (
        r"[一二三四五六七八九十]{1,3}[、.．]",
        r"[（(][一二三四五六七八九十]{1,3}[）)]",
        r"(?:\d{1,2}[.．、](?!\d(?!\d{3}年))|问题?\d{0,2}[：:])",
        r"[（(]\d{1,2}[）)]",
        r"[①-⑳]",
    )
)
_TITLE, _UNNUMBERED = -1, 5
_ASKS = re.compile(r"(?:标准|比例|待遇)?(?:(?:[是为有]|怎么|如何)[^，。；？?]{0,10})?[？?]$")
_MEASURE = re.compile("(?:标准|比例|限额|待遇|起付线)$")
_LONGEST, _LONGEST_LINE = 40, 24  # characters of a head, of one with a stop
_LONGEST_LEAD = 120
_MOST = 5  # heads that govern a place


@dataclass(frozen=True, slots=True)
class _Head:
    start: int
    end: int
    rank: int


class Outline:
    """The heads of a document.

    Parameters
    ----------
    masks
        The cleaned text.
    sentences
        All its sentences.
    """

    def __init__(self, masks: Masks, sentences: list[Sentence]):
        self._starts: list[int] = []
        self._governing: list[tuple[Range, ...]] = []
        stack: list[_Head] = []
        for sentence in sentences:
            head = _head(masks, sentence)
            rank = head.rank if head else _rank(masks.text, sentence)
            if rank is not None:
                while stack and stack[-1].rank >= rank:
                    stack.pop()
            if head is not None:
                stack.append(head)
                del stack[:-_MOST]
            self._starts.append(sentence.end if head else sentence.start)
            self._governing.append(tuple((one.start, one.end) for one in reversed(stack)))

    def governing(self, position: int) -> tuple[Range, ...]:
        """Return the heads that govern a place, the nearest first."""
        at = bisect_right(self._starts, position) - 1
        return self._governing[at] if at >= 0 else ()


def _rank(text: str, sentence: Sentence) -> int | None:
    return next(
        (rank for rank, number in enumerate(_RANKS) if number.match(text, sentence.start, sentence.end)), None
    )


def _head(masks: Masks, sentence: Sentence) -> _Head | None:
    """Return the head that a sentence is, without its number and what asks."""
    text = masks.text
    end = sentence.end
    while end > sentence.start and text[end - 1].isspace():
        end -= 1
    if end == sentence.start:
        return None
    rank = _rank(text, sentence)
    line = text.startswith("\n", end) and end - sentence.start <= _LONGEST_LINE
    stopped = text[end - 1] == "。" and rank is not None and line  # （一）特困供养人员。
    alone = text[end - 1] not in "。！；，" and (
        end < sentence.end or sentence.heading or text[end - 1] in "：:？?"
    )
    if not (alone or stopped):
        return None
    if end - sentence.start > _LONGEST:
        if text[end - 1] not in "：:" or end - sentence.start > _LONGEST_LEAD:
            return None
        comma = masks.outer.find("，", sentence.start, sentence.start + _LONGEST)
        if comma < 0:
            return None
        end = comma
    start = sentence.start
    if rank is not None:
        start = _RANKS[rank].match(text, start, end).end()  # type: ignore[union-attr]
    if asks := _ASKS.search(text, start, end):
        end = asks.start()
    start, end = trim(text, start, end)
    if end - start < 2 or any(sign.isdigit() for sign in text[start:end]):
        return None
    if rank is None:
        title = sentence.start == 0 and not _MEASURE.search(text, start, end)
        rank = _TITLE if title else _UNNUMBERED
    return _Head(start, end, rank)
