from __future__ import annotations

from collections import Counter
from itertools import product
from typing import Any

import numpy as np
import pytest
from scipy import stats

from nhsa_nlp.evaluation.entities import EntityCounts
from nhsa_nlp.evaluation.significance import compare_entities, compare_labels, sign_flip_test

CLASSES = ["收费", "准入", "监督"]


def test_two_models_on_the_same_texts() -> None:
    rng = np.random.default_rng(1)
    truth = [CLASSES[i] for i in rng.integers(0, 3, 300)]
    first = [t if rng.random() < 0.7 else CLASSES[0] for t in truth]
    second = [t if t != f and rng.random() < 0.5 else f for t, f in zip(truth, first, strict=True)]
    found: Any = compare_labels(truth, first, second, np.arange(300))
    only_first, only_second = found["exact"]["only_first"], found["exact"]["only_second"]
    assert only_first == 0
    assert only_second > 20
    assert found["exact"]["difference"] == pytest.approx((only_second - only_first) / 300)
    mcnemar = stats.binomtest(only_first, only_first + only_second).pvalue
    assert found["exact"]["p"] == pytest.approx(mcnemar)
    assert 0 < found["exact"]["low"] < found["exact"]["difference"] < found["exact"]["high"]
    assert found["macro_f1"]["p"] < 0.01
    same = compare_labels(truth, first, first, np.arange(300))
    assert (same["exact"]["p"], same["macro_f1"]["p"], same["macro_f1"]["difference"]) == (1.0, 1.0, 0.0)


def test_chance_is_not_called_a_difference() -> None:
    rng = np.random.default_rng(2)
    truth = [CLASSES[i] for i in rng.integers(0, 3, 200)]
    one, two = ([t if rng.random() < 0.7 else CLASSES[0] for t in truth] for _ in range(2))
    found = compare_labels(truth, one, two, np.arange(200))
    assert found["exact"]["p"] > 0.05
    assert found["macro_f1"]["p"] > 0.05


def test_copies_are_no_further_evidence_of_a_difference() -> None:
    rng = np.random.default_rng(4)
    truth = [CLASSES[i] for i in rng.integers(0, 3, 40)]
    first, second = ([t if rng.random() < share else CLASSES[0] for t in truth] for share in (0.5, 0.9))
    once = compare_labels(truth, first, second, np.arange(40))
    copied = compare_labels(truth * 5, first * 5, second * 5, np.tile(np.arange(40), 5))
    assert copied["exact"]["only_second"] == 5 * once["exact"]["only_second"]
    for figure in ("exact", "macro_f1"):
        for key in ("difference", "low", "high", "p"):
            assert copied[figure][key] == pytest.approx(once[figure][key])
    single = compare_labels(truth, first, second, np.zeros(40, dtype=int))
    assert (single["exact"]["low"], single["exact"]["p"]) == (None, 1.0)


def test_the_sign_flip_test_counts_all_ways_to_flip_the_signs() -> None:
    for differences in ([3, -1, 2, 2, 0], [1, 1, 1, -1], [5], [0, 0], []):
        sums = [
            abs(sum(s * d for s, d in zip(signs, differences, strict=True)))
            for signs in product((-1, 1), repeat=len(differences))
        ]
        expected = np.mean([total >= abs(sum(differences)) for total in sums])
        assert sign_flip_test(np.array(differences, dtype=np.int64)) == pytest.approx(expected)


def test_entities_of_two_pipelines() -> None:
    nothing: EntityCounts = Counter()
    first = [Counter({("POLICY", "tp"): 1, ("POLICY", "fn"): 1, ("DOC_NO", "fp"): 1}), nothing] * 10  # 0.5
    second = [Counter({("POLICY", "tp"): 2, ("values", "right"): 9}), nothing] * 10
    found = compare_entities(first, second, np.arange(20))
    assert found["documents"] == 20
    f1 = found["f1"]
    assert (f1["first"], f1["second"], f1["difference"]) == (0.5, 1.0, 0.5)
    assert (f1["low"], f1["high"]) == (0.5, 0.5)
    assert f1["p"] < 0.02  # of the ten documents that differ all would have to be swapped, or none
    back = compare_entities(second, first, np.arange(20))["f1"]
    assert (back["difference"], back["p"]) == (-0.5, f1["p"])


def test_pipelines_that_find_nothing_are_the_same() -> None:
    found = compare_entities([Counter()] * 2, [Counter()] * 2, np.arange(2))["f1"]
    assert (found["first"], found["difference"], found["p"]) == (0, 0, 1)
