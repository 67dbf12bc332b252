"""Where figures are read from: documents, and the archive that ``label --output FILE.sqlite`` writes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

from nhsa_nlp.archive.figures import find_figures
from nhsa_nlp.archive.indicators import has_words, place_of
from nhsa_nlp.entities.doc_numbers import find_doc_numbers
from nhsa_nlp.entities.grammar import find_entities
from nhsa_nlp.figures import read_figures
from nhsa_nlp.io.document import Document
from nhsa_nlp.io.records import records_with_texts
from nhsa_nlp.io.store.archive_tables import keeps_figures
from nhsa_nlp.io.store.opening import checked, open_archive, open_parts, unreadable
from nhsa_nlp.letter import read_letter
from nhsa_nlp.record import EntityRecord, FigureRecord, FigureRole, LetterRecord
from nhsa_nlp.text import clean

_STORED = FigureRecord.__annotations__.keys() - {"document"}


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
        return (self.since is None or _last_year(figure) >= self.since) and self.may_pass(
            figure["role"], figure["indicator"], figure["unit"]
        )

    def may_pass(self, role: str, indicator: str, unit: str) -> bool:
        """Tell whether a figure of some year could be wanted."""
        return (
            (not self.roles or role in self.roles)
            and (not self.units or unit in self.units or unit.partition("/")[0] in self.units)
            and (not self.indicator or has_words(indicator, unit, self.indicator))
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


def stored_document_figures(base: sqlite3.Connection, doc: int) -> list[FigureRecord]:
    """Read the figures of a document of an opened archive, from its text and its record.

    Raises
    ------
    sqlite3.Error, ValueError
        If the archive is damaged.
    """
    (name,) = checked(base.execute("SELECT id FROM documents WHERE doc = ?", (doc,)).fetchone())
    row = base.execute("SELECT text FROM texts WHERE doc = ?", (doc,)).fetchone()
    if row is None:
        return []
    return read_figures(clean(checked(row)[0]), _entities(base, doc), _letter(base, doc), name)


def document_figures(document: Document) -> DocumentFigures:
    """Read the figures of a document, with the entities that the grammar finds."""
    view = clean(document.text)
    numbers = find_doc_numbers(view)
    letter = read_letter(view, numbers).record
    found = read_figures(view, find_entities(view, numbers), letter, document.id)
    return DocumentFigures(document.id, document.source, place_of(letter["issuer"]), tuple(found))


def part_figures(path: str | Path) -> Iterator[DocumentFigures]:
    """Give the figures of the documents of an archive of parts in Parquet that holds their texts.

    Raises
    ------
    InputError
        If it holds no texts, or is damaged.
    """
    open_parts(path).close()
    for record, text in records_with_texts(Path(path)):
        letter = record["letter"]
        place = place_of(None if letter is None else letter["issuer"])
        yield DocumentFigures(record["id"], record["source"], place, tuple(find_figures(record, text)))


def archive_figures(
    path: str | Path, ids: Sequence[str] | None = None, *, wanted: FigureFilter | None = None
) -> Iterator[DocumentFigures]:
    """Give the figures of an archive's documents, one document at a time.

    Figures that this version of the program has stored in the archive (``label --figures``) are taken from
    it, those of other documents are read from their texts and records, which takes some milliseconds each.
    Documents that an update has marked as deleted are left out.

    Parameters
    ----------
    path
        A database written with texts.
    ids
        Of which documents; of all if not given.
    wanted
        Which figures; a document without any of these is left out.

    Raises
    ------
    InputError
        If the file is not such a database, or holds no texts.
    """
    some = "" if ids is None else "AND d.id IN (SELECT value FROM json_each(:ids)) "
    named = {"ids": None if ids is None else json.dumps(list(ids)), "version": version("nhsa-nlp")}
    try:
        with closing(open_archive(path)) as base:
            stored = _Stored(base, wanted) if keeps_figures(base) else None
            is_stored = (
                "0"
                if stored is None
                else "d.doc IN (SELECT doc FROM figure_readings WHERE version = :version)"
            )
            documents = base.execute(
                f"SELECT d.doc, d.id, d.source, l.issuer, {is_stored} FROM live d "  # noqa: S608 - own words
                f"LEFT JOIN letters l ON l.doc = d.doc WHERE 1 {some}ORDER BY d.doc",
                named,
            )
            for doc, name, source, issuer, is_known in map(checked, documents):
                if is_known and stored is not None:
                    found = stored.figures(doc, name)
                else:
                    found = stored_document_figures(base, doc)
                    found = found if wanted is None else list(filter(wanted.passes, found))
                if found or wanted is None:
                    yield DocumentFigures(name, source, place_of(issuer), tuple(found))
    except (sqlite3.Error, ValueError) as error:  # ValueError: places outside the text, or no JSON
        raise unreadable(error, path) from error


class _Stored:
    """The figures that an archive holds."""

    def __init__(self, base: sqlite3.Connection, wanted: FigureFilter | None):
        self._base, self._wanted = base, wanted
        # Asked for few, the documents that have any are found first.
        self._docs: set[int] | None = None
        if wanted is not None:
            base.create_function("passes", 3, lru_cache(65_536)(wanted.may_pass), deterministic=True)
            rows = base.execute("SELECT DISTINCT doc FROM figures WHERE passes(role, indicator, unit)")
            self._docs = {doc for (doc,) in rows}

    def figures(self, doc: int, name: str) -> list[FigureRecord]:
        """Return those of a document that are wanted."""
        if self._docs is not None and doc not in self._docs:
            return []
        rows = self._base.execute("SELECT figure FROM figures WHERE doc = ? ORDER BY rowid", (doc,))
        found = [_figure(name, row[0]) for row in rows]
        return found if self._wanted is None else list(filter(self._wanted.passes, found))


def _figure(document: str, stored: str) -> FigureRecord:
    figure = json.loads(stored)
    if not isinstance(figure, dict) or figure.keys() != _STORED:
        raise ValueError("a figure has other fields")
    return cast(FigureRecord, {"document": document, **figure})


def places_of(documents: Iterable[DocumentFigures]) -> dict[str, str]:
    """Return the places of documents that have one, by id: what `build_series` takes."""
    return {document.id: document.place for document in documents if document.place}


def _rows(base: sqlite3.Connection, table: str, doc: int) -> list[dict[str, Any]]:
    rows = base.execute(f"SELECT * FROM {table} WHERE doc = ?", (doc,))  # noqa: S608 - own names
    names = [column[0] for column in rows.description]
    return [dict(zip(names, row, strict=True)) for row in rows]


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
