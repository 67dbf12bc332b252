"""What the classifier must do whatever it was trained on: other bodies, formulas, subject lines."""

import numpy as np
import pytest

from nhsa_nlp.evaluation.metrics import label_scores
from nhsa_nlp.topic.labels import indicator_matrix
from nhsa_nlp.topic.model import TopicModel
from tests.paths import RESOURCES

NOTICES = RESOURCES / "other_bodies.tsv"


@pytest.fixture(scope="module")
def notices() -> tuple[list[str], list[str]]:
    rows = [line.split("\t") for line in NOTICES.read_text("utf-8").splitlines()]
    return [text.replace("\\n", "\n") for _, text in rows], [label for label, _ in rows]


def test_notices_of_other_bodies(model: TopicModel, notices: tuple[list[str], list[str]]) -> None:
    texts, labels = notices
    predicted = model.predict(texts)
    assert label_scores(labels, predicted)["exact"] >= 0.8
    assert label_scores(labels, predicted)["facets"] >= 0.9


def test_insurance_is_not_the_answer_by_default(
    model: TopicModel, notices: tuple[list[str], list[str]]
) -> None:
    texts, labels = notices
    without = ~indicator_matrix(labels)[:, 0]
    assert np.mean(model.predict_facets(texts)[without, 0] > 0.5) <= 0.2


def test_headlines_of_other_bodies(model: TopicModel, notices: tuple[list[str], list[str]]) -> None:
    texts, labels = notices
    headlines = [text.split("\n")[0] for text in texts]
    without = ~indicator_matrix(labels)[:, 0]
    predicted = model.predict(headlines)
    assert np.mean(indicator_matrix(predicted)[without, 0]) <= 0.3
    assert label_scores(labels, predicted)["facets"] >= 0.85


def test_formulas_of_a_reply_do_not_decide(model: TopicModel, notices: tuple[list[str], list[str]]) -> None:
    texts, _ = notices
    before = "某某代表：您提出的建议收悉，现答复如下："
    after = "感谢您对医疗保障工作的关心和支持。国家医疗保障局"
    bare = model.predict_facets(texts)
    wrapped = model.predict_facets([f"{before}{text}{after}" for text in texts])
    # The two more sentences count as any others; the office and its thanks must not add insurance.
    assert np.mean((bare > 0.5) == (wrapped > 0.5)) >= 0.9


@pytest.mark.parametrize(
    ("subject", "label"),
    [
        ("关于降低居民医保缴费标准的建议", "医保"),
        ("关于把更多创新药纳入国家医保药品目录的建议", "医保x医药"),
        ("关于完善DRG付费、支持基层医疗机构发展的建议", "医疗x医保"),
        ("关于建立长期护理保险制度的提案", "医保"),
    ],
)
def test_subject_lines(model: TopicModel, subject: str, label: str) -> None:
    assert model.predict([subject]) == [label]
