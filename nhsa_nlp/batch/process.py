"""A worker process, seen from the run: started, asked, and killed when it takes too long."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import asdict, dataclass, field
from typing import Any, BinaryIO, Literal, cast

from nhsa_nlp.batch import wire
from nhsa_nlp.errors import WorkerError
from nhsa_nlp.io import ReadOptions
from nhsa_nlp.translation import Message

LOADER = "nhsa_nlp:load_analyser"
START_SECONDS = 300
"""Seconds a worker may take to load the model."""

ATTEMPTS = 3
"""A document on which so many workers died is given up; one may have died of something else."""

_OF_MEMORY = {signal.SIGABRT, getattr(signal, "SIGKILL", signal.SIGABRT)}
"""The signals by which a process ends for lack of memory."""

_TICK = 0.1  # seconds between two looks at the time
_PAUSED = 1.0  # seconds by which a look is late if this process was stopped meanwhile
_END_SECONDS = 2  # that a process takes to end after its last word
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
_QUIET = {"RUST_BACKTRACE": "0"}  # out of memory, a library in Rust can hang while it writes one
# The worker gets the search path of this process, so that it finds the same modules.
_START = "import sys; sys.path[:] = sys.argv[1:]; from nhsa_nlp.batch.worker import main; main()"


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """What a worker is to do: label documents, take containers apart, or write outputs.

    ``texts``, ``tokens`` and ``figures`` say whether raw texts, what the index of an archive takes of them,
    and the figures are sent back with the records; the rest is as in `nhsa_nlp.batch.Job`.
    """

    job: Literal["label", "unpack", "write"] = "label"
    options: ReadOptions = field(default_factory=ReadOptions)
    bundle: str | None = None
    loader: str = LOADER
    segmenter: str | None = None
    texts: bool = False
    tokens: bool = False
    figures: bool = False
    timeout: float | None = None
    max_memory: int | None = None


class WorkerDiedError(Exception):
    """The process has gone: its exit status (negative for a signal), and whether it took too long.

    Attributes
    ----------
    short_of_memory
        Whether it ended as one that gets no more memory may.
    """

    def __init__(self, status: int, timed_out: bool):
        self.timed_out = timed_out
        self.short_of_memory = status > 0 or -status in _OF_MEMORY
        if status < 0:
            try:
                self.what = Message("was killed by {name}", name=signal.Signals(-status).name)
            except ValueError:
                self.what = Message("was killed by signal {number}", number=-status)
        else:
            self.what = Message("ended with exit status {status}", status=status)
        super().__init__(self.what)


class WorkerProcess:
    """A worker process, and the messages to and from it; they raise `WorkerDiedError` when it has gone.

    Raises
    ------
    WorkerError
        If the system does not start it.
    """

    def __init__(self, settings: WorkerSettings):
        self._deadline: float | None = None
        self._paused = 0.0  # seconds in which this process was stopped
        self._timed_out = False
        self._closed = threading.Event()
        started: Future[subprocess.Popen[bytes]] = Future()
        with signals_blocked(), starting():
            threading.Thread(target=self._keep, args=(started,), daemon=True).start()
            self._process = started.result()
        self._requests = cast(BinaryIO, self._process.stdin)
        self._answers = cast(BinaryIO, self._process.stdout)
        self.send({**asdict(settings), "options": asdict(settings.options), "leader": os.getpid()})

    def send(self, message: dict[str, Any]) -> None:
        """Send a message."""
        with self._alive():
            wire.send(self._requests, message)

    def receive(self, timeout: float | None = None) -> dict[str, Any]:
        """Wait for a message; kill the process if none comes within ``timeout`` seconds.

        Time in which this process was stopped does not count: by Ctrl-Z, with its container, by the sleep
        of the machine.
        """
        self._deadline = None if timeout is None else time.monotonic() - self._paused + timeout
        try:
            with self._alive():
                return wire.receive(self._answers)
        finally:
            self._deadline = None

    def receive_body(self) -> bytes:
        """Read the bytes that belong to the message just received."""
        with self._alive():
            return wire.receive_bytes(self._answers)

    def stop(self) -> None:
        """Kill the process, from any thread; it holds nothing that could be lost."""
        self._closed.set()
        self._process.kill()

    def close(self) -> None:
        """Kill the process and free its resources; only from the thread that uses it."""
        self.stop()
        self._process.wait()
        self._answers.close()
        with contextlib.suppress(OSError):  # unsent data
            self._requests.close()

    @contextlib.contextmanager
    def _alive(self) -> Iterator[None]:
        try:
            yield
        except (EOFError, OSError, ValueError) as error:
            timed_out = self._timed_out
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_END_SECONDS)  # how it ends by itself is worth knowing
            self.close()
            raise WorkerDiedError(self._process.returncode, timed_out) from error

    def _keep(self, started: Future[subprocess.Popen[bytes]]) -> None:
        """Start the process and watch over it: what a thread does.

        The system ends the process with the thread that started it, and the one that asks may be another
        every time.
        """
        try:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-c", _START, *sys.path],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **dict.fromkeys(_THREADS, "1"), **_QUIET},
            )
        except BaseException as error:  # noqa: BLE001 - raised in the thread that waits
            started.set_exception(error)
            return
        started.set_result(process)
        self._watch(process)

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        before = time.monotonic()
        while not self._closed.wait(_TICK):
            now = time.monotonic()
            if now - before > _TICK + _PAUSED:
                self._paused += now - before - _TICK
            before = now
            deadline = self._deadline
            if deadline is not None and now - self._paused > deadline:
                self._timed_out = True
                process.kill()
                return


@contextlib.contextmanager
def starting() -> Iterator[None]:
    """Start a process or a thread.

    Raises
    ------
    WorkerError
        If the system refuses.
    """
    try:
        yield
    except (OSError, RuntimeError) as error:  # RuntimeError: a thread
        raise WorkerError(
            "a worker process cannot be started: {problem}; allow more processes, open files or memory, or "
            "try fewer --workers",
            problem=getattr(error, "strerror", None) or error,
        ) from error


@contextlib.contextmanager
def signals_blocked() -> Iterator[None]:
    """Block SIGINT and SIGTERM in this thread, and for good in the processes it starts.

    A terminal sends Ctrl-C to all processes of a run; only the leading one is to react.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
