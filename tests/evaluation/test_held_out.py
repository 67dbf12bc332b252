from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import f1_score, precision_recall_fscore_support
from spacy.language import Language

from nhsa_nlp.data.entities import AnnotatedText, EntityAnnotation
from nhsa_nlp.evaluation.entities import count_entities, counts_matrix
from nhsa_nlp.evaluation.held_out import score_entities, score_labels
from nhsa_nlp.evaluation.multiclass import cross_validate, score_held_out
from nhsa_nlp.evaluation.significance import compare_entities
from nhsa_nlp.topic.classifier import TopicClassifier

CLASSES = ["收费", "准入", "监督"]

Answers = tuple[list[str], NDArray[np.float64]]
"""The right labels, and the probabilities of ``CLASSES``."""


@pytest.fixture(scope="module")
def answers() -> Answers:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 3, 200)
    scores = rng.normal(size=(200, 3)) + 2.0 * np.eye(3)[truth]
    p = np.exp(scores)
    return [CLASSES[i] for i in truth], p / p.sum(axis=1, keepdims=True)


def test_figures_agree_with_scikit_learn(answers: Answers) -> None:
    truth, p = answers
    said = [CLASSES[i] for i in p.argmax(axis=1)]
    report = score_labels(truth, p, CLASSES)
    assert report["exact"]["value"] == pytest.approx(
        np.mean([t == s for t, s in zip(truth, said, strict=True)])
    )
    assert report["macro_f1"]["value"] == pytest.approx(f1_score(truth, said, average="macro"))
    precision, recall, f1, support = precision_recall_fscore_support(truth, said, labels=CLASSES)
    for place, label in enumerate(CLASSES):
        found = report["by_label"][label]
        values = [found[key]["value"] for key in ("precision", "recall", "f1")]
        assert values == pytest.approx([precision[place], recall[place], f1[place]])
        assert found["support"] == support[place]
    assert np.array(report["confusion"]["counts"]).sum() == 200


def test_intervals_are_as_wide_as_theory_says(answers: Answers) -> None:
    truth, p = answers
    exact: Any = score_labels(truth, p, CLASSES)["exact"]
    deviation = np.sqrt(exact["value"] * (1 - exact["value"]) / 200)
    assert exact["high"] - exact["low"] == pytest.approx(2 * 1.96 * deviation, rel=0.15)


def test_repeated_answers_make_no_interval_narrower(answers: Answers) -> None:
    truth, p = answers
    once = score_labels(truth, p, CLASSES)
    documents = np.tile(np.arange(200), 4)
    fourfold = score_labels(truth * 4, np.tile(p, (4, 1)), CLASSES, documents=documents)
    assert fourfold["exact"] == pytest.approx(once["exact"])
    assert fourfold["by_label"]["收费"]["f1"] == pytest.approx(once["by_label"]["收费"]["f1"])
    assert fourfold["by_label"]["收费"]["support"] == once["by_label"]["收费"]["support"]
    assert fourfold["documents"] == 200


def test_copies_make_no_interval_narrower(answers: Answers) -> None:
    truth, p = answers
    once = score_labels(truth, p, CLASSES)
    groups = np.tile(np.arange(200), 4)
    copied = score_labels(truth * 4, np.tile(p, (4, 1)), CLASSES, groups=groups)
    assert (copied["documents"], copied["groups"]) == (800, 200)
    assert copied["exact"] == pytest.approx(once["exact"])
    assert copied["macro_f1"] == pytest.approx(once["macro_f1"])


def test_a_model_that_is_always_right_has_no_doubtful_macro_f1() -> None:
    # Samples without the rare label are of the other labels, not of one that is always missed.
    truth = ["收费"] * 20 + ["准入"] * 20 + ["监督"]
    p = np.array([np.eye(3)[CLASSES.index(label)] for label in truth])
    assert score_labels(truth, p, CLASSES)["macro_f1"] == {"value": 1.0, "low": 1.0, "high": 1.0}


