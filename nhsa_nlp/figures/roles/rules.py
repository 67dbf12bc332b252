"""The role of a figure: what kind of statement its number is in."""

from __future__ import annotations

import re

from nhsa_nlp.figures.roles.amounts import is_money, role_of_amount
from nhsa_nlp.figures.roles.asides import is_aside
from nhsa_nlp.figures.roles.counts import role_of_count
from nhsa_nlp.figures.roles.judgement import CERTAIN, Judgement
from nhsa_nlp.figures.roles.surroundings import Surroundings
from nhsa_nlp.figures.roles.targets import AT_LEAST, is_called_target, is_expected, is_striven_for, is_target
from nhsa_nlp.figures.structure.items import Item, Passage
from nhsa_nlp.figures.structure.sentences import Masks
from nhsa_nlp.figures.structure.words import (
    AGE_UNITS,
    CHANGES,
    CLASSIFIERS,
    DEGREE_WORDS,
    LIMIT_WORDS,
    SPECIFICATIONS,
    TIME_UNITS,
)

_STANDARD = re.compile("(?:标准|比例|限额|起付线|封顶线)(?:为|是|如下)?$")
_NEAR_END = 12  # characters at the end of a clause
_BACK = 12  # clauses in front in which a head with a colon is looked for
_CHANGE = re.compile(rf"(?:{CHANGES})(?:幅度)?{DEGREE_WORDS}$")
_CHANGE_TO = re.compile(
    r"(?<![率幅价])(?<!价达)(?<!幅达)(?<!率达)(?<!速达)(?<![率幅速]已达)[到至为成]了?"
    r"(?:约|近|超过?|不[低高]于|不超过)*$"
)
_IMPROVED = re.compile("(?:提升|提高)$")  # 提升9所学校办学能力: whose, not by how much
_HAN = re.compile("[一-鿿]{2}")
_WAS_CHANGED = re.compile(rf"{CHANGES}了[约近]?$")
# 个人缴费在2015年不低于120元的基础上提高30元: a standard goes up.
_ON_TOP_OF_LAST = re.compile(r"(?:缴费|补助|筹资|资助)[^，。；]{0,40}基础上[^，。；]{0,4}(?:提高|增加)$")
_OF_CHANGE = re.compile("(?:左右)?的(?:增幅|降幅|涨幅|增速|跌幅)")
_PER_HEAD = re.compile(r"每(?:人每)?(?:人|月|年)[^，。；]{0,4}(?:增加|提高)$")
_FIXED_BY_POLICY = re.compile(r"标准|起付|加价率|时限|费率|限额")
_IN_PRACTICE = re.compile(r"实际|平均|比\d{4}")
_POLICY = re.compile(r"政策|标准|倾斜|起付")
_MEASURED_POINTS = re.compile(r"基础上|(?<!占)比(?![例重])|实际|平均")
_ON_TOP = re.compile("(?:以上|此|上述|普通人群|标准|比例|起付线)的?(?:基础|标准)上")
# 是制度建立之初支付比例的两倍: an increase since then; a multiple of another measure is none.
_COMPARED = re.compile(r"同比|环比|[比较](?:上|去|20)|基础上|实际|平均")
_THEN = re.compile(
    r"[是为][^，。；]{0,24}(?:之初|当时|当年|以前|年前|前|原来|原先|去年|上年|过去|\d年)[^，。；]{0,24}(?<!收入)(?<!工资)的[近约]?$"
)
_PROPOSED = re.compile(r"[您你]们?所?(?:提出|建议|提到|反映|关心|在建议|关于)[^。]*(?:建议|提案|的问题)")
_RHETORIC = re.compile(r"(?:14|十四|13|十三)亿[多余]?(?:人口|人民|中国人|人)")
# 床位不少于30张, 低于60分的解除协议: what a text that sets rules fixes.
_CASE = re.compile(r"(?:（含）)?(?:以[上下])?的[^，。；]{0,2}(?:，|解除|限期|给予|予以|由|按|可|不)")
_MUST_HAVE = re.compile(r"(?:应当?|须|必须)(?:至少)?(?:配备|设立|设置|建立|具备|有)[^，。；]{0,8}$")
_LIMIT_WITHOUT_UNIT = re.compile("(?:限额|封顶线|起付线|起付标准)[为是：]?$")  # 最高支付限额20万
_MEAN_AGE = re.compile("(?:平均|预期寿命)[^，。；]{0,10}$|寿命[^。；]{0,30}达到$")
_SHARED = re.compile("(?:按|比例)[为是]?$")  # 按8:2分担
_EVERY = re.compile(r"每[^，。]{0,12}$")
_FREQUENCY = re.compile(r"每隔?(?:\d+|[一二两三四五六七八九十])?(?:年|月|季度|周|天|个月)?[^，。；]{0,12}$")
_DURATION = re.compile(
    r"(?:连续|为期|历时|持续|过去|近|前|未来|今后|长达|已有|经过|最近|每|用|走过|时隔)了?(?:约|近|超过)?$"
)
# 支付能力同比增加3个月: what is measured in months; 有效期延长6个月 is not.
_GAINED = re.compile(
    r"(?:能力|天数|住院日|寿命|用时|时间)[^，。；]{0,16}(?:增加|提高|减少|下降|缩短|延长)了?$"
)
# 未备案的，报销比例降低10个百分点: what is set of a benefit, unless it is compared or dated.
_OF_BENEFIT = re.compile("(?:报销|支付|补偿|救助)比例|起付|门槛费|限额|待遇标准")
_OF_PLACE = re.compile("[全我][国省市县区州]")
_IS_MEASURED = re.compile("比(?![例重])|较|同比|平均|实际|年|月|累计|目前|已")
_LEAVE = re.compile(r"产假|假期|护理假|的?标准")
# 3个月的等待期; 有效期：肿瘤5年.
_IS_LIMIT = re.compile(r"的?[^，。；的\d]{0,4}(?:等待期|观察期|有效期|协议期|过渡期|公示期)")
_LIMIT_OF = re.compile(r"(?:期限|时限|有效期|等待期|协议期|周期)[^，。；：\d]{0,6}：[^，。；：]{0,24}$")
_WITHIN = re.compile(r"(?:（含）)?(?:以内|之内|内|以上|以下|前|后)")
_CONDITION = re.compile(r"条件|可|应|须|不得|予以|申报")


