"""Training the topic classifier."""

from __future__ import annotations

from collections.abc import Sequence

from nhsa_nlp.topic.classifier import TopicClassifier


def train_topic(texts: Sequence[str], labels: Sequence[str], *, seed: int = 0) -> TopicClassifier:
    """Fit the topic classifier as it is released.

    Parameters
    ----------
    texts
        The raw documents.
    labels
        Their labels: the seven of `nhsa_nlp.topic.labels.LABELS`, or any others.
    seed
        Of every random choice; the same data and seed give the same model.

    Raises
    ------
    InputError
        If there are no texts, lengths differ, or something is not a string.
    """
    return TopicClassifier(random_state=seed).fit(texts, labels)
