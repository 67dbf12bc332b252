"""Titles of policy documents: in title marks, or without them where the name is unmistakable."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from nhsa_nlp.text.patterns import any_of, longest_of, read_words


@dataclass(frozen=True, slots=True)
class Title:
    """A policy title at ``[start, end)`` of the text searched; ``title`` is without its marks."""

    start: int
    end: int
    title: str


_MAX_TITLE = 160  # characters; the longest title in use has about 110
_MARK = re.compile(r"[《》〈〉<>]")
_TITLE_REST = re.compile("的?(?:通知|意见|公告|决定|批复|函|补充通知|实施意见|说明|通告|请示)")
_MISREAD_OPEN, _MISREAD_CLOSE = "【［[", "】］]"

_WORDS = read_words("nhsa_nlp.entities", "titles.txt")
_YEAR = r"(?:19|20)\d\d"
_NOTE = r"[（(][^（()）]{1,24}[)）]"  # （试行）
_NUMBERED_EDITION = rf"[\dⅠ-Ⅻ一二三四五六七八九十]{{1,4}}|[\d.]+版?|[（(]?{_YEAR}年?版?[)）]?"
_KIND = re.compile(rf"{any_of(_WORDS['documents'])}(?:{_NOTE})*(?:{_NUMBERED_EDITION})?$")
_PROPOSAL = re.compile(rf"{any_of('建议 提案 议案 质询 倡议书 建议案')}(?:的?(?:答复|复函|函)|)(?:{_NOTE})?$")
_NOT_POLICY = re.compile(f"{any_of(_WORDS['certificates'] + _WORDS['media'])}$")
_WORK_AFTER = re.compile(f"等?{any_of(_WORDS['works'] + _WORDS['works_after'])}")
_WORK_BEFORE = re.compile(f"{any_of(_WORDS['works'] + _WORDS['works_before'])}$")
_PROPOSAL_BEFORE = re.compile(
    r"(?:(?:您|你|你们|您们|代表|委员|贵院|贵委)(?:们)?(?:所)?(?:提出|提交|撰写|反映)?的|提交的|递交的)(?:关于)?$"
)
_PROPOSAL_AFTER = re.compile(rf"的?(?:建议|提案|议案|来信)?(?:{_NOTE})?(?:收悉|已收悉|已收到|由我)")
# What is issued, cited or obeyed is a policy even where its last word does not say so.
_CITED_BEFORE = re.compile(
    f"{any_of(_WORDS['issues'] + _WORDS['cites'])}(?:了|的|出|为)?[“：]?"
    "(?:新版|新的|新|最新|现行|新修订的?|国家)?$"
)
_CITED_AFTER = re.compile(
    rf"{any_of(_WORDS['demands'])}|第[\d一二三四五六七八九十百]+条"
    rf"|[（(](?:以下|[一-龥]{{1,14}}[〔\[［【（(]{_YEAR})"
)

_NOT_LAW_AFTER = re.compile(r"实施(?:条例|细则)|[律院治庭制官学定]|规(?![定制范划])|人(?!民|员|们)|宝")
# Without title marks: from 关于 to the kind of document before a document number.
_CODED_NUMBER = rf"[（(\[［【〔]?[一-龥]{{2,12}}[〔\[［【（(]{_YEAR}[〕\]］】）)]\d{{1,5}}号"
_TITLED = re.compile(rf"关于[^，。；！？《》\n]{{4,90}}?{any_of(_WORDS['named_kinds'])}(?={_CODED_NUMBER})")
# Where the closing mark was lost: to the kind of document before a misread mark or the end of the clause.
_UNCLOSED = re.compile(
    rf"《[^《》，。；\n]{{2,80}}?{any_of(_WORDS['unclosed_kinds'])}(?:[】］\]]|(?=[）)（(，。；、的]))"
)
# The issuers directly before 关于 belong to a title, an introducing verb does not.
_INTRODUCED = re.compile(f".*{any_of(_WORDS['introducing'])}")
_ISSUERS = re.compile(r"[一-龥、]{2,40}(?:政府|中央|国务院|办公厅|办公室|委员会|局|委|部|厅|院|中心)")


def find_titles(text: str) -> tuple[list[Title], list[tuple[int, int]]]:
    """Find the policy titles of a cleaned text.

    Parameters
    ----------
    text
        A cleaned text (see `nhsa_nlp.text.clean`).

    Returns
    -------
    titles : list of Title
        In order, disjoint; of two nested ones the outer.
    others : list of (int, int)
        The half-open ranges in title marks that are not policies: proposals, books, certificates.
    """
    titles: list[Title] = []
    others: list[tuple[int, int]] = []
    for start, end in _bracketed(text):
        inner = _without_marks(text[start:end]) if end - start > 1 else ""
        if _is_policy(text, start, end, inner):
            titles.append(Title(start, end, _standard(inner)))
        else:
            others.append((start, end))
    taken = sorted([(t.start, t.end) for t in titles] + others)
    min_start = 0
    for start, end in sorted([*_laws(text), *_numbered(text)], key=lambda span: (span[0], -span[1])):
        if start >= min_start and is_free(start, end, taken):
            titles.append(Title(start, end, _standard(text[start:end])))
            min_start = end
    return sorted(titles, key=lambda t: t.start), others


def is_free(start: int, end: int, taken: Sequence[tuple[int, int]]) -> bool:
    """Return whether a range overlaps none of the ``taken`` ones, which are sorted and disjoint."""
    at = bisect_right(taken, start, key=lambda span: span[1])
    return at == len(taken) or taken[at][0] >= end


def _without_marks(span: str) -> str:
    """Return a title without its marks, also a misread one: 【X》, 《X】."""
    inner = span.strip("《》〈〉<>")
    if span[0] in _MISREAD_OPEN:
        return inner[1:]
    return inner[:-1] if span[-1] in _MISREAD_CLOSE else inner


def _standard(inner: str) -> str:
    """Write inner title marks as 〈 〉 and drop what OCR left at the borders."""
    return inner.replace("《", "〈").replace("》", "〉").replace("<", "〈").replace(">", "〉").strip(" \n")


def _bracketed(text: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges in title marks, broken pairs repaired, nested ones as their outermost."""
    marks = [m.start() for m in _MARK.finditer(text)]
    index = 0
    min_start = 0  # end of the last range
    while index < len(marks):
        position = marks[index]
        if position < min_start or text[position : position + 2] == "<<":
            index += 1
        elif text[position] in "《〈<":
            end, index = _closing(text, marks, index)
            if end is None:
                continue
            # <<X>>: the marks of a keyboard without title marks
            begin = position - (text[position] == "<" and text[position - 1 : position] == "<")
            min_start = end + (begin < position and text[end : end + 1] == ">")
            yield begin, min_start
        else:
            index += 1
            # A closing mark whose opening one was lost: the title begins after the last break.
            start = _lost_start(text, position, min_start)
            if text[position] == "》" and start is not None:
                yield start, position + 1
                min_start = position + 1


