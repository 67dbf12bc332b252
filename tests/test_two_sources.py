"""What the benchmark of both genres counts, and on which texts."""

import importlib.util
import sys
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from nhsa_nlp.topic import TopicClassifier
from nhsa_nlp.topic.labels import NEAR_SCOPE, OUT_OF_SCOPE
from tests.paths import ROOT


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("two_sources", ROOT / "benchmarks/two_sources.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)  # data classes look there
    spec.loader.exec_module(module)
    return module


two_sources = script()

WORDS = {
    "医保": "提高居民医保门诊报销比例，减轻参保人的缴费负担",
    "医疗": "加强县医院儿科医生队伍建设，改善门诊和住院诊疗",
    "医药": "鼓励新药研发，保障药品生产和短缺药品供应",
    "out_of_scope": "尽快维修村口的道路和路灯，整治占道停车",
}
TEXTS = [
    f"关于第{i}项工作的建议：{words}{'。请研究' * (i % 3)}。" for words in WORDS.values() for i in range(6)
]
LABELS = [label for label in WORDS for _ in range(6)]


def labelled(label: str) -> Any:
    return two_sources.Labelled("", "", label, "proposal")


def record(label: str | None, *others: str, review: bool = False) -> Any:
    return {"label": label, "review": review, "alternatives": [{"label": other} for other in others]}


def test_out_of_scope_is_no_sector() -> None:
    found = two_sources.scores(["医保", OUT_OF_SCOPE, "三联动"], ["医保x医药", OUT_OF_SCOPE, "三联动"])
    assert found == {"texts": 3, "exact": pytest.approx(2 / 3), "sectors": pytest.approx(8 / 9)}


@pytest.mark.parametrize(
    ("label", "answer", "routed", "wrong", "held"),
    [
        ("医保", record("医保"), True, False, True),
        ("医保", record("医疗", "医保"), True, True, True),
        ("医保", record("医疗", "医保", review=True), False, False, True),
        ("医保", record(None, "医疗", review=True), False, False, False),
        ("医保", record(None, "医保", review=True), False, False, True),
        (NEAR_SCOPE, record(None, review=True), True, False, True),
        (OUT_OF_SCOPE, record("医疗"), True, True, False),
    ],
)
def test_what_is_routed_and_what_of_it_is_wrong(
    label: str, answer: Any, routed: bool, wrong: bool, held: bool
) -> None:
    found = two_sources.judged(labelled(label), answer)
    assert (found["routed"], found["wrong"], found["held"]) == (routed, wrong, held)


def test_figures_are_shares_of_what_they_are_about() -> None:
    answers = [
        ("医保", record("医保")),
        ("医保", record("医疗")),
        ("医保", record("医疗", review=True)),
        (NEAR_SCOPE, record("医疗")),
        (NEAR_SCOPE, record("医疗", review=True)),
    ]
    counted = [two_sources.judged(labelled(label), answer) for label, answer in answers]
    found = two_sources.figures_with_intervals(counted, ["a", "b", "c", "d", "e"])
    assert found["exact"]["value"] == pytest.approx(1 / 5)
    assert found["routed without review"]["value"] == pytest.approx(3 / 5)
    assert found["wrong among the routed"]["value"] == pytest.approx(2 / 3)
    assert found["the same, of texts with a label"]["value"] == pytest.approx(1 / 3)
    assert found["near scope, given a sector without review"]["value"] == pytest.approx(1 / 2)
    none = two_sources.figures_with_intervals(counted[:3], ["a", "b", "c"])
    assert none["near scope, given a sector without review"] == {"value": None, "low": None, "high": None}


def test_only_plain_folds_separate_replies_and_none_separates_proposals() -> None:
    genres = ["reply"] * 40 + ["proposal"] * 40
    rows = [two_sources.Labelled(str(i), "", "医保", genre) for i, genre in enumerate(genres)]
    groups = np.repeat(np.arange(40), 2)
    found = two_sources.splits_of(rows, groups, 1)

    def separated(name: str, part: slice) -> int:
        fold_of = np.zeros(80)
        for number, (_, test) in enumerate(found[name][0]):
            fold_of[test] = number
        return int((fold_of[part][::2] != fold_of[part][1::2]).sum())

    assert separated("grouped", slice(0, 80)) == 0
    assert separated("plain", slice(40, 80)) == 0
    assert separated("plain", slice(0, 40)) > 0


def test_paired_tests_are_about_the_texts_asked_for() -> None:
    truth = ["医保"] * 8
    ours, theirs = ["医保"] * 8, ["医疗"] * 6 + ["医保", "医疗"]
    split = [
        (np.array([4, 5, 6, 7]), np.array([0, 1, 2, 3])),
        (np.array([0, 1, 2, 3]), np.array([4, 5, 6, 7])),
    ]
    part = np.array([2, 3, 4, 6])
    groups = np.array([0, 0, 1, 1, 2, 2, 3, 3])
    found = two_sources.paired_tests(truth, [ours], [theirs], [split], part, groups)
    assert (found["only_ours"], found["only_theirs"]) == (3, 0)
    assert found["folds"]["difference"] == pytest.approx(0.75)
    assert found["texts"] == pytest.approx(2 * 0.5**3)
    assert found["groups"] == pytest.approx(2 * 0.5**2)


def test_the_labels_are_those_of_the_records() -> None:
    model = TopicClassifier(folds=0).fit(TEXTS, LABELS).model_
    refused = ["", "参保", "医保报销比例 outpatient reimbursement for the village school"]
    asked = [*TEXTS, *refused]
    records = [two_sources.answer_of(model.analyse(text, top=0)) for text in asked]
    assert two_sources.answers_of(model, [model.extract(text) for text in asked]) == records
    assert records[-3:] == [OUT_OF_SCOPE] * 3
    assert set(records) == set(WORDS)


@pytest.mark.slow
def test_each_of_the_two_models_is_what_its_genre_alone_gives() -> None:
    replies = [
        two_sources.Labelled("", f"您提出的{text}收悉，现答复如下", label, "reply")
        for text, label in zip(TEXTS[:18], LABELS, strict=False)
    ]
    others = [
        two_sources.Labelled("", text, label, "proposal") for text, label in zip(TEXTS, LABELS, strict=True)
    ]
    found = two_sources.answers_by_genre([*replies, *others], TEXTS)
    alone = TopicClassifier(folds=0).fit([row.text for row in replies], [row.label for row in replies]).model_
    assert found[two_sources.ONLY_REPLIES] == two_sources.answers_of(alone, [alone.extract(t) for t in TEXTS])
    alone = two_sources.fit(others)
    assert found[two_sources.ONLY_OTHERS] == two_sources.answers_of(alone, [alone.extract(t) for t in TEXTS])
