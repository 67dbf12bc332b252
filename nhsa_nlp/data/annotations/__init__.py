"""Annotated texts in the formats of annotation tools: entities and topic labels, reading and writing."""
