"""The place or group that a figure is limited to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from nhsa_nlp.figures.structure.items import Item, Passage, outside_dates
from nhsa_nlp.figures.structure.phrases import leave_out
from nhsa_nlp.figures.structure.sentences import Masks
from nhsa_nlp.figures.structure.words import LOCAL, NO_NAME, PLACES, VERB_START
from nhsa_nlp.text import Range

_EXAMPLE = re.compile(rf"以(?P<place>(?:{PLACES}|[一-鿿]{{2,5}}[省市县区州])[^，。；]{{0,20}})为例")
_AGENCY = re.compile(
    rf"(?P<place>(?!全)(?:{PLACES})(?:省|市|自治区)?|(?<=[，。；、\s年])(?![以和及由各全])[一-龥]{{2,3}}[市州县])(?:级)?(?:医保局|医疗保障局|医保部门|人民政府|卫生健康委)"
    "(?![^，。；]{0,40}(?:召开|举行|获悉|消息|介绍|通报|发布|表示|了解|透露))"
)
_SAME = re.compile(r"(?:全|该)(?P<level>省|市|县|区|州|旗)|区域内|省内|市内|县内")
_NAMED = re.compile(rf"(?<![一-龥]等)(?P<name>{PLACES})")
_LOCAL = re.compile(
    rf"(?<=[，。；：、\s（])(?!{NO_NAME}|现会|会同|并会|经|商)(?P<name>[^\W\d_全各我本该从在到自今统记以及和由]{{2,4}}?(?P<level>[市县区州旗]))(?=[一-龥])"
)
_CARRIED = re.compile(rf"(?:全|该|我|本)[省市县区州旗]|各地|区域内|{LOCAL}")
_NAMED_ONE = re.compile(rf"{LOCAL}|(?![全各部不大多个其绝我本该])(?:{PLACES})(?<!部)(?<!地区)")
# 我市多措并举，: the place that a clause begins with, unless it only says who acts (全省医保部门).
_BEGINS = re.compile(
    rf"(?P<place>(?:全|该|我|本)[省市县区州旗]|(?:自治区|{LOCAL})(?=[，在自从按将还也已共现]|{VERB_START.pattern}))"
    r"(?![内外级属直辖人]|[一-鿿]{0,6}(?:医保局|医疗保障局|部门|政府|委员会|健康委|中心|医院|[局委]))"
)
_PLACE_NOUN = re.compile(r"省份|省|城市|地市|统筹地区|统筹区|市|县|区")
_PLACE_UNIT = re.compile(r"省|市|县|区|地|省份|城市|地市")
_DATE_IN_FRONT = re.compile(r"^[^，。；]{0,8}?\d年(?:\d{1,2}月)?(?:底|末)?")
# 在统筹区外医疗机构就医的; 本市以外 and 省内 say which kind of hospital.
_REGION = re.compile(
    "(?:统筹(?:地)?区域?|辖区|[市县区省]域|区域)(?:范围)?[内外](?![一-鿿]{0,3}(?:协同|联网|统一))"
)
_REACH = 600


def set_scopes(masks: Masks, passage: Passage, before: Passage | None) -> None:
    """Complete the scopes of the figures of a sentence; ``before`` is the one with figures before it."""
    text = masks.text
    start = passage.sentence.start
    example = None
    first = passage.items[0].start
    for match in _EXAMPLE.finditer(masks.text, start, max(item.start for item in passage.items[-1:])):
        example = match
    agency = _AGENCY.search(text, start, first)
    carried: list[str] = []
    region = _region(before)
    if before is not None and before.index == passage.index - 1 and text.startswith("其中", start):
        carried = next((item.scope for item in before.items if item.scope and item.whole is None), [])
    elif before is not None and before.index == passage.index - 1:
        carried = _named_before(passage, before)
    begun = _places_begun(masks, passage)
    report: list[str] = []  # the place of the clause in hand or of one before
    clause = 0
    for item in passage.items:
        for index in range(clause, item.clause + 1):
            report = begun.get(index, report)
            if index in passage.numbered and index:
                carried = []
        clause = item.clause + 1
        if item.role == "other":
            if place := _counted_places(text, item):
                carried = [place]
            continue
        if item.scope and item.whole is None and _CARRIED.fullmatch(item.scope[0]):
            carried = item.scope
        elif not item.scope and item.role in {"reported", "change"}:
            item.scope = carried
        item.scope = item.scope or report
        if example and example.end() <= item.start:
            item.scope = [example["place"]]
        elif not item.scope and agency:
            item.scope = [agency["place"]]
        if region and item.scope == ["区域内"]:
            item.scope = region
        item.scope = [_resolved(masks.outer, item.start, place) for place in item.scope]


def set_regions(masks: Masks, passage: Passage, heads_over: Callable[[int], Iterable[Range]]) -> None:
    """Limit the rules of a sentence to the region that it says, or a head over it: 在市域内住院的，.

    ``heads_over`` gives the heads that govern a place, the nearest first.
    """
    region: Range | None = None
    at = passage.sentence.start
    for item in passage.items:
        for match in _REGION.finditer(masks.outer, at, item.start):
            region = match.span()
        at = max(at, item.end)
        if item.role != "rule" or item.scope or item.groups:
            continue
        over = (_REGION.search(masks.outer, *head) for head in heads_over(item.start))
        said = region or next((match.span() for match in over if match), None)
        if said is not None and leave_out(masks, item, [said]):
            item.scope = [masks.text[slice(*said)]]


def _places_begun(masks: Masks, passage: Passage) -> dict[int, list[str]]:
    """Return the place that each clause of a sentence begins with; an item of a list has none before it."""
    begun: dict[int, list[str]] = {}
    for index, (start, end) in enumerate(passage.clauses[: passage.items[-1].clause + 1]):
        if index in passage.numbered:
            begun[index] = []
        for begin, _ in outside_dates(start, end, passage.dates)[:1]:
            if place := _BEGINS.match(masks.outer, begin, end):
                begun[index] = [place["place"]]
    return begun


def _named_before(passage: Passage, before: Passage) -> list[str]:
    """Return the city or county that the report of the sentence before is of, if this one goes on with it."""
    if passage.sentence.numbered or passage.sentence.opens:
        return []
    scope = before.items[-1].scope
    return scope if scope and _NAMED_ONE.fullmatch(scope[0]) else []


def _counted_places(text: str, item: Item) -> str | None:
    """Return the places that are counted only to say where: 江浙沪皖四地, 承担任务的25个省."""
    noun = _PLACE_NOUN.match(text, item.end, item.end + 4) if item.unit == "个" else None
    if noun is None and not _PLACE_UNIT.fullmatch(item.unit):
        return None
    words = _DATE_IN_FRONT.sub("", text[item.before[0] : item.start].lstrip("，其中在对、"))
    return words + text[item.start : noun.end() if noun else item.end]


def _region(before: Passage | None) -> list[str]:
    """Return the place that the sentence before ends with, which 区域内 goes on about."""
    return before.items[-1].scope if before is not None else []


def _resolved(text: str, position: int, place: str) -> str:
    """Return the place that 全省 or 该市 stands for, if one is named before it; else as written."""
    match = _SAME.fullmatch(place)
    if match is None:
        return place
    level = match["level"]
    named = None
    if level in ("县", "市", "区", "州", "旗"):
        for found in _LOCAL.finditer(text, max(0, position - _REACH), position):
            if found["level"] == level:
                named = found["name"]
        return named or place
    for found in _NAMED.finditer(text, max(0, position - _REACH), position):
        name = found["name"]
        if name.startswith(
            (
                "全",
                "各",
                "省",
                "市",
                "县",
                "区",
                "我",
                "本",
                "不少",
                "部分",
                "大",
                "绝",
                "多数",
                "个别",
                "其他",
                "东",
                "中",
                "西",
            )
        ):
            continue
        named = name
    return named if named and level in (None, "省") else place
