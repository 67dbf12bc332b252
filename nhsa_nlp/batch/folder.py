"""The folder of a run: beside the output, locked during the run, removed when nothing is left to do."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import IO, Any

from nhsa_nlp.batch.journal import FORMAT
from nhsa_nlp.errors import OutputError
from nhsa_nlp.io.atomic import cannot_write, real_path, sync_folder
from nhsa_nlp.io.locking import lock_file

_STATE = "state.json"
_NEW = "state.new"
_LOCK = "lock"
_FINISHED = "finished"
_TEXTS = "raw texts"
_FORMAT = "format"
_ATTEMPTS = 100  # more than runs end in a row; where no folder can ever be made, as in /proc, it is given up
_SHOWN = 80  # characters of a value in a message


class RunFolder:
    """The folder beside an output in which a run keeps what it has done.

    Its name begins with a dot, so that it is never read as documents. The operating system holds the lock
    on it, which ends with the process, however that ends. An output that is a symbolic link is the file
    it leads to.

    Attributes
    ----------
    path
        The folder.
    outdated
        Whether an earlier run kept its work in an older format, which has been discarded.

    Raises
    ------
    OutputError
        If the folder cannot be made, is another's, or another run is writing this output.
    """

    def __init__(self, output: Path):
        self._output = output
        self.path = folder_of(output)
        self.outdated = self._done_with = False
        _refuse_others(self.path, output)
        for attempt in count():
            try:
                self.path.mkdir(exist_ok=True)
                self._file: IO[bytes] = (self.path / _LOCK).open("ab")
            except FileNotFoundError as error:
                if self.path.parent.is_dir() and attempt < _ATTEMPTS:
                    continue  # another run has just ended and removed it
                raise cannot_write(self._output, error) from error
            except OSError as error:
                raise cannot_write(self._output, error) from error
            if not lock_file(self._file):
                self._file.close()
                raise OutputError(
                    "another run is writing it; wait until it ends, or choose another --output", output
                )
            if self._is_current():
                return
            self._file.close()

    def resume(
        self, state: dict[str, Any], *, texts: bool, restart: bool = False, retry: bool = False
    ) -> bool:
        """Continue the run in the folder, or begin a new one.

        Parameters
        ----------
        state
            What the results depend on, by the name of the option.
        texts
            Whether raw texts are needed.
        restart
            Whether to discard what is there.
        retry
            Whether to continue a finished run, too, of which some documents failed.

        Returns
        -------
        bool
            Whether raw texts are to be kept: as the run in the folder began.

        Raises
        ------
        OutputError
            If the run in the folder has another state or kept no texts that are needed, if there is none
            to retry, or the folder cannot be written.
        """
        file = self.path / _STATE
        try:
            finished = self.path / _FINISHED
            known = None if restart or (finished.exists() and not retry) else self._known(file)
            if known is None and retry:
                raise OutputError(
                    "no run with failed documents is kept in {file}; leave out --retry-failed to label all "
                    "documents",
                    self._output,
                    file=self.path,
                )
            if known is not None:
                kept, form = bool(known.pop(_TEXTS, False)), known.pop(_FORMAT, None)
                self._compare(known, state)
                if texts and not kept:
                    raise OutputError(
                        "the run kept in {file} has no raw texts, which --keep-text and .sqlite need: "
                        "leave them out to continue, or --restart to discard it",
                        self._output,
                        file=self.path,
                    )
                if form == FORMAT:
                    finished.unlink(missing_ok=True)
                    return kept
                self.outdated = True
            self.clear()
            new = self.path / _NEW
            with new.open("w", encoding="utf-8") as stream:
                json.dump({**state, _TEXTS: texts, _FORMAT: FORMAT}, stream)
                stream.flush()
                os.fsync(stream.fileno())
            new.replace(file)
            sync_folder(self.path)
            return texts
        except OSError as error:
            raise cannot_write(self._output, error) from error

    def clear(self) -> None:
        """Discard all but the lock; what tells a folder of a run, last."""
        for entry in sorted(self.path.iterdir(), key=lambda entry: entry.name == _STATE):
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            elif entry.name != _LOCK:
                entry.unlink()

    def finish(self, *, keep: bool) -> None:
        """Note that the outputs are written; keep what is done if some documents are worth another try."""
        try:
            if keep:
                (self.path / _FINISHED).touch()
        except OSError:
            keep = False  # a full disk
        self._done_with = not keep

    def close(self) -> None:
        """Release the lock; remove the folder if it is done with, or holds nothing."""
        journals = [file for file in self.path.glob("journal*") if file.stat().st_size]
        if self._done_with or not journals:
            with suppress(OSError):
                self.clear()
            shutil.rmtree(self.path, ignore_errors=True)
        self._file.close()

    def _is_current(self) -> bool:
        """Tell whether the locked file is still in the folder, which another run may have removed."""
        try:
            return os.path.samestat(os.fstat(self._file.fileno()), (self.path / _LOCK).stat())
        except OSError:
            return False

    def _known(self, file: Path) -> dict[str, Any] | None:
        if not file.exists():
            return None
        try:
            known = json.loads(file.read_text("utf-8"))
        except ValueError:
            known = None
        if not isinstance(known, dict):
            raise OutputError("is damaged; use --restart to discard it and do everything again", self.path)
        return known

    def _compare(self, known: dict[str, Any], state: dict[str, Any]) -> None:
        now = json.loads(json.dumps(state))
        for name in (*known, *now):
            if known.get(name) != now.get(name):
                raise OutputError(
                    "a run with another {name} is kept in {file}; it had {before}, now it is {now}: use "
                    "the same again to continue, or --restart to discard it",
                    self._output,
                    name=name,
                    file=self.path,
                    before=_show(known.get(name)),
                    now=_show(now.get(name)),
                )


def folder_of(output: Path) -> Path:
    """Return the folder of a run that writes ``output``, beside the file that a link leads to."""
    target = real_path(output)
    return target.with_name(f".{target.name}.run")


def _refuse_others(folder: Path, output: Path) -> None:
    """Refuse a folder that no run has made: what a run does not need any more is removed."""
    try:
        names = {entry.name for entry in folder.iterdir()}
    except FileNotFoundError:
        return
    except OSError as error:
        raise cannot_write(output, error) from error
    if names <= {_LOCK, _NEW} or {_LOCK, _STATE} <= names:
        return
    raise OutputError(
        "a run keeps its work in {folder}, which exists but was not made by a run; move it away, or choose "
        "another --output",
        output,
        folder=folder,
    )


def _show(value: object) -> str:
    text = "none" if value is None else str(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
