"""Documents that could not be labelled, and interrupted runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self

from nhsa_nlp.errors import Cause, TooLongError
from nhsa_nlp.io import Unreadable
from nhsa_nlp.translation import Message, located, message_from_json, message_to_json

_LONGEST = 1_000_000  # bytes of a line of the list

Kind = Literal["unreadable", "too long", "timeout", "crash", "memory", "error"]


LISTED = ("id", "source", "kind", "reason", "line")
"""What a line in a list of failures has."""


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
    cause
        What is wrong, for programs, if the reader knows it.
    """

    id: str
    source: str
    kind: Kind
    reason: str
    line: int | None = None
    cause: Cause | None = field(default=None, compare=False)

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Self:
        """Return the failure that `to_json` made an object of; those of earlier versions have less."""
        cause = given.get("cause")
        return cls(
            given["id"],
            given.get("source", ""),
            given["kind"],
            message_from_json(given.get("message", given["reason"])),
            given.get("line"),
            cause and Cause(cause),
        )

    def to_json(self) -> dict[str, Any]:
        """Return it as an object of JSON, whose ``message`` can be shown in any language."""
        made: dict[str, Any] = {name: getattr(self, name) for name in LISTED}
        if self.cause is not None:
            made["cause"] = self.cause
        if isinstance(self.reason, Message):
            made["message"] = message_to_json(self.reason)
        return made

    def __str__(self) -> str:
        """Return the line shown to a person."""
        where = self.source
        if where and self.line is not None and "#" not in where:  # the source of a row has its line
            where += f":{self.line}"
        return located(where, self.reason) if where else self.reason


def refusal(part: Unreadable) -> Failure:
    """Return the failure of something unreadable; its reason does not repeat the source."""
    error = part.error
    kind: Kind = "too long" if isinstance(error, TooLongError) else "unreadable"
    reason: str
    if error.path and part.source.startswith(error.path):
        reason = error.message
    elif part.source and (error.path or "").startswith(f"{part.source}#"):
        reason = located(str(error.path).removeprefix(f"{part.source}#"), error.message)
    else:
        reason = str(error)
    return Failure(part.id, part.source, kind, reason, error.line, error.cause)


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
        return set(json.loads(line)) == set(LISTED)
    except (ValueError, TypeError):
        return False


class InterruptedRun(KeyboardInterrupt):
    """A run was interrupted; ``labelled`` records are kept in ``folder``."""

    def __init__(self, labelled: int, folder: Path):
        super().__init__(
            Message("interrupted; {labelled} records are kept in {folder}", labelled=labelled, folder=folder)
        )
        self.labelled = labelled
        self.folder = folder
