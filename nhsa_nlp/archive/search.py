"""Searching the texts of an archive: the database that ``label --output FILE.sqlite`` writes."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nhsa_nlp.archive.search_filters import Condition, Filters, conditions
from nhsa_nlp.arguments import check_count, check_text
from nhsa_nlp.errors import InputError
from nhsa_nlp.io.store.opening import checked, open_archive, unreadable
from nhsa_nlp.io.store.search_tokens import TOKEN, folded, tokens
from nhsa_nlp.text import CleanText, clean
from nhsa_nlp.text.traditional import simplify
from nhsa_nlp.text.width import unify

_LONGEST_QUERY = 1_000  # characters
_CONTEXT = 30  # characters of a snippet on either side
_BREAKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+")
_SHOWN = """
SELECT d.id, d.source, t.text, d.label, l.subject, l.number, l.date
FROM documents d LEFT JOIN texts t ON t.doc = d.doc LEFT JOIN letters l ON l.doc = d.doc WHERE d.doc = ?
"""
_NONE = Filters()
_TERM = re.compile(r'["“”]([^"“”]*)["“”]|([^\s"“”]+)')


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found, with its topic label and what its letter says, where they are known.

    Attributes
    ----------
    start, end
        Where its first match is: code-point offsets into the raw text.
    before, match, after
        The match and what is around it, cleaned, on one line; without a query the beginning of the text.
    """

    id: str
    source: str
    label: str | None
    subject: str | None
    number: str | None
    date: str | None
    start: int
    end: int
    before: str
    match: str
    after: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found.

    Attributes
    ----------
    count
        How many documents there are.
    hits
        Those asked for, in order.
    labels, years
        How many there are of each topic label, the most frequent first, and of each year, the first
        first; None counts those without. Both are None if they were not asked for.
    """

    count: int
    hits: list[Hit]
    labels: dict[str | None, int] | None = None
    years: dict[str | None, int] | None = None


def match_expression(query: str) -> str:
    """Return a query as an expression for ``MATCH`` of SQLite's full-text search.

    Each word is a phrase of characters, and a document must have all of them. What stands within
    quotation marks is one phrase. Words in traditional script find their simplified form, too.
    Nothing in a query is an operator.

    Raises
    ------
    InputError
        If the query has no letter or digit, or is too long.

    Examples
    --------
    >>> match_expression("医保 国办发〔2021〕14号")
    '"医 保" "国 办 发 2021 14 号"'
    """
    return " OR ".join(
        " ".join(f'"{" ".join(phrase)}"' for phrase in phrases) for phrases in _readings(query)
    )


def search(
    path: str | Path,
    query: str = "",
    *,
    filters: Filters = _NONE,
    limit: int | None = 20,
    offset: int = 0,
    counts: bool = False,
) -> Found:
    """Find the documents that have all words of a query, the most relevant first.

    Parameters
    ----------
    path
        A database written with texts.
    query
        Words, separated by spaces; see `match_expression`. It may be empty if there is a filter: then
        the latest documents come first, and those without a date last.
    filters
        What else the documents must be.
    limit
        How many documents to return; None for all.
    offset
        How many of the best to pass over.
    counts
        Whether to count the documents by label and year, too.

    Returns
    -------
    Found
        How many documents there are, and the best of them, by BM25 (Robertson and Zaragoza 2009).

    Raises
    ------
    InputError
        If there is neither a query nor a filter, no document of the archive has what a filter wants,
        or the file is not such a database.
    TypeError
        If ``query`` is no string, or ``limit`` or ``offset`` no whole number.
    ValueError
        If ``limit`` or ``offset`` is less than 0.
    """
    check_text("query", query)
    check_count("offset", offset, 0)
    if limit is not None:
        check_count("limit", limit, 0)
    asked = bool(query.strip()) or not filters
    phrases = [phrase for reading in _readings(query) for phrase in reading] if asked else []
    expression = match_expression(query) if asked else None
    try:
        with closing(open_archive(path)) as base:
            wanted = list(conditions(base, filters, path))
            rows = base.execute(*_statement(expression, wanted, counts=counts))
            count = 0
            labels: Counter[str | None] = Counter()
            years: Counter[str | None] = Counter()
            numbers: list[int] = []
            for number, label, year in map(checked, rows):
                if count >= offset and (limit is None or len(numbers) < limit):
                    numbers.append(number)
                count += 1
                labels[label] += 1
                years[year] += 1
            hits = [_hit(checked(base.execute(_SHOWN, (number,)).fetchone()), phrases) for number in numbers]
    except (sqlite3.Error, ValueError) as error:
        raise unreadable(error, path) from error
    if not counts:
        return Found(count, hits)
    by_label = sorted(labels.items(), key=lambda item: (-item[1], item[0] is None, item[0] or ""))
    by_year = sorted(years.items(), key=lambda item: (item[0] is None, item[0] or ""))
    return Found(count, hits, dict(by_label), dict(by_year))


def _statement(expression: str | None, wanted: Sequence[Condition], *, counts: bool) -> tuple[str, list[str]]:
    """Return the query for number, label and year of all documents, in order, and its values.

    The index of texts is read first, the other tables only where they are needed, and the relevance of
    what passes the filters is found last.
    """
    tables = {condition.table for condition in wanted}
    joins = []
    if expression is None:
        joins.append("live d LEFT JOIN letters l ON l.doc = d.doc")
        order = "l.date DESC NULLS LAST, d.doc"
        number = "d.doc"
    else:
        joins.append("text_index i")
        if counts or "d" in tables:
            joins.append("CROSS JOIN documents d ON d.doc = i.rowid")
        if counts or "l" in tables:
            joins.append("LEFT JOIN letters l ON l.doc = i.rowid")
        order = "i.rank + 0.0, i.rowid"  # a sum, so that it is not found for what does not pass
        number = "i.rowid"
    columns = f"{number}, " + ("d.label, substr(l.date, 1, 4)" if counts else "NULL, NULL")
    where = [condition.sql for condition in wanted]
    if expression is not None:
        where[:0] = ["text_index MATCH ?", "i.rowid NOT IN (SELECT doc FROM gone)"]
    values = [value for condition in wanted for value in condition.values]
    sql = f"SELECT {columns} FROM {' '.join(joins)} WHERE {' AND '.join(where)} ORDER BY {order}"  # noqa: S608 - own names
    return sql, values if expression is None else [expression, *values]


def _readings(query: str) -> list[list[list[str]]]:
    """Return the phrases of a query as it is, and in the characters and script of the index if they differ.

    乾隆 stands in the index as it is from a text in simplified script, as 干隆 from one in traditional.
    """
    if len(query) > _LONGEST_QUERY:
        raise InputError("the query is longer than {limit:,} characters; shorten it", limit=_LONGEST_QUERY)
    return [_phrases(reading) for reading in dict.fromkeys((query, simplify(unify(query), ambiguous=True)))]


def _phrases(query: str) -> list[list[str]]:
    found = [tokens(match[1] or match[2] or "") for match in _TERM.finditer(query)]
    phrases = [phrase for phrase in found if phrase]
    if not phrases:
        raise InputError("nothing to search for; give words, a document number or a filter")
    return phrases


def _hit(row: tuple[Any, ...], phrases: list[list[str]]) -> Hit:
    name, source, text, label, subject, number, date = row
    cleaned = clean(text or "")  # a document of an archive may be without
    shown = cleaned.text
    start, end = _first(cleaned, phrases)
    raw_start, raw_end = cleaned.to_raw(start, end) if end > start else (0, 0)
    beyond = _CONTEXT if phrases else 2 * _CONTEXT
    pieces = shown[max(0, start - _CONTEXT) : start], shown[start:end], shown[end : end + beyond]
    before, match, after = map(_on_one_line, pieces)
    return Hit(name, source, label, subject, number, date, raw_start, raw_end, before, match, after)


def _on_one_line(text: str) -> str:
    return _BREAKS.sub(" ", text)


def _first(cleaned: CleanText, phrases: list[list[str]]) -> tuple[int, int]:
    """Return where the first match of any phrase is in the cleaned text."""
    places = list(TOKEN.finditer(folded(cleaned.text)))
    words = [match[0] for match in places]
    found = []
    for phrase in phrases:
        size = len(phrase)
        starts = (i for i, word in enumerate(words) if word == phrase[0] and words[i : i + size] == phrase)
        if (start := next(starts, None)) is not None:
            found.append((places[start].start(), places[start + size - 1].end()))
    return min(found, default=(0, 0))
