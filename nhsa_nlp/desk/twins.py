"""Near-duplicates among the documents of a desk, found as each comes in.

Of a document some of the hashes of its shingles are kept: those divisible by a number, and the smallest
ones, so that a short text has some too (sampling modulo m, and min-wise; Broder 1997). Documents that
have such hashes in common are then compared exactly.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nhsa_nlp.splits import containment, shingle_set

NEAR_DUPLICATE = 0.5
"""The share of the shorter text that the longer has too, from which two are twins."""

_MODULUS = 32
_SMALLEST = 16
_MOST = 400  # hashes kept of a long text
POSTINGS = 200
"""Documents; a hash in as many is of a set phrase."""

_SAME = 3  # documents with the very same text that are told of
_TRIED = 12  # candidates compared exactly
_LEAST = 3  # hashes in common, of a text that has as many; a single one is a sentence


@dataclass(frozen=True, slots=True)
class Twin:
    """The closest near-duplicate of a document.

    Attributes
    ----------
    doc, id
        Which it is.
    share
        What the shorter text has in common with the longer.
    is_same
        Whether it is the same text.
    count
        How many near-duplicates there are.
    """

    doc: int
    id: str
    share: float
    is_same: bool
    count: int


def find_twins(base: sqlite3.Connection, doc: int, text: str) -> list[tuple[int, float]]:
    """Keep the sketch of a new document, and return its near-duplicates among the earlier ones.

    Returns
    -------
    list[tuple[int, float]]
        Their numbers and the shares in common, the largest first; they are kept as twins, too.
    """
    shingles = shingle_set(text)
    hashes = _sketch(shingles)
    shared = Counter(dict.fromkeys(_same(base, doc), len(hashes))) if hashes else Counter()
    for value in hashes:
        rows = base.execute("SELECT doc FROM sketches WHERE hash = ? LIMIT ?", (value, POSTINGS)).fetchall()
        if len(rows) < POSTINGS:
            shared.update(row["doc"] for row in rows)
    base.executemany("INSERT OR IGNORE INTO sketches VALUES (?, ?)", [(value, doc) for value in hashes])
    found = []
    least = min(_LEAST, len(hashes))
    for other in (other for other, count in shared.most_common(_TRIED) if count >= least):
        row = base.execute("SELECT text FROM texts WHERE doc = ?", (other,)).fetchone()
        share = containment(shingles, shingle_set(row["text"]))
        if share >= NEAR_DUPLICATE:
            found.append((other, share))
    pairs = [pair for other, share in found for pair in ((doc, other, share), (other, doc, share))]
    base.executemany("INSERT OR IGNORE INTO twins VALUES (?, ?, ?)", pairs)
    return sorted(found, key=lambda item: (-item[1], item[0]))


def closest_twins(base: sqlite3.Connection, docs: Iterable[int], *, earlier: bool = False) -> dict[int, Twin]:
    """Return the closest near-duplicate of each document that has one: the same text, if there is one.

    Parameters
    ----------
    earlier
        Only those that came in before the document.
    """
    rows = base.execute(
        "SELECT t.doc, o.doc AS other, o.id, t.share, o.sha256 = d.sha256 AS same FROM json_each(?) j "
        "JOIN twins t ON t.doc = j.value JOIN documents d ON d.doc = t.doc JOIN documents o "
        "ON o.doc = t.other WHERE NOT ? OR o.doc < t.doc ORDER BY same DESC, t.share DESC, o.doc",
        (json.dumps(list(docs)), earlier),
    ).fetchall()
    counts = Counter(row["doc"] for row in rows)
    found: dict[int, Twin] = {}
    for row in rows:
        if row["doc"] not in found:
            found[row["doc"]] = Twin(
                row["other"], row["id"], row["share"], bool(row["same"]), counts[row["doc"]]
            )
    return found


def count_repeating(base: sqlite3.Connection, file: int) -> int:
    """Return how many documents of a file have a near-duplicate that came in before them."""
    (count,) = base.execute(
        "SELECT count(*) FROM documents d WHERE file = ? "
        "AND EXISTS (SELECT 1 FROM twins t WHERE t.doc = d.doc AND t.other < d.doc)",
        (file,),
    ).fetchone()
    return int(count)


def _same(base: sqlite3.Connection, doc: int) -> list[int]:
    """Return the first documents with the same text, however many there are."""
    rows = base.execute(
        "SELECT o.doc FROM documents d JOIN documents o ON o.sha256 = d.sha256 AND o.doc != d.doc "
        "WHERE d.doc = ? ORDER BY o.doc LIMIT ?",
        (doc, _SAME),
    )
    return [row["doc"] for row in rows]


def _sketch(shingles: NDArray[np.uint64]) -> list[int]:
    """Return those of a text's hashes, which ascend, that are kept, as SQLite holds them."""
    divisible = shingles[shingles % np.uint64(_MODULUS) == 0]
    kept = np.union1d(divisible[:_MOST], shingles[:_SMALLEST])
    return [int(value) for value in kept.view(np.int64)]
