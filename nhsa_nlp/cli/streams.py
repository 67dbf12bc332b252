"""Standard input, output and error of the command, also where they are closed or cannot be written."""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import Any, TextIO

from nhsa_nlp.translation import Message

STANDARD_OUTPUT = Message("standard output")


def prepare_streams() -> None:
    """Make the standard streams safe to use.

    One that is closed, as cron and some services leave them, is taken by a file that can be neither read
    nor written: what is opened next would get its number, and what is printed. An error of standard output
    names it, and is raised once; standard error is given up silently, as there is nobody to tell.
    """
    for number, mode in enumerate((os.O_WRONLY, os.O_RDONLY, os.O_RDONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, mode)  # the lowest number that is free
    sys.stdout = _text(sys.stdout, _Output)
    sys.stderr = _text(sys.stderr, _Errors)


class _Output(io.FileIO):
    _broken = False

    def write(self, data: Any, /) -> int:
        if self._broken:  # Python tries again as it ends
            return len(data)
        try:
            return super().write(data)
        except BrokenPipeError:
            self._broken = True
            raise
        except OSError as error:
            self._broken = True
            reason = "it is closed" if error.errno == errno.EBADF else error.strerror
            raise OSError(error.errno, reason, STANDARD_OUTPUT) from error


class _Errors(io.FileIO):
    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except OSError:
            return len(data)


def _text(stream: TextIO | None, kind: type[io.FileIO]) -> TextIO:
    """Return a stream in the place of another, in which characters that it lacks are escapes."""
    if isinstance(stream, io.TextIOWrapper) and os.name != "posix":
        stream.reconfigure(errors="backslashreplace")  # a console of Windows is not a file
        return stream
    number = 1 if kind is _Output else 2
    return io.TextIOWrapper(
        io.BufferedWriter(kind(number, "w", closefd=False)),
        encoding=getattr(stream, "encoding", None) or "utf-8",
        errors="backslashreplace",
        line_buffering=True,
    )
