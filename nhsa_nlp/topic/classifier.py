"""The topic classifier: a scikit-learn classifier over raw texts."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from nhsa_nlp.errors import ArgumentError
from nhsa_nlp.parallel import ProgressCallback, silent
from nhsa_nlp.text.segmenters import (
    DictionaryName,
    DictionarySegmenter,
    UserDictionary,
    make_dictionary_segmenter,
)
from nhsa_nlp.topic.calibration import REVIEW_ALL, FloatArray, IndexArray, Targets, choose_thresholds
from nhsa_nlp.topic.encoder import EncodedModel
from nhsa_nlp.topic.held_out import HeldOut, hold_out
from nhsa_nlp.topic.learners import (
    EncodedLearner,
    FacetLearner,
    FacetSettings,
    GenreLearner,
    Learner,
    LinearLearner,
    ScopedLearner,
)
from nhsa_nlp.topic.linear import LinearModel
from nhsa_nlp.topic.linear_fitting import fit_familiarity, fit_sharpness, sharpen, sharpened_by_halves
from nhsa_nlp.topic.model import TopicModel
from nhsa_nlp.topic.storage import Inner
from nhsa_nlp.topic.training_set import TrainingSet


class TopicClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Predict the topic label of documents.

    If all training labels are among the seven of `nhsa_nlp.topic.labels.LABELS`, three facet models
    and a joint distribution over all seven labels are fitted (`nhsa_nlp.topic.facets`). Where some are
    ``out_of_scope`` or ``near_scope`` too, or the texts are said to be of other genres than replies, none of
    the sectors is an answer as well (`nhsa_nlp.topic.scoped`); of two genres each has its model
    (`nhsa_nlp.topic.genres`). Any other labels get an ordinary multi-class model over words and
    character n-grams (`nhsa_nlp.topic.linear`).

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
    scoped_c
        Inverse strength of the regularisation where none of the sectors may be the answer.
    plain_c
        Inverse strength of the regularisation for labels other than the seven.
    coverage
        How often the prediction set (the answer and its alternatives) should hold the true label,
        between 0 and 1; see `nhsa_nlp.topic.calibration.set_threshold`.
    target_error
        The largest share of wrong answers, between 0 and 1, among those not marked for review; see
        `nhsa_nlp.topic.calibration.review_threshold`.
    scoped_coverage, scoped_target_error
        The same two for texts of other genres than replies. Stricter than what is wanted in use: what comes
        in differs more from the training texts than these from each other.
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
    encoder
        The folder of a static-embedding model that reads the texts beside the words (extra ``encoder``); it
        becomes part of the fitted model. See `nhsa_nlp.topic.encoder`.
    encoder_share
        How much its answer counts, from 0 to 1; the rest is the words'.
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
    held_out_
        With other labels than ours: the positions of texts that a model answered that saw neither them nor
        their near-duplicates, and the probabilities, shape (positions, classes), each half of them
        calibrated on the other half.
    """

    def __init__(
        self,
        *,
        words_c: float = 20.0,
        shares_c: float = 0.5,
        trees: int = 200,
        label_smoothing: float = 0.4,
        scoped_c: float = 50.0,
        plain_c: float = 1.0,
        coverage: float = 0.9,
        target_error: float = 0.2,
        scoped_coverage: float = 0.98,
        scoped_target_error: float = 0.05,
        review_below: float | None = None,
        folds: int = 5,
        segmenter: DictionaryName = "rjieba",
        user_words: UserDictionary | None = None,
        encoder: str | Path | None = None,
        encoder_share: float = 0.5,
        random_state: int = 0,
        n_jobs: int | None = None,
    ):
        self.words_c = words_c
        self.shares_c = shares_c
        self.trees = trees
        self.label_smoothing = label_smoothing
        self.scoped_c = scoped_c
        self.plain_c = plain_c
        self.coverage = coverage
        self.target_error = target_error
        self.scoped_coverage = scoped_coverage
        self.scoped_target_error = scoped_target_error
        self.review_below = review_below
        self.folds = folds
        self.segmenter = segmenter
        self.user_words = user_words
        self.encoder = encoder
        self.encoder_share = encoder_share
        self.random_state = random_state
        self.n_jobs = n_jobs

    def fit(
        self,
        texts: Sequence[str],
        labels: Sequence[str],
        sample_weight: ArrayLike | None = None,
        *,
        genres: Sequence[str] | None = None,
        groups: Sequence[Hashable] | None = None,
        on_progress: ProgressCallback = silent,
    ) -> TopicClassifier:
        """Fit to raw texts and their labels.

        Parameters
        ----------
        texts, labels
            The documents.
        sample_weight
            How much each counts, 1 if not given; one of weight 0 might as well not be there. The thresholds
            count documents.
        genres
            The genre of each: ``reply`` for those that are labelled as the office labels its replies, any
            other for those labelled by the definitions. If not given, all are replies, or none if a label
            is ``out_of_scope`` or ``near_scope``.
        groups
            What each is about; the cross-validation of the thresholds keeps the documents of a group
            together. Groups of near-duplicates if not given.
        on_progress
            Called with what is going on, see `nhsa_nlp.parallel.ProgressCallback`; other labels only, as
            there may be many texts of these.

        Raises
        ------
        ArgumentError
            If there are no texts, lengths differ, a text is not a string, a label or a genre is missing, all
            labels are one and not of ours, one of few is written like one of ours that most texts have, or a
            setting is out of range.
        """
        self._check_settings()
        data = TrainingSet.read(texts, labels, sample_weight, genres=genres, groups=groups)
        self.classes_ = data.classes
        segmenter = make_dictionary_segmenter(self.segmenter, self.user_words)
        learner = self._learner(data, segmenter, on_progress)
        encoded_learner = EncodedLearner(data, self.encoder, self.encoder_share) if self.encoder else None
        every = np.arange(len(data.texts))
        inner, _ = learner.fit(every, data.weight)
        encoded = None if encoded_learner is None else encoded_learner.fit(every, data.weight)
        held_out = hold_out(
            *(data, segmenter, learner, encoded_learner),
            folds=self.folds,
            seed=self.random_state,
            n_jobs=self.n_jobs,
        )
        self.model_ = self._calibrated(inner, encoded, data, held_out)
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

    def _check_settings(self) -> None:
        for name, share in (
            ("coverage", self.coverage),
            ("target_error", self.target_error),
            ("scoped_coverage", self.scoped_coverage),
            ("scoped_target_error", self.scoped_target_error),
        ):
            if not 0 < share < 1:
                raise ArgumentError("{name} {share} is not between 0 and 1", name=name, share=share)
        if self.segmenter not in get_args(DictionaryName):
            names = " or ".join(get_args(DictionaryName))
            raise ArgumentError(
                "segmenter {segmenter!r} has no dictionary; choose {names}",
                segmenter=self.segmenter,
                names=names,
            )
        if not 0 <= self.label_smoothing <= 1:
            raise ArgumentError(
                "label_smoothing {label_smoothing} is not from 0 to 1", label_smoothing=self.label_smoothing
            )
        if not 0 <= self.encoder_share <= 1:
            raise ArgumentError(
                "encoder_share {encoder_share} is not from 0 to 1", encoder_share=self.encoder_share
            )
        if not isinstance(self.random_state, int | np.integer) or self.random_state < 0:
            raise ArgumentError(
                "random_state {random_state!r} is not a whole number from 0 on",
                random_state=self.random_state,
            )

    def _learner(
        self, data: TrainingSet, segmenter: DictionarySegmenter, on_progress: ProgressCallback
    ) -> Learner:
        """Return what learns the kind of model that the labels ask for."""
        if not data.ours:
            return LinearLearner(
                *(data.texts, data.codes),
                c=self.plain_c,
                segmenter=self.segmenter,
                user_words=self.user_words,
                n_jobs=self.n_jobs,
                on_progress=on_progress,
            )
        replies, others = np.flatnonzero(data.replies), np.flatnonzero(~data.replies)
        if not len(others):
            return self._facet_learner(data, segmenter, replies)
        if not len(replies):
            return self._scoped_learner(data, segmenter, others)
        return GenreLearner(
            data.texts,
            segmenter,
            self._facet_learner(data, segmenter, replies),
            self._scoped_learner(data, segmenter, others),
            data.replies,
        )

    def _facet_learner(
        self, data: TrainingSet, segmenter: DictionarySegmenter, rows: IndexArray
    ) -> FacetLearner:
        settings = FacetSettings(
            words_c=self.words_c,
            shares_c=self.shares_c,
            trees=self.trees,
            label_smoothing=self.label_smoothing,
            random_state=self.random_state,
        )
        return FacetLearner([data.texts[row] for row in rows], segmenter, data.codes[rows], settings)

    def _scoped_learner(
        self, data: TrainingSet, segmenter: DictionarySegmenter, rows: IndexArray
    ) -> ScopedLearner:
        return ScopedLearner(
            *([data.texts[row] for row in rows], segmenter, data.codes[rows], data.near[rows]),
            c=self.scoped_c,
            seed=self.random_state,
        )

    def _calibrated(
        self, inner: Inner, encoded: EncodedModel | None, data: TrainingSet, held_out: HeldOut
    ) -> TopicModel:
        """Return the model, as sure of its answers and with such thresholds as the held-out ones say."""
        codes, probabilities = data.codes[held_out.rows], held_out.probabilities
        if isinstance(inner, LinearModel):
            inner = fit_familiarity(inner, held_out.known)
            halves = sharpened_by_halves(probabilities, codes)
            self.held_out_ = data.numbers[held_out.rows], held_out.mixed(halves, encoded)
            factor = fit_sharpness(probabilities, codes)
            inner, probabilities = inner.sharpened(factor), sharpen(probabilities, factor)
        model = TopicModel(
            tuple(map(str, self.classes_)),
            inner,
            REVIEW_ALL,
            0.0,
            self.segmenter,
            self.user_words or UserDictionary(),
            encoded=encoded,
        )
        general, kinds = choose_thresholds(
            [model.kind(model.extract(data.texts[row])) for row in held_out.rows],
            held_out.mixed(probabilities, encoded),
            codes,
            self.classes_,
            Targets(
                coverage=self.coverage,
                target_error=self.target_error,
                scoped_coverage=self.scoped_coverage,
                scoped_target_error=self.scoped_target_error,
                review_below=self.review_below,
            ),
        )
        return replace(model, review_below=general.review_below, set_above=general.set_above, kinds=kinds)
