"""Whether a desk is as it was written: its events, its documents and the files that came in."""

from __future__ import annotations

from dataclasses import dataclass

from nhsa_nlp.desk import events
from nhsa_nlp.desk.store import Store


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found.

    Attributes
    ----------
    problems
        A line for each fault; none if all is as it was written.
    events, files
        How many there are.
    last_hash
        The hash that vouches for all events.
    """

    problems: tuple[str, ...]
    events: int
    files: int
    last_hash: str


def verify_desk(store: Store) -> Verification:
    """Check that no event, document or file of a desk was altered."""
    connection = store.reading()
    connection.execute("BEGIN")  # what comes in meanwhile is not seen
    try:
        problems = (*events.verify(connection), *store.verify_files())
        (count,) = connection.execute("SELECT count(*) FROM events").fetchone()
        (files,) = connection.execute("SELECT count(*) FROM files").fetchone()
        return Verification(problems, count, files, events.last_hash(connection))
    finally:
        connection.execute("COMMIT")
