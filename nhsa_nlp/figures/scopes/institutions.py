"""The institution that a figure is of: a hospital, clinic, pharmacy or firm that a text reports on.

清河市人民医院收治患者90人 counts in one hospital: that is its scope, whether it is named in the clause, or
before it in the report of a case (案例1：清河市康复医院串换项目案。…追回基金9万元, 对该院处罚款3万元).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from nhsa_nlp.figures.structure.items import Item, Passage
from nhsa_nlp.figures.structure.phrases import leave_out
from nhsa_nlp.figures.structure.sentences import Masks
from nhsa_nlp.figures.structure.words import PLACES, PREDICATES
from nhsa_nlp.text import Range

_KIND = (
    "(?:(?:药房|药店|连锁|药业|医药)[一-鿿]{0,10}?[一-鿿]店|医院|卫生院|卫生室|卫生所|诊所|门诊部|大药房|药房|药店|有限公司|公司|服务中心|服务站|护理院|养老院|保健院|福利院|(?:康复|体检)中心)"
    "(?:第?[一二三四五六七八九十百\\d]{1,5}分店|分院|医共体)?"
)
_NAME = f"[^，。；：！？、\\s（）《》“”＿|对在]{{0,24}}?{_KIND}"
# Possessive: of months in a row (2023年1月2023年2月) there is one way to read them.
_LEAD = (
    r"(?:\s|20\d\d年度?|\d{1,2}月(?:\d{1,2}日)?|案例[一二三四五六七八九十\d]{1,3}[：:、.]?"
    r"|[（(]?[一二三四五六七八九十\d]{1,2}[）)、.．]|[一二三四五六七八九]是|经查|查明|在|您反映的?|反映的?|其中"
    r"|目前|关于|针对|如|问题是|[该我本][市县区州旗])*+"
)
_MENTION = re.compile(
    rf"(?:(?<=[，。；：！？\n\s【】）“”|对])|\A|(?<=、)(?={_NAME}共?有)){_LEAD}"
    rf"(?P<name>{_NAME})(?![、和及与等级])"
)
# What is said of many: 定点药店, 三级医院; and what is not in front of a name.
_UNNAMED = re.compile(
    "[各每等级及或由至到可向给为家位个而不被]|定点|公立|民营|私立|部分|多数|不少|社会办|三甲|基层|所有|其他|相关"
    "|互联网|联网|试点|中选|生产|配送|流通|保险公司|全[国省市县区]|我[省市县区]|乡镇|城乡|支持|同意|投入"
    "|新建|建设|城市|^[经于]|^社区|医保|经办|政务"
)
# ××诊所, 某旗康复医院; 清河县人民医院, 市儿童医院; 清河嘉和门诊部.
_PROPER = re.compile(
    "[×某]"
    "|^[省市县区州旗](?=[一-鿿]{0,3}(?:第[一-十]|人民|中医|中心|总|儿童|妇|肿瘤|传染|精神|口腔|康复|胸科|立))"
    "|[一-鿿]{2}(?:[省市县区州旗镇乡村]|街道|大学|集团)[一-鿿]|第[一-十]+人?民?医院"
    f"|^(?:{PLACES})[一-鿿]{{2}}|^[一-鿿]{{4,}}(?:门诊部|诊所|有限公司)|^[一-鿿]{{2,4}}(?:托育|养老)服务中心"
)
_SAID_AGAIN = re.compile(
    "(?:对|给予|责令)?(?:该|涉事|你)(?:[一-鿿]{0,3}医?院|诊所|店|药[店房]|中心|门诊部|单位|公司|机构|卫生[院室])"
)
_CASE = re.compile(
    "责令|罚款|违约金|案[例。，：]|经查|查明|反映|检查|违规|违法|虚[记构假增]|骗|处罚|投诉|核[实查]|调查"
)
_HEADS_CASE = re.compile("案[例。，：]?|骗|违规|违法|经查|查处|处罚")
_IN_HEAD = re.compile(r"案例[一二三四五六七八九十\d]|[一二三四五六七八九十]{1,3}、")
_OF_HEAD = re.compile(r"[^。\n]{0,40}案")
_OTHER_CASE = re.compile(rf"\n\s*案例|[\n。；：]\s*[一二三四五六七八九十]{{1,3}}、{_OF_HEAD.pattern}")
_STEP = "(?:处理|查处|处罚|违法|违规|案情|线索|调查|情况|结果)"
_NEXT_CASE = re.compile(
    rf"[\n。；：]\s*[一二三四五六七八九十]{{1,3}}、(?![一-鿿]{{0,4}}{_STEP})"
    rf"|\n(?![^\n]*{_STEP})[^\n。，；：、\d]{{2,16}}\n"
)
_PUNISHED = re.compile("罚款|违约金|违规金额|骗取|涉及|扣分|记")
_SENTENCED = re.compile("法院|判处|[诈骗挪贪]骗?罪")
_OTHER_PLACE = re.compile("[全我本][省市县区州旗]|全国|各地|分别")
# 清河市第一医院始建于1954年, at the beginning of a text: what it reports is of that institution.
_PORTRAIT = re.compile(
    "(?:（[^（）]{1,24}）|，)?(?:[始创组]?建于|创建于|[创成]立于|创办于|前身|坐落|位于|占地|是(?:一|集|[全我本]|三级|二级|[一-鿿]{2,12}(?:医院|机构|中心))|隶属)"
)
_ITSELF = re.compile(r"(?<![一-鿿])[我本该]?医?院(?=[占拥设现开共目有年编在总职])")
_NEAR, _REACH = 24, 1500  # characters around a figure, and of a case


class Institutions:
    """Finds the institution that each figure of a document is of.

    Parameters
    ----------
    masks
        The cleaned text.
    """

    def __init__(self, masks: Masks):
        self._masks = masks
        self._mentions = [
            match.span("name")
            for match in _MENTION.finditer(masks.outer)
            if is_proper(match["name"]) or _heads_case(match)
        ]
        first = self._mentions[0] if self._mentions else None
        told = first is not None and not masks.text[: first[0]].strip()
        is_portrait = first is not None and told and _PORTRAIT.match(masks.outer, first[1])
        self._portrayed = first if is_portrait else None

    def read(self, passage: Passage) -> None:
        """Give the figures of a sentence the institution they are of as their scope."""
        if not self._mentions:
            return
        text = self._masks.text
        numbered = sorted(passage.clauses[clause][0] for clause in passage.numbered)
        for item in passage.items:
            if item.role == "other":
                continue
            start = max(passage.sentence.start, item.start - _REACH)
            name = self._last(start, item.start)
            meant = [match.span() for match in _SAID_AGAIN.finditer(text, start, item.start)]
            if name is None or meant:
                name = self._of_case(start, item, again=meant[-1] if meant else None) or name
                near = max(0, item.start - _NEAR), item.end + _NEAR
                if name and item.role == "rule" and _PUNISHED.search(text, *near):
                    item.role = "reported"
            elif self._speaks_of_others(numbered, name[1], item):
                name = None
            if name and (item.role in {"reported", "change"} or start <= name[0]):
                self._limit(item, [name, *meant])
            elif self._portrayed and item.role in {"reported", "change"} and not item.scope:
                itself = [match.span() for match in _ITSELF.finditer(text, start, item.end)]
                self._limit(item, [self._portrayed, *itself])

    def _last(self, start: int, end: int) -> Range | None:
        """Return the last institution named in a part of the text."""
        place = bisect_left(self._mentions, (end, end)) - 1
        name = self._mentions[place] if place >= 0 else None
        return name if name and start <= name[0] and name[1] <= end else None

    def _of_case(self, start: int, item: Item, *, again: Range | None) -> Range | None:
        """Return the institution of the case that a figure is reported in, or that 该院 means."""
        name = self._last(max(0, item.start - _REACH), item.start)
        if name is None:
            return None
        text = self._masks.text
        if not _CASE.search(text, name[0], item.start) or _SENTENCED.search(text, start, item.start):
            return None
        if _OTHER_CASE.search(text, name[1], item.start):
            return None
        if again:
            return name if _are_alike(text[slice(*name)], text[slice(*again)]) else None
        if _NEXT_CASE.search(text, name[1], item.start) or _OTHER_PLACE.search(
            text, max(name[1], start), item.start
        ):
            return None
        line = text.find("\n", name[1], item.start)
        return name if line < 0 or _HEADS_CASE.search(text, name[1], line) else None

    def _speaks_of_others(self, numbered: list[int], start: int, item: Item) -> bool:
        """Tell whether a sentence goes on to something else between an institution and a figure.

        ``numbered`` has where the items of its list begin.
        """
        shown = self._masks.outer
        if _OTHER_PLACE.search(shown, start, item.start):
            return True
        if _CASE.search(shown, start, item.start):
            return False
        begun = bisect_right(numbered, item.start) - bisect_right(numbered, start)
        return begun > 0 or shown.find("；", start, item.start) >= 0

    def _limit(self, item: Item, said: list[Range]) -> None:
        """Make an institution the scope of a figure, and take the words for it out of its indicator."""
        if leave_out(self._masks, item, said):
            item.scope = [self._masks.text[slice(*said[0])]]


def _heads_case(mention: re.Match[str]) -> bool:
    """Tell whether a mention stands in the head of a case: 案例1：林东药店空刷案."""
    text = mention.string
    return bool(_IN_HEAD.search(text, mention.start(), mention.start("name"))) and bool(
        _OF_HEAD.match(text, mention.end())
    )


def _are_alike(name: str, again: str) -> bool:
    """Tell whether 该院 can mean an institution: of a pharmacy it is 该店, 该药房."""
    kind = again[-1].replace("房", "店")
    return again.endswith(("单位", "机构")) or name[-1].replace("房", "店") == kind


def is_proper(name: str) -> bool:
    """Tell whether words name one institution: 清河县人民医院, not 三级医院, 定点药店."""
    if "某" in name or "×" in name:
        return True
    return bool(_PROPER.search(name)) and not (_UNNAMED.search(name) or PREDICATES.search(name))
