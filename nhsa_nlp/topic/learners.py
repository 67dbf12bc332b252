"""What learns from a training set: one learner for each kind of model.

A learner reads the texts once, and is then fitted to any of them, as often as the cross-validation of the
thresholds needs it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nhsa_nlp.parallel import ProgressCallback
from nhsa_nlp.text import clean
from nhsa_nlp.text.segmenters import DictionaryName, DictionarySegmenter, UserDictionary
from nhsa_nlp.topic.calibration import FloatArray, IndexArray
from nhsa_nlp.topic.encoder import EncodedModel, read_encoder
from nhsa_nlp.topic.facets import FacetModel
from nhsa_nlp.topic.features import ThemeFeatures, extract
from nhsa_nlp.topic.fitting import fit_binary, fit_encoded, fit_forest, fit_with_prior, soften, term_matrix
from nhsa_nlp.topic.framing import framed_copies
from nhsa_nlp.topic.genres import GenreModel
from nhsa_nlp.topic.labels import FACETS, LABELS, MEMBERSHIP, SCOPED_LABELS, SCOPED_MEMBERSHIP
from nhsa_nlp.topic.lexicon import default_lexicon, default_vocabulary
from nhsa_nlp.topic.linear import LinearModel
from nhsa_nlp.topic.linear_fitting import TermCounter, count_linear_terms, fit_linear_model, weigh_terms
from nhsa_nlp.topic.scoped import ScopedModel
from nhsa_nlp.topic.scoped_fitting import count_scoped, fit_scoped_model
from nhsa_nlp.topic.storage import Inner
from nhsa_nlp.topic.terms import LinearTerms, TermSpace
from nhsa_nlp.topic.training_set import TrainingSet

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


class Learner(Protocol):
    """What is fitted to some of the texts of a training set."""

    def fit(self, rows: IndexArray, weight: FloatArray) -> tuple[Inner, IndexArray]:
        """Fit a model.

        Parameters
        ----------
        rows
            The texts to learn from.
        weight
            How much each of these counts.

        Returns
        -------
        tuple[Inner, IndexArray]
            The model, and which classes it knows.
        """
        ...


@dataclass(frozen=True, slots=True)
class FacetSettings:
    """The settings of facet models; see the parameters of `nhsa_nlp.topic.TopicClassifier`."""

    words_c: float
    shares_c: float
    trees: int
    label_smoothing: float
    random_state: int


class FacetLearner:
    """Learns replies: three facet models.

    Parameters
    ----------
    codes
        Shape (texts,): the place of each label among the seven.
    """

    def __init__(
        self, texts: Sequence[str], segmenter: DictionarySegmenter, codes: IndexArray, settings: FacetSettings
    ):
        self._features = ThemeFeatures(default_lexicon())
        documents = [extract(text, self._features.lexicon, segmenter) for text in texts]
        self._counts = [document.word_counts for document in documents]
        self._shares = np.stack([self._features(document) for document in documents])
        self._answers = MEMBERSHIP[codes]
        self._settings = settings

    def fit(self, rows: IndexArray, weight: FloatArray) -> tuple[FacetModel, IndexArray]:
        """Fit a model, see `Learner`."""
        counts = [self._counts[row] for row in rows]
        model = self._fit(counts, self._shares[rows], self._answers[rows], weight)
        return model, np.arange(len(LABELS))

    def _fit(
        self, counts: list[Counter[str]], shares: FloatArray, answers: NDArray[np.bool_], weight: FloatArray
    ) -> FacetModel:
        chosen = self._settings
        space = TermSpace.fit(counts, min_documents=2, max_share=0.9)
        matrix = term_matrix(space, counts)
        # Another seed than the forest's below, whose trees would otherwise be grown on the same draws.
        seed = chosen.random_state + len(FACETS)
        likely = soften(shares, answers, weight, chosen.label_smoothing, chosen.trees, seed)
        words = [fit_binary(matrix, y, weight, chosen.words_c) for y in likely.T]
        prior, deviation = self._prior()
        ones = np.column_stack([shares, np.ones(len(shares))])
        linear = np.column_stack(
            [fit_with_prior(ones, likely[:, k], weight, prior[:, k], deviation) for k in range(len(FACETS))]
        )
        forest = fit_forest(shares, likely, weight, chosen.trees, chosen.random_state)
        return FacetModel(
            features=self._features,
            words=LinearTerms(space, np.column_stack([w for w, _ in words])),
            word_bias=np.array([b for _, b in words]),
            share_weights=linear[:-1],
            share_bias=linear[-1],
            forest=forest,
            mix=_MIX,
        )

    def _prior(self) -> tuple[FloatArray, FloatArray]:
        names = self._features.names
        prior = np.zeros((len(names) + 1, len(FACETS)))
        for column, facet in enumerate(FACETS):
            prior[names.index(f"body:{facet}"), column] = _PRIOR_BODY
            prior[names.index(f"dominance:{facet}"), column] = _PRIOR_DOMINANCE
        prior[-1] = _PRIOR_BIAS
        deviation = np.full(len(names) + 1, np.sqrt(self._settings.shares_c))
        deviation[-1] = _BIAS_DEVIATION
        return prior, deviation


class ScopedLearner:
    """Learns texts of other genres, some of them out of scope.

    Parameters
    ----------
    codes
        Shape (texts,): the place of each label among the seven and ``out_of_scope``.
    near
        Shape (texts,): whether each is near the scope.
    c
        Inverse strength of the regularisation.
    seed
        Of the copies with frames.
    """

    def __init__(
        self,
        texts: Sequence[str],
        segmenter: DictionarySegmenter,
        codes: IndexArray,
        near: NDArray[np.bool_],
        *,
        c: float,
        seed: int,
    ):
        self._vocabulary, self._lexicon = default_vocabulary(), default_lexicon()
        copies = framed_copies(list(texts), seed)
        self._origin = np.array([row for row, _ in copies], dtype=np.int64)
        every = [*texts, *(text for _, text in copies)]
        documents = (extract(text, self._lexicon, segmenter) for text in every)
        self._counts = count_scoped(documents, self._vocabulary)
        self._answers = SCOPED_MEMBERSHIP[codes]
        self._near = near
        self._c = c

    def fit(self, rows: IndexArray, weight: FloatArray) -> tuple[ScopedModel, IndexArray]:
        """Fit a model, see `Learner`."""
        weights = np.zeros(len(self._near))
        weights[rows] = weight
        copied = np.flatnonzero(np.isin(self._origin, rows))
        source = np.concatenate([rows, self._origin[copied]])
        counting = np.concatenate([weight, _OF_COPIES * weights[self._origin[copied]]])
        taken = np.concatenate([rows, len(self._near) + copied])
        model = fit_scoped_model(
            *(self._counts, taken, self._answers[source], self._near[source]),
            *(counting, self._c, self._vocabulary, self._lexicon),
        )
        return model, np.arange(len(SCOPED_LABELS))


class GenreLearner:
    """Learns replies and texts of other genres by a learner each, and to tell these apart.

    Parameters
    ----------
    learn_replies, learn_others
        Of the texts of the one kind and the other, in their order.
    replies
        Shape (texts,): which are replies.
    """

    def __init__(
        self,
        texts: Sequence[str],
        segmenter: DictionarySegmenter,
        learn_replies: FacetLearner,
        learn_others: ScopedLearner,
        replies: NDArray[np.bool_],
    ):
        self._learn_replies, self._learn_others = learn_replies, learn_others
        self._replies = replies
        self._place = np.where(replies, np.cumsum(replies), np.cumsum(~replies)) - 1
        words = TermCounter()
        for text in texts:
            words.add(extract(text, segmenter=segmenter).word_counts)
        self._table = words.counts()

    def fit(self, rows: IndexArray, weight: FloatArray) -> tuple[Inner, IndexArray]:
        """Fit a model, see `Learner`; that of one kind alone if all texts are of it."""
        chosen, place = self._replies[rows], self._place[rows]
        if chosen.all():
            return self._learn_replies.fit(place, weight)
        if not chosen.any():
            return self._learn_others.fit(place, weight)
        first, _ = self._learn_replies.fit(place[chosen], weight[chosen])
        second, columns = self._learn_others.fit(place[~chosen], weight[~chosen])
        space, x = weigh_terms(self._table, rows, max(2, len(rows) // 200), 1.0)
        weights, bias = fit_binary(x, chosen, np.ones(len(rows)), _GENRE_C)
        return GenreModel(first, second, LinearTerms(space, weights[:, None]), np.array([bias])), columns


class LinearLearner:
    """Learns any other labels.

    Parameters
    ----------
    codes
        Shape (texts,): the place of each label.
    c
        Inverse strength of the regularisation.
    """

    def __init__(
        self,
        texts: Sequence[str],
        codes: IndexArray,
        *,
        c: float,
        segmenter: DictionaryName,
        user_words: UserDictionary | None,
        n_jobs: int | None,
        on_progress: ProgressCallback,
    ):
        self._tables = count_linear_terms(
            list(texts), segmenter, user_words, n_jobs=n_jobs, on_progress=on_progress
        )
        self._codes = codes
        self._c = c
        self._n_jobs = n_jobs
        self._on_progress = on_progress

    def fit(self, rows: IndexArray, weight: FloatArray) -> tuple[LinearModel, IndexArray]:
        """Fit a model, see `Learner`."""
        columns, present = np.unique(self._codes[rows], return_inverse=True)  # a fold may miss a class
        model = fit_linear_model(
            *(*self._tables, rows, present, weight, self._c),
            n_jobs=self._n_jobs,
            on_progress=self._on_progress,
        )
        return model, columns


class EncodedLearner:
    """Learns from what an encoder makes of the texts.

    Parameters
    ----------
    encoder
        Its folder.
    share
        How much its answer counts.
    """

    def __init__(self, data: TrainingSet, encoder: str | Path, share: float):
        self._encoder = read_encoder(encoder)
        self._vectors = self._encoder.encode([clean(text).text for text in data.texts])
        self._codes = data.codes
        self._classes = len(data.classes)
        self._share = share

    def fit(self, rows: IndexArray, weight: FloatArray) -> EncodedModel:
        """Fit its part of a model."""
        vectors, codes = self._vectors[rows], self._codes[rows]
        return fit_encoded(self._encoder, vectors, codes, weight, self._classes, self._share)

    def probabilities(self, model: EncodedModel, rows: IndexArray) -> FloatArray:
        """Return what a model says of some of the texts: shape (rows, classes)."""
        return model.probabilities(self._vectors[rows])
