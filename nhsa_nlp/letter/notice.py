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
# 安州市人民政府印发《关于…的意见》的通知 has 关于 in another title only.
_TITLE_BEGIN = re.compile("关于|(?:印发|转发|批转)(?=《)")
_TITLE_END = re.compile(
    rf"(?P<of>的)?(?:若干|指导|实施|补充|紧急|暂行|试行){{0,2}}{_KINDS}(?:（[^（）〕]{{1,12}}）)?"
)
# The title goes on, or it is only cited.
_NOT_AN_END = re.compile(r"[的》”，、。）]|中|要求|精神|有关|规定|明确|提出|部署|印发")
_NOTICE = re.compile(r"(?:通知|通告|公告|通报)(?:（[^（）]{1,12}）)?$")
_LABELLED = re.compile(
    r"（[^（）]{1,40}）|[一-龥]{0,6}?(?:日期|时间|文号|字号)[：:]|\d{1,2}[:：]\d\d(?:[:：]\d\d)?"
    r"|(?:浏览|点击|阅读|访问)(?:次数|量|数)?[：:]?(?:\d+次?)?|字[体号大小]*[：:]?[【\[［（][^】\]］）]{0,12}[】\]］）]"
    r"|[【\[](?:打印|关闭|返回|收藏|分享|[大中小])*[】\]]|打印|视力保护色[：:]|分享到?[：:]?|(?:主动|依申请|不予)公开"
)
# Labels with a value of any kind: it ends with the gap behind it.
_NAMED_FIELD = re.compile(
    "(?:信息)?(?:来源|作者|编辑|发布机构|发布人|索引号|分类|主题词|有效性|公开方式)[：:]"
)
_LONGEST_VALUE = 40
_NEAR_BEGINNING = 60  # characters: a number or a letterhead may stand above
_REACH_OF_NUMBER = 300
_TOLD = re.compile(
    r"通[知报]如下|(?:现|将)[^。]{0,80}(?:[印转]发(?:给你们)?|下发)|(?:贯彻|遵照|认真|抓好)(?:执行|落实)"
    r"|特此(?:通知|通告|公告|通报)|[如以]下(?:实施)?(?:意见|方案|通知)"
)
_CIRCULAR = re.compile(
    r"现[^。]{0,80}[印转下]发给你们|特此(?:通知|通告|公告|通报)|有关(?:事项|情况)通[知报]如下"
)
# How the lists begin: 各市（州）人民政府, 市直各有关单位, 局属各单位.
_RECIPIENTS = re.compile(
    "各(?!类|项|种|位(?!人大代表|代表|委员))|[省市县区州盟旗]直|[省市县区州盟旗]各|全[省市县区]各|[局委]?机关各|[局委]属"
)
_TITLE_LABEL = re.compile("(?:标题|名称|题目|题名|主题)：$")
_LOOSE_ISSUER = re.compile(r"[一-龥]{1,30}(?:[局厅委办府院会处所部室司队]|中心|公司|集团)\Z")
_LONGEST_ISSUER = 40
_BODIES = re.compile(
    r"(?:代表|委员|同志|个人)$|[局厅委办部门会院府位业司校心行团盟省市区县构处社联军馆园库室所站科队）]$"
)


@dataclass(frozen=True, slots=True)
class NoticeHead:
    """The head of a notice: ranges in the flat text, the title from 关于 or 印发 on.

    Attributes
    ----------
    addressee
        The list of bodies it is sent to.
    head_end
        Where the text proper begins.
    is_notice
        Whether it is called a notice, or is sent to other bodies.
    """

    title: tuple[int, int] | None
    addressee: tuple[int, int] | None
    issuers: tuple[str, ...]
    head_end: int
    is_notice: bool


