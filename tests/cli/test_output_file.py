from __future__ import annotations

import contextlib
import json
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from nhsa_nlp.cli.app import app
from nhsa_nlp.cli.output_file import check_output
from nhsa_nlp.desk.store import Store
from nhsa_nlp.errors import OutputError
from nhsa_nlp.io import READABLE, WRITERS
from nhsa_nlp.io.writers.ownership import Judgement, is_output, judge_table
from nhsa_nlp.io.writers.shapes import SHEET
from nhsa_nlp.labelling.worklist import write_worklist
from tests.io.writers.records import FULL


@pytest.mark.parametrize(
    ("output", "inputs", "suffixes", "message"),
    [
        ("new.csv", ["data.csv", "-"], (), None),
        ("new.CSV", [], (".csv", ".tsv"), None),
        (
            "new.doc",
            [],
            (".csv", ".tsv"),
            r"new\.doc: the suffix must be one of \.csv, \.tsv; choose another",
        ),
        (
            "data.csv",
            ["a.csv", "./data.csv"],
            (),
            r"data\.csv: is one of the files to read; choose another name",
        ),
        ("link.csv", ["data.csv"], (".csv",), "is one of the files to read"),
        ("-", [], (), "-: this command writes a file, not standard output; name one"),
        ("gone/new.csv", [], (), "cannot be written: there is no folder gone; create it or choose another"),
    ],
)
def test_an_output_is_checked_before_the_work(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    output: str,
    inputs: list[str],
    suffixes: tuple[str, ...],
    message: str | None,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("data.csv").write_text("data", encoding="utf-8")
    Path("link.csv").symlink_to("data.csv")
    with pytest.raises(OutputError, match=message) if message else contextlib.nullcontext():
        check_output(Path(output), inputs, suffixes)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data.csv", "link.csv"]
    assert Path("data.csv").read_text(encoding="utf-8") == "data"


@pytest.mark.parametrize(
    ("command", "option"),
    [
        ("label in.txt --output gone/x.csv", "output"),
        ("figures in.txt --report gone/x.html", "report"),
        ("highlight in.txt --folder gone/pages", "folder"),
        ("highlight in.txt --output gone/x.html", "output"),
        ("train topic --data replies.tsv --output gone/ours", "output"),
        ("evaluate topic --data replies.tsv --report gone/x.html", "report"),
        ("audit --data replies.tsv --report gone/x.html", "report"),
        ("suggest in.txt --output gone/x.csv", "output"),
        ("desk add-user 甲 --data gone/desk", "data"),
    ],
)
def test_a_folder_that_is_not_there_is_not_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, option: str
) -> None:
    """It may be misspelt, so every command says that it is to be made."""
    monkeypatch.chdir(tmp_path)
    Path("in.txt").write_text("关于医保的建议", "utf-8")
    Path("replies.tsv").write_text("医保\t甲乙\n医疗\t丙丁\n", "utf-8")
    done = CliRunner().invoke(app, command.split(), input="a long password\n" * 2)
    assert done.exit_code == 2
    said = f"cannot be written: there is no folder gone; create it or choose another --{option}\n"
    assert done.stderr.endswith(said)
    assert not Path("gone").exists()


def test_the_folder_that_is_asked_for_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("in.txt").write_text("关于医保的建议", "utf-8")
    for _ in range(2):  # the second time it is there
        done = CliRunner().invoke(app, ["highlight", "in.txt", "--folder", "pages"])
        assert done.exit_code == 0, done.stderr
    assert Path("pages/index.html").is_file()


_COMMANDS = {
    "search": ["search", "a.sqlite", "医保"],
    "precedents": ["precedents", "a.sqlite", "one.txt"],
    "groups": ["groups", "one.txt", "two.txt"],
    "policies": ["policies", "a.sqlite"],
    "figures": ["figures", "one.txt"],
    "compare": ["compare", "one.txt", "two.txt"],
}


@pytest.mark.parametrize(
    ("command", "suffix"),
    [
        *(("search", suffix) for suffix in (".jsonl", ".csv", ".tsv", ".xlsx")),
        *(("precedents", suffix) for suffix in (".jsonl", ".xlsx")),
        *(("groups", suffix) for suffix in (".jsonl", ".csv", ".tsv", ".xlsx")),
        *(("policies", suffix) for suffix in (".jsonl", ".csv", ".graphml")),
        *(("figures", suffix) for suffix in (".jsonl", ".csv", ".tsv", ".xlsx", ".parquet")),
        *(("compare", suffix) for suffix in (".html", ".json")),
    ],
)
def test_a_file_of_somebody_is_only_overwritten_if_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, suffix: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("one.txt", "two.txt"):
        Path(name).write_text(
            "建议将门诊慢特病全部纳入跨省异地就医医保直接结算，2022年参保980万人。", encoding="utf-8"
        )
    WRITERS[".sqlite"]("a.sqlite", [FULL], texts=lambda _: "医保跨省异地就医直接结算")
    output = Path(f"x{suffix}")

    def refused() -> str:
        before = output.read_bytes()
        result = CliRunner().invoke(app, [*_COMMANDS[command], "-o", str(output)])
        assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
        assert output.read_bytes() == before
        return result.stderr

    output.write_text("我的笔记,一\n", encoding="utf-8")
    assert f"x{suffix}: is there and is not an output of this program; --overwrite replaces it" in refused()
    assert not is_output(output)
    for options, language in ((["--overwrite"], "zh"), ([], "en"), ([], "zh")):
        result = CliRunner().invoke(
            app, [*_COMMANDS[command], "-o", str(output), *options], env={"NHSA_NLP_LANG": language}
        )
        assert result.exit_code == 0, result.stderr
        assert is_output(output) is (suffix in READABLE)
    if suffix in (".jsonl", ".csv", ".tsv", ".xlsx"):
        _add_note(output)
        assert "has been changed since this program wrote it" in refused()


