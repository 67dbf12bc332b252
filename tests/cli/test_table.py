from __future__ import annotations

import io
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from nhsa_nlp.cli.table import TableWriter
from nhsa_nlp.record import Record


def record(id_: str = "npc-13-4-2020", label: str | None = "医疗x医保", **topic: Any) -> Record:
    return {
        "id": id_,
        "source": f"{id_}.txt",
        "sha256": "0" * 64,
        "chars": 30,
        "topic": {
            "label": label,
            "probability": 0.664,
            "facets": {"医保": 0.97, "医疗": 0.71, "医药": 0.08},
            "alternatives": [],
            "review": False,
            "reason": None,
            "evidence": [],
            **topic,  # type: ignore[typeddict-item]
        },
        "entities": [
            policy("中华人民共和国社会保险法"),
            policy("办法", alias=True, ref="基本医疗保险用药管理暂行办法"),
            policy("基本医疗保险用药管理暂行办法"),
            {"start": 9, "end": 12, "label": "QUANTITY", "text": "50%", "value": 50, "unit": "%", "op": "eq"},
        ],
        "letter": None,
        "model": {"name": "default", "version": "1"},
    }


def policy(title: str, *, alias: bool = False, ref: str | None = None) -> Any:
    return {
        "start": 0,
        "end": 2,
        "label": "POLICY",
        "text": f"《{title}》",
        "title": title,
        "alias": alias,
        "ref": ref,
        "doc_no": None,
    }


def printed(*records: Record, width: int) -> str:
    console = Console(file=io.StringIO(), width=width, force_terminal=False, highlight=False)
    with TableWriter(console) as writer:
        for item in records:
            writer.write(item)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_no_line_is_wider_than_the_terminal_and_the_columns_are_aligned(width: int) -> None:
    rows = [
        record(),
        record("a-very-long-name-of-a-file-that-no-column-can-hold/and-its-folder", "医保"),
        record("关于加快实现全国医保跨地区结算的建议的答复", "三联动", review=True, reason="low_confidence"),
    ]
    lines = printed(*rows, width=width).splitlines()
    assert max(cell_len(line) for line in lines) <= width
    # Chinese characters take two columns: the next column begins under its heading all the same.
    column = lines[0].index("Topic")
    for label in ("医疗x医保", "三联动"):
        (line,) = [line for line in lines if label in line]
        assert cell_len(line[: line.index(label)]) == column


def test_a_document_with_many_policies_takes_one_line() -> None:
    lines = printed(record(), record("b"), width=80).splitlines()
    assert len(lines) == len(["headings", "rule", "npc-13-4-2020", "b", "summary"])
    assert "…" in lines[2]


def test_a_row_says_what_there_is_to_know() -> None:
    text = printed(record(review=True, reason="low_confidence"), record("b", "医保"), width=160)
    first = next(line for line in text.splitlines() if "npc-13-4-2020" in line)
    assert all(piece in first for piece in ("医疗x医保", "66%", "low confidence", "中华人民共和国社会保险法"))
    assert "2 《" in first  # an alias and the policy it stands for are one
    assert text.rstrip().endswith("2 documents, 1 to review")


def test_a_record_without_topic_has_a_row() -> None:
    bare = record()
    bare["topic"] = None
    bare["entities"] = []
    declined = record("declined", None, probability=None, review=True, reason="too_short")
    text = printed(bare, declined, width=100)
    assert "npc-13-4-2020" in text
    assert "too short" in text


def test_names_cannot_steer_the_terminal_or_the_markup() -> None:
    hostile = record("[bold red]x[/]\x1b[2J\n\u202egnp")
    text = printed(hostile, width=160)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "[bold red]x[/]\\x1b[2J\\n\\u202e" in text


def test_without_records_nothing_is_printed() -> None:
    assert printed(width=80) == ""


def test_rows_of_a_register_are_told_apart_by_their_titles(monkeypatch: pytest.MonkeyPatch) -> None:
    row = record("001", "医保")
    row["letter"], row["columns"] = None, {"标题": "住院能不能多报一点" + "，" * 60}
    text = printed(row, width=200)
    assert "住院能不能多报一点" in text
    assert "…" in text
    monkeypatch.setenv("NHSA_NLP_LANG", "zh")
    assert "共 1 份，需人工判断 0 份" in printed(row, width=200)
