"""Where the title of a section ends.

A title ends with its line, if the line break is still there. OCR often lost it
(``一、关于构建医疗救助法律体系按照…``). Then every end of a word is scored by what stands before it (titles
end with 的建议, 机制, 水平 and the like) and behind it (sentences begin with a date, a preposition, the
name of a body that acts, or take up words of the title), and the first position that is certain,
or else the likeliest, is taken.
"""

from __future__ import annotations

import re

from nhsa_nlp.letter.flat import FlatText
from nhsa_nlp.text.patterns import any_of
from nhsa_nlp.text.segmenters import make_dictionary_segmenter

_LONGEST_TITLE = 100
_READ_ON = 100  # how far the first sentence is read behind it
_SHORT_LINE = 45  # a line this short is a title, whatever it may contain
_SHORT_SENTENCE = 40
_SHORT_TITLE = 5
_CERTAIN = 6.0
_LIKELY = 3.5
_LAST_WORDS = 8  # what stands before an end is judged by this many characters
_LOOK_AHEAD = 6  # how far behind a certain end a better one may be

_PAIRS = {"“": "”", "《": "》", "（": "）", "‘": "’", "「": "」", "『": "』"}
_OPENING = re.compile(f"[{''.join(_PAIRS)}]")
_SUBSECTION = re.compile(r"（[一二三四五六七八九十]{1,2}）|一是|其一")
_STOP = re.compile(rf"[。！？；;]|[：:](?!\d)|(?<!\d)[：:]|{_SUBSECTION.pattern}|[1-9][.．、](?!\d)")
# No title ends before these …
_NOT_BEFORE = re.compile(r"[的地得了着过，、和与及等并或而之）》”’。；：！？,.%]")
# … or behind these.
_NOT_BEHIND = re.compile(
    r"(?:[，、和与及的或并而在对将把被向从以由于使让给按据及其“《（]|(?<!行)为|"
    + any_of("关于 进一步 不断 通过 基本 国家 全国 我国 相关 有关")
    + ")$"
)

# --- how the first sentence behind a title begins -----------------------------------------------

