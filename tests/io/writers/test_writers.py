from __future__ import annotations

import copy
import csv
import datetime
import io
import json
import os
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nhsa_nlp.errors import InputError, OutputError
from nhsa_nlp.io import WRITERS, ReadOptions, read_documents, read_records, writer_for
from nhsa_nlp.io.writers.ownership import Judgement, judge
from nhsa_nlp.io.writers.record_schema import schema, to_row
from nhsa_nlp.record import (
    Alternative,
    DocNoRecord,
    Evidence,
    LetterRecord,
    ModelRecord,
    PolicyRecord,
    QuantityRecord,
    Record,
    SectionRecord,
    TopicRecord,
)
from tests.io.writers.records import BARE, DECLINED, FULL, TEXT, with_texts

FORMULAS = ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠x", ' "=1', "“=1", "'=1"]


def table(path: Path) -> list[dict[str, str]]:
    text = path.read_bytes().decode("utf-8-sig")
    return list(
        csv.DictReader(io.StringIO(text, newline=""), delimiter="\t" if path.suffix == ".tsv" else ",")
    )


def sheet_rows(path: Path, name: str) -> list[dict[str, Any]]:
    rows = list(openpyxl.load_workbook(path)[name].values)
    return [dict(zip(map(str, rows[0]), row, strict=True)) for row in rows[1:]]


