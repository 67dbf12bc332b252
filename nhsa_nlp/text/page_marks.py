"""Page numbers that OCR left in running text."""

from __future__ import annotations

import re
from functools import lru_cache

from nhsa_nlp.text.alignment import Range, merge
from nhsa_nlp.text.layout import HEADING, is_ascii_word
from nhsa_nlp.text.segmenters import make_dictionary_segmenter

_Candidate = tuple[int, int, int, float]  # start, end, page number, score

# The dashes around a page number; OCR often reads them as the numeral 一.
_DASH = "—一·•-"
_DASHED = re.compile(rf"[{_DASH}][{_DASH}]?[ \t]{{0,2}}(\d{{1,3}})[ \t]{{0,2}}[{_DASH}]{{1,2}}")
_OWN_LINE = re.compile(
    r"\n[ \t]{0,40}"
    r"(?:第[ \t]?(\d{1,3})[ \t]?页(?:[ \t]?[，,/]?[ \t]?共[ \t]?\d{1,3}[ \t]?页)?|(\d{1,3}))"
    r"(?:[ \t]?/[ \t]?\d{1,3})?[ \t]{0,40}(?=\n)"
)
# Page 1 carries no number. A mark may also be glued to a year or a month: 22021年, 46月底.
_BARE = re.compile(
    r"[1-9](?<![0-9A-Za-z.,:：%+/〔第—-].)(?<!\d[一—至到~～、和].)"
    r"(?:(?<!1)(?=(?:[1-9]|1[0-2])月)|(?:(?<!1)|\d)(?=(?:19|20)\d\d年)"
    r"|(?:(?<!1)|\d)(?![0-9A-Za-z.,:：%+/〕号-]|[一—至到~～、和]\d))"
)
_HAN = re.compile(r"[一-龥]")

_DECIMAL_BEFORE = re.compile(r"\d\.\d+[百千万亿]$")

# Characters that show a number to be a real one: what follows a counted number …
_COUNTED = frozenset(
    "个種种家项年月日天号批次人名位元万亿千百十余多几岁倍条款期届省市县区州地周类级版部件例份股页层组轮台支"
    "张所户点成时分秒米克升度吨公里小座处间门对套代章节篇集卷幅辆架艘枚颗粒片瓶盒袋针剂项步方大国种单线站城"
    "季学两角寸亩斤字句题道起宗封排丸样床栋匹副册顿餐羽"
)
_NUMERAL = frozenset("0123456789十百千万亿")
# … and what leads up to one.
_LEADING = frozenset("约近超达至到为等第共有每前后各满逾仅足于过由从以加减乘比")
_TIME_OR_SHARE = frozenset("年月日%万亿元")
# Pages hold this many characters; measured 550 to 950 in the replies, wider for other layouts.
_PAGE_MIN, _PAGE_MAX = 380, 1150
_DASHED_SCORE, _DOUBTFUL_SCORE = 6.0, 1.5
_LOST_MARK = 1.0  # penalty for each page number missing between two marks
_ANY_START = 3.5  # penalty for a count that does not start at the top: fragments begin on any page
_LOOK_BACK = 64  # candidates considered per page number, so that malicious texts take linear time


def find_page_marks(text: str) -> list[Range]:
    """Find page numbers that stand in running text.

    Numbers between dashes (``—3—``, ``一3一``) or alone on a line are page marks by their form. A bare
    number (``管理的范2围``) is one only if it continues the document's page count at a plausible
    distance and its neighbours do not make it a real number; the best such sequence is found by
    dynamic programming over all candidates.

    The text is one after one-for-one replacement; the ranges are sorted, disjoint and include the dashes.
    """
    dashed = [(_dashed_range(text, m), int(m[1])) for m in _DASHED.finditer(text)]
    formal = merge([r for r, _ in dashed if r and not _is_between_digits(text, *r)])
    formal = merge(formal + [(m.start() + 1, m.end()) for m in _OWN_LINE.finditer(text)])
    candidates = [
        (start, end, int("".join(c for c in text[start:end] if c.isdigit()) or 0), _DASHED_SCORE)
        for start, end in formal
    ]
    # 7一2一0%: between digits the dashes may also be those of a range, so the page count decides.
    doubtful = [(*r, number, _DOUBTFUL_SCORE) for r, number in dashed if r and _is_between_digits(text, *r)]
    candidates += doubtful
    formal = merge(formal + _continuing(doubtful, candidates))
    taken = iter([*formal, (len(text), len(text))])
    current = next(taken)
    for match in _BARE.finditer(text):
        start, end = match.span()
        while current[1] <= start:
            current = next(taken, (len(text) + 1, len(text) + 1))
        if current[0] < end:
            continue
        score = _bare_score(text, start, end)
        if score > 0:
            candidates.append((start, end, int(match.group()), score))
    if len(candidates) == len(formal):
        return formal
    dashes = {(start, end) for start, end, _, _ in doubtful}
    candidates.sort()
    chosen = _best_sequence(candidates)
    bare = [
        (start, end) if (start, end) in dashes else _with_dash(text, start, end)
        for start, end, _, score in chosen
        if score < _DASHED_SCORE
    ]
    return merge(formal + bare)


def _continuing(doubtful: list[_Candidate], candidates: list[_Candidate]) -> list[Range]:
    """Return the doubtful marks whose number stands between those of the marks beside them."""
    found = []
    asked = set(doubtful)
    ordered = sorted(candidates)
    for index, candidate in enumerate(ordered):
        if candidate in asked:
            start, end, number, _ = candidate
            before = ordered[index - 1][2] if index else 1
            after = ordered[index + 1][2] if index + 1 < len(ordered) else number + 1
            if (before == number - 1 and after > number) or (after == number + 1 and before < number):
                found.append((start, end))
    return found


