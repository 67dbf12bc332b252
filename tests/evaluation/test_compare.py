from typing import Any

import numpy as np
import pytest
from scipy import stats

from nhsa_nlp.evaluation.compare import (
    METHODS,
    compare,
    corrected_t_test,
    fold_accuracies,
    missing,
    signed_rank_test,
    spacy_textcat,
)
from nhsa_nlp.evaluation.crossval import repeated_splits
from nhsa_nlp.extras import how_to_install

WORDS = {
    "医保": "基本医疗保险参保缴费报销",
    "医疗": "医院医生护士门诊住院诊疗",
    "医药": "药品生产流通研发新药企业",
}
LABELS = [label for label in WORDS for _ in range(8)]
TEXTS = [f"第{i}号文件说明{WORDS[label]}{'的情况' * (i % 4)}。" for i, label in enumerate(LABELS)]


@pytest.fixture(scope="module")
def compared() -> dict[str, Any]:
    splits = repeated_splits(LABELS, 5, 2, 0, None)
    return compare(TEXTS, LABELS, splits, [LABELS, LABELS])


@pytest.mark.slow
def test_what_is_plain_is_learnt_by_all_but_the_majority(compared: dict[str, Any]) -> None:
    assert set(compared) == set(METHODS)
    for name, scores in compared.items():
        if name == "majority":
            assert scores["exact"]["mean"] <= 1 / 3
        else:
            assert scores["exact"]["mean"] >= 0.9, name
            assert scores["facets"]["mean"] >= 0.95, name


@pytest.mark.slow
def test_the_test_is_of_the_same_folds(compared: dict[str, Any]) -> None:
    found = compared["majority"]["test"]
    unequal = 0.02  # a mean of folds, which are not all of a size, and a mean of documents
    assert found["difference"] == pytest.approx(1 - compared["majority"]["exact"]["mean"], abs=unequal)
    assert found["p"] < 0.01
    surest = compared["linear SVM"]["test"]
    assert surest["p"] is None or surest["p"] > 0.05


@pytest.mark.slow
def test_the_same_seed_gives_the_same_figures_and_leaves_the_callers_random_state() -> None:
    splits = repeated_splits(LABELS, 2, 1, 0, None)
    first = compare(TEXTS, LABELS, splits, [LABELS])
    np.random.seed(7)  # noqa: NPY002 - nothing may depend on it
    before = np.random.get_state(legacy=False)  # noqa: NPY002
    assert compare(TEXTS, LABELS, splits, [LABELS]) == first
    after = np.random.get_state(legacy=False)  # noqa: NPY002
    assert (after["state"]["key"] == before["state"]["key"]).all()


def test_a_fold_of_one_label_is_no_failure() -> None:
    splits = repeated_splits(["医保"] * 4, 2, 1, 0, None)
    found = compare(TEXTS[:4], ["医保"] * 4, splits, [["医保"] * 4])
    assert all(scores["exact"]["mean"] == 1 for scores in found.values())
    assert all(scores["test"] == {"difference": 0, "t": 0, "p": 1} for scores in found.values())
    tied = {"won": 0, "tied": 1, "repeats": 1, "p": 1}
    assert all(scores["over_repeats"] == tied for scores in found.values())


def test_a_bag_of_words_learns_that_some_texts_have_no_facet() -> None:
    labels = ["out_of_scope" if label == "医药" else label for label in LABELS]
    found = spacy_textcat(TEXTS, labels, TEXTS, 0)
    assert found[16:] == ["out_of_scope"] * 8
    assert found[:16].count("out_of_scope") < 8  # ten passes over so few texts do not learn all
    assert spacy_textcat(TEXTS[:16], LABELS[:16], ["道路"], 0)[0] in {"医保", "医疗", "医疗x医保"}


def test_half_a_surrogate_pair_is_no_failure() -> None:
    texts = [text + "\ud83d" for text in TEXTS]
    found = compare(texts, LABELS, repeated_splits(LABELS, 2, 1, 0, None), [LABELS])
    assert found["linear SVM"]["exact"]["mean"] >= 0.9


def test_without_shared_documents_it_is_the_ordinary_t_test() -> None:
    differences = np.array([0.1, 0.2, -0.05, 0.15, 0.0])
    ordinary = stats.ttest_1samp(differences, 0)
    found = corrected_t_test(differences, 0)
    assert found["t"] == pytest.approx(ordinary.statistic)
    assert found["p"] == pytest.approx(ordinary.pvalue)


def test_shared_documents_make_it_more_careful() -> None:
    differences = np.array([0.1, 0.2, -0.05, 0.15, 0.0])
    ordinary, careful = corrected_t_test(differences, 0), corrected_t_test(differences, 0.25)
    assert careful["t"] == pytest.approx(ordinary["t"] * np.sqrt(0.2 / 0.45))
    assert careful["p"] is not None
    assert ordinary["p"] is not None
    assert careful["p"] > ordinary["p"]


def test_always_the_same_difference() -> None:
    found = corrected_t_test(np.full(6, 0.1), 0.25)
    assert found["difference"] == pytest.approx(0.1)
    assert (found["t"], found["p"]) == (None, None)


def test_repeats_won_and_how_sure_that_is() -> None:
    found = signed_rank_test(np.array([0.02, 0.05, 0.01, 0.04, 0.03]))
    assert found == {"won": 5, "tied": 0, "repeats": 5, "p": pytest.approx(2**-4)}
    found = signed_rank_test(np.array([0.02, -0.05, 0.1 + 0.2 - 0.3]))
    assert (found["won"], found["tied"], found["repeats"]) == (1, 1, 3)
    assert found["p"] == 1


@pytest.mark.slow
def test_repeats_of_the_comparison(compared: dict[str, Any]) -> None:
    assert compared["majority"]["over_repeats"]["won"] == 2
    assert compared["linear SVM"]["over_repeats"]["repeats"] == 2


def test_a_method_that_is_not_installed_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert missing() == {}
    with monkeypatch.context() as patch:
        patch.setattr("importlib.util.find_spec", lambda _: None)
        assert missing() == {"fastText": how_to_install("compare")}
        found = compare(TEXTS, LABELS, repeated_splits(LABELS, 2, 1, 0, None), [LABELS])
    assert set(METHODS) - set(found) == {"fastText"}


@pytest.mark.parametrize("text", ["", "__label__1 医院", "医院\n医生\r\x00\x85护士"])
def test_fasttext_takes_any_text(text: str) -> None:
    known = TEXTS + [text] * 3
    answers = METHODS["fastText"](known, [*LABELS, "医疗", "医疗", "医疗"], [text], 0)
    assert set(answers) <= set(LABELS)


def test_accuracy_of_each_fold() -> None:
    split = [(np.array([2, 3]), np.array([0, 1])), (np.array([0, 1]), np.array([2, 3]))]
    assert fold_accuracies("abab", "abbb", split).tolist() == [1, 0.5]
