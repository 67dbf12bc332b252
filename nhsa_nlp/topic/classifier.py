"""The topic classifier: a scikit-learn classifier over raw texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from nhsa_nlp.checks import show
from nhsa_nlp.errors import ArgumentError
from nhsa_nlp.parallel import ProgressCallback, silent
from nhsa_nlp.text import clean
from nhsa_nlp.text.segmenters import (
    DictionaryName,
    DictionarySegmenter,
    UserDictionary,
    make_dictionary_segmenter,
)
from nhsa_nlp.topic.calibration import (
    REVIEW_ALL,
    IndexArray,
    out_of_fold,
    review_threshold,
    set_threshold,
)
from nhsa_nlp.topic.encoder import EncodedModel, read_encoder
from nhsa_nlp.topic.facets import FacetModel
from nhsa_nlp.topic.features import ThemeFeatures, extract
from nhsa_nlp.topic.fitting import fit_binary, fit_encoded, fit_forest, fit_with_prior, soften, term_matrix
from nhsa_nlp.topic.framing import framed_copies
from nhsa_nlp.topic.genres import REPLY, GenreModel
from nhsa_nlp.topic.labels import (
    FACETS,
    LABELS,
    MEMBERSHIP,
    NEAR_SCOPE,
    OUR_LABELS,
    OUT_OF_SCOPE,
    SCOPED_LABELS,
    SCOPED_MEMBERSHIP,
)
from nhsa_nlp.topic.lexicon import default_lexicon, default_vocabulary
from nhsa_nlp.topic.linear import LinearModel
from nhsa_nlp.topic.linear_fitting import (
    TermCounter,
    count_linear_terms,
    fit_familiarity,
    fit_linear_model,
    fit_sharpness,
    sharpen,
    weigh_terms,
)
from nhsa_nlp.topic.model import TopicModel, checked_texts
from nhsa_nlp.topic.scoped import ScopedModel
from nhsa_nlp.topic.scoped_fitting import count_scoped, fit_scoped_model
from nhsa_nlp.topic.spelling import are_ours, suggestion
from nhsa_nlp.topic.storage import Inner, Thresholds
from nhsa_nlp.topic.terms import LinearTerms, TermSpace

FloatArray = NDArray[np.float64]
# From the documents to learn from and their weights to a model and which classes it knows.
_Learner = Callable[[IndexArray, FloatArray], tuple[Inner, IndexArray]]

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

_GENRE_C = 20.0  # inverse strength of the regularisation of the model that tells the genres
_OF_COPIES = 0.5  # how much a copy with frames counts, beside the text itself
_ENOUGH = 1000  # held-out documents of other labels; more would hardly move a threshold
_ALIKE = 0.6  # of a label and one of ours, to be a slip: labels of others are often of the same characters
_FEW_OF_KIND = 50  # held-out documents of a kind; fewer do not have thresholds of their own


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
        for name, share in (
            ("coverage", self.coverage),
            ("target_error", self.target_error),
            ("scoped_coverage", self.scoped_coverage),
            ("scoped_target_error", self.scoped_target_error),
        ):
            if not 0 < share < 1:
                raise ArgumentError(f"{name} {share} is not between 0 and 1")
        if self.segmenter not in get_args(DictionaryName):
            names = " or ".join(get_args(DictionaryName))
            raise ArgumentError(f"segmenter {self.segmenter!r} has no dictionary; choose {names}")
        if not 0 <= self.label_smoothing <= 1:
            raise ArgumentError(f"label_smoothing {self.label_smoothing} is not from 0 to 1")
        if not 0 <= self.encoder_share <= 1:
            raise ArgumentError(f"encoder_share {self.encoder_share} is not from 0 to 1")
        if not isinstance(self.random_state, int | np.integer) or self.random_state < 0:
            raise ArgumentError(f"random_state {self.random_state!r} is not a whole number from 0 on")
        found = checked_texts(texts)
        given = np.asarray(labels)
        weight = np.ones(len(found)) if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
        if not found:
            raise ArgumentError("no texts to learn from")
        if given.shape != (len(found),) or weight.shape != (len(found),):
            raise ArgumentError(f"{len(found)} texts, {given.size} labels and {weight.size} weights")
        if not (np.isfinite(weight).all() and (weight >= 0).all() and weight.any()):
            raise ArgumentError("sample weights must be numbers from 0 on, and not all of them zero")
        if unknown := [row for row, label in enumerate(given.tolist()) if label is None or label != label]:
            raise ArgumentError(f"text {unknown[0]} has no label")
        counting = np.flatnonzero(weight)
        found, given, weight = [found[row] for row in counting], given[counting], weight[counting]
        _check_labels(given, counting)
        known = set(given.tolist()) <= set(OUR_LABELS)
        replies = self._replies(genres, len(texts), given, counting)
        self.classes_ = np.array(
            np.unique(given) if not known else LABELS if replies.all() else SCOPED_LABELS
        )
        answers = np.where(given == NEAR_SCOPE, OUT_OF_SCOPE, given) if known else given
        column = {label: position for position, label in enumerate(self.classes_.tolist())}
        codes = np.array([column[label] for label in answers.tolist()], dtype=np.int64)
        segmenter = make_dictionary_segmenter(self.segmenter, self.user_words)
        if not known:
            learn = self._linear_learner(found, codes, on_progress)
        elif replies.all():
            learn = self._facet_learner(found, segmenter, codes)
        elif not replies.any():
            learn = self._scoped_learner(found, segmenter, codes, given == NEAR_SCOPE)
        else:
            learn = self._genre_learner(found, segmenter, codes, given == NEAR_SCOPE, replies)
        inner, _ = learn(np.arange(len(found)), weight)
        learn_encoded = self._encoded_learner(found, codes)
        encoded = None if learn_encoded is None else learn_encoded(np.arange(len(found)), weight)[0]

        def predict(train: IndexArray, test: IndexArray) -> FloatArray:
            model, columns = learn(train, weight[train])
            probabilities = np.zeros((len(test), len(self.classes_)))
            documents = (extract(found[row], model.lexicon, segmenter) for row in test)
            if not isinstance(model, LinearModel):
                probabilities[:, columns] = model.predict(list(documents))
            else:
                known = np.zeros((len(test), 2))
                for row, document in enumerate(documents):  # one at a time, as there may be thousands
                    probabilities[row, columns] = model.predict([document])[0]
                    known[row] = model.known(document)
                probabilities = np.column_stack([probabilities, known])
            if learn_encoded is None:
                return probabilities
            part, vectors = learn_encoded(train, weight[train])
            return np.column_stack([probabilities, part.probabilities(vectors[test])])

        rows, probabilities = out_of_fold(
            found,
            list(map(str, answers.tolist())),
            self.folds,
            self.random_state,
            predict,
            self.n_jobs,
            groups=None if groups is None else [groups[row] for row in counting.tolist()],
            enough=None if known else _ENOUGH,
        )
        probabilities, more = np.split(probabilities, [len(self.classes_)], axis=1)

        def mixed(words: FloatArray) -> FloatArray:
            if encoded is None or not len(words):
                return words
            said = more[:, -words.shape[1] :]
            return np.asarray((1 - encoded.share) * words + encoded.share * said)

        if isinstance(inner, LinearModel):
            inner = fit_familiarity(inner, more[:, :2])
            self.held_out_ = counting[rows], mixed(_sharpened_by_halves(probabilities, codes[rows]))
            factor = fit_sharpness(probabilities, codes[rows])
            inner, probabilities = inner.sharpened(factor), sharpen(probabilities, factor)
        probabilities = mixed(probabilities)
        model = TopicModel(
            tuple(map(str, self.classes_)),
            inner,
            REVIEW_ALL,
            0.0,
            self.segmenter,
            self.user_words or UserDictionary(),
            encoded=encoded,
        )
        kinds = [model.kind(model.extract(found[row])) for row in rows]
        self.model_ = replace(model, **self._thresholds(kinds, probabilities, codes[rows]))
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

    def _replies(
        self, genres: Sequence[str] | None, size: int, labels: NDArray[Any], counting: IndexArray
    ) -> NDArray[np.bool_]:
        """Return which texts count as replies of the office: shape (texts that count,)."""
        outside = np.isin(labels, (OUT_OF_SCOPE, NEAR_SCOPE))
        if genres is None:
            return np.full(len(labels), not outside.any())
        if len(genres) != size:
            raise ArgumentError(f"{size} texts but {len(genres)} genres")
        if unknown := [row for row, genre in enumerate(genres) if not isinstance(genre, str)]:
            raise ArgumentError(f"text {unknown[0]} has no genre; give one to each text, or genres=None")
        return np.array([genres[row] == REPLY for row in counting.tolist()]) & ~outside

    def _thresholds(
        self, kinds: Sequence[str], probabilities: FloatArray, codes: IndexArray
    ) -> dict[str, Any]:
        """Choose the thresholds, in general and for each kind of text there are enough of."""
        best = probabilities.max(axis=1, initial=0)
        right = codes == probabilities.argmax(axis=1)
        truth = probabilities[np.arange(len(codes)), codes]
        # What is out of scope is always looked at, so it is not among what is routed.
        routed = self.classes_[probabilities.argmax(axis=1)] != OUT_OF_SCOPE

        def chosen(rows: NDArray[np.bool_], scoped: bool) -> Thresholds:
            coverage = self.scoped_coverage if scoped else self.coverage
            review_below = self.review_below
            if review_below is None:
                target = self.scoped_target_error if scoped else self.target_error
                review_below = review_threshold(best[rows & routed], right[rows & routed], target)
            return Thresholds(float(review_below), set_threshold(truth[rows], coverage))

        found = {}
        for kind in sorted(set(kinds) - {""}):
            rows = np.array([other == kind for other in kinds])
            if rows.sum() >= _FEW_OF_KIND:
                found[kind] = chosen(rows, kind != REPLY)
        general = chosen(np.full(len(codes), fill_value=True), OUT_OF_SCOPE in self.classes_)
        return {"review_below": general.review_below, "set_above": general.set_above, "kinds": found}

    def _scoped_learner(
        self, texts: list[str], segmenter: DictionarySegmenter, codes: IndexArray, near: NDArray[np.bool_]
    ) -> _Learner:
        vocabulary, lexicon = default_vocabulary(), default_lexicon()
        copies = framed_copies(texts, self.random_state)
        origin = np.array([row for row, _ in copies], dtype=np.int64)
        every = [*texts, *(text for _, text in copies)]
        counts = count_scoped((extract(text, lexicon, segmenter) for text in every), vocabulary)
        answers = SCOPED_MEMBERSHIP[codes]

        def learn(rows: IndexArray, weight: FloatArray) -> tuple[ScopedModel, IndexArray]:
            weights = np.zeros(len(texts))
            weights[rows] = weight
            copied = np.flatnonzero(np.isin(origin, rows))
            source = np.concatenate([rows, origin[copied]])
            counting = np.concatenate([weight, _OF_COPIES * weights[origin[copied]]])
            taken = np.concatenate([rows, len(texts) + copied])
            model = fit_scoped_model(
                *(counts, taken, answers[source], near[source]),
                *(counting, self.scoped_c, vocabulary, lexicon),
            )
            return model, np.arange(len(SCOPED_LABELS))

        return learn

    def _genre_learner(
        self,
        texts: list[str],
        segmenter: DictionarySegmenter,
        codes: IndexArray,
        near: NDArray[np.bool_],
        replies: NDArray[np.bool_],
    ) -> _Learner:
        place = np.where(replies, np.cumsum(replies), np.cumsum(~replies)) - 1
        parts = [np.flatnonzero(replies), np.flatnonzero(~replies)]
        own, other = ([texts[row] for row in part] for part in parts)
        learn_replies = self._facet_learner(own, segmenter, codes[parts[0]])
        learn_others = self._scoped_learner(other, segmenter, codes[parts[1]], near[parts[1]])
        words = TermCounter()
        for text in texts:
            words.add(extract(text, segmenter=segmenter).word_counts)
        table = words.counts()

        def learn(rows: IndexArray, weight: FloatArray) -> tuple[Inner, IndexArray]:
            chosen = replies[rows]
            if chosen.all():
                return learn_replies(place[rows], weight)
            if not chosen.any():
                return learn_others(place[rows], weight)
            first, _ = learn_replies(place[rows[chosen]], weight[chosen])
            second, columns = learn_others(place[rows[~chosen]], weight[~chosen])
            assert isinstance(first, FacetModel) and isinstance(second, ScopedModel)  # noqa: S101, PT018
            space, x = weigh_terms(table, rows, max(2, len(rows) // 200), 1.0)
            weights, bias = fit_binary(x, chosen, np.ones(len(rows)), _GENRE_C)
            return GenreModel(first, second, LinearTerms(space, weights[:, None]), np.array([bias])), columns

        return learn

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

    def _encoded_learner(
        self, texts: list[str], codes: IndexArray
    ) -> Callable[[IndexArray, FloatArray], tuple[EncodedModel, FloatArray]] | None:
        """Return what fits the encoder's part to some of the texts, and gives the vectors of all."""
        if not self.encoder:
            return None
        encoder = read_encoder(self.encoder)
        vectors = encoder.encode([clean(text).text for text in texts])
        classes = len(self.classes_)

        def learn(rows: IndexArray, weight: FloatArray) -> tuple[EncodedModel, FloatArray]:
            model = fit_encoded(encoder, vectors[rows], codes[rows], weight, classes, self.encoder_share)
            return model, vectors

        return learn

    def _linear_learner(self, texts: list[str], codes: IndexArray, on_progress: ProgressCallback) -> _Learner:
        # Read once, whatever the number of folds.
        tables = count_linear_terms(
            texts, self.segmenter, self.user_words, n_jobs=self.n_jobs, on_progress=on_progress
        )

        def learn(rows: IndexArray, weight: FloatArray) -> tuple[LinearModel, IndexArray]:
            columns, present = np.unique(codes[rows], return_inverse=True)  # a fold may miss a class
            model = fit_linear_model(
                *tables, rows, present, weight, self.plain_c, n_jobs=self.n_jobs, on_progress=on_progress
            )
            return model, columns

        return learn


