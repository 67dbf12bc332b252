"""Titles of policy documents: in title marks, or without them where the name is unmistakable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from nhsa_nlp.text.patterns import any_of, longest_of


@dataclass(frozen=True, slots=True)
class Title:
    """A policy title at ``[start, end)`` of the text searched; ``title`` is without its marks."""

    start: int
    end: int
    title: str


_MAX_TITLE = 160  # characters; the longest title in use has about 110
_MARK = re.compile(r"[《》〈〉<>]")
_MISREAD_OPEN, _MISREAD_CLOSE = "【［[", "】］]"

_YEAR = r"(?:19|20)\d\d"
_NOTE = r"[（(][^（()）]{1,24}[)）]"  # （试行）
# What kind of document a title names, by its last word.
_DOCUMENTS = any_of(
    "意见 通知 条例 办法 规定 方案 规划 计划 纲要 决定 决议 目录 清单 标准 规范 指南 细则 规程 规则 "
    "规章 公告 通告 公报 公约 准则 制度 指引 要点 措施 批复 函 令 法 法典 宪法 协议 协定 宣言 名单 "
    "名录 分类 编码 手册 大纲 守则 章程 须知 政策 白皮书 说明 要求 共识 路径 预案 体系 框架 原则 总则 "
    "通则 药典 年鉴 报告 纪要 安排 分工 办法实施 解释 答复 讲话 倡议 承诺 机制 流程 程序 格式 模板 "
    "范本 样本 文本 代码 术语 行动 工程 指标 指导 样式 大典 文书"
)
_NUMBERED_EDITION = rf"[\dⅠ-Ⅻ一二三四五六七八九十]{{1,4}}|[\d.]+版?|[（(]?{_YEAR}年?版?[)）]?"
_KIND = re.compile(rf"{_DOCUMENTS}(?:{_NOTE})*(?:{_NUMBERED_EDITION})?$")
_PROPOSAL = re.compile(rf"{any_of('建议 提案 议案 质询 倡议书 建议案')}(?:的?(?:答复|复函|函)|)(?:{_NOTE})?$")
_CERTIFICATES = (
    "证 证书 执照 报告书 通知书 申请书 说明书 意见书 决定书 告知书 责任书 批件 处方 病历 证明 凭证 "
    "发票 收据 批准文件 合同 协议书 委托书 承诺书 知情同意书 申请表 登记表 审批表 备案表 回执 答卷 "
    "试卷"
)
_MEDIA = (
    "日报 晚报 晨报 时报 周报 简报 早报 学报 杂志 周刊 月刊 季刊 期刊 半月刊 读本 教程 教材 课件 讲义 "
    "全集 选集 文集 词典 字典 之歌 联播 访谈 专栏 栏目 论坛 日记 交流 信 史 传 记 梦 经 语"
)
_NOT_POLICY = re.compile(f"{any_of(f'{_CERTIFICATES} {_MEDIA}')}$")
_WORK = "杂志 期刊 栏目 节目 电影 纪录片 小说 论文 文章 公众号 小程序 APP App 软件"
_WORK_AFTER = re.compile(
    f"等?{any_of(_WORK + ' 一书 一文 专栏 电视剧 月刊 周刊 app 游戏 等报刊 等媒体 报道')}"
)
_WORK_BEFORE = re.compile(f"{any_of(_WORK + ' 刊物 发表在 刊登在 刊发于 专著 著作 图书 教材 歌曲')}$")
_PROPOSAL_BEFORE = re.compile(
    r"(?:(?:您|你|你们|您们|代表|委员|贵院|贵委)(?:们)?(?:所)?(?:提出|提交|撰写|反映)?的|提交的|递交的)(?:关于)?$"
)
_PROPOSAL_AFTER = re.compile(rf"的?(?:建议|提案|议案|来信)?(?:{_NOTE})?(?:收悉|已收悉|已收到|由我)")
# What is issued, cited or obeyed is a policy even where its last word does not say so.
_ISSUES = (
    "印发 发布 出台 制定 修订 实施 施行 下发 颁布 颁发 列入 纳入 公布 审议 通过 签署 转发 起草 编制 "
    "形成 推动 推广 联合 配合 完善 研究 简称 下称"
)
_CITES = "根据 按照 依据 依照 遵照 落实 贯彻 执行 参照 对照 符合 依 按 据"
_CITED_BEFORE = re.compile(
    f"{any_of(f'{_ISSUES} {_CITES}')}(?:了|的|出|为)?[“：]?(?:新版|新的|新|最新|现行|新修订的?|国家)?$"
)
_DEMANDS = "规定 明确 提出 要求 指出 强调 等文件 等规定 等政策"
_CITED_AFTER = re.compile(
    rf"{any_of(_DEMANDS)}|第[\d一二三四五六七八九十百]+条|[（(](?:以下|[一-龥]{{1,14}}[〔\[［【（(]{_YEAR})"
)

_NOT_LAW_AFTER = re.compile(r"实施(?:条例|细则)|[律院治庭制官学定]|规(?![定制范划])|人(?!民|员|们)|宝")
# Without title marks: from 关于 to the kind of document before a document number.
_NAMED_KINDS = any_of("意见 通知 方案 办法 规划 决定 公告 通告 纲要 计划 规定 细则 批复 函")
_CODED_NUMBER = rf"[（(\[［【〔]?[一-龥]{{2,12}}[〔\[［【（(]{_YEAR}[〕\]］】）)]\d{{1,5}}号"
_TITLED = re.compile(rf"关于[^，。；！？《》\n]{{4,90}}?{_NAMED_KINDS}(?={_CODED_NUMBER})")
# Where the closing mark was lost: to the kind of document before a misread mark or the end of the clause.
_UNCLOSED_KINDS = any_of("意见 通知 条例 办法 规定 方案 规划 计划 纲要 决定 目录 规范 细则 法")
_UNCLOSED = re.compile(rf"《[^《》，。；\n]{{2,80}}?{_UNCLOSED_KINDS}(?:[】］\]]|(?=[）)（(，。；、的]))")
# The issuers directly before 关于 belong to a title, an introducing verb does not.
_INTRODUCED = re.compile(
    ".*" + any_of("根据 按照 依据 依照 遵照 印发 发布 下发 出台 落实 贯彻 执行 参照 见 以及 及 和 与 的 了")
)
_ISSUERS = re.compile(r"[一-龥、]{2,40}(?:政府|中央|国务院|办公厅|办公室|委员会|局|委|部|厅|院|中心)")


def find_titles(text: str) -> tuple[list[Title], list[tuple[int, int]]]:
    """Find the policy titles of a cleaned text.

    Parameters
    ----------
    text
        A cleaned text (see `nhsa_nlp.text.clean`).

    Returns
    -------
    titles : list of Title
        In order, disjoint; of two nested ones the outer.
    others : list of (int, int)
        The half-open ranges in title marks that are not policies: proposals, books, certificates.
    """
    titles: list[Title] = []
    others: list[tuple[int, int]] = []
    for start, end in _bracketed(text):
        inner = _without_marks(text[start:end]) if end - start > 1 else ""
        if _is_policy(text, start, end, inner):
            titles.append(Title(start, end, _standard(inner)))
        else:
            others.append((start, end))
    taken = sorted([(t.start, t.end) for t in titles] + others)
    for start, end in _outside(_laws(text), _numbered(text), taken):
        titles.append(Title(start, end, _standard(text[start:end])))
    return sorted(titles, key=lambda t: t.start), others


def _outside(
    laws: Iterator[tuple[int, int]], numbered: Iterator[tuple[int, int]], taken: list[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Yield the ranges that overlap none of the sorted ``taken`` ones; of nested ranges the outer."""
    at = min_start = 0
    for start, end in sorted([*laws, *numbered], key=lambda span: (span[0], -span[1])):
        while at < len(taken) and taken[at][1] <= start:
            at += 1
        if start >= min_start and (at == len(taken) or taken[at][0] >= end):
            yield start, end
            min_start = end


