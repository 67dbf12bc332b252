"""The index of an archive by which precedents are ranked: which texts hold which pairs of characters.

A term is a pair of neighbouring Chinese characters, or a word of Latin letters. Its postings, the texts
that hold it and how often, are one value, so that a query reads one row a term. They are gathered in
sorted runs beside the database, in constant memory, and merged at the end.

What is added to an archive later has higher numbers, and further rows (``term_additions``): the last one of
a term is filled first, so that an update rewrites little and a query reads few. The view ``postings`` has
all rows of a term; the sum of their ``texts`` is how many texts hold it that are not deleted.
"""

from __future__ import annotations

import sqlite3
import struct
import zlib
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nhsa_nlp.io.store.search_tokens import folded

TABLES = """
CREATE TABLE terms (term INTEGER PRIMARY KEY, texts INTEGER NOT NULL, postings BLOB NOT NULL);
CREATE TABLE term_additions (
    term INTEGER NOT NULL, first INTEGER NOT NULL, texts INTEGER NOT NULL, postings BLOB NOT NULL,
    PRIMARY KEY (term, first)) WITHOUT ROWID;
CREATE VIEW postings AS SELECT term, 0 AS first, texts, postings FROM terms
    UNION ALL SELECT term, first, texts, postings FROM term_additions;
CREATE TABLE term_lengths (first INTEGER PRIMARY KEY, lengths BLOB NOT NULL);
"""

Codes = NDArray[np.int64]
Counts = tuple[Codes, NDArray[np.int64]]
Postings = tuple[NDArray[np.int64], NDArray[np.int64]]

_HELD = 1_000_000

_TOGETHER = 100_000  # characters of texts whose terms are found at once
_LETTERS = 26
_WORD = 1 << 40  # tells the code of a word from that of a pair
_LOCAL = 23  # bits that are left beside a term, of 41, for which of the texts held has it
_LENGTHS = 100_000  # texts a row
_FILLED = 12_000  # bytes of a row of additions (some 4,000 postings), from which on the next is begun
_BLOCK = 1 << 16
_NONE = bytes(4)  # no postings
_HEAD = struct.Struct("<3I")  # of postings in one block: how many blocks, which, how many numbers


def term_counts(text: str) -> Counts:
    """Return the terms of a text, as sorted codes, and how often each occurs."""
    return _count(folded(text), 1)


def token_counts(tokens: str) -> Counts:
    """Return the same of the tokens of a text, as `nhsa_nlp.io.store.search_tokens.index_text` makes them.

    One space is between neighbours, more where something else was.
    """
    return _count(tokens, 2)


def find_terms(folded_text: str) -> tuple[Codes, NDArray[np.int64]]:
    """Return the terms of a text whose width and case are folded, and where each begins; in no order."""
    return _find(folded_text, 1)


def _count(text: str, step: int) -> Counts:
    codes, counts = np.unique(_find(text, step)[0], return_counts=True)
    return codes, counts


def _find(text: str, step: int) -> tuple[Codes, NDArray[np.int64]]:
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    han = (points >= 0x3400) & (points <= 0x9FFF) | (points >= 0x20000) & (points <= 0x3FFFF)
    near = han[:-step] & han[step:]
    if step > 1:
        near &= points[1:-1] == ord(" ")
    starts = np.flatnonzero(near)
    codes = points[starts].astype(np.int64) << 18 | points[starts + step]
    latin = points - np.uint32(ord("a")) < _LETTERS
    if (latin[:-1] & latin[1:]).any():  # of most texts a glance says that there are none
        padded = np.zeros(len(latin) + 2, np.bool_)
        padded[1:-1] = latin
        edges = np.flatnonzero(padded[1:] != padded[:-1]).reshape(-1, 2)
        words = edges[edges[:, 1] - edges[:, 0] > 1]
        found = [_WORD | zlib.crc32(text[start:end].encode()) for start, end in words.tolist()]
        codes = np.concatenate([codes, np.array(found, dtype=np.int64)])
        starts = np.concatenate([starts, words[:, 0]])
    return codes, starts


def _first_of_each(ordered: NDArray[Any]) -> NDArray[np.int64]:
    """Return where each of the distinct values begins, which are in order."""
    is_first = np.empty(len(ordered), dtype=np.bool_)
    is_first[:1] = True
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    return np.flatnonzero(is_first)


def encode_postings(numbers: NDArray[np.int64], counts: NDArray[np.int64]) -> bytes:
    """Return ascending numbers of texts, and how often (at most 255) a term occurs in each, as bytes."""
    blocks, sizes = np.unique(numbers >> 16, return_counts=True)
    head = np.concatenate([[len(blocks)], blocks, sizes]).astype("<u4")
    low, often = (numbers & (_BLOCK - 1)).astype("<u2"), counts.astype("u1")
    return head.tobytes() + low.tobytes() + often.tobytes()


