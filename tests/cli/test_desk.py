from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import httpx2 as httpx
import pytest
from typer.testing import CliRunner

from nhsa_nlp.cli.app import app
from nhsa_nlp.desk.bundles import prepare_bundle
from nhsa_nlp.desk.decisions import Desk
from nhsa_nlp.desk.store import Store
from nhsa_nlp.desk.web.languages import LANGUAGE_COOKIE
from tests.desk.desks import OTHER, TEXT, put
from tests.desk.servers import server

COMMAND = [sys.executable, "-m", "nhsa_nlp", "desk"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Store(tmp_path / "desk") as store:
        prepare_bundle(store, None)
        put(store, "a", TEXT)
        Desk(store, "甲").decide(1, 0, "医药")
    return tmp_path / "desk"


def run(*arguments: str, text: str | None = None) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["desk", *arguments], input=text)
    return result.exit_code, result.stdout, result.stderr


def refused(*arguments: str, text: str = "") -> str:
    """Return the one line with which a command refuses, as a user sees it."""
    process = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, input=text, check=False)
    assert process.returncode == 2, process.stderr
    (line,) = process.stderr.splitlines()
    assert line.startswith("nhsa-nlp: error: ")
    return line


def test_a_desk_that_holds_is_verified(folder: Path) -> None:
    status, output, _ = run("verify", "--data", str(folder))
    assert status == 0
    assert output.startswith("3 events and 1 file, all as they were written; last hash ")
    with Store(folder) as store:
        (last,) = store.reading().execute("SELECT hash FROM events ORDER BY seq DESC LIMIT 1").fetchone()
    assert output.split()[-1] == last


def test_a_desk_that_was_changed_is_not(folder: Path) -> None:
    base = sqlite3.connect(folder / "desk.sqlite", isolation_level=None)
    base.executescript("DROP TRIGGER events_are_not_changed; UPDATE events SET actor = '乙' WHERE seq = 3;")
    base.close()
    status, output, error = run("verify", "--data", str(folder))
    assert (status, output) == (1, "")
    assert error == "nhsa-nlp: error: event 3 was changed, or what was before it\n"


def test_a_document_that_was_changed_is_told(folder: Path) -> None:
    base = sqlite3.connect(folder / "desk.sqlite", isolation_level=None)
    base.execute("UPDATE documents SET label = '医保'")
    base.close()
    status, _, error = run("verify", "--data", str(folder))
    assert status == 1
    assert error == "nhsa-nlp: error: document 1 (a) is not as its events made it: label\n"


def test_a_kept_file_that_was_changed_is_told(folder: Path) -> None:
    (kept,) = [path for path in (folder / "files").rglob("*") if path.is_file()]
    kept.write_bytes(kept.read_bytes() + b" ")
    status, output, error = run("verify", "--data", str(folder))
    assert (status, output, error) == (1, "", "nhsa-nlp: error: file 1 (a.txt) was changed\n")
    kept.unlink()
    assert run("verify", "--data", str(folder))[2] == "nhsa-nlp: error: file 1 (a.txt) is missing\n"


def test_accounts_are_made_listed_and_removed(folder: Path) -> None:
    at = ("--data", str(folder))
    assert run("add-user", "张三", "--role", "lead", *at, text="correct horse battery\n")[0] == 0
    assert run("users", *at)[1] == "张三\tlead\n"
    assert run("add-user", "张三", *at, text="correct horse battery\n")[0] == 0
    assert run("users", *at)[1] == "张三\tofficer\n"
    assert run("remove-user", "张三", *at)[0] == 0
    assert run("users", *at)[1] == ""


def test_an_account_makes_the_desk_if_there_is_none(tmp_path: Path) -> None:
    status, *_ = run("add-user", "张三", "--data", str(tmp_path / "new"), text="correct horse battery\n")
    assert status == 0
    assert run("users", "--data", str(tmp_path / "new"))[1] == "张三\tofficer\n"


