"""Documents that are a zip file of XML parts: what .docx, .xlsx and .ofd share."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from nhsa_nlp.errors import Cause, InputError
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.package import xml
from nhsa_nlp.io.package.limits import BadMemberError
from nhsa_nlp.io.package.zip_files import open_zip, unpack
from nhsa_nlp.io.sniff import Kind, file_kind
from nhsa_nlp.io.source import Source
from nhsa_nlp.translation import Message


class Relation(NamedTuple):
    """A part that another part refers to: by which id, as what (``styles``), and its path."""

    id: str
    kind: str
    target: str


class Package:
    """The parts of one document.

    Parameters
    ----------
    stream, file
        The file and its name.
    options
        ``max_bytes`` bounds what all parts that are read unpack to, however often each is named.
    limited
        Whether it does; a table may be longer. How tightly a part may be packed is bounded anyway.

    Raises
    ------
    InputError
        If it is not a zip file (and what it is instead), or a bad one.
    """

    def __init__(self, stream: BinaryIO, file: Source, options: ReadOptions, *, limited: bool = True):
        self._source = file.source
        self._limit = options.max_bytes
        self._left = options.max_bytes if limited else None
        self._budget = xml.Budget(xml.MAX_ELEMENTS) if limited else None
        if stream.read(2) != b"PK":
            if not stream.seek(0, 2):
                raise InputError("is empty; nothing to read", self._source, cause=Cause.EMPTY)
            kind = file_kind(stream) or Kind(
                Message("damaged or of another format; open and save it again"), Cause.DAMAGED
            )
            raise InputError(
                "is not a {suffix} but {kind}",
                self._source,
                cause=kind.cause,
                suffix=file.suffix,
                kind=kind.text,
            )
        try:
            self._archive = open_zip(stream, self._source)
        except InputError as error:
            if error.cause is not Cause.DAMAGED_ARCHIVE:
                raise
            raise InputError(
                "is damaged or cut off; fetch it again, or open and save it again",
                self._source,
                cause=Cause.DAMAGED,
            ) from error
        # Office programs disagree on the case of part names; the standards call it irrelevant.
        self._members = {_normal(member.filename): member for member in self._archive.infolist()}

    def __contains__(self, part: str) -> bool:
        return _normal(part) in self._members

    def parse(self, part: str, handler: xml.Handler) -> None:
        """Parse a part, see `parse_piecewise`."""
        for _ in self.parse_piecewise(part, handler):
            pass

    def parse_piecewise(self, part: str, handler: xml.Handler) -> Iterator[None]:
        """Parse a part, named from the root, in memory that does not depend on its length.

        Raises
        ------
        InputError
            If it is missing, damaged, too long, or not XML to be trusted.
        """
        try:
            yield from xml.parse(self.pieces(part), handler, self._budget)
        except xml.UnsafeXmlError as error:
            raise InputError(
                "is damaged: {part} {error}; open and save it again",
                self._source,
                cause=Cause.DAMAGED,
                part=part,
                error=error,
            ) from error

    def pieces(self, part: str) -> Iterator[bytes]:
        """Yield the bytes of a part, named from the root, piece by piece.

        Raises
        ------
        InputError
            If it is missing, damaged or too long.
        """
        member = self._members.get(_normal(part))
        if member is None:
            raise InputError(
                "is damaged: {part} is missing; open and save it again",
                self._source,
                cause=Cause.DAMAGED,
                part=part,
            )
        if self._left is not None:
            if member.file_size > self._left:
                raise InputError(
                    "unpacks to more than {limit:,} bytes; split it or raise --max-bytes",
                    self._source,
                    cause=Cause.TOO_LARGE,
                    limit=self._limit,
                )
            self._left -= member.file_size
        try:
            yield from unpack(self._archive, member)
        except BadMemberError as error:
            if error.cause is Cause.DAMAGED_ARCHIVE:
                raise InputError(
                    "is damaged: {part} cannot be unpacked; fetch it again, or open and save it again",
                    self._source,
                    cause=Cause.DAMAGED,
                    part=part,
                ) from error
            raise InputError(
                "cannot be read: {part} {error}", self._source, cause=error.cause, part=part, error=error
            ) from error

    def relations(self, part: str = "") -> list[Relation]:
        """Return what a part, or the package itself, refers to within the package.

        Raises
        ------
        InputError
            If the list of them is damaged; it may be missing.
        """
        folder, name = posixpath.split(part)
        relations = _Relations(part)
        listed = posixpath.join(folder, "_rels", f"{name}.rels")
        if listed in self:
            self.parse(listed, relations)
        return relations.found


class _Relations(xml.Handler):
    def __init__(self, part: str) -> None:
        self._part = part
        self.found: list[Relation] = []

    def start(self, name: xml.Name, attributes: dict[str, str]) -> None:
        if name[1] == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            target = resolve(attributes.get("Target", ""), self._part)
            self.found.append(Relation(attributes.get("Id", ""), kind, target))


def resolve(target: str, part: str = "") -> str:
    """Return a path from the root: a ``target`` may be relative to the folder of the part it is written in.

    Without ``..``: what climbs out of the package stays at its root.
    """
    base = "/" if target.startswith("/") else f"/{posixpath.dirname(part)}/"
    return posixpath.normpath(base + target.replace("\\", "/")).lstrip("/")


def _normal(part: str) -> str:
    return resolve(part).lower()
