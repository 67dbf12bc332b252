"""What a policy title says: the name itself, and around it issuers, envelope, edition and status."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from nhsa_nlp.archive.policies.identity.issuers import IssuedNumber, read_issuers, read_number
from nhsa_nlp.text.numerals import parse_number
from nhsa_nlp.text.patterns import any_of, read_words


@dataclass(frozen=True, slots=True)
class PolicyName:
    """The parts of a title.

    Attributes
    ----------
    core
        The name, without anything that is left out, added or written differently at will.
    edition
        Year, period or version of the edition (``2022``, ``2019-2022``, ``1.1``); empty without one.
    issuers
        The bodies before it, by their full names.
    draft
        Whether it is a draft, or a call for comments on one.
    plain
        All of the title, without brackets and the like: by it a title with a damaged beginning or end,
        which cannot be separated from the name, is recognised.
    whole
        Whether it is written as a title is: not 《…方案的通知》, which lost the beginning 关于印发.
    """

    core: str
    edition: str
    issuers: tuple[str, ...]
    number: IssuedNumber | None
    draft: bool
    plain: str
    whole: bool

    @property
    def key(self) -> str:
        """The core and the edition: what ``canonical_key`` returns."""
        return f"{self.core}#{self.edition}" if self.edition else self.core


_LONGEST = 400  # characters read; what is longer is not a title
_MARKS = "《》〈〉<>「」『』【】\"'“”‘’"
_INVISIBLE = re.compile(r"[\s\u200b-\u200d\u2060\ufeff\u00ad]+")
# How OCR misreads 关于 at the beginning or after a body's name; one of these is a word.
_MISREAD_ABOUT = re.compile(r"(?:^|(?<=[院厅局委部会央室府]))关[子千干丁](?=.{4})")
_BRACKETS = str.maketrans("〔[【{〖﹝〕]】}〗﹞", "((((((" + "))))))")
_RANGE = re.compile(r"(?<=\d)[—–~一至](?=\d)")
# Doubled by OCR; no two policies differ by 人 and 人人.
_DOUBLED = re.compile(r"([一-龥])\1+")
_STATE = "中华人民共和国"

_WORDS = read_words("nhsa_nlp.archive.policies.identity", "names.txt")
_DOCUMENT = any_of(_WORDS["documents"])
_KIND = any_of(f"{_DOCUMENT} {_WORDS['others']}")
_NUMBER_IN_TITLE = re.compile(r"\(?([一-龥]{2,12}\((?:19|20)\d\d\)\d{1,5}号)\)?$")
_FRONT = re.compile(r"(.{2,120}?)(?=关于|印发|转发|发布|公布|颁布)")
_VERB = re.compile(r"(?:关于)?(?:联合)?(?:印发|转发|发布|公布|颁布|下发)(?:新版|新修订的?)?(?=.)")
_ENVELOPE_END = re.compile(r"的?(?:通知|公告|通告|决定|函|令)$")
_NAMED = re.compile(rf"{_KIND}[{_MARKS}]*(?:\([^()]*\)?)*[{_MARKS}]*$")
_HALF_ENVELOPE = re.compile(rf"(.{{2,}}{_DOCUMENT}[{_MARKS}]*(?:\([^()]*\)?)*[{_MARKS}]*)的通知$")
_COMMENTS = re.compile(
    r"(?:关于)?(?:公开)?(?:对|就)?(.{4,}?)(?:公开)?(?:征求|征集)(?:社会|公众|各方)?意见的(?:公告|通知|函)$"
)
_COMMENTS_FIRST = re.compile(
    r"(?:关于)?(?:公开|再次)*(?:征求|征集)(?:对)?(.{4,}?)(?:的)?意见(?:建议)?的(?:公告|通知|函)$"
)

_SUFFIX = re.compile(r"\(([^()]{1,24})\)?$")
_TRIAL = re.compile(r"试行|暂行|试行版|试行稿|修订试行")
_DRAFT = re.compile(r"(?:.*(?:征求意见|草案|送审|报批|讨论|审议|公示|修订|试用)?稿|.*草案|.*征求意见.*)")
_NUMERAL = r"[\d一二三四五六七八九十]{1,4}"
_EDITION = re.compile(
    r"(?:(?:19|20)\d\d年?(?:-(?:19|20)\d\d年?)?(?:版|修订版?|修正版?|修改|本|度)*"
    rf"|[vV]?\d{{1,2}}(?:\.\d{{1,2}})+版?|[vV]\d{{1,2}}版?|第{_NUMERAL}(?:次修订|次修正|版|批|期|辑)|修订版?|修正版?|新版)"
)
_BARE_EDITION = re.compile(
    r"(?:(?:19|20)\d\d年?版|(?<![\d.])[vV]\d{1,2}(?:\.\d{1,2})*版?|(?<![\d.a-zA-Z])\d{1,2}\.\d{1,2}版)$"
)
_LEADING_YEAR = re.compile(r"((?:19|20)\d\d)年(?:度|版)?(?=[^\d])")

# What names the same thing, in the order it is applied. Abbreviations are written out, so that a
# damaged character in the long form stays one damaged character.
_SAME = tuple(
    (re.compile(pattern), written)
    for pattern, written in (
        (r"若[千于]", "若干"),  # the two ways in which OCR misreads 若干
        (r"互联网[+十]", "互联网"),
        (r"新型冠状病毒(?:感染的)?肺炎", "新冠肺炎"),
        (r"(?:疾病(?:诊断)?相关分组|DRGS?)(?:\([^()]{0,6}DRGS?[^()]{0,4}\))?", "疾病诊断相关分组"),
        (r"病种分值付费\(DIP\)", "病种分值付费"),
        (r"基本医保", "基本医疗保险"),
        (r"医保", "医疗保障"),
        (r"(?<=[一-龥])[—–](?=[一-龥])", "一"),
        (r"[的之]", ""),
    )
)
_DROPPED = re.compile(r"(?<!\d)[.-]|[.-](?!\d)|[^\w.-]|_")
_NATION = re.compile(r"^(?:国家|全国)(?=.{4})")


def canonical_key(title: str) -> str:
    """Return what names the policy in a title: equal for the ways to write one title.

    Issuers, 关于, the envelope of a notice (关于印发…的通知), brackets and marks, width, trial and
    draft marks and 中华人民共和国 are left out; the name, its numbers and its edition stay. The key is
    empty only for an empty title.

    Examples
    --------
    >>> canonical_key("国务院办公厅关于印发“十四五”全民医疗保障规划的通知")
    '十四五全民医疗保障规划'
    >>> canonical_key("《国家三级公立医院绩效考核操作手册（2022年版）》")
    '三级公立医院绩效考核操作手册#2022'
    """
    return read_name(title).key


def bare_title(title: str) -> str:
    """Return a title without the title marks around it."""
    text = title.strip()
    return text[1:-1] if len(text) > 2 and (text[0], text[-1]) in (("《", "》"), ("〈", "〉")) else text


def read_name(title: str) -> PolicyName:
    """Take a title apart."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", title[:_LONGEST]))
    text = _RANGE.sub("-", text.strip(_MARKS).translate(_BRACKETS))
    text = _MISREAD_ABOUT.sub("关于", text)
    number = None
    if "号" in text and (match := _NUMBER_IN_TITLE.search(text)) and match.start() > 3:
        number = read_number(match[1])
        text = text[: match.start()]
    plain = _plain(text)
    text, issuers, draft, whole = _unwrap(text)
    text, edition, is_draft = _without_suffixes(text.removeprefix("关于"))
    return PolicyName(
        _core(text) or plain or title[:_LONGEST], edition, issuers, number, draft or is_draft, plain, whole
    )


