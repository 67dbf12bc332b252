"""Reading mails (.eml): the text, then what is attached."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import partial
from io import BytesIO
from typing import BinaryIO

from nhsa_nlp.errors import Cause, InputError
from nhsa_nlp.io.containers.mail_text import MailHead, better, mail_document, page_text, plain_text
from nhsa_nlp.io.containers.member import HEAD_BYTES, Listed, Member, clean_name
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.package.limits import check_unpacked
from nhsa_nlp.io.package.mime import Part, message
from nhsa_nlp.io.source import Source, Unreadable

_HEADERS = ("From", "To", "Subject", "Date", "Received", "Message-ID", "MIME-Version", "Content-Type")
_LONGEST_NAME = 80  # characters of a subject that names a mail in a mail
_LONGEST_DATE = 100
_IGNORED = re.compile(
    r"application/(?:x-)?pkcs7-signature|application/pgp-(?:signature|encrypted|keys)|text/calendar|"
    r"text/rfc822-headers|message/(?!rfc822)[^/]*"
)
# What is not read, by the suffix under which that is said.
_NOT_READ = {
    "application/pkcs7-mime": (".p7m", "smime.p7m"),
    "application/x-pkcs7-mime": (".p7m", "smime.p7m"),
    "application/ms-tnef": (".tnef", "winmail.dat"),
    "application/vnd.ms-tnef": (".tnef", "winmail.dat"),
    "multipart/encrypted": (".pgp", "encrypted.pgp"),
}
# Where a line goes on in the next: between letters of ASCII the space stays (RFC 3676).
_WORD_BREAK = re.compile(r"(?<=[!-~])(?<!^--) \r?\n(?=[!-=?-~])", re.MULTILINE)
_SOFT_BREAK = re.compile(r"(?<!^--) \r?\n(?![>\r\n]|\Z)", re.MULTILINE)


def members(stream: BinaryIO, file: Source, options: ReadOptions) -> Listed:
    """Yield the text of a mail, and the files attached to it, which carry its head along."""
    top = message(stream.read(), file.source)
    if all(top.header(name) is None for name in _HEADERS):
        raise InputError("is not an e-mail, or damaged; save it again", file.source, cause=Cause.DAMAGED)
    head = _head(top)
    found = _gather(top)
    text = "\n".join(filter(None, map(str.strip, found.texts)))
    if found.problem is not None:
        yield Unreadable(file.id, file.source, found.problem)
    elif document := mail_document(file, options, head, text, has_files=bool(found.files)):
        yield document
    for number, part in enumerate(found.files, 1):
        if part.header("Content-ID") is None or _content_id(part) not in found.shown:
            yield _member(part, number, head)


def _head(top: Part) -> MailHead:
    subject, sender, date = (top.header(name) for name in ("Subject", "From", "Date"))
    try:
        sent = parsedate_to_datetime((date or "")[:_LONGEST_DATE]).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        sent = None
    return MailHead(subject or None, (sender or "").replace('"', "") or None, sent)


@dataclass(slots=True)
class _Gathered:
    """What is in a part: texts to read one after the other, files, and pictures that the texts show.

    The problem is that of a text that cannot be read.
    """

    texts: list[str] = field(default_factory=list)
    files: list[Part] = field(default_factory=list)
    shown: set[str] = field(default_factory=set)
    problem: InputError | None = None

    def add(self, other: _Gathered, *, texts: bool = True) -> None:
        self.files += other.files
        self.shown |= other.shown
        self.problem = self.problem or other.problem
        if texts:
            self.texts += other.texts


def _gather(part: Part) -> _Gathered:
    kind, found = part.kind, _Gathered()
    if _IGNORED.fullmatch(kind):
        return found
    if kind == "multipart/alternative":
        return _better(list(part.parts()))
    if kind.startswith("multipart/") and kind not in _NOT_READ:
        for inner in part.parts():
            is_shown = kind == "multipart/related" and inner.kind.startswith("image/")
            if not is_shown:
                found.add(_gather(inner))
    elif kind not in ("text/plain", "text/html") or part.file_name or part.disposition == "attachment":
        found.files.append(part)
    else:
        try:
            text, found.shown = _text(part)
            found.texts.append(text)
        except InputError as error:
            found.problem = error
    return found


def _text(part: Part) -> tuple[str, set[str]]:
    """Return the text of a part, and the names of the pictures it shows."""
    if part.kind == "text/html":
        return page_text(part.content(), part.charset, part.source)
    text = plain_text(part.content(), part.charset, part.source)
    return _SOFT_BREAK.sub("", _WORD_BREAK.sub(" ", text)) if part.is_flowed else text, set()


def _better(parts: list[Part]) -> _Gathered:
    """Return the better of what says the same in several ways."""
    found, best = _Gathered(), ""
    for inner in map(_gather, parts):  # the plainest first (RFC 2046, 5.1.4)
        text = "\n".join(filter(None, map(str.strip, inner.texts)))
        best = better(best, text) if text else best
        found.add(inner, texts=False)
    found.texts.append(best)
    return found


def _content_id(part: Part) -> str:
    return (part.header("Content-ID") or "").strip("<> ").lower()


def _member(part: Part, number: int, head: MailHead) -> Member:
    kind, name = part.kind, part.file_name
    suffix, usual = _NOT_READ.get(kind, (None, f"attachment-{number}"))
    if (name or "").lower() == "winmail.dat":
        suffix = ".tnef"
    if kind == "message/rfc822":
        suffix, usual = ".eml", _name_of(next(part.parts()))
    path = clean_name(name or usual)
    return Member(
        path if path.parts else clean_name(usual),
        partial(_head_of, part),
        partial(_read, part),
        suffix=suffix,
        columns=head.columns,
    )


def _name_of(mail: Part) -> str:
    subject = (mail.header("Subject") or "")[:_LONGEST_NAME].replace("/", "_").replace("\\", "_")
    return f"{subject.strip() or 'message'}.eml"


def _head_of(part: Part) -> BytesIO:
    return BytesIO(part.content(2 * HEAD_BYTES))


def _read(part: Part, limit: int) -> bytes:
    data = part.content()
    check_unpacked(len(data), len(data), limit)
    return data
