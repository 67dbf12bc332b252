"""The top-level sections of a letter, those numbered 一、, 二、 and so on.

Where a section begins is a matter of punctuation: its number stands at the beginning of a line or
behind the end of a sentence, and the numbers rise. Where its title ends is one only if the line
break is still there. If it was lost (``一、关于构建医疗救助法律体系按照…``), every position is scored by
what stands before it (a word that titles end with) and behind it (a word that sentences begin
with, the body that acts, words of the title that are taken up again), see :func:`title_end`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

from nhsa_nlp.letter.flat import FlatText

_DIGITS = "一二三四五六七八九"
_NUMBER = re.compile(r"[一二三四五六七八九十]{1,4}(?P<mark>[、．.,，])")
_NUMERAL = re.compile(r"(?:[二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])$")
_SENTENCE_END = "。！？；：:;!?…"
_QUOTE_END = "”’》）)］]】"
# 统一、之一、唯一: the numeral is the end of a word.
_WORD_BEFORE = "统之专第同唯单划如合不某每任万其惟归逐百千亿两"
_LEFT_OF_PAGE_MARK = re.compile(r"(?P<end>[。！？；：”》）]|^)[—一-]{0,2}\d{1,3}[—一-]{0,2}$")
_LISTED = re.compile(r"[一二三四五六七八九十]{1,2}[、级类档线期]|[级类是]")


@dataclass(frozen=True, slots=True)
class Section:
    """A section: offsets into the flat text of its number and its title."""

    start: int
    title_start: int
    title_end: int


def find_sections(flat: FlatText, after: int, end: int) -> list[Section]:
    """Find the top-level sections in ``flat.text[after:end]``.

    Parameters
    ----------
    flat
        The text.
    after, end
        Where the text proper begins and ends.

    Returns
    -------
    list of Section
        Sorted by place; their numbers rise.
    """
    chain = _rising([c for m in _NUMBER.finditer(flat.text, after, end) if (c := _candidate(flat, m, after))])
    limits = [start for _, start, _ in chain[1:]] + [end]
    width = _line_width(flat.source.raw) if chain else None
    return [
        Section(start, title, title_end(flat, title, max(title, limit), width))
        for (_, start, title), limit in zip(chain, limits, strict=False)
    ]


_Candidate = tuple[int, int, int]  # value, start of the number, start of the title


def _candidate(flat: FlatText, match: re.Match[str], after: int) -> _Candidate | None:
    """Return the number of a section, if the match is one."""
    text = flat.text
    mark = match.start("mark")
    # A page mark read as 一2一 leaves its dash before the number: 一二、
    numeral = _NUMERAL.search(text, match.start(), mark)
    if numeral is None or _LISTED.match(text, match.end()):
        return None
    start = numeral.start()
    about = text.startswith("关于", match.end())
    own_line = flat.starts_line(start) or start == after
    if match["mark"] != "、" and not (own_line or about):
        return None
    before = text[max(after, start - 8) : start]
    previous = before[-1:]
    if previous in _WORD_BEFORE and previous:
        return None
    ends = not previous or previous in _SENTENCE_END
    quoted = previous in _QUOTE_END and (own_line or about or before[-2:-1] in _SENTENCE_END)
    if own_line and previous not in ("、", "，", ","):
        found = True
    else:
        found = ends or quoted or about or _LEFT_OF_PAGE_MARK.search(before) is not None
    return (_value(numeral.group()), start, match.end()) if found else None


def _value(numeral: str) -> int:
    """Return the value of a well-formed numeral from 1 to 99."""
    tens, ten, units = numeral.rpartition("十")
    return (10 * (_DIGITS.find(tens) + 1 if tens else 1) if ten else 0) + (
        _DIGITS.find(units) + 1 if units else 0
    )


def _rising(candidates: list[_Candidate]) -> list[_Candidate]:
    """Return the first longest run of candidates whose numbers rise (patience sorting).

    A number may be missing where a page was lost, and a stray one or the numbers of an annex do
    not break the run.
    """
    tails: list[int] = []  # the least last number of a run of each length …
    ends: list[int] = []  # … and where it is in candidates
    previous: list[int] = []
    best: list[int] = []
    for index, (value, _, _) in enumerate(candidates):
        length = bisect_left(tails, value)
        previous.append(ends[length - 1] if length else -1)
        if length == len(tails):
            tails.append(value)
            ends.append(index)
            best = [index]
        elif value < tails[length]:
            tails[length] = value
            ends[length] = index
    chain: list[_Candidate] = []
    index = best[0] if best else -1
    while index >= 0:
        chain.append(candidates[index])
        index = previous[index]
    return chain[::-1]


# --- titles -----------------------------------------------------------------------------------

_LONGEST_TITLE = 100
_READ_ON = 100  # how far the first sentence is read behind it
_PAIRS = {"“": "”", "《": "》", "（": "）", "‘": "’", "「": "」", "『": "』"}
_STOP = re.compile(r"[。！？；：:;]|（[一二三四五六七八九十]{1,2}）|一是|其一|[1-9][.．、](?!\d)")
_SUBSECTION = re.compile(r"（[一二三四五六七八九十]{1,2}）|一是|其一")
# No title ends before these …
_NOT_BEFORE = re.compile(r"[的地得了着过，、和与及等并或而之）》”’。；：！？,.%]")
# … or behind these.
_NOT_BEHIND = re.compile(
    r"(?:[，、和与及的或并而在对将把被向从以由于使让给按据及其“《（]|(?<!行)为|关于|进一步|不断|通过|基本|国家|全国|我国|相关|有关)$"
)

# How the first sentence behind a title begins: it speaks to the reader …
_ADDRESS = re.compile(
    r"(?:您|你)们?(?:提出|所提|提到|反映|关于|在|的|对)|关于(?:您|你)们?|正?如(?:您|你)们?|感谢(?:您|你)"
)
# … it says when, why or by what …
_ADVERBIAL = re.compile(
    r"(?:19|20)\d\d年|(?:近|多|几)年来|近几年|近[日期]|目前|当前|现阶段|现行|截至|截止|(?:长期|一直)以来|自(?:19|20)\d\d年"
    r"|党的[一二十]|今年|去年|下一步|随着|[一另]方面|首先|据统计|据了解|考虑到|需要说明|总[体的]来?[看说]|机构改革[后以]|为此|鉴于"
    r"|由于|根据|依据|始终|按照规定|包括[^，。]{2,20}在内的|我国"
)
_PREPOSITIONAL = re.compile(
    r"(?:按照?|针对|围绕|结合|通过|依托|从|为了?|对于?(?![象接口策应称比])|以)(?:《[^《》]{2,60}》|[^，。；：《]){3,60}，"
    r"|在(?:《[^《》]{2,60}》|[^，。；：《]){2,40}(?:[上中下时后前内间]|方面)，"
)
# … or a body acts, or a document says something.
_FIELD = (
    r"(?:医疗保障|医保|(?:药品)?价格|卫生健康|卫健|药品?监管?|药品监督管理|市场监管|财政|民政|科技|科学技术|教育|公安|司法|人力资源(?:和)?社会保障|人社"
    r"|工业和信息化|工信|发展改革|农业农村|商务|税务|审计|证监|保监|银保监|金融监管|中医药|乡村振兴|扶贫|退役军人|住房城乡建设|文化和旅游"
    r"|应急管理|疾控|残联|生态环境|交通运输|统计|海关|体育|民族)"
)
_BODY = (
    rf"(?:{_FIELD}(?:、{_FIELD}){{0,5}}等[一-龥\d]{{0,4}}(?:部门|部委)|国家[一-龥]{{2,10}}?(?:总?局|委员会|委(?!员)|总署|部门)|国家|(?:各级|各地)?{_FIELD}(?:行政|主管|管理)?(?:部门|总?局|[部厅委会])"
    r"|中国[一-龥]{2,10}?(?:会|局|联)|全国(?:总工会|妇联|各地|人大)|中央(?:编办|财政|[一-龥]{2,6}部)|党中央|中共中央|国务院"
    r"|我[国局省市们部委区厅]|各[地级省市][一-龥]{0,6}?|多地|地方|(?:大多|多|少)数(?:地区|省份|地方|统筹地区)|(?:大?部分)(?:地区|省份|地方|统筹地区)"
    r"|习近平总书记|(?:公立|基层|定点|各级)?医疗机构)"
)
_ACT = (
    r"(?:高度|始终|一直|一贯|历来|十分|持续|积极|坚持|坚决|认真|深入|不断|先后|会同|联合|印发|出台|发布|制定|修订|指导|鼓励|大力|贯彻"
    r"|已|正|将|组[织建]|启动|牵头|推[进动出行]|全面|加快|明确|要求|规定|在|对|按照?|根据|自|于|成立|聚焦|采取|层面|通过|都|均|也|尚|还|并|未"
    r"|提[出供]|加[强大]|强化|深刻|指出|结合|依托|统筹|支持|建[立成]|实[行施]|充分|努力|切实|多次|同|与|从|以(?=[^，。]{2,20}为)|一方面|相关|有关|：|，)"
)
_AGENT = re.compile(
    rf"{_BODY}(?:[、，]{_BODY}){{0,4}}(?:（[^（）]{{2,30}}）)?(?:等[一-龥\d]{{0,6}}?(?:部门|部委|单位))?{_ACT}"
)
_DOCUMENT = re.compile(
    r"\d{1,4}号文件?[^，。]{0,10}(?:明确|规定|提出|要求)|(?:印发|出台|发布)?《[^《》]{2,80}》(?:（[^（）]{1,40}）){0,2}(?:[、和]?《[^《》]{2,80}》){0,4}[^，。《]{0,24}?"
    r"(?:明确|规定|提出|要求|指出|公布|实施|颁布|是|对|已|自|等|（)"
)
_STATEMENT = re.compile(
    r"(?P<subject>[^，。；：]{2,36}?)(?:，(?:更|也|不仅|既|就)?)?(?:是|关系|事关|作为|涉及|具有|包[括含]|属于|主要|依法|规定|采取|难以)"
    r"|(?P<frame>[^，。；：]{3,40})(?:[中后时]|方面|以来)，|(?P<named>[^，。；：]{2,16})（(?:以下)?简称"
)
# How titles end.
_ASKED = re.compile(r"的(?:建议|问题|意见|情况|提案)$|(?:有关|相关|若干)(?:建议|问题|意见|情况)$")
_ASKED_SHORT = re.compile(r"(?:建议|问题|意见|情况|事项|考虑)$")
_HEAD_NOUN = re.compile(
    r"(?:体系|机制|制度|政策|能力|措施|举措|目录|标准|水平|责任|途径|渠道|范围|力度|格局|环境|流程|平台|待遇|负担|(?<!多)层次|目标|条件)$"
)
_NOUN = re.compile(
    r"(?:管理|保障|建设|改革|发展|服务|结算|功能|编码库|方式|监管|效率|效能|支持|作用|成效|成果|价格|救助|费用|项目|衔接|共享|质量|行为"
    r"|宣传|限制|纳入医保|缴费|对象|资金|基金|立法|合力|创新|供给|比例|路径|试点|培养|供应|覆盖|联通|提升|运行|交互|就业|分析|规范|整合"
    r"|筹资|需求|优势|结构|工作|安排|定位|评价|支付|统筹|准入|审批|用药|保险|护理|素质|模式|调整|监督|就医|诊疗|评审|采购)$"
)
_VERB = re.compile(
    r"(?:深化|加强|推进|推动|建立|加快|促进|强化|开展|制定|构建|健全|实施|落实|提高|完善|优化|扩大|规范|做好|新增|审核|支持|成立|纳入|放开)$"
)
# 医保 / 支付: the middle of a compound.
_COMPOUND = re.compile(
    r"(?:支付|服务|机构|基金|监管|救助|管理|体系|制度|目录|价格|政策|部门|项目|标准|方式|机制|水平|待遇|费用|保障|改革)"
)
# What a sentence has and a title has not.
_SENTENCE_LIKE = re.compile(r"是|高度重视|采取|（以下|会同|截至|(?:19|20)\d\d年|我们|我局|您|你们")
# 将 and 把 wait for their verb.
_WAITING = re.compile(r"[将把](?:(?!纳入|列入|作为|划入|归入|开放|转为|改为|定为|上调|下调|取消).)*$")
_CERTAIN = 6.0
_LIKELY = 3.5
_LOOK_AHEAD = 6
_BEGINS = 4.0
_SHORT_SENTENCE = 40
_SHORT_LINE = 45  # a line this short is a title, whatever it may contain


def title_end(flat: FlatText, start: int, limit: int, width: int | None = None) -> int:
    """Return where the title that begins at ``start`` ends.

    Parameters
    ----------
    flat
        The text.
    start
        Behind the number of the section.
    limit
        Where the section ends.
    width
        The length of a full line if the lines of the raw text are broken at one.

    Returns
    -------
    int
        At the end of the line, unless the title goes on there. Without line breaks, at the first
        position that certainly is the end, or else at the likeliest; if none is likely, at the
        end of the first sentence, if it is short, or else of its first clause. A title holds no
        full stop, and does not end inside quotation marks, behind a word that needs another, or
        before one that belongs to the last.
    """
    window = flat.text[start : min(start + _LONGEST_TITLE + _READ_ON, limit)]
    inside = _inside_pairs(window)
    stop = next((m.start() for m in _STOP.finditer(window, 2) if not inside[m.start()]), len(window))
    possible = [
        position
        for position in range(2, min(stop, _LONGEST_TITLE))
        if not (
            inside[position] or _NOT_BEHIND.search(window[:position]) or _NOT_BEFORE.match(window, position)
        )
    ]
    line_end = next((p for p in possible if _ends_line(flat, start + p, width)), None)
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
    """Return the highest score and its position: the first that is certain, or that shortly behind it."""
    words = _word_ends(window)
    best, end = 0.0, 0
    for position in possible:
        if best >= _CERTAIN and position >= end + _LOOK_AHEAD:
            break
        if position in words or _ADDRESS.match(window, position):
            score = _score(window[:position], window[position:])
            if score > best:
                best, end = score, position
    return best, end


def _word_ends(window: str) -> set[int]:
    """Return where words end: no title ends inside one."""
    import rjieba  # its dictionary takes a moment to load, and few texts need it

    ends: set[int] = set()
    position = 0
    for word in rjieba.cut(window):
        position += len(word)
        ends.add(position)
    return ends


def _line_width(raw: str) -> int | None:
    """Return the length of the longest line if all lines are short: the text is broken at a width."""
    lengths = [len(line.strip()) for line in raw[:20_000].splitlines()[:-1]]
    longest = max(lengths, default=0)
    return longest if 15 <= longest <= 60 and sum(length >= longest - 3 for length in lengths) >= 5 else None


def _ends_line(flat: FlatText, position: int, width: int | None) -> bool:
    """Return whether a line ends before ``position``, other than because it was full."""
    if width is None or not flat.starts_line(position):
        return flat.starts_line(position)
    end = flat.raw_position(position - 1) + 1
    start = max(flat.source.raw.rfind(char, max(0, end - width - 8), end) for char in "\n\r\f") + 1
    return len(flat.source.raw[start:end].strip()) < width - 2


def _inside_pairs(window: str) -> list[bool]:
    """Return for each position whether it stands inside quotation marks or brackets."""
    inside = [False] * (len(window) + 1)
    index = 0
    while index < len(window):
        close = _PAIRS.get(window[index])
        partner = window.find(close, index + 1) if close else -1
        if partner > 0:
            inside[index + 1 : partner + 1] = [True] * (partner - index)
            index = partner
        index += 1
    return inside


def _score(before: str, behind: str) -> float:
    """Score how likely a title ends between ``before`` and ``behind``."""
    score = _begins(behind)
    if not score:
        score = _states(before, behind) - (2.0 if _COMPOUND.match(behind) else 0.0)
    if _ASKED.search(before):
        score += _CERTAIN
    elif _ASKED_SHORT.search(before):
        score += 3.0
    elif _HEAD_NOUN.search(before):
        score += 2.0
    elif _NOUN.search(before):
        score += 1.5
    elif _VERB.search(before):
        score -= 3.0
    if _WAITING.search(before):
        score -= 4.0
    if _SENTENCE_LIKE.search(before):
        score -= 3.0
    if len(before) < 5:
        score -= 2.0
    return score - 0.05 * max(0, len(before) - 30)


def _begins(behind: str) -> float:
    """Score how likely a sentence begins with ``behind``."""
    if _ADDRESS.match(behind):
        return 6.0
    if _ADVERBIAL.match(behind) or _AGENT.match(behind) or _DOCUMENT.match(behind):
        return 5.0
    return _BEGINS if _PREPOSITIONAL.match(behind) else 0.0


def _states(before: str, behind: str) -> float:
    """Score how likely ``behind`` begins with a statement, the more if it takes up words of the title."""
    statement = _STATEMENT.match(behind)
    if statement is None:
        return 0.0
    subject = behind[: min(statement.end(statement.lastgroup or 0), 8)]
    pairs = [subject[i : i + 2] for i in range(len(subject) - 1)]
    share = sum(pair in before for pair in pairs) / len(pairs)
    return 2.0 + (3.0 * share if pairs[0] in before else share)
