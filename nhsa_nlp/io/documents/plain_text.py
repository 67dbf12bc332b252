"""Reading plain text files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from nhsa_nlp.io.document import Document
from nhsa_nlp.io.encoding import decode
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.source import Source


def read(stream: BinaryIO, file: Source, options: ReadOptions) -> Iterator[Document]:
    """Read the one document of a plain text file; its encoding is in ``meta``."""
    text, encoding = decode(stream.read(), file.source, options.encoding)
    yield Document(file.id, file.source, text, {"encoding": encoding})
