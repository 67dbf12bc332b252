"""One table in every format: ``label`` and the training read the same rows from it."""

from __future__ import annotations

import csv
import datetime
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nhsa_nlp.data.corpus import read_labelled_table, read_replies
from nhsa_nlp.errors import InputError
from nhsa_nlp.io import ReadOptions, read_documents
from nhsa_nlp.labelling import labelled

NAMES = ["序号", "正文", "标签"]
TEXTS = ["异地就医\n直接结算", '他说"好",可以', "546.8亿元", "12", "2021-07-29"]
LABELS = ["医保", "医疗x医保", "3", "2021-07-29", "0.5"]
TITLE = ["2024年来文登记", None, None]

Cells = list[list[Any]]


def typed() -> Cells:
    """The table as formats that know types have it: numbers and dates are no texts."""
    texts: list[Any] = [*TEXTS[:3], 12, datetime.date(2021, 7, 29)]
    labels: list[Any] = [*LABELS[:2], 3, datetime.date(2021, 7, 29), 0.5]
    return [[number, *row] for number, row in enumerate(zip(texts, labels, strict=True), start=7)]


def plain() -> Cells:
    return [[str(n), *row] for n, row in enumerate(zip(TEXTS, LABELS, strict=True), start=7)]


def write_delimited(path: Path, head: Cells) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, delimiter="\t" if path.suffix == ".tsv" else ",")
        writer.writerows([*head, NAMES, *plain()])


def write_xlsx(path: Path, head: Cells) -> None:
    book = openpyxl.Workbook()
    for row in [*head, NAMES, *typed()]:
        book.active.append(row)
    book.save(path)


def objects() -> list[dict[str, Any]]:
    rows = [dict(zip(NAMES, row, strict=True)) for row in typed()]
    return json.loads(json.dumps(rows, default=str))  # type: ignore[no-any-return]


def write_jsonl(path: Path, _: Cells) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in objects()), "utf-8")


def write_json(path: Path, _: Cells) -> None:
    path.write_text(json.dumps(objects(), indent=1), "utf-8")


def write_parquet(path: Path, _: Cells) -> None:
    columns = list(zip(*plain(), strict=True))
    pq.write_table(pa.table({name: list(column) for name, column in zip(NAMES, columns, strict=True)}), path)


WRITERS: dict[str, tuple[Callable[[Path, Cells], None], int]] = {
    ".csv": (write_delimited, 2),
    ".tsv": (write_delimited, 2),
    ".xlsx": (write_xlsx, 2),
    ".jsonl": (write_jsonl, 1),
    ".json": (write_json, 1),
    ".parquet": (write_parquet, 1),
}
"""How a format is written, and the number of its first row."""


