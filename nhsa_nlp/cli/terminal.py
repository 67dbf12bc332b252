"""What the commands say to a person: complaints, notices, progress; all on standard error."""

from __future__ import annotations

import sys
import unicodedata
from types import TracebackType
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.status import Status


def printable(text: str) -> str:
    r"""Return ``text`` on one line, without anything that could steer a terminal.

    Control, formatting, surrogate and separator characters (categories Cc, Cf, Cs, Zl, Zp) become
    escapes such as ``\x1b``: file names and documents are untrusted.
    """
    return "".join(
        char.encode("unicode_escape").decode("ascii")
        if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
        else char
        for char in text
    )


def complain(message: object) -> None:
    """Print an error as one line on standard error."""
    typer.echo(f"nhsa-nlp: error: {printable(str(message))}", err=True)


class Progress:
    """A line on standard error that says how far the work is; silent unless that is a terminal.

    Complaints and notices go through it, so that they do not cut into the line.

    Parameters
    ----------
    message
        What is going on.

    Attributes
    ----------
    failures
        How many complaints there have been.
    """

    def __init__(self, message: str):
        self.failures = 0
        self._status: Status | None = None
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.status import Status

            self._status = Status(message, console=Console(stderr=True))

    def __enter__(self) -> Progress:
        if self._status is not None:
            self._status.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._status is not None:
            self._status.stop()

    def update(self, message: str) -> None:
        """Change the line."""
        if self._status is not None:
            from rich.text import Text

            self._status.update(Text(printable(message)))

    def complain(self, error: Exception) -> None:
        """Print an error, and count it."""
        self.failures += 1
        self._print(f"nhsa-nlp: error: {printable(str(error))}")

    def notice(self, message: str) -> None:
        """Print a remark."""
        self._print(f"nhsa-nlp: {printable(message)}")

    def _print(self, line: str) -> None:
        if self._status is None:
            typer.echo(line, err=True)
        else:
            self._status.console.print(line, markup=False, highlight=False, soft_wrap=True, emoji=False)
