"""What a number can count: classifiers, measures, time, money, and nouns counted without a classifier.

Each group is data only. Longer units win over shorter ones (``人次`` over ``人``), so the order within a
group does not matter. Sources: the classifiers in everyday use in official documents, the legal units of
measurement of the PRC, and the ISO 4217 currencies by their Chinese names.
"""

from __future__ import annotations

import re

CLASSIFIERS = frozenset(
    "个 种 家 项 名 位 人 人次 人份 家次 户 户次 件 件次 例 例次 条 批 批次 次 次数 类 套 所 台 台次 台套 支 张 份 倍 轮 组 "
    "册 本 部 座 间 辆 架 艘 颗 粒 片 瓶 盒 袋 针 剂 剂次 门 起 宗 笔 处 幅 枚 根 块 只 头 匹 株 棵 对 副 堂 场 场次 "
    "课时 学时 页 字 句 篇 章 节 款 卷 集 床 床日 单 车次 架次 班次 人天 人日 人月 人年 分 层 栋 幢 级 档 步 顿 餐 杯 碗 "
    "桶 箱 包 捆 束 串 滴 贴 试剂 测试 标准箱".split()
)
"""Classifiers: the noun after one stays outside the quantity."""

TIME = frozenset(
    "年 个月 个多月 个半月 周 个星期 星期 个礼拜 天 日 个工作日 工作日 个自然日 自然日 个交易日 交易日 个小时 小时 个半小时 "
    "个多小时 个钟头 刻钟 分钟 秒钟 秒 毫秒 周岁 周年 岁 个季度 个学期 个学年 个年度 个世纪 个昼夜 昼夜 夜 晚 孕周 月龄".split()
)
"""Lengths of time and ages; calendar dates are told apart by the grammar."""

MONEY = frozenset(
    "元 元人民币 圆 块钱 角钱 分钱 美元 美金 欧元 英镑 日元 日圆 港元 港币 韩元 澳元 加元 卢布 卢比 泰铢 法郎 "
    "瑞士法郎 新台币 台币 新加坡元 新元 澳门元 澳币 纽元 新西兰元 越南盾 印尼盾 比索 里拉 里亚尔 第纳尔 先令 克朗 "
    "雷亚尔 兰特 人民币 比特币 马克 福林 兹罗提 林吉特 便士 美分 迪拉姆".split()
)
"""Currencies, as written."""

MEASURES = frozenset(
    "% ‰ ‱ 百分点 个百分点 千分点 个千分点 基点 个基点 "
    "米 千米 公里 厘米 毫米 微米 纳米 分米 海里 英里 英尺 英寸 英吋 尺 寸 光年 "
    "平方米 平米 平方千米 平方公里 平方厘米 平方毫米 平方英尺 平方英里 公顷 亩 顷 英亩 "
    "立方米 立方厘米 立方毫米 升 毫升 微升 公升 加仑 克 千克 公斤 斤 市斤 毫克 微克 纳克 吨 盎司 磅 "
    "度 摄氏度 华氏度 ℃ ° °C ℉ 伏 千伏 安 毫安 毫安时 瓦 千瓦 兆瓦 千瓦时 兆瓦时 度电 焦 千焦 卡 大卡 千卡 卡路里 "
    "帕 千帕 兆帕 毫米汞柱 牛 赫兹 赫 千赫 兆赫 兆 兆字节 吉字节 字节 比特 分贝 流明 像素 国际单位 单位 "
    "马力 转 克拉 摩尔 毫摩尔 公里每小时 千米每小时 米每秒 英里每小时".split()
)
"""Measures in Chinese characters and signs."""

LATIN = frozenset(
    "km cm mm dm nm μm um m m² m2 m³ m3 km² km2 cm² cm2 cm³ cm3 mm² mm2 ha mi ft in yd "
    "kg g mg μg ug ng t lb oz L l mL ml dL dl μL ul cc h min s ms d "
    "kW W MW GW kWh kw kwh V kV mA A Hz kHz MHz GHz KB MB GB TB PB kB bit bps Mbps Gbps "
    "kcal cal J kJ Pa kPa MPa mmHg N IU U mol mmol mmol/L mg/kg mg/L g/L g/dL μmol/L ng/mL km/h m/s mph rpm dB px "
    "USD EUR CNY RMB GBP JPY HKD".split()
)
"""Measures in Latin letters; case matters, and no letter may follow."""

NOUNS = frozenset(
    "部门 部委 部委局 委局 省份 省 省市 省区 省区市 市 城市 地市 地市州 地级市 州市 市州 县 市县 县市 县区 区县 旗县 区 地 "
    "地区 国 国家 乡镇 镇 乡 村 社区 街道 统筹区 统筹地区 盟市 区域 板块 学科 专业 病种 病组 品种 品规 高校 院校 医院 "
    "机构 企业 公司 药店 药企 院 校 科室 病区 床位 行业 领域 系统 大类 小类 亚组".split()
)
"""Nouns counted without a classifier: the counted noun is the unit."""

SPELLED_NOUNS = frozenset(
    "部门 部委 省份 省 省市 省区 市 城市 地市 县 市县 区县 地 地区 国 乡镇 村 社区 统筹区 区域 板块 学科 病种 品种 高校 院校".split()
)
"""Those of them that a spelled-out numeral counts, too (``八部门``); the others would hit too many words."""

PEOPLE = frozenset(
    "人口 人员 人群 人民 参保人 患者 病人 居民 职工 群众 农民 农民工 学生 儿童 老人 老年人 妇女 用户 网民 员工 党员 家庭 农户 劳动力 劳动者 "
    "参保者 患儿 残疾人 考生 毕业生 市民 消费者 从业者 工人".split()
)
"""Heads of what 万 and 亿 count without a classifier: ``6200万低收入人口``."""

RATE_WORDS = frozenset(
    "人 年 月 次 天 日 周 小时 户 家 例 个月 亩 平方米 公里 吨 公斤 千克 床日 人次 件 支 盒 片 瓶 袋 针 台 套 张 季度 学年 "
    "分钟 秒 学期 病例".split()
)
"""What a rate can be per (``元/人``, ``每人每年``)."""

# 个月 is written 月, 个工作日 工作日, 个百分点 百分点: the classifier is dropped before a measure.
_DROPPED_CLASSIFIER = re.compile(r"^个(?:多|半)?(?=[^\s])")


def canonical_unit(surface: str) -> str:
    """Return the unit as the annotation writes it: ``个百分点`` is ``百分点``, ``个月`` ``月``."""
    if surface in CLASSIFIERS:
        return surface
    return _DROPPED_CLASSIFIER.sub("", surface)


class Lexicon:
    """A set of strings to match at a position, the longest first.

    Parameters
    ----------
    groups
        The strings; all groups are joined.
    """

    def __init__(self, *groups: frozenset[str]) -> None:
        self._by_first: dict[str, list[str]] = {}
        for entry in sorted(frozenset[str]().union(*groups), key=lambda entry: (-len(entry), entry)):
            self._by_first.setdefault(entry[0], []).append(entry)

    def match(self, text: str, position: int) -> str:
        """Return the longest entry that ``text`` has at ``position``, or the empty string."""
        for entry in self._by_first.get(text[position : position + 1], ()):
            if text.startswith(entry, position):
                return entry
        return ""
