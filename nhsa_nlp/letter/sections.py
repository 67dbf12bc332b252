"""The top-level sections of a letter, those numbered 一、, 二、 and so on.

A section begins with its number: at the beginning of a line or after the end of a sentence, and
the numbers rise.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise

from nhsa_nlp.letter.flat import FlatText
from nhsa_nlp.letter.titles import title_end
from nhsa_nlp.text.numerals import parse_number

# Searched faster than with {1,4}.
_NUMBER = re.compile(r"[一二三四五六七八九十][一二三四五六七八九十]{0,3}(?P<mark>[、．.,，])")
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
    """Find the top-level sections in ``flat.text[after:end]``, the text proper, in order."""
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
        return int(parse_number(numeral.group())), start, match.end()
    return None


def _before_annex(candidates: list[_Candidate]) -> list[_Candidate]:
    """Leave out the candidates from where counting starts again with one and two."""
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
    runs: list[list[_Candidate]] = []  # of each length, the one with the least last number
    best: list[_Candidate] = []
    for candidate in candidates:
        length = bisect_left(runs, candidate[0], key=lambda run: run[-1][0])
        if length == len(runs) or candidate[0] < runs[length][-1][0]:
            run = [*runs[length - 1], candidate] if length else [candidate]
            runs[length : length + 1] = [run]
            best = max(best, run, key=len)
    return best
