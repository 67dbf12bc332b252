"""Cleaning OCR text as a view on it: every cleaned position maps back to the raw text.

Cleaning is two steps. Characters are replaced one for one (width, look-alike brackets), which
moves nothing; then ranges are deleted (page marks, spaces, line breaks inside sentences).
The alignment is therefore just the sorted list of the deleted ranges.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import lru_cache

Range = tuple[int, int]
_Candidate = tuple[int, int, int, float]  # start, end, page number, score


@dataclass(frozen=True, slots=True)
class CleanText:
    """A cleaned text and its alignment with the raw one.

    Attributes
    ----------
    raw
        The text as given; never changed.
    text
        The cleaned text.
    deleted
        Half-open ranges of ``raw`` that are not in ``text``: sorted, disjoint, not touching.
    page_marks
        The half-open ranges of ``raw`` taken for page marks (each lies in a deleted range).
    """

    raw: str
    text: str
    deleted: tuple[Range, ...]
    page_marks: tuple[Range, ...]
    _kept: list[int] = field(repr=False, compare=False)  # cleaned position of each deleted range
    _shift: list[int] = field(repr=False, compare=False)  # characters deleted up to its end

    def raw_position(self, position: int) -> int:
        """Return the raw offset of the cleaned character at ``position`` (the raw length for the end)."""
        return _raw_position((self._kept, self._shift), position)

    def to_raw(self, start: int, end: int) -> Range:
        """Return the raw range of ``text[start:end]``, without deletions at either border."""
        if not 0 <= start <= end <= len(self.text):
            raise ValueError(f"range {start}:{end} is outside 0:{len(self.text)}")
        first = self.raw_position(start)
        return (first, first) if start == end else (first, self.raw_position(end - 1) + 1)

    def to_clean(self, position: int) -> int:
        """Return the cleaned offset of a raw offset (that of the next kept character if deleted)."""
        if not 0 <= position <= len(self.raw):
            raise ValueError(f"position {position} is outside 0:{len(self.raw)}")
        index = bisect_right(self.deleted, (position, len(self.raw) + 1))
        if not index:
            return position
        start, end = self.deleted[index - 1]
        before = self._shift[index - 2] if index > 1 else 0
        return start - before if position < end else position - self._shift[index - 1]

    def raw_slice(self, start: int, end: int) -> str:
        """Return the raw characters behind ``text[start:end]``, the deleted ones left out."""
        return "".join(self.raw[self.raw_position(i)] for i in range(start, end))


@lru_cache(maxsize=1)  # the components of a pipeline clean the same document one after another
def clean(raw: str) -> CleanText:
    """Clean a raw text and keep the way back.

    Width is unified (letters, digits and ``%`` half, brackets and punctuation full), page marks,
    spaces between Chinese characters and line breaks inside sentences are deleted, and the
    brackets of document numbers become ``〔2021〕``. A paragraph break stays as one newline.
    Cleaning is idempotent and takes time linear in the text.

    Parameters
    ----------
    raw
        Any text, of any length.

    Returns
    -------
    CleanText
        The cleaned text with its alignment.
    """
    text = _replace(raw)
    deleted: list[Range] = []
    marks: list[Range] = []
    # What is deleted can bring a new page mark or space together, so go on until nothing changes;
    # the bound only matters to texts made for it.
    for _ in range(_MAX_PASSES):
        found_marks = find_page_marks(text)
        found = _merge(found_marks + _find_spaces(text, found_marks))
        if not found:
            break
        if deleted:
            back = _alignment(deleted)
            marks += [_raw_range(back, start, end) for start, end in found_marks]
            deleted = _merge(deleted + [_raw_range(back, start, end) for start, end in found])
        else:
            marks, deleted = found_marks, found
        text = _replace(_without(text, found))
    return CleanText(raw, text, tuple(deleted), tuple(_merge(marks)), *_alignment(deleted))


_MAX_PASSES = 16


# --- replacing one character by one --------------------------------------------------------------

_FULL_TO_HALF = {0xFF01 + i: 0x21 + i for i in range(94)}
# Chinese punctuation stays full width; only letters, digits and signs of numbers become half.
_KEEP_FULL = "！（），：；？～｜｛｝＂＇＜＞＾｀＿［］"
_HALF_TO_FULL = {"(": "（", ")": "）", "［": "［", "；": "；"}
_TABLE: dict[int, int | str] = {
    code: half for code, half in _FULL_TO_HALF.items() if chr(code) not in _KEEP_FULL
}
_TABLE.update({ord(half): full for half, full in _HALF_TO_FULL.items()})
_TABLE.update({0x2013: "—", 0x2014: "—", 0x2015: "—", 0x2500: "—", 0x2212: "-", 0x2010: "-", 0x2011: "-"})
_TABLE.update(
    {
        0x00A0: " ",
        0x3000: " ",
        0x000D: "\n",
        0x000B: "\n",
        0x000C: "\n",
        0x2028: "\n",
        0x2029: "\n",
        0x0085: "\n",
    }
)

# A comma, colon or semicolon of a Chinese sentence: not one inside a number, a time or Latin text.
_HALF_PUNCTUATION = re.compile(
    r"[,:;](?:(?<![0-9A-Za-z].)(?![0-9A-Za-z])|(?<=[一-龥）》”].)|(?=[一-龥（《“]))"
)
_TO_FULL = {",": "，", ":": "：", ";": "；"}
_YEAR_BRACKET = re.compile(r"[\[［【〔〖(（﹝]((?:19|20)\d\d)[\]］】〕〗)）﹞](?=(?:第)?\d{1,5}号)")


def _replace(text: str) -> str:
    """Replace look-alike characters, one for one."""
    text = text.translate(_TABLE)
    text = _HALF_PUNCTUATION.sub(lambda m: _TO_FULL[m.group()], text)
    return _YEAR_BRACKET.sub(r"〔\1〕", text)


# --- page marks ----------------------------------------------------------------------------------

# The dashes around a page number; OCR often reads them as the numeral 一.
_DASH = "—一-"
_DASHED = re.compile(rf"[{_DASH}]{{1,2}}[ \t]{{0,2}}(\d{{1,3}})[ \t]{{0,2}}[{_DASH}]{{1,2}}")
_OWN_LINE = re.compile(
    r"(?<=\n)[ \t]{0,40}"
    r"(?:第[ \t]?(\d{1,3})[ \t]?页(?:[ \t]?[，,/]?[ \t]?共[ \t]?\d{1,3}[ \t]?页)?|(\d{1,3}))"
    r"(?:[ \t]?/[ \t]?\d{1,3})?[ \t]{0,40}(?=\n)"
)
# Page 1 carries no number. A mark may also be glued to a year or a month: 22021年, 46月底.
_BARE = re.compile(
    r"(?<![0-9A-Za-z.,:：%+/〔第—-])(?<!\d[一—至到~～、和])"
    r"(?:[2-9](?=(?:[1-9]|1[0-2])月)|(?:[2-9]|[1-9]\d)(?=(?:19|20)\d\d年)"
    r"|(?:[2-9]|[1-9]\d)(?![0-9A-Za-z.,:：%+/〕号-]|[一—至到~～、和]\d))"
)
_HAN = re.compile(r"[一-龥]")

# Characters that show a number to be a real one: what follows a counted number …
_COUNTED = frozenset(
    "个種种家项年月日天号批次人名位元万亿千百十余多几岁倍条款期届省市县区州地周类级版部件例份股页层组轮台支"
    "张所户点成时分秒米克升度吨公里小座处间门对套代章节篇集卷幅辆架艘枚颗粒片瓶盒袋针剂项步方大国种单线站城"
    "季学两角寸亩斤字句题道"
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
_LOOK_BACK = 64  # candidates considered per page number, so that hostile texts stay linear


def find_page_marks(text: str) -> list[Range]:
    """Find page numbers that stand in running text.

    Numbers between dashes (``—3—``, ``一3一``) or alone on a line are page marks by their form. A bare
    number (``管理的范2围``) is one only if it continues the document's page count at a plausible
    distance and its neighbours do not make it a real number; the best such sequence is found by
    dynamic programming over all candidates.

    Parameters
    ----------
    text
        A text after one-for-one replacement.

    Returns
    -------
    list of (int, int)
        Sorted, disjoint half-open ranges, the dashes included.
    """
    dashed = [(_dashed_range(text, m), int(m[1])) for m in _DASHED.finditer(text)]
    formal = _merge([r for r, _ in dashed if r and not _is_between_digits(text, *r)])
    formal = _merge(formal + [m.span() for m in _OWN_LINE.finditer(text)])
    candidates = [
        (start, end, int("".join(c for c in text[start:end] if c.isdigit()) or 0), _DASHED_SCORE)
        for start, end in formal
    ]
    # 7一2一0%: between digits the dashes may also be those of a range, so the page count decides.
    doubtful = [(*r, number, _DOUBTFUL_SCORE) for r, number in dashed if r and _is_between_digits(text, *r)]
    candidates += doubtful
    formal = _merge(formal + _continuing(doubtful, candidates))
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
    return _merge(formal + bare)


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
    if "-" in (left[0], right[-1]) and (_is_ascii_word(before) or _is_ascii_word(after)):
        return None
    if left[-1] == "一" and right[0] == "一" and before.isdigit() and not after:
        return None
    return start, end


def _is_between_digits(text: str, start: int, end: int) -> bool:
    return text[start - 1 : start].isdigit() and text[end : end + 1].isdigit()


def _is_ascii_word(char: str) -> bool:
    return char.isascii() and char.isalnum()


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
        return score + 3.0  # 1.1万3余项, 20多4个: no numeral goes on like that
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
        score += 3.0 if _HEADING.match(text, end) else 1.5
    return score


def _joins_word(text: str, start: int, end: int) -> bool:
    """Tell whether the characters on both sides of a range form a dictionary word."""
    left, right = text[max(0, start - 2) : start], text[end : end + 2]
    return any(
        _is_word(left[-i:] + right[:j])
        for i in (1, 2)
        for j in (1, 2)
        if len(left) >= i and len(right) >= j and _HAN.match(left[-i]) and _HAN.match(right[j - 1])
    )


def _is_word(text: str) -> bool:
    import rjieba  # its dictionary takes a moment to load, and most texts do not need it

    return bool(rjieba.has_word(text))


def _best_sequence(candidates: list[_Candidate]) -> list[_Candidate]:
    """Choose the page numbers with the highest score (dynamic programming).

    They rise page by page; a count may start anew further on, as where several documents are in one text.
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
        and (_HEADING.match(text, end + 1) or not any(_is_word(text[end : end + n]) for n in (2, 3)))
    ):
        end += 1
    elif text[start - 1 : start] in ("—", "-"):
        start -= 1
    return start, end


