from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin

from nhsa_nlp.evaluation.crossval import cross_predict, learning_curve, repeated_splits, subject_lines
from nhsa_nlp.evaluation.multiclass import cross_validate
from nhsa_nlp.evaluation.topic import evaluate_topic
from nhsa_nlp.topic import TopicClassifier
from nhsa_nlp.topic.labels import LABELS

TEXTS = [f"{kind}文字{i}" for i in range(10) for kind in ("医保", "医药")]
TRUTH = [text[:2] for text in TEXTS]


class Beginning(ClassifierMixin, BaseEstimator):
    """Knows the labels it was shown and gives the one the text begins with, if it knows it."""

    shown: list[set[str]] = []  # noqa: RUF012 - clones share it

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> Beginning:
        self.classes_ = sorted(set(labels))
        self.shown.append(set(texts))
        return self

    def predict_proba(self, texts: Sequence[str]) -> NDArray[np.float64]:
        return np.array([[0.1 + 0.8 * text.startswith(name) for name in self.classes_] for text in texts])


def test_a_letter_has_a_subject_line_and_other_text_has_none(letters: dict[str, str]) -> None:
    found = subject_lines(["没有标题的一段话。", letters["npc-13-4-2020"]])
    assert found == {1: "关于加快实现全国医保跨地区结算的建议"}


def test_each_document_and_its_subject_line_are_predicted() -> None:
    splits = repeated_splits(TRUTH, 5, 1, 0, None)
    ((whole, short),) = cross_predict(Beginning(), TEXTS, TRUTH, splits, {3: "医保", 4: "医药"})
    assert [LABELS[i] for i in whole.argmax(axis=1)] == TRUTH
    assert [LABELS[i] for i in short[[3, 4]].argmax(axis=1)] == ["医保", "医药"]
    assert not np.delete(short, [3, 4], axis=0).any()


def test_the_repeats_are_different_splits() -> None:
    first, second = repeated_splits(TRUTH, 5, 2, 0, None)
    assert any((a[1].tolist() != b[1].tolist()) for a, b in zip(first, second, strict=True))


def test_the_parts_learnt_from_grow_and_lie_within_each_other() -> None:
    Beginning.shown.clear()
    points = learning_curve(Beginning(), TEXTS, TRUTH, repeated_splits(TRUTH, 4, 2, 0, None), 0)
    assert [(p["share"], p["documents"]) for p in points] == [(0.25, 4), (0.5, 8), (0.75, 11), (1.0, 15)]
    assert points[-1]["exact"]["mean"] == pytest.approx(1)
    rounds = [Beginning.shown[start : start + 8] for start in range(0, 32, 8)]
    for small, large in pairwise(rounds):
        assert all(a < b for a, b in zip(small, large, strict=True))


def noisy(labels: Sequence[str]) -> list[tuple[str, str]]:
    """Texts that a classifier cannot always be right on, two of them the same, and their labels."""
    rng = random.Random(0)  # noqa: S311
    rows = [("".join(rng.choices("医保药院报销目录", k=12)), labels[n % len(labels)]) for n in range(24)]
    return [*rows, rows[0]]


@pytest.mark.parametrize(
    ("measure", "labels"),
    [
        pytest.param(evaluate_topic, ["医保", "医药", "医疗x医保"], id="seven labels"),
        pytest.param(cross_validate, ["甲", "乙"], id="own labels"),
    ],
)
def test_the_order_of_the_rows_does_not_matter(measure: Any, labels: list[str]) -> None:
    rows = noisy(labels)
    shuffled = random.Random(1).sample(rows, len(rows))  # noqa: S311
    first, second = (
        measure(*zip(*own, strict=True), folds=3, repeats=2, classifier=TopicClassifier(folds=0, trees=3))
        for own in (rows, shuffled)
    )
    assert first == second
