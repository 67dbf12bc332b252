"""The head of a reply: everything above its first sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from nhsa_nlp.letter.flat import FlatText, Gap
from nhsa_nlp.letter.issuer import names_before
from nhsa_nlp.letter.organizations import ends_like_organization
from nhsa_nlp.letter.signature import SIGNED
from nhsa_nlp.text.dates import find_dates, to_iso

REACH = 4000
"""A head ends within this many characters of the beginning."""

Body = Literal["npc", "cppcc"]

# --- whom it is written to --------------------------------------------------------------------

_LONGEST_ADDRESSEE = 120
_LONGEST_ENDING = 30  # characters by which an addressee is told
_MOST_COLONS = 60
_ADDRESSEE = re.compile(
    r"(?:代表|委员|代表团|网友|网民|市民|居民|群众|朋友|人士|先生|女士|同志|界别?|中央(?:委员会)?|委员会|[省市区县州盟旗]委会?|工商联|学社|台盟"
    r"|总支部?|支部|联络[组处站室]|委员组|联合会|协会|小组)(?:（[^（）]{1,20}）)?$"
)
# What a lost line break puts right before the addressee.
_BEFORE_ADDRESSEE = re.compile(
    r"答复意见|答复函|复函|的函|答复|回复|\d号|\d日|公开）?|尊敬的|\d{1,4}[-./]\d{1,2}[-./]\d{1,2}|[A-D]类|大中小|[会协分]办意见|办理意见|\d次"
)
_ENDS_PAGE_FIELD = tuple("局厅府网次】]")  # 来源：某某市医保局 张三代表
_GREETING = re.compile(r"[，,]?[您你]们?好\Z")  # 张三代表，您好：
_OPINION = re.compile(r"(?:会办|协办|分办)(?:意见|如下)")
_SPOKEN_TO = re.compile(r"收悉|您|你们|[答回函]复如下")
_SPOKEN_TO_BODY = re.compile(r"[你贵][局委厅办部院会省市区县单公]")
_OF_PEOPLE = re.compile(r"(?:等\d*名?)?(?:代表|委员)$")
_NAME = re.compile(r"[一-龥*×·]{2,4}(?:(?:等\d*名?)?(?:代表|委员))?$")
_DOUBLE_SURNAME = re.compile("欧阳|上官|司马|诸葛|皇甫|令狐|慕容|公孙|尉迟|东方|司徒|夏侯|端木|宇文|长孙")
_DEPUTY = re.compile(r"代表(?:团)?(?:（[^（）]{1,20}）)?$")
_MEMBER = re.compile(
    r"(?:委员|界别?|中央(?:委员会)?|[省市区县州盟旗]委会?|工商联|学社|台盟)(?:（[^（）]{1,20}）)?$"
)

# --- its own number ---------------------------------------------------------------------------

_DECREE = re.compile(r"[一-龥]{2,16}令第\d{1,4}号")  # often on two lines
_CITED = re.compile(r"(?:[《》（(、“]|根据|按照|依据|印发|关于|贯彻|落实|执行|转发|以及)$")
_IN_HEADING = re.compile(r"(?:答复|的函|复函|批复|决定书|的通知|公告|通告)（$")
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
_BEFORE_SESSION = ("办理", "答复", "回复", "提交", "参加", "收到")
_NPC = re.compile(r"人大|人民代表大会")
_CPPCC = re.compile(r"政协|政治协商会议")

_NUMBER = r"(?:[一-龥]{1,2}|[A-Za-z]{1,3}|\d{4}[A-Za-z]{1,2})?\d{1,10}(?:-\d{1,6})?"
_PROPOSAL = re.compile(
    rf"(?:第|(?<=会议))(?P<number>{_NUMBER}(?:[、，和及]{_NUMBER}){{0,9}})号(?=(?:（[^（）]{{1,30}}）|[一-龥]{{2,8}}类第?\d{{1,6}}号)?"
    r"(?:[、，和及]第\d|的?(?:人大|政协)?(?:代表|委员)?(?:建议|提案|议案|《|“)))"
    r"|(?:建议|提案|议案)(?:编号[：:]?)?第?(?P<after>\d{1,10})号"
)
_CATEGORY = re.compile(r"(?P<name>[^\W\d_A-Za-z号第]{2,10}类)第?(?P<number>\d{1,6})号")
_ANSWER = re.compile(
    r"(?P<word>建议|提案|议案)[^。]{0,100}?"
    r"(?:(?<!这样)(?<!如何)(?<!怎么)(?<![已称])答复(?:函|意见|的函)?|复函|回复|的函|(?:会办|协办|分办|办理)意见)"
)
_TITLE_OF_PROPOSAL = re.compile(r"[《“](?P<title>[^《》“”。]{4,120}(?:建议|提案|议案))[》”]")

# --- its date ---------------------------------------------------------------------------------

_DATE_LABEL = re.compile(r"(?:日期|时间)[：:]?$")
_PUBLISHED = re.compile(r"(?:发布|公开|更新|上传|录入)(?:日期|时间)[：:]?$")  # not the date of the letter
_PENALTY = re.compile("(?:当场)?行政处罚(?:事先)?(?:决定|告知)书|责令[一-龥]{0,6}通知书")
_LETTERHEAD = re.compile("文件")
_REACH_OF_LETTERHEAD = 300
_ISSUER_LABEL = re.compile("(?:发布|发文|制发|制定|公开)(?:机构|机关|单位|主体)：")
_OWN_DATE_LABEL = re.compile(r"(?:成文|印发|发文)日期[】\]］]?[：:]?$")
# What else the line of a page's own date holds.
_CLOCK = re.compile(r"\d{1,2}[：:]\d\d")
_OF_PAGE = re.compile(r"浏览|点击|阅读|访问|来源|字[体号]|打印|作者|编辑|分享")
_LONGEST_PAGE_LINE = 60


# What stands between who answers and the session or the number: 关于市人大第12号建议.
_ABOUT = re.compile(r"(?:关于|对|就|在)[^，。：；\n]*\Z")
_LONGEST_ABOUT = 30


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
        if greeting := _GREETING.search(text, max(0, position - 4), position):
            position = greeting.start()
        start = _addressee_start(flat, position)
        ending = max(start, position - _LONGEST_ENDING)
        if _ADDRESSEE.search(text, ending, position) and _SPOKEN_TO.search(text, position, position + 200):
            return start, position
        is_body = ends_like_organization(text[start:position])
        if is_body and (
            _SPOKEN_TO_BODY.match(text, position + 1) or _OPINION.search(text, position, position + 200)
        ):
            return start, position
    return None


def addressee_before(flat: FlatText, position: int) -> tuple[int, int] | None:
    """Return the addressee right before the opening sentence, where the colon was lost."""
    end = position
    while end and flat.text[end - 1] in "：:，,；;":
        end -= 1
    start = _addressee_start(flat, end)
    return (start, end) if _ADDRESSEE.search(flat.text, start, end) else None


def write_addressee(flat: FlatText, start: int, end: int) -> str:
    """Return an addressee in the characters of the raw text, with a blank between names that have one."""
    names = [""]
    for position in range(start, end):
        if position > start and flat.gap(position) == Gap.SPACE:
            names.append("")
        names[-1] += flat.raw_slice(position, position + 1)
    text = "".join(names)
    if len(names) < 2 or not _OF_PEOPLE.search(text) or _DOUBLE_SURNAME.fullmatch(names[0]):
        return text
    written: list[str] = []
    for name in names:
        # 张 三 is one name, and 代表 alone none.
        if written and (len(written[-1]) == 1 or len(name) == 1 or _OF_PEOPLE.fullmatch(name)):
            written[-1] += name
        else:
            written.append(name)
    return " ".join(written) if all(_NAME.match(name) for name in written) else text


def addressed_body(text: str) -> Body | None:
    """Return whose member an addressee is, by the title they are given."""
    if _DEPUTY.search(text):
        return "npc"
    return "cppcc" if _MEMBER.search(text) else None


def read_heading(flat: FlatText, end: int) -> Heading:
    """Read what stands before ``end``: above the addressee, or above the first sentence."""
    text = flat.text
    session = find_session(text, 0, end)
    numbered = text.find("号", 0, end) >= 0
    proposals = list(_PROPOSAL.finditer(text, 0, end)) if numbered else []
    category = _CATEGORY.search(text, 0, end) if numbered else None
    answer = find_answer(flat, end)
    quoted = find_quoted_proposal(flat, 0, end) if proposals or answer else None
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
        subject=quoted,
        body=_body(name, answer),
        answer_end=answer.end() if answer else None,
    )


def find_quoted_proposal(flat: FlatText, start: int, end: int) -> tuple[int, int] | None:
    """Return the range of the title of a proposal in title or quotation marks in ``flat.text[start:end]``."""
    match = _TITLE_OF_PROPOSAL.search(flat.text, start, end)
    return match.span("title") if match else None


def find_number(flat: FlatText, end: int) -> str | None:
    """Return the number the document itself has, in standard form, from what stands before ``end``."""
    for number in flat.numbers:
        code, year, _ = number.normalized.partition("〔")
        if number.end > end or not (code and year):
            continue
        if _IN_HEADING.search(flat.text, max(0, number.start - 5), number.start) or not (
            _CITED.search(flat.text, max(0, number.start - 2), number.start)
            or _GOES_ON.match(flat.text, number.end)
        ):
            return number.normalized
    decree = _DECREE.match(flat.text, 0, end)
    return decree.group() if decree else None


def find_named_issuer(flat: FlatText, end: int) -> str | None:
    """Return the body that a letterhead or a page names as who issued it, from what stands before ``end``."""
    for head in _LETTERHEAD.finditer(flat.text, 0, min(end, _REACH_OF_LETTERHEAD)):
        if flat.starts_line(head.end()) or flat.number_at(head.end()):
            _, names = names_before(flat, head.start())
            if names:
                return "、".join(names)
    for label in _ISSUER_LABEL.finditer(flat.text, 0, end):
        start = label.end()
        stop = next((at for at in range(start + 1, min(start + 30, end)) if flat.gap(at) != Gap.NONE), end)
        if ends_like_organization(flat.text[start:stop]):
            return flat.text[start:stop]
    return None


def find_punisher(flat: FlatText, end: int) -> str | None:
    """Return who decided on a penalty, as the heading says: 安州市医疗保障局行政处罚决定书."""
    decision = _PENALTY.search(flat.text, 0, end)
    return "、".join(names_before(flat, decision.start())[1]) or None if decision else None


def find_date(flat: FlatText, start: int, end: int) -> str | None:
    """Return the date that stands alone, or after a label, in ``flat.text[start:end]``."""
    alone = None
    for match in find_dates(flat.text, start, end):
        iso = to_iso(match)
        if iso is None:
            continue
        before = flat.text[max(0, match.start() - 12) : match.start()]
        if _OWN_DATE_LABEL.search(before):
            return iso
        if _PUBLISHED.search(before):
            continue
        if _CLOCK.match(flat.text, match.end()) or _OF_PAGE.search(*_line_around(flat, *match.span())):
            continue
        follows_number = flat.text[match.start() - 1 : match.start()] == "号"
        is_alone = (
            flat.gap(match.start()) != Gap.NONE
            or match.start() == start
            or follows_number
            or _DATE_LABEL.search(before)
        )
        ends = flat.gap(match.end()) != Gap.NONE or match.end() == end or SIGNED.match(flat.text, match.end())
        if alone is None and is_alone and ends:
            alone = iso
    return alone


def _line_around(flat: FlatText, start: int, end: int) -> tuple[str, int, int]:
    """Return the text and the border of the line around a range, as the arguments of a search."""
    first, last = start, end
    while first > start - _LONGEST_PAGE_LINE and not flat.starts_line(first):
        first -= 1
    while last < end + _LONGEST_PAGE_LINE and not flat.starts_line(last):
        last += 1
    return flat.text, max(first, 0), last


def _addressee_start(flat: FlatText, position: int) -> int:
    """Return where the line, or what was one, that ends at ``position`` begins with a name."""
    text = flat.text
    start = max(0, position - _LONGEST_ADDRESSEE)
    start = max(start, *(text.rfind(sign, start, position) + 1 for sign in "。！？；：:"))
    for place in flat.breaks(start, position):
        before = text[place - 1 : place]
        # A list of names may go on over lines.
        if (flat.gap(place) == Gap.SPACE and before in _ENDS_PAGE_FIELD) or (
            flat.ends_line(place) and before not in ("、", "，")
        ):
            start = place
            break
    for field in _BEFORE_ADDRESSEE.finditer(text, start, position):
        start = field.end()
    while start < position and (text[start].isdigit() or text[start] in "，、。:：》）)】] .-ABCD"):
        start += 1
    return start


def find_session(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return where the session of a congress or conference is named in ``text[start:end]``."""
    if text.find("届", start, end) < 0:
        return None
    for match in _SESSION.finditer(text, start, end):
        before = _SESSION_OF.search(text[max(0, match.start() - 24) : match.start()])
        begin = match.start() - (len(before.group()) if before else 0)
        begin += 2 if text.startswith(_BEFORE_SESSION, begin, match.start()) else 0
        if _NPC.search(text, begin, match.end()) or _CPPCC.search(text, begin, match.end()):
            return begin, match.end()
    return None


