from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nhsa_nlp.batch import writing
from nhsa_nlp.batch.journal import Journal
from nhsa_nlp.batch.wire import make_result
from nhsa_nlp.errors import OutputError
from nhsa_nlp.io import HOLDING_TEXTS, WRITERS
from tests.io.writers.records import BARE, FULL, TEXT

BUNDLE = "b" * 64  # the SHA-256 of a manifest


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """A journal of two hundred records and a failure."""
    folder = tmp_path / ".run"
    folder.mkdir()
    with contextlib.closing(Journal(folder)) as made:
        for number in range(100):
            for record in (FULL, BARE):
                name = f"{record['id']}{number}"
                made.append(
                    (name, 1, 1, 1, 1),
                    0,
                    name,
                    make_result([{"record": {**record, "id": name}, "text": TEXT}]),
                )
        failure: dict[str, Any] = {"id": "x", "source": "x", "kind": "error", "reason": "why", "line": None}
        made.append(("x", 1, 1, 1, 1), 0, "x", make_result([{"failure": failure}]))
        yield made


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Side by side for as few records as here."""
    monkeypatch.setattr(writing, "_FEW", 1)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {".run"}


def test_side_by_side_the_same_is_written_as_one_after_the_other(journal: Journal, tmp_path: Path) -> None:
    for folder, workers in (("one", 1), ("three", 3)):
        (tmp_path / folder).mkdir()
        writing.write_outputs(
            journal, [tmp_path / folder / f"r{suffix}" for suffix in WRITERS], workers, BUNDLE
        )
    for suffix in WRITERS:
        one, three = (tmp_path / folder / f"r{suffix}" for folder in ("one", "three"))
        assert one.read_bytes() == three.read_bytes()
    assert names(tmp_path / "three") == {f"r{suffix}" for suffix in WRITERS}


@pytest.mark.parametrize("suffix", sorted(WRITERS.keys() - HOLDING_TEXTS))
def test_from_a_journal_the_same_is_written_as_from_records(
    journal: Journal, tmp_path: Path, suffix: str
) -> None:
    ours, theirs = tmp_path / f"a{suffix}", tmp_path / f"b{suffix}"
    writing.write_output(journal.folder, ours, BUNDLE)
    outcomes = list(journal.outcomes())
    failures = [item["failure"] for item in outcomes if "failure" in item]
    WRITERS[suffix](theirs, (item["record"] for item in outcomes if "record" in item), failures=failures)
    assert ours.read_bytes() == theirs.read_bytes()


def test_the_index_of_texts_is_written_at_once(journal: Journal, tmp_path: Path) -> None:
    writing.write_output(journal.folder, tmp_path / "a.db", BUNDLE)
    with contextlib.closing(sqlite3.connect(tmp_path / "a.db")) as base:
        # A savepoint has FTS5 write what it holds, as a segment of its own.
        assert base.execute("SELECT count(DISTINCT segid) FROM text_index_idx").fetchone() == (1,)


def test_what_cannot_be_written_is_named_and_nothing_is_left_over(journal: Journal, tmp_path: Path) -> None:
    (tmp_path / "b.csv").mkdir()
    with pytest.raises(OutputError, match=r"b\.csv: cannot be written: is not a regular file"):
        writing.write_outputs(journal, [tmp_path / "a.sqlite", tmp_path / "b.csv"], 2, BUNDLE)
    assert names(tmp_path) in ({"b.csv"}, {"b.csv", "a.sqlite"})


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_a_writing_process_that_is_killed_is_reported(journal: Journal, tmp_path: Path) -> None:
    def kill_the_first() -> None:
        while not stop.is_set():
            for children in Path("/proc/self/task").glob("*/children"):
                for child in children.read_text().split():
                    if b"nhsa_nlp.batch.worker" in Path(f"/proc/{child}/cmdline").read_bytes():
                        os.kill(int(child), signal.SIGKILL)
                        return
            time.sleep(0.001)

    stop = threading.Event()
    thread = threading.Thread(target=kill_the_first)
    thread.start()
    try:
        with pytest.raises(OutputError, match=r"a\.csv, .*: cannot be written: .* was killed by SIGKILL"):
            writing.write_outputs(journal, [tmp_path / "a.csv", tmp_path / "b.csv"], 2, BUNDLE)
    finally:
        stop.set()
        thread.join()
    assert names(tmp_path) <= {"b.csv"}


def test_the_index_takes_the_tokens_that_a_worker_made(tmp_path: Path) -> None:
    outcome = {"record": FULL, "text": TEXT}
    for name, tokens, found in (("with", {"tokens": "乙 丙"}, (1, 0)), ("without", {}, (0, 1))):
        folder = tmp_path / name
        folder.mkdir()
        with contextlib.closing(Journal(folder)) as journal:
            journal.append(("a", 1, 1, 1, 1), 0, "a", make_result([{**outcome, **tokens}]))
            writing.write_output(folder, folder / "a.db", BUNDLE)
        with contextlib.closing(sqlite3.connect(folder / "a.db")) as base:
            count = "SELECT count(*) FROM text_index WHERE text_index MATCH ?"
            numbers = [base.execute(count, (query,)).fetchone()[0] for query in ('"乙 丙"', '"异 地"')]
        assert tuple(numbers) == found
