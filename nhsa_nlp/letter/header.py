"""The head of a reply: everything above its first sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from nhsa_nlp.letter.flat import FlatText, Gap
from nhsa_nlp.letter.issuer import names_before
from nhsa_nlp.letter.organizations import ends_like_organization
from nhsa_nlp.text.dates import DATE, to_iso

REACH = 4000
"""A head ends within this many characters of the beginning."""

Body = Literal["npc", "cppcc"]

# --- whom it is written to --------------------------------------------------------------------

_LONGEST_ADDRESSEE = 120
_MOST_COLONS = 60
_ADDRESSEE = re.compile(
    r"(?:代表|委员|代表团|人士|先生|女士|同志|界别?|中央(?:委员会)?|委员会|[省市区县州盟旗]委会?|工商联|学社|台盟"
    r"|总支部?|支部|联合会|协会|小组)(?:（[^（）]{1,20}）)?$"
)
# What a lost line break puts right before the addressee.
_BEFORE_ADDRESSEE = re.compile(
    r"答复意见|答复函|复函|的函|答复|回复|\d号|\d日|公开）?|尊敬的|\d{1,4}[-./]\d{1,2}[-./]\d{1,2}|[A-D]类"
)
_SPOKEN_TO = re.compile(r"收悉|您|你们|[答回函]复如下")
_SPOKEN_TO_BODY = re.compile(r"[你贵][局委厅办部院会省市区县单公]")
_DEPUTY = re.compile(r"代表(?:团)?(?:（[^（）]{1,20}）)?$")
_MEMBER = re.compile(
    r"(?:委员|界别?|中央(?:委员会)?|[省市区县州盟旗]委会?|工商联|学社|台盟)(?:（[^（）]{1,20}）)?$"
)

# --- its own number ---------------------------------------------------------------------------

_DECREE = re.compile(r"[一-龥]{2,16}令第\d{1,4}号")  # often on two lines
_CITED = re.compile(r"(?:[《》（(、“]|根据|按照|依据|印发|关于|贯彻|落实|执行|转发|以及)$")
_GOES_ON = re.compile(r"[）)》，、的等中和]|文件|规定|提出|要求|明确|印发")

# --- the proposal it answers ------------------------------------------------------------------

_COUNT = r"第?[一二三四五六七八九十\d]{1,4}"
_SESSION = re.compile(rf"{_COUNT}届(?P<of>[一-龥]{{0,20}}?){_COUNT}次(?:全体)?会议")
_REGION = (
    r"(?:[^\W\d_A-Za-z对关就的号年届于在局]{1,7}(?:省|自治区|自治州|市|州|盟|县|区|旗|兵团)"
    r"|自治区|全国|省|市|区|县|州)"
)
_SESSION_OF = re.compile(
    rf"(?:中国人民政治协商会议|(?:{_REGION})?(?:政协|人大|人民代表大会)(?:{_REGION})?|{_REGION})$"
)
_NPC = re.compile(r"人大|人民代表大会")
_CPPCC = re.compile(r"政协|政治协商会议")

_NUMBER = r"(?:[一-龥]{1,2}|[A-Za-z]{1,3})?\d{1,10}(?:-\d{1,6})?"
_PROPOSAL = re.compile(
    rf"(?:第|(?<=会议))(?P<number>{_NUMBER})号(?=(?:（[^（）]{{1,30}}）|[一-龥]{{2,8}}类第?\d{{1,6}}号)?"
    r"(?:[、，和及]第\d|的?(?:人大|政协)?(?:代表|委员)?(?:建议|提案|议案|《|“)))"
    r"|(?:建议|提案|议案)(?:编号[：:]?)?第?(?P<after>\d{1,10})号"
)
_CATEGORY = re.compile(r"(?P<name>[^\W\d_A-Za-z号第]{2,10}类)第?(?P<number>\d{1,6})号")
_ANSWER = re.compile(r"(?P<word>建议|提案|议案)[^。]{0,100}?(?:答复(?:函|意见|的函)?|复函|回复|的函)")
_TITLE_OF_PROPOSAL = re.compile(r"[《“](?P<title>[^《》“”。]{4,120}(?:建议|提案|议案))[》”]")

# --- its date ---------------------------------------------------------------------------------

_DATE_LABEL = re.compile(r"(?:日期|时间)[：:]?$")
_PUBLISHED = re.compile(r"(?:发布|公开|更新|上传|录入)(?:日期|时间)[：:]?$")  # not the date of the letter
_OWN_DATE_LABEL = re.compile(r"(?:成文|印发|发文)日期[：:]?$")


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above the first sentence, as in :class:`nhsa_nlp.record.LetterRecord`.

    Attributes
    ----------
    subject
        The range of the title of the proposal, if the heading quotes it.
    body
        Whose proposal it answers.
    answer_end
        After the words that call the document an answer to a proposal, None if there are none.
    """

    number: str | None
    proposal_number: str | None
    proposal_category: str | None
    session: str | None
    issuer: str | None
    date: str | None
    subject: tuple[int, int] | None
    body: Body | None
    answer_end: int | None


def find_addressee(flat: FlatText) -> tuple[int, int] | None:
    """Return the range of whom a reply is written to, without the colon after it; None if not found."""
    text = flat.text[:REACH]
    for colon in islice(re.finditer("[：:]", text), _MOST_COLONS):
        position = colon.start()
        start = _addressee_start(flat, position)
        if _ADDRESSEE.search(text, start, position) and _SPOKEN_TO.search(text, position, position + 200):
            return start, position
        if _SPOKEN_TO_BODY.match(text, position + 1) and ends_like_organization(text[start:position]):
            return start, position
    return None


