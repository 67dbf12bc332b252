"""Models that several tests need, trained once and shared between the processes of a run."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from filelock import FileLock

from nhsa_nlp.topic import TopicClassifier
from nhsa_nlp.topic.model import TopicModel


def shared_classifier(
    factory: pytest.TempPathFactory,
    name: str,
    texts: Sequence[str],
    labels: Sequence[str],
    genres: Sequence[str] | None = None,
    **parameters: Any,
) -> TopicClassifier:
    """Return a classifier of these documents: trained by the first who asks, else read."""
    run = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # the folder of a worker lies in that of the run
        run = run.parent
    folder = run / "trained" / name
    folder.parent.mkdir(exist_ok=True)
    classifier = TopicClassifier(**parameters)
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            classifier.fit(texts, labels, genres=genres).model_.to_disk(folder)
    classifier.model_ = TopicModel.from_disk(folder)
    classifier.classes_ = np.array(classifier.model_.classes)
    return classifier
