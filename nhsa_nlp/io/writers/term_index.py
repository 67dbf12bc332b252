"""The index of an archive by which precedents are ranked: which texts hold which pairs of characters.

A term is a pair of neighbouring Chinese characters, or a word of Latin letters. Its postings, the texts
that hold it and how often, are one value, so that a query reads one row a term. They are gathered in
sorted runs beside the database, in constant memory, and merged at the end.
"""

from __future__ import annotations

import re
import sqlite3
import zlib
from array import array
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from nhsa_nlp.io.writers.search_tokens import folded

TABLES = """
CREATE TABLE terms (term INTEGER PRIMARY KEY, texts INTEGER NOT NULL, postings BLOB NOT NULL);
CREATE TABLE term_lengths (first INTEGER PRIMARY KEY, lengths BLOB NOT NULL);
"""

Codes = NDArray[np.int64]
Counts = tuple[Codes, NDArray[np.int64]]
Postings = tuple[NDArray[np.int64], NDArray[np.int64]]

_HELD = 1_000_000

_LATIN = re.compile("[a-z]{2,}")
_WORD = 1 << 40  # tells the code of a word from that of a pair
_LENGTHS = 100_000  # texts a row
_BLOCK = 1 << 16


def term_counts(text: str) -> Counts:
    """Return the terms of a text, as sorted codes, and how often each occurs."""
    return _count(folded(text), 1)


def token_counts(tokens: str) -> Counts:
    """Return the same of the tokens of a text, as `nhsa_nlp.io.writers.search_tokens.index_text` makes them.

    One space is between neighbours, more where something else was.
    """
    return _count(tokens, 2)


def _count(text: str, step: int) -> Counts:
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.int64)
    han = (points >= 0x3400) & (points <= 0x9FFF) | (points >= 0x20000) & (points <= 0x3FFFF)
    near = han[:-step] & han[step:]
    if step > 1:
        near &= points[1:-1] == ord(" ")
    pairs = (points[:-step] << 18 | points[step:])[near]
    words = [_WORD | zlib.crc32(word.encode()) for word in _LATIN.findall(text)]
    if words:
        pairs = np.concatenate([pairs, np.array(words, dtype=np.int64)])
    codes, counts = np.unique(pairs, return_counts=True)
    return codes, counts


def encode_postings(numbers: NDArray[np.int64], counts: NDArray[np.int64]) -> bytes:
    """Return ascending numbers of texts, and how often (at most 255) a term occurs in each, as bytes."""
    blocks, sizes = np.unique(numbers >> 16, return_counts=True)
    head = np.concatenate([[len(blocks)], blocks, sizes]).astype("<u4")
    low, often = (numbers & (_BLOCK - 1)).astype("<u2"), counts.astype("u1")
    return head.tobytes() + low.tobytes() + often.tobytes()


def decode_postings(data: bytes) -> Postings:
    """Return what `encode_postings` was given.

    Raises
    ------
    ValueError
        If these are not such bytes.
    """
    (count,) = np.frombuffer(data, "<u4", 1)
    blocks, sizes = np.frombuffer(data, "<u4", 2 * int(count), 4).astype(np.int64).reshape(2, -1)
    start, size = 4 + 8 * int(count), int(sizes.sum())
    low = np.frombuffer(data, "<u2", size, start).astype(np.int64)
    often = np.frombuffer(data, "u1", size, start + 2 * size).astype(np.int64)
    return np.repeat(blocks << 16, sizes) + low, often


