"""What stands in title marks, whole or broken pairs, and where a title begins whose opening mark was lost."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nhsa_nlp.text.patterns import any_of, read_words

MAX_TITLE = 160  # characters; the longest title in use has about 110
_MARK = re.compile(r"[《》〈〉<>≪≫«»⟪⟫︽︾︿﹀＜＞﹤﹥]")
# Quotation marks of traditional texts, which mark titles, too.
_QUOTED = re.compile(r"「[^「」。\n]{4,160}」|『[^『』。\n]{4,160}』")
# Other marks, read as the usual ones of their strength: 《 always marks a title, 〈 may mark words.
_USUAL = str.maketrans("≪«⟪︽≫»⟫︾＜﹤＞﹥︿﹀", "《《《《》》》》<<>>〈〉")
_NESTED = str.maketrans("《<≪«⟪︽＜﹤︿》>≫»⟫︾＞﹥﹀", "〈〈〈〈〈〈〈〈〈〉〉〉〉〉〉〉〉〉")
_OPENING, _CLOSING = "《〈<≪«⟪︽＜﹤︿「『“", "》〉>≫»⟫︾＞﹥﹀」』”"
_MISREAD_OPEN, _MISREAD_CLOSE = "【［[", "】］]"
_CLAUSE_BREAKS = "，。；！？：\n》"
_UNBROKEN = re.compile(r"(?:[^，。；！？：、（）“”\n等》]|“[^“”]{1,12}”)*\Z")  # “十四五”规划

_WORDS = read_words("nhsa_nlp.entities", "titles.txt")
_YEAR = r"(?:19|20)\d\d"
NOTE = r"[（(][^（()）]{1,24}[)）]"  # （试行）
_NUMBERED_EDITION = rf"[\dⅠ-Ⅻ一二三四五六七八九十]{{1,4}}|[\d.]+版?|[（(]?{_YEAR}年?版?[)）]?"
KIND = re.compile(rf"{any_of(_WORDS['documents'])}(?:{NOTE})*(?:{_NUMBERED_EDITION})?$")
# 关于印发《X》的通知, whose own marks are lost.
_ENVELOPE = re.compile(r"《[^《》。\n]{2,100}》[^《》，。；\n]{1,20}\Z")
_TITLE_REST = re.compile("的?(?:通知|意见|公告|决定|批复|函|补充通知|实施意见|说明|通告|请示)")
# Where the closing mark was lost: to the kind of document before a misread mark or the end of the clause,
# or before words that say what the document does.
_UNCLOSED = re.compile(
    rf"《[^《》，。；\n]{{2,80}}?{any_of(_WORDS['unclosed_kinds'])}"
    rf"(?:[】］\]]|(?=[）)（(，。；、的]|{any_of(_WORDS['after_titles'])}))"
)
# The issuers directly before 关于 belong to a title, an introducing verb does not.
_INTRODUCED = re.compile(
    f"\\A(?:.*{any_of(_WORDS['introducing'] + _WORDS['between'])}|{any_of(_WORDS['leading'])})"
)
_ISSUERS = re.compile(
    r"[一-龥、]{2,40}(?:政府|中央|国务院|办公厅|办公室|委员会|常委会|小组|局|委|署|部|厅|院|中心)"
)
_RUN = re.compile(r"[一-龥、]{0,40}\Z")
# Without 关于 only verbs can tell; the last one before what can be a title.
_LED = re.compile(
    rf"(?:.*(?:{any_of(_WORDS['introducing'])}[了的]?|了|[后订布台定行过]的)|{any_of(_WORDS['leading'])})(?=.{{4}})"
)


def is_marked(text: str, start: int) -> bool:
    """Return whether a title that begins at ``start`` has its opening mark."""
    return text[start] in _OPENING or text[start] in _MISREAD_OPEN


def without_marks(span: str) -> str:
    """Return a title without the marks around it, also a misread one (【X】, 《X】), inner ones as 〈 〉."""
    return span[slice(*range_without_marks(span))].translate(_NESTED)


def range_without_marks(span: str) -> tuple[int, int]:
    """Return where in a title what is without the marks around it begins and ends."""
    start, end = (1, len(span) - span.endswith(">")) if span[:2] == "<<" else (0, len(span))
    if span[start:end] and span[start] in _OPENING + _MISREAD_OPEN:
        start += 1
    closing = _CLOSING + _MISREAD_CLOSE if is_marked(span, 0) else _CLOSING
    if span[start:end] and span[end - 1] in closing:
        end -= 1
    inner = span[start:end]
    start += len(inner) - len(inner.lstrip(" \n"))
    return start, start + len(inner.strip(" \n"))


def find_marked(text: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges in title marks, broken pairs repaired, nested ones as their outermost."""
    found = list(_MARK.finditer(text))
    if any(match.group() not in "《》〈〉<>" for match in found):
        text = text.translate(_USUAL)
    marks = [match.start() for match in found]
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
            if text[position] == "》":
                start = title_start(text, position, max(min_start, position - MAX_TITLE))
                if position - start >= 4 and KIND.search(text[start:position]):
                    yield start, position + 1
                    min_start = position + 1


