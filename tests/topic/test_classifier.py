import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from sklearn.base import clone, is_classifier
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import KFold, cross_val_score
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from nhsa_nlp.errors import InputError
from nhsa_nlp.topic import TopicClassifier
from nhsa_nlp.topic.facets import FacetModel
from nhsa_nlp.topic.genres import GenreModel
from nhsa_nlp.topic.labels import LABELS, MEMBERSHIP, SCOPED_LABELS
from nhsa_nlp.topic.scoped import ScopedModel
from nhsa_nlp.training.settings import TopicSettings
from nhsa_nlp.training.topic import topic_classifier

SMALL: dict[str, Any] = {"trees": 5}


def test_is_a_scikit_learn_classifier() -> None:
    classifier = TopicClassifier(trees=7, random_state=3)
    assert is_classifier(classifier)
    assert clone(classifier).get_params() == classifier.get_params()
    assert classifier.set_params(trees=9).trees == 9


def test_all_seven_labels_even_if_never_seen(
    classifier: TopicClassifier, replies: tuple[list[str], list[str]]
) -> None:
    texts, labels = replies
    assert list(classifier.classes_) == list(LABELS)
    assert "医疗x医药" not in labels
    probabilities = classifier.predict_proba(texts[:20])
    assert probabilities.shape == (20, 7)
    assert (probabilities > 0).all()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)


def test_facets_are_the_marginals(classifier: TopicClassifier, replies: tuple[list[str], list[str]]) -> None:
    texts = replies[0][:20]
    np.testing.assert_allclose(
        classifier.model_.predict_facets(texts), classifier.predict_proba(texts) @ MEMBERSHIP
    )


def test_predict_is_the_most_probable(
    classifier: TopicClassifier, replies: tuple[list[str], list[str]]
) -> None:
    texts = replies[0][:20]
    expected = [LABELS[i] for i in classifier.predict_proba(texts).argmax(axis=1)]
    assert list(classifier.predict(texts)) == expected


@pytest.mark.slow
def test_cross_validation_and_pipeline(replies: tuple[list[str], list[str]]) -> None:
    texts, labels = replies
    keep = [i for i, label in enumerate(labels) if labels.count(label) > 2]
    x = np.array([texts[i] for i in keep], dtype=object)
    y = np.array([labels[i] for i in keep])
    pipeline = Pipeline([("same", FunctionTransformer()), ("topic", TopicClassifier(**SMALL))])
    scores = cross_val_score(pipeline, x, y, cv=2)
    assert scores.shape == (2,)
    assert (scores > 0.5).all()


@pytest.mark.slow
def test_cross_validation_in_several_processes(replies: tuple[list[str], list[str]]) -> None:
    x, y = np.array(replies[0][:40], dtype=object), np.array(replies[1][:40])
    classifier = TopicClassifier(**SMALL, folds=2, n_jobs=2)  # its own folds stay in scikit-learn's processes
    assert clone(classifier).n_jobs == 2
    one, two = (cross_val_score(classifier, x, y, cv=KFold(2), n_jobs=jobs) for jobs in (1, 2))
    np.testing.assert_array_equal(one, two)


@pytest.mark.slow
@pytest.mark.parametrize("names", [{}, {"医保": "甲", "医疗x医保": "乙", "医保x医药": "丙"}])
def test_the_same_model_for_any_number_of_processes(
    replies: tuple[list[str], list[str]], names: dict[str, str]
) -> None:
    texts, labels = replies[0][:40], [names.get(label, label) for label in replies[1][:40]]
    one, two = (TopicClassifier(**SMALL, folds=3, n_jobs=jobs).fit(texts, labels).model_ for jobs in (1, 2))
    assert (one.review_below, one.set_above) == (two.review_below, two.set_above)
    np.testing.assert_array_equal(one.predict_proba(texts), two.predict_proba(texts))


@pytest.mark.slow
def test_the_same_seed_gives_the_same_model(replies: tuple[list[str], list[str]]) -> None:
    texts, labels = (part[:60] for part in replies)
    first, second, other = (
        TopicClassifier(trees=5, random_state=seed).fit(texts, labels).predict_proba(texts)
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, other)


def test_sample_weights_count(headline_classifier: TopicClassifier) -> None:
    texts = ["球队夺冠", "球队夺冠"] * 3
    labels = ["甲", "乙"] * 3
    for favoured, other in ((0, 1), (1, 0)):
        weight = [5.0 if i % 2 == favoured else 1.0 for i in range(6)]
        found = TopicClassifier().fit(texts, labels, weight)
        assert found.predict(["球队夺冠"])[0] == labels[favoured]
        assert found.predict(["球队夺冠"])[0] != labels[other]


