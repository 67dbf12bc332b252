"""Dates as sentences of reports give them, read into points and periods.

A point is an ISO date (`2023`, `2023-06`, `2023-06-30`); a period is a pair of them, the second None if it
is open. Dates that are relative to the document's (目前, 今年5月底) take its year or are it.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from nhsa_nlp.text import Range

Period = tuple[str, str | None]
Anchor = Literal["text", "letter"]

_YEAR = r"(?:19|20)\d\d"
_OPEN = r"以来|起|开始|后"
# 一季度, 前三季度, 上半年, 前五个月: a part of a year.
_MONTHS_FIRST = r"(?<!提)前(?:\d{1,2}|[一二三四五六七八九十]{1,2})个?月"
_PART = rf"第?[1-4一二三四]季度|(?<!提)前[23二三]季度|[上下]半年|{_MONTHS_FIRST}"
_UP_TO = r"(?P<upto>截[至止](?:到|于)?|(?<![高长加升降少大短展整调拓延涨低扩缩])[到至](?=\d{4}年))?"
_DATE = re.compile(
    rf"""{_UP_TO}(?<!\d)(?<!\d\d\.)(?:
    (?P<y1>{_YEAR})年?(?:(?P<m1>\d{{1,2}})月)?(?:(?P<d1>\d{{1,2}})日)?起?[至到\-－—一–~～](?P<y2>{_YEAR})年?(?:(?P<m2>\d{{1,2}})月)?(?:(?P<d2>\d{{1,2}})日)?(?<=[年月日])(?P<end2>年?底|末)?
    |(?:(?P<yd>{_YEAR})年)?(?P<md1>\d{{1,2}})月(?P<dd1>\d{{1,2}})日?起?[至到\-－—–~～](?:(?P<md2>\d{{1,2}})月)?(?P<dd2>\d{{1,2}})日
    |(?P<ya>{_YEAR})年(?P<ma>\d{{1,2}})月?[至到\-－—一–~～](?P<mb>\d{{1,2}})月份?
    |(?P<y>{_YEAR})(?:学)?年(?:度(?![^，。；]{{0,6}}目标))?(?:(?P<part>{_PART})|(?P<m>\d{{1,2}})月份?(?:(?P<d>\d{{1,2}})日|[上中下]旬)?)?(?P<end>年?底|年?末|年?初)?(?P<before>前|之前|以前)?
    |[“"']?(?P<plan>[十干][二三四五六]五)[”"']?(?:规划)?(?=期间|时期|以来|末|期末)(?:期间|时期)?
    |(?P<this>今年|本年|本年度|去年|上年|明年)(?:(?P<tm1>\d{{1,2}})月?[至到\-－—–~～一](?P<tm2>\d{{1,2}})月份?|(?P<tpart>{_PART})|(?P<tm>\d{{1,2}})月份?(?:(?P<td>\d{{1,2}})日)?)?(?P<tend>年?底|末|年?初)?(?P<tbefore>前)?
    |(?P<om1>\d{{1,2}})月?[至到\-－—–~～一](?P<om2>\d{{1,2}})月份?
    |(?<![每任])(?P<opart>{_PART})(?!内)
    |(?P<only>\d{{1,2}})月(?:份)?(?:(?P<onlyd>\d{{1,2}})日)?(?P<onlyend>底|末)?(?P<onlybefore>前)?
    |(?P<yearend>年底|年末)(?P<yebefore>前)?
    |(?P<whole>(?<![^。\n])全年)
    |(?P<now>目前为止|目前|当前|现阶段|现如今|如今|现行版|(?<![^，。；：\n])现行(?!的)|现有|现已|现(?=共|转化|覆盖|辖|开通|设)|迄今|至今(?!年)|今日)
    )(?P<open>{_OPEN})?(?:期间|间)?""",
    re.VERBOSE,
)
# Where a date may begin, which is found quickly.
_BEGIN = re.compile(
    r"[12]\d{3}|截[至止]|[到至](?=\d)|“?[十干][二三四五六]五|今[年日]|第?[1-4一二三四]季度|(?<!提)前[\d一二三四五六七八九十]{1,2}(?:季度|个?月)|[上下]半年|本年|去年|上年|明年|年[底末]|全年|目前|当前|现[阶如行有已共转覆辖开设]|如今|迄今|至今(?!年)|\d{1,2}(?:[-至到—－一]\d{1,2})?月"
)
_NOT_A_DATE_BEFORE = re.compile(r"[〔［\[(（《〈“]$|第$")
# 平均工资（2018年为6000元）, not the year of a document.
_OF_BRACKETS = re.compile(r"\d{4}年[^（）\n]{1,20}\d")
# 新华社北京3月5日电（记者…）, not 6月5日电商平台.
_DATELINE = re.compile(r"[（）]?(?:上午|下午)?[电讯](?=[（(，。：:\s]|记者|据|$)")
_NOT_A_DATE_BEHIND = re.compile(r"年?版|[〕］\]]|年?第\d+号|年修订")
# 4月，支出2亿元: a month that begins a clause.
_ALONE = re.compile(r"(?:^|[。；，：\n于])$")
_BASE_BEFORE = re.compile(r"(?:比|较|与)$")
# 2017年后上市的: a date that only says which.
_MODIFIES = re.compile(r"[^，。；、]{1,8}的")
# 2022年底前已领取待遇的人员: a date that says who.
_ALREADY = re.compile(r"已[^，。；]{1,24}(?:人员|职工|居民|的)")
# 是2020年的3倍, 在2020年基础上: what is compared with.
_THEN = re.compile("[是为在]$")
_KEPT = re.compile("(?:维持|保持|沿用)$")  # 维持2022年12月标准不变
_TIMES = re.compile(r"的[\d.一二两三四五六七八九十]+倍|(?:的)?基础上")
# 今年是改革的第五年, 本年度缴费标准, 关于做好2015年工作的通知: no date of a figure.
_NO_TIME = re.compile(r"今年是|本年度?(?:缴费|参保|标准)|本年度?筹资")
_OBJECT = re.compile("(?:下达|完成|拨付)了?$")  # 今年11月，提前下达2026年补助资金
_TITLED = re.compile("关于(?:[做抓]好|开展|加强|推进)?$")
_TITLE = re.compile(r"[^，。；《]{2,40}?(?:通知|意见|方案|办法|公告)(?:》|[，。提要明规]|的)")
_CALCULATED = re.compile(r"(?:按照?|以)$")
_CALCULATION = re.compile(r"[^，。；]{0,24}?(?:计算|测算|为基数|水平|口径)")
_SAME_TIME = re.compile(r"(?:同期)?(?:相比|比较)?，?")
_SINCE_BEHIND = re.compile(
    r"[^，。；、\d\n]{0,24}?(?:以来|至今(?!年)|(?:成立|实施|建立|启动|运行|试点|执行|改革|组建)(?:之后|后，))"
)
_PLANS = {"二": 2011, "三": 2016, "四": 2021, "五": 2026, "一": 2006, "六": 2031}
_HAN = {char: i for i, char in enumerate("一二三四五六七八九十", 1)}


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date in the text.

    Attributes
    ----------
    start, end
        Its range in the cleaned text.
    as_of, period
        The point or the period; both None for the date of a letter that has none.
    anchor
        `letter` if it is relative to the date of the document.
    base
        Whether it is only what something is compared with (比2022年).
    deadline
        Whether it is said with 到, 截至 or 前.
    before
        Whether it is said with 前: by when something is to be done.
    soft
        Whether it counts only where no other date stands (现有).
    kept
        Whether it belongs to the phrase as well (现有, 现行版).
    bare
        Whether its year was not said: 截至8月份, 年末.
    """

    start: int
    end: int
    as_of: str | None
    period: Period | None
    anchor: Anchor
    base: bool = False
    deadline: bool = False
    before: bool = False
    soft: bool = False
    kept: bool = False
    bare: bool = False

    @property
    def day(self) -> bool:
        """Whether it is a day: 2023-06-30, --06-30."""
        return self.as_of is not None and self.as_of.count("-") > 1 + self.as_of.startswith("--")


_FOUNDED = re.compile("(?:建|创建|创办|创立|成立|组建|开业)于$")  # 始建于1946年，占地4万平方米
_PUBLISHED = re.compile(
    r"(?:(?<![一-鿿])|发布|更新)(?:时间|日期)[：:]\s*(\d{4})[-年./](\d{1,2})[-月./](\d{1,2})"
    r"|(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2}) ?\d\d:\d\d"
)
_HEAD = 400  # characters of a page in which its date stands


def date_of_page(text: str) -> str | None:
    """Return the date that a page of news says it was published on; a reply may be much older."""
    match = _PUBLISHED.search(text, 0, _HEAD)
    if match is None or "收悉" in text[:_HEAD]:
        return None
    year, month, day = (int(part) for part in match.groups() if part)
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:  # no day: 2021-99-99
        return None


def find_dates(text: str, titles: list[Range], letter_date: str | None) -> Iterator[DateMention]:
    """Yield the dates of a cleaned text in order, except those in titles and document numbers."""
    at = 0
    blocked = iter(titles)
    title = next(blocked, None)
    for begin in _BEGIN.finditer(text):
        start = begin.start()
        if start < at:
            continue
        while title and title[1] <= start:
            title = next(blocked, None)
        if title and title[0] <= start:
            continue
        match = _DATE.match(text, start)
        if match is None or (
            not match["upto"]
            and _NOT_A_DATE_BEFORE.search(text, max(0, start - 1), start)
            and not (match["y"] and _OF_BRACKETS.match(text, start))
        ):
            continue
        if (match["d"] or match["onlyd"]) and _DATELINE.match(text, match.end()):
            continue
        if match["y"] and _FOUNDED.search(text, max(0, start - 4), start):
            continue
        if match["y"] and _NOT_A_DATE_BEHIND.match(text, match.end("y")):
            continue
        if found := _read(text, match, letter_date):
            at = found.end
            yield found


def _read(text: str, match: re.Match[str], letter_date: str | None) -> DateMention | None:
    start, end = match.span()
    is_open = bool(match["open"])
    if not is_open and (since := _SINCE_BEHIND.match(text, end)) and not match["upto"] and not match["now"]:
        is_open, end = True, since.end()
    compared = None if match["now"] else _BASE_BEFORE.search(text, max(0, start - 2), start)
    is_base = compared is not None
    if compared:
        start = compared.start()
        behind = _SAME_TIME.match(text, end)
        end = behind.end() if behind else end
    upto = bool(match["upto"])
    before = bool(match["before"] or match["tbefore"] or match["yebefore"] or match["onlybefore"])
    deadline, before = upto or before, before and not upto
    anchor: Anchor = "text"
    bare = False
    point: str | None = None
    period: Period | None = None
    year = (letter_date or "")[:4] or "-"
    if match["now"]:
        return DateMention(
            start,
            end,
            letter_date,
            None,
            "letter",
            soft=match["now"] == "现有",
            kept=match["now"].startswith(("现有", "现行")),
        )
    if match["y1"]:
        first = _iso(match["y1"], match["m1"], match["d1"])
        last = _iso(match["y2"], match["m2"] or ("12" if match["end2"] else None), match["d2"])
        if first is None or last is None:
            return None
        period = (first, last)
    elif match["dd1"]:
        if not match["yd"]:
            anchor, bare = "letter", True
        first = _iso(match["yd"] or year, match["md1"], match["dd1"])
        last = _iso(match["yd"] or year, match["md2"] or match["md1"], match["dd2"])
        if first is None or last is None:
            return None
        if last < first and last[:4].isdigit():  # 2021年11月1日至3月31日 ends in the next year
            last = f"{int(last[:4]) + 1}{last[4:]}"
        period = (first, last)
    elif match["ya"]:
        period = _months(match["ya"], match["ma"], match["mb"])
    elif match["y"]:
        point, period = _single(match["y"], match["part"], match["m"], match["d"], match["end"], upto)
    elif match["plan"]:
        first_year = _PLANS[match["plan"][1]]
        if text.startswith("末", end) or text.startswith("期末", end):
            point = str(first_year + 4)
        elif text.startswith("以来", end) or is_open:
            period = (str(first_year), None)
        else:
            period = (str(first_year), str(first_year + 4))
        return DateMention(start, end, point, period, "text", is_base, deadline)
    elif match["this"]:
        anchor = "letter"
        shift = {"去年": -1, "上年": -1, "明年": 1}.get(match["this"], 0)
        if match["this"] == "上年" and not (match["tm"] or match["tend"]):
            return None
        if shift:  # a year of its own: nothing where the letter's is not known
            anchor = "text"
            if year == "-":
                return DateMention(start, end, None, None, "text", base=is_base)
            year = str(int(year) + shift)
        if match["tm1"]:
            period = _months(year, match["tm1"], match["tm2"])
        elif match["tm"] or match["tpart"] or match["tend"] or year != "-":
            point, period = _single(year, match["tpart"], match["tm"], match["td"], match["tend"], upto)
    elif match["opart"]:
        anchor, bare = "letter", True
        point, period = _single(year, match["opart"], None, None, None, upto)
    elif match["om1"]:
        anchor, bare = "letter", True
        period = _months(year, match["om1"], match["om2"])
        if period is None or int(match["om1"]) >= int(match["om2"]):
            return None
    elif match["only"]:
        said = deadline or match["onlyend"] or match["open"] in {"起", "开始"} or match["onlyd"]
        if not (said or _ALONE.search(text, max(0, start - 1), start)) or not 1 <= int(match["only"]) <= 12:
            return None
        anchor, bare = "letter", True
        point, period = _single(
            year, None, match["only"], match["onlyd"], match["onlyend"], deadline or is_open
        )
    elif match["whole"]:
        return DateMention(start, end, None, None, "text", bare=True)
    else:
        anchor, bare, point = "letter", True, _iso(year, "12")
    if point is None and period is None and anchor == "text":
        return None
    if _NO_TIME.match(text, start) or (
        _TITLED.search(text, max(0, start - 4), start) and _TITLE.match(text, end)
    ):
        return DateMention(start, end, point, period, anchor, base=True, kept=True)
    if _CALCULATED.search(text, max(0, start - 2), start) and _CALCULATION.match(text, end):
        return DateMention(start, end, point, period, anchor, base=True)
    if _KEPT.search(text, max(0, start - 2), start):
        return DateMention(start, end, point, period, anchor, base=True)
    if _THEN.search(text, max(0, start - 1), start) and _TIMES.match(text, end):
        return DateMention(start, end, point, period, anchor, base=True)
    if match["open"] == "后" and not compared and _MODIFIES.match(text, end):
        return DateMention(start, end, point, period, anchor, base=True, kept=True)
    if (match["before"] or match["tbefore"]) and _ALREADY.match(text, end):
        return DateMention(start, end, point, period, anchor, base=True)
    if not is_open and match["y"] and _OBJECT.search(text, max(0, start - 3), start):
        return DateMention(start, end, point, period, anchor, is_base, deadline, before, soft=True)
    if is_open:
        period, point = ((point or period[0], None) if point or period else None), None  # type: ignore[index]
    return DateMention(start, end, point, period, anchor, is_base, deadline, before, bare=bare)


def _single(
    year: str, part: str | None, month: str | None, day: str | None, end: str | None, upto: bool
) -> tuple[str | None, Period | None]:
    """Read a year with what follows it into a point or a period."""
    beginning = bool(end) and end.endswith("初")  # type: ignore[union-attr]
    if part:
        first, last = _months_of(part)
        return (_iso(year, last), None) if upto or end else (None, _months(year, first, last))
    if day:
        return _iso(year, month, day), None
    if month:
        found = _iso(year, month)
        if found is None:
            return None, None
        return (found, None) if upto or end else (None, (found, found))
    if beginning:
        found = _iso(year, "1")
        return (found, None) if upto else (None, (found or year, found))
    if end:
        return _iso(year, "12"), None
    return (year, None) if upto else (None, (year, year))


def _months_of(part: str) -> tuple[str, str]:
    """Return the first and the last month of a part of a year: 前三季度, 下半年."""
    if part.endswith("半年"):
        return ("1", "6") if part[0] == "上" else ("7", "12")
    number = part.strip("第前季度个月")
    count = _HAN.get(number) or int(number)
    if part.endswith("月"):
        return "1", str(count)
    return ("1" if part[0] == "前" else str(3 * count - 2)), str(3 * count)


def _months(year: str, first: str, last: str) -> Period | None:
    begin, end = _iso(year, first), _iso(year, last)
    return (begin, end) if begin and end else None


def _iso(year: str, month: str | None = None, day: str | None = None) -> str | None:
    """Return an ISO date; a month read with a page mark before it (46月) is its last digit."""
    if month is None:
        return year
    number = int(month)
    if number > 12:
        number %= 10
    if not number or (day is not None and not 1 <= int(day) <= 31):
        return None
    return f"{year}-{number:02d}" + (f"-{int(day):02d}" if day else "")
