import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from nhsa_nlp.topic.features import DocumentFeatures
from nhsa_nlp.topic.labels import FACETS, SCOPED_LABELS, SCOPED_MEMBERSHIP
from nhsa_nlp.topic.model import TopicModel
from nhsa_nlp.topic.scoped import (
    ScopedModel,
    places_of,
    scoped_distribution,
    telling_runs,
)

ODD = [
    "",
    "药",
    "\n",
    "药太贵了",
    "药太贵 a b",
    "医保\U0001f600药\U00020bb7",
    "醫院的CT檢查費太高",
    "a" * 500,
    "药" * 300,
]


@pytest.fixture(scope="module")
def inner(scoped_model: TopicModel) -> ScopedModel:
    assert isinstance(scoped_model.inner, ScopedModel)
    return scoped_model.inner


@pytest.fixture(scope="module")
def texts(
    replies: tuple[list[str], list[str]],
    proposals: tuple[list[str], list[str]],
    documents: tuple[list[str], list[str]],
) -> list[str]:
    return [*proposals[0][::8], *documents[0][::6], *replies[0][:3], *ODD]


def shared_out(inner: ScopedModel, document: DocumentFeatures) -> dict[str, NDArray[np.float64]]:
    """Share out the scores term by term and character by character."""
    shares = np.zeros((len(document.text), len(FACETS)))
    parts = inner.terms, inner.requests, inner.kinds
    for linear, places in zip(parts, places_of(document, inner.vocabulary), strict=True):
        spans: dict[str, list[tuple[int, int]]] = {}
        for term, start, end in zip(*places, strict=True):
            spans.setdefault(term, []).append((start, end))
        columns = {term: column for column, term in enumerate(linear.space.vocabulary)}
        known = {columns[term]: found for term, found in spans.items() if term in columns}
        numbers = np.array([len(found) for found in known.values()])
        for value, (column, found) in zip(
            linear.space.values(np.array(list(known), dtype=np.int64), numbers), known.items(), strict=True
        ):
            for start, end in found:
                weight = value * linear.weights[column, : len(FACETS)]
                shares[start:end] += weight / (len(found) * (end - start))
    words: dict[str, NDArray[np.float64]] = {}
    for start, word in document.placed_words:
        words[word] = words.get(word, np.zeros(3)) + shares[start : start + len(word)].sum(axis=0)
    return words


def test_contributions_add_up_to_the_scores(
    scoped_model: TopicModel, inner: ScopedModel, texts: Sequence[str]
) -> None:
    for text in texts:
        (vectors,) = inner.vectorize([scoped_model.extract(text)])
        words, weights = inner.contributions(vectors)
        assert weights.shape == (len(words), len(FACETS))
        assert len(set(words)) == len(words)
        scores = inner.scores([vectors])[0, : len(FACETS)]
        np.testing.assert_allclose(weights.sum(axis=0) + inner.bias[: len(FACETS)], scores, atol=1e-9)


def test_contributions_are_shared_out_by_characters(
    scoped_model: TopicModel, inner: ScopedModel, texts: Sequence[str]
) -> None:
    for text in texts:
        document = scoped_model.extract(text)
        words, weights = inner.contributions(*inner.vectorize([document]))
        expected = shared_out(inner, document)
        assert words == list(expected)
        for word, weight in zip(words, weights, strict=True):
            np.testing.assert_allclose(weight, expected[word], atol=1e-9)


def test_places_are_where_the_terms_are(
    scoped_model: TopicModel, inner: ScopedModel, texts: Sequence[str]
) -> None:
    for text in texts:
        document = scoped_model.extract(text)
        read, asked, kinds = places_of(document, inner.vocabulary)
        for term, start, end in [*zip(*read, strict=True), *zip(*asked, strict=True)]:
            assert document.text[start:end] == term
        for start in asked.starts:
            assert any(begin <= start < end for begin, end in document.sentences)
        for kind, start, end in zip(*kinds, strict=True):
            assert 0 <= start < end <= len(document.text)
            assert kind.count(">") <= 1


def test_a_kind_follows_another_in_its_clause_only(inner: ScopedModel, scoped_model: TopicModel) -> None:
    def kinds(text: str) -> list[str]:
        _, _, kinds = places_of(scoped_model.extract(text), inner.vocabulary)
        return kinds.terms

    together, apart = kinds("阿司匹林糖尿病"), kinds("阿司匹林，糖尿病")
    assert [kind for kind in together if ">" not in kind] == [kind for kind in apart if ">" not in kind]
    assert any(">" in kind for kind in together)
    assert not any(">" in kind for kind in apart)


def test_the_sectors_are_independent() -> None:
    scores = np.array([[-9.0, -9.0, -9.0], [9.0, 9.0, 9.0], [5.0, -5.0, 0.0]])
    distribution = scoped_distribution(scores)
    np.testing.assert_allclose(distribution.sum(axis=1), 1)
    assert [SCOPED_LABELS[row.argmax()] for row in distribution[:2]] == ["out_of_scope", "三联动"]
    np.testing.assert_allclose(distribution @ SCOPED_MEMBERSHIP, 1 / (1 + np.exp(-scores)))
    for one, other in combinations(range(len(FACETS)), 2):
        both = distribution @ (SCOPED_MEMBERSHIP[:, one] & SCOPED_MEMBERSHIP[:, other])
        np.testing.assert_allclose(both, (1 / (1 + np.exp(-scores[:, [one, other]]))).prod(axis=1))