def decide(masks: Masks, passage: Passage, item: Item, around: Surroundings) -> Judgement:
    """Return the role of a figure by rules, from the words of its sentence."""
    unit = item.unit
    counted = not is_money(unit) and "%" not in unit and "百分点" not in unit and unit != "倍"
    if item.source is not None:
        return item.source.role, item.source.confidence
    if is_aside(masks.text, passage.sentence, item, around):
        return "other", CERTAIN
    if _is_aside(passage, item, around, counted=counted):
        return "other", 0.85
    if is_called_target(around):
        return "target", 0.85
    if (unit in TIME_UNITS and not _GAINED.search(around.before)) or (
        unit == "次" and _EVERY.search(around.clause)
    ):
        return _role_of_time(item, around)
    if is_striven_for(around) and "百分点" in unit:
        return "target", 0.75
    if item.listed is not None and item.listed.role != "other":
        return item.listed.role, item.listed.confidence
    if judgement := _as_change(item, around):
        return judgement
    if counted and around.prescriptive and (AT_LEAST.search(around.before) or _CASE.match(around.behind)):
        return "rule", 0.75
    if counted and (_MUST_HAVE.search(around.before) or _LIMIT_WITHOUT_UNIT.search(around.before)):
        return "rule", 0.7
    if unit == "比" and _SHARED.search(around.before):
        return "rule", 0.75
    if counted and is_expected(around):
        return "target", 0.7
    if counted and (role := role_of_count(item, around)):
        return role, 0.8
    if is_target(masks, passage, item, around):
        return "target", 0.75
    return role_of_amount(item, around) if not counted or unit.startswith("次") else ("reported", 0.8)


def is_set_by_head(masks: Masks, passage: Passage, item: Item) -> bool:
    """Tell whether a clause in front of a colon says that an amount is a standard: 结算标准：顺产2700元."""
    if not is_money(item.unit) and "%" not in item.unit:
        return False
    for start, end in reversed(passage.clauses[max(0, item.clause - _BACK) : item.clause]):
        if masks.outer.startswith("：", end):
            return bool(_STANDARD.search(masks.outer, max(start, end - _NEAR_END), end))
    return False