def _joined(data: bytes, more: bytes) -> bytes:
    """Return encoded postings with others, of higher numbers, after them."""
    if data == _NONE:
        return more
    (one, block, size), (other, same, added) = _HEAD.unpack_from(data), _HEAD.unpack_from(more)
    if one == other == 1 and block == same:
        low, high = _HEAD.size + 2 * size, _HEAD.size + 2 * added
        head = _HEAD.pack(1, block, size + added)
        return b"".join((head, data[_HEAD.size : low], more[_HEAD.size : high], data[low:], more[high:]))
    parts = zip(decode_postings(data), decode_postings(more), strict=True)
    return encode_postings(*(np.concatenate(part) for part in parts))


def decode_postings(data: bytes) -> Postings:
    """Return what `encode_postings` was given.

    Raises
    ------
    ValueError
        If these are not such bytes.
    """
    parts = list(iterate_postings(data))
    numbers = [first + low.astype(np.int64) for first, low, _ in parts]
    counts = [often.astype(np.int64) for _, _, often in parts]
    none = np.zeros(0, dtype=np.int64)
    return np.concatenate([none, *numbers]), np.concatenate([none, *counts])


def iterate_postings(data: bytes) -> Iterator[tuple[int, NDArray[np.uint16], NDArray[np.uint8]]]:
    """Yield the same block by block, as it is stored: the first number, what to add to it, and how often.

    Raises
    ------
    ValueError
        If these are not such bytes.
    """
    (count,) = np.frombuffer(data, "<u4", 1).tolist()
    blocks, sizes = np.frombuffer(data, "<u4", 2 * count, 4).reshape(2, -1).tolist()
    start, size = 4 + 8 * count, sum(sizes)
    low, often = np.frombuffer(data, "<u2", size, start), np.frombuffer(data, "u1", size, start + 2 * size)
    at = 0
    for block, held in zip(blocks, sizes, strict=True):
        yield block << 16, low[at : at + held], often[at : at + held]
        at += held


class TermIndex:
    """Gathers the terms of texts, and writes the tables of the index at the end.

    Parameters
    ----------
    folder
        Where the sorted runs wait, in files that nobody else sees.
    held
        How many postings are in memory at a time, at most.
    prefix
        How the folder of these files is called, so that what a kill leaves of it is known.
    """

    def __init__(self, folder: Path, held: int = _HELD, *, prefix: str = ".terms-"):
        self._folder = TemporaryDirectory(dir=folder, prefix=prefix)
        self._runs: list[_Run] = []
        self._most = held
        self._texts: list[str] = []  # whose terms are not found yet
        self._characters = 0
        self._keys: list[NDArray[np.uint64]] = []  # terms, and which text since the last run each is in
        self._held = self._since = 0
        self._numbers, self._lengths = array("q"), array("q")

    def __enter__(self) -> TermIndex:
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    def add(self, number: int, tokens: str) -> None:
        """Add a text by its tokens, as `nhsa_nlp.io.store.search_tokens.index_text` makes them.

        Numbers ascend.
        """
        self._numbers.append(number)
        self._texts.append(tokens)
        self._characters += len(tokens) + 1
        if self._characters >= _TOGETHER:
            self._find_terms()

    def _find_terms(self) -> None:
        """Find the terms of the texts that wait: of several at once in a third of the time."""
        codes, starts = _find("\n".join(self._texts), 2)
        begins = np.cumsum([0, *(len(text) + 1 for text in self._texts[:-1])])
        which = np.searchsorted(begins, starts, side="right") - 1
        self._lengths.extend(np.bincount(which, minlength=len(begins)).tolist())
        self._keys.append(
            codes.astype(np.uint64) << np.uint64(_LOCAL) | (which + self._since).astype(np.uint64)
        )
        self._held += len(codes)
        self._since += len(begins)
        self._texts, self._characters = [], 0
        if self._held >= self._most or self._since >> (_LOCAL - 1):  # the next texts fit in as well
            self._spill()

    def finish(self, base: sqlite3.Connection) -> None:
        """Write the tables, or add to those that are there: all numbers are higher than those in them."""
        if self._texts:
            self._find_terms()
        self._spill()
        self._adds = base.execute("SELECT 1 FROM term_lengths LIMIT 1").fetchone() is not None
        self._write_lengths(base)
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

    def _write_lengths(self, base: sqlite3.Connection) -> None:
        if self._adds and not self._numbers:
            return
        numbers = np.array(self._numbers, dtype=np.int64)
        values = np.array(self._lengths, dtype="<u4")
        last = int(numbers[-1]) if len(numbers) else 0
        begin = int(numbers[0]) // _LENGTHS * _LENGTHS if self._adds else 0
        if self._adds:  # the row that was the last is the whole of its hundred thousand from now on
            begin = min(begin, base.execute("SELECT max(first) FROM term_lengths").fetchone()[0])
        for first in range(begin, last + 1, _LENGTHS):
            lengths = np.zeros(min(last + 1 - first, _LENGTHS), dtype="<u4")
            row = base.execute("SELECT lengths FROM term_lengths WHERE first = ?", (first,)).fetchone()
            if row is not None:
                old = np.frombuffer(row[0], "<u4")
                lengths[: len(old)] = old
            inside = (numbers >= first) & (numbers < first + _LENGTHS)
            lengths[numbers[inside] - first] = values[inside]
            base.execute("INSERT OR REPLACE INTO term_lengths VALUES (?, ?)", (first, lengths.tobytes()))

    def _spill(self) -> None:
        if not self._since:
            return
        # Numbers that hold a term and which text it is in: sorting these is several times as fast as
        # sorting the terms and taking everything else along.
        keys = np.concatenate(self._keys)
        keys.sort()
        starts = _first_of_each(keys)
        often = np.minimum(np.diff(starts, append=len(keys)), 255)
        keys = keys[starts]
        numbers = np.array(self._numbers[-self._since :], dtype=np.int64)[keys & np.uint64((1 << _LOCAL) - 1)]
        path = Path(self._folder.name) / str(len(self._runs))
        self._runs.append(_Run(path, (keys >> np.uint64(_LOCAL)).astype(np.int64), numbers << 8 | often))
        self._keys, self._held, self._since = [], 0, 0

    def _insert(self, base: sqlite3.Connection, postings: NDArray[np.int64]) -> None:
        """Insert the rows of terms whose postings are complete."""
        terms, packed = postings[:, np.argsort(postings[0], kind="stable")]
        numbers, counts = packed >> 8, packed & 255
        starts = _first_of_each(terms)
        codes, ends = terms[starts], np.append(starts[1:], len(terms))
        blocks, low, often = (
            numbers >> 16,
            (numbers & (_BLOCK - 1)).astype("<u2").tobytes(),
            counts.astype("u1"),
        )
        rows = zip(
            *(codes.tolist(), starts.tolist(), ends.tolist()),
            *(blocks[starts].tolist(), blocks[ends - 1].tolist()),
            strict=True,
        )

        def encoded() -> Iterator[tuple[int, int, bytes]]:
            for code, start, end, block, last in rows:
                if block == last:  # as most are: what `encode_postings` returns, without its overhead
                    head = _HEAD.pack(1, block, end - start)
                    yield code, end - start, head + low[2 * start : 2 * end] + often[start:end].tobytes()
                else:
                    yield code, end - start, encode_postings(numbers[start:end], counts[start:end])

        if not self._adds:
            base.executemany("INSERT INTO terms VALUES (?, ?, ?)", encoded())
            return
        for (code, added, data), first in zip(encoded(), numbers[starts].tolist(), strict=True):
            _add_postings(base, code, first, added, data)


