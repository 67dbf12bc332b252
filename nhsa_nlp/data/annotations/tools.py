"""The annotation tools there are files for."""

from __future__ import annotations

from enum import StrEnum


class Tool(StrEnum):
    """An annotation tool."""

    DOCCANO = "doccano"
    LABEL_STUDIO = "label-studio"

    @property
    def suffix(self) -> str:
        """Of the file that it imports."""
        return ".jsonl" if self is Tool.DOCCANO else ".json"


class Task(StrEnum):
    """What people annotate."""

    TOPIC = "topic"
    ENTITIES = "entities"
