"""What the pages call things."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from nhsa_nlp.desk.decisions import CHOICES
from nhsa_nlp.pages.highlight import KINDS
from nhsa_nlp.record import EntityRecord
from nhsa_nlp.topic.labels import OUT_OF_SCOPE

STATES = {"new": "待分拣", "decided": "已分拣", "postponed": "暂缓", "returned": "已退回", "merged": "已并案"}

LABELS = {**{label: label.replace("x", "×") for label in CHOICES}, OUT_OF_SCOPE: "不属三领域"}

REASONS = {
    "contradiction": "与相似件判定不一",
    "low_confidence": "把握不足",
    "near_scope": "属医疗卫生邻近事项",
    "out_of_scope": "疑不属三领域",
    "too_short": "文字过少",
    "not_chinese": "不是中文",
    "group": "有相似件",
}

SORTS = {"doubt": "需人工判断者在先", "newest": "新收在先", "oldest": "早收在先", "unsure": "把握小者在先"}

EVENTS = {
    "received": "收文",
    "accept": "采纳模型判定",
    "relabel": "改判",
    "entities": "更正实体",
    "assign": "分派",
    "merge": "并案",
    "note": "备注",
    "postpone": "暂缓",
    "send_back": "退回",
    "reopen": "恢复待分拣",
    "undo": "撤销",
    "answer": "模型重新判定",
    "use_bundle": "启用模型",
}

FIELDS = {
    "state": "状态",
    "label": "类别",
    "office": "承办处室",
    "person": "承办人",
    "lead": "牵头件",
    "until": "暂缓至",
    "note": "备注",
    "entities": "实体",
    "answer": "模型判定",
}

ROLES = {"reader": "查阅", "officer": "分拣员", "lead": "负责人", "admin": "管理员"}

ENTITIES = KINDS

FILE_STATES = {"waiting": "待读取", "read": "已读取", "failed": "未能读取"}

FAILURES = {
    "unreadable": "无法读取",
    "too long": "过长，请拆分后再收",
    "timeout": "读取超时，请拆分后再收",
    "memory": "所需内存过多，请拆分后再收",
    "crash": "读取时程序异常退出，请联系管理员",
    "error": "读取时程序出错，请联系管理员",
}
"""Why a file was not read, for those reasons that `_REASONS_NOT_READ` has not."""

_REASONS_NOT_READ = (
    (r"encrypted|password", "有密码或已加密，请去掉密码后另存再收"),
    (r"holds no web page", "网页没有存好，请重新保存为 .html"),
    (r"perhaps only pictures", "没有文字，可能只有图片，请打印成 PDF 再收"),
    (r"perhaps only scanned", "没有文字，可能只有扫描页，请转成 PDF 再收"),
    (r"needs OCR|no text that can be read as it is", "是扫描件，本机没有安装文字识别，请联系管理员"),
    (r"is empty|holds no (?:text|records)", "没有内容"),
    (r"zip bomb|share their data|is too much: the archive", "解压后过大，疑为有害文件，没有读取"),
    (r"archives or mails deep", "压缩包或邮件套得过深，请解开外层再收"),
    (r"packed by method", "压缩方式不支持，请打包成普通 .zip 再收"),
    (r"not a zip file|cannot be unpacked|fetch or pack it again", "压缩包已损坏，请重新打包或重新获取"),
    (r"rename it to (\.\w+)", "扩展名与内容不符，请改为 {} 再收"),
    (r"--convert-to (\w+)", "此格式不能直接读取，请另存为 .{} 再收"),
    (r"save it as (\.\w+)", "此格式不能直接读取，请另存为 {} 再收"),
    (r"damaged PDF|not a PDF", "PDF 文件已损坏或不是 PDF，请打开后另存或重新打印成 PDF"),
    (r"(?:damaged|not an?) image", "图片已损坏或不是图片，请重新扫描或另存"),
    (r"is a binary file|neither its name nor its beginning", "看不出是什么格式，请补上正确的扩展名"),
    (r"cannot read (\.\S+);", "不能读取 {} 格式"),
    (r"has no column|could hold the text", "登记表须有且只有一列名为“正文”或“内容”，请修改表头"),
    (r"could hold the label", "登记表有几列都像类别，请只保留一列"),
    (r"quotation mark|the row has more than", "登记表此处引号或分隔符有误，请修改"),
    (r"NUL character|encoding|(?:not|begins as|marked as) (?:utf|UTF|gb)", "文字编码有误，请另存为 UTF-8"),
    (r"empty rows in one place|lacks more than", "空行或空列过多，请删除后再收"),
    (r"JSON|nested", "不是规范的 JSON，请重新导出"),
    (r"Parquet", "Parquet 文件已损坏，请重新导出"),
    (r"damaged|as a web page|not an? (?:Excel|Word|OFD)", "文件已损坏或不是这种格式，请打开后另存"),
    (r"more memory", "所需内存过多，请拆分后再收"),
    (r"--timeout", "读取超时，请拆分后再收"),
    (r"process that ", "读取时程序异常退出，请联系管理员"),
    (r"more than|longer than|at most|too deep", "过大或结构异常，请拆分或另存后再收"),
    (r"cannot be read: ", "不能打开，请重新上传"),
)
"""What the readers' reasons are in Chinese, the first that fits; ``{}`` is what is in brackets."""


