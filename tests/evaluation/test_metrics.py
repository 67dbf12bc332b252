import numpy as np
import pytest
from sklearn import metrics as reference

from nhsa_nlp.evaluation.metrics import (
    brier_score,
    confident_accuracy,
    exact_accuracy,
    expected_calibration_error,
    facet_accuracy,
    facet_report,
    log_loss,
    macro_f1,
    prf,
    spread,
)
from nhsa_nlp.topic.labels import LABELS

RNG = np.random.default_rng(0)
TRUTH = [LABELS[i] for i in RNG.integers(0, 6, 200)]
PROBABILITIES = RNG.dirichlet(np.ones(7), 200)
PREDICTED = [LABELS[i] for i in PROBABILITIES.argmax(axis=1)]
COLUMNS = [LABELS.index(label) for label in TRUTH]


def test_prf() -> None:
    assert prf(6, 2, 4) == {
        "tp": 6,
        "fp": 2,
        "fn": 4,
        "precision": 0.75,
        "recall": 0.6,
        "f1": pytest.approx(2 * 0.75 * 0.6 / 1.35),
    }


def test_prf_of_nothing_is_unknown() -> None:
    assert prf(0, 0, 0) == {"tp": 0, "fp": 0, "fn": 0, "precision": None, "recall": None, "f1": None}
    assert prf(0, 0, 3)["precision"] is None
    assert prf(0, 0, 3)["f1"] == 0


def test_prf_refuses_negative_counts() -> None:
    with pytest.raises(ValueError, match="negative"):
        prf(1, -1, 0)


def test_spread() -> None:
    assert spread([1.0, 2.0, 3.0]) == {"mean": 2.0, "std": 1.0, "min": 1.0, "max": 3.0}
    assert spread([0.5])["std"] == 0


def test_exact_and_facet_accuracy() -> None:
    truth, predicted = ["医保", "医疗x医保", "三联动"], ["医保", "医保", "医疗x医药"]
    assert exact_accuracy(truth, predicted) == pytest.approx(1 / 3)
    assert facet_accuracy(truth, predicted) == pytest.approx(7 / 9)


def test_accuracy_needs_equal_lengths() -> None:
    with pytest.raises(ValueError, match="shorter"):
        exact_accuracy(["医保", "医疗"], ["医保"])


def test_macro_f1_is_over_the_labels_of_the_truth() -> None:
    present = sorted(set(TRUTH))
    assert len(present) == 6
    expected = reference.f1_score(TRUTH, PREDICTED, labels=present, average="macro")
    assert macro_f1(TRUTH, PREDICTED) == pytest.approx(expected)


def test_log_loss_agrees_with_scikit_learn() -> None:
    expected = reference.log_loss(COLUMNS, PROBABILITIES, labels=range(7))
    assert log_loss(TRUTH, PROBABILITIES, LABELS) == pytest.approx(expected)


def test_log_loss_of_certain_errors_is_finite() -> None:
    assert log_loss(["a"], [[0.0, 1.0]], ["a", "b"]) == pytest.approx(-np.log(1e-15))


def test_brier_score() -> None:
    assert brier_score(["a"], [[1.0, 0.0]], ["a", "b"]) == 0
    assert brier_score(["b"], [[1.0, 0.0]], ["a", "b"]) == 2
    assert brier_score(["a"], [[0.7, 0.3]], ["a", "b"]) == pytest.approx(0.18)


def test_calibration_error_of_known_bins() -> None:
    probabilities = [[0.9, 0.1]] * 4 + [[0.4, 0.6]] * 2
    truth = ["a", "a", "a", "b", "b", "b"]
    # 0.9 confident, 0.75 right (4 of 6); 0.6 confident, all right (2 of 6)
    expected = 4 / 6 * 0.15 + 2 / 6 * 0.4
    assert expected_calibration_error(truth, probabilities, ["a", "b"]) == pytest.approx(expected)


def test_calibrated_probabilities_have_no_error() -> None:
    truth = ["a"] * 7 + ["b"] * 3
    assert expected_calibration_error(truth, [[0.7, 0.3]] * 10, ["a", "b"]) == pytest.approx(0)
    assert expected_calibration_error(["a"], [[1.0, 0.0]], ["a", "b"]) == 0


def test_confident_accuracy_takes_the_surest() -> None:
    probabilities = [[0.9, 0.1], [0.8, 0.2], [0.6, 0.4], [0.45, 0.55]]
    truth = ["a", "a", "b", "a"]
    assert confident_accuracy(truth, probabilities, ["a", "b"]) == 1
    assert confident_accuracy(truth, probabilities, ["a", "b"], 1.0) == 0.5


def test_labels_without_a_column_are_named() -> None:
    with pytest.raises(ValueError, match="labels without a column: c"):
        log_loss(["c"], [[1.0, 0.0]], ["a", "b"])


def test_facet_report() -> None:
    truth = ["医保"] * 6 + ["医疗x医保"] * 4
    predicted = ["医保"] * 5 + ["医疗x医保"] * 4 + ["医疗"]
    report = facet_report(truth, predicted, range(10))
    assert report["医保"]["support"] == 10
    assert report["医保"]["recall"]["value"] == pytest.approx(0.9)
    assert report["医疗"]["precision"]["value"] == pytest.approx(0.8)
    assert report["医疗"]["recall"]["value"] == 1
    low, high = report["医保"]["recall"]["low"], report["医保"]["recall"]["high"]
    assert low is not None
    assert high is not None
    assert 0.5 < low < 0.9 < high <= 1
    assert report["医药"] == {
        "support": 0,
        "precision": {"value": None, "low": None, "high": None},
        "recall": {"value": None, "low": None, "high": None},
        "f1": {"value": None, "low": None, "high": None},
    }