def _sharpened_by_halves(probabilities: FloatArray, truth: IndexArray) -> FloatArray:
    """Return held-out probabilities, each half sharpened as the other half says."""
    found = np.zeros_like(probabilities)
    for own, other in ((slice(0, None, 2), slice(1, None, 2)), (slice(1, None, 2), slice(0, None, 2))):
        found[own] = sharpen(probabilities[own], fit_sharpness(probabilities[other], truth[other]))
    return found


def _check_labels(given: NDArray[Any], rows: IndexArray) -> None:
    """Refuse a single label, and one that is hardly another than ours: it would make a model of other labels.

    ``rows`` are the numbers of the texts, for the message.
    """
    counts = Counter(given.tolist())
    if len(counts) < 2 and not set(counts) <= set(OUR_LABELS):  # of ours, the others are known without texts
        raise ArgumentError(
            f"the texts have one class only, {show(given[0].item())}; a classifier needs two or more"
        )
    named = Counter({label: number for label, number in counts.items() if isinstance(label, str)})
    if not are_ours(named):
        return
    for label in named.keys() - set(OUR_LABELS):
        if meant := suggestion(label, OUR_LABELS, _ALIKE):
            row = int(rows[np.flatnonzero(given == label)[0]])
            raise ArgumentError(
                f"the label {show(label)} of text {row} is not one of ours; write {show(meant)}"
            )
