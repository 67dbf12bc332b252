import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LogisticRegression

from nhsa_nlp.topic.fitting import (
    fit_binary,
    fit_forest,
    fit_with_prior,
    smoothed_log_odds,
    soften,
)

RNG = np.random.default_rng(7)
X = RNG.random((80, 6))
Y = np.column_stack([X[:, 0] + X[:, 1] > 1, X[:, 2] > 0.4, X[:, 3] * X[:, 4] > 0.3])
ONES = np.ones(len(X))


@pytest.mark.parametrize("weight", [None, RNG.random(80) + 0.5])
def test_forest_agrees_with_scikit_learn(weight: NDArray[np.float64] | None) -> None:
    forest = fit_forest(X, Y, ONES if weight is None else weight, trees=25, seed=3)
    unseen = RNG.random((200, 6)) * 1.5 - 0.2
    for output in range(3):
        reference = RandomForestRegressor(
            25, min_samples_leaf=3, max_features=0.3, min_impurity_decrease=5e-4, random_state=3 + output
        ).fit(X, Y[:, output], weight)
        np.testing.assert_allclose(
            forest.predict(forest.leaves(unseen))[:, output], reference.predict(unseen), rtol=0, atol=1e-9
        )


def test_forest_compares_as_scikit_learn_at_the_very_thresholds() -> None:
    forest = fit_forest(X, Y[:, :1], ONES, trees=25, seed=0)
    inner = forest.feature >= 0
    close = np.repeat(X[:1], inner.sum(), axis=0)
    close[np.arange(inner.sum()), forest.feature[inner]] = forest.threshold[inner] + 1e-12
    reference = RandomForestRegressor(
        25, min_samples_leaf=3, max_features=0.3, min_impurity_decrease=5e-4, random_state=0
    )
    expected = reference.fit(X, Y[:, 0]).predict(close)
    np.testing.assert_allclose(forest.predict(forest.leaves(close))[:, 0], expected, rtol=0, atol=1e-9)


def test_forest_with_one_answer_only() -> None:
    answers = np.column_stack([np.ones(80, dtype=bool), np.zeros(80, dtype=bool)])
    forest = fit_forest(X, answers, ONES, trees=5, seed=0)
    np.testing.assert_array_equal(forest.predict(forest.leaves(X[:3])), [[1, 0]] * 3)


def test_forest_contributions_sum_to_the_prediction() -> None:
    forest = fit_forest(X, Y, ONES, trees=15, seed=0)
    for x in X[:10]:
        base = forest.value[forest.roots].mean(axis=1)
        total = forest.contributions(forest.leaves(x[None])[0], len(x)).sum(axis=1)
        np.testing.assert_allclose(base + total, forest.predict(forest.leaves(x[None]))[0], atol=1e-12)


def test_forest_contributions_find_the_feature_that_matters() -> None:
    forest = fit_forest(X, Y, ONES, trees=50, seed=0)
    assert abs(forest.contributions(forest.leaves(X[:1])[0], 6)[1]).argmax() == 2


def test_forest_weights_count() -> None:
    heavy = np.where(Y[:, 0], 20.0, 1.0)
    plain, weighted = (fit_forest(X, Y[:, :1], w, trees=20, seed=0) for w in (ONES, heavy))
    assert weighted.predict(weighted.leaves(X)).mean() > plain.predict(plain.leaves(X)).mean() + 0.05


def test_softened_answers_move_the_wrong_ones_most() -> None:
    wrong = Y.copy()
    surest = np.argsort(X[:, 2])[-5:]  # all of them yes, by a wide margin
    wrong[surest, 1] = False
    soft = soften(X, wrong, ONES, 0.4, trees=50, seed=0)
    assert (soft[surest, 1] > 0.1).all()
    others = np.setdiff1d(np.arange(80), surest)
    assert ((soft[others, 1] > 0.5) == Y[others, 1]).all()


def test_softened_answers_without_smoothing_or_with_nothing_to_say() -> None:
    np.testing.assert_array_equal(soften(X, Y, ONES, 0.0, trees=5, seed=0), Y)
    two = soften(X[:2], Y[:2], ONES[:2], 0.4, trees=1, seed=0)
    assert ((two >= 0) & (two <= 1)).all()
    assert (two[:, Y[0] == Y[1]] == Y[0][Y[0] == Y[1]]).all()


def test_a_probability_counts_as_both_answers() -> None:
    y = np.where(Y[:, 0], 0.9, 0.2)
    coefficients, bias = fit_binary(sparse.csr_matrix(X), y, ONES, 3.0)
    p = 1 / (1 + np.exp(-(X @ coefficients + bias)))
    np.testing.assert_allclose(X.T @ (p - y) + coefficients / 3, 0, atol=1e-2)
    np.testing.assert_allclose((p - y).sum(), 0, atol=1e-2)
    x = np.column_stack([X, ONES])
    beta = fit_with_prior(x, y, ONES, np.zeros(7), np.append(np.full(6, 3.0**0.5), 1e4))
    np.testing.assert_allclose(beta, np.append(coefficients, bias), atol=1e-2)


def test_a_wide_prior_gives_the_ordinary_fit() -> None:
    x = np.column_stack([X, ONES])
    deviation = np.append(np.full(6, 2.0), 1e4)
    beta = fit_with_prior(x, Y[:, 0], ONES, np.zeros(7), deviation)
    reference = LogisticRegression(C=4.0, tol=1e-10, max_iter=10_000).fit(X, Y[:, 0])
    np.testing.assert_allclose(beta[:-1], reference.coef_[0], atol=1e-4)
    assert beta[-1] == pytest.approx(reference.intercept_[0], abs=1e-4)


def test_a_narrow_prior_stays() -> None:
    prior = np.arange(6.0)
    np.testing.assert_allclose(fit_with_prior(X, Y[:, 0], ONES, prior, np.full(6, 1e-4)), prior, atol=1e-5)


def test_prior_decides_where_data_are_silent() -> None:
    silent = np.zeros((10, 2))
    beta = fit_with_prior(silent, np.ones(10, dtype=bool), np.ones(10), np.array([3.0, -1.0]), np.ones(2))
    np.testing.assert_allclose(beta, [3.0, -1.0])


def test_far_off_priors_still_converge() -> None:
    prior = np.full(6, 60.0)
    beta = fit_with_prior(X, ~Y[:, 0], ONES, prior, np.full(6, 5.0))
    p = 1 / (1 + np.exp(-(X @ beta)))
    gradient = X.T @ (p - ~Y[:, 0]) + (beta - prior) / 25
    np.testing.assert_allclose(gradient, 0, atol=1e-5)


@pytest.mark.parametrize("answer", [True, False])
def test_one_answer_only_gives_its_odds(answer: bool) -> None:
    coefficients, bias = fit_binary(sparse.csr_matrix(X), np.full(80, answer), ONES, 1.0)
    assert not coefficients.any()
    assert bias == pytest.approx(np.log(81) * (1 if answer else -1))


def test_smoothed_log_odds_count_weights() -> None:
    assert smoothed_log_odds(np.array([True, False]), np.array([3.0, 1.0])) == pytest.approx(np.log(4 / 2))


def test_without_features_the_bias_is_how_frequent_yes_is() -> None:
    empty = sparse.csr_matrix((4, 0))
    answers = np.array([True, False, False, False])
    coefficients, odds = fit_binary(empty, answers, np.ones(4), 1.0)
    assert (coefficients.shape, odds) == ((0,), smoothed_log_odds(answers, np.ones(4)))