def find_quoted(text: str) -> Iterator[tuple[int, int]]:
    """Yield what ends as titles do in quotation marks of traditional texts: 「X」, 『X』."""
    if "「" not in text and "『" not in text:
        return
    for match in _QUOTED.finditer(text):
        if KIND.search(text, match.start(), match.end() - 1) and text[match.start() - 1] != "即":
            yield match.span()


def title_start(text: str, end: int, min_start: int) -> int:
    """Return where a title without an opening mark begins that ends at ``end``, not before ``min_start``.

    That is 关于 and the issuers before it, or else what follows the last break and an introducing verb.
    """
    if envelope := _ENVELOPE.search(text, min_start, end):
        start = title_start(text, envelope.start(), min_start)
        if text.find("关于", start, envelope.start()) >= 0:
            return start
    clause = max(text.rfind(char, min_start, end) for char in _CLAUSE_BREAKS + _MISREAD_OPEN)
    if clause >= 0 and text[clause] in _MISREAD_OPEN:
        return clause
    start = max(min_start, clause + 1)
    about = max(text.rfind(between + "关于", start, end) + 1 for between in "、和与及")
    about = about or text.find("关于", start, end)
    if about >= 0:
        run = _RUN.search(text, max(start, about - 40), about)
        issuers = _ISSUERS.fullmatch(_INTRODUCED.sub("", run.group()).lstrip("、")) if run else None
        return about - len(issuers.group()) if issuers else about
    unbroken = _UNBROKEN.search(text, start, end)
    start = unbroken.start() if unbroken else start
    led = _LED.match(text, start, end)
    return led.end() if led else start


def _closing(text: str, marks: list[int], index: int) -> tuple[int | None, int]:
    """Return the end of the title that opens at ``marks[index]`` and the index to go on with."""
    start, depth = marks[index], 0
    plain = text[start] != "《"
    for following in range(index, min(index + 12, len(marks))):
        position = marks[following]
        if position - start > MAX_TITLE or "。" in text[start:position]:
            break
        if text[position] in "《〈<":
            if depth and text[position] == "《" and _was_unclosed(text, start, position):
                break
            depth += 1
        else:
            depth -= 1
            nested = following + 1 < len(marks) and text[marks[following + 1]] in "》〉>"
            # 《关于印发〈X》的通知》: the inner pair was misread, so the last mark counts.
            if depth <= 0 or (text[position] == "》" and not nested):
                end = position + 1
                if depth < 0 or (plain and not KIND.search(text[start + 1 : position])):
                    return None, index + 1
                if depth == 0 and nested and _continues(text, end, marks[following + 1]):
                    return marks[following + 1] + 1, following + 2
                return end, following + 1
    if plain:
        return None, index + 1
    # No closing mark: the title ends with the kind of document it names.
    tail = _UNCLOSED.match(text, start, start + 90)
    return tail.end() if tail else None, index + 1


def _was_unclosed(text: str, start: int, position: int) -> bool:
    """Return whether the title that opens at ``start`` was never closed before the mark at ``position``."""
    if text[position - 1] in "》、和与及，；（":
        return True
    tail = _UNCLOSED.match(text, start, position)
    return tail is not None and re.search("[，；：]", text[tail.end() : position]) is not None


def _continues(text: str, end: int, closing: int) -> bool:
    """Return whether the text up to the closing mark ends a title: 《关于印发《X》的通知》, not 《X》…Y》."""
    return _TITLE_REST.fullmatch(text, end, closing) is not None
