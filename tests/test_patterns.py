"""Each long pattern with examples: what it matches, between ‹ and ›, and what it only nearly does.

A pattern that may match nothing at all does so, ‹›, where it is not meant.
"""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator

import pytest

from tests.paths import ROOT

PARTS = ("entities", "letter", "figures", "archive/policies/identity")
LONG = 120
"""Characters above which a pattern, with its pieces, needs examples; white space does not count."""

EXAMPLES: dict[str, tuple[str, ...]] = {
    "archive.policies.identity.names._NAMED": (
        "医保基金监管‹办法(试行)›",
        "基金监管‹方案”›",
        "办法的",
        "医疗保障法",
    ),
    "archive.policies.identity.names._HALF_ENVELOPE": ("‹三年行动计划的通知›", "三年行动计划", "计划的通知"),
    "archive.policies.identity.names._EDITION": (
        "‹2019-2022年›",
        "‹V1.1›",
        "‹第三批›",
        "‹2022年修订版›",
        "20号",
    ),
    "archive.policies.identity.names._GENERIC": ("‹实施办法›", "‹年度工作要点›药品", "‹›药品管理办法"),
    "entities.comparison._BEFORE_PATTERN": ("一般‹不超过›", "比例‹最高可达›", "‹至少有›", "史上最高", "约定"),
    "entities.comparison._AFTER_PATTERN": ("‹（含）以上›", "‹起步›", "‹多›，", "起付线", "多种"),
    "entities.comparison._OF_BASE": (
        "应‹不低于年度采购金额的›",
        "‹超过平均水平的›",
        "超过的",
        "超过起付线的部分报销",
    ),
    "entities.doc_numbers._CODED": (
        "国办发‹〔2021〕14号›",
        "‹（2019第10号›",
        "‹2019]10号›",
        "国办发‹2019年10号›",
        "‹〔二〇二一〕十四号›",
        "‹〔2021〕14、15号›",
        "‹〔202l〕1O号›",
        "〔1821〕14号",
        "2021年第3季度",
    ),
    "entities.doc_numbers._ANOTHER": ("、‹15›号", "、‹〔2020〕30›号", "号"),
    "entities.doc_numbers._FILED": ("‹（89）卫计字第138号›", "（1999）海民初字第123号", "卫计字〔89〕138号"),
    "entities.doc_numbers._ORDER": (
        "国务院‹令第735号›",
        "‹公告2018年第79号›",
        "‹令（第三十五号）›",
        "令人第5号",
        "通知第5号",
    ),
    "entities.doc_numbers._YEARLY": (
        "（‹2018年第79号›）",
        "‹2018年第79号›公告",
        "2018年第79号提案",
        "（2018年79号）",
    ),
    "entities.issuer_codes._AGENCY": ("按照‹国办›发", "云‹医保›", "‹人社›部发", "关于做好"),
    "entities.issuer_codes._AFTER_WORDS": (
        "‹和按照›国办发",
        "‹安徽省及其›国办发",
        "劳动和社会保障部",
        "国办发",
    ),
    "entities.issuer_codes._AFTER_NAMES": (
        "‹国务院办公厅›国办发",
        "‹省政府办公室›皖政办",
        "‹按照我市›淮医保",
        "‹关于做好工作的通知›百医保函",
        "人社厅函",
        "京医保中心发",
    ),
    "entities.issuer_codes._APART": ("徐州市‹政府›", "‹通知›", "医保"),
    "entities.expressions.NUMBER": (
        "共‹3.8亿余›元",
        "‹二十多万›人",
        "‹数百›",
        "‹1,234.5›元",
        "‹2个亿›元",
        "‹2›个亿元村",
        "以上",
        "多",
    ),
    "entities.expressions._FINANCIAL_RUN": (
        "‹叁佰›元",
        "9‹佰›元",
        "‹仟›分之贰",
        "陆军",
        "大伍",
    ),
    "entities.expressions._FIRST": (
        "共‹3›家",
        "‹三›家",
        "近‹万›",
        "‹数›十种",
        "统一的",
        "二是",
        "（三）",
        "进一步",
        "以上",
    ),
    "entities.false_positives._FIXED": (
        "‹八项规定›",
        "推进‹三医›联动",
        "“‹两个维护›”",
        "‹十分›满意",
        "十分之一",
        "两个结合部",
    ),
    "entities.false_positives._NEWS": (
        "局长3日‹上午›",
        "5日‹召开›座谈会",
        "5日‹在北京表示›",
        "9日‹从国家医保局获悉›",
        "5日内答复",
        "3日在院",
    ),
    "entities.false_positives._ORDINALS_BEFORE": (
        "‹第四十一、五十一、›",
        "‹第3-›",
        "‹第十二条、十三条、›",
        "第十二条、五家",
        "三、",
    ),
    "entities.false_positives._ONE_YEAR_BEFORE": (
        "缓缴期‹最长为›",
        "合同‹期满后›",
        "‹有效期›",
        "最后",
        "假期",
    ),
    "entities.false_positives._ONE_BOUNDED": (
        "应‹至少配备›",
        "‹最多只能选›",
        "不只解决",
        "只是",
        "只问哪",
    ),
    "entities.false_positives.OTHER_WORD": (
        "13‹部署›",
        "‹起付›线",
        "‹所有›",
        "起诉",
        "部级",
    ),
    "entities.links._GENERIC": ("‹国家实施办法›", "‹管理办法（试行）›", "《药品目录》", "暂行办法的"),
    "entities.plain._PLAIN": ("‹30%›的", "‹三次›，", "‹1年›1年", "3个月", "5元6角", "3部分"),
    "entities.quantities._FRACTION": ("‹百分之八十›", "‹三分之一›", "‹百分之负3.9多›", "分之一", "三分之"),
    "entities.quantities._PRICE_PREFIX": ("付费‹每次每部位›", "‹每个›", "‹每生›", "每次的", "次"),
    "entities.quantities._RATE_SUFFIX": (
        "50元‹/人›",
        "27mg‹/丸›",
        "30kg‹/m²›",
        "2次‹每日›",
        "/minute",
        "/元",
    ),
    "entities.quantities._NEXT_RATE": ("元/人‹·月›", "‹.年›", "·元", "月"),
    "entities.quantities._RATE_GROUP": ("50元‹/（人·年）›", "/（人）", "（人·年）"),
    "entities.quantities._SMALL_MONEY": ("5元‹6角›", "‹零三分钱›", "5元整", "角"),
    "entities.quantities._SMALLER_UNITS": ("3年‹零2个月›", "2小时‹15分›", "六斤‹八两›", "15分之一", "个月"),
    "entities.quantities._PEOPLE": ("‹困难群众›", "‹“两病”患者›", "药品"),
    "entities.title_marks.KIND": (
        "医疗保障‹条例›",
        "暂行‹办法（试行）›",
        "药品‹目录2021年版›",
        "健康报",
        "办法的",
    ),
    "entities.title_marks._UNCLOSED": (
        "根据‹《用药管理暂行办法›第十条",
        "落实‹《社会保险法›要求",
        "‹《关于做好调价工作的意见】›明确",
        "《社会保险法实施",
        "《管理办法》规定",
    ),
    "entities.title_marks._INTRODUCED": (
        "‹请按›国家医保局",
        "‹会同有关部门印发›",
        "人力资源和社会保障部",
        "国务院",
    ),
    "entities.title_marks._LED": (
        "‹我局印发了›用药管理办法",
        "‹我省›医疗保障条例",
        "‹和›用药管理办法",
        "医疗保障条例",
        "定点管理办法",
    ),
    "entities.titles._NOT_POLICY": (
        "永久居留‹证›",
        "健康‹日报›",
        "‹知情同意书›",
        "条例",
        "证的",
    ),
    "entities.titles._CITED_BEFORE": ("‹印发了新修订的›", "应当‹按照›", "‹落实“›", "根据我国", "国家"),
    "letter.header._ADDRESSEE": (
        "张三‹代表›",
        "安州市政协‹委员会（农工党界）›",
        "莲花乡‹联络组›",
        "代表性",
        "组长",
    ),
    "letter.header._SESSION_OF": ("‹政协›", "‹广东省人大›", "十三届‹全国›", "医院", "省的"),
    "letter.header._PROPOSAL": (
        "对‹第2020号›建议的",
        "‹提案编号：1234号›",
        "会议‹第0123号›（医疗类12号）提案",
        "第2020号文件",
    ),
    "letter.notice._LABELLED": (
        "‹发布日期：›2021",
        "‹浏览次数：12次›",
        "‹字体：【大中小】›",
        "‹（此件公开）›",
        "‹10:14:59›",
        "各省医保局",
    ),
    "letter.notice._TITLE_END": ("关于改革‹的指导意见（试行）›", "‹补充通知›", "报告"),
    "letter.opening._ANSWER": (
        "现‹答复如下›：",
        "现提出‹以下会办答复意见›",
        "现将‹会办意见如下›",
        "‹如下协办意见›",
        "意见如下",
        "如下意见",
    ),
    "letter.opening._HOW": ("‹等12名代表在十三届人大四次会议上联名提出的›", "‹提交的›", "‹›医院"),
    "letter.opening._NUMBER_FIRST": (
        "‹的第2020号建议›",
        "‹第B123号（医疗类）的委员提案›",
        "〔2021〕85号",
        "第号",
    ),
    "letter.opening._AFTER_QUOTED": ("‹的提案›，", "‹（第1234号）建议›已", "建议书‹›"),
    "letter.organizations._RUN_ON": ("‹财政部›国家税务总局", "‹国务院办公厅›", "部门", "委会"),
    "letter.organizations._WHOLE": ("‹国家医疗保障局办公室›", "‹某某医院›", "医保"),
    "letter.signature._THANKS": (
        "‹感谢您对医保工作的关心›",
        "‹此致敬礼›",
        "‹特此函复›",
        "感谢信",
        "特此通知",
    ),
    "letter.titles._ADVERBIAL": ("‹2021年›以来", "‹据统计›", "‹包括高血压在内的›", "统计数据", "21年"),
    "letter.titles._PREPOSITIONAL": ("‹针对基层医疗服务，›", "‹在深化改革的过程中，›", "对象明确", "在改革"),
    "letter.titles._AGENT": (
        "‹国家医保局高度›重视",
        "‹财政、民政等部门积极›",
        "‹国务院印发›",
        "国家机关",
        "医院积极",
    ),
    "letter.titles._DOCUMENT": (
        "‹《社会保险法》规定›",
        "‹印发《意见》（国办发〔2021〕14号）明确›",
        "‹14号文件明确›",
        "《社会保险法》",
    ),
    "letter.titles._STATEMENT": ("‹医保是›", "‹改革过程中，›", "‹城乡居民基本医疗保险（以下简称›", "支持"),
    "letter.titles._NOUN": ("加强‹管理›", "推进‹纳入医保›", "管理的", "医保"),
    "figures.bases._COMPARED": ("收入‹比2020年增长›3%", "比例为3%", "按比例增长"),
    "figures.indicators.cases._ABOUT": (
        "‹对造成损失的举报›，给予奖励",
        "‹对特困人员实行›倾斜政策",
        "对门诊报销",
    ),
    "figures.indicators.cells._OF_WHOM": ("‹低保户›报销政策", "‹在职职工›待遇", "报销比例", "低保户"),
    "figures.scopes.groups._FOR": (
        "‹对特困人员›，按80%",
        "‹（1）对于低保对象›给予救助",
        "对口支援患者",
        "对职工医保基金",
        "特困人员，",
    ),
    "figures.scopes.groups._OF_PEOPLE": (
        "‹低保对象救助标准›",
        "‹城乡低保、五保住院报销比例›",
        "参保人员待遇",
        "救助标准",
    ),
    "figures.indicators.heads._ONLY_MEASURE": (
        "‹其标准为›",
        "‹支付标准›",
        "‹报销比例分别为›",
        "住院天数",
        "床位",
    ),
    "figures.indicators.reader._PAYER_SHARE": (
        "‹统筹基金负担›",
        "‹由各级财政补助›",
        "‹自付›",
        "补助",
        "报销",
    ),
    "figures.indicators.reader._PAYER_SHARE_LAST": (
        "在职人员‹个人负担›",
        "患者‹要自付›",
        "个人负担的",
        "补助",
    ),
    "figures.indicators.sanctions._ASIDE": (
        "‹违反本条例第九条规定，›不按照",
        "机构‹违反本办法第三条第二款、第五条的规定，›停业",
        "‹除另有规定外，›",
        "机构‹通过伪造病历等方式，›骗取",
        "规定的单位",
        "以罚款的方式处理",
    ),
    "figures.indicators.sanctions._FOLLOWS": (
        "‹责令›改正",
        "‹处›一万元",
        "‹市卫生局责令›停业",
        "报销八成",
        "增加床位",
    ),
    "figures.structure.dates._DATE": (
        "‹截至2021年3月底›参保",
        "‹2019年至2021年›",
        "‹“十四五”期间›",
        "21号文件",
        "三年",
    ),
    "figures.structure.dates._BEGIN": ("于‹2021›年", "‹今年›5月", "三年", "该项目"),
    "figures.indicators.heads._PLACE": ("‹海河›居民医保", "‹清河市›大学生", "普通门诊", "住院"),
    "figures.indicators.reader._BARE_MEASURE": ("‹财政补助标准›", "‹政策范围内报销比例›", "床位"),
    "figures.structure.items._CHANGED": ("‹左右提高到›", "‹上涨至›", "和", "，其中"),
    "figures.indicators.lists._FOR_PLACES": ("‹对东部、西部›分别", "对东部地区", "东部、西部"),
    "figures.indicators.lists._MEASURE_TAIL": ("居民‹报销比例›", "比例的", "床位"),
    "figures.indicators.lists._HAS_MEASURE": ("居民‹报销比例›的", "床位"),
    "figures.structure.phrases._PLACE": ("‹各地›已推送", "‹对西部地区›补助", "医院收入"),
    "figures.structure.phrases._FOR_PLACE": ("财政‹对西部地区›按", "西部地区按", "对西部地区的医院"),
    "figures.structure.phrases._ISSUER": ("‹药监局等部门›发布", "药品审批", "部门的"),
    "figures.structure.phrases._ACTS": (
        "‹市药监局›查处",
        "‹会同公安部门›查处",
        "‹我委对›20家",
        "药品监管",
        "医院查处",
    ),
    "figures.structure.phrases._INNER": ("比例‹为›一级医院", "支付比例‹按医院级别相应›提高", "按年人均收入"),
    "figures.structure.phrases._BASE": ("费用‹比上年›增长", "比例增长", "增长"),
    "figures.roles.rules._CHANGE": ("费用‹增长了约›", "‹平均降价超过›", "增长情况"),
    "figures.roles.rules._WAS_CHANGED": ("比例‹提高了›", "比例提高", "比例提高到"),
    "figures.roles.targets._PLANNED": (
        "‹计划用2年时间检查，检查率达到›",
        "‹今年将新增›",
        "‹计划安排补助›",
        "计划已实现",
        "今年新增",
    ),
    "figures.dating._OTHER_TIME": (
        "，‹十年间›，",
        "成立‹以来›，",
        "‹近三年›离岗",
        "‹处理结果如下：›",
        "与近三年相比",
        "2021年以来",
    ),
    "figures.indicators.cells._IS_LOCAL": ("‹清河市›", "‹东区›", "清河"),
    "figures.scopes.groups._IS_INSTITUTION": ("‹三级›", "乡镇‹卫生院及以下›", "‹省外›", "三级手术"),
    "figures.roles.targets._PART": ("‹，其中省级›", "‹，市级补助›", "，实际完成"),
    "figures.roles.asides._SUPPOSED": (
        "‹比如一位患者住院花费›",
        "‹如果某位患者住院›",
        "比如我市去年发生费用",
        "比如市医保局",
    ),
    "figures.scopes.groups._SOME_PEOPLE": ("‹退休›人员", "退费"),
    "figures.scopes.groups._IS_PEOPLE": ("低保‹对象›", "退休‹人员›", "退休费"),
    "figures.scopes.groups._BOTH": ("‹二级医院在职职工›", "在职职工", "二级医院"),
    "figures.scopes.groups._MEASURE": ("住院‹起付标准›三级", "次均‹费用›", "三级医院"),
    "figures.scopes.groups._SERVICE": ("‹住院›一级医院", "住院患者", "医院"),
    "figures.scopes.groups._GAP": ("‹（含社区）最高不超过›", "‹›报销"),
    "figures.scopes.groups._SETTING": (
        "‹在三级医院就医的›",
        "参保人员‹到省外医疗机构住院治疗的›",
        "‹在联网医院发生的住院医疗费›",
        "在三级医院就医的支付比例",
        "在职职工住院",
    ),
    "figures.scopes.institutions._MENTION": (
        "‹案例1：清河县东关镇卫生院›串换",
        "经查，‹该市林东医院›收治",
        "‹某公司第三分店›开具",
        "门诊、住院",
        "林东医院、林北医院",
    ),
    "figures.scopes.institutions._NEXT_CASE": (
        "罚款3万元‹。二、›嘉和门诊部",
        "罚款3万元。‹\n下一步工作\n›今年",
        "。三、处理结果",
        "\n违法事实\n",
    ),
    "figures.scopes.institutions._UNNAMED": ("‹定点›药店", "三‹级›医院", "清河县人民医院"),
    "figures.scopes.institutions._PROPER": ("‹某›诊所", "‹县›人民医院", "‹清河县人›民医院", "中医院"),
    "figures.scopes.reader._EXAMPLE": ("‹以河南省为例›", "以神经外科手术为例"),
    "figures.scopes.reader._AGENCY": ("‹江苏省医保局›组织", "医保局组织", "省医保局"),
    "figures.scopes.reader._LOCAL": ("，‹清河市›的", "，建立市级基金", "，清河市"),
    "figures.scopes.reader._CARRIED": ("‹全市›的", "‹清河县›的", "建立市级"),
    "figures.scopes.reader._BEGINS": (
        "‹我市›多措并举",
        "‹清河县›还开展",
        "全省医保部门",
        "清河县居民",
        "我市医院",
    ),
    "figures.scopes.reader._NAMED": ("‹浙江›的", "杭州的"),
    "figures.scopes.reader._NAMED_ONE": ("‹清河市›检查", "‹浙江省›检查", "全市检查"),
    "figures.structure.slots._SLOTS": (
        "‹在职职工›的",
        "‹二级及以下医疗机构›的",
        "‹年度最高支付限额›为",
        "当地居民人均可支配收入",
    ),
    "figures.indicators.frames._PLACE": ("‹清河市›职工", "‹浙江省›的", "全市职工"),
    "figures.indicators.frames._PLACE_BEFORE": (
        "‹清河市›",
        "职工，‹浙江省›",
        "对‹全市›",
        "清河市职工",
        "全国",
    ),
    "figures.structure.tone._NORM": ("一级医院‹起付›线", "‹按8%的比例缴纳›", "按时参加"),
    "figures.structure.sentences._NUMBERED": ("‹一是›推进", "‹（二）›保障", "推进", "统一"),
    "figures.structure.phrases._ALLOWED": ("‹的标准给予生活补助›，", "‹奖励›。", "用于奖励先进"),
    "figures.indicators.subjects._DONE": ("‹县医院新建康复楼›", "‹推行了家访制›", "新建楼", "由开展机构"),
    "figures.indicators.subjects._ACTS": ("‹我局›已完成", "药品已完成", "我局的"),
    "figures.structure.words.PEOPLE": (
        "‹低保对象、特困人员›救助限额",
        "‹5-6级残疾人员›",
        "居民医保",
        "药品费用",
    ),
    "figures.structure.words.PLACE_ONLY": ("‹对西部地区›", "医院"),
    "figures.structure.words.PREDICATES": ("试点‹覆盖›城市", "公共卫生", "对象"),
    "figures.structure.words.VERB_FIRST": ("‹追回›基金", "基金"),
    "figures.structure.words.VERB_START": ("‹推动›改革", "改革"),
    "figures.structure.words.ADVERBS": ("城市‹已›开展", "平均"),
    "figures.structure.words.LEADS": ("‹其中›药店", "药店"),
    "figures.structure.words.DEGREES": ("药店‹达到›", "平均", "总计"),
    "figures.structure.words.DOMAIN": ("市‹医院›数", "床位数"),
    "figures.structure.words.TOPIC_HEAD": ("‹医保›费", "医保局"),
    "figures.structure.words.INSURANCE": ("‹城乡居民医保›缴费", "商业银行"),
    "figures.structure.words.TOPIC": ("‹国家组织药品集采›涉及", "‹门诊慢特病›患者", "商业银行"),
    "figures.structure.words.ABSTRACT": ("保障‹制度›", "医院"),
    "figures.structure.words.ABSTRACT_FIRST": ("‹制度›保障", "医院"),
    "figures.structure.words.CUES": ("年限‹不少于›", "医院"),
}


