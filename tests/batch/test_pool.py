from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from nhsa_nlp.batch.failures import Failure
from nhsa_nlp.batch.pool import Pool
from nhsa_nlp.batch.process import WorkerSettings
from nhsa_nlp.batch.wire import Task, failed
from nhsa_nlp.errors import WorkerError
from nhsa_nlp.io import Document
from tests.batch import faults

SETTINGS = WorkerSettings(loader="tests.batch.faults:load")


def task(name: str, text: str) -> Task:
    return Task(name, Document(name, f"in/{name}", text))


def what(done: Task) -> str:
    """Return the kind of failure of a task that is done, ``record`` if it did not fail."""
    assert done.result is not None
    return done.result.failures[0] if done.result.failures else "record"


def test_nothing_is_done_for_no_tasks() -> None:
    with Pool(SETTINGS, 2) as pool:
        assert list(pool.results([])) == []


def test_a_task_that_has_its_result_is_passed_on_in_its_place() -> None:
    known = failed(Failure("b", "in/b", "unreadable", "why"))
    tasks = [task("a", "医保"), Task("b", None, known), task("c", "医保")]
    with Pool(SETTINGS) as pool:
        done = list(pool.results(tasks))
    assert done == tasks
    assert done[1].result is known
    assert [what(each) for each in done] == ["record", "unreadable", "record"]


def test_no_worker_is_started_for_what_is_done_already() -> None:
    known = Task("b", None, failed(Failure("b", "in/b", "unreadable", "why")))
    with Pool(WorkerSettings(loader="no_such_module:load")) as pool:
        assert list(pool.results([known])) == [known]


def test_workers_that_do_not_start_are_tried_three_times(tmp_path: Path) -> None:
    marker = tmp_path / "starts"
    settings = WorkerSettings(loader="tests.batch.faults:refuse", bundle=str(marker))
    with Pool(settings) as pool, pytest.raises(WorkerError, match="die as they start"):
        list(pool.results([task("a", "医保")]))
    assert len(marker.read_bytes()) == 3


@pytest.mark.parametrize(
    ("limit", "more"), [(None, ""), (2**40, "; perhaps for lack of memory; split it, or")]
)
def test_what_may_have_wanted_memory_is_said(limit: int | None, more: str) -> None:
    with Pool(replace(SETTINGS, max_memory=limit)) as pool:
        (done,) = pool.results([task("a", faults.ABORT)])
    assert done.result is not None
    assert f"was killed by SIGABRT, 3 times{more}" in str(done.result.outcomes())
    assert ("--max-memory" in str(done.result.outcomes())) == (limit is not None)


def test_libraries_in_rust_write_no_backtrace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUST_BACKTRACE", "1")
    with Pool(SETTINGS) as pool:
        (done,) = pool.results([task("a", faults.BACKTRACE)])
    assert done.result is not None
    assert "RUST_BACKTRACE=0" in str(done.result.outcomes())


LEADER = """
import sys
from nhsa_nlp.batch import label_stream
from tests.batch import faults
list(label_stream([f"{faults.STUCK} {sys.argv[1]}"], loader="tests.batch.faults:load"))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems kill no process with another")
def test_a_worker_that_is_stuck_ends_with_its_run(tmp_path: Path) -> None:
    marker = tmp_path / "pid"
    leader = subprocess.Popen([sys.executable, "-c", LEADER, str(marker)])
    while leader.poll() is None and not (marker.exists() and marker.read_text()):
        time.sleep(0.02)
    worker = int(marker.read_text())
    leader.kill()
    leader.wait()
    end = time.monotonic() + 20
    while not is_dead(worker):
        assert time.monotonic() < end
        time.sleep(0.02)


HELPER = """
import sys, threading, time
from nhsa_nlp.batch.process import WorkerProcess, WorkerSettings
made = []
starter = threading.Thread(target=lambda: made.append(WorkerProcess(WorkerSettings(job=sys.argv[1]))))
starter.start()
starter.join()
time.sleep(0.5)  # with the thread that asked for it the process has not ended
made[0].receive(300)
print(made[0]._process.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("job", ["unpack", "write"])
@pytest.mark.skipif(sys.platform != "linux", reason="other systems kill no process with another")
def test_what_takes_containers_apart_and_writes_ends_with_its_run(job: str) -> None:
    """Also where it cannot notice that its standard input has ended."""
    with subprocess.Popen([sys.executable, "-c", HELPER, job], stdout=subprocess.PIPE, text=True) as leader:
        assert leader.stdout is not None
        worker = int(leader.stdout.readline())
        os.kill(worker, signal.SIGSTOP)
        leader.kill()
    end = time.monotonic() + 20
    while not is_dead(worker):
        assert time.monotonic() < end
        time.sleep(0.02)


def is_dead(process: int) -> bool:
    try:
        return Path("/proc", str(process), "stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def taken_meanwhile(pool: Pool, text: str, most: int) -> int:
    """Return how many tasks are taken while the first one is worked on."""
    taken = 0

    def tasks() -> Iterator[Task]:
        nonlocal taken
        yield task("first", faults.SLEEP)
        for taken in range(1, most):
            yield task(str(taken), text)

    assert what(next(pool.results(tasks()))) == "timeout"
    return taken


def test_so_many_tasks_a_worker_are_taken_ahead() -> None:
    with Pool(WorkerSettings(loader=SETTINGS.loader, timeout=0.5)) as pool:
        assert taken_meanwhile(pool, "医保", 1000) == 63  # with the first 64


def test_so_many_bytes_of_documents_wait() -> None:
    with Pool(WorkerSettings(loader=SETTINGS.loader, timeout=0.5)) as pool:
        # 63 million bytes are not yet too many, 84 million are.
        assert taken_meanwhile(pool, "a" * 7_000_000, 1000) == 4
