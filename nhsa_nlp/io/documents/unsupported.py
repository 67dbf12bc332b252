"""Documents in formats that are not read: each is refused with the way to convert it.

They are documents all the same. Passing over them in a folder, like pictures or programs, would
lose them without a word, so they are found, and fail.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import TYPE_CHECKING, BinaryIO

from nhsa_nlp.errors import Cause, InputError
from nhsa_nlp.translation import Message

if TYPE_CHECKING:
    from nhsa_nlp.io.document import Document
    from nhsa_nlp.io.options import ReadOptions
    from nhsa_nlp.io.source import Source

_TABLE = files("nhsa_nlp.io.documents").joinpath("resources/unsupported.tsv").read_text("utf-8")
_ROWS = (row.split("\t") for row in _TABLE.splitlines()[1:])
_FORMATS = {suffix: (Message(kind), advice) for suffix, kind, advice in _ROWS}
_TARGETS = ("docx", "pdf")  # what LibreOffice converts to

SUFFIXES = tuple(_FORMATS)


def read(stream: BinaryIO, file: Source, options: ReadOptions) -> Iterator[Document]:  # noqa: ARG001
    """Refuse a file; the error says what it is, whatever its name says, and how to convert it."""
    kind, target = _FORMATS[file.suffix]
    if target not in _TARGETS:
        raise InputError("is {kind}; {advice}", file.source, kind=kind, advice=Message(target))
    raise InputError(
        "is {kind}, which is not read; convert it: soffice --headless --convert-to {target} FILE, or save "
        "it as .{target} in Office or WPS",
        file.source,
        cause=Cause.CONVERT,
        kind=kind,
        target=target,
    )
