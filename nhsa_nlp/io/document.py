"""The document: what every reader yields and the pipeline takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Texts = Callable[[str], "str | None"]
"""Gives the raw text of a document by its id; asked once for each record, in order."""

MAIL_COLUMNS = ("mail_subject", "mail_from", "mail_date")
"""What the documents of a mail carry along: its subject, who sent it, and when."""


@dataclass(frozen=True, slots=True)
class Document:
    """A text and where it came from.

    Attributes
    ----------
    id
        Unique within one run: the path relative to the folder given, without its suffix
        (``2021/npc-13-4-2020``), numbered if it occurs twice.
    source
        The path as it was given, with forward slashes; ``-`` for standard input.
    text
        The raw text, exactly as decoded: line endings, spaces and page marks are untouched.
    meta
        What else the reader knows, such as ``encoding``.
    columns
        For a row of a table: its other columns, carried along into the record.
    """

    id: str
    source: str
    text: str
    meta: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Any] = field(default_factory=dict)
