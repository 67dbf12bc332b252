"""What two documents share, where it is in each, and what is new.

Passages are found by greedy string tiling (Wise 1993): the longest runs of letters that stand in both
texts, each place used once, wherever they are; runs that only small edits separate make a passage.
A number is the same only as a whole: 800 and 900 share nothing.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nhsa_nlp.arguments import check_text
from nhsa_nlp.io.document import Document
from nhsa_nlp.splits import shingles
from nhsa_nlp.text import CleanText, Range, clean
from nhsa_nlp.text.traditional import simplify

IndexArray = NDArray[np.int64]

_SEED = 6  # letters; what is shorter is not looked for
_PASSAGE = 16  # letters in common; less is a set phrase of officialese
_GAP = 12  # letters added, left out or changed between two runs of one passage
_TRIED = 64  # pairs of places of one seed; one in more is paired in order, once each
_OPEN = 4  # passages that a run may continue
_CLOSING = frozenset("。！？；，、：”’》）〕】…")
# What changes a number counts as a letter, and a number that differs is new as a whole.
_SIGNS = frozenset(".%‰")
_NUMERAL = frozenset("0123456789零〇一二两三四五六七八九十百千万亿") | _SIGNS

_Run = tuple[int, int, int]
"""Where a run of letters begins in the left and in the right text, and its length."""


@dataclass(frozen=True, slots=True)
class SharedPassage:
    """A passage that two texts share.

    Attributes
    ----------
    left, right
        Where it is: half-open ranges of the raw texts.
    identical
        Whether it is the same letter for letter: punctuation, spaces, page marks, width and script aside.
    moved
        Whether it stands elsewhere among the shared passages of the other text.
    """

    left: Range
    right: Range
    identical: bool
    moved: bool


@dataclass(frozen=True)
class Comparison:
    """What two texts share and what each has alone.

    Attributes
    ----------
    shared
        In the order of the left text.
    left_only, right_only
        Ranges of each raw text that have a letter or digit and are in no shared passage, or are what was
        added or changed within one that is not identical.
    left_share, right_share
        The share of each text's letters and digits that the other has, what was changed aside.
    """

    shared: tuple[SharedPassage, ...]
    left_only: tuple[Range, ...]
    right_only: tuple[Range, ...]
    left_share: float
    right_share: float


def compare(left: str, right: str) -> Comparison:
    """Find the passages that two texts share, also those that stand elsewhere, and what is new in each.

    A passage has at least 16 letters in common; up to 12 may be added, left out or changed between two runs
    of at least 6 that are the same, and is new in each. A number that differs is new as a whole. Neither page
    marks nor spaces, punctuation, width or script matter.

    Parameters
    ----------
    left, right
        Raw texts; all ranges are half-open code-point offsets into them.

    Examples
    --------
    >>> left = "建议将门诊慢特病纳入跨省异地就医直接结算范围。"
    >>> found = compare(left, "请将门诊慢特病纳入跨省异地就医直接结算。")
    >>> [left[slice(*passage.left)] for passage in found.shared]
    ['将门诊慢特病纳入跨省异地就医直接结算']

    Raises
    ------
    TypeError
        If one of them is no string.
    """
    check_text("left", left)
    check_text("right", right)
    one, other = _Letters(left), _Letters(right)
    chains = _disjoint(_chained(_tiles(one.text, other.text)))
    in_place = _in_place([runs[0][1] for runs in chains])
    shared = tuple(
        SharedPassage(
            one.raw(runs[0][0], runs[-1][0] + runs[-1][2]),
            other.raw(runs[0][1], runs[-1][1] + runs[-1][2]),
            identical=len(runs) == 1,
            moved=number not in in_place,
        )
        for number, runs in enumerate(chains)
    )
    runs = [run for chain in chains for run in chain]
    left_runs = [one.raw(i, i + length) for i, _, length in runs]
    right_runs = [other.raw(j, j + length) for _, j, length in runs]
    return Comparison(
        shared,
        one.outside(left_runs),
        other.outside(right_runs),
        one.share(left_runs),
        other.share(right_runs),
    )


def to_object(found: Comparison, left: Document, right: Document) -> dict[str, Any]:
    """Return the comparison of two documents as an object for JSON."""
    return {
        "left": {"id": left.id, "source": left.source, "share": round(found.left_share, 4)},
        "right": {"id": right.id, "source": right.source, "share": round(found.right_share, 4)},
        "shared": [
            {
                "left": passage_object(left.text, passage.left),
                "right": passage_object(right.text, passage.right),
                "identical": passage.identical,
                "moved": passage.moved,
            }
            for passage in found.shared
        ],
        "left_only": [passage_object(left.text, place) for place in found.left_only],
        "right_only": [passage_object(right.text, place) for place in found.right_only],
    }


def passage_object(text: str, place: Range) -> dict[str, Any]:
    """Return a passage of a raw text as an object for JSON."""
    start, end = place
    return {"start": start, "end": end, "text": text[start:end]}


class _Letters:
    """The letters and digits of a raw text, and where they are in it."""

    def __init__(self, raw: str):
        self._clean: CleanText = clean(raw)
        cleaned = simplify(self._clean.text)
        self._places = [
            place
            for place, char in enumerate(cleaned)
            if char.isalnum() or (char in _SIGNS and _is_of_number(cleaned, place))
        ]
        self.text = "".join(cleaned[place] for place in self._places)

    @cached_property
    def _raw_places(self) -> list[int]:
        kept = np.ones(len(self._clean.raw), dtype=np.bool_)
        for start, end in self._clean.deleted:
            kept[start:end] = False
        return list(np.flatnonzero(kept)[self._places].tolist())

    def raw(self, start: int, end: int) -> Range:
        """Return the raw range of some letters, with the punctuation that ends them."""
        text = self._clean.text
        first, last = self._places[start], self._places[end - 1] + 1
        while last < len(text) and text[last] in _CLOSING:
            last += 1
        return self._clean.to_raw(first, last)

    def outside(self, ranges: Sequence[Range]) -> tuple[Range, ...]:
        """Return the raw ranges from the first to the last letter of what lies between some."""
        ordered = sorted(ranges)
        starts, ends = (
            [0, *(end for _, end in ordered)],
            [*(start for start, _ in ordered), len(self._clean.raw)],
        )
        return tuple(self._trimmed(starts, ends))

    def share(self, ranges: Sequence[Range]) -> float:
        """Return the share of the letters that lies in some raw ranges."""
        return sum(len(self._between(*each)) for each in ranges) / max(1, len(self.text))

    def _trimmed(self, starts: Sequence[int], ends: Sequence[int]) -> Iterator[Range]:
        for start, end in zip(starts, ends, strict=True):
            inside = self._between(start, end)
            if inside:
                yield self.raw(inside.start, inside.stop)

    def _between(self, start: int, end: int) -> range:
        return range(bisect_left(self._raw_places, start), bisect_left(self._raw_places, end))


def _is_of_number(text: str, place: int) -> bool:
    """Return whether a sign is a decimal point, or says that a number is a share."""
    return text[place - 1 : place].isdecimal() and (
        text[place] != "." or text[place + 1 : place + 2].isdecimal()
    )


def _tiles(left: str, right: str) -> list[_Run]:
    """Return runs that both texts have, each letter in one at most: the longest are taken first."""
    free_left, free_right = np.ones(len(left), dtype=np.bool_), np.ones(len(right), dtype=np.bool_)
    starts, others, lengths = _common_runs(left, right)
    tiles = []
    order = np.lexsort((others, starts, -lengths))
    for i, j, length in zip(
        starts[order].tolist(), others[order].tolist(), lengths[order].tolist(), strict=True
    ):
        free = free_left[i : i + length] & free_right[j : j + length]
        start, size = (0, length) if free.all() else _longest(free)
        i, j = i + start, j + start
        if size >= _SEED and left[i : i + size] == right[j : j + size]:  # hashes may collide
            free_left[i : i + size] = free_right[j : j + size] = False
            tiles.append(_without_parts_of_numbers(left, right, (i, j, size)))
    return sorted(tile for tile in tiles if tile[2])


def _without_parts_of_numbers(left: str, right: str, run: _Run) -> _Run:
    """Return a run without what it has, at either end, of a number that goes on beyond it in either text."""
    i, j, size = run
    start, end = 0, size
    if not _NUMERAL.isdisjoint(left[i - 1 : i] + right[j - 1 : j]):
        while start < end and left[i + start] in _NUMERAL:
            start += 1
    if not _NUMERAL.isdisjoint(left[i + size : i + size + 1] + right[j + size : j + size + 1]):
        while start < end and left[i + end - 1] in _NUMERAL:
            end -= 1
    return i + start, j + start, end - start


def _common_runs(left: str, right: str) -> tuple[IndexArray, IndexArray, IndexArray]:
    """Return where runs of common seeds begin in either text, and how long they are, in letters."""
    i, j = _common_seeds(shingles(left, _SEED), shingles(right, _SEED))
    order = np.lexsort((i, j - i))
    i, j = i[order], j[order]
    begins = np.flatnonzero(np.concatenate(([True], (np.diff(j - i) != 0) | (np.diff(i) != 1)))[: len(i)])
    lengths = np.diff(np.append(begins, len(i))) + _SEED - 1
    return i[begins], j[begins], lengths


def _common_seeds(left: NDArray[np.uint64], right: NDArray[np.uint64]) -> tuple[IndexArray, IndexArray]:
    """Return the pairs of places of the hashes that both have."""
    by_left, by_right = np.argsort(left, kind="stable"), np.argsort(right, kind="stable")
    common = np.intersect1d(left, right)
    first, first_other = (
        np.searchsorted(hashes[order], common) for hashes, order in ((left, by_left), (right, by_right))
    )
    count, count_other = (
        np.searchsorted(hashes[order], common, "right") - begin
        for hashes, order, begin in ((left, by_left, first), (right, by_right, first_other))
    )
    few = count * count_other <= _TRIED
    pairs = np.where(few, count * count_other, np.minimum(count, count_other))
    seed = np.repeat(np.arange(len(common)), pairs)
    number = np.arange(len(seed)) - np.repeat(np.cumsum(pairs) - pairs, pairs)
    width = np.where(few, count_other, 1)[seed]
    step, other = number // width, np.where(few[seed], number % width, number)
    return by_left[first[seed] + step], by_right[first_other[seed] + other]


def _longest(free: NDArray[np.bool_]) -> tuple[int, int]:
    """Return start and length of the longest run of free places."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], free.view(np.int8), [0]))))
    if not len(edges):
        return 0, 0
    lengths = edges[1::2] - edges[::2]
    best = int(lengths.argmax())
    return int(edges[2 * best]), int(lengths[best])