_NEARLY = 0.95  # of a text


def label_name(label: str | None) -> str:
    """Return what a label is called; a document may have none."""
    return "未判定" if label is None else LABELS.get(label, label)


def reason_name(reason: str) -> str:
    """Return why a person has to look."""
    return REASONS.get(reason, reason)


def likeness(share: float, *, is_same: bool) -> str:
    """Return how much of the shorter of two texts the longer has, in words."""
    if is_same:
        return "正文相同"
    return "正文几乎相同" if share >= _NEARLY else f"正文 {share:.0%} 相同"


def not_read(kind: str, reason: str) -> str:
    """Return why a file was not read, in Chinese; the reason itself stands with one that is not known."""
    for pattern, said in _REASONS_NOT_READ:
        if match := re.search(pattern, reason):
            return said.format(*match.groups())
    return f"{FAILURES[kind]}（{reason}）"


def local_time(moment: str | None) -> str:
    """Return a time of the database as a clock on the wall shows it."""
    if moment is None:
        return ""
    return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M")


def changes(
    before: Mapping[str, Any], after: Mapping[str, Any], answered: Sequence[EntityRecord]
) -> list[tuple[str, str]]:
    """Return what an event changed: the names of the fields, and what they were and are.

    Parameters
    ----------
    answered
        The entities that the model of the event found: those of a document that nobody has corrected.
    """
    return [
        (
            FIELDS[name],
            _entity_changes(before.get(name), after.get(name), answered)
            if name == "entities"
            else f"{_value(name, before.get(name))} → {_value(name, after.get(name))}",
        )
        for name in FIELDS
        if name in after and before.get(name) != after.get(name)
    ]


def _entity_changes(before: str | None, after: str | None, answered: Sequence[EntityRecord]) -> str:
    were, are = (
        {
            (each["start"], each["end"], each["label"]): f"{ENTITIES[each['label']]}“{each['text']}”"
            for each in (answered if value is None else json.loads(value))
        }
        for value in (before, after)
    )
    removed = [f"减 {text}" for place, text in were.items() if place not in are]
    added = [f"增 {text}" for place, text in are.items() if place not in were]
    return "，".join(removed + added) or "未变"


def _value(name: str, value: Any) -> str:
    if value is None:
        return "—"
    if name in ("label", "answer"):
        return label_name(value)
    if name == "state":
        return STATES[value]
    if name == "lead":
        return f"第{value}号"
    return str(value)
