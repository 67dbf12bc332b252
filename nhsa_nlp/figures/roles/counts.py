"""Counts that report nothing: of measures, issuers, parts and labels."""

from __future__ import annotations

import re

from nhsa_nlp.figures.roles.surroundings import Surroundings
from nhsa_nlp.figures.structure.items import Item
from nhsa_nlp.figures.structure.words import ABSTRACT, ABSTRACT_FIRST, PLACE_UNITS, PREDICATES
from nhsa_nlp.record import FigureRole

_PLACE_NOUNS = re.compile(r"(?:试点)?(?:省|城市|市|县|区|统筹地区|统筹区|地区|地级市|国家|兵团|乡镇|州)")
_SPELLED = re.compile(r"[一二两三四五六七八九十百几]+")
_ISSUERS = re.compile(r"部门|部委|委局|单位|部")
_ORDINAL = re.compile(r"(?:(?<![目当])前|第|首|后)$")
_APPOSITION = re.compile(r"、[^，。、]{1,12}[省市区县州盟]$")
_ALLOWED = re.compile(r"规定|规则|可以|应")
_DISEASES = re.compile(r"(?:门诊)?[慢疾]?(?:特殊|重大|常见)?特?病")
_COUNTED = re.compile(r"已|累计|共|新增|目前")
_COUNTS = re.compile(r"[已有共达近约超]$|累计|新增|涉及|覆盖")
_PLACES_COUNTED = re.compile(r"[已有共在盖]|涉及|覆盖")
_LEVELS = frozenset({"级", "层", "重", "方", "档", "步", "大", "大类"})
_LOOSE = frozenset({"个", "项", "类", "条", "方面", "板块", "领域", "大板块"})
_ONE_OF = frozenset({"个", "种", "项", "批", "次", "条", "类", "大", "套", "部"})
_OF_PARTS = frozenset({"个", "项", "条", "种", "类", "大", "方面", "套"})
_REAL = re.compile(r"城市|省份|病种|项目|统筹")


def role_of_count(item: Item, around: Surroundings) -> FigureRole | None:
    """Return the role of a count that is no report; None if nothing speaks against one.

    Such are measures, aspects, parts and systems, whoever issues, what a policy applies to, lists that a
    count closes, places that are the subject of another figure, and what has an ordinal.
    """
    number, unit, lead = item.quantity["text"], item.unit, around.before.rstrip()
    behind = around.behind
    noun = behind[:12]
    spelled = bool(_SPELLED.match(number))
    if lead.endswith("连续") and _ALLOWED.search(around.around):
        return "rule"
    if _ORDINAL.search(lead) or _APPOSITION.search(lead) or unit in _LEVELS or (spelled and "大" in number):
        return "other"
    if unit in PLACE_UNITS and not (
        re.search("[已有共]", lead[-3:]) if spelled else _PLACES_COUNTED.search(lead[-4:])
    ):
        return "other"
    if spelled and unit in _LOOSE and not _COUNTS.search(lead[-6:]):
        return "other"
    if (number.startswith("一") and unit in _ONE_OF) or _ISSUERS.match(noun) or _ISSUERS.search(unit):
        return "other"
    if unit == "种" and _DISEASES.match(noun):
        return "other"
    return (
        "other"
        if _is_of_parts(unit, lead, behind)
        or _only_says_where(item, behind)
        or (lead.endswith("等") and unit in {"种", "类", "项", "个"} and not _PLACE_NOUNS.match(noun))
        else None
    )


def _is_of_parts(unit: str, lead: str, behind: str) -> bool:
    """Tell whether what is counted is a measure or a part: 四项制度, 三个方面."""
    head = re.match(r"[^，。；：、（]{0,30}", behind)
    if head is None or unit not in _OF_PARTS or _REAL.match(behind) or _COUNTED.search(lead[-8:]):
        return False
    abstract = ABSTRACT.search(head[0]) and not PREDICATES.search(head[0])
    return bool(abstract or ABSTRACT_FIRST.match(head[0]))


def _only_says_where(item: Item, behind: str) -> bool:
    """Tell whether places are the subject of another figure: 25个省共资助8899万人."""
    if item.unit != "个" and item.unit not in PLACE_UNITS:
        return False
    place = _PLACE_NOUNS.match(behind if item.unit == "个" else item.unit)
    between = behind[: item.behind[1] - item.behind[0]]
    return place is not None and item.behind[1] < item.clause_range[1] and bool(re.search("共|累计", between))
