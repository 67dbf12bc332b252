"""Labelling on a Ray cluster: the same work, done by actors on many machines.

The driver finds the documents, takes containers apart and keeps the journal; the actors read and label.
Each actor manages a worker process of its own, so that a hostile document does no more harm on a cluster
than on one machine. Ray restarts an actor whose machine is lost, and calls it again.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, Generic, TypeVar

from nhsa_nlp.batch.pool import Pool, give_up
from nhsa_nlp.batch.process import ATTEMPTS, WorkerSettings
from nhsa_nlp.batch.ray_cluster import RayCluster
from nhsa_nlp.batch.wire import Result, Task
from nhsa_nlp.errors import NhsaNlpError, WorkerError
from nhsa_nlp.io import Document, Source
from nhsa_nlp.pipeline.bundle import bundle_fingerprint
from nhsa_nlp.translation import Message

_SECONDS = 2.0  # that a call of an actor should take
_LARGEST = 64  # tasks per call at most
_BYTES = 8_000_000  # of documents, after which a call is full
_QUEUED = 2  # calls that wait for an actor, so that it is never idle
_AHEAD = 8  # calls per actor, taken from the input before the first of them is done
_HELD = 256_000_000  # bytes of documents and results that wait for an earlier one

_OTHER_VERSION = Message("a machine of the cluster has another version of nhsa-nlp or of the bundle")

T = TypeVar("T", bound=Task)


class LabellingActor:
    """An actor: a pool of one worker on its machine, of the same version and bundle as the driver."""

    def __init__(self, settings: WorkerSettings, fingerprint: str):
        self._settings = settings
        self._fingerprint = fingerprint
        self._pool: Pool | None = None

    def label(
        self, tasks: list[tuple[str, Source | Document, str | None]]
    ) -> tuple[float, list[Result] | str]:
        """Return the seconds that tasks took and their results, or why no worker can be started."""
        began = time.monotonic()
        try:
            if self._pool is None:
                here = fingerprint(self._settings)
                if here != self._fingerprint:
                    return 0.0, _OTHER_VERSION
                self._pool = Pool(self._settings)
            done = list(self._pool.results(Task(id_, part, known=known) for id_, part, known in tasks))
        except NhsaNlpError as error:
            return 0.0, str(error)
        return time.monotonic() - began, [task.result or Result() for task in done]


class _Call(Generic[T]):
    """Tasks in order, and which of them are still to be done."""

    def __init__(self, tasks: list[T]):
        self.tasks = tasks
        self.todo = [task for task in tasks if task.result is None]
        self.weight = sum(task.weight for task in tasks)


class RayEngine:
    """The actors of a Ray cluster.

    Parameters
    ----------
    settings
        What the workers do. Paths must be valid on all machines.
    workers
        How many actors; ``None`` for one per CPU of the cluster.
    address
        The cluster; ``None`` for ``RAY_ADDRESS``, or else one on this machine for the time of the run.

    Raises
    ------
    WorkerError
        On entering, if Ray is not installed or the cluster cannot be reached.
    """

    def __init__(self, settings: WorkerSettings, workers: int | None = None, address: str | None = None):
        self._settings = settings
        self._cluster = RayCluster(address, workers)
        self._actors: list[Any] = []
        self._seconds = _SECONDS / 4  # per task; a guess until the first call is done

    def __enter__(self) -> RayEngine:
        self._cluster.__enter__()
        self._actors = self._cluster.actors(LabellingActor, self._settings, fingerprint(self._settings))
        return self

    def __exit__(self, *_: object) -> None:
        self._cluster.__exit__()

    def results(self, tasks: Iterable[T]) -> Iterator[T]:
        """Yield the tasks in their order, each with its result.

        Raises
        ------
        WorkerError
            If no worker can be started.
        """
        source = iter(tasks)
        pending: deque[_Call[T]] = deque()
        waiting: deque[_Call[T]] = deque()
        running: dict[Any, tuple[Any, _Call[T]]] = {}
        free = [actor for _ in range(_QUEUED) for actor in self._actors]
        more = True
        while more or pending:
            room = len(pending) < _AHEAD * len(self._actors) and sum(c.weight for c in pending) < _HELD
            if more and room:
                call = self._next_call(source)
                more = bool(call.tasks)
                pending.extend([call] if more else [])
                waiting.extend([call] if call.todo else [])
            while waiting and free:
                actor, call = free.pop(0), waiting.popleft()
                running[actor.label.remote(_parts(call))] = actor, call
            if running:
                self._collect(running, free, wait=0.0 if more and room else 0.5)
            while pending and not pending[0].todo:
                yield from pending.popleft().tasks

    def _next_call(self, source: Iterator[T]) -> _Call[T]:
        size = max(1, min(_LARGEST, int(_SECONDS / self._seconds)))
        tasks: list[T] = []
        weight = 0
        for task in islice(source, size):
            tasks.append(task)
            weight += task.weight
            if weight > _BYTES:
                break
        return _Call(tasks)

    def _collect(self, running: dict[Any, Any], free: list[Any], *, wait: float) -> None:
        """Take the results of the calls that are done, after waiting some seconds for the first."""
        import ray

        ready, _ = ray.wait(list(running), num_returns=len(running) if not wait else 1, timeout=wait)
        for reference in ready:
            actor, call = running.pop(reference)
            free.append(actor)
            try:
                seconds, results = ray.get(reference)
            except ray.exceptions.RayError as error:
                lost = Message(
                    "the machines that worked on it were lost, {attempts} times ({kind})",
                    attempts=ATTEMPTS,
                    kind=type(error).__name__,
                )
                seconds, results = 0.0, [give_up(task, "crash", lost) for task in call.todo]
            if isinstance(results, str):
                raise WorkerError(results)
            for task, result in zip(call.todo, results, strict=True):
                task.result = result
            if seconds:
                self._seconds = max(seconds / len(call.todo), _SECONDS / _LARGEST)
            call.weight += sum(len(result.body) for result in results)
            call.todo = []


def fingerprint(settings: WorkerSettings) -> str:
    """Return what must be the same on all machines: the version and the bundle."""
    import nhsa_nlp

    return f"{nhsa_nlp.__version__} {bundle_fingerprint(settings.bundle)}"


def _parts(call: _Call[Any]) -> list[tuple[str, Source | Document, str | None]]:
    """Return what an actor is sent, paths absolute: it may have another current folder."""
    parts = []
    for task in call.todo:
        part = task.part
        if isinstance(part, Source) and isinstance(part.origin, Path):
            part = replace(part, origin=part.origin.absolute())
        parts.append((task.id, part, task.known))
    return parts
