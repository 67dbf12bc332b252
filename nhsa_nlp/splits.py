"""Splits that do not leak: near-duplicates found, kept together, and labels spread evenly."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from nhsa_nlp.errors import InputError
from nhsa_nlp.translation import Message

IndexArray = NDArray[np.int64]

_SHINGLE = 8  # characters; long enough that set phrases of officialese do not count as copying
_NEIGHBOURS = 12  # how far apart in a posting list two documents may be to become a candidate
_HELD = 4_000_000  # shingles sorted at a time
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


def near_duplicate_groups(texts: Sequence[str], threshold: float = 0.5) -> IndexArray:
    """Group documents that share a good part of their text.

    Two documents are near-duplicates if the sets of their 8-character shingles (punctuation
    and spaces left out) overlap by ``threshold`` of the smaller set (containment, Broder 1997);
    groups are the connected components. Candidate pairs come from an inverted index and are then
    checked exactly, so dissimilar texts cost time in proportion to their length only. A shingle in
    many documents is tried between the nearest dozen in its list only: what is missed that way
    could only be a pair whose common text is common to many, differently composed documents.

    Returns
    -------
    IndexArray
        Shape (documents,): the group of each, numbered from 0 in order of first appearance.

    Raises
    ------
    ValueError
        If the threshold is not above 0 and at most 1.
    """
    from scipy import sparse

    pairs = [pair[:2] for pair in near_duplicate_pairs(texts, threshold)]
    one, other = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    graph = sparse.coo_array((np.ones(len(pairs)), (one, other)), shape=(len(texts), len(texts)))
    return np.asarray(sparse.csgraph.connected_components(graph, directed=False)[1], dtype=np.int64)


def joint_groups(texts: Sequence[str], groups: Sequence[Hashable] | None = None) -> IndexArray:
    """Group documents that are near-duplicates or of the same given group, or linked by such.

    Parameters
    ----------
    texts, groups
        Of each document; a group of None is no group. Near-duplicates only if no groups are given.

    Returns
    -------
    IndexArray
        As of `near_duplicate_groups`.
    """
    from scipy import sparse

    found = near_duplicate_groups(texts)
    if groups is None:
        return found
    names = {name: number for number, name in enumerate(dict.fromkeys(groups))}
    linked = [(int(own), names[name]) for own, name in zip(found, groups, strict=True) if name is not None]
    size = int(found.max(initial=-1)) + 1
    one, other = np.array(linked, dtype=np.int64).reshape(-1, 2).T
    graph = sparse.coo_array((np.ones(len(one)), (one, size + other)), shape=(size + len(names),) * 2)
    joined = sparse.csgraph.connected_components(graph, directed=False)[1][found]
    order = {group: number for number, group in enumerate(dict.fromkeys(joined.tolist()))}
    return np.array([order[group] for group in joined.tolist()], dtype=np.int64)


def content_order(*columns: Sequence[str | None]) -> list[int]:
    """Return the rows of a table in the order of what they contain.

    What is drawn at random from rows in this order, such as folds, is the same for any order of the rows.

    Parameters
    ----------
    columns
        Of equal length, those that decide first first; None comes before all else.
    """
    return sorted(range(len(columns[0])), key=lambda row: [column[row] or "" for column in columns])


def near_duplicate_pairs(texts: Sequence[str], threshold: float = 0.5) -> list[tuple[int, int, float]]:
    """Return the pairs that `near_duplicate_groups` rests on, those that share most first.

    Returns
    -------
    list[tuple[int, int, float]]
        The indices of two documents, the smaller first, and the share of the smaller set of shingles
        that is in the other too.

    Raises
    ------
    ValueError
        If the threshold is not above 0 and at most 1.
    """
    if not 0 < threshold <= 1:
        raise ValueError(f"threshold {threshold} is not in (0, 1]")
    sets = [shingle_set(text) for text in texts]
    found = [(*pair, containment(*(sets[index] for index in pair))) for pair in _candidates(sets, threshold)]
    return sorted((pair for pair in found if pair[2] >= threshold), key=lambda pair: (-pair[2], pair[:2]))


def share_in_common(one: str, other: str) -> float:
    """Return the share of the smaller set of shingles that is in the other text too."""
    return containment(shingle_set(one), shingle_set(other))


def containment(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> float:
    """Return the share of the smaller of two shingle sets that is in the larger; of an empty one it is 0."""
    small, large = sorted((one, other), key=len)
    if not len(small):
        return 0.0
    place = np.minimum(np.searchsorted(large, small), len(large) - 1)
    return int(np.count_nonzero(large[place] == small)) / len(small)


def letters(text: str) -> str:
    """Return the letters and digits of a text, what shingles are made of."""
    return "".join(filter(str.isalnum, text))


def shingles(run: str, width: int) -> NDArray[np.uint64]:
    """Return a hash of each of the runs of ``width`` characters in a string, in order."""
    codes = np.frombuffer(run.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    count = max(0, len(codes) - width + 1)
    hashes = np.zeros(count, dtype=np.uint64)
    for offset in range(width):  # arithmetic modulo 2**64 on purpose
        hashes = (hashes + codes[offset : offset + count] + np.uint64(1)) * _MULTIPLIER
        hashes ^= hashes >> np.uint64(29)
    return hashes


def shingle_set(text: str) -> NDArray[np.uint64]:
    """Return the sorted hashes of a text's shingles; a shorter text is one shingle."""
    run = letters(text)
    return np.unique(shingles(run, min(_SHINGLE, len(run)))) if run else np.zeros(0, dtype=np.uint64)


