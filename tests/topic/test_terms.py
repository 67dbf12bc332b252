import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from nhsa_nlp.errors import InputError
from nhsa_nlp.topic.terms import TermSpace, character_ngrams


def test_character_ngrams() -> None:
    assert character_ngrams("医保局") == {"医保": 1, "保局": 1, "医保局": 1}
    assert character_ngrams("医") == {}


def test_rare_and_common_terms_are_left_out() -> None:
    documents = [Counter({"a": 1, "b": 2}), Counter({"a": 1, "b": 1}), Counter({"a": 1, "c": 1})]
    assert TermSpace.fit(documents, min_documents=2, max_share=0.9).vocabulary == ("b",)


def test_a_single_document_still_has_terms() -> None:
    assert TermSpace.fit([Counter("abc")], min_documents=2, max_share=0.5).vocabulary == ("a", "b", "c")


@given(st.lists(st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=20), min_size=1, max_size=8))
def test_agrees_with_scikit_learn(documents: list[list[str]]) -> None:
    reference = TfidfVectorizer(analyzer="char", sublinear_tf=True)
    matrix = reference.fit_transform(["".join(d) for d in documents]).toarray()
    space = TermSpace.fit(list(map(Counter, documents)), min_documents=1, max_share=1)
    assert list(space.vocabulary) == list(reference.get_feature_names_out())
    for row, document in enumerate(documents):
        columns, values = space.vector(Counter(document))
        dense = np.zeros(matrix.shape[1])
        dense[columns] = values
        np.testing.assert_allclose(dense, matrix[row], atol=1e-12)


def test_unknown_terms_give_an_empty_vector() -> None:
    columns, values = TermSpace(["a"], np.ones(1)).vector(Counter("xyz"))
    assert len(columns) == len(values) == 0


def test_counts_are_damped() -> None:
    space = TermSpace(["a", "b"], np.array([1.0, 2.0]))
    _, values = space.vector(Counter({"a": 3, "b": 1}))
    assert values[0] / values[1] == pytest.approx((1 + math.log(3)) / 2)


def test_columns_of_terms() -> None:
    space = TermSpace(["a", "b"], np.array([1.0, 2.0]))
    assert space.columns(["b", "x", "a", "b"]).tolist() == [1, -1, 0, 1]
    columns, values = space.vector(Counter("bab"))
    np.testing.assert_array_equal(space.values(columns, np.array([1, 2])), values)
    assert len(space.values(columns[:0], columns[:0])) == 0


def test_a_vocabulary_has_a_term_once() -> None:
    with pytest.raises(InputError, match="repeats"):
        TermSpace(["a", "b", "a"], np.ones(3))
