"""Links between the mentions of a document: short titles to full ones, document numbers to titles."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nhsa_nlp.entities.doc_numbers import DocNumber
from nhsa_nlp.entities.titles import Title


@dataclass(frozen=True, slots=True)
class Link:
    """What a policy mention refers to.

    Attributes
    ----------
    alias
        Whether the mention is a short form.
    ref
        The full title as it stands in the document, None for a full title or where it is not given.
    doc_no
        The number of the document meant, None where the text does not give it.
    """

    alias: bool
    ref: str | None
    doc_no: str | None


_DEFINED_BEFORE = re.compile(r"(?:以下|下文|后文|下同)?[，,]?(?:以下|统一)?(?:均|并|合并|统)?(?:简称为?|称为?|统称为?)[：:“]?(?:[\d一二三四五六七八九十]{1,3}部门)?$")
_KINDS = (
    "意见|条例|办法|通知|规划|方案|决定|规定|目录|清单|细则|纲要|计划|公告|指南|标准|规范|规程|规则|措施|通告|批复|函|要点|指引|协议|准则|制度|手册|名单"
)
_GENERIC = re.compile(
    rf"(?:国家|新版|本)?(?:实施|指导|暂行|管理|试行|若干|工作|行动|总体|改革|试点|操作|服务|药品|技术|补充|综合|建设|发展|医保|监管|评价|考核|基金|诊疗|"
    rf"三年|五年|基本药物|诊疗项目|耗材|药品和耗材|医保药品|医保目录|经办)*(?:{_KINDS})(?:[（(][^（()）]{{1,16}}[)）])?$"
)
_SUFFIX = re.compile(r"[（(][^（()）]{1,16}[)）]$")
_DOC_NO_GAP = re.compile(r"[（(\[［【〔]?(?:以下简称[^）)]{2,20}[，,；])?$")


def link(text: str, titles: list[Title], numbers: list[DocNumber]) -> list[Link]:
    """Link the policy mentions of one document.

    Parameters
    ----------
    text
        The cleaned text.
    titles, numbers
        What was found in it, in order.

    Returns
    -------
    list of Link
        One for each title, in the same order.
    """
    own_numbers = _following_numbers(text, titles, numbers)
    full = [not _is_short(text, titles, index) for index in range(len(titles))]
    defined: dict[str, int] = {}
    refs: list[int | None] = []
    for index, title in enumerate(titles):
        if full[index]:
            refs.append(None)
            continue
        if _is_definition(text, title):
            target = _last_full(titles, full, index)
            if target is not None:
                defined[title.title] = target
        refs.append(defined.get(title.title, _by_suffix(titles, full, index)))
    known: dict[str, str] = {}
    for title, is_full, number in zip(titles, full, own_numbers, strict=True):
        if is_full and number and title.title not in known:
            known[title.title] = number
    links = []
    for index, title in enumerate(titles):
        target = refs[index]
        name = title.title if full[index] else titles[target].title if target is not None else ""
        links.append(
            Link(
                alias=not full[index],
                ref=None if full[index] or target is None else titles[target].title,
                doc_no=own_numbers[index] or known.get(name),
            )
        )
    return links


def _following_numbers(text: str, titles: list[Title], numbers: list[DocNumber]) -> list[str | None]:
    """Return the number that stands directly behind each title: ``《X》（国办发〔2021〕14号）``."""
    result: list[str | None] = []
    at = 0
    for title in titles:
        while at < len(numbers) and numbers[at].start < title.end:
            at += 1
        close = at < len(numbers) and numbers[at].start - title.end <= 24
        gap = text[title.end : numbers[at].start] if close else None
        result.append(numbers[at].normalized if gap is not None and _DOC_NO_GAP.match(gap) else None)
    return result


def _is_definition(text: str, title: Title) -> bool:
    return bool(_DEFINED_BEFORE.search(text[max(0, title.start - 12) : title.start]))


def _is_short(text: str, titles: list[Title], index: int) -> bool:
    title = titles[index]
    if not text.startswith(("《", "〈"), title.start):
        return False
    if _is_definition(text, title):
        return True
    if title.title.startswith("关于") or len(title.title) > 20:
        return False
    if any(t.title == title.title and _is_definition(text, t) for t in titles[:index]):
        return True
    return bool(_GENERIC.fullmatch(title.title))


def _last_full(titles: list[Title], full: list[bool], index: int) -> int | None:
    return next((i for i in range(index - 1, -1, -1) if full[i]), None)


def _by_suffix(titles: list[Title], full: list[bool], index: int) -> int | None:
    """Find the full title that ends in the short one, the nearest before it first, else the first after."""
    name = titles[index].title
    short, edition = _SUFFIX.sub("", name), re.findall(r"(?:19|20)\d\d", name)
    order = [*range(index - 1, -1, -1), *range(index + 1, len(titles))]
    for other in order:
        candidate = titles[other].title
        if full[other] and _SUFFIX.sub("", candidate).endswith(short):
            # 《操作手册（2022年版）》 does not mean the edition of 2020.
            if not edition or edition == re.findall(r"(?:19|20)\d\d", candidate):
                return other
    return None