def _candidates(sets: list[NDArray[np.uint64]], threshold: float) -> list[tuple[int, int]]:
    """Return pairs that may overlap enough, the likeliest first."""
    sizes = np.array([len(s) for s in sets], dtype=np.int64)
    if not sizes.sum():
        return []
    codes: list[IndexArray] = []
    counts: list[IndexArray] = []
    parts = 1 + int(sizes.sum()) // _HELD
    edges = [np.uint64(part * (2**64 // parts)) for part in range(1, parts)]
    bounds = [[0, *np.searchsorted(own, edges), len(own)] for own in sets]
    for part in range(parts):  # all places of a shingle are in one of them
        pieces = [own[bound[part] : bound[part + 1]] for own, bound in zip(sets, bounds, strict=True)]
        for pairs, times in _neighbours(pieces):
            codes.append(pairs)
            counts.append(times)
    if not codes:
        return []
    pairs, inverse = np.unique(np.concatenate(codes), return_inverse=True)
    shared = np.bincount(inverse, weights=np.concatenate(counts))
    one, other = pairs // len(sets), pairs % len(sets)
    share = shared / np.minimum(sizes[one], sizes[other])
    # Long posting lists are undercounted, hence the generous margin.
    keep = np.flatnonzero(share >= threshold / 8)
    keep = keep[np.argsort(-share[keep], kind="stable")]
    return list(zip(one[keep].tolist(), other[keep].tolist(), strict=True))


def _neighbours(sets: list[NDArray[np.uint64]]) -> Iterator[tuple[IndexArray, IndexArray]]:
    """Yield codes of pairs that stand near each other in the list of a shingle, and in how many lists."""
    hashes = np.concatenate(sets)
    owners = np.repeat(np.arange(len(sets)), [len(own) for own in sets])
    order = np.lexsort((owners, hashes))
    hashes, owners = hashes[order], owners[order]
    run = np.cumsum(np.concatenate(([True], hashes[1:] != hashes[:-1]))[: len(hashes)])
    longest = int(np.bincount(run).max(initial=0))
    for step in range(1, min(_NEIGHBOURS + 1, longest)):
        same = run[step:] == run[:-step]
        pair = owners[:-step][same] * len(sets) + owners[step:][same]
        yield np.unique(pair, return_counts=True)


def stratified_folds(
    labels: Sequence[str],
    n_splits: int,
    seed: int,
    groups: Sequence[Hashable] | NDArray[np.int64] | None = None,
) -> list[tuple[IndexArray, IndexArray]]:
    """Split into folds with nearly equal shares of each label, groups kept whole.

    Labels rarer than ``n_splits`` are allowed: they are simply missing from some folds.

    Parameters
    ----------
    labels, groups
        Of each document; groups for instance from `near_duplicate_groups`.
    n_splits
        The number of folds.
    seed
        Decides the shuffle; another seed gives another split.

    Returns
    -------
    list[tuple[IndexArray, IndexArray]]
        For each fold the sorted indices to train on and to test on.

    Raises
    ------
    InputError
        If there are fewer than two folds, fewer documents or groups than folds, or lengths differ.
    """
    if n_splits < 2:
        raise InputError("{folds} folds: at least 2 are needed", folds=n_splits)
    group_of: Sequence[Hashable] = range(len(labels)) if groups is None else list(groups)
    if len(group_of) != len(labels):
        raise InputError("{labels} labels but {groups} groups", labels=len(labels), groups=len(group_of))
    members: dict[Hashable, list[int]] = {}
    for index, group in enumerate(group_of):
        members.setdefault(group, []).append(index)
    if len(members) < n_splits:
        many, k = len(members), n_splits
        raise InputError(
            Message(
                "{size} documents cannot be split into {folds} folds; ask for fewer folds", size=many, folds=k
            )
            if groups is None
            else Message(
                "{size} groups of near-duplicates cannot be split into {folds} folds; ask for fewer folds",
                size=many,
                folds=k,
            )
        )
    names = sorted(set(labels))
    column = {name: i for i, name in enumerate(names)}
    bundles = list(members.values())
    counts = np.zeros((len(bundles), len(names)))
    for row, bundle in enumerate(bundles):
        for index in bundle:
            counts[row, column[labels[index]]] += 1
    rng = np.random.default_rng(seed)
    total = counts.sum(axis=0)
    share = counts.sum(axis=1) / len(labels)
    # The largest groups first, then rare labels, where there is still room to balance them.
    rarity = (counts / total).max(axis=1)
    order = np.lexsort((rng.random(len(bundles)), -np.round(rarity, 9), -np.round(share, 9)))
    filled = np.zeros((n_splits, len(names)))
    size = np.zeros(n_splits)
    fold_of = np.empty(len(labels), dtype=np.int64)
    for row in order:
        # What the fold would hold of the labels this group brings, then how full it would be.
        burden = ((filled + counts[row]) / total) @ (counts[row] / counts[row].sum())
        fullness = (size + counts[row].sum()) / len(labels)
        target = int(np.lexsort((rng.random(n_splits), np.round(burden + fullness, 9)))[0])
        filled[target] += counts[row]
        size[target] += counts[row].sum()
        fold_of[bundles[row]] = target
    return [(np.flatnonzero(fold_of != fold), np.flatnonzero(fold_of == fold)) for fold in range(n_splits)]
