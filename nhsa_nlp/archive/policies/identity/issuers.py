"""Who issued a document and when, as its number or the beginning of its title says."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from nhsa_nlp.entities.doc_numbers import find_doc_numbers
from nhsa_nlp.letter.organizations import split_run_on
from nhsa_nlp.text import clean


def _read_table() -> dict[str, list[tuple[str, str]]]:
    """Return the rows of ``resources/issuers.tsv`` by their first column."""
    rows: dict[str, list[tuple[str, str]]] = defaultdict(list)
    lines = files("nhsa_nlp.archive.policies.identity").joinpath("resources/issuers.tsv")
    for line in lines.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            kind, name, issuer = line.split("\t")
            rows[kind].append((name, issuer))
    return rows


_TABLE = _read_table()
_CODES = tuple((re.compile(code), issuer) for code, issuer in _TABLE["code"])
_FULL_NAMES = dict(_TABLE["name"])
_PROVINCES = dict(_TABLE["province"])
_PROVINCE_LETTERS = frozenset(_PROVINCES) | frozenset("宁青滇蒙")
_PROVINCIAL_CODES = tuple((re.compile(code), body) for code, body in _TABLE["provincial"])
# 国卫… belonged to the family planning commission until March 2018: of that year it says nothing.
_HEALTH_CODE = re.compile(r"国卫(办?)[一-龥]{1,5}")
_HEALTH_REORGANISED = 2018
_HEALTH_COMMISSION, _FAMILY_PLANNING = "国家卫生健康委员会", "国家卫生和计划生育委员会"

_OFFICE = re.compile(r"(?:办公厅|办公室|综合司|秘书处)$")
_LOCAL = re.compile(r"省|自治|市(?!场)|县|兵团|^(?:北京|天津|上海|重庆)")

_CODED = re.compile(r"(?P<code>.+)〔(?P<year>\d{4})〕(?P<serial>\d+)号")
_ORDER = re.compile(r"(?P<code>.*?(?:令|公告|通告))(?:(?P<year>\d{4})年)?第(?P<serial>\d+)号")
_ORDER_CODE = re.compile("(?P<body>.*?)(?P<kind>令|公告|通告)", re.DOTALL)
_YEARLY = re.compile(r"(?P<code>)(?P<year>\d{4})年第(?P<serial>\d+)号")
_LONGEST_NUMBER = 80


@dataclass(frozen=True, slots=True, order=True)
class IssuedNumber:
    """A document number in its parts; ``year`` is empty where the number has none."""

    code: str
    year: str
    serial: str

    def __str__(self) -> str:
        if not self.code or _ORDER_CODE.fullmatch(self.code):
            return f"{self.code}{self.year + '年' if self.year else ''}第{self.serial}号"
        return f"{self.code}〔{self.year}〕{self.serial}号"


@lru_cache(maxsize=65536)
def read_number(text: str | None) -> IssuedNumber | None:
    """Read a document number as the grammar normalises it: ``国办发〔2021〕14号``, ``2018年第79号``.

    The ways to write one number give one result; None for what is not a document number.
    """
    if not text or len(text) > _LONGEST_NUMBER:
        return None
    match = _match_number(text)
    if match is None:
        found = find_doc_numbers(clean(text).text)
        match = _match_number(found[0].normalized) if len(found) == 1 else None
    if match is None:
        return None
    code = match["code"].removeprefix("中华人民共和国")
    if order := _ORDER_CODE.fullmatch(code):
        code = ("国务院" if order["body"] == "国" else full_name(order["body"])) + order["kind"]
    return IssuedNumber(code, match["year"] or "", match["serial"].lstrip("0") or "0")


def _match_number(text: str) -> re.Match[str] | None:
    return _CODED.fullmatch(text) or _YEARLY.fullmatch(text) or _ORDER.fullmatch(text)


def issuer_of_number(number: IssuedNumber) -> str | None:
    """Return who issues documents with such a number, None where the table does not say.

    Of a document that several bodies issued, it is the one whose number it bears.
    """
    code = number.code
    if order := _ORDER_CODE.fullmatch(code):
        return "中华人民共和国主席" if order["body"] == "主席" else order["body"] or None
    for pattern, issuer in _CODES:
        if pattern.fullmatch(code):
            return issuer
    if (match := _HEALTH_CODE.fullmatch(code)) and int(number.year) != _HEALTH_REORGANISED:
        body = _HEALTH_COMMISSION if int(number.year) > _HEALTH_REORGANISED else _FAMILY_PLANNING
        return body + ("办公厅" if match[1] else "")
    if code[:1] in _PROVINCES:
        bodies = (body for pattern, body in _PROVINCIAL_CODES if pattern.fullmatch(code, 1))
        return next((_PROVINCES[code[0]] + body for body in bodies), None)
    return None


def is_misreading(one: IssuedNumber, other: IssuedNumber) -> bool:
    """Tell whether two numbers of one title are one number, of which a character was misread or lost."""
    if one.year != other.year:
        return False
    if one.code == other.code:
        return _one_digit_apart(one.serial, other.serial)
    if one.serial != other.serial:
        return False
    short, long = sorted((one.code, other.code), key=len)
    if len(short) == len(long):
        return len(long) >= 3 and _replaced(short, long) == 1
    if long[0] in _PROVINCE_LETTERS and short[:1] != long[0]:
        return False  # 财社 and 粤财社: a province's number
    rest = iter(long)
    return len(short) >= 2 and all(char in rest for char in short)


def _one_digit_apart(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if len(short) == len(long):
        return len(long) >= 2 and _replaced(short, long) == 1
    return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))


def _replaced(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


def full_name(name: str) -> str:
    """Return the full name of a body known by a short one; any other name stays as it is."""
    office = _OFFICE.search(name)
    body = name[: office.start()] if office else name
    return _FULL_NAMES.get(body, body) + (office.group() if office else "")


def without_office(name: str) -> str:
    """Return a body's name without its office: 国务院办公厅 speaks for 国务院."""
    return _OFFICE.sub("", name) or name


def is_local(name: str) -> bool:
    """Tell whether a body is that of a province, city or county."""
    return _LOCAL.search(name) is not None


# Their names do not end like those of other bodies.
_HIGHEST = re.compile(r"(?:中共中央|国务院|全国人大常委会|全国人民代表大会(?:常务委员会)?)(?:办公厅)?")
_AND_OTHERS = re.compile(r"(?:等)?(?:[\d一二三四五六七八九十]{1,3}个?)?(?:部门|单位)$|等$")


def read_issuers(text: str) -> tuple[str, ...] | None:
    """Read the bodies before a title: ``国家医保局财政部``, ``民政部等四部门``.

    Their full names, empty for ``八部门``; None if the text is anything but bodies.
    """
    text = re.sub(r"[\s、,，]", "", text)
    names = _AND_OTHERS.sub("", text)
    if not names:
        return () if text else None
    found = _split_names(names)
    return tuple(dict.fromkeys(map(full_name, found))) if found else None


def _split_names(text: str) -> list[str]:
    """Split names written without separators; empty if there is anything else."""
    head = _HIGHEST.match(text)
    if head is None:
        return split_run_on(text)
    if head.end() == len(text):
        return [text]
    rest = _split_names(text[head.end() :])
    return [head.group(), *rest] if rest else split_run_on(text)
