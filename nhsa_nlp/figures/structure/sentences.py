"""The sentences and clauses that figures stand in, on the cleaned text.

Punctuation inside title marks and quotation marks ends nothing, nor does that inside brackets for a figure
outside them. So clauses are found on a mask of the text: the same length, with such punctuation blanked.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nhsa_nlp.record import LetterRecord
from nhsa_nlp.text import CleanText, Range

BLANK = "＿"
"""What stands in the mask for a character that is not read."""

_TITLE = re.compile(r"《[^《》\n]{1,200}》")
_QUOTED = re.compile(r"“[^“”\n]{1,80}”")
_BRACKETED = re.compile(r"（[^（）\n]{0,200}）|\([^()\n]{0,200}\)|【[^【】\n]{0,80}】")
_PART_OF_NAME = re.compile(r"[（(]不?含[一-鿿]{2,12}[）)]")
_INSIDE_NAME = re.compile(r"（(?!以下|下称|简称|[现原占即如不]|含)[一-鿿]{1,6}）")
_HAN = re.compile(r"[一-鿿]")
_PUNCTUATION = re.compile(r"[，；：。！？、,;:]")
# 标准:顺产2700元;剖宫产, not 8:2 or 1,200.
_HALF_WIDTH = re.compile(
    r"[,:;?!](?:(?<=[一-鿿）)”》%元].)|(?=[一-鿿（(“《]))|;|\((?=[^()\n]{0,80}[一-鿿][^()\n]{0,80}\))|\)(?<=[一-鿿].)"
)
_FULL_WIDTH = str.maketrans(",:;?!()", "，：；？！（）")
_STOP = re.compile(r"[。！？\n]+[”’」]?")
_NUMBERED = re.compile(
    r"\s*(?:[一二三四五六七八九十][是要]|第[一二三四五六七八九十][，、]"
    r"|第[一二三四五六七八九十百]{1,5}条[ 　]?"
    r"|[（(]?[一二三四五六七八九十]{1,3}[、）)]|[（(]?\d{1,2}(?:[.．](?!\d(?!\d{3}年))|[、）)])"
    r"|[①-⑳]|首先[，是]|其次[，是]|再次[，是]|最后[，是]|一方面|另一方面)"
)
_IS_TEXT = re.compile(r"；|\d[%元个家万]")
_NUMBER = re.compile(r"[一二三四五六七八九十]{1,4}[、．.,，]")
# A line without a stop, and a paragraph: its first sentence is longer than a title or ends with a colon.
_OVER_PARAGRAPH = re.compile(r"\s*[^\n。；：:|]{4,48}(?:；[^\n。：:|；]{1,40})?\n")
_PARAGRAPH = re.compile(r"\s*(?:\d{4}[-年]\d{1,2}[-月]\d|[^\n]{0,48}(?:[。：]|[^\n]{1,400}。))")
# A headline that cleaning has joined with the line below: 药价平均下降三成发布时间：2021-03-05.
_BYLINE = re.compile(
    r"[^\n。；]{4,60}?\n?(?=(?:发布)?(?:时间|日期)：\d{4}[-年]|来源：|央视网消息|新华社[一-鿿]{2,4}\d|本报讯)"
)
_LIST_ITEM = re.compile(r"(?<=[；：，])(?=[二三四五六七八九][是要])|(?<=：)(?=一[是要])")
_CLAUSE_END = re.compile(r"[，；：。！？\n,;]|——")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, as offsets into the cleaned text.

    Attributes
    ----------
    start, end
        Its range, with its stop.
    heading
        Whether it is the heading of a section.
    numbered
        Whether it begins an item of a list (一是, 第一, 1.), which nothing carries over to.
    opens
        Whether it begins a paragraph or follows a heading.
    title
        Whether it is a line without a stop over a paragraph.
    """

    start: int
    end: int
    heading: bool
    numbered: bool
    opens: bool
    title: bool = False


