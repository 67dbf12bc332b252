"""Which format a file is of: its suffix says, and where that says nothing its first bytes do."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from pathlib import PurePath
from typing import BinaryIO

from nhsa_nlp.errors import InputError
from nhsa_nlp.io.encoding import detect
from nhsa_nlp.io.sniff import sniff

UNKNOWN = ""
"""The format of a file that has no suffix, and is not recognised either."""

# 85号 in 医保函〔2021〕.85号 and 2021 in 答复.2021 are parts of a name.
_SUFFIX = re.compile(r"\.(?=[0-9]*[a-z])[a-z0-9]{1,10}")
_PACKERS = frozenset([".gz", ".bz2", ".xz"])  # of archives, if their names end in .tar before that
_TEXTS = frozenset([".doc", ".dot", ".wps", ".wpt"])
_SHEETS = frozenset([".xls", ".xlt", ".et", ".ett"])
# What websites and offices hand out as .doc and .xls is often a web page, text, or a renamed newer file.
_DOUBTFUL = _TEXTS | _SHEETS | {".rtf"}
# Damaged ones look like archives.
_PACKAGES = frozenset([".docx", ".docm", ".dotx", ".dotm", ".odt", ".ott"])
PLAIN_TEXTS = (".txt", ".text", ".md")
"""Plain text. A mail that is called one is told by its first bytes."""
JSON_LIST = ".json"
"""A list of rows, if it is named by itself; in folders and archives most are settings."""
PAGES = frozenset([".html", ".mhtml"])
"""Web pages. One that is called a table is one: its rows would become one document."""
DATABASES = (".sqlite", ".sqlite3", ".db")
"""Archives in SQLite, as ``label`` writes them."""
_PACKED = frozenset([".zip", ".7z", ".tar", ".tar.gz", ".gz", ".bz2", ".xz"])
_TEXT_BYTES = 4096
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<[a-zA-Z!?]")

Opener = Callable[[], AbstractContextManager[BinaryIO]]


def suffix_of(path: PurePath) -> str:
    """Return the suffix of a file in lower case; empty if what follows its last dot is not one."""
    suffix = path.suffix.lower()
    if suffix in _PACKERS and PurePath(path.stem).suffix.lower() == ".tar":
        return f".tar{suffix}"
    return suffix if _SUFFIX.fullmatch(suffix) else ""


def stem_of(path: PurePath) -> PurePath:
    """Return a path without the suffix that `suffix_of` sees."""
    suffix = suffix_of(path)
    return path.with_name(path.name[: -len(suffix)]) if suffix else path


def format_of(path: PurePath, suffixes: Collection[str], opened: Opener) -> str | None:
    """Tell which of the suffixes that are read a file is to be read as.

    Parameters
    ----------
    opened
        Opens the file, or its beginning; called only if its name does not say enough.

    Returns
    -------
    str | None
        `UNKNOWN` for a file without suffix that is not recognised, which may be a document; ``None``
        for one whose suffix is that of another format, and its content too.

    Raises
    ------
    OSError
        If the file cannot be opened.
    """
    suffix = suffix_of(path)
    if suffix in suffixes and suffix not in _DOUBTFUL | _PACKAGES:
        return suffix
    with opened() as stream:
        actual = sniff(stream)
        if actual not in suffixes:
            actual = None
        if (suffix in _SHEETS and actual in PAGES) or (suffix in _PACKAGES and actual in _PACKED):
            return suffix
        if suffix in suffixes:
            return actual or (".txt" if suffix in _TEXTS and is_prose(stream) else suffix)
        if suffix:
            return None if actual in _PACKED else actual  # programs are packed, too
        return actual or (".txt" if ".txt" in suffixes and _is_text(stream) else UNKNOWN)


def is_prose(stream: BinaryIO) -> bool:
    """Tell whether a file begins as plain text, and not as XML or another markup."""
    stream.seek(0)
    return not _MARKUP.match(stream.read(_TEXT_BYTES)) and _is_text(stream)


def _is_text(stream: BinaryIO) -> bool:
    stream.seek(0)
    try:
        head = stream.read(_TEXT_BYTES)
        # Cut after a line, so that no character is halved.
        detect(head if len(head) < _TEXT_BYTES else head[: head.rfind(b"\n") + 1] or head, "")
    except InputError:
        return False
    return bool(head)
