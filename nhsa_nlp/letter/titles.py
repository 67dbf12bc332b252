"""Where the title of a section ends.

A title ends with its line, if the line break is still there. OCR often lost it
(``一、关于构建医疗救助法律体系按照…``). Then every end of a word is scored by what stands before it (titles
end with 的建议, 机制, 水平 and the like) and after it (sentences begin with a date, a preposition, the
name of a body that acts, or take up words of the title), and the first position that is certain,
or else the likeliest, is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from nhsa_nlp.letter.flat import FlatText
from nhsa_nlp.text.patterns import any_of, read_words
from nhsa_nlp.text.segmenters import make_dictionary_segmenter

_LONGEST_TITLE = 100
_READ_ON = 100  # how far the first sentence is read after it
_SHORT_LINE = 45  # a line this short is a title, whatever it may contain
_SHORT_SENTENCE = 40
_SHORT_TITLE = 5
_CERTAIN = 6.0
_LIKELY = 3.5
_LAST_WORDS = 8  # what stands before an end is judged by this many characters
_LOOK_AHEAD = 6  # how far after a certain end a better one may be

_WORDS = read_words("nhsa_nlp.letter", "titles.txt")
_PAIRS = {"“": "”", "《": "》", "（": "）", "‘": "’", "「": "」", "『": "』"}
_OPENING = re.compile(f"[{''.join(_PAIRS)}]")
_SUBSECTION = re.compile(r"（[一二三四五六七八九十]{1,2}）|一是|其一")
_STOP = re.compile(rf"[。！？；;]|[：:](?!\d)|(?<!\d)[：:]|{_SUBSECTION.pattern}|[1-9][.．、](?!\d)")
# No title ends before these …
_NOT_BEFORE = frozenset("的地得了着过，、和与及等并或而之）》”’。；：！？,.%")
# … or after these.
_NOT_AFTER = re.compile(
    r"(?:[，、和与及的或并而在对将把被从以由于使让给按据及其“《（]|(?<!行)为|(?<![方意取导动志])向|"
    rf"{any_of(_WORDS['no_end_after'])})$"
)
_NOT_AFTER_ENDS = frozenset("，、和与及的或并而在对将把被从以由于使让给按据其“《（为向") | {
    word[-1] for word in _WORDS["no_end_after"].split()
}

# --- how the first sentence after a title begins ------------------------------------------------

# It speaks to the reader,
_ADDRESS = re.compile(
    r"(?:您|你)们?(?:提出|所提|提到|反映|关于|在|的|对)|关于(?:您|你)们?|正?如(?:您|你)们?|感谢(?:您|你)"
)
# says when, why or by what,
_ADVERBIAL = re.compile(
    r"(?:19|20)\d\d年|自(?:19|20)\d\d年|(?:近|多|几)年来|(?:长期|一直)以来|近[日期]|党的[一二十]|[一另]方面"
    r"|总[体的]来?[看说]|机构改革[后以]|包括[^，。]{2,20}在内的|" + any_of(_WORDS["adverbials"])
)
_WITHIN_CLAUSE = r"(?:《[^《》]{2,60}》|[^，。；：《])"
_PREPOSITIONAL = re.compile(
    rf"(?:按照?|针对|围绕|结合|通过|依托|从|为了?|对于?(?![象接口策应称比])|以){_WITHIN_CLAUSE}{{3,60}}，"
    rf"|在{_WITHIN_CLAUSE}{{2,40}}(?:[上中下时后前内间]|方面)，"
)
# names a body that acts,
_FIELD = any_of(_WORDS["fields"])
_BODY = (
    rf"(?:{_FIELD}(?:、{_FIELD}){{0,5}}等[一-龥\d]{{0,4}}(?:部门|部委)"
    r"|国家[一-龥]{2,10}?(?:总?局|委员会|委(?!员)|总署|部门)|国家"
    rf"|(?:各级|各地)?{_FIELD}(?:行政|主管|管理)?(?:部门|总?局|[部厅委会])"
    r"|中国[一-龥]{2,10}?(?:会|局|联)|全国(?:总工会|妇联|各地|人大)|中央(?:编办|财政|[一-龥]{2,6}部)"
    r"|党中央|中共中央|国务院|我[国局省市们部委区厅]|各[地级省市][一-龥]{0,6}?|多地|地方"
    r"|(?:大多数|多数|少数|大部分|部分)(?:地区|省份|地方|统筹地区)"
    r"|习近平总书记|(?:公立|基层|定点|各级)?医疗机构)"
)
_AGENT = re.compile(
    rf"{_BODY}(?:[、，]{_BODY}){{0,4}}(?:（[^（）]{{2,30}}）)?(?:等[一-龥\d]{{0,6}}?(?:部门|部委|单位))?"
    + any_of(_WORDS["acts"])
)
# says what a document states,
_DOCUMENT = re.compile(
    r"\d{1,4}号文件?[^，。]{0,10}(?:明确|规定|提出|要求)"
    r"|(?:印发|出台|发布)?《[^《》]{2,80}》(?:（[^（）]{1,40}）){0,2}(?:[、和]?《[^《》]{2,80}》){0,4}[^，。《]{0,24}?"
    + any_of("明确 规定 提出 要求 指出 公布 实施 颁布 是 对 已 自 等 （")
)
# or makes a statement about a subject.
_STATEMENT = re.compile(
    r"(?P<subject>[^，。；：]{2,36}?)(?:，(?:更|也|不仅|既|就)?)?"
    + any_of(_WORDS["states"])
    + r"|(?P<frame>[^，。；：]{3,40})(?:[中后时]|方面|以来)，|(?P<named>[^，。；：]{2,16})（(?:以下)?简称"
)
_LONGEST_SUBJECT = 8

# --- how a title ends -----------------------------------------------------------------------------

_ASKED = re.compile(r"(?:的(?:建议|问题|意见|情况|提案)|(?:有关|相关|若干)(?:建议|问题|意见|情况))$")
_ASKED_WORDS = "建议 问题 意见 情况 事项 考虑"
_ASKED_SHORT = re.compile(any_of(_ASKED_WORDS) + "$")
_HEAD_NOUN = re.compile(any_of(_WORDS["head_nouns"]) + "$")
_NOUN = re.compile(any_of(_WORDS["nouns"]) + "$")
_VERB = re.compile(any_of(_WORDS["verbs"]) + "$")
# The last two characters of all of these.
_ENDS = frozenset(
    word[-2:]
    for words in (_ASKED_WORDS, "提案", *(_WORDS[group] for group in ("head_nouns", "nouns", "verbs")))
    for word in words.split()
)
# 将 and 把 wait for their verb.
_WAITING = re.compile(rf"[将把](?:(?!{any_of(_WORDS['waited_for'])}).)*$")
# What is cut into words on its own.
_WORDS_OR_SIGNS = re.compile(r"[一-\u9fd5\w+#&.%-]+|[^一-\u9fd5\w+#&.%-]+")
# What a sentence has and a title has not.
_SENTENCE_LIKE = re.compile(
    r"(?:19|20)\d\d年|" + any_of("是 高度重视 采取 （以下 会同 截至 我们 我局 您 你们")
)
# The second half of a compound: 医保 / 支付.
_COMPOUND = re.compile(any_of(_WORDS["compounds"]))


def title_end(flat: FlatText, start: int, limit: int) -> int:
    """Return where the title that begins at ``start``, after the number of its section, ends.

    That is the end of its cell in a table, or of its line, unless the title goes on there. Without line
    breaks it is the first position that certainly is the end, or else the likeliest; if none is likely,
    the end of the first sentence before ``limit``, if it is short, or else of its first clause. A title
    holds no full stop, and does not end inside quotation marks, after a word that needs another, or
    before one that belongs to the last.
    """
    window = flat.text[start : min(start + _LONGEST_TITLE + _READ_ON, limit)]
    inside = _inside_pairs(window)
    stop = next((m.start() for m in _STOP.finditer(window, 2) if not inside[m.start()]), len(window))
    possible = [
        position
        for position in range(2, min(stop, _LONGEST_TITLE))
        if not (inside[position] or window[position] in _NOT_BEFORE)
    ]
    raw = flat.source.raw[flat.raw_position(start) : flat.raw_position(start + len(window))]
    cell_end = next((p for p in possible if flat.ends_cell(start + p)), None) if "\t" in raw else None
    if cell_end is not None:
        return start + cell_end
    lines = possible if len(raw.splitlines()) > 1 else []
    line_end = next((p for p in lines if flat.ends_line(start + p) and not _goes_on(window, p)), None)
    if line_end is not None and line_end <= _SHORT_LINE:
        return start + line_end
    best, end = _best_end(window, [p for p in possible if line_end is None or p < line_end])
    if best >= _CERTAIN:
        return start + end
    if line_end is not None:
        return start + line_end
    whole = _SUBSECTION.match(window, stop) is not None or stop == len(window) <= _SHORT_LINE
    if best >= _LIKELY and not whole:
        return start + end
    clause = re.search("[，,]", window[4:stop])
    if clause is None or whole or stop <= _SHORT_SENTENCE:
        return start + stop
    return start + 4 + clause.start()


def _best_end(window: str, possible: list[int]) -> tuple[float, int]:
    """Return the highest score and its position: the first that is certain, or one shortly after it."""
    borders = _word_ends(window)
    border = 0
    like_sentence = _SENTENCE_LIKE.search(window)
    sentence_from = like_sentence.end() if like_sentence else len(window) + 1
    best, end = 0.0, 0
    for position in possible:
        if best >= _CERTAIN and position >= end + _LOOK_AHEAD:
            break
        while border < position:  # words are cut only as far as they are needed
            border = next(borders, len(window))
        is_border = position == border or _ADDRESS.match(window, position)
        if is_border and not _goes_on(window, position):
            score = _score(window[:position], window[position:])
            if position >= sentence_from:
                score -= 3.0
            if score > best:
                best, end = score, position
    return best, end


def _goes_on(window: str, position: int) -> bool:
    """Tell whether the words before ``position`` need another after them."""
    if window[position - 1] not in _NOT_AFTER_ENDS:
        return False
    return _NOT_AFTER.search(window, max(0, position - _LAST_WORDS), position) is not None


def _word_ends(window: str) -> Iterator[int]:
    """Yield where words end, since no title ends inside one; they do not reach over other signs."""
    end = 0
    for part in _WORDS_OR_SIGNS.finditer(window):
        for word in make_dictionary_segmenter().cut(part.group()):
            end += len(word)
            yield end


def _inside_pairs(window: str) -> list[bool]:
    """Return for each position whether it stands inside quotation marks or brackets."""
    inside = [False] * (len(window) + 1)
    min_start = 0
    for mark in _OPENING.finditer(window):
        start = mark.end()
        partner = window.find(_PAIRS[mark.group()], start) if start > min_start else -1
        if partner > 0:
            inside[start : partner + 1] = [True] * (partner + 1 - start)
            min_start = partner
    return inside


def _score(before: str, after: str) -> float:
    """Score how likely a title ends between ``before`` and ``after``."""
    score = _begins(after)
    if not score:
        score = _states(before, after) - (2.0 if _COMPOUND.match(after) else 0.0)
    last = before[-_LAST_WORDS:]
    if last[-2:] not in _ENDS:
        pass
    elif _ASKED.search(last):
        score += _CERTAIN
    elif _ASKED_SHORT.search(last):
        score += 3.0
    elif _HEAD_NOUN.search(last):
        score += 2.0
    elif _NOUN.search(last):
        score += 1.5
    elif _VERB.search(last):
        score -= 3.0
    if _WAITING.search(before):
        score -= 4.0
    if len(before) < _SHORT_TITLE:
        score -= 1.0 + 0.5 * (_SHORT_TITLE - len(before))
    return score - 0.05 * max(0, len(before) - 30)


def _begins(after: str) -> float:
    """Score how likely a sentence begins with ``after``."""
    if _ADDRESS.match(after):
        return 6.0
    if _ADVERBIAL.match(after) or _AGENT.match(after) or _DOCUMENT.match(after):
        return 5.0
    return 4.0 if _PREPOSITIONAL.match(after) else 0.0


def _states(before: str, after: str) -> float:
    """Score how likely ``after`` begins with a statement, the more if it takes up words of the title."""
    statement = _STATEMENT.match(after)
    if statement is None:
        return 0.0
    subject = after[: min(statement.end(statement.lastgroup or 0), _LONGEST_SUBJECT)]
    pairs = [subject[i : i + 2] for i in range(len(subject) - 1)]
    share = sum(pair in before for pair in pairs) / len(pairs)
    return 2.0 + (3.0 * share if pairs[0] in before else share)
