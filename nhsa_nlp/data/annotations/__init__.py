"""Annotated texts in the formats of annotation tools: entities and topic labels, reading and writing."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nhsa_nlp.data.annotations.doccano import write_doccano, write_doccano_topics
    from nhsa_nlp.data.annotations.entities import read_annotations
    from nhsa_nlp.data.annotations.jsonl import write_annotations
    from nhsa_nlp.data.annotations.label_studio import (
        write_label_studio,
        write_label_studio_config,
        write_label_studio_topics,
    )
    from nhsa_nlp.data.annotations.topics import TopicGuess, holds_topics, read_topics

__all__ = [
    "TopicGuess",
    "holds_topics",
    "read_annotations",
    "read_topics",
    "write_annotations",
    "write_doccano",
    "write_doccano_topics",
    "write_label_studio",
    "write_label_studio_config",
    "write_label_studio_topics",
]

_MODULES = {
    "TopicGuess": "topics",
    "holds_topics": "topics",
    "read_annotations": "entities",
    "read_topics": "topics",
    "write_annotations": "jsonl",
    "write_doccano": "doccano",
    "write_doccano_topics": "doccano",
    "write_label_studio": "label_studio",
    "write_label_studio_config": "label_studio",
    "write_label_studio_topics": "label_studio",
}


def __getattr__(name: str) -> Any:  # the command line needs the names of the tools only
    if name in _MODULES:
        return getattr(importlib.import_module(f"nhsa_nlp.data.annotations.{_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
