"""Many classes are fitted together, and answer as those that are fitted one by one."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.svm import LinearSVC

from nhsa_nlp.topic import linear_fitting
from nhsa_nlp.topic.features import extract
from nhsa_nlp.topic.linear_fitting import TermCounter, count_linear_terms
from nhsa_nlp.topic.machines import blocks_of, fit_machines

CLASSES = 60


def documents(count: int, seed: int) -> tuple[sparse.csr_matrix, np.ndarray]:
    """Documents of ten terms, half of them from the five that each class has for itself."""
    rng = np.random.default_rng(seed)
    codes = rng.permutation(np.arange(count) % CLASSES)
    own = codes[:, None] * 5 + rng.integers(5, size=(count, 5))
    terms = np.hstack([own, rng.integers(CLASSES * 5, size=(count, 5))])
    x = sparse.csr_matrix((np.full(terms.size, 10**-0.5), (np.repeat(np.arange(count), 10), terms.ravel())))
    x.sum_duplicates()
    return x, codes


@pytest.mark.parametrize("scaled", [False, True])
def test_classes_fitted_together_answer_as_one_by_one(scaled: bool) -> None:
    (x, codes), (asked, truth) = documents(1200, 0), documents(600, 1)
    scale = np.random.default_rng(2).uniform(0.5, 1.5, (x.shape[1], CLASSES)) if scaled else None
    weight = np.ones(len(codes))
    parts = [
        fit_machines(x, codes, block, weight, 1.0, None if scale is None else scale[:, block])
        for block in blocks_of(CLASSES)
    ]
    vectors, bias = (np.concatenate(arrays, axis=-1) for arrays in zip(*parts, strict=True))
    scores = asked @ vectors + bias
    one_by_one = np.zeros_like(scores)
    for column in range(CLASSES):
        factor = sparse.diags_array(np.ones(x.shape[1]) if scale is None else scale[:, column])
        machine = LinearSVC(C=1.0, tol=1e-4).fit(x @ factor, codes == column)
        one_by_one[:, column] = machine.decision_function(asked @ factor)
    assert np.corrcoef(scores.ravel(), one_by_one.ravel())[0, 1] > 0.995
    same = scores.argmax(axis=1) == one_by_one.argmax(axis=1)
    assert same.mean() > 0.98
    assert (scores.argmax(axis=1) == truth).mean() > 0.9


def test_a_document_that_counts_more_weighs_more() -> None:
    x, codes = documents(600, 0)
    weight = np.where(codes == 0, 10.0, 1.0)
    (usual, _), (heavy, _) = (fit_machines(x, codes, np.arange(50), w, 0.1) for w in (weight * 0 + 1, weight))
    assert heavy[:5, 0].sum() > 1.5 * usual[:5, 0].sum()


def test_all_classes_are_in_one_block_each() -> None:
    for classes in (1, 2, 19, 20, 50, 51, 101):
        assert np.concatenate(blocks_of(classes)).tolist() == list(range(classes))
    # A block of many classes is never so small that it would be fitted in the other way.
    assert min(len(block) for classes in range(20, 300) for block in blocks_of(classes)) >= 20


def test_texts_read_in_parts_are_counted_as_at_once() -> None:
    texts = [f"第{n}条建议{'提高医保报销比例' if n % 3 else '修建公路'}" for n in range(5010)]
    words, characters = count_linear_terms(texts, "rjieba", None)
    whole = TermCounter()
    for text in texts:
        whole.add(extract(text).all_words)
    expected = whole.counts()
    assert words.terms == expected.terms
    assert (words.matrix != expected.matrix).nnz == 0
    assert characters.matrix.shape[0] == len(texts)


def test_of_many_texts_the_rare_terms_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["提高医保报销比例", "医保报销", "医保", "修建公路"] * 2 + ["提高待遇"]
    every, _ = count_linear_terms(texts, "rjieba", None)
    monkeypatch.setattr(linear_fitting, "_MANY", 8)
    twice, _ = count_linear_terms(texts, "rjieba", None)
    monkeypatch.setattr(linear_fitting, "_MOST_COUNTED", 2)
    frequent, characters = count_linear_terms(texts, "rjieba", None)
    assert set(every.terms) - set(twice.terms) == {"待", "待遇", "遇", "高待遇"}
    numbers = dict(zip(every.terms, (every.matrix > 0).sum(axis=0).A1.tolist(), strict=True))
    assert [numbers[term] for term in frequent.terms] == [6, 6]
    assert max(number for term, number in numbers.items() if term not in frequent.terms) == 6
    assert len(frequent.terms) == len(characters.terms) == 2
    for counts in (twice, frequent):
        columns = [every.terms.index(term) for term in counts.terms]
        assert (counts.matrix != every.matrix[:, columns]).nnz == 0
        assert counts.matrix.has_sorted_indices


def test_a_term_repeated_ever_so_often_is_counted() -> None:
    words, characters = count_linear_terms(["医保 " * 70_000, "医保"], "rjieba", None)
    assert words.matrix[:, [words.terms.index("医保")]].toarray().tolist() == [[70_000], [1]]
    assert characters.matrix[:, [characters.terms.index("医")]].toarray().tolist() == [[70_000], [1]]
