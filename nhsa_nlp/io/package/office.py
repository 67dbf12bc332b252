"""Documents that are a zip file of XML parts: the ground that .docx and .ofd share."""

from __future__ import annotations

import posixpath
from typing import BinaryIO

from nhsa_nlp.errors import InputError
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.package import xml as safe_xml
from nhsa_nlp.io.package import zip_files as safe_zip
from nhsa_nlp.io.sniff import file_kind
from nhsa_nlp.io.source import Source


class Package:
    """The parts of one document.

    All parts read together may unpack to ``options.max_bytes``, however often each is named.

    Parameters
    ----------
    stream
        The file.
    file
        Its name.
    options
        ``max_bytes``.

    Raises
    ------
    InputError
        If it is not a zip file (and what it is instead), or a bad one.
    """

    def __init__(self, stream: BinaryIO, file: Source, options: ReadOptions):
        self._source = file.source
        self._limit = self._left = options.max_bytes
        if stream.read(2) != b"PK":
            if not stream.seek(0, 2):
                raise InputError("is empty; nothing to read", self._source)
            kind = file_kind(stream) or "damaged or of another format; open and save it anew"
            raise InputError(f"is not a {file.suffix} but {kind}", self._source)
        self._archive = safe_zip.open_zip(stream, self._source)
        # Office programs disagree on the case of part names; the standards call it irrelevant.
        self._members = {_normal(member.filename): member for member in self._archive.infolist()}

    def __contains__(self, part: str) -> bool:
        return _normal(part) in self._members

    def parse(self, part: str, handler: safe_xml.Handler) -> None:
        """Parse a part.

        Parameters
        ----------
        part
            Its path from the root of the package.
        handler
            Takes its events.

        Raises
        ------
        InputError
            If it is missing, damaged, too long, or not XML to be trusted.
        """
        try:
            safe_xml.parse(self.read(part), handler)
        except safe_xml.UnsafeXmlError as error:
            raise InputError(f"is damaged: {part} {error}; open and save it anew", self._source) from error

    def read(self, part: str) -> bytes:
        """Return the bytes of a part.

        Raises
        ------
        InputError
            If it is missing, damaged or too long.
        """
        member = self._members.get(_normal(part))
        if member is None:
            raise InputError(f"is damaged: {part} is missing; open and save it anew", self._source)
        if member.file_size > self._left:
            raise InputError(
                f"unpacks to more than {self._limit:,} bytes; split it or raise --max-bytes", self._source
            )
        try:
            data = safe_zip.read_member(self._archive, member, self._left)
        except safe_zip.BadMemberError as error:
            raise InputError(f"cannot be read: {part} {error}", self._source) from error
        self._left -= len(data)
        return data


def resolve(target: str, part: str = "") -> str:
    """Return the path of the part that another part points to.

    Parameters
    ----------
    target
        As written: relative to the folder of ``part``, or with a slash from the root.
    part
        The part it is written in.

    Returns
    -------
    str
        From the root, without ``..``: what climbs out of the package stays at its root.
    """
    base = "/" if target.startswith("/") else f"/{posixpath.dirname(part)}/"
    return posixpath.normpath(base + target.replace("\\", "/")).lstrip("/")


def _normal(part: str) -> str:
    return resolve(part).lower()
