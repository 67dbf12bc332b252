"""Where the code or the name of an issuer begins, before the rest of a document number.

A code is what stands between the last word that is none of it and the year: after 根据, after a full name
(国务院办公厅国办发), after the title of a document, after a blank.
"""

from __future__ import annotations

import re

from nhsa_nlp.text import CleanText
from nhsa_nlp.text.patterns import any_of, read_words

_LONGEST_RUN = 30
_SHORTEST, _LONGEST = 2, 9  # characters of a code
_LONGEST_OF_AGENCY = 12  # of one that begins with an agency
_HAN = re.compile(r"[一-龥]+\Z")
_LISTED = re.compile(r"[一-龥、]+\Z")

_WORDS = read_words("nhsa_nlp.entities", "doc_numbers.txt")
_FOLLOWED = r"(?=[一-龥])"
# The last of these before the number ends what is not part of the code or the name.
_AFTER_WORDS = re.compile(f".*{any_of(_WORDS['cites'] + _WORDS['joins'])}{_FOLLOWED}")
_AFTER_NAMES = re.compile(f".*{any_of(_WORDS['bodies'] + _WORDS['kinds'])}(?=[一-龥]{{2}})")
# Beginnings of the names of places, which are such words elsewhere: 和县, 日照, 太原 (并).
_PLACE_OR_WORD = re.compile(f"{any_of(_WORDS['places'])}(?![国中]){_FOLLOWED}")
_ALONE_AFTER = re.compile(r"(?:\A|[（(\[【〔：:“\n])\Z")
# What a number leaves at the beginning: 12月, 14号.
_LEFT_OF_NUMBER = re.compile(r"(?<=[0-9])[年月日号版条款项届次期]")
# Where the code of an issuer can begin: an agency, or the short name of a place before one.
_AGENCY = re.compile(any_of(_WORDS["agencies"]))
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼滇黔陇秦台港澳兵杭穗深甬蓉汉青"
# （益）食药监行罚〔2018〕21号
_NO_PLACE = "[一二三四五六七八九十附见即原注如下上含另详参]"
_PLACE_IN_BRACKETS = re.compile(rf"[（(](?:(?!{_NO_PLACE})[一-龥]){{1,2}}[）)]\Z")
# What stands for the name of a place that is kept back. One circle alone may be a bullet.
_MASK = re.compile(rf"(?<![0-9A-Za-z×○〇□])[{_PROVINCES}]?(?:[Xx×]{{1,4}}|[○〇□]{{2,4}})\Z")
_LONGEST_MASK = 5
_ENDS_CODE = re.compile(f"{any_of(_WORDS['categories'])}$")
_OTHER_NUMBER = re.compile(f"{any_of(_WORDS['other_numbers'])}$")
_AGENCY_END = re.compile(r"(?:部|委|委员会|局|院|署|总局|主席|政府|国|省|市|厅|会|办公厅|办公室|军|行|中心)$")
_APART = re.compile(f"{any_of(_WORDS['bodies'] + _WORDS['kinds'])}$")


def code_start(text: str, end: int, view: CleanText | None, *, sure: bool) -> int | None:
    """Return where the issuer's code that ends at ``end`` begins, None if there is none.

    ``view`` shows where the raw text has blanks. ``sure`` asks for a code that ends as most do, in 发 or 函,
    since the year behind it is not written as one.
    """
    run = _HAN.search(text, max(0, end - _LONGEST_RUN), end)
    if run is None:
        return None
    start = run.start()
    if view:
        start = _after_blank(view, start, end)
    is_alone = _ALONE_AFTER.search(text, max(0, start - 1), start) is not None
    is_place = (
        is_alone
        and _PLACE_OR_WORD.match(text, start, end) is not None
        and _AGENCY.match(text, start + 1, end) is not None
    )
    after = _after_words(text, start + is_place, end)
    start = start if after == start + is_place else after
    while names := _AFTER_NAMES.match(text, start, end):
        start = names.end()
    if mask := _MASK.search(text, max(0, start - _LONGEST_MASK - 1), start):
        start = start if view and blank_before(view, start) else mask.start()
    code = text[start:end]
    if len(code) < _SHORTEST or _OTHER_NUMBER.search(code) or (sure and not _ENDS_CODE.search(code)):
        return None
    if len(code) <= _LONGEST:
        place = _PLACE_IN_BRACKETS.search(text, max(0, start - 4), start)
        return place.start() if place else start
    agency = _AGENCY.search(text, max(start, end - _LONGEST_OF_AGENCY), end)
    if agency is None:
        return None
    begin = agency.start()
    while begin > start and text[begin - 1] in _PROVINCES:
        begin -= 1
    return begin


def agency_start(text: str, end: int) -> int | None:
    """Return where the names of agencies before 令 or 公告, at ``end``, begin; None if there are none."""
    run = _LISTED.search(text, max(0, end - 2 * _LONGEST_RUN), end)
    if run is None:
        return None
    start = end
    for piece in reversed(list(re.finditer("[^、]+", run.group()))):
        piece_end = run.start() + piece.end()
        piece_start = max(run.start() + piece.start(), piece_end - _LONGEST_RUN)
        name_start = _after_words(text, piece_start, piece_end)
        name = text[name_start:piece_end]
        if not (_AGENCY_END.search(name) or (name == "国" and start == end)):
            break
        start = name_start
        if name_start > piece_start:
            break
    return start if start < end else None


def _after_words(text: str, start: int, end: int) -> int:
    """Return where what ends at ``end`` begins without words such as 根据 before it."""
    if left := _LEFT_OF_NUMBER.match(text, start, end):
        start = left.end()
    words = _AFTER_WORDS.match(text, start, end)
    return words.end() if words else start


def _after_blank(view: CleanText, start: int, end: int) -> int:
    """Return where the part begins that a blank or a line break of the raw text parts from what is before it.

    Not every blank does: OCR puts them between the characters of a code, and a line may end within one.
    """
    for position in range(end - _SHORTEST, start, -1):
        if blank := blank_before(view, position):
            is_far = end - position > _SHORTEST and not blank_before(view, position - 1)
            if (is_far and "\n" not in blank) or _APART.search(view.text, start, position):
                return position
    return start


def blank_before(view: CleanText, position: int) -> str:
    """Return the white space that the raw text has before a character of the cleaned one."""
    begin, end = view.raw_position(position - 1) + 1 if position else 0, view.raw_position(position)
    return between if (between := view.raw[begin:end]).isspace() else ""
