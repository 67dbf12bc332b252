"""What the commands that take one document do to read it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nhsa_nlp.cli.terminal import Progress
from nhsa_nlp.errors import InputError

if TYPE_CHECKING:
    from nhsa_nlp.io import Document, ReadOptions


def read_one(file: str, options: ReadOptions, progress: Progress) -> Document:
    """Return the document that a file is, or its first, which is said.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    from nhsa_nlp.io import STANDARD_INPUT, read_documents

    if file not in ("", STANDARD_INPUT) and Path(file).is_dir():
        raise InputError("is a folder; name one document", file)
    document = next(read_documents([file], options))
    if "#" in document.source[len(file) :] or "!/" in document.source[len(file) :]:
        progress.notice(f"{file} may hold more documents; only one is shown: {document.source}")
    return document
