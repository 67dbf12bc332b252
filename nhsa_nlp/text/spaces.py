"""White space to delete: between Chinese characters, and line breaks inside sentences."""

from __future__ import annotations

import re

from nhsa_nlp.text.alignment import Range
from nhsa_nlp.text.layout import HEADING, is_ascii_word

_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_SPACE = re.compile(rf"[\s{_INVISIBLE}]+")
_CANNOT_START = frozenset("，。、；：！？）》”’〉〕】％%的")
_CANNOT_END = frozenset("，、（《“‘〈〔")
_SENTENCE_END = frozenset("。！？；：”）》…")
_TITLE_END = re.compile(r"(?:通知|意见|决定|公告|办法|规定|条例|方案|的?函|答复|批复|号|局|委|部|厅|会)$")
_LONGEST_TITLE = 60
_WRAPPED = 25  # a line this long that ends without punctuation was broken by the page, not the author


def find_spaces(text: str, marks: list[Range]) -> list[Range]:
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
        elif is_ascii_word(before) and is_ascii_word(after) and not (before.isdigit() and after.isdigit()):
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
    if HEADING.match(text, right) or HEADING.match(text, line_start):
        return False
    is_title = left - line_start < _LONGEST_TITLE and _TITLE_END.search(text, max(line_start, left - 4), left)
    return not (is_title or after.isdigit())