@pytest.mark.parametrize(
    "command", ["verify", "users", "export -o x.jsonl", "retrain -o x", "remove-user 张三"]
)
def test_where_there_is_no_desk_it_says_so(
    tmp_path: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    status, *_ = run(*command.split(), "--data", str(tmp_path))
    assert status == 2
    assert list(tmp_path.iterdir()) == []


def test_what_was_decided_is_written(folder: Path, tmp_path: Path) -> None:
    at = ("--data", str(folder))
    assert run("export", "-o", str(tmp_path / "x.jsonl"), *at)[0] == 0
    assert json.loads((tmp_path / "x.jsonl").read_text("utf-8"))["columns"]["desk_decision"] == "医药"
    assert run("export", "-o", str(tmp_path / "y.jsonl"), "--for", "training", *at)[0] == 0
    assert json.loads((tmp_path / "y.jsonl").read_text("utf-8"))["label"] == "医药"


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".tsv", ".xlsx", ".parquet"])
def test_an_export_may_replace_an_earlier_one(folder: Path, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"x{suffix}"
    for language in ("zh", "en", "en"):
        command = ("--lang", language, "-o", str(out), "--data", str(folder))
        status, _, said = run("export", *command)
        assert status == 0, said


def test_some_of_what_was_decided_is_written(folder: Path, tmp_path: Path) -> None:
    with Store(folder) as store:
        put(store, "b", OTHER)
    at, out = ("--data", str(folder)), tmp_path / "x.jsonl"
    for options, count in (
        ((), 2),
        (("--state", "decided"), 1),
        (("--label", "医疗"), 1),
        (("--office", "规财处"), 0),
        (("--person", "李四"), 0),
        (
            ("--text", "村卫生室", "--reason", "doubtful", "--since", "2020-01-01", "--until", "2099-01-01"),
            None,
        ),
        (("--until", "2020-01-01"), 0),
    ):
        assert run("export", "-o", str(out), *at, *options)[0] == 0, options
        if count is not None:
            assert len(out.read_text("utf-8").splitlines()) == count, options
    assert "'x' is not a date" in run("export", "-o", str(out), *at, "--since", "x")[2]


@pytest.mark.slow
def test_what_cannot_be_is_refused_in_a_line(folder: Path, tmp_path: Path) -> None:
    at = ("--data", str(folder))
    assert "add --users" in refused("--host", "0.0.0.0", *at)  # noqa: S104
    assert "add --users" in refused("--host", "192.0.2.1", *at)
    assert "nobody has an account" in refused("--users", *at, "--port", "0")
    assert "not a folder" in refused("--inbox", str(tmp_path / "nothing"), *at)
    assert "cannot be read" in refused("--archive", str(tmp_path / "nothing.sqlite"), *at)
    assert "cannot be used" in refused("--host", "127.0.0.1.invalid", "--users", *at)
    assert "cannot be used" in refused("--host", "a..b", "--users", *at)
    assert "fewer than 10" in refused("add-user", "张三", *at, text="short\n")
    assert "nothing to train on" in refused(
        "export", "--for", "entities", "-o", str(tmp_path / "x.jsonl"), *at
    )
    assert "at least 50" in refused("retrain", "-o", str(tmp_path / "new"), *at)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "desk.sqlite").write_bytes(b"something else" * 100)
    assert "not the database of a desk" in refused("verify", "--data", str(tmp_path / "other"))
    with sqlite3.connect(tmp_path / "later.sqlite") as base:
        base.execute("CREATE TABLE other (x)")
    base.close()
    os.replace(tmp_path / "later.sqlite", tmp_path / "other" / "desk.sqlite")  # noqa: PTH105
    assert "not the database of a desk" in refused("verify", "--data", str(tmp_path / "other"))
    base = sqlite3.connect(folder / "desk.sqlite")
    base.execute("PRAGMA user_version = 99")
    base.close()
    assert "later version" in refused("verify", *at)


@pytest.mark.slow
def test_the_demonstration_is_served_with_all_its_proposals() -> None:
    process = subprocess.Popen(
        [*COMMAND, "--demo", "--no-browser", "--port", "0"], stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        assert process.stderr.readline() == "nhsa-nlp: preparing the demonstration\n"
        found = re.search(r"http://127\.0\.0\.1:\d+/", process.stderr.readline())
        assert found
        with httpx.Client(base_url=found[0], cookies={LANGUAGE_COOKIE: "zh"}) as client:
            end = time.monotonic() + 300
            while "已读取 20 个" not in client.get("/intake/state").text:
                assert time.monotonic() < end
                time.sleep(0.2)
            page = client.get("/queue")
            assert "20 件" in page.text
            assert client.get("/documents/1").status_code == 200
            assert client.get("/documents/1/precedents").status_code == 200
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode in (0, 130)


@pytest.mark.slow
def test_a_watched_folder_comes_in(folder: Path, tmp_path: Path) -> None:

    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "乙.txt").write_text("关于加强药品集中采购的建议", "utf-8")
    with server(folder, "--inbox", str(tmp_path / "in")) as (_, address):
        end = time.monotonic() + 300
        while "乙.txt" not in httpx.get(f"{address}/intake").text:
            assert time.monotonic() < end
            time.sleep(0.2)


def test_options_before_a_command_are_not_passed_over(tmp_path: Path) -> None:
    """A check of another desk than was meant would be worse than none."""
    result = CliRunner().invoke(app, ["desk", "--data", str(tmp_path), "verify"])
    assert result.exit_code == 2
    assert "options of verify are written after it" in " ".join(result.output.split())
