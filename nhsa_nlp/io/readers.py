"""Reading documents: the one interface of all formats, and which suffix goes to which.

A format is a module of this package with a function ``read`` (a `Reader`, of a table a `TableReader`); to add
one, write it and name it in one of the two tables below. It is imported when the first file of its format is
read. Archives are taken apart by `nhsa_nlp.io.containers.unpacking`. Opening, the size limit and standard
input are dealt with here once.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Protocol, TypeVar

from nhsa_nlp.errors import Cause, InputError
from nhsa_nlp.io.containers.unpacking import SUFFIXES as ARCHIVES
from nhsa_nlp.io.containers.unpacking import unpack
from nhsa_nlp.io.document import Document
from nhsa_nlp.io.documents import unsupported
from nhsa_nlp.io.find import find_documents
from nhsa_nlp.io.formats import DATABASES, JSON_LIST, PAGES, PLAIN_TEXTS, UNKNOWN
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.package.limits import MAX_RATIO, RATIO_FROM
from nhsa_nlp.io.sniff import file_kind, sniff
from nhsa_nlp.io.source import Source, Unreadable, read_standard_input
from nhsa_nlp.lazy_names import lazy_functions

OnError = Callable[[InputError], None]
Part = Source | Document | Unreadable

_PER_PART = 100  # characters: what a part costs beside its own

_AnyReader = TypeVar("_AnyReader", bound=Callable[..., object])


class Reader(Protocol):
    """A function that reads the documents of one file."""

    def __call__(self, stream: BinaryIO, file: Source, options: ReadOptions) -> Iterator[Document]:
        """Read a file.

        Parameters
        ----------
        stream
            The file, at its beginning and within the size limit. Its first bytes or its suffix say that
            it is of this format; both may be wrong.
        file
            Its names.
        options
            How to read it, as far as that matters to its format.

        Yields
        ------
        Document
            With ``file.id`` and ``file.source``; its text is never empty.

        Raises
        ------
        InputError
            With ``file.source``, for a file that is of another format, damaged, hostile, protected by a
            password, too large or without text.
        """
        ...


class TableReader(Protocol):
    """A function that reads the rows of one table."""

    def __call__(
        self, stream: BinaryIO, file: Source, options: ReadOptions
    ) -> Iterator[Document | Unreadable]:
        """Read a table of any size, in constant memory; the parameters are those of a `Reader`.

        Yields
        ------
        Document | Unreadable
            One for each row, see `nhsa_nlp.io.tables.rows`.

        Raises
        ------
        InputError
            For a table of another format, damaged as a whole, empty or without a column for the text.
        """
        ...


_DOCUMENT_READERS: dict[str, Reader] = lazy_functions(  # a file is a document
    "read",
    {
        "nhsa_nlp.io.documents.plain_text": PLAIN_TEXTS,
        "nhsa_nlp.io.documents.pdf": (".pdf",),
        "nhsa_nlp.io.documents.scan": (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp"),
        "nhsa_nlp.io.documents.docx": (".docx", ".docm", ".dotx", ".dotm"),
        "nhsa_nlp.io.documents.word_binary": (".doc", ".dot", ".wps", ".wpt"),
        "nhsa_nlp.io.documents.rtf": (".rtf",),
        "nhsa_nlp.io.documents.odt": (".odt", ".ott"),
        "nhsa_nlp.io.documents.html": (".html", ".htm", ".xhtml", ".shtml"),
        "nhsa_nlp.io.documents.mhtml": (".mhtml", ".mht"),
        "nhsa_nlp.io.documents.ofd": (".ofd",),
        "nhsa_nlp.io.documents.unsupported": unsupported.SUFFIXES,
    },
)
_TABLE_READERS: dict[str, TableReader] = lazy_functions(  # a row is a document
    "read",
    {
        "nhsa_nlp.io.tables.delimited": (".csv", ".tsv"),
        "nhsa_nlp.io.tables.json_rows": (".jsonl", ".ndjson", JSON_LIST),
        "nhsa_nlp.io.tables.parquet": (".parquet",),
        "nhsa_nlp.io.tables.xlsx": (".xlsx", ".xlsm"),
        "nhsa_nlp.io.tables.xls": (".xls", ".xlt", ".et", ".ett"),
        "nhsa_nlp.io.tables.xlsb": (".xlsb",),
        "nhsa_nlp.io.tables.ods": (".ods", ".ots"),
    },
)
_AS_TABLES = {**_TABLE_READERS, **lazy_functions("read", {"nhsa_nlp.io.tables.html_tables": PAGES})}

READABLE = frozenset({*_DOCUMENT_READERS, *_TABLE_READERS, *ARCHIVES}) - {JSON_LIST}
"""The suffixes (lower case, with their dot) of documents that can be read, or that `unsupported` refuses
with advice; without a list of rows, see `nhsa_nlp.io.formats.JSON_LIST`."""

TABLES = frozenset(_TABLE_READERS)
CONTAINERS = TABLES | ARCHIVES
"""The suffixes of files that hold many documents."""


def read_documents(
    paths: str | Path | Iterable[str | Path],
    options: ReadOptions | None = None,
    *,
    on_error: OnError | None = None,
    skipped: Counter[str] | None = None,
) -> Iterator[Document]:
    """Read every document in ``paths``, one at a time, with unique ids.

    Parameters
    ----------
    paths
        Files, folders (recursively), or ``-`` for standard input; or one of these by itself.
    on_error
        Called with the error of each file that cannot be read, which is then passed over;
        without it the error is raised.
    skipped
        Counts, by suffix, the files in folders and archives that no reader can read.

    Raises
    ------
    InputError
        At once for a missing path or a folder without documents, see
        :func:`~nhsa_nlp.io.find.find_documents`; on the way for a file that cannot be read,
        unless ``on_error`` takes it.
    """
    found = find_documents(paths, READABLE, skipped=skipped)
    return _read_all(found, options or ReadOptions(), on_error, skipped)


def expand(part: Part, options: ReadOptions, *, skipped: Counter[str] | None = None) -> Iterator[Part]:
    """Yield the units of work in a file: what can be read, or fail, independently of the rest.

    A file that is one document is its own only part, unopened, and so is what is not a source. The
    parts of a table are its rows, those of an archive the parts of the files within it. What is bad
    among them is unreadable, and at the end the file itself if it cannot be read (further).

    Parameters
    ----------
    skipped
        Counts, by suffix, the files in archives that no reader can read.
    """
    if not isinstance(part, Source):
        yield part
        return
    try:
        yield from _expand(part, options, skipped if skipped is not None else Counter())
    except InputError as error:
        yield Unreadable(part.id, part.source, error)


def as_container(file: Source) -> Source:
    """Give a mail that is called a text the suffix of a mail: its name does not say that it holds files.

    Within an archive it has that suffix already.
    """
    if file.suffix not in PLAIN_TEXTS or not isinstance(file.origin, Path):
        return file
    try:
        with file.opened(ReadOptions(), limited=False) as stream:
            return replace(file, suffix=".eml") if sniff(stream) == ".eml" else file
    except InputError:
        return file  # reading it will say what is wrong


def taken_from_standard_input(file: Source, options: ReadOptions) -> Source:
    """Return the source for standard input with its bytes, as the format that these are of.

    Raises
    ------
    InputError
        If it is closed, cannot be read, or is too long.
    """
    data = read_standard_input(options)
    form = sniff(BytesIO(data))
    return replace(file, origin=data, suffix=form if form in READABLE else file.suffix)


def _expand(file: Source, options: ReadOptions, skipped: Counter[str]) -> Iterator[Part]:
    if file.origin is None:
        file = taken_from_standard_input(file, options)
    file = as_container(file)
    if file.suffix in CONTAINERS:
        file = _as_it_is(file, options)
    if file.suffix in ARCHIVES:
        with file.opened(options) as stream:
            files = unpack(stream, file, options, READABLE, skipped)
            yield from _bounded((part for inner in files for part in expand(inner, options)), stream, file)
    elif file.suffix in _TABLE_READERS:
        with file.opened(options, limited=False) as stream:
            rows = _reader(_AS_TABLES, stream, file)(stream, file, options)
            yield from _bounded(_carrying(rows, file), stream, file)
    elif file.suffix in _DOCUMENT_READERS:
        yield file
    else:
        with file.opened(options, limited=False) as stream:
            kind = file_kind(stream)
        if kind is not None:
            raise InputError("is {kind}", file.source, cause=kind.cause, kind=kind.text)
        if file.suffix in DATABASES:
            raise InputError("is an archive; for it there are precedents and search", file.source)
        if file.suffix == UNKNOWN:
            raise InputError(
                "neither its name nor its beginning says what it is; give it the suffix of its format",
                file.source,
                cause=Cause.UNKNOWN_FORMAT,
            )
        known = " ".join(sorted(READABLE.difference(unsupported.SUFFIXES)))
        raise InputError(
            "cannot read {suffix}; formats read: {known}",
            file.source,
            cause=Cause.NOT_SUPPORTED,
            suffix=file.suffix,
            known=known,
        )


def _as_it_is(file: Source, options: ReadOptions) -> Source:
    """Give a file that is called a table or an archive the suffix of what its first bytes say."""
    with file.opened(options, limited=False) as stream:
        kind = sniff(stream)
    # A page is a table under this name, and a workbook that lacks a part looks like an archive.
    if kind not in READABLE or (file.suffix in TABLES and kind in PAGES | {".zip"}):
        return file
    return replace(file, suffix=kind)


def size_of(part: Part) -> int:
    """Return the characters or bytes of a part, without names of columns and empty cells."""
    if isinstance(part, Document):
        return len(part.text) + sum(len(value) for value in part.columns.values() if isinstance(value, str))
    if isinstance(part, Source) and isinstance(part.origin, bytes):
        return len(part.origin)
    return 0


def _bounded(parts: Iterable[Part], stream: BinaryIO, file: Source) -> Iterator[Part]:
    """Yield the parts of a container, as many as one of its size may hold.

    A workbook of a few kilobytes can give one long text in each of a million rows, a Parquet file in each of
    a billion. Every part would be labelled within the timeout, and all of them take for ever.
    """
    at = stream.tell()
    size = stream.seek(0, os.SEEK_END)
    stream.seek(at)
    left = most = max(RATIO_FROM, size * MAX_RATIO)
    for part in parts:
        left -= _PER_PART + size_of(part)
        if left < 0:
            raise InputError(
                "is read only up to here: {size:,} bytes give more than {limit:,} characters, as a zip "
                "bomb does; leave out rows and files that repeat others",
                file.source,
                cause=Cause.ZIP_BOMB,
                size=size,
                limit=most,
            )
        yield part


def read_part(part: Part, options: ReadOptions) -> Iterator[Document | Unreadable]:
    """Read what `expand` gave; anything but a source is yielded as it is."""
    if not isinstance(part, Source):
        yield part
        return
    try:
        with part.opened(options) as stream:
            yield from _carrying(_reader(_DOCUMENT_READERS, stream, part)(stream, part, options), part)
    except InputError as error:
        yield Unreadable(part.id, part.source, error)


def _carrying(items: Iterable[Document | Unreadable], file: Source) -> Iterator[Document | Unreadable]:
    """Yield what was read of a file; documents carry along what the file does."""
    for item in items:
        if file.columns and isinstance(item, Document):
            yield replace(item, columns={**file.columns, **item.columns})
        else:
            yield item


def _reader(readers: Mapping[str, _AnyReader], stream: BinaryIO, file: Source) -> _AnyReader:
    """Return the reader of a file: what its first bytes say, such as of a PDF called .txt, goes first."""
    if file.suffix in unsupported.SUFFIXES:
        return readers[file.suffix]  # its first bytes have been looked at when it was found
    return readers.get(sniff(stream) or "", readers[file.suffix])


def _read_all(
    found: Iterator[Source | Unreadable],
    options: ReadOptions,
    on_error: OnError | None,
    skipped: Counter[str] | None,
) -> Iterator[Document]:
    taken: dict[str, int] = {}
    for file in found:
        for part in expand(file, options, skipped=skipped):
            for item in read_part(part, options):
                if isinstance(item, Document):
                    yield replace(item, id=unique_id(item.id, taken))
                elif on_error is None:
                    raise item.error
                else:
                    on_error(item.error)


def unique_id(name: str, taken: dict[str, int]) -> str:
    """Return ``name``, numbered if it is taken; ``taken`` has the last number of each name."""
    candidate, number = name, taken.get(name, 0)
    while candidate in taken:
        number += 1
        candidate = f"{name}-{number}"
    taken[name] = max(number, 1)
    taken.setdefault(candidate, 1)
    return candidate