@dataclass(frozen=True, slots=True)
class Masks:
    """A cleaned text and its two masks: one for figures in brackets and one for those outside."""

    text: str
    inner: str
    outer: str


def mask(text: str) -> Masks:
    """Blank the punctuation that separates no clauses; that of half width becomes that of full width."""
    text = _HALF_WIDTH.sub(lambda match: match[0].translate(_FULL_WIDTH), text)
    inner = _QUOTED.sub(_without_punctuation, _TITLE.sub(_blanked_title, text))
    return Masks(text, inner, _BRACKETED.sub(_blanked_brackets, inner))


def _blanked_brackets(match: re.Match[str]) -> str:
    # 基金（含生育保险）收入, 执业（助理）医师: part of a name.
    text, start, end = match.string, *match.span()
    inside = (
        _INSIDE_NAME.fullmatch(match[0]) and start and _HAN.match(text[start - 1]) and _HAN.match(text, end)
    )
    return match[0] if inside or _PART_OF_NAME.fullmatch(match[0]) else BLANK * len(match[0])


def _blanked_title(match: re.Match[str]) -> str:
    return f"《{BLANK * (len(match[0]) - 2)}》"


def _without_punctuation(match: re.Match[str]) -> str:
    return _PUNCTUATION.sub(BLANK, match[0])


def find_sentences(masks: Masks, headings: Iterable[Range]) -> list[Sentence]:
    """Cut a text into sentences; a heading that runs on into the text is one of its own."""
    text = masks.outer
    ends = [match.end() for match in _STOP.finditer(text)]
    ends += [match.start() for match in _LIST_ITEM.finditer(text)]
    byline = _BYLINE.match(text)
    headline = byline.end() if byline else 0
    borders = {*ends, headline, len(text)}
    titles = {}
    for start, end in headings:
        borders |= {start, end}
        titles[start] = end
    found: list[Sentence] = []
    at, opens = 0, True
    for border in sorted(borders):
        if border <= at:
            continue
        heading = at in titles
        line = text[at : min(at + 400, border)].strip()
        alone = (
            border - at < 60 and "\n" in text[max(at, border - 2) : border] and line[-1:] not in "。！？；"
        )
        if line:
            numbered = bool(_NUMBERED.match(text, at, border))
            title = opens and not numbered and bool(_OVER_PARAGRAPH.match(text, at, border))
            title &= _PARAGRAPH.match(text, border) is not None
            title |= border == headline
            found.append(Sentence(at, border, heading or (alone and numbered), numbered, opens, title))
            opens = heading
        opens = opens or "\n" in text[max(at, border - 3) : border]
        at = border
    return found


def headings(view: CleanText, letter: LetterRecord | None) -> Iterator[Range]:
    """Yield the ranges of the headings of a letter's sections in the cleaned text."""
    for section in letter["sections"] if letter else ():
        start = view.to_clean(section["start"])
        number = _NUMBER.match(view.text, start)
        end = (number.end() if number else start) + len(section["title"])
        if start < end <= len(view.text) and not _IS_TEXT.search(view.text, start, end):
            yield start, end


def clauses(masks: Masks, sentence: Sentence) -> tuple[list[Range], list[int]]:
    """Return the clauses of a sentence, without the punctuation behind each, and which begin an item.

    Such a clause is without its number: 、 of 二、培训医师90人.
    """
    found: list[Range] = []
    items: list[int] = []
    at = sentence.start
    for end, following in (
        *(match.span() for match in _CLAUSE_END.finditer(masks.outer, at, sentence.end)),
        (sentence.end, sentence.end),
    ):
        if number := _NUMBERED.match(masks.inner, at, end):
            items.append(len(found))
            at = number.end()
        found.append((at, end))
        at = following
    return found, items


def index_at(ranges: list[Range], position: int) -> int:
    """Return the index of the last range that begins at or before a position."""
    return max(0, bisect_right(ranges, position, key=lambda item: item[0]) - 1)
