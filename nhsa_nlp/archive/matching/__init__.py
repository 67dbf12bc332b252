"""Precedents: what was answered before to the matters of a proposal, and which passage answers."""

from __future__ import annotations

import math
import sqlite3
from pathlib import Path
from typing import NamedTuple, TypedDict

import numpy as np

from nhsa_nlp.archive.matching.bm25 import Scores, Worth, best_of, score_passages
from nhsa_nlp.archive.matching.confidence import Signals, confidence
from nhsa_nlp.archive.matching.documents import open_documents
from nhsa_nlp.archive.matching.index import Index
from nhsa_nlp.archive.matching.query import LONGEST, Query, feedback, read_query
from nhsa_nlp.archive.matching.texts import Text
from nhsa_nlp.arguments import check_count, check_text
from nhsa_nlp.entities.grammar import find_entities
from nhsa_nlp.errors import InputError
from nhsa_nlp.io.store.opening import unreadable
from nhsa_nlp.letter import parse_letter
from nhsa_nlp.record import is_policy

__all__ = ["Passage", "Precedent", "Precedents", "PrecedentIndex", "precedents"]

_CANDIDATES = 40  # texts whose passages are looked at
_FIRST = 5  # texts whose terms are added to the query
_PASSAGES = 3  # shown of each
_JUDGED = 3  # texts in which the confidence looks for what is asked


class Passage(TypedDict):
    """A passage of an earlier document that answers; offsets into its raw text."""

    start: int
    end: int
    text: str
    score: float


class Precedent(TypedDict):
    """An earlier document, its best passages first."""

    id: str | None
    score: float
    subject: str | None
    number: str | None
    date: str | None
    label: str | None
    passages: list[Passage]
    shared_policies: list[str]


class Precedents(TypedDict):
    """The precedents of a proposal, best first, and whether anything answers it at all (0 to 1)."""

    confidence: float
    precedents: list[Precedent]


class _Search(NamedTuple):
    """What was found for a proposal: the texts looked at, the best of them in order, and its signals."""

    worth: Worth
    texts: dict[int, Text]
    ranked: list[tuple[int, float]]
    signals: Signals


def precedents(archive: str | Path, text: str, title: str | None = None, n: int = 10) -> Precedents:
    """Find what was answered before to the matters of a proposal.

    Parameters
    ----------
    archive
        A database that ``label --output FILE.sqlite`` wrote, or a folder of parts in Parquet that holds
        texts (``label --update --keep-text --output FILE.parquet``); the answers are the same.
    text
        The proposal, in whatever words; its first 20,000 characters are read.
    title
        Its title, which counts more than the text; found in the text if not given, or empty.
    n
        How many precedents to return, at most; 1 or more.

    Returns
    -------
    Precedents
        Documents of the archive, best first, each with its best passages of at most 600 characters; none
        if nothing of the text is found, as of an empty one.

    Raises
    ------
    InputError
        If the file is not such a database, or without texts.
    TypeError
        If ``text`` or ``title`` is no string, or ``n`` no whole number.
    ValueError
        If ``n`` is less than 1.
    """
    with PrecedentIndex(archive) as index:
        return index.find(text, title, n)


