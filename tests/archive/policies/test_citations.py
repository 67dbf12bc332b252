from __future__ import annotations

import json
import tracemalloc
from pathlib import Path

from nhsa_nlp.archive.policies import Archive, read_citations
from tests.archive.policies.records import LAW, archive_of, policy, record


def test_counts_documents_and_labels(tmp_path: Path) -> None:
    archive, found = archive_of(
        tmp_path,
        record(
            "a", policy(LAW), policy("中华人民共和国社会保险法"), {"label": "DOC_NO", "start": 0, "end": 1}
        ),
        record("b", policy(LAW), policy("药品管理法"), label="医药"),
        record("c", policy(LAW), label="医药"),
        record("d", label=None),
    )
    law, drugs = found
    assert (law.policy.title, law.policy.citations) == (LAW, 4)
    assert dict(law.documents) == {0: 2, 1: 1, 2: 1}
    assert list(law.labels.items()) == [("医药", 2), ("医保", 1)]
    assert dict(drugs.documents) == {1: 1}
    assert [document.id for document in archive.documents] == ["a", "b", "c", "d"]


def test_short_titles_count_for_what_they_mean(tmp_path: Path) -> None:
    archive, found = archive_of(
        tmp_path,
        record(
            "a",
            policy("医疗保障基金使用监督管理条例"),
            policy("条例", alias=True, ref="医疗保障基金使用监督管理条例", doc_no="国令第735号"),
            policy("办法", alias=True),
            policy("意见", alias=True, doc_no="医保发〔2021〕5号"),
            policy("意见", alias=True, doc_no="医保发〔2021〕5号"),
            policy("关于建立医疗保障待遇清单制度的意见", doc_no="医保发〔2021〕5号"),
        ),
    )
    assert [(each.policy.title, each.policy.number, each.policy.citations) for each in found] == [
        ("关于建立医疗保障待遇清单制度的意见", "医保发〔2021〕5号", 3),
        ("医疗保障基金使用监督管理条例", "国务院令第735号", 2),
    ]
    assert archive.unresolved == 1


def test_a_document_counts_once(tmp_path: Path) -> None:
    again = record("a", policy(LAW))
    archive, found = archive_of(tmp_path, again, again, record("a", policy(LAW), source="other.txt"))
    assert archive.repeated == 1
    assert found[0].policy.citations == 2


def test_reading_keeps_no_texts(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for index in range(300):
            text = {"label": "QUANTITY", "text": "x" * 100_000}
            file.write(json.dumps(record(f"d{index}", policy(LAW), text)) + "\n")
    archive = Archive()
    tracemalloc.start()
    for each in read_citations([path]):
        archive.add(each)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(archive.documents) == 300
    assert peak < 3_000_000  # the file has 30 MB