def _is_aside(passage: Passage, item: Item, around: Surroundings, *, counted: bool) -> bool:
    """Tell whether a number states nothing: in a heading, a proposal, a specification, rhetoric."""
    if passage.sentence.heading and counted:
        return True
    if around.quoted and _PROPOSED.search(around.around):
        return True
    if item.unit.split("/")[0] in SPECIFICATIONS and not is_money(item.unit):
        return True
    return bool(_RHETORIC.fullmatch(item.quantity["text"]))


def _as_change(item: Item, around: Surroundings) -> Judgement | None:
    """Return the role of an increase or decrease: measured, or fixed by policy."""
    before = around.before
    improved = item.unit in CLASSIFIERS and _IMPROVED.search(before) and _HAN.match(around.behind)
    if not improved and _CHANGE.search(before) and not _CHANGE_TO.search(before):
        fixed = bool(_FIXED_BY_POLICY.search(before)) and not _IN_PRACTICE.search(before)
        previous = item.previous
        fixed |= is_money(item.unit) and bool(_PER_HEAD.search(before))
        fixed |= (
            around.prescriptive
            and not _WAS_CHANGED.search(before)
            and (not _COMPARED.search(around.clause) or bool(_ON_TOP.search(around.clause)))
        )
        fixed |= (
            bool(_OF_BENEFIT.search(before) and not _OF_PLACE.search(around.clause))
            and not _IS_MEASURED.search(around.clause)
            and not _WAS_CHANGED.search(before)
        )
        fixed |= is_money(item.unit) and bool(_ON_TOP_OF_LAST.search(around.clause))
        fixed |= previous is not None and previous.role == "rule" and previous.source is not None
        return ("rule" if fixed else "change"), 0.85
    if _OF_CHANGE.match(around.behind) and not around.prescriptive:
        return "change", 0.8
    if "百分点" in item.unit:
        set_here = around.prescriptive or bool(_POLICY.search(around.front[-50:]))
        measured = _MEASURED_POINTS.search(around.clause[-24:])
        fixed = set_here and (measured is None or bool(_ON_TOP.search(around.clause)))
        return ("rule" if fixed else "change"), 0.8
    if "倍" in item.unit and _THEN.search(around.clause):
        return "change", 0.7
    return None


def _role_of_time(item: Item, around: Surroundings) -> Judgement:
    """Return the role of a length of time: a limit that policy sets, one that is measured, or neither."""
    clause, behind = around.clause, around.behind
    if item.unit in AGE_UNITS:
        return ("reported", CERTAIN) if _MEAN_AGE.search(clause) else ("rule", 0.7)
    if _IS_LIMIT.match(behind) or (around.prescriptive and _LIMIT_OF.search(around.front)):
        return "rule", 0.75
    previous = item.previous
    if previous is not None and previous.unit == item.unit and "其中" in around.before:
        return previous.role, 0.7
    if (clause.endswith("每") and "次" in behind[:16]) or (item.unit == "次" and _FREQUENCY.search(clause)):
        return "rule", 0.8
    if re.search("平均|次均|床日|用时|实际|普遍", clause[-24:]):
        return "reported", 0.75
    if clause.endswith(("达到", "满", "超过")) and re.match("(?:以上)?的", behind):
        return "rule", 0.7
    if re.search("可支付|支付能力|支撑", clause[-16:]):
        return "reported", 0.7
    if _LEAVE.match(behind) or (clause.endswith("执行") and behind.startswith("后")):
        return "rule", 0.75
    if "工作日" in item.unit or clause.endswith("提前"):
        return "rule", 0.7
    if _DURATION.search(clause):
        return "other", 0.9
    limits = _WITHIN.match(behind)
    if item.unit == "年" and limits and not behind.startswith(("以上", "以下")):
        limits = limits if behind.startswith("内") and _CONDITION.search(behind[:24]) else None
    return ("rule", 0.8) if LIMIT_WORDS.search(clause[-24:]) or limits else ("other", 0.7)
