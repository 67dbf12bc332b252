"""What became of a document that could not be labelled, and the errors of a run as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from nhsa_nlp.errors import NhsaNlpError, TooLongError
from nhsa_nlp.io import Unreadable

Kind = Literal["unreadable", "too long", "timeout", "crash", "memory", "error"]


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that has no record, and why.

    Attributes
    ----------
    id
        The id the record would have had.
    source
        Where the document lies.
    kind
        ``unreadable``: the reader refused it; ``too long``: more characters or bytes than allowed;
        ``timeout``; ``crash``: the process that worked on it died, repeatedly; ``memory``: more memory
        than allowed; ``error``: a fault of a component.
    reason
        One line that says what is wrong and what to do.
    line
        Where in the file, if the reader can tell.
    """

    id: str
    source: str
    kind: Kind
    reason: str
    line: int | None = None

    def __str__(self) -> str:
        """Return the line shown to a person."""
        where = self.source
        if where and self.line is not None and "#" not in where:  # a row says where it is
            where += f":{self.line}"
        return f"{where}: {self.reason}" if where else self.reason


def refusal(part: Unreadable) -> Failure:
    """Return the failure of what cannot be read; the reason does not repeat the source."""
    error = part.error
    kind: Kind = "too long" if isinstance(error, TooLongError) else "unreadable"
    reason = str(error)
    if error.path and part.source.startswith(error.path):
        where = error.path if error.line is None else f"{error.path}:{error.line}"
        reason = reason.removeprefix(f"{where}: ")
    return Failure(part.id, part.source, kind, reason, error.line)


class WorkerError(NhsaNlpError):
    """Worker processes cannot be started."""


class InterruptedRun(KeyboardInterrupt):
    """A run was interrupted; what is done is kept.

    Parameters
    ----------
    labelled
        How many records are kept.
    folder
        Where.
    """

    def __init__(self, labelled: int, folder: Path):
        super().__init__(f"interrupted; {labelled} records are kept in {folder}")
        self.labelled = labelled
        self.folder = folder
