"""The work items behind the paths of a run, in order, with what an earlier run has done of them."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from nhsa_nlp.batch.failures import Failure, refusal
from nhsa_nlp.batch.journal import END, Journal, Key
from nhsa_nlp.batch.known import Known
from nhsa_nlp.batch.process import (
    ATTEMPTS,
    START_SECONDS,
    WorkerDiedError,
    WorkerProcess,
    WorkerSettings,
)
from nhsa_nlp.batch.unique_ids import UniqueIds
from nhsa_nlp.batch.wire import Result, Task, decode_part, encode_part, failed, kept, make_result
from nhsa_nlp.errors import InputError, WorkerError
from nhsa_nlp.io import Document, Source, Unreadable
from nhsa_nlp.io.readers import CONTAINERS, as_container, taken_from_standard_input
from nhsa_nlp.io.store.ledger import document_fingerprint
from nhsa_nlp.translation import Message

_UNKNOWN = -1, -1, -1, -1  # size, times and number of what cannot be opened


@dataclass(slots=True, eq=False)
class WorkItem(Task):
    """A task of a run.

    Attributes
    ----------
    key
        Its file.
    number
        Its position in a container, `END` for the mark at its end.
    name
        The id it asked for.
    file
        The number of the file in the run, counted from 1.
    last
        Whether it is the last of its file.
    reused
        Whether its result comes from an earlier run.
    """

    key: Key = ("", 0, 0, 0, 0)
    number: int = 0
    name: str = ""
    file: int = 0
    last: bool = True
    reused: bool = False


class WorkItems:
    """The work items of found files.

    Parameters
    ----------
    found
        The files, and folders that cannot be listed.
    settings
        How they are read.
    journal
        That of the run; work items it holds already are not yielded. ``None``: no earlier run.
    skipped
        Counts, by suffix, the files in archives that no reader reads.
    known
        What the archive holds that is updated; what it has as it is, is not labelled.
    """

    def __init__(
        self,
        found: Iterable[Source | Unreadable],
        settings: WorkerSettings,
        journal: Journal | None,
        skipped: Counter[str],
        known: Known | None = None,
    ):
        self._found = found
        self._settings = settings
        self._journal = journal
        self._names = UniqueIds()
        self._containers = ContainerReader(settings)
        self._skipped = skipped
        self._known = known
        self._files = 0

    def __iter__(self) -> Iterator[WorkItem]:
        for file in self._found:
            self._files += 1
            if isinstance(file, Unreadable):
                if self._known is not None:
                    self._known.all_listed = False
                yield from self._offer(refusal(file), file.id, (file.source, *_UNKNOWN))
                continue
            if file.origin is None:
                try:
                    file = taken_from_standard_input(file, self._settings.options)
                except InputError as error:
                    yield from self._offer(
                        refusal(Unreadable(file.id, file.source, error)), file.id, (file.source, *_UNKNOWN)
                    )
                    continue
            key = _identify(file)
            if self._known is not None and self._known.has(key):
                continue
            file = as_container(file)
            if file.suffix in CONTAINERS:
                yield from self._container(file, key)
            else:
                name = file.id if self._known is None else self._known.name(file.id, key)
                yield from self._offer(file, name, key)
        if self._journal is not None and self._journal.expected is not None:
            self._journal.cut()  # files that are gone

    def close(self) -> None:
        """Release the resources."""
        self._names.close()
        self._containers.close()

    def _container(self, file: Source, key: Key) -> Iterator[WorkItem]:
        number = 0
        while self._journal and self._journal.expected and self._journal.expected.key == key:
            line = self._journal.expected
            if line.part == END:
                (end,) = line.result.outcomes()
                if end["parts"] != number:
                    break
                self._journal.confirm()
                self._skipped.update(end["skipped"])
                return
            if line.part != number:
                break
            self._journal.confirm()
            self._unique(line.name, key)
            number += 1
        for part in self._containers.parts(file, number):
            yield from self._offer(part, part.id, key, number, last=False)
            number += 1
        # The mark says what was passed over, for a run that is continued after it.
        end = {"parts": number, "skipped": self._containers.skipped}
        self._skipped.update(self._containers.skipped)
        yield from self._offer(Result(body=json.dumps([end]).encode("ascii")), "", key, END)

    def _offer(
        self,
        work: Source | Document | Failure | Result,
        name: str,
        key: Key,
        number: int = 0,
        *,
        last: bool = True,
    ) -> Iterator[WorkItem]:
        """Yield a work item, unless the journal has it; with its result, if an earlier run has one."""
        if self._journal is not None and (line := self._journal.expected) is not None:
            if (line.key, line.part, line.name) == (key, number, name):
                self._journal.confirm()
                self._unique(line.name, key)
                return
            self._journal.cut()
        item = WorkItem("", None, key=key, number=number, name=name, file=self._files, last=last)
        if isinstance(work, Failure):
            item.result = failed(work)
        elif isinstance(work, Result):
            item.result = work
        else:
            item.part = work
        if number != END:
            item.id = self._unique(name, key)
            if self._known is not None and item.part is not None:
                item.known = self._known.fingerprint(item.id, key)
                part, known = item.part, item.known
                if known and isinstance(part, Document) and document_fingerprint(part) == known:
                    item.result = make_result([kept(item.id, part.source)])
            if item.result is None and self._journal is not None:
                earlier = self._journal.earlier(key, number)
                if earlier is not None:
                    item.result, item.reused = earlier.result, True
            if item.result is not None:
                item.result = _named(item.result, item.id)
        yield item

    def _unique(self, name: str, key: Key) -> str:
        known = self._known
        if known is None:
            return self._names.unique(name)
        return self._names.unique(name, lambda candidate: known.is_taken(candidate, key))


class ContainerReader:
    """Takes containers apart, in a separate process: a hostile one must not end the run.

    The ``timeout`` of the settings applies to each part. ``skipped`` counts, by suffix, the files in the
    last container that no reader reads.
    """

    def __init__(self, settings: WorkerSettings):
        self._settings = replace(settings, job="unpack")
        self._worker: WorkerProcess | None = None
        self.skipped: Counter[str] = Counter()

    def parts(self, file: Source, skip: int) -> Iterator[Source | Document | Failure]:
        """Yield the parts of a container after the first ``skip``; a failure stands for the rest."""
        self.skipped.clear()
        failure: Failure | None = None
        attempts = 0
        while failure is None:
            try:
                for part in self._ask(file, skip):
                    yield part
                    skip, attempts = skip + 1, 0
                return
            except WorkerDiedError as death:
                self._worker = None
                attempts += 1
                failure = self._given_up(file, death, attempts)
        yield failure

    def close(self) -> None:
        """End the process."""
        if self._worker is not None:
            self._worker.close()

    def _given_up(self, file: Source, death: WorkerDiedError, attempts: int) -> Failure | None:
        if death.timed_out:
            seconds = f"{self._settings.timeout:g}"
            reason = Message(
                "is read only up to here: the next part took longer than {seconds} s; raise --timeout",
                seconds=seconds,
            )
            return Failure(file.id, file.source, "timeout", reason)
        if attempts < ATTEMPTS:
            return None
        reason = Message(
            "is read only up to here: the process that read it {what}, {attempts} times",
            what=death.what,
            attempts=attempts,
        )
        if self._settings.max_memory is not None and death.short_of_memory:
            reason = Message(
                "{reason}; perhaps for lack of memory; split it, or allow more with --max-memory",
                reason=reason,
            )
        return Failure(file.id, file.source, "crash", reason)

    def _ask(self, file: Source, skip: int) -> Iterator[Source | Document | Failure]:
        if self._worker is None:
            self._worker = self._started()
        self._worker.send({"file": encode_part(file), "skip": skip})
        while True:
            answer = self._worker.receive(self._settings.timeout)
            if "part" in answer:
                yield decode_part(answer["part"])
            elif "failure" in answer:
                yield Failure.from_json(answer["failure"])
            elif "end" in answer:
                self.skipped.update(answer["end"])
                return

    def _started(self) -> WorkerProcess:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                worker = WorkerProcess(self._settings)
                worker.receive(START_SECONDS)
            except WorkerDiedError as death:
                if attempt == ATTEMPTS:
                    raise WorkerError(
                        "the process that takes tables and archives apart {what} as it started, {attempts} "
                        "times; is there enough memory? allow more with --max-memory",
                        what=death.what,
                        attempts=attempt,
                    ) from death
            else:
                break
        return worker


def _identify(file: Source) -> Key:
    """Return what identifies a file: not its source, in which bytes that are no UTF-8 are replaced."""
    if isinstance(file.origin, bytes):
        digest = hashlib.sha256(file.origin).digest()
        return file.source, len(file.origin), int.from_bytes(digest[:7], "big"), 0, 0
    path = str(file.origin)
    try:
        status = os.stat(path)  # noqa: PTH116
    except OSError:
        return path, *_UNKNOWN  # reading it will give the reason
    return path, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def _named(result: Result, name: str) -> Result:
    """Return a result with the ids of its records and failures changed."""
    outcomes = result.outcomes()
    for number, outcome in enumerate(outcomes):
        (kind,) = {"record", "failure", "kept"}.intersection(outcome)
        outcome[kind]["id"] = f"{name}-{number}" if number else name
    return make_result(outcomes)
