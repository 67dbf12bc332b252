"""Writing JSON Lines: one JSON object a line, in UTF-8, as readable as the documents."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from nhsa_nlp.errors import OutputError


class JsonLinesWriter:
    """Write objects line by line; each is on its way to the disk when ``write`` returns.

    A file that exists keeps its content until the first object (or a clean end without one),
    so that a run which fails at its start destroys nothing.

    Parameters
    ----------
    target
        A path, or an open binary stream, which is left open.

    Attributes
    ----------
    written
        How many objects have been written.

    Raises
    ------
    OutputError
        At once for a path that cannot be written.
    """

    def __init__(self, target: str | Path | BinaryIO):
        self.written = 0
        self._path: Path | None = None
        self._stream: BinaryIO
        self._stale = self._new = False
        if not isinstance(target, (str, Path)):
            self._stream = target
            return
        self._path = Path(target)
        self._new = not os.path.lexists(self._path)
        try:
            # Appending, unbuffered: what is written survives the process, and nothing is lost yet.
            self._stream = self._path.open("ab", buffering=0)
            self._stale = stat.S_ISREG(os.fstat(self._stream.fileno()).st_mode)
        except (OSError, ValueError) as error:
            raise OutputError(
                f"{self._path}: cannot be written: {_reason(error)}; choose another --output"
            ) from error

    def write(self, item: Mapping[str, Any]) -> None:
        """Write one object.

        Raises
        ------
        OutputError
            If it cannot be written, such as on a full disk; the lines before it are kept.
        """
        line = json_line(item)
        try:
            self._discard_old()
            view = memoryview(line)
            while view:  # an unbuffered write may take only a part
                view = view[self._stream.write(view) :]
            self._stream.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            where = self._path or "standard output"
            raise OutputError(
                f"{where}: cannot be written: {_reason(error)}; {self.written} complete lines are in it"
            ) from error
        self.written += 1

    def __enter__(self) -> JsonLinesWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._path is None:
            return
        if kind is None:
            self._discard_old()
        self._stream.close()
        if kind is not None and self._new and not self.written and self._path.stat().st_size == 0:
            self._path.unlink()

    def _discard_old(self) -> None:
        if self._stale:
            self._stream.truncate(0)
            self._stale = False


def json_line(item: Mapping[str, Any]) -> bytes:
    """Return an object as its line, with the line feed; half a surrogate pair as its escape."""
    line = json.dumps(item, ensure_ascii=False, allow_nan=False, separators=(", ", ": "))
    return line.encode("utf-8", "backslashreplace") + b"\n"


def _reason(error: OSError | ValueError) -> str:
    return getattr(error, "strerror", None) or str(error)
