from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nhsa_nlp.batch import Failure, InterruptedRun, Job, RunSummary, run, text_path
from nhsa_nlp.batch.folder import RunFolder
from nhsa_nlp.batch.work_items import WorkItem
from nhsa_nlp.errors import OutputError
from nhsa_nlp.io import ReadOptions
from tests.batch import faults
from tests.paths import LETTERS

LETTER = LETTERS / "npc-13-4-2020.txt"
COMMAND = [sys.executable, "-m", "nhsa_nlp", "label"]
LOADER = "tests.batch.faults:load"


class Watch:
    """Remembers what a run says, and interrupts it after some work items."""

    def __init__(self, stop_after: int | None = None):
        self.items: list[str] = []
        self.failures: list[Failure] = []
        self.resumes = self.outdated_runs = 0
        self._stop_after = stop_after

    def resumed(self) -> None:
        self.resumes += 1

    def outdated(self) -> None:
        self.outdated_runs += 1

    def advanced(self, item: WorkItem) -> None:
        self.items.append(item.id)
        if len(self.items) == self._stop_after:
            raise KeyboardInterrupt

    def failed(self, failure: Failure) -> None:
        self.failures.append(failure)

    def writing(self) -> None:
        pass


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Thirty short documents."""
    made = tmp_path / "in"
    made.mkdir()
    for number in range(30):
        (made / f"{number:02}.txt").write_text(f"第{number}件", encoding="utf-8")
    return made


def job(folder: Path, **settings: Any) -> Job:
    return Job([str(folder)], loader=LOADER, **settings)


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def interrupt(job_: Job, output: Path, after: int, **options: Any) -> None:
    with pytest.raises(InterruptedRun) as caught:
        run(job_, [output], Watch(after), **options)
    assert caught.value.labelled == after
    assert not output.exists()


def undisturbed(job_: Job, place: Path) -> list[dict[str, Any]]:
    run(job_, [place / "undisturbed.jsonl"], Watch())
    return records(place / "undisturbed.jsonl")


@pytest.mark.slow
def test_failures_are_listed_with_source_kind_and_reason(folder: Path, tmp_path: Path) -> None:
    (folder / "05.txt").write_text(faults.RAISE, encoding="utf-8")
    (folder / "06.txt").write_bytes(b"\0")
    (folder / "07.txt").write_text(faults.SLEEP, encoding="utf-8")
    (folder / "08.txt").write_text("长" * 100, encoding="utf-8")
    output = tmp_path / "out.jsonl"
    watch = Watch()
    options = ReadOptions(max_bytes=200)
    summary = run(job(folder, timeout=1.0, options=options), [output], watch)
    assert isinstance(summary, RunSummary)
    assert (summary.labelled, summary.labelled_now, summary.failed) == (26, 26, 4)
    assert [record["id"] for record in records(output)] == [
        f"{number:02}" for number in range(30) if number not in (5, 6, 7, 8)
    ]
    listed = records(tmp_path / "out.jsonl.failed.jsonl")
    assert [(item["id"], item["kind"]) for item in listed] == [
        ("05", "error"),
        ("06", "unreadable"),
        ("07", "timeout"),
        ("08", "too long"),
    ]
    assert [item["source"] for item in listed] == [f"{folder}/0{number}.txt" for number in (5, 6, 7, 8)]
    assert [Failure(**item) for item in listed] == watch.failures
    for number in (5, 6, 7, 8):
        (folder / f"0{number}.txt").unlink()
    assert run(job(folder), [output], Watch()).failed_list is None
    assert not (tmp_path / "out.jsonl.failed.jsonl").exists()


@pytest.mark.slow
def test_a_run_goes_on_where_it_was_cut_off(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    interrupt(job(folder), output, 11)
    journal = tmp_path / ".out.jsonl.run" / "journal"
    journal.write_bytes(journal.read_bytes()[:-9])  # as a power cut leaves it
    watch = Watch()
    summary = run(job(folder), [output], watch)
    assert (watch.resumes, summary.labelled, summary.labelled_now) == (1, 30, 20)
    assert records(output) == undisturbed(job(folder), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out.jsonl", "undisturbed.jsonl"]


def test_an_output_that_cannot_be_written_can_be_exchanged(folder: Path, tmp_path: Path) -> None:
    output, second = tmp_path / "out.jsonl", tmp_path / "second.jsonl"

    class Block(Watch):
        def writing(self) -> None:
            second.mkdir()

    with pytest.raises(
        OutputError, match=r"second.jsonl: .*; everything is labelled, run the same command again"
    ):
        run(job(folder), [output, second], Block())
    third = tmp_path / "third.jsonl"
    assert run(job(folder), [output, third], Watch()).labelled_now == 0
    assert len(records(third)) == 30


@pytest.mark.slow
def test_inputs_that_changed_meanwhile_are_seen(folder: Path, tmp_path: Path) -> None:
    (folder / "10.md").write_text("同名", encoding="utf-8")
    output = tmp_path / "out.jsonl"
    interrupt(job(folder), output, 20)
    (folder / "00a.txt").write_text("新的", encoding="utf-8")
    (folder / "04.txt").unlink()
    (folder / "06.txt").write_text("改了", encoding="utf-8")
    (folder / "10.md").unlink()  # 10.txt was 10-2, now it is 10
    interrupt_again = Watch(8)
    with pytest.raises(InterruptedRun):
        run(job(folder), [output], interrupt_again)
    (folder / "00a.txt").unlink()
    summary = run(job(folder), [output], Watch())
    assert records(output) == undisturbed(job(folder), tmp_path)
    assert summary.labelled_now == 11  # 19.txt to 29.txt, which had not been done


@pytest.mark.slow
def test_a_run_with_other_options_is_refused(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    interrupt(job(folder), output, 5)
    other = job(folder, options=ReadOptions(encoding="utf-8"))
    with pytest.raises(OutputError, match=r"another --encoding .* it had none, now it is utf-8"):
        run(other, [output], Watch())
    with pytest.raises(OutputError, match="has no raw texts"):
        run(job(folder), [output], Watch(), keep_text=True)
    with pytest.raises(OutputError, match="another list of PATHs"):
        run(job(folder / "01.txt"), [output], Watch())
    state = tmp_path / ".out.jsonl.run" / "state.json"
    state.write_text("{")
    with pytest.raises(OutputError, match="is damaged; use --restart"):
        run(job(folder), [output], Watch())
    assert run(other, [output], Watch(), restart=True).labelled_now == 30


@pytest.mark.slow
def test_what_failed_is_tried_again_without_the_rest(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    (folder / "05.txt").write_text(f"{faults.ONCE} {tmp_path / 'once'}", encoding="utf-8")
    (folder / "06.txt").write_text(faults.RAISE, encoding="utf-8")
    (folder / "07.txt").write_text(faults.SLEEP, encoding="utf-8")
    (folder / "t.csv").write_text(f"text\n甲\n{faults.RAISE}\n乙\n", encoding="utf-8")
    first = Watch()
    assert run(job(folder, timeout=3.0), [output], first).failed == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *(".out.jsonl.run", "in", "once", "out.jsonl", "out.jsonl.failed.jsonl")
    ]
    with pytest.raises(OutputError, match="another --encoding"):
        run(job(folder, options=ReadOptions("gbk")), [output], Watch(), retry_failed=True)
    again = Watch()
    summary = run(job(folder, timeout=2.0), [output], again, retry_failed=True)
    assert (again.resumes, summary.labelled, summary.labelled_now, summary.failed) == (1, 30, 0, 3)
    assert again.failures == [
        first.failures[0],
        replace(first.failures[1], reason=first.failures[1].reason.replace("3 s", "2 s")),
        first.failures[2],
    ]
    settled = {path: path.stat() for path in (folder / "06.txt", folder / "07.txt")}
    for path, status in settled.items():
        text = "好" * (status.st_size // 3)
        path.write_text(text, encoding="utf-8")
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    summary = run(job(folder), [output], Watch(), retry_failed=True)
    assert (summary.labelled, summary.labelled_now, summary.failed) == (32, 2, 1)
    assert records(output) == undisturbed(job(folder), tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("copied", [False, True], ids=["renamed", "overwritten"])
def test_files_that_have_changed_places_are_done_again(folder: Path, tmp_path: Path, copied: bool) -> None:
    output = tmp_path / "out.jsonl"
    first, second = folder / "01.txt", folder / "02.txt"
    for path, text in ((first, "甲甲"), (second, "乙乙"), (folder / "06.txt", faults.RAISE)):
        path.write_text(text, encoding="utf-8")
        os.utime(path, (1_600_000_000, 1_600_000_000))
    assert run(job(folder), [output], Watch()).failed == 1
    if copied:
        first.write_text("乙乙", encoding="utf-8")
        second.write_text("甲甲", encoding="utf-8")
        for path in (first, second):
            os.utime(path, (1_600_000_000, 1_600_000_000))
    else:
        first.rename(tmp_path / "aside")
        second.rename(first)
        (tmp_path / "aside").rename(second)
    assert run(job(folder), [output], Watch(), retry_failed=True).labelled_now == 2
    assert records(output) == undisturbed(job(folder), tmp_path)


def test_two_runs_do_not_write_one_output(folder: Path, tmp_path: Path) -> None:
    output, second = tmp_path / "out.jsonl", tmp_path / "second.jsonl"
    lock = RunFolder(second)
    (tmp_path / "link.jsonl").symlink_to(second)
    for other in (second, tmp_path / "link.jsonl"):
        with pytest.raises(OutputError, match=rf"{other.name}: another run is writing it"):
            run(job(folder), [output, other], Watch())
    lock.close()
    (tmp_path / "link.jsonl").unlink()
    assert run(job(folder), [output, second], Watch()).labelled == 30
    assert output.read_bytes() == second.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out.jsonl", "second.jsonl"]


def test_what_a_kill_left_of_an_output_is_removed(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "[年].xlsx"
    for path in (output, tmp_path / "x.xlsx"):
        write = subprocess.Popen(
            [sys.executable, "-c", HANGING_WRITER, str(path)], stdout=subprocess.PIPE, text=True
        )
        assert write.stdout is not None
        assert write.stdout.readline() == "writing\n"
        write.kill()
        write.wait()
        write.stdout.close()
    left = {path.name for path in tmp_path.iterdir()}
    assert len(left) == 5  # a file and a folder each, and the documents
    run(job(folder), [output], Watch())
    foreign = {name for name in left if name.startswith(".x.xlsx.")}
    assert {path.name for path in tmp_path.iterdir()} == {"in", output.name, *foreign}


HANGING_WRITER = """
import sys, time
from nhsa_nlp.io import WRITERS
def records():
    print("writing", flush=True)
    time.sleep(60)
    yield {}
