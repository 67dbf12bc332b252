"""The indicator of a figure: its own phrase, and what it inherits from the words before."""

from __future__ import annotations

import re
from collections.abc import Mapping

from nhsa_nlp.figures.indicators.cases import case_of
from nhsa_nlp.figures.indicators.cells import of_cell
from nhsa_nlp.figures.indicators.conditions import words_under
from nhsa_nlp.figures.indicators.frames import Filled, Frames
from nhsa_nlp.figures.indicators.heads import add_heads, has_figures, measure_over
from nhsa_nlp.figures.indicators.inheritance import inherited, object_of
from nhsa_nlp.figures.indicators.lists import has_measure, read_respectively
from nhsa_nlp.figures.indicators.parts import as_part, as_total
from nhsa_nlp.figures.indicators.reading import Reading
from nhsa_nlp.figures.indicators.sanctions import Sanction
from nhsa_nlp.figures.indicators.sequels import (
    Words,
    balances,
    goes_with_previous,
    is_sum,
    of_carried_out,
    parallel,
    repeats_end,
    shares_verb,
)
from nhsa_nlp.figures.indicators.subjects import subject_of
from nhsa_nlp.figures.indicators.tables import header, headings, of_clause, of_table
from nhsa_nlp.figures.scopes.groups import is_group, is_people
from nhsa_nlp.figures.structure.items import Item, Passage
from nhsa_nlp.figures.structure.phrases import Phrase, read_phrase, trim, without_base, words_before
from nhsa_nlp.figures.structure.sentences import BLANK, Masks, Sentence
from nhsa_nlp.figures.structure.slots import read_slots
from nhsa_nlp.figures.structure.words import (
    CLASSIFIERS,
    DOMAIN,
    GROUP,
    INSURANCE,
    PAYS,
    PEOPLE,
    PLACE_ONLY,
    PREDICATES,
    TOPIC,
    TOTAL,
    VERB_FIRST,
    VERB_START,
)
from nhsa_nlp.text import Range

_OF_PLACES = re.compile(r"(省份|省|城市|统筹地区|统筹区|地区|地市|市|县|区县|区)的(?:约|近)?")
# 财政补助标准, 报销比例: a measure that does not say of which insurance it is.
_MEASURE_WORDS = (
    "人均|每人|年度|最高|年|总|基金|政策范围内?|住院|门诊|医疗|费用|统筹基金|财政|政府|个人|指导|保障"
    "|实际|累计|平均|当期|各级财政|应"
)
_MEASURES = "救助|缴费|补助|筹资|参保|报销|支付|起付|限额|标准|比例|率|水平|金额|结余|结存|待遇|总收入|总支出"
_BARE_MEASURE = re.compile(
    f"(?:(?:{_MEASURE_WORDS})*(?:{_MEASURES})+)+(?:提高|降低|占[一-鿿]{{2,10}}|[为相当于]+[一-鿿]{{2,20}})?"
)
_INCLUDES = re.compile(r"(?:主要)?(?:包括|包含|分别是|有|含)")
_REACHES = re.compile(
    r"[，、]?(?:[从由](?:(?:原来|过去|原先|现行|原)的?)?|达到|达|增至|提高到|为)了?(?:人均|每人每年)?(?:不低于|约)?"
)
_RAISES = re.compile(r"(?:提高|增加|降低|调整|[上下]调|调[高低])(?P<what>[^，。；]{4,20})$")
# 对职工医保最高支付限额进行调整，由10万元调整为15万元
_ADJUSTED = re.compile(
    "[对将把](?P<what>[^，。；]{4,40}?)(?:进行|作出|予以|再次|适当|统一)*(?:调整|提高|降低|提标|提升)$"
)
_DOES = re.compile("追回|曝光|查处|移交|移送|解除|约谈|处罚|暂停|兑现|拨付|发放|检查|培训|受理|办理")
# 建成老年食堂, 培训村医: what was done is new, and so is the clause.
_BUILDS = re.compile(
    r"(?:建成|新建设?|建设|完成(?!全年|年度|年初|预算|计划|任务)|培养|培训|创建|获批|组建|设立|引进|招聘|开设|升格(?:设置)?)[一-鿿]{3}"
    r"|新增(?![和及])[一-鿿]{4}"
)
_REACHED = frozenset({"接入", "覆盖", "联通", "惠及", "涉及", "服务"})
_RAISED = re.compile("(?:同步)?(?:提高|增加|新增|降低|上调|下调)$")
_PAYER_NAMED = (
    "(?:个人|本人|职工|单位|统筹基金|医保基金|基金|大病保险|医疗救助|政府|集体"
    "|(?:各级|中央|省级?|市级?|县级?)?财政)"
)
_SHARE_OF = (
    f"(?:{_PAYER_NAMED}(?:要|应|再|每人每年)*"
    "(?:负担|承担|支付|报销|缴纳|缴费|补助|补贴|自付|自负|自理)|(?:要|应|再)?(?:自付|自负|自理))"
)
_PAYER_SHARE = re.compile(f"由?{_SHARE_OF}")
_PAYER_SHARE_LAST = re.compile(f"{_SHARE_OF}$")
_PAYER = re.compile(r"(?:中央|各级|地方|省级|省|市)?财政")
_SPENT = re.compile("[一-鿿]{6}(?:费用|发生费)$")
_ITS = re.compile("其(?![中他它余次实间后])[一-鿿]{2}")
_MOST = 12
_LONGEST_OWNER = 40
_TELLS = 7  # characters of a condition that says what it is of
# Characters of a noun phrase that says what it is of: in a report, and of a change or where rules are set.
_TELLS_BY_ITSELF = (6, 10)
_LONGEST_NAME = 20  # characters in front of a colon that name what stands behind it
_NOUN = 3  # characters of a noun that says what it is


