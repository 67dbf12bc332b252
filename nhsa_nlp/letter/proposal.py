"""The head of a proposal: the title it has from whoever made it."""

from __future__ import annotations

import re

from nhsa_nlp.letter.flat import FlatText, Gap

_LONGEST_TITLE = 120
_BEGIN = re.compile("关于(?![您你])")
_LABEL = re.compile(r"(?:案由|题目|标题|名称|主题)：$")
_END = re.compile(r"的(?:若干|几点|一些|意见和|意见与)?(?:建议|提案|议案)(?:（[^（）]{1,20}）)?")


def find_proposal_title(flat: FlatText, limit: int) -> tuple[int, int] | None:
    """Find the title of a proposal: a line of its own such as ``关于完善医保目录的建议``.

    It may be broken into several lines, begins before ``limit``, the end of the first sentence, and does
    not include a label (``案由：``).
    """
    text = flat.text
    for begin in _BEGIN.finditer(text, 0, limit):
        start = begin.start()
        if flat.gap(start) == Gap.NONE and not _LABEL.search(text, max(0, start - 4), start):
            continue
        for end in _END.finditer(text, start, min(limit, start + _LONGEST_TITLE)):
            if flat.starts_line(end.end()):
                return start, end.end()
    return None