# It speaks to the reader,
_ADDRESS = re.compile(
    r"(?:您|你)们?(?:提出|所提|提到|反映|关于|在|的|对)|关于(?:您|你)们?|正?如(?:您|你)们?|感谢(?:您|你)"
)
# says when, why or by what,
_ADVERBIAL = re.compile(
    r"(?:19|20)\d\d年|自(?:19|20)\d\d年|(?:近|多|几)年来|(?:长期|一直)以来|近[日期]|党的[一二十]|[一另]方面"
    r"|总[体的]来?[看说]|机构改革[后以]|包括[^，。]{2,20}在内的|"
    + any_of(
        "近几年 目前 当前 现阶段 现行 截至 截止 今年 去年 下一步 随着 首先 据统计 据了解 考虑到 "
        "需要说明 为此 鉴于 由于 根据 依据 始终 按照规定 我国 以习近平"
    )
)
_WITHIN_CLAUSE = r"(?:《[^《》]{2,60}》|[^，。；：《])"
_PREPOSITIONAL = re.compile(
    rf"(?:按照?|针对|围绕|结合|通过|依托|从|为了?|对于?(?![象接口策应称比])|以){_WITHIN_CLAUSE}{{3,60}}，"
    rf"|在{_WITHIN_CLAUSE}{{2,40}}(?:[上中下时后前内间]|方面)，"
)
# names a body that acts,
_FIELD = any_of(
    "医疗保障 医保 (?:药品)?价格 卫生健康 卫健 药品?监管? 药品监督管理 市场监管 财政 民政 科技 "
    "科学技术 教育 公安 司法 人力资源(?:和)?社会保障 人社 工业和信息化 工信 发展改革 农业农村 "
    "商务 税务 审计 证监 保监 银保监 金融监管 中医药 乡村振兴 扶贫 退役军人 住房城乡建设 "
    "文化和旅游 应急管理 疾控 残联 生态环境 交通运输 统计 海关 体育 民族"
)
_BODY = (
    rf"(?:{_FIELD}(?:、{_FIELD}){{0,5}}等[一-龥\d]{{0,4}}(?:部门|部委)"
    r"|国家[一-龥]{2,10}?(?:总?局|委员会|委(?!员)|总署|部门)|国家"
    rf"|(?:各级|各地)?{_FIELD}(?:行政|主管|管理)?(?:部门|总?局|[部厅委会])"
    r"|中国[一-龥]{2,10}?(?:会|局|联)|全国(?:总工会|妇联|各地|人大)|中央(?:编办|财政|[一-龥]{2,6}部)"
    r"|党中央|中共中央|国务院|我[国局省市们部委区厅]|各[地级省市][一-龥]{0,6}?|多地|地方"
    r"|(?:大多数|多数|少数|大部分|部分)(?:地区|省份|地方|统筹地区)"
    r"|习近平总书记|(?:公立|基层|定点|各级)?医疗机构)"
)
_ACT = any_of(
    "高度 始终 一直 一贯 历来 十分 持续 积极 坚持 坚决 认真 深入 不断 先后 会同 联合 印发 出台 "
    "发布 制定 修订 指导 鼓励 大力 贯彻 已 正 将 组[织建] 启动 牵头 推[进动出行] 全面 加快 明确 "
    "要求 规定 在 对 按照? 根据 自 于 成立 聚焦 采取 层面 通过 都 均 也 尚 还 并 未 提[出供] "
    "加[强大] 强化 深刻 指出 结合 依托 统筹 支持 建[立成] 实[行施] 充分 努力 切实 多次 同 与 从 "
    "以(?=[^，。]{2,20}为) 一方面 相关 有关 ： ，"
)
_AGENT = re.compile(
    rf"{_BODY}(?:[、，]{_BODY}){{0,4}}(?:（[^（）]{{2,30}}）)?(?:等[一-龥\d]{{0,6}}?(?:部门|部委|单位))?{_ACT}"
)
# tells what a document says,
_DOCUMENT = re.compile(
    r"\d{1,4}号文件?[^，。]{0,10}(?:明确|规定|提出|要求)"
    r"|(?:印发|出台|发布)?《[^《》]{2,80}》(?:（[^（）]{1,40}）){0,2}(?:[、和]?《[^《》]{2,80}》){0,4}[^，。《]{0,24}?"
    + any_of("明确 规定 提出 要求 指出 公布 实施 颁布 是 对 已 自 等 （")
)
# or states something of a subject.
_STATEMENT = re.compile(
    r"(?P<subject>[^，。；：]{2,36}?)(?:，(?:更|也|不仅|既|就)?)?"
    + any_of("是 关系 事关 作为 涉及 具有 包[括含] 属于 主要 依法 规定 采取 难以")
    + r"|(?P<frame>[^，。；：]{3,40})(?:[中后时]|方面|以来)，|(?P<named>[^，。；：]{2,16})（(?:以下)?简称"
)
_LONGEST_SUBJECT = 8

# --- how a title ends -----------------------------------------------------------------------------

