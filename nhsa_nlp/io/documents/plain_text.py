"""Reading plain text files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from nhsa_nlp.errors import Cause, InputError
from nhsa_nlp.io.document import Document
from nhsa_nlp.io.encoding import decode
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.sniff import ZIP, Kind, file_kind
from nhsa_nlp.io.source import Source
from nhsa_nlp.translation import Message

_DAMAGED = Kind(
    Message("a zip file that is damaged, or of a format that is not read; open it and save it again"),
    Cause.DAMAGED,
)


def read(stream: BinaryIO, file: Source, options: ReadOptions) -> Iterator[Document]:
    """Read the one document of a plain text file; its encoding is in ``meta``."""
    data = stream.read()
    try:
        text, encoding = decode(data, file.source, options.encoding)
    except InputError as error:
        if error.cause is not Cause.BINARY:
            raise
        kind = file_kind(stream) or (_DAMAGED if data.startswith(ZIP) else None)
        if kind is None:
            raise
        raise InputError("is not text but {kind}", file.source, cause=kind.cause, kind=kind.text) from error
    yield Document(file.id, file.source, text, {"encoding": encoding})