WRITERS[".xlsx"](sys.argv[1], records())
"""


def test_raw_texts_are_kept_beside_the_output(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "年报.txt").write_bytes("甲\r\n乙".encode())
    (folder / "con.txt").write_text("丙", encoding="utf-8")
    output = tmp_path / "out.jsonl"
    run(job(folder), [output], Watch(), keep_text=True)
    assert [record["id"] for record in records(output)] == ["con", "年报"]
    texts = tmp_path / "out.jsonl.texts"
    assert (texts / "年报.txt").read_bytes() == "甲\r\n乙".encode()
    assert (texts / text_path("con")).read_text("utf-8") == "丙"
    assert text_path("con") != Path("con.txt")


@pytest.mark.slow
def test_outputs_that_differ_in_their_suffix_share_nothing(folder: Path, tmp_path: Path) -> None:
    (folder / "05.txt").write_text("", encoding="utf-8")
    run(job(folder), [tmp_path / "out.jsonl"], Watch(), keep_text=True)
    (folder / "05.txt").unlink()
    run(job(folder), [tmp_path / "out.csv"], Watch(), keep_text=True)
    assert [item["id"] for item in records(tmp_path / "out.jsonl.failed.jsonl")] == ["05"]
    assert (tmp_path / "out.jsonl.texts").is_dir()
    assert (tmp_path / "out.csv.texts").is_dir()


@pytest.mark.slow
def test_texts_replace_only_texts(folder: Path, tmp_path: Path) -> None:
    texts = tmp_path / "out.jsonl.texts"
    texts.mkdir()
    run(job(folder), [tmp_path / "out.jsonl"], Watch(), keep_text=True)
    mine = tmp_path / "other.jsonl.texts" / "mine.txt"
    mine.parent.mkdir()
    mine.write_text("我的", encoding="utf-8")
    with pytest.raises(
        OutputError, match=r"other\.jsonl\.texts: is not a folder that --keep-text wrote; move it"
    ):
        run(job(folder), [tmp_path / "other.jsonl"], Watch(), keep_text=True)
    assert mine.read_text("utf-8") == "我的"
    (texts / "gone.txt").write_text("旧", encoding="utf-8")
    run(job(folder), [tmp_path / "out.jsonl"], Watch(), keep_text=True)
    assert len(list(texts.glob("*.txt"))) == 30


def test_the_text_of_one_document_is_not_the_folder_of_another(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "年报.TXT").mkdir(parents=True)
    (folder / "年报.md").write_text("甲", encoding="utf-8")
    (folder / "年报.TXT" / "附件.txt").write_text("乙", encoding="utf-8")
    run(job(folder), [tmp_path / "out.jsonl"], Watch(), keep_text=True)
    texts = tmp_path / "out.jsonl.texts"
    assert (texts / text_path("年报")).read_text("utf-8") == "甲"
    assert (texts / text_path("年报.TXT/附件")).read_text("utf-8") == "乙"
    assert not any(path.suffix.lower() == ".txt" for path in texts.iterdir() if path.is_dir())


# What follows is the command line, killed.


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("many")
    text = LETTER.read_text("utf-8")
    for number in range(300):
        (made / f"{number:03}.txt").write_text(text[number:], encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def expected(many: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    output = tmp_path_factory.mktemp("expected") / "out.jsonl"
    subprocess.run([*COMMAND, str(many), "-o", str(output)], check=True, capture_output=True)
    return output.read_bytes()


def begin(many: Path, output: Path, lines: int, *options: str, **settings: Any) -> subprocess.Popen[str]:
    """Start the command and wait until so many documents are in its journal."""
    journal = output.with_name(f".{output.name}.run") / "journal"
    process = subprocess.Popen(
        [*COMMAND, str(many), "-o", str(output), *options],
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
        **settings,
    )
    while process.poll() is None and not (journal.exists() and journal.read_bytes().count(b"\n") >= lines):
        time.sleep(0.005)
    assert process.poll() is None, process.stderr and process.stderr.read()
    return process


@pytest.mark.slow
def test_killed_at_any_moment_the_same_command_goes_on(many: Path, expected: bytes, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    chosen = random.Random(7)  # noqa: S311
    moments = sorted(chosen.sample(range(1, 250), 3))
    for what, moment in zip(("worker", "parent", "group"), moments, strict=True):
        process = begin(many, output, moment, "-j", "2")
        children = [
            int(pid)
            for path in Path(f"/proc/{process.pid}/task").glob("*/children")
            for pid in path.read_text().split()
        ]
        if what == "worker":
            os.kill(children[0], signal.SIGKILL)
            time.sleep(0.3)
        if what == "group":
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.communicate()
        end = time.monotonic() + 20
        while any(Path(f"/proc/{pid}").exists() for pid in children):
            assert time.monotonic() < end, "a worker outlives its run"
            time.sleep(0.05)
    done = subprocess.run(
        [*COMMAND, str(many), "-o", str(output), "-j", "2"], capture_output=True, check=True, encoding="utf-8"
    )
    assert "300 labelled" in done.stderr
    assert output.read_bytes() == expected
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]


@pytest.mark.slow
def test_a_full_disk_stops_the_run_and_it_goes_on_later(many: Path, expected: bytes, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(expected) // 3, resource.RLIM_INFINITY))

    command = [*COMMAND, str(many), "-o", str(output)]
    stopped = subprocess.run(command, capture_output=True, encoding="utf-8", preexec_fn=full)
    assert stopped.returncode == 2
    assert stopped.stderr.count("\n") == 1
    assert "File too large" in stopped.stderr
    assert "run the same command again to continue" in stopped.stderr
    assert not output.exists()
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert done.returncode == 0
    assert output.read_bytes() == expected


def test_sigterm_ends_the_run_in_order(many: Path, tmp_path: Path) -> None:
    process = begin(many, tmp_path / "out.jsonl", 5)
    process.terminate()
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert errors.startswith("nhsa-nlp: error: interrupted; labelled so far: ")
    assert errors.count("\n") == 1


@pytest.mark.slow
def test_an_ignored_interrupt_stays_ignored(many: Path, expected: bytes, tmp_path: Path) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process = begin(many, tmp_path / "out.jsonl", 5)
    finally:
        signal.signal(signal.SIGINT, before)
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert (tmp_path / "out.jsonl").read_bytes() == expected
