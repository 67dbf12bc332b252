import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from nhsa_nlp.errors import BundleError
from nhsa_nlp.topic.classifier import TopicClassifier
from nhsa_nlp.topic.features import extract
from nhsa_nlp.topic.linear import LinearModel, known_share
from nhsa_nlp.topic.linear_fitting import (
    TermCounter,
    TermCounts,
    fit_familiarity,
    fit_linear_model,
    fit_sharpness,
    sharpen,
)
from nhsa_nlp.topic.model import TopicModel
from nhsa_nlp.topic.terms import TermSpace

WORDS = {
    "体育": ["夺冠", "联赛", "主场", "射门", "教练", "球队", "决赛", "奥运", "NBA", "进球"],
    "财经": ["股市", "基金", "利率", "央行", "上市", "营收", "A股", "债券", "汇率", "通胀"],
    "房产": ["楼盘", "房价", "开盘", "购房", "地块", "物业", "户型", "限购", "租金", "二手房"],
}


def headlines(count: int, seed: int = 0) -> tuple[list[str], list[str]]:
    """Headlines of few words, each word in few of them, and some of another label's."""
    rng = np.random.default_rng(seed)
    texts, labels = [], []
    for _ in range(count):
        label = list(WORDS)[rng.integers(3)]
        words = [*rng.choice(WORDS[label], 2, replace=False), rng.choice(WORDS[list(WORDS)[rng.integers(3)]])]
        texts.append("".join(rng.permutation(words)) + str(rng.integers(100)))
        labels.append(label)
    return texts, labels


@pytest.fixture(scope="module")
def fitted() -> TopicClassifier:
    return TopicClassifier().fit(*headlines(300))


def test_headlines_are_told_apart(fitted: TopicClassifier) -> None:
    texts, labels = headlines(300, seed=1)
    probabilities = fitted.predict_proba(texts)
    right = fitted.classes_[probabilities.argmax(axis=1)] == np.array(labels)
    assert right.mean() > 0.9
    assert abs(probabilities.max(axis=1).mean() - right.mean()) < 0.06  # they mean what they say


@pytest.mark.parametrize("text", ["主场夺冠", "NBA", "nba！"])
def test_a_headline_of_two_words_is_answered(fitted: TopicClassifier, text: str) -> None:
    topic = fitted.model_.analyse(text)
    assert topic["label"] == "体育"
    assert topic["facets"] == {}
    for piece in topic["evidence"]:
        assert text[piece["start"] : piece["end"]] == piece["text"]
    assert any(piece["text"].lower() in text.lower() for piece in topic["evidence"])


@pytest.mark.parametrize(
    ("text", "reason"), [("2021，99。", "too_short"), ("", "too_short"), ("麒麟饕餮貔貅", "out_of_scope")]
)
def test_what_it_knows_nothing_of_is_declined(fitted: TopicClassifier, text: str, reason: str) -> None:
    topic = fitted.model_.analyse(text)
    assert (topic["label"], topic["reason"], topic["review"]) == (None, reason, True)


RECIPE = "食堂公布球队菜谱：红烧肉切块焯水，加冰糖炒色，小火慢炖一个钟头后收汁。"


def test_what_is_unlike_all_it_has_learnt_is_declined(fitted: TopicClassifier) -> None:
    model = fitted.model_
    assert isinstance(model.inner, LinearModel)
    topic = model.analyse(RECIPE)
    assert (topic["label"], topic["reason"], topic["review"]) == (None, "out_of_scope", True)
    blind = replace(model, inner=replace(model.inner, familiarity=None))
    assert blind.analyse(RECIPE)["label"] == "体育"  # it knows one word
    texts, _ = headlines(400, seed=1)
    assert sum(model.analyse(text, top=0)["label"] is None for text in texts) <= 8


def test_one_text_in_a_hundred_may_be_called_unlike_the_others(fitted: TopicClassifier) -> None:
    model = fitted.model_.inner
    assert isinstance(model, LinearModel)
    rng = np.random.default_rng(0)
    total = rng.uniform(20, 2000, 1000)
    known = np.column_stack([total * rng.beta(30, 10, 1000), total])
    found = fit_familiarity(model, known).familiarity
    assert found is not None
    flagged = known_share(known, found.usual) < found.least
    assert 8 <= flagged.sum() <= 10
    short, long = known_share(np.array([[5.0, 20.0], [500.0, 2000.0]]), found.usual)
    assert long < found.least < short  # four words say little
    assert fit_familiarity(model, known[:98]).familiarity is None


