"""The topic of a document: facets, labels and the classifier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsa_nlp.lazy_names import lazy_names

if TYPE_CHECKING:
    from nhsa_nlp.topic.classifier import TopicClassifier
    from nhsa_nlp.topic.model import TopicModel

__all__ = ["TopicClassifier", "TopicModel"]

# scikit-learn is only imported by whoever trains.
__getattr__, __dir__ = lazy_names(__name__, {"classifier": ("TopicClassifier",), "model": ("TopicModel",)})
