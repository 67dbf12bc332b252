from __future__ import annotations

import csv
import io
from pathlib import Path

from nhsa_nlp.archive.policies import to_csv, to_object
from tests.archive.policies.records import LAW, archive_of, policy, record

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
