from __future__ import annotations

import numpy as np
import pytest

from nhsa_nlp.archive.matching.bm25 import Limits, Scores, Worth, best_of, norms, score_passages, score_texts
from nhsa_nlp.archive.matching.texts import read_text
from nhsa_nlp.io.store.term_index import encode_postings, term_counts

TEXTS = 150_000  # more than two blocks of postings


@pytest.fixture(scope="module")
def postings() -> dict[int, tuple[np.ndarray, np.ndarray]]:
    chosen = np.random.default_rng(0)
    shares = [0.001, 0.002, 0.004, 0.01, 0.3, 0.5, 0.9]
    return {
        term: (numbers := np.flatnonzero(chosen.random(TEXTS) < share), chosen.integers(1, 9, len(numbers)))
        for term, share in enumerate(shares)
    }


def ask(postings: dict[int, tuple[np.ndarray, np.ndarray]], limits: Limits) -> Scores:
    sizes = np.array([len(numbers) for numbers, _ in postings.values()])
    worth = Worth(np.arange(len(postings)), np.log(1 + TEXTS / sizes))
    against = norms(np.full(TEXTS, 300.0), 300.0)
    return score_texts(worth, sizes, against, lambda term: [encode_postings(*postings[term])], limits)


def test_scores_are_those_of_the_formula(postings: dict[int, tuple[np.ndarray, np.ndarray]]) -> None:
    scores = ask(postings, Limits(10**9, 1, 10**9))
    for text in (0, 70_000, TEXTS - 1):
        expected = 0.0
        for numbers, counts in postings.values():
            for count in counts[numbers == text]:
                expected += np.log(1 + TEXTS / len(numbers)) * 2.2 * count / (count + 1.2)
        assert scores[text] == pytest.approx(expected)


def test_the_best_texts_are_the_same_where_common_terms_are_asked_of_few(
    postings: dict[int, tuple[np.ndarray, np.ndarray]],
) -> None:
    whole, bounded = ask(postings, Limits(10**9, 1, 10**9)), ask(postings, Limits(3_000, 2_000, 10**9))
    best = best_of(whole, 10)
    assert best_of(bounded, 10).tolist() == best.tolist()
    assert bounded[best] == pytest.approx(whole[best])
    assert np.count_nonzero(bounded) < np.count_nonzero(whole)


def test_no_more_postings_are_read_than_allowed(
    postings: dict[int, tuple[np.ndarray, np.ndarray]],
) -> None:
    rare = {term: postings[term] for term in range(4)}
    few = ask(postings, Limits(3_000, 2_000, sum(len(numbers) for numbers, _ in rare.values())))
    assert np.count_nonzero(few) == len(np.unique(np.concatenate([numbers for numbers, _ in rare.values()])))


def test_the_best_are_in_order_and_of_equal_ones_the_earlier() -> None:
    scores = np.array([0.0, 2.0, 3.0, 2.0, 0.0, 2.0, 1.0])
    assert best_of(scores, 3).tolist() == [2, 1, 3]
    assert best_of(scores, 10).tolist() == [2, 1, 3, 5, 6]


def test_passages_are_scored_one_by_one() -> None:
    text = read_text("关于医保。\n" + "关于药品目录。", [6])
    assert [text.raw[start:end] for start, end in text.passages] == ["关于医保。", "关于药品目录。"]
    terms = np.sort(term_counts("药品")[0])
    scores = score_passages(text, Worth(terms, np.array([1.0])))
    assert scores[0] == 0 < scores[1]
    assert score_passages(text, Worth(terms[:0], np.array([]))).tolist() == [0, 0]


def test_no_term_reaches_from_one_passage_into_the_next() -> None:
    text = read_text("医保目录" * 100 + "药品采购", [400])
    assert len(text.passages) == 2
    codes, counts = text.whole()
    assert not set(term_counts("录药")[0].tolist()) & set(codes.tolist())
    assert dict(zip(*term_counts("医保"), strict=True)).keys() <= set(codes.tolist())
    assert counts[codes == term_counts("医保")[0]].tolist() == [100]