class IndicatorReader:
    """Reads the indicators of a document's figures, sentence by sentence.

    Parameters
    ----------
    masks
        The cleaned text.
    sentences
        All its sentences.
    """

    def __init__(self, masks: Masks, sentences: list[Sentence]):
        self._reading = Reading(masks, sentences)
        self._frames = Frames(masks, sentences)

    def heads_over(self, position: int) -> tuple[Range, ...]:
        """Return the heads that govern a place, the nearest first."""
        return self._reading.outline.governing(position)

    def read(self, passage: Passage, sanctions: Mapping[int, Sanction]) -> None:
        """Set the spans of the figures of a sentence, and the places that were found on the way.

        ``sanctions`` are those of the sentence, by where their figures begin.
        """
        reading = self._reading
        reading.begin(passage)
        items = passage.items
        for number, item in enumerate(items):
            while len(reading.subjects) <= item.clause:
                near = items[max(0, number - 3) : number + 3]
                clause = passage.clauses[len(reading.subjects)]
                reading.subjects.append(subject_of(reading.masks, clause, passage.dates, near))
            sanction = sanctions.get(item.start)
            if sanction is not None:
                item.context, item.spans, item.scope = sanction.context, sanction.spans, sanction.scope
                continue
            framed = _read(reading, self._frames, number, item)
            if (owner := _owner(reading, item)) is not None:
                item.context = item.subject = [owner]
            if item.role == "rule":
                _add_case(reading, item, framed=framed)
                add_heads(reading, item)
                item.context = _without_known(reading, item)
            item.context = _without_payer(reading, _said_once(reading, item), item)
            # A list without end hands on no more than a reader could follow.
            item.context, item.spans = item.context[-_MOST:], item.spans[-_MOST:]
            item.subject, item.scope = item.subject[-_MOST:], item.scope[-_MOST:]
        for number, item in enumerate(items):
            # What 占 in brackets is a share of may have got its verb from a figure behind.
            if item.bracketed and item.whole is None and reading.words(item.front)[:1] in {"占", "比"}:
                outer = _nearest(items, number, bracketed=False)
                item.context = outer.context + outer.spans if outer else item.context