def test_no_probability_is_lost(scoped_model: TopicModel, texts: list[str]) -> None:
    probabilities = scoped_model.predict_proba(texts)
    assert probabilities.shape == (len(texts), len(SCOPED_LABELS))
    assert (probabilities > 0).all()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    np.testing.assert_allclose(
        scoped_model.predict_facets(texts), probabilities @ SCOPED_MEMBERSHIP.astype(float)
    )


def test_it_has_learnt_what_it_was_taught(
    scoped_model: TopicModel, proposals: tuple[list[str], list[str]]
) -> None:
    texts, labels = proposals
    expected = ["out_of_scope" if label == "near_scope" else label for label in labels]
    right = np.array(scoped_model.predict(texts)) == np.array(expected)
    assert right.mean() > 0.95


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "too_short"),
        ("药", "too_short"),
        ("12345", "too_short"),
        ("？！", "too_short"),
        ("Hospitals are too expensive", "not_chinese"),
        ("The hospital 医院 is a very large building", "not_chinese"),
        ("くすりがとてもたかいのでなんとかしてください", "not_chinese"),
        ("医療保険の給付率を引き上げてください", "not_chinese"),
        ("药太贵了", None),
        ("看不起病", None),
        ("太贵", None),
        ("CT太贵", None),
        ("建議降低藥價", None),
    ],
)
def test_what_cannot_be_judged(scoped_model: TopicModel, text: str, reason: str | None) -> None:
    assert scoped_model.inner.refusal(scoped_model.extract(text)) == reason
    record = scoped_model.analyse(text)
    if reason:
        assert (record["label"], record["reason"], record["review"]) == (None, reason, True)
        assert record["facets"] == {}
        assert not record["evidence"]
    else:
        assert record["reason"] not in ("too_short", "not_chinese")


def test_what_is_asked_for_counts_more(scoped_model: TopicModel, inner: ScopedModel) -> None:
    background = "我们村的公路坏了很久。村里开会讨论过。"
    asked = "村里的人常说公路不好走。建议把高血压用药纳入医保报销。"
    told = "村里的人建议修好这条公路。去年高血压用药纳入医保报销。"
    for text, request in ((background + asked, True), (background + told, False)):
        words = places_of(scoped_model.extract(text), inner.vocabulary)[1].terms
        assert ("报销" in words) == request
    documents = [scoped_model.extract(background + text) for text in (asked, told)]
    without = replace(inner, requests=replace(inner.requests, weights=np.zeros_like(inner.requests.weights)))
    of_requests = inner.scores(inner.vectorize(documents)) - without.scores(without.vectorize(documents))
    insurance = FACETS.index("医保")
    assert of_requests[0, insurance] > of_requests[1, insurance]


@pytest.mark.parametrize(
    ("text", "kind"),
    [("建议降低药价", "title"), ("药" * 40, "title"), ("药" * 41, "text"), (f"{'药' * 40}\n", "title")],
)
def test_a_title_is_short(inner: ScopedModel, scoped_model: TopicModel, text: str, kind: str) -> None:
    assert inner.kind(scoped_model.extract(text)) == kind


def test_what_is_next_to_health(
    scoped_model: TopicModel, inner: ScopedModel, proposals: tuple[list[str], list[str]]
) -> None:
    outside = [
        (text, label)
        for text, label in zip(*proposals, strict=True)
        if label in ("near_scope", "out_of_scope")
    ]
    right = [inner.scope(scoped_model.extract(text)) == label for text, label in outside]
    assert np.mean(right) > 0.9


FRAME = "各位：\n近来大家说得很多。\n"
MATTER = "建议把高血压用药纳入医保报销。"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (MATTER, [MATTER]),
        (FRAME + MATTER + "此致，敬礼！", [MATTER]),
        ("医院太远。大家都说好。" + MATTER, ["医院太远。", MATTER]),
        ("医院太远。" + MATTER + "好！", ["医院太远。" + MATTER]),
        ("大家都说好。就这样吧", ["大家都说好。就这样吧"]),
        ("", [""]),
    ],
)
def test_sentences_that_name_nothing_are_not_read(
    scoped_model: TopicModel, inner: ScopedModel, text: str, read: list[str]
) -> None:
    document = scoped_model.extract(text)
    runs = telling_runs(document, inner.vocabulary.find(document.text))
    assert [document.text[begin:end] for begin, end in runs] == read


def test_a_frame_changes_no_score(scoped_model: TopicModel, inner: ScopedModel) -> None:
    bare, framed = (scoped_model.extract(text) for text in (MATTER, f"大家都这么说。\n{MATTER}就这样吧。"))
    expected, found = (inner.scores(inner.vectorize([document])) for document in (bare, framed))
    np.testing.assert_allclose(found, expected)


@pytest.mark.slow
def test_a_repeated_sentence_takes_time_in_proportion(scoped_model: TopicModel) -> None:
    def seconds(number: int) -> float:
        text = "关于医保支付的提案，报销比例提高5%。大家都说好。" * number
        began = time.process_time()
        scoped_model.analyse(text)
        return time.process_time() - began

    seconds(100)
    assert seconds(8000) < 8 * seconds(2000)


def test_what_is_next_to_health_is_found_by_the_way(
    scoped_model: TopicModel, inner: ScopedModel, texts: Sequence[str]
) -> None:
    found = set()
    for text in texts:
        explained, fresh = scoped_model.extract(text), scoped_model.extract(text)
        inner.explain(explained)
        assert explained.is_near is not None
        assert inner.scope(explained) == inner.scope(fresh)
        found.add(explained.is_near)
    assert found == {True, False}
