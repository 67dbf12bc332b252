"""Titles without title marks: the names of laws, and what is followed by its document number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from nhsa_nlp.entities.doc_numbers import DocNumber
from nhsa_nlp.entities.issuer_codes import blank_before
from nhsa_nlp.entities.title_marks import MAX_TITLE, NOTE, title_start
from nhsa_nlp.text import CleanText
from nhsa_nlp.text.patterns import any_of, read_words

_WORDS = read_words("nhsa_nlp.entities", "titles.txt")
_NOT_LAW_AFTER = re.compile(r"实施(?:条例|细则)|[律院治庭制官学定]|规(?![定制范划])|人(?!民|员|们)|宝")
# A name is looked for where one can end, which is rare.
_LAW_END = re.compile("法典?|条例|实施细则|保护特别规定")
_STATE = "中华人民共和国"
_LONGEST_LAW = 40
# What may be a law that is not listed, after 中华人民共和国; but 中华人民共和国境内的单位依法….
_UNLISTED = re.compile(
    r"(?!境[内外]|[的是]|成立)(?:(?!依照|必须|应当|可以|规定)[一-龥]){2,16}?(?<![依办方无违执守做看想非])法\Z"
)
_SHORTEST, _SHORTEST_ABOUT = (
    6,
    8,
)  # characters of a title, and of one with 关于: 药品管理办法, 关于甲乙丙丁通知

# What ends a title before a number, with the quotation mark that stands for a title mark.
_NAMED = re.compile(rf"{any_of(_WORDS['named_kinds'])}(?:{NOTE})?(?P<quote>”?)[（(\[［【〔]?\Z")
_SURE = re.compile(rf"{any_of(_WORDS['sure_kinds'])}(?:{NOTE})?\Z")
_VAGUE = re.compile("有关|相关|上述|以下|该|此|各[项类]|的")
_LABEL = re.compile(r"(?:标题|名称|题名|文件名|主题)：\Z")
_LONGEST_HEAD = 3000  # characters above the first sentence
_REST_OF_LINE = re.compile(r"[^\S\n]*(?:[12一二][^\n]{6,16}日?)?[^\S\n]*(?:\n|\Z)")
_EMPTY_LINE = re.compile(r"\n[^\S\n]*\n")
_LINE_END = re.compile(r"[)）\]］】〕]?[^\S\n]*(?:\n|\Z)")


def find_laws(text: str) -> Iterator[tuple[int, int]]:
    """Yield the names of laws and administrative regulations, as the resource lists them."""
    min_start = 0
    for ending in _LAW_END.finditer(text):
        ends = (ending.end(), ending.end() - 1) if ending.group() == "法典" else (ending.end(),)
        for end in ends:
            start = _law_start(text, end, min_start)
            if start is not None and not _NOT_LAW_AFTER.match(text, end):
                if not _is_heading(text, start, end):
                    yield start, end
                min_start = end
                break


def _law_start(text: str, end: int, min_start: int) -> int | None:
    """Return where the name of a law that ends at ``end`` begins, None if none does."""
    names = _laws_by_ending().get(_ending(text[max(0, end - 4) : end]), ())
    name = next((name for name in names if text.endswith(name, min_start, end)), None)
    if name is not None:
        start = end - len(name)
        return start - len(_STATE) if text.endswith(_STATE, min_start, start) else start
    state = text.find(_STATE, max(min_start, end - _LONGEST_LAW), end)
    if state >= 0 and _UNLISTED.match(text, state + len(_STATE), end):
        return state
    return None


def find_numbered(
    text: str, numbers: Sequence[DocNumber], view: CleanText | None = None
) -> Iterator[tuple[int, int]]:
    """Yield the titles right before a document number, except the heading of the document itself.

    ``view`` shows where the raw text has line breaks.
    """
    min_start = 0
    for number in numbers:
        named = _NAMED.search(text, max(0, number.start - 30), number.start)
        if named is None:
            continue
        end = named.start("quote")
        if named["quote"]:
            start = text.rfind("“", max(min_start, end - MAX_TITLE), end)
            if start < 0:
                continue
            end += 1
        else:
            start = title_start(text, end, max(min_start, end - MAX_TITLE))
            title = text[start:end]
            min_start = number.end
            about = title.find("关于")
            if len(title) - max(about, 0) < (_SHORTEST if about < 0 else _SHORTEST_ABOUT):
                continue
            if about < 0 and (not _SURE.search(title) or _VAGUE.search(title)):
                continue
        if view and (_is_above(view, start, number) or _is_broken(view, start, end)):
            continue
        if not _is_heading(text, start, number.end):
            yield start, end


def _is_above(view: CleanText, start: int, number: DocNumber) -> bool:
    """Return whether a title is the heading above the line that holds the number, perhaps with a date."""
    if "\n" not in blank_before(view, number.start) or start > _LONGEST_HEAD:
        return False
    if not _REST_OF_LINE.match(view.raw, view.to_raw(number.start, number.end)[1]):
        return False
    return view.text.find("。", 0, start) < 0


def _is_broken(view: CleanText, start: int, end: int) -> bool:
    """Return whether an empty line of the raw text parts what was read as one title."""
    first, last = view.to_raw(start, end)
    return _EMPTY_LINE.search(view.raw, first, last) is not None


def _is_heading(text: str, start: int, end: int) -> bool:
    """Return whether a title, with its number if it has one, is all that a line above the text holds."""
    line_end = _LINE_END.match(text, end)
    if line_end is None or (start == 0 and line_end.end() == len(text)):
        return False
    if start > _LONGEST_HEAD or text.find("。", 0, start) >= 0:
        return False
    return start == 0 or text[start - 1] == "\n" or _LABEL.search(text, max(0, start - 4), start) is not None


def _ending(name: str) -> str:
    """Return the last characters of a name, so many that few names share them."""
    return name[-4:] if name.endswith("条例") else name[-2:]


@lru_cache(maxsize=1)
def _laws_by_ending() -> dict[str, list[str]]:
    """Return the names of the laws by how they end, the longest first."""
    names = read_words("nhsa_nlp.entities", "laws.txt")["laws"].split()
    groups: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda name: (-len(name), name)):
        groups.setdefault(_ending(name), []).append(name)
    return groups
