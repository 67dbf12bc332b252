"""Writing JSON Lines: one JSON object a line, in UTF-8, as readable as the documents."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

from nhsa_nlp.errors import OutputError
from nhsa_nlp.io.atomic import room_may_help, write_atomically
from nhsa_nlp.translation import Message


class JsonLinesWriter:
    """Write objects line by line, as a context manager.

    A file appears whole at the end, or not at all. Into a pipe or a device each line is on its way
    when ``write`` returns.

    Parameters
    ----------
    target
        A path, or an open binary stream, which is left open.

    Raises
    ------
    OutputError
        On entering, for a path that cannot be written.
    """

    def __init__(self, target: str | Path | BinaryIO):
        self.written = 0
        self._target = target
        self._stack = ExitStack()
        self._stream: BinaryIO

    def write(self, item: Mapping[str, Any]) -> None:
        """Write one object, half a surrogate pair in it as its escape.

        Raises
        ------
        OutputError
            If it cannot be written, such as on a full disk.
        """
        line = json.dumps(item, ensure_ascii=False, allow_nan=False)
        self.write_encoded(line.encode("utf-8", "backslashreplace"))

    def write_encoded(self, item: bytes) -> None:
        """Write one object that is JSON in UTF-8 already; see `write`."""
        try:
            view = memoryview(item + b"\n")
            while view:  # an unbuffered write may take only a part
                view = view[self._stream.write(view) :]
            self._stream.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            where = self._target if isinstance(self._target, (str, Path)) else Message("standard output")
            cure = (
                Message("make room or choose another --output")
                if room_may_help(error)
                else Message("choose another --output")
            )
            raise OutputError(
                "cannot be written: {problem}, after {written} lines; {cure}",
                where,
                problem=error.strerror or error,
                written=self.written,
                cure=cure,
            ) from error
        self.written += 1

    def __enter__(self) -> JsonLinesWriter:
        if not isinstance(self._target, (str, Path)):
            self._stream = self._target
            return self
        with ExitStack() as stack:
            file = stack.enter_context(write_atomically(self._target, streams=True))
            self._stream = stack.enter_context(file.open("wb", buffering=0))
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *error: Any) -> None:
        self._stack.__exit__(*error)


def write_json_lines(path: str | Path, items: Iterable[Mapping[str, Any]]) -> int:
    """Write objects to ``path``, a file or a stream, one a line; return their number.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    with JsonLinesWriter(path) as writer:
        for item in items:
            writer.write(item)
    return writer.written
