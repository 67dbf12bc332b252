"""Reading web archives (.mhtml): the page that a browser or Word saved as one file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from nhsa_nlp.errors import InputError
from nhsa_nlp.io.document import Document
from nhsa_nlp.io.documents.html import article, decode_page
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.package.mime import Part, message
from nhsa_nlp.io.source import Source

SUFFIXES = (".mhtml", ".mht")


def read(stream: BinaryIO, file: Source, options: ReadOptions) -> Iterator[Document]:
    """Read the one document of a web archive: its first page, as `nhsa_nlp.io.documents.html.read` does."""
    page = _page(message(stream.read(), file.source))
    if page is None:
        raise InputError("holds no web page; save the page again, as .html", file.source)
    # Only this encoding says more than the page itself.
    declared = page.charset if (page.charset or "").startswith("utf-16") else None
    text, encoding = decode_page(page.content(), file.source, options.encoding or declared)
    yield Document(file.id, file.source, article(text, file.source), {"encoding": encoding})


def _page(part: Part) -> Part | None:
    """Return the first web page in a part, None if there is none."""
    if part.kind == "text/html":
        return part
    return next((page for inner in part.parts() if (page := _page(inner)) is not None), None)
