"""The title of the article of a web page, which often stands apart from its text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nhsa_nlp.io.documents.furniture import is_furniture
from nhsa_nlp.io.documents.html_lines import HtmlLine

_MIN_TITLE = 6  # characters
_NAME_SIGNS = re.compile("[_|｜–—-]+")  # between the title of an article and the name of the site
_DATELINE = re.compile(r"20\d\d[-年/.]\d{1,2}[-月/.]\d{1,2}|(?:发布|发表)?(?:日期|时间)[:：]")
_DATELINE_LENGTH = 80  # characters at most
_NEAR = 8  # lines between a title and the text
_SUBTITLES = 2


def with_title(read: Sequence[str], named: str, lines: Sequence[HtmlLine]) -> list[str]:
    """Put the title of a page before what was read of it, if it is not there, and its subtitle below it.

    Parameters
    ----------
    read
        The lines that were read.
    named
        What the page is called in its head, without white space.
    lines
        Of the whole page. The title is the line that `named` has in it, or the one above the date.
    """
    known = {squeezed(line) for line in read}
    begin = next((place for place, line in enumerate(lines) if squeezed(line.text) in known), len(lines))
    place = _named(named, lines[: begin + 1])
    if place is None:
        place = _above_date(lines[: begin + 1])
    if place is None:
        return list(read)
    title = lines[place].text
    known.add(squeezed(title))
    below = [line for line in _subtitles(lines[place + 1 :]) if squeezed(line) not in known]
    begins_with_it = bool(read) and squeezed(read[0]) == squeezed(title)
    return [title, *below, *(read[1:] if begins_with_it else read)]


def squeezed(line: str) -> str:
    """Return a line without white space."""
    return "".join(line.split())


def is_title(line: str, named: str) -> bool:
    """Tell whether a line is the title that a page, called `named` in its head, has there."""
    text = squeezed(line)
    least = max(_MIN_TITLE, max(map(len, _NAME_SIGNS.split(named))) / 2)  # longer than the name of the site
    return len(text) >= least and text in named


def _named(named: str, lines: Sequence[HtmlLine]) -> int | None:
    return next((place for place, line in enumerate(lines) if is_title(line.text, named)), None)


def _is_dateline(line: HtmlLine) -> bool:
    return len(line.text) <= _DATELINE_LENGTH and bool(_DATELINE.search(line.text))


def _above_date(lines: Sequence[HtmlLine]) -> int | None:
    dates = [place for place in range(max(0, len(lines) - _NEAR), len(lines)) if _is_dateline(lines[place])]
    place = dates[0] - 1 if dates else -1
    if (
        place < 0
        or lines[place].is_link
        or len(lines[place].text) < _MIN_TITLE
        or is_furniture(lines[place].text)
    ):
        return None
    return place


def _subtitles(lines: Sequence[HtmlLine]) -> list[str]:
    """Return what stands between a title and its date."""
    for place, line in enumerate(lines[: _SUBTITLES + 1]):
        if _is_dateline(line):
            return [line.text for line in lines[:place]]
        if line.is_link or is_furniture(line.text):
            break
    return []
