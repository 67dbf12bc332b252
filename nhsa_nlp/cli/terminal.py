"""What the commands say to a person on standard error: errors, notices and progress."""

from __future__ import annotations

import sys
import threading
import time
import unicodedata
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Self

import typer

from nhsa_nlp.translation import tr, tr_in, translated

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from nhsa_nlp.batch import Failure
    from nhsa_nlp.batch.work_items import WorkItem

_SECONDS_BETWEEN_LINES = 30


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
    typer.echo(_line(str(message), tr("error: {message}")), err=True)


def notice(message: object) -> None:
    """Print something worth knowing as one line on standard error."""
    typer.echo(_line(str(message)), err=True)


def wrote(file: object, what: str = "") -> None:
    """Say which file was written, and what is in it; on standard error, as all that is not a result."""
    notice(_wrote(file, what))


def _wrote(file: object, what: str) -> str:
    said = tr("wrote {file}: {what}") if what else tr("wrote {file}")
    return said.format(file=file, what=what)


def _line(message: str, said: str = "{message}") -> str:
    return "nhsa-nlp: " + printable(said.format(message=translated(message)))


def passed_over(skipped: Counter[str]) -> str:
    """Return a remark on the files that were not read, see `nhsa_nlp.io.describe_skipped`."""
    from nhsa_nlp.io import describe_skipped

    return tr("passed over {what}").format(what=translated(describe_skipped(skipped)))


class Progress:
    """A line on standard error that says how far the work is; elsewhere than on a terminal one now and then.

    Errors and notices go through it, so that they do not cut into the line.

    Parameters
    ----------
    message
        What is going on.

    Attributes
    ----------
    failures
        How many errors have been printed.
    """

    def __init__(self, message: str):
        self.failures = 0
        self._begun = self._told = time.monotonic()
        self._bar: Bar | None = None
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import Progress as Bar
            from rich.progress import SpinnerColumn, TextColumn

            columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False))
            self._bar = Bar(*columns, console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task(translated(message), total=None)

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def update(self, message: str, done: int = 0, total: int = 0, /) -> None:
        """Change the line; if the total is known, it shows the share and the time left."""
        if self._bar is None:
            self._tell(message, done, total)
            return
        from rich.progress import BarColumn, TaskProgressColumn, TimeRemainingColumn

        if done == 0:  # something new begins
            self._bar.columns = self._bar.columns[:2]
            self._bar.reset(self._task, total=total or None)
        if total and len(self._bar.columns) == 2:
            self._bar.columns += (BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
        shown = printable(translated(message))
        self._bar.update(self._task, description=shown, completed=done, total=total or None)

    def _tell(self, message: str, done: int, total: int) -> None:
        """Print what is going on, unless something was printed shortly before."""
        now = time.monotonic()
        if done == 0:
            self._begun = now
        if now - self._told < _SECONDS_BETWEEN_LINES:
            return
        self._told = now
        if done and total:
            left = (now - self._begun) / done * (total - done)
            message = tr_in("progress", "{message}: {done:,} of {total:,}, {left:,.0f} s left").format(
                message=message, done=done, total=total, left=left
            )
        self.notice(message)

    def complain(self, error: Exception | Failure) -> None:
        """Print an error, and count it."""
        self.failures += 1
        self._print(_line(str(error), tr("error: {message}")))

    def notice(self, message: str) -> None:
        """Print a remark."""
        self._print(_line(message))

    def wrote(self, file: object, what: str = "") -> None:
        """Say which file was written, see `wrote`."""
        self._print(_line(_wrote(file, what)))

    def warn(self, message: str) -> None:
        """Print a warning."""
        self._print(_line(message, tr("warning: {message}")))

    def _print(self, line: str) -> None:
        if self._bar is None:
            typer.echo(line, err=True)
        else:
            self._bar.console.print(line, markup=False, highlight=False, soft_wrap=True, emoji=False)


class RunProgress(Progress):
    """The progress of a long run: a bar on a terminal, a line now and then elsewhere.

    Parameters
    ----------
    count_files
        Counts the files of the run; called in a thread of its own, and only for a bar.
    """

    def __init__(self, count_files: Callable[[], int]):
        super().__init__(tr("loading the model"))
        self._count_files = count_files
        self._total = self._labelled = 0
        self._began = self._said = time.monotonic()

    def __enter__(self) -> Self:
        super().__enter__()
        if self._bar is not None:
            threading.Thread(target=self._find_total, daemon=True).start()
        return self

    def resumed(self) -> None:
        """Say that an earlier run is being continued."""
        self.notice(tr("continues the earlier run; --restart would start over"))

    def outdated(self) -> None:
        """Say that the work of an earlier run cannot be used."""
        self.notice(
            tr("the earlier run was kept in a format that is no longer read; everything is done again")
        )

    def advanced(self, item: WorkItem) -> None:
        """Count a work item that is done."""
        if not self._labelled:
            self._began = time.monotonic()  # the model is loaded
        self._labelled += 0 if item.result is None else len(item.result.labels)
        if self._bar is not None:
            self.update(self._state(), item.file - (not item.last), self._total)
        elif time.monotonic() - self._said > _SECONDS_BETWEEN_LINES:
            self._said = time.monotonic()
            self.notice(self._state())

    def failed(self, failure: Failure) -> None:
        """Name a document that has no record."""
        self.complain(failure)

    def writing(self) -> None:
        """Say that everything is labelled."""
        self.update(tr_in("word", "writing"))

    def _state(self) -> str:
        rate = self._labelled / max(time.monotonic() - self._began, 0.001)
        return tr("{labelled:,} labelled, {failed:,} failed, {rate:,.0f} a second").format(
            labelled=self._labelled, failed=self.failures, rate=rate
        )

    def _find_total(self) -> None:
        self._total = self._count_files()