def addressee_before(flat: FlatText, position: int) -> tuple[int, int] | None:
    """Return the addressee right before the opening sentence, where the colon was lost."""
    end = position
    while end and flat.text[end - 1] in "：:，,；;":
        end -= 1
    start = _addressee_start(flat, end)
    return (start, end) if _ADDRESSEE.search(flat.text, start, end) else None


def addressed_body(text: str) -> Body | None:
    """Return whose member an addressee is, by the title they are given."""
    if _DEPUTY.search(text):
        return "npc"
    return "cppcc" if _MEMBER.search(text) else None


def read_heading(flat: FlatText, end: int) -> Heading:
    """Read what stands before ``end``: above the addressee, or above the first sentence."""
    text = flat.text
    session = _find_session(text, end)
    proposals = list(_PROPOSAL.finditer(text, 0, end))
    category = _CATEGORY.search(text, 0, end)
    answer = _find_answer(flat, end)
    quoted = _TITLE_OF_PROPOSAL.search(text, 0, end) if proposals or answer else None
    starts = [session[0]] if session else []
    starts += [match.start() for match in proposals[:1]]
    name = text[slice(*session)] if session else ""
    return Heading(
        number=find_number(flat, end),
        proposal_number="、".join(_run_of_numbers(proposals)) or None,
        proposal_category=f"{category['name']}{category['number']}号" if category and proposals else None,
        session=name or None,
        issuer=_find_issuer(flat, min(starts)) if starts else None,
        date=find_date(flat, 0, end),
        subject=quoted.span("title") if quoted else None,
        body=_body(name, answer),
        answer_end=answer.end() if answer else None,
    )


def find_number(flat: FlatText, end: int) -> str | None:
    """Return the number the document itself has, in standard form, from what stands before ``end``."""
    for number in flat.numbers:
        code, year, _ = number.normalized.partition("〔")
        if number.end > end or not (code and year):
            continue
        if not (
            _CITED.search(flat.text, max(0, number.start - 2), number.start)
            or _GOES_ON.match(flat.text, number.end)
        ):
            # What cleaning has joined to the code from the line above does not belong to it.
            breaks = [at for at in range(number.start + 1, number.start + len(code)) if flat.starts_line(at)]
            return number.normalized[(breaks[-1] - number.start) if breaks else 0 :]
    decree = _DECREE.match(flat.text, 0, end)
    return decree.group() if decree else None


def find_date(flat: FlatText, start: int, end: int) -> str | None:
    """Return the date that stands alone, or after a label, in ``flat.text[start:end]``."""
    alone = None
    for match in DATE.finditer(flat.text, start, end):
        iso = to_iso(match)
        if iso is None:
            continue
        before = flat.text[max(0, match.start() - 12) : match.start()]
        if _OWN_DATE_LABEL.search(before):
            return iso
        if _PUBLISHED.search(before):
            continue
        is_alone = flat.gap(match.start()) != Gap.NONE or match.start() == start or _DATE_LABEL.search(before)
        if alone is None and is_alone and (flat.gap(match.end()) != Gap.NONE or match.end() == end):
            alone = iso
    return alone


def _addressee_start(flat: FlatText, position: int) -> int:
    """Return where the line, or what was one, that ends at ``position`` begins with a name."""
    text = flat.text
    start = position
    while start > max(0, position - _LONGEST_ADDRESSEE):
        if text[start - 1] in "。！？；：:":
            break
        start -= 1
        # A list of names may go on over lines.
        if flat.ends_line(start) and text[start - 1 : start] not in ("、", "，"):
            break
    for before in _BEFORE_ADDRESSEE.finditer(text, start, position):
        start = before.end()
    while start < position and (text[start].isdigit() or text[start] in "，、。:：》）)】 .-"):
        start += 1
    return start


def _find_session(text: str, end: int) -> tuple[int, int] | None:
    for match in _SESSION.finditer(text, 0, end):
        before = _SESSION_OF.search(text[max(0, match.start() - 24) : match.start()])
        start = match.start() - (len(before.group()) if before else 0)
        if _NPC.search(text, start, match.end()) or _CPPCC.search(text, start, match.end()):
            return start, match.end()
    return None


def _run_of_numbers(matches: list[re.Match[str]]) -> list[str]:
    """Return the first number and those listed right after it: 第12号、第34号建议."""
    numbers: list[str] = []
    last = None
    for match in matches:
        if last is not None and match.start() - last > 1:
            break
        numbers.append(match["number"] or match["after"])
        last = match.end()
    return numbers


def _find_answer(flat: FlatText, end: int) -> re.Match[str] | None:
    """Find the words that call the document an answer: they end a line, or what was one."""
    for match in _ANSWER.finditer(flat.text, 0, end):
        after = match.end()
        if flat.gap(after) != Gap.NONE or after == end or flat.number_at(after):
            return match
    return None


def _body(session: str, answer: re.Match[str] | None) -> Body | None:
    if _NPC.search(session):
        return "npc"
    if _CPPCC.search(session):
        return "cppcc"
    # 建议 alone is not enough: members of the CPPCC make 建议 too.
    return "cppcc" if answer and answer["word"] == "提案" else None


def _find_issuer(flat: FlatText, position: int) -> str | None:
    """Return who answers, as in 国家医疗保障局关于… or 国家医疗保障局对…."""
    while position and flat.text[position - 1] in "关于对就在的":
        position -= 1
    _, names = names_before(flat, position)
    return "、".join(names) or None