def _owner(reading: Reading, item: Item) -> Range | None:
    """Return what the clause before is about, if this one says something of it: 乙类药品，其费用的80%."""
    start, _ = reading.passage.clauses[item.clause]
    if not item.clause or item.cell is not None or not _ITS.match(reading.masks.outer, start, item.start):
        return None
    begin, end = reading.passage.clauses[item.clause - 1]
    if has_figures(reading, begin, end):
        return None
    owner = reading.subjects[item.clause - 1] or trim(reading.text, begin, end)
    return owner if 2 <= owner[1] - owner[0] <= _LONGEST_OWNER else None


def _without_known(reading: Reading, item: Item) -> list[Range]:
    """Return what a rule inherits without what its own words make needless.

    One with a measure takes none from a sentence before, and one of a group of people no insurance
    (脱贫人口资助标准).
    """
    own = reading.words(item.spans)
    if item.cell is not None or not has_measure(own):
        return item.context
    start = reading.passage.sentence.start
    near = reading.words([span for span in item.context if span[0] >= start])
    needless = {"measure", "insured"} if PEOPLE.search(near + own) else {"measure"}
    return [span for span in item.context if span[0] >= start or not _says_only(reading, span, needless)]


def _says_only(reading: Reading, span: Range, needless: set[str]) -> bool:
    read = read_slots(reading.text, *span)
    return bool(read.tokens) and not read.rest and {token.slot for token in read.tokens} <= needless


def _said_once(reading: Reading, item: Item) -> list[Range]:
    """Return what a figure inherits without what its own words, or others that it inherits, say as well."""
    kept: list[Range] = []
    for place, span in enumerate(item.context):
        others = [*kept, *item.context[place + 1 :], *item.spans]
        if reading.text[slice(*span)] not in reading.words([other for other in others if other != span]):
            kept.append(span)
    if kept and item.spans and kept[-1] < item.spans[0]:
        start, end = kept[-1]
        own = reading.text[slice(*item.spans[0])]
        shared = next((size for size in (4, 3, 2) if own.startswith(reading.text[end - size : end])), 0)
        if end - shared - start >= _NOUN:
            kept[-1] = start, end - shared  # 居民医保基金, 基金支出
    return kept


def _without_payer(reading: Reading, context: list[Range], item: Item) -> list[Range]:
    """Return what a figure inherits without another payer: 职工个人负担30%，统筹基金负担70%."""
    if not item.spans or not _PAYER_SHARE.fullmatch(reading.words(item.spans)):
        return context
    previous = item.previous
    if previous is not None and previous.spans and "；" not in reading.masks.outer[previous.end : item.start]:
        start, end = previous.spans[-1]
        other = _PAYER_SHARE_LAST.search(reading.text, start, end)
        whom = other and PEOPLE.search(reading.text, start, other.start())
        if other and whom and end <= previous.start and previous.role == item.role:
            shared = [*previous.context, *previous.spans[:-1], trim(reading.text, start, other.start())]
            return [(begin, stop) for begin, stop in shared if begin < stop]
    kept = []
    for start, end in context:
        other = _PAYER_SHARE_LAST.search(reading.text, start, end)
        kept.append(trim(reading.text, start, other.start()) if other else (start, end))
    return [(start, end) for start, end in kept if start < end]


def _nearest(items: list[Item], number: int, *, bracketed: bool) -> Item | None:
    near = reversed(items[max(0, number - 6) : number])
    return next((other for other in near if other.bracketed == bracketed), None)


