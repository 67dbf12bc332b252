from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from nhsa_nlp.errors import InputError
from nhsa_nlp.io import ReadOptions, read_documents
from tests.io.tables.tables import places, read
from tests.paths import TRAINING_DATA

REPLIES = TRAINING_DATA / "replies.tsv"
TABLE = 'id,正文,年份\r\na,"第一行\r\n第二行,有 ""引号""",2020\r\nb,异地就医,\r\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_row_is_a_document_whatever_the_encoding_and_separator(
    tmp_path: Path, encoding: str, separator: str
) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(TABLE.replace(",", separator).encode(encoding))
    documents, errors = read(path)
    assert not errors
    assert [(d.id, d.columns) for d in documents] == [("a", {"年份": "2020"}), ("b", {"年份": ""})]
    assert documents[0].text == f'第一行\r\n第二行{separator}有 "引号"'
    assert documents[0].source == f"{path.as_posix()}#row=2"
    assert documents[0].meta == {"encoding": encoding.removesuffix("-sig")}


def test_the_separator_can_be_said_in_the_first_line_as_excel_knows_it(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("sep=|\r\nid|text\r\na|医保,目录\r\n", encoding="utf-8")
    (document,), errors = read(path)
    assert not errors
    assert (document.id, document.text, places([document])) == ("a", "医保,目录", ["row=3"])


def test_traditional_characters_in_big5(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    text = "依據全民健康保險法之規定，保險對象應自行負擔門診或急診費用之百分之二十"
    path.write_bytes(f"id,內容,text\nx-0001,無,{text}\n".encode("big5"))
    assert read(path, text_column="text")[0][0].text == text


def test_latin_names_and_numbers_do_not_hide_a_legacy_encoding(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    rows = "".join(f"https://example.org/letters/{i},{'x' * 50},医保目录调整\n" for i in range(50))
    path.write_bytes(f"url,note,正文\n{rows}".encode("gb18030"))
    documents, errors = read(path)
    assert not errors
    assert {document.text for document in documents} == {"医保目录调整"}


def test_a_title_may_stand_above_the_names_of_the_columns(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("2021年建议提案台账,,\n单位：件,,\n\n序号,标题,内容\n1,甲,医保\n", encoding="utf-8")
    (document,), errors = read(path)
    assert not errors
    assert (document.text, document.columns) == ("甲\n医保", {"序号": "1", "标题": "甲"})
    assert places([document]) == ["row=5"]
    path.write_text("2021年台账,,\n序号,单位,情况\n1,甲,医保\n", encoding="utf-8")
    assert "its columns are '序号', '单位', '情况'" in read(path)[1][0]
    path.write_text("x,y\n" * 11 + "序号,内容\n1,医保\n", encoding="utf-8")
    assert "its columns are 'x', 'y'" in read(path)[1][0]


def test_a_title_goes_before_the_text_unless_that_is_declined(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("标题,内容\n甲,医保\n,医药\n乙,\n,\n", encoding="utf-8")
    documents, errors = read(path)
    assert read(path, title_column="标题") == (documents, errors)
    assert [document.text for document in documents] == ["甲\n医保", "医药", "乙"]
    assert documents[0].columns == {"标题": "甲"}
    assert not errors  # the last row is empty altogether
    documents, errors = read(path, title_column="")
    assert [document.text for document in documents] == ["医保", "医药"]
    assert "the text is empty" in errors[0]
    assert [document.text for document in read(path, title_column="内容")[0]] == ["医保", "医药"]
    assert (
        "has no column '题'; its columns are '标题', '内容'; name one of them with --title-column"
        in (read(path, title_column="题")[1][0])
    )


def test_the_data_of_this_project_needs_no_header() -> None:
    documents, errors = read(REPLIES)
    lines = REPLIES.read_text("utf-8").splitlines()
    assert not errors
    assert [f"{d.columns['label']}\t{d.text}" for d in documents] == lines
    assert (documents[0].id, places(documents)[:2]) == ("replies-1", ["row=1", "row=2"])


@pytest.mark.parametrize("name", ["Text", " CONTENT ", "内容", "全文", "文本", "ＴＥＸＴ"])
def test_the_column_of_the_text_is_known_by_its_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"no,{name}\n1,医保\n", encoding="utf-8")
    (document,), _ = read(path)
    assert (document.text, document.columns) == ("医保", {"no": "1"})


def test_columns_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("文号,说明,text\nA1,医保,别的\n", encoding="utf-8")
    (document,), _ = read(path, text_column="说明", id_column="文号")
    assert (document.id, document.text, document.columns) == ("A1", "医保", {"text": "别的"})


@pytest.mark.parametrize(
    ("table", "options", "message"),
    [
        ("名称,说明\n1,2\n", {}, r":1?.*has no column .*'名称', '说明'.*--text-column.*names of the columns"),
        ("label\t医保\n医保\t短\n", {}, r"has no column .*'label', '医保'"),
        ("text,正文\n1,2\n", {}, r"several columns could hold the text: 'text', '正文'.*--text-column"),
        ("text\n1\n", {"text_column": "x"}, r"has no column 'x'; its columns are 'text'"),
        ("text\n1\n", {"id_column": "x"}, r"has no column 'x'.*--id-column"),
        ("", {}, "is empty"),
        ("text,id\r\n", {}, "is empty"),
        (" \n\n", {}, "is empty"),
    ],
)
def test_a_table_that_cannot_be_used_is_one_clear_line(
    tmp_path: Path, table: str, options: dict[str, Any], message: str
) -> None:
    path = tmp_path / "t.csv"
    path.write_text(table, encoding="utf-8")
    with pytest.raises(InputError, match=message) as caught:
        list(read_documents([path], ReadOptions(**options)))
    assert "\n" not in str(caught.value)


def test_a_bad_row_is_reported_with_its_line_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(
        'id,text\n1,"两\n行"\n2,\n3,多,了\n4,N\0L\n5,医保'.encode() + b"\xff\n" + "\n,,\n6,好\n".encode()
    )
    documents, errors = read(path)
    assert [(d.id, d.source.rpartition("=")[2]) for d in documents] == [("1", "2"), ("6", "9")]
    assert [error[:4].rstrip(" tih") for error in errors] == [":4:", ":5:", ":6:", ":7:"]
    for error, words in zip(errors, ["is empty", "3 cells", "NUL", "not utf-8"], strict=True):
        assert words in error


@pytest.mark.parametrize("last", ["4,后面\n", '4,后面\n5,"多\n行"\n'])
def test_a_quotation_mark_left_open_costs_one_row(tmp_path: Path, last: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f'id,text\n1,"没有闭合\n2,异地"就医\n3,好\n{last}', encoding="utf-8")
    documents, errors = read(path)
    assert [document.id for document in documents][:3] == ["2", "3", "4"]
    assert len(documents) == len(last.splitlines()) + 2 - last.count('"') // 2
    assert [error.partition(" ")[0] for error in errors] == [":2:"]
    assert "quotation mark is not closed" in errors[0]


def test_many_open_quotation_marks_take_linear_time(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("text\n" + '"a\n' * 20_000, encoding="utf-8")
    documents, errors = read(path)
    assert len(documents) + len(errors) == 20_000


def test_a_document_is_bounded_and_a_table_is_not(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("id,text\n" + "1,医保\n" * 50 + f"2,{'医' * 40}\n3,{'a' * 200}\n4,好\n", encoding="utf-8")
    documents, errors = read(path, max_bytes=100)
    assert len(documents) == 51
    assert [error.partition(" ")[0] for error in errors] == [":52:", ":53:"]
    assert all("longer than 100 " in error for error in errors)


def test_the_limit_of_the_csv_module_is_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f'text\n"{"医" * 200_000}"\n', encoding="utf-8")
    before = csv.field_size_limit()
    assert len(read(path)[0][0].text) == 200_000
    assert csv.field_size_limit() == before


def test_ids_of_columns_are_used_if_they_are_good_ones(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"编号,text\nA,一\nA,二\n,三\n{'x' * 201},四\n", encoding="utf-8")
    documents, _ = read(path)
    assert [document.id for document in documents] == ["A", "A-2", "t-4", "t-5"]
    assert documents[3].columns == {"编号": "x" * 201}


def test_repeated_and_empty_names_of_columns_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,text,a,,a (2)\n1,医保,2,3,4\n", encoding="utf-8")
    assert read(path)[0][0].columns == {"a": "1", "a (2)": "2", "column 4": "3", "a (2) (2)": "4"}


def test_the_lines_after_an_open_quotation_mark_are_one_error_with_it(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    lines = "".join(f"第{number}行\n" for number in range(100))
    path.write_text(f'id,text\n1,好\n2,"两\n行",3\n4,"没有闭合\n{lines}5,好\n{lines}', encoding="utf-8")
    documents, errors = read(path)
    assert [document.id for document in documents] == ["1", "5"]
    assert [error.partition(" ")[0] for error in errors] == [":3:", ":5:"]
    assert "a quotation mark is not closed, the one at character 3 of this line; close" in errors[1]
    assert "lines up to 206 that" in errors[1]


def test_a_bad_row_far_behind_an_open_quotation_mark_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('id,text\n1,"没有\n正文\n2,"好"\n3,\n', encoding="utf-8")
    documents, errors = read(path)
    assert [document.id for document in documents] == ["2"]
    assert [error.partition(" ")[0] for error in errors] == [":2:", ":5:"]


def test_the_open_quotation_mark_of_a_long_row_is_named(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('text,note\n"一\n二",好,"未闭合\n三\n', encoding="utf-8")
    _, errors = read(path)
    assert [error.partition(" ")[0] for error in errors] == [":3:"]
    assert "the one at character 6 of this line" in errors[0]


@pytest.mark.parametrize("last", ["", '"a"b\n'])
def test_cells_that_open_in_each_line_are_read_once(tmp_path: Path, last: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text("id,text,note\n" + 'x",,"z\n' * 40_000 + last, encoding="utf-8")
    documents, errors = read(path)
    assert not documents
    assert len(errors) < 10
