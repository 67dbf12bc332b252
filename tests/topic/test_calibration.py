from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nhsa_nlp.errors import InputError
from nhsa_nlp.splits import near_duplicate_groups, stratified_folds
from nhsa_nlp.topic import TopicClassifier
from nhsa_nlp.topic.calibration import REVIEW_ALL, out_of_fold, review_threshold, set_threshold
from nhsa_nlp.topic.labels import LABELS
from nhsa_nlp.topic.model import TopicModel


def test_set_threshold_is_the_conformal_quantile() -> None:
    truth = np.array([0.9, 0.1, 0.8, 0.5, 0.7, 0.3, 0.6, 0.2, 0.4])
    assert set_threshold(truth, 0.5) == 0.5  # 5 of 9 are at least 0.5: rank ceil(10 * 0.5)
    assert set_threshold(truth, 0.9) == 0.1
    assert set_threshold(truth, 0.95) == 0  # nine documents cannot show an error of one in twenty


def test_no_documents_exclude_no_label() -> None:
    assert set_threshold(np.zeros(0), 0.5) == 0


@pytest.mark.parametrize("coverage", [0.6, 0.8, 0.9, 0.95])
def test_set_threshold_covers_new_draws(coverage: float) -> None:
    rng = np.random.default_rng(0)
    covered = [
        np.mean(rng.beta(2, 1, 200) >= set_threshold(rng.beta(2, 1, 50), coverage)) for _ in range(500)
    ]
    assert coverage - 0.01 < np.mean(covered) < coverage + 0.04


def test_review_threshold_leaves_the_fewest_to_review() -> None:
    best = np.array([0.95, 0.9, 0.8, 0.7, 0.6, 0.5])
    right = np.array([True, False, True, True, True, False])
    # Of all six a third is wrong, of the first five a fifth.
    assert review_threshold(best, right, 0.2) == 0.6
    assert review_threshold(best, right, 0.1) == 0.95
    assert review_threshold(best, right, 0.4) == 0.5


def test_review_threshold_takes_equal_answers_together() -> None:
    best = np.array([0.9, 0.7, 0.7, 0.7])
    right = np.array([True, True, False, False])
    assert review_threshold(best, right, 0.2) == 0.9


@pytest.mark.parametrize("best", [np.zeros(0), np.array([0.9, 0.8])])
def test_without_a_safe_answer_all_are_for_review(best: NDArray[np.float64]) -> None:
    assert review_threshold(best, np.zeros(len(best), dtype=bool), 0.2) == REVIEW_ALL


def test_nothing_is_predicted_by_a_model_that_saw_its_near_duplicate() -> None:
    texts = [
        f"{number}号文件说的是第{number}件事情，与别的无关" * 3 for number in range(10) for _ in range(2)
    ]
    groups = near_duplicate_groups(texts)
    seen: list[int] = []

    def predict(train: NDArray[np.intp], test: NDArray[np.intp]) -> NDArray[np.float64]:
        assert not set(groups[train]) & set(groups[test])
        seen.extend(test)
        return np.column_stack([test, test]).astype(float)

    rows, probabilities = out_of_fold(texts, ["a", "b"] * 10, 5, 0, predict)
    assert sorted(seen) == sorted(rows) == list(range(20))
    np.testing.assert_array_equal(probabilities[:, 0], rows)


@pytest.mark.parametrize(
    ("enough", "least", "most"), [(1000, 1000, 1400), (100, 500, 500), (None, 3000, 3000)]
)
def test_no_more_is_held_out_than_is_enough(enough: int | None, least: int, most: int) -> None:
    texts = [f"{number:05d}" for number in range(3000)]
    rows, _ = out_of_fold(texts, ["a"] * 3000, 5, 0, lambda _, test: np.ones((len(test), 1)), enough=enough)
    assert least <= len(rows) <= most