@pytest.mark.parametrize(
    ("command", "file"),
    [
        *((f"suggest in.txt -o x{suffix}", f"x{suffix}") for suffix in (".xlsx", ".csv", ".tsv", ".jsonl")),
        ("suggest in.txt --for doccano -o x.jsonl", "x.jsonl"),
        ("audit --data replies.tsv -o x.xlsx", "x.xlsx"),
        ("audit --data replies.tsv --report x.html", "x.html"),
        ("audit --apply sheet.xlsx -o x.tsv", "x.tsv"),
        ("annotate in.txt --for doccano -o x.jsonl", "x.jsonl"),
        ("annotate in.txt --for label-studio -o x.json", "x.json"),
        ("annotate in.txt --for label-studio -o x.json", "x.xml"),
        ("convert export.jsonl -o x.tsv", "x.tsv"),
        ("convert export.jsonl --for label-studio -o x.json", "x.xml"),
        ("evaluate topic --data replies.tsv -o x.json", "x.json"),
        ("evaluate topic --data replies.tsv --report x.html", "x.html"),
        ("desk export --data desk -o x.jsonl", "x.jsonl"),
        ("desk export --data desk --for training -o x.jsonl", "x.jsonl"),
    ],
)
def test_no_command_replaces_a_file_of_somebody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, file: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("in.txt").write_text("关于医保的建议", "utf-8")
    Path("replies.tsv").write_text("医保\t甲乙\n医疗\t丙丁\n", "utf-8")
    Path(file).write_text("我的笔记,一\n", "utf-8")
    with Store("desk"):
        pass
    done = CliRunner().invoke(app, command.split())
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1), done.stderr
    assert done.stderr.startswith(f"nhsa-nlp: error: {file}: ")
    assert "; --overwrite replaces it, or choose another --" in done.stderr
    assert Path(file).read_text("utf-8") == "我的笔记,一\n"


def test_what_people_may_have_worked_on_is_only_overwritten_if_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("export.jsonl").write_text('{"id": 1, "text": "甲乙", "label": ["医保"]}\n', "utf-8")
    for options, status in (([], 0), ([], 2), (["--overwrite"], 0)):
        done = CliRunner().invoke(app, ["convert", "export.jsonl", "-o", "x.tsv", *options])
        assert done.exit_code == status, done.stderr
    assert "holds data that somebody may have worked on" in (
        CliRunner().invoke(app, ["convert", "export.jsonl", "-o", "x.tsv"]).stderr
    )


def test_a_worklist_may_be_replaced_until_it_is_filled_in(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    write_worklist(path, [], ["医保"])
    assert judge_table(path, SHEET) is Judgement.FREE
    openpyxl.load_workbook(path).save(path)
    assert judge_table(path, SHEET) is not Judgement.FREE


def test_pages_are_not_put_among_files_of_somebody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("in.txt").write_text("关于医保的建议", "utf-8")
    pages = Path("pages")
    pages.mkdir()
    (pages / "笔记.txt").write_text("我的笔记", "utf-8")
    command = ["highlight", "in.txt", "--folder", "pages"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 2
    assert "pages: holds other files than pages of this program; --overwrite writes there" in done.stderr
    assert [path.name for path in pages.iterdir()] == ["笔记.txt"]
    for more in (["--overwrite"], []):  # the second time it has an index of ours
        done = CliRunner().invoke(app, [*command, *more])
        assert done.exit_code == 0, done.stderr
    assert sorted(path.name for path in pages.iterdir()) == ["in.html", "index.html", "笔记.txt"]
    (pages / "笔记.txt").unlink()
    (pages / "index.html").unlink()  # as after an interruption
    assert CliRunner().invoke(app, command).exit_code == 0


def test_a_page_of_figures_replaces_no_page_of_somebody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("one.txt").write_text("2022年参保980万人。", encoding="utf-8")
    page = Path("x.html")
    page.write_text("<!DOCTYPE html><title>我的网页</title>", encoding="utf-8")
    command = ["figures", "one.txt", "--report", "x.html"]
    assert "is not an output of this program" in CliRunner().invoke(app, command).stderr
    assert not is_output(page)
    assert CliRunner().invoke(app, [*command, "--overwrite"]).exit_code == 0
    assert is_output(page)
    assert CliRunner().invoke(app, command).exit_code == 0


def _add_note(path: Path) -> None:
    """Add what somebody would: a column, or in JSON Lines a line."""
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        sheet = book.worksheets[0]
        sheet.cell(1, sheet.max_column + 1, "意见")
        book.save(path)
    elif path.suffix == ".jsonl":
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"意见": "好"}) + "\n")
    else:
        lines = path.read_text("utf-8-sig").splitlines()
        separator = "," if path.suffix == ".csv" else "\t"
        path.write_text("\n".join([lines[0] + separator + "意见", *lines[1:]]), encoding="utf-8")
