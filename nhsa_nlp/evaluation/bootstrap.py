"""Bootstrap intervals (Efron 1979) of figures over texts of which some are near-duplicates.

Near-duplicates are answered alike, so they say less than as many independent texts. Whole groups of them
are therefore drawn together (cluster bootstrap, Field and Welsh 2007); so are the answers that repeats of a
cross-validation gave to one text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypedDict

import numpy as np
from numpy.typing import ArrayLike, NDArray

IndexArray = NDArray[np.int64]

INTERVALS = "95% bootstrap intervals over groups of near-duplicates"
"""What a report says of the intervals."""

_RESAMPLES = 1000
_BOUNDS = (2.5, 97.5)


class Interval(TypedDict):
    """A figure and its 95% bootstrap interval; None where it is not defined."""

    value: float | None
    low: float | None
    high: float | None


def samples(groups: ArrayLike, seed: int = 0, resamples: int = _RESAMPLES) -> Iterator[IndexArray]:
    """Yield bootstrap samples of answers, groups drawn with replacement; the same for the same seed.

    Parameters
    ----------
    groups
        Shape (answers,): the group of each answer, for instance from
        `nhsa_nlp.splits.near_duplicate_groups`.

    Yields
    ------
    IndexArray
        The positions of the answers in the groups drawn, as often as each was drawn. Nothing is yielded
        for fewer than two groups, of which no draw differs from another.
    """
    number = np.unique(np.asarray(groups), return_inverse=True)[1]
    size = int(number.max(initial=-1)) + 1
    rng = np.random.default_rng(seed)
    positions = np.arange(len(number))
    for _ in range(resamples if size > 1 else 0):
        drawn = np.bincount(rng.integers(0, size, size), minlength=size)
        yield np.repeat(positions, drawn[number])


def percentile_interval(value: float | None, draws: Iterable[float | None]) -> Interval:
    """Return a figure with the 95% percentile interval of its bootstrap draws.

    Draws in which the figure is not defined (None or not finite) are left out.
    """
    drawn = np.array([draw for draw in draws if draw is not None], dtype=np.float64)
    defined = drawn[np.isfinite(drawn)]
    low, high = map(float, np.percentile(defined, _BOUNDS)) if len(defined) else (None, None)
    known = None if value is None or not np.isfinite(value) else float(value)
    return {"value": known, "low": low, "high": high}


def format_interval(figure: Interval | float | None) -> str:
    """Return a figure, with its interval if it has one, as far as they are defined."""
    value, low, high = (
        (figure["value"], figure["low"], figure["high"]) if isinstance(figure, dict) else (figure, None, None)
    )
    if value is None:
        return "–"
    rounded = f"{round(value, 3) + 0.0:.3f}"  # never -0.000
    return rounded if low is None or high is None else f"{rounded} [{low:.3f}, {high:.3f}]"