class TermIndex:
    """Gathers the terms of texts, and writes the tables of the index at the end.

    Parameters
    ----------
    folder
        Where the sorted runs wait, in files that nobody else sees.
    held
        How many postings are in memory at a time, at most.
    """

    def __init__(self, folder: Path, held: int = _HELD):
        self._folder = TemporaryDirectory(dir=folder, prefix=".terms-")
        self._runs: list[_Run] = []
        self._most = held
        self._terms: list[Codes] = []
        self._counts: list[NDArray[np.int64]] = []
        self._docs: list[int] = []
        self._held = 0
        self._numbers, self._lengths = array("q"), array("q")

    def __enter__(self) -> TermIndex:
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    def add(self, number: int, tokens: str) -> None:
        """Add a text by its tokens, as `nhsa_nlp.io.writers.search_tokens.index_text` makes them.

        Numbers ascend.
        """
        codes, counts = token_counts(tokens)
        self._numbers.append(number)
        self._lengths.append(int(counts.sum()))
        self._terms.append(codes)
        self._counts.append(counts)
        self._docs.append(number)
        self._held += len(codes)
        if self._held >= self._most:
            self._spill()

    def finish(self, base: sqlite3.Connection) -> None:
        """Write the tables."""
        self._spill()
        last = self._numbers[-1] if self._numbers else 0
        lengths = np.zeros(last + 1, dtype="<u4")
        lengths[np.array(self._numbers, dtype=np.int64)] = np.array(self._lengths)
        rows = (
            (first, lengths[first : first + _LENGTHS].tobytes()) for first in range(0, last + 1, _LENGTHS)
        )
        base.executemany("INSERT INTO term_lengths VALUES (?, ?)", rows)
        runs = self._runs
        share = max(self._most // max(len(runs), 1), 1)
        while any(run.left for run in runs):
            windows = [run.terms(share + 1) for run in runs]
            # Terms below the smallest of those that are a share further are complete, and not too many.
            until = min((int(window[share]) for window in windows if len(window) > share), default=None)
            sizes = [len(window) if until is None else np.searchsorted(window, until) for window in windows]
            if until is not None and not any(sizes):  # a term that alone has more than a share
                sizes = [np.searchsorted(run.terms(run.left), until, side="right") for run in runs]
            pieces = [run.take(int(size)) for run, size in zip(runs, sizes, strict=True)]
            self._insert(base, np.concatenate(pieces, axis=1))

    def _spill(self) -> None:
        if not self._docs:
            return
        sizes = [len(codes) for codes in self._terms]
        terms = np.concatenate(self._terms)
        order = np.argsort(terms, kind="stable")
        postings = np.repeat(self._docs, sizes) << 8 | np.minimum(np.concatenate(self._counts), 255)
        path = Path(self._folder.name) / str(len(self._runs))
        self._runs.append(_Run(path, terms[order], postings[order]))
        self._terms, self._counts, self._docs, self._held = [], [], [], 0

    @staticmethod
    def _insert(base: sqlite3.Connection, postings: NDArray[np.int64]) -> None:
        """Insert the rows of terms whose postings are complete."""
        terms, packed = postings[:, np.argsort(postings[0], kind="stable")]
        numbers, counts = packed >> 8, packed & 255
        codes, starts = np.unique(terms, return_index=True)
        ends = np.append(starts[1:], len(terms))
        base.executemany(
            "INSERT INTO terms VALUES (?, ?, ?)",
            (
                (code, end - start, encode_postings(numbers[start:end], counts[start:end]))
                for code, start, end in zip(codes.tolist(), starts.tolist(), ends.tolist(), strict=True)
            ),
        )


class _Run:
    """Terms in order and their packed postings, in a file that is read from its beginning to its end."""

    def __init__(self, path: Path, terms: Codes, postings: NDArray[np.int64]):
        self._path, self._size, self._at = path, len(terms), 0
        with path.open("wb") as file:
            file.write(terms.tobytes())
            file.write(postings.tobytes())

    @property
    def left(self) -> int:
        """How many postings have not been taken."""
        return self._size - self._at

    def terms(self, count: int) -> Codes:
        """Return the terms of the next postings."""
        return self._read(self._at, min(count, self.left))

    def take(self, count: int) -> NDArray[np.int64]:
        """Return the next terms and their postings, as two rows, and go on behind them."""
        found = np.stack([self._read(self._at, count), self._read(self._size + self._at, count)])
        self._at += count
        return found

    def _read(self, start: int, count: int) -> NDArray[np.int64]:
        return np.fromfile(self._path, np.int64, count, offset=8 * start)
