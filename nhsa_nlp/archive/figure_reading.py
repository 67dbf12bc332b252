"""Where figures are read from: documents, and the archive that ``label --output FILE.sqlite`` writes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from nhsa_nlp.archive.database import open_archive, unreadable
from nhsa_nlp.archive.indicators import has_words, place_of
from nhsa_nlp.entities.doc_numbers import find_doc_numbers
from nhsa_nlp.entities.grammar import find_entities
from nhsa_nlp.figures import read_figures
from nhsa_nlp.io.document import Document
from nhsa_nlp.letter import read_letter
from nhsa_nlp.record import EntityRecord, FigureRecord, FigureRole, LetterRecord
from nhsa_nlp.text import clean


@dataclass(frozen=True, slots=True)
class DocumentFigures:
    """The figures of a document.

    Attributes
    ----------
    id, source
        Of the document.
    place
        The province, city or county whose office issued it; None if not known, or of the whole country.
    figures
        In the order of the text.
    """

    id: str
    source: str
    place: str | None
    figures: tuple[FigureRecord, ...]


@dataclass(frozen=True, slots=True)
class FigureFilter:
    """Which figures are wanted: those that pass all that is given.

    Attributes
    ----------
    indicator
        Words that the indicator has, literally or in other words of the same meaning, see
        `nhsa_nlp.archive.indicators.has_words`.
    roles, units
        Any of these; 元 takes also 元/人/年.
    since
        The first year of which, or of whose end, a figure is; one without a year is none.
    """

    indicator: str = ""
    roles: Sequence[FigureRole] = ()
    units: Sequence[str] = ()
    since: int | None = None

    def passes(self, figure: FigureRecord) -> bool:
        """Tell whether a figure is wanted."""
        unit = figure["unit"]
        return (
            (not self.roles or figure["role"] in self.roles)
            and (not self.units or unit in self.units or unit.partition("/")[0] in self.units)
            and (self.since is None or _last_year(figure) >= self.since)
            and (not self.indicator or has_words(figure["indicator"], unit, self.indicator))
        )


def _last_year(figure: FigureRecord) -> int:
    if figure["period"] is None:
        year = (figure["as_of"] or "")[:4]
    else:
        first, last = figure["period"]
        if last is None and first is not None:
            return 9999  # it goes on
        year = (last or "")[:4]
    return int(year) if year.isdigit() else 0


def document_figures(document: Document) -> DocumentFigures:
    """Read the figures of a document, with the entities that the grammar finds."""
    view = clean(document.text)
    numbers = find_doc_numbers(view)
    letter = read_letter(view, numbers).record
    found = read_figures(view, find_entities(view, numbers), letter, document.id)
    return DocumentFigures(document.id, document.source, place_of(letter["issuer"]), tuple(found))


def archive_figures(path: str | Path, ids: Sequence[str] | None = None) -> Iterator[DocumentFigures]:
    """Read the figures of an archive's documents, from their texts and records, one at a time.

    Those that an update has marked as deleted are left out.

    Parameters
    ----------
    path
        A database written with texts.
    ids
        Of which documents; of all if not given.

    Raises
    ------
    InputError
        If the file is not such a database, or holds no texts.
    """
    some = "" if ids is None else "JOIN json_each(?) w ON d.id = w.value "
    wanted = () if ids is None else (json.dumps(list(ids)),)
    try:
        with closing(open_archive(path)) as base:
            base.row_factory = sqlite3.Row
            documents = base.execute(
                f"SELECT d.doc, d.id, d.source, t.text FROM live d {some}"  # noqa: S608 - own words
                "JOIN texts t ON t.doc = d.doc ORDER BY d.doc",
                wanted,
            )
            for row in documents:
                letter = _letter(base, row["doc"])
                found = read_figures(clean(row["text"]), _entities(base, row["doc"]), letter, row["id"])
                place = place_of(letter["issuer"]) if letter else None
                yield DocumentFigures(row["id"], row["source"], place, tuple(found))
    except (sqlite3.Error, ValueError) as error:  # ValueError: places outside the text
        raise unreadable(error, path) from error


def places_of(documents: Iterable[DocumentFigures]) -> dict[str, str]:
    """Return the places of documents that have one, by id: what `build_series` takes."""
    return {document.id: document.place for document in documents if document.place}


def _rows(base: sqlite3.Connection, table: str, doc: int) -> list[dict[str, Any]]:
    return [dict(row) for row in base.execute(f"SELECT * FROM {table} WHERE doc = ?", (doc,))]  # noqa: S608 - own names


def _letter(base: sqlite3.Connection, doc: int) -> LetterRecord | None:
    for row in _rows(base, "letters", doc):
        return cast(LetterRecord, {**row, "sections": _rows(base, "sections", doc)})
    return None


def _entities(base: sqlite3.Connection, doc: int) -> list[EntityRecord]:
    tables = (("policies", "POLICY"), ("doc_numbers", "DOC_NO"), ("quantities", "QUANTITY"))
    found = [_entity(row, label) for table, label in tables for row in _rows(base, table, doc)]
    return sorted(found, key=lambda entity: entity["start"])


def _entity(row: Mapping[str, Any], label: str) -> EntityRecord:
    entity = {**row, "label": label}
    if label == "QUANTITY" and row["value_to"] is not None:
        entity["value"] = [row["value"], row["value_to"]]
    return cast(EntityRecord, entity)