def test_a_small_model_calls_no_text_unlike_the_others() -> None:
    inner = TopicClassifier().fit(*headlines(60)).model_.inner
    assert isinstance(inner, LinearModel)
    assert inner.familiarity is None


def test_what_most_texts_have_is_not_strange() -> None:
    documents = [extract(f"现答复如下：{text}") for text in headlines(20)[0]]
    words, characters = (
        count_terms(getattr(document, name) for document in documents) for name in ("all_words", "all_ngrams")
    )
    rows = np.arange(20)
    model = fit_linear_model(words, characters, rows, rows % 2, np.ones(20), 1.0)
    known, everything = model.known(extract("如下"))
    assert known == everything == 0


def test_a_model_keeps_what_is_familiar(fitted: TopicClassifier, tmp_path: Path) -> None:
    fitted.model_.to_disk(tmp_path)
    assert isinstance(inner := TopicModel.from_disk(tmp_path).inner, LinearModel)
    assert isinstance(fitted.model_.inner, LinearModel)
    assert inner.familiarity == fitted.model_.inner.familiarity is not None
    content = json.loads((tmp_path / "model.json").read_text("utf-8"))
    familiar = content.pop("familiarity")
    for wrong in ({"usual": 1.5}, {"least": "much"}, {"common": [1]}):
        changed = {**content, "familiarity": {**familiar, **wrong}}
        (tmp_path / "model.json").write_text(json.dumps(changed), "utf-8")
        with pytest.raises(BundleError, match="damaged"):
            TopicModel.from_disk(tmp_path)
    (tmp_path / "model.json").write_text(json.dumps({**content, "format": 3}), "utf-8")
    old = TopicModel.from_disk(tmp_path)
    assert isinstance(old.inner, LinearModel)
    assert old.inner.familiarity is None
    assert old.analyse("主场夺冠")["label"] == "体育"


def test_a_saved_model_is_the_same(fitted: TopicClassifier, tmp_path: Path) -> None:
    texts, _ = headlines(50, seed=2)
    fitted.model_.to_disk(tmp_path)
    loaded = TopicModel.from_disk(tmp_path)
    np.testing.assert_array_equal(loaded.predict_proba(texts), fitted.predict_proba(texts))
    first = (tmp_path / "weights.npz").read_bytes()
    TopicClassifier().fit(*headlines(300)).model_.to_disk(tmp_path)
    assert (tmp_path / "weights.npz").read_bytes() == first


def count_terms(documents: Iterable[Counter[str]]) -> TermCounts:
    counter = TermCounter()
    for document in documents:
        counter.add(document)
    return counter.counts()


def test_terms_are_weighed_as_when_predicting() -> None:
    documents = [
        Counter({"甲": 3, "乙": 1}),
        Counter({"乙": 2, "丙": 1}),
        Counter({"丙": 4}),
        Counter({"丁": 1}),
    ]
    counts = count_terms(documents)
    assert (counts.terms, counts.matrix.toarray().tolist()[1]) == (("丁", "丙", "乙", "甲"), [0, 1, 2, 0])
    codes = np.array([0, 0, 1, 1])
    model = fit_linear_model(counts, count_terms([Counter()] * 4), np.arange(4), codes, np.ones(4), 1.0)
    reference = TermSpace.fit(documents, min_documents=1, max_share=0.5)
    assert model.words.space.vocabulary == reference.vocabulary
    np.testing.assert_allclose(model.words.space.idf, reference.idf)


def test_the_vocabulary_shrinks_as_classes_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nhsa_nlp.topic.linear_fitting._MAX_WEIGHTS", 6000)
    counts = count_terms(Counter({f"t{n}": 1, f"u{n % 1200}": 1, f"c{n % 4}": 1}) for n in range(2400))
    model = fit_linear_model(counts, counts, np.arange(2400), np.arange(2400) % 4, np.ones(2400), 1.0)
    assert len(model.words.space.vocabulary) == 1500
    assert {"c0", "u0", "u1199"} <= set(model.words.space.vocabulary)  # the frequent ones stay


