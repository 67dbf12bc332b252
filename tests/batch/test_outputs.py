from __future__ import annotations

import contextlib
import json
import sqlite3
from pathlib import Path

import pytest

from nhsa_nlp.batch.failures import Failure
from nhsa_nlp.batch.journal import Journal
from nhsa_nlp.batch.outputs import Outputs
from nhsa_nlp.batch.wire import failed, make_result
from nhsa_nlp.errors import OutputError
from nhsa_nlp.io import WRITERS
from tests.io.writers.records import BARE, TEXT


def test_where_they_lie(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.jsonl"
    outputs = Outputs([first, second, first], keep_text=True)
    assert outputs.paths == [first, second]
    assert (outputs.failed, outputs.texts) == (tmp_path / "a.csv.failed.jsonl", tmp_path / "a.csv.texts")
    assert outputs.own == [first, second, outputs.failed]
    assert Outputs([first]).texts is None


@pytest.mark.parametrize(
    ("names", "keep_text", "need_texts"),
    [
        (["a.csv"], False, False),
        (["a.csv"], True, True),
        (["a.csv", "b.SQLITE"], False, True),
    ],
)
def test_when_raw_texts_are_needed(names: list[str], keep_text: bool, need_texts: bool) -> None:
    assert Outputs([Path(name) for name in names], keep_text=keep_text).need_texts is need_texts


@pytest.mark.parametrize(
    ("output", "inputs", "keep_text", "message"),
    [
        ("in/a.csv", ["in/a.csv"], False, "is one of the files to read"),
        ("in/../in/a.csv", ["./in/a.csv"], False, "is one of the files to read"),
        ("in", ["x"], False, "it is a folder"),
        ("a.exe", ["x"], False, "a.exe"),
        ("a.csv", ["a.csv.failed.jsonl"], False, "a.csv.failed.jsonl beside it is one of the files"),
        ("a.csv", ["a.csv.texts"], True, "a.csv.texts beside it is one of the folders"),
        ("in/a.csv", ["in"], True, None),
        ("in/a.csv", ["in"], False, None),
        ("inner/a.csv", ["in"], True, None),
        ("a.csv", [], True, None),
    ],
)
def test_outputs_and_inputs_are_kept_apart(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    output: str,
    inputs: list[str],
    keep_text: bool,
    message: str | None,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("in").mkdir()
    outputs = Outputs([Path(output)], keep_text=keep_text)
    with pytest.raises(OutputError, match=message) if message else contextlib.nullcontext():
        outputs.check(inputs)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (
            ["a.jsonl", "a.jsonl.failed.jsonl"],
            r"failed\.jsonl: is the same file as the list of failures of a",
        ),
        (["a.jsonl", "link.jsonl"], r"link\.jsonl: is the same file as the output a\.jsonl"),
        (["link.jsonl", "a.csv", "a.jsonl"], r"a\.jsonl: is the same file as the output link\.jsonl"),
        (["a.jsonl", "a.jsonl.texts/b.csv"], r"b\.csv: lies in the folder of texts of a\.jsonl"),
        (["a.jsonl", ".a.jsonl.run/b.csv"], r"b\.csv: lies in the folder of the run into a\.jsonl"),
        (["linked.jsonl", "a.jsonl"], r"a\.jsonl: is the same file as the list of failures of linked"),
        (["circle.jsonl"], r"circle\.jsonl: cannot be written: Too many levels of symbolic links"),
        (["a.csv", "circle.jsonl"], "Too many levels of symbolic links"),
        (["a.jsonl", "b.jsonl", "a.jsonl"], None),
    ],
)
def test_no_output_replaces_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: list[str], message: str | None
) -> None:
    monkeypatch.chdir(tmp_path)
    for link, to in (
        ("link.jsonl", "a.jsonl"),
        ("linked.jsonl.failed.jsonl", "a.jsonl"),
        ("circle.jsonl", "circle-2.jsonl"),
        ("circle-2.jsonl", "circle.jsonl"),
    ):
        Path(link).symlink_to(to)
    outputs = Outputs([Path(name) for name in names], keep_text=True)
    with pytest.raises(OutputError, match=message) if message else contextlib.nullcontext():
        outputs.check([])