@pytest.mark.slow
def test_sample_weights_move_the_facets(replies: tuple[list[str], list[str]]) -> None:
    texts, labels = replies
    weight = np.where(["医疗" in label for label in labels], 8.0, 1.0)
    plain = TopicClassifier(**SMALL).fit(texts, labels).model_.predict_facets(texts)
    weighted = TopicClassifier(**SMALL).fit(texts, labels, weight).model_.predict_facets(texts)
    assert weighted[:, 1].mean() > plain[:, 1].mean() + 0.02


def test_a_facet_everybody_has_is_no_obstacle() -> None:
    texts = ["医保报销比例提高。" * 3, "医院手术和医保报销。" * 3]
    found = TopicClassifier(**SMALL).fit(texts, ["医保", "医疗x医保"])
    assert found.model_.predict_facets(texts)[:, 0].min() > 0.5


def test_one_document_is_enough() -> None:
    found = TopicClassifier(**SMALL).fit(["基本医疗保险参保缴费"], ["医保"])
    assert found.predict(["基本医疗保险参保缴费"])[0] == "医保"


def test_other_labels_are_ordinary_classes(headline_classifier: TopicClassifier) -> None:
    assert list(headline_classifier.classes_) == ["体育", "娱乐", "财经"]
    texts = ["前锋进球助球队取胜", "银行下调利率", "导演谈新电影"]
    assert list(headline_classifier.predict(texts)) == ["体育", "财经", "娱乐"]
    np.testing.assert_allclose(headline_classifier.predict_proba(texts).sum(axis=1), 1)


def test_two_other_labels() -> None:
    found = TopicClassifier().fit(["球队夺冠", "球队进球", "银行利率", "银行股市"], ["b", "b", "a", "a"])
    assert list(found.predict(["球队", "银行"])) == ["b", "a"]
    assert found.predict_proba(["球队"]).shape == (1, 2)


def test_labels_may_be_numbers() -> None:
    numbers: list[Any] = [7, 7, 3, 3]
    found = TopicClassifier().fit(["球队夺冠", "球队进球", "银行利率", "银行股市"], numbers)
    assert found.predict(["球队"])[0] == 7


def test_other_labels_have_no_facets(headline_classifier: TopicClassifier) -> None:
    with pytest.raises(InputError, match="use predict_proba"):
        headline_classifier.model_.predict_facets(["球队"])