def _closing(text: str, marks: list[int], index: int) -> tuple[int | None, int]:
    """Return the end of the title that opens at ``marks[index]`` and the index to go on with."""
    start, depth = marks[index], 0
    plain = text[start] != "《"
    for following in range(index, min(index + 12, len(marks))):
        position = marks[following]
        if position - start > _MAX_TITLE or "。" in text[start:position]:
            break
        if text[position] in "《〈<":
            if depth and text[position] == "《" and text[position - 1] in "》、和与及，；（":
                break  # the title before was never closed
            depth += 1
        else:
            depth -= 1
            nested = following + 1 < len(marks) and text[marks[following + 1]] in "》〉>"
            # 《关于印发〈X》的通知》: the inner pair was misread, so the last mark counts.
            if depth <= 0 or (text[position] == "》" and not nested):
                end = position + 1
                if depth < 0 or (plain and not _KIND.search(text[start + 1 : position])):
                    return None, index + 1
                if depth == 0 and nested and _continues(text, end, marks[following + 1]):
                    return marks[following + 1] + 1, following + 2
                return end, following + 1
    if plain:
        return None, index + 1
    # No closing mark: the title ends with the kind of document it names.
    tail = None if plain else _UNCLOSED.match(text, start, start + 90)
    return tail.end() if tail else None, index + 1


