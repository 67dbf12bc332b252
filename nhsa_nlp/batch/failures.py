"""Documents that could not be labelled, and interrupted runs."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

from nhsa_nlp.errors import TooLongError
from nhsa_nlp.io import Unreadable

_LONGEST = 1_000_000  # bytes of a line of the list

Kind = Literal["unreadable", "too long", "timeout", "crash", "memory", "error"]


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that has no record, and why.

    Attributes
    ----------
    id
        The id the record would have had.
    source
        The path of the document.
    kind
        ``unreadable``: the reader refused it; ``too long``: more characters or bytes than allowed;
        ``timeout``; ``crash``: the process that worked on it died, repeatedly; ``memory``: more memory
        than allowed; ``error``: a fault of a component.
    reason
        One line that says what is wrong and what to do.
    line
        The line of the file, if the reader knows it.
    """

    id: str
    source: str
    kind: Kind
    reason: str
    line: int | None = None

    def __str__(self) -> str:
        """Return the line shown to a person."""
        where = self.source
        if where and self.line is not None and "#" not in where:  # the source of a row has its line
            where += f":{self.line}"
        return f"{where}: {self.reason}" if where else self.reason


def refusal(part: Unreadable) -> Failure:
    """Return the failure of something unreadable; its reason does not repeat the source."""
    error = part.error
    kind: Kind = "too long" if isinstance(error, TooLongError) else "unreadable"
    reason = str(error)
    if error.path and part.source.startswith(error.path):
        where = error.path if error.line is None else f"{error.path}:{error.line}"
        reason = reason.removeprefix(f"{where}: ")
    return Failure(part.id, part.source, kind, reason, error.line)


def may_replace_list(file: Path) -> bool:
    """Tell whether a list of failures may be put here: nothing is there, or such a list.

    That is never empty, so an empty file is another's.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    if not file.is_file():
        return not file.exists()
    with file.open("rb") as stream:
        line = stream.readline(_LONGEST)
    try:
        return set(json.loads(line)) == {field.name for field in fields(Failure)}
    except (ValueError, TypeError):
        return False


class InterruptedRun(KeyboardInterrupt):
    """A run was interrupted; ``labelled`` records are kept in ``folder``."""

    def __init__(self, labelled: int, folder: Path):
        super().__init__(f"interrupted; {labelled} records are kept in {folder}")
        self.labelled = labelled
        self.folder = folder
