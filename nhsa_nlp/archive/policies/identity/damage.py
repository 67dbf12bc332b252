"""Titles with a misread, lost or added character: finding them, and distinguishing them from others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from nhsa_nlp.text.segmenters import make_dictionary_segmenter

SHORTEST = 8  # characters of a name long enough to be recognised with one of them damaged
_LONG = 16  # … and with one damaged in a word that no dictionary has
_LONGEST = 200

_NUMERALS = frozenset("0123456789一二三四五六七八九十两")
_CONNECTIVES = frozenset("和与及等或")
# Characters that, as a word alone or with one other, distinguish two documents.
_TELLING = frozenset("新旧非省市县区国总副大小男女老幼上下前后内外不无未免双多单全再补中西公私市镇乡村")

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15 | 1)
_MODELS = 4  # names of a group of look-alikes that the others are compared with
_BATCH = 100_000  # names hashed at a time, to bound memory


def one_edit_apart(names: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of names that differ in one character: replaced, left out or added.

    Two such names have a name in common that each becomes by leaving out one character (or none),
    as in SymSpell's deletion neighbourhoods (Garbe, 2012). All of these are hashed and the hashes
    sorted, so time and memory grow with the number of characters, not with that of pairs.

    Parameters
    ----------
    names
        Different names, the most trusted first. Those shorter than `SHORTEST` are passed over.

    Yields
    ------
    (int, int)
        Indices of two names, the more trusted first; a pair may come twice, and rarely one that is
        further apart. Of many names that differ in the same place, only the pairs with one of the
        `_MODELS` most trusted come.
    """
    chosen = [i for i, name in enumerate(names) if SHORTEST <= len(name) <= _LONGEST]
    if len(chosen) < 2:
        return
    hashes: list[npt.NDArray[np.uint64]] = []
    owners: list[npt.NDArray[np.int32]] = []
    for start in range(0, len(chosen), _BATCH):
        batch = chosen[start : start + _BATCH]
        by_length: dict[int, list[int]] = {}
        for index in batch:
            by_length.setdefault(len(names[index]), []).append(index)
        for length, indices in by_length.items():
            variants = _deletion_hashes([names[i] for i in indices], length)
            hashes.append(variants.ravel())
            owners.append(np.repeat(np.asarray(indices, dtype=np.int32), length + 1))
    every, owner = np.concatenate(hashes), np.concatenate(owners)
    del hashes, owners
    order = np.argsort(every, kind="stable")
    every, owner = every[order], owner[order]
    first = np.flatnonzero(np.concatenate(([True], every[1:] != every[:-1])))
    sizes = np.diff(np.concatenate((first, [len(every)])))
    for begin, size in zip(first[sizes > 1].tolist(), sizes[sizes > 1].tolist(), strict=True):
        group = sorted(set(owner[begin : begin + size].tolist()))
        for place, model in enumerate(group[:_MODELS]):
            for other in group[place + 1 :]:
                yield model, other


def _deletion_hashes(names: list[str], length: int) -> npt.NDArray[np.uint64]:
    """Return the hashes of each name with each character left out, and whole: one row a name."""
    codes = np.frombuffer("".join(names).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    codes = codes.reshape(len(names), length).astype(np.uint64)
    codes = (codes + np.uint64(1)) * np.uint64(0xBF58476D1CE4E5B9)
    codes ^= codes >> np.uint64(29)
    powers = np.full(length, _MULTIPLIER, dtype=np.uint64)
    powers[0] = 1
    powers = np.cumprod(powers, dtype=np.uint64)
    left = np.zeros((len(names), length + 1), dtype=np.uint64)  # sums of the characters before i
    left[:, 1:] = np.cumsum(codes * powers, axis=1, dtype=np.uint64)
    shifted = np.zeros_like(left)  # the same sums with every character one place further to the left
    shifted[:, 2:] = np.cumsum(codes[:, 1:] * powers[: length - 1], axis=1, dtype=np.uint64)
    result = np.empty((len(names), length + 1), dtype=np.uint64)
    result[:, :length] = left[:, :length] + (shifted[:, length:] - shifted[:, 1:])
    result[:, length] = left[:, length]
    return result


def is_damage(one: str, other: str) -> bool:
    """Tell whether two names are one, in one of which a single character was misread, lost or added.

    Real titles differ by words (省内 and 跨省, 加强 and 加快), damage leaves what is not a word (医疔):
    if both names read well where they differ, they are two. Different numbers are never damage.
    """
    short, long = sorted((one, other), key=len)
    if len(long) < SHORTEST or len(long) - len(short) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    same_length = len(short) == len(long)
    if short == long or short[at + same_length :] != long[at + 1 :]:
        return False
    return (_is_misread if same_length else _is_lost_or_added)(short, long, at)


def _is_misread(one: str, other: str, at: int) -> bool:
    pair = {one[at], other[at]}
    if pair <= _CONNECTIVES:
        return True
    if pair <= _NUMERALS or any(char.isascii() for char in pair):
        return False
    readable = _reads_well(one, at), _reads_well(other, at)
    if all(readable) or _is_telling(one, at) or _is_telling(other, at):
        return False
    return any(readable) or len(one) >= _LONG


def _is_lost_or_added(short: str, long: str, at: int) -> bool:
    char = long[at]
    if char in _CONNECTIVES:
        return True
    if char in _NUMERALS or char.isascii():
        return False
    whole = all(_reads_well(short, i) for i in (at - 1, at) if 0 <= i < len(short))
    if not whole:
        return _reads_well(long, at) or len(long) >= _LONG
    return not _reads_well(long, at) and char not in _TELLING


def _is_telling(name: str, at: int) -> bool:
    """Tell whether a character distinguishes names: the 中 of 中药 does, that of 集中采购 does not."""
    start, end = _words(name)[at]
    return name[at] in _TELLING and end - start <= 2


def _reads_well(name: str, at: int) -> bool:
    """Tell whether a character stands in a word of two or more characters, or joins two."""
    start, end = _words(name)[at]
    return end - start > 1 or name[at] in _CONNECTIVES


@lru_cache(maxsize=4096)
def _words(name: str) -> tuple[tuple[int, int], ...]:
    """Return for each character the half-open range of the dictionary word it stands in."""
    ranges: list[tuple[int, int]] = []
    for word in make_dictionary_segmenter().cut(name, new_words=False):
        ranges += [(len(ranges), len(ranges) + len(word))] * len(word)
    return tuple(ranges)


def words(name: str) -> list[str]:
    """Return the dictionary words of a name, in order."""
    return [name[start:end] for start, end in dict.fromkeys(_words(name))]
