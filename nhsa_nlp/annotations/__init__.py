"""Annotated texts in the formats of annotation tools: entities and topic labels, reading and writing."""

from __future__ import annotations

from nhsa_nlp.annotations.doccano import write_doccano, write_doccano_topics
from nhsa_nlp.annotations.entities import read_annotations
from nhsa_nlp.annotations.label_studio import (
    write_label_studio,
    write_label_studio_config,
    write_label_studio_topics,
)
from nhsa_nlp.annotations.own import write_annotations
from nhsa_nlp.annotations.topics import TopicGuess, holds_topics, read_topics

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
