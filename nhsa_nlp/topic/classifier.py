"""The topic classifier: a scikit-learn classifier over raw texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from nhsa_nlp.errors import InputError
from nhsa_nlp.text.segmenters import (
    DictionaryName,
    DictionarySegmenter,
    UserDictionary,
    make_dictionary_segmenter,
)
from nhsa_nlp.topic.calibration import IndexArray, out_of_fold, review_threshold, set_threshold
from nhsa_nlp.topic.facets import FacetModel
from nhsa_nlp.topic.features import ThemeFeatures, extract
from nhsa_nlp.topic.fitting import fit_binary, fit_forest, fit_with_prior, soften, term_matrix
from nhsa_nlp.topic.labels import FACETS, LABELS, MEMBERSHIP
from nhsa_nlp.topic.lexicon import default_lexicon
from nhsa_nlp.topic.linear import LinearModel
from nhsa_nlp.topic.linear_fitting import TermCounter, fit_linear_model, fit_sharpness, sharpen
from nhsa_nlp.topic.model import TopicModel, checked_texts
from nhsa_nlp.topic.terms import LinearTerms, TermSpace

FloatArray = NDArray[np.float64]
# From the documents to learn from and their weights to a model and which classes it knows.
_Learner = Callable[[IndexArray, FloatArray], "tuple[FacetModel | LinearModel, IndexArray]"]

# The weights of words, shares and forest in each facet's score. All replies speak of insurance, so
# words (and hardly the forest) cannot learn from them what a document without it looks like. For the
# others the sum is above 1, as scores fitted to softened answers are too small.
_MIX = np.array([[0.0, 0.24, 0.24], [0.7, 0.24, 0.24], [0.3, 0.72, 0.72]])

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
    multi-class model over words and character n-grams (`nhsa_nlp.topic.linear`).

    Parameters
    ----------
    words_c
        Inverse strength of the regularisation of the words.
    shares_c
        The same for the shares of sentences that speak of a theme.
    trees
        Trees of each facet's forest.
    label_smoothing
        How far labels are smoothed, from 0 (not at all) to 1: the part of each that is replaced by what
        the documents like it say; see `nhsa_nlp.topic.fitting.soften`.
    plain_c
        Inverse strength of the regularisation for labels other than the seven.
    coverage
        How often the prediction set (the answer and its alternatives) should hold the true label,
        between 0 and 1; see `nhsa_nlp.topic.calibration.set_threshold`.
    target_error
        The largest share of wrong answers, between 0 and 1, among those not marked for review; see
        `nhsa_nlp.topic.calibration.review_threshold`.
    review_below
        If given, answers less probable than this are marked for review, whatever the target.
    folds
        Parts of the cross-validation inside `fit` that both thresholds come from. With fewer than
        two nothing is known of the errors: every label stays an alternative, every answer is for
        review unless ``review_below`` says otherwise.
    segmenter
        What cuts texts into words: ``rjieba`` or ``jieba``.
    user_words
        Words that its dictionary lacks.
    random_state
        Seed of forest and folds; the same data and seed give the same model.
    n_jobs
        How many processes the folds are fitted in, -1 for one a core; the model is the same.

    Attributes
    ----------
    classes_
        The labels, as the columns of `predict_proba`; all seven even if some were never seen.
    model_
        The fitted `TopicModel`: plain arrays. It does all the predicting, explains answers and is saved.
    """

    def __init__(
        self,
        *,
        words_c: float = 20.0,
        shares_c: float = 0.5,
        trees: int = 200,
        label_smoothing: float = 0.4,
        plain_c: float = 1.0,
        coverage: float = 0.9,
        target_error: float = 0.2,
        review_below: float | None = None,
        folds: int = 5,
        segmenter: DictionaryName = "rjieba",
        user_words: UserDictionary | None = None,
        random_state: int = 0,
        n_jobs: int | None = None,
    ):
        self.words_c = words_c
        self.shares_c = shares_c
        self.trees = trees
        self.label_smoothing = label_smoothing
        self.plain_c = plain_c
        self.coverage = coverage
        self.target_error = target_error
        self.review_below = review_below
        self.folds = folds
        self.segmenter = segmenter
        self.user_words = user_words
        self.random_state = random_state
        self.n_jobs = n_jobs

    def fit(
        self, texts: Sequence[str], labels: Sequence[str], sample_weight: ArrayLike | None = None
    ) -> TopicClassifier:
        """Fit to raw texts and their labels.

        A document counts as much as its weight says, 1 if not given; one of weight 0 might as well not be
        there. The thresholds count documents.

        Raises
        ------
        InputError
            If there are no texts, lengths differ, a text is not a string, a label is missing, or a
            setting is out of range.
        """
        for name, share in (("coverage", self.coverage), ("target_error", self.target_error)):
            if not 0 < share < 1:
                raise InputError(f"{name} {share} is not between 0 and 1")
        if self.segmenter not in get_args(DictionaryName):
            names = " or ".join(get_args(DictionaryName))
            raise InputError(f"segmenter {self.segmenter!r} has no dictionary; choose {names}")
        if not 0 <= self.label_smoothing <= 1:
            raise InputError(f"label_smoothing {self.label_smoothing} is not from 0 to 1")
        if not isinstance(self.random_state, int | np.integer) or self.random_state < 0:
            raise InputError(f"random_state {self.random_state!r} is not a whole number from 0 on")
        found = checked_texts(texts)
        given = np.asarray(labels)
        weight = np.ones(len(found)) if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
        if not found:
            raise InputError("no texts to learn from")
        if given.shape != (len(found),) or weight.shape != (len(found),):
            raise InputError(f"{len(found)} texts, {given.size} labels and {weight.size} weights")
        if not (np.isfinite(weight).all() and (weight >= 0).all() and weight.any()):
            raise InputError("sample weights must be numbers from 0 on, and not all of them 0")
        if unknown := [row for row, label in enumerate(given.tolist()) if label is None or label != label]:
            raise InputError(f"text {unknown[0]} has no label")
        counting = np.flatnonzero(weight)
        found, given, weight = [found[row] for row in counting], given[counting], weight[counting]
        known = set(given.tolist()) <= set(LABELS)
        self.classes_ = np.array(LABELS) if known else np.unique(given)
        column = {label: position for position, label in enumerate(self.classes_.tolist())}
        codes = np.array([column[label] for label in given.tolist()], dtype=np.int64)
        segmenter = make_dictionary_segmenter(self.segmenter, self.user_words)
        learn = (self._facet_learner if known else self._linear_learner)(found, segmenter, codes)
        inner, _ = learn(np.arange(len(found)), weight)

        def predict(train: IndexArray, test: IndexArray) -> FloatArray:
            model, columns = learn(train, weight[train])
            probabilities = np.zeros((len(test), len(self.classes_)))
            documents = [extract(found[row], model.lexicon, segmenter) for row in test]
            probabilities[:, columns] = model.predict(documents)
            return probabilities

        rows, probabilities = out_of_fold(
            found, list(map(str, given.tolist())), self.folds, self.random_state, predict, self.n_jobs
        )
        if isinstance(inner, LinearModel):
            factor = fit_sharpness(probabilities, codes[rows])
            inner, probabilities = inner.sharpened(factor), sharpen(probabilities, factor)
        truth = probabilities[np.arange(len(rows)), codes[rows]]
        review_below = self.review_below
        if review_below is None:
            best = probabilities.max(axis=1, initial=0)
            right = codes[rows] == probabilities.argmax(axis=1)
            review_below = review_threshold(best, right, self.target_error)
        self.model_ = TopicModel(
            tuple(map(str, self.classes_)),
            inner,
            float(review_below),
            set_threshold(truth, self.coverage),
            self.segmenter,
            self.user_words or UserDictionary(),
        )
        return self

    def predict(self, texts: Sequence[str]) -> NDArray[Any]:
        """Return the most probable label of each text: shape (texts,)."""
        best = self.predict_proba(texts).argmax(axis=1)
        return np.asarray(self.classes_[best])

    def predict_proba(self, texts: Sequence[str]) -> FloatArray:
        """Return the probability of each label: shape (texts, classes)."""
        check_is_fitted(self, "model_")
        return self.model_.predict_proba(texts)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags

    def _facet_learner(self, texts: list[str], segmenter: DictionarySegmenter, codes: IndexArray) -> _Learner:
        features = ThemeFeatures(default_lexicon())
        documents = [extract(text, features.lexicon, segmenter) for text in texts]
        shares = np.stack([features(document) for document in documents])
        answers = MEMBERSHIP[codes]

        def learn(rows: IndexArray, weight: FloatArray) -> tuple[FacetModel, IndexArray]:
            counts = [documents[row].word_counts for row in rows]
            model = self._fit_facets(features, counts, shares[rows], answers[rows], weight)
            return model, np.arange(len(LABELS))

        return learn

    def _fit_facets(
        self,
        features: ThemeFeatures,
        counts: list[Counter[str]],
        shares: FloatArray,
        answers: NDArray[np.bool_],
        weight: FloatArray,
    ) -> FacetModel:
        space = TermSpace.fit(counts, min_documents=2, max_share=0.9)
        matrix = term_matrix(space, counts)
        # Another seed than the forest's below, whose trees would otherwise be grown on the same draws.
        likely = soften(
            shares, answers, weight, self.label_smoothing, self.trees, self.random_state + len(FACETS)
        )
        words = [fit_binary(matrix, y, weight, self.words_c) for y in likely.T]
        prior, deviation = self._prior(features.names)
        ones = np.column_stack([shares, np.ones(len(shares))])
        linear = np.column_stack(
            [fit_with_prior(ones, likely[:, k], weight, prior[:, k], deviation) for k in range(len(FACETS))]
        )
        forest = fit_forest(shares, likely, weight, self.trees, self.random_state)
        return FacetModel(
            features=features,
            words=LinearTerms(space, np.column_stack([w for w, _ in words])),
            word_bias=np.array([b for _, b in words]),
            share_weights=linear[:-1],
            share_bias=linear[-1],
            forest=forest,
            mix=_MIX,
        )

    def _prior(self, names: Sequence[str]) -> tuple[FloatArray, FloatArray]:
        prior = np.zeros((len(names) + 1, len(FACETS)))
        for column, facet in enumerate(FACETS):
            prior[names.index(f"body:{facet}"), column] = _PRIOR_BODY
            prior[names.index(f"dominance:{facet}"), column] = _PRIOR_DOMINANCE
        prior[-1] = _PRIOR_BIAS
        deviation = np.full(len(names) + 1, np.sqrt(self.shares_c))
        deviation[-1] = _BIAS_DEVIATION
        return prior, deviation

    def _linear_learner(
        self, texts: list[str], segmenter: DictionarySegmenter, codes: IndexArray
    ) -> _Learner:
        words, characters = TermCounter(), TermCounter()
        for text in texts:  # read once, whatever the number of folds
            document = extract(text, segmenter=segmenter)
            words.add(document.all_words)
            characters.add(document.all_ngrams)
        tables = words.counts(), characters.counts()

        def learn(rows: IndexArray, weight: FloatArray) -> tuple[LinearModel, IndexArray]:
            columns, present = np.unique(codes[rows], return_inverse=True)  # a fold may miss a class
            return fit_linear_model(*tables, rows, present, weight, self.plain_c), columns

        return learn