def test_labels_the_model_does_not_know_are_wrong_answers(answers: Answers) -> None:
    _, p = answers
    report: Any = score_labels(["护理"] * 5 + ["收费"] * 5, p[:10], CLASSES)
    assert report["unknown_labels"] == ["护理"]
    assert report["by_label"]["护理"]["recall"]["value"] == 0
    assert report["exact"]["value"] <= 0.5


def test_entities_are_scored_with_intervals(nlp: Language) -> None:
    texts = ["安排3亿元，共5家医院。", "安排7亿元。", "共8家医院和9个省份。"]
    spans = [["3亿元", "5家"], ["7亿元"], ["8家", "医院和"]]
    documents = [
        AnnotatedText(
            f"d{n}",
            text,
            tuple(EntityAnnotation(text.index(s), text.index(s) + len(s), "QUANTITY", s) for s in found),
        )
        for n, (text, found) in enumerate(zip(texts, spans, strict=True))
    ]
    counts = count_entities(nlp, documents)
    report: Any = score_entities(counts, documents)
    figures = report["by_label"]["QUANTITY"]
    assert (figures["tp"], figures["fp"], figures["fn"]) == (4, 1, 1)
    assert figures["f1"]["low"] <= figures["f1"]["value"] == 0.8 <= figures["f1"]["high"]
    assert counts_matrix(counts)[2].tolist() == [1, 1, 1]
    same = compare_entities(counts, counts, np.arange(3))["f1"]
    assert (same["difference"], same["p"]) == (0.0, 1.0)


def test_cross_validation_of_any_labels_leaves_near_duplicates_on_one_side() -> None:
    # Every text stands there twice, with labels that nothing else tells: only a leak could know them.
    rng = np.random.default_rng(3)
    texts: list[str] = []
    labels: list[str] = []
    for _ in range(40):
        text = "".join(chr(code) for code in rng.integers(0x4E00, 0x9000, 30))
        label = CLASSES[rng.integers(2)]
        texts += [text, text + "。"]
        labels += [label, label]
    figures: Any = cross_validate(texts, labels, folds=4, classifier=TopicClassifier(folds=0))
    assert (figures["documents"], figures["groups"]) == (80, 40)
    assert figures["cross_validation"]["exact"]["value"] < 0.75
    again = cross_validate(texts, labels, folds=4, seed=1, documents=30, classifier=TopicClassifier(folds=0))
    assert again["cross_validation"]["documents"] == 40
    assert again["split_sha256"] != figures["split_sha256"]


def test_the_texts_held_out_in_a_fit_score_as_in_a_cross_validation() -> None:
    rng = np.random.default_rng(3)
    texts, labels = [], []
    for _ in range(120):
        label = rng.integers(3)
        words = [
            f"词{CLASSES[label if rng.random() < 0.4 else rng.integers(3)]}{rng.integers(9)}" for _ in "123"
        ]
        texts.append("，".join(words) + "".join(chr(code) for code in rng.integers(0x4E00, 0x9000, 20)))
        labels.append(CLASSES[label])
    # In the order in which a cross-validation takes them.
    texts, labels = map(list, zip(*sorted(zip(texts, labels, strict=True)), strict=True))
    given, weight = ["不算", *texts], [0.0] + [1.0] * 120
    fitted = TopicClassifier(folds=4).fit(given, [CLASSES[0], *labels], weight)
    found: Any = score_held_out(given, [CLASSES[0], *labels], fitted)
    expected = cross_validate(texts, labels, folds=4, classifier=TopicClassifier(folds=4))
    assert 0.4 < found["cross_validation"]["exact"]["value"] < 0.95
    assert found["cross_validation"]["exact"]["value"] == expected["cross_validation"]["exact"]["value"]
    assert found["held_out"] == 120
    # Probabilities are of the other half, so they are not those that the texts themselves would make best.
    assert found["cross_validation"]["log_loss"] == pytest.approx(
        expected["cross_validation"]["log_loss"], rel=0.1
    )