@pytest.mark.parametrize("suffix", [".jsonl", ".json"])
def test_fields_that_annotation_tools_have_too_change_no_id(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(globals(), "NAMES", ["no", "text", "label"])
    monkeypatch.setitem(globals(), "typed", plain)
    path = tmp_path / f"c{suffix}"
    WRITERS[suffix][0](path, [])
    wanted = [document.id for document in read_documents([path])]
    for read in (read_labelled_table, labelled.read_labelled):
        assert [item.id for item in read(path)] == wanted == ["c-1", "c-2", "c-3", "c-4", "c-5"]


@pytest.mark.parametrize("above", [[], [TITLE], [TITLE, ["单位：件", None, None]]])
@pytest.mark.parametrize("suffix", WRITERS)
def test_every_reader_reads_the_same_rows(tmp_path: Path, suffix: str, above: Cells) -> None:
    write, first = WRITERS[suffix]
    if above and first == 1:
        return  # a format whose columns have names has no place for a title
    path = tmp_path / f"c{suffix}"
    write(path, above)
    read = list(read_documents([path]))
    for found in (read_labelled_table(path), labelled.read_labelled(path)):
        assert [item.id for item in found] == [document.id for document in read]
        assert [item.text for item in found] == [document.text for document in read] == TEXTS
        assert [item.label for item in found] == LABELS
    assert [document.id for document in read] == [f"c-{first + len(above) + n}" for n in range(len(TEXTS))]


@pytest.mark.parametrize("suffix", WRITERS)
def test_a_row_without_a_label_is_named(tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "LABELS", [*LABELS[:3], "", LABELS[4]])
    rows = typed()
    rows[3][2] = None
    monkeypatch.setitem(globals(), "typed", lambda: rows)
    write, first = WRITERS[suffix]
    path = tmp_path / f"c{suffix}"
    write(path, [])
    with pytest.raises(InputError, match="no label in the column '标签'; add it or delete the row") as caught:
        read_labelled_table(path)
    line = first + 4 if suffix in (".csv", ".tsv") else first + 3  # the first text has two lines
    assert f"c{suffix}:{line}:" in str(caught.value) or f"row={line}:" in str(caught.value)
    assert len(list(read_documents([path]))) == len(TEXTS)


def test_ids_of_a_column_are_used_and_made_unique_alike(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text("编号,正文,标签\nA,一,甲\nA,二,乙\n,三,甲\n", "utf-8")
    ids = [document.id for document in read_documents([path])]
    assert ids == [item.id for item in read_labelled_table(path)] == ["A", "A-2", "c-4"]


def test_the_replies_keep_their_ids(tmp_path: Path) -> None:
    path = tmp_path / "replies.tsv"
    path.write_text("医保\t" + "甲" * 31 + "\n医疗\t乙\n", "utf-8")
    assert [item.id for item in read_replies(path)] == ["reply-000", "reply-001"]
    assert [item.id for item in labelled.read_labelled(path)] == ["reply-000", "reply-001"]
    assert [item.id for item in labelled.read_labelled(tmp_path)] == ["reply-000", "reply-001"]


def test_columns_are_given_by_number_where_none_is_named(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text("a,一,甲\nb,二,乙\n", "utf-8")
    options = ReadOptions(text_column="2", id_column="1")
    documents = list(read_documents([path], options))
    assert [(d.id, d.text, d.columns) for d in documents] == [
        ("a", "一", {"3": "甲"}),
        ("b", "二", {"3": "乙"}),
    ]
    found = read_labelled_table(path, "2", "3", "1")
    assert [(i.id, i.text, i.label) for i in found] == [("a", "一", "甲"), ("b", "二", "乙")]
    path.write_text("名,正文,标签\na,一,甲\n", "utf-8")
    with pytest.raises(InputError, match="has no column '2'"):
        list(read_documents([path], options))
    path.write_text("2,1,0\na,一,甲\n", "utf-8")  # these are names
    assert [document.text for document in read_documents([path], ReadOptions(text_column="2"))] == ["a"]


def test_a_json_file_is_read_if_it_is_named_and_passed_over_in_folders(tmp_path: Path) -> None:
    write_json(tmp_path / "c.json", [])
    (tmp_path / "a.txt").write_text("正文", "utf-8")
    assert [document.id for document in read_documents([tmp_path])] == ["a"]
    assert len(list(read_documents([tmp_path / "c.json"]))) == len(TEXTS)


def test_labelled_texts_of_one_file_are_in_one_column(tmp_path: Path) -> None:
    path = tmp_path / "c.jsonl"
    path.write_text('{"text": "一", "label": "甲"}\n{"content": "二", "label": "乙"}\n', "utf-8")
    with pytest.raises(InputError, match=r"c\.jsonl:2: has no column 'text'"):
        read_labelled_table(path)


@pytest.mark.parametrize(
    ("head", "text", "label"),
    [
        ("标题,类别,年份", "标题", "类别"),
        ("标题,答复,类别", "答复", "类别"),
        ("标题,内容,类别", "内容", "类别"),
        ("来文,标签", "来文", "标签"),
        ("正文,科室", "正文", "科室"),
        ("主题,正文,Label", "正文", "Label"),
    ],
)
def test_how_the_columns_of_labelled_texts_are_found(
    tmp_path: Path, head: str, text: str, label: str
) -> None:
    path = tmp_path / "c.csv"
    names = head.split(",")
    path.write_text(f"{head}\n{','.join(f'<{name}>' for name in names)}\n", "utf-8")
    (found,) = read_labelled_table(path)
    assert (found.text, found.label) == (f"<{text}>", f"<{label}>")


def test_several_columns_of_texts_are_refused_by_all(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text("正文,内容,标签\n一,二,甲\n", "utf-8")
    for read in (read_labelled_table, lambda path: list(read_documents([path]))):
        with pytest.raises(InputError, match="several columns could hold the text: '正文', '内容'"):
            read(path)
