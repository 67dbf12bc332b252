"""Tables of labelled texts: every format, every way of naming columns, and what is refused."""

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from nhsa_nlp.data.corpus import LabelledText, read_labelled_table
from nhsa_nlp.errors import InputError, InputProblemsError

ROWS = [("医保报销\n比例", "医保"), ('他说"好"，可以', "医疗"), ("药品,价格", "医药"), ("再一个", "医药")]


def pairs(documents: Iterable[LabelledText]) -> list[tuple[str, str]]:
    return [(document.text, document.label) for document in documents]


def write_csv(
    path: Path,
    rows: Iterable[Sequence[str]],
    header: Sequence[str] = ("正文", "标签"),
    encoding: str = "utf-8",
    **options: Any,
) -> Path:
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream, **options).writerows([header, *rows] if header else rows)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_csv_in_the_encodings_and_separators_of_spreadsheets(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    path = write_csv(tmp_path / "a.csv", ROWS, encoding=encoding, delimiter=delimiter)
    assert pairs(read_labelled_table(path)) == ROWS


def test_csv_rows_know_their_lines_and_identifiers(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [("x1", *ROWS[0]), ("x2", *ROWS[1])], ("编号", "内容", "类别"))
    assert read_labelled_table(path) == [
        LabelledText("x1", "医保", ROWS[0][0], 2),
        LabelledText("x2", "医疗", ROWS[1][0], 4),
    ]


def test_xlsx(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in [("类别", "正文", "年份"), ("收费", "甲", 2021), (None, None, None), (3, "乙", 2022)]:
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    documents = read_labelled_table(tmp_path / "a.xlsx")
    assert [(d.text, d.label, d.line) for d in documents] == [("甲", "收费", 2), ("乙", "3", 4)]


@pytest.mark.parametrize("name", ["a.jsonl", "a.json"])
def test_json(tmp_path: Path, name: str) -> None:
    items = [{"text": t, "label": [label, "x2"] if i else label} for i, (t, label) in enumerate(ROWS)]
    lines = "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items)
    (tmp_path / name).write_text(lines if name == "a.jsonl" else json.dumps(items), "utf-8")
    assert [d.label for d in read_labelled_table(tmp_path / name)] == [
        "医保",
        "医疗xx2",
        "医药xx2",
        "医药xx2",
    ]


HEADLINES = [(f'"第{n}条" 新闻标题', "体育" if n % 2 else "财经") for n in range(8)]


@pytest.mark.parametrize("text_first", [True, False])
def test_a_tsv_without_header_where_it_is_certain(tmp_path: Path, text_first: bool) -> None:
    lines = ["\t".join(row if text_first else row[::-1]) for row in HEADLINES]
    (tmp_path / "a.tsv").write_text("\n".join(lines) + "\n", "utf-8")
    documents = read_labelled_table(tmp_path / "a.tsv")
    assert pairs(documents) == HEADLINES  # quotes are part of a headline
    assert [d.id for d in documents][:2] == ["a-1", "a-2"]


def test_the_labels_of_the_sectors_are_known_in_the_smallest_file(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("医保\t一\n三联动\t二\n", "utf-8")
    assert pairs(read_labelled_table(tmp_path / "a.tsv")) == [("一", "医保"), ("二", "三联动")]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("甲\t乙\n丙\t丁\n戊\t己\n", "which column is the text"),
        ("话题\t正式\n" + "".join(f"a\t文{n}\nb\t章{n}\n" for n in range(4)), "is this a header"),
        # Shorter than every text, though a misspelt label occurs once as well.
        (
            "来文\t科室\n" + "".join(f"第{n}封来信\t{n % 2}科\n" for n in range(8)) + "最后一封\t科\n",
            "is this a header",
        ),
        ("甲\t乙\t丙\n丁\t戊\t己\n", "--text-column and --label-column"),
    ],
)
def test_what_is_uncertain_is_asked(tmp_path: Path, content: str, says: str) -> None:
    (tmp_path / "a.tsv").write_text(content, "utf-8")
    with pytest.raises(InputError, match=says):
        read_labelled_table(tmp_path / "a.tsv")


def test_of_a_workbook_all_sheets_with_the_columns_are_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["说明"])
    for title, text in (("上半年", "一"), ("下半年", "二")):
        sheet = book.create_sheet(title)
        sheet.append(["正文", "类别"])
        sheet.append([text, "甲"])
    book.save(tmp_path / "a.xlsx")
    found = read_labelled_table(tmp_path / "a.xlsx")
    assert [(d.id, d.text, d.line) for d in found] == [("a-上半年-2", "一", 2), ("a-下半年-2", "二", 2)]


