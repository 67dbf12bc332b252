"""Searching the texts of an archive: the database that ``label --output FILE.sqlite`` writes."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from nhsa_nlp.archive.database import open_archive, unreadable
from nhsa_nlp.errors import InputError
from nhsa_nlp.io.writers.search_tokens import TOKEN, folded, tokens
from nhsa_nlp.text import CleanText, clean
from nhsa_nlp.text.traditional import simplify
from nhsa_nlp.text.width import unify

_LONGEST_QUERY = 1_000  # characters
_CONTEXT = 30  # characters of a snippet on either side
_TERM = re.compile(r'["“”]([^"“”]*)["“”]|([^\s"“”]+)')


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found, with its topic label, if it has one.

    Attributes
    ----------
    start, end
        Where its first match is: code-point offsets into the raw text.
    before, match, after
        The match and what is around it, cleaned.
    """

    id: str
    source: str
    label: str | None
    start: int
    end: int
    before: str
    match: str
    after: str


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


def search(path: str | Path, query: str, *, limit: int | None = 20) -> tuple[int, list[Hit]]:
    """Find the documents that have all words of a query, the most relevant first.

    Parameters
    ----------
    path
        A database written with texts.
    query
        Words, separated by spaces; see `match_expression`.
    limit
        How many documents to return; None for all.

    Returns
    -------
    tuple[int, list[Hit]]
        How many documents there are, and the best of them, by BM25 (Robertson and Zaragoza 2009).

    Raises
    ------
    InputError
        If the query is empty, or the file is not such a database.
    """
    phrases = [phrase for reading in _readings(query) for phrase in reading]
    expression = match_expression(query)
    try:
        with closing(open_archive(path)) as base:
            (count,) = base.execute(
                "SELECT count(*) FROM text_index WHERE text_index MATCH ?", (expression,)
            ).fetchone()
            rows = base.execute(
                "SELECT d.id, d.source, d.label, t.text FROM text_index i "
                "JOIN documents d ON d.doc = i.rowid JOIN texts t ON t.doc = i.rowid "
                "WHERE text_index MATCH ? ORDER BY i.rank, i.rowid LIMIT ?",
                (expression, -1 if limit is None else limit),
            )
            return count, [_hit(row, phrases) for row in rows]
    except (sqlite3.Error, UnicodeError) as error:
        raise unreadable(error, path) from error


def _readings(query: str) -> list[list[list[str]]]:
    """Return the phrases of a query as it is, and in the characters and script of the index if they differ.

    乾隆 stands in the index as it is from a text in simplified script, as 干隆 from one in traditional.
    """
    if len(query) > _LONGEST_QUERY:
        raise InputError(f"the query is longer than {_LONGEST_QUERY:,} characters; shorten it")
    return [_phrases(reading) for reading in dict.fromkeys((query, simplify(unify(query), ambiguous=True)))]


def _phrases(query: str) -> list[list[str]]:
    found = [tokens(match[1] or match[2] or "") for match in _TERM.finditer(query)]
    phrases = [phrase for phrase in found if phrase]
    if not phrases:
        raise InputError("nothing to search for; give words or a document number")
    return phrases


def _hit(row: tuple[str, str, str | None, str], phrases: list[list[str]]) -> Hit:
    name, source, label, text = row
    cleaned = clean(text)
    start, end = _first(cleaned, phrases)
    raw_start, raw_end = cleaned.to_raw(start, end) if end > start else (0, 0)
    shown = cleaned.text
    return Hit(
        name,
        source,
        label,
        raw_start,
        raw_end,
        shown[max(0, start - _CONTEXT) : start],
        shown[start:end],
        shown[end : end + _CONTEXT],
    )


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
