"""What the pages call things."""

from __future__ import annotations

import json
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
    "unreadable": "无法读取：格式不支持、文件损坏、有密码或没有文字",
    "too long": "过长，请拆分后再收",
    "timeout": "读取超时，请拆分后再收",
    "memory": "所需内存过多，请拆分后再收",
    "crash": "读取时程序异常退出",
    "error": "读取时程序出错",
}
"""Why a file was not read; the reason itself stands beside it, for whoever looks after the desk."""


def label_name(label: str | None) -> str:
    """Return what a label is called; a document may have none."""
    return "未判定" if label is None else LABELS.get(label, label)


def reason_name(reason: str) -> str:
    """Return why a person has to look."""
    return REASONS.get(reason, reason)


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
