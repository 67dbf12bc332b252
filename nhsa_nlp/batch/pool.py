"""Worker processes that label in parallel, whatever a document does to one of them."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from typing import TypeVar

from nhsa_nlp.batch.failures import Failure, Kind
from nhsa_nlp.batch.machine import allow_open_files
from nhsa_nlp.batch.process import (
    ATTEMPTS,
    START_SECONDS,
    WorkerDiedError,
    WorkerProcess,
    WorkerSettings,
    signals_blocked,
    starting,
)
from nhsa_nlp.batch.wire import Result, Task, encode_part, failed
from nhsa_nlp.errors import WorkerError
from nhsa_nlp.translation import Message, message_from_json

_AHEAD = 64  # tasks per worker, taken from the input before the first of them is done
_HELD = 64_000_000  # bytes of documents and results that wait for an earlier one
_CHUNK = 16  # tasks sent at once at most
_CHUNK_SECONDS = 0.05  # what they are to take
_CHUNK_BYTES = 1_000_000
_TICK = 0.5  # seconds after which a waiting main thread looks for signals (Windows)
_STARTS = 3  # failed starts in a row after which the run is given up

T = TypeVar("T", bound=Task)


class Pool:
    """Worker processes on this machine, each managed by a thread.

    A worker is started when there is work for it, and loads the model once. A document that takes too
    long is given up, and its worker is replaced. When a worker dies, what it had been sent is done
    again; a document on which three workers die is given up.

    Raises
    ------
    WorkerError
        If so many workers need more open files than the system allows.
    """

    def __init__(self, settings: WorkerSettings, workers: int = 1):
        allow_open_files(workers)
        self._settings = settings
        self._workers = workers
        self._state = threading.Condition()
        self._waiting: deque[Task] = deque()  # not sent yet, in order
        self._pending: deque[Task] = deque()  # not yielded yet, in order
        self._held = 0
        self._closing = False
        self._error: BaseException | None = None
        self._failed_starts = 0
        self._threads: list[threading.Thread] = []
        self._running: set[WorkerProcess] = set()

    def results(self, tasks: Iterable[T]) -> Iterator[T]:
        """Yield the tasks in their order, each with its result.

        Only some tasks are taken ahead, so a stream of any length needs constant memory. A task that
        has its result already is passed through.

        Raises
        ------
        WorkerError
            If the workers cannot be started or the model cannot be loaded.
        """
        pending: deque[T] = deque()
        self._pending = pending  # type: ignore[assignment]
        source = iter(tasks)
        more = True

        def room() -> bool:
            ahead = len(pending) < _AHEAD * self._workers
            return more and ahead and (self._held < _HELD or not pending)

        while more or pending:
            if room():
                task = next(source, None)
                if task is None:
                    more = False
                else:
                    self._add(task)
            while pending and self._is_done(pending[0], wait=not room()):
                with self._state:
                    done = pending.popleft()
                    assert done.result is not None  # noqa: S101 - for the type checker
                    self._held -= done.weight + len(done.result.body)
                    self._state.notify_all()
                yield done

    def _add(self, task: Task) -> None:
        with self._state:
            self._pending.append(task)
            self._held += task.weight
            if task.result is not None:
                self._held += len(task.result.body)
                return
            self._waiting.append(task)
            self._state.notify_all()
        if len(self._threads) < self._workers:
            thread = threading.Thread(target=self._serve, daemon=True)
            with starting():
                thread.start()
            self._threads.append(thread)

    def _is_done(self, task: Task, *, wait: bool) -> bool:
        with self._state:
            while wait and task.result is None and self._error is None:
                self._state.wait(_TICK)
            if self._error is not None:
                raise self._error
            return task.result is not None

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        with self._state:
            self._closing = True
            for worker in self._running:
                worker.stop()
            self._state.notify_all()
        for thread in self._threads:
            thread.join()

    def _serve(self) -> None:
        """Manage one worker: what a thread does."""
        with signals_blocked():
            worker: WorkerProcess | None = None
            seconds = _CHUNK_SECONDS  # per task
            try:
                while chunk := self._take(int(_CHUNK_SECONDS / seconds)):
                    began, done = time.monotonic(), 0
                    try:
                        worker = worker or self._start()
                        worker.send({"tasks": [_encode(task) for task in chunk]})
                        for task in chunk:
                            answer = worker.receive(self._settings.timeout)
                            labels, failures = tuple(answer["labels"]), tuple(answer["failures"])
                            self._finish(task, Result(labels, failures, worker.receive_body()))
                            done += 1
                    except WorkerDiedError as death:
                        if worker is not None:
                            self._forget(worker)
                        started, worker = worker is not None, None
                        self._take_back(chunk[done:], death, started)
                    seconds = max((time.monotonic() - began) / max(done, 1), _CHUNK_SECONDS / _CHUNK)
            except BaseException as error:  # noqa: BLE001 - the main thread raises it
                with self._state:
                    self._error = self._error or error
                    self._state.notify_all()
            finally:
                if worker is not None:
                    worker.close()

    def _take(self, size: int) -> list[Task]:
        """Wait for tasks; none means that the pool is closing."""
        with self._state:
            while not self._closing and not (
                self._waiting and (self._held < _HELD or self._waiting[0] is self._pending[0])
            ):
                self._state.wait()
            if self._closing:
                return []
            size = min(size, len(self._waiting) // self._workers)
            chunk = [self._waiting.popleft()]
            weight = chunk[0].weight
            while len(chunk) < size and weight + self._waiting[0].weight <= _CHUNK_BYTES:
                weight += self._waiting[0].weight
                chunk.append(self._waiting.popleft())
            return chunk

    def _start(self) -> WorkerProcess:
        worker = WorkerProcess(self._settings)
        with self._state:
            self._running.add(worker)
            if self._closing:
                worker.stop()
        try:
            answer = worker.receive(START_SECONDS)
        except WorkerDiedError:
            self._forget(worker)
            raise
        if "unusable" in answer:
            worker.close()
            raise WorkerError(message_from_json(answer["unusable"]))
        self._failed_starts = 0
        return worker

    def _forget(self, worker: WorkerProcess) -> None:
        with self._state:
            self._running.discard(worker)

    def _finish(self, task: Task, result: Result) -> None:
        with self._state:
            task.result = result
            self._held += len(result.body)
            if task is self._pending[0]:  # the only one the main thread can continue with
                self._state.notify_all()

    def _take_back(self, chunk: list[Task], death: WorkerDiedError, started: bool) -> None:
        """Deal with the tasks a dead worker leaves: it was working on the first."""
        if self._closing:
            return
        if not started:
            self._failed_starts += 1
            if self._failed_starts >= _STARTS * self._workers:
                raise WorkerError(
                    "the worker processes die as they start (the last one {what}); is there enough memory? "
                    "try fewer --workers or more --max-memory",
                    what=death.what,
                ) from death
        else:
            task = chunk[0]
            task.attempts += 1
            if death.timed_out:
                reason = Message(
                    "took longer than {timeout:g} s; raise --timeout, or split it",
                    timeout=self._settings.timeout,
                )
                self._finish(task, give_up(task, "timeout", reason))
            elif task.attempts >= ATTEMPTS:
                reason = Message(
                    "the process that worked on it {what}, {attempts} times",
                    what=death.what,
                    attempts=task.attempts,
                )
                if self._settings.max_memory is not None and death.short_of_memory:
                    reason = Message(
                        "{reason}; perhaps for lack of memory; split it, or allow more with --max-memory",
                        reason=reason,
                    )
                self._finish(task, give_up(task, "crash", reason))
            if task.result is not None:
                chunk = chunk[1:]
        with self._state:
            self._waiting.extendleft(reversed(chunk))
            self._state.notify_all()


def _encode(task: Task) -> dict[str, object]:
    assert task.part is not None  # noqa: S101 - for the type checker
    return {"id": task.id, "part": encode_part(task.part), "known": task.known}


def give_up(task: Task, kind: Kind, reason: str) -> Result:
    """Return the result of a task that no worker could do."""
    source = "" if task.part is None else task.part.source
    return failed(Failure(task.id, source, kind, reason))