def _read(reading: Reading, frames: Frames, number: int, item: Item) -> bool:
    """Read a figure; tell whether what it inherits comes from its kind of rule, a table or a list."""
    items = reading.passage.items
    if item.source is not None:
        _take(item, item.source)
        return True
    if item.cell is not None and (item.cell.row or item.cell.column or "元" in item.unit):
        item.context, item.spans, item.scope, fixed = of_cell(reading.masks, item.cell)
        if fixed and item.role == "reported" and (item.unit == "%" or "元" in item.unit):
            item.role = "rule"
        item.subject = item.context
        if item.cell.own is not None:
            begin = max(item.cell.own[0], item.before[0])
            span = min(begin, item.start), item.start
            item.spans += words_before(reading.masks, span, reading.passage.dates)[0]
        return True
    phrase = read_phrase(reading.masks, item, reading.passage.dates)
    item.scope, item.front, item.behind_spans = phrase.places, phrase.before, phrase.behind
    condition = reading.conditions.get(item.start)
    if condition is not None and (condition.leads or item.role == "rule"):
        phrase = words_under(reading.masks, condition, item, reading.passage.dates)
        apart = None
        if item.start >= condition.end:
            apart = read_respectively(reading.masks, reading.passage, number)
        if apart is not None:
            phrase.before = [(condition.start, condition.end), *apart]
        item.front = phrase.before
        filled = frames.read(reading.passage, number, phrase, (condition.start, condition.end))
        _under_condition(reading, number, item, phrase, filled)
        if apart is not None:
            item.spans = phrase.before
        return True
    filled = frames.read(reading.passage, number, phrase)
    if _told_apart(reading, number, item) or _listed(reading, item, phrase):
        return True
    if number + 1 < len(items) and items[number + 1].start == item.end and not phrase.behind:
        phrase.behind = read_phrase(reading.masks, items[number + 1], reading.passage.dates).behind
    if filled is not None:
        item.context, item.spans = filled.context, filled.spans
        item.subject, item.scope = filled.context, filled.scope or item.scope
        return True
    before = without_base(reading.masks, phrase.before)
    item.spans = before + phrase.behind
    previous = items[number - 1] if number else None
    if previous is not None and previous.bracketed and not item.bracketed:
        previous = _nearest(items, number, bracketed=False)
    reported = previous if previous is not None and previous.role != "other" else None
    if previous is None and before and reading.goes_into_parts(item):
        reported = reading.last
    sums = previous is not None and is_sum(reading.words(before), item, previous)
    if reported and not sums and as_part(reading, item, before, phrase, reported):
        return False
    if previous and (place := _OF_PLACES.fullmatch(reading.text, previous.end, item.start)):
        item.spans, item.scope = previous.front + phrase.behind, [previous.quantity["text"] + place[1]]
        item.front, item.context, item.subject = previous.front, previous.context, previous.subject
        return False
    local = reading.words(before[:1])
    if previous and TOTAL.match(local):
        as_total(reading, number, item)
        return False
    if item.bracketed and (not before or (item.role == "rule" and is_group(reading.words(before)))):
        _in_brackets(reading, item, previous)
        if before and not is_people(reading.words(before)):
            item.spans = [*item.spans, *before]  # 起付标准（三级900元、二级600元）
        return False
    verb_first = not before or bool(VERB_FIRST.match(local))
    own = reading.subjects[item.clause]
    if own and (verb_first or own[0] >= item.start or PLACE_ONLY.fullmatch(reading.text, *own)):
        own = None
    words = reading.words(item.spans)
    _complete(
        reading,
        number,
        item,
        Words(before, phrase.behind, words, local, verb_first, bool(phrase.behind), own, reported),
    )
    return False


def _add_case(reading: Reading, item: Item, *, framed: bool) -> None:
    """Give a rule the case that it is for, and what it inherited only where that is of its kind of rule."""
    case = case_of(reading, item) if item.cell is None and not item.bracketed else None
    if case is None:
        return
    kept = item.context
    if "、" in reading.text[slice(*case)]:  # a list of people, of which the frame may have one
        kept = [span for span in kept if not (case[0] <= span[0] and span[1] <= case[1])]
    if any(case[0] < end and start < case[1] for start, end in kept + item.spans):
        return
    item.context = [*kept, case] if framed else [case]


