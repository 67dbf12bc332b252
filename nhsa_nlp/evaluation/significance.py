"""Whether two bundles differ, judged on the same held-out texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from nhsa_nlp.evaluation.held_out import Counted, EntityCounts, accuracy, entity_f1, macro_f1, samples

IndexArray = NDArray[np.int64]
_PERMUTATIONS = 2000


def compare_labels(
    truth: Sequence[str], first: Sequence[str], second: Sequence[str], *, seed: int = 0
) -> dict[str, Any]:
    """Compare the labels that two models gave to the same texts.

    Parameters
    ----------
    truth
        The right labels.
    first, second
        The labels given.
    seed
        Of the bootstrap and the permutations.

    Returns
    -------
    dict[str, Any]
        JSON values: ``exact`` and ``macro_f1``, each with both figures, the ``difference`` (second less
        first), its 95% paired bootstrap interval and a two-sided ``p``: for exact labels of McNemar's
        exact test (McNemar 1947) on ``only_first`` and ``only_second``, the numbers of texts that one
        alone labelled right; for macro-F1 of an approximate randomisation test (Noreen 1989).
    """
    names = sorted({*truth, *first, *second})
    column = {name: i for i, name in enumerate(names)}
    right, one, two = (np.array([column[n] for n in labels]) for labels in (truth, first, second))
    occurring = np.unique(right)
    counted = [Counted(right, answers, len(names)) for answers in (one, two)]

    def f1(answers: IndexArray) -> float:
        return macro_f1(Counted(right, answers, len(names)).confusion(), occurring)

    only = [int(np.count_nonzero((a == right) & (b != right))) for a, b in ((one, two), (two, one))]
    exact = _paired(lambda which, sample: accuracy(counted[which].confusion(sample)), len(truth), seed)
    macro = _paired(
        lambda which, sample: macro_f1(counted[which].confusion(sample), occurring), len(truth), seed
    )
    mcnemar = float(stats.binomtest(only[0], sum(only)).pvalue) if sum(only) else 1.0
    rng = np.random.default_rng(seed)

    def shuffled() -> float:
        swap = rng.random(len(right)) < 0.5
        return f1(np.where(swap, one, two)) - f1(np.where(swap, two, one))

    return {
        "documents": len(truth),
        "exact": {**exact, "only_first": only[0], "only_second": only[1], "p": mcnemar},
        "macro_f1": {**macro, "p": _randomisation(macro["difference"], shuffled)},
        "same_label": float((one == two).mean()),
    }


def compare_entities(
    first: Sequence[EntityCounts], second: Sequence[EntityCounts], *, seed: int = 0
) -> dict[str, Any]:
    """Compare the entities that two pipelines found in the same texts.

    Parameters
    ----------
    first, second
        What `nhsa_nlp.evaluation.held_out.count_entities` returned for each.
    seed
        Of the bootstrap and the permutations.

    Returns
    -------
    dict[str, Any]
        As `compare_labels`, for F1 over all labels; whole documents are resampled and swapped.
    """
    one, two = (
        np.array([np.sum([*document.values(), (0, 0, 0)], axis=0) for document in counts], dtype=np.int64)
        for counts in (first, second)
    )
    both = (one, two)
    f1 = _paired(lambda which, sample: entity_f1(both[which][sample]) or 0.0, len(one), seed)
    rng = np.random.default_rng(seed)

    def shuffled() -> float:
        swap = rng.random((len(one), 1)) < 0.5
        return (entity_f1(np.where(swap, one, two)) or 0.0) - (entity_f1(np.where(swap, two, one)) or 0.0)

    return {"documents": len(one), "f1": {**f1, "p": _randomisation(f1["difference"], shuffled)}}


def _paired(figure: Callable[[int, IndexArray], float], size: int, seed: int) -> dict[str, Any]:
    everything = np.arange(size)
    first, second = figure(0, everything), figure(1, everything)
    differences = [figure(1, sample) - figure(0, sample) for sample in samples(size, seed)]
    low, high = np.percentile(differences, [2.5, 97.5])
    return {
        "first": first,
        "second": second,
        "difference": second - first,
        "low": float(low),
        "high": float(high),
    }


def _randomisation(difference: float, shuffled: Callable[[], float]) -> float:
    """Return how often a difference at least as large comes from swapping answers at random."""
    extreme = sum(abs(shuffled()) >= abs(difference) - 1e-12 for _ in range(_PERMUTATIONS))
    return (extreme + 1) / (_PERMUTATIONS + 1)
