"""What a file is by its first bytes, whatever its name says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, NamedTuple

from nhsa_nlp.errors import Cause, InputError
from nhsa_nlp.io.package.limits import BadMemberError
from nhsa_nlp.io.package.packed import PackedStream, packed_suffix
from nhsa_nlp.io.package.zip_files import open_head, open_zip
from nhsa_nlp.translation import Message

_HEAD_BYTES = 4096
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WORD_STREAM = "WordDocument"
"""The stream of a compound file that holds a document of Word 97 to 2003."""
MAIL_STREAM = "__properties_version1.0"
"""The stream of a compound file that is a mail of Outlook."""
WORKBOOK_STREAMS = ("Workbook", "Book")
"""The stream that holds a workbook of Excel 97 to 2003, and that of Excel 5 and 95."""
_STREAMS = {WORD_STREAM: ".doc", **dict.fromkeys(WORKBOOK_STREAMS, ".xls"), MAIL_STREAM: ".msg"}
ZIP = b"PK\x03\x04"
"""What a zip file begins with."""
_RAR = b"Rar!\x1a\x07"
_TAR, _TAR_AT = b"ustar", 257
_MAGIC = (
    (b"%PDF-", ".pdf"),
    (b"\x89PNG\r\n\x1a\n", ".png"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"II*\0", ".tif"),
    (b"MM\0*", ".tif"),
    (b"7z\xbc\xaf\x27\x1c", ".7z"),
    (b"{\\rtf", ".rtf"),
)
_OPEN_DOCUMENTS = {
    b"application/vnd.oasis.opendocument.text": ".odt",
    b"application/vnd.oasis.opendocument.text-template": ".odt",
    b"application/vnd.oasis.opendocument.spreadsheet": ".ods",
    b"application/vnd.oasis.opendocument.spreadsheet-template": ".ods",
}
_MIMETYPE = "mimetype"

_COMMENTS = re.compile(rb"(?:\s*<!--.*?-->)*\s*", re.DOTALL)  # browsers say first where a page is from
_PAGE = re.compile(rb"<!doctype html|<(?:html|head|body|meta|style|table)[\s>]|<\?xml.*<html[\s>]", re.DOTALL)
# What Excel 2002 and 2003, and programs that export tables, write as XML.
_XML_WORKBOOK = re.compile(
    rb"(?:<\?.*)?<(?:\w+:)?workbook\s[^>]*[\"']urn:schemas-microsoft-com:office:spreadsheet[\"']", re.DOTALL
)
_XML_WORD = re.compile(
    rb"<(?:w:worddocument|pkg:package)\s[^>]*[\"']http://schemas\.microsoft\.com/office/", re.IGNORECASE
)
_RELATED = b"multipart/related"  # which is looked for in a tenth of the time
_WEB_ARCHIVE = re.compile(rb"^content-type:\s*multipart/related", re.MULTILINE)
_UNFOLDED = re.compile(rb"\n(?![ \t])")
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:")
# A mail has one of each, or all of the last. A page that a browser saved has related parts, no receiver.
_FROM = frozenset([b"from", b"sender", b"return-path"])
_SENT = frozenset([b"to", b"cc", b"received", b"delivered-to", b"message-id"])
_OF_MESSAGES = frozenset([b"received", b"message-id", b"mime-version", b"content-type"])
_WITHOUT_RECEIVER = frozenset([b"from", b"subject", b"date", b"mime-version"])
# Names of streams in an OLE container, as its directory spells them.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WORD = WORD_STREAM.encode("utf-16-le")
_WORKBOOK = "Workbook".encode("utf-16-le")
# Microsoft Works, which calls its documents .wps as WPS does: version 2, 3 and 4, 5 and later.
_OLD_WORKS = re.compile(rb"[\0-\5]\xfe")
_WORKS_3 = "MN0\0\0\0".encode("utf-16-le")
_WORKS_5 = (b"CHNKINK", b"CHNKWKS")
_WORKS = Message("a document of Microsoft Works; convert it: soffice --headless --convert-to docx FILE")
_CHUNK = 1 << 20

_PHRASES = {
    ".pdf": Message("a PDF"),
    ".png": Message("a picture"),
    ".jpg": Message("a picture"),
    ".tif": Message("a picture"),
    ".doc": Message("a Word document of 97 to 2003"),
    ".docx": Message("a Word document of 2007 or later"),
    ".xlsx": Message("an Excel workbook"),
    ".xls": Message("an Excel workbook of 97 to 2003"),
    ".xlsb": Message("a binary Excel workbook"),
    ".rtf": Message("an RTF document"),
    ".odt": Message("an OpenDocument text"),
    ".ods": Message("an OpenDocument spreadsheet"),
    ".ofd": Message("an OFD"),
    ".zip": Message("a zip archive"),
    ".tar": Message("a tar archive"),
    ".tar.gz": Message("a packed tar archive"),
    ".7z": Message("a 7z archive"),
    ".gz": Message("packed by gzip"),
    ".bz2": Message("packed by bzip2"),
    ".xz": Message("packed by xz"),
    ".html": Message("a web page"),
    ".mhtml": Message("a web archive"),
    ".eml": Message("an e-mail"),
    ".msg": Message("an e-mail of Outlook"),
}


def sniff(stream: BinaryIO) -> str | None:
    """Return the suffix of a file's format, such as ``.pdf``; None for text and what is not recognised.

    The stream must be seekable; its position is kept.
    """
    with _begun(stream) as head:
        if head.startswith(ZIP):
            return _package(stream)
        if head.startswith(_OLE):
            return _compound(stream)
        if _is_tar(head):
            return ".tar"
        if (packed := packed_suffix(head)) is not None:
            return ".tar.gz" if _is_tar(_unpacked(stream)) else packed
        return next((suffix for magic, suffix in _MAGIC if head.startswith(magic)), None) or _markup(head)


class Kind(NamedTuple):
    """What a file is and what to do, and what is wrong with it."""

    text: Message
    cause: Cause


def file_kind(stream: BinaryIO) -> Kind | None:
    """Return what a file is and what to do, such as ``a PDF; rename it to .pdf``; None if not recognised."""
    known = sniff(stream)
    if known is not None:
        return Kind(
            Message("{kind}; rename it to {known}", kind=_PHRASES[known], known=known), Cause.WRONG_SUFFIX
        )
    with _begun(stream) as head:
        if head.startswith(_RAR):
            return Kind(Message("a RAR archive; unpack it, or pack it as .zip"), Cause.NOT_SUPPORTED)
        if not head.startswith(_OLE):
            if _XML_WORD.search(head):
                return Kind(
                    Message("a Word document in XML, as of 2003; open it and save it as .docx"), Cause.CONVERT
                )
            return Kind(_WORKS, Cause.CONVERT) if _OLD_WORKS.match(head) else None
        if _holds(stream, _ENCRYPTED):
            return Kind(Message("an encrypted Office document; save it without a password"), Cause.ENCRYPTED)
        if _holds(stream, _WORKBOOK):
            return Kind(
                Message("a damaged Excel workbook of 97 to 2003; open it and save it as .xlsx"), Cause.DAMAGED
            )
        if _holds(stream, _WORD):
            return Kind(
                Message("a damaged Word document of 97 to 2003; open it and save it as .docx"), Cause.DAMAGED
            )
        if _holds(stream, _WORKS_3) or any(_holds(stream, name) for name in _WORKS_5):
            return Kind(_WORKS, Cause.CONVERT)
        return Kind(Message("an old Office document; save it as .docx, a table as .xlsx"), Cause.CONVERT)


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


def _is_tar(head: bytes) -> bool:
    return head.startswith(_TAR, _TAR_AT)


def _unpacked(stream: BinaryIO) -> bytes:
    """Return how the content of a packed file begins; nothing if it is damaged."""
    stream.seek(0)
    try:
        return PackedStream(stream, _HEAD_BYTES).read(_HEAD_BYTES)
    except BadMemberError:
        return b""


def _compound(stream: BinaryIO) -> str | None:
    from nhsa_nlp.io.package.compound import first_of

    found = first_of(stream, tuple(_STREAMS))
    return None if found is None else _STREAMS[found]


def _markup(head: bytes) -> str | None:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", "ignore").encode()
    text = head.removeprefix(b"\xef\xbb\xbf").lower()
    comments = _COMMENTS.match(text)
    start = comments.end() if comments else 0
    if _PAGE.match(text, start):
        return ".html"
    if _XML_WORKBOOK.match(text, start):
        return ".xls"
    headers = text.replace(b"\r\n", b"\n").lstrip().partition(b"\n\n")[0]
    fields = _fields(headers)
    if _FROM & fields and _SENT & fields and _OF_MESSAGES & fields:
        return ".eml"
    if _RELATED in headers and _WEB_ARCHIVE.search(headers):
        return ".mhtml"
    return ".eml" if fields >= _WITHOUT_RECEIVER else None


def _fields(headers: bytes) -> set[bytes]:
    """Return the names of header fields; none if there is anything else before the last line."""
    lines = _UNFOLDED.split(headers)
    found = [_FIELD.match(line) for line in lines]
    return {field[1] for field in found if field} if all(found[:-1]) else set()


def _package(stream: BinaryIO) -> str | None:
    """Tell what a zip file is by the names in its directory; None if that is damaged."""
    try:
        with open_zip(stream, "") as archive:
            names = [name.lower() for name in archive.namelist()]
            if _MIMETYPE in names:
                kind = open_head(archive, archive.getinfo(archive.namelist()[names.index(_MIMETYPE)])).read()
                return _OPEN_DOCUMENTS.get(kind.strip())
    except InputError:
        return None
    tops = {name.partition("/")[0] for name in names}
    if "[content_types].xml" in tops:
        return (
            ".docx"
            if "word" in tops
            else ".xlsb"
            if "xl/workbook.bin" in names
            else ".xlsx"
            if "xl" in tops
            else None
        )
    if "ofd.xml" in tops:
        return ".ofd"
    return None if "meta-inf" in tops else ".zip"  # e-books, programs
