"""Records for the tests of writers, with everything that a record can hold."""

from __future__ import annotations

import copy
from typing import Any

from nhsa_nlp.record import Record

TEXT = (
    "国家医疗保障局对第2020号建议的答复：根据《关于建立机制的意见》（国办发〔2021]14号），"
    "跨省—3—异地就医546.8亿元。"
)

FULL: Any = {
    "id": "a",
    "source": "letters/a.txt",
    "sha256": "0" * 64,
    "chars": 2311,
    "topic": {
        "label": "医疗x医保",
        "probability": 0.66,
        "facets": {"医保": 0.97, "医疗": 0.71, "医药": 0.08},
        "alternatives": [{"label": "医保", "probability": 0.21}, {"label": "三联动", "probability": 0.1}],
        "review": True,
        "reason": "low_confidence",
        "evidence": [
            {
                "start": 31,
                "end": 35,
                "text": "异地就医",
                "facet": "医保",
                "weight": -0.42,
                "request": True,
            }
        ],
    },
    "entities": [
        {
            "start": 10,
            "end": 26,
            "label": "POLICY",
            "text": "《意见》",
            "title": "意见",
            "alias": True,
            "ref": "关于建立机制的意见",
            "doc_no": "国办发〔2021〕14号",
        },
        {
            "start": 27,
            "end": 40,
            "label": "DOC_NO",
            "text": "国办发〔2021]14号",
            "normalized": "国办发〔2021〕14号",
        },
        *(
            {
                "start": 50,
                "end": 60,
                "label": "QUANTITY",
                "text": text,
                "value": value,
                "unit": unit,
                "op": op,
            }
            for text, value, unit, op in [
                ("546.8亿元", 54680000000, "元", "eq"),
                ("超过30%", 30.5, "%", "gt"),
                ("3至5个", [3, 5.0], "个", "range"),
                ("数十个", None, "个", "approx"),
                ("很多", 123456789012345678901234567890, "元", "eq"),
            ]
        ),
        {"start": 70, "end": 72, "label": "DRUG", "text": "药品"},
    ],
    "letter": {
        "kind": "reply",
        "body": "npc",
        "number": "医保函〔2021〕85号",
        "proposal_number": "2020",
        "proposal_category": None,
        "session": "十三届全国人大四次会议",
        "addressee": "聂鹏举代表",
        "subject": "关于加快实现全国医保跨地区结算的建议",
        "consulted": ["财政部", "国家卫生健康委"],
        "sections": [{"start": 400, "end": 1200, "title": "一"}],
        "date": "2021-07-29",
        "issuer": "国家医疗保障局",
    },
    "model": {"name": "default", "version": "0.1.0"},
    "columns": {"年份": 2021, "label": "医保", "嵌套": {"a": [1, None]}},
}

DECLINED: Any = {
    **FULL,
    "id": "c",
    "topic": {
        "label": None,
        "probability": None,
        "facets": {},
        "alternatives": [{"label": "医疗", "probability": 0.3}],
        "review": True,
        "reason": "near_scope",
        "evidence": [],
    },
}
"""One without a label, as it is next to health."""

BARE: Record = {
    "id": "b",
    "source": "t.xlsx#row=2",
    "sha256": "1" * 64,
    "chars": 1,
    "topic": None,
    "entities": [],
    "letter": None,
    "model": {"name": "", "version": ""},
}


def with_texts(record: Record, text: str) -> Record:
    """Return a record in which every text is another."""

    def replaced(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: item if key in {"label", "op"} else replaced(item) for key, item in value.items()}
        if isinstance(value, list):
            return [replaced(item) for item in value]
        return text if isinstance(value, str) else value

    return replaced(copy.deepcopy(record))  # type: ignore[no-any-return]
