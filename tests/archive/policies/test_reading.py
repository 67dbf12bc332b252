from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from nhsa_nlp.archive.policies import read_citations
from nhsa_nlp.errors import InputError
from nhsa_nlp.io import WRITERS
from nhsa_nlp.io.store.archive_file import open_archive_file
from tests.archive.policies.records import record, write
from tests.io.samples import zipped
from tests.io.writers.records import BARE, FULL


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


def test_citations_are_read_from_parquet_as_from_json_lines(tmp_path: Path) -> None:
    for suffix in (".jsonl", ".parquet"):
        WRITERS[suffix](tmp_path / f"r{suffix}", [FULL, BARE])
    lines, rows = (list(read_citations([tmp_path / f"r{suffix}"])) for suffix in (".jsonl", ".parquet"))
    assert lines == rows
    assert rows[0].citations == {("关于建立机制的意见", "国办发〔2021〕14号"): 1}


def test_citations_are_read_from_an_archive_as_from_its_records(tmp_path: Path) -> None:
    archive, lines = tmp_path / "a.sqlite", tmp_path / "r.jsonl"
    alias: Any = {"label": "POLICY", "start": 0, "end": 4, "text": "《办法》", "title": "办法"}
    known = {**alias, "alias": True, "ref": "居住证暂行条例", "doc_no": None}
    unknown = {**alias, "alias": True, "ref": None, "doc_no": None}
    records: Any = [FULL, {**BARE, "id": "b", "entities": [known, unknown, known]}]
    for path in (archive, lines):
        WRITERS[path.suffix](path, records, texts=lambda _: "医保")
    found = list(read_citations([archive]))
    assert found == list(read_citations([lines]))
    assert (found[1].citations, found[1].unresolved) == ({("居住证暂行条例", None): 2}, 1)
    with open_archive_file(archive) as changed:
        changed.delete([1], "2024-01-01T00:00:00+00:00")
    assert [each.id for each in read_citations([archive])] == ["b"]
    archive.write_bytes(archive.read_bytes()[:9000])
    with pytest.raises(InputError, match=r"a\.sqlite: .*damaged"):
        list(read_citations([archive]))


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_a_file_for_readers_is_refused_in_one_line(tmp_path: Path, suffix: str) -> None:
    WRITERS[suffix](tmp_path / f"a{suffix}", [FULL])
    with pytest.raises(InputError, match=r"does not hold whole records"):
        list(read_citations([tmp_path / f"a{suffix}"]))
    lines = write(tmp_path / "r.jsonl", record("a"))
    refused: list[InputError] = []
    found = list(read_citations([tmp_path / f"a{suffix}", lines], on_error=refused.append))
    assert ([each.id for each in found], len(refused)) == (["a"], 1)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (zipped({"word/document.xml": "正文" * 9_000}), "is not utf-8"),
        ("第一行\n" * 5_000, "not JSON"),
        ("第一行\n", "not JSON"),
        ('{"id": "a", "text": "正文"}\n' * 5_000, "not a record: the field 'entities' is missing"),
    ],
)
def test_a_file_without_records_is_one_error(tmp_path: Path, content: str | bytes, problem: str) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    lines = write(tmp_path / "r.jsonl", "[]", record("a"), "[]", record("b"))
    refused: list[InputError] = []
    found = list(read_citations([path, lines, path], on_error=refused.append))
    assert [each.id for each in found] == ["a", "b"]
    assert [error.line for error in refused] == [1, 1, 3, 1]
    assert "holds no records" in str(refused[0])
    assert problem in str(refused[0])
    with pytest.raises(InputError, match=r"a\.docx:1: "):
        list(read_citations([path]))
