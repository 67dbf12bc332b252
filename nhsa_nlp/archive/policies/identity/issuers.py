"""Who issued a document and when, as its number or the front of its title says it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from nhsa_nlp.entities.doc_numbers import find_doc_numbers
from nhsa_nlp.letter.organizations import split_run_on
from nhsa_nlp.text import clean

_HEALTH_COMMISSION, _FAMILY_PLANNING = "国家卫生健康委员会", "国家卫生和计划生育委员会"
_INSURANCE, _LABOUR, _REFORM = "国家医疗保障局", "人力资源和社会保障部", "国家发展和改革委员会"
_BANKING = "中国银行保险监督管理委员会"

# The codes of national bodies, longest first where one begins like another. What follows the
# code is the department that drafted the document (国卫医发, 财社, 发改价格).
_CODES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), issuer)
    for pattern, issuer in (
        (r"中办[发函]", "中共中央办公厅"),
        (r"中发", "中共中央"),
        (r"国办[发函]|国办发明电", "国务院办公厅"),
        (r"国[发函]", "国务院"),
        (r"国医改发", "国务院深化医药卫生体制改革领导小组"),
        (r"医保网信办", f"{_INSURANCE}网络安全和信息化领导小组办公室"),
        (r"医保办[发函]?", f"{_INSURANCE}办公室"),
        (r"医保[发函]", _INSURANCE),
        (r"人社厅[发函]", f"{_LABOUR}办公厅"),
        (r"人社部[发函]", _LABOUR),
        (r"劳社厅[发函]", "劳动和社会保障部办公厅"),
        (r"劳社部[发函]", "劳动和社会保障部"),
        (r"财办[一-龥]{1,2}", "财政部办公厅"),
        (r"财(?:社|税|综|预|库|会|教|金|资|建|农|行|企|关税)", "财政部"),
        (r"民办[发函]", "民政部办公厅"),
        (r"民[发函]", "民政部"),
        (r"发改办[一-龥]{1,3}", f"{_REFORM}办公厅"),
        (
            r"发改(?:价格|社会|高技|产业|体改|就业|规划|地区|环资|法规|投资|经贸|财金|基础|农经|收费|价监)",
            _REFORM,
        ),
        (r"银保监办[发函]", f"{_BANKING}办公厅"),
        (r"银保监[发函]", _BANKING),
        (r"保监[发函]", "中国保险监督管理委员会"),
        (r"国食药监[一-龥]{1,2}", "国家食品药品监督管理局"),
        (r"食药监(?!办)[一-龥]{1,3}", "国家食品药品监督管理总局"),
        (r"国药监(?!办)[一-龥]{1,3}", "国家药品监督管理局"),
        (r"国市监(?!办)[一-龥]{1,3}", "国家市场监督管理总局"),
        (r"国中医药办[一-龥]{1,4}", "国家中医药管理局办公室"),
        (r"国中医药(?!办)[一-龥]{1,4}", "国家中医药管理局"),
        (r"税总[发函]", "国家税务总局"),
        (r"工信部(?!厅)[一-龥]{1,4}", "工业和信息化部"),
        (r"公通字", "公安部"),
        (r"国科发[一-龥]{1,2}", "科学技术部"),
        (r"残联发", "中国残疾人联合会"),
        (r"国疾控[一-龥]{1,3}", "国家疾病预防控制局"),
        (r"法[发释]", "最高人民法院"),
    )
)
# 国卫… belonged to the family planning commission until March 2018: of that year it tells nothing.
_HEALTH_CODE = re.compile(r"国卫(办?)[一-龥]{1,5}")
_HEALTH_REORGANISED = 2018

# Short names of the provinces that no city shares (宁 is also 南京, 青 also 青岛).
_PROVINCE_NAMES = (
    "京=北京市 津=天津市 沪=上海市 渝=重庆市 冀=河北省 晋=山西省 内=内蒙古自治区 辽=辽宁省 吉=吉林省 "
    "黑=黑龙江省 苏=江苏省 浙=浙江省 皖=安徽省 闽=福建省 赣=江西省 鲁=山东省 豫=河南省 鄂=湖北省 "
    "湘=湖南省 粤=广东省 桂=广西壮族自治区 琼=海南省 川=四川省 黔=贵州省 云=云南省 藏=西藏自治区 "
    "陕=陕西省 甘=甘肃省 新=新疆维吾尔自治区"
)
_PROVINCES = {name[0]: name[2:] for name in _PROVINCE_NAMES.split()}
_PROVINCE_LETTERS = frozenset(_PROVINCES) | frozenset("宁青滇蒙")
_PROVINCIAL_CODE = re.compile(
    rf"([{''.join(_PROVINCES)}])(?:(?P<office>政办[发函规字]|府办[发函规])|(?P<government>政[发函规字]|府[发函规])"
    r"|(?P<insurance_office>医保办[发函])|(?P<insurance>医保[发函规]))"
)
_PROVINCIAL_BODY = {
    "office": "人民政府办公厅",
    "government": "人民政府",
    "insurance": "医疗保障局",
    "insurance_office": "医疗保障局办公室",
}

# Names in use for one body, without its office. Successors are other bodies.
_FULL_NAMES = {
    "国家医保局": _INSURANCE,
    "国家卫生健康委": _HEALTH_COMMISSION,
    "国家卫健委": _HEALTH_COMMISSION,
    "卫生健康委": _HEALTH_COMMISSION,
    "国家卫生计生委": _FAMILY_PLANNING,
    "人力资源社会保障部": _LABOUR,
    "人社部": _LABOUR,
    "国家发展改革委": _REFORM,
    "国家发改委": _REFORM,
    "发展改革委": _REFORM,
    "国家药监局": "国家药品监督管理局",
    "药监局": "国家药品监督管理局",
    "市场监管总局": "国家市场监督管理总局",
    "国家市场监管总局": "国家市场监督管理总局",
    "市场监督管理总局": "国家市场监督管理总局",
    "税务总局": "国家税务总局",
    "工信部": "工业和信息化部",
    "国家中医药局": "国家中医药管理局",
    "中医药局": "国家中医药管理局",
    "银保监会": _BANKING,
    "中国银保监会": _BANKING,
    "国家疾控局": "国家疾病预防控制局",
    "国务院医改领导小组": "国务院深化医药卫生体制改革领导小组",
}
_OFFICE = re.compile(r"(?:办公厅|办公室|综合司|秘书处)$")
_LOCAL = re.compile(r"省|自治|市(?!场)|县|兵团|^(?:北京|天津|上海|重庆)")

_CODED = re.compile(r"(?P<code>.+)〔(?P<year>\d{4})〕(?P<serial>\d+)号")
_ORDER = re.compile(r"(?P<code>.*?(?:令|公告|通告))(?:(?P<year>\d{4})年)?第(?P<serial>\d+)号")
_YEARLY = re.compile(r"(?P<code>)(?P<year>\d{4})年第(?P<serial>\d+)号")
_LONGEST_NUMBER = 80


@dataclass(frozen=True, slots=True, order=True)
class IssuedNumber:
    """A document number in its parts; ``year`` is empty where the number has none."""

    code: str
    year: str
    serial: str

    def __str__(self) -> str:
        if self.code.endswith(("令", "公告", "通告")) or not self.code:
            return f"{self.code}{self.year + '年' if self.year else ''}第{self.serial}号"
        return f"{self.code}〔{self.year}〕{self.serial}号"


@lru_cache(maxsize=65536)
def read_number(text: str | None) -> IssuedNumber | None:
    """Read a document number; the ways to write one number give one result.

    Parameters
    ----------
    text
        As the grammar normalises it: ``国办发〔2021〕14号``, ``国令第735号``, ``2018年第79号``.

    Returns
    -------
    IssuedNumber or None
        None for what is not a document number.
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
    if code.endswith(("令", "公告", "通告")):
        kind = "令" if code.endswith("令") else code[-2:]
        body = code[: -len(kind)]
        code = ("国务院" if body == "国" else full_name(body)) + kind
    return IssuedNumber(code, match["year"] or "", match["serial"].lstrip("0") or "0")


