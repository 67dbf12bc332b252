"""The journal of a run: one line per work item, written before the next, from which a run is continued.

A line is a checksum, a JSON object that identifies the work item, the JSON of its outcomes (with tabs
between them, and around each record in the last) and a line feed. The checksum covers all the rest, and
the object says which line it is: what a crash, a power cut or a bad disk has altered, lost, repeated or
moved is noticed and done again.

A run that is continued meets its work items in the order of the journal, and keeps them there. As soon as
the input differs (a file is new, gone or changed), the rest of the journal becomes a store of earlier
results, in which each further work item is looked up. So the journal is always in the order of the input
as it is now.
"""

from __future__ import annotations

import json
import os
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nhsa_nlp.batch.unique_ids import DiskMap
from nhsa_nlp.batch.wire import Result
from nhsa_nlp.errors import OutputError

Key = tuple[str, int, int, int, int]
"""What identifies a file: its path as the system has it, its size, the times of its modification and of its
last change of any kind (nanoseconds), its number (inode).

Files that swap their names, or are overwritten by another of the same size, may keep their modification time.
"""

FORMAT = 4
"""The format of the lines; what is kept in another one is done again."""

END = -1
"""The part that marks the end of a container."""

_NAME = "journal"
_SYNC_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class JournalLine:
    """A line of the journal, the ``number``-th from 0, which ends at byte ``end`` of its file."""

    number: int
    key: Key
    part: int
    name: str
    result: Result
    end: int


class Journal:
    """The journal in a run's folder, opened to continue it.

    Parameters
    ----------
    folder
        The folder; what an earlier run left in it is kept.
    retry
        Whether what failed in an earlier run is to be done again.

    Attributes
    ----------
    folder
        The folder.
    resumed
        Whether an earlier run has left anything.
    labels, failures
        Records by topic label and failures by kind, those of an earlier run as soon as they are confirmed.

    Raises
    ------
    OutputError
        If it cannot be opened.
    """

    def __init__(self, folder: Path, *, retry: bool = False):
        self.labels: Counter[str | None] = Counter()
        self.failures: Counter[str] = Counter()
        self.folder = folder
        self._retry = retry
        self._path = folder / _NAME
        self._earlier = DiskMap()
        self._synced = time.monotonic()
        with self._writing():
            self._file = self._path.open("a+b", buffering=0)
            self._old = (folder / "journal.old").open("a+b")
        self._index(0)
        self._lines = _read(self._path)
        self._next: JournalLine | None = None
        self._end = self._number = 0
        self._advance()
        self.resumed = self._next is not None or not self._earlier.empty

    @property
    def expected(self) -> JournalLine | None:
        """The next line of an earlier run that has not been confirmed."""
        return self._next

    def confirm(self) -> None:
        """Keep the expected line where it is."""
        assert self._next is not None  # noqa: S101 - for the type checker
        self._count(self._next.result)
        self._advance()

    def cut(self) -> None:
        """Move the lines not confirmed to the store: the input has changed, or is at its end."""
        self._next = None
        self._lines = iter(())
        with self._writing():
            size = os.fstat(self._file.fileno()).st_size
            if size > self._end:
                begin = self._old.seek(0, os.SEEK_END)
                self._old.write(b"\n")  # ends what a crash may have left
                with self._path.open("rb") as tail:
                    tail.seek(self._end)
                    while chunk := tail.read(1 << 20):
                        self._old.write(chunk)
                self._old.flush()
                os.fsync(self._old.fileno())
                self._file.truncate(self._end)
                os.fsync(self._file.fileno())
                self._index(begin)

    def earlier(self, key: Key, part: int) -> JournalLine | None:
        """Return what the store has for a work item."""
        at = self._earlier.get(f"{part} {key}")
        if at is None:
            return None
        self._old.seek(at)
        line = _parse(self._old.readline(), at)
        if line is None or (line.key, line.part) != (key, part) or self._is_retried(line):
            return None
        return line

    def append(self, key: Key, part: int, name: str, result: Result) -> None:
        """Write a work item.

        Raises
        ------
        OutputError
            If it cannot be written, such as on a full disk; what was written before is kept.
        """
        head = {
            "line": self._number,
            "key": key,
            "part": part,
            "name": name,
            "labels": result.labels,
            "failures": result.failures,
        }
        content = b"%b\t%b" % (json.dumps(head).encode("ascii"), result.body)
        line = b"%08x\t%b\n" % (zlib.crc32(content), content)
        with self._writing():
            view = memoryview(line)
            while view:  # an unbuffered write may take only a part
                view = view[self._file.write(view) :]
            self._end += len(line)
            self._number += 1
            if time.monotonic() - self._synced > _SYNC_SECONDS:
                self._sync()
        self._count(result)

    def _sync(self) -> None:
        os.fsync(self._file.fileno())
        self._synced = time.monotonic()

    def outcomes(self) -> Iterator[dict[str, Any]]:
        """Yield the outcomes of all work items, see `Result.body`."""
        return read_outcomes(self.folder)

    def close(self) -> None:
        """Have the system write everything to the disk."""
        try:
            with self._writing():
                self._sync()
        finally:
            self._file.close()
            self._old.close()
            self._earlier.close()

    def _advance(self) -> None:
        if self._next is not None:
            self._end = self._next.end
            self._number += 1
        self._next = next(self._lines, None)
        if self._next is None or self._is_retried(self._next):
            self.cut()

    def _is_retried(self, line: JournalLine) -> bool:
        return self._retry and bool(line.result.failures)

    def _index(self, begin: int) -> None:
        """Remember where the lines of the store begin; damaged ones are left out."""
        self._old.seek(begin)
        at = begin
        for data in iter(self._old.readline, b""):
            line = _parse(data, at)
            if line is not None:
                self._earlier.set(f"{line.part} {line.key}", at)
            at += len(data)

    def _count(self, result: Result) -> None:
        self.labels.update(result.labels)
        self.failures.update(result.failures)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise OutputError(
                "cannot be written: {problem}; {total:,} records are kept there: make room, then run the "
                "same command again to continue",
                self.folder,
                problem=error.strerror or error,
                total=self.labels.total(),
            ) from error