# --- spaces and line breaks ----------------------------------------------------------------------

_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_SPACE = re.compile(rf"[\s{_INVISIBLE}]+")
_CANNOT_START = frozenset("，。、；：！？）》”’〉〕】％%的")
_CANNOT_END = frozenset("，、（《“‘〈〔")
_SENTENCE_END = frozenset("。！？；：”）》…")
_HEADING = re.compile(
    r"[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）|\d{1,2}[.、．]|第[一二三四五六七八九十百\d]{1,5}[章节条]|附件?[:：\d]"
)
_TITLE_END = re.compile(r"(?:通知|意见|决定|公告|办法|规定|条例|方案|的?函|答复|批复|号|局|委|部|厅|会)$")
_LONGEST_TITLE = 60
_WRAPPED = 25  # a line this long that ends without punctuation was broken by the page, not the author


def _find_spaces(text: str, marks: list[Range]) -> list[Range]:
    """Find the white space to delete; ``marks`` are treated as if they were gone."""
    found: list[Range] = []
    mark_starts = dict(marks)
    mark_ends = {end: start for start, end in marks}
    line_start = 0
    for match in _SPACE.finditer(text):
        start, end = match.span()
        left = mark_ends.get(start, start)
        right = mark_starts.get(end, end)
        before, after = text[left - 1 : left], text[right : right + 1]
        run = match.group()
        if not before or not after:
            found.append((start, end))
            line_start = end
        elif "\n" in run:
            if left != start and text[left - 1 : left].isspace():
                # The mark stood on its own line; the break before it was judged with this side in view.
                found.append((start, end))
            elif _breaks_sentence(text, line_start, left, right):
                found.append((start, end))
            else:
                keep = start + next(i for i, c in enumerate(run) if c == "\n")
                found += [r for r in ((start, keep), (keep + 1, end)) if r[0] < r[1]]
                line_start = end
        elif _is_ascii_word(before) and _is_ascii_word(after) and not (before.isdigit() and after.isdigit()):
            keep = start + next((i for i, c in enumerate(run) if c == " "), len(run))
            found += [r for r in ((start, keep), (keep + 1, end)) if r[0] < r[1]]
        else:
            found.append((start, end))
    return found


