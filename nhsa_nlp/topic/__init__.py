"""The topic of a document: facets, labels and the classifier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nhsa_nlp.topic.classifier import TopicClassifier
    from nhsa_nlp.topic.model import TopicModel

__all__ = ["TopicClassifier", "TopicModel"]


def __getattr__(name: str) -> Any:  # scikit-learn is only imported by whoever trains
    if name == "TopicClassifier":
        from nhsa_nlp.topic.classifier import TopicClassifier

        return TopicClassifier
    if name == "TopicModel":
        from nhsa_nlp.topic.model import TopicModel

        return TopicModel
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
