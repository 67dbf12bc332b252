"""What the commands say to a person: complaints, notices, progress; all on standard error."""

from __future__ import annotations

import sys
import threading
import time
import unicodedata
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bar

    from nhsa_nlp.batch import Failure
    from nhsa_nlp.batch.work_items import WorkItem


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


def notice(message: object) -> None:
    """Print something worth knowing as one line on standard error."""
    typer.echo(f"nhsa-nlp: {printable(str(message))}", err=True)


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
        self._bar: Bar | None = None
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import Progress as Bar
            from rich.progress import SpinnerColumn, TextColumn

            columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False))
            self._bar = Bar(*columns, console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task(message, total=None)

    def __enter__(self) -> Progress:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def update(self, message: str, done: int = 0, total: int = 0, /) -> None:
        """Change the line; it shows the share and the time left where it is known how much there is to do."""
        if self._bar is None:
            return
        from rich.progress import BarColumn, TaskProgressColumn, TimeRemainingColumn

        if done == 0:  # something new begins
            self._bar.columns = self._bar.columns[:2]
            self._bar.reset(self._task, total=total or None)
        if total and len(self._bar.columns) == 2:
            self._bar.columns += (BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
        self._bar.update(self._task, description=printable(message), completed=done)

    def complain(self, error: Exception | Failure) -> None:
        """Print an error, and count it."""
        self.failures += 1
        self._print(f"nhsa-nlp: error: {printable(str(error))}")

    def notice(self, message: str) -> None:
        """Print a remark."""
        self._print(f"nhsa-nlp: {printable(message)}")

    def _print(self, line: str) -> None:
        _print(None if self._bar is None else self._bar.console, line)


class RunProgress:
    """How far a long run is, on standard error: a bar on a terminal, now and then a line elsewhere.

    Parameters
    ----------
    count_files
        Counts the files of the run; called in a thread of its own, and only for a bar.
    """

    def __init__(self, count_files: Callable[[], int]):
        self._count_files = count_files
        self._labelled = self._failed = 0
        self._began = self._said = time.monotonic()
        self._bar: Bar | None = None
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeRemainingColumn())
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task("loading the model", total=None)

    def __enter__(self) -> RunProgress:
        if self._bar is not None:
            self._bar.start()
            threading.Thread(target=self._find_total, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def resumed(self) -> None:
        """Say that the run goes on where an earlier one was cut off."""
        self.notice("goes on with the unfinished run; --restart would begin anew")

    def advanced(self, unit: WorkItem) -> None:
        """Count a unit that is done."""
        if not self._labelled:
            self._began = time.monotonic()  # the model is loaded
        self._labelled += 0 if unit.result is None else len(unit.result.labels)
        if self._bar is not None:
            done = unit.file - (not unit.last)
            self._bar.update(self._task, description=self._state(), completed=done)
        elif time.monotonic() - self._said > _SECONDS_BETWEEN_LINES:
            self._said = time.monotonic()
            self.notice(self._state())

    def failed(self, failure: Failure) -> None:
        """Name a document that has no record."""
        self._failed += 1
        self._print(f"nhsa-nlp: error: {printable(str(failure))}")

    def writing(self) -> None:
        """Say that all is labelled."""
        if self._bar is not None:
            self._bar.update(self._task, description="writing", total=None)

    def notice(self, message: str) -> None:
        """Print a remark."""
        self._print(f"nhsa-nlp: {printable(message)}")

    def _state(self) -> str:
        rate = self._labelled / max(time.monotonic() - self._began, 0.001)
        return f"{self._labelled:,} labelled, {self._failed:,} failed, {rate:,.0f} a second"

    def _find_total(self) -> None:
        total = self._count_files()
        if self._bar is not None:
            self._bar.update(self._task, total=total)

    def _print(self, line: str) -> None:
        _print(None if self._bar is None else self._bar.console, line)


_SECONDS_BETWEEN_LINES = 30


def _print(console: Console | None, line: str) -> None:
    """Print a line on standard error, above what a console shows there."""
    if console is None:
        typer.echo(line, err=True)
    else:
        console.print(line, markup=False, highlight=False, soft_wrap=True, emoji=False)
