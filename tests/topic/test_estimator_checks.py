"""scikit-learn's own checks of estimators, which give rows of numbers, on rows written as texts."""

from __future__ import annotations

from typing import Any

from numpy.typing import ArrayLike
from sklearn.utils.estimator_checks import check_estimator
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from nhsa_nlp.topic import TopicClassifier

EXPECTED = {
    "check_sample_weight_equivalence_on_dense_data": (
        "a document of weight 2 is one in the document frequencies of its words, twice the same is two"
    )
}


class RowsAsTexts(TopicClassifier):
    """The classifier on tables of numbers: a number is a word of its column."""

    def fit(self, X: Any, y: Any, sample_weight: ArrayLike | None = None) -> RowsAsTexts:  # type: ignore[override]  # noqa: N803
        X, y = validate_data(self, X, y)  # noqa: N806
        check_classification_targets(y)
        super().fit(_texts(X), y, sample_weight)
        return self

    def predict_proba(self, X: Any) -> Any:  # noqa: N803
        check_is_fitted(self)
        return super().predict_proba(_texts(validate_data(self, X, reset=False)))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string, tags.input_tags.two_d_array = False, True
        return tags


def _texts(rows: Any) -> list[str]:
    return [
        "，".join(2 * chr(0x4E00 + 97 * n + round(v * 3) % 97) for n, v in enumerate(row)) for row in rows
    ]


def test_it_keeps_the_rules_of_scikit_learn() -> None:
    results = check_estimator(
        RowsAsTexts(trees=3, folds=0), expected_failed_checks=EXPECTED, on_skip=None, on_fail="raise"
    )
    assert {result["check_name"] for result in results if result["status"] == "xfail"} == set(EXPECTED)
    assert sum(result["status"] == "passed" for result in results) > 40
