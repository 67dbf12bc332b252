"""The errors nhsa-nlp raises on purpose: one clear line each, made to be shown to a user."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class NhsaNlpError(Exception):
    """Base class; its message is one line that says what is wrong and what to do."""


class InputError(NhsaNlpError):
    """A document or data file that cannot be used.

    Parameters
    ----------
    message
        What is wrong and what to do about it.
    path
        The file concerned, if there is one.
    line
        The line within it, counted from 1.
    """

    def __init__(self, message: str, path: str | Path | None = None, line: int | None = None):
        self.path = None if path is None else str(path)
        self.line = line
        where = self.path or ""
        if where and line is not None:
            where += f":{line}"
        super().__init__(f"{where}: {message}" if where else message)


class InputProblemsError(InputError):
    """Everything that is wrong with some input, found out at once.

    Parameters
    ----------
    problems
        The errors, at least one; each is complete in itself.
    """

    def __init__(self, problems: Sequence[InputError]):
        self.problems = tuple(problems)
        first, more = self.problems[0], len(self.problems) - 1
        super().__init__(f"{first} (and {more} more)" if more else str(first))


class ArgumentError(InputError, ValueError):
    """What a function was given and cannot use; a ``ValueError`` too, as scikit-learn's tools expect."""


class TooLongError(InputError):
    """A document that is longer than was allowed."""


class OutputError(NhsaNlpError):
    """A result that cannot be written (folder missing, no permission, disk full)."""


class BundleError(NhsaNlpError):
    """A model bundle that is missing, incomplete, altered or of another format."""


class WorkerError(NhsaNlpError):
    """Processes of a parallel run that cannot be started, or ended before their task did."""


class FallbackWarning(UserWarning):
    """Something that is not installed, and what takes its place."""
