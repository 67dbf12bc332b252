from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from nhsa_nlp.archive.figure_reading import DocumentFigures, FigureFilter, document_figures
from nhsa_nlp.archive.figure_tables import write_figures
from nhsa_nlp.errors import OutputError
from nhsa_nlp.io import Document
from nhsa_nlp.io.writers.shapes import FIGURES
from nhsa_nlp.translation import Language, speaking
from tests.archive.figure_records import figure


def documents(folder: Path) -> Iterator[DocumentFigures]:
    source = folder / "a.txt"
    source.write_text("=1+1", "utf-8")
    yield DocumentFigures(
        "a",
        str(source),
        None,
        (
            figure("居民医保参保", 980, as_of="2022-12"),
            figure("居民医保参保", 960, period=["2021", "2021"]),
            figure("=报销比例", [50, 70], unit="%", op="range", role="rule"),
        ),
    )
    yield DocumentFigures("b", "b", None, (figure("居民医保参保人数", 970, as_of="2022-12", document="b"),))


def test_workbook(tmp_path: Path) -> None:
    path = tmp_path / "figures.xlsx"
    assert write_figures(path, documents(tmp_path)) == 4
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["figures", "series", "contradictions"]
    sheet = book["figures"]
    assert tuple(cell.value for cell in sheet[1]) == FIGURES.columns
    assert sheet["B2"].hyperlink.target == "a.txt"
    assert [sheet.cell(2, FIGURES.columns.index(name) + 1).value for name in ("value", "as_of")] == [
        980,
        "2022-12",
    ]
    assert sheet.cell(4, FIGURES.columns.index("to") + 1).value == 70
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    head, *rows = book["series"].iter_rows(values_only=True)
    assert head[-3:] == ("2021", "2022", "undated")
    assert rows[0][:2] == ("居民医保参保", "人")
    assert rows[0][-3:] == (960, "970 (2022-12); 980 (2022-12)", None)
    assert rows[1][-1] == "50–70"
    _, found = book["contradictions"].iter_rows(values_only=True)
    assert {found[6], found[9]} == {"a", "b"}
    assert found[-1] == "differ by 1.0%"


@pytest.mark.parametrize(("language", "word"), [("en", "cumulative"), ("zh", "累计")])
def test_what_accumulates_is_marked_in_the_language_of_the_user(
    tmp_path: Path, language: Language, word: str
) -> None:
    path = tmp_path / "figures.xlsx"
    figures = (figure("累计结算", 900, as_of="2022-12"), figure("累计结算", 950, as_of="2023"))
    with speaking(language):
        write_figures(path, [DocumentFigures("a", "a.txt", None, figures)])
    _, row = list(openpyxl.load_workbook(path).worksheets[1].iter_rows(values_only=True))
    assert row[-3:] == (f"900 (2022-12, {word})", f"950 ({word})", None)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ((100, 105), "differ by 5.0%"),
        ((100, 350), "differ by a factor of 3.5"),
        ((0, 5), "the values differ"),
    ],
)
def test_a_contradiction_says_by_how_much(tmp_path: Path, values: tuple[int, int], reason: str) -> None:
    path = tmp_path / "figures.xlsx"
    sides = [
        DocumentFigures(name, name, None, (figure("参保", value, as_of="2022", document=name),))
        for name, value in zip("ab", values, strict=True)
    ]
    write_figures(path, sides)
    _, found = openpyxl.load_workbook(path)["contradictions"].iter_rows(values_only=True)
    assert found[-1] == reason


@pytest.mark.parametrize("suffix", [".csv", ".tsv"])
def test_tables(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"figures{suffix}"
    assert write_figures(path, documents(tmp_path)) == 4
    text = path.read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(text.splitlines(), delimiter="\t" if suffix == ".tsv" else ","))
    assert [row["value"] for row in rows] == ["980", "960", "50", "970"]
    assert rows[1]["since"] == rows[1]["until"] == "2021"
    assert rows[2]["indicator"] == "'=报销比例"


def test_parquet(tmp_path: Path) -> None:
    path = tmp_path / "figures.parquet"
    write_figures(path, documents(tmp_path))
    rows = pq.read_table(path).to_pylist()
    assert tuple(rows[0]) == FIGURES.columns
    assert [(row["value"], row["to"]) for row in rows] == [(980, None), (960, None), (50, 70), (970, None)]


def test_no_figures_are_no_error(tmp_path: Path) -> None:
    for suffix in (".xlsx", ".csv", ".parquet", ".jsonl"):
        assert write_figures(tmp_path / f"none{suffix}", iter(())) == 0
        assert (tmp_path / f"none{suffix}").exists()
    with pytest.raises(OutputError, match="suffix"):
        write_figures(tmp_path / "none.txt", iter(()))


def test_filters() -> None:
    text = "2021年，医疗救助资助参保8816万人，支出546.8亿元。2022年，居民医保参保9.83亿人。"
    found = document_figures(Document("a", "a", text)).figures

    def passed(wanted: FigureFilter) -> list[str]:
        return [figure["text"] for figure in found if wanted.passes(figure)]

    assert passed(FigureFilter()) == ["8816万人", "546.8亿元", "9.83亿人"]
    assert passed(FigureFilter(units=["元"])) == ["546.8亿元"]
    assert passed(FigureFilter(since=2022)) == ["9.83亿人"]
    assert passed(FigureFilter("城乡居民基本医疗保险")) == ["9.83亿人"]
    assert passed(FigureFilter(roles=["rule"])) == []
    ongoing = figure("结算", period=["2018", None])
    assert FigureFilter(since=2022).passes(ongoing)
    assert not FigureFilter(since=2022).passes(figure("结算"))