@pytest.mark.parametrize("suffix", sorted(WRITERS))
def test_records_are_counted_and_nothing_else_is_left_in_the_folder(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"r{suffix}"
    assert writer_for(path)(path, iter([FULL, BARE])) == 2
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    assert writer_for(path)(path, []) == 0


@pytest.mark.parametrize("suffix", sorted(WRITERS))
def test_equal_records_give_equal_files(tmp_path: Path, suffix: str) -> None:
    paths = [tmp_path / f"a{suffix}", tmp_path / f"b{suffix}"]
    for path in paths:
        writer_for(path)(path, [FULL, BARE], texts=lambda _: TEXT)
        time.sleep(1.1 if path is paths[0] else 0)  # formats hold seconds
    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
def test_records_come_back_exactly(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"r{suffix}"
    WRITERS[suffix](path, [FULL, BARE, FULL])
    found = list(read_records(path))
    assert found == [FULL, BARE, FULL]
    assert json.dumps(found[0]) == json.dumps({key: FULL[key] for key in found[0]})


@pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
def test_the_other_numbers_of_a_list_are_kept(tmp_path: Path, suffix: str) -> None:
    record = copy.deepcopy(FULL)
    record["entities"][1]["also"] = ["国办发〔2021〕15号"]
    path = tmp_path / f"r{suffix}"
    WRITERS[suffix](path, [record])
    assert list(read_records(path)) == [record]


@pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
def test_a_record_without_a_label_keeps_its_alternatives(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"r{suffix}"
    WRITERS[suffix](path, [DECLINED])
    assert list(read_records(path)) == [DECLINED]


def test_the_parquet_of_an_older_version_is_read(tmp_path: Path) -> None:
    old = copy.deepcopy(FULL)
    del old["topic"]["evidence"][0]["request"]
    pq.write_table(pa.Table.from_pylist([to_row(old)], schema(current=False)), tmp_path / "r.parquet")
    assert list(read_records(tmp_path / "r.parquet")) == [old]


def test_the_records_of_real_letters_come_back_exactly(tmp_path: Path, nlp: Any, letters: Any) -> None:
    from nhsa_nlp.io import Document
    from nhsa_nlp.pipeline import records

    found = list(records(nlp, [Document(name, name, text, {}, {"n": 1}) for name, text in letters.items()]))
    assert found[0]["columns"] == {"n": 1}
    for suffix in (".jsonl", ".parquet"):
        WRITERS[suffix](tmp_path / f"r{suffix}", found)
        assert list(read_records(tmp_path / f"r{suffix}")) == found


def test_the_schema_of_parquet_has_every_field_of_a_record() -> None:
    columns = schema()
    entity = columns.field("entities").type.value_type
    topic, letter = columns.field("topic").type, columns.field("letter").type
    for kind, fields in [
        (Record, columns.names),
        (TopicRecord, [field.name for field in topic]),
        (Alternative, [field.name for field in topic.field("alternatives").type.value_type]),
        (Evidence, [field.name for field in topic.field("evidence").type.value_type]),
        (LetterRecord, [field.name for field in letter]),
        (SectionRecord, [field.name for field in letter.field("sections").type.value_type]),
        (ModelRecord, [field.name for field in columns.field("model").type]),
    ]:
        assert set(kind.__annotations__) == set(fields)
    for kind in (PolicyRecord, DocNoRecord, QuantityRecord):
        assert set(kind.__annotations__) <= {field.name for field in entity}


def test_parquet_is_typed_for_other_programs(tmp_path: Path) -> None:
    path = tmp_path / "r.parquet"
    WRITERS[".parquet"](path, [FULL])
    (row,) = pq.read_table(path).to_pylist()
    values = [entity["value"] for entity in row["entities"] if entity["label"] == "QUANTITY"]
    assert values[:4] == [[54680000000.0], [30.5], [3.0, 5.0], None]
    assert dict(row["topic"]["facets"])["医保"] == 0.97


@pytest.mark.parametrize("suffix", [".csv", ".tsv"])
def test_a_row_a_document(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"r{suffix}"
    WRITERS[suffix](path, [BARE, FULL])
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbfsubject")
    assert data.count(b"\r\n") == data.count(b"\n") == 3
    bare, full = table(path)
    assert (bare["id"], bare["label"], bare["医保"], bare["年份"]) == ("b", "", "", "")
    assert {name: full[name] for name in ("label", "probability", "医疗", "review")} == {
        "label": "医疗x医保",
        "probability": "0.66",
        "医疗": "0.71",
        "review": "low confidence",
    }
    assert full["alternatives"] == "医保 0.21; 三联动 0.10"
    assert full["policies"] == "《关于建立机制的意见》（国办发〔2021〕14号）"
    assert full["doc_numbers"] == "国办发〔2021〕14号"
    assert full["quantities"].startswith("54680000000元; >30.5%; 3–5个; 数十个; ")
    assert (full["consulted"], full["date"]) == ("财政部; 国家卫生健康委", "2021-07-29")
    assert (full["年份"], full["label (2)"], full["嵌套"]) == ("2021", "医保", '{"a": [1, null]}')


def test_the_columns_of_many_tables_are_bounded(tmp_path: Path) -> None:
    records = [{**BARE, "columns": {f"c{i}": i}} for i in range(600)]
    WRITERS[".csv"](tmp_path / "r.csv", records)  # type: ignore[arg-type]
    rows = table(tmp_path / "r.csv")
    assert len(rows[0]) < 540
    assert (rows[7]["c7"], rows[599]["other columns"]) == ("7", '{"c599": 599}')


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_is_a_formula(tmp_path: Path, text: str) -> None:
    record = with_texts(FULL, text)
    record["columns"] = {text: text}
    WRITERS[".csv"](tmp_path / "r.csv", [record])
    with (tmp_path / "r.csv").open(encoding="utf-8-sig", newline="") as stream:
        names, row = csv.reader(stream)
    starts = {cell.lstrip(" \"'“\t\r\n")[:1] for cell in [*names, *row] if not cell.startswith("'")}
    assert not starts & set("=+-@＝＋－＠")
    assert row[0].startswith("'")
    WRITERS[".xlsx"](tmp_path / "r.xlsx", [record])
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    kinds = {cell.data_type for sheet in book for row in sheet for cell in row}
    assert kinds == {"s", "n"}


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_cell_fits_a_spreadsheet_and_holds_what_xml_can(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"r{suffix}"
    odd = "一\r\n二\r三\0\x0b\ufffe\ud800"
    record = {**BARE, "columns": {"long": "𠀀医" * 20_000, "odd": odd, "big": 1 << 60}}
    WRITERS[suffix](path, [record])  # type: ignore[list-item]
    (row,) = table(path) if suffix == ".csv" else sheet_rows(path, "documents")
    assert row["long"].startswith("𠀀医𠀀")
    assert row["long"].endswith("…")
    assert 31_990 < len(row["long"].encode("utf-16-le")) // 2 <= 32_767
    assert row["odd"] == "一\n二\n三\ufffd\ufffd\ufffd\ufffd"
    assert row["big"] == str(1 << 60)


def test_a_workbook_has_a_sheet_for_each_kind(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    WRITERS[".xlsx"](path, [FULL, BARE])
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["documents", "policies", "document numbers", "quantities"]
    for sheet in book:
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref.startswith("A1:")
    full, bare = sheet_rows(path, "documents")
    assert (full["probability"], full["review"], full["年份"], bare["label"]) == (
        *(0.66, "low confidence", 2021),
        None,
    )
    sheet = book["documents"]
    assert [cell.value for cell in sheet[1]][:3] == ["subject", "id", "label"]
    row = {sheet.cell(1, cell.column).value: cell for cell in sheet[2]}
    assert row["date"].value == datetime.datetime(2021, 7, 29)  # noqa: DTZ001 - Excel knows no zones
    assert [row[name].number_format for name in ("probability", "医保", "chars")] == ["0%", "0%", "General"]
    ((area, rules),) = sheet.conditional_formatting._cf_rules.items()
    assert str(area.sqref) == f"{row['review'].column_letter}2:{row['review'].column_letter}3"
    assert rules[0].type == "notContainsBlanks"
    (policy,) = sheet_rows(path, "policies")
    assert (policy["id"], policy["ref"], policy["alias"]) == ("a", "关于建立机制的意见", "yes")
    assert [row["normalized"] for row in sheet_rows(path, "document numbers")] == ["国办发〔2021〕14号"]
    quantities = sheet_rows(path, "quantities")
    assert [(row["value"], row["to"], row["op"]) for row in quantities[:4]] == [
        (54680000000, None, "eq"),
        (30.5, None, "gt"),
        (3, 5, "range"),
        (None, None, "approx"),
    ]


def test_what_failed_is_on_a_sheet_of_its_own(tmp_path: Path) -> None:
    failure = {"id": "b", "source": "b.pdf", "kind": "timeout", "reason": "took too long", "line": None}
    WRITERS[".xlsx"](tmp_path / "r.xlsx", [FULL], failures=[failure])
    assert sheet_rows(tmp_path / "r.xlsx", "failed") == [
        {"source": "b.pdf", "kind": "timeout", "reason": "took too long", "line": None}
    ]


def test_a_sheet_speaks_the_language_of_its_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NHSA_NLP_LANG", "zh")
    for suffix in (".xlsx", ".csv"):
        WRITERS[suffix](tmp_path / f"r{suffix}", [FULL, BARE])
    (full, _), other = sheet_rows(tmp_path / "r.xlsx", "文件"), table(tmp_path / "r.csv")[0]
    assert (full["案由"], full["需人工判断"], full["文种"], full["件别"]) == (
        *("关于加快实现全国医保跨地区结算的建议", "把握不足"),
        *("答复", "人大建议"),
    )
    assert list(full) == list(other)
    assert openpyxl.load_workbook(tmp_path / "r.xlsx").sheetnames == ["文件", "引用政策", "文号", "数值"]
    monkeypatch.setenv("NHSA_NLP_LANG", "en")
    assert judge(tmp_path / "r.xlsx") is judge(tmp_path / "r.csv") is Judgement.FREE


@pytest.mark.parametrize(("language", "words"), [("zh", ["是", "否"]), ("en", ["yes", "no"])])
def test_true_and_false_are_words_in_a_sheet_and_read_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, words: list[str]
) -> None:
    """Not FALSE and TRUE; a table of results that somebody works on further has them in its columns."""
    monkeypatch.setenv("NHSA_NLP_LANG", language)
    records: list[Any] = [
        {**FULL, "columns": {"急件": True, "正文": "甲"}},
        {**BARE, "columns": {"急件": False, "正文": "乙"}},
    ]
    for suffix in (".xlsx", ".csv", ".tsv", ".jsonl"):
        WRITERS[suffix](tmp_path / f"r{suffix}", records)
    sheet = sheet_rows(tmp_path / "r.xlsx", "文件" if language == "zh" else "documents")
    for rows in (sheet, table(tmp_path / "r.csv"), table(tmp_path / "r.tsv")):
        assert [row["急件"] for row in rows] == words
    lines = (tmp_path / "r.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["columns"]["急件"] for line in lines] == [True, False]
    (tmp_path / "r.csv").rename(tmp_path / "table.csv")
    read = list(read_documents([tmp_path / "table.csv"], ReadOptions(text_column="正文")))
    assert [document.columns["急件"] for document in read] == words


def test_a_source_is_a_link_if_it_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("in put").mkdir()
    Path("out").mkdir()
    name = "in put/甲 #1%20.txt"
    Path(name).write_text("x", encoding="utf-8")
    WRITERS[".xlsx"]("out/r.xlsx", [{**BARE, "source": name}, {**BARE, "source": "a.zip!/b"}, BARE])
    names, *rows = openpyxl.load_workbook("out/r.xlsx")["documents"].iter_rows()
    cells = [row[[name.value for name in names].index("source")] for row in rows]
    assert [cell.value for cell in cells] == [name, "a.zip!/b", "t.xlsx#row=2"]
    assert cells[0].hyperlink.target == "..\\in put\\甲 %231%2520.txt"  # as Excel writes it
    assert [cell.hyperlink for cell in cells[1:]] == [None, None]


def test_a_full_sheet_goes_on_in_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nhsa_nlp.io.tables.cells.MAX_ROWS", 3)  # a limit of Excel, which a test cannot reach
    WRITERS[".xlsx"](tmp_path / "r.xlsx", [{**BARE, "id": str(i)} for i in range(5)])
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    names = ["documents", "documents (2)", "documents (3)"]
    assert [name for name in book.sheetnames if name.startswith("doc") and "num" not in name] == names
    assert [[row["id"] for row in sheet_rows(tmp_path / "r.xlsx", name)] for name in names] == [
        ["0", "1"],
        ["2", "3"],
        ["4"],
    ]
    assert all(book[name].auto_filter.ref for name in names)


def test_a_database_has_a_table_for_each_kind(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite"
    WRITERS[".sqlite"](path, [FULL, BARE], texts={"a": TEXT}.get)
    base = sqlite3.connect(path)
    assert base.execute(
        "SELECT id, label, review, json_extract(columns, '$.年份') FROM documents"
    ).fetchall() == [
        ("a", "医疗x医保", 1, 2021),
        ("b", None, None, None),
    ]
    assert base.execute(
        "SELECT title, ref FROM policies NATURAL JOIN documents WHERE id = 'a'"
    ).fetchall() == [("意见", "关于建立机制的意见")]
    assert base.execute("SELECT normalized FROM doc_numbers").fetchall() == [("国办发〔2021〕14号",)]
    assert base.execute("SELECT value, value_to, unit FROM quantities").fetchall() == [
        (54680000000, None, "元"),
        (30.5, None, "%"),
        (3, 5, "个"),
        (None, None, "个"),
        (123456789012345678901234567890.0, None, "元"),
    ]
    assert base.execute("SELECT label, text FROM other_entities").fetchall() == [("DRUG", "药品")]
    assert base.execute("SELECT facet FROM facets WHERE probability > 0.5").fetchall() == [
        ("医保",),
        ("医疗",),
    ]
    assert base.execute("SELECT subject, date FROM letters").fetchall() == [
        ("关于加快实现全国医保跨地区结算的建议", "2021-07-29")
    ]
    assert base.execute('SELECT start, "end", text, facet, weight, request FROM evidence').fetchall() == [
        (31, 35, "异地就医", "医保", -0.42, 1)
    ]
    assert base.execute("SELECT count(*) FROM evidence, sections, alternatives").fetchone() == (2,)
    assert base.execute("SELECT text FROM texts").fetchall() == [(TEXT,)]
    found = base.execute("SELECT rowid FROM text_index WHERE text_index MATCH '\"跨 省 异 地\"'").fetchall()
    assert found == [(1,)]
    base.close()


def test_a_database_takes_the_fields_of_evidence_by_name(tmp_path: Path) -> None:
    other = copy.deepcopy(FULL)
    (piece,) = other["topic"]["evidence"]
    other["topic"]["evidence"] = [dict(reversed(piece.items()))]
    old = copy.deepcopy(FULL)
    del old["topic"]["evidence"][0]["request"]  # as 0.2.0 made them
    path = tmp_path / "r.sqlite"
    WRITERS[".sqlite"](path, [other, old, DECLINED])
    with closing(sqlite3.connect(path)) as base:
        found = base.execute("SELECT text, facet, weight, request FROM evidence ORDER BY doc").fetchall()
        assert found == [("异地就医", "医保", -0.42, 1), ("异地就医", "医保", -0.42, None)]
        reasons = base.execute("SELECT label, review, reason FROM documents WHERE doc = 3").fetchall()
        assert reasons == [(None, 1, "near_scope")]
        others = base.execute("SELECT label, probability FROM alternatives WHERE doc = 3").fetchall()
        assert others == [("医疗", 0.3)]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_row_without_a_label_has_its_reason_and_alternatives(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"r{suffix}"
    WRITERS[suffix](path, [DECLINED])
    (row,) = table(path) if suffix == ".csv" else sheet_rows(path, "documents")
    assert (row["label"] or "", row["review"], row["alternatives"]) == ("", "near scope", "医疗 0.30")


@pytest.mark.parametrize("suffix", sorted(WRITERS))
def test_a_failing_run_leaves_the_old_file_as_it_was(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"r{suffix}"
    path.write_text("old", encoding="utf-8")

    def broken(error: BaseException) -> Iterator[Record]:
        yield FULL
        raise error

    for error in (KeyboardInterrupt(), InputError("journal")):
        with pytest.raises(type(error)):
            WRITERS[suffix](path, broken(error))
        assert path.read_text(encoding="utf-8") == "old"
        assert [file.name for file in tmp_path.iterdir()] == [path.name]


@pytest.mark.skipif(sys.platform == "win32", reason="limits the size of files")
@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet", ".sqlite", ".xlsx"])
def test_a_full_disk_is_one_clear_line_and_the_old_file_stays(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"r{suffix}"
    path.write_text("old", encoding="utf-8")
    program = textwrap.dedent(
        f"""
        import os, random, resource
        from nhsa_nlp.errors import OutputError
        from nhsa_nlp.io import WRITERS
        from tests.io.writers.records import FULL
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
        chars = [chr(0x4e00 + i) for i in range(20_000)]
        long = "".join(random.Random(0).choices(chars, k=300_000))
        columns = {{f"c{{i}}": long[i * 9000 :][:9000] for i in range(30)}}
        try:
            WRITERS[{suffix!r}]({str(path)!r}, [{{**FULL, "columns": columns}}])
        except OutputError as error:
            print(error)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)  # for coverage, if recorded
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stderr == ""
    assert done.stdout.startswith(f"{path}: cannot be written: ")
    assert done.stdout.count("\n") == 1
    assert "make room" in done.stdout
    assert path.read_text(encoding="utf-8") == "old"
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("suffix", sorted(WRITERS))
def test_half_a_surrogate_pair_stops_no_writer(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"r{suffix}"
    record = with_texts(FULL, "医\ud800")
    assert WRITERS[suffix](path, [record], texts=lambda _: "医\ud800保") == 1
    back = {".jsonl": "医\ud800", ".parquet": "医\ufffd"}
    if suffix in back:
        (found,) = read_records(path)
        assert found["id"] == back[suffix]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".sqlite"])
def test_outputs_without_whole_records_are_not_read_line_by_line(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"r{suffix}"
    WRITERS[suffix](path, [FULL, BARE])
    with pytest.raises(InputError, match=r"does not hold whole records; name the \.jsonl or \.parquet"):
        list(read_records(path, on_error=lambda _: None))


def test_places_that_cannot_be_written_are_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"no/r\.csv: cannot be written: there is no folder"):
        WRITERS[".csv"](tmp_path / "no" / "r.csv", [BARE])
    (tmp_path / "r.csv").mkdir()
    with pytest.raises(OutputError, match="is not a regular file"):
        WRITERS[".csv"](tmp_path / "r.csv", [BARE])
    with pytest.raises(OutputError, match="is not a regular file"):
        WRITERS[".csv"]("/dev/null", [BARE])
    with pytest.raises(OutputError, match=r"cannot write this format; formats written: .*\.xlsx"):
        writer_for("r.doc")


def test_links_and_permissions_stay(tmp_path: Path) -> None:
    target = tmp_path / "target.csv"
    target.write_text("old", encoding="utf-8")
    target.chmod(0o640)
    (tmp_path / "r.csv").symlink_to(target)
    WRITERS[".csv"](tmp_path / "r.csv", [BARE])
    assert (tmp_path / "r.csv").is_symlink()
    assert target.read_bytes().startswith(b"\xef\xbb\xbfsubject")
    assert target.stat().st_mode & 0o777 == 0o640
    WRITERS[".csv"](tmp_path / "new.csv", [BARE])
    mask = os.umask(0)
    os.umask(mask)
    assert (tmp_path / "new.csv").stat().st_mode & 0o777 == 0o666 & ~mask


def test_texts_are_asked_for_in_the_order_of_the_records(tmp_path: Path) -> None:
    asked: list[str] = []

    def texts(name: str) -> str | None:
        asked.append(name)
        return None

    WRITERS[".db"](tmp_path / "r.db", [{**BARE, "id": str(i)} for i in range(20)], texts=texts)
    assert asked == [str(i) for i in range(20)]


@pytest.mark.parametrize("data", [b"", b"PAR1" + bytes(100) + b"PAR1"])
def test_a_file_of_records_that_is_damaged_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "r.parquet"
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"r\.parquet: is (not a Parquet file, or )?damaged") as caught:
        list(read_records(path))
    assert "\n" not in str(caught.value)
    with pytest.raises(InputError, match="there is no such file"):
        list(read_records(tmp_path / "no.parquet"))


def test_a_ratio_is_written_as_one(tmp_path: Path) -> None:
    ratio: QuantityRecord = {
        "start": 0,
        "end": 3,
        "label": "QUANTITY",
        "text": "1：0.5",
        "value": [1, 0.5],
        "unit": "比",
        "op": "ge",
    }
    record: Any = {**FULL, "entities": [ratio]}
    WRITERS[".csv"](tmp_path / "r.csv", [record])
    assert table(tmp_path / "r.csv")[0]["quantities"] == "≥1:0.5"
