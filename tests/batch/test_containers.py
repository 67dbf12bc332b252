from __future__ import annotations

import contextlib
import csv
import os
import signal
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import pytest

from nhsa_nlp.batch import InterruptedRun, Job, run
from nhsa_nlp.batch.work_items import WorkItem
from tests.batch.test_run import Watch, records
from tests.io import samples
from tests.io.messages import SUBJECT, eml, msg

LOADER = "tests.batch.faults:load"
ROWS = 400


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A table whose rows fill a pipe many times over, one document before it and one after."""
    made = tmp_path / "in"
    made.mkdir()
    (made / "a.txt").write_text("前", encoding="utf-8")
    (made / "z.txt").write_text("后", encoding="utf-8")
    with (made / "m.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "year"])
        writer.writerows([f"第{number}件" + "医" * 2000, 2020] for number in range(ROWS))
    return made


@pytest.fixture
def container_first(folder: Path) -> Path:
    """The same without the document before it: nothing is labelled before the container is opened."""
    (folder / "a.txt").unlink()
    return folder


class Disturb(Watch):
    """Sends a signal to the oldest process: the one that takes apart a container that comes first."""

    def __init__(self, number: signal.Signals, after: int) -> None:
        super().__init__()
        self._number = number
        self._after = after
        self._others = _children()  # of other tests in this process

    def advanced(self, item: WorkItem) -> None:
        super().advanced(item)
        if len(self.items) == self._after:
            os.kill(min(_children() - self._others, key=_started), self._number)


def _children() -> set[int]:
    children = Path("/proc/self/task").glob("*/children")
    return {int(pid) for path in children for pid in path.read_text().split()}


def _started(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])


def job(folder: Path, **settings: Any) -> Job:
    return Job([str(folder)], loader=LOADER, **settings)


def expected(*, rows: int = ROWS) -> list[str]:
    return ["a", *(f"m-{number}" for number in range(2, rows + 2)), "z"]


@pytest.mark.slow
def test_rows_are_documents_and_carry_their_columns(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    assert run(job(folder, workers=2), [output], Watch()).labelled == ROWS + 2
    found = records(output)
    assert [record["id"] for record in found] == expected()
    assert found[1]["columns"] == {"year": "2020"}


def test_a_container_goes_on_when_the_process_that_reads_it_is_killed(
    container_first: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out.jsonl"
    summary = run(job(container_first), [output], Disturb(signal.SIGKILL, 20))
    assert (summary.labelled, summary.failed) == (ROWS + 1, 0)
    assert [record["id"] for record in records(output)] == expected()[1:]


def test_a_container_that_hangs_costs_its_rest(container_first: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    watch = Disturb(signal.SIGSTOP, 20)
    summary = run(job(container_first, timeout=3.0), [output], watch)
    assert 20 < summary.labelled < ROWS
    assert [failure.kind for failure in watch.failures] == ["timeout"]
    assert watch.failures[0].source == f"{container_first}/m.csv"
    assert "is read only up to here" in watch.failures[0].reason
    assert [record["id"] for record in records(output)] == expected(rows=summary.labelled - 1)[1:]


def test_a_run_goes_on_in_the_middle_of_a_table(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    with pytest.raises(InterruptedRun):
        run(job(folder), [output], Watch(70))
    summary = run(job(folder), [output], Watch())
    assert (summary.labelled, summary.labelled_now) == (ROWS + 2, ROWS + 2 - 70)
    assert [record["id"] for record in records(output)] == expected()


@pytest.mark.slow
def test_a_container_that_is_done_is_not_done_again(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    with pytest.raises(InterruptedRun):
        run(job(folder), [output], Watch(ROWS + 2))  # the row of m.csv, then its end
    summary = run(job(folder), [output], Watch())
    assert (summary.labelled, summary.labelled_now, summary.failed) == (ROWS + 2, 1, 0)


@pytest.mark.slow
def test_members_of_archives_fail_by_themselves(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        archive.writestr("a.txt", "甲")
        archive.writestr("b.txt", b"\0")
        archive.writestr("c.csv", "text,year\n乙,1\n,2\n")
        archive.writestr("d.bin", b"")
    (tmp_path / "z.txt").write_text("后", encoding="utf-8")
    both = Job([str(tmp_path / "in.zip"), str(tmp_path / "z.txt")], loader=LOADER)
    output = tmp_path / "out.jsonl"
    watch = Watch(5)  # the last is the end of the archive
    with pytest.raises(InterruptedRun):
        run(both, [output], watch)
    summary = run(both, [output], Watch())
    assert (summary.labelled, summary.labelled_now) == (3, 1)
    assert [failure.source.partition("!/")[2] for failure in watch.failures] == ["b.txt", "c.csv#row=3"]
    assert summary.skipped == {".bin": 1}


@pytest.mark.slow
def test_outputs_of_several_formats_hold_the_same_and_texts_can_be_searched(
    folder: Path, tmp_path: Path
) -> None:
    outputs = [tmp_path / f"out{suffix}" for suffix in (".jsonl", ".csv", ".parquet", ".sqlite", ".xlsx")]
    with pytest.raises(InterruptedRun):
        run(job(folder), outputs, Watch(100))
    run(job(folder), outputs, Watch())
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        ["in", *(path.name for path in outputs)]
    )
    with contextlib.closing(sqlite3.connect(outputs[3])) as base:
        ids = [row[0] for row in base.execute("SELECT id FROM documents ORDER BY rowid")]
        texts = base.execute("SELECT count(*) FROM texts WHERE text LIKE '第%件医%'").fetchone()[0]
    assert ids == [record["id"] for record in records(outputs[0])] == expected()
    assert texts == ROWS


MEMBERS = {f"{number:03}.txt": f"第{number}件" + "医" * 2000 for number in range(100)}
CONTAINERS = {
    "in.tar.gz": lambda: samples.tarred(MEMBERS, "gz"),
    "in.eml": lambda: eml(files={name: text.encode() for name, text in MEMBERS.items()}),
    "in.msg": lambda: msg(
        {"0037": "题", "1000": "正文"},
        [{"3707": name, "3701": text.encode()} for name, text in MEMBERS.items()],
    ),
}
SUBJECTS = {"in.eml": SUBJECT, "in.msg": "题"}


@pytest.mark.slow
@pytest.mark.parametrize("name", CONTAINERS)
def test_archives_and_mails_go_on_when_the_process_that_reads_them_is_killed(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_bytes(CONTAINERS[name]())
    whole, again = tmp_path / "whole.jsonl", tmp_path / "again.jsonl"
    one = Job([str(tmp_path / name)], loader=LOADER)
    count = len(MEMBERS) + (not name.endswith(".gz"))  # the text of a mail
    assert run(one, [whole], Watch()).labelled == count
    with pytest.raises(InterruptedRun):
        run(one, [again], Watch(30))
    summary = run(one, [again], Disturb(signal.SIGKILL, 20))
    assert (summary.labelled, summary.labelled_now, summary.failed) == (count, count - 30, 0)
    assert again.read_bytes() == whole.read_bytes()
    last = records(whole)[-1]
    assert (last["id"], last["source"]) == ("in/099", f"{tmp_path}/{name}!/099.txt")
    assert last.get("columns", {}).get("mail_subject") == SUBJECTS.get(name)