def read_outcomes(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield what `Journal.outcomes` does for the journal in a folder, without opening it to write."""
    for line in read_journal(folder):
        yield from line.result.outcomes()


def read_encoded_records(folder: Path) -> Iterator[bytes]:
    """Yield the records in the journal in a folder, each as its JSON in UTF-8."""
    for line in read_journal(folder):
        yield from line.result.encoded_records()


def read_failures(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the fields of the failures in the journal in a folder; lines without any are not parsed."""
    for line in read_journal(folder):
        if line.result.failures:
            yield from (outcome["failure"] for outcome in line.result.outcomes() if "failure" in outcome)


def read_journal(folder: Path) -> Iterator[JournalLine]:
    """Yield the lines of the journal in a folder, without opening it to write."""
    return _read(folder / _NAME)


def _read(path: Path) -> Iterator[JournalLine]:
    """Yield the lines of a journal up to the first that is damaged or not in its place."""
    with path.open("rb") as file:
        at = 0
        for number, data in enumerate(file):
            line = _parse(data, at)
            if line is None or line.number != number:
                return
            yield line
            at = line.end


def _parse(data: bytes, begin: int) -> JournalLine | None:
    """Return the line that begins at byte ``begin`` of its file; ``None`` for one that is damaged."""
    checksum, _, content = data[:-1].partition(b"\t")
    if not data.endswith(b"\n") or checksum != b"%08x" % zlib.crc32(content):
        return None
    head, _, body = content.partition(b"\t")
    try:
        given = json.loads(head)
        result = Result(tuple(given["labels"]), tuple(given["failures"]), body)
        path, size, modified, changed, number = given["key"]
        key = (path, size, modified, changed, number)
        return JournalLine(given["line"], key, given["part"], given["name"], result, begin + len(data))
    except (ValueError, KeyError, TypeError):  # the checksum of another thing may be right by chance
        return None
