"""Near-duplicates among the documents of a desk, found as each comes in.

Of a document some of the hashes of its shingles are kept: those divisible by a number, and the smallest
ones, so that a short text has some too (sampling modulo m, and min-wise; Broder 1997). Documents that
have such hashes in common are then compared exactly.
"""

from __future__ import annotations

import sqlite3
from collections import Counter

import numpy as np
from numpy.typing import NDArray

from nhsa_nlp.splits import containment, shingle_set

NEAR_DUPLICATE = 0.5
"""The share of the shorter text that the longer has too, from which two are twins."""

_MODULUS = 32
_SMALLEST = 16
_MOST = 400  # hashes kept of a long text
_POSTINGS = 200  # documents; a hash in more is of a set phrase
_TRIED = 12  # candidates compared exactly
_LEAST = 3  # hashes in common, of a text that has as many; a single one is a sentence


def find_twins(base: sqlite3.Connection, doc: int, text: str) -> list[tuple[int, float]]:
    """Keep the sketch of a new document, and return its near-duplicates among the earlier ones.

    Returns
    -------
    list[tuple[int, float]]
        Their numbers and the shares in common, the largest first; they are kept as twins, too.
    """
    shingles = shingle_set(text)
    hashes = _sketch(shingles)
    shared: Counter[int] = Counter()
    for value in hashes:
        rows = base.execute("SELECT doc FROM sketches WHERE hash = ? LIMIT ?", (value, _POSTINGS)).fetchall()
        if len(rows) < _POSTINGS:
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


def _sketch(shingles: NDArray[np.uint64]) -> list[int]:
    """Return those of a text's hashes, which ascend, that are kept, as SQLite holds them."""
    divisible = shingles[shingles % np.uint64(_MODULUS) == 0]
    kept = np.union1d(divisible[:_MOST], shingles[:_SMALLEST])
    return [int(value) for value in kept.view(np.int64)]
