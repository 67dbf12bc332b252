"""One identity for an indicator, however its documents word it, and the unit and place that go with it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from nhsa_nlp.figures.scopes.groups import is_group
from nhsa_nlp.figures.scopes.institutions import is_proper
from nhsa_nlp.figures.structure.words import PLACES
from nhsa_nlp.record import FigureRecord
from nhsa_nlp.text.width import unify


def _read_words() -> list[tuple[str, list[str]]]:
    """Return the rows of ``resources/indicator_words.tsv``."""
    lines = files("nhsa_nlp.archive").joinpath("resources/indicator_words.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in lines.splitlines() if line and not line.startswith("#"))
    return [(pattern, [] if words == "-" else words.split()) for pattern, words in rows]


_ROWS = _read_words()
_MEANINGS = tuple(words for _, words in _ROWS)
# What is left is told apart by its characters: the order of words differs, that of 占 and its base does not.
_TOKEN = re.compile("|".join(f"({pattern})" for pattern, _ in _ROWS) + r"|[A-Za-z]+|\d+(?:\.\d+)?|[^\W_]")
_SHARE = re.compile(r"占|相当于|(?<=标准)为|(?<=线)为")
_CUMULATIVE = re.compile(r"累计(?!结余|结存|可支付)|以来")
_STOCK = re.compile(r"结余|结存|可支付月数")
_FRONT_PLACE = re.compile(rf"(?P<place>{PLACES})(?:省|市|(?:[壮回维]\S{{0,3}}?族?)?自治区)?(?=..)")
_LEVEL = re.compile(r"(?:省|市|特别行政区|(?:壮族|回族|维吾尔)?自治区)$")
_NATION = frozenset(["全国", "我国", "全国各地", "各地", "国家"])
_UNNAMED = re.compile(r"[全该我本各][省市县区州旗]|区域内|[省市县]内")

_OFFICE_PLACE = re.compile(r"[一-龥]{2,12}?(?:省|自治区|市|州|盟|县|区|旗|兵团)")

_PERSONS = frozenset("人名位")
_PERSON_NOUN = re.compile(r".*(?:人|患者|群众|人口|职工|居民)$")
# What a word that is asked for says of the unit.
_WORD_UNITS = {"人数": _PERSONS, "人次": frozenset(["人次"]), "率": frozenset(["%"])}
_THINGS = frozenset(["个", "种", "项", "家", "款", "只", "所", "条"])
_UNITS = {"工作日": "工作日", "天": "日"}
_A_HEAD = re.compile(r"财政补助标准|人均筹资|筹资标准|个人缴费标准")
# 财政补助 of so much a head is the standard.
_OF_A_HEAD = re.compile(r"(?:人均)?(?:财政补助|个人缴费)$")
_CASES = frozenset("起例件宗")
_A_HEAD_UNITS = frozenset(["元", "元/人", "元/年", "元/人/年"])

THINGS = "个"
"""The unit that stands for all that only count: 个, 种, 项, 家 and the like."""


class Indicator(NamedTuple):
    """What tells an indicator from others; equal for two figures of the same.

    Attributes
    ----------
    key
        What its words come to.
    unit
        The unit, `THINGS` for all classifiers of things.
    scope
        The places or groups, sorted; empty for the whole country.
    """

    key: tuple[tuple[str, ...], ...]
    unit: str
    scope: frozenset[str]


def identify_indicator(figure: FigureRecord) -> Indicator:
    """Return the indicator of a figure.

    1. Words that mean the same (城乡居民基本医疗保险, 居民医保; 支付比例, 报销比例) become one, words
       that say nothing more (全国, 累计, 人数) none: ``resources/indicator_words.tsv``.
    2. What is left is compared in any order, apart before and behind 占; a word of the list counts
       once.
    3. A unit that names whom it counts (1.8亿参保人) is 人 and the name one of the words; a standard a
       head is 元/人/年 whether the unit or the indicator says so.
    4. A place at the beginning of the indicator is its scope.

    Role and base are not looked at.
    """
    place, words = _place(figure["indicator"], figure["scope"])
    return Indicator(*_key_and_unit(words, figure["unit"]), _scope(place, figure["document"]))


def same_indicator(words: str, unit: str, other_words: str, other_unit: str) -> bool:
    """Tell whether two wordings with their units are of one indicator, wherever and whenever."""
    return _key_and_unit(words, unit) == _key_and_unit(other_words, other_unit)


def is_cumulative(figure: FigureRecord) -> bool:
    """Tell whether a figure counts from a beginning (累计, since 2018) and not within its period.

    What is in hand at a moment (累计结余) is not counted from a beginning.
    """
    if _STOCK.search(figure["indicator"]):
        return False
    is_open = figure["period"] is not None and figure["period"][1] is None
    return is_open or _CUMULATIVE.search(figure["indicator"]) is not None


def place_of(issuer: str | None) -> str | None:
    """Return the place that an office is of, None for one of the whole country: 浙江 for 浙江省医疗保障局."""
    match = _OFFICE_PLACE.match(issuer or "")
    return (_LEVEL.sub("", match[0]) or match[0]) if match else None


@lru_cache(maxsize=65_536)
def indicator_key(words: str) -> tuple[tuple[str, ...], ...]:
    """Return what the words of an indicator come to; see `identify_indicator`.

    Examples
    --------
    >>> indicator_key("普通门诊费用跨省直接结算累计结算") == indicator_key("门诊费用跨省直接结算累计")
    True
    >>> indicator_key("门诊费用跨省直接结算") == indicator_key("住院费用跨省直接结算")
    False
    """
    parts = [tuple(_tokens(part)) for part in _SHARE.split(unify(words))]
    return tuple(parts) if any(parts) else ((words,),)


def _tokens(words: str) -> list[str]:
    """Return the characters that are no word of the list, and each word of the list once, sorted."""
    meanings: set[str] = set()
    rest = []
    for match in _TOKEN.finditer(words):
        if match.lastindex is None:
            rest.append(match[0].upper())
        else:
            meanings.update(_MEANINGS[match.lastindex - 1])
    return sorted(meanings) + sorted(rest)


def _place(indicator: str, scope: str | None) -> tuple[str | None, str]:
    """Return the scope and the words, from which a place in front is taken if the scope names none."""
    match = _FRONT_PLACE.match(indicator)
    if match is None or not names_no_place(_parts(scope)):
        return scope, indicator
    return "、".join(filter(None, (match["place"], scope))), indicator[match.end() :]


def names_no_place(scope: Iterable[str]) -> bool:
    """Tell whether a scope has only levels of institution and groups of people (三级医院), or nothing.

    A hospital by name is a place.
    """
    return all(is_group(part) and not is_proper(part) for part in scope)


def _parts(scope: str | None) -> set[str]:
    return {part for part in re.split("[、，,]", scope or "") if part and part not in _NATION}


def _scope(scope: str | None, document: str) -> frozenset[str]:
    # 全省 in two documents may be two provinces.
    return frozenset(
        f"{part} ({document})" if _UNNAMED.fullmatch(part) else _LEVEL.sub("", part) or part
        for part in _parts(scope)
    )


def _key_and_unit(words: str, unit: str) -> tuple[tuple[tuple[str, ...], ...], str]:
    if "/人" in unit and (short := _OF_A_HEAD.search(words)):
        words = f"{words[: short.start()]}{short[0]}标准"
    unit, noun = _unit(unit, words)
    return indicator_key(words + noun), unit


def _unit(unit: str, words: str) -> tuple[str, str]:
    """Return the unit, and the noun that it counts if it is one."""
    if unit in _A_HEAD_UNITS and _A_HEAD.search(words):
        return "元/人/年", ""
    if unit in _PERSONS:
        return "人", ""
    if unit in _CASES and "案" in words:
        return "起", ""
    if unit in _THINGS:
        return THINGS, ""
    if len(unit) > 1 and _PERSON_NOUN.fullmatch(unit) and "/" not in unit:
        return "人", unit
    return _UNITS.get(unit, unit), ""


def has_words(indicator: str, unit: str, wanted: str) -> bool:
    """Tell whether an indicator has all words that are asked for, literally or by their meaning.

    Examples
    --------
    >>> has_words("全国基本医疗保险参保", "人", "参保人数")
    True
    >>> has_words("全国基本医疗保险参保", "人", "基本医保 参保率")
    False
    """
    known: set[str] | None = None
    for word in wanted.split():
        if word in indicator:
            continue
        if any(word.endswith(end) and unit not in units for end, units in _WORD_UNITS.items()):
            return False
        if known is None:
            known = {token for part in indicator_key(indicator) for token in part}
        if not {token for part in indicator_key(word) for token in part} <= known:
            return False
    return True
