"""What the heads over a rule say of it: for whom and for what it is, and what is set."""

from __future__ import annotations

import re
from bisect import bisect_left

from nhsa_nlp.figures.indicators.reading import DOCUMENT, Reading
from nhsa_nlp.figures.structure.items import Item
from nhsa_nlp.figures.structure.phrases import trim, words_before
from nhsa_nlp.figures.structure.sentences import index_at
from nhsa_nlp.figures.structure.slots import Slot, read_slots
from nhsa_nlp.figures.structure.words import INSURANCE, LEADS, LOCAL, PLACES, PREDICATES
from nhsa_nlp.text import Range

_SET = re.compile("元|%|百分点|倍")
_OF: frozenset[Slot] = frozenset({"insured", "service", "expense"})
_NO_HEAD = re.compile("[由按]|[^，。；：]*?(?:关于|通知|公告|意见|办法|方案|答复|来函|建议)")
_PLACE = re.compile(rf"{LOCAL}|{PLACES}|(?!城[乡镇])[一-鿿]{{2}}(?=[城职居大低医])")
_AID = re.compile("[一-鿿]{0,2}救助|门诊共济|护理险|护理保险|大病|举报奖励")
# 产前检查费, 上门护理: what stands for itself without an insurance.
_BY_ITSELF = re.compile(
    "(?<!医疗|医药|合规|自付)(?<!总)(?<!住院)费|服务|照护|手术|检查|药|病|生育|妊娠|孕|奖"
)
_FINANCED = re.compile("资助标准|个人缴[纳费]|缴费标准|筹资标准|财政(?:每人每年)?(?:补助|补贴|负担|承担)")
_PAID_BY = re.compile(
    "由(?P<who>[^，。；：]{2,16}?)(?:按[^，。；：]{0,10}?)?(?P<does>支付|报销|负担|承担|补助)"
)
_ONLY_MEASURE = re.compile(
    "(?:[其具]体?)?(?P<what>(?P<bare>标准|比例|金额|额度|数额)"
    "|(?:支付|补助|补贴|报销|救助|资助|奖励|缴费|筹资|收费|发放|赔付|补偿|结算|津贴|待遇|起付)(?:标准|比例|金额|限额|线))"
    "(?:分别)?(?:为|是|如下|按|执行)?"
)
_ROW = re.compile(
    "(?![由按对]|[^：]*(?:收治|查处|发现|服务|其中|以下|下列))[一-鿿、（）]{2,}?(?:医院|医疗机构|卫生院|药店|人员|对象|居民|职工|家庭|患者|就医|转诊)(?:（[一-鿿]{2,12}）)?"
)
# 生育定额医疗费结算标准：顺产2700元
_NAMED_STANDARD = re.compile(
    "(?![由按]|[^，。；：]*(?:以下|下列|如下|上述))[一-鿿、（）]{4,}(?:标准|比例|限额|起付线|封顶线|价格)(?:为|是)?"
)
# 按月支付伤残津贴, 发给生育补助金: what is granted, whose standard the next clause sets.
_GRANTS = re.compile(
    "(?:支付|发给|发放|给予|享受|领取|核发|计发|缴纳|收取|提供)(?:了)?(?P<what>(?![^，。；]*(?:支付|发给|发放|给予))[一-鿿]{3,16})$"
)
_BACK = 24  # clauses in front in which a colon is looked for
_LONGEST = 60  # characters of a head in a sentence
_LONGEST_TOPIC = 24
_NAMES = 3  # characters of a measure that is one by name: 报销比例, 起付线, not 报销


