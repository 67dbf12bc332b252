"""Reading web archives (.mhtml): the page that a browser or Word saved as one file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import Message
from typing import BinaryIO

from nhsa_nlp.errors import InputError
from nhsa_nlp.io.document import Document
from nhsa_nlp.io.documents.html import article, decode_page
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.source import Source

SUFFIXES = (".mhtml", ".mht")

MAX_PARTS = 100_000
MAX_DEPTH = 10
"""How deep parts may lie in parts; browsers write two levels."""
MAX_HEADER = 10_000_000
"""Bytes of the header of a part."""

_HEADER_END = re.compile(rb"\n\r?\n")


def read(stream: BinaryIO, file: Source, options: ReadOptions) -> Iterator[Document]:
    """Read the one document of a web archive: its first page, as `nhsa_nlp.io.documents.html.read` does."""
    data = stream.read()
    if data.count(b"\n--") > MAX_PARTS:
        raise InputError(f"has more than {MAX_PARTS:,} parts, more than any real page; not read", file.source)
    page = _page(data, 0, len(data), file)
    if page is None:
        raise InputError("holds no web page; save the page again, as .html", file.source)
    payload = page.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    text, encoding = decode_page(content, file.source, options.encoding or _charset(page))
    yield Document(file.id, file.source, article(text, file.source), {"encoding": encoding})


def _page(data: bytes, begin: int, end: int, file: Source, depth: int = 0) -> Message | None:
    """Return the first web page of the part between two bytes (RFC 2046), None if there is none.

    The package email would make an object of every line of the file, and a copy of every picture.
    """
    if depth > MAX_DEPTH:
        raise InputError("nests its parts too deep to be a real web archive; not read", file.source)
    blank = _HEADER_END.search(data, begin, end)
    if blank is None:
        return None
    if blank.start() - begin > MAX_HEADER:
        raise InputError(f"has a header of more than {MAX_HEADER:,} bytes; not read", file.source)
    part = message_from_bytes(data[begin : blank.start()].lstrip(b"\r\n"), policy=policy.compat32)
    kind, boundary = part.get_content_type(), part.get_boundary()
    if kind == "text/html":
        part.set_payload(data[blank.end() : end].decode("ascii", "surrogateescape"))
        return part
    if kind == "message/rfc822":
        return _page(data, blank.end(), end, file, depth + 1)
    if part.get_content_maintype() != "multipart" or boundary is None:
        return None
    mark = re.escape(boundary.encode("utf-8", "surrogateescape"))
    delimiter = re.compile(rb"\r?\n--" + mark + rb"(--)?[ \t]*(?=\r?\n|\Z)")
    last: int | None = None  # where the part before began
    for found in delimiter.finditer(data, blank.end() - 1, end):
        if last is not None and (page := _page(data, last, found.start(), file, depth + 1)) is not None:
            return page
        last = found.end()
        if found[1]:
            return None
    return None if last is None else _page(data, last, end, file, depth + 1)


def _charset(page: Message) -> str | None:
    """Return the encoding in the header, if it is one that says more than the page itself."""
    charset = page.get_content_charset()
    return charset if charset is not None and charset.startswith("utf-16") else None