def _without_marks(span: str) -> str:
    """Return a title without its marks, also a misread one: 【X》, 《X】."""
    inner = span.strip("《》〈〉<>")
    if span[0] in _MISREAD_OPEN:
        return inner[1:]
    return inner[:-1] if span[-1] in _MISREAD_CLOSE else inner


def _standard(inner: str) -> str:
    """Write inner title marks as 〈 〉 and drop what OCR left at the borders."""
    return inner.replace("《", "〈").replace("》", "〉").replace("<", "〈").replace(">", "〉").strip(" \n")


def _bracketed(text: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges in title marks, broken pairs mended, nested ones as their outermost."""
    marks = [m.start() for m in _MARK.finditer(text)]
    index = 0
    min_start = 0  # end of the last range
    while index < len(marks):
        position = marks[index]
        if position < min_start or text[position : position + 2] == "<<":
            index += 1
        elif text[position] in "《〈<":
            end, index = _closing(text, marks, index)
            if end is None:
                continue
            # <<X>>: the marks of a keyboard without title marks
            begin = position - (text[position] == "<" and text[position - 1 : position] == "<")
            min_start = end + (begin < position and text[end : end + 1] == ">")
            yield begin, min_start
        else:
            index += 1
            # A closing mark whose opening one was lost: the title begins after the last break.
            start = _lost_start(text, position, min_start)
            if text[position] == "》" and start is not None:
                yield start, position + 1
                min_start = position + 1


def _closing(text: str, marks: list[int], index: int) -> tuple[int | None, int]:
    """Return the end of the title that opens at ``marks[index]`` and the index to go on with."""
    start, depth = marks[index], 0
    plain = text[start] != "《"
    for following in range(index, min(index + 12, len(marks))):
        position = marks[following]
        if position - start > _MAX_TITLE or "。" in text[start:position]:
            break
        if text[position] in "《〈<":
            if depth and text[position] == "《" and text[position - 1] in "》、和与及，；（":
                break  # the title before was never closed
            depth += 1
        else:
            depth -= 1
            nested = following + 1 < len(marks) and text[marks[following + 1]] in "》〉>"
            # 《关于印发〈X》的通知》: the inner pair was misread, so the last mark counts.
            if depth <= 0 or (text[position] == "》" and not nested):
                end = position + 1
                if depth < 0 or (plain and not _KIND.search(text[start + 1 : position])):
                    return None, index + 1
                if depth == 0 and nested and _continues(text, end, marks[following + 1]):
                    return marks[following + 1] + 1, following + 2
                return end, following + 1
    if plain:
        return None, index + 1
    # No closing mark: the title ends with the kind of document it names.
    tail = _UNCLOSED.match(text, start, start + 90)
    if tail:
        return tail.end(), index + 1
    return None, index + 1


def _continues(text: str, end: int, closing: int) -> bool:
    """Tell 《关于印发《X》的通知》 from 《X》…Y》: what stands between must read as the end of a title."""
    return bool(
        re.fullmatch(
            r"的?(?:通知|意见|公告|决定|批复|函|补充通知|实施意见|说明|通告|请示)", text[end:closing]
        )
    )


def _lost_start(text: str, position: int, min_start: int) -> int | None:
    window = max(min_start, position - _MAX_TITLE)
    cut = max(text.rfind(c, window, position) for c in "，。；：、（）“”\n等》" + _MISREAD_OPEN)
    start = max(window, cut + (text[cut] not in _MISREAD_OPEN)) if cut >= 0 else window
    return start if position - start >= 4 and _KIND.search(text[start:position]) else None


def _is_policy(text: str, start: int, end: int, inner: str) -> bool:
    """Tell a policy document from proposals, books, articles, certificates and programs."""
    if not inner:
        return False
    before, after = text[max(0, start - 16) : start], text[end : end + 24]
    if _PROPOSAL.search(inner):
        return False
    if _PROPOSAL_BEFORE.search(before) and (_PROPOSAL_AFTER.match(after) or not _KIND.search(inner)):
        return False
    if re.match(r"(?:的)?(?:建议|提案|议案)(?:收悉|已收悉)", after):
        return False
    if _NOT_POLICY.search(inner) and not re.search(r"白皮书$", inner):
        return False
    if _WORK_AFTER.match(after) or _WORK_BEFORE.search(before):
        return False
    if _KIND.search(inner):
        return True
    # Long names without a kind are mostly documents, short ones mostly works: 《柳叶刀》.
    return len(inner) >= 8 or bool(_CITED_BEFORE.search(before) or _CITED_AFTER.match(after))


@lru_cache(maxsize=1)
def _law_pattern() -> tuple[re.Pattern[str], frozenset[str]]:
    """Return what matches a law's name that ends where the pattern is anchored, and how the names end."""
    lines = files("nhsa_nlp.entities").joinpath("resources/laws.txt").read_text("utf-8").splitlines()
    names = [line for line in lines if line and not line.startswith("#")]
    pattern = re.compile(rf"(?:中华人民共和国)?{longest_of(names)}\Z|中华人民共和国[一-龥]{{2,16}}?法\Z")
    return pattern, frozenset(name[-2:] for name in names)


# A name is looked for where one can end, which is rare.
_LAW_END = re.compile("法典?|条例|实施细则|保护特别规定")
_LONGEST_LAW = 40


def _laws(text: str) -> Iterator[tuple[int, int]]:
    pattern, last_words = _law_pattern()
    min_start = 0
    for ending in _LAW_END.finditer(text):
        for end in dict.fromkeys((ending.end(), ending.start() + 1)):
            begin = max(min_start, end - _LONGEST_LAW)
            if text[end - 2 : end] not in last_words and text.find("中华人民共和国", begin, end) < 0:
                continue  # 办法, 依法: most of what ends so
            match = pattern.search(text, begin, end)
            if match and not _NOT_LAW_AFTER.match(text, end):
                yield match.span()
                min_start = end
                break


def _numbered(text: str) -> Iterator[tuple[int, int]]:
    for match in _TITLED.finditer(text):
        start = match.start()
        run = re.search(r"[一-龥、]{0,40}\Z", text[max(0, start - 40) : start])
        issuers = _ISSUERS.fullmatch(_INTRODUCED.sub("", run.group())) if run else None
        yield (start - len(issuers.group()) if issuers else start), match.end()