def add_heads(reading: Reading, item: Item) -> None:
    """Give a rule what the heads over it say and its own words and those before do not.

    A head in front of a colon governs the rest of its sentence: under 居民住院报销比例： is
    二级医院由基金支付60% also of 居民住院. Else the nearest heading that names an insurance or a service
    says for whom or what a rule is, the nearest with a measure what is set.
    """
    said, text = _said(reading, item), reading.words(item.context + item.spans)
    colon, outer = _before_colons(reading, item)
    if not _SET.search(item.unit):
        if colon and "measure" not in said:
            item.context = [*_bare_measure(reading, item, colon), *item.context]
        return
    if outer and "measure" not in said and reading.words(outer) not in text:
        item.context = [*outer, *item.context]  # 支付限额为：①顺产：一级医院900元
        return
    if colon and "measure" not in said and (named := _bare_measure(reading, item, colon)):
        item.context = [*named, *item.context]
        said.add("measure")
    elif colon:
        payer = _PAID_BY.fullmatch(reading.text, *colon)
        if payer and "measure" not in said:  # 由统筹基金按比例支付：一级医院80%
            item.context = [*item.context, payer.span("who"), payer.span("does")]
            said.add("measure")
        elif (row := _row_head(reading, colon)) and reading.text[slice(*row)] not in text:
            item.context = sorted([row, *item.context])  # 县内三类收费标准医院：起付线200元
        elif topic := _topic(reading, colon):
            tokens = read_slots(reading.text, *topic).tokens
            new = {token.slot for token in tokens} - said
            if new - {"measure", "lead"} and reading.text[slice(*topic)] not in text:
                last = tokens[-1]
                if last.end == topic[1] and reading.text[last.start : last.end] in text:
                    topic = trim(reading.text, topic[0], last.start)  # 少年儿童住院 before 住院报销比例
                item.context = [topic, *item.context]
                return
    if not reading.passage.prescriptive:
        return
    if not said & _OF and _FINANCED.search(text):
        mention = reading.mention(INSURANCE, item, DOCUMENT)
        item.context = [*([mention] if mention else []), *item.context]
        return
    if "measure" not in said and "费" not in text and (over := _ending_with_measure(reading, item)):
        item.context = sorted([*item.context, over[1]])
    if said & _OF or _AID.search(text) or _BY_ITSELF.search(text):
        return
    for head in reading.outline.governing(item.start):
        topic = _topic(reading, head)
        if topic is not None and reading.text[slice(*topic)] not in text:
            item.context = [topic, *item.context]
            return


def _row_head(reading: Reading, colon: Range) -> Range | None:
    """Return the institution or the people that a clause in front of a colon only names."""
    start, end = colon
    named = end - start <= _LONGEST_TOPIC and _ROW.fullmatch(reading.text, start, end)
    return colon if named else None


def _bare_measure(reading: Reading, item: Item, colon: Range) -> list[Range]:
    """Return a measure in front of a colon, with what the clause before it grants.

    支付伤残津贴，标准为：一级伤残为90% is of 伤残津贴标准.
    """
    if colon[1] - colon[0] <= _LONGEST_TOPIC and _NAMED_STANDARD.fullmatch(reading.text, *colon):
        return [] if reading.text[slice(*colon)] in reading.words(item.context + item.spans) else [colon]
    found = _ONLY_MEASURE.fullmatch(reading.text, *colon)
    if found is None or reading.text[slice(*found.span("what"))] in reading.words(item.context + item.spans):
        return []
    own = found.span("what")
    if not found["bare"]:
        return [own]
    clauses = reading.passage.clauses
    index = index_at(clauses, colon[0])
    start, end = clauses[index - 1] if index else (0, 0)
    granted = _GRANTS.search(reading.masks.outer, max(start, end - _LONGEST), end)
    if granted is None or has_figures(reading, *granted.span()):
        return [own]
    return [granted.span("what"), own]


def has_figures(reading: Reading, start: int, end: int) -> bool:
    """Tell whether figures begin in a range that are not ``other``."""
    items = reading.passage.items
    first, last = (bisect_left(items, place, key=lambda item: item.start) for place in (start, end))
    return any(item.role != "other" for item in items[first:last])


