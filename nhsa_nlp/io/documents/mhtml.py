"""Reading web archives (.mhtml): the page that a browser or Word saved as one file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from nhsa_nlp.errors import Cause, InputError
from nhsa_nlp.io.document import Document
from nhsa_nlp.io.documents.html import article, decode_page
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.package.mime import Part, message
from nhsa_nlp.io.source import Source


def read(stream: BinaryIO, file: Source, options: ReadOptions) -> Iterator[Document]:
    """Read the one document of a web archive: its first page, as `nhsa_nlp.io.documents.html.read` does."""
    text, encoding = next(pages(stream.read(), file.source, options.encoding))
    yield Document(file.id, file.source, article(text, file.source), {"encoding": encoding})


def pages(data: bytes, source: str, encoding: str | None) -> Iterator[tuple[str, str]]:
    """Yield the web pages in an archive, each with its encoding.

    Raises
    ------
    InputError
        If there is none, or one cannot be decoded.
    """
    page = None
    for page in _pages(message(data, source)):
        # Only this encoding says more than the page itself.
        declared = page.charset if (page.charset or "").startswith("utf-16") else None
        yield decode_page(page.content(), source, encoding or declared)
    if page is None:
        raise InputError("holds no web page; save the page again, as .html", source, cause=Cause.NO_WEB_PAGE)


def _pages(part: Part) -> Iterator[Part]:
    if part.kind == "text/html":
        yield part
        return
    for inner in part.parts():
        yield from _pages(inner)