_ASKED = re.compile(r"(?:的(?:建议|问题|意见|情况|提案)|(?:有关|相关|若干)(?:建议|问题|意见|情况))$")
_ASKED_SHORT = re.compile(any_of("建议 问题 意见 情况 事项 考虑") + "$")
_HEAD_NOUN = re.compile(
    any_of(
        "体系 机制 制度 政策 能力 措施 举措 目录 标准 水平 责任 途径 渠道 范围 力度 格局 环境 "
        "流程 平台 待遇 负担 (?<!多)层次 目标 条件"
    )
    + "$"
)
_NOUN = re.compile(
    any_of(
        "管理 保障 建设 改革 发展 服务 结算 功能 编码库 方式 监管 效率 效能 支持 作用 成效 成果 "
        "价格 救助 费用 项目 衔接 共享 质量 行为 宣传 限制 纳入医保 缴费 对象 资金 基金 立法 合力 "
        "创新 供给 比例 路径 试点 培养 供应 覆盖 联通 提升 运行 交互 就业 分析 规范 整合 筹资 "
        "需求 优势 结构 工作 安排 定位 评价 支付 统筹 准入 审批 用药 保险 护理 素质 模式 调整 "
        "监督 就医 诊疗 评审 采购"
    )
    + "$"
)
_VERB = re.compile(
    any_of(
        "深化 加强 推进 推动 建立 加快 促进 强化 开展 制定 构建 健全 实施 落实 提高 完善 优化 "
        "扩大 规范 做好 新增 审核 支持 成立 纳入 放开"
    )
    + "$"
)
# 将 and 把 wait for their verb.
_WAITING = re.compile(
    "[将把](?:(?!" + any_of("纳入 列入 作为 划入 归入 开放 转为 改为 定为 上调 下调 取消") + ").)*$"
)
# What a sentence has and a title has not.
_SENTENCE_LIKE = re.compile(
    r"(?:19|20)\d\d年|" + any_of("是 高度重视 采取 （以下 会同 截至 我们 我局 您 你们")
)
# The second half of a compound: 医保 / 支付.
_COMPOUND = re.compile(
    any_of(
        "支付 服务 机构 基金 监管 救助 管理 体系 制度 目录 价格 政策 部门 项目 标准 方式 机制 "
        "水平 待遇 费用 保障 改革"
    )
)


def title_end(flat: FlatText, start: int, limit: int) -> int:
    """Return where the title that begins at ``start`` ends.

    Parameters
    ----------
    flat
        The text.
    start
        Behind the number of the section.
    limit
        Where the section ends.

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
        if not (inside[position] or _NOT_BEFORE.match(window, position))
    ]
    raw = flat.source.raw[flat.raw_position(start) : flat.raw_position(start + len(window))]
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
    """Return the highest score and its position: the first that is certain, or that shortly behind it."""
    words = _word_ends(window)
    best, end = 0.0, 0
    for position in possible:
        if best >= _CERTAIN and position >= end + _LOOK_AHEAD:
            break
        is_border = position in words or _ADDRESS.match(window, position)
        if is_border and not _goes_on(window, position):
            score = _score(window[:position], window[position:])
            if score > best:
                best, end = score, position
    return best, end


def _goes_on(window: str, position: int) -> bool:
    """Tell whether the words before ``position`` need another behind them."""
    return _NOT_BEHIND.search(window, max(0, position - _LAST_WORDS), position) is not None


def _word_ends(window: str) -> set[int]:
    """Return where words end: no title ends inside one."""
    ends: set[int] = set()
    position = 0
    for word in make_dictionary_segmenter().cut(window):
        position += len(word)
        ends.add(position)
    return ends


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


def _score(before: str, behind: str) -> float:
    """Score how likely a title ends between ``before`` and ``behind``."""
    score = _begins(behind)
    if not score:
        score = _states(before, behind) - (2.0 if _COMPOUND.match(behind) else 0.0)
    last = before[-_LAST_WORDS:]
    if _ASKED.search(last):
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
    if _SENTENCE_LIKE.search(before):
        score -= 3.0
    if len(before) < _SHORT_TITLE:
        score -= 1.0 + 0.5 * (_SHORT_TITLE - len(before))
    return score - 0.05 * max(0, len(before) - 30)


def _begins(behind: str) -> float:
    """Score how likely a sentence begins with ``behind``."""
    if _ADDRESS.match(behind):
        return 6.0
    if _ADVERBIAL.match(behind) or _AGENT.match(behind) or _DOCUMENT.match(behind):
        return 5.0
    return 4.0 if _PREPOSITIONAL.match(behind) else 0.0


def _states(before: str, behind: str) -> float:
    """Score how likely ``behind`` begins with a statement, the more if it takes up words of the title."""
    statement = _STATEMENT.match(behind)
    if statement is None:
        return 0.0
    subject = behind[: min(statement.end(statement.lastgroup or 0), _LONGEST_SUBJECT)]
    pairs = [subject[i : i + 2] for i in range(len(subject) - 1)]
    share = sum(pair in before for pair in pairs) / len(pairs)
    return 2.0 + (3.0 * share if pairs[0] in before else share)
