"""Links between the mentions of a document: short titles to full ones, document numbers to titles."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nhsa_nlp.entities.doc_numbers import DocNumber
from nhsa_nlp.entities.title_marks import is_marked
from nhsa_nlp.entities.titles import Title
from nhsa_nlp.text.patterns import any_of, read_words


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
_WORDS = read_words("nhsa_nlp.entities", "links.txt")
_GENERIC = re.compile(
    rf"(?:国家|新版|本)?{any_of(_WORDS['modifiers'])}*{any_of(_WORDS['kinds'])}(?:[（(][^（()）]{{1,16}}[)）])?$"
)
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
    known: dict[str | None, str] = {}
    for title, is_full, number in zip(titles, full, own_numbers, strict=True):
        if is_full and number:
            known.setdefault(title.title, number)
    links = []
    for title, is_full, ref, number in zip(titles, full, refs, own_numbers, strict=True):
        meant = None if ref is None else titles[ref].title
        links.append(Link(not is_full, meant, number or known.get(title.title if is_full else meant)))
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
        if not is_marked(text, title.start):
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
    short = [_key(title.title) for title, is_full in zip(titles, full, strict=True) if not is_full]
    lengths = sorted({len(name) for name, _ in short if len(name) <= _LONGEST_SHORT})
    endings = [_endings(title.title, lengths) if full[index] else [] for index, title in enumerate(titles)]
    first: dict[tuple[str, str], int] = {}
    for index, keys in enumerate(endings):
        for key in keys:
            first.setdefault(key, index)
    latest: dict[tuple[str, str], int] = {}
    defined: dict[str, int] = {}
    last: int | None = None
    refs: list[int | None] = []
    for index, title in enumerate(titles):
        if full[index]:
            latest.update(dict.fromkeys(endings[index], index))
            last = index
            refs.append(None)
            continue
        if last is not None and _is_definition(text, title):
            defined[title.title] = last
        key = _key(title.title)
        refs.append(defined.get(title.title, latest.get(key, first.get(key))))
    return refs


def _key(title: str) -> tuple[str, str]:
    """Return the words of a title and its edition: 《操作手册（2022年版）》 does not mean that of 2020."""
    return _SUFFIX.sub("", title), "".join(_EDITION.findall(title))


def _endings(title: str, lengths: list[int]) -> list[tuple[str, str]]:
    """Return the endings of a full title of some lengths, with and without its edition."""
    if not lengths:
        return []
    name, edition = _key(title)
    ends = [name[-length:] for length in lengths if length <= len(name)]
    return [(end, year) for end in ends for year in dict.fromkeys(("", edition))]