def test_the_documents_of_a_group_are_predicted_together() -> None:
    texts = [chr(0x4E00 + number) * 20 for number in range(40)]
    groups = [number // 4 for number in range(36)] + [None] * 4
    tested: list[set[int]] = []

    def predict(train: NDArray[np.intp], test: NDArray[np.intp]) -> NDArray[np.float64]:
        tested.append(set(test.tolist()))
        return np.ones((len(test), 1))

    out_of_fold(texts, ["a"] * 40, 5, 0, predict, groups=groups)
    assert len(tested) == 5
    for begin in range(0, 36, 4):
        assert sum(not found.isdisjoint(range(begin, begin + 4)) for found in tested) == 1


@pytest.mark.parametrize(("texts", "folds"), [(["一样的文件"] * 3, 5), (["一", "二", "三"], 0)])
def test_no_folds_no_predictions(texts: list[str], folds: int) -> None:
    rows, _ = out_of_fold(texts, ["a"] * 3, folds, 0, lambda _, test: np.ones((len(test), 1)))
    assert len(rows) == 0


@pytest.mark.slow
def test_stricter_targets_move_the_thresholds(replies: tuple[list[str], list[str]]) -> None:
    def fit(**parameters: Any) -> TopicModel:
        return TopicClassifier(trees=20, **parameters).fit(*replies).model_

    usual, wide, strict = fit(), fit(coverage=0.98), fit(target_error=0.1)
    assert wide.set_above < usual.set_above == strict.set_above
    assert strict.review_below > usual.review_below == wide.review_below
    assert fit(review_below=0.4).review_below == 0.4


def test_without_folds_nothing_is_promised(replies: tuple[list[str], list[str]]) -> None:
    model = TopicClassifier(trees=5, folds=0).fit(*replies).model_
    assert (model.set_above, model.review_below) == (0, REVIEW_ALL)
    record = model.analyse(replies[0][0], top=0)
    assert record["review"]
    assert {record["label"], *(a["label"] for a in record["alternatives"])} == set(LABELS)


@pytest.mark.slow
def test_sets_hold_the_truth_on_unseen_replies(replies: tuple[list[str], list[str]]) -> None:
    texts, labels = replies
    groups = near_duplicate_groups(texts)
    held, sizes = [], []
    for train, test in stratified_folds(labels, 5, 0, groups):
        model = TopicClassifier(trees=40).fit([texts[i] for i in train], [labels[i] for i in train]).model_
        for row in test:
            record = model.analyse(texts[row], top=0)
            labelled = [record["label"], *(a["label"] for a in record["alternatives"])]
            held.append(labels[row] in labelled)
            sizes.append(len(labelled))
    assert np.mean(held) > 0.84
    assert np.mean(sizes) < 3


def test_other_labels_have_thresholds_too(headline_classifier: TopicClassifier) -> None:
    model = headline_classifier.model_
    assert 0 < model.set_above < 1


def test_an_answer_among_equals_is_not_right() -> None:
    labels = ["甲", "乙"] * 20
    texts = [chr(0x4E00 + number) for number in range(40)]  # single characters: nothing to learn from
    assert TopicClassifier().fit(texts, labels).model_.review_below == REVIEW_ALL


def test_a_class_may_be_missing_from_a_fold() -> None:
    texts = ["国足战平对手出局", "球队主场大胜领跑", "央行下调利率", "股市收盘上涨", "导演新片入围"]
    classifier = TopicClassifier(folds=5).fit(texts, ["体育", "体育", "财经", "财经", "娱乐"])
    assert classifier.predict_proba(texts).shape == (5, 3)


@pytest.mark.parametrize(
    "parameters", [{"coverage": 1}, {"coverage": 0}, {"target_error": -0.1}, {"target_error": float("nan")}]
)
def test_shares_are_checked(replies: tuple[list[str], list[str]], parameters: Any) -> None:
    with pytest.raises(InputError, match="is not between 0 and 1"):
        TopicClassifier(**parameters).fit(*replies)
