"""The head of a document that is sent to other bodies: its title and the list of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nhsa_nlp.letter.flat import FlatText, Gap
from nhsa_nlp.letter.issuer import names_before
from nhsa_nlp.text.dates import DATE

_REACH = 1500  # a title begins within this many characters of the beginning
_LONGEST_TITLE = 200
_LONGEST_LIST = 1500
_KINDS = (
    r"(?:通知|通告|公告|通报|意见|函|批复|决定|决议|办法|规定|细则|方案"
    r"|规范|规程|条例|指南|规划|计划|要点|措施)"
)
_TITLE_END = re.compile(
    rf"(?P<of>的)?(?:若干|指导|实施|补充|紧急|暂行|试行){{0,2}}{_KINDS}(?:（[^（）]{{1,12}}）)?"
)
# The title goes on, or it is only cited.
_NOT_AN_END = re.compile(r"[的》”，、。）]|中|要求|精神|有关|规定|明确|提出|部署|印发")
_NOTICE = re.compile(r"(?:通知|通告|公告|通报)(?:（[^（）]{1,12}）)?$")
_LABELLED = re.compile(
    r"（[^（）]{1,40}）|[一-龥]{0,6}?(?:日期|时间|文号|字号|来源)[：:]|\d{1,2}[:：]\d\d(?:[:：]\d\d)?"
)
_BODIES = re.compile(r"[局厅委办部会院府位业司校心行团盟省市区县构处社联）]$")


@dataclass(frozen=True, slots=True)
class NoticeHead:
    """The head of a notice: ranges in the flat text, the title from 关于 on.

    Attributes
    ----------
    addressee
        The list of bodies it is sent to.
    head_end
        Where the text proper begins.
    is_notice
        Whether it is called a notice, or is sent to other bodies.
    """

    title: tuple[int, int]
    addressee: tuple[int, int] | None
    issuers: tuple[str, ...]
    head_end: int
    is_notice: bool


def find_notice_head(flat: FlatText) -> NoticeHead | None:
    """Find the title of a document, and whom it is sent to."""
    text = flat.text
    first_stop = re.search("[。！？]", text[:_REACH])
    limit = first_stop.start() if first_stop else min(len(text), _REACH)
    for begin in re.finditer("关于", text[:limit]):
        start = begin.start()
        names_start, issuers = names_before(flat, start)
        if not _begins_line(flat, names_start):
            continue
        end = _title_end(flat, start, min(len(text), start + _LONGEST_TITLE))
        if end is None:
            continue
        addressee = _find_list(flat, end)
        is_notice = addressee is not None or _NOTICE.search(text, start, end) is not None
        head_end = addressee[1] if addressee else end
        return NoticeHead((start, end), addressee, tuple(issuers), head_end, is_notice)
    return None


def _begins_line(flat: FlatText, position: int) -> bool:
    before = flat.text[max(0, position - 2) : position]
    return flat.gap(position) != Gap.NONE or re.search(r"\d[号日]$|）$", before) is not None


def _title_end(flat: FlatText, start: int, limit: int) -> int | None:
    """Return where the title that begins at ``start`` ends; titles it cites are stepped over."""
    text = flat.text
    position = start
    while position < limit:
        match = _TITLE_END.search(text, position, limit)
        if match is None:
            return None
        opened = text.count("《", start, match.start()) - text.count("》", start, match.start())
        if re.search("[。！？]", text[start : match.start()]):
            return None
        end = match.end()
        # Without a line break only 的通知 is certain to be the end.
        certain = match["of"] or flat.starts_line(end)
        if opened <= 0 and certain and not _NOT_AN_END.match(text, end):
            return end
        position = end
    return None


def _find_list(flat: FlatText, position: int) -> tuple[int, int] | None:
    """Return the range of the bodies named after a title, up to the colon."""
    text = flat.text
    while True:
        if number := flat.number_at(position):
            position = number.end
        elif match := DATE.match(text, position) or _LABELLED.match(text, position):
            position = match.end()
        else:
            break
    end = text.find("：", position, position + _LONGEST_LIST)
    if end < 0 or re.search("[。！？]", text[position:end]) or not _BODIES.search(text, position, end):
        return None
    return position, end
