"""Reading the files within archives of every format, in memory and one at a time.

A format is a module of this package with a function ``members`` (a `Lister`); to add one, write it and name
it below. It is imported when the first archive of its format is opened. What is common to all is here: which
members are read, what they are called, how much may come out, and how deep archives nest, whatever mixture of
formats they are of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO
from pathlib import PurePosixPath
from typing import BinaryIO, Protocol

from nhsa_nlp.errors import Cause, InputError
from nhsa_nlp.io.containers.member import Listed, Member
from nhsa_nlp.io.document import Document
from nhsa_nlp.io.find import describe_skipped
from nhsa_nlp.io.formats import PLAIN_TEXTS, format_of, stem_of, suffix_of
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.package.limits import MAX_TOTAL, BadMemberError
from nhsa_nlp.io.sniff import sniff
from nhsa_nlp.io.source import Source, Unreadable
from nhsa_nlp.lazy_names import lazy_functions
from nhsa_nlp.translation import Message

MAX_DEPTH = 3
"""How deep archives and mails may nest: an archive in an archive in an archive."""

_BEGINNING = 4096  # bytes by which a file is told that nobody reads
_MARK = "!/"  # between an archive and the name of a member


class Lister(Protocol):
    """A function that lists the files within an archive."""

    def __call__(self, stream: BinaryIO, file: Source, options: ReadOptions) -> Listed:
        """List an archive; the parameters are those of a `nhsa_nlp.io.readers.Reader`.

        Yields
        ------
        Member | Document | Unreadable
            Each file, and what is a document by itself, such as the text of a mail.

        Raises
        ------
        InputError
            For an archive that is damaged as a whole, or hostile.
        """
        ...


_LISTERS: dict[str, Lister] = lazy_functions(
    "members",
    {
        "nhsa_nlp.io.containers.zip_archive": (".zip",),
        "nhsa_nlp.io.containers.tar_archive": (
            *(".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tbz", ".tar.xz", ".txz"),
        ),
        "nhsa_nlp.io.containers.packed_file": (".gz", ".bz2", ".xz"),
        "nhsa_nlp.io.containers.seven_zip": (".7z",),
        "nhsa_nlp.io.containers.mail": (".eml",),
        "nhsa_nlp.io.containers.outlook": (".msg",),
    },
)

SUFFIXES = frozenset(_LISTERS)


def unpack(
    stream: BinaryIO,
    file: Source,
    options: ReadOptions,
    suffixes: Collection[str],
    skipped: Counter[str],
) -> Iterator[Source | Document | Unreadable]:
    """Unpack the files of an archive that have one of ``suffixes``, and of archives within.

    As in a folder, hidden files are passed over, and so is what cannot be read, unless the options ask for
    that to be reported: then it is yielded, to be refused when it is read. Nothing is written anywhere.
    ``max_bytes`` bounds each member, and `MAX_TOTAL` times as much all of them.

    Parameters
    ----------
    stream, file, options
        Those of a `nhsa_nlp.io.readers.Reader`.
    suffixes
        The suffixes that can be read.
    skipped
        Counts, by suffix, the files in the archive that cannot be.

    Yields
    ------
    Source | Document | Unreadable
        One for each file; a bad one does not affect the others.

    Raises
    ------
    InputError
        For an archive that is damaged as a whole, hostile, or holds no documents.
    """
    unpacking = _Unpacking(options, suffixes, skipped, options.max_bytes * MAX_TOTAL)
    yield from unpacking.opened(stream, file, 1)


@dataclass(slots=True)
class _Unpacking:
    """One archive with all that is nested in it."""

    options: ReadOptions
    suffixes: Collection[str]
    skipped: Counter[str]
    left: int  # bytes that may still be unpacked

    def opened(self, stream: BinaryIO, file: Source, depth: int) -> Iterator[Source | Document | Unreadable]:
        lister = _LISTERS.get(sniff(stream) or "", _LISTERS[file.suffix])
        yield from self.files(lister(stream, file, self.options), file, depth)

    def files(self, listed: Listed, file: Source, depth: int) -> Iterator[Source | Document | Unreadable]:
        passed: Counter[str] = Counter()
        empty = True
        for member in listed:
            if isinstance(member, Unreadable):
                empty = False
                yield member
                continue
            if isinstance(member, Document):
                empty = False
                yield replace(member, columns={**file.columns, **member.columns})
                continue
            if member.is_hidden:
                continue
            suffix = member.suffix or format_of(member.path, self.suffixes, member.head)
            if suffix is None:
                suffix = suffix_of(member.path)
                if not self.options.refuse_others:
                    passed[suffix] += 1
                    continue
                empty = False
                with member.head() as stream:  # enough to say what it is; the rest need not be unpacked
                    yield replace(self._named(file, member, suffix), origin=stream.read(_BEGINNING))
                continue
            empty = False
            inner = self._named(file, member, suffix)
            try:
                if member.listed is not None:
                    self._check_depth(inner, depth)
                    yield from self.files(member.listed(inner), inner, depth + 1)
                    continue
                data = self._read(member, inner.source)
                if member.suffix is None:  # a package, perhaps, which its beginning alone does not tell
                    suffix = format_of(member.path, self.suffixes, partial(BytesIO, data)) or suffix
                if suffix in PLAIN_TEXTS and sniff(BytesIO(data)) == ".eml":
                    suffix = ".eml"
                yield from self._within(replace(inner, suffix=suffix, origin=data), data, depth)
            except InputError as error:
                yield Unreadable(inner.id, inner.source, error)
        self.skipped += passed
        if empty:
            holds = Message("; it holds only {skipped}", skipped=describe_skipped(passed)) if passed else ""
            raise InputError("no documents in this archive{holds}", file.source, holds=holds)

    def _named(self, file: Source, member: Member, suffix: str) -> Source:
        stem = stem_of(member.path).as_posix()
        name = stem_of(PurePosixPath(file.id)).as_posix() if member.is_whole else f"{file.id}/{stem}"
        source = f"{file.source}{_MARK}{member.path.as_posix()}"
        return Source(name, source, suffix, columns={**file.columns, **member.columns})

    def _read(self, member: Member, source: str) -> bytes:
        if (member.size or 0) > self.left:
            raise InputError(
                "is too much: the archive unpacks to more than {limit} times --max-bytes; split it or "
                "raise --max-bytes",
                source,
                cause=Cause.ZIP_BOMB,
                limit=MAX_TOTAL,
            )
        try:
            data = member.read(self.options.max_bytes)
        except BadMemberError as error:
            raise InputError(str(error), source, cause=error.cause) from error
        self.left -= len(data)
        return data

    def _within(self, file: Source, data: bytes, depth: int) -> Iterator[Source | Document | Unreadable]:
        if file.suffix not in SUFFIXES:
            yield file
        else:
            self._check_depth(file, depth)
            yield from self.opened(BytesIO(data), file, depth + 1)

    def _check_depth(self, file: Source, depth: int) -> None:
        if depth >= MAX_DEPTH:
            raise InputError(
                "lies {depth} archives or mails deep; unpack the outer ones",
                file.source,
                cause=Cause.NESTED,
                depth=depth,
            )
