"""Post that comes in: files and pasted texts, read and answered by worker processes beside the server.

Registers, archives and long files are read beside the others, so that nothing small waits for them.

A file is kept and entered first, then read. What was entered when the server was killed is read when it
starts again; a part of a file that was put in already is not put in twice.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path, PurePath
from typing import Any

from nhsa_nlp.batch.machine import share_of_memory
from nhsa_nlp.batch.pool import Pool
from nhsa_nlp.batch.process import LOADER, WorkerSettings
from nhsa_nlp.batch.wire import Task
from nhsa_nlp.batch.work_items import WorkItem, WorkItems
from nhsa_nlp.desk.bundles import SYSTEM, bundle_in_use
from nhsa_nlp.desk.documents import add_document, answer_again, refuse_answer
from nhsa_nlp.desk.store import Store, now
from nhsa_nlp.desk.twins import count_repeating
from nhsa_nlp.errors import NhsaNlpError
from nhsa_nlp.io import READABLE, Document, ReadOptions, Source
from nhsa_nlp.io.formats import UNKNOWN, format_of, stem_of
from nhsa_nlp.io.readers import CONTAINERS
from nhsa_nlp.translation import tr

_AT_ONCE = 64  # files or documents taken together
_TOGETHER = 100  # documents put in by one transaction, at most
_SECONDS = 0.5  # that a document which is done waits for others to be put in with it, at most
_KEPT = ("id", "source", "kind", "reason", "cause", "message")  # of a failure
_LISTED = 50  # failures of one file that are shown
_RETRY_SECONDS = 10.0  # after which workers that could not be started are tried again
_TIMEOUT = 120.0  # seconds a document may take
_HEAVY = 1_000_000  # bytes from which a file is read beside the others


def enter_file(store: Store, path: Path, name: str, actor: str, *, source: str = "") -> int:
    """Keep a file, and enter it to be read.

    Parameters
    ----------
    name
        What it was called where it came from.
    source
        Where that was, if it is worth showing.

    Returns
    -------
    int
        Its number.

    Raises
    ------
    OutputError
        If it cannot be kept, such as on a full disk.
    """
    digest, stored, size = store.keep_file(path)
    name, source = (text.encode("utf-8", "replace").decode() for text in (name, source))
    name = PurePath(name.replace("\\", "/")).name or tr("unnamed file")
    heavy = size > _HEAVY or _format(Path(name), store.file_path(stored)) in CONTAINERS
    with store.writing() as base:
        row = base.execute(
            "INSERT INTO files (name, sha256, stored, size, heavy, source, received, actor, state) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'waiting') RETURNING file",
            (name, digest, stored, size, heavy, source or name, now(), actor),
        ).fetchone()
    return int(row["file"])


@dataclass
class _Waiting:
    """Documents of one file that are to be put in."""

    file: sqlite3.Row
    parts: int = 0
    failures: list[dict[str, str]] = field(default_factory=list)


class Intake:
    """Reads what was entered, in threads, until it is closed.

    Parameters
    ----------
    store
        The desk's.
    workers
        How many processes read and label what is short, and as many what is heavy.
    loader
        What loads the bundle there, see `nhsa_nlp.batch.process.WorkerSettings`.
    """

    def __init__(self, store: Store, workers: int = 1, loader: str = LOADER):
        self._store = store
        self._workers = workers
        self._loader = loader
        self._wake = {heavy: threading.Event() for heavy in (False, True)}
        self._closing = False
        self._troubles: dict[bool, str] = {}
        self._threads = [
            threading.Thread(target=self._run, args=(heavy,), name="intake", daemon=True)
            for heavy in (False, True)
        ]

    @property
    def trouble(self) -> str | None:
        """Why something cannot be read at present, if that is so: one line."""
        return next(iter(self._troubles.values()), None)

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Look for work at once."""
        for event in self._wake.values():
            event.set()

    def close(self, seconds: float = 5.0) -> None:
        """End; what is not done is done when a server starts again."""
        self._closing = True
        self.wake()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(seconds)

    def _run(self, heavy: bool) -> None:
        while not self._closing:
            try:
                self._serve_bundle(heavy=heavy)
                self._troubles.pop(heavy, None)
            except (NhsaNlpError, OSError, sqlite3.Error) as error:
                self._troubles[heavy] = str(error)
                if not self._closing:  # else the connection was closed on purpose
                    self._pause(_RETRY_SECONDS, heavy=heavy)

    def _serve_bundle(self, *, heavy: bool) -> None:
        """Read with the bundle in use until another is."""
        bundle = bundle_in_use(self._store.reading())
        if bundle is None:
            self._pause(1.0, heavy=heavy)
            return
        settings = WorkerSettings(
            options=ReadOptions(refuse_others=True),
            bundle=bundle["path"],
            loader=self._loader,
            texts=True,
            timeout=_TIMEOUT,
            max_memory=share_of_memory(2 * (self._workers + 1)),
        )
        with Pool(settings, self._workers) as pool:
            while not self._closing:
                current = bundle_in_use(self._store.reading())
                if current is None or current["bundle"] != bundle["bundle"]:
                    return
                if self._read_files(pool, settings, bundle, heavy=heavy):
                    continue
                if heavy or not self._answer_again(pool, bundle):
                    self._pause(1.0, heavy=heavy)

    def _pause(self, seconds: float, *, heavy: bool) -> None:
        self._wake[heavy].wait(seconds)
        self._wake[heavy].clear()

    def _read_files(self, pool: Pool, settings: WorkerSettings, bundle: sqlite3.Row, *, heavy: bool) -> bool:
        files = (
            self._store.reading()
            .execute(
                "SELECT * FROM files WHERE state = 'waiting' AND heavy = ? ORDER BY file LIMIT ?",
                (heavy, _AT_ONCE),
            )
            .fetchall()
        )
        if not files:
            return False
        waiting = [_Waiting(file) for file in files]
        items = WorkItems([self._source(file) for file in files], settings, None, Counter())
        try:
            for some in _batches(pool.results(iter(items))):
                with self._store.writing() as base:
                    for item in some:
                        self._put_in(base, waiting[item.file - 1], item, bundle)
                if self._closing:
                    break
        finally:
            items.close()
        return True

    def _source(self, file: sqlite3.Row) -> Source:
        path = self._store.file_path(file["stored"])
        name = Path(file["name"])
        return Source(str(stem_of(name)), file["source"], _format(name, path), path)

    def _put_in(self, base: sqlite3.Connection, into: _Waiting, item: WorkItem, bundle: sqlite3.Row) -> None:
        assert item.result is not None  # noqa: S101 - for the type checker
        for outcome in item.result.outcomes():
            if "record" in outcome:
                record, text, actor = outcome["record"], outcome["text"], into.file["actor"]
                add_document(base, into.file, into.parts, record, text, actor, bundle["bundle"])
                into.parts += 1
            elif "failure" in outcome:
                failure = outcome["failure"]
                into.failures.append({name: failure[name] for name in _KEPT if name in failure})
                into.parts += 1
        if item.last:
            count, shown = len(into.failures), into.failures[:_LISTED]
            (added,) = base.execute(
                "SELECT count(*) FROM documents WHERE file = ?", (into.file["file"],)
            ).fetchone()
            repeated = into.parts - count - added
            base.execute(
                "UPDATE files SET state = ?, documents = ?, repeated = ?, alike = ?, error = ? "
                "WHERE file = ?",
                (
                    "read" if added or repeated else "failed",
                    added,
                    repeated,
                    count_repeating(base, into.file["file"]),
                    json.dumps(shown, ensure_ascii=False) if shown else None,
                    into.file["file"],
                ),
            )

    def _answer_again(self, pool: Pool, bundle: sqlite3.Row) -> bool:
        """Answer some documents again that another bundle has answered and nobody has decided."""
        rows = (
            self._store.reading()
            .execute(
                "SELECT d.doc, d.id, d.source, t.text FROM documents d JOIN texts t USING (doc) "
                "WHERE d.state = 'new' AND d.bundle != ? AND NOT EXISTS (SELECT 1 FROM answers a "
                "WHERE a.doc = d.doc AND a.bundle = ? AND a.record = 'null') ORDER BY d.doc LIMIT ?",
                (bundle["bundle"], bundle["bundle"], _AT_ONCE),
            )
            .fetchall()
        )
        tasks = [Task(str(row["doc"]), Document(row["id"], row["source"], row["text"])) for row in rows]
        for some in _batches(pool.results(tasks)):
            with self._store.writing() as base:
                for task in some:
                    assert task.result is not None  # noqa: S101 - for the type checker
                    for outcome in task.result.outcomes():
                        if "record" in outcome:
                            record = outcome["record"]
                            answer_again(base, int(task.id), record, bundle["bundle"], SYSTEM)
                        else:  # it keeps the answer it has
                            refuse_answer(base, int(task.id), bundle["bundle"])
            if self._closing:
                break
        return bool(rows)


def _format(name: Path, path: Path) -> str:
    """Tell how a kept file is to be read, by what it was called and how it begins."""
    return format_of(name, READABLE, lambda: path.open("rb") if path.is_file() else BytesIO()) or UNKNOWN


def _batches(items: Iterator[Any]) -> Iterator[list[Any]]:
    """Yield items in batches: none waits long, and a transaction is worth its while."""
    some: list[Any] = []
    began = time.monotonic()
    for item in items:
        some.append(item)
        if len(some) >= _TOGETHER or time.monotonic() - began > _SECONDS:
            yield some
            some, began = [], time.monotonic()
    if some:
        yield some