def _under_condition(
    reading: Reading, number: int, item: Item, phrase: Phrase, filled: Filled | None
) -> None:
    """Read a figure that is in a condition with numbers of its own, or under one."""
    item.spans = phrase.before + phrase.behind
    condition = reading.conditions[item.start]
    previous = reading.passage.items[number - 1] if number else None
    before = reading.conditions.get(previous.start) if previous is not None else None
    if previous is not None and before is not None and (before is condition or not condition.head):
        item.context = previous.subject
        if before is not condition and before.head and not condition.head:
            item.context = [*previous.subject, before.head]
    elif condition.bracket and not condition.head and (rows := of_table(reading, number, item)):
        item.context = rows
    elif condition.bracket and not condition.head and (subject := of_clause(reading, item)):
        item.context = subject
    elif filled is not None:
        item.context = filled.context
        item.scope = filled.scope or item.scope
    elif not condition.head and len(own := reading.words(phrase.before + phrase.behind)) < _TELLS:
        item.context = inherited(reading, number, item, own, own, not phrase.before, money=False)
    item.subject = item.context


def _take(item: Item, other: Item) -> None:
    item.context, item.spans = other.context, other.spans
    item.scope, item.subject = other.scope, other.subject


def _told_apart(reading: Reading, number: int, item: Item) -> bool:
    """Read one of several figures that 分别 tells apart."""
    own = read_respectively(reading.masks, reading.passage, number)
    if own is None:
        return False
    item.spans, item.subject = own, [reading.topic(span) for span in own[:1]]
    if item.listed is not None:
        item.subject = [*item.listed.subject, *item.subject]
        item.context = item.listed.context
    elif item.role == "rule" and reading.goes_into_parts(item) and reading.last is not None:
        item.context = reading.last.context + reading.last.spans  # 标准为640元。其中，中央、省分别负担
    elif not DOMAIN.search(reading.words(own)) and item.clause:
        subject = reading.subjects[item.clause - 1]
        item.context = [subject] if subject and DOMAIN.search(reading.text, *subject) else []
    return True


def _listed(reading: Reading, item: Item, phrase: Phrase) -> bool:
    """Read a further figure of a list (A和B) without words of its own in front."""
    head = item.listed
    if head is None or head.role == "other":
        return False
    same = not phrase.behind and head.unit == item.unit
    scope = item.scope if item.divided else head.scope
    _take(item, head)
    item.scope, item.front = scope, head.front
    item.spans = head.spans if same else head.front + phrase.behind
    if phrase.behind and not same:
        _share_predicate(reading, item)
    return True


def _share_predicate(reading: Reading, item: Item) -> None:
    """Give a list of counted nouns the verb behind the last: A个医院、B个药店完成联通."""
    start, end = item.spans[-1]
    begins = len(item.spans) > 1 and PREDICATES.match(reading.masks.outer, start, end)
    verb = begins or PREDICATES.search(reading.masks.outer, start + 2, end)
    head = item.listed
    for _ in range(12):
        if verb is None or head is None:
            return
        if head.spans and not PREDICATES.search(reading.words(head.spans[-1:])):
            head.spans = [*head.spans, (verb.start(), end)]
        head = head.listed


def _in_brackets(reading: Reading, item: Item, previous: Item | None) -> None:
    """Read a number alone in brackets: 管理类（28条）; its words stand before them."""
    shown = reading.masks.outer
    start = item.clause_range[0] - 1
    if previous is not None and previous.end == start and item.before[0] == item.start:
        _take(item, previous)  # 全年7200元（600元/月）
        return
    begin = max(shown.rfind(sign, max(0, start - 24), start) for sign in "，。；、：（\n") + 1
    begin = max(begin, start - 20, reading.passage.clauses[item.clause][0])
    verb = None
    for match in PREDICATES.finditer(shown, begin, start):
        verb = match
    first, last = trim(reading.text, verb.end() if verb and verb.end() < start else begin, start)
    first += reading.text.startswith("为", first)
    item.front = item.spans = [(first, last)] if first < last else []
    if previous is not None and previous.bracketed and previous.context:
        item.context = previous.context
    elif verb and verb.start() - begin >= 2:
        item.context = [trim(reading.text, begin, verb.start())]
    elif item.role == "rule":
        item.context = headings(reading, item)
    item.subject = item.context