def _add_postings(base: sqlite3.Connection, term: int, first: int, added: int, data: bytes) -> None:
    """Add postings to those of a term: to its last row of additions, or to a new one if that is full."""
    row = base.execute(
        "SELECT first, texts, postings FROM term_additions WHERE term = ? ORDER BY first DESC LIMIT 1",
        (term,),
    ).fetchone()
    if row is not None and len(row[2]) < _FILLED:
        base.execute(
            "UPDATE term_additions SET texts = ?, postings = ? WHERE term = ? AND first = ?",
            (row[1] + added, _joined(row[2], data), term, row[0]),
        )
    else:
        base.execute("INSERT INTO term_additions VALUES (?, ?, ?, ?)", (term, first, added, data))


class DroppedTerms:
    """Leaves texts out of the counts by which terms are weighted; their postings stay, to be passed over.

    The counts of additions are lowered, not those of the long rows of ``terms``, which would be rewritten.
    """

    def __init__(self, base: sqlite3.Connection):
        self._base = base
        self._codes: list[Codes] = []
        self._held = 0

    def add(self, tokens: str) -> None:
        """Leave a text out, by its tokens."""
        codes = token_counts(tokens)[0]
        self._codes.append(codes)
        self._held += len(codes)
        if self._held >= _HELD:
            self.finish()

    def finish(self) -> None:
        """Write the counts."""
        if not self._codes:
            return
        codes, often = np.unique(np.concatenate(self._codes), return_counts=True)
        for code, count in zip(codes.tolist(), often.tolist(), strict=True):
            changed = self._base.execute(
                "UPDATE term_additions SET texts = texts - ?2 WHERE term = ?1 AND first = "
                "(SELECT max(first) FROM term_additions WHERE term = ?1)",
                (code, count),
            ).rowcount
            if not changed:
                self._base.execute("INSERT INTO term_additions VALUES (?, 0, ?, ?)", (code, -count, _NONE))
        self._codes, self._held = [], 0


def clear_lengths(base: sqlite3.Connection, numbers: Sequence[int]) -> None:
    """Leave texts out of the mean length of texts."""
    dead = np.array(sorted(numbers), dtype=np.int64)
    for first in np.unique(dead // _LENGTHS * _LENGTHS).tolist():
        row = base.execute("SELECT lengths FROM term_lengths WHERE first = ?", (first,)).fetchone()
        if row is None:
            continue
        lengths = np.frombuffer(row[0], "<u4").copy()
        places = dead[dead // _LENGTHS * _LENGTHS == first] - first
        lengths[places[places < len(lengths)]] = 0
        base.execute("UPDATE term_lengths SET lengths = ? WHERE first = ?", (lengths.tobytes(), first))


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
