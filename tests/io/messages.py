"""Mails as programs write them: .eml from their parts, .msg from their properties."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

from tests.io import samples

SENDER = "张三 <zhang@example.org>"
SENT = "Mon, 01 Mar 2021 09:30:00 +0800"
SUBJECT = "关于完善门诊共济保障机制的建议"


def mail(
    text: str = "正文之一", files: Mapping[str, bytes] | None = None, page: str = "", **headers: str
) -> EmailMessage:
    """A mail with a text, with a page as its other version, and with files."""
    made = EmailMessage()
    given = {"Subject": SUBJECT, "From": SENDER, "To": "b@example.org", "Date": SENT, **headers}
    for name, value in given.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    if page:
        made.add_alternative(page, subtype="html")
    for name, data in (files or {}).items():
        made.add_attachment(data, "application", "octet-stream", filename=name)
    return made


def eml(*arguments: Any, **more: Any) -> bytes:
    """The same as a file."""
    return mail(*arguments, **more).as_bytes()


def raw(headers: str | bytes, body: str | bytes = "正文之一") -> bytes:
    """A mail of exactly these bytes; it has a sender."""
    head, content = (part.encode() if isinstance(part, str) else part for part in (headers, body))
    return b"From: a@example.org\nMIME-Version: 1.0\n" + head.strip() + b"\n\n" + content


_TIME, _NUMBER = 0x40, 3
Properties = Mapping[str, bytes | str | int | datetime]
Attached = Properties | tuple[Properties, Mapping[str, bytes]]
"""Its properties, of a mail also the streams of that."""


def msg(
    properties: Properties,
    files: Sequence[Attached] = (),
    page: int | None = None,
) -> bytes:
    """A mail of Outlook: its properties by their numbers, as Unicode or in a code page, and its files."""
    return samples.compound(msg_streams(properties, files, page), exact=True)


def msg_streams(
    properties: Properties,
    files: Sequence[Attached] = (),
    page: int | None = None,
    head: int = 32,
) -> dict[str, bytes]:
    """The streams of such a mail."""
    codes: Properties = {} if page is None else {"3FFD": page, "3FDE": page}
    found = _streams({**properties, **codes}, head, page)
    for number, file in enumerate(files):
        place = f"__attach_version1.0_#{number:08X}/"
        own, inner = file if isinstance(file, tuple) else (file, {})
        found |= {place + name: data for name, data in _streams(own, 8, page).items()}
        found |= {f"{place}__substg1.0_3701000D/{name}": data for name, data in inner.items()}
    return found


def _streams(properties: Properties, head: int, page: int | None) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    fixed = bytes(head)
    for number, value in properties.items():
        if isinstance(value, str):
            kind = 0x1F if page is None else 0x1E
            encoding = {None: "utf-16-le", 65001: "utf-8", 936: "gbk", 950: "big5"}[page]
            data = value.encode(encoding)
        elif isinstance(value, bytes):
            kind, data = 0x102, value
        else:
            kind, data = (_NUMBER, b"") if isinstance(value, int) else (_TIME, b"")
            fixed += struct.pack("<HHIQ", kind, int(number, 16), 6, _fixed(value))
            continue
        fixed += struct.pack("<HHIQ", kind, int(number, 16), 6, len(data))
        found[f"__substg1.0_{number}{kind:04X}"] = data
    return {"__properties_version1.0": fixed, **found}


def _fixed(value: int | datetime) -> int:
    if isinstance(value, int):
        return value
    return int((value - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000
