"""Independent tasks in several processes, by joblib: the same results for any number of them."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from nhsa_nlp.errors import InputError, OutputError, WorkerError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LOOK = 1  # seconds between two looks for the leader

Result = TypeVar("Result")


class ProgressCallback(Protocol):
    """Called with what is going on and, where that is known, how much of it is done."""

    def __call__(self, message: str, done: int = 0, total: int = 0, /) -> None:
        """Take note."""


def silent(_message: str, _done: int = 0, _total: int = 0, /) -> None:
    """Take no note of progress."""


def run_all(
    function: Callable[..., Result],
    tasks: Sequence[tuple[Any, ...]],
    *,
    n_jobs: int | None = None,
    message: str = "",
    on_progress: ProgressCallback = silent,
) -> list[Result]:
    """Call a function with the arguments of each task; return the results in the order of the tasks.

    What a task depends on, the seed too, is in its arguments. BLAS has one thread for each task, so the sums
    are the same for any number of processes. Processes do not start more of their own: inside one of them,
    all tasks are done there.

    Parameters
    ----------
    n_jobs
        How many processes, as in scikit-learn: -1 for all cores, None for 1 unless
        ``joblib.parallel_config`` says otherwise.
    message, on_progress
        What is going on, and what is called with it after each task.

    Raises
    ------
    InputError
        If ``n_jobs`` is 0.
    WorkerError
        If a process ends before its task does.
    """
    from threadpoolctl import threadpool_limits

    results: dict[int, Result] = {}
    processes = min(process_count(n_jobs), max(1, len(tasks)))
    with contextlib.ExitStack() as stack:
        answers: Iterator[tuple[int, Result]]
        if processes == 1:
            stack.enter_context(threadpool_limits(1))
            answers = (_numbered(number, function, task) for number, task in enumerate(tasks))
        else:
            stack.enter_context(_ended_in_order())
            answers = stack.enter_context(_pool(processes, function, tasks))
        on_progress(message, 0, len(tasks))
        for number, result in answers:
            results[number] = result
            on_progress(message, len(results), len(tasks))
    return [results[number] for number in range(len(tasks))]


@contextlib.contextmanager
def mapped(arrays: Sequence[NDArray[Any]], processes: int) -> Iterator[list[NDArray[Any]]]:
    """Provide arrays as files that the tasks of `run_all` read, where these are done in several processes.

    Each process would otherwise be sent a copy, made in the memory of this one. Slices of such arrays are not
    copied either.

    Raises
    ------
    OutputError
        If there is no room for them.
    """
    import numpy as np

    if processes == 1:
        yield list(arrays)
        return
    with contextlib.ExitStack() as stack:
        folder = tempfile.gettempdir()
        try:
            folder = stack.enter_context(
                tempfile.TemporaryDirectory(prefix="nhsa-nlp-", ignore_cleanup_errors=True)
            )
            paths = [_saved(Path(folder) / f"{number}.npy", array) for number, array in enumerate(arrays)]
            del arrays  # the caller may have no other use for them
        except OSError as error:
            raise OutputError(
                "cannot be written ({problem}); name a folder with room in TMPDIR, or use one job (--jobs 1)",
                folder,
                problem=error.strerror,
            ) from error
        yield [np.load(path, mmap_mode="r", allow_pickle=False) for path in paths]


def _saved(path: Path, array: NDArray[Any]) -> Path:
    import numpy as np

    np.save(path, np.ascontiguousarray(array), allow_pickle=False)
    return path


def process_count(n_jobs: int | None) -> int:
    """Return how many processes `run_all` uses for many tasks.

    Raises
    ------
    InputError
        If ``n_jobs`` is 0.
    """
    from joblib import effective_n_jobs

    if n_jobs == 0:
        raise InputError("n_jobs is 0; give a number of processes, or -1 for all cores")
    return 1 if multiprocessing.parent_process() is not None else int(effective_n_jobs(n_jobs))


@contextlib.contextmanager
def _pool(
    processes: int, function: Callable[..., Result], tasks: Sequence[tuple[Any, ...]]
) -> Iterator[Iterator[tuple[int, Result]]]:
    """Provide the results as they come; if anything fails, the processes are killed."""
    from joblib import Parallel, delayed, parallel_config

    answers: Any = None
    try:
        with parallel_config("loky", inner_max_num_threads=1), _interrupts_ignored():
            answers = Parallel(
                processes,
                return_as="generator_unordered",
                batch_size=1,
                pre_dispatch=processes,  # the arguments of tasks that wait take memory
                max_nbytes=None,  # no files in shared memory
            )(delayed(_in_a_worker)(number, function, task) for number, task in enumerate(tasks))
        yield answers
    except BrokenProcessPool:
        raise WorkerError(
            "a worker process was killed, perhaps because the memory was too small; use fewer jobs (--jobs)"
        ) from None
    finally:
        if answers is not None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # that tasks are cut off
                answers.close()


def _numbered(number: int, function: Callable[..., Result], task: tuple[Any, ...]) -> tuple[int, Result]:
    return number, function(*task)


def _in_a_worker(number: int, function: Callable[..., Result], task: tuple[Any, ...]) -> tuple[int, Result]:
    _end_with_the_leader()
    return _numbered(number, function, task)


@cache
def _end_with_the_leader() -> None:
    """Have this process end soon after the one that it works for, which may be killed: nobody waits for it.

    It is looked for, as the system would end this process with the thread that started it.
    """
    leader = multiprocessing.parent_process()
    if leader is None or os.name != "posix":
        return

    def watch() -> None:
        while os.getppid() == leader.pid:
            time.sleep(_LOOK)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextlib.contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """Ignore Ctrl-C, as do the processes started meanwhile all their life: they leave it to this one.

    Blocking it instead would not do: what starts their resource tracker unblocks it.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before or signal.SIG_DFL)


@contextlib.contextmanager
def _ended_in_order() -> Iterator[None]:
    """Have SIGTERM do what Ctrl-C does, so that it ends the other processes too."""
    if (
        threading.current_thread() is not threading.main_thread()
        or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
    ):
        yield
        return
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
