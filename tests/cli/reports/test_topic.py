from __future__ import annotations

import pytest

from nhsa_nlp.cli.reports.topic import format_topic_report
from nhsa_nlp.data.corpus import read_replies
from nhsa_nlp.evaluation.topic import evaluate_topic
from nhsa_nlp.topic.labels import LABELS
from tests.evaluation.test_topic_evaluation import Recorder
from tests.paths import TRAINING_DATA

TEXTS = [f"{label}的文件第{i}号" for i in range(6) for label in ("医保", "医药")]
LABELS_OF_TEXTS = [text[:2] for text in TEXTS]


def test_each_figure_is_a_line_of_both_settings() -> None:
    replies = read_replies(TRAINING_DATA / "replies.tsv", labels=LABELS)
    texts, labels = [reply.text for reply in replies], [reply.label for reply in replies]
    report = evaluate_topic(texts, labels, repeats=1, classifier=Recorder())
    lines = format_topic_report(report).splitlines()
    assert "126 documents" in lines[0]
    (exact,) = [line for line in lines if line.startswith("exact label")]
    assert f"{report['plain']['exact']['mean']:.3f}" in exact
    assert f"{report['grouped']['exact']['mean']:.3f}" in exact
    assert sum(line.startswith(("plain 医", "grouped 医")) for line in lines) == 6


def test_one_setting_and_what_is_undefined() -> None:
    texts = [f"医保报销第{i}条规定说明如下文字" * 3 for i in range(6)]
    found = evaluate_topic(texts, ["医保"] * 6, folds=2, repeats=1, grouped=False, classifier=Recorder())
    assert "precision –" in format_topic_report(found)
    assert "grouped" not in format_topic_report(found)


@pytest.mark.slow
def test_other_methods_are_lines() -> None:
    found = evaluate_topic(
        TEXTS, LABELS_OF_TEXTS, folds=2, repeats=1, grouped=False, classifier=Recorder(), compare=True
    )
    assert any(line.startswith("  linear SVM") for line in format_topic_report(found).splitlines())


def test_genres_and_origins_are_lines() -> None:
    found = evaluate_topic(
        TEXTS,
        LABELS_OF_TEXTS,
        folds=2,
        repeats=1,
        grouped=True,
        classifier=Recorder(),
        origins=["lay", "official"] * 6,
    )
    lines = format_topic_report(found).splitlines()
    assert [line.partition(":")[0] for line in lines if " origin " in line] == [
        "grouped origin lay (6)",
        "grouped origin official (6)",
    ]