def _dashed_range(text: str, match: re.Match[str]) -> Range | None:
    """Return the extent of a dashed mark, or None where the dashes belong to a real number."""
    start, end = match.span()
    digits_start, digits_end = match.span(1)
    left, right = text[start:digits_start].strip(), text[digits_end:end].strip()
    # Of two dashes on one side, a 一 next to a real dash is part of a word: 难以一—3—步.
    if len(left) == 2 and len(right) == 1 and left[0] != left[1] and left[1] == right:
        start += 1
        left = left[1]
    if len(right) == 2 and len(left) == 1 and right[0] != right[1] and right[0] == left:
        end -= 1
        right = right[0]
    before, after = text[start - 1 : start], text[end : end + 1]
    if "-" in (left[0], right[-1]) and (is_ascii_word(before) or is_ascii_word(after)):
        return None
    if left[-1] == "一" and right[0] == "一" and before.isdigit() and not after:
        return None
    return start, end


def _is_between_digits(text: str, start: int, end: int) -> bool:
    return text[start - 1 : start].isdigit() and text[end : end + 1].isdigit()


def _bare_score(text: str, start: int, end: int) -> float:
    """Score how little a bare number looks like a real one (> 0: it may be a page mark)."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if not before or not after:
        return 0.0
    score = 1.5
    if after.isdigit():  # glued to a year or month, by the form of the expression
        return score + 1.5
    if (before in "十百千万亿" and after in "余多") or (
        before in "多余" and text[start - 2 : start - 1] in _NUMERAL
    ):
        return score + 3.0  # 1.1万3余项, 20多4个: a numeral does not go on like that
    if before in "两三四五六七八九" or _DECIMAL_BEFORE.search(text, max(0, start - 8), start):
        return score + 3.0  # 两5部门, 3.2万7件: nor like that
    if after in _COUNTED:
        if not _HAN.match(text[end + 1 : end + 2]):
            return 0.0  # 中医院2所，: nothing but a unit can stand there
        # 省2人民政府: a longer word that only begins with a unit counts less.
        score -= 1.0 if after not in _TIME_OR_SHARE and _is_word(text[end : end + 2]) else 2.5
    elif after in "“《（":
        score += 1.5
    if before in _LEADING:
        score -= 1.5
    if after not in _TIME_OR_SHARE and _joins_word(text, start, end):
        score += 3.0
    elif before in "。；！？”" and after not in _COUNTED:
        score += 3.0 if HEADING.match(text, end) else 1.5
    return score


def _joins_word(text: str, start: int, end: int) -> bool:
    """Tell whether the characters on both sides of a range form a dictionary word."""
    return _are_in_word(text[max(0, start - 2) : start], text[end : end + 2])


@lru_cache(maxsize=4096)  # the same few signs are around most numbers, and each text is read twice
def _are_in_word(left: str, right: str) -> bool:
    return any(
        _is_word(left[-i:] + right[:j])
        for i in (1, 2)
        for j in (1, 2)
        if len(left) >= i and len(right) >= j and _HAN.match(left[-i]) and _HAN.match(right[j - 1])
    )


@lru_cache(maxsize=4096)
def _is_word(text: str) -> bool:
    return make_dictionary_segmenter().has_word(text)


def _best_sequence(candidates: list[_Candidate]) -> list[_Candidate]:
    """Choose the page numbers with the highest score (dynamic programming).

    They rise page by page; a count may start again further on, as where several documents are in one text.
    """
    totals: list[float] = []
    previous: list[int] = []
    recent: dict[int, list[int]] = {}
    best = -1
    ended, best_ended = 0, -1  # the candidates a page or more before, and the best total among them
    for index, (start, _, number, score) in enumerate(candidates):
        # Start of the document's count: page 2 ends the first page, and so on.
        pages = max(1, number - 1)
        fits = start <= pages * _PAGE_MAX and (number < 2 or start >= pages * _PAGE_MIN)
        total, back = score - (min(_LOST_MARK * max(0, number - 2), _ANY_START) if fits else _ANY_START), -1
        while candidates[ended][1] <= start - _PAGE_MIN:
            if best_ended < 0 or totals[ended] > totals[best_ended]:
                best_ended = ended
            ended += 1
        if best_ended >= 0 and totals[best_ended] + score - _ANY_START > total:
            total, back = totals[best_ended] + score - _ANY_START, best_ended
        for step in (1, 2, 3):
            for other in reversed(recent.get(number - step, ())):
                distance = start - candidates[other][1]
                if distance > step * _PAGE_MAX:
                    break
                if distance >= step * _PAGE_MIN:
                    through = totals[other] + score - _LOST_MARK * (step - 1)
                    if through > total:
                        total, back = through, other
        totals.append(total)
        previous.append(back)
        queue = recent.setdefault(number, [])
        queue.append(index)
        if len(queue) > _LOOK_BACK:
            del queue[0]
        if total > 0 and (best < 0 or total > totals[best]):
            best = index
    chosen = []
    while best >= 0:
        chosen.append(candidates[best])
        best = previous[best]
    return chosen[::-1]


def _with_dash(text: str, start: int, end: int) -> Range:
    """Extend a bare mark over the one dash that OCR left of two, unless it is the word 一 itself."""
    following = text[end : end + 1]
    if following in ("—", "-") or (
        following == "一"
        and (HEADING.match(text, end + 1) or not any(_is_word(text[end : end + n]) for n in (2, 3)))
    ):
        end += 1
    elif text[start - 1 : start] in ("—", "-"):
        start -= 1
    return start, end
