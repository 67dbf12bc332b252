"""One file in an archive, before it is unpacked, and what its name says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from nhsa_nlp.io.document import Document
from nhsa_nlp.io.find import PASSED_OVER
from nhsa_nlp.io.source import Source, Unreadable

HEAD_BYTES = 4096
"""How much of a member is enough to tell what it is."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive.

    Attributes
    ----------
    path
        Its cleaned name, see `clean_name`.
    head
        Opens its beginning, `HEAD_BYTES` at least if it has as many; empty if it cannot be unpacked.
    read
        Unpacks it, if that gives no more than so many bytes; raises
        `nhsa_nlp.io.package.limits.BadMemberError` otherwise. It may have to be called before the next
        member is asked for.
    size
        How many bytes that gives, if the archive says so.
    suffix
        The suffix of its format where that is known better than by name and content.
    columns
        What its documents carry along.
    is_whole
        Whether the archive is the wrapping of this one file, so that both have one id.
    listed
        Lists what is in it, by the name it has got, where it is an archive that has no bytes of its own.
    """

    path: PurePosixPath
    head: Callable[[], AbstractContextManager[BinaryIO]]
    read: Callable[[int], bytes]
    size: int | None = None
    suffix: str | None = None
    columns: Mapping[str, Any] = field(default_factory=dict)
    is_whole: bool = False
    listed: Callable[[Source], Listed] | None = None

    @property
    def is_hidden(self) -> bool:
        """Whether it is passed over as in a folder, or has no name."""
        parts = self.path.parts
        return not parts or any(part.startswith(PASSED_OVER) or part == "__MACOSX" for part in parts)


Listed = Iterator[Member | Document | Unreadable]
"""What is in an archive: files, and what is a document by itself, such as the text of a mail."""


def clean_name(name: str) -> PurePosixPath:
    """Return a relative path: no drive, no root, no way up, no control characters."""
    parts = name.replace("\\", "/").split("/")
    if parts and len(parts[0]) == 2 and parts[0][1] == ":":
        del parts[0]
    printable = ("".join(char if char.isprintable() else "\ufffd" for char in part).strip() for part in parts)
    return PurePosixPath(*(part for part in printable if part not in ("", ".", "..")))


def name_encoding(raw: bytes) -> str:
    """Return the encoding of names that are not marked with one.

    Macs and Linux write UTF-8 without saying so, Windows in China writes GBK; cp437 is what the
    format of zip files says, and fits anything.
    """
    for encoding in ("utf-8", "gb18030"):
        try:
            raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return "cp437"
