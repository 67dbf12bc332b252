from __future__ import annotations

import numpy as np
import pytest

from nhsa_nlp.evaluation.curves import (
    expected_calibration_error,
    reliability_bins,
    risk_coverage,
    surer_half_accuracy,
)

CLASSES = ("a", "b")
TRUTH = ["a", "b", "a", "a"]
P = np.array([[0.95, 0.05], [0.1, 0.9], [0.3, 0.7], [0.55, 0.45]])  # the third is wrong


def test_the_risk_grows_where_a_less_confident_answer_is_wrong() -> None:
    assert risk_coverage(TRUTH, P, CLASSES, points=4) == [
        {"coverage": 0.25, "error": 0.0},
        {"coverage": 0.5, "error": 0.0},
        {"coverage": 0.75, "error": pytest.approx(1 / 3)},
        {"coverage": 1.0, "error": 0.25},
    ]


def test_no_more_points_than_documents_and_the_last_is_all_of_them() -> None:
    found = risk_coverage(TRUTH, P, CLASSES, points=100)
    assert len(found) == 4
    assert found[-1]["coverage"] == 1


def test_the_surer_half_is_what_counts() -> None:
    probabilities = [[0.9, 0.1], [0.45, 0.55], [0.6, 0.4], [0.8, 0.2]]
    assert surer_half_accuracy(["a", "a", "b", "a"], probabilities, CLASSES) == 1
    assert surer_half_accuracy(["a", "b", "b", "b"], probabilities, CLASSES) == 0.5
    assert surer_half_accuracy(["a"], [[0.6, 0.4]], CLASSES) == 1


def test_the_bins_tell_confidence_and_accuracy() -> None:
    bins = reliability_bins(TRUTH, P, CLASSES)
    assert [b["count"] for b in bins] == [0, 0, 0, 0, 0, 1, 0, 1, 0, 2]
    assert bins[9]["confidence"] == pytest.approx(0.925)
    assert bins[9]["accuracy"] == 1
    assert bins[7]["accuracy"] == 0
    assert bins[0]["confidence"] is None


def test_calibration_error_of_known_bins() -> None:
    probabilities = [[0.9, 0.1]] * 4 + [[0.4, 0.6]] * 2
    truth = ["a", "a", "a", "b", "b", "b"]
    # 0.9 confident, 0.75 right (4 of 6); 0.6 confident, all right (2 of 6)
    expected = 4 / 6 * 0.15 + 2 / 6 * 0.4
    bins = reliability_bins(truth, probabilities, CLASSES)
    assert expected_calibration_error(bins) == pytest.approx(expected)


def test_calibrated_probabilities_have_no_error() -> None:
    truth = ["a"] * 7 + ["b"] * 3
    assert expected_calibration_error(reliability_bins(truth, [[0.7, 0.3]] * 10, CLASSES)) == pytest.approx(0)


def test_certainty_falls_into_the_last_bin() -> None:
    assert reliability_bins(["a"], [[1.0, 0.0]], CLASSES)[-1]["count"] == 1
