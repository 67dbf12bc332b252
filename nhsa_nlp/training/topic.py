"""Training the topic classifier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from nhsa_nlp.pipeline.segmenters import SegmenterName
from nhsa_nlp.text.segmenters import DictionaryName, UserDictionary
from nhsa_nlp.topic.classifier import TopicClassifier
from nhsa_nlp.topic.linear import LinearModel
from nhsa_nlp.topic.model import TopicModel
from nhsa_nlp.topic.terms import LinearTerms
from nhsa_nlp.training.settings import TopicSettings


def topic_classifier(
    settings: TopicSettings,
    seed: int = 0,
    *,
    n_jobs: int | None = None,
    segmenter: SegmenterName = "rjieba",
    user_words: UserDictionary | None = None,
) -> TopicClassifier:
    """Return the topic classifier of a bundle, not fitted; see `TopicClassifier` for what it takes.

    Whatever the segmenter of the bundle, its words are those of a dictionary: rjieba's, unless it is jieba.
    """
    name: DictionaryName = "jieba" if segmenter == "jieba" else "rjieba"
    return TopicClassifier(
        **settings.model_dump(), segmenter=name, user_words=user_words, n_jobs=n_jobs, random_state=seed
    )


def in_order(model: TopicModel, labels: Sequence[str]) -> TopicModel:
    """Return a plain model with its classes in the order of labels; the seven labels keep theirs.

    Classes that are not named come last, labels that are not a class are left out.
    """
    inner = model.inner
    if not labels or not isinstance(inner, LinearModel):
        return model
    wanted = [label for label in labels if label in model.classes]
    classes = (*wanted, *(label for label in model.classes if label not in wanted))
    columns = np.array([model.classes.index(label) for label in classes])
    words, characters = (
        LinearTerms(terms.space, terms.weights[:, columns]) for terms in (inner.words, inner.characters)
    )
    linear = replace(inner, words=words, characters=characters, bias=inner.bias[columns])
    encoded = model.encoded
    if encoded is not None:
        encoded = replace(encoded, weights=encoded.weights[:, columns], bias=encoded.bias[columns])
    return replace(model, classes=classes, inner=linear, encoded=encoded)
