"""What a file is by its first bytes, whatever its name says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from nhsa_nlp.errors import InputError
from nhsa_nlp.io.package.zip_files import open_zip

_HEAD_BYTES = 4096
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WORD_STREAM = "WordDocument"
"""The stream of a compound file that holds a document of Word 97 to 2003."""
_ZIP = b"PK\x03\x04"
_MAGIC = (
    (b"%PDF-", ".pdf"),
    (b"\x89PNG\r\n\x1a\n", ".png"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"II*\0", ".tif"),
    (b"MM\0*", ".tif"),
)
_COMMENTS = re.compile(rb"(?:\s*<!--.*?-->)*\s*", re.DOTALL)  # browsers say first where a page is from
_PAGE = re.compile(rb"<!doctype html|<(?:html|head|body)[\s>]|<\?xml.*<html[\s>]", re.DOTALL)
_WEB_ARCHIVE = re.compile(rb"^content-type:\s*multipart/related", re.MULTILINE)
# Names of streams in an OLE container, as its directory spells them.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WORD = WORD_STREAM.encode("utf-16-le")
_WORKBOOK = "Workbook".encode("utf-16-le")
_CHUNK = 1 << 20

_PHRASES = {
    ".pdf": "a PDF",
    ".png": "a picture",
    ".jpg": "a picture",
    ".tif": "a picture",
    ".doc": "a Word document of 97 to 2003",
    ".docx": "a Word document of 2007 or later",
    ".xlsx": "an Excel workbook",
    ".ofd": "an OFD",
    ".zip": "a zip archive",
    ".html": "a web page",
    ".mhtml": "a web archive",
}


def sniff(stream: BinaryIO) -> str | None:
    """Return the suffix of a file's format, such as ``.pdf``; None for text and what is not recognised.

    The stream must be seekable; its position is kept.
    """
    with _begun(stream) as head:
        if head.startswith(_ZIP):
            return _package(stream)
        if head.startswith(_OLE):
            return ".doc" if _is_word(stream) else None
        return next((suffix for magic, suffix in _MAGIC if head.startswith(magic)), None) or _markup(head)


def file_kind(stream: BinaryIO) -> str | None:
    """Return what a file is and what to do, such as ``a PDF; rename it to .pdf``; None if not recognised."""
    known = sniff(stream)
    if known is not None:
        return f"{_PHRASES[known]}; rename it to {known}"
    with _begun(stream) as head:
        if head.startswith(b"{\\rtf"):
            return "an RTF document; save it as .docx"
        if not head.startswith(_OLE):
            return None
        if _holds(stream, _ENCRYPTED):
            return "an encrypted Office document; save it without a password"
        if _holds(stream, _WORKBOOK):
            return "an old Excel workbook (.xls); save it as .xlsx"
        if _holds(stream, _WORD):
            return "a damaged Word document of 97 to 2003; open it and save it as .docx"
        return "an old Office document (.doc, .wps, .xls ...); save it as .docx"


@contextmanager
def _begun(stream: BinaryIO) -> Iterator[bytes]:
    """Read the first bytes of a stream; on leaving restore its position."""
    position = stream.tell()
    stream.seek(0)
    yield stream.read(_HEAD_BYTES)
    stream.seek(position)


def _holds(stream: BinaryIO, name: bytes) -> bool:
    """Tell whether a name is in a file, which may be longer than the memory."""
    stream.seek(0)
    end = b""
    while chunk := stream.read(_CHUNK):
        if name in end + chunk:
            return True
        end = chunk[-len(name) :]
    return False


def _is_word(stream: BinaryIO) -> bool:
    from nhsa_nlp.io.package.compound import has_stream

    return has_stream(stream, WORD_STREAM)


def _markup(head: bytes) -> str | None:
    text = head.removeprefix(b"\xef\xbb\xbf").lower()
    start = _COMMENTS.match(text)
    if _PAGE.match(text, start.end() if start else 0):
        return ".html"
    headers = text.replace(b"\r\n", b"\n").lstrip().partition(b"\n\n")[0]
    return ".mhtml" if _WEB_ARCHIVE.search(headers) else None


def _package(stream: BinaryIO) -> str | None:
    """Tell what a zip file is by the names in its directory; None if that is damaged."""
    try:
        with open_zip(stream, "") as archive:
            names = [name.lower() for name in archive.namelist()]
    except InputError:
        return None
    tops = {name.partition("/")[0] for name in names}
    if "[content_types].xml" in tops:
        return ".docx" if "word" in tops else ".xlsx" if "xl" in tops else None
    if "ofd.xml" in tops:
        return ".ofd"
    return None if tops & {"mimetype", "meta-inf"} else ".zip"  # OpenDocument, e-books, programs
