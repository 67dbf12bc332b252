"""The text of a mail as a document, with what its head says: what .eml and .msg share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from nhsa_nlp.errors import Cause, InputError
from nhsa_nlp.io.document import MAIL_COLUMNS, Document
from nhsa_nlp.io.documents.html import decode_page, visible_text
from nhsa_nlp.io.encoding import decode
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.package.mime import decode_text
from nhsa_nlp.io.source import Source, Unreadable

_PASSED_ON = re.compile(r"(?:(?:re|fwd?|aw|回复|回覆|答复|转发|轉寄|转寄)\s*[:：]\s*)+", re.IGNORECASE)
_ALIKE = 0.9  # of two versions of a text, the share of the longer one's characters that the shorter one has
_SHOWN = re.compile(r"""cid:([^"'\s<>)]+)""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MailHead:
    """What the head of a mail says; ``None`` is unknown.

    Attributes
    ----------
    subject, sender
        As they are written.
    date
        When it was sent, in ISO 8601.
    """

    subject: str | None
    sender: str | None
    date: str | None

    @property
    def columns(self) -> dict[str, Any]:
        """What the documents of the mail carry along."""
        return dict(zip(MAIL_COLUMNS, (self.subject, self.sender, self.date), strict=True))


def mail_document(
    file: Source, options: ReadOptions, head: MailHead, text: str, *, has_files: bool
) -> Document | Unreadable | None:
    """Return the document of a mail's text; the subject goes before it, as a title does in tables.

    A subject that the text begins with is not repeated. That a mail was answered or passed on is not part of
    a title. A mail without text is its subject; one that has neither is unreadable, or nothing by itself
    if it brings files.
    """
    title = _PASSED_ON.sub("", head.subject or "", count=1) if (head.subject or "").strip() else ""
    if options.title_column not in (None, MAIL_COLUMNS[0]):
        title = ""
    if title and not _squeezed(text).startswith(_squeezed(title)):
        text = f"{title}\n{text}" if text.strip() else title
    if not text.strip():
        if has_files:
            return None
        return Unreadable(
            file.id, file.source, InputError("is empty; nothing to read", file.source, cause=Cause.EMPTY)
        )
    meta = {"title": title} if options.titled and title else {}
    return Document(file.id, file.source, text, meta, head.columns)


def plain_text(raw: bytes, charset: str | None, source: str) -> str:
    """Return a text that the mail has as such.

    Raises
    ------
    InputError
        If its encoding cannot be told.
    """
    text = decode_text(raw, charset)
    if text is not None or not raw.strip():
        return text or ""
    return decode(raw, source)[0]


def page_text(raw: bytes, charset: str | None, source: str) -> tuple[str, set[str]]:
    """Return the text of a mail that is a web page, and the names of the pictures it shows.

    Raises
    ------
    InputError
        If it is not one that can be read.
    """
    page = decode_text(raw, charset)
    if page is None:
        page = decode_page(raw, source)[0] if raw.strip() else ""
    shown = {name.lower() for name in _SHOWN.findall(page)}
    return (visible_text(page, source) if has_text(page) else ""), shown


def has_text(page: str) -> bool:
    """Tell whether there is anything but tags and spaces."""
    return bool(re.sub(r"<[^<>]*>|&nbsp;|\s", "", page))


def better(plain: str, page: str) -> str:
    """Return the better of two versions of a text: the page, which keeps paragraphs, unless it has less."""
    return page if len(_squeezed(page)) >= _ALIKE * len(_squeezed(plain)) else plain


def _squeezed(text: str) -> str:
    return "".join(text.split())
