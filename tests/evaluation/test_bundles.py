from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from nhsa_nlp.data.corpus import LabelledText, read_replies
from nhsa_nlp.data.entities import AnnotatedText, EntityAnnotation
from nhsa_nlp.errors import BundleError
from nhsa_nlp.evaluation.bundles import evaluate_entities_bundle, evaluate_topic_bundle
from nhsa_nlp.pipeline.bundle import default_bundle_path
from tests.paths import TRAINING_DATA

BUNDLE = default_bundle_path()


@pytest.fixture(scope="module")
def replies() -> list[LabelledText]:
    return read_replies(TRAINING_DATA / "replies.tsv")[40:52]


@pytest.fixture(scope="module")
def annotated() -> list[AnnotatedText]:
    text = "安排3亿元，共5家医院。"
    return [AnnotatedText("a", text, (EntityAnnotation(2, 5, "QUANTITY", "3亿元"),))]


def test_topic_of_a_bundle_on_held_out_texts(replies: list[LabelledText]) -> None:
    report = evaluate_topic_bundle(BUNDLE, replies)
    assert set(report) == {"about", "bundles", "topic"}
    assert report["topic"]["documents"] == 12
    assert "12 held-out texts" in report["about"][0]


def test_a_bundle_against_itself_is_the_same(
    replies: list[LabelledText], annotated: list[AnnotatedText]
) -> None:
    topic = evaluate_topic_bundle(BUNDLE, replies, BUNDLE)
    assert topic["against"] == topic["topic"]
    assert (topic["comparison"]["exact"]["difference"], topic["comparison"]["exact"]["p"]) == (0, 1)
    entities = evaluate_entities_bundle(BUNDLE, annotated, BUNDLE)
    assert entities["comparison"]["f1"]["p"] == 1


def test_entities_of_a_bundle_on_held_out_texts(annotated: list[AnnotatedText]) -> None:
    report = evaluate_entities_bundle(BUNDLE, annotated)
    figures = report["entities"]["by_label"]["QUANTITY"]
    assert (figures["tp"], figures["fp"], figures["fn"]) == (1, 1, 0)
    assert figures["f1"] == {"value": pytest.approx(2 / 3), "low": None, "high": None}


def test_a_damaged_bundle_is_refused(replies: list[LabelledText], tmp_path: Path) -> None:
    bundle = shutil.copytree(BUNDLE, tmp_path / "bundle")
    (bundle / "manifest.json").unlink()
    with pytest.raises(BundleError):
        evaluate_topic_bundle(bundle, replies)


def test_genres_and_origins_of_held_out_texts(replies: list[LabelledText]) -> None:
    told = [replace(reply, genre="reply", origin=str(n % 2)) for n, reply in enumerate(replies)]
    report = evaluate_topic_bundle(BUNDLE, told)
    assert report["by_genre"]["reply"]["exact"] == report["topic"]["exact"]
    assert {origin: part["documents"] for origin, part in report["by_origin"].items()} == {"0": 6, "1": 6}