def find_notice_head(flat: FlatText) -> NoticeHead | None:
    """Find the title of a document, and whom it is sent to."""
    text = flat.text
    first_stop = re.search("[。！？]", text[:_REACH])
    limit = first_stop.start() if first_stop else min(len(text), _REACH)
    first = None  # the title of the page, where that of the document follows with its list
    for begin in _TITLE_BEGIN.finditer(text, 0, limit):
        start = begin.start()
        names_start, issuers = names_before(flat, start)
        if not _begins_line(flat, names_start) and not _named_loosely(flat, start):
            continue
        end = _title_end(flat, start, min(len(text), start + _LONGEST_TITLE))
        if end is None:
            continue
        addressee = _find_list(flat, end)
        is_notice = addressee is not None or _NOTICE.search(text, start, end) is not None
        head_end = addressee[1] if addressee else end
        head = NoticeHead((start, end), addressee, tuple(issuers), head_end, is_notice)
        if addressee:
            return head
        first = first or head
    recipients = _find_recipients(flat, limit)
    if recipients is None:
        return first or _untitled(flat)
    if first:
        head_end = max(first.head_end, recipients[1])
        return NoticeHead(first.title, recipients, first.issuers, head_end, is_notice=True)
    if recipients[0] <= _NEAR_BEGINNING or is_told(text[recipients[1] : recipients[1] + _REACH]):
        return NoticeHead(None, recipients, (), recipients[1], is_notice=True)
    return None


def is_circular(text: str) -> bool:
    """Return whether a text without a head says that it is a notice."""
    return ("你们" in text or "特此" in text or "如下" in text) and _CIRCULAR.search(text) is not None


def is_told(text: str) -> bool:
    """Return whether a text says that it makes something known to those it is sent to."""
    return _TOLD.search(text) is not None


def _untitled(flat: FlatText) -> NoticeHead | None:
    """Find the head of a notice that begins with its number and whom it is sent to."""
    for number in flat.numbers:
        if number.start > _REACH_OF_NUMBER:
            break
        addressee = _find_list(flat, number.start) if flat.starts_line(number.start) else None
        if addressee and is_told(flat.text[addressee[1] : addressee[1] + _REACH]):
            return NoticeHead(None, addressee, (), addressee[1], is_notice=True)
    return None


def _find_recipients(flat: FlatText, limit: int) -> tuple[int, int] | None:
    """Return the range of a list such as 各县（市、区）医保局，市直各有关单位 before the first sentence."""
    text = flat.text
    position = 0
    while (end := text.find("：", position, limit)) >= 0:
        if _BODIES.search(text, position, end):
            start = _recipients_start(flat, max(position, end - _LONGEST_LIST), end)
            if start is not None:
                return start, end
        position = end + 1
    return None


def _recipients_start(flat: FlatText, min_start: int, end: int) -> int | None:
    """Return where a list of bodies that ends at ``end`` begins: the first line, or what was one, with 各."""
    for match in _RECIPIENTS.finditer(flat.text, min_start, end):
        start = match.start()
        if flat.starts_line(start) or start == 0 or flat.text[start - 1] in "号日|":
            return start
    return None


def _named_loosely(flat: FlatText, position: int) -> bool:
    """Return whether a line begins with who issued the title that goes on at ``position``."""
    issuer = _LOOSE_ISSUER.search(flat.text, max(0, position - _LONGEST_ISSUER), position)
    return issuer is not None and any(
        flat.starts_line(start) for start in range(issuer.start(), position - 1)
    )


def _begins_line(flat: FlatText, position: int) -> bool:
    before = flat.text[max(0, position - 5) : position]
    if _TITLE_LABEL.search(before):
        return True
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
        elif match := _NAMED_FIELD.match(text, position):
            ends = range(match.end() + 1, min(match.end() + _LONGEST_VALUE, len(text)))
            position = next((end for end in ends if flat.gap(end) != Gap.NONE), match.end())
        else:
            break
    end = text.find("：", position, position + _LONGEST_LIST)
    if end < 0 or re.search("[。！？]", text[position:end]) or not _BODIES.search(text, position, end):
        return None
    start = _recipients_start(flat, position, end)
    return position if start is None else start, end
