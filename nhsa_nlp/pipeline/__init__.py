"""The spaCy pipeline: tokenizer, components, the model bundle, and records of documents."""

from __future__ import annotations

from nhsa_nlp.pipeline.records import records

__all__ = ["records"]
