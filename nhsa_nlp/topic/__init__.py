"""The topic of a document: facets, labels and the classifier."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nhsa_nlp.topic.classifier import TopicClassifier
    from nhsa_nlp.topic.model import TopicModel

__all__ = ["TopicClassifier", "TopicModel"]


def __getattr__(name: str) -> Any:  # scikit-learn is only imported by whoever trains
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{name.removeprefix('Topic').lower()}"), name)
