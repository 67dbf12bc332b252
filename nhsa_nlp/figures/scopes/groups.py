"""The group of people that alone is new in a figure: it limits it, and is its scope.

报销比例为在职职工65%、退休人员70% sets one measure for two groups; 在三级医院就医的，个人负担5% says in a
clause in front where it holds, which is a scope as well. A level of institution directly in front of a number
(起付标准为三级医院1000元，二级医院500元) stays part of what is measured, in place of the level before it; so
does a group in front of the noun phrase (三级医院起付线为) or of the verb (退休人员报销).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from nhsa_nlp.figures.roles.amounts import is_money
from nhsa_nlp.figures.structure.items import Item, Passage
from nhsa_nlp.figures.structure.phrases import leave_out, trim, without
from nhsa_nlp.figures.structure.sentences import Masks
from nhsa_nlp.figures.structure.words import CLASSIFIERS, DEGREE_WORDS, PREDICATES, slot_words
from nhsa_nlp.text import Range

_ASIDE = "(?:（[^（）]{1,24}）)?"
_WHERE = "(?:(?:[省市县区州]|[市县省]域|统筹(?:地)?区)[内外]|[本异外当]地|参保地)"
_LEVEL = f"(?:{slot_words('levels')}(?<![^、和及或][县村])(?<!其他)|[四五六七八九十]级|{_WHERE})"
_INSTITUTION = f"(?:{slot_words('kinds')}|{_LEVEL})(?:及以[上下]|以[上下])?{_ASIDE}"
_IS_INSTITUTION = re.compile(f"{_INSTITUTION}$")
_NAMES_INSTITUTION = re.compile(slot_words("kinds"))
_SOME_PEOPLE = re.compile(slot_words("people"))
_IS_PEOPLE = re.compile(f"{_SOME_PEOPLE.pattern}{_ASIDE}$")
# 各县医保局、定点医疗机构：, 如何保障人员？, 参保对象: who is addressed, a question, and anybody.
_NO_HEAD = re.compile("^(?:各|关于|如何)|[，/局委]|^(?:参保|保障|适用)?(?:对象|人员|人群)$")
_INSURED = re.compile("(?:城乡|城镇)?(?:居民|职工)(?=基本|大病|医)")  # 居民大病保险 is of no group
# 对社会救助对象中的特困人员，; 对低保对象给予: people that a rule is for.
_FOR = re.compile(
    f"\\s*(?:[（(]?[一二三四五六七八九十\\d]{{1,2}}[）)、.．])?对于?(?!照|接)(?P<whom>(?:[^，。；：对]|对象){{0,60}}?(?:{slot_words('people')}|知青|退职老职工)(?!基本|大病|医))"
    "(?=，|给予|实行|按|发放|予以|可|每|由|的?住院|的?门诊|(?:城乡)?居民|职工|大病|医保|基本|起付|个人|参保)"
)
# 城乡低保、五保对象救助标准：, the head of rules for these people.
_OF_PEOPLE = re.compile(
    f"(?!参保|各|关于)(?P<group>[一-鿿、]{{2,30}}?(?:{slot_words('people')}|五保|低保))的?(?:住院|门诊|医疗)*"
    "(?:救助|补助|报销|补贴|资助|补偿)(?:标准|比例|待遇|政策)"
)
_AT_END = re.compile("（(?P<group>[^（）含][^（）]{1,15})）(?=[：:\\s]*(?:\n|$))")
# 二级医疗机构在职职工: a level and a group, which alone is a scope.
_BOTH = re.compile(
    f"(?:.*{slot_words('kinds')}|{slot_words('levels')})(?:及以[上下]|以[上下])?"
    f"(?P<people>[一-鿿、]+{slot_words('people')})"
)
_MEASURE = re.compile(
    f"{slot_words('set_measures')}|标准|限额|比例|金额|费用|次数|时长|包干|补贴|津贴|配备|[率价线]"
)
_LINK = "(?:明确|确定|规定|统一|设定|调整)?[为是：按]"
_SET_AT = re.compile(_LINK)
_SERVICE = re.compile(f"{slot_words('services')}(?=[一-鿿]{{2}})(?!患者|病人|人员|费)")
_BOUNDS = r"[按为是由从每人次年月全最高低多不于少（“”：:\s]*"
_GAP = re.compile(f"{_ASIDE}{_BOUNDS}{DEGREE_WORDS}{_BOUNDS}")
_PERIOD = re.compile("(?:全年|每年|每月|每次|每人每年|每人|年度|最高|最低)+$")
_GOES_ON = re.compile(r"[^；。：\n]{1,16}")
_AND = re.compile("[、和及与或“”]")
# 在三级医疗机构就医的，: where the figures behind it hold.
_SETTING = re.compile(
    rf"(?:[在到赴往]|转[往至])(?P<where>[^，。；：\s在到]{{0,48}}?{_INSTITUTION})"
    "(?:所|进行|接受)*(?:就医|就诊|购药|生育|分娩|住院|门诊|治疗|诊疗|发生(?=的?[^，。；]{0,24}费))"
    "(?:(?<=发生)[^，。；]{0,24}?费用?|(?:住院|门诊|治疗|期间|时|的|发生|医疗|医药|费用)*)$"
)
_DROPPED = re.compile("(?:就医|就诊|购药|生育|分娩|发生)(?:的)?")
_WHO = re.compile("(?:参保(?:人员?|患者|居民|职工)|患者)?(?:[在到赴往]|转[往至])$")
_ANY_PLACE = re.compile(
    "(?:本市|我市|市内|统筹地区|统筹区|指定|选定|的)*(?:定点|基本医疗保险|医保)*(?:医疗机构|医药机构|医院|机构)(?:内)?"
)
_ANYBODY = re.compile(f"(?:每|人均).*|(?:全体)?参保(?:人员?|群众|患者|者)|.*经办机构|{_ANY_PLACE.pattern}")
_GOVERNMENT = re.compile("(?:省|市|县|区|乡|村|乡镇)级?|其他")
_SHARED = re.compile("财政|分担|配套|补助资金|专项资金|投入")
_PAID_BY = re.compile("缴|费率|负担|分担|承担")
_COUNTS_INSTITUTIONS = frozenset({"家", "所", "处", "间", "家次"})
_COUNTED_AS = CLASSIFIERS - {"种"}
_COUNTS_PEOPLE = re.compile("(?:[人户名例位]|人次)?")
_LEFT_OUT = re.compile("（(?:不|除|含)[^（）]*）$")
_BY = frozenset("按对为在是由")
_LONGEST = 40
_SHORTEST = 2  # characters of what is measured
_NEAR = 16  # characters between a group and its number
_MOST = 12  # figures of a list


@dataclass(frozen=True, slots=True)
class _Setting:
    """The institution where the figures behind a clause hold, and where that clause ends."""

    start: int
    end: int
    clause_end: int


def move_groups(masks: Masks, passage: Passage, heads_over: Callable[[int], Iterable[Range]]) -> None:
    """Take what only limits a figure of a sentence out of its indicator, and note it as its groups.

    Parameters
    ----------
    masks, passage
        The cleaned text and the sentence.
    heads_over
        Gives the heads that govern a place, the nearest first; one that is a group alone (（一）退休人员)
        limits the rules under it.
    """
    settings, objects = _settings(masks, passage), _objects(masks, passage)
    moved: list[Range] = []  # what a later figure of the sentence may have inherited
    for number, item in enumerate(passage.items):
        if item.role == "other":
            continue
        own, dropped = _own(masks, item), []
        told_apart = _of_respectively(masks, passage, number)
        if told_apart and is_people(masks.text[slice(*told_apart[0])]):
            own, dropped = [told_apart[0]], [told_apart[1]]
            first = passage.items[_list_of(passage, number)[0]]
            if first is not item:
                item.context, item.spans = first.context, [*first.spans, *item.spans]
        spans = [*item.context, *item.spans]
        inherited = [
            part
            for part in dict.fromkeys(moved[-_MOST:])
            if part not in own and any(start <= part[0] and part[1] <= end for start, end in spans)
        ]
        people = [span for span in (*own, *inherited) if is_people(masks.text[slice(*span)])]
        kinds = {span in people for span in own}
        dropped += [span for span in inherited if (span in people) in kinds]
        taken = [span for span in people if span not in dropped]
        setting = settings[item.clause]
        if setting is not None and not _names_institution(masks, own, spans, setting):
            where = _at(masks, passage, number, spans, setting)
            taken += where
            dropped += _said_with(masks, setting) if where else []
        moved += own
        if (taken or dropped) and leave_out(masks, item, [*taken, *dropped]):
            item.groups = [masks.text[start:end] for start, end in sorted(set(taken))]
        elif not taken and item.bracketed and item.listed is not None and item.listed.bracketed:
            item.groups = item.listed.groups  # （退休人员95%、92.5%、90%）
        elif not taken and item.previous is not None and _goes_on(masks, item.previous, item):
            item.groups = item.previous.groups
        whom = objects[item.clause]
        if whom and item.role == "rule" and not (item.groups or item.scope) and _is_benefit(item):
            _limit_to(masks, item, whom)
        if item.role == "rule" and item.cell is None and (head := _of_head(masks, heads_over(item.start))):
            _limit_by_head(masks, item, head)


def _is_benefit(item: Item) -> bool:
    """Tell whether an amount, a rate or a difference of rates is set."""
    return is_money(item.unit) or item.unit in {"%", "百分点"}


def _objects(masks: Masks, passage: Passage) -> list[Range | None]:
    """Return for each clause the people that it, or one in front, is a rule for: 对低保对象，救助80%."""
    found: list[Range | None] = []
    whom = None
    for clause, (start, end) in enumerate(passage.clauses[: passage.items[-1].clause + 1]):
        if clause in passage.numbered or masks.outer[start - 1 : start] == "；":
            whom = None
        if named := _FOR.match(masks.outer, start, end + 1):
            whom = trim(masks.text, *named.span("whom"))
        found.append(whom)
    return found


def _limit_to(masks: Masks, item: Item, whom: Range) -> None:
    """Make the people that a rule is for the scope of a figure that is behind them and names no others."""
    spans = [*item.context, *item.spans]
    others = without(masks, spans, [whom])
    said = _INSURED.sub("", "".join(masks.text[start:end] for start, end in others))
    if item.start < whom[1] or _SOME_PEOPLE.search(said):
        return
    if leave_out(masks, item, [whom]):
        item.groups = [masks.text[slice(*whom)]]


def _of_head(masks: Masks, heads: Iterable[Range]) -> Range | None:
    """Return the group that the nearest head over a rule comes to, or names in brackets at its end."""
    for start, end in heads:
        words = masks.text[start:end]
        if is_group(words) and not (
            _MEASURE.search(words) or PREDICATES.search(words) or _NO_HEAD.search(words)
        ):
            return start, end
        if named := _OF_PEOPLE.fullmatch(words):
            return start, start + named.end("group")
        aside = _AT_END.match(masks.text, end)
        if aside and is_group(aside["group"]) and not _NO_HEAD.search(aside["group"]):
            return aside.span("group")
    return None


def _limit_by_head(masks: Masks, item: Item, head: Range) -> None:
    """Make the group of a head the scope of a figure that names none of its kind."""
    group = masks.text[slice(*head)]
    item.context = [span for span in item.context if not (head[0] <= span[0] and span[1] <= head[1])]
    spans = [*item.context, *item.spans]
    said = "".join(masks.text[start:end] for start, end in spans if start >= head[1])
    alike = _SOME_PEOPLE if is_people(group) else _NAMES_INSTITUTION
    if not alike.search(said) and not any(alike.search(other) for other in item.groups):
        item.groups = [group, *item.groups]


def _goes_on(masks: Masks, previous: Item, item: Item) -> bool:
    """Tell whether a rate goes on with the amount in front of it: 二级医院起付600元，报销75%."""
    if item.unit != "%" or not is_money(previous.unit) or item.bracketed or previous.bracketed:
        return False
    said = "".join(masks.text[start:end] for start, end in item.spans)
    named = is_group(said) or _NAMES_INSTITUTION.search(said)
    close = _GOES_ON.fullmatch(masks.outer, previous.end, item.start)
    return close is not None and not named and _MEASURE.search(said) is not None


def _own(masks: Masks, item: Item) -> list[Range]:
    """Return the groups that stand alone in front of a number, or beside it in a table."""
    text = masks.text
    spans = sorted({*item.context, *item.spans})
    if not item.bracketed and any(
        start >= item.end and _MEASURE.search(text, start, end) for start, end in spans
    ):
        return []  # 三级医院按75%报销
    if item.cell is not None:
        found = [span for span in spans if _group(masks, item, *span) == [span]]
    else:
        found = _in_front(masks, item, spans)
    if not found:
        return []
    front = [span for span in spans if span[0] < item.start]
    others = "".join(text[start:end] for start, end in without(masks, front, found))
    others = _PERIOD.sub("", others)
    return found if len(others) >= _SHORTEST and not _is_paid_by(text, found, others) else []


def _in_front(masks: Masks, item: Item, spans: list[Range]) -> list[Range]:
    """Return the groups that the words directly in front of a number come to."""
    text = masks.text
    span = next((span for span in reversed(spans) if span[1] <= item.start), None)
    if item.bracketed and (span is None or span[0] < item.before[0]):
        span = trim(text, *item.before)  # 每例800元（无业配偶按50%）
        span = span[0], span[1] - text.endswith("按", *span)
    if span is None or (span[0] < item.before[0] and span not in item.front):
        return []
    start, end = span
    if item.start - end > _NEAR or not _GAP.fullmatch(text, end, item.start):
        return []
    if period := _PERIOD.search(text, max(start + 1, end - 8), end):
        end = period.start()
    return _group(masks, item, start, end)


def _group(masks: Masks, item: Item, start: int, end: int) -> list[Range]:
    """Return the groups that a range comes to, without a measure that stands before them."""
    text = masks.text
    measured = max((measure.end() for measure in _MEASURE.finditer(text, start, end)), default=start)
    if measured > start:
        if measured == end or measured - start <= _SHORTEST:
            return []
        start = measured
        if set_at := _SET_AT.match(text, start, end):
            start = set_at.end()
    elif service := _SERVICE.match(text, start, end):
        start = service.end()
    start, end = trim(text, start, end)
    words = text[start:end]
    if not 2 <= len(words) <= _LONGEST or PREDICATES.search(words):
        return []
    if _ANYBODY.fullmatch(words) or text[start - 1 : start] in {"的", "于"} or text.startswith("的", end):
        return []
    start, end = _named(text, start, end)
    words = text[start:end]
    people = _IS_PEOPLE.search(words)
    if people is None and not _IS_INSTITUTION.search(words):
        return []
    if people is None and (of := words.rfind("的")) > 0:
        start, words = start + of + 1, words[of + 1 :]  # 第一次住院的乡镇卫生院
    if _is_counted(item, words, people=people is not None):
        return []
    if people and (both := _BOTH.fullmatch(words)):
        cut = start + both.start("people")
        return [(start, cut), (cut, end)]
    return [(start, end)]


def _named(text: str, start: int, end: int) -> Range:
    """Return the range of a group without what it says in brackets that it leaves out."""
    aside = _LEFT_OUT.search(text, start, end)
    return start, aside.start() if aside else end


def _is_counted(item: Item, words: str, *, people: bool) -> bool:
    """Tell whether the group itself is what is counted: 三级医院20家, 退休人员300人."""
    if people:
        return bool(_COUNTS_PEOPLE.fullmatch(item.unit))
    named = bool(_NAMES_INSTITUTION.search(words))
    return item.unit in _COUNTS_INSTITUTIONS or (named and item.unit in _COUNTED_AS)


def _is_paid_by(text: str, found: list[Range], others: str) -> bool:
    """Tell whether a group is who pays: 省、市、县分别负担, 职工缴费2%."""
    words = [text[start:end] for start, end in found]
    if any(_GOVERNMENT.fullmatch(word) for word in words):
        return bool(_SHARED.search(others))
    return words == ["职工"] and bool(_PAID_BY.search(others))


def _of_respectively(masks: Masks, passage: Passage, number: int) -> tuple[Range, Range] | None:
    """Return the group of one of several figures behind 起付标准一级、二级医院分别为, and where all are."""
    first, last = _list_of(passage, number)
    head = passage.items[first]
    place = masks.outer.rfind("分别", head.before[0], head.start) if first < last else -1
    if place < 0:
        return None
    start = head.before[0]
    start = max((measure.end() for measure in _MEASURE.finditer(masks.text, start, place)), default=start)
    parts, begin = [], start
    for end in [*(sign.start() for sign in _AND.finditer(masks.text, start, place)), place]:
        parts.append(trim(masks.text, start, end))
        start = end + 1
    if masks.text[parts[0][0]] in _BY:
        parts[0] = parts[0][0] + 1, parts[0][1]
    if len(parts) != last - first + 1 or not all(is_group(masks.text[a:b]) for a, b in parts):
        return None
    return parts[number - first], (begin, place)


def _list_of(passage: Passage, number: int) -> tuple[int, int]:
    """Return the first and last index of the list that a figure is in."""
    items, first, last = passage.items, number, number
    while first and items[first].listed is items[first - 1] and number - first < _MOST:
        first -= 1
    while last + 1 < len(items) and items[last + 1].listed is items[last] and last - first < _MOST:
        last += 1
    return first, last


def is_people(words: str) -> bool:
    """Tell whether words end with a group of people."""
    return _IS_PEOPLE.search(words) is not None


def is_group(words: str) -> bool:
    """Tell whether words end with a level of institution or a group of people."""
    return bool(_IS_PEOPLE.search(words) or _IS_INSTITUTION.search(words))


def _settings(masks: Masks, passage: Passage) -> list[_Setting | None]:
    """Return for each clause where it holds, as a clause in front says, up to a semicolon or an item."""
    found: list[_Setting | None] = []
    shown, here = masks.outer, None
    starts = [item.start for item in passage.items]
    for clause, (start, end) in enumerate(passage.clauses[: passage.items[-1].clause + 1]):
        if clause in passage.numbered or shown[start - 1 : start] == "；":
            here = None
        found.append(here)
        at = bisect_left(starts, start)
        has_figures = at < len(starts) and starts[at] < end
        if not has_figures and not shown.endswith("的", start, end):
            here = None
        setting = _SETTING.search(masks.inner, max(start, end - 3 * _LONGEST), end)
        if setting is None or _ANY_PLACE.fullmatch(setting["where"]) or PREDICATES.search(setting["where"]):
            continue
        if not has_figures:
            here = _Setting(*_named(masks.text, *setting.span("where")), end)
    return found


def _names_institution(masks: Masks, own: list[Range], spans: list[Range], setting: _Setting) -> bool:
    """Tell whether a figure has an institution of its own behind a setting."""
    behind = [*own, *(span for span in spans if span[0] >= setting.clause_end)]
    return any(_NAMES_INSTITUTION.search(masks.text, *span) for span in behind) or any(
        _IS_INSTITUTION.search(masks.text[start:end]) for start, end in own
    )


def _at(masks: Masks, passage: Passage, number: int, spans: list[Range], setting: _Setting) -> list[Range]:
    """Return where a figure holds: all of a setting, or of as many places as figures its own."""
    first, last = _list_of(passage, number)
    head = passage.items[first]
    if first == last or masks.outer.rfind("分别", head.before[0], head.start) < 0:
        return [(setting.start, setting.end)]
    found = [(max(start, setting.start), min(end, setting.end)) for start, end in spans]
    found = [trim(masks.text, start, end) for start, end in found if start < end]
    return found[:1]


def _said_with(masks: Masks, setting: _Setting) -> list[Range]:
    """Return the words around a setting that say nothing of what is measured: 参保人员在…就医的."""
    text = masks.text
    begin = _WHO.search(text, max(0, setting.start - 24), setting.start)
    done = _DROPPED.match(text, setting.end)
    start = begin.start() if begin else setting.start
    return [(start, done.end() if done else setting.end)]
