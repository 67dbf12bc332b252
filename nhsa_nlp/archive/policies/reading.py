"""Reading records for what they cite."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nhsa_nlp.checks import InvalidItemError, field, show
from nhsa_nlp.checks import unreadable as unreadable_file
from nhsa_nlp.errors import InputError
from nhsa_nlp.io.records import numbered_records, show_name
from nhsa_nlp.io.source import STANDARD_INPUT
from nhsa_nlp.io.store.growing import is_parts_folder
from nhsa_nlp.io.store.opening import checked, open_archive, unreadable
from nhsa_nlp.io.writers import sqlite as sqlite_writer

_TRIED = 10  # lines of a file, none of which is a record, after which it is given up


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
        Files in JSON Lines, ``.parquet`` or ``.sqlite`` as ``nhsa-nlp label`` writes them, folders of
        ``.parquet``; ``-`` is JSON Lines on standard input.
    on_error
        What to do with a line that is not a record, and with a file that holds none or is damaged; without
        it the first one ends the reading.

    Raises
    ------
    InputError
        At once for a path at which there is no file; without ``on_error`` for anything else that is wrong.
    """
    for place in map(Path, paths):
        if str(place) != STANDARD_INPUT and not place.exists():
            raise InputError(unreadable_file(FileNotFoundError()), place)
        if place.is_dir() and not is_parts_folder(place):
            raise InputError(unreadable_file(IsADirectoryError()), place)
    for path in paths:
        try:
            yield from _citations_of(path, on_error)
        except InputError as error:
            if on_error is None:
                raise
            on_error(error)


def _citations_of(
    path: str | Path, on_error: Callable[[InputError], None] | None
) -> Iterator[RecordCitations]:
    """Yield what the records of a file cite; one error stands for all lines of a file without records."""
    refused: list[InputError] = []  # lines before the first record
    has_records = False

    def refuse(error: InputError) -> None:
        if on_error is None:
            raise error
        if has_records:
            on_error(error)
            return
        refused.append(error)
        if len(refused) == _TRIED:
            raise _no_records(path, refused[0])

    is_archive = Path(path).suffix.lower() in sqlite_writer.SUFFIXES
    for number, record in _archived(path) if is_archive else numbered_records(path, refuse):
        try:
            found = _citations(record)
        except InvalidItemError as problem:
            refuse(InputError("not a record: {problem}", show_name(path), number, problem=problem))
            continue
        if on_error is not None:
            for error in refused:
                on_error(error)
        refused, has_records = [], True
        yield found
    if refused:
        raise _no_records(path, refused[0])


def _no_records(path: str | Path, first: InputError) -> InputError:
    return InputError(
        "holds no records ({problem}); name what label --output wrote",
        show_name(path),
        first.line,
        problem=first.message,
    )


def _archived(path: str | Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield what an archive has of the records of its documents, each with its number."""
    try:
        with closing(open_archive(path)) as base:
            base.row_factory = sqlite3.Row
            for row in base.execute(
                "SELECT d.doc, d.id, d.source, d.sha256, d.label, l.date, l.issuer "
                "FROM live d LEFT JOIN letters l ON l.doc = d.doc ORDER BY d.doc"
            ):
                cited = base.execute(
                    "SELECT title, alias, ref, doc_no FROM policies WHERE doc = ? ORDER BY start",
                    (row["doc"],),
                )
                checked(tuple(row))
                entities = [
                    {**each, "label": "POLICY", "alias": bool(each["alias"])}
                    for each in cited
                    if checked(tuple(each))
                ]
                about = {"topic": {"label": row["label"]}, "letter": dict(row), "entities": entities}
                yield row["doc"], {**row, **about}
    except (sqlite3.Error, ValueError) as error:
        raise unreadable(error, path) from error


def _citations(record: dict[str, Any]) -> RecordCitations:
    entities = field(record, "entities", list, "a list of entities")
    citations: Counter[tuple[str, str | None]] = Counter()
    unresolved = 0
    for position, entity in enumerate(entities, start=1):
        try:
            cited = _cited(entity)
        except InvalidItemError as error:
            raise InvalidItemError("entity {position}: {error}", position=position, error=error) from None
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
        raise InvalidItemError("must be a JSON object, not {value}", value=show(entity))
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
        raise InvalidItemError(
            "the field {name!r} must be an object or null, not {value}", name=name, value=show(value)
        )
    return value or {}


def _text(record: dict[str, Any], name: str) -> str | None:
    value = record.get(name)
    if value is not None and not isinstance(value, str):
        raise InvalidItemError(
            "the field {name!r} must be a string or null, not {value}", name=name, value=show(value)
        )
    return None if value is None else _valid(value)


def _valid(text: str) -> str:
    r"""Replace lone surrogates, which JSON can hold (``\ud800``) and no file can."""
    return text.encode("utf-8", "replace").decode("utf-8")