def _complete(reading: Reading, number: int, item: Item, words: Words) -> None:
    """Add to a phrase what it needs to be understood."""
    previous = words.previous
    if not words.all and (name := _name_before_colon(reading, item)):
        item.spans = item.subject = item.front = name
        if is_group(reading.words(name)) and (head := measure_over(reading, item)):
            item.context = item.subject = head  # 起付线：一级医院：200元
        return
    if _reaches(reading, item, words):
        return
    if (
        not words.all
        and previous is not None
        and (previous.unit == item.unit or item.role == "rule" or previous.end == item.start)
    ):
        _take(item, previous)  # 2021年有30个，2022年有40个; 奖励5%，最高不超过20万元; 药品8批333种
        return
    if not words.all and (named := reading.asked() or reading.item_head()):
        item.context = item.subject = [named]
        return
    if (
        balances(reading, item, words)
        or of_carried_out(reading, item, words)
        or repeats_end(reading, item, words)
        or shares_verb(reading, item, words)
    ):
        return
    if _named_by_head(reading, item, words):
        return
    money = (
        bool(_BARE_MEASURE.fullmatch(words.local))
        and not INSURANCE.search(words.all)
        and "费用" not in words.local
    )
    money |= "元" in item.unit and bool(PAYS.fullmatch(words.all))
    if _stands_alone(reading, item, words, money=money) or _counts_alone(item, words):
        return
    if _beside(reading, item, words):
        item.subject = list(words.before)
        return
    if goes_with_previous(reading, number, item, words):
        return
    item.context = inherited(reading, number, item, words.all, words.local, words.verb_first, money)
    if item.context and item.context == [reading.object]:
        return
    if found := object_of(reading, item):
        reading.object = found[0]
        reading.object_of_unit = item.sentence, item.unit
    if item.context:
        item.subject = item.context
    elif words.before and not words.verb_first:
        item.subject = [reading.topic(words.before[0])]
    elif words.counted and not words.before and not PREDICATES.search(words.all):
        item.subject = list(words.behind)


def _name_before_colon(reading: Reading, item: Item) -> list[Range]:
    """Return the words that a colon sets before a number alone: 3、产前检查：160元."""
    start = item.clause_range[0]
    if not item.clause or item.before[0] > start or not reading.masks.outer.startswith("：", start - 1):
        return []
    begin, end = reading.passage.clauses[item.clause - 1]
    if not 1 < end - begin - reading.masks.outer.count(BLANK, begin, end) <= _LONGEST_NAME:
        return []
    return words_before(reading.masks, (begin, end), reading.passage.dates)[0]


def _reaches(reading: Reading, item: Item, words: Words) -> bool:
    """Read a figure whose measure is in the clause before: 提高补助水平，达到610元."""
    if not item.clause or not _REACHES.fullmatch(reading.text, item.before[0], item.start):
        return False
    previous = words.previous
    if previous is not None and previous.clause == item.clause - 1:
        spans = list(previous.spans)
        if spans and (raised := _RAISED.search(reading.text, *spans[-1])):
            spans[-1] = (spans[-1][0], raised.start())  # 标准提高30元，达到580元
        item.context, item.subject = previous.context + spans, previous.subject
        item.scope = item.scope or previous.scope
        if reading.words(item.spans) in reading.words(item.context):
            item.spans = []  # 人均缴费提高20元，达到人均130元
        return True
    clause = reading.passage.clauses[item.clause - 1]
    if adjusted := _ADJUSTED.search(reading.masks.outer, *clause):
        found, places = words_before(reading.masks, adjusted.span("what"), reading.passage.dates)
        item.context, item.subject, item.scope = found, found, item.scope or places
        return bool(found)
    raised = _RAISES.search(reading.masks.outer, *clause)
    subject = raised.span("what") if raised else reading.subjects[item.clause - 1]
    if subject:
        item.context = item.subject = [subject]
    return subject is not None


def _named_by_head(reading: Reading, item: Item, words: Words) -> bool:
    """Read a bare noun whose measure stands at the head of a list: 标准为：一级医院200元、二级医院500元."""
    before, own, local = words.before, words.own, words.local
    apart = own is not None and bool(before) and own[1] < before[0][0]
    if own and apart and _INCLUDES.match(reading.masks.outer, own[1], before[0][0]):
        item.context = item.subject = [own]
        return True
    if parallel(reading, item, words):
        return True
    if words.verb_first or not GROUP.fullmatch(local) or has_measure(local):
        return False
    if found := header(reading, item):
        item.context = item.subject = found
    return bool(found)


