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
from dataclasses import asdict, dataclass, field
from typing import Any, BinaryIO, Literal, cast

from nhsa_nlp.batch import messages
from nhsa_nlp.io import ReadOptions

LOADER = "nhsa_nlp:load"
ATTEMPTS = 3
"""A document that costs so many workers is given up; one worker may die of something else."""

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
# The search path of this process, so that the worker finds what this one finds, and nothing else.
_START = "import sys; sys.path[:] = sys.argv[1:]; from nhsa_nlp.batch.worker import main; main()"


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """What a worker is to do.

    Attributes
    ----------
    job
        Label documents, or take containers apart.
    options
        How files are read.
    bundle
        The model bundle; ``None`` for the one that is shipped.
    loader
        ``module:function`` that is given ``bundle`` and returns the pipeline.
    segmenter
        What makes the words, given to the loader; ``None`` to leave it to the bundle.
    texts
        Whether raw texts are sent back with the records.
    timeout
        Seconds a document may take.
    max_memory
        Bytes of memory the process may use for data.
    """

    job: Literal["label", "unpack"] = "label"
    options: ReadOptions = field(default_factory=ReadOptions)
    bundle: str | None = None
    loader: str = LOADER
    segmenter: str | None = None
    texts: bool = False
    timeout: float | None = None
    max_memory: int | None = None


class WorkerDiedError(Exception):
    """The process has gone.

    Parameters
    ----------
    status
        Its exit status, negative for a signal.
    timed_out
        Whether it was killed because it took too long.
    """

    def __init__(self, status: int, timed_out: bool):
        self.timed_out = timed_out
        if status < 0:
            try:
                self.what = f"was killed by {signal.Signals(-status).name}"
            except ValueError:
                self.what = f"was killed by signal {-status}"
        else:
            self.what = f"ended with exit status {status}"
        super().__init__(self.what)


class WorkerProcess:
    """A worker process.

    Parameters
    ----------
    settings
        Its job.
    """

    def __init__(self, settings: WorkerSettings):
        self._deadline: float | None = None
        self._timed_out = False
        self._closed = threading.Event()
        with signals_blocked():
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-c", _START, *sys.path],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **dict.fromkeys(_THREADS, "1")},
            )
        self._requests = cast(BinaryIO, self._process.stdin)
        self._answers = cast(BinaryIO, self._process.stdout)
        threading.Thread(target=self._watch, daemon=True).start()
        self.send({**asdict(settings), "options": asdict(settings.options)})

    def send(self, message: dict[str, Any]) -> None:
        """Send a message.

        Raises
        ------
        WorkerDiedError
            If the process has gone.
        """
        try:
            messages.send(self._requests, message)
        except (OSError, ValueError) as error:
            raise self._death() from error

    def receive(self, timeout: float | None = None) -> dict[str, Any]:
        """Wait for a message; kill the process if none comes within ``timeout`` seconds.

        Raises
        ------
        WorkerDiedError
            If the process has gone.
        """
        self._deadline = None if timeout is None else time.monotonic() + timeout
        try:
            return messages.receive(self._answers)
        except (EOFError, OSError, ValueError) as error:
            raise self._death() from error
        finally:
            self._deadline = None

    def receive_body(self) -> bytes:
        """Read the bytes that go with the message just received.

        Raises
        ------
        WorkerDiedError
            If the process has gone.
        """
        try:
            return messages.receive_bytes(self._answers)
        except (EOFError, OSError, ValueError) as error:
            raise self._death() from error

    def stop(self) -> None:
        """Kill the process, from any thread; it holds nothing that could be lost."""
        self._closed.set()
        self._process.kill()

    def close(self) -> None:
        """Kill the process and free what it held; only from the thread that uses it."""
        self.stop()
        self._process.wait()
        self._answers.close()
        with contextlib.suppress(OSError):  # what was not sent yet
            self._requests.close()

    def _death(self) -> WorkerDiedError:
        timed_out = self._timed_out
        self.close()
        return WorkerDiedError(self._process.returncode, timed_out)

    def _watch(self) -> None:
        while not self._closed.wait(0.1):
            deadline = self._deadline
            if deadline is not None and time.monotonic() > deadline:
                self._timed_out = True
                self._process.kill()
                return


@contextlib.contextmanager
def signals_blocked() -> Iterator[None]:
    """Keep SIGINT and SIGTERM from this thread, and from the processes it starts, for good.

    A terminal sends Ctrl-C to all processes of a run; only the one that leads it is to react.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