def _run_of_numbers(matches: list[re.Match[str]]) -> list[str]:
    """Return the first number and those listed right after it: 第12号、第34号建议."""
    numbers: list[str] = []
    last = None
    for match in matches:
        if last is not None and match.start() - last > 1:
            break
        numbers += re.split("[、，和及]", match["number"] or match["after"])
        last = match.end()
    return numbers


def find_answer(flat: FlatText, end: int) -> re.Match[str] | None:
    """Find the words that call the document an answer: they end a line, or what was one."""
    for match in _ANSWER.finditer(flat.text, 0, end):
        after = match.end()
        if flat.gap(after) != Gap.NONE or after == end or flat.number_at(after):
            return match
    return None


def body_of_session(session: str) -> Body | None:
    """Return whose session it is, by its name."""
    if _NPC.search(session):
        return "npc"
    return "cppcc" if _CPPCC.search(session) else None


def _body(session: str, answer: re.Match[str] | None) -> Body | None:
    # 建议 alone is not enough: members of the CPPCC make 建议 too.
    return body_of_session(session) or ("cppcc" if answer and answer["word"] == "提案" else None)


def _find_issuer(flat: FlatText, position: int) -> str | None:
    """Return who answers, as in 国家医疗保障局关于… or 国家医疗保障局对…."""
    about = _ABOUT.search(flat.text, max(0, position - _LONGEST_ABOUT), position)
    _, names = names_before(flat, about.start() if about else position)
    return "、".join(names) or None
