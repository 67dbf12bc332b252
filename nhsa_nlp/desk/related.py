"""What a document is related to: earlier answers, and other documents on the same matter."""

from __future__ import annotations

import sqlite3
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from nhsa_nlp.archive.matching import Precedent, PrecedentIndex
from nhsa_nlp.comparison.alignment import compare
from nhsa_nlp.comparison.groups import SAME_MATTER
from nhsa_nlp.comparison.matters import Matters, bigrams, shared_terms, shipped_rarity
from nhsa_nlp.desk.documents import Found
from nhsa_nlp.desk.matter_figures import MatterFigure, matter_figures
from nhsa_nlp.errors import InputError
from nhsa_nlp.text import Range

_PRECEDENTS = 5
_KEPT = 200  # documents whose precedents are remembered
_TELLING = 12  # pairs of characters that are looked for
_CANDIDATES = 30
_SHOWN = 8
_TERMS = 5
_LONGEST_COMPARED = 20_000  # characters


@dataclass(frozen=True, slots=True)
class AlignedPassage:
    """A passage of an earlier answer: pieces of its text, and whether each is shared with the document."""

    pieces: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class EarlierAnswer:
    """An earlier document that answers, with its passages aligned with the document at hand."""

    found: Precedent
    passages: tuple[AlignedPassage, ...]


@dataclass(frozen=True, slots=True)
class EarlierAnswers:
    """The best of them, whether anything answers at all (0 to 1), and what figures they give."""

    confidence: float
    answers: tuple[EarlierAnswer, ...]
    figures: tuple[MatterFigure, ...]


@dataclass(frozen=True, slots=True)
class Related:
    """Another document of the desk: a near-duplicate with a ``share``, or one on the same matter."""

    row: sqlite3.Row
    share: float | None
    terms: tuple[str, ...]


class Archive:
    """The archive of earlier answers; each thread reads it through a connection of its own.

    Parameters
    ----------
    path
        A database that ``label --output FILE.sqlite`` wrote.

    Raises
    ------
    InputError
        If it is not.
    """

    def __init__(self, path: Path):
        self._path = path
        self._local = threading.local()
        self._remembered: OrderedDict[tuple[str, str], EarlierAnswers] = OrderedDict()
        self._turn = threading.Lock()
        self._state = self._file_state()
        self._index()

    def earlier_answers(self, document: Found) -> EarlierAnswers:
        """Return what was answered before to the matters of a document.

        Raises
        ------
        InputError
            If the archive cannot be read any more.
        """
        key = document.record["sha256"], str(document.row["subject"])
        with self._turn:
            if (state := self._file_state()) != self._state:
                self._state = state  # it was written anew
                self._remembered.clear()
            if key in self._remembered:
                self._remembered.move_to_end(key)
                return self._remembered[key]
        found = self._index().find(document.text, document.row["subject"], _PRECEDENTS)
        answers = tuple(
            EarlierAnswer(
                each, tuple(_aligned(document.text, passage["text"]) for passage in each["passages"])
            )
            for each in found["precedents"]
        )
        figures = matter_figures(self._path, document.text, found)
        result = EarlierAnswers(found["confidence"], answers, figures)
        with self._turn:
            self._remembered[key] = result
            while len(self._remembered) > _KEPT:
                self._remembered.popitem(last=False)
        return result

    def _index(self) -> PrecedentIndex:
        held: tuple[tuple[int, int], PrecedentIndex] | None = getattr(self._local, "held", None)
        if held is None or held[0] != self._state:
            if held is not None:
                held[1].__exit__()
            held = (self._state, PrecedentIndex(self._path))
            self._local.held = held
        return held[1]

    def _file_state(self) -> tuple[int, int]:
        try:
            status = self._path.stat()
        except OSError as error:
            raise InputError("cannot be read: {problem}", self._path, problem=error.strerror) from error
        return status.st_size, status.st_mtime_ns


def related(base: sqlite3.Connection, document: Found) -> list[Related]:
    """Return other documents of the desk that share text with one or are about the same matter."""
    doc = document.row["doc"]
    twins = base.execute(
        "SELECT d.*, t.share FROM twins t JOIN documents d ON d.doc = t.other WHERE t.doc = ? "
        "ORDER BY t.share DESC, d.doc LIMIT ?",
        (doc, _SHOWN),
    ).fetchall()
    found = [Related(row, row["share"], ()) for row in twins]
    known = {doc, *(row["doc"] for row in twins)}
    return found + _same_matter(base, document.text, known)


def group_of(base: sqlite3.Connection, row: sqlite3.Row) -> list[sqlite3.Row]:
    """Return the documents of a group, its lead first; none for a document that is in none."""
    lead = row["lead"] or row["doc"]
    members = base.execute(
        "SELECT * FROM documents WHERE doc = ? OR lead = ? ORDER BY lead IS NOT NULL, doc", (lead, lead)
    ).fetchall()
    return members if len(members) > 1 else []


def _same_matter(base: sqlite3.Connection, text: str, known: set[int]) -> list[Related]:
    """Return documents on the same matter: candidates by the rarest pairs of characters, then compared."""
    weights = shipped_rarity().vector(bigrams(text))
    telling = sorted(
        (pair for pair in weights if not pair.isascii()), key=lambda pair: (-weights[pair], pair)
    )[:_TELLING]
    if not telling:
        return []
    expression = " OR ".join(f'"{" ".join(pair)}"' for pair in telling)
    rows = base.execute(
        "SELECT d.*, t.text FROM text_index i JOIN documents d ON d.doc = i.rowid "
        "JOIN texts t ON t.doc = i.rowid "
        "WHERE text_index MATCH ? ORDER BY i.rank LIMIT ?",
        (expression, _CANDIDATES),
    ).fetchall()
    rows = [row for row in rows if row["doc"] not in known]
    matters = Matters([text, *(row["text"] for row in rows)])
    scored = [(matters.likeness(0, place), row) for place, row in enumerate(rows, start=1)]
    alike = sorted((each for each in scored if each[0] >= SAME_MATTER), key=lambda each: -each[0])
    return [Related(row, None, tuple(shared_terms(text, row["text"], _TERMS))) for _, row in alike[:_SHOWN]]


def _aligned(text: str, passage: str) -> AlignedPassage:
    """Cut a passage where it begins and ceases to share text with a document."""
    shared: list[Range] = sorted(each.right for each in compare(text[:_LONGEST_COMPARED], passage).shared)
    pieces, at = [], 0
    for start, end in shared:
        pieces += [(passage[at:start], False), (passage[start:end], True)]
        at = end
    pieces.append((passage[at:], False))
    return AlignedPassage(tuple(piece for piece in pieces if piece[0]))
