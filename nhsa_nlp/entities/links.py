"""Links between the mentions of a document: short titles to full ones, document numbers to titles."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nhsa_nlp.entities.doc_numbers import DocNumber
from nhsa_nlp.entities.titles import Title
from nhsa_nlp.text.patterns import any_of


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


_DEFINED_BEFORE = re.compile(
    r"(?:以下|下文|后文|下同)?[，,]?(?:以下|统一)?(?:均|并|合并|统)?(?:简称为?|称为?|统称为?)[：:“]?(?:[\d一二三四五六七八九十]{1,3}部门)?$"
)
# Words a short title is made of: it names a kind of document, and little else.
_KIND = any_of(
    "意见 条例 办法 通知 规划 方案 决定 规定 目录 清单 细则 纲要 计划 公告 指南 标准 规范 规程 "
    "规则 措施 通告 批复 函 要点 指引 "
    "协议 准则 制度 手册 名单"
)
_MODIFIER = any_of(
    "实施 指导 暂行 管理 试行 若干 工作 行动 总体 改革 试点 操作 服务 药品 技术 补充 综合 "
    "建设 发展 医保 监管 评价 考核 基金 诊疗 "
    "三年 五年 基本药物 诊疗项目 耗材 药品和耗材 医保药品 医保目录 经办"
)
_GENERIC = re.compile(rf"(?:国家|新版|本)?{_MODIFIER}*{_KIND}(?:[（(][^（()）]{{1,16}}[)）])?$")
_SUFFIX = re.compile(r"[（(][^（()）]{1,16}[)）]$")
_LONGEST_SHORT = 20  # characters of a short title
_EDITION = re.compile(r"(?:19|20)\d\d")
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
    full = _tell_full(text, titles)
    refs = _resolve(text, titles, full)
    known: dict[str, str] = {}
    for title, is_full, number in zip(titles, full, own_numbers, strict=True):
        if is_full and number:
            known.setdefault(title.title, number)
    links = []
    for title, is_full, ref, number in zip(titles, full, refs, own_numbers, strict=True):
        meant = title.title if is_full else None if ref is None else titles[ref].title
        links.append(
            Link(
                alias=not is_full,
                ref=None if is_full else meant,
                doc_no=number or (known.get(meant) if meant else None),
            )
        )
    return links


def _following_numbers(text: str, titles: list[Title], numbers: list[DocNumber]) -> list[str | None]:
    """Return the number that follows each title directly: ``《X》（国办发〔2021〕14号）``."""
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
    before = text[max(0, title.start - 12) : title.start]
    return "称" in before and _DEFINED_BEFORE.search(before) is not None


def _tell_full(text: str, titles: list[Title]) -> list[bool]:
    """Tell for each title whether it is a full one."""
    defined: set[str] = set()
    full = []
    for title in titles:
        name = title.title
        if not text.startswith(("《", "〈"), title.start):
            full.append(True)  # the name of a law
        elif _is_definition(text, title):
            defined.add(name)
            full.append(False)
        elif name.startswith("关于") or len(name) > _LONGEST_SHORT:
            full.append(True)
        else:
            full.append(name not in defined and not _GENERIC.fullmatch(name))
    return full


def _resolve(text: str, titles: list[Title], full: list[bool]) -> list[int | None]:
    """Return for each short title which title it means.

    That is the one it was introduced for (以下简称), else the nearest full title before it that ends in
    its words, else the first one after it. Endings are indexed, so the time taken is linear.
    """
    if all(full):
        return [None] * len(titles)
    first: dict[tuple[str, str], int] = {}
    for index, title in enumerate(titles):
        if full[index]:
            for key in _endings(title.title):
                first.setdefault(key, index)
    latest: dict[tuple[str, str], int] = {}
    defined: dict[str, int] = {}
    last: int | None = None
    refs: list[int | None] = []
    for index, title in enumerate(titles):
        if full[index]:
            latest.update(dict.fromkeys(_endings(title.title), index))
            last = index
            refs.append(None)
            continue
        if last is not None and _is_definition(text, title):
            defined[title.title] = last
        # 《操作手册（2022年版）》 does not mean the edition of 2020.
        key = _SUFFIX.sub("", title.title), "".join(_EDITION.findall(title.title))
        refs.append(defined.get(title.title, latest.get(key, first.get(key))))
    return refs


def _endings(title: str) -> list[tuple[str, str]]:
    """Return the endings of a full title that a short one may consist of, with and without its edition."""
    name, edition = _SUFFIX.sub("", title), "".join(_EDITION.findall(title))
    ends = [name[-length:] for length in range(1, min(len(name), _LONGEST_SHORT) + 1)]
    return [(end, year) for end in ends for year in dict.fromkeys(("", edition))]