def test_columns_can_be_named_or_numbered(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [("甲", "乙", "丙")], ("标题", "来文", "科室"))
    assert pairs(read_labelled_table(path, "来文", "科室")) == [("乙", "丙")]
    (tmp_path / "b.tsv").write_text("甲\t乙\t丙\n", "utf-8")
    assert pairs(read_labelled_table(tmp_path / "b.tsv", "3", "1")) == [("丙", "甲")]
    with pytest.raises(
        InputError, match=r"no column '科'; its columns are '标题', '来文', '科室'; .* --label-column"
    ):
        read_labelled_table(path, "来文", "科")
    with pytest.raises(InputError, match="both text and label"):
        read_labelled_table(path, "来文", "来文")


def test_what_is_only_called_a_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_text("<table><tr><th>label<th>text<tr><td>医保<td>报销</table>", encoding="utf-8")
    assert [(row.label, row.text) for row in read_labelled_table(path)] == [("医保", "报销")]
    for content, says in [
        ("<html><p>报销", "is a web page without a table"),
        ("{\\rtf1 x}", r"but a \.rtf; give"),
    ]:
        path.write_text(content, encoding="utf-8")
        with pytest.raises(InputError, match=says):
            read_labelled_table(path)


def test_all_bad_rows_are_named_at_once(tmp_path: Path) -> None:
    rows = [("甲", "a"), ("", "b"), ("乙", " "), ("丙", "c", "d"), ("丁", "e")]
    with pytest.raises(InputProblemsError) as caught:
        read_labelled_table(write_csv(tmp_path / "a.csv", rows))
    messages = [str(problem) for problem in caught.value.problems]
    assert [m.split(":")[1] for m in messages] == ["3", "4", "5"]
    for message, word in zip(
        messages, ("text is empty", "no label in the column '标签'", "3 cells"), strict=True
    ):
        assert word in message


def test_an_identifier_that_comes_twice_is_refused_if_it_was_asked_for(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [("1", "甲", "a"), ("1", "乙", "b")], ("id", "text", "label"))
    assert [d.id for d in read_labelled_table(path)] == ["1", "1-2"]
    with pytest.raises(InputProblemsError, match=":3: the id '1' was already on line 2"):
        read_labelled_table(path, id_column="id")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"text,label\n", "is empty"),
        ("a.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", r"is not a table but a \.png; give a table"),
        ("a.csv", b"text,label\na\0b,c\n", ":2: holds a NUL"),
        ("a.csv", b'text,label\n"a"b,c\n', ":2: a quotation mark stands within a cell"),
        ("a.csv", "text,label\n甲,乙".encode()[:-1] + b"\xff", ":2: is not utf-8"),
        ("a.xlsx", b"PK\x03\x04 not really", "is damaged"),
        ("a.json", b'{"text": "a"}', "not a JSON list"),
        ("a.json", b"[" * 100_000, "not JSON"),
        ("a.json", b'[{"text": "a", "label": "b"},\n{"text"', ":2: is not JSON"),
        ("a.json", b'[{"text": "a", "label": "b"}\n', ":2: is not JSON .the list is not closed"),
        ("a.json", b'[{"text": "a", "label": "b"}, "c"]', ":2: is not a JSON object"),
        ("a.json", b'[{"text": "a", "label": {}}]', ":1: the label must be a string"),
        ("a.jsonl", b'{"text": "a", "label": "b"}\n[1]\n', ":2: "),
        (
            "a.json",
            b'[{"id": 1, "data": {"text": "a"}, "annotations": []}]',
            "make a table of it: nhsa-nlp convert",
        ),
        ("a.pdf", b"%PDF", r"give one of \.csv"),
        ("a.csv", None, "no such file"),
    ],
)
def test_damaged_files_are_refused_in_one_line(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=says) as caught:
        read_labelled_table(tmp_path / name)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path / name))
