"""Reading a table in a test: its documents and its complaints."""

from __future__ import annotations

from pathlib import Path

from nhsa_nlp.errors import InputError
from nhsa_nlp.io import Document, ReadOptions, read_documents


def read(path: Path, **options: object) -> tuple[list[Document], list[str]]:
    errors: list[InputError] = []
    documents = list(read_documents([path], ReadOptions(**options), on_error=errors.append))  # type: ignore[arg-type]
    return documents, [str(error).removeprefix(path.as_posix()) for error in errors]


def places(documents: list[Document]) -> list[str]:
    return [document.source.rpartition("#")[2] for document in documents]