def _breaks_sentence(text: str, line_start: int, left: int, right: int) -> bool:
    """Tell whether a line break between ``left`` and ``right`` stands inside a sentence."""
    before, after = text[left - 1], text[right]
    if after in _CANNOT_START or before in _CANNOT_END:
        return True
    if before in _SENTENCE_END or left - line_start < _WRAPPED:
        return False
    if _HEADING.match(text, right) or _HEADING.match(text, line_start):
        return False
    is_title = left - line_start < _LONGEST_TITLE and _TITLE_END.search(text, max(line_start, left - 4), left)
    return not (is_title or after.isdigit())


# --- alignment -----------------------------------------------------------------------------------


def _merge(ranges: list[Range]) -> list[Range]:
    """Sort ranges and join those that overlap or touch."""
    merged: list[Range] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _without(text: str, deleted: list[Range]) -> str:
    pieces = []
    position = 0
    for start, end in deleted:
        pieces.append(text[position:start])
        position = end
    pieces.append(text[position:])
    return "".join(pieces)


def _alignment(deleted: list[Range]) -> tuple[list[int], list[int]]:
    kept: list[int] = []
    shift: list[int] = []
    total = 0
    for start, end in deleted:
        kept.append(start - total)
        total += end - start
        shift.append(total)
    return kept, shift


def _raw_range(alignment: tuple[list[int], list[int]], start: int, end: int) -> Range:
    first, last = _raw_position(alignment, start), _raw_position(alignment, end - 1)
    return first, last + 1


def _raw_position(alignment: tuple[list[int], list[int]], position: int) -> int:
    kept, shift = alignment
    index = bisect_right(kept, position)
    return position + (shift[index - 1] if index else 0)
