from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from nhsa_nlp.cli.app import app
from tests.labelling.audits import headline


def run(*args: str | Path | int) -> Any:
    return CliRunner().invoke(app, ["audit", *map(str, args)])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    rows = [(kind, headline(kind, seed)) for seed in range(10) for kind in ("体育", "财经")]
    rows[4] = ("财经", rows[4][1])
    path = tmp_path / "data.tsv"
    path.write_text("".join(f"{label}\t{text}\n" for label, text in rows), "utf-8")
    (tmp_path / "data.doc").write_bytes(b"")
    return path


def test_from_the_data_to_the_corrected_data(data: Path, tmp_path: Path) -> None:
    sheet, page = tmp_path / "sheet.xlsx", tmp_path / "page.html"
    done = run("--data", data, "--output", sheet, "--report", page, "--repeats", 1)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith("20 texts: 1 labels likely wrong")
    assert "data-5: 财经" in done.stdout
    assert "<!DOCTYPE html>" in page.read_text("utf-8")
    book = openpyxl.load_workbook(sheet)
    assert book.worksheets[0]["A2"].value == "data-5"
    book.worksheets[0]["C2"] = "体育"
    book.save(sheet)
    new = tmp_path / "new.tsv"
    done = run("--apply", sheet, "--output", new)
    assert (done.exit_code, done.stderr) == (0, f"nhsa-nlp: wrote {new}: 20 texts\n")
    before, after = (path.read_text("utf-8").splitlines() for path in (data, new))
    assert after[4] == before[4].replace("财经", "体育", 1)
    assert after[:4] + after[5:] == before[:4] + before[5:]
    assert "0 labels likely wrong" in run("--data", sheet, "--repeats", 1).stdout
    done = run("--apply", sheet, "--data", data, "--output", tmp_path / "again.tsv")
    assert (tmp_path / "again.tsv").read_bytes() == new.read_bytes(), done.stderr


def test_a_label_that_looks_mistyped_is_named(data: Path) -> None:
    rows = data.read_text("utf-8").replace("财经\t", "财税\t", 1).splitlines()
    data.write_text("\n".join(rows), "utf-8")
    done = run("--data", data, "--repeats", 1)
    assert done.exit_code == 0, done.stderr
    assert "warning: the label '财税' (rows: 1) looks like '财经' (rows: 10)" in done.stderr


def test_a_table_of_excel_with_columns_of_its_own(data: Path, tmp_path: Path) -> None:
    table = tmp_path / "data.csv"
    rows = [line.split("\t") for line in data.read_text("utf-8").splitlines()]
    content = "号,科室,来文\n" + "".join(f"H{i},{row[0]},{row[1]}\n" for i, row in enumerate(rows))
    table.write_bytes(content.encode("gb18030"))
    columns = ("--text-column", "来文", "--label-column", "科室", "--id-column", "号")
    sheet, new = tmp_path / "sheet.xlsx", tmp_path / "new.tsv"
    done = run("--data", table, *columns, "--output", sheet, "--repeats", 1)
    assert "H4: 财经" in done.stdout, done.stderr
    done = run("--apply", sheet, "--data", table, *columns, "--output", new)
    assert done.exit_code == 0, done.stderr
    assert new.read_bytes() == data.read_bytes()
    done = run("--data", table)
    assert "name it with --text-column and --label-column" in done.stderr


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ([], "name the labelled texts"),
        (["--apply", "x.xlsx"], "say with --output"),
        (["--data", "DATA", "--output", "sheet.csv"], "the suffix must be .xlsx"),
        (["--data", "DATA", "--report", "DATA"], "is one of the files to read"),
        (["--data", "missing.tsv"], "no such file"),
        (["--data", "DOC"], "not a table that can be read"),
        (["--data", "DATA", "--output", "no/folder/sheet.xlsx"], "cannot be written"),
        (["--apply", "DATA", "--output", "DATA"], "is one of the files to read"),
        (["--data", "DATA", "--folds", "21"], "cannot be split into 21 folds"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(data: Path, args: list[str], message: str) -> None:
    before = data.read_bytes()
    files = {"DATA": str(data), "DOC": str(data.with_suffix(".doc"))}
    done = run(*(files.get(arg, arg) for arg in args))
    assert done.exit_code == 2
    assert message in done.stderr
    assert data.read_bytes() == before
