from __future__ import annotations

import csv
import io
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from nhsa_nlp.archive.policies import Archive, CitedPolicy, read_citations, to_csv, to_graphml, to_object
from nhsa_nlp.errors import InputError
from nhsa_nlp.io import WRITERS
from tests.io.writers.records import BARE, FULL

LAW = "社会保险法"


def policy(title: str, **fields: Any) -> dict[str, Any]:
    entity = {"start": 0, "end": 1, "label": "POLICY", "text": "x", "title": title, "alias": False}
    return entity | {"ref": None, "doc_no": None} | fields


def record(name: str, *entities: dict[str, Any], label: str | None = "医保", **fields: Any) -> dict[str, Any]:
    topic = None if label is None else {"label": label}
    return {
        "id": name,
        "source": f"{name}.txt",
        "sha256": "0",
        "topic": topic,
        "entities": list(entities),
    } | fields


def write(path: Path, *records: Any) -> Path:
    lines = [each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in records]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def archive_of(tmp_path: Path, *records: Any) -> tuple[Archive, list[CitedPolicy]]:
    archive = Archive()
    for each in read_citations([write(tmp_path / "records.jsonl", *records)]):
        archive.add(each)
    return archive, archive.policies()


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


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "cut off|not JSON"),
        ("[]", "not a JSON object"),
        ('{"id": "a"}', "'entities' is missing"),
        ('{"entities": []}', "'id' is missing"),
        ('{"id": 3, "entities": []}', "'id' must be a string"),
        ('{"id": "a", "entities": [3]}', "entity 1: must be a JSON object"),
        ('{"id": "a", "entities": [{"label": "POLICY", "alias": false}]}', "entity 1: .*'title' is missing"),
        ('{"id": "a", "entities": [{"label": "POLICY", "title": "x", "alias": 0}]}', "true or false"),
        ('{"id": "a", "entities": [{"label": "POLICY", "title": "x", "alias": true, "ref": 1}]}', "'ref'"),
        ('{"id": "a", "entities": [], "topic": "医保"}', "'topic' must be an object"),
        ("[" * 100_000, "not JSON"),
        ('{"id": "a", "entities": [], "x": ' + "9" * 5000 + "}", "not JSON"),
    ],
)
def test_a_line_that_is_no_record_is_refused_with_its_place(tmp_path: Path, line: str, message: str) -> None:
    path = write(tmp_path / "r.jsonl", record("a"), "", line, record("b"))
    with pytest.raises(InputError, match=message) as caught:
        list(read_citations([path]))
    assert str(caught.value).startswith(f"{path}:3: ")
    refused: list[InputError] = []
    assert [each.id for each in read_citations([path], on_error=refused.append)] == ["a", "b"]
    assert [error.line for error in refused] == [3]


def test_a_line_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(record("a")).encode() + b"\n\xc4\xe3\n")
    refused: list[InputError] = []
    assert [each.id for each in read_citations([path], on_error=refused.append)] == ["a"]
    assert "is not utf-8; records are written in UTF-8" in str(refused[0])


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    refused: list[InputError] = []
    for path in (tmp_path, tmp_path / "missing.jsonl"):
        with pytest.raises(InputError):
            list(read_citations([path], on_error=refused.append))


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


HOSTILE = '=cmd|"/c calc"!A1'


def test_csv_holds_no_formulas(tmp_path: Path) -> None:
    archive, found = archive_of(
        tmp_path,
        *(record(f"{sign}id", policy(f"{sign}标题{i}")) for i, sign in enumerate("=+-@＝\t")),
        record("z", policy(HOSTILE)),
    )
    text = to_csv(found, archive.documents)
    assert text.startswith("\ufefftitle,")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert len(rows) == 7
    assert any(row["title"] == "'" + HOSTILE for row in rows)
    for row in rows:
        assert not any(cell.startswith(tuple("=+-@＝\t")) for cell in row.values())
        assert row["title"].startswith("'") or row["title"].startswith("标题")


