"""What models say of documents that they did not learn from, for the thresholds of the one that did."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nhsa_nlp.text.segmenters import DictionarySegmenter
from nhsa_nlp.topic.calibration import FloatArray, IndexArray, out_of_fold
from nhsa_nlp.topic.encoder import EncodedModel
from nhsa_nlp.topic.features import extract
from nhsa_nlp.topic.learners import EncodedLearner, Learner
from nhsa_nlp.topic.linear import LinearModel
from nhsa_nlp.topic.training_set import TrainingSet

_ENOUGH = 1000  # held-out documents of other labels; more would hardly move a threshold


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Answers to documents, each by models that saw neither it nor its near-duplicates.

    Attributes
    ----------
    rows
        The documents.
    probabilities
        Shape (rows, classes): what the words say.
    known
        Shape (rows, 2): how much of each document a model of other labels knew; of no columns for ours.
    encoded
        Shape (rows, classes): what the encoder says; of no columns without one.
    """

    rows: IndexArray
    probabilities: FloatArray
    known: FloatArray
    encoded: FloatArray

    def mixed(self, words: FloatArray, model: EncodedModel | None) -> FloatArray:
        """Return probabilities that the words give, with what the encoder says."""
        if model is None or not len(words):
            return words
        return np.asarray((1 - model.share) * words + model.share * self.encoded)


@dataclass(frozen=True, slots=True)
class _Fold:
    """Fits to some documents and predicts others."""

    data: TrainingSet
    segmenter: DictionarySegmenter
    learner: Learner
    encoded_learner: EncodedLearner | None

    def __call__(self, train: IndexArray, test: IndexArray) -> FloatArray:
        """Return the three parts of a `HeldOut` side by side."""
        weight = self.data.weight[train]
        model, columns = self.learner.fit(train, weight)
        probabilities = np.zeros((len(test), len(self.data.classes)))
        documents = (extract(self.data.texts[row], model.lexicon, self.segmenter) for row in test)
        if not isinstance(model, LinearModel):
            probabilities[:, columns] = model.predict(list(documents))
        else:
            known = np.zeros((len(test), 2))
            for row, document in enumerate(documents):  # one at a time, as there may be thousands
                probabilities[row, columns] = model.predict([document])[0]
                known[row] = model.known(document)
            probabilities = np.column_stack([probabilities, known])
        if self.encoded_learner is None:
            return probabilities
        said = self.encoded_learner.probabilities(self.encoded_learner.fit(train, weight), test)
        return np.column_stack([probabilities, said])


def hold_out(
    data: TrainingSet,
    segmenter: DictionarySegmenter,
    learner: Learner,
    encoded_learner: EncodedLearner | None,
    *,
    folds: int,
    seed: int,
    n_jobs: int | None,
) -> HeldOut:
    """Cross-validate a learner, and that of the encoder beside it.

    Parameters
    ----------
    folds, seed, n_jobs
        See `nhsa_nlp.topic.calibration.out_of_fold`.
    """
    rows, found = out_of_fold(
        data.texts,
        data.answers,
        folds,
        seed,
        _Fold(data, segmenter, learner, encoded_learner),
        n_jobs,
        groups=data.groups,
        enough=None if data.ours else _ENOUGH,
    )
    classes = len(data.classes)
    known = 0 if data.ours else 2
    probabilities, shares, encoded = np.split(found, [classes, classes + known], axis=1)
    return HeldOut(rows, probabilities, shares, encoded)