def _match_number(text: str) -> re.Match[str] | None:
    return _CODED.fullmatch(text) or _YEARLY.fullmatch(text) or _ORDER.fullmatch(text)


def issuer_of_number(number: IssuedNumber) -> str | None:
    """Return who issues documents with such a number, None where the table does not know.

    Of a document that several bodies issued, it is the one whose number it bears.
    """
    code = number.code
    for kind in ("令", "公告", "通告"):
        if code.endswith(kind):
            body = code.removesuffix(kind)
            return "中华人民共和国主席" if body == "主席" else body or None
    for pattern, issuer in _CODES:
        if pattern.fullmatch(code):
            return issuer
    if (match := _HEALTH_CODE.fullmatch(code)) and int(number.year) != _HEALTH_REORGANISED:
        body = _HEALTH_COMMISSION if int(number.year) > _HEALTH_REORGANISED else _FAMILY_PLANNING
        return body + ("办公厅" if match[1] else "")
    if match := _PROVINCIAL_CODE.fullmatch(code):
        return _PROVINCES[match[1]] + _PROVINCIAL_BODY[match.lastgroup or ""]
    return None


def is_misreading(one: IssuedNumber, other: IssuedNumber) -> bool:
    """Tell whether two numbers of one title are one number, of which a sign was misread or lost."""
    if one.year != other.year:
        return False
    if one.code == other.code:
        return _one_digit_apart(one.serial, other.serial)
    if one.serial != other.serial:
        return False
    short, long = sorted((one.code, other.code), key=len)
    if len(short) < len(long) and long[0] in _PROVINCE_LETTERS and short[:1] != long[0]:
        return False  # 财社 and 粤财社: a province's number
    if len(short) == len(long):
        return len(long) >= 3 and sum(a != b for a, b in zip(short, long, strict=True)) == 1
    rest = iter(long)
    return len(short) >= 2 and all(char in rest for char in short)


def _one_digit_apart(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if len(short) == len(long):
        return len(long) >= 2 and sum(a != b for a, b in zip(short, long, strict=True)) == 1
    return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))


def full_name(name: str) -> str:
    """Return the full name of a body known by a short one; any other name stays as it is."""
    office = _OFFICE.search(name)
    body = name[: office.start()] if office else name
    return _FULL_NAMES.get(body, body) + (office.group() if office else "")


def without_office(name: str) -> str:
    """Return a body's name without the office in its front: 国务院办公厅 speaks for 国务院."""
    return _OFFICE.sub("", name) or name


def is_local(name: str) -> bool:
    """Tell whether a body is that of a province, city or county."""
    return _LOCAL.search(name) is not None


# Their names do not end like those of other bodies.
_HIGHEST = re.compile(r"(?:中共中央|国务院|全国人大常委会|全国人民代表大会(?:常务委员会)?)(?:办公厅)?")
_AND_OTHERS = re.compile(r"(?:等)?(?:[\d一二三四五六七八九十]{1,3}个?)?(?:部门|单位)$|等$")


def read_issuers(text: str) -> tuple[str, ...] | None:
    """Read the bodies in front of a title: ``国家医保局财政部``, ``民政部等四部门``.

    Returns
    -------
    tuple of str or None
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
