"""Work spread over processes."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest
from joblib import Parallel, delayed
from scipy import sparse
from threadpoolctl import threadpool_info

from nhsa_nlp.errors import InputError, OutputError, WorkerError
from nhsa_nlp.parallel import mapped, process_count, run_all

HERE = os.getpid()


def square(number: int) -> tuple[int, int]:
    time.sleep(0.2 if number == 0 else 0)  # the first is the last to be done
    return number**2, os.getpid()


def threads() -> list[int]:
    np.dot(np.ones((2, 2)), np.ones((2, 2)))
    return [library["num_threads"] for library in threadpool_info()]


def fail(number: int) -> None:
    raise InputError(f"number {number} is wrong", "data.tsv", number)


def die(number: int) -> int:
    if number == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def nested(number: int) -> list[tuple[int, int]]:
    return run_all(square, [(number,), (number + 1,)], n_jobs=2)


def test_results_are_in_the_order_of_the_tasks() -> None:
    here = run_all(square, [(n,) for n in range(5)], n_jobs=1)
    there = run_all(square, [(n,) for n in range(5)], n_jobs=2)
    assert [result for result, _ in here] == [result for result, _ in there] == [0, 1, 4, 9, 16]
    assert {process for _, process in here} == {HERE}
    assert HERE not in {process for _, process in there}
    assert run_all(square, [], n_jobs=2) == []


@pytest.mark.parametrize("jobs", [1, 2])
def test_progress_is_told_after_each_task(jobs: int) -> None:
    told: list[tuple[str, int, int]] = []
    run_all(square, [(0,), (1,), (2,)], n_jobs=jobs, message="m", on_progress=lambda *said: told.append(said))
    assert told == [("m", 0, 3), ("m", 1, 3), ("m", 2, 3), ("m", 3, 3)]


@pytest.mark.parametrize("jobs", [1, 2])
def test_sums_have_one_thread(jobs: int) -> None:
    before = threads()
    assert {n for found in run_all(threads, [(), ()], n_jobs=jobs) for n in found} == {1}
    assert threads() == before


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_of_a_task_arrives_as_it_was(jobs: int) -> None:
    with pytest.raises(InputError, match=r"^data\.tsv:3: number 3 is wrong$") as caught:
        run_all(fail, [(3,), (3,), (3,)], n_jobs=jobs)
    assert (caught.value.path, caught.value.line) == ("data.tsv", 3)


def test_a_killed_process_is_an_error_and_the_next_run_works() -> None:
    with pytest.raises(WorkerError, match="use fewer jobs"):
        run_all(die, [(n,) for n in range(4)], n_jobs=2)
    assert run_all(die, [(n,) for n in (2, 3)], n_jobs=2) == [2, 3]


@pytest.mark.parametrize("backend", ["loky", "multiprocessing"])
def test_a_process_of_a_run_starts_no_more(backend: str) -> None:
    for found in Parallel(2, backend=backend)(delayed(nested)(n) for n in (1, 2)):
        assert len({process for _, process in found}) == 1


def test_how_many_processes() -> None:
    assert process_count(None) == process_count(1) == 1
    assert process_count(3) == 3
    assert (
        process_count(-1) == len(os.sched_getaffinity(0)) or process_count(-1) < multiprocessing.cpu_count()
    )
    with pytest.raises(InputError, match="n_jobs is 0"):
        process_count(0)


SCRIPT = """
import os, signal, sys, time
from nhsa_nlp.parallel import run_all
signal.signal(signal.SIGINT, signal.default_int_handler)  # jobs in the background begin without
def slow(number):
    os.write(1, b"begun\\n")  # in one piece, whoever else writes
    time.sleep(60)
if __name__ == "__main__":
    try:
        started = lambda *_: print("started", flush=True)
        run_all(slow, [(n,) for n in range(4)], n_jobs=2, on_progress=started)
    except KeyboardInterrupt:
        sys.exit(130)
"""


@pytest.mark.parametrize(
    ("number", "lines"),
    [
        (signal.SIGINT, 1),  # while the processes start
        (signal.SIGINT, 3),  # while they work
        (signal.SIGTERM, 3),
    ],
)
def test_an_interruption_ends_all_processes_at_once(
    tmp_path: Path, number: signal.Signals, lines: int
) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, "utf-8")
    run = subprocess.Popen(
        [sys.executable, script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "JOBLIB_TEMP_FOLDER": str(tmp_path)},
    )
    with run:
        _check_that_it_ends(run, tmp_path, number, lines)


@pytest.mark.skipif(os.name != "posix", reason="groups of processes")
def test_processes_end_soon_after_the_one_that_they_work_for_was_killed(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, "utf-8")
    run = subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    with run:
        assert run.stdout is not None
        assert [run.stdout.readline() for _ in range(3)] == ["started\n", "begun\n", "begun\n"]
        run.kill()
    began = time.monotonic()
    while group_exists(run.pid):
        assert time.monotonic() - began < 20  # not the 60 seconds of a task
        time.sleep(0.1)


def _check_that_it_ends(
    run: subprocess.Popen[str], tmp_path: Path, number: signal.Signals, lines: int
) -> None:
    assert run.stdout is not None
    assert [run.stdout.readline() for _ in range(lines)] == ["started\n", "begun\n", "begun\n"][:lines]
    time.sleep(0.1)
    began = time.monotonic()
    if number == signal.SIGINT:
        os.killpg(run.pid, number)  # as a terminal does: to all of them
    else:
        run.send_signal(number)
    _, said = run.communicate(timeout=30)
    assert (run.returncode, said) == (130, "")
    while group_exists(run.pid):
        assert time.monotonic() - began < 20
        time.sleep(0.1)
    assert [path.name for path in tmp_path.iterdir()] == ["script.py"]


def group_exists(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def rows_of(array: np.ndarray, matrix: sparse.csr_matrix) -> tuple[float, float, bool]:
    return float(array.sum()), float(matrix.sum()), array.flags.writeable


def test_mapped_arrays_are_read_by_other_processes_from_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    matrix = sparse.csr_matrix(np.eye(500, dtype=np.float32))
    given = [matrix.data, matrix.indices, matrix.indptr, np.ones((500, 4), order="F")]
    with mapped(given, 2) as arrays:
        sparse_again = sparse.csr_matrix(tuple(arrays[:3]), shape=matrix.shape)
        assert len(list(tmp_path.rglob("*.npy"))) == 4
        # A copy of an array sent to another process could be written to.
        found = run_all(rows_of, [(arrays[3][:, :2], sparse_again), (arrays[3], sparse_again)], n_jobs=2)
    assert found == [(1000.0, 500.0, False), (2000.0, 500.0, False)]
    assert not list(tmp_path.iterdir())
    with mapped(given, 1) as arrays:
        assert all(one is other for one, other in zip(arrays, given, strict=True))


def test_a_folder_without_room_for_mapped_arrays_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    message = r"missing: cannot be written \(No such file.*TMPDIR"
    with pytest.raises(OutputError, match=message), mapped([np.ones(2)], 2):
        pass