def topic_over(reading: Reading, item: Item) -> Range | None:
    """Return what the nearest head over a rule says it is for or of whom, if one does."""
    if item.role != "rule" or not reading.passage.prescriptive:
        return None
    topics = (_topic(reading, head) for head in reading.outline.governing(item.start))
    return next((topic for topic in topics if topic is not None), None)


def _said(reading: Reading, item: Item) -> set[Slot]:
    """Return the slots that the words of a figure fill; a fund that pays is no insurance it is of."""
    return {
        token.slot
        for start, end in item.context + item.spans
        for token in read_slots(reading.text, start, end).tokens
        if token.slot != "insured" or not reading.text.startswith("基金", token.end)
    }


def _before_colons(reading: Reading, item: Item) -> tuple[Range | None, list[Range]]:
    """Return the clause in front that ends with a colon, and the words of that over it if it is an item.

    Neither has a figure; the words are empty if they name no measure.
    """
    clauses = reading.passage.clauses
    nearest: Range | None = None
    for index in range(item.clause - 1, max(-1, item.clause - 1 - _BACK), -1):
        start, end = clauses[index]
        if not reading.masks.outer.startswith("：", end) or end - start > _LONGEST:
            continue
        if has_figures(reading, start, end):
            continue
        inner = index in reading.passage.numbered and index > 0
        if nearest is None:
            nearest = trim(reading.text, start, end)
            if not inner:
                break
        elif not inner:
            return nearest, _naming_measure(reading, start, end)
    return nearest, []


def _naming_measure(reading: Reading, start: int, end: int) -> list[Range]:
    """Return the words of a clause if they name a measure."""
    words, _ = words_before(reading.masks, (start, end), reading.passage.dates)
    tokens = (token for span in words for token in read_slots(reading.text, *span).tokens)
    return words if any(token.slot == "measure" for token in tokens) else []


def measure_over(reading: Reading, item: Item) -> list[Range]:
    """Return the nearest head over a name with a colon (起付线：一级医院：200元) that names a measure."""
    clauses = reading.passage.clauses
    for start, end in reversed(clauses[max(0, item.clause - 1 - _BACK) : item.clause - 1]):
        ends = reading.masks.outer.startswith("：", end) and end - start <= _LONGEST
        if ends and (words := _naming_measure(reading, start, end)):
            return words
    over = _ending_with_measure(reading, item)
    return [over[0]] if over else []


def _ending_with_measure(reading: Reading, item: Item) -> tuple[Range, Range] | None:
    """Return the nearest head over a figure that ends with a measure, and that measure."""
    for start, end in reading.outline.governing(item.start):
        tokens = read_slots(reading.masks.outer, start, end).tokens
        named = tokens and tokens[-1].slot == "measure" and tokens[-1].end == end
        if named and end - tokens[-1].start >= _NAMES and not _NO_HEAD.match(reading.text, start, end):
            return (start, end), (tokens[-1].start, end)
    return None


def _topic(reading: Reading, head: Range) -> Range | None:
    """Return the words of a head that say for whom or what it is: 大学生住院 of 清河市大学生住院待遇."""
    if _NO_HEAD.match(reading.text, *head):
        return None
    shown = reading.masks.outer
    kept = [token for token in read_slots(shown, *head).tokens if token.slot in _OF or token.slot == "person"]
    aid = _AID.search(shown, *head)
    if aid is None and all(token.slot == "person" for token in kept):
        return None
    start, stop = head[0], kept[-1].end if kept else head[0]
    if aid and (not kept or aid.start() == stop):
        stop = aid.end()
    for lead in (LEADS, _PLACE):
        if match := lead.match(reading.text, start, stop):
            start = match.end()
    if PREDICATES.search(shown, start + 2, stop) or stop - start > _LONGEST_TOPIC:
        start = kept[0].start if kept else max(start, aid.start() if aid else start)
    return (start, stop) if stop - start >= 2 else None
