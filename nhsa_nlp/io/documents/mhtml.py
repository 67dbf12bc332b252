"""Reading web archives (.mhtml): the page that a browser or Word saved as one file."""

from __future__ import annotations

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


def read(stream: BinaryIO, file: Source, options: ReadOptions) -> Iterator[Document]:
    """Read the one document of a web archive: its first page, as `nhsa_nlp.io.documents.html.read` does."""
    data = stream.read()
    if data.count(b"\n--") > MAX_PARTS:
        raise InputError(f"has more than {MAX_PARTS:,} parts, more than any real page; not read", file.source)
    try:
        message = message_from_bytes(data, policy=policy.compat32)
        page = next((part for part in message.walk() if part.get_content_type() == "text/html"), None)
    except RecursionError as error:
        raise InputError(
            "nests its parts too deep to be a real web archive; not read", file.source
        ) from error
    if page is None:
        raise InputError("holds no web page; save the page again, as .html", file.source)
    payload = page.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    text, encoding = decode_page(content, file.source, options.encoding or _charset(page))
    yield Document(file.id, file.source, article(text, file.source), {"encoding": encoding})


def _charset(page: Message) -> str | None:
    """Return the encoding in the header, if it is one that says more than the page itself."""
    charset = page.get_content_charset()
    return charset if charset is not None and charset.startswith("utf-16") else None
