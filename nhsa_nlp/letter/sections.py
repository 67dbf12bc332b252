"""The top-level sections of a letter, those numbered 一、, 二、 and so on.

A section begins with its number: at the beginning of a line or behind the end of a sentence, and
the numbers rise.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise

from nhsa_nlp.letter.flat import FlatText
from nhsa_nlp.letter.titles import title_end

_DIGITS = "一二三四五六七八九"
_NUMBER = re.compile(r"[一二三四五六七八九十]{1,4}(?P<mark>[、．.,，])")
_NUMERAL = re.compile(r"(?:[二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])$")
_SENTENCE_END = "。！？；：:;!?…"
_QUOTE_END = "”’》）)］]】"
# 统一、之一、唯一: the numeral is the end of a word.
_WORD_BEFORE = "统之专第同唯单划如合不某每任万其惟归逐百千亿两"
_LEFT_OF_PAGE_MARK = re.compile(r"(?:[。！？；：”》）]|^)[—一-]{0,2}\d{0,3}[—一-]{1,2}$")
_LISTED = re.compile(r"[一二三四五六七八九十]{1,2}[、级类档线期]|[级类是]")


@dataclass(frozen=True, slots=True)
class Section:
    """A section: offsets into the flat text of its number and its title."""

    start: int
    title_start: int
    title_end: int


def find_sections(flat: FlatText, after: int, end: int) -> list[Section]:
    """Find the top-level sections in ``flat.text[after:end]``.

    Parameters
    ----------
    flat
        The text.
    after, end
        Where the text proper begins and ends.

    Returns
    -------
    list of Section
        Sorted by place; their numbers rise.
    """
    found = [c for m in _NUMBER.finditer(flat.text, after, end) if (c := _candidate(flat, m, after))]
    chain = _rising(_before_annex(found))
    limits = [start for _, start, _ in chain[1:]] + [end]
    return [
        Section(start, title, title_end(flat, title, max(title, limit)))
        for (_, start, title), limit in zip(chain, limits, strict=False)
    ]


_Candidate = tuple[int, int, int]  # value, start of the number, start of the title


def _candidate(flat: FlatText, match: re.Match[str], after: int) -> _Candidate | None:
    """Return the number of a section, if the match is one."""
    text = flat.text
    mark = match.start("mark")
    # A page mark read as 一2一 leaves its dash before the number: 一二、
    numeral = _NUMERAL.search(text, match.start(), mark)
    if numeral is None or _LISTED.match(text, match.end()):
        return None
    start = numeral.start()
    about = text.startswith("关于", match.end())
    own_line = flat.starts_line(start) or start == after
    if match["mark"] != "、" and not (own_line or about):
        return None
    before = text[max(after, start - 8) : start]
    previous = before[-1:]
    if previous and previous in _WORD_BEFORE:
        return None
    ends = not previous or previous in _SENTENCE_END
    quoted = previous in _QUOTE_END and (own_line or about or before[-2:-1] in _SENTENCE_END)
    lined = own_line and previous not in ("、", "，", ",")
    if lined or ends or quoted or about or _LEFT_OF_PAGE_MARK.search(before):
        return _value(numeral.group()), start, match.end()
    return None


def _value(numeral: str) -> int:
    """Return the value of a well-formed numeral from 1 to 99."""
    tens, ten, units = numeral.rpartition("十")
    value = 10 * (_DIGITS.index(tens) + 1 if tens else 1) if ten else 0
    return value + (_DIGITS.index(units) + 1 if units else 0)


def _before_annex(candidates: list[_Candidate]) -> list[_Candidate]:
    """Leave out the candidates from where counting starts anew with one and two."""
    begun = False
    for index, ((value, _, _), (following, _, _)) in enumerate(pairwise(candidates)):
        if (value, following) == (1, 2):
            if begun:
                return candidates[:index]
            begun = True
    return candidates


def _rising(candidates: list[_Candidate]) -> list[_Candidate]:
    """Return the first longest run of candidates whose numbers rise (patience sorting).

    A number may be missing where a page was lost, and a stray one does not break the run.
    """
    tails: list[int] = []  # the least last number of a run of each length …
    ends: list[int] = []  # … and where it is in candidates
    previous: list[int] = []
    best: list[int] = []
    for index, (value, _, _) in enumerate(candidates):
        length = bisect_left(tails, value)
        previous.append(ends[length - 1] if length else -1)
        if length == len(tails):
            tails.append(value)
            ends.append(index)
            best = [index]
        elif value < tails[length]:
            tails[length] = value
            ends[length] = index
    chain: list[_Candidate] = []
    index = best[0] if best else -1
    while index >= 0:
        chain.append(candidates[index])
        index = previous[index]
    return chain[::-1]