def patterns(value: object) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        yield from patterns(tuple(value.values()))
    elif isinstance(value, tuple):
        for inner in value:
            yield from patterns(inner)


def long_patterns() -> dict[str, list[re.Pattern[str]]]:
    """The constants of these parts that are, or hold, a long pattern, by module and name."""
    found = {}
    for path in sorted(path for part in PARTS for path in (ROOT / "nhsa_nlp" / part).rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        module = importlib.import_module(name.removesuffix(".__init__"))
        for node in ast.parse(path.read_text("utf-8")).body:
            for target in getattr(node, "targets", [getattr(node, "target", None)]):
                if isinstance(target, ast.Name):
                    held = list(patterns(getattr(module, target.id)))
                    if any(len(re.sub(r"\s", "", pattern.pattern)) > LONG for pattern in held):
                        found[f"{name.removeprefix('nhsa_nlp.')}.{target.id}"] = held
    return found


LONG_PATTERNS = long_patterns()


def test_every_long_pattern_has_examples_and_near_misses() -> None:
    assert EXAMPLES.keys() == LONG_PATTERNS.keys()
    for name, examples in EXAMPLES.items():
        assert {"‹" in example and "‹›" not in example for example in examples} == {True, False}, name


@pytest.mark.parametrize(
    ("name", "example"), [(name, example) for name, examples in EXAMPLES.items() for example in examples]
)
def test_a_pattern_matches_what_it_is_for(name: str, example: str) -> None:
    text = re.sub("[‹›]", "", example)
    matches = [match.span() for pattern in LONG_PATTERNS[name] if (match := pattern.search(text))]
    if "‹" in example:
        assert (example.index("‹"), example.index("›") - 1) in matches
    else:
        assert matches == []
