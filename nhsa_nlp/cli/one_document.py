"""What the commands that take one document do to find and read it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from nhsa_nlp.cli.terminal import Progress
from nhsa_nlp.errors import InputError
from nhsa_nlp.translation import Message, tr

if TYPE_CHECKING:
    from nhsa_nlp.io import Document, ReadOptions

_MARKS = ("#", "!/")  # between a file and the place of a document within it


def read_one(file: str, options: ReadOptions, progress: Progress, wanted: str | None = None) -> Document:
    """Return one document.

    Parameters
    ----------
    file
        A file; or a file and the place in it, as records name it: ``list.xlsx#row=5``, ``2021.zip!/85.docx``.
    wanted
        The id of the document. If neither it nor a place is given, it is the first, which is said.

    Raises
    ------
    InputError
        If it cannot be read, or there is none such.
    """
    from nhsa_nlp.io import STANDARD_INPUT, read_documents

    path = container_of(file)
    place = Path(path).as_posix() + file[len(path) :] if path != file else None
    if wanted is None and path not in ("", STANDARD_INPUT) and Path(path).is_dir():
        raise InputError("is a folder; name one document, or choose one with --id", file)
    if place is None and wanted is None:
        document = next(read_documents([path], options))
        if any(mark in document.source[len(file) :] for mark in _MARKS):
            progress.notice(
                tr("{file} may hold more documents; only one is shown: {document}").format(
                    file=file, document=document.source
                )
            )
        return document

    documents = (
        read_documents([path], options, on_error=lambda _: None)
        if place is None
        else _at(place, path, options)
    )
    found = next((document for document in documents if wanted in (None, document.id)), None)
    if found is None:
        what = (
            Message("the id {id}", id=wanted)
            if wanted is not None
            else Message("this place: {place}", place=file[len(path) :])
        )
        raise InputError("holds no document of {what}; nhsa-nlp label lists ids and sources", path, what=what)
    return found


def _at(place: str, path: str, options: ReadOptions) -> Iterator[Document]:
    """Yield the document at a place in a file; raise its error if it cannot be read."""
    from nhsa_nlp.io import READABLE, Document, expand, find_documents, read_part

    for file in find_documents([path], READABLE):
        for part in expand(file, options):
            if part.source == place:
                for item in read_part(part, options):
                    if not isinstance(item, Document):
                        raise item.error
                    yield item


def container_of(file: str) -> str:
    """Return the file that holds a document named by its source; the whole name if there is no such file."""
    if not file or Path(file).exists():
        return file
    ends = sorted(at for mark in _MARKS for at in range(1, len(file)) if file.startswith(mark, at))
    return next((file[:at] for at in ends if Path(file[:at]).is_file()), file)
