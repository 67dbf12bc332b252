from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from nhsa_nlp.cli.app import app
from nhsa_nlp.data.annotations.entities import read_annotations
from tests.cli.on_terminal import on_a_terminal
from tests.paths import LETTERS


def run(*args: object) -> Any:
    return CliRunner().invoke(app, [str(arg) for arg in args])


@pytest.fixture
def pool(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(LETTERS, tmp_path / "pool"))
    (folder / "copy.txt").write_bytes((folder / "notice-2019-04-12.txt").read_bytes())
    (folder / "english.txt").write_text("Nothing here is about health insurance in China at all.", "utf-8")
    (folder / "empty.txt").write_bytes(b"")
    return folder


def test_what_to_label_comes_as_a_list_and_as_a_file(pool: Path, tmp_path: Path) -> None:
    done = run("suggest", pool, "-n", 9)
    assert done.exit_code == 1  # empty.txt
    assert "empty.txt" in done.stderr
    assert "6 documents read (1 repeated, 1 out of scope), 4 chosen" in done.stderr
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert {row[0] for row in rows} <= {path.stem for path in pool.iterdir()}
    assert len({row[0] for row in rows} & {"copy", "notice-2019-04-12"}) == 1
    (pool / "empty.txt").unlink()
    labelled = tmp_path / "labelled.jsonl"
    text = (pool / "npc-13-4-2020.txt").read_text("utf-8")
    labelled.write_text(json.dumps({"text": text, "label": "医保"}), "utf-8")
    output = tmp_path / "list.jsonl"
    done = run("suggest", pool, "-n", 2, "--labelled", labelled, "--output", output)
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr.splitlines()[-1] == f"nhsa-nlp: wrote {output}"
    items = [json.loads(line) for line in output.read_text("utf-8").splitlines()]
    assert len(items) == 2
    assert all(item["label"] is None and item["suggested label"] for item in items)
    assert "npc-13-4-2020" not in [item["id"] for item in items]


@pytest.mark.parametrize(
    ("options", "begin"),
    [
        ([], "关于完善门诊共济保障机制的建议\n建议"),
        (["--title-column", "事由"], "门诊\n建议"),
        (["--title-column", ""], "建议"),
    ],
)
def test_the_title_of_a_row_goes_before_its_text_as_in_label(
    tmp_path: Path, options: list[str], begin: str
) -> None:
    """Which the model judges by, and whoever labels reads."""
    table, output = tmp_path / "register.csv", tmp_path / "next.jsonl"
    text = "建议扩大职工医保个人账户的使用范围，并提高门诊统筹的支付限额。"
    table.write_text(f"标题,事由,正文\n关于完善门诊共济保障机制的建议,门诊,{text}\n", "utf-8")
    done = run("suggest", table, "--output", output, *options)
    assert done.exit_code == 0, done.stderr
    (item,) = map(json.loads, output.read_text("utf-8").splitlines())
    assert item["text"] == begin + text.removeprefix("建议")
    (record,) = map(json.loads, run("label", table, *options).stdout.splitlines())
    assert item["probability"] == pytest.approx(record["topic"]["probability"])


def test_the_list_becomes_a_project_and_training_data(pool: Path, tmp_path: Path) -> None:
    (pool / "empty.txt").unlink()
    project = tmp_path / "project.jsonl"
    done = run("suggest", pool, "-n", 3, "--for", "doccano", "--output", project)
    assert done.exit_code == 0, done.stderr
    table = tmp_path / "labelled.jsonl"
    done = run("convert", project, "--output", table)
    assert (done.exit_code, done.stderr) == (0, f"nhsa-nlp: wrote {table}: 3 texts with topic labels\n")
    assert {"id", "text", "label"} == set(json.loads(table.read_text("utf-8").splitlines()[0]))
    tasks = tmp_path / "tasks.json"
    assert run("convert", table, "--for", "label-studio", "--output", tasks).exit_code == 0
    assert run("convert", tasks, "--output", tmp_path / "back.jsonl").exit_code == 0
    assert (tmp_path / "back.jsonl").read_bytes() == table.read_bytes()


def test_entities_are_annotated_beforehand(tmp_path: Path) -> None:
    letter = LETTERS / "npc-13-4-2020.txt"
    project, own = tmp_path / "project.jsonl", tmp_path / "own.jsonl"
    done = run("annotate", letter, "--for", "doccano", "--task", "entities", "--output", project)
    assert (done.exit_code, done.stderr) == (0, f"nhsa-nlp: wrote {project}: 1 document\n")
    assert run("convert", project, "--output", own).exit_code == 0
    assert read_annotations(own)[0][0].text == letter.read_text("utf-8")
    assert read_annotations(own) == read_annotations(project)
    done = run("annotate", letter, "--for", "label-studio", "--output", tmp_path / "tasks.json")
    assert (
        done.stderr == f"nhsa-nlp: wrote {tmp_path / 'tasks.json'} and {tmp_path / 'tasks.xml'}: 1 document\n"
    )
    (task,) = json.loads((tmp_path / "tasks.json").read_text("utf-8"))
    assert task["predictions"][0]["result"][0]["type"] == "choices"
    assert 0 < task["predictions"][0]["score"] <= 1


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["suggest", "POOL", "--for", "doccano"], "say with --output"),
        (["suggest", "POOL", "--output", "list.doc"], "the suffix must be one of"),
        (["suggest", "POOL", "--for", "doccano", "--output", "x.csv"], "doccano imports .jsonl"),
        (["suggest", "POOL", "--labelled", "missing.tsv"], "no such file"),
        (["suggest", "nowhere"], "no such file"),
        (["annotate", "POOL", "--for", "label-studio", "--output", "x.jsonl"], "imports .json"),
        (["convert", "FILE", "--output", "FILE"], "is one of the files to read"),
        (["convert", "FILE", "--output", "x.doc"], "the suffix must be one of"),
        (
            ["convert", "FILE.XLSX", "--output", "x.tsv"],
            "FILE.XLSX: is a table, not annotations; train",
        ),
        (["convert", "missing", "--output", "x.tsv"], "no such file"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(
    pool: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "file.jsonl"
    file.write_text('{"text": "a", "label": "b"}\n', "utf-8")
    done = run(*({"POOL": pool, "FILE": file}.get(arg, arg) for arg in args))
    assert done.exit_code == 2
    assert message in done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"pool", "file.jsonl"}


def test_a_terminal_shows_a_table_with_headings() -> None:
    shown = on_a_terminal([sys.executable, "-m", "nhsa_nlp", "suggest", str(LETTERS), "-n", "2"])
    assert re.search(r"Document\s.*Label\s.*Probability.*Uncertainty", shown)
    assert "\t" not in shown