def _stands_alone(reading: Reading, item: Item, words: Words, *, money: bool) -> bool:
    """Tell whether a phrase is understood by itself, and note its subject."""
    before, local = words.before, words.local
    noun_first = not words.verb_first
    group = PEOPLE.match(local)
    spent = _SPENT.search(local)
    if noun_first and spent and not words.counted and "元" in item.unit and item.role != "rule":
        item.subject = [before[-1]]  # 合规住院费用3亿元，报销金额2亿元: paid is what it costs
        return True
    if group and has_measure(local) and not words.counted:
        item.subject = [(before[0][0], before[0][0] + group.end())]
        return True
    new = reading.masks.outer[item.clause_range[0] - 1 : item.clause_range[0]] == "；"
    new = new and item.role != "change" and not item.bracketed
    verb = _DOES.match(local)
    if item.role == "reported" and _BUILDS.match(words.all if words.counted else local):
        return True
    if new and verb and item.role == "reported" and len(local) >= verb.end() + _NOUN - 1:
        return True  # ；追回资金8万元: with its object
    if new and (DOMAIN.search(local) or (noun_first and not money and len(local) > 4)):
        item.subject = [reading.topic(before[0])] if before else []
        return True
    if words.counted and noun_first and len(local) >= 4 and not GROUP.fullmatch(local):
        plain = not PREDICATES.search(local) and not VERB_START.match(local)
        item.subject = [reading.topic(words.own or before[0])] if words.own or plain else []
        return True
    specific = DOMAIN.search(words.all if _PAYER.fullmatch(local) else local)
    tells = _TELLS_BY_ITSELF[reading.passage.prescriptive or item.role == "change"]
    if not noun_first or money or not (specific or len(local) >= tells):
        return False
    item.subject = (
        [reading.topic(words.own or before[0])] if words.own or not PREDICATES.search(local) else []
    )
    if (
        words.own
        and not TOPIC.search(reading.text, *words.own)
        and not PEOPLE.match(reading.text, *words.own)
    ):
        # 平台累计实现异地就医直接结算9万人次，费用2亿元: what was done goes on, not who did it.
        done = next(
            (match for start, end in before for match in TOPIC.finditer(reading.text, start, end)), None
        )
        item.subject = [done.span()] if done else item.subject
    if item.subject and not DOMAIN.search(reading.words(item.subject)):
        named = INSURANCE.search(reading.text, *before[0])
        item.subject = [named.span()] if named else item.subject
    return True


def _beside(reading: Reading, item: Item, words: Words) -> bool:
    """Tell whether a noun stands beside another that is counted in the same way: 乡站17个、村点268个."""
    previous = words.previous
    if previous is None or item.unit not in CLASSIFIERS or previous.unit != item.unit or words.verb_first:
        return False
    alike = previous.front and not previous.behind_spans and not words.counted
    beside = reading.text[item.before[0] : item.before[0] + 1] == "、"
    return bool(alike and beside and len(words.local) >= _NOUN)


def _counts_alone(item: Item, words: Words) -> bool:
    """Tell whether a counted noun is understood by itself: it is a sentence, or one of several."""
    if not words.counted:
        return False
    previous = words.previous
    specific = bool(DOMAIN.search(words.all))
    alone = False
    if words.bare and specific:
        alone = bool(words.local) or (len(words.all) > 8 and bool(PREDICATES.search(words.all)))
    if words.bare and previous is not None and not previous.front and previous.spans:
        alone |= previous.clause < item.clause and (len(words.all) > 6 or previous.unit == item.unit)
    if specific:
        alone |= not words.verb_first or (not words.before and previous is None)
    if alone and words.local in _REACHED and words.previous is not None:
        item.subject = words.previous.subject  # 医保码用户9万人，接入药店90家: the subject goes on
    elif alone:
        item.subject = list(words.behind)
    return alone
