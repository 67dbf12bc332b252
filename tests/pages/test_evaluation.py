from __future__ import annotations

import re
import sys
import warnings
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

from nhsa_nlp.errors import InputError
from nhsa_nlp.evaluation.bundles import TopicBundleReport
from nhsa_nlp.evaluation.held_out import score_labels
from nhsa_nlp.evaluation.topic import TopicReport, evaluate_topic
from nhsa_nlp.pages.evaluation import topic_bundle_html, topic_html
from nhsa_nlp.topic import TopicClassifier
from nhsa_nlp.topic.labels import LABELS

WORDS = {
    "医保": "基本医疗保险参保缴费报销",
    "医疗": "医院医生护士门诊住院诊疗",
    "医药": "药品生产流通研发新药企业",
}


@pytest.fixture(scope="module")
def figures() -> TopicReport:
    labels = [label for label in WORDS for _ in range(6)]
    texts = [
        f"您提出的关于{WORDS[label]}的建议收悉，现答复如下：第{i}号{WORDS[label]}。" * (1 + i % 3)
        for i, label in enumerate(labels)
    ]
    return evaluate_topic(
        texts, labels, folds=2, repeats=1, grouped=False, classifier=TopicClassifier(trees=3),
        compare=True, learning=True,
    )  # fmt: skip


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in ("src", "href", "xlink:href"):
                self.targets.append(value or "")

    def handle_data(self, data: str) -> None:
        self.text.append(data.strip())


def parsed(page: str) -> Tags:
    tags = Tags()
    tags.feed(page)
    return tags


def test_what_is_referred_to_by_an_id_has_it_alone(figures: Any) -> None:
    tags = parsed(topic_html(figures))
    assert len(tags.ids) == len(set(tags.ids))
    assert {target.removeprefix("#") for target in tags.targets} <= set(tags.ids)


def test_the_plots_are_text_that_a_browser_draws_in_a_chinese_font(figures: Any) -> None:
    page = topic_html(figures)
    tags = parsed(page)
    assert tags.tags.count("svg") == 1
    assert set(LABELS) <= set(tags.text)  # not outlines of missing glyphs
    assert {"Reliability", "Risk and coverage", "Labels given, all repeats, plain"} <= set(tags.text)
    assert "Learning curve, plain, 2 repeats" in tags.text
    assert re.search(r"svg text \{ font-family: [^}]*Noto Sans CJK SC[^}]*!important", page)


def test_the_tables_have_the_figures(figures: Any) -> None:
    text = parsed(topic_html(figures)).text
    assert f"{figures['plain']['exact']['mean']:.3f} ± 0.000" in text
    assert "linear SVM" in text
    assert any(line.startswith("From the subject line alone (18") for line in text)


def test_what_is_not_there_is_left_out(figures: Any) -> None:
    small: Any = {k: v for k, v in figures.items() if k not in ("compared", "learning_curve")}
    small["subject_lines"] = {"documents": 0}
    page = topic_html(small)
    for missing in ("linear SVM", "Learning curve", "subject line"):
        assert missing not in page


def test_a_long_label_leaves_room_for_the_plot(figures: Any) -> None:
    names = ["甲" * 41, "乙" * 40, *LABELS[2:]]
    plain = {**figures["plain"], "confusion": {**figures["plain"]["confusion"], "labels": names}}
    report: Any = {**figures, "plain": plain}
    text = parsed(topic_html(report)).text
    assert {"甲" * 39 + "…", "乙" * 40} <= set(text)


def test_dollars_in_a_label_are_no_formula(figures: Any) -> None:
    names = ["$x_", "$5$", *LABELS[2:]]
    plain = {**figures["plain"], "confusion": {**figures["plain"]["confusion"], "labels": names}}
    report: Any = {**figures, "plain": plain}
    text = parsed(topic_html(report)).text
    assert {"$x_", "$5$"} <= set(text)


def test_held_out_scores_are_named_as_in_the_card() -> None:
    truth = ["甲", "乙"] * 5
    scores = score_labels(truth, np.array([[0.9, 0.1], [0.2, 0.8]] * 5), ["甲", "乙"])
    scores["decisions"] = {
        "in_prediction_set": 1.0,
        "prediction_set_size": 1.5,
        "no_review": 0.0,
        "no_review_error": None,
    }
    report: TopicBundleReport = {"about": ["one bundle"], "bundles": ["one"], "topic": scores}
    text = parsed(topic_bundle_html(report)).text
    for name, value in (("need no review", "0.000"), ("… of these wrong", "–")):
        assert text[text.index(name) + 1] == value
    assert "scores" not in text  # one curve needs no legend


def test_the_same_figures_give_the_same_page_without_warnings(figures: Any) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert topic_html(figures) == topic_html(figures)
    assert not caught


def test_without_matplotlib_one_line_says_what_to_install(
    figures: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(InputError, match=r'pip install .*"nhsa-nlp\[report\]"'):
        topic_html(figures)
