from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray

from nhsa_nlp.evaluation.bootstrap import Interval, format_interval, percentile_interval, samples

RNG = np.random.default_rng(0)


def interval_of_the_mean(values: NDArray[np.float64], groups: ArrayLike, resamples: int = 1000) -> Interval:
    drawn = (float(values[sample].mean()) for sample in samples(groups, resamples=resamples))
    return percentile_interval(float(values.mean()), drawn)


def test_interval_of_a_mean() -> None:
    values = RNG.normal(5, 1, 400)
    found = interval_of_the_mean(values, range(400))
    assert found["value"] == pytest.approx(values.mean())
    assert found["low"] == pytest.approx(values.mean() - 1.96 * values.std() / 20, abs=0.02)
    assert found["high"] == pytest.approx(values.mean() + 1.96 * values.std() / 20, abs=0.02)


def test_groups_are_drawn_whole() -> None:
    groups = [7, 7, 3, 5, 7]
    for sample in samples(groups, resamples=50):
        counts = np.bincount(sample, minlength=5)
        assert counts[0] == counts[1] == counts[4]
        assert counts[0] + counts[2] + counts[3] == 3


def test_intervals_over_groups_hold_the_truth_as_often_as_they_say() -> None:
    """Of 30 groups of four answers that are the same, intervals over single answers are half as wide."""
    held = {"groups": 0, "answers": 0}
    for _ in range(300):
        values = np.repeat(RNG.normal(size=30), 4)
        units = {"groups": np.repeat(np.arange(30), 4), "answers": np.arange(120)}
        for name, groups in units.items():
            found = interval_of_the_mean(values, groups, resamples=200)
            assert found["low"] is not None
            assert found["high"] is not None
            held[name] += found["low"] <= 0 <= found["high"]
    assert held["groups"] > 0.88 * 300
    assert held["answers"] < 0.8 * 300


def test_the_same_seed_draws_the_same() -> None:
    first, again, other = (np.concatenate(list(samples(range(9), seed))) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_what_is_not_defined_has_no_interval() -> None:
    nothing: Interval = {"value": None, "low": None, "high": None}
    assert percentile_interval(float("nan"), [float("nan"), None]) == nothing
    assert format_interval(nothing) == "–"


def test_one_group_says_nothing_of_others() -> None:
    found = interval_of_the_mean(np.full(3, 3.0), [0, 0, 0])
    assert found == {"value": 3.0, "low": None, "high": None}
    assert format_interval(found) == "3.000"