def _continues(text: str, end: int, closing: int) -> bool:
    """Return whether the text up to the closing mark ends a title: 《关于印发《X》的通知》, not 《X》…Y》."""
    return _TITLE_REST.fullmatch(text, end, closing) is not None


def _lost_start(text: str, position: int, min_start: int) -> int | None:
    window = max(min_start, position - _MAX_TITLE)
    cut = max(text.rfind(c, window, position) for c in "，。；：、（）“”\n等》" + _MISREAD_OPEN)
    start = max(window, cut + (text[cut] not in _MISREAD_OPEN)) if cut >= 0 else window
    return start if position - start >= 4 and _KIND.search(text[start:position]) else None


def _is_policy(text: str, start: int, end: int, inner: str) -> bool:
    """Return whether this is a policy, not a proposal, book, article, certificate or program."""
    if not inner:
        return False
    before, after = text[max(0, start - 16) : start], text[end : end + 24]
    if _PROPOSAL.search(inner):
        return False
    if _PROPOSAL_BEFORE.search(before) and (_PROPOSAL_AFTER.match(after) or not _KIND.search(inner)):
        return False
    if re.match(r"(?:的)?(?:建议|提案|议案)(?:收悉|已收悉)", after):
        return False
    if _NOT_POLICY.search(inner) and not inner.endswith("白皮书"):
        return False
    if _WORK_AFTER.match(after) or _WORK_BEFORE.search(before):
        return False
    if _KIND.search(inner):
        return True
    # Long names without a kind are mostly documents, short ones mostly works: 《柳叶刀》.
    return len(inner) >= 8 or bool(_CITED_BEFORE.search(before) or _CITED_AFTER.match(after))


@lru_cache(maxsize=1)
def _law_pattern() -> tuple[re.Pattern[str], frozenset[str]]:
    """Return what matches a law's name that ends where the pattern is anchored, and how the names end."""
    names = read_words("nhsa_nlp.entities", "laws.txt")["laws"].split()
    pattern = re.compile(rf"(?:中华人民共和国)?{longest_of(names)}\Z|中华人民共和国[一-龥]{{2,16}}?法\Z")
    return pattern, frozenset(name[-2:] for name in names)


# A name is looked for where one can end, which is rare.
_LAW_END = re.compile("法典?|条例|实施细则|保护特别规定")
_LONGEST_LAW = 40


def _laws(text: str) -> Iterator[tuple[int, int]]:
    pattern, last_words = _law_pattern()
    min_start = 0
    for ending in _LAW_END.finditer(text):
        for end in dict.fromkeys((ending.end(), ending.start() + 1)):
            begin = max(min_start, end - _LONGEST_LAW)
            if text[end - 2 : end] not in last_words and text.find("中华人民共和国", begin, end) < 0:
                continue  # 办法, 依法: most of what ends so
            match = pattern.search(text, begin, end)
            if match and not _NOT_LAW_AFTER.match(text, end):
                yield match.span()
                min_start = end
                break


def _numbered(text: str) -> Iterator[tuple[int, int]]:
    for match in _TITLED.finditer(text):
        start = match.start()
        run = re.search(r"[一-龥、]{0,40}\Z", text[max(0, start - 40) : start])
        issuers = _ISSUERS.fullmatch(_INTRODUCED.sub("", run.group())) if run else None
        yield (start - len(issuers.group()) if issuers else start), match.end()
