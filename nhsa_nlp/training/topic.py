"""Training the topic classifier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace

import numpy as np

from nhsa_nlp.topic.classifier import TopicClassifier
from nhsa_nlp.topic.model import LinearModel, LinearTerms, TopicModel
from nhsa_nlp.training.settings import TopicSettings


def train_topic(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    seed: int = 0,
    settings: TopicSettings | None = None,
    n_jobs: int | None = None,
) -> TopicClassifier:
    """Fit the topic classifier as it is released.

    Parameters
    ----------
    texts
        The raw documents.
    labels
        Their labels: the seven of `nhsa_nlp.topic.labels.LABELS`, or any others.
    seed
        Of every random choice; the same data and seed give the same model.
    settings
        Its knobs; the released ones if not given.
    n_jobs
        How many processes the folds are fitted in; the model is the same.

    Raises
    ------
    InputError
        If there are no texts, lengths differ, or something is not a string.
    """
    classifier = topic_classifier(settings or TopicSettings(), seed)
    classifier.n_jobs = n_jobs
    return classifier.fit(texts, labels)


def topic_classifier(settings: TopicSettings, seed: int) -> TopicClassifier:
    """Return the classifier with its knobs set, not fitted."""
    return TopicClassifier(**asdict(settings), random_state=seed)


def in_order(model: TopicModel, labels: Sequence[str]) -> TopicModel:
    """Return a plain model with its classes in another order; the seven labels keep theirs.

    Parameters
    ----------
    model
        The fitted model.
    labels
        The order; classes that it does not name come last, labels that are no class are left out.
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
    return replace(model, classes=classes, inner=LinearModel(words, characters, inner.bias[columns]))
