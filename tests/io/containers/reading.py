"""Reading one archive, and what comes of it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from nhsa_nlp.io import Document, ReadOptions, read_documents


class Read:
    """The documents of an archive, its errors without the folder, and what was passed over."""

    def __init__(self, path: Path, data: bytes, options: ReadOptions | None = None) -> None:
        path.write_bytes(data)
        self.errors: list[str] = []
        self.skipped: Counter[str] = Counter()
        self.documents: list[Document] = []
        start = len(str(path.parent)) + 1
        for document in read_documents(
            [path],
            options,
            on_error=lambda error: self.errors.append(str(error)[start:]),
            skipped=self.skipped,
        ):
            self.documents.append(document)
        self._start = start

    @property
    def texts(self) -> dict[str, str]:
        return {document.id: document.text for document in self.documents}

    @property
    def sources(self) -> list[str]:
        return [document.source[self._start :] for document in self.documents]