def test_without_terms_the_frequent_class_is_likelier() -> None:
    empty = count_terms([Counter()] * 4)
    model = fit_linear_model(empty, empty, np.arange(4), np.array([0, 1, 1, 1]), np.ones(4), 1.0)
    np.testing.assert_allclose(np.exp(model.bias), [0.25, 0.75])


def test_sharpness_is_that_of_a_calibration() -> None:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 2, 4000)
    scores = np.where(truth == 1, 1.0, -1.0) + rng.normal(0, 1.5, 4000)
    p = 1 / (1 + np.exp(-scores))
    reference = LogisticRegression(C=1e6, fit_intercept=False).fit(scores[:, None], truth).coef_[0, 0]
    found = fit_sharpness(np.column_stack([1 - p, p]), truth)
    assert found == pytest.approx(reference, rel=0.02)
    assert sharpen(np.array([[0.2, 0.8]]), 2.0)[0] == pytest.approx([0.04 / 0.68, 0.64 / 0.68])


def test_a_few_right_answers_are_no_certainty() -> None:
    p = np.tile([0.9, 0.1], (10, 1))
    factor = fit_sharpness(p, np.zeros(10, dtype=np.int64))
    assert sharpen(p, factor)[0, 0] < 0.95
    assert fit_sharpness(np.zeros((0, 2)), np.zeros(0, dtype=np.int64)) == 1.0


def test_a_plain_model_is_what_is_fitted(fitted: TopicClassifier) -> None:
    assert isinstance(fitted.model_.inner, LinearModel)


def test_compounds_give_their_parts() -> None:
    counts = extract("公安大学NBA！").all_words
    assert {"公安大学", "公安", "大学", "nba", "！"} <= counts.keys()
    assert extract("公安，公安。").all_words["公安"] == 2  # the dictionary adds none to what was cut


def test_a_label_may_be_told_by_how_a_headline_ends() -> None:
    rng = np.random.default_rng(0)
    pieces = [["图", "文", "字", "书"][i] for i in rng.integers(4, size=1200)]
    texts = ["".join(pieces[i : i + 6]) for i in range(0, 1200, 6)]
    labels = [text[-1] for text in texts]
    assert (
        TopicClassifier().fit(texts[:150], labels[:150]).predict(texts[150:]) == labels[150:]
    ).mean() > 0.9


def test_the_end_of_a_text_is_no_known_word() -> None:
    texts, labels = headlines(60)
    marked = TopicClassifier().fit([f"{text}{'！' * (n % 3 == 0)}" for n, text in enumerate(texts)], labels)
    assert marked.model_.analyse("麒麟饕餮貔貅！")["reason"] == "out_of_scope"


def test_contributions_add_up_to_the_score(fitted: TopicClassifier) -> None:
    model = fitted.model_
    assert isinstance(model.inner, LinearModel)
    probabilities, _, weights = model.inner.explain(model.extract("球队主场夺冠，联赛进球"))
    scores = weights.sum(axis=0) + model.inner.bias
    powers = np.exp(scores - np.max(scores))
    np.testing.assert_allclose(powers / powers.sum(), probabilities)


def test_words_speak_for_their_characters() -> None:
    texts = ["导演谈票房", "票房冠军的导演", "主场大胜", "主场的前锋"] * 3
    fitted = TopicClassifier(folds=0).fit(texts, ["娱乐", "娱乐", "体育", "体育"] * 3)
    evidence = [item["text"] for item in fitted.model_.explain("导演与票房")]
    assert {"导演", "票房"} <= set(evidence)
    assert not set(evidence) & set("导演票房")


def test_terms_scaled_by_their_ratios_tell_classes_apart_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nhsa_nlp.topic.linear_fitting._MACHINE", 0.0)
    monkeypatch.setattr("nhsa_nlp.topic.linear_fitting._BAYES", 0.0)
    texts, labels = headlines(300)
    alone = TopicClassifier().fit(texts, labels)
    texts, labels = headlines(300, seed=1)
    assert (alone.predict(texts) == labels).mean() > 0.9
