"""The phrase of a figure in its own clause: what is said before the number, and the noun behind it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nhsa_nlp.figures.structure.dates import DateMention
from nhsa_nlp.figures.structure.items import Item, outside_dates
from nhsa_nlp.figures.structure.sentences import Masks
from nhsa_nlp.figures.structure.words import (
    ADVERBS,
    CLASSIFIERS,
    DEGREES,
    LEADS,
    LIGHT,
    LIGHT_ALONE,
    LOCAL,
    PLACES,
    VERB_FIRST,
    VERB_START,
)
from nhsa_nlp.text import Range

_EDGE = "的“”\"'‘’，、：；。 \n\t（）()《》＿·-—|"
_ENUMERATION = re.compile(r"(?<![平同对均高中初相劣甲乙丙])等(?![级额待同于次份候效])")
_PLACE = re.compile(
    rf"(?:对|向|在)(?P<object>(?:{PLACES})(?:[、和及与](?:{PLACES}))*)|(?P<place>(?:{PLACES})(?:[、和及与](?:{PLACES}))*|{LOCAL})(?:的)?(?:(?=补助|支出|收入|下达|落实|执行|组织|办理|开通|参保(?![人群职居对])|惠及|检查|追回|处理|共|已|累计|现|有|均|合计|总共|每|超|约|仅|就|普遍|实现|新增|完成|分别|平均|开展|医保部门)|$)"
)
# What is always a scope, also directly before a noun.
_OWN_PLACE = re.compile(r"(?:全[省市区县州旗]|[该我本][省市县区州]|区域内)(?!级|属|直|政府|医保局|民)")
# 低保对象、特困人员等重点救助对象: a list that is kept.
_FOR_PLACE = re.compile(rf"对(?P<place>(?:{PLACES})(?:[、和及与](?:{PLACES}))*)(?=按|给予|实行|补助|进行)")
_LAST_PLACE = re.compile(r"(?<=[一-鿿]{2})全[国省市县区州旗]$")
_PEOPLE = re.compile(r"(?:对象|人员|人口)$")
_SUFFIX = re.compile(r"(?:余|多|左右|以上|以下|以内|上下|不等|（含）|之间)*(?P<of>的(?:比例|标准)?)?")
_NOT_A_NOUN = re.compile(
    r"(?:以上|以下|左右|以内|上下|不等|之间|余|多|和|及|与|、|，|。|；|）|\)|：|\s|并|且|；|或|至|到|的话|起步|用于|增长|降至|的?基础上)"
)
_TAIL = re.compile(
    r"(?:、|和|及|(?<!参)与|以及|或|共|(?<=[一-鿿]{2})中|约|近|超过?|等|其中|并|且|有|的|是|为|达到?|（|\(|“|”|已|已经|均)+$"
)
_BESIDE = re.compile("(?<=[一-鿿])、[^，。；、]{2,24}共?有$")
_COUNT_ONLY = re.compile(r"(?:作为|之间|不等|并|且|，)")


# 在上述标准基础上再提高: what is raised is said in front.
_ON_TOP = "在(?:上述|以上|此|原|原有|原来|现行|同等)[^，。；]{0,8}?上(?:再|各|相应|分别)*"
_CARRIED_OUT = re.compile("(?:先后|已)?(?:开展|组织|实施|推进)了?")
_RECKONED = re.compile(f"(?:按[^，。；]{{2,10}}(?:测算|计算|估算)|{_ON_TOP})(?=[一-鿿]{{2}})")
# 按照案值, 处骗取金额: what is no part of the base of a share or a multiple.
_BY = re.compile(
    r"(?:按照?(?![病此照]|人均|规定)|处以?(?![方理罚分置于境]))"
    r"(?=[^，。；]{0,24}(?:费用|收入|值|标准|[金总限]额|水平|基数|工资|占比|罚款)$)"
)
_NAMED = re.compile("(?:集采|采购|试点|改革|行动)$")
_UNBROKEN = re.compile(r"[^＿《》]+")
_MEANS = re.compile(
    r"(?:严格)?(?:按照?|根据|依据|依托|落实|贯彻落实|通过|明确|要求|规定|印发|发布|出台|制定|的?通知|等|和|及|、|，|中)+"
)
ACTOR = re.compile(
    r"[一-鿿＿（）、]{0,20}(?:部门|医保局|医疗保障局|药监局|卫健委|卫生健康委|财政部|委员会|我们|我局|我委|国家局|总局|中医药局|民政部|教育部|科技部|人社部|保监会|基金会|总会|公司|政府|各级医保部门|经办机构应)"
)
_ISSUER = re.compile(
    r"[^，。；]{0,30}?(?:部门|药监局|医保局|卫健委|卫生健康委|委员会|[^关诊院全内外总干西中东学]部|国务院|中医药局|我局|医保局会同相关部门)(?:等(?:多)?部门|等)?(?:联合|共同)?(?:在|将)?(?=发布|印发|出台|评选|组织|开展|通过|$)"
)


# 省药监局查处案件, 我局对: who acts, in front of what is done.
_ACTS = re.compile(
    rf"(?:会同|联合|由|经)?[一-鿿、]{{0,14}}?(?:部门|机关|法院|检察院|[一-鿿]局|[健康]委|我委|[一-鿿]厅|我们)"
    rf"(?=[对以为已共]|{VERB_FIRST.pattern}|{VERB_START.pattern}|抽查|核查|选派|认定)[对以]?"
)
# 每年她只要负担90元, 王女士自己要付: the person a story is about, in front of what it tells.
_WHO = re.compile(
    r"[^，。；]{0,8}?(?:(?<![其吉])[他她](?!人)们?|女士|先生|大爷|大妈|阿姨|奶奶|爷爷)(?:自己)?(?:只要|只需|只|仅|需要|需|要|能|就|每[年月])*(?=[一-鿿]{2})"
)
# 支付比例为一级医院, 按医院级别相应提高: what is no part of the words on either side.
_INNER = re.compile(
    f"{ADVERBS.pattern}|{_ON_TOP}|[从由](?=平均$)|(?<=[准线例额度])为(?=[一-鿿])|按[^，。；]{{2,10}}(?:级别|等级|类别)(?:相应|分别)?"
    "|(?<=[限准例余率线])(?:额)?(?:提高|降低|调整|上升|下降|扩大)[到至](?=[一-鿿]{2})|(?<=[一-鿿]{2})不得?超过(?=[一-鿿]{4})"
)
SHORT_FORM = re.compile(r"（以下(?:统?简称|称)[“]?(?P<form>[^”）]{2,12})[”]?）")
"""The short form that a text gives to a name: （以下简称“居民医保”）."""


@dataclass(slots=True)
class Phrase:
    """The local words of a figure.

    Attributes
    ----------
    before, behind
        The ranges before and behind the number.
    places
        Places before a verb or the number, which limit it: its scope.
    """

    before: list[Range]
    behind: list[Range]
    places: list[str]


def trim(text: str, start: int, end: int) -> Range:
    """Leave out marks and 的 at the edges of a range."""
    while start < end and text[start] in _EDGE:
        start += 1
    while start < end and text[end - 1] in _EDGE:
        end -= 1
    if text.count("（", start, end) > text.count("）", start, end):
        end = text.rfind("（", start, end)
    return start, end


def without(masks: Masks, spans: Iterable[Range], taken: Iterable[Range]) -> list[Range]:
    """Return what is left of ranges, without marks at their edges."""
    left = []
    taken = list(taken)
    for span in spans:
        parts = [span]
        for begin, stop in taken:
            parts = [
                part
                for start, end in parts
                for part in ((start, min(end, begin)), (max(start, stop), end))
                if part[0] < part[1]
            ]
        if parts != [span]:
            parts = [
                (start, end) for start, end in (trim(masks.text, *part) for part in parts) if end - start > 1
            ]
        left += parts
    return left


def leave_out(masks: Masks, item: Item, taken: Sequence[Range]) -> bool:
    """Take ranges out of the words of a figure; tell whether any are left, else all stay."""
    context, spans = without(masks, item.context, taken), without(masks, item.spans, taken)
    if context or spans:
        item.context, item.spans = context, spans
    return bool(context or spans)


def read_phrase(masks: Masks, item: Item, dates: list[DateMention]) -> Phrase:
    """Return the words of the clause that belong to a figure."""
    text = masks.text
    before, places = words_before(masks, item.before, dates, item.bracketed)
    behind = [] if item.has_result else _behind(masks, item, dates, whole=not before)
    if behind and before:
        start, end = before[-1]
        if match := LIGHT.search(text, start, end):
            before[-1] = trim(text, *_stripped(text, start, match.start()))  # 每个街道至少确定两家
            before = [span for span in before if span[0] < span[1]]
        elif LIGHT_ALONE.fullmatch(text, start, end):
            before = before[:-1]
        elif (
            _CARRIED_OUT.match(text, start, end)
            and "、" in text[start:end]
            and _NAMED.search(text, *behind[0])
        ):
            before = before[:-1]  # 开展支架、关节三批国家组织耗材集采
    return Phrase(before, behind, places)


def words_before(
    masks: Masks, span: Range, dates: list[DateMention], bracketed: bool = False
) -> tuple[list[Range], list[str]]:
    """Return what remains of the words before a number, and the places among them."""
    text = masks.text
    shown = masks.inner if bracketed else masks.outer
    places: list[str] = []
    found: list[Range] = []
    for start, end in outside_dates(*span, dates):
        start, end = _stripped(shown, start, end)
        if start >= end:
            continue
        while match := _PLACE.match(shown, start, end):
            places.append(match["place"] or match["object"])
            start = _lead(shown, match.end(), end)
            if match.end() == end:
                break
        while (match := _OWN_PLACE.match(shown, start, end)) and shown[max(0, start - 1) : start] not in {
            "过",
            "于",
            "按",
        }:
            places.append(match[0])
            start = _lead(shown, match.end(), end)
        if inner := _FOR_PLACE.search(shown, start, end):
            places.append(inner["place"])
            found += _pieces(text, shown, start, inner.start())
            start = inner.end()
        if last := _LAST_PLACE.search(shown, max(start, end - 6), end):
            places.append(last[0])
            end = last.start()
            start, end = _stripped(shown, start, end)
            while end > start and shown[end - 1] in "在于对":
                end -= 1
        others = list(_ENUMERATION.finditer(shown, start, end))
        listed = others and ("、" in shown[start : others[-1].start()] or others[-1].end() == end)
        if listed and others[-1].start() > start and not _PEOPLE.search(shown, start, others[-1].start()):
            start = _lead(shown, others[-1].end(), end)
        found += _pieces(text, shown, start, end)
    return found, places


def _stripped(shown: str, start: int, end: int) -> Range:
    start = _lead(shown, start, end)
    if match := DEGREES.search(shown, max(start, end - 24), end):
        end = match.start()
    return start, end


# 起付标准以上至最高限额之间由居民医保基金: the part of the expenses that everything is paid of.
_BETWEEN = re.compile(
    r"[在对]?起付(?:标准|线)以上(?:[至到、]?(?:年度)?(?:最高支付限额|最高限额|支付限额|封顶线))?"
    r"(?:以下|以内|之间|部分|的|，|由|符合规定)*(?=[一-鿿]{2})"
)
_IN_YEAR = re.compile("在?(?:同一|一|每一?)个?[一-鿿]{0,6}年度(?:以|之)?内")  # 同一个参保年度内再次住院的
_ON_THAT = re.compile(
    "的?基础上(?:再|各|相应|分别)*"
)  # 在2020年的基础上提高: what is left of it without the date
# 4.2 家属签字, ● 退休人员, 1）允许: the mark of an item of a list.
MARK = re.compile(
    r"(?:[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[）)]|\d{1,2}(?:\.\d{1,2})+(?=[一-鿿])|[①-⑳●■◆◎○•►▪★*≥≤><])+"
)


def _lead(shown: str, start: int, end: int) -> int:
    for aside in (MARK, _BETWEEN, _IN_YEAR, _ON_THAT):
        if match := aside.match(shown, start, end):
            start = match.end()
    while start < end:
        while start < end and (shown[start] in " \n\t，、：＿”）"):
            start += 1
        match = LEADS.match(shown, start, end)
        if not match or not match[0]:
            return start
        start = match.end()
    return start


def _pieces(text: str, shown: str, start: int, end: int) -> list[Range]:
    """Cut a range around brackets and inner adverbs."""
    found: list[Range] = []
    for part in _UNBROKEN.finditer(shown, start, end):
        a, b = part.span()
        if _MEANS.fullmatch(shown, a, b):
            continue
        if shown[a] == "对" and shown[a + 1 : a + 2] not in set("象口接照账"):
            a += 1
        if ACTOR.fullmatch(shown, a, b) and part.end() != end:
            continue
        if counted := _RECKONED.match(shown, a, b):
            a = counted.end()
        if match := _ISSUER.match(shown, a, b) or _ACTS.match(shown, a, b) or _WHO.match(shown, a, b):
            a = _lead(shown, match.end(), b)
        if match := _BY.match(shown, a, b):
            a = match.end()
        at = a
        for adverb in _INNER.finditer(shown, a + 2, b):
            if adverb.end() < b and adverb.start() > at:
                if not ACTOR.fullmatch(shown, at, adverb.start()):
                    found.append(_stripped(shown, at, adverb.start()))
                at = _lead(shown, adverb.end(), b)
        found.append((at, b))
    return [span for span in (trim(text, a, b) for a, b in found) if span[0] < span[1]]


def _behind(masks: Masks, item: Item, dates: list[DateMention], *, whole: bool) -> list[Range]:
    text = masks.text
    start, end = item.behind
    counts = item.unit in CLASSIFIERS or not item.unit or bool(_PEOPLE_UNIT.search(item.unit))
    if _GOAL.match(text, start, end):
        return []
    if item.role in {"rule", "target"} and not counts and "%" not in item.unit and "元" not in item.unit:
        return _limited(masks, item, start, end)
    suffix = _SUFFIX.match(text, start, end)
    if item.unit == "%" and (given := _GIVEN.match(text, start, end)):
        return [trim(text, given.start("what"), given.end("what"))]
    if "元" in item.unit and item.role == "rule" and (given := _ALLOWED.match(text, start, end)):
        return [given.span("what")]
    if "元" in item.unit and item.role == "reported" and (sum_of := _OF_MONEY.match(text, start, end)):
        return [sum_of.span("what")]
    if "元" in item.unit and item.role == "reported" and end == item.behind[1] == item.clause_range[1]:
        spent = _SPENT_ON.match(text, start, end)
        if spent and _SPENDS.search(text, max(item.before[0], item.start - 8), item.start):
            return [trim(text, *spent.span("what"))]
    if suffix is None:
        return []
    if not counts and not (suffix["of"] or (item.unit == "%" and (suffix.end() > start or whole))):
        return []
    start = suffix.end()
    if was := _WAS.match(text, start, end):
        start = was.end()
    if start >= end or (_NOT_A_NOUN.match(text, start, end) and not (whole and text[start] == "与")):
        return []
    shown = masks.inner if item.bracketed else masks.outer
    parts = outside_dates(start, end, [] if was else dates)
    if not parts or parts[0][0] != start:
        return []
    start, end = parts[0]
    if end == item.behind[1] and (beside := _BESIDE.search(shown, start, end)):
        end = beside.start()  # 甲医院收治8例患者、乙医院有3例
    if (
        (comma := shown.find("、", start, end)) > 0
        and end == item.behind[1]
        and comma > end - 6
        and text[comma + 1 : end].strip("约近超共已有") == ""
    ):
        end = comma
    if (
        counts
        and end == item.behind[1] < item.clause_range[1]
        and (match := _ITS_CHANGE.search(shown, start, end))
    ):
        end = match.start()
    if match := _COUNT_ONLY.search(shown, start, end):
        end = match.start() if match.start() > start else end
    if match := _TAIL.search(shown, start, end):
        end = match.start()
    return _pieces(text, shown, start, end)


# 有105个是2017年后上市的: the date says which.
_WAS = re.compile(r"是(?:\d{4}年(?:\d{1,2}月)?(?:\d{1,2}日)?(?:以?[前后]|以来)?)?")
# 每月900元标准给予生活补助: what the money is for, behind it.
_ALLOWED = re.compile(
    r"(?:以上|以内)?(?:的?标准)?(?:的|给予|予以|发放|进行|计发|定额|一次性)*"
    r"(?P<what>[一-鿿]{0,4}(?:补助|补贴|奖励|奖金|津贴|救助|资助|筹资|结算|补偿|收取|罚款)金?)(?=[，。；、）\s]|$)"
)
# 预拨7亿元医保基金: what the money is, behind it.
_OF_MONEY = re.compile(r"(?:多|余|左右)?的?(?P<what>[一-鿿]{0,6}(?:基金|资金|费用|经费))(?=[，。；]|$)")
# 46种药品平均降幅47%: what is said of those that are counted, in the next number.
_ITS_CHANGE = re.compile(
    r"(?<=[一-鿿])(?:平均|最高|最大|价格平均|价格)?(?:降价|降幅|涨幅|增幅|增长|下降|降低)(?:率)?(?:均|平均|最高)?(?:达到?|超过?|约|近|为|高达)*$"
)
# 投入90万元新建卫生站: what it is spent on.
_SPENDS = re.compile("(?:投入|安排|列支|筹措|筹资|争取资金|落实资金)(?:资金|经费)?(?:约|近|超过?|共)?$")
_SPENT_ON = re.compile(
    r"(?:多|余|左右)?[，]?(?P<what>(?:建成|新建|建设|开展|用于|支持|实施|改造|购置|升级|扩建)[一-鿿、]{2,20})"
)
_GIVEN = re.compile(
    r"(?:以上|左右)?(?:的比例|的标准)?(?P<what>(?:给予|进行|予以)?(?:救助|补助|报销|资助|补贴|奖励|补偿|支付|缴纳|缴费|征收|划入|计入|提取|划拨|筹集))(?![一-鿿])"
)
_GOAL = re.compile(r"(?:以上|左右)?的(?:[一-鿿]{0,4})(?:目标|任务|要求|基本标准)")
_PEOPLE_UNIT = re.compile(r"(?:群众|人口|人员|患者|居民|职工|对象|参保人|学生|儿童)$")
_LIMIT = re.compile(r"(?:余|多|（含）|以上|以下|以内|之内|内|后|前|的|标准)+")


def _limited(masks: Masks, item: Item, start: int, end: int) -> list[Range]:
    """Return the words behind a time limit or an age, which say what it limits."""
    shown = masks.inner if item.bracketed else masks.outer
    match = _LIMIT.match(shown, start, end)
    if match:
        start = match.end()
    if start >= end or shown[start] in "，。；、）)：":
        return []
    tail = _TAIL.search(shown, start, end)
    return _pieces(masks.text, shown, start, tail.start() if tail else end)


_BASE = re.compile(
    r"(?:同比|环比)(?=.)|(?:(?<![占可])比(?![例重率较])|较|与)[^，。；]{1,24}?(?=增长|提高|提升|下降|减少|增加|降低|上升|上涨|高出|高|低|翻)|在[^，。；在]{1,20}?基础上"
    r"|(?<=增幅)(?:超过|高于|低于)[^，。；]{2,20}"
)


def without_base(masks: Masks, before: list[Range]) -> list[Range]:
    """Leave out of a phrase what a change is compared with."""
    found = []
    for start, end in before:
        at = start
        for match in _BASE.finditer(masks.text, start, end):
            if match.start() > at:
                found.append((at, match.start()))
            at = match.end()
        if at < end:
            found.append((at, end))
    return [span for span in (trim(masks.text, a, b) for a, b in found) if span[0] < span[1]]
