"""Titles of policy documents: in title marks, or without them where the name is unmistakable."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from nhsa_nlp.entities.bare_titles import find_laws, find_numbered
from nhsa_nlp.entities.doc_numbers import DocNumber, find_doc_numbers
from nhsa_nlp.entities.title_marks import KIND, NOTE, find_marked, find_quoted, without_marks
from nhsa_nlp.text import CleanText
from nhsa_nlp.text.patterns import any_of, read_words


@dataclass(frozen=True, slots=True)
class Title:
    """A policy title at ``[start, end)`` of the text searched; ``title`` is without its marks."""

    start: int
    end: int
    title: str


_WORDS = read_words("nhsa_nlp.entities", "titles.txt")
_YEAR = r"(?:19|20)\d\d"
_PROPOSAL = re.compile(rf"{any_of('建议 提案 议案 质询 倡议书 建议案')}(?:的?(?:答复|复函|函)|)(?:{NOTE})?$")
_NOT_POLICY = re.compile(f"{any_of(_WORDS['certificates'] + _WORDS['media'])}$")
_WORK_AFTER = re.compile(f"等?{any_of(_WORDS['works'] + _WORDS['works_after'])}")
_WORK_BEFORE = re.compile(f"{any_of(_WORDS['works'] + _WORDS['works_before'])}$")
_PROPOSAL_BEFORE = re.compile(
    r"(?:(?:您|你|你们|您们|代表|委员|贵院|贵委)(?:们)?(?:所)?(?:提出|提交|撰写|反映)?的|提交的|递交的)(?:关于)?$"
)
# What is called a proposal right before or after it, whatever it may be a proposal for.
_CALLED_PROPOSAL = re.compile(r"(?:提案|议案|建议案?)[—―–─-]{1,3}$")
_PROPOSING = re.compile(r"(?:提出|提交|递交|反映|撰写)[的了]?(?:关于)?$")
_CALLED_AFTER = re.compile(r"的?(?:第?[^\W_]{1,12}号)?的?(?:建议|提案|议案)(?!稿)")
_RECEIVED_AFTER = re.compile("的?(?:建议|提案|议案)已?收悉|的提案")
_NUMBERED_AFTER = re.compile(r"第?\d{1,6}号(?:建议|提案|议案)")
_NUMBERED_PROPOSAL = re.compile(r"第[A-Za-z]{0,3}\d+号(?:的?(?:建议|提案|议案))?$")
_PROPOSAL_AFTER = re.compile(rf"的?(?:建议|提案|议案|来信)?(?:{NOTE})?(?:收悉|已收悉|已收到|由我)")
# What is issued, cited or obeyed is a policy even where its last word does not say so.
_CITED_BEFORE = re.compile(
    f"{any_of(_WORDS['issues'] + _WORDS['cites'])}(?:了|的|出|为)?[“：]?"
    "(?:新版|新的|新|最新|现行|新修订的?|国家)?$"
)
_CITED_AFTER = re.compile(
    rf"{any_of(_WORDS['demands'])}|第[\d一二三四五六七八九十百]+条"
    rf"|[（(](?:以下|[一-龥]{{1,14}}[〔\[［【（(]{_YEAR})"
)


def find_titles(
    text: str | CleanText, numbers: Sequence[DocNumber] | None = None
) -> tuple[list[Title], list[tuple[int, int]]]:
    """Find the policy titles of a cleaned text.

    Parameters
    ----------
    text
        A cleaned text (see `nhsa_nlp.text.clean`); with its alignment, a line break of the raw text
        parts a heading from the number below it.
    numbers
        The document numbers in it, where the caller has them: a title before one needs no marks.

    Returns
    -------
    titles : list of Title
        In order, disjoint; of two nested ones the outer.
    others : list of (int, int)
        The half-open ranges in title marks that are not policies: proposals, books, certificates.
    """
    view = text if isinstance(text, CleanText) else None
    text = text.text if isinstance(text, CleanText) else text
    titles: list[Title] = []
    others: list[tuple[int, int]] = []
    numbers = find_doc_numbers(text) if numbers is None else numbers
    numbered = list(find_numbered(text, numbers, view))
    numbers_only = [(number.start, number.end) for number in numbers]
    outer = [span for span in numbered if "》" in text[slice(*span)]]
    for start, end in find_marked(text):
        if not is_free(start, end, outer) or _is_within(start, end, numbers_only):
            continue
        inner = without_marks(text[start:end]) if end - start > 1 else ""
        if _is_policy(text, start, end, inner):
            titles.append(Title(start, end, inner))
        else:
            others.append((start, end))
    taken = sorted([(t.start, t.end) for t in titles] + others)
    min_start = 0
    bare = [*find_quoted(text), *find_laws(text), *numbered]
    for start, end in sorted(bare, key=lambda span: (span[0], -span[1])):
        if start >= min_start and is_free(start, end, taken):
            titles.append(Title(start, end, without_marks(text[start:end])))
            min_start = end
    return sorted(titles, key=lambda t: t.start), others


def is_free(start: int, end: int, taken: Sequence[tuple[int, int]]) -> bool:
    """Return whether a range overlaps none of the ``taken`` ones, which are sorted and disjoint."""
    at = bisect_right(taken, start, key=lambda span: span[1])
    return at == len(taken) or taken[at][0] >= end


def _is_within(start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Return whether a range is within one of the spans, as in 医保发《2021》14号."""
    at = bisect_right(spans, start, key=lambda span: span[1])
    return at < len(spans) and spans[at][0] <= start and end <= spans[at][1]


def _is_policy(text: str, start: int, end: int, inner: str) -> bool:
    """Return whether this is a policy, not a proposal, book, article, certificate or program."""
    if not inner:
        return False
    before, after = text[max(0, start - 16) : start], text[end : end + 24]
    if _PROPOSAL.search(inner):
        return False
    if _PROPOSAL_BEFORE.search(before) and (_PROPOSAL_AFTER.match(after) or not KIND.search(inner)):
        return False
    if _RECEIVED_AFTER.match(after):
        return False
    if _CALLED_PROPOSAL.search(before) or _NUMBERED_AFTER.match(after):
        return False
    if _PROPOSING.search(before) and _CALLED_AFTER.match(after):
        return False
    if _NUMBERED_PROPOSAL.search(before) and not KIND.search(inner):
        return False
    if _NOT_POLICY.search(inner) and not inner.endswith("白皮书"):
        return False
    if _WORK_AFTER.match(after) or _WORK_BEFORE.search(before):
        return False
    if KIND.search(inner):
        return True
    # Long names without a kind are mostly documents, short ones mostly works: 《柳叶刀》.
    return len(inner) >= 8 or bool(_CITED_BEFORE.search(before) or _CITED_AFTER.match(after))