def _unwrap(text: str) -> tuple[str, tuple[str, ...], bool, bool]:
    """Take off the issuers and the envelope, which may stand inside one another."""
    issuers: list[str] = []
    draft, whole = False, True
    for _ in range(3):
        text = text.strip(_MARKS)
        if (front := _FRONT.match(text)) and (bodies := _bodies(front[1])) is not None:
            issuers += bodies
            text = text[front.end() :]
        text = _DOUBLED.sub(r"\1", text)
        inner = None
        if match := _COMMENTS.match(text) or _COMMENTS_FIRST.match(text):
            inner, draft = match[1], True
        elif verb := _VERB.match(text):
            rest = text[verb.end() :]
            inner = _ENVELOPE_END.sub("", rest)
            if len(inner) < 3 or (inner == rest and not _NAMED.search(inner)):
                inner = None
        elif half := _HALF_ENVELOPE.match(text):
            inner, whole = half[1], False
        if inner is None:
            break
        text = inner
    return text, tuple(dict.fromkeys(issuers)), draft, whole


def _bodies(text: str) -> tuple[str, ...] | None:
    """Read issuers; a doubled character may be right (北京市市场监督管理局) or damage (办公厅厅)."""
    bodies = read_issuers(text)
    return read_issuers(_DOUBLED.sub(r"\1", text)) if bodies is None else bodies


def _without_suffixes(text: str) -> tuple[str, str, bool]:
    editions: list[str] = []
    draft = False
    if match := _LEADING_YEAR.match(text):
        editions.append(match[1])
        text = text[match.end() :]
    while True:
        text = text.rstrip(_MARKS)
        match = _SUFFIX.search(text)
        if match and match.start() > 1:
            inner = match[1]
            if _EDITION.fullmatch(inner):
                editions.append(_edition(inner))
            elif _DRAFT.fullmatch(inner):
                draft = True
            elif not _TRIAL.fullmatch(inner):
                break
        else:
            match = _BARE_EDITION.search(text) or re.search(r"(?<=.{4})试行$", text)
            if not match:
                break
            if match.group() != "试行":
                editions.append(_edition(match.group()))
        text = text[: match.start()]
    return text, "+".join(sorted(set(editions))), draft


def _edition(text: str) -> str:
    """Return the numbers of an edition; 2022, 2022年 and 2022年版 are one."""
    numbers = re.findall(r"\d+(?:\.\d+)*", text)
    if not numbers and (match := re.search(_NUMERAL, text)):
        numbers = [str(parse_number(match.group()))]
    return "-".join(numbers) + ("批" if "批" in text else "") if numbers else "修订"


def _core(text: str) -> str:
    return _NATION.sub("", _plain(text.replace(_STATE, "")))


def _plain(text: str) -> str:
    text = _DOUBLED.sub(r"\1", text.upper())
    for pattern, written in _SAME:
        text = pattern.sub(written, text)
    return _DROPPED.sub("", text)


_GENERIC = re.compile(f"{any_of(_WORDS['modifiers'])}*{_KIND}?")


def is_generic(core: str) -> bool:
    """Tell whether a name says only what kind of document it is: 实施办法, 工作要点."""
    return _GENERIC.fullmatch(core) is not None