def test_csv_rows(tmp_path: Path) -> None:
    title = "国家医保局 财政部关于建立医疗保障待遇清单制度的意见"
    archive, found = archive_of(
        tmp_path,
        record("a", policy(title), policy(title)),
        record("b", policy("关于建立医疗保障待遇清单制度的意见（征求意见稿）"), label="三联动"),
    )
    rows = list(
        csv.DictReader(io.StringIO(to_csv(found, archive.documents).removeprefix("\ufeff"), newline=""))
    )
    assert rows == [
        {
            "title": title,
            "number": "",
            "issuer": "国家医疗保障局、财政部",
            "year": "",
            "citations": "3",
            "drafts": "1",
            "documents": "2",
            "labels": "三联动 1; 医保 1",
            "document_ids": "a; b",
        }
    ]


def test_a_csv_cell_fits_a_spreadsheet(tmp_path: Path) -> None:
    archive, found = archive_of(tmp_path, *(record(f"document-{i:06d}", policy(LAW)) for i in range(3000)))
    rows = list(
        csv.DictReader(io.StringIO(to_csv(found, archive.documents).removeprefix("\ufeff"), newline=""))
    )
    cell = rows[0]["document_ids"]
    assert len(cell) < 32_767
    shown = cell.split("; ")
    assert shown[-1] == f"… (+{3000 - len(shown) + 1})"
    assert len(to_object(found[0], archive.documents)["documents"]) == 3000


def test_object_names_every_document(tmp_path: Path) -> None:
    archive, found = archive_of(tmp_path, record("a", policy(LAW, doc_no="主席令第35号")))
    assert to_object(found[0], archive.documents) == {
        "title": LAW,
        "number": "主席令第35号",
        "issuer": "中华人民共和国主席",
        "year": None,
        "citations": 1,
        "drafts": 0,
        "documents": [{"id": "a", "source": "a.txt", "citations": 1}],
        "labels": {"医保": 1},
    }


def test_graphml_is_read_by_networkx(tmp_path: Path) -> None:
    import networkx

    hostile = "<b>&\"'\x00\x1b\ud800]]></data>"
    letter = {"date": "2021-07-29", "issuer": "国家医疗保障局"}
    archive, found = archive_of(
        tmp_path,
        record("a", policy(LAW), policy(LAW), letter=letter),
        # json.dumps escapes what a file cannot hold.
        json.dumps(record(hostile, policy(LAW), policy(hostile, doc_no="国办发〔2021〕14号"), label=None)),
        record("c"),
    )
    path = tmp_path / "graph.graphml"
    path.write_text(to_graphml(found, archive.documents), "utf-8")
    graph = networkx.read_graphml(path)
    assert graph.is_directed()
    assert graph.nodes["d0"] == {
        "label": "a",
        "kind": "document",
        "source": "a.txt",
        "topic": "医保",
        "date": "2021-07-29",
        "issuer": "国家医疗保障局",
    }
    assert sorted(graph.edges(data="count")) == [("d0", "p0", 2), ("d1", "p0", 1), ("d1", "p1", 1)]
    assert graph.nodes["p1"]["label"].startswith("<b>&\"'\ufffd\ufffd")
    assert (graph.nodes["p1"]["year"], graph.nodes["p1"]["issuer"]) == (2021, "国务院办公厅")
    assert "year" not in graph.nodes["p0"]
    assert graph.degree("d2") == 0


def test_citations_are_read_from_parquet_as_from_json_lines(tmp_path: Path) -> None:
    for suffix in (".jsonl", ".parquet"):
        WRITERS[suffix](tmp_path / f"r{suffix}", [FULL, BARE])
    lines, rows = (list(read_citations([tmp_path / f"r{suffix}"])) for suffix in (".jsonl", ".parquet"))
    assert lines == rows
    assert rows[0].citations == {("关于建立机制的意见", "国办发〔2021〕14号"): 1}


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".sqlite"])
def test_a_file_for_readers_is_refused_in_one_line(tmp_path: Path, suffix: str) -> None:
    WRITERS[suffix](tmp_path / f"a{suffix}", [FULL])
    refused: list[InputError] = []
    with pytest.raises(InputError, match=r"does not hold whole records"):
        list(read_citations([tmp_path / f"a{suffix}"], on_error=refused.append))
    assert not refused
