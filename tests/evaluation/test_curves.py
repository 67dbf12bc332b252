import numpy as np
import pytest

from nhsa_nlp.evaluation.curves import confusion_matrix, reliability_bins, risk_coverage
from nhsa_nlp.evaluation.metrics import expected_calibration_error

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


def test_the_bins_tell_confidence_and_accuracy() -> None:
    bins = reliability_bins(TRUTH, P, CLASSES)
    assert [b["count"] for b in bins] == [0, 0, 0, 0, 0, 1, 0, 1, 0, 2]
    assert bins[9]["confidence"] == pytest.approx(0.925)
    assert bins[9]["accuracy"] == 1
    assert bins[7]["accuracy"] == 0
    assert bins[0]["confidence"] is None


def test_the_bins_add_up_to_the_calibration_error() -> None:
    rng = np.random.default_rng(0)
    p = rng.dirichlet([1, 1], 200)
    truth = [CLASSES[i] for i in rng.integers(0, 2, 200)]
    gap = sum(
        b["count"] * abs((b["confidence"] or 0) - (b["accuracy"] or 0))
        for b in reliability_bins(truth, p, CLASSES)
        if b["count"]
    )
    assert gap / 200 == pytest.approx(expected_calibration_error(truth, p, CLASSES))


def test_certainty_falls_into_the_last_bin() -> None:
    assert reliability_bins(["a"], [[1.0, 0.0]], CLASSES)[-1]["count"] == 1


def test_rows_are_the_right_labels_and_columns_the_predicted() -> None:
    assert confusion_matrix(["a", "a", "b"], ["a", "b", "b"], CLASSES) == [[1, 1], [0, 1]]
