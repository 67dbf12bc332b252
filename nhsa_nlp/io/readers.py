"""Reading documents: the one interface of all formats, and which suffix goes to which.

A format is a module of this package with a function ``read`` and a tuple ``SUFFIXES``; to add
one, write it and name it in ``_FORMATS``. Opening, the size limit and standard input are
dealt with here once.
"""

from __future__ import annotations

import os
import stat
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Protocol

from nhsa_nlp.errors import InputError
from nhsa_nlp.io import plain_text
from nhsa_nlp.io.document import Document
from nhsa_nlp.io.find import FoundFile, OnError, find_documents
from nhsa_nlp.io.options import ReadOptions


class Reader(Protocol):
    """A function that reads the documents of one file."""

    def __call__(self, stream: BinaryIO, file: FoundFile, options: ReadOptions) -> Iterator[Document]:
        """Yield the documents of ``stream``; raise InputError, with ``file.source``, on a bad one."""
        ...


_FORMATS = (plain_text,)
READERS: dict[str, Reader] = {suffix: module.read for module in _FORMATS for suffix in module.SUFFIXES}
"""The reader of each suffix (lower case, with its dot)."""


def read_documents(
    paths: Iterable[str | Path],
    options: ReadOptions | None = None,
    *,
    on_error: OnError | None = None,
    skipped: Counter[str] | None = None,
) -> Iterator[Document]:
    """Read every document behind ``paths``, one at a time, with unique ids.

    Parameters
    ----------
    paths
        Files, folders (recursively), or ``-`` for standard input.
    options
        How to read them.
    on_error
        Called with the error of each file that cannot be read, which is then passed over;
        without it the error is raised.
    skipped
        Counts, by suffix, the files in folders that no reader can read.

    Returns
    -------
    Iterator[Document]
        Reads as it goes.

    Raises
    ------
    InputError
        At once for a missing path or a folder without documents, see
        :func:`~nhsa_nlp.io.find.find_documents`; on the way for a file that cannot be read,
        unless ``on_error`` takes it.
    """
    found = find_documents(paths, READERS, skipped=skipped, on_error=on_error)
    return _read_all(found, options or ReadOptions(), on_error)


def read_file(file: FoundFile, options: ReadOptions) -> Iterator[Document]:
    """Read the documents of one file (their ids as in ``file``).

    Parameters
    ----------
    file
        What :func:`~nhsa_nlp.io.find.find_documents` found.
    options
        How to read it.

    Yields
    ------
    Document
        As the reader of its format makes it.

    Raises
    ------
    InputError
        For an unknown suffix, too long a file, or one that cannot be read.
    """
    if file.path is None:
        data = sys.stdin.buffer.read(options.max_bytes + 1)
        _check_size(len(data), file, options)
        yield from plain_text.read(BytesIO(data), file, options)
        return
    suffix = file.path.suffix.lower()
    if suffix not in READERS:
        known = " ".join(sorted(READERS))
        raise InputError(
            f"cannot read {suffix or 'files without suffix'}; formats read: {known}", file.source
        )
    try:
        # Before opening: opening a pipe would wait for its writer.
        if not stat.S_ISREG(file.path.stat().st_mode):
            raise InputError("is not a regular file; use - for standard input", file.source)
        with file.path.open("rb") as stream:
            _check_size(os.fstat(stream.fileno()).st_size, file, options)
            yield from READERS[suffix](stream, file, options)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", file.source) from error


def _check_size(size: int, file: FoundFile, options: ReadOptions) -> None:
    if size > options.max_bytes:
        raise InputError(
            f"is longer than {options.max_bytes:,} bytes; split it or raise --max-bytes", file.source
        )


def _read_all(
    found: Iterator[FoundFile], options: ReadOptions, on_error: OnError | None
) -> Iterator[Document]:
    taken: dict[str, int] = {}
    for file in found:
        for document in _read_or_report(file, options, on_error):
            yield replace(document, id=_unique(document.id, taken))


def _read_or_report(file: FoundFile, options: ReadOptions, on_error: OnError | None) -> Iterator[Document]:
    try:
        yield from read_file(file, options)
    except InputError as error:
        if on_error is None:
            raise
        on_error(error)


def _unique(name: str, taken: dict[str, int]) -> str:
    """Return ``name``, numbered if it is taken; ``taken`` has the last number of each name."""
    candidate, number = name, taken.get(name, 0)
    while candidate in taken:
        number += 1
        candidate = f"{name}-{number}"
    taken[name] = max(number, 1)
    taken.setdefault(candidate, 1)
    return candidate
