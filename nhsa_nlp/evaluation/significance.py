"""Whether two bundles differ, judged on the same held-out texts.

Near-duplicates are answered alike by either bundle, so all resampling, swapping and counting is of whole
groups of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from nhsa_nlp.evaluation.bootstrap import percentile_interval, samples
from nhsa_nlp.evaluation.entities import EntityCounts, counts_matrix
from nhsa_nlp.evaluation.held_out import confusion_counts, entity_f1, macro_f1

IndexArray = NDArray[np.int64]
Figure = Callable[[IndexArray], float]
"""Of the answers to some texts, of which the first axis is the texts."""

_PERMUTATIONS = 2000


class _Measured(TypedDict):
    first: float
    second: float
    difference: float
    low: float | None
    high: float | None


class Difference(_Measured):
    """A figure of two models, how far the second is ahead with its 95% interval, and a two-sided p."""

    p: float


class ExactDifference(Difference):
    """The same of exact labels, and how many texts only one of the models labelled right."""

    only_first: int
    only_second: int


class LabelComparison(TypedDict):
    """What `compare_labels` found."""

    documents: int
    exact: ExactDifference
    macro_f1: Difference
    same_label: float


class EntityComparison(TypedDict):
    """What `compare_entities` found."""

    documents: int
    f1: Difference


def compare_labels(
    truth: Sequence[str], first: Sequence[str], second: Sequence[str], groups: IndexArray, *, seed: int = 0
) -> LabelComparison:
    """Compare the labels that two models gave to the same texts.

    Parameters
    ----------
    truth, first, second
        The right labels, and those of each model.
    groups
        Shape (texts,): the group of near-duplicates of each text.

    Returns
    -------
    LabelComparison
        JSON values: ``exact`` and ``macro_f1``, each with both figures, the ``difference`` (second less
        first), its 95% paired bootstrap interval (None with a single group) and a two-sided ``p``: for
        exact labels of `sign_flip_test` on how many texts of each group the second alone labelled right,
        less those the first alone did (``only_first`` and ``only_second`` are the numbers of such texts);
        for macro-F1 of an approximate randomisation test (Noreen 1989).
    """
    names = sorted({*truth, *first, *second})
    column = {name: i for i, name in enumerate(names)}
    right, one, two = (np.array([column[n] for n in labels]) for labels in (truth, first, second))
    codes = right * len(names) + one, right * len(names) + two
    hits = (one == right).astype(np.int64), (two == right).astype(np.int64)
    gained = hits[1] - hits[0]
    by_group = np.bincount(np.unique(groups, return_inverse=True)[1], weights=gained)

    def macro(answers: IndexArray) -> float:
        return macro_f1(confusion_counts(answers, len(names)))

    return {
        "documents": len(truth),
        "exact": {
            **_difference(lambda hits: float(hits.mean()), *hits, groups, seed),
            "only_first": int((gained < 0).sum()),
            "only_second": int((gained > 0).sum()),
            "p": sign_flip_test(by_group.astype(np.int64)),
        },
        "macro_f1": {
            **_difference(macro, *codes, groups, seed),
            "p": _randomisation(macro, *codes, groups, seed),
        },
        "same_label": float((one == two).mean()),
    }


def compare_entities(
    first: Sequence[EntityCounts], second: Sequence[EntityCounts], groups: IndexArray, *, seed: int = 0
) -> EntityComparison:
    """Compare the entities that two pipelines found in the same texts.

    Parameters
    ----------
    first, second
        What `nhsa_nlp.evaluation.entities.count_entities` returned for each.
    groups
        See `compare_labels`.

    Returns
    -------
    EntityComparison
        As `compare_labels`, for F1 over all labels.
    """
    one, two = counts_matrix(first), counts_matrix(second)

    def f1(counts: IndexArray) -> float:
        return entity_f1(counts) or 0.0

    p = _randomisation(f1, one, two, groups, seed)
    found: Difference = {**_difference(f1, one, two, groups, seed), "p": p}
    return {"documents": len(one), "f1": found}


def sign_flip_test(differences: IndexArray) -> float:
    """Return the exact two-sided p of a sum of differences if each could as well be the other way round.

    The exact form of the randomisation test (Fisher 1935), over all ways to flip the signs. Where all
    differences are 1, 0 or -1 it is McNemar's exact test (McNemar 1947).

    Parameters
    ----------
    differences
        Shape (groups,): whole numbers, of which none depends on another.
    """
    chances = np.ones(1)  # of the sums, from the smallest to the largest
    for size, count in sorted(Counter(np.abs(differences[differences != 0]).tolist()).items()):
        steps = np.zeros(2 * size * count + 1)
        steps[:: 2 * size] = stats.binom.pmf(np.arange(count + 1), count, 0.5)
        chances = np.convolve(chances, steps)
    largest = len(chances) // 2
    sums = np.abs(np.arange(-largest, largest + 1))
    return min(1.0, float(chances[sums >= abs(differences.sum())].sum()))


def _difference(figure: Figure, one: IndexArray, two: IndexArray, groups: IndexArray, seed: int) -> _Measured:
    first, second = figure(one), figure(two)
    drawn = (figure(two[sample]) - figure(one[sample]) for sample in samples(groups, seed))
    found = percentile_interval(second - first, drawn)
    return {
        "first": first,
        "second": second,
        "difference": second - first,
        "low": found["low"],
        "high": found["high"],
    }


def _randomisation(figure: Figure, one: IndexArray, two: IndexArray, groups: IndexArray, seed: int) -> float:
    """Return how often a difference at least as large comes from swapping answers at random."""
    group = np.unique(groups, return_inverse=True)[1]
    rng = np.random.default_rng(seed)
    least = abs(figure(two) - figure(one)) - 1e-12
    extreme = 0
    for _ in range(_PERMUTATIONS):
        swapped = (rng.random(group.max() + 1) < 0.5)[group]
        swap = swapped.reshape(-1, *[1] * (one.ndim - 1))
        extreme += abs(figure(np.where(swap, one, two)) - figure(np.where(swap, two, one))) >= least
    return (extreme + 1) / (_PERMUTATIONS + 1)
