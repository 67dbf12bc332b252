"""Reading records for what they cite."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nhsa_nlp.checks import InvalidItemError, field, show
from nhsa_nlp.errors import InputError
from nhsa_nlp.io.records import numbered_records, show_name


@dataclass(frozen=True, slots=True)
class RecordCitations:
    """What the record of one document says of the policies it cites; date and issuer are the letter's.

    Attributes
    ----------
    citations
        How often each title and document number is cited.
    unresolved
        How many short titles (《办法》) could not be resolved, so that no policy is known for them.
    """

    id: str
    source: str
    sha256: str
    label: str | None
    date: str | None
    issuer: str | None
    citations: Mapping[tuple[str, str | None], int]
    unresolved: int


def read_citations(
    paths: Sequence[str | Path], on_error: Callable[[InputError], None] | None = None
) -> Iterator[RecordCitations]:
    """Yield what each line of files of records cites, in order; empty lines are passed over.

    Parameters
    ----------
    paths
        Files in JSON Lines or ``.parquet`` as ``nhsa-nlp label`` writes them; ``-`` is standard input.
    on_error
        What to do with a line that is not a record; without it the first one ends the reading.

    Raises
    ------
    InputError
        If a file cannot be read, or, without ``on_error``, for the first line that is not a record.
    """
    for path in paths:
        for number, record in numbered_records(path, on_error):
            try:
                found = _citations(record)
            except InvalidItemError as refused:
                error = InputError(f"not a record: {refused}", show_name(path), number)
                if on_error is None:
                    raise error from None
                on_error(error)
                continue
            yield found


def _citations(record: dict[str, Any]) -> RecordCitations:
    entities = field(record, "entities", list, "a list of entities")
    citations: Counter[tuple[str, str | None]] = Counter()
    unresolved = 0
    for position, entity in enumerate(entities, start=1):
        try:
            cited = _cited(entity)
        except InvalidItemError as error:
            raise InvalidItemError(f"entity {position}: {error}") from None
        if cited is not None and cited[0]:
            citations[cited] += 1
        elif cited is not None:
            unresolved += 1
    topic, letter = _part(record, "topic"), _part(record, "letter")
    return RecordCitations(
        id=_valid(field(record, "id", str, "a string")),
        source=_text(record, "source") or "",
        sha256=_text(record, "sha256") or "",
        label=_text(topic, "label"),
        date=_text(letter, "date"),
        issuer=_text(letter, "issuer"),
        citations=citations,
        unresolved=unresolved,
    )


def _cited(entity: object) -> tuple[str, str | None] | None:
    """Return title and number of a policy entity, an empty title where it is not known; None for others."""
    if not isinstance(entity, dict):
        raise InvalidItemError(f"must be a JSON object, not {show(entity)}")
    if field(entity, "label", str, "a string") != "POLICY":
        return None
    title = _valid(field(entity, "title", str, "a string")).strip()
    number = _text(entity, "doc_no")
    if field(entity, "alias", bool, "true or false"):
        full = (_text(entity, "ref") or "").strip()
        # A short title with a number of its own is known by that.
        return full or (title if number else ""), number
    return title, number


def _part(record: dict[str, Any], name: str) -> dict[str, Any]:
    value = record.get(name)
    if value is not None and not isinstance(value, dict):
        raise InvalidItemError(f"the field {name!r} must be an object or null, not {show(value)}")
    return value or {}


def _text(record: dict[str, Any], name: str) -> str | None:
    value = record.get(name)
    if value is not None and not isinstance(value, str):
        raise InvalidItemError(f"the field {name!r} must be a string or null, not {show(value)}")
    return None if value is None else _valid(value)


def _valid(text: str) -> str:
    r"""Replace lone surrogates, which JSON can hold (``\ud800``) and no file can."""
    return text.encode("utf-8", "replace").decode("utf-8")