def test_prediction_is_thread_safe(classifier: TopicClassifier, replies: tuple[list[str], list[str]]) -> None:
    texts = replies[0][:12]
    expected = [classifier.model_.analyse(text) for text in texts]
    results: list[list[object]] = []
    threads = [
        threading.Thread(target=lambda: results.append([classifier.model_.analyse(text) for text in texts]))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 8
    assert all(result == expected for result in results)


def test_batches_do_not_matter(classifier: TopicClassifier, replies: tuple[list[str], list[str]]) -> None:
    texts = replies[0][:70]
    one_by_one = np.concatenate([classifier.predict_proba([text]) for text in texts])
    np.testing.assert_allclose(classifier.predict_proba(texts), one_by_one, rtol=1e-12)


def test_nothing_to_predict(classifier: TopicClassifier) -> None:
    assert classifier.predict_proba([]).shape == (0, 7)
    assert classifier.predict([]).shape == (0,)


@pytest.mark.parametrize("text", ["", " \n", "。", "1", "a" * 1000, "药" * 5000, "\U0001f600", "\ud83d"])
def test_odd_texts_get_an_answer(classifier: TopicClassifier, text: str) -> None:
    assert np.isfinite(classifier.predict_proba([text])).all()


@pytest.mark.parametrize("texts", ["医保", ["医保", None], ["医保", 3.0], None])
def test_what_is_not_a_list_of_strings_is_refused(classifier: TopicClassifier, texts: Any) -> None:
    with pytest.raises(InputError, match="string"):
        classifier.predict(texts)


def test_a_table_is_refused_rather_than_its_columns_labelled(classifier: TopicClassifier) -> None:
    with pytest.raises(InputError, match="one column of strings"):
        classifier.predict(cast("list[str]", np.array([["医保"], ["医疗"]])))


@pytest.mark.parametrize(
    ("texts", "labels", "weight", "message"),
    [
        ([], [], None, "no texts"),
        (["a"], ["医保", "医疗"], None, "1 texts, 2 labels"),
        (["a"], ["医保"], [1.0, 2.0], "2 weights"),
        (["a", "b"], ["医保", "医疗"], [1.0, -0.5], "from 0 on"),
        (["a", "b"], ["医保", "医疗"], [0.0, 0.0], "not all of them zero"),
        (["a", "b"], ["医保", "医疗"], [1.0, float("nan")], "from 0 on"),
        ("ab", ["医保", "医疗"], None, "single string"),
        (["a", "b"], ["医保", None], None, "text 1 has no label"),
        (["a", "b"], np.array([float("nan"), "x"], dtype=object), None, "text 0 has no label"),
    ],
)
def test_bad_training_data_are_refused(texts: Any, labels: Any, weight: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        TopicClassifier().fit(texts, labels, weight)


@pytest.mark.parametrize("smoothing", [-0.1, 1.1, float("nan")])
def test_label_smoothing_is_a_share(smoothing: float) -> None:
    with pytest.raises(InputError, match="label_smoothing"):
        TopicClassifier(label_smoothing=smoothing).fit(["医保"], ["医保"])


def test_a_document_of_weight_nothing_is_as_good_as_none(replies: tuple[list[str], list[str]]) -> None:
    texts, labels = replies[0][:30], replies[1][:30]
    weight = np.arange(30) % 5 / 2
    counting = np.flatnonzero(weight)
    one = TopicClassifier(trees=5, folds=0).fit(texts, labels, weight)
    other = TopicClassifier(trees=5, folds=0).fit(
        [texts[i] for i in counting], [labels[i] for i in counting], weight[counting]
    )
    np.testing.assert_array_equal(one.predict_proba(texts), other.predict_proba(texts))


def test_label_smoothing_helps_where_a_label_contradicts_its_like(
    replies: tuple[list[str], list[str]],
) -> None:
    texts, labels = replies
    wrong = list(labels)
    row = labels.index("医保")
    wrong[row] = "三联动"
    sharp, smoothed = (
        TopicClassifier(trees=40, folds=0, label_smoothing=smoothing)
        .fit(texts, wrong)
        .model_.predict_facets([texts[row]])[0]
        for smoothing in (0.0, 0.8)
    )
    assert (smoothed[1:] < sharp[1:]).all()


TINY = ["医保报销比例提高", "医院增加护士", "药品价格下降", "小区停车难", "医院门口停车难"] * 2
TINY_LABELS = ["医保", "医疗", "医药", "out_of_scope", "near_scope"] * 2


def test_genres_are_as_many_as_texts() -> None:
    with pytest.raises(InputError, match="10 texts but 3 genres"):
        TopicClassifier(**SMALL).fit(TINY, TINY_LABELS, genres=["reply"] * 3)


@pytest.mark.parametrize(
    ("labels", "genres"),
    [(TINY_LABELS, None), (TINY_LABELS, ["proposal"] * 10), (["医保", "医疗", "医药"], ["document"] * 3)],
)
def test_other_genres_than_replies_are_labelled_by_the_definitions(
    labels: list[str], genres: list[str] | None
) -> None:
    found = TopicClassifier(folds=0).fit(TINY[: len(labels)], labels, genres=genres)
    assert isinstance(found.model_.inner, ScopedModel)
    assert tuple(found.classes_) == SCOPED_LABELS
    assert list(found.predict(TINY[:3])) == ["医保", "医疗", "医药"]


def test_replies_alone_are_never_out_of_scope() -> None:
    found = TopicClassifier(trees=3, folds=0).fit(TINY[:3], TINY_LABELS[:3], genres=["reply"] * 3)
    assert isinstance(found.model_.inner, FacetModel)
    assert tuple(found.classes_) == LABELS


def test_what_is_out_of_scope_is_no_reply() -> None:
    found = TopicClassifier(trees=3, folds=0).fit(TINY, TINY_LABELS, genres=["reply"] * 10)
    assert isinstance(found.model_.inner, GenreModel)


def test_near_scope_is_a_reason_and_no_class() -> None:
    model = TopicClassifier(folds=0).fit(TINY, TINY_LABELS).model_
    assert "near_scope" not in model.classes
    for text, reason in (("医院门口停车难", "near_scope"), ("小区停车难", "out_of_scope")):
        record = model.analyse(text)
        assert (record["label"], record["reason"], record["review"]) == (None, reason, True)


def test_a_group_is_not_split_by_the_folds() -> None:
    # Each matter has words of its own, so that a document is easy if another of its matter was seen.
    texts = [
        f"{chr(0x4E00 + 40 * matter) * 6}{chr(0x9000 + place) * 3}"
        for matter in range(20)
        for place in range(4)
    ]
    labels = ["医保" if matter % 2 else "医疗" for matter in range(20) for _ in range(4)]
    groups = [matter for matter in range(20) for _ in range(4)]
    genres = ["proposal"] * 80
    apart, together = (
        TopicClassifier(folds=4).fit(texts, labels, genres=genres, groups=given).model_
        for given in (None, groups)
    )
    assert apart.review_below < together.review_below


def test_the_weights_of_genres_and_groups_are_those_of_their_texts() -> None:
    weight = [0.0, *[1.0] * 9]
    genres = ["reply", *["proposal"] * 9]
    found = TopicClassifier(folds=2).fit(TINY, TINY_LABELS, weight, genres=genres, groups=list(range(10)))
    assert isinstance(found.model_.inner, ScopedModel)  # the one reply does not count


SAVE = """
import sys
from nhsa_nlp.topic import TopicClassifier
texts = [f"第{i}号文件讲{w}，{w}还有{v}。" for i in range(9) for w, v in (("医保", "报销"), ("医院", "手术"))]
TopicClassifier(trees=5, folds=2).fit(texts, ["医保", "医疗"] * 9).model_.to_disk(sys.argv[1])
"""


@pytest.mark.slow
def test_every_process_fits_the_same_model(tmp_path: Path) -> None:
    for seed in "12":
        subprocess.run(
            [sys.executable, "-c", SAVE, tmp_path / seed],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
        )
    for name in ("model.json", "weights.npz"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


@pytest.mark.parametrize("seed", [None, -1, "7"])
def test_a_seed_is_a_whole_number(replies: tuple[list[str], list[str]], seed: Any) -> None:
    texts, labels = (part[:10] for part in replies)
    with pytest.raises(InputError, match="random_state"):
        TopicClassifier(random_state=seed).fit(texts, labels)


def test_unfitted(replies: tuple[list[str], list[str]]) -> None:
    with pytest.raises(NotFittedError):
        TopicClassifier().predict(["医保"])


@pytest.mark.slow
def test_the_classifier_of_a_bundle_is_the_released_one(replies: tuple[list[str], list[str]]) -> None:
    texts, labels = (part[:40] for part in replies)
    released = TopicClassifier(random_state=5).fit(texts, labels)
    np.testing.assert_array_equal(
        topic_classifier(TopicSettings(), 5).fit(texts, labels).predict_proba(texts),
        released.predict_proba(texts),
    )


def test_predicting_imports_no_training_library() -> None:
    code = (
        "import sys, nhsa_nlp.topic.model, nhsa_nlp.topic.storage; from nhsa_nlp.topic import TopicModel; "
        "sys.exit(any(m.split('.')[0] in ('sklearn', 'scipy', 'spacy') for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_segmenter_without_a_dictionary_is_refused() -> None:
    with pytest.raises(InputError, match="segmenter 'char' has no dictionary; choose rjieba or jieba"):
        TopicClassifier(segmenter="char").fit(["医保"], ["医保"])  # type: ignore[arg-type]


OURS = ["医保", "医疗", "医疗x医保"] * 4


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("医疗×医保", "医疗x医保"),
        (" 医保 ", "医保"),
        ("医保x医疗", "医疗x医保"),
        ("out-of-scope", "out_of_scope"),
    ],
)
def test_a_slip_in_one_of_our_labels_is_not_taken_for_another(written: str, meant: str) -> None:
    texts = [f"关于第{n}件事的建议，提高报销比例，增加医生" for n in range(len(OURS))]
    with pytest.raises(InputError, match=f"of text 5 is not one of ours; write '{meant}'"):
        TopicClassifier(folds=0).fit(texts, [*OURS[:5], written, *OURS[6:]])


def test_labels_of_ones_own_may_be_beside_ours() -> None:
    texts = [f"关于第{n}件事的建议，提高报销比例，增加医生" for n in range(len(OURS))]
    for labels in ([*OURS[:-1], "其他"], ["体育", "财经", "医保x医疗"] * 4):
        assert set(TopicClassifier(folds=0).fit(texts, labels).classes_) == set(labels)


def test_a_single_label_of_ones_own_is_refused() -> None:
    with pytest.raises(InputError, match="the texts have one class only, '体育'; a classifier needs two"):
        TopicClassifier(folds=0).fit(["建议一", "建议二"], ["体育", "体育"])


def test_a_text_without_a_genre_is_named() -> None:
    with pytest.raises(InputError, match="text 1 has no genre"):
        TopicClassifier(folds=0).fit(["建议一", "建议二"], ["医保", "医疗"], genres=["reply", None])  # type: ignore[list-item]
