"""What a file is by its first bytes, for a clear word about one that is not what its name says."""

from __future__ import annotations

from typing import BinaryIO

WEB_PAGE = "a web page"
"""How `describe` calls one."""

_HEAD_BYTES = 4096
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_HTML_OPENINGS = (b"<!doctype html", b"<html", b"<head", b"<body")
# Names of streams in an OLE container, as its directory spells them.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WORD = "WordDocument".encode("utf-16-le")


def describe(stream: BinaryIO) -> str | None:
    """Say what a file is; its position is kept.

    Parameters
    ----------
    stream
        A seekable binary stream.

    Returns
    -------
    str | None
        A phrase such as ``a PDF``; ``None`` for what is not recognised.
    """
    position = stream.tell()
    try:
        stream.seek(0)
        head = stream.read(_HEAD_BYTES)
        if head.startswith(_OLE):
            data = head + stream.read()
            if _ENCRYPTED in data:
                return "an encrypted Office document; save it without a password"
            kind = "Word document (.doc)" if _WORD in data else "Office document (.doc, .wps, .xls ...)"
            return f"an old {kind}; save it as .docx"
        return _by_head(head)
    finally:
        stream.seek(position)


def _by_head(head: bytes) -> str | None:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if head.startswith(b"%PDF-"):
        return "a PDF; rename it to .pdf"
    if head.startswith(b"{\\rtf"):
        return "an RTF document; save it as .docx"
    if head.startswith(_ZIP):
        if b"OFD.xml" in head:
            return "an OFD; rename it to .ofd"
        if b"[Content_Types].xml" in head or b"word/" in head:
            return "an Office document of 2007 or later; rename it to .docx"
        return "a zip archive; rename it to .zip"
    if text.startswith(_HTML_OPENINGS) or (text.startswith(b"<?xml") and b"<html" in text):
        return f"{WEB_PAGE}; rename it to .html"
    if text.startswith(b"mime-version:") or b"\ncontent-type: multipart/related" in text:
        return "a web archive; rename it to .mhtml"
    return None