class PrecedentIndex:
    """An archive opened to find precedents for several proposals.

    Parameters
    ----------
    archive
        What `precedents` takes.

    Raises
    ------
    InputError
        If the file is not such a database, or without texts.
    """

    def __init__(self, archive: str | Path):
        self._path = archive
        self._documents = open_documents(archive)
        try:
            self._index = Index(self._documents.base, archive)
        except (sqlite3.Error, ValueError) as error:
            self._documents.close()
            raise unreadable(error, self._path) from error
        except InputError:
            self._documents.close()
            raise

    def __enter__(self) -> PrecedentIndex:
        return self

    def __exit__(self, *_: object) -> None:
        self._documents.close()

    def find(self, text: str, title: str | None = None, n: int = 10) -> Precedents:
        """Find precedents, as `precedents` does."""
        _check(text, title)
        check_count("n", n)
        try:
            search = self._search(text, title, n)
            cited = _policies(text[:LONGEST])
            found = [
                self._precedent(number, score, search.texts[number], search.worth, cited)
                for number, score in search.ranked[:n]
            ]
        except (sqlite3.Error, ValueError, UnicodeError) as error:
            raise unreadable(error, self._path) from error
        return {
            "confidence": round(confidence(search.signals), 3) if found else 0.0,
            "precedents": found,
        }

    def signals(self, text: str, title: str | None = None) -> Signals:
        """Return what the confidence of a proposal is made from."""
        _check(text, title)
        return self._search(text, title, 1).signals

    def _search(self, text: str, title: str | None, n: int) -> _Search:
        text = text[:LONGEST]
        query = read_query(text, title or parse_letter(text)["subject"] or "")
        weights = query.weights()
        worth = self._index.worth(weights)
        first = self._index.score(worth)
        texts: dict[int, Text] = {}
        best = [(texts[number], score) for number, score in self._rank(first, worth, texts, n)[:_FIRST]]
        more = feedback(self._index, weights, best)
        scores = first + self._index.score(self._index.worth(more))  # a score is a sum over terms
        wider = self._index.worth(
            {term: weights.get(term, 0.0) + more.get(term, 0.0) for term in weights.keys() | more.keys()}
        )
        ranked = self._rank(scores, wider, texts, n)
        return _Search(wider, texts, ranked, self._signals(query, first, ranked, texts))

    def _rank(self, scores: Scores, worth: Worth, texts: dict[int, Text], n: int) -> list[tuple[int, float]]:
        """Return the best texts: half of the score is the whole text's, half its best passage's."""
        numbers = best_of(scores, max(_CANDIDATES, n)).tolist()
        for number in numbers:
            if number not in texts:
                texts[number] = self._documents.text(number)
        passages = [score_passages(texts[number], worth).max(initial=0.0) for number in numbers]
        largest, largest_passage = scores.max(initial=0.0) or 1.0, max(passages, default=0.0) or 1.0
        ranked = [
            (number, float(scores[number] / largest + passage / largest_passage))
            for number, passage in zip(numbers, passages, strict=True)
        ]
        return sorted(ranked, key=lambda item: (-item[1], item[0]))

    def _signals(
        self, query: Query, scores: Scores, ranked: list[tuple[int, float]], texts: dict[int, Text]
    ) -> Signals:
        strength = math.log1p(scores.max(initial=0.0)) - math.log(math.log(2 + self._index.count))
        best = [texts[number] for number, _ in ranked[:_JUDGED]]
        own = max((self._index.share_held(query.own, text) for text in best), default=0.0)
        named = sum(query.names.values()) or 1.0
        official = max(
            (sum(weight for name, weight in query.names.items() if name in text.raw) for text in best),
            default=0.0,
        )
        return Signals(strength, own, official / named)

    def _precedent(self, number: int, score: float, text: Text, worth: Worth, cited: set[str]) -> Precedent:
        scores = score_passages(text, worth)
        passages: list[Passage] = []
        for place in np.argsort(-scores, kind="stable")[:_PASSAGES].tolist():
            start, end = text.passages[place]
            if scores[place] > 0:
                piece = text.raw[start:end]
                passages.append(
                    {"start": start, "end": end, "text": piece, "score": round(float(scores[place]), 3)}
                )
        fields = self._documents.fields(number)
        return {
            "id": fields.id,
            "score": round(score, 4),
            "subject": fields.subject,
            "number": fields.number,
            "date": fields.date,
            "label": fields.label,
            "passages": passages,
            "shared_policies": [title for title in self._documents.policies(number) if title in cited],
        }


def _check(text: str, title: str | None) -> None:
    check_text("text", text)
    if title is not None:
        check_text("title", title)


def _policies(text: str) -> set[str]:
    """Return the full titles of the policies that a proposal cites."""
    found = [entity for entity in find_entities(text) if is_policy(entity)]
    return {title for policy in found if (title := policy["ref"] if policy["alias"] else policy["title"])}