def _chained(tiles: Sequence[_Run]) -> list[list[_Run]]:
    """Join runs that only small edits separate into passages; those too short for one are left out."""
    chains: list[list[_Run]] = []
    for tile in tiles:
        for chain in reversed(chains[-_OPEN:]):
            i, j, length = chain[-1]
            if 0 <= tile[0] - i - length <= _GAP and 0 <= tile[1] - j - length <= _GAP:
                chain.append(tile)
                break
        else:
            chains.append([tile])
    return [chain for chain in chains if _matched(chain) >= _PASSAGE]


def _matched(chain: Sequence[_Run]) -> int:
    return sum(length for _, _, length in chain)


def _disjoint(chains: Sequence[list[_Run]]) -> list[list[_Run]]:
    """Return passages that do not overlap in either text, the longest first chosen, in order."""
    taken: tuple[list[Range], list[Range]] = ([], [])
    kept = []
    for chain in sorted(chains, key=lambda chain: (-_matched(chain), chain[0])):
        ranges = [(chain[0][side], chain[-1][side] + chain[-1][2]) for side in (0, 1)]
        if all(_fits(side, new) for side, new in zip(taken, ranges, strict=True)):
            for side, new in zip(taken, ranges, strict=True):
                side.insert(bisect_left(side, new), new)
            kept.append(chain)
    return sorted(kept)


def _fits(taken: Sequence[Range], new: Range) -> bool:
    place = bisect_left(taken, new)
    return (not place or taken[place - 1][1] <= new[0]) and (place == len(taken) or new[1] <= taken[place][0])


def _in_place(starts: Sequence[int]) -> set[int]:
    """Return which numbers make up a longest increasing subsequence."""
    tails: list[int] = []  # the smallest last number of a subsequence of each length, and whose it is
    owners: list[int] = []
    before: list[int] = []
    for number, start in enumerate(starts):
        length = bisect_right(tails, start)
        before.append(owners[length - 1] if length else -1)
        tails[length : length + 1], owners[length : length + 1] = [start], [number]
    found = set()
    number = owners[-1] if owners else -1
    while number >= 0:
        found.add(number)
        number = before[number]
    return found
