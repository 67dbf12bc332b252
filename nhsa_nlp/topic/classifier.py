"""The topic classifier: a scikit-learn classifier over raw texts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from nhsa_nlp.errors import InputError
from nhsa_nlp.record import Evidence, TopicRecord
from nhsa_nlp.topic.features import ThemeFeatures, read
from nhsa_nlp.topic.fitting import fit_binary, fit_forest, fit_multinomial, fit_with_prior, term_matrix
from nhsa_nlp.topic.labels import FACETS, LABELS, indicator_matrix
from nhsa_nlp.topic.lexicon import default_lexicon
from nhsa_nlp.topic.model import (
    FacetModel,
    LinearTerms,
    PlainModel,
    TopicModel,
    checked_texts,
)
from nhsa_nlp.topic.terms import TermSpace, character_ngrams

FloatArray = NDArray[np.float64]

# The weights of words, shares and forest in each facet's score. All replies speak of insurance, so
# words (and hardly the forest) cannot learn from them what a document without it looks like.
_MIX = np.array([[0.0, 1 / 3, 1 / 3], [0.7, 1 / 3, 1 / 3], [0.3, 1 / 3, 1 / 3]])

# What is known before any label is seen: a facet is there if a good share of the sentences speaks
# of it and it is not drowned by the others. Log-odds a unit of the (square root of the) share.
_PRIOR_BODY = 10.0
_PRIOR_DOMINANCE = 8.0
_PRIOR_BIAS = -8.0
_BIAS_DEVIATION = 1.0


class TopicClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Predict the topic label of documents.

    If all training labels are among the seven of `nhsa_nlp.topic.labels.LABELS`, three facet models
    and a joint distribution over all seven labels are fitted. Any other labels get an ordinary
    multi-class model over words and character n-grams.

    Parameters
    ----------
    words_c
        Inverse strength of the regularisation of the words.
    shares_c
        The same for the shares of sentences that speak of a theme.
    trees
        Trees of each facet's forest.
    plain_c
        The same as ``words_c``, for labels other than the seven.
    review_below
        Answers less probable than this are marked for review.
    random_state
        Seed of the forest; the same data and seed give the same model.

    Attributes
    ----------
    classes_
        The labels, as the columns of `predict_proba`; all seven even if some were never seen.
    model_
        The fitted `TopicModel`: plain arrays, does all the predicting.
    """

    def __init__(
        self,
        *,
        words_c: float = 20.0,
        shares_c: float = 0.5,
        trees: int = 200,
        plain_c: float = 10.0,
        review_below: float = 0.6,
        random_state: int = 0,
    ):
        self.words_c = words_c
        self.shares_c = shares_c
        self.trees = trees
        self.plain_c = plain_c
        self.review_below = review_below
        self.random_state = random_state

    def fit(
        self, texts: Sequence[str], labels: Sequence[str], sample_weight: ArrayLike | None = None
    ) -> TopicClassifier:
        """Fit to raw texts and their labels.

        Parameters
        ----------
        texts
            The raw documents.
        labels
            Their labels.
        sample_weight
            How much each document counts, above 0; 1 if not given.

        Raises
        ------
        InputError
            If there are no texts, lengths differ, or something is not a string.
        """
        found = checked_texts(texts)
        given = np.asarray(labels)
        weight = np.ones(len(found)) if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
        if not found:
            raise InputError("no texts to learn from")
        if given.shape != (len(found),) or weight.shape != (len(found),):
            raise InputError(f"{len(found)} texts, {given.size} labels and {weight.size} weights")
        if not (np.isfinite(weight).all() and (weight > 0).all()):
            raise InputError("sample weights must be positive numbers; leave out documents instead of 0")
        if set(given.tolist()) <= set(LABELS):
            self.classes_ = np.array(LABELS)
            inner: FacetModel | PlainModel = self._fit_facets(found, given.tolist(), weight)
        else:
            self.classes_, codes = np.unique(given, return_inverse=True)
            inner = self._fit_plain(found, codes, weight)
        self.model_ = TopicModel(tuple(map(str, self.classes_)), inner, float(self.review_below))
        return self

    def predict(self, texts: Sequence[str]) -> NDArray[Any]:
        """Return the most probable label of each text: shape (texts,)."""
        best = self.predict_proba(texts).argmax(axis=1)
        return np.asarray(self.classes_[best])

    def predict_proba(self, texts: Sequence[str]) -> FloatArray:
        """Return the probability of each label: shape (texts, classes)."""
        check_is_fitted(self, "model_")
        return self.model_.predict_proba(texts)

    def predict_facets(self, texts: Sequence[str]) -> FloatArray:
        """Return the probability of each facet: shape (texts, 3), columns as ``FACETS``."""
        check_is_fitted(self, "model_")
        return self.model_.predict_facets(texts)

    def explain(self, text: str, top: int = 10) -> list[Evidence]:
        """Return the words that spoke most for or against the answer; see `TopicModel.explain`."""
        check_is_fitted(self, "model_")
        return self.model_.explain(text, top)

    def analyse(self, text: str, top: int = 10) -> TopicRecord:
        """Return label, probabilities, evidence, and whether somebody should look at it."""
        check_is_fitted(self, "model_")
        return self.model_.analyse(text, top)

    def to_disk(self, directory: str | Path) -> None:
        """Write the fitted model into a directory, for `TopicModel.from_disk`."""
        check_is_fitted(self, "model_")
        self.model_.to_disk(directory)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags

    def _fit_facets(self, texts: list[str], labels: list[str], weight: FloatArray) -> FacetModel:
        features = ThemeFeatures(default_lexicon())
        readings = [read(text, features.lexicon) for text in texts]
        counts = [reading.word_counts for reading in readings]
        shares = np.stack([features(reading) for reading in readings])
        answers = indicator_matrix(labels)
        space = TermSpace.fit(counts, min_documents=2, max_share=0.9)
        matrix = term_matrix(space, counts)
        words = [fit_binary(matrix, y, weight, self.words_c) for y in answers.T]
        prior, deviation = self._prior(features)
        ones = np.column_stack([shares, np.ones(len(shares))])
        linear = np.column_stack(
            [fit_with_prior(ones, answers[:, k], weight, prior[:, k], deviation) for k in range(len(FACETS))]
        )
        forest = fit_forest(shares, answers, weight, self.trees, self.random_state)
        return FacetModel(
            features=features,
            words=LinearTerms(space, np.column_stack([w for w, _ in words])),
            word_bias=np.array([b for _, b in words]),
            share_weights=linear[:-1],
            share_bias=linear[-1],
            forest=forest,
            mix=_MIX,
        )

    def _prior(self, features: ThemeFeatures) -> tuple[FloatArray, FloatArray]:
        names = features.names
        prior = np.zeros((len(names) + 1, len(FACETS)))
        for column, facet in enumerate(FACETS):
            prior[names.index(f"body:{facet}"), column] = _PRIOR_BODY
            prior[names.index(f"dominance:{facet}"), column] = _PRIOR_DOMINANCE
        prior[-1] = _PRIOR_BIAS
        deviation = np.full(len(names) + 1, np.sqrt(self.shares_c))
        deviation[-1] = _BIAS_DEVIATION
        return prior, deviation

    def _fit_plain(self, texts: list[str], codes: NDArray[np.int64], weight: FloatArray) -> PlainModel:
        readings = [read(text, None) for text in texts]
        documents = [
            [reading.word_counts for reading in readings],
            [character_ngrams(reading.clean.text) for reading in readings],
        ]
        spaces = [
            TermSpace.fit(counts, min_documents=2, max_share=0.5, max_terms=100_000) for counts in documents
        ]
        blocks = [term_matrix(space, counts) for space, counts in zip(spaces, documents, strict=True)]
        coefficients, bias = fit_multinomial(sparse.hstack(blocks, format="csr"), codes, weight, self.plain_c)
        border = len(spaces[0].vocabulary)
        return PlainModel(
            LinearTerms(spaces[0], coefficients[:border]), LinearTerms(spaces[1], coefficients[border:]), bias
        )
