"""The index of an archive's texts, read from its database: BM25 (Robertson and Zaragoza 2009) over terms."""

from __future__ import annotations

import math
import sqlite3
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nhsa_nlp.archive.matching.passages import cut_passages
from nhsa_nlp.errors import InputError
from nhsa_nlp.io.writers.term_index import decode_postings, term_counts

Weights = dict[int, float]
"""How much each term of a query counts."""

Scores = NDArray[np.float64]

_SATURATION, _LENGTH = 1.2, 0.75  # k1 and b of BM25
_PASSAGE_TERMS = 300  # of a passage of usual length
_LEAST_TERMS = 4
_FEWEST = 100  # texts that a smaller archive is taken to have: a few do not tell which terms are rare
_MOST_POSTINGS = 2_000_000
"""Read for a query, the heaviest terms first, so that its time is bounded in a large archive."""


class Worth(NamedTuple):
    """The terms of a query, ascending, and what each is worth in an archive: its weight times its rarity."""

    terms: NDArray[np.int64]
    values: Scores


class Text(NamedTuple):
    """A text of the archive and its passages, each with the terms and how often it has them."""

    raw: str
    passages: list[tuple[int, int]]
    terms: list[tuple[NDArray[np.int64], NDArray[np.int64]]]


class Index:
    """What the texts of an archive hold.

    Parameters
    ----------
    base
        The opened archive.
    path
        Its name, for errors.

    Raises
    ------
    InputError
        If it has no such index.
    """

    def __init__(self, base: sqlite3.Connection, path: object):
        self._base = base
        try:
            rows = base.execute("SELECT lengths FROM term_lengths ORDER BY first").fetchall()
        except sqlite3.OperationalError as error:
            if "no such table" not in str(error):
                raise
            raise InputError(
                "was written by an earlier version and has no index of precedents; write it again", str(path)
            ) from None
        lengths = np.frombuffer(b"".join(row[0] for row in rows), "<u4").astype(np.float64)
        (count,) = base.execute("SELECT count(*) FROM texts").fetchone()
        mean = lengths.sum() / max(count, 1) or 1.0
        self.count = max(count, _FEWEST)
        self._norms = _SATURATION * (1 - _LENGTH + _LENGTH * lengths / mean)
        self._texts_with: dict[int, int] = {}
        self._rarity: dict[int, float] = {}

    def rarity(self, term: int) -> float:
        """Return the inverse document frequency of a term."""
        if term not in self._rarity:
            held = self.texts_with(term)
            self._rarity[term] = math.log(1 + (self.count - held + 0.5) / (held + 0.5))
        return self._rarity[term]

    def texts_with(self, term: int) -> int:
        """Return how many texts hold a term."""
        if term not in self._texts_with:
            row = self._base.execute("SELECT texts FROM terms WHERE term = ?", (term,)).fetchone()
            self._texts_with[term] = row[0] if row else 0
        return self._texts_with[term]

    def worth(self, weights: Weights) -> Worth:
        """Return what the terms of a query are worth."""
        terms = sorted(weights)
        values = [weights[term] * self.rarity(term) for term in terms]
        return Worth(np.array(terms, dtype=np.int64), np.array(values))

    def score(self, worth: Worth) -> Scores:
        """Return the score of every text, by its number."""
        scores = np.zeros(len(self._norms))
        budget = _MOST_POSTINGS
        for place in np.argsort(-worth.values, kind="stable").tolist():
            term, value = int(worth.terms[place]), worth.values[place]
            budget -= self.texts_with(term)
            if budget < 0:
                break
            row = self._base.execute("SELECT postings FROM terms WHERE term = ?", (term,)).fetchone()
            if row is None:
                continue
            numbers, counts = decode_postings(row[0])
            if len(numbers) and numbers[-1] < len(scores):
                scores[numbers] += value * (_SATURATION + 1) * counts / (counts + self._norms[numbers])
        return scores

    def score_passages(self, text: Text, worth: Worth) -> Scores:
        """Return the score of each passage of a text."""
        found = np.zeros(len(text.passages))
        if not len(worth.terms):
            return found
        for index, (codes, counts) in enumerate(text.terms):
            places = np.searchsorted(worth.terms, codes)
            places[places == len(worth.terms)] = 0
            same = worth.terms[places] == codes
            often = counts[same]
            norm = _SATURATION * (1 - _LENGTH + _LENGTH * counts.sum() / _PASSAGE_TERMS)
            found[index] = (worth.values[places[same]] * (_SATURATION + 1) * often / (often + norm)).sum()
        return found

    def text(self, number: int) -> Text:
        """Return a text by its number."""
        (raw,) = self._base.execute("SELECT text FROM texts WHERE doc = ?", (number,)).fetchone()
        starts = self._base.execute("SELECT start FROM sections WHERE doc = ?", (number,))
        passages = cut_passages(raw, [row[0] for row in starts])
        return Text(raw, passages, [term_counts(raw[start:end]) for start, end in passages])

    def share_held(self, weights: Weights, text: Text) -> float:
        """Return which share of the terms of a query a text holds, by weight and rarity.

        A query of a few characters holds too little to be sure of: it counts as one of several rare terms.
        """
        worth = {term: weight * self.rarity(term) for term, weight in weights.items()}
        held = {term for codes, _ in text.terms for term in codes.tolist()}
        least = _LEAST_TERMS * math.log(2 + self.count)
        return sum(worth[term] for term in worth if term in held) / max(sum(worth.values()), least)

    def fields(self, number: int) -> dict[str, str | None]:
        """Return what an answer shows of a document."""
        row = self._base.execute(
            "SELECT d.id, l.subject, l.number, l.date, d.label FROM documents d "
            "LEFT JOIN letters l ON l.doc = d.doc WHERE d.doc = ?",
            (number,),
        ).fetchone()
        return dict(zip(("id", "subject", "number", "date", "label"), row, strict=True))

    def policies(self, number: int) -> list[str]:
        """Return the full titles of the policies that a document cites."""
        rows = self._base.execute(
            "SELECT CASE WHEN alias THEN ref ELSE title END FROM policies WHERE doc = ? ORDER BY start",
            (number,),
        )
        return list(dict.fromkeys(title for (title,) in rows if title))
