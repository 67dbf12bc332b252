"""The index of an archive's texts, read from its database."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from nhsa_nlp.archive.matching.bm25 import Scores, Worth, norms, score_texts
from nhsa_nlp.archive.matching.texts import Text
from nhsa_nlp.errors import InputError
from nhsa_nlp.io.store.term_index import Codes

Weights = dict[int, float]
"""How much each term of a query counts."""

_LEAST_TERMS = 4
_FEWEST = 100  # texts that a smaller archive is taken to have: a few do not tell which terms are rare


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
        (count,) = base.execute(
            "SELECT count(*) FROM texts WHERE doc NOT IN (SELECT doc FROM gone)"
        ).fetchone()
        gone = np.array([row[0] for row in base.execute("SELECT doc FROM gone")], dtype=np.int64)
        self._gone = gone[gone < len(lengths)]
        mean = lengths.sum() / max(count, 1) or 1.0
        self.count = max(count, _FEWEST)
        self._norms = norms(lengths, mean)
        self._texts_with: dict[int, int] = {}

    def rarity(self, terms: Codes) -> Scores:
        """Return the inverse document frequency of terms."""
        held = self.texts_with(terms).astype(np.float64)
        rarity: Scores = np.log(1 + (self.count - held + 0.5) / (held + 0.5))
        return rarity

    def texts_with(self, terms: Codes) -> NDArray[np.int64]:
        """Return how many texts hold each of some terms."""
        wanted = terms.tolist()
        self._look_up(term for term in wanted if term not in self._texts_with)
        return np.array([self._texts_with[term] for term in wanted], dtype=np.int64)

    def _look_up(self, terms: Iterable[int]) -> None:
        unknown = list(dict.fromkeys(terms))
        rows = self._base.execute(
            "SELECT value, coalesce((SELECT texts FROM terms WHERE term = value), 0) "
            "+ coalesce((SELECT sum(texts) FROM additions WHERE term = value), 0) FROM json_each(?)",
            (json.dumps(unknown),),
        )
        self._texts_with |= {term: max(held, 0) for term, held in rows}

    def worth(self, weights: Weights) -> Worth:
        """Return what the terms of a query are worth."""
        terms = np.array(sorted(weights), dtype=np.int64)
        values = np.array([weights[term] for term in terms.tolist()], dtype=np.float64)
        return Worth(terms, values * self.rarity(terms))

    def score(self, worth: Worth) -> Scores:
        """Return the score of every text, by its number; of one that is deleted, 0."""
        scores = score_texts(worth, self.texts_with(worth.terms), self._norms, self._postings)
        scores[self._gone] = 0.0
        return scores

    def _postings(self, term: int) -> list[bytes]:
        rows = self._base.execute("SELECT postings FROM postings WHERE term = ? ORDER BY first", (term,))
        return [row[0] for row in rows]

    def share_held(self, weights: Weights, text: Text) -> float:
        """Return which share of the terms of a query a text holds, by weight and rarity.

        A query of a few characters holds too little to be sure of: it counts as one of several rare terms.
        """
        worth = self.worth(weights)
        least = _LEAST_TERMS * math.log(2 + self.count)
        held = np.isin(worth.terms, text.terms)
        return float(worth.values[held].sum() / max(worth.values.sum(), least))
