from __future__ import annotations

from dataclasses import replace

import pytest

from nhsa_nlp.cli.reports.scores import format_entities_bundle, format_topic_bundle
from nhsa_nlp.data.corpus import LabelledText, read_replies
from nhsa_nlp.data.entities import AnnotatedText, EntityAnnotation
from nhsa_nlp.evaluation.bundles import evaluate_entities_bundle, evaluate_topic_bundle
from nhsa_nlp.pipeline.bundle import default_bundle_path
from tests.paths import TRAINING_DATA

BUNDLE = default_bundle_path()
ANNOTATED = [AnnotatedText("a", "安排3亿元，共5家医院。", (EntityAnnotation(2, 5, "QUANTITY", "3亿元"),))]


@pytest.fixture(scope="module")
def replies() -> list[LabelledText]:
    read = read_replies(TRAINING_DATA / "replies.tsv")[40:52]
    return [replace(reply, genre="reply", origin=str(n % 2)) for n, reply in enumerate(read)]


def test_the_figures_of_topics_are_lines(replies: list[LabelledText]) -> None:
    report = evaluate_topic_bundle(BUNDLE, replies)
    lines = format_topic_bundle(report).splitlines()
    assert lines[1].split()[:2] == ["exact", "label"]
    assert f"{report['topic']['exact']['value']:.3f}" in lines[1]
    assert any(line.startswith("true label among answer and alternatives") for line in lines)
    assert any(line.startswith("genre reply (12): exact label") for line in lines)
    assert sum(line.startswith("origin ") for line in lines) == 2


def test_a_comparison_is_a_line(replies: list[LabelledText]) -> None:
    assert "difference +0.000" in format_topic_bundle(evaluate_topic_bundle(BUNDLE, replies, BUNDLE))
    entities = evaluate_entities_bundle(BUNDLE, ANNOTATED, BUNDLE)
    assert format_entities_bundle(entities).splitlines()[-1].startswith("f1: ")


def test_each_label_of_entities_is_a_line() -> None:
    report = evaluate_entities_bundle(BUNDLE, ANNOTATED)
    row = next(line for line in format_entities_bundle(report).splitlines() if line.startswith("QUANTITY"))
    assert row.split() == ["QUANTITY", "1", "0.500", "1.000", "0.667"]
