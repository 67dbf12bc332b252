"""What a web page puts around its article: breadcrumbs, tools, related pages, the imprint of the site.

A line is judged by its words only outside the running text: whatever stands between the first and the
last line of prose is the article's.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence, Set

from nhsa_nlp.text.patterns import any_of, longest_of, read_words

_WORDS = read_words("nhsa_nlp.io.documents", "furniture.txt")
_TOOLS = re.compile(rf"[\W_]*+(?:(?>{longest_of(_WORDS['tools'].split())})[\W_]*+)++")
_BEGINNING = re.compile(any_of(_WORDS["beginnings"]))
_ANYWHERE = re.compile(any_of(_WORDS["anywhere"]))
_EDITOR = re.compile(any_of(_WORDS["editors"]))
_LIST = re.compile(rf"[\W_]*+{any_of(_WORDS['lists'])}[\W_]*+")
# 首页 > 要闻 > 正文, 关于我们 | 服务条例 | 联系我们
_CHAIN = re.compile(r"(?:[^>›»|｜┊]{1,20}(?:>+|[›»|｜┊])){2,30}[^>›»|｜┊]{0,40}")
_ATTACHED = re.compile(r"附件|附表|附录")
_SENTENCE_END = re.compile("[。；！？]")
_PROSE = 20  # characters of a line of prose at least
_LONGEST = 200  # characters; a longer line is no furniture
_BODY = 0.5  # of the prose comes before a list of other pages


def is_furniture(line: str) -> bool:
    """Tell whether a line outside the running text belongs to the site and not to the article."""
    line = line.strip()
    if len(line) > _LONGEST:
        return False
    return bool(
        _BEGINNING.match(line)
        or _EDITOR.match(line)
        or _ANYWHERE.search(line)
        or _TOOLS.fullmatch(line)
        or _CHAIN.fullmatch(line)
    )


def is_prose(line: str, *, is_link: bool) -> bool:
    """Tell whether a line is of running text: long enough, with the end of a sentence, of the article."""
    return not (is_link or len(line) < _PROSE or is_furniture(line)) and bool(_SENTENCE_END.search(line))


def list_headings(lines: Sequence[str], links: Set[str]) -> set[str]:
    """Return the lines of a whole page, see `without_furniture`, below which it lists other pages."""
    return {
        line
        for line, *after in zip(lines, lines[1:], [*lines[2:], ""], strict=False)
        if _LIST.fullmatch(line) and (not links.isdisjoint(after) or is_furniture(after[0]))
    }


def belongs_to_end(line: str) -> bool:
    """Tell whether a line that comes apart after an article is its own: running text, an attachment."""
    return is_prose(line, is_link=False) or bool(_ATTACHED.search(line))


def without_furniture(lines: Sequence[str], links: Collection[str], headings: Collection[str]) -> list[str]:
    """Leave out what stands before and after the running text and is not the article's.

    Parameters
    ----------
    lines
        Of the article and what may be around it.
    links
        Those that are mostly links to other pages.
    headings
        Those below which the page lists other pages; after most of the prose one ends the article.

    Returns
    -------
    list[str]
        All lines, if none is prose.
    """
    prose = [len(line) if is_prose(line, is_link=line in links) else 0 for line in lines]
    end = _article_ends(lines, headings, prose)
    places = [place for place, length in enumerate(prose[:end]) if length]
    if not places:
        return list(lines)
    first, last = places[0], places[-1]

    return [
        *without_site_lines(lines[:first], links, headings),
        *lines[first : last + 1],
        *(
            line
            for line in without_site_lines(lines[last + 1 : end], links, headings)
            if not _LIST.fullmatch(line)
        ),
    ]


def without_site_lines(lines: Sequence[str], links: Collection[str], headings: Collection[str]) -> list[str]:
    """Leave out what is not the article's of lines that stand outside the running text.

    Parameters are those of `without_furniture`.
    """
    return [
        line
        for line in lines
        if not (line in headings or is_furniture(line) or (line in links and not _ATTACHED.search(line)))
    ]


def _article_ends(lines: Sequence[str], headings: Collection[str], prose: Sequence[int]) -> int:
    """Return where, after most of the prose, the editor is named or a list of other pages begins."""
    read, whole = 0, sum(prose)
    for place, line in enumerate(lines):
        read += prose[place]
        if read >= _BODY * whole and (line in headings or _EDITOR.match(line)):
            return place
    return len(lines)
