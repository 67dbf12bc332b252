"""The words that phrases of figures are cut by, and their roles judged by: patterns out of the resource.

Characters that are words of their own (已, 共, 约) are only taken as such where no longer word begins or ends
with them (已婚, 共济, 签约).
"""

from __future__ import annotations

import re

from nhsa_nlp.text.patterns import longest_of, read_words

_WORDS = read_words("nhsa_nlp.figures.structure", "words.txt")


def _any(group: str) -> str:
    """Return a pattern for the words of a group of the resource; of those that match, the longest."""
    return longest_of(_WORDS[group].split())


def _guarded(group: str) -> str:
    """Return a pattern for short words with what may not stand around them: ``签节<约>谈束``."""
    patterns = []
    for entry in _WORDS[group].split():
        behind, _, rest = entry.partition("<")
        word, _, ahead = rest.partition(">")
        patterns.append((f"(?<![{behind}])" if behind else "") + word + (f"(?![{ahead}])" if ahead else ""))
    return f"(?:{'|'.join(patterns)})"


def slot_words(group: str) -> str:
    """Return a pattern for the words of a slot of a rule of benefits (`frames`); the longest is taken."""
    return _any(group)


PROVINCES = _any("provinces")
PLACES = longest_of([*_WORDS["places"].split(), *_WORDS["provinces"].split()])
_LEVEL = "(?:(?<![城上超级都])市(?!部)|(?<![困贫点])县|自治州|州|旗)(?![级属场民域县])"
NO_NAME = (
    f"{_any('predicates')}|{_any('starts')}|{_any('light')}|{_any('carried_out')}"
    "|根据|按照|[全各该本我每从在到自县市]"
)
"""What a name of a city or county does not begin with: 建立市级基金 names none."""
LOCAL = (
    f"(?<![一-鿿])(?:{PROVINCES})?(?!{NO_NAME})[一-鿿]{{2,3}}{_LEVEL}"
    f"(?:(?<=市)(?!{NO_NAME})[一-鿿]{{2,3}}[县区](?![级属域县]))?"
)
"""A city or county by name, as it begins a clause: 清河市, 河北省清河市东林区, not 建立市."""
PLACE_ONLY = re.compile(rf"[对在向]?(?:{PLACES})(?:[、和及与](?:{PLACES}))*")
PREDICATES = re.compile(f"{_any('predicates')}|{_guarded('predicates_guarded')}")
VERB_FIRST = re.compile(_any("subjectless"))
VERB_START = re.compile(_any("starts"))
CARRIED_OUT = _any("carried_out")
ADVERBIAL = re.compile(_any("adverbials"))
LEADS = re.compile(rf"(?:{_any('leads')}|{_guarded('leads_guarded')}|[的了和及与或由为、，：；\s“”])+")
_DEGREE = f"(?:{_any('degrees')}|{_guarded('degrees_guarded')}|[都各：:、，])"
DEGREE_WORDS = f"{_DEGREE}*"
DEGREES = re.compile(f"{_DEGREE}+$")
ADVERBS = re.compile(f"{_any('adverbs')}|{_guarded('adverbs_guarded')}|(?<=.)达到(?=.)")
LIGHT = re.compile(f"(?<!新)(?:{_any('light')})了?$")
LIGHT_ALONE = re.compile("(?:组织|支持)?(?:推进|实施|进行|组织|支持建设)了?")
CLASSIFIERS = frozenset(_WORDS["classifiers"].split())
DOMAIN = re.compile(_any("domain"))
TOPIC_HEAD = re.compile(f"医保(?!局|部门|行政|经办|码|账户)|{_any('heads')}")
INSURANCE = re.compile(
    r"(?:城乡|城镇)?(?:居民|职工)(?:基本)?医(?:保|疗保险)(?:(?:（含生育保险）)?基金(?:（含生育保险）)?)?"
    r"|基本医(?:保|疗保险)(?:（含生育保险）基金)?|长期护理保险(?:制度)?(?:试点)?"
    f"|{_any('insurances')}"
)
_PROCUREMENT = (
    f"(?:国家组织|国家|省级|省际联盟|联盟)?(?:{_any('procured')})?(?:集中带量采购|带量采购|集中采购|集采)"
)
_SETTLEMENT = "(?:跨省)?异地就医(?:住院|门诊)?(?:费用)?(?:直接结算)?|(?:门诊费用|住院费用)?跨省直接结算"
_PAYMENT = "DRG(?:/DIP)?(?:支付方式改革|付费方式改革|付费)?(?:试点)?|DIP(?:支付方式改革|付费)?"
_CATALOGUE = "(?:新版|现行版)?国家医保(?:药品)?目录内?(?:谈判药品)?|(?:国家)?谈判药品"
TOPIC = re.compile(
    "|".join([INSURANCE.pattern, _PAYMENT, _SETTLEMENT, _PROCUREMENT, _CATALOGUE, _any("topics")])
)
GROUP = re.compile(f"[一-鿿“”、（）]{{0,14}}{_any('groups')}[的为]?")
_ONE_PEOPLE = (
    r"(?:\d(?:[-、至~]\d)?级)?(?:(?![和及等])[一-鿿]){0,10}?"
    r"(?:居民|职工|儿童|人员|对象|人群|人口|患者|农民|学生)(?!医|基本|大病|参)"
)
PAYS = re.compile(
    "(?:医疗救助|政府|(?:各级|中央)?财政|集体)(?:资金)?(?:补助|资助|补贴)?|个人(?:缴费|缴纳|自付)"
)
"""Who pays how much of what was named before: 个人缴费90元，医疗救助90元，政府补助200元."""
PEOPLE = re.compile(f"{_ONE_PEOPLE}(?:[、和及等]{_ONE_PEOPLE}){{0,8}}")
"""Groups of people by any name: 低保对象、返贫致贫监测人员."""
TOTAL = re.compile("总计|合计|共计|总共")
ABSTRACT = re.compile(f"{_any('abstract')}$")
ABSTRACT_FIRST = re.compile(_any("abstract"))
CHANGES = _any("changes")
NORMS = _any("norms")
REPORTS = _any("reports")
CUES = re.compile(_any("cues"))
FIXED = re.compile(_any("fixed"))
LIMIT_WORDS = re.compile(_any("limits"))
TIME_UNITS = frozenset(_WORDS["time_units"].split())
AGE_UNITS = frozenset({"岁", "周岁", "月龄", "日龄", "周龄"})
SPECIFICATIONS = frozenset(_WORDS["specifications"].split())
PLACE_UNITS = frozenset(_WORDS["place_units"].split())
