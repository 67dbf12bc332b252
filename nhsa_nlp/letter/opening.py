"""The opening sentence of a reply: what was proposed, and who was consulted.

``您提出的关于…的建议收悉，经商国家卫生健康委、财政部，现答复如下：``
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nhsa_nlp.letter.flat import FlatText
from nhsa_nlp.letter.organizations import split_list

_REACH = 4000  # an opening is within this many characters of the beginning
_RECEIVED = re.compile(r"(?:已|均已|业已|均)?收悉|已收到")
# 您提出的《…》第12号建议交县卫生健康局办理: what was passed on was received.
_PASSED_ON = re.compile(r"(?<=[议案”》）])，?已?[转交](?:由|给)?[^，。；]{0,16}?(?:承办|办理)")
# Each alternative begins with a character of its own: these are searched three times as fast.
_ANSWER = re.compile(
    "|".join(
        (
            *(f"{word}(?:意见)?如下" for word in ("答复", "回复", "函复", "复函", "批复")),
            "以下[^，。]{0,4}[答回]复意见",
            *(f"{word}[^，。]{{0,6}}如下" for word in ("会办", "协办", "分办")),
            "如下(?:会办|协办|分办)意见",
        )
    )
)
_SENTENCE_END = re.compile(r"[。！？\n]")

# Whoever made the proposal is spoken to, or named.
_WHO = re.compile(
    r"(?:尊敬的)?(?:您们?|你[局委厅办部院会省市区县]|你们?|贵[^，。《“的提在关]{1,8}|[^，。；：《“]{2,30}?(?:代表|委员(?!会)|界别?|中央|联络[组处站室]|会议(?=的)))"
)
_TO_READER = re.compile("[您你](?!们?好)|贵")
_TURN = re.compile("[《“》”。！？!您你贵]")  # what a sentence may begin at or after
_PROPOSED = re.compile(r"(?:您|你)们?(?:所?提出|所提|反映|关于|在[^，。]{2,40}上提出)")
_HOW = re.compile(
    r"(?:等(?:\d{1,3}[名位])?(?:代表|委员)?)?(?:们)?(?:在[^，。《“]{2,40}?(?:上|期间|中|信箱|平台|网站|热线|留言板|会议(?=[的提])))?"
    r"(?:联名|共同|领衔|通过[^，。《“]{2,20}?)?(?:所?(?:提出|提交|反映|撰写)|所提|提)?(?:的|了)?"
)
_NUMBER = re.compile(
    r"(?<![〕\]）)】\d])第?((?:[^\W\d_A-Za-z第号案议]{1,2}|[A-Za-z]{1,3}|\d{4}[A-Za-z]{1,2})?\d{1,10}(?:-\d{1,6})?)号"
)
_NUMBER_FIRST = re.compile(
    rf"(?:的)?{_NUMBER.pattern}(?:（[^（）]{{1,20}}）)?(?:的)?(?:代表|委员)?(?:建议|提案|议案)?"
)
# 集体提案《…》
_CALLED = re.compile(
    r"的?(?:集体|联名|界别|党派|个人|重点|书面|大会)*(?:提案|建议|议案)[：，]?(?=[《“「『\"])"
)
_LONGEST_NOTE = 42  # （第1234号）
_OPEN_TO_CLOSE = {"《": "》", "“": "”", "「": "」", "『": "』", "‘": "’", '"': '"', "〈": "〉"}
_KIND_OF_PROPOSAL = r"(?:建议|提案|议案|意见|问题|请求|来信|来函|请示|信访件)"
# What may stand between a quoted title and 收悉.
_AFTER_QUOTED = re.compile(
    rf"(?:（[^（）]{{0,40}}）)?[：，]?(?:的)?(?:第?[\dA-Za-z-]{{1,12}}号)?(?:的)?(?:代表|委员)?{_KIND_OF_PROPOSAL}?(?:（[^（）]{{0,40}}）)?"
    r"(?=$|[，由交经转已我现一业均提《“、和及])"
)
_UNQUOTED = re.compile(rf"[^。！？]{{4,160}}?{_KIND_OF_PROPOSAL}(?=$|[，由交转已我现]|经[研商]|的?办理)")

_CONSULTED = (
    # 经商…同意, 会商…, 我局商…; but 商务部 is a ministry, and 商业, 商品 are not bodies.
    re.compile(
        r"(?:(?:经|会|我局|已|并|[，。；])商(?:请|得|经)?(?![务业品家贸讨事标会户量])|经(?=商务部))([^。；：]{2,200})"
    ),
    re.compile(
        r"(?:会同|经与|我局与)([^。；：]{2,160}?)(?:共同|联合(?!会)|认真)?(?:研究|协商|沟通|会商|商议|商)"
    ),
    re.compile(
        r"(?:结合|综合|汇总|根据|吸收|征求(?:了)?)([^。；：]{2,160}?)"
        r"(?:的|反馈|提供|会办|协办|办理|答复|等)*(?:意见|建议)"
    ),
)


@dataclass(frozen=True, slots=True)
class Opening:
    """What the opening sentence at ``[start, end)`` of the flat text says; it announces the answer.

    Attributes
    ----------
    subject
        The range of the title of the proposal, None if it is not named.
    proposal_word
        ``建议`` or ``提案`` if the sentence itself, not a quoted title, calls the proposal that.
    consulted
        The bodies consulted.
    is_ruling
        Whether it is a request to a superior office that is answered (批复如下).
    """

    start: int
    end: int
    subject: tuple[int, int] | None
    proposal_number: str | None
    proposal_word: str | None
    consulted: tuple[str, ...]
    is_ruling: bool = False


def find_opening(flat: FlatText, after: int = 0) -> Opening | None:
    """Find the opening sentence at or after ``after``, the end of the addressee.

    None if nothing is said to have been received, or to be answered.
    """
    head = flat.text[: after + _REACH]
    answer = _ANSWER.search(head, after) if "如下" in head or "以下" in head else None
    limit = answer.start() if answer else len(head)
    received = None
    if "收悉" in head or "已收到" in head:
        received = _RECEIVED.search(head, after, limit)
    if received is None and "办" in head:
        received = _PASSED_ON.search(head, after, limit)
    if received is None and answer is None:
        return None
    if received is not None and answer is not None and answer.start() - received.end() > 400:
        answer = None
    anchor = received.start() if received else answer.start() if answer else 0
    start = _sentence_start(flat, after, anchor)
    if answer is not None:
        end = answer.end()
    else:
        stop = _SENTENCE_END.search(head, anchor)
        end = stop.end() if stop else len(head)
    subject, number, word = _read_proposal(head, start, anchor, direct=received is not None)
    if received is not None and subject is None and number is None and answer is None:
        return None  # "received" of something else
    consulted = _read_consulted(head[subject[1] if subject else start : end])
    is_ruling = answer is not None and answer.group().startswith("批复")
    return Opening(start, end, subject, number, word, consulted, is_ruling)


def _sentence_start(flat: FlatText, after: int, anchor: int) -> int:
    """Return where the sentence around ``anchor`` begins, titles with full stops of their own aside."""
    text = flat.text
    start = after
    depth = 0
    for turn in _TURN.finditer(text, max(after, anchor - 600), anchor):
        index, char = turn.start(), turn.group()
        if char in "《“":
            depth += 1
        elif char in "》”":
            depth = max(0, depth - 1)
        elif depth:
            continue
        elif char in "。！？!":
            start = index + 1
        elif _TO_READER.match(text, index) and (flat.starts_line(index) or _PROPOSED.match(text, index)):
            # The heading or the addressee stands before it without a full stop.
            return index
    return start


def _read_proposal(
    text: str, start: int, anchor: int, *, direct: bool
) -> tuple[tuple[int, int] | None, str | None, str | None]:
    """Read title, number and kind of the proposal from ``text[start:anchor]``.

    ``direct`` is whether the title ends right there: …的建议收悉.
    """
    who = _WHO.match(text, start, anchor)
    how = _HOW.match(text, who.end() if who else start, anchor)  # whoever it is may be named above only
    position = how.end() if how else start
    number = None
    numbered = _NUMBER_FIRST.match(text, position, anchor)
    if numbered:
        number, position = numbered[1], numbered.end()
    if position >= anchor:
        return None, number, _word(text[start:anchor])
    called = _CALLED.match(text, position, anchor)
    if called:
        position = called.end()
    if text.startswith(("关于《关于", "关于“关于"), position):
        position += 2
    close = _OPEN_TO_CLOSE.get(text[position])
    if close:
        end = _matching(text, position, anchor, close)
        tail = _AFTER_QUOTED.match(text, end + 1, anchor) if end is not None else None
        if end is not None and tail is not None:
            return (
                (position + 1, end),
                number or _number_in(tail.group()),
                _word(f"{called[0] if called else ''}{tail[0]}"),
            )
    if who is None and numbered is None and not text.startswith("关于", position):
        return None, number, None
    plain = text[position:anchor]
    if plain.endswith("）") and len(plain) - plain.rfind("（") <= _LONGEST_NOTE:
        number = number or _number_in(plain[plain.rfind("（") :])
        plain = plain[: plain.rfind("（")]
    named = _UNQUOTED.fullmatch(plain) if direct else _UNQUOTED.match(plain)
    if named is None:
        return None, number, None
    word = _word(named.group()[-2:])
    return (position, position + named.end()), number, word


def _matching(text: str, position: int, end: int, close: str) -> int | None:
    """Return where the quotation opened at ``position`` closes; nested ones are skipped."""
    opening = text[position]
    depth = 0
    for index in range(position, end):
        char = text[index]
        if char == close and (opening != close or index > position):
            depth -= 1
            if depth <= 0:
                return index
        elif char == opening:
            depth += 1
    return None


def _number_in(text: str) -> str | None:
    match = _NUMBER.search(text)
    return match[1] if match else None


def _word(text: str) -> str | None:
    """Return the kind of proposal ``text`` names, if it names exactly one."""
    words = {word for word in ("建议", "提案") if word in text}
    return words.pop() if len(words) == 1 else None


def _read_consulted(text: str) -> tuple[str, ...]:
    names: list[str] = []
    for pattern in _CONSULTED:
        for match in pattern.finditer(text):
            names += [name for name in split_list(match[1]) if name not in names]
    return tuple(names)
