from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nhsa_nlp.evaluation.metrics import (
    facet_report,
    label_scores,
    prf,
    probability_scores,
    spread,
)

RNG = np.random.default_rng(0)


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
    found = label_scores(["医保", "医疗x医保", "三联动"], ["医保", "医保", "医疗x医药"])
    assert found["exact"] == pytest.approx(1 / 3)
    assert found["facets"] == pytest.approx(7 / 9)


def test_accuracy_needs_equal_lengths() -> None:
    with pytest.raises(ValueError, match="inconsistent"):
        label_scores(["医保", "医疗"], ["医保"])


def test_macro_f1_is_over_the_labels_of_the_truth() -> None:
    # 医保 is right once of twice, 医疗 never; 医药 does not count, although it was said.
    assert label_scores(["医保", "医保", "医疗"], ["医保", "医药", "医药"])["macro_f1"] == pytest.approx(
        1 / 3
    )


def test_log_loss_is_of_the_right_label_whatever_the_order_of_the_classes() -> None:
    p = RNG.dirichlet(np.ones(3), 50)
    truth = RNG.integers(0, 3, 50)
    found = probability_scores(["bca"[i] for i in truth], p, "bca")["log_loss"]
    assert found == pytest.approx(-np.log(p[np.arange(50), truth]).mean())


def test_log_loss_of_certain_errors_is_finite() -> None:
    assert probability_scores(["a"], [[0.0, 1.0]], ["a", "b"])["log_loss"] == pytest.approx(-np.log(1e-15))


def test_a_single_class_is_always_right() -> None:
    found = probability_scores(["a", "a"], [[1.0], [1.0]], ["a"])
    assert found == pytest.approx({"log_loss": 0, "brier": 0})


@pytest.mark.parametrize(("truth", "p", "brier"), [("a", 1.0, 0), ("b", 1.0, 2), ("a", 0.7, 0.18)])
def test_brier_score(truth: str, p: float, brier: float) -> None:
    assert probability_scores([truth], [[p, 1 - p]], ["a", "b"])["brier"] == pytest.approx(brier)


def test_labels_without_a_column_are_named() -> None:
    with pytest.raises(ValueError, match="labels without a column: c"):
        probability_scores(["c"], [[1.0, 0.0]], ["a", "b"])


def test_facet_report() -> None:
    truth = ["医保"] * 6 + ["医疗x医保"] * 4
    predicted = ["医保"] * 5 + ["医疗x医保"] * 4 + ["医疗"]
    report: Any = facet_report(truth, predicted, range(10))
    assert report["医保"]["support"] == 10
    assert report["医保"]["recall"]["value"] == pytest.approx(0.9)
    assert report["医疗"]["precision"]["value"] == pytest.approx(0.8)
    assert report["医疗"]["recall"]["value"] == 1
    low, high = report["医保"]["recall"]["low"], report["医保"]["recall"]["high"]
    assert 0.5 < low < 0.9 < high <= 1
    assert report["医药"] == {
        "support": 0,
        "precision": {"value": None, "low": None, "high": None},
        "recall": {"value": None, "low": None, "high": None},
        "f1": {"value": None, "low": None, "high": None},
    }