@pytest.mark.parametrize(
    ("content", "free"),
    [
        (None, True),
        ("", False),
        ('{"id": "a", "source": "", "kind": "error", "reason": "", "line": null}\n', True),
        ('{"id": "a", "source": "", "kind": "error"}\n', False),
        ("mine\n", False),
        ("7", False),
    ],
)
def test_the_list_of_failures_replaces_only_such_a_list(
    tmp_path: Path, content: str | None, free: bool
) -> None:
    outputs = Outputs([tmp_path / "a.jsonl"])
    if content is not None:
        outputs.failed.write_text(content, "utf-8")
    mine = r"a\.jsonl\.failed\.jsonl: is not a list of failures of this program; move it"
    with contextlib.nullcontext() if free else pytest.raises(OutputError, match=mine):
        outputs.check_writable()


def test_a_folder_in_the_place_of_the_list_of_failures_is_seen_before_the_work(tmp_path: Path) -> None:
    outputs = Outputs([tmp_path / "a.jsonl"])
    outputs.failed.mkdir()
    with pytest.raises(OutputError, match=r"a\.jsonl\.failed\.jsonl: cannot be written: "):
        outputs.check_writable()


def test_the_place_of_the_texts_must_be_free(tmp_path: Path) -> None:
    outputs = Outputs([tmp_path / "a.jsonl"], keep_text=True)
    outputs.check_writable()
    (tmp_path / "a.jsonl.texts").touch()
    with pytest.raises(
        OutputError, match=r"a\.jsonl\.texts: is not a folder that --keep-text wrote; move it"
    ):
        outputs.check_writable()
    Outputs([tmp_path / "a.jsonl"]).check_writable()
    with pytest.raises(OutputError, match="cannot be written"):
        Outputs([tmp_path / "gone" / "a.jsonl"]).check_writable()


def test_the_list_of_failures_is_that_of_this_run(tmp_path: Path) -> None:
    outputs = Outputs([tmp_path / "a.jsonl"], keep_text=True)
    folder = tmp_path / "run"
    folder.mkdir()
    with contextlib.closing(Journal(folder)) as journal:
        record = {"id": "甲", "topic": None}
        journal.append(("甲", 1, 1, 1, 1), 0, "甲", make_result([{"record": record, "text": "医保"}]))
        journal.append(("乙", 1, 1, 1, 1), 0, "乙", failed(Failure("乙", "乙", "error", "why")))
        outputs.write(journal, "0" * 64)
    assert json.loads((tmp_path / "a.jsonl").read_text("utf-8")) == record
    assert json.loads(outputs.failed.read_text("utf-8"))["reason"] == "why"
    assert (tmp_path / "a.jsonl.texts" / "甲.txt").read_text("utf-8") == "医保"
    (folder / "journal").unlink()
    with contextlib.closing(Journal(folder)) as journal:
        outputs.write(journal, "0" * 64)
    assert (tmp_path / "a.jsonl").read_bytes() == b""
    assert not outputs.failed.exists()
    assert not (tmp_path / "a.jsonl.texts" / "甲.txt").exists()


@pytest.mark.parametrize("begin", ["BEGIN EXCLUSIVE", "BEGIN IMMEDIATE"])
@pytest.mark.parametrize("overwrite", [False, True])
def test_an_archive_that_another_program_holds_is_not_replaced(
    tmp_path: Path, begin: str, overwrite: bool
) -> None:
    path = tmp_path / "a.sqlite"
    WRITERS[".sqlite"](path, [BARE], texts={"a": TEXT}.get)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute(begin)
        with pytest.raises(OutputError, match="is being written by another program; try again when that"):
            Outputs([path]).check_writable(overwrite=overwrite)
    Outputs([path]).check_writable()
    path.with_name("a.sqlite-wal").write_bytes(b"unfinished")
    with pytest.raises(OutputError, match=r"by another program \(a.sqlite-wal is there\)"):
        Outputs([path]).check_writable(overwrite=overwrite)


def test_what_is_no_database_is_judged_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    path.write_bytes(b"no database" * 100)
    with pytest.raises(OutputError, match="is not an output of this program"):
        Outputs([path]).check_writable()
