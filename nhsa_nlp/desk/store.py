"""A desk's folder: its database, through which all else goes, and the files that came in."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from nhsa_nlp.desk.schema import migrate
from nhsa_nlp.errors import InputError, OutputError
from nhsa_nlp.io.atomic import cannot_write, sync_folder, write_atomically
from nhsa_nlp.io.locking import lock_file
from nhsa_nlp.translation import Message

DATABASE = "desk.sqlite"
UPLOAD, EXPORT = "upload-", "export-"
"""How what is on its way in or out is called, in the desk's folder."""

_FILES = "files"
_LOCK = "serving.lock"
_PATIENCE_MS = 20_000  # that a writer waits for another, such as a command that adds a user
_CACHE_KB = 16_000


class NotFoundError(InputError):
    """Something that this desk does not have."""


class Store:
    """The database and the files of a desk.

    Every thread reads through a connection of its own, and sees what is committed. Writers take turns.

    Parameters
    ----------
    folder
        Made if it does not exist.

    Raises
    ------
    InputError
        If what is there is not a desk.
    OutputError
        If it cannot be made or written, or holds other files.
    """

    def __init__(self, folder: str | Path):
        self.folder = Path(folder)
        self._path = self.folder / DATABASE
        self._files = self.folder / _FILES
        self._local = threading.local()
        self._turn = threading.RLock()
        self._all: list[sqlite3.Connection] = []
        self._lock: IO[bytes] | None = None
        if not self._path.exists() and self.folder.is_dir():
            others = {entry.name for entry in self.folder.iterdir()} - {_FILES, _LOCK}
            if others:
                raise OutputError("is not empty and not a desk; give an empty or new folder", self.folder)
        try:
            # A folder that somebody names stands in one that is there; see `check_folder`.
            self.folder.mkdir(parents=self.folder == default_folder(), exist_ok=True)
            self._files.mkdir(exist_ok=True)
            self.folder.chmod(0o700)
        except OSError as error:
            raise cannot_write(self.folder, error, "data") from error
        try:
            migrate(self._connection(), self._path)
        except sqlite3.DatabaseError as error:
            raise self._refusal(error) from error

    @property
    def mark(self) -> str:
        """What tells this desk from others on the machine: cookies of one host are sent to all its ports."""
        return hashlib.sha256(os.fsencode(self.folder.resolve())).hexdigest()[:8]

    def serve_alone(self) -> None:
        """Keep other servers from this folder until `close`.

        Raises
        ------
        OutputError
            If there is one.
        """
        self._lock = (self.folder / _LOCK).open("ab")
        if not lock_file(self._lock):
            self._lock.close()
            self._lock = None
            raise OutputError("another desk is serving it; use that, or another --data", self.folder)
        for left in (*self.folder.glob(f"{UPLOAD}*"), *self.folder.glob(f"{EXPORT}*")):
            if left.is_dir():  # by a server that was killed
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)

    def close(self) -> None:
        """Close all connections."""
        with self._turn:
            for base in self._all:
                base.close()
            self._all.clear()
        self._local = threading.local()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def reading(self) -> sqlite3.Connection:
        """Return this thread's connection."""
        return self._connection()

    @contextlib.contextmanager
    def writing(self, *, durable: bool = True) -> Iterator[sqlite3.Connection]:
        """Give a connection with a transaction, committed at the end unless something is raised.

        What is committed outlives the process and, if it is to be ``durable``, a loss of power: that takes
        the disk some time.

        Raises
        ------
        OutputError
            If it cannot be written, such as on a full disk: then nothing has changed.
        """
        base = self._connection()
        with self._turn:
            try:
                base.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
                base.execute("BEGIN IMMEDIATE")
                yield base
                base.execute("COMMIT")
            except sqlite3.OperationalError as error:
                _roll_back(base)
                raise cannot_write(self._path, error) from error
            except BaseException:
                _roll_back(base)
                raise

    def keep_file(self, path: Path) -> tuple[str, str, int]:
        """Keep a copy of a file under its content.

        Returns
        -------
        tuple[str, str, int]
            Its SHA-256, its name below the folder of files, and its size in bytes.
        """
        with path.open("rb") as file:
            name = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.tell()
        stored = f"{name[:2]}/{name}"
        target = self._files / stored
        if not target.is_file() or target.stat().st_size != size:
            try:
                target.parent.mkdir(exist_ok=True)
                with write_atomically(target) as new:
                    shutil.copyfile(path, new)
                sync_folder(target.parent)
            except OSError as error:
                raise cannot_write(target, error) from error
        return name, stored, size

    def verify_files(self) -> Iterator[str]:
        """Yield what is wrong with the files that came in: those that are missing, or not as they came.

        Yields
        ------
        str
            One line a fault; nothing if all are as they were.
        """
        rows = self.reading().execute("SELECT file, name, sha256, stored FROM files ORDER BY file").fetchall()
        faults: dict[str, str | None] = {}
        for row in rows:
            if row["stored"] not in faults:  # what came in several times is kept once
                faults[row["stored"]] = self._fault(row["stored"], row["sha256"])
            if (fault := faults[row["stored"]]) is not None:
                yield Message("file {file} ({name}) {fault}", file=row["file"], name=row["name"], fault=fault)

    def _fault(self, stored: str, digest: str) -> str | None:
        try:
            with self.file_path(stored).open("rb") as file:
                same = hashlib.file_digest(file, "sha256").hexdigest() == digest
        except FileNotFoundError:
            return Message("is missing")
        except OSError as error:
            return Message("cannot be read: {problem}", problem=error.strerror)
        return None if same else Message("was changed")

    def file_path(self, stored: str) -> Path:
        """Return where a kept file lies."""
        return self._files / stored

    def _connection(self) -> sqlite3.Connection:
        base: sqlite3.Connection | None = getattr(self._local, "base", None)
        if base is None:
            try:
                base = sqlite3.connect(
                    self._path, isolation_level=None, check_same_thread=False, timeout=_PATIENCE_MS / 1000
                )
                base.row_factory = sqlite3.Row
                base.execute("PRAGMA journal_mode = WAL")
                base.executescript(
                    f"PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;PRAGMA cache_size = -{_CACHE_KB};"
                )
            except sqlite3.DatabaseError as error:
                raise self._refusal(error) from error
            self._local.base = base
            with self._turn:
                self._all.append(base)
        return base

    def _refusal(self, error: sqlite3.DatabaseError) -> InputError | OutputError:
        if isinstance(error, sqlite3.OperationalError):
            return cannot_write(self._path, error)
        reason = str(error).splitlines()[0]
        return InputError(
            "is not the database of a desk, or damaged ({reason}); restore a copy", self._path, reason=reason
        )


def _roll_back(base: sqlite3.Connection) -> None:
    with contextlib.suppress(sqlite3.Error):
        if base.in_transaction:
            base.execute("ROLLBACK")


def now() -> str:
    """Return the time as it is written in the database, see `written`."""
    return written(datetime.now(UTC))


def written(moment: datetime) -> str:
    """Return a time as it is written in the database: ISO 8601 in UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def default_folder() -> Path:
    """Return where a desk is kept unless something else is asked for."""
    if os.name == "nt":
        home = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
    else:
        home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(home) / "nhsa-nlp" / "desk"


def local_time(moment: str | None) -> str:
    """Return a time of the database as a clock on the wall shows it."""
    if moment is None:
        return ""
    return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M")
