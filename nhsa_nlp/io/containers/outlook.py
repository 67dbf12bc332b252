"""Reading mails of Outlook (.msg, [MS-OXMSG]): the text, then what is attached.

The file is a compound file. A property is a stream named after its number and its type; those of a fixed
length lie together in one stream. A mail that is attached is a storage with streams of the same names.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from io import BytesIO
from typing import BinaryIO

from nhsa_nlp.errors import Cause, InputError
from nhsa_nlp.io.containers.mail_text import MailHead, better, mail_document, page_text
from nhsa_nlp.io.containers.member import Listed, Member, clean_name
from nhsa_nlp.io.document import Document
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.package.compound import CompoundFile
from nhsa_nlp.io.package.compressed_rtf import unpack_rtf
from nhsa_nlp.io.package.limits import BadMemberError, check_unpacked
from nhsa_nlp.io.package.mime import decode_text, known_charset
from nhsa_nlp.io.sniff import MAIL_STREAM
from nhsa_nlp.io.source import Source, Unreadable

_ATTACHED = "__attach_version1.0_#"
_PLACE = "__substg1.0_"
_UNICODE, _STRING8, _BINARY, _OBJECT = "001F", "001E", "0102", "000D"

# Properties ([MS-OXPROPS]).
_SUBJECT, _SENT, _RECEIVED = "0037", 0x0039, 0x0E06
_SENDERS = (
    ("0042", ("5D02", "0065")),
    ("0C1A", ("5D01", "0C1F")),
)  # name and addresses, on whose behalf first
_BODY, _PAGE, _RTF = "1000", "1013", "1009"
_PAGE_CODE, _CODE = 0x3FDE, 0x3FFD
_FILE_NAMES = ("3707", "3704", "3001")
_DATA, _CONTENT_ID, _KIND = "3701", "3712", "370E"

_HEAD_LENGTHS = (32, 24, 8)  # of the properties of a mail, one within another, an attachment
_CODE_PAGES = {936: "gb18030", 54936: "gb18030", 950: "big5", 65001: "utf-8", 932: "shift_jis", 949: "euc-kr"}
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_LONGEST_NAME = 80  # characters of a subject that names a mail in a mail


def members(stream: BinaryIO, file: Source, options: ReadOptions) -> Listed:
    """Yield the text of a mail, and the files attached to it, which carry its head along."""
    compound = CompoundFile(stream, file.source)
    if MAIL_STREAM not in compound:
        raise InputError(
            "is not a mail of Outlook, or damaged; save it again", file.source, cause=Cause.DAMAGED
        )
    yield from _mail(_Storage(compound, "", _HEAD_LENGTHS[0]), file, options)


class _Storage:
    """The properties of a mail or of an attachment, or of what is attached."""

    def __init__(self, file: CompoundFile, path: str, head: int):
        self.file = file
        self.path = path
        self._fixed: dict[int, bytes] = {}
        if MAIL_STREAM in self:
            data = file.read(path + MAIL_STREAM)[head:]
            for at in range(0, len(data) - 15, 16):
                (number,) = struct.unpack_from("<H", data, at + 2)
                self._fixed.setdefault(number, data[at + 8 : at + 16])

    def __contains__(self, name: str) -> bool:
        return self.path + name in self.file

    def number(self, of: int) -> int | None:
        """Return a number, such as a code page."""
        value = self._fixed.get(of)
        return None if value is None else int.from_bytes(value[:4], "little")

    def time(self, of: int) -> str | None:
        """Return a time in ISO 8601."""
        value = int.from_bytes(self._fixed.get(of, b""), "little")
        try:
            return (
                (_EPOCH + timedelta(microseconds=value // 10)).isoformat(timespec="seconds")
                if value
                else None
            )
        except OverflowError:
            return None

    def binary(self, of: str) -> bytes | None:
        """Return bytes, by number and type."""
        name = _PLACE + of
        return self.file.read(self.path + name) if name in self else None

    def text(self, of: str, charset: str | None = None) -> str | None:
        """Return a text in either of its two forms."""
        if (name := _PLACE + of + _UNICODE) in self:
            return self.file.read(self.path + name).decode("utf-16-le", "replace").rstrip("\0")
        if (name := _PLACE + of + _STRING8) in self:
            raw = self.file.read(self.path + name).rstrip(b"\0")
            charset = charset or self.charset
            text = decode_text(raw, charset)
            if text is None:
                text = decode_text(raw, "gb18030")
            return raw.decode(charset or "gb18030", "replace") if text is None else text
        return None

    @property
    def charset(self) -> str | None:
        """The encoding of texts that are stored as bytes."""
        return _charset(self.number(_CODE)) or _charset(self.number(_PAGE_CODE))


def _charset(page: int | None) -> str | None:
    return None if page is None else known_charset(_CODE_PAGES.get(page, f"windows-{page}"))


def _mail(mail: _Storage, file: Source, options: ReadOptions) -> Listed:
    head = _head(mail)
    attached = [
        _Storage(mail.file, f"{mail.path}{name}/", _HEAD_LENGTHS[2])
        for name in mail.file.storages(mail.path)
        if name.lower().startswith(_ATTACHED)
    ]
    shown: set[str] = set()
    rtf: bytes | None = None
    document: Document | Unreadable | None
    try:
        plain = (mail.text(_BODY) or "").strip()
        page, shown = _page(mail, file.source)
        text = better(plain, page) if page else plain
        packed = None if text else mail.binary(_RTF + _BINARY)
        rtf = None if packed is None else unpack_rtf(packed, file.source, options.max_bytes)
        document = mail_document(file, options, head, text, has_files=bool(attached or rtf))
    except InputError as error:
        document = Unreadable(file.id, file.source, error)
    if document is not None:
        yield document
    if rtf:
        yield _text_member(rtf, head)
    for number, storage in enumerate(attached, 1):
        if (storage.text(_CONTENT_ID, mail.charset) or "").lower() not in shown:
            yield _member(storage, number, head, options, mail.charset)


def _head(mail: _Storage) -> MailHead:
    sender = None
    for name, addresses in _SENDERS:
        known = [mail.text(of) for of in (name, *addresses)]
        # An address within Exchange (/O=…) tells nobody anything.
        address = next((text for text in known[1:] if text and "@" in text), None)
        parts = [known[0], f"<{address}>" if address and known[0] != address else None]
        sender = sender or " ".join(filter(None, parts)) or address
    subject = " ".join((mail.text(_SUBJECT) or "").split())
    return MailHead(subject or None, sender, mail.time(_SENT) or mail.time(_RECEIVED))


def _page(mail: _Storage, source: str) -> tuple[str, set[str]]:
    raw, charset = mail.binary(_PAGE + _BINARY), _charset(mail.number(_PAGE_CODE))
    if raw is None and (page := mail.text(_PAGE)) is not None:
        raw, charset = page.encode("utf-8", "replace"), "utf-8"
    return ("", set()) if raw is None else page_text(raw, charset, source)


def _text_member(rtf: bytes, head: MailHead) -> Member:
    return Member(clean_name("message.rtf"), partial(BytesIO, rtf), lambda _limit: rtf, columns=head.columns)


def _member(
    storage: _Storage, number: int, head: MailHead, options: ReadOptions, charset: str | None
) -> Member:
    inner = f"{storage.path}{_PLACE}{_DATA}{_OBJECT}/"
    nested: Callable[[Source], Listed] | None = None
    suffix = None
    names = (storage.text(of, charset) for of in _FILE_NAMES)
    name = next(filter(None, names), None)
    if f"{inner}{MAIL_STREAM}" in storage.file:
        mail = _Storage(storage.file, inner, _HEAD_LENGTHS[1])
        nested, suffix = partial(_mail, mail, options=options), ".msg"
        subject = (mail.text(_SUBJECT) or name or "message")[:_LONGEST_NAME]
        name = subject.replace("/", "_").replace("\\", "_").strip() + ".msg"
    elif (storage.text(_KIND, charset) or "").lower() in ("multipart/signed", "application/pkcs7-mime"):
        suffix = ".p7m"
    elif (name or "").lower() == "winmail.dat":
        suffix = ".tnef"
    path = clean_name(name or "")
    return Member(
        path if path.parts else clean_name(f"attachment-{number}"),
        partial(_begin, storage),
        partial(_read, storage),
        suffix=suffix,
        columns=head.columns,
        listed=nested,
    )


def _begin(storage: _Storage) -> BytesIO:
    try:
        return BytesIO(storage.binary(_DATA + _BINARY) or b"")
    except InputError:
        return BytesIO()  # reading it will say so


def _read(storage: _Storage, limit: int) -> bytes:
    try:
        data = storage.binary(_DATA + _BINARY)
    except InputError as error:
        raise BadMemberError(
            "is damaged; open the mail in Outlook and save it again", cause=Cause.DAMAGED
        ) from error
    if data is None:
        raise BadMemberError("is an object within the mail, not a file; open it in Outlook and save it")
    check_unpacked(len(data), len(data), limit)
    return data
